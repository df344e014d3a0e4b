//! What causes each error of JoinSecurityGroup and how to fix it, in words.
//!
//! Source: facts/ecs-membership.md 1, 1.1 and 3 (read 2026-11-24), restated. One entry a row of [`super::errors::TABLE`], in
//! its order.

/// The page of a code.
#[derive(Debug, PartialEq, Eq)]
pub struct ErrorPage {
    /// The code.
    pub code: &'static str,
    /// The fields that decide it, as the API names them.
    pub facts: &'static [&'static str],
    /// When it comes: lower case, no full stop.
    pub when: &'static str,
    /// What to do: lower case, no full stop.
    pub fix: &'static str,
}

const fn page(code: &'static str, facts: &'static [&'static str], when: &'static str, fix: &'static str) -> ErrorPage {
    ErrorPage { code, facts, when, fix }
}

/// The page of a code.
pub fn find(code: &str) -> Option<&'static ErrorPage> {
    PAGES.iter().find(|page| page.code == code)
}

/// All pages, in the default order of the checks.
pub static PAGES: &[ErrorPage] = &[
    page(
        "MissingParameter",
        &["request.SecurityGroupId", "request.InstanceId", "request.NetworkInterfaceId"],
        "`SecurityGroupId` is absent; by an assumption also when neither target is given",
        "give `SecurityGroupId` and exactly one of `InstanceId` and `NetworkInterfaceId`",
    ),
    page(
        "InvalidParam.EniIdAndInstanceId.Conflict",
        &["request.InstanceId", "request.NetworkInterfaceId"],
        "both `InstanceId` and `NetworkInterfaceId` are given",
        "give exactly one of them",
    ),
    page(
        "InvalidParam.Malformed",
        &["request.InstanceId", "request.NetworkInterfaceId"],
        "neither target is given, or `NetworkInterfaceId` is no well-formed id",
        "give exactly one of `InstanceId` and `NetworkInterfaceId`, as one id such as `i-..` or `eni-..`",
    ),
    page(
        "MissingParameter.RegionId",
        &["request.NetworkInterfaceId", "request.RegionId"],
        "`NetworkInterfaceId` is given without `RegionId`",
        "give `RegionId`, the region of the network interface",
    ),
    page(
        "InvalidInstanceId.Malformed",
        &["request.InstanceId"],
        "`InstanceId` is no well-formed id: a list of ids, or the id of something else; a well-formed unknown id is `InvalidInstanceId.NotFound`",
        "give the id of one instance, such as `i-..`",
    ),
    page(
        "Forbidden.RAM",
        &["policies of the caller", "control policies", "session policy", "ARNs of the target and of the group"],
        "a statement denies `ecs:JoinSecurityGroup`, or none allows it, on the instance or network interface or on the security group; both must be allowed",
        "allow `ecs:JoinSecurityGroup` on both ARNs; `ramspect explain` finds the statement at fault",
    ),
    page(
        "InvalidSecurityGroupId.NotFound",
        &["request.SecurityGroupId", "request.RegionId", "DescribeSecurityGroups"],
        "no security group of that id is in this account and region; one of another account or region counts as not found",
        "name a security group of this account in the region of the call",
    ),
    page(
        "InvalidInstanceId.NotFound",
        &["request.InstanceId", "request.RegionId", "DescribeInstances"],
        "no instance of that id is in this account and region; one of another account counts as not found",
        "name an instance of this account in the region of the call",
    ),
    page(
        "InvalidEniId.NotFound",
        &["request.NetworkInterfaceId", "request.RegionId", "DescribeNetworkInterfaces"],
        "no network interface of that id is in the region that `RegionId` names",
        "name a network interface in the region of the call",
    ),
    page(
        "NotBelongUser",
        &["NetworkInterfaceSet.OwnerId", "account of the caller"],
        "the network interface exists, and its owner is another account; this is no refusal by RAM, and no policy changes it",
        "make the call in the account that owns the network interface",
    ),
    page(
        "InvalidOperation.EniAndGroupNotBelongSameUser",
        &["NetworkInterfaceSet.OwnerId", "owner of the security group (manifest `owners`)"],
        "the network interface is the caller's, and the security group belongs to another account",
        "name a security group of the account that owns the network interface",
    ),
    page(
        "InvalidOperation.ResourceManagedByCloudProduct",
        &["SecurityGroup.ServiceManaged"],
        "a cloud service manages the security group; this holds for the root user too, whatever the policies",
        "name a security group that no cloud service manages",
    ),
    page(
        "InvalidOperation.EniServiceManaged",
        &["NetworkInterfaceSet.ServiceManaged"],
        "a cloud service manages the network interface",
        "change the groups through the service that manages the network interface",
    ),
    page(
        "InvalidOperation.InvalidEniType",
        &["NetworkInterfaceSet.Type"],
        "the interface is a primary one, by an assumption; a secondary one can join",
        "pass the instance as `InstanceId` in place of its primary network interface",
    ),
    page(
        "Forbidden.InstanceIsBeingCreated",
        &["Instance.Status"],
        "the instance is `Pending`; by an assumption one of three codes comes then",
        "wait until the instance is `Running`",
    ),
    page(
        "InvalidStatus.EniOrInstanceIsBeingCreated",
        &["Instance.Status"],
        "the instance or network interface is very young",
        "wait until the instance is `Running` and the network interface is `Available` or `InUse`",
    ),
    page(
        "InstanceLockedForSecurity",
        &["Instance.OperationLocks.LockReason[].LockReason"],
        "a lock of reason `security` is on the instance; one of reason `financial` does not matter",
        "have the security lock lifted",
    ),
    page(
        "IncorrectInstanceStatus",
        &["Instance.Status"],
        "the instance is neither `Running` nor `Stopped`",
        "wait until it is `Running` or `Stopped`",
    ),
    page(
        "InvalidOperation.InvalidEniState",
        &["NetworkInterfaceSet.Status"],
        "the network interface is neither `Available` nor `InUse`: it is being attached, detached or deleted",
        "wait until it is `Available` or `InUse`, or name another one",
    ),
    page(
        "InvalidInstanceId.Mismatch",
        &["Instance.InstanceNetworkType", "Instance.VpcAttributes.VpcId", "SecurityGroup.VpcId"],
        "instance and group are in different VPCs, or one is classic and the other is not",
        "name a security group of the VPC that the instance is in",
    ),
    page(
        "InvalidOperation.VpcMismatch",
        &["NetworkInterfaceSet.VpcId", "SecurityGroup.VpcId"],
        "network interface and group are in different VPCs, or the group is classic",
        "name a security group of the VPC that the network interface is in",
    ),
    page(
        "InvalidInstanceId.AlreadyExists",
        &["Instance.SecurityGroupIds", "request.SecurityGroupId"],
        "the instance is in the group: a repeated call fails though the wished state holds",
        "treat it as success",
    ),
    page(
        "InvalidOperation.NotSupportEnterpriseGroup",
        &["SecurityGroup.SecurityGroupType", "Instance.InstanceType", "InstanceType.EniIpv6AddressQuantity"],
        "the group is `enterprise` and the instance type cannot be in one: old types without IPv6",
        "name a basic security group, or change the instance type",
    ),
    page(
        "InvalidOperation.MultiGroupType",
        &["SecurityGroup.SecurityGroupType of the group and of each present group"],
        "the target is in basic groups and the group is enterprise, or the reverse",
        "name a group of the type that the target is in, or replace all of its groups in one call (ModifyInstanceAttribute, ModifyNetworkInterfaceAttribute)",
    ),
    page(
        "InstanceSecurityGroupLimitExceeded",
        &["number of SecurityGroupIds of the target", "quota `groups-per-eni`"],
        "the target is in as many groups as it may be; documents say 5 and 10",
        "leave one of the present security groups first",
    ),
    page(
        "SecurityGroupInstanceLimitExceeded",
        &[
            "private addresses of all members",
            "SecurityGroup.EcsCount",
            "quotas `ips-per-basic-group`, `ips-per-classic-group`",
        ],
        "the basic group would hold more private addresses than it may",
        "raise the quota, or take members out of the group",
    ),
    page(
        "InvalidOperation.NetworkInterfaceCountExceeded",
        &["network interfaces of the group", "quota `enis-per-enterprise-group`"],
        "the enterprise group would hold more network interfaces than it may",
        "take members out of the group",
    ),
    page(
        "AclLimitExceed",
        &["SecurityGroup.RuleCount or Permissions of every group of the target", "quota `rules-per-eni`"],
        "the rules of all groups of the target, with this one, are too many; a prefix list counts with all its entries",
        "leave a group with many rules first, or remove rules",
    ),
    page(
        "InvalidOperation.Conflict",
        &[],
        "another change of the same instance, network interface or group is under way; no fact rules it out",
        "call again later; make such changes one after the other",
    ),
    page(
        "InternalError",
        &[],
        "a fault of the service; no fact rules it out",
        "call again; give the request id to the vendor if it stays",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_its_page_in_the_order_of_the_table() {
        let pages: Vec<_> = PAGES.iter().map(|page| page.code).collect();
        let rows: Vec<_> = super::super::errors::TABLE.iter().map(|row| row.code).collect();
        assert_eq!(pages, rows);
    }
}
