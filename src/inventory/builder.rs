//! Texts in, inventory out.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{DocumentKind, Kind, kind_of};
use super::error::InventoryError;
use super::fact::{Conflict, Fact, FileName};
use super::instance::Instance;
use super::inventory::Inventory;
use super::manifest::Manifest;
use super::network_interface::NetworkInterface;
use super::paging::{Completeness, Page};
use super::raw::{Raw, documents};
use super::rules::RulePages;
use super::scalar::Fields;
use super::security_group::{SecurityGroup, network};
use super::usage::Usage;
use super::warning::Warning;

/// Many values in pieces that are freed one by one as they are taken.
#[derive(Debug)]
struct Chunks<T>(Vec<Vec<T>>);

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Chunks<T> {
    const LENGTH: usize = 1024;

    fn push(&mut self, value: T) {
        match self.0.last_mut() {
            Some(last) if last.len() < Self::LENGTH => last.push(value),
            _ => self.0.push(vec![value]),
        }
    }
}

/// How a group was named: its id, its region with the file that tells it, the owner of what names it.
type Naming = (String, Option<(String, FileName)>, Option<String>);

/// Collects responses and the manifest; [`InventoryBuilder::finish`] makes the inventory.
#[derive(Debug, Default)]
pub struct InventoryBuilder {
    // Boxed: a tree filled in ascending order leaves half of its nodes empty.
    instances: BTreeMap<String, Box<Instance>>,
    security_groups: BTreeMap<String, SecurityGroup>,
    network_interfaces: BTreeMap<String, Box<NetworkInterface>>,
    /// Named inside other responses; merged last.
    named_groups: Vec<SecurityGroup>,
    named_before: BTreeSet<Naming>,
    named_interfaces: Chunks<NetworkInterface>,
    instance_types: BTreeMap<String, Fact<u64>>,
    caller: Fact<String>,
    manifest: Option<Manifest>,
    assumed: BTreeSet<Kind>,
    named_regions: BTreeSet<String>,
    pages: Vec<Page>,
    rules: RulePages,
    warnings: Vec<Warning>,
}

impl InventoryBuilder {
    /// Takes in one text: one document, several one after another, or arrays of them. Tells what was recognised,
    /// in order; nothing recognised means that the text is JSON but no part of an inventory.
    ///
    /// # Errors
    /// When the text is empty or no JSON, when a response has another shape than the API gives it, and when a
    /// manifest is a second one or names what does not exist.
    pub fn add(&mut self, name: &str, text: &str) -> Result<Vec<DocumentKind>, InventoryError> {
        let file = FileName::new(name);
        // PowerShell writes a byte order mark in front of what a command prints.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(InventoryError::Empty { file: name.to_owned() });
        }
        let mut kinds = Vec::new();
        for document in documents(text).map_err(|error| not_json(name, &error))? {
            let responses = if document.is_array() { document.items() } else { vec![document] };
            for response in responses {
                kinds.extend(self.take(response, &file)?);
            }
        }
        Ok(kinds)
    }

    /// Says that an id of this kind that is in no response does not exist (`--assume-complete`).
    pub fn assume_complete(&mut self, kind: Kind) {
        self.assumed.insert(kind);
    }

    /// The inventory of everything taken in.
    pub fn finish(mut self) -> Inventory {
        for (id, rules) in std::mem::take(&mut self.rules).finish() {
            let mut group = SecurityGroup { id: id.clone(), listed: true, ..SecurityGroup::default() };
            match rules {
                Ok(rules) => group.rules = rules,
                Err(conflict) => self.contradiction(format!("security group `{id}`"), "Permissions", conflict),
            }
            self.merge_group(group);
        }
        self.merge_named();
        let manifest = self.manifest.as_ref();
        let mut declared = self.assumed;
        declared.extend(manifest.iter().flat_map(|manifest| manifest.complete.iter().copied()));
        let stated = manifest.iter().flat_map(|manifest| manifest.regions.iter().cloned()).collect();
        let completeness = Completeness::new(declared, stated, self.named_regions, &self.pages);
        self.warnings.extend(completeness.warnings());
        let usage = Usage::count(&self.instances, &self.network_interfaces);
        Inventory {
            instances: self.instances,
            security_groups: self.security_groups,
            network_interfaces: self.network_interfaces,
            instance_types: self.instance_types,
            caller: self.caller,
            manifest: self.manifest,
            completeness,
            usage,
            warnings: self.warnings,
        }
    }

    /// Adds what is only named inside other responses. The region of such a place is a conclusion: it fills a gap, and never
    /// speaks against what a response says of the object itself.
    fn merge_named(&mut self) {
        let told = |known: Option<&Fact<String>>| known.is_some_and(|region| !matches!(region, Fact::Missing));
        let mut groups = std::mem::take(&mut self.named_groups);
        for group in &mut groups {
            if told(self.security_groups.get(&group.id).map(|known| &known.region)) {
                group.region = Fact::Missing;
            }
        }
        // Before the first of them is merged: one that is named twice must not speak against itself.
        let mut interfaces = std::mem::take(&mut self.named_interfaces);
        for interface in interfaces.0.iter_mut().flatten() {
            if told(self.network_interfaces.get(&interface.id).map(|known| &known.region)) {
                interface.region = Fact::Missing;
            }
        }
        groups.into_iter().for_each(|group| self.merge_group(group));
        interfaces.0.into_iter().flatten().for_each(|interface| self.merge_interface(interface));
    }

    fn take(&mut self, document: Raw<'_>, file: &FileName) -> Result<Option<DocumentKind>, InventoryError> {
        if !document.is_object() {
            return Ok(None);
        }
        let fields = Fields::of(document, String::new(), file)?;
        let Some(kind) = kind_of(fields.map()) else { return Ok(None) };
        match kind {
            DocumentKind::Instances => self.take_instances(&fields)?,
            DocumentKind::SecurityGroups => self.take_groups(&fields)?,
            DocumentKind::NetworkInterfaces => self.take_interfaces(&fields)?,
            DocumentKind::SecurityGroupAttribute => self.take_rules(&fields)?,
            DocumentKind::InstanceTypes => self.take_types(&fields)?,
            DocumentKind::CallerIdentity => {
                if let Some(conflict) = self.caller.merge(fields.word("AccountId")?) {
                    self.contradiction("the caller".to_owned(), "AccountId", conflict);
                }
            }
            DocumentKind::AccountAttributes => {}
            DocumentKind::Manifest => {
                let manifest = Manifest::read(&fields)?;
                if let Some(first) = &self.manifest {
                    let (first, second) = (first.file.to_string(), file.to_string());
                    return Err(InventoryError::SecondManifest { first, second });
                }
                self.manifest = Some(manifest);
            }
        }
        Ok(Some(kind))
    }

    fn take_instances(&mut self, fields: &Fields) -> Result<(), InventoryError> {
        let mut page = Page::read(Kind::Instance, fields)?;
        match fields.list("Instances", "Instance")? {
            None => page.nameless = true,
            Some(list) => {
                for item in list.objects() {
                    let item = item?;
                    let instance = Instance::read(&item)?;
                    if let Some(interfaces) = item.list("NetworkInterfaces", "NetworkInterface")? {
                        for interface in interfaces.objects() {
                            self.named_interfaces.push(NetworkInterface::named(&interface?, &instance)?);
                        }
                    }
                    for group in instance.security_groups.known().into_iter().flatten() {
                        self.name_group(group, &instance.region, None);
                    }
                    page.regions.extend(instance.region.known().cloned());
                    if instance.id.is_empty() {
                        page.nameless = true;
                    } else {
                        page.ids.insert(instance.id.clone());
                        self.merge_instance(instance);
                    }
                }
            }
        }
        self.end_page(page);
        Ok(())
    }

    /// Keeps a group that another response names; the same told again adds nothing.
    fn name_group(&mut self, id: &str, region: &Fact<String>, owner: Option<String>) {
        let told = region.known().cloned().zip(region.file().cloned());
        if self.named_before.insert((id.to_owned(), told, owner.clone())) {
            self.named_groups.push(SecurityGroup::named(id, region, owner));
        }
    }

    fn take_groups(&mut self, fields: &Fields) -> Result<(), InventoryError> {
        let mut page = Page::read(Kind::SecurityGroup, fields)?;
        let region = fields.word("RegionId")?;
        page.regions.extend(region.known().cloned());
        match fields.list("SecurityGroups", "SecurityGroup")? {
            None => page.nameless = true,
            Some(list) => {
                for item in list.objects() {
                    let group = SecurityGroup::read(&item?, &region)?;
                    if group.id.is_empty() {
                        page.nameless = true;
                    } else {
                        page.ids.insert(group.id.clone());
                        self.merge_group(group);
                    }
                }
            }
        }
        self.end_page(page);
        Ok(())
    }

    fn take_interfaces(&mut self, fields: &Fields) -> Result<(), InventoryError> {
        let mut page = Page::read(Kind::NetworkInterface, fields)?;
        match fields.list("NetworkInterfaceSets", "NetworkInterfaceSet")? {
            None => page.nameless = true,
            Some(list) => {
                for item in list.objects() {
                    let interface = NetworkInterface::read(&item?)?;
                    for group in interface.security_groups.known().into_iter().flatten() {
                        self.name_group(group, &interface.region, interface.owner.known().cloned());
                    }
                    page.regions.extend(interface.region.known().cloned());
                    if interface.id.is_empty() {
                        page.nameless = true;
                    } else {
                        page.ids.insert(interface.id.clone());
                        self.merge_interface(interface);
                    }
                }
            }
        }
        self.end_page(page);
        Ok(())
    }

    fn take_rules(&mut self, fields: &Fields) -> Result<(), InventoryError> {
        let region = fields.word("RegionId")?;
        self.named_regions.extend(region.known().cloned());
        if let Some(id) = fields.word("SecurityGroupId")?.known() {
            let network = network(fields)?;
            let group = SecurityGroup { id: id.clone(), region, network, listed: true, ..SecurityGroup::default() };
            self.merge_group(group);
            self.rules.read(id, fields)?;
        }
        Ok(())
    }

    fn take_types(&mut self, fields: &Fields) -> Result<(), InventoryError> {
        let Some(list) = fields.list("InstanceTypes", "InstanceType")? else { return Ok(()) };
        for item in list.objects() {
            let item = item?;
            let quantity = item.count("EniIpv6AddressQuantity")?;
            if let Some(id) = item.word("InstanceTypeId")?.known() {
                let conflict = self.instance_types.entry(id.clone()).or_default().merge(quantity);
                if let Some(conflict) = conflict {
                    self.contradiction(format!("instance type `{id}`"), "EniIpv6AddressQuantity", conflict);
                }
            }
        }
        Ok(())
    }

    fn end_page(&mut self, page: Page) {
        self.named_regions.extend(page.regions.iter().cloned());
        self.pages.push(page);
    }

    fn merge_instance(&mut self, instance: Instance) {
        let id = instance.id.clone();
        let fresh = || Box::new(Instance { id: id.clone(), ..Instance::default() });
        let conflicts = self.instances.entry(id.clone()).or_insert_with(fresh).merge(instance);
        self.contradictions(Kind::Instance, &id, conflicts);
    }

    fn merge_group(&mut self, group: SecurityGroup) {
        let id = group.id.clone();
        let fresh = || SecurityGroup { id: id.clone(), ..SecurityGroup::default() };
        let conflicts = self.security_groups.entry(id.clone()).or_insert_with(fresh).merge(group);
        self.contradictions(Kind::SecurityGroup, &id, conflicts);
    }

    fn merge_interface(&mut self, interface: NetworkInterface) {
        if interface.id.is_empty() {
            return;
        }
        let id = interface.id.clone();
        let fresh = || Box::new(NetworkInterface { id: id.clone(), ..NetworkInterface::default() });
        let conflicts = self.network_interfaces.entry(id.clone()).or_insert_with(fresh).merge(interface);
        self.contradictions(Kind::NetworkInterface, &id, conflicts);
    }

    fn contradictions(&mut self, kind: Kind, id: &str, conflicts: Vec<(&'static str, Conflict)>) {
        for (fact, conflict) in conflicts {
            self.contradiction(format!("{} `{id}`", kind.name()), fact, conflict);
        }
    }

    fn contradiction(&mut self, subject: String, fact: &'static str, conflict: Conflict) {
        let Conflict { first, second } = conflict;
        self.warnings.push(Warning::Contradiction { subject, fact, first, second });
    }
}

fn not_json(name: &str, error: &serde_json::Error) -> InventoryError {
    let problem = error.to_string();
    // serde_json repeats the place at the end of its message.
    let problem = problem.split(" at line ").next().unwrap_or_default().to_owned();
    InventoryError::NotJson { file: name.to_owned(), line: error.line(), column: error.column(), problem }
}
