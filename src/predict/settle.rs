//! What would settle an undetermined answer: the commands and flags that bring the missing facts.

use super::outcome::is_open;
use super::prediction::Prediction;
use crate::inventory::Kind;
use crate::membership::FORBIDDEN;

/// Each command or flag that would bring a fact that is missing, the most useful first, none twice. What the policies
/// wait for (condition keys) is left out: [`super::Authorization::missing`] names it.
pub fn what_would_settle<T>(prediction: &Prediction<T>) -> Vec<String> {
    let region = prediction.region.as_deref().unwrap_or("<region>");
    let mut ways: Vec<String> = Vec::new();
    let mut add = |way: String| {
        if !ways.contains(&way) {
            ways.push(way);
        }
    };
    let open = prediction.checks.iter().filter(|check| is_open(check, prediction.strict));
    for fact in open.filter(|check| check.row.code != FORBIDDEN).flat_map(|check| &check.missing) {
        add(way(fact, region));
        // A response without the object settles it only where the inventory is all there is.
        if let Some((kind, _)) =
            fact.split_once(':').filter(|(kind, id)| Kind::named(kind).is_some() && !id.contains('.'))
        {
            add(format!("--assume-complete {kind}, if the inventory lists all of them"));
        }
    }
    ways
}

fn way(fact: &str, region: &str) -> String {
    let (subject, rest) = fact.split_once(':').unwrap_or((fact, ""));
    let (id, member) = rest.split_once('.').unwrap_or((rest, ""));
    // Nobody should paste a command with something else than an id in it.
    if !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')) {
        return "an inventory that lists the resources of the call".to_owned();
    }
    match (subject, member) {
        ("region", _) => "--region REGION".to_owned(),
        ("owner", _) => format!("\"owners\": {{\"{rest}\": \"ACCOUNT\"}} in the inventory's manifest"),
        ("enterprise-groups", _) => {
            format!("a trial: no document tells whether `{rest}` can be in an enterprise group")
        }
        ("interface-type", _) => format!("a trial: no document tells whether a `{rest}` network interface can join"),
        ("instance-type", _) => format!("aliyun ecs DescribeInstanceTypes --InstanceTypes.1 {rest}"),
        ("list-sizes", _) => "a count of the entries of the prefix lists and port lists that the rules name".to_owned(),
        (_, "EcsCount") => format!(
            "aliyun ecs DescribeSecurityGroups --RegionId {region} --SecurityGroupId {id} --IsQueryEcsCount true"
        ),
        _ => match Kind::named(subject) {
            Some(Kind::Instance) => {
                format!("aliyun ecs DescribeInstances --RegionId {region} --InstanceIds '[\"{id}\"]'")
            }
            Some(Kind::SecurityGroup) => {
                format!("aliyun ecs DescribeSecurityGroups --RegionId {region} --SecurityGroupId {id}")
            }
            Some(Kind::NetworkInterface) => {
                format!("aliyun ecs DescribeNetworkInterfaces --RegionId {region} --NetworkInterfaceId.1 {id}")
            }
            None if id.starts_with("eni-") => {
                format!("aliyun ecs DescribeNetworkInterfaces --RegionId {region} --NetworkInterfaceId.1 {id}")
            }
            None => format!("aliyun ecs DescribeInstances --RegionId {region} --InstanceIds '[\"{id}\"]'"),
        },
    }
}
