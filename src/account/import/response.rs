//! One response into the importer.

use super::{FileName, Grant, Holder, ImportError, Importer, Pages};
use crate::syntax::{Kind, NodeRef, parse};
use crate::text::Source;

/// What a text was recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Response {
    /// `sts GetCallerIdentity`
    CallerIdentity,
    /// `ram ListUsers`
    Users,
    /// `ram ListGroups`
    Groups,
    /// `ram ListGroupsForUser`
    GroupsForUser,
    /// `ram ListRoles`
    Roles,
    /// `ram GetRole`
    Role,
    /// `ram ListPolicies`
    Policies,
    /// `ram GetPolicy`
    Policy,
    /// `ram GetPolicyVersion`
    PolicyVersion,
    /// `ram ListPoliciesForUser`, `..ForGroup`, `..ForRole`
    PoliciesFor,
    /// `resourcemanager ListPolicyAttachments`
    PolicyAttachments,
    /// `resourcemanager ListControlPolicies`
    ControlPolicies,
    /// `resourcemanager GetControlPolicy`
    ControlPolicy,
    /// `resourcemanager ListControlPolicyAttachmentsForTarget`
    ControlAttachments,
    /// `resourcemanager GetResourceDirectory`
    ResourceDirectory,
}

/// A node with the file for error messages.
#[derive(Clone, Copy)]
struct Part<'t, 's, 'f> {
    node: NodeRef<'t, 's>,
    file: &'f str,
}

impl Part<'_, '_, '_> {
    fn text(self, name: &str) -> Option<String> {
        let node = self.node.get(name)?;
        match node.kind() {
            Kind::String => node.as_str().map(std::borrow::Cow::into_owned).filter(|text| !text.is_empty()),
            Kind::Number | Kind::Bool => Some(node.raw().to_owned()),
            _ => None,
        }
    }

    fn need(self, name: &str) -> Result<String, ImportError> {
        self.text(name)
            .ok_or_else(|| ImportError::Shape { file: self.file.to_owned(), what: format!("an entry has no `{name}`") })
    }

    fn get(self, name: &str) -> Option<Self> {
        self.node.get(name).filter(|node| node.kind() == Kind::Object).map(|node| Self { node, ..self })
    }

    /// The entries of a list, which the API wraps: `{"Users": {"User": [..]}}`.
    fn list(self, outer: &str, inner: &str) -> Option<Vec<Self>> {
        let node = self.node.get(outer)?;
        let list = node.get(inner).unwrap_or(node);
        Some(list.elements().map(|node| Self { node, ..self }).collect())
    }

    /// The text of a policy document.
    fn document(self, name: &str) -> Result<Option<String>, ImportError> {
        let Some(node) = self.node.get(name) else { return Ok(None) };
        let text = match node.kind() {
            Kind::String => node.as_str().unwrap_or_default().into_owned(),
            Kind::Object => node.raw().to_owned(),
            _ => return Ok(None),
        };
        let parsed = parse(&text);
        let is_object = parsed.tree.root().is_some_and(|root| root.kind() == Kind::Object);
        if !parsed.errors.is_empty() || !is_object {
            let what = format!("`{name}` holds no JSON object");
            return Err(ImportError::Shape { file: self.file.to_owned(), what });
        }
        Ok(Some(text.trim().to_owned()))
    }
}

impl Importer {
    /// Takes in one response, or several in an array; tells what they are. Nothing recognised means that the text is JSON but
    /// no response about an account.
    ///
    /// # Errors
    /// When the text is no JSON, has another shape than the API gives it, or does not say whom it is about.
    pub fn add(&mut self, name: &str, text: &str) -> Result<Vec<Response>, ImportError> {
        // PowerShell writes a byte order mark in front of what a command prints.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let parsed = parse(text);
        if let Some(error) = parsed.errors.first() {
            let position = Source::new(name, text).position(error.span.start);
            let (line, column) = (position.line, position.column);
            return Err(ImportError::NotJson { file: name.to_owned(), problem: error.message(), line, column });
        }
        let Some(root) = parsed.tree.root() else { return Ok(Vec::new()) };
        let listed = root.elements();
        let single = (root.kind() == Kind::Object).then_some(root);
        let mut kinds = Vec::new();
        for node in single.into_iter().chain(listed) {
            kinds.extend(self.take(Part { node, file: name })?);
        }
        self.kinds.extend(&kinds);
        Ok(kinds)
    }

    fn take(&mut self, part: Part<'_, '_, '_>) -> Result<Option<Response>, ImportError> {
        let file = FileName::of(part.file);
        if let (Some(account), Some(_)) = (part.text("AccountId"), part.text("IdentityType").or(part.text("Arn"))) {
            self.account(&account)?;
            return Ok(Some(Response::CallerIdentity));
        }
        if let Some(directory) = part.get("ResourceDirectory") {
            self.master = directory.text("MasterAccountId");
            return Ok(Some(Response::ResourceDirectory));
        }
        if let Some(users) = part.list("Users", "User") {
            // ListUsersForGroup looks alike, but tells when the user joined.
            if users.iter().any(|user| user.text("JoinDate").is_some()) {
                return Ok(None);
            }
            self.page(part, "ListUsers", users.len());
            for user in users {
                self.users.entry(user.need("UserName")?).or_default();
            }
            return Ok(Some(Response::Users));
        }
        if let Some(groups) = part.list("Groups", "Group") {
            return self.groups(part, file, &groups).map(Some);
        }
        if let Some(roles) = part.list("Roles", "Role") {
            self.page(part, "ListRoles", roles.len());
            for role in roles {
                self.role(role)?;
            }
            return Ok(Some(Response::Roles));
        }
        if let Some(role) = part.get("Role") {
            self.role(role)?;
            return Ok(Some(Response::Role));
        }
        if let Some(policies) = part.list("Policies", "Policy") {
            return self.policies(part, file, &policies).map(Some);
        }
        if let Some(policy) = part.get("Policy") {
            let key = (policy.text("PolicyType").unwrap_or_else(|| "Custom".to_owned()), policy.need("PolicyName")?);
            let version = part.get("DefaultPolicyVersion").unwrap_or(policy);
            let document = version.document("PolicyDocument")?.or(policy.document("PolicyDocument")?);
            self.documents.extend(document.map(|document| (key, document)));
            return Ok(Some(Response::Policy));
        }
        if let Some(version) = part.get("PolicyVersion") {
            return self.version(version, file).map(Some);
        }
        if let Some(attachments) = part.list("PolicyAttachments", "PolicyAttachment") {
            // Each file name is a list of its own: the call may have asked for one type only.
            let list = if file.what.is_empty() { "attachments" } else { file.what };
            self.page(part, &format!("ListPolicyAttachments (`{list}`)"), attachments.len());
            self.all_attachments = true;
            for attachment in attachments {
                self.attachment(attachment)?;
            }
            return Ok(Some(Response::PolicyAttachments));
        }
        self.take_control(part, file)
    }

    fn take_control(&mut self, part: Part<'_, '_, '_>, file: FileName<'_>) -> Result<Option<Response>, ImportError> {
        if let Some(policy) = part.get("ControlPolicy") {
            let name = policy.need("PolicyName")?;
            let document = policy.document("PolicyDocument")?;
            self.control.extend(document.map(|document| (name, document)));
            return Ok(Some(Response::ControlPolicy));
        }
        if let Some(policies) = part.list("ControlPolicies", "ControlPolicy") {
            self.page(part, "ListControlPolicies", policies.len());
            self.control_listed = true;
            return Ok(Some(Response::ControlPolicies));
        }
        let Some(attachments) = part.list("ControlPolicyAttachments", "ControlPolicyAttachment") else {
            return Ok(None);
        };
        let level = file.subject.split_once('.').filter(|_| file.what == "control-attachments");
        let level = level.and_then(|(number, target)| Some((number.parse::<u32>().ok()?, target.to_owned())));
        let level = level.ok_or(ImportError::Nameless {
            file: part.file.to_owned(),
            call: "ListControlPolicyAttachmentsForTarget",
            convention: "control-attachments.<number>.<target>.json",
        })?;
        self.page(part, &format!("ListControlPolicyAttachmentsForTarget of `{}`", level.1), attachments.len());
        let level = self.levels.entry(level).or_default();
        for attachment in attachments {
            let name = attachment.need("PolicyName")?;
            if !level.policies.contains(&name) {
                level.policies.push(name);
            }
        }
        Ok(Some(Response::ControlAttachments))
    }

    fn groups(
        &mut self,
        part: Part<'_, '_, '_>,
        file: FileName<'_>,
        groups: &[Part<'_, '_, '_>],
    ) -> Result<Response, ImportError> {
        let joined = groups.iter().any(|group| group.text("JoinDate").is_some());
        if file.what == "groups-for-user" && !file.subject.is_empty() {
            let user = file.subject.to_owned();
            self.page(part, &format!("ListGroupsForUser of `{user}`"), groups.len());
            for group in groups {
                let name = group.need("GroupName")?;
                self.groups.entry(name.clone()).or_default();
                let known = &mut self.users.entry(user.clone()).or_default().groups;
                if !known.contains(&name) {
                    known.push(name);
                }
            }
            self.users.entry(user).or_default().groups_listed = true;
            return Ok(Response::GroupsForUser);
        }
        if joined {
            return Err(ImportError::Nameless {
                file: part.file.to_owned(),
                call: "ListGroupsForUser",
                convention: "groups-for-user.<user>.json",
            });
        }
        self.page(part, "ListGroups", groups.len());
        for group in groups {
            self.groups.entry(group.need("GroupName")?).or_default();
        }
        Ok(Response::Groups)
    }

    fn role(&mut self, role: Part<'_, '_, '_>) -> Result<(), ImportError> {
        let name = role.need("RoleName")?;
        if let Some(account) =
            role.text("Arn").as_deref().and_then(crate::pattern::arn).map(|arn| arn.account.to_owned())
        {
            self.account(&account)?;
        }
        let trust = role.document("AssumeRolePolicyDocument")?;
        let linked = role.text("IsServiceLinkedRole").is_some_and(|truth| truth == "true");
        let known = self.roles.entry(name.clone()).or_default();
        // Only Alibaba Cloud makes roles of that name.
        known.service_linked |= linked || name.starts_with("AliyunServiceRoleFor");
        if trust.is_some() {
            known.trust = trust;
        }
        Ok(())
    }

    fn policies(
        &mut self,
        part: Part<'_, '_, '_>,
        file: FileName<'_>,
        policies: &[Part<'_, '_, '_>],
    ) -> Result<Response, ImportError> {
        let holders = match file.what {
            "policies-for-user" => Some(&mut self.users),
            "policies-for-group" => Some(&mut self.groups),
            "policies-for-role" => Some(&mut self.roles),
            _ => None,
        };
        match holders.filter(|_| !file.subject.is_empty()) {
            Some(holders) => {
                let holder = holders.entry(file.subject.to_owned()).or_default();
                holder.listed = true;
                for policy in policies {
                    holder.grant(Grant { policy: key(*policy)?, resource_group: None });
                }
                let list = format!("{} of `{}`", file.what, file.subject);
                self.page(part, &list, policies.len());
                Ok(Response::PoliciesFor)
            }
            None if policies.iter().any(|policy| policy.text("AttachDate").is_some()) => Err(ImportError::Nameless {
                file: part.file.to_owned(),
                call: "ListPoliciesForUser, ListPoliciesForGroup or ListPoliciesForRole",
                convention: "policies-for-user.<user>.json",
            }),
            None => {
                self.page(part, "ListPolicies", policies.len());
                Ok(Response::Policies)
            }
        }
    }

    fn version(&mut self, version: Part<'_, '_, '_>, file: FileName<'_>) -> Result<Response, ImportError> {
        if version.text("IsDefaultVersion").is_some_and(|truth| truth == "false") {
            self.odd.push(format!("`{}` is a version that is not in force; it is left out", version.file));
            return Ok(Response::PolicyVersion);
        }
        let key = file.subject.split_once('.').filter(|_| file.what == "policy-version");
        let Some((kind @ ("System" | "Custom"), name)) = key else {
            return Err(ImportError::Nameless {
                file: version.file.to_owned(),
                call: "GetPolicyVersion",
                convention: "policy-version.Custom.<policy>.json",
            });
        };
        let key = (kind.to_owned(), name.to_owned());
        self.documents.extend(version.document("PolicyDocument")?.map(|document| (key, document)));
        Ok(Response::PolicyVersion)
    }

    fn attachment(&mut self, attachment: Part<'_, '_, '_>) -> Result<(), ImportError> {
        let principal = attachment.need("PrincipalName")?;
        // `alice@example.onaliyun.com`, `dev@group.example.onaliyun.com`, `ops@role.example.onaliyunservice.com`
        let name = principal.split('@').next().unwrap_or_default().to_owned();
        let holders = match attachment.need("PrincipalType")?.as_str() {
            "IMSUser" => &mut self.users,
            "IMSGroup" => &mut self.groups,
            "ServiceRole" => &mut self.roles,
            other => {
                let what = format!("`PrincipalType` is `{other}`, not `IMSUser`, `IMSGroup` or `ServiceRole`");
                return Err(ImportError::Shape { file: attachment.file.to_owned(), what });
            }
        };
        // A grant for the whole account names the account in place of a group.
        let group = attachment.text("ResourceGroupId").filter(|group| !group.bytes().all(|byte| byte.is_ascii_digit()));
        let known = holders.keys().find(|known| known.eq_ignore_ascii_case(&name)).cloned().unwrap_or(name);
        let holder: &mut Holder = holders.entry(known).or_default();
        holder.grant(Grant { policy: key(attachment)?, resource_group: group });
        Ok(())
    }

    /// Notes a page of a list: whether it is the last one, and how many entries there are in all.
    fn page(&mut self, part: Part<'_, '_, '_>, list: &str, items: usize) {
        let pages: &mut Pages = self.lists.entry(list.to_owned()).or_default();
        pages.items += u64::try_from(items).unwrap_or(u64::MAX);
        match part.text("IsTruncated").as_deref() {
            Some("true") => pages.cut = true,
            _ => pages.ended = true,
        }
        if let Some(total) = part.text("TotalCount").and_then(|total| total.parse().ok()) {
            pages.total = Some(total);
        }
    }
}

fn key(policy: Part<'_, '_, '_>) -> Result<(String, String), ImportError> {
    Ok((policy.text("PolicyType").unwrap_or_else(|| "Custom".to_owned()), policy.need("PolicyName")?))
}
