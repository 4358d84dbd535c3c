//! Leads as JSON lines: one object a line, whose keys are the lead's fields.

use crate::leads::Inbound;
use crate::table::Reject;
use crate::time::parse_time;
use chrono::{DateTime, Utc};
use lead_router::{FieldValue, LeadRecord};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use std::fmt;

/// Reads one line. The message about a fault names its column.
pub(crate) fn parse_line(text: &[u8], line: u64, columns: Columns<'_>) -> Result<Inbound, Reject> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let read = columns.deserialize(&mut json).and_then(|lead| json.end().map(|()| lead));
    let (lead, time) = read.map_err(|error| {
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = error.to_string();
        let reason = message.strip_suffix(&place).unwrap_or(&message).to_owned();
        Reject { line, column: error.column().max(1), reason, text: text.to_vec() }
    })?;
    Ok(Inbound { lead, time })
}

/// Which keys say the lead's id and when it came in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns<'a> {
    pub(crate) id: &'a str,
    pub(crate) time: &'a str,
}

type Parsed = (LeadRecord, Option<DateTime<Utc>>);

impl<'de> DeserializeSeed<'de> for Columns<'_> {
    type Value = Parsed;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parsed, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Columns<'_> {
    type Value = Parsed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the fields of a lead")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parsed, A::Error> {
        let (mut id, mut time, mut fields) = (String::new(), None, Vec::new());
        while let Some((name, value)) = map.next_entry::<String, Option<FieldValue>>()? {
            let Some(value) = value else { continue };
            if name == self.id {
                id = match &value {
                    FieldValue::Text(text) => text.trim().to_owned(),
                    FieldValue::Integer(integer) => integer.to_string(),
                    _ => return Err(A::Error::custom(format_args!("`{name}` is neither a text nor a whole number"))),
                };
            }
            if name == self.time {
                let text = value.as_value();
                let text = text.as_text().ok_or_else(|| A::Error::custom(format_args!("`{name}` is not a text")))?;
                if !text.trim().is_empty() {
                    time = Some(parse_time(text).map_err(A::Error::custom)?);
                }
            }
            fields.push((name, value));
        }
        let lead = fields.into_iter().fold(LeadRecord::new(id), |lead, (name, value)| lead.with(name, value));
        Ok((lead, time))
    }
}
