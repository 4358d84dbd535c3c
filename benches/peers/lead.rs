//! The leads, and where they go by hand.

use lead_router::Value;

#[derive(Debug)]
pub struct Lead {
    pub id: String,
    pub employees: i64,
    pub score: i64,
    pub industry: &'static str,
    pub requested_demo: bool,
    pub watched_video: bool,
    pub filled_pricing: bool,
}

impl Lead {
    /// What every peer has to say.
    pub fn pool(&self) -> &'static str {
        match self {
            Self { requested_demo: true, watched_video: true, filled_pricing: true, .. } => "closers",
            Self { employees: ..100, .. } => "smb",
            Self { employees: ..1_000, score: 80.., .. } => "senior",
            Self { employees: ..1_000, score: 50.., .. } => "mid",
            Self { employees: ..1_000, .. } => "junior",
            Self { industry: "healthcare" | "finance", .. } => "specialists",
            _ => "enterprise",
        }
    }
}

impl lead_router::Lead for Lead {
    fn id(&self) -> &str {
        &self.id
    }

    fn field(&self, name: &str) -> Option<Value<'_>> {
        match name {
            "employees" => Some(Value::from(self.employees)),
            "score" => Some(Value::from(self.score)),
            "industry" => Some(Value::from(self.industry)),
            "requested_demo" => Some(Value::from(self.requested_demo)),
            "watched_video" => Some(Value::from(self.watched_video)),
            "filled_pricing" => Some(Value::from(self.filled_pricing)),
            _ => None,
        }
    }
}

/// A thousand leads, the same in every run: every eighth shows intent, the others are spread over sizes, scores, industries.
pub fn leads() -> Vec<Lead> {
    let drawn = |what: &str, id: &str, bound: u64| lead_router::stable_hash(&[what, id]) % bound;
    let lead = |number: u32| {
        let id = format!("L-{number:04}");
        let of = |what: &str, bound: u64| drawn(what, &id, bound);
        Lead {
            employees: [of("employees", 100), 100 + of("employees", 900), 1_000 + of("employees", 9_000)]
                [of("band", 3) as usize] as i64,
            score: of("score", 101) as i64,
            industry: ["healthcare", "finance", "retail", "software"][of("industry", 4) as usize],
            requested_demo: of("demo", 2) == 0,
            watched_video: of("video", 2) == 0,
            filled_pricing: of("pricing", 2) == 0,
            id,
        }
    };
    (0..1_000).map(lead).collect()
}
