//! zen: the rules as one compiled expression, and as a decision table in a graph of the engine, compiled as well.

use crate::{Lead, Peer, RULES};
use rust_decimal::Decimal;
use serde_json::json;
use std::error::Error;
use std::sync::Arc;
use tokio::runtime::Runtime;
use zen_engine::model::DecisionContent;
use zen_engine::{Decision, DecisionEngine};
use zen_expression::expression::Standard;
use zen_expression::vm::VM;
use zen_expression::{Variable, compile_expression};
use zen_types::symbol::Symbol;
use zen_types::variable::VariableMap;

/// What it reads a lead from. It has one form of text, which it owns.
fn variable(lead: &Lead) -> Variable {
    let number = |number: i64| Variable::Number(Decimal::from(number));
    let fields = [
        ("employees", number(lead.employees)),
        ("score", number(lead.score)),
        ("industry", Variable::String(Symbol::from(lead.industry))),
        ("requested_demo", Variable::Bool(lead.requested_demo)),
        ("watched_video", Variable::Bool(lead.watched_video)),
        ("filled_pricing", Variable::Bool(lead.filled_pricing)),
    ];
    let fields = fields.into_iter().map(|(name, value)| (Symbol::from_static(name), value));
    Variable::from_object(fields.collect::<VariableMap>())
}

pub struct Expression {
    rules: zen_expression::Expression<Standard>,
    vm: VM,
}

impl Peer for Expression {
    const NAME: &'static str = "zen-expression";
    type Answer = Option<Variable>;

    fn new() -> Result<Self, Box<dyn Error>> {
        let rules = RULES.replace("&&", "and").replace("||", "or");
        Ok(Self { rules: compile_expression(&rules).map_err(|error| format!("{error:?}"))?, vm: VM::new() })
    }

    fn decide(&mut self, lead: &Lead) -> Self::Answer {
        self.rules.evaluate_with(variable(lead), &mut self.vm).ok()
    }

    fn pool(answer: &Self::Answer) -> Option<&str> {
        answer.as_ref()?.as_str()
    }
}

pub struct Table {
    decision: Decision,
    runtime: Runtime,
}

impl Peer for Table {
    const NAME: &'static str = "zen-engine";
    type Answer = Option<Variable>;

    fn new() -> Result<Self, Box<dyn Error>> {
        let inputs = ["requested_demo", "watched_video", "filled_pricing", "employees", "score", "industry"];
        let rule = |cells: [&str; 6], pool: &str| {
            let mut rule = json!({ "_id": pool, "pool": format!("'{pool}'") });
            for (input, cell) in inputs.into_iter().zip(cells) {
                rule[input] = cell.into();
            }
            rule
        };
        let table = json!({
            "hitPolicy": "first",
            "inputs": inputs.map(|field| json!({ "id": field, "name": field, "field": field, "type": "expression" })),
            "outputs": [{ "id": "pool", "name": "pool", "field": "pool", "type": "expression" }],
            "rules": [
                rule(["true", "true", "true", "", "", ""], "closers"),
                rule(["", "", "", "< 100", "", ""], "smb"),
                rule(["", "", "", "< 1000", ">= 80", ""], "senior"),
                rule(["", "", "", "< 1000", ">= 50", ""], "mid"),
                rule(["", "", "", "< 1000", "", ""], "junior"),
                rule(["", "", "", "", "", "'healthcare', 'finance'"], "specialists"),
                rule(["", "", "", "", "", ""], "enterprise"),
            ],
        });
        let graph = json!({
            "nodes": [
                { "id": "in", "name": "in", "type": "inputNode", "content": {} },
                { "id": "table", "name": "table", "type": "decisionTableNode", "content": table },
                { "id": "out", "name": "out", "type": "outputNode", "content": {} },
            ],
            "edges": [
                { "id": "1", "sourceId": "in", "targetId": "table", "type": "edge" },
                { "id": "2", "sourceId": "table", "targetId": "out", "type": "edge" },
            ],
        });
        let content: DecisionContent = serde_json::from_value(graph)?;
        let mut decision = DecisionEngine::default().create_decision(Arc::new(content))?;
        decision.compile();
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        Ok(Self { decision, runtime })
    }

    fn decide(&mut self, lead: &Lead) -> Self::Answer {
        self.runtime.block_on(self.decision.evaluate(variable(lead))).ok()?.result.dot("pool")
    }

    fn pool(answer: &Self::Answer) -> Option<&str> {
        answer.as_ref()?.as_str()
    }
}
