//! The steps that somebody can take: for each way the calls, each judged.

use std::rc::Rc;

use super::{Call, Gain, Step, Way};
use crate::account::{Account, Attachment, Caller, DocumentId, Origin, PolicyType, Principal, PrincipalKind};
use crate::analyze::Options;
use crate::catalog::{Catalog, PassWay};
use crate::review::answer::{Answer, Strength};
use crate::review::oracle::{Oracle, With};
use crate::review::some::Found;
use crate::review::targets;

/// Makes credentials of another user; in the older and in the newer spelling of the service.
pub(super) const CREDENTIALS: [&str; 6] = [
    "ram:CreateAccessKey",
    "ram:CreateLoginProfile",
    "ram:UpdateLoginProfile",
    "ims:CreateAccessKey",
    "ims:CreateLoginProfile",
    "ims:UpdateLoginProfile",
];

/// Changes an identity provider.
pub(super) const PROVIDERS: [&str; 4] =
    ["ram:UpdateSAMLProvider", "ims:UpdateSAMLProvider", "ram:UpdateOIDCProvider", "ims:UpdateOIDCProvider"];

/// Makes an identity provider.
pub(super) const NEW_PROVIDERS: [&str; 4] =
    ["ram:CreateSAMLProvider", "ims:CreateSAMLProvider", "ram:CreateOIDCProvider", "ims:CreateOIDCProvider"];

/// Turns an access key of another user on.
pub(super) const KEYS: [&str; 2] = ["ram:UpdateAccessKey", "ims:UpdateAccessKey"];

/// Takes the second factor off a user, or off all: with what the call is about, `{user}` being the user.
pub(super) const FACTORS: [(&str, &str); 10] = [
    ("ram:UnbindMFADevice", "user/{user}"),
    ("ims:UnbindMFADevice", "user/{user}"),
    ("ram:BindMFADevice", "user/{user}"),
    ("ims:BindMFADevice", "user/{user}"),
    ("ram:DisableVirtualMFA", "user/{user}"),
    ("ims:DisableVirtualMFA", "user/{user}"),
    ("ram:DeleteVirtualMFADevice", "mfa/{user}"),
    ("ims:DeleteVirtualMFADevice", "mfa/{user}"),
    ("ram:SetSecurityPreference", "*"),
    ("ims:SetSecurityPreference", "*"),
];

/// Takes away a policy that denies.
pub(super) const REMOVALS: [&str; 8] = [
    "ram:DetachPolicyFromUser",
    "ram:DetachPolicyFromRole",
    "ram:DetachPolicyFromGroup",
    "ram:RemoveUserFromGroup",
    "ims:RemoveUserFromGroup",
    "resourcemanager:DetachPolicy",
    "ram:DeletePolicy",
    "ram:DeletePolicyVersion",
];

/// Lifts control policies.
pub(super) const CONTROLS: [&str; 3] = [
    "resourcemanager:DetachControlPolicy",
    "resourcemanager:UpdateControlPolicy",
    "resourcemanager:DisableControlPolicy",
];

/// Runs code on a machine.
pub(super) const COMMANDS: [&str; 4] =
    ["ecs:RunCommand", "ecs:InvokeCommand", "ecs:SendFile", "ecs:StartTerminalSession"];

/// Everything else that a path is made of.
pub(super) const OTHERS: [&str; 13] = [
    "ram:AttachPolicyToUser",
    "ram:AttachPolicyToGroup",
    "ram:AttachPolicyToRole",
    "resourcemanager:AttachPolicy",
    "ram:CreatePolicyVersion",
    "ram:SetDefaultPolicyVersion",
    "ram:AddUserToGroup",
    "ims:AddUserToGroup",
    "ram:UpdateRole",
    "ram:PassRole",
    "sts:AssumeRole",
    "ram:CreateUser",
    "ram:CreateRole",
];

/// Whoever asks: an actor, as itself or as somebody who has joined a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking<'c> {
    pub(super) actor: usize,
    /// None for the actor as it is.
    pub(super) caller: Option<&'c Caller>,
}

/// The ways with what they need to know.
#[derive(Debug)]
pub(super) struct Ways<'o, 'a> {
    pub(super) oracle: &'o Oracle<'a>,
    pub(super) catalog: &'o Catalog,
    pub(super) options: Options,
    /// No more than this is taken.
    pub(super) most: Strength,
    /// Whether the budget ran out somewhere.
    pub(super) undecided: std::cell::Cell<bool>,
}

/// `user/alice`
pub(super) fn relative(principal: &Principal) -> String {
    match &principal.kind {
        PrincipalKind::Root => "root".to_owned(),
        PrincipalKind::User(name) => format!("user/{name}"),
        PrincipalKind::Role(name) => format!("role/{name}"),
    }
}

impl<'a> Ways<'_, 'a> {
    fn account(&self) -> Option<&'a Account> {
        self.oracle.bindings.account.as_ref()
    }

    pub(super) fn principal(&self, actor: usize) -> Option<&Principal> {
        self.oracle.actors.get(actor).map(|actor| &actor.principal)
    }

    /// The call, if it is allowed and sure enough.
    pub(super) fn call(&self, who: Asking<'_>, action: &str, resource: &str, with: With<'_>) -> Option<Call> {
        let answer = match who.caller {
            None => self.oracle.ask(who.actor, action, resource, with),
            Some(caller) => self.oracle.ask_caller(caller, who.actor, action, resource, with),
        };
        self.taken(action, resource, with, answer)
    }

    pub(super) fn taken(&self, action: &str, resource: &str, with: With<'_>, answer: Rc<Answer>) -> Option<Call> {
        answer.strength().filter(|strength| *strength <= self.most)?;
        let context = match with {
            With::Service(service) => vec![("acs:Service".to_owned(), service.to_owned())],
            With::Plain | With::Identities => Vec::new(),
        };
        let (action, resource) = (action.to_owned(), resource.to_owned());
        Some(Call { action, resource, context, own_side: false, answer })
    }

    fn step(&self, who: Asking<'_>, way: Way, to: String, gain: Gain, calls: Vec<Call>) -> Option<Step> {
        Some(Step { by: self.principal(who.actor)?.clone(), way, to, gain, calls, needs: None })
    }

    /// Makes an administrator of somebody, who may be whoever asks: attaches a policy that allows everything, or rewrites
    /// one that is attached.
    pub(super) fn boost(&self, who: Asking<'_>, target: &Principal) -> Option<Step> {
        let account = self.oracle.account;
        let attach = |action: &str, resource: String, to: String| {
            let calls = vec![
                self.call(who, action, &resource, With::Identities)?,
                self.call(who, action, targets::ADMINISTRATOR, With::Identities)?,
            ];
            self.step(who, Way::Attach, to, Gain::Administrator, calls)
        };
        let (direct, own) = match &target.kind {
            PrincipalKind::User(name) => ("ram:AttachPolicyToUser", targets::user(account, name)),
            PrincipalKind::Role(name) => ("ram:AttachPolicyToRole", targets::role(account, name)),
            PrincipalKind::Root => return None,
        };
        if let Some(step) = attach(direct, own.clone(), relative(target)) {
            return Some(step);
        }
        let read = self.account()?;
        let (grants, groups) = held(read, target);
        for group in groups {
            let step = attach("ram:AttachPolicyToGroup", targets::group(account, group), format!("group/{group}"));
            if step.is_some() {
                return step;
            }
        }
        let mut step = self.rewrite(who, &grants, "ram:CreatePolicyVersion", Way::Rewrite);
        step = step.or_else(|| attach("resourcemanager:AttachPolicy", own, relative(target)));
        if step.is_none() && self.most == Strength::Possible {
            step = self.rewrite(who, &grants, "ram:SetDefaultPolicyVersion", Way::Version);
        }
        step
    }

    fn rewrite(&self, who: Asking<'_>, grants: &[&Attachment], action: &str, way: Way) -> Option<Step> {
        for grant in grants {
            let Some(name) = self.custom(grant) else { continue };
            let resource = targets::policy(self.oracle.account, name);
            if let Some(call) = self.call(who, action, &resource, With::Identities) {
                let mut step = self.step(who, way, format!("policy/{name}"), Gain::Administrator, vec![call])?;
                if way == Way::Version {
                    step.needs = Some(format!("an older version of policy/{name} allows more"));
                }
                return Some(step);
            }
        }
        None
    }

    /// The name of a policy of the account itself, granted for all of it.
    fn custom(&self, grant: &Attachment) -> Option<&'a str> {
        if grant.resource_group.is_some() || grant.of_type == Some(PolicyType::System) {
            return None;
        }
        let named = self.oracle.bindings.documents.policy(grant.policy)?;
        match named.origin {
            Origin::Text(_) => Some(&named.name),
            // Of a policy that nobody knows not even the kind is known.
            Origin::Unknown if grant.of_type == Some(PolicyType::Custom) => named.name.strip_prefix("policy:"),
            Origin::Unknown | Origin::BuiltIn | Origin::Root => None,
        }
    }

    /// The first of some calls on one resource.
    fn first(&self, who: Asking<'_>, actions: &[&str], resource: &str) -> Option<Call> {
        actions.iter().find_map(|action| self.call(who, action, resource, With::Identities))
    }

    /// Makes credentials of a user.
    pub(super) fn credentials(&self, who: Asking<'_>, name: &str, gain: Gain) -> Option<Step> {
        let call = self.first(who, &CREDENTIALS, &targets::user(self.oracle.account, name))?;
        self.step(who, Way::Credentials, format!("user/{name}"), gain, vec![call])
    }

    /// Rewrites whom a role trusts, and assumes it: from the account where the caller may, else from one of its own.
    pub(super) fn retrust(&self, who: Asking<'_>, name: &str, gain: &Gain) -> Option<Vec<Step>> {
        let resource = targets::role(self.oracle.account, name);
        let calls = vec![self.call(who, "ram:UpdateRole", &resource, With::Identities)?];
        self.then_assume(who, Way::Trust, name, calls, gain)
    }

    /// A step after which a role trusts whom one likes, and the step of assuming it.
    fn then_assume(&self, who: Asking<'_>, way: Way, name: &str, calls: Vec<Call>, gain: &Gain) -> Option<Vec<Step>> {
        let to = format!("role/{name}");
        let resource = targets::role(self.oracle.account, name);
        let Some(mut assume) = self.own_side(who, &resource) else {
            // Nobody of this account need be asked: the trust policy may name another one.
            return Some(vec![self.step(who, way, to, gain.clone(), calls)?]);
        };
        assume.own_side = true;
        let first = self.step(who, way, to.clone(), Gain::Preparation, calls)?;
        Some(vec![first, self.step(who, Way::Assume, to, gain.clone(), vec![assume])?])
    }

    /// Whether the caller's own policies allow to assume a role, whoever the role trusts.
    fn own_side(&self, who: Asking<'_>, resource: &str) -> Option<Call> {
        if who.caller.is_some() {
            return None;
        }
        self.call(who, "sts:AssumeRole", resource, With::Identities)
    }

    /// Assumes a role that trusts whoever asks.
    pub(super) fn assume(&self, who: Asking<'_>, name: &str, gain: Gain) -> Option<Step> {
        let resource = targets::role(self.oracle.account, name);
        let answer = match who.caller {
            None => self.oracle.ask_whole(who.actor, "sts:AssumeRole", &resource, With::Identities),
            Some(caller) => self.oracle.ask_caller(caller, who.actor, "sts:AssumeRole", &resource, With::Identities),
        };
        let call = self.taken("sts:AssumeRole", &resource, With::Identities, answer)?;
        self.step(who, Way::Assume, format!("role/{name}"), gain, vec![call])
    }

    /// Runs code with a role that was passed to a service.
    pub(super) fn run(&self, who: usize, way: &PassWay) -> Option<Call> {
        let pattern = way.resources.replace("{account}", self.oracle.account);
        self.some(who, way.action, &pattern)
    }

    /// Some call of an action on a resource of a pattern.
    pub(super) fn some(&self, who: usize, action: &str, pattern: &str) -> Option<Call> {
        match self.oracle.some(who, action, pattern, self.catalog, self.options) {
            Found::Some(example) => self.taken(&example.action, &example.resource, With::Plain, example.answer),
            Found::None => None,
            Found::Undecided => {
                self.undecided.set(true);
                None
            }
        }
    }

    /// A new identity with a policy that allows everything.
    pub(super) fn create(&self, who: Asking<'_>) -> Option<Vec<Step>> {
        let account = self.oracle.account;
        let name = "new-identity";
        let attach = |action: &str, resource: &str, to: &str| {
            let calls = vec![
                self.call(who, action, resource, With::Identities)?,
                self.call(who, action, targets::ADMINISTRATOR, With::Identities)?,
            ];
            self.step(who, Way::Attach, to.to_owned(), Gain::Preparation, calls)
        };
        let create = |action: &str, resource: &str, to: &str| {
            let call = self.call(who, action, resource, With::Identities)?;
            self.step(who, Way::Create, to.to_owned(), Gain::Preparation, vec![call])
        };
        let user = || {
            let (resource, to) = (targets::user(account, name), format!("user/{name}"));
            let steps = [create("ram:CreateUser", &resource, &to)?, attach("ram:AttachPolicyToUser", &resource, &to)?];
            let mut steps = steps.to_vec();
            steps.push(self.credentials(who, name, Gain::Administrator)?);
            Some(steps)
        };
        let role = || {
            let (resource, to) = (targets::role(account, name), format!("role/{name}"));
            let made = create("ram:CreateRole", &resource, &to)?;
            let mut attached = attach("ram:AttachPolicyToRole", &resource, &to)?;
            // The new role trusts whom its maker likes.
            match self.own_side(who, &resource) {
                Some(mut assume) => {
                    assume.own_side = true;
                    let last = self.step(who, Way::Assume, to, Gain::Administrator, vec![assume])?;
                    Some(vec![made, attached, last])
                }
                None => {
                    attached.gain = Gain::Administrator;
                    Some(vec![made, attached])
                }
            }
        };
        role().or_else(user)
    }

    /// Takes over another identity by calls about it alone.
    pub(super) fn take(&self, who: Asking<'_>, target: &Principal, gain: &Gain) -> Option<Vec<Step>> {
        match &target.kind {
            PrincipalKind::User(name) => Some(vec![self.credentials(who, name, gain.clone())?]),
            PrincipalKind::Role(name) => {
                let assumed = self.assume(who, name, gain.clone()).map(|step| vec![step]);
                assumed.or_else(|| self.is_changeable(name).then(|| self.retrust(who, name, gain)).flatten())
            }
            PrincipalKind::Root => None,
        }
    }

    /// Whether the trust policy of a role can be changed: not that of a service-linked one (facts/ram-language.md 1.3 bis).
    pub(super) fn is_changeable(&self, role: &str) -> bool {
        self.account().and_then(|account| account.role(role)).is_some_and(|(_, role)| !role.service_linked)
    }

    /// Joins a group.
    pub(super) fn join(&self, who: Asking<'_>, user: &str, group: &str, gain: Gain) -> Option<Step> {
        let account = self.oracle.account;
        let both = |action: &str| {
            let user = self.call(who, action, &targets::user(account, user), With::Identities)?;
            Some(vec![user, self.call(who, action, &targets::group(account, group), With::Identities)?])
        };
        let calls = both("ram:AddUserToGroup").or_else(|| both("ims:AddUserToGroup"))?;
        self.step(who, Way::Join, format!("group/{group}"), gain, calls)
    }

    pub(super) fn make(&self, who: Asking<'_>, way: Way, to: String, gain: Gain, calls: Vec<Call>) -> Option<Step> {
        self.step(who, way, to, gain, calls)
    }
}

/// The grants of somebody, his groups' among them, and the groups.
fn held<'a>(account: &'a Account, target: &Principal) -> (Vec<&'a Attachment>, Vec<&'a str>) {
    match &target.kind {
        PrincipalKind::User(name) => match account.user(name) {
            Some(user) => (account.grants_of(user), user.groups.iter().map(|group| &**group).collect()),
            None => (Vec::new(), Vec::new()),
        },
        PrincipalKind::Role(name) => {
            let grants = account.role(name).map(|(_, role)| role.attachments.iter().collect());
            (grants.unwrap_or_default(), Vec::new())
        }
        PrincipalKind::Root => (Vec::new(), Vec::new()),
    }
}

/// The policies that are granted to a group.
pub(super) fn policies_of_group(account: &Account, group: &str) -> Vec<DocumentId> {
    let grants = account.group(group).map(|group| group.attachments.as_slice()).unwrap_or_default();
    grants.iter().map(|grant| grant.policy).collect()
}
