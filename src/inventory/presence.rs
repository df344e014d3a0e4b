//! Whether an object exists for a caller in a region, and whose it is (contract 2.3).

use super::document::Kind;
use super::inventory::Inventory;

/// Whether an object exists in the region and account that a call addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It does.
    Present,
    /// It certainly does not.
    Absent(Absence),
    /// It may; with the facts that would tell.
    Unknown(Vec<String>),
}

/// Why an object does not exist for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absence {
    /// No response of a complete inventory has it.
    NotListed,
    /// It belongs to this account.
    OtherAccount(String),
    /// It is in this region.
    OtherRegion(String),
}

impl Inventory {
    /// The account of a group or instance as far as the inventory tells: `owners`, else the manifest's account,
    /// else the caller's. `None` where it cannot be told. A network interface tells its own owner (`OwnerId`).
    pub fn owner(&self, kind: Kind, id: &str, caller: Option<&str>) -> Option<String> {
        let stated = self.manifest.as_ref().and_then(|manifest| manifest.owners.get(id));
        match kind {
            Kind::NetworkInterface => {
                let told = self.network_interface(id).and_then(|interface| interface.owner.known());
                match (told, stated) {
                    // Two sources that differ tell nothing.
                    (Some(told), Some(stated)) if told != stated => None,
                    (told, stated) => told.or(stated).cloned(),
                }
            }
            Kind::Instance | Kind::SecurityGroup => match stated {
                Some(owner) => Some(owner.clone()),
                None if self.has(kind, id) => self.default_owner(kind, id, caller),
                None => None,
            },
        }
    }

    fn default_owner(&self, kind: Kind, id: &str, caller: Option<&str>) -> Option<String> {
        let account = self.manifest.as_ref().and_then(|manifest| manifest.account_id.as_deref()).or(caller)?;
        if let (Kind::SecurityGroup, Some(group)) = (kind, self.security_group(id)) {
            // Named only by interfaces of other accounts: it is as likely theirs.
            let foreign = |owner: &Option<String>| owner.as_deref().is_some_and(|owner| owner != account);
            if !group.listed && group.named_by.iter().all(foreign) {
                return None;
            }
        }
        Some(account.to_owned())
    }

    fn has(&self, kind: Kind, id: &str) -> bool {
        match kind {
            Kind::Instance => self.instances.contains_key(id),
            Kind::SecurityGroup => self.security_groups.contains_key(id),
            Kind::NetworkInterface => self.network_interfaces.contains_key(id),
        }
    }

    fn region_of(&self, kind: Kind, id: &str) -> Option<&str> {
        match kind {
            Kind::Instance => self.instance(id)?.region.text(),
            Kind::SecurityGroup => self.security_group(id)?.region.text(),
            Kind::NetworkInterface => self.network_interface(id)?.region.text(),
        }
    }

    /// Whether an object exists for the caller in the region of the call. An instance or group of another account
    /// does not; a network interface of another account does.
    pub fn presence(&self, kind: Kind, id: &str, region: Option<&str>, caller: &str) -> Presence {
        self.presence_in(kind, id, region, caller, Some(caller))
    }

    /// The same for a call without `RegionId`: an object that is listed is there, wherever it is; one that is not is looked for
    /// in the region of the call.
    pub fn presence_anywhere(&self, kind: Kind, id: &str, region: Option<&str>, caller: &str) -> Presence {
        let region = self.region_of(kind, id).or(region);
        match self.presence(kind, id, region, caller) {
            Presence::Unknown(missing) if self.has(kind, id) => {
                let left: Vec<String> = missing.into_iter().filter(|fact| fact.starts_with("owner:")).collect();
                if left.is_empty() { Presence::Present } else { Presence::Unknown(left) }
            }
            presence => presence,
        }
    }

    /// The same for an account that need not be the caller's.
    pub(super) fn presence_in(
        &self,
        kind: Kind,
        id: &str,
        region: Option<&str>,
        account: &str,
        caller: Option<&str>,
    ) -> Presence {
        let foreign = |owner: &String| kind != Kind::NetworkInterface && owner != account;
        let owner = self.owner(kind, id, caller);
        if let Some(owner) = owner.clone().filter(foreign) {
            return Presence::Absent(Absence::OtherAccount(owner));
        }
        let fact = |member: &str| format!("{}:{id}.{member}", kind.word());
        let Some(region) = region else { return Presence::Unknown(vec!["region".to_owned()]) };
        if !self.has(kind, id) {
            return if self.is_complete(kind, region) {
                Presence::Absent(Absence::NotListed)
            } else {
                Presence::Unknown(vec![format!("{}:{id}", kind.word())])
            };
        }
        let mut missing = Vec::new();
        match self.region_of(kind, id) {
            Some(other) if other != region => return Presence::Absent(Absence::OtherRegion(other.to_owned())),
            Some(_) => {}
            None if kind == Kind::NetworkInterface => missing.push(fact("ZoneId")),
            None => missing.push(fact("RegionId")),
        }
        if owner.is_none() && kind != Kind::NetworkInterface {
            missing.push(format!("owner:{id}"));
        }
        if missing.is_empty() { Presence::Present } else { Presence::Unknown(missing) }
    }

    /// The caller's account: the flag, else the principal's, else `GetCallerIdentity`'s, else the manifest's, else the
    /// account file's (contract 2.3). `None`: nothing tells it.
    pub fn caller_account(
        &self,
        flag: Option<&str>,
        principal: Option<&str>,
        account_file: Option<&str>,
    ) -> Option<String> {
        let manifest = self.manifest.as_ref().and_then(|manifest| manifest.account_id.as_deref());
        flag.or(principal).or(self.caller.text()).or(manifest).or(account_file).map(str::to_owned)
    }

    /// The region of a call: its `RegionId`, else that of the instance, else the manifest's where it names one
    /// (contract 2.3). Empty texts count as not given.
    pub fn call_region(&self, region_id: Option<&str>, instance: Option<&str>) -> Option<String> {
        let given = |text: &&str| !text.is_empty();
        let of_instance = || self.region_of(Kind::Instance, instance.filter(given)?);
        let of_manifest = || match self.manifest.as_ref()?.regions.as_slice() {
            [one] => Some(one.as_str()),
            _ => None,
        };
        region_id.filter(given).or_else(of_instance).or_else(of_manifest).map(str::to_owned)
    }
}
