//! A statement of a policy as one English sentence that says neither more nor less.
//!
//! The sentences have a grammar, so that they can be read back to the statement (tests/it/analyze/sentences.rs does):
//!
//! ```text
//! sentence  = ("It allows " | "It denies, whatever else allows it, ") actions " on " resources {", " ["and "] "if " test} "."
//! actions   = "any action" | series of action by "and" | "every action but " series of action by "and"
//! action    = word ":" word | "any action of " word [" that begins with " text] | "any action like " text | "the action " text
//! resources = "any resource" ["but " ...] | group {", or on " group}        (after "but ": joined by ", nor ")
//! group     = series of name by "or", " of " service " in " region " of " account | "ARNs like " text
//! name      = "every resource" | "any " word | "bucket " text | "any object in bucket " text | "resources like " text | text
//! service   = word | "any service" | "services like " text
//! region    = "any region" | "no region" | "region " word | "regions like " text      (account in the same way)
//! test      = text " " operator " " (series of text by "or" | text {", nor " text} (" (or absent)" | " (and present)"))
//! text      = "`" any characters but "`" "`" | a JSON string, where that cannot be
//! ```

use crate::policy::{Effect, Operator, Scope, Statement, Test, Text, operand};

/// What a statement says, in a sentence; `absent_negated` tells whether negated operators are met by a key that is absent.
///
/// None when the statement lacks its effect, actions or resources.
pub fn sentence(statement: &Statement<'_>, absent_negated: bool) -> Option<String> {
    let head = match statement.effect.as_ref()?.value {
        Effect::Allow => "It allows",
        Effect::Deny => "It denies, whatever else allows it,",
    };
    let actions = actions(statement.action.as_ref()?);
    let resources = resources(statement.resource.as_ref()?);
    let tests: Vec<String> =
        statement.condition.iter().map(|test| format!("if {}", condition(test, absent_negated))).collect();
    let tests = if tests.is_empty() { String::new() } else { format!(", {}", tests.join(", and ")) };
    Some(format!("{head} {actions} on {resources}{tests}."))
}

/// Words with commas, and a conjunction before the last.
pub(super) fn series(list: &[String], conjunction: &str) -> String {
    match list.split_last() {
        None => String::new(),
        Some((one, [])) => one.clone(),
        Some((last, rest)) => format!("{} {conjunction} {last}", rest.join(", ")),
    }
}

/// A text of the policy, so that its end is seen.
fn text(text: &str) -> String {
    if text.contains('`') || text.chars().any(char::is_control) {
        serde_json::Value::from(text).to_string()
    } else {
        format!("`{text}`")
    }
}

/// Whether a text can stand without marks.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn is_wild(text: &str) -> bool {
    text.contains(['*', '?'])
}

fn actions(scope: &Scope<'_>) -> String {
    let list: Vec<String> = scope.patterns.iter().map(|pattern| action(&pattern.value)).collect();
    let list = series(&list, "and");
    if scope.except { format!("every action but {list}") } else { list }
}

fn action(pattern: &str) -> String {
    if pattern == "*" {
        return "any action".to_owned();
    }
    match pattern.split_once(':').filter(|(service, _)| is_word(service)) {
        Some((service, "*")) => format!("any action of {service}"),
        Some((_, name)) if is_word(name) => pattern.to_owned(),
        Some((service, name)) => match name.strip_suffix('*').filter(|front| is_word(front)) {
            Some(front) => format!("any action of {service} that begins with {}", text(front)),
            None if is_wild(name) => format!("any action like {}", text(pattern)),
            None => format!("the action {}", text(pattern)),
        },
        None if is_wild(pattern) => format!("any action like {}", text(pattern)),
        None => format!("the action {}", text(pattern)),
    }
}

/// Segments of an ARN: service, region, account, and what names the resource.
fn segments(pattern: &str) -> Option<([&str; 3], &str)> {
    let mut parts = pattern.strip_prefix("acs:")?.splitn(4, ':');
    let front = [parts.next()?, parts.next()?, parts.next()?];
    Some((front, parts.next()?))
}

fn resources(scope: &Scope<'_>) -> String {
    let mut groups: Vec<(Option<[&str; 3]>, Vec<String>)> = Vec::new();
    for pattern in &scope.patterns {
        let pattern = &*pattern.value;
        let (place, name) = match segments(pattern) {
            _ if pattern == "*" => (None, "any resource".to_owned()),
            Some((place, relative)) => (Some(place), name(place, relative)),
            None => (None, format!("ARNs like {}", text(pattern))),
        };
        match groups.last_mut().filter(|(last, _)| place.is_some() && *last == place) {
            Some((_, names)) => names.push(name),
            None => groups.push((place, vec![name])),
        }
    }
    let group = |(place, names): &(Option<[&str; 3]>, Vec<String>)| match place {
        Some(place) => format!("{} of {}", series(names, "or"), location(*place)),
        None => series(names, "or"),
    };
    let groups: Vec<String> = groups.iter().map(group).collect();
    if scope.except { format!("any resource but {}", groups.join(", nor ")) } else { groups.join(", or on ") }
}

/// The last segment of an ARN.
fn name([service, ..]: [&str; 3], relative: &str) -> String {
    if relative == "*" {
        return "every resource".to_owned();
    }
    let (front, rest) = relative.split_once('/').unwrap_or((relative, ""));
    if service == "oss" && !is_wild(front) {
        match rest {
            "" if front == relative => return format!("bucket {}", text(front)),
            "*" => return format!("any object in bucket {}", text(front)),
            _ => {}
        }
    } else if rest == "*" && is_word(front) && front != "resource" {
        return format!("any {front}");
    }
    if is_wild(relative) { format!("resources like {}", text(relative)) } else { text(relative) }
}

fn location([service, region, account]: [&str; 3]) -> String {
    let segment = |value: &str, noun: &str| match value {
        "*" => format!("any {noun}"),
        "" => format!("no {noun}"),
        word if is_word(word) && noun == "service" => word.to_owned(),
        word if is_word(word) => format!("{noun} {word}"),
        other => format!("{noun}s like {}", text(other)),
    };
    format!("{} in {} of {}", segment(service, "service"), segment(region, "region"), segment(account, "account"))
}

/// How an operator is said before its values.
pub fn operator_words(operator: Operator) -> &'static str {
    match operator {
        Operator::StringEquals => "is",
        Operator::StringNotEquals => "is not",
        Operator::StringEqualsIgnoreCase => "is, in upper or lower case,",
        Operator::StringNotEqualsIgnoreCase => "is not, in upper or lower case,",
        Operator::StringLike => "is like",
        Operator::StringNotLike => "is not like",
        Operator::NumericEquals => "is the number",
        Operator::NumericNotEquals => "is not the number",
        Operator::NumericLessThan => "is less than",
        Operator::NumericLessThanEquals => "is at most",
        Operator::NumericGreaterThan => "is greater than",
        Operator::NumericGreaterThanEquals => "is at least",
        Operator::DateEquals => "is the instant",
        Operator::DateNotEquals => "is not the instant",
        Operator::DateLessThan => "is before",
        Operator::DateLessThanEquals => "is at or before",
        Operator::DateGreaterThan => "is after",
        Operator::DateGreaterThanEquals => "is at or after",
        Operator::Bool => "is boolean",
        Operator::IpAddress => "is an address in",
        Operator::NotIpAddress => "is not an address in",
        Operator::IpAddressIncludeBorder => "is an address, borders included, in",
        Operator::NotIpAddressIncludeBorder => "is not an address, borders included, in",
    }
}

fn condition(test: &Test<'_>, absent_negated: bool) -> String {
    let (operator, key) = (test.operator.value, text(&test.key.value));
    let truth = |value: &Text<'_>| operand::boolean(&value.value).map(|value| value.to_string());
    let truths: Option<Vec<String>> =
        if operator == Operator::Bool { test.values.iter().map(truth).collect() } else { None };
    if let Some(truths) = truths {
        return format!("{key} is {}", series(&truths, "or"));
    }
    let values: Vec<String> = test.values.iter().map(|value| text(&value.value)).collect();
    let words = operator_words(operator);
    if operator.is_negated() {
        let absent = if absent_negated { "or absent" } else { "and present" };
        format!("{key} {words} {} ({absent})", values.join(", nor "))
    } else {
        format!("{key} {words} {}", series(&values, "or"))
    }
}
