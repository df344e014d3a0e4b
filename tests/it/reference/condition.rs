//! One condition test, two-valued: a key with known values, or absent.

use std::cmp::Ordering;

use super::assumptions::Choices;
use super::{values, wildcard};

/// What a test compares, without its negation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    Equals,
    EqualsIgnoreCase,
    Like,
    Numeric(Comparison),
    Date(Comparison),
    Bool,
    Ip { include_border: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Comparison {
    Equals,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The type of the values of a key that an operator tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Type {
    Text,
    Number,
    Instant,
    Boolean,
    Address,
}

/// All operators: name, what it compares, negated.
pub(crate) const OPERATORS: [(&str, Family, bool); 23] = [
    ("StringEquals", Family::Equals, false),
    ("StringNotEquals", Family::Equals, true),
    ("StringEqualsIgnoreCase", Family::EqualsIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Family::EqualsIgnoreCase, true),
    ("StringLike", Family::Like, false),
    ("StringNotLike", Family::Like, true),
    ("NumericEquals", Family::Numeric(Comparison::Equals), false),
    ("NumericNotEquals", Family::Numeric(Comparison::Equals), true),
    ("NumericLessThan", Family::Numeric(Comparison::Less), false),
    ("NumericLessThanEquals", Family::Numeric(Comparison::LessOrEqual), false),
    ("NumericGreaterThan", Family::Numeric(Comparison::Greater), false),
    ("NumericGreaterThanEquals", Family::Numeric(Comparison::GreaterOrEqual), false),
    ("DateEquals", Family::Date(Comparison::Equals), false),
    ("DateNotEquals", Family::Date(Comparison::Equals), true),
    ("DateLessThan", Family::Date(Comparison::Less), false),
    ("DateLessThanEquals", Family::Date(Comparison::LessOrEqual), false),
    ("DateGreaterThan", Family::Date(Comparison::Greater), false),
    ("DateGreaterThanEquals", Family::Date(Comparison::GreaterOrEqual), false),
    ("Bool", Family::Bool, false),
    ("IpAddress", Family::Ip { include_border: false }, false),
    ("NotIpAddress", Family::Ip { include_border: false }, true),
    ("IpAddressIncludeBorder", Family::Ip { include_border: true }, false),
    ("NotIpAddressIncludeBorder", Family::Ip { include_border: true }, true),
];

impl Family {
    pub(crate) fn tests(self) -> Type {
        match self {
            Self::Equals | Self::EqualsIgnoreCase | Self::Like => Type::Text,
            Self::Numeric(_) => Type::Number,
            Self::Date(_) => Type::Instant,
            Self::Bool => Type::Boolean,
            Self::Ip { .. } => Type::Address,
        }
    }

    fn operand_parses(self, operand: &str) -> bool {
        if self.tests() == Type::Address { values::block(operand).is_some() } else { self.value_parses(operand) }
    }

    pub(crate) fn value_parses(self, value: &str) -> bool {
        match self.tests() {
            Type::Text => true,
            Type::Number => values::decimal(value).is_some(),
            Type::Instant => values::instant(value).is_some(),
            Type::Boolean => values::boolean(value).is_some(),
            Type::Address => values::address(value).is_some(),
        }
    }

    /// One value against one operand; both parse.
    fn matches(self, operand: &str, value: &str, choices: &Choices) -> bool {
        match self {
            Self::Equals => operand == value,
            Self::EqualsIgnoreCase => operand.eq_ignore_ascii_case(value),
            Self::Like => wildcard::like(operand, value),
            Self::Numeric(comparison) => comparison.holds(values::decimal(value).cmp(&values::decimal(operand))),
            Self::Date(comparison) => comparison.holds(values::instant(value).cmp(&values::instant(operand))),
            Self::Bool => values::boolean(operand) == values::boolean(value),
            Self::Ip { include_border } => {
                let (Some(block), Some((v6, number))) = (values::block(operand), values::address(value)) else {
                    return false;
                };
                let inside = block.v6 == v6 && block.first <= number && number <= block.last;
                let border = !block.plain && (number == block.first || number == block.last);
                inside && (include_border || !border || choices.is("ip-border", "inclusive"))
            }
        }
    }
}

impl Comparison {
    fn holds(self, value_to_operand: Ordering) -> bool {
        match self {
            Self::Equals => value_to_operand == Ordering::Equal,
            Self::Less => value_to_operand == Ordering::Less,
            Self::LessOrEqual => value_to_operand != Ordering::Greater,
            Self::Greater => value_to_operand == Ordering::Greater,
            Self::GreaterOrEqual => value_to_operand != Ordering::Less,
        }
    }
}

/// One key under one operator.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    pub(crate) key: String,
    pub(crate) family: Family,
    pub(crate) negated: bool,
    pub(crate) operands: Vec<String>,
}

/// Keys for which `absent-oss-key` speaks.
pub(crate) const OSS_KEYS: [&str; 3] = ["oss:Prefix", "oss:Delimiter", "acs:SourceVpc"];

impl Test {
    /// Whether the test is met; `None` is an absent key.
    pub(crate) fn met(&self, values: Option<&[String]>, choices: &Choices) -> bool {
        if !self.operands.iter().all(|operand| self.family.operand_parses(operand)) {
            return false;
        }
        let empty = [String::new()];
        let values = match values {
            Some(values) => values,
            None if OSS_KEYS.contains(&self.key.as_str()) && choices.is("absent-oss-key", "empty-string") => &empty,
            None => return self.negated && choices.is("absent-negated", "met"),
        };
        if !values.iter().all(|value| self.family.value_parses(value)) {
            return false;
        }
        let listed = |value: &String| self.operands.iter().any(|operand| self.family.matches(operand, value, choices));
        let positive =
            if choices.is("multi-value", "all") { values.iter().all(listed) } else { values.iter().any(listed) };
        positive != self.negated
    }
}
