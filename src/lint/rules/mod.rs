//! The rules, one a file, and their list.

mod action_case;
mod action_without_service;
mod administrator;
mod allow_beside_full_access;
mod allow_not_action;
mod any_address;
mod api_not_action;
mod assume_any_role;
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
mod covered_entry;
mod data_exposure;
mod deprecated_join;
mod duplicate_key;
mod element_order;
mod empty_array;
mod empty_condition;
mod empty_principal;
mod empty_statement;
mod escalation_combination;
mod expired_suppression;
mod federated_without_audience;
mod foreign_condition_key;
mod ip_without_vpc;
mod join_deny_gap;
mod leading_slash;
mod mergeable_statements;
mod mfa_false_deny;
mod mfa_lockout;
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
mod one_element_array;
mod operator_type_mismatch;
mod oss_arn_mismatch;
mod pass_role_any_service;
mod principal_arn_case;
mod principal_not_allowed;
mod privilege_escalation;
mod public_bucket;
mod public_trust;
mod redundant_statement;
mod repeated_entry;
mod resource_not_allowed;
mod resource_type_mismatch;
mod service_mismatch;
mod service_wildcard;
mod short_arn;
mod syntax;
mod tag_control_escape;
mod text_to_fill_in;
mod too_long;
mod undocumented_sid;
mod unknown_action;
mod unknown_condition_key;
mod unknown_element;
mod unknown_resource_type;
mod unknown_service;
mod unmatched_wildcard;
mod unreachable_allow;
mod unsupported_operator;
mod unsupported_resource_level;
mod unused_suppression;
mod white_space;
mod whole_account_trust;
mod wildcard_in_equals;

use super::rule::Rule;

/// All rules, by code.
pub(super) static RULES: &[&dyn Rule] = &[
    &action_case::ActionCase,
    &action_without_service::ActionWithoutService,
    &administrator::Administrator,
    &allow_beside_full_access::AllowBesideFullAccess,
    &allow_not_action::AllowNotAction,
    &any_address::AnyAddress,
    &api_not_action::ApiNotAction,
    &assume_any_role::AssumeAnyRole,
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
    &covered_entry::CoveredEntry,
    &data_exposure::DataExposure,
    &deprecated_join::DeprecatedJoin,
    &duplicate_key::DuplicateKey,
    &element_order::ElementOrder,
    &empty_array::EmptyArray,
    &empty_condition::EmptyCondition,
    &empty_principal::EmptyPrincipal,
    &empty_statement::EmptyStatement,
    &escalation_combination::EscalationCombination,
    &expired_suppression::ExpiredSuppression,
    &federated_without_audience::FederatedWithoutAudience,
    &foreign_condition_key::ForeignConditionKey,
    &ip_without_vpc::IpWithoutVpc,
    &join_deny_gap::JoinDenyGap,
    &leading_slash::LeadingSlash,
    &mergeable_statements::MergeableStatements,
    &mfa_false_deny::MfaFalseDeny,
    &mfa_lockout::MfaLockout,
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
    &one_element_array::OneElementArray,
    &operator_type_mismatch::OperatorTypeMismatch,
    &oss_arn_mismatch::OssArnMismatch,
    &pass_role_any_service::PassRoleAnyService,
    &principal_arn_case::PrincipalArnCase,
    &principal_not_allowed::PrincipalNotAllowed,
    &privilege_escalation::PrivilegeEscalation,
    &public_bucket::PublicBucket,
    &public_trust::PublicTrust,
    &redundant_statement::RedundantStatement,
    &repeated_entry::RepeatedEntry,
    &resource_not_allowed::ResourceNotAllowed,
    &resource_type_mismatch::ResourceTypeMismatch,
    &service_mismatch::ServiceMismatch,
    &service_wildcard::ServiceWildcard,
    &short_arn::ShortArn,
    &syntax::Syntax,
    &tag_control_escape::TagControlEscape,
    &text_to_fill_in::TextToFillIn,
    &too_long::TooLong,
    &undocumented_sid::UndocumentedSid,
    &unknown_action::UnknownAction,
    &unknown_condition_key::UnknownConditionKey,
    &unknown_element::UnknownElement,
    &unknown_resource_type::UnknownResourceType,
    &unknown_service::UnknownService,
    &unmatched_wildcard::UnmatchedWildcard,
    &unreachable_allow::UnreachableAllow,
    &unsupported_operator::UnsupportedOperator,
    &unsupported_resource_level::UnsupportedResourceLevel,
    &unused_suppression::UnusedSuppression,
    &white_space::WhiteSpace,
    &whole_account_trust::WholeAccountTrust,
    &wildcard_in_equals::WildcardInEquals,
];
