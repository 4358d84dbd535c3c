//! cel: a compiled program, and fields by name from the lead, of which texts are borrowed.

use crate::{Lead, Peer, RULES};
use cel::common::types::{CelBool, CelInt, CelString};
use cel::common::value::CowVal;
use cel::context::VariableResolver;
use cel::{Context, Env, Program, Value};
use std::error::Error;
use std::sync::Arc;

pub struct Cel {
    env: Arc<Env>,
    program: Program,
}

impl VariableResolver for Lead {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        Some(match name {
            "employees" => CowVal::owned(CelInt::from(self.employees)),
            "score" => CowVal::owned(CelInt::from(self.score)),
            "industry" => CowVal::owned(CelString::from(self.industry)),
            "requested_demo" => CowVal::owned(CelBool::from(self.requested_demo)),
            "watched_video" => CowVal::owned(CelBool::from(self.watched_video)),
            "filled_pricing" => CowVal::owned(CelBool::from(self.filled_pricing)),
            _ => return None,
        })
    }
}

impl Peer for Cel {
    const NAME: &'static str = "cel";
    type Answer = Option<Value>;

    fn new() -> Result<Self, Box<dyn Error>> {
        let env = Arc::new(Env::stdlib());
        let program = env.compile(RULES)?;
        Ok(Self { env, program })
    }

    fn decide(&mut self, lead: &Lead) -> Self::Answer {
        let mut context = Context::with_env(Arc::clone(&self.env));
        context.set_variable_resolver(lead);
        self.program.execute(&context).ok()
    }

    fn pool(answer: &Self::Answer) -> Option<&str> {
        match answer {
            Some(Value::String(pool)) => Some(pool),
            _ => None,
        }
    }
}
