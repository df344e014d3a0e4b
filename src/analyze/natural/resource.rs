//! Resources that a person would name: the ARN that the page of the action gives, with the pattern's own words.

use crate::catalog::{Catalog, Shape};
use crate::pattern::{Arn, action_name, arn, matches};

const REGION: &str = "cn-hangzhou";

/// Resources for an action that some patterns may cover, the most natural first; `account` is the number that they show.
pub(crate) fn candidates(patterns: &[&str], action: &str, account: &str) -> Vec<String> {
    let catalog = Catalog::new();
    let known = catalog.action(action);
    let shapes: Vec<Shape<'_>> = known.iter().flat_map(|action| action.shapes().chain(action.older_shapes())).collect();
    let code = action_name(action).map(|parts| parts.code.to_ascii_lowercase()).unwrap_or_default();
    let mut found = Vec::new();
    let whole = known.as_ref().is_some_and(crate::catalog::Action::without_resource_level);
    if whole {
        found.push("*".to_owned());
    }
    for pattern in patterns.iter().filter(|pattern| **pattern != "*") {
        match arn(pattern) {
            Some(parts) => {
                found.extend(shapes.iter().filter_map(|shape| within(&parts, shape, account)));
                found.extend(filled(&parts, &code, account));
            }
            None => found.push(completed(pattern, &code, account)),
        }
    }
    found.extend(shapes.iter().take(4).filter_map(|shape| of_shape(shape, account)));
    found.push(typical(&code, account));
    found.push("*".to_owned());
    found.truncate(32);
    found
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
