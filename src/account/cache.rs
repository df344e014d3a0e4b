//! The sets of many callers, each made when first asked for: a batch names thousands of principals in any order.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::bind::{Binding, Bindings};
use super::caller::{Caller, CallerError};
use super::principal::Principal;
use super::situation::Situation;
use crate::evaluate::Supplied;

/// Statements that all sets together may hold before they are thrown away: some hundred megabytes, whatever the account.
const MAX_STATEMENTS: usize = 1 << 20;
/// Callers and situations that are kept.
const MAX_ENTRIES: usize = 1 << 16;

/// A caller with the sets that bind it.
#[derive(Debug)]
pub struct KnownCaller {
    /// Who it is.
    pub caller: Caller,
    /// What it tells about condition keys.
    pub supplied: Supplied,
    plain: RefCell<Option<Rc<Binding>>>,
    others: RefCell<HashMap<Situation, Rc<Binding>>>,
}

impl KnownCaller {
    fn new(caller: Caller) -> Self {
        let mut supplied = Supplied::default();
        if let Some(principal) = &caller.principal {
            principal.supply(&mut supplied.context);
        }
        Self { caller, supplied, plain: RefCell::default(), others: RefCell::default() }
    }

    fn found(&self, situation: &Situation) -> Option<Rc<Binding>> {
        if *situation == Situation::default() {
            return self.plain.borrow().clone();
        }
        self.others.borrow().get(situation).cloned()
    }

    fn keep(&self, situation: Situation, binding: &Rc<Binding>) {
        if situation == Situation::default() {
            self.plain.replace(Some(Rc::clone(binding)));
        } else {
            self.others.borrow_mut().insert(situation, Rc::clone(binding));
        }
    }
}

/// Sets by caller and situation, within bounds.
#[derive(Debug, Default)]
pub struct BindingCache {
    callers: HashMap<Box<str>, Rc<KnownCaller>>,
    whole: bool,
    statements: usize,
    entries: usize,
}

impl BindingCache {
    /// An empty cache; `whole` as for [`Bindings::bind`].
    pub fn new(whole: bool) -> Self {
        Self { whole, ..Self::default() }
    }

    /// The caller whom a text names.
    ///
    /// # Errors
    /// When the text names no principal of the account: the sentence, and the way out.
    pub fn caller(&mut self, bindings: &Bindings, text: Option<&str>) -> Result<Rc<KnownCaller>, (String, String)> {
        let key = text.unwrap_or_default();
        if let Some(known) = self.callers.get(key) {
            return Ok(Rc::clone(known));
        }
        let principal = text.map(Principal::parse).transpose();
        let principal = principal.map_err(|error| (error.to_string(), error.help().to_owned()))?;
        let explain = |error: CallerError| (error.to_string(), error.help().to_owned());
        let known = Rc::new(KnownCaller::new(bindings.caller(principal.as_ref()).map_err(explain)?));
        self.make_room();
        self.callers.insert(key.into(), Rc::clone(&known));
        self.entries += 1;
        Ok(known)
    }

    /// The set that binds a caller in the situation of a request.
    pub fn binding(&mut self, bindings: &Bindings, known: &KnownCaller, action: &str, resource: &str) -> Rc<Binding> {
        let situation = bindings.situation(&known.caller, action, resource);
        if let Some(binding) = known.found(&situation) {
            return binding;
        }
        let binding = Rc::new(bindings.bind(&known.caller, &situation, self.whole));
        // Pairs of caller and role are many, and their sets are made in no time.
        if situation.assumed.is_some() && !self.whole {
            return binding;
        }
        self.make_room();
        self.statements += binding.set().len();
        self.entries += 1;
        known.keep(situation, &binding);
        binding
    }

    /// Forgets everything when there is too much of it; whoever is at work keeps what he has.
    fn make_room(&mut self) {
        if self.statements > MAX_STATEMENTS || self.entries > MAX_ENTRIES {
            #[expect(clippy::iter_over_hash_type, reason = "everything goes, in whatever order")]
            for (_, known) in self.callers.drain() {
                known.plain.replace(None);
                known.others.borrow_mut().clear();
            }
            (self.statements, self.entries) = (0, 0);
        }
    }
}
