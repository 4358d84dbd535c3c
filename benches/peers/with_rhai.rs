//! rhai: a compiled script with all its optimizations, and a scope that is filled anew for each lead.

use crate::{Lead, Peer};
use rhai::{AST, Engine, ImmutableString, OptimizationLevel, Scope};
use std::error::Error;

/// It has no `a ? b : c`.
const RULES: &str = r#"
    if requested_demo && watched_video && filled_pricing { "closers" }
    else if employees < 100 { "smb" }
    else if employees < 1000 { if score >= 80 { "senior" } else if score >= 50 { "mid" } else { "junior" } }
    else if industry == "healthcare" || industry == "finance" { "specialists" }
    else { "enterprise" }
"#;

pub struct Rhai {
    engine: Engine,
    rules: AST,
    scope: Scope<'static>,
}

impl Peer for Rhai {
    const NAME: &'static str = "rhai";
    type Answer = Option<ImmutableString>;

    fn new() -> Result<Self, Box<dyn Error>> {
        let mut engine = Engine::new();
        engine.set_optimization_level(OptimizationLevel::Full);
        let rules = engine.compile(RULES)?;
        Ok(Self { engine, rules, scope: Scope::new() })
    }

    fn decide(&mut self, lead: &Lead) -> Self::Answer {
        let scope = &mut self.scope;
        scope.clear();
        scope.push("employees", lead.employees).push("score", lead.score).push("industry", lead.industry);
        scope.push("requested_demo", lead.requested_demo).push("watched_video", lead.watched_video);
        scope.push("filled_pricing", lead.filled_pricing);
        self.engine.eval_ast_with_scope(scope, &self.rules).ok()
    }

    fn pool(answer: &Self::Answer) -> Option<&str> {
        answer.as_deref()
    }
}
