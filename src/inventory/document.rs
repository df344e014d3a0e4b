//! Which response a JSON document is, by its content.

use super::raw::{Members, documents};

/// A kind of resource that takes part in a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An ECS instance.
    Instance,
    /// A security group.
    SecurityGroup,
    /// An elastic network interface.
    NetworkInterface,
}

impl Kind {
    /// Every kind, in the contract's order.
    pub const ALL: [Self; 3] = [Self::Instance, Self::SecurityGroup, Self::NetworkInterface];

    /// The word of ARNs, of `complete` and of `--assume-complete`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::SecurityGroup => "securitygroup",
            Self::NetworkInterface => "eni",
        }
    }

    /// The name that people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::SecurityGroup => "security group",
            Self::NetworkInterface => "network interface",
        }
    }

    /// The kind of that word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What an inventory can be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// `aliyun ecs DescribeInstances`.
    Instances,
    /// `aliyun ecs DescribeSecurityGroups`.
    SecurityGroups,
    /// `aliyun ecs DescribeNetworkInterfaces`.
    NetworkInterfaces,
    /// `aliyun ecs DescribeSecurityGroupAttribute`.
    SecurityGroupAttribute,
    /// `aliyun ecs DescribeInstanceTypes`.
    InstanceTypes,
    /// `aliyun sts GetCallerIdentity`.
    CallerIdentity,
    /// `aliyun ecs DescribeAccountAttributes`; nothing needs it yet.
    AccountAttributes,
    /// What the collector knows about the rest.
    Manifest,
}

/// The kind of a document, or `None` where it is none that an inventory holds, or no JSON.
pub fn recognise(document: &str) -> Option<DocumentKind> {
    match documents(document).ok()?.as_slice() {
        [one] => kind_of(&one.members()),
        _ => None,
    }
}

/// The kind of a document with these members.
pub(super) fn kind_of(members: &Members<'_>) -> Option<DocumentKind> {
    let has = |name: &str| members.contains_key(name);
    let wraps = |outer: &str, inner: &str| match members.get(outer) {
        // A wrapper without its list still tells what the response was.
        Some(wrapper) if wrapper.is_object() => {
            let wrapper = wrapper.members();
            wrapper.contains_key(inner) || wrapper.is_empty()
        }
        Some(list) if list.is_array() || list.is_null() => has("RequestId"),
        _ => false,
    };
    let identity = ["AccountId", "Arn", "IdentityType", "PrincipalId", "UserId", "RoleId"];
    let kind = if has("ramspect_inventory") {
        DocumentKind::Manifest
    } else if wraps("Instances", "Instance") {
        DocumentKind::Instances
    } else if wraps("SecurityGroups", "SecurityGroup") {
        DocumentKind::SecurityGroups
    } else if wraps("NetworkInterfaceSets", "NetworkInterfaceSet") {
        DocumentKind::NetworkInterfaces
    } else if wraps("InstanceTypes", "InstanceType") {
        DocumentKind::InstanceTypes
    } else if wraps("AccountAttributeItems", "AccountAttributeItem") {
        DocumentKind::AccountAttributes
    } else if wraps("Permissions", "Permission") || (has("SecurityGroupId") && has("InnerAccessPolicy")) {
        DocumentKind::SecurityGroupAttribute
    } else if identity.iter().filter(|name| has(name)).count() >= 2 {
        DocumentKind::CallerIdentity
    } else {
        return None;
    };
    Some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_response_is_known_by_its_content() {
        let cases = [
            (json!({"Instances": {"Instance": []}}), Some(DocumentKind::Instances)),
            (json!({"SecurityGroups": {"SecurityGroup": []}}), Some(DocumentKind::SecurityGroups)),
            (json!({"NetworkInterfaceSets": {"NetworkInterfaceSet": []}}), Some(DocumentKind::NetworkInterfaces)),
            (json!({"Permissions": {"Permission": []}}), Some(DocumentKind::SecurityGroupAttribute)),
            (json!({"InstanceTypes": {"InstanceType": []}}), Some(DocumentKind::InstanceTypes)),
            (json!({"AccountId": "1", "Arn": "acs:ram::1:root"}), Some(DocumentKind::CallerIdentity)),
            (json!({"AccountAttributeItems": {"AccountAttributeItem": []}}), Some(DocumentKind::AccountAttributes)),
            (json!({"ramspect_inventory": 1}), Some(DocumentKind::Manifest)),
            (json!({"Version": "1", "Statement": []}), None),
            (json!({"account_id": "1", "policies": {}}), None),
            (json!({"Instances": {"DBInstance": []}}), None),
            (json!([]), None),
            (json!("text"), None),
        ];
        for (document, kind) in cases {
            assert_eq!(recognise(&document.to_string()), kind, "{document}");
        }
    }
}
