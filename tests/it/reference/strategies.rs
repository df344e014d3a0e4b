//! proptest strategies for the small properties, where its shrinking helps.

use proptest::prelude::*;

use super::wildcard;

/// A glob and a text over letters, separators, wildcards and non-ASCII.
pub(crate) fn glob_and_text() -> impl Strategy<Value = (String, String)> {
    ("[aAb:/*?éÉ]{0,8}", "[aAb:/*?éÉ]{0,8}")
}

/// A request ARN and a pattern that often comes near it.
pub(crate) fn arn_and_pattern() -> impl Strategy<Value = (String, String)> {
    let arn = prop_oneof!["acs:(ecs|ram|oss):(|[*]|cn-a):[12]:(role|user|instance)/[aAé:/]{0,4}", Just("*".to_owned())];
    arn.prop_flat_map(|arn| {
        let seed = any::<u64>();
        (Just(arn), seed).prop_map(|(arn, seed)| {
            let pattern = super::generate::pattern_near(&mut super::generate::Rng(seed), &arn);
            (arn, pattern)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_recursive_matcher_agrees_with_regex((pattern, text) in glob_and_text()) {
        prop_assert_eq!(wildcard::like(&pattern, &text), wildcard::as_regex(&pattern, false).is_match(&text));
        prop_assert_eq!(wildcard::action(&pattern, &text), wildcard::as_regex(&pattern, true).is_match(&text));
    }

    /// Sensitive implies partly implies insensitive; the literal region implies the equal ones.
    #[test]
    fn looser_choices_match_more((arn, pattern) in arn_and_pattern()) {
        let choices = super::assumptions::Choices::default();
        let under = |case: &str| wildcard::arn(&pattern, &arn, &choices.with("arn-case", case));
        prop_assert!(under("sensitive") <= under("partly"));
        prop_assert!(under("partly") <= under("insensitive"));
        prop_assert!(wildcard::arn(&pattern, &arn, &choices.with("ram-empty-region", "literal")) <= under("partly"));
    }
}
