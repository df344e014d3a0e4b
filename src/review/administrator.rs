//! Who is administrator in fact: by what the policies allow, not by their names.

use super::answer::{Ground, Strength, strength};
use super::oracle::{Oracle, With};
use super::targets;
use crate::account::{Caller, Principal};
use crate::evaluate::{LayerKind, Residual};
use crate::policy::Effect;

/// An action that no policy names: only a statement about all actions allows it.
const ANY: &str = "any-service:AnyAction";

/// A user or role whose own policies allow everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    /// Who.
    pub principal: Principal,
    /// How sure that is.
    pub strength: Strength,
    /// Under which condition.
    pub condition: Residual,
    /// The statements that allow it.
    pub grounds: Vec<Ground>,
    /// Deny statements of its own policies: what it is administrator without.
    pub exceptions: Vec<Ground>,
}

/// What an administrator can do that nobody else can.
pub(super) struct Rank {
    pub(super) strength: Strength,
    pub(super) condition: Residual,
    pub(super) grounds: Vec<Ground>,
}

impl Oracle<'_> {
    /// Whether a caller's own policies allow any action on any resource, and to change who may do what. Control policies bind
    /// every user and role alike and are left out: the first of all the others is still the first.
    pub(super) fn rank(&self, caller: &Caller, actor: usize) -> Option<Rank> {
        let caller = caller.exempted();
        let account = self.account;
        let mut rank = Rank { strength: Strength::Certain, condition: Residual::Always, grounds: Vec::new() };
        for (action, resource) in [
            (ANY, format!("acs:any:cn-hangzhou:{account}:any/example")),
            ("ram:AttachPolicyToUser", targets::user(account, "any-user")),
            ("ram:CreatePolicyVersion", targets::policy(account, "any-policy")),
        ] {
            let answer = self.ask_caller(&caller, actor, action, &resource, With::Identities);
            let found = answer.strength()?;
            rank.strength = rank.strength.max(found);
            rank.condition = Residual::all([rank.condition, answer.condition.clone()]);
            for ground in &answer.grounds {
                if !rank.grounds.contains(ground) {
                    rank.grounds.push(ground.clone());
                }
            }
        }
        // Each call is judged alone; together they may ask for the impossible only if one does.
        strength(&rank.condition, true)?;
        Some(rank)
    }

    /// All administrators, users before roles, by name; with their numbers.
    pub(super) fn administrators(&self) -> Vec<(usize, Administrator)> {
        let table = self.table(ANY);
        let mut all = Vec::new();
        for class in table.classes.iter().filter(|class| !class.silent) {
            for at in &class.members {
                let Some(actor) = self.actors.get(*at) else { continue };
                let Some(rank) = self.rank(&actor.caller, *at) else { continue };
                let principal = actor.principal.clone();
                let Rank { strength, condition, grounds } = rank;
                let exceptions = self.own_denies(*at);
                all.push((*at, Administrator { principal, strength, condition, grounds, exceptions }));
            }
        }
        all.sort_by_key(|(at, _)| *at);
        all
    }

    fn own_denies(&self, actor: usize) -> Vec<Ground> {
        let mut denies = Vec::new();
        let binders = self.actors.get(actor).map(|actor| actor.binders.as_slice()).unwrap_or_default();
        for binder in binders.iter().filter(|binder| binder.kind == LayerKind::Identity) {
            let Some(named) = self.bindings.documents.policy(binder.policy) else { continue };
            if named.origin == crate::account::Origin::Unknown {
                continue;
            }
            for (statement, of) in named.policy.statements.iter().enumerate() {
                if of.effect.as_ref().is_some_and(|effect| effect.value == Effect::Deny) {
                    denies.push(Ground {
                        policy: binder.policy,
                        statement,
                        layer: binder.kind,
                        scope: binder.scope.into(),
                        effect: Effect::Deny,
                        certain: false,
                    });
                }
            }
        }
        denies
    }
}
