//! Everything that a request is judged on: policies, context, inventory, principal, assumptions.

use std::io::Write;

use ramspect::catalog::Assumptions;
use ramspect::evaluate::{
    Context, Decision, Explanation, Fact, Judgement, KeyState, PolicySet, Possible, Request, Rules, Scratch, Supplied,
    View,
};
use ramspect::inventory::{Inventory, Kind, Property};
use ramspect::pattern::arn;
use ramspect::report::json::{DecidedBy, ResourceAnswer, words};

use super::failure::Outcome;
use super::options::{AssumeArgs, ContextArgs, PolicyArgs};
use super::policies::Policies;
use super::principal::Principal;
use super::terminal::Terminal;

/// The fixed part of one run.
#[derive(Debug)]
pub(crate) struct Judge {
    pub(crate) policies: Policies,
    pub(crate) command: Context<'static>,
    pub(crate) closed: bool,
    pub(crate) assumptions: Assumptions,
    pub(crate) principal: Option<Principal>,
    pub(crate) inventory: Inventory,
}

/// What one resource was judged to be, with everything an answer shows.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) explanation: Explanation,
    pub(crate) root: bool,
}

impl Judge {
    pub(crate) fn load(
        policies: &PolicyArgs,
        context: &ContextArgs,
        assume: &AssumeArgs,
        inventory: Inventory,
        terminal: &mut Terminal,
    ) -> Outcome<Self> {
        let principal = policies.principal.as_deref().map(Principal::parse).transpose()?;
        let command = context.context()?;
        let assumptions = assume.assumptions()?;
        let policies = Policies::load(policies, terminal)?;
        Ok(Self { policies, command, closed: context.closed_context, assumptions, principal, inventory })
    }

    pub(crate) fn set(&self) -> &PolicySet {
        &self.policies.set
    }

    pub(crate) fn is_root(&self, principal: Option<&Principal>) -> bool {
        principal.or(self.principal.as_ref()).is_some_and(Principal::is_root)
    }

    /// What inventory and principal say about one resource.
    pub(crate) fn supplied(&self, resource: &str, principal: Option<&Principal>) -> Supplied {
        let mut supplied = Supplied::default();
        if let Some(principal) = principal.or(self.principal.as_ref()) {
            principal.supply(&mut supplied.context);
        }
        let Some(parts) = arn(resource).filter(|arn| arn.service == "ecs") else { return supplied };
        let Some((kind, id)) = parts.type_and_id().and_then(|(word, id)| Some((Kind::named(word)?, id))) else {
            return supplied;
        };
        let caller = principal.or(self.principal.as_ref()).map(|principal| principal.account.as_str());
        let facts = self.inventory.resource_facts(kind, id, parts.region, parts.account, caller);
        match facts.tags {
            Property::Known(tags) => {
                supplied.tags_complete = true;
                for (key, value) in tags {
                    for prefix in ["acs:ResourceTag/", "ecs:tag/"] {
                        supplied.context.set(format!("{prefix}{key}"), Fact::One(value.clone().into()));
                    }
                }
            }
            Property::None => supplied.tags_complete = true,
            Property::Unknown => {}
        }
        match facts.resource_group {
            Property::Known(group) if !group.is_empty() => {
                supplied.context.set("acs:ResourceGroupId", Fact::One(group.into()));
            }
            Property::None => supplied.context.set("acs:ResourceGroupId", Fact::Absent),
            Property::Known(_) | Property::Unknown => {}
        }
        supplied
    }

    /// Whether there is anything that could supply a fact; else the view needs no supplied part.
    pub(crate) fn supplies(&self, principal: Option<&Principal>) -> bool {
        principal.or(self.principal.as_ref()).is_some() || !self.inventory.is_empty()
    }

    /// Judges one action on one resource, with the reasons.
    pub(crate) fn explain(
        &self,
        action: &str,
        resource: &str,
        rules: Rules,
        supplied: &Supplied,
        line: Option<&Line<'_>>,
        scratch: &mut Scratch,
    ) -> (Judgement, Judged) {
        let view = self.view(supplied, line);
        let request = Request { action, resource, view };
        let judgement = self.set().judge(&request, rules, scratch);
        let explanation = self.set().explain_judged(view, rules, scratch, judgement);
        (judgement, Judged { explanation, root: false })
    }

    /// The view of a request's keys.
    pub(crate) fn view<'v>(&'v self, supplied: &'v Supplied, line: Option<&'v Line<'_>>) -> View<'v> {
        View {
            line: line.map(|line| &line.context),
            command: Some(&self.command),
            supplied: Some(supplied),
            closed: self.closed || line.is_some_and(|line| line.closed),
        }
    }

    /// Warns of keys for which the command line or a line contradicts inventory or principal (contract 2.4).
    pub(crate) fn warn_of_contradictions(&self, supplied: &Supplied, line: Option<&Line<'_>>, terminal: &mut Terminal) {
        let only_supplied = View { supplied: Some(supplied), ..View::default() };
        let all = self.view(supplied, line);
        let said = line.into_iter().flat_map(|line| line.context.iter()).chain(self.command.iter());
        for (key, _) in said {
            let (given, known) = (all.state(key), only_supplied.state(key));
            if known != KeyState::Unknown && given != known {
                let _ = writeln!(
                    terminal.err,
                    "warning: `{key}` is {} by flag or line, but {} by inventory or principal",
                    spell(given),
                    spell(known)
                );
            }
        }
    }

    /// The JSON of one resource.
    pub(crate) fn answer(&self, resource: &str, kind: Option<&'static str>, judged: &Judged) -> ResourceAnswer {
        let explanation = &judged.explanation;
        ResourceAnswer {
            arn: resource.to_owned(),
            kind,
            decision: explanation.possible.word(),
            possible: words(explanation.possible),
            decided_by: self.decided_by(judged),
            depends_on: explanation.depends_on.clone(),
        }
    }

    fn decided_by(&self, judged: &Judged) -> Vec<DecidedBy> {
        if judged.root {
            return vec![DecidedBy {
                layer: "root",
                scope: "account".to_owned(),
                policy: None,
                statement: None,
                effect: "Allow",
                file: None,
                span: None,
                matched: None,
            }];
        }
        judged.explanation.decided_by.iter().filter_map(|deciding| self.policies.decided_by(*deciding)).collect()
    }
}

impl Judged {
    /// The account itself: no policy binds it (facts/ram-language.md 6.4).
    pub(crate) fn root() -> Self {
        let explanation = Explanation {
            possible: Possible::of(Decision::Allow),
            exact: true,
            decided_by: Vec::new(),
            refused_by: None,
            depends_on: Vec::new(),
        };
        Self { explanation, root: true }
    }
}

/// What a batch or request line says beyond the request itself.
#[derive(Debug, Default)]
pub(crate) struct Line<'a> {
    pub(crate) context: Context<'a>,
    pub(crate) closed: bool,
}

fn spell(state: KeyState<'_>) -> String {
    match state {
        KeyState::Known(values) => format!("`{}`", values.join("`, `")),
        KeyState::Absent => "absent".to_owned(),
        KeyState::Unknown => "unknown".to_owned(),
    }
}
