//! What a cloud service manages, and which interfaces may be changed.

use super::case::{Case, name, need};
use super::check::{Finding, Outcome};
use crate::catalog::Assumption;
use crate::inventory::Kind;

/// `InvalidOperation.ResourceManagedByCloudProduct`
pub(crate) fn group_managed(case: &Case) -> Outcome {
    let group = case.group()?;
    let managed = *need(&group.service_managed, Kind::SecurityGroup, &group.id, "ServiceManaged")?;
    Ok(managed_by(managed, Kind::SecurityGroup, &group.id))
}

/// `InvalidOperation.EniServiceManaged`
pub(crate) fn interface_managed(case: &Case) -> Outcome {
    let interface = case.interface()?;
    let managed = *need(&interface.service_managed, Kind::NetworkInterface, &interface.id, "ServiceManaged")?;
    Ok(managed_by(managed, Kind::NetworkInterface, &interface.id))
}

/// `InvalidOperation.InvalidEniType`
pub(crate) fn interface_type(case: &Case) -> Outcome {
    let interface = case.interface()?;
    let kind = need(&interface.interface_type, Kind::NetworkInterface, &interface.id, "Type")?;
    let reason = format!("{} is `{kind}`", name(Kind::NetworkInterface, &interface.id));
    Ok(match kind.as_str() {
        "Primary" if case.choice(Assumption::PrimaryEni) == "refused" => {
            Finding::violated(format!("{reason}; its groups change only through the instance"))
        }
        "Primary" | "Secondary" => Finding::passed(reason),
        // Trunk and Member interfaces of container networks: nothing tells what Join does with them.
        _ => Finding::unknown(
            format!("{reason}; it is not documented whether such an interface can join"),
            vec![format!("interface-type:{kind}")],
        ),
    })
}

fn managed_by(managed: bool, kind: Kind, id: &str) -> Finding {
    let what = name(kind, id);
    if managed {
        Finding::violated(format!("{what} is managed by a cloud service"))
    } else {
        Finding::passed(format!("{what} is not managed by a cloud service"))
    }
}
