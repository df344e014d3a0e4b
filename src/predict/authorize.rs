//! Which resources RAM judges for a call, and what it may say about them.

use crate::catalog::{Assumption, Assumptions};
use crate::evaluate::{Decision, Possible};
use crate::inventory::Kind;
use crate::membership::{JoinRequest, Status};

/// A resource that RAM judges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedResource {
    /// `acs:ecs:<region>:<account>:<type>/<id>`.
    pub arn: String,
    /// Its type; [`Kind::word`] is the word of the ARN.
    pub kind: Kind,
    /// Its id; `*` where RAM is asked about any.
    pub id: String,
}

/// What the policies say about the resources of one call, as the caller of [`super::predict`] found it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement<T> {
    /// The possible decisions on each resource, in the order asked.
    pub each: Vec<Possible>,
    /// The unknown facts that could change them, such as `acs:SourceIp`.
    pub missing: Vec<String>,
    /// Whatever explains them; handed back in [`super::Prediction`].
    pub trace: T,
}

/// The authorization of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization<T> {
    /// The resources, in the order of the call: target, then group.
    pub resources: Vec<JudgedResource>,
    /// The possible decisions on each.
    pub each: Vec<Possible>,
    /// The possible decisions on the call; empty where there was no resource to ask about.
    pub possible: Possible,
    /// The unknown facts that could change them.
    pub missing: Vec<String>,
    /// What the authorizer handed over; `None` where it was not asked.
    pub trace: Option<T>,
}

impl<T> Authorization<T> {
    pub(super) fn ask(
        resources: Vec<JudgedResource>,
        assumptions: &Assumptions,
        authorize: &mut impl FnMut(&[JudgedResource], &Assumptions) -> Judgement<T>,
    ) -> Self {
        if resources.is_empty() {
            return Self { resources, each: Vec::new(), possible: Possible::NONE, missing: Vec::new(), trace: None };
        }
        let Judgement { each, missing, trace } = authorize(&resources, assumptions);
        let possible = Possible::combine(each.iter().copied());
        Self { resources, each, possible, missing, trace: Some(trace) }
    }

    /// The resources on which some possible decision is a deny, each with its decisions.
    pub fn refused(&self) -> impl Iterator<Item = (&JudgedResource, Possible)> {
        let pairs = self.resources.iter().zip(self.each.iter().copied());
        pairs.filter(|(_, possible)| *possible != Possible::of(Decision::Allow))
    }

    /// The status of `Forbidden.RAM` with its reason.
    pub(super) fn status(&self) -> (Status, String) {
        let arns = |wanted: &dyn Fn(Possible) -> bool| {
            let all = self.refused().filter(|(_, possible)| wanted(*possible));
            all.map(|(resource, _)| format!("`{}`", resource.arn)).collect::<Vec<_>>().join(" and ")
        };
        let allow = self.possible.contains(Decision::Allow);
        let deny = self.possible.contains(Decision::ExplicitDeny) || self.possible.contains(Decision::ImplicitDeny);
        match (allow, deny) {
            (false, false) => {
                (Status::NotApplicable, "the call names no resource that the policies could be asked about".to_owned())
            }
            (true, false) => (Status::Passed, "the policies allow the call".to_owned()),
            (true, true) => (
                Status::Unknown,
                format!("whether the policies allow {} depends on what is not known", arns(&|_| true)),
            ),
            (false, true) => {
                let explicit = arns(&|possible| possible == Possible::of(Decision::ExplicitDeny));
                if explicit.is_empty() {
                    let never = arns(&|possible| !possible.contains(Decision::Allow));
                    (
                        Status::Violated,
                        format!("the policies do not allow {}", if never.is_empty() { arns(&|_| true) } else { never }),
                    )
                } else {
                    (Status::Violated, format!("a statement denies {explicit}"))
                }
            }
        }
    }
}

/// The resources of a call (contract 3): an instance before an interface, then the group. None without a region.
pub fn resources(
    request: &JoinRequest,
    region: Option<&str>,
    account: &str,
    assumptions: &Assumptions,
) -> Vec<JudgedResource> {
    let Some(region) = region else { return Vec::new() };
    let arn = |kind: Kind, id: &str| JudgedResource {
        arn: format!("acs:ecs:{region}:{account}:{}/{id}", kind.word()),
        kind,
        id: id.to_owned(),
    };
    let target = match (request.first_target(), assumptions.choice(Assumption::EniResources)) {
        (Some((Kind::NetworkInterface, _)), "instance-any+securitygroup") => Some(arn(Kind::Instance, "*")),
        (Some((Kind::NetworkInterface, _)), "securitygroup") | (None, _) => None,
        (Some((kind, id)), _) => Some(arn(kind, id)),
    };
    target.into_iter().chain(request.group().map(|id| arn(Kind::SecurityGroup, id))).collect()
}
