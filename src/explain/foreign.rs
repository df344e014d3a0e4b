//! Signs that an error is another vendor's.

use super::lex::Letters;

/// Words that only errors of other vendors hold.
const WORDS: &[&str] = &[
    "amazonaws",
    "googleapis",
    "myqcloud",
    "tencentcloudapi",
    "TencentCloudSDKException",
    "TencentCloudSDKError",
    "myhuaweicloud",
    "volcengineapi",
    "ServerFaultCode",
    // Volcengine's and AWS's envelope.
    "ResponseMetadata",
    "AuthorizationFailed",
    "AuthorizationPermissionMismatch",
    "LinkedAuthorizationFailed",
];

/// A word and what follows it: ARNs of others, the heads of their SDKs, S3's own text of a refusal.
const BEGINS: &[&str] = &[
    "arn:aws",
    "qcs::",
    "trn:iam",
    "https response error StatusCode",
    "AccessDenied: Access Denied",
    "AccessDenied) when calling the",
];

/// Whether a code is only another vendor's.
pub(super) fn is_foreign_code(code: &str) -> bool {
    WORDS.contains(&code)
}

/// Whether a word is such a sign.
pub(super) fn is_foreign(letters: Letters<'_>, word: &str, at: usize) -> bool {
    WORDS.contains(&word) || BEGINS.iter().any(|sign| sign.starts_with(word) && letters.starts(at, sign))
}
