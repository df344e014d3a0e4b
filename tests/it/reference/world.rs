//! A plain model of what an inventory says, and its rendering to the files of contract 2.3.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value, json};

/// How many addresses of each sort an ENI has: private IPv4, IPv6, IPv4 prefixes, IPv6 prefixes.
pub(crate) type Addresses = [usize; 4];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Instance,
    Group,
    Eni,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Instance, Self::Group, Self::Eni];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Group => "securitygroup",
            Self::Eni => "eni",
        }
    }
}

/// What a `DescribeInstances` entry tells; `None` is a member that is missing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) region: Option<String>,
    pub(crate) status: Option<&'static str>,
    pub(crate) network_type: Option<&'static str>,
    pub(crate) vpc: Option<&'static str>,
    pub(crate) groups: Option<Vec<String>>,
    pub(crate) locks: Option<Vec<&'static str>>,
    pub(crate) type_id: Option<&'static str>,
    /// Id and addresses of the primary ENI, when the entry has `NetworkInterfaces`.
    pub(crate) primary: Option<(String, Addresses)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Eni {
    pub(crate) id: String,
    pub(crate) zone: Option<String>,
    pub(crate) sort: Option<&'static str>,
    pub(crate) status: Option<&'static str>,
    pub(crate) vpc: Option<&'static str>,
    pub(crate) groups: Option<Vec<String>>,
    pub(crate) owner: Option<String>,
    pub(crate) service_managed: Option<bool>,
    pub(crate) addresses: Option<Addresses>,
    /// Empty: not attached.
    pub(crate) instance: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    pub(crate) id: String,
    /// Of the response that lists it.
    pub(crate) region: Option<String>,
    /// Empty: classic.
    pub(crate) vpc: Option<&'static str>,
    /// `normal` or `enterprise`.
    pub(crate) kind: Option<&'static str>,
    pub(crate) service_managed: Option<bool>,
    pub(crate) ecs_count: Option<u64>,
    pub(crate) available: Option<u64>,
    pub(crate) rule_count: Option<u64>,
    /// A `DescribeSecurityGroupAttribute` response of it: rules, and whether one names a prefix list.
    pub(crate) attribute: Option<(u64, bool)>,
}

/// Everything that is given about the cloud.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) account: Option<String>,
    pub(crate) regions: Vec<String>,
    pub(crate) complete: BTreeSet<Kind>,
    /// Responses of this kind end with a `NextToken`.
    pub(crate) truncated: BTreeSet<Kind>,
    pub(crate) owners: BTreeMap<String, String>,
    pub(crate) quotas: BTreeMap<&'static str, u64>,
    pub(crate) instances: Vec<Instance>,
    pub(crate) enis: Vec<Eni>,
    pub(crate) groups: Vec<Group>,
    /// `EniIpv6AddressQuantity` of instance types.
    pub(crate) types: BTreeMap<&'static str, u64>,
}

/// One `JoinSecurityGroup` call; `None` is a parameter that is absent or empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Call {
    pub(crate) caller: String,
    pub(crate) group: Option<String>,
    pub(crate) instance: Option<String>,
    pub(crate) eni: Option<String>,
    pub(crate) region: Option<String>,
}

impl Call {
    /// The request as `--request` reads it.
    pub(crate) fn json(&self) -> Value {
        let mut members = Map::new();
        members.insert("Action".to_owned(), json!("JoinSecurityGroup"));
        for (name, value) in [
            ("SecurityGroupId", &self.group),
            ("InstanceId", &self.instance),
            ("NetworkInterfaceId", &self.eni),
            ("RegionId", &self.region),
        ] {
            if let Some(value) = value {
                members.insert(name.to_owned(), json!(value));
            }
        }
        Value::Object(members)
    }
}

/// Puts a member only when its value is known.
fn put<T: Into<Value>>(object: &mut Value, name: &str, value: Option<T>) {
    if let Some(value) = value {
        object[name] = value.into();
    }
}

fn address_sets(object: &mut Value, [private, v6, v4_prefixes, v6_prefixes]: Addresses) {
    let list = |count: usize, member: &str, text: &str| {
        (0..count).map(|number| json!({member: format!("{text}{number}")})).collect::<Vec<Value>>()
    };
    object["PrivateIpSets"] = json!({"PrivateIpSet": list(private, "PrivateIpAddress", "10.0.0.")});
    object["Ipv6Sets"] = json!({"Ipv6Set": list(v6, "Ipv6Address", "2001:db8::")});
    object["Ipv4PrefixSets"] = json!({"Ipv4PrefixSet": list(v4_prefixes, "Ipv4Prefix", "10.1.0.")});
    object["Ipv6PrefixSets"] = json!({"Ipv6PrefixSet": list(v6_prefixes, "Ipv6Prefix", "2001:db8:1::")});
}

impl Instance {
    fn json(&self) -> Value {
        let mut entry = json!({"InstanceId": self.id});
        put(&mut entry, "RegionId", self.region.clone());
        put(&mut entry, "Status", self.status);
        put(&mut entry, "InstanceNetworkType", self.network_type);
        put(&mut entry, "VpcAttributes", self.vpc.map(|vpc| json!({"VpcId": vpc})));
        put(&mut entry, "SecurityGroupIds", self.groups.clone().map(|ids| json!({"SecurityGroupId": ids})));
        let lock = |reason: &&str| json!({"LockReason": reason});
        let locks = self.locks.as_ref().map(|locks| locks.iter().map(lock).collect::<Vec<Value>>());
        put(&mut entry, "OperationLocks", locks.map(|locks| json!({"LockReason": locks})));
        put(&mut entry, "InstanceType", self.type_id);
        if let Some((id, addresses)) = &self.primary {
            let mut interface = json!({"NetworkInterfaceId": id, "Type": "Primary"});
            address_sets(&mut interface, *addresses);
            entry["NetworkInterfaces"] = json!({"NetworkInterface": [interface]});
        }
        entry
    }
}

impl Eni {
    fn json(&self) -> Value {
        let mut entry = json!({"NetworkInterfaceId": self.id});
        put(&mut entry, "ZoneId", self.zone.clone());
        put(&mut entry, "Type", self.sort);
        put(&mut entry, "Status", self.status);
        put(&mut entry, "VpcId", self.vpc);
        put(&mut entry, "SecurityGroupIds", self.groups.clone().map(|ids| json!({"SecurityGroupId": ids})));
        put(&mut entry, "OwnerId", self.owner.clone());
        put(&mut entry, "ServiceManaged", self.service_managed);
        put(&mut entry, "InstanceId", self.instance.clone());
        if let Some(addresses) = self.addresses {
            address_sets(&mut entry, addresses);
        }
        entry
    }
}

impl Group {
    fn json(&self) -> Value {
        let mut entry = json!({"SecurityGroupId": self.id});
        put(&mut entry, "VpcId", self.vpc);
        put(&mut entry, "SecurityGroupType", self.kind);
        put(&mut entry, "ServiceManaged", self.service_managed);
        put(&mut entry, "EcsCount", self.ecs_count);
        put(&mut entry, "AvailableInstanceAmount", self.available);
        put(&mut entry, "RuleCount", self.rule_count);
        entry
    }

    fn attribute_json(&self, rules: u64, names_prefix_list: bool) -> Value {
        let mut permissions: Vec<Value> = (0..rules)
            .map(|number| {
                json!({"SecurityGroupRuleId": format!("sgr-{number}"), "Direction": "ingress", "IpProtocol": "TCP",
                    "PortRange": "443/443", "SourceCidrIp": "0.0.0.0/0", "SourcePrefixListId": "", "PortRangeListId": ""})
            })
            .collect();
        if names_prefix_list && let Some(first) = permissions.first_mut() {
            first["SourcePrefixListId"] = json!("pl-1");
        }
        let mut body = json!({"SecurityGroupId": self.id, "NextToken": "", "Permissions": {"Permission": permissions}});
        put(&mut body, "RegionId", self.region.clone());
        put(&mut body, "VpcId", self.vpc);
        body
    }
}

impl World {
    /// Every file of the inventory: name and content.
    pub(crate) fn files(&self) -> Vec<(String, Value)> {
        let token = |kind| if self.truncated.contains(&kind) { "more" } else { "" };
        let mut files = Vec::new();
        let instances: Vec<Value> = self.instances.iter().map(Instance::json).collect();
        let body = json!({"RequestId": "1", "NextToken": token(Kind::Instance), "Instances": {"Instance": instances}});
        files.push(("instances.json".to_owned(), body));
        let enis: Vec<Value> = self.enis.iter().map(Eni::json).collect();
        let body = json!({"RequestId": "2", "NextToken": token(Kind::Eni),
            "NetworkInterfaceSets": {"NetworkInterfaceSet": enis}});
        files.push(("enis.json".to_owned(), body));
        let mut by_region: BTreeMap<Option<String>, Vec<Value>> = BTreeMap::new();
        if self.groups.is_empty() {
            by_region.insert(self.regions.first().cloned(), Vec::new());
        }
        for group in &self.groups {
            by_region.entry(group.region.clone()).or_default().push(group.json());
            if let Some((rules, names_prefix_list)) = group.attribute {
                files.push((format!("attribute-{}.json", group.id), group.attribute_json(rules, names_prefix_list)));
            }
        }
        for (number, (region, groups)) in by_region.into_iter().enumerate() {
            let mut body = json!({"RequestId": "3", "NextToken": token(Kind::Group),
                "SecurityGroups": {"SecurityGroup": groups}});
            put(&mut body, "RegionId", region);
            files.push((format!("groups-{number}.json"), body));
        }
        if !self.types.is_empty() {
            let entry = |(id, v6): (&&str, &u64)| json!({"InstanceTypeId": id, "EniIpv6AddressQuantity": v6});
            let types: Vec<Value> = self.types.iter().map(entry).collect();
            let body = json!({"RequestId": "4", "NextToken": "", "InstanceTypes": {"InstanceType": types}});
            files.push(("types.json".to_owned(), body));
        }
        files.push(("manifest.json".to_owned(), self.manifest()));
        files
    }

    fn manifest(&self) -> Value {
        let complete: Vec<&str> = self.complete.iter().map(|kind| kind.name()).collect();
        let mut manifest = json!({"ramspect_inventory": 1, "complete": complete});
        put(&mut manifest, "account_id", self.account.clone());
        match self.regions.as_slice() {
            [] => {}
            [one] => manifest["region"] = json!(one),
            several => manifest["region"] = json!(several),
        }
        if !self.owners.is_empty() {
            manifest["owners"] = json!(self.owners);
        }
        if !self.quotas.is_empty() {
            manifest["quotas"] = json!(self.quotas);
        }
        manifest
    }

    /// Writes the files into a folder that exists.
    pub(crate) fn write(&self, folder: &Path) {
        for (name, content) in self.files() {
            std::fs::write(folder.join(name), content.to_string()).expect("the temporary folder is writable");
        }
    }
}
