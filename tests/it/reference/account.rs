//! Which policies of an account bind a caller, from contract 2.2 and facts/ram-language.md 1.4 to 1.6, 6.2 to 6.6: an account
//! file as plain JSON and a request become one [`Case`] for each resource.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::evaluate::{Case, Named, Said};

/// Everything that is given in one run.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    /// The account file; every policy stands in it.
    pub(crate) account: Value,
    /// The session policy of a role session.
    pub(crate) session: Option<Value>,
    /// A bucket policy, for whatever is no role that is assumed.
    pub(crate) bucket: Option<Value>,
}

/// One line of a batch.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) principal: String,
    pub(crate) action: String,
    pub(crate) resources: Vec<String>,
    pub(crate) context: BTreeMap<String, Said>,
    pub(crate) closed: bool,
}

/// `user`, `role` or `root`, and the name.
fn parts(principal: &str) -> (&str, &str) {
    let relative = principal.splitn(5, ':').nth(4).expect("an ARN");
    relative.split_once('/').unwrap_or((relative, ""))
}

fn list<'v>(value: &'v Value, member: &str) -> impl Iterator<Item = &'v Value> {
    value[member].as_array().into_iter().flatten()
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().expect("a string")
}

/// What says one thing or another: everything is allowed, denied, or neither, by a key of its own.
fn unknown(key: &str) -> Named {
    let statement = |effect: &str, value: &str| json!({"Effect": effect, "Action": "*", "Resource": "*", "Condition": {"StringEquals": {key: value}}});
    let document = json!({"Version": "1", "Statement": [statement("Allow", "allow"), statement("Deny", "deny")]});
    Named { name: format!("unknown {key}"), document }
}

/// A statement about nobody, in its place so that the others keep their numbers.
fn inert() -> Value {
    json!({"Effect": "Allow", "Action": "none:none", "Resource": "*"})
}

/// Adds a test to every statement.
fn under(mut document: Value, operator: &str, key: &str, values: &[String]) -> Value {
    for statement in document["Statement"].as_array_mut().expect("a list") {
        add_test(statement, operator, key, values);
    }
    document
}

fn add_test(statement: &mut Value, operator: &str, key: &str, values: &[String]) {
    if statement.get("Condition").is_none() {
        statement["Condition"] = json!({});
    }
    let condition = statement["Condition"].as_object_mut().expect("an object");
    condition.entry(operator).or_insert_with(|| json!({}))[key] = json!(values);
}

/// Whether a statement of a trust policy names the caller (1.4); names of roles are compared without case (1.7).
fn trusts(statement: &Value, account: &str, kind: &str, name: &str) -> bool {
    let entries: Vec<&str> = match &statement["Principal"]["RAM"] {
        Value::String(one) => vec![one],
        several => several.as_array().into_iter().flatten().map(|entry| entry.as_str().expect("a string")).collect(),
    };
    entries.into_iter().any(|entry| {
        entry == "*"
            || entry == format!("acs:ram::{account}:root")
            || (kind == "user" && entry == format!("acs:ram::{account}:user/{name}"))
            || (kind == "role" && entry.eq_ignore_ascii_case(&format!("acs:ram::{account}:role/{name}")))
    })
}

/// The statements of a bucket policy that are about the caller (1.6, 6.4): `*` everybody, but the owner only under a condition;
/// UIDs; sessions of a role.
fn about(document: &Value, account: &str, kind: &str, name: &str, owns: bool) -> Value {
    let mut kept = Vec::new();
    for statement in list(document, "Statement") {
        let entries: Vec<&str> = list(statement, "Principal").map(|entry| entry.as_str().expect("a string")).collect();
        let mut statement = statement.clone();
        statement.as_object_mut().expect("an object").remove("Principal");
        let everybody = entries.is_empty() || entries.contains(&"*");
        if everybody && !(kind == "root" && owns && statement.get("Condition").is_none()) {
            kept.push(statement);
            continue;
        }
        let is_uid = |entry: &&&str| entry.bytes().all(|byte| byte.is_ascii_digit());
        let (key, operator, values): (_, _, Vec<String>) = match kind {
            "root" if entries.contains(&account) => {
                kept.push(statement);
                continue;
            }
            "root" => ("", "", Vec::new()),
            "user" => {
                let uids = entries.iter().filter(is_uid).filter(|uid| **uid != account);
                ("principal:uid", "StringEquals", uids.map(|uid| (*uid).to_owned()).collect())
            }
            _ => {
                let front = format!("arn:sts::{account}:assumed-role/{}/", name.to_lowercase());
                let of_role = entries.iter().filter(|entry| entry.to_lowercase().starts_with(&front));
                let sessions = of_role.map(|entry| entry[front.len()..].to_owned());
                ("principal:session", "StringLike", sessions.collect())
            }
        };
        if values.iter().any(|value| value == "*") && key == "principal:session" {
            kept.push(statement);
        } else if !values.is_empty() {
            add_test(&mut statement, operator, key, &values);
            kept.push(statement);
        } else {
            kept.push(inert());
        }
    }
    json!({"Version": "1", "Statement": kept})
}

/// The account and the name of the role that a request assumes.
fn assumed(action: &str, resource: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = resource.splitn(5, ':').collect();
    let [_, "ram", _, account, relative] = parts.as_slice() else { return None };
    let name = relative.strip_prefix("role/").filter(|name| !name.is_empty())?;
    let numeric = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
    (numeric && action.eq_ignore_ascii_case("sts:AssumeRole")).then(|| ((*account).to_owned(), name.to_owned()))
}

impl World {
    pub(crate) fn id(&self) -> &str {
        text(&self.account, "account_id")
    }

    fn named(&self, name: &str) -> Named {
        let document = &self.account["policies"][name];
        if name == "FullAliyunAccess" && document.is_null() {
            let everything =
                json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
            return Named { name: name.to_owned(), document: everything };
        }
        if document.is_null() {
            return unknown(&format!("policy:{name}"));
        }
        Named { name: name.to_owned(), document: document.clone() }
    }

    /// A role by its name, which has no case: as the file spells it, and what it says.
    fn role(&self, name: &str) -> Option<(&str, &Value)> {
        let roles = self.account["roles"].as_object()?;
        roles.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(known, role)| (known.as_str(), role))
    }

    fn grants(&self, kind: &str, name: &str) -> Vec<&Value> {
        match kind {
            "user" => {
                let user = &self.account["users"][name];
                let groups = list(user, "groups").map(|group| &self.account["groups"][group.as_str().expect("a name")]);
                let of_groups: Vec<&Value> = groups.flat_map(|group| list(group, "attachments")).collect();
                list(user, "attachments").chain(of_groups).collect()
            }
            "role" => list(self.role(name).expect("a role").1, "attachments").collect(),
            _ => Vec::new(),
        }
    }

    /// The policies that bind the caller of a line on one of its resources.
    pub(crate) fn case(&self, line: &Line, resource: &str) -> Case {
        let (kind, name) = parts(&line.principal);
        let owner = resource.split(':').nth(3).unwrap_or_default();
        let numeric = !owner.is_empty() && owner.bytes().all(|byte| byte.is_ascii_digit());
        let foreign = numeric && owner != self.id();
        let foreign_bucket = foreign && resource.split(':').nth(1) == Some("oss");
        let mut case = Case { action: line.action.clone(), resources: vec![resource.to_owned()], ..Case::default() };
        (case.context, case.closed) = (line.context.clone(), line.closed);
        let arn = if kind == "role" { line.principal.to_lowercase() } else { line.principal.clone() };
        case.context.entry("acs:PrincipalARN".to_owned()).or_insert(Said::Known(vec![arn]));
        // 6.4: nothing binds the account itself but the policy of a bucket.
        case.root = kind == "root" && self.bucket.is_none();
        let directory = &self.account["resource_directory"];
        let service_linked = kind == "role" && self.role(name).expect("a role").1["service_linked"] == true;
        let exempt = kind == "root" || service_linked || directory["management_account"] == true;
        if !exempt && !foreign {
            for level in list(directory, "levels") {
                let policies = list(level, "control_policies").map(|name| self.named(name.as_str().expect("a name")));
                case.control.push((text(level, "name").to_owned(), policies.collect()));
            }
        }
        case.session = self.session.clone().map(|document| vec![Named { name: "session".to_owned(), document }]);
        if kind == "root" && !foreign_bucket {
            let own = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
            case.identity.push(Named { name: "root".to_owned(), document: own });
        }
        let mut in_groups: Vec<(&str, Vec<String>)> = Vec::new();
        let grants = if foreign_bucket { Vec::new() } else { self.grants(kind, name) };
        for grant in grants {
            let policy = text(grant, "policy");
            match grant["resource_group"].as_str() {
                None => {
                    let named = self.named(policy);
                    if case.identity.iter().all(|known| known.name != named.name) {
                        case.identity.push(named);
                    }
                }
                Some(group) => match in_groups.iter_mut().find(|(known, _)| *known == policy) {
                    Some((_, groups)) => groups.push(group.to_owned()),
                    None => in_groups.push((policy, vec![group.to_owned()])),
                },
            }
        }
        for (policy, groups) in in_groups {
            let Named { name, document } = self.named(policy);
            let document = under(document, "StringEquals", "acs:ResourceGroupId", &groups);
            case.resource_group.push(Named { name, document });
        }
        if let Some((account, role)) = assumed(&line.action, resource) {
            case.both_must_allow = true;
            case.resource_policy = Some(vec![self.trust(&account, &role, resource, kind, name)]);
        } else if let Some(bucket) = &self.bucket {
            let document = about(bucket, self.id(), kind, name, !foreign);
            case.resource_policy = Some(vec![Named { name: "bucket".to_owned(), document }]);
        }
        case
    }

    fn trust(&self, account: &str, role: &str, resource: &str, kind: &str, name: &str) -> Named {
        let known = self.role(role).filter(|_| account == self.id());
        match known {
            Some((spelled, value)) if !value["trust"].is_null() => {
                let kept: Vec<Value> = list(&value["trust"], "Statement")
                    .map(|statement| {
                        if !trusts(statement, self.id(), kind, name) {
                            return inert();
                        }
                        let mut statement = statement.clone();
                        statement.as_object_mut().expect("an object").remove("Principal");
                        statement["Resource"] = json!("*");
                        statement
                    })
                    .collect();
                let document = json!({"Version": "1", "Statement": kept});
                Named { name: format!("role/{spelled}"), document }
            }
            Some((spelled, _)) => unknown(&format!("trust:{spelled}")),
            None if account == self.id() => unknown(&format!("trust:{role}")),
            None => unknown(&format!("trust:{resource}")),
        }
    }
}
