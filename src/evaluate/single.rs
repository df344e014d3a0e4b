//! One test, or one list of patterns, against one value: the evaluator's own matching for those who reason about all
//! requests at once. Nothing is decided anew here, so both can never disagree.

use std::borrow::Cow;

use super::domain::spell_typed;
use super::engine::absent;
use super::family::{self, Operands};
use super::rules::{Rules, Touched};
use super::set::CompiledTest;
use super::target::Target;
use crate::pattern::{CellPattern, Wildcard};
use crate::policy::{Family, Test};

/// One test of a condition, compiled.
#[derive(Debug, Clone)]
pub(crate) struct LoneTest {
    key: Box<str>,
    test: CompiledTest,
}

impl LoneTest {
    pub(crate) fn new(test: &Test<'_>) -> Self {
        let operator = test.operator.value;
        let operands = Operands::new(operator, test.values.iter().map(|value| &*value.value));
        let spelled = test.values.iter().map(|value| (&*value.value).into()).collect();
        Self { key: (&*test.key.value).into(), test: CompiledTest { key: 0, operator, operands, spelled } }
    }

    /// Whether an operand does not parse: then the test is never met.
    pub(crate) fn is_broken(&self) -> bool {
        self.test.operands == Operands::Broken
    }

    /// The family of its operator.
    pub(crate) fn family(&self) -> Family {
        self.test.operator.family()
    }

    /// Its operands as the policy spells them.
    pub(crate) fn spelled(&self) -> impl Iterator<Item = &str> {
        self.test.spelled.iter().map(|text| &**text)
    }

    /// Whether a request that carries the key with one value, or does not carry it, meets the test.
    pub(crate) fn met(&self, value: Option<&str>, rules: Rules) -> bool {
        let mut touched = Touched::default();
        match value {
            _ if self.is_broken() => false,
            Some(value) => {
                let values = [Cow::Borrowed(value)];
                family::met(self.test.operator, &self.test.operands, &values, rules, &mut touched)
            }
            None => absent(&self.test, &self.key, rules, &mut touched),
        }
    }

    /// The operands of a string operator as patterns; none for typed ones.
    pub(crate) fn patterns(&self) -> Option<Vec<CellPattern>> {
        self.test.operands.text().map(|texts| texts.cell_patterns().collect())
    }
}

/// A spelling for every region of values that typed tests can tell apart, each in `more + 1` ways.
pub(crate) fn typed_spellings<'t>(tests: impl Iterator<Item = &'t LoneTest>, more: usize) -> Vec<String> {
    let operands: Vec<&Operands> = tests.map(|test| &test.test.operands).collect();
    let mut texts = Vec::new();
    spell_typed(&operands, more, &mut texts);
    texts
}

/// Whether one of the patterns covers the resource of a request.
pub(crate) fn covers_any(patterns: &[Wildcard], resource: &str, rules: Rules) -> bool {
    let mut variants = [String::new(), String::new()];
    let mut touched = Touched::default();
    let target = Target::new(resource, rules, &mut variants, &mut touched);
    let capital = |pattern: &Wildcard| pattern.as_str().bytes().any(|byte| byte.is_ascii_uppercase());
    patterns.iter().any(|pattern| target.covered_by(pattern, capital(pattern), &mut touched))
}
