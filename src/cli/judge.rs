//! Everything that a request is judged on: policies, context, inventory, principal, assumptions.

use std::cell::RefCell;
use std::rc::Rc;

use ramspect::account::{Binding, BindingCache, KnownCaller};
use ramspect::catalog::Assumptions;
use ramspect::evaluate::{
    Context, Decision, Explanation, Judgement, KeyState, Possible, Request, Rules, Scratch, Supplied, View,
};
use ramspect::inventory::Inventory;
use ramspect::report::json::{DecidedBy, ResourceAnswer, words};
use ramspect::request::{Line, Principal};

use super::failure::{Failure, Outcome};
use super::options::{AssumeArgs, ContextArgs, PolicyArgs};
use super::policies::Policies;
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
    pub(crate) cache: RefCell<BindingCache>,
}

/// What one resource was judged to be, with everything an answer shows.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) explanation: Explanation,
    pub(crate) root: bool,
    /// What bound the caller; none for the root user, whom nothing binds.
    pub(crate) binding: Option<Rc<Binding>>,
}

impl Judge {
    pub(crate) fn load(
        policies: &PolicyArgs,
        context: &ContextArgs,
        assume: &AssumeArgs,
        inventory: Inventory,
        terminal: &mut Terminal,
    ) -> Outcome<Self> {
        let principal = policies.principal()?;
        let command = context.context()?;
        let assumptions = assume.assumptions()?;
        let policies = Policies::load(policies, terminal)?;
        let (closed, cache) = (context.closed_context, RefCell::new(BindingCache::new(true)));
        let judge = Self { policies, command, closed, assumptions, principal, inventory, cache };
        // Who is named on the command line must exist, even where every line names somebody else.
        let bound = match &judge.principal {
            Some(principal) => Some(judge.binding(&*judge.caller(Some(principal))?, "", "")),
            None => None,
        };
        super::account::warn(&judge.policies.warnings, &judge.policies.bindings.documents, bound.as_deref(), terminal);
        Ok(judge)
    }

    /// Looks up who calls: the request's own principal, else that of the command line.
    pub(crate) fn caller(&self, principal: Option<&Principal>) -> Outcome<Rc<KnownCaller>> {
        let text = principal.or(self.principal.as_ref()).map(ToString::to_string);
        let found = self.cache.borrow_mut().caller(&self.policies.bindings, text.as_deref());
        found.map_err(|(message, help)| match text {
            Some(_) => Failure::new(message).with_help(help),
            None => Failure::new("`--account` needs `--principal`").with_help(help),
        })
    }

    /// What binds a caller in the situation of a request.
    pub(crate) fn binding(&self, caller: &KnownCaller, action: &str, resource: &str) -> Rc<Binding> {
        self.cache.borrow_mut().binding(&self.policies.bindings, caller, action, resource)
    }

    /// Whether nothing can bind the caller.
    pub(crate) fn is_root(&self, principal: Option<&Principal>) -> bool {
        self.policies.is_unbound(principal.or(self.principal.as_ref()))
    }

    /// What the principal says about any resource.
    pub(crate) fn supplied_by_principal(&self, principal: Option<&Principal>) -> Supplied {
        let mut supplied = Supplied::default();
        if let Some(principal) = principal.or(self.principal.as_ref()) {
            principal.supply(&mut supplied.context);
        }
        supplied
    }

    /// What inventory and principal say about one resource.
    pub(crate) fn supplied(&self, resource: &str, principal: Option<&Principal>) -> Supplied {
        let mut supplied = self.supplied_by_principal(principal);
        let caller = principal.or(self.principal.as_ref()).map(|principal| principal.account.as_str());
        self.inventory.supply(&mut supplied, resource, caller);
        supplied
    }

    /// Judges one action on one resource, with the reasons.
    pub(crate) fn explain(
        &self,
        caller: &KnownCaller,
        request: (&str, &str),
        rules: Rules,
        supplied: &Supplied,
        line: Option<&Line<'_>>,
        scratch: &mut Scratch,
    ) -> (Judgement, Judged) {
        let (action, resource) = request;
        let view = self.view(supplied, line);
        let binding = self.binding(caller, action, resource);
        let request = Request { action, resource, view };
        let (judgement, explanation) = binding.set().judge_and_explain(&request, rules, scratch);
        (judgement, Judged { explanation, root: false, binding: Some(binding) })
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
                let (given, known) = (spell(given), spell(known));
                terminal.warn(&format!("`{key}` is {given} by flag or line, but {known} by inventory or principal"));
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
            return vec![DecidedBy::root()];
        }
        let Some(binding) = &judged.binding else { return Vec::new() };
        let deciding = judged.explanation.decided_by.iter();
        deciding.filter_map(|deciding| self.policies.decided_by(binding, *deciding)).collect()
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
        Self { explanation, root: true, binding: None }
    }
}

fn spell(state: KeyState<'_>) -> String {
    match state {
        KeyState::Known(values) => format!("`{}`", values.join("`, `")),
        KeyState::Absent => "absent".to_owned(),
        KeyState::Unknown => "unknown".to_owned(),
    }
}
