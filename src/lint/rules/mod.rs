//! The rules, one a file, and their list.

mod action_without_service;
mod api_not_action;
mod aws_syntax;
mod bad_arn_prefix;
mod bad_bucket_principal;
mod bad_effect;
mod bad_operand;
mod bad_suppression;
mod bad_trust_action;
mod bad_trust_principal;
mod bad_version;
mod bare_statement;
mod conflicting_elements;
mod control_lockout;
mod duplicate_key;
mod empty_array;
mod empty_condition;
mod expired_suppression;
mod foreign_condition_key;
mod leading_slash;
mod missing_element;
mod missing_resource;
mod narrow_ip_block;
mod near_size_limit;
mod negated_absent_key;
mod never_met_condition;
mod no_policy;
mod not_a_string;
mod not_an_object;
mod not_judged;
mod not_resource;
mod operator_type_mismatch;
mod oss_arn_mismatch;
mod principal_arn_case;
mod principal_not_allowed;
mod resource_not_allowed;
mod resource_type_mismatch;
mod service_mismatch;
mod short_arn;
mod syntax;
mod text_to_fill_in;
mod too_long;
mod undocumented_sid;
mod unknown_action;
mod unknown_condition_key;
mod unknown_element;
mod unknown_resource_type;
mod unknown_service;
mod unmatched_wildcard;
mod unsupported_operator;
mod unsupported_resource_level;
mod unused_suppression;
mod white_space;
mod wildcard_in_equals;

use super::rule::Rule;

/// All rules, by code.
pub static RULES: &[&dyn Rule] = &[
    &action_without_service::ActionWithoutService,
    &api_not_action::ApiNotAction,
    &aws_syntax::AwsSyntax,
    &bad_arn_prefix::BadArnPrefix,
    &bad_bucket_principal::BadBucketPrincipal,
    &bad_effect::BadEffect,
    &bad_operand::BadOperand,
    &bad_suppression::BadSuppression,
    &bad_trust_action::BadTrustAction,
    &bad_trust_principal::BadTrustPrincipal,
    &bad_version::BadVersion,
    &bare_statement::BareStatement,
    &conflicting_elements::ConflictingElements,
    &control_lockout::ControlLockout,
    &duplicate_key::DuplicateKey,
    &empty_array::EmptyArray,
    &empty_condition::EmptyCondition,
    &expired_suppression::ExpiredSuppression,
    &foreign_condition_key::ForeignConditionKey,
    &leading_slash::LeadingSlash,
    &missing_element::MissingElement,
    &missing_resource::MissingResource,
    &narrow_ip_block::NarrowIpBlock,
    &near_size_limit::NearSizeLimit,
    &negated_absent_key::NegatedAbsentKey,
    &never_met_condition::NeverMetCondition,
    &no_policy::NoPolicy,
    &not_a_string::NotAString,
    &not_an_object::NotAnObject,
    &not_judged::NotJudged,
    &not_resource::NotResource,
    &operator_type_mismatch::OperatorTypeMismatch,
    &oss_arn_mismatch::OssArnMismatch,
    &principal_arn_case::PrincipalArnCase,
    &principal_not_allowed::PrincipalNotAllowed,
    &resource_not_allowed::ResourceNotAllowed,
    &resource_type_mismatch::ResourceTypeMismatch,
    &service_mismatch::ServiceMismatch,
    &short_arn::ShortArn,
    &syntax::Syntax,
    &text_to_fill_in::TextToFillIn,
    &too_long::TooLong,
    &undocumented_sid::UndocumentedSid,
    &unknown_action::UnknownAction,
    &unknown_condition_key::UnknownConditionKey,
    &unknown_element::UnknownElement,
    &unknown_resource_type::UnknownResourceType,
    &unknown_service::UnknownService,
    &unmatched_wildcard::UnmatchedWildcard,
    &unsupported_operator::UnsupportedOperator,
    &unsupported_resource_level::UnsupportedResourceLevel,
    &unused_suppression::UnusedSuppression,
    &white_space::WhiteSpace,
    &wildcard_in_equals::WildcardInEquals,
];
