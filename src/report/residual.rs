//! A remaining condition in words and in JSON.

use serde::Serialize;

use crate::evaluate::{Residual, ResidualTest};
use crate::policy::{Comparison, Family};

/// A condition as JSON shows it: `{"all":[..]}`, `{"any":[..]}`, or a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ConditionAnswer {
    /// All of them.
    All {
        /// The parts.
        all: Vec<ConditionAnswer>,
    },
    /// One of them.
    Any {
        /// The parts.
        any: Vec<ConditionAnswer>,
    },
    /// A test on one key.
    Test {
        /// The condition key.
        key: String,
        /// The operator as the policy spells it.
        operator: &'static str,
        /// The values of which one must fit.
        values: Vec<String>,
        /// Whether the test must be met, else missed.
        met: bool,
        /// Whether that is so when the request does not carry the key.
        absent: bool,
    },
}

impl ConditionAnswer {
    /// None where nothing is left to be met.
    pub fn of(residual: &Residual) -> Option<Self> {
        Some(match residual {
            Residual::Always => return None,
            Residual::Never => Self::Any { any: Vec::new() },
            Residual::Test(test) => Self::Test {
                key: test.key.to_string(),
                operator: test.operator.as_str(),
                values: test.values.iter().map(ToString::to_string).collect(),
                met: test.met,
                absent: test.absent,
            },
            Residual::All(parts) => Self::All { all: parts.iter().filter_map(Self::of).collect() },
            Residual::Any(parts) => Self::Any { any: parts.iter().filter_map(Self::of).collect() },
        })
    }
}

/// A condition as a clause that stands behind "if".
pub fn words(residual: &Residual) -> String {
    match residual {
        Residual::Always => "whatever the request carries".to_owned(),
        Residual::Never => "never".to_owned(),
        Residual::Test(test) => test_in_words(test),
        Residual::All(parts) => join(parts, " and "),
        Residual::Any(parts) => join(parts, " or "),
    }
}

fn join(parts: &[Residual], by: &str) -> String {
    let one = |part: &Residual| match part {
        Residual::All(_) | Residual::Any(_) => format!("({})", words(part)),
        Residual::Always | Residual::Never | Residual::Test(_) => words(part),
    };
    parts.iter().map(one).collect::<Vec<_>>().join(by)
}

fn test_in_words(test: &ResidualTest) -> String {
    let is = test.met != test.operator.is_negated();
    let values = test.values.join(" or ");
    let family = test.operator.family();
    let verb = match (family, test.operator.comparison()) {
        (Family::Ip, _) => "in ",
        (Family::Numeric, Comparison::Less) => "below ",
        (Family::Numeric, Comparison::LessOrEqual) => "at most ",
        (Family::Numeric, Comparison::Greater) => "above ",
        (Family::Numeric, Comparison::GreaterOrEqual) => "at least ",
        (Family::Date, Comparison::Less) => "before ",
        (Family::Date, Comparison::LessOrEqual) => "at or before ",
        (Family::Date, Comparison::Greater) => "after ",
        (Family::Date, Comparison::GreaterOrEqual) => "at or after ",
        (Family::String, _) if test.operator.as_str().ends_with("Like") => "like ",
        (Family::String, _) if test.operator.as_str().ends_with("IgnoreCase") => "in any case ",
        (Family::String | Family::Numeric | Family::Date | Family::Bool, _) => "",
    };
    let not = if is { "" } else { "not " };
    let key = &test.key;
    match (is, test.absent) {
        (true, false) | (false, true) => {
            let absent = if is { "" } else { " (or is absent)" };
            format!("{key} is {not}{verb}{values}{absent}")
        }
        (true, true) => format!("{key} is {verb}{values} or is absent"),
        (false, false) => format!("{key} is given and is not {verb}{values}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Operator;

    fn test(operator: Operator, key: &str, values: &[&str], met: bool, absent: bool) -> Residual {
        let values = values.iter().map(|value| (*value).into()).collect();
        Residual::Test(ResidualTest { operator, key: key.into(), values, met, absent })
    }

    #[test]
    fn conditions_are_plain_clauses() {
        let ip = |met, absent| test(Operator::IpAddress, "acs:SourceIp", &["10.0.0.0/8", "192.0.2.1"], met, absent);
        let mfa = test(Operator::Bool, "acs:MFAPresent", &["true"], true, false);
        let tag = test(Operator::StringNotEquals, "acs:ResourceTag/env", &["prod"], true, true);
        for (residual, expected) in [
            (ip(true, false), "acs:SourceIp is in 10.0.0.0/8 or 192.0.2.1"),
            (ip(false, true), "acs:SourceIp is not in 10.0.0.0/8 or 192.0.2.1 (or is absent)"),
            (tag.clone(), "acs:ResourceTag/env is not prod (or is absent)"),
            (test(Operator::NumericLessThan, "k", &["7"], true, false), "k is below 7"),
            (test(Operator::StringNotLike, "k", &["a*"], true, false), "k is given and is not like a*"),
            (
                Residual::All(vec![ip(true, false), Residual::Any(vec![mfa.clone(), tag])]),
                "acs:SourceIp is in 10.0.0.0/8 or 192.0.2.1 and (acs:MFAPresent is true or acs:ResourceTag/env is not prod (or is absent))",
            ),
        ] {
            assert_eq!(words(&residual), expected);
        }
        let json = serde_json::to_string(&ConditionAnswer::of(&Residual::All(vec![mfa])).unwrap()).unwrap();
        let expected =
            r#"{"all":[{"key":"acs:MFAPresent","operator":"Bool","values":["true"],"met":true,"absent":false}]}"#;
        assert_eq!(json, expected);
        assert_eq!(ConditionAnswer::of(&Residual::Always), None);
    }
}
