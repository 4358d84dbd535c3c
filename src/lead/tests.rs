//! The ready-made lead, and leads behind pointers.

use super::{Lead, LeadRecord};
use crate::{FieldValue, Value};
use std::rc::Rc;
use std::sync::Arc;

fn sample() -> LeadRecord {
    LeadRecord::new("L-1").with("employees", 50).with("industry", "healthcare")
}

#[test]
fn pointers_to_leads_are_leads() {
    fn assert_sample(lead: &impl Lead) {
        assert_eq!(lead.id(), "L-1");
        assert_eq!(lead.field("employees"), Some(Value::Integer(50)));
        assert_eq!(lead.field("phone"), None);
    }
    assert_sample(&sample());
    assert_sample(&&sample());
    assert_sample(&Box::new(sample()));
    assert_sample(&Rc::new(sample()));
    assert_sample(&Arc::new(sample()));
    let boxed: Box<dyn Lead> = Box::new(sample());
    assert_sample(&boxed);
    let shared: Arc<dyn Lead + Send + Sync> = Arc::new(sample());
    assert_sample(&shared);
    let borrowed: &dyn Lead = &boxed;
    assert_sample(&borrowed);
}

#[test]
fn a_field_is_replaced() {
    let mut lead = sample().with("employees", 60);
    assert_eq!(lead.field("employees"), Some(Value::Integer(60)));
    lead.set("employees", "70");
    assert_eq!(lead.fields().get("employees"), Some(&FieldValue::from("70")));
    assert_eq!(lead.fields().len(), 2);
}

#[test]
fn it_is_written_as_it_is_read() {
    let text = r#"{"id":"L-1","fields":{"employees":50,"industry":"healthcare"}}"#;
    assert_eq!(serde_json::to_string(&sample()).unwrap(), text);
    assert_eq!(serde_json::from_str::<LeadRecord>(text).unwrap(), sample());
    let text = "id = \"L-1\"\n[fields]\nemployees = 50\nindustry = \"healthcare\"\n";
    assert_eq!(toml::from_str::<LeadRecord>(text), Ok(sample()));
}

#[test]
fn what_is_left_out_or_null_is_not_there() {
    let read = |text: &str| serde_json::from_str::<LeadRecord>(text).map_err(|error| error.to_string());
    assert_eq!(read("{}"), Ok(LeadRecord::default()));
    assert_eq!(read(r#"{"id": "L-1"}"#), Ok(LeadRecord::new("L-1")));
    assert_eq!(
        read(r#"{"id": "L-1", "fields": {"phone": null, "country": "de"}}"#),
        Ok(LeadRecord::new("L-1").with("country", "de"))
    );
}

#[test]
fn faults_are_shown_where_they_stand() {
    let message = |text: &str| toml::from_str::<LeadRecord>(text).unwrap_err().to_string();
    assert_eq!(
        message("id = \"L-1\"\nname = \"x\"\n"),
        "TOML parse error at line 2, column 1
  |
2 | name = \"x\"
  | ^^^^
unknown field `name`, expected `id` or `fields`\n"
    );
    assert_eq!(
        message("[fields]\ncompany = { name = \"x\" }\n"),
        "TOML parse error at line 2, column 11
  |
2 | company = { name = \"x\" }
  |           ^^^^^^^^^^^^^^
invalid type: map, expected a text, a number, true, false or a list of these\n"
    );
    assert_eq!(
        message("fields = 5\n"),
        "TOML parse error at line 1, column 10
  |
1 | fields = 5
  |          ^
invalid type: integer `5`, expected a table of fields\n"
    );
}
