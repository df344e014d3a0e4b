//! Resources that a person would name: the ARN that the page of the action gives, with the pattern's own words.

use std::collections::HashMap;
use std::rc::Rc;

use crate::catalog::{Catalog, Shape};
use crate::pattern::{Arn, action_name, arn, matches};

const REGION: &str = "cn-hangzhou";

/// So many resources are offered for one request.
const OFFERED: usize = 32;

/// Resources for an action that some patterns may cover, the most natural first; `account` is the number that they show.
pub(crate) fn candidates(patterns: &[&str], action: &str, account: &str) -> Vec<String> {
    let catalog = Catalog::new();
    let known = Known::of(action, &catalog);
    let [first, last] = [known.before(), known.behind(account)];
    let within = patterns.iter().flat_map(|pattern| known.within(pattern, account));
    first.into_iter().chain(within).chain(last).take(OFFERED).collect()
}

/// What was offered before, in normal form: by action what stands before and behind the rest, and by pattern the rest.
#[derive(Debug, Default)]
pub(crate) struct Offers {
    by_action: HashMap<Box<str>, OfAction>,
}

#[derive(Debug)]
struct OfAction {
    before: List,
    behind: List,
    by_pattern: HashMap<Box<str>, List>,
}

/// Resources, the most natural first.
pub(crate) type List = Rc<[String]>;

impl Offers {
    /// The resources of [`candidates`] in some lists, one after the other.
    pub(crate) fn lists(
        &mut self,
        patterns: &[&str],
        action: &str,
        account: &str,
        normal: impl Fn(&str) -> String,
    ) -> Vec<List> {
        let list = |texts: Vec<String>| -> List { texts.iter().map(|text| normal(text)).collect() };
        if !self.by_action.contains_key(action) {
            let catalog = Catalog::new();
            let known = Known::of(action, &catalog);
            let (before, behind) = (list(known.before()), list(known.behind(account)));
            self.by_action.insert(action.into(), OfAction { before, behind, by_pattern: HashMap::new() });
        }
        let Some(of) = self.by_action.get_mut(action) else { return Vec::new() };
        let mut lists = vec![Rc::clone(&of.before)];
        for pattern in patterns {
            if !of.by_pattern.contains_key(*pattern) {
                let catalog = Catalog::new();
                let found = Known::of(action, &catalog).within(pattern, account);
                of.by_pattern.insert((*pattern).into(), list(found));
            }
            lists.extend(of.by_pattern.get(*pattern).map(Rc::clone));
        }
        lists.push(Rc::clone(&of.behind));
        lists
    }
}

/// What the catalog knows of an action.
struct Known<'c> {
    code: String,
    action: Option<crate::catalog::Action<'c>>,
}

impl<'c> Known<'c> {
    fn of(action: &str, catalog: &'c Catalog) -> Self {
        let code = action_name(action).map(|parts| parts.code.to_ascii_lowercase()).unwrap_or_default();
        Self { code, action: catalog.action(action) }
    }

    fn shapes(&self) -> impl Iterator<Item = Shape<'_>> {
        self.action.iter().flat_map(|action| action.shapes().chain(action.older_shapes()))
    }

    fn before(&self) -> Vec<String> {
        let whole = self.action.as_ref().is_some_and(crate::catalog::Action::without_resource_level);
        if whole { vec!["*".to_owned()] } else { Vec::new() }
    }

    /// The resources that a pattern suggests.
    fn within(&self, pattern: &str, account: &str) -> Vec<String> {
        if pattern == "*" {
            return Vec::new();
        }
        let Some(parts) = arn(pattern) else { return vec![completed(pattern, &self.code, account)] };
        let mut found: Vec<String> = self.shapes().filter_map(|shape| within(&parts, &shape, account)).collect();
        found.extend(filled(&parts, &self.code, account));
        found
    }

    fn behind(&self, account: &str) -> Vec<String> {
        let shapes = self.shapes().take(4).filter_map(|shape| of_shape(&shape, account));
        shapes.chain([typical(&self.code, account), "*".to_owned()]).collect()
    }
}

/// The usual resource of a service.
fn typical(code: &str, account: &str) -> String {
    match code {
        "oss" => format!("acs:oss:*:{account}:bucket-example/example.txt"),
        "ram" | "sts" => format!("acs:ram::{account}:user/example"),
        "ecs" => format!("acs:ecs:{REGION}:{account}:instance/i-example1"),
        code => format!("acs:{code}:{REGION}:{account}:example"),
    }
}

/// The usual name of a resource of a type.
fn id(kind: &str) -> String {
    let front = match kind {
        "instance" => "i-",
        "securitygroup" => "sg-",
        "eni" | "networkinterface" => "eni-",
        "disk" => "d-",
        "image" => "m-",
        "snapshot" => "s-",
        "vpc" => "vpc-",
        "vswitch" => "vsw-",
        "dbinstance" => "rm-",
        "loadbalancer" => "lb-",
        _ => return "example".to_owned(),
    };
    format!("{front}example1")
}

/// A shape of the catalog as an ARN.
pub(crate) fn of_shape(shape: &Shape<'_>, account: &str) -> Option<String> {
    let glob = shape.glob();
    let parts = arn(&glob)?;
    Some(format!("{}:{}", front(&parts, "", account), relative_of(&parts)))
}

/// What a shape leaves open, filled in.
fn relative_of(parts: &Arn<'_>) -> String {
    let mut pieces = Vec::new();
    let mut kind = "";
    for piece in parts.relative.split('/') {
        pieces.push(if piece == "*" { id(kind) } else { piece.replace('*', "example") });
        kind = piece;
    }
    pieces.join("/")
}

/// Partition, service, region and account, with usual values for what they leave open.
fn front(parts: &Arn<'_>, code: &str, account: &str) -> String {
    let or = |text: &str, usual: &str| {
        if matches(text, usual) { usual.to_owned() } else { text.replace('*', "").replace('?', "x") }
    };
    let service = or(parts.service, if code.is_empty() { "ecs" } else { code });
    let region = match &*service {
        "ram" if matches!(parts.region, "" | "*") => String::new(),
        "oss" if parts.region == "*" => "*".to_owned(),
        _ => or(parts.region, REGION),
    };
    format!("{}:{service}:{region}:{}", or(parts.partition, "acs"), or(parts.account, account))
}

/// An ARN of a shape that a pattern covers with its usual name.
fn within(pattern: &Arn<'_>, shape: &Shape<'_>, account: &str) -> Option<String> {
    let glob = shape.glob();
    let parts = arn(&glob)?;
    let relative = relative_of(&parts);
    let fits = matches(pattern.service, parts.service) && matches(pattern.relative, &relative);
    fits.then(|| format!("{}:{relative}", front(pattern, parts.service, account)))
}

/// The pattern's own ARN with usual values for what it leaves open.
fn filled(parts: &Arn<'_>, code: &str, account: &str) -> Vec<String> {
    let front = front(parts, code, account);
    let before = parts.relative.split('*').next().unwrap_or_default();
    let kind = before.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let named = id(kind);
    let stars: &[&str] = match before.chars().last() {
        None | Some('/' | ':') => &[&named, "example", "x", "a/x"],
        Some('-' | '_' | '.') => &["example1", "", "x", "a/x"],
        Some(_) => &["", "1", "x", "-example1", "/example.txt"],
    };
    let relative = |star: &str| {
        let text = parts.relative.replacen('*', star, 1).replace('?', "x");
        if text.ends_with("/*") { text.replace('*', "example.txt") } else { text.replace('*', "") }
    };
    stars.iter().map(|star| format!("{front}:{}", relative(star))).filter(|arn| !arn.ends_with(':')).collect()
}

/// A pattern of fewer than five segments as an ARN: its last star stands for the segments that are missing.
fn completed(pattern: &str, code: &str, account: &str) -> String {
    let usual = ["acs", if code.is_empty() { "ecs" } else { code }, REGION, account, "example"];
    let front = pattern.strip_suffix('*').unwrap_or(pattern);
    let written: Vec<String> = front.split(':').map(|part| part.replace(['*', '?'], "x")).collect();
    let filled = written.iter().zip(usual).map(|(part, usual)| if part.is_empty() { usual } else { part });
    filled.chain(usual.into_iter().skip(written.len())).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_those_of_the_action_and_of_the_pattern() {
        let first = |pattern: &str, action: &str| candidates(&[pattern], action, "1").remove(0);
        assert_eq!(first("*", "ecs:JoinSecurityGroup"), "acs:ecs:cn-hangzhou:1:instance/i-example1");
        assert_eq!(
            first("acs:ecs:cn-beijing:*:*", "ecs:JoinSecurityGroup"),
            "acs:ecs:cn-beijing:1:instance/i-example1"
        );
        assert_eq!(first("acs:ecs:*:7:instance/i-9*", "ecs:StopInstance"), "acs:ecs:cn-hangzhou:7:instance/i-9");
        assert_eq!(first("acs:oss:*:*:logs/*", "oss:GetObject"), "acs:oss:*:1:logs/example");
        assert_eq!(first("acs:ram:*:*:user/*", "ram:GetUser"), "acs:ram::1:user/example");
        assert_eq!(first("*", "ecs:RunInstances"), "*");
        assert_eq!(first("acs:log:*", "log:GetLogStoreLogs"), "acs:log:cn-hangzhou:1:example");
    }
}
