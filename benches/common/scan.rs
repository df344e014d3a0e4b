//! The plain scan: patterns parsed before, Deny first, no allocation, nothing but a yes or a no. What one would write by hand.

use std::net::Ipv4Addr;

use super::shapes::{Ask, Condition, Shape, glob};

enum Test {
    Team(String),
    TeamLike(String),
    Block(u32, u32),
}

struct Statement {
    deny: bool,
    not_action: bool,
    actions: Vec<String>,
    not_resource: bool,
    resources: Vec<String>,
    test: Option<Test>,
}

pub struct Scan {
    statements: Vec<Statement>,
    action: String,
}

fn test(condition: &Condition) -> Test {
    match condition {
        Condition::Team(team) => Test::Team(team.clone()),
        Condition::TeamLike(team) => Test::TeamLike(team.clone()),
        Condition::Block(block) => {
            let (address, bits) = block.split_once('/').unwrap();
            let mask = u32::MAX << (32 - bits.parse::<u32>().unwrap());
            Test::Block(u32::from(address.parse::<Ipv4Addr>().unwrap()) & mask, mask)
        }
    }
}

impl Scan {
    pub fn new(shapes: &[Shape]) -> Self {
        let mut statements: Vec<Statement> = shapes
            .iter()
            .map(|shape| Statement {
                deny: shape.deny,
                not_action: shape.not_action,
                actions: shape.actions.iter().map(|action| action.to_ascii_lowercase()).collect(),
                not_resource: shape.not_resource,
                resources: shape.resources.clone(),
                test: shape.condition.as_ref().map(test),
            })
            .collect();
        statements.sort_by_key(|statement| !statement.deny);
        Self { statements, action: String::new() }
    }

    /// `allow`, `explicit_deny` or `implicit_deny`. Actions are compared without case, as RAM has it.
    pub fn decide(&mut self, ask: &Ask) -> &'static str {
        self.action.clear();
        self.action.push_str(&ask.action);
        self.action.make_ascii_lowercase();
        let action = &self.action;
        let mut address = None;
        let mut allowed = false;
        for statement in &self.statements {
            if !statement.deny && allowed {
                break;
            }
            let applies = statement.actions.iter().any(|pattern| glob(pattern, action)) != statement.not_action
                && statement.resources.iter().any(|pattern| glob(pattern, &ask.resource)) != statement.not_resource
                && match &statement.test {
                    None => true,
                    Some(Test::Team(team)) => *team == ask.team,
                    Some(Test::TeamLike(team)) => glob(team, &ask.team),
                    Some(Test::Block(net, mask)) => {
                        let address = address.get_or_insert_with(|| u32::from(ask.ip.parse::<Ipv4Addr>().unwrap()));
                        *address & mask == *net
                    }
                };
            if applies && statement.deny {
                return "explicit_deny";
            }
            allowed |= applies;
        }
        if allowed { "allow" } else { "implicit_deny" }
    }
}
