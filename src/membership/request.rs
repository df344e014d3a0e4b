//! The call to be judged, as its parameters.

use crate::inventory::Kind;

/// The parameters of one JoinSecurityGroup call; an absent one is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JoinRequest {
    /// `SecurityGroupId`.
    pub security_group: Option<String>,
    /// `InstanceId`.
    pub instance: Option<String>,
    /// `NetworkInterfaceId`.
    pub network_interface: Option<String>,
    /// `RegionId`.
    pub region: Option<String>,
}

/// What a call wants to put into the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// The instance of this id: its primary interface.
    Instance(&'a str),
    /// The network interface of this id.
    NetworkInterface(&'a str),
    /// Both ids are given, which the API refuses.
    Both,
    /// Neither id is given, which the API refuses.
    Neither,
}

impl JoinRequest {
    /// A request from its parameters; an empty one is absent.
    pub fn new(
        security_group: Option<&str>,
        instance: Option<&str>,
        network_interface: Option<&str>,
        region: Option<&str>,
    ) -> Self {
        let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        Self {
            security_group: given(security_group),
            instance: given(instance),
            network_interface: given(network_interface),
            region: given(region),
        }
    }

    /// What is to join.
    pub fn target(&self) -> Target<'_> {
        match (present(self.instance.as_ref()), present(self.network_interface.as_ref())) {
            (Some(_), Some(_)) => Target::Both,
            (Some(id), None) => Target::Instance(id),
            (None, Some(id)) => Target::NetworkInterface(id),
            (None, None) => Target::Neither,
        }
    }

    /// The group's id, where it is given.
    pub fn group(&self) -> Option<&str> {
        present(self.security_group.as_ref())
    }

    /// `RegionId`, where it is given.
    pub fn region_id(&self) -> Option<&str> {
        present(self.region.as_ref())
    }

    /// The id that RAM judges beside the group: an instance before an interface.
    pub fn first_target(&self) -> Option<(Kind, &str)> {
        let instance = present(self.instance.as_ref()).map(|id| (Kind::Instance, id));
        instance.or_else(|| Some((Kind::NetworkInterface, present(self.network_interface.as_ref())?)))
    }
}

fn present(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}
