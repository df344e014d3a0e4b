//! What would change a failure.

use super::authorize::Authorization;
use super::outcome::first_violated;
use crate::evaluate::{Decision, Possible};
use crate::membership::{Case, Check, FORBIDDEN, Target};

/// What kind of change it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FixKind {
    /// Allow the call on more resources.
    Grant,
    /// Wait for a state.
    Wait,
    /// Leave a security group.
    Leave,
    /// Raise a limit.
    Quota,
    /// Change the request.
    Request,
    /// Anything else.
    Other,
}

impl FixKind {
    /// The word of the JSON output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Wait => "wait",
            Self::Leave => "leave",
            Self::Quota => "quota",
            Self::Request => "request",
            Self::Other => "other",
        }
    }
}

/// What would change a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What kind of change it takes.
    pub kind: FixKind,
    /// The change, in one sentence: lower case, no full stop.
    pub text: String,
    /// For [`FixKind::Grant`]: the ARNs on which `ecs:JoinSecurityGroup` is not sure to be allowed.
    pub grant: Vec<String>,
}

/// The fix for the first violated check.
pub(super) fn fix<T>(case: &Case, checks: &[Check], authorization: &Authorization<T>) -> Option<Fix> {
    let check = first_violated(checks)?;
    if check.row.code == FORBIDDEN {
        return Some(of_refusal(authorization));
    }
    let (kind, text) = of_code(case, check)?;
    Some(Fix { kind, text, grant: Vec::new() })
}

fn of_refusal<T>(authorization: &Authorization<T>) -> Fix {
    let list = |wanted: &dyn Fn(Possible) -> bool| -> Vec<String> {
        let all = authorization.refused().filter(|(_, possible)| wanted(*possible));
        all.map(|(resource, _)| resource.arn.clone()).collect()
    };
    let denied = list(&|possible| possible.contains(Decision::ExplicitDeny) && !possible.contains(Decision::Allow));
    if denied.is_empty() {
        let grant = list(&|possible| possible.contains(Decision::ImplicitDeny));
        let text = format!("allow `ecs:JoinSecurityGroup` on {}", quoted(&grant));
        Fix { kind: FixKind::Grant, text, grant }
    } else {
        // No grant outweighs a deny.
        let text = format!("remove or narrow the statement that denies `ecs:JoinSecurityGroup` on {}", quoted(&denied));
        Fix { kind: FixKind::Other, text, grant: Vec::new() }
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

fn of_code(case: &Case, check: &Check) -> Option<(FixKind, String)> {
    let group = case.group_name();
    let say = |kind, text: &str| Some((kind, text.to_owned()));
    match check.row.code {
        "MissingParameter" if case.request.group().is_none() => {
            say(FixKind::Request, "give `SecurityGroupId` in the request")
        }
        "MissingParameter" | "InvalidParam.EniIdAndInstanceId.Conflict" => {
            say(FixKind::Request, "give exactly one of `InstanceId` and `NetworkInterfaceId`")
        }
        "InvalidParam.Malformed" if case.request.target() == Target::Neither => {
            say(FixKind::Request, "give exactly one of `InstanceId` and `NetworkInterfaceId`")
        }
        "InvalidParam.Malformed" => say(FixKind::Request, "give the id of one network interface, such as `eni-..`"),
        "MissingParameter.RegionId" => say(FixKind::Request, "give `RegionId`, the region of the network interface"),
        "InvalidInstanceId.Malformed" => say(FixKind::Request, "give the id of one instance, such as `i-..`"),
        "InvalidSecurityGroupId.NotFound" => {
            say(FixKind::Request, "name a security group of this account in the region of the call")
        }
        "InvalidInstanceId.NotFound" => {
            say(FixKind::Request, "name an instance of this account in the region of the call")
        }
        "InvalidEniId.NotFound" => say(FixKind::Request, "name a network interface in the region of the call"),
        "NotBelongUser" => say(FixKind::Other, "make the call in the account that owns the network interface"),
        "InvalidOperation.EniAndGroupNotBelongSameUser" => {
            say(FixKind::Request, "name a security group of the account that owns the network interface")
        }
        "InvalidOperation.ResourceManagedByCloudProduct" => {
            say(FixKind::Request, "name a security group that no cloud service manages")
        }
        "InvalidOperation.EniServiceManaged" => {
            say(FixKind::Other, "change the groups through the cloud service that manages the network interface")
        }
        "InvalidOperation.InvalidEniType" => {
            say(FixKind::Request, "pass the instance as `InstanceId` in place of its primary network interface")
        }
        "Forbidden.InstanceIsBeingCreated" | "InvalidStatus.EniOrInstanceIsBeingCreated" => {
            say(FixKind::Wait, "wait until the instance is `Running`")
        }
        "IncorrectInstanceStatus" => say(FixKind::Wait, &of_status(case)),
        "InvalidOperation.InvalidEniState" => of_interface_state(case),
        "InstanceLockedForSecurity" => say(FixKind::Other, "have the security lock of the instance lifted"),
        "InvalidInstanceId.Mismatch" | "InvalidOperation.VpcMismatch" => {
            say(FixKind::Request, "name a security group of the network that the target is in")
        }
        "InvalidInstanceId.AlreadyExists" => {
            say(FixKind::Other, "nothing is left to do: the instance is in the security group already")
        }
        "InvalidOperation.NotSupportEnterpriseGroup" => say(FixKind::Request, "name a basic security group"),
        "InvalidOperation.MultiGroupType" => say(
            FixKind::Request,
            "name a security group of the type that the target is in, or replace all of its groups in one call",
        ),
        "InstanceSecurityGroupLimitExceeded" => say(FixKind::Leave, "leave one of the present security groups first"),
        "SecurityGroupInstanceLimitExceeded" => Some((
            FixKind::Quota,
            format!("raise the quota of private addresses in a security group, or empty {group}"),
        )),
        "InvalidOperation.NetworkInterfaceCountExceeded" => {
            Some((FixKind::Quota, format!("raise the limit of network interfaces, or take some out of {group}")))
        }
        "AclLimitExceed" => say(FixKind::Leave, "leave a security group with many rules first, or remove rules"),
        _ => None,
    }
}

fn of_status(case: &Case) -> String {
    let id = case.request.instance.as_deref().unwrap_or_default();
    let status = case.inventory.instance(id).and_then(|instance| instance.status.text()).unwrap_or_default();
    let wanted = match status {
        "Starting" | "Pending" => "`Running`",
        "Stopping" => "`Stopped`",
        _ => "`Running` or `Stopped`",
    };
    format!("wait until the instance is {wanted}")
}

fn of_interface_state(case: &Case) -> Option<(FixKind, String)> {
    let id = case.request.network_interface.as_deref().unwrap_or_default();
    let status = case.inventory.network_interface(id).and_then(|interface| interface.status.text())?;
    Some(match status {
        "Attaching" => (FixKind::Wait, "wait until the network interface is `InUse`".to_owned()),
        "Detaching" => (FixKind::Wait, "wait until the network interface is `Available`".to_owned()),
        _ => (FixKind::Request, "name another network interface: this one is being deleted".to_owned()),
    })
}
