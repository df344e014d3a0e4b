//! Error codes and texts of the vendor's services: which of them a RAM policy layer causes, and what the others are.
//!
//! Sources: facts/ram-language.md 7.4 and facts/ecs-membership.md 1, 1.1 (read 2026-11-24); the vendor's OSS pages on EC codes
//! (0003-00000001, -101, -201 to -204, -301, -905) and permission errors, the RAM, STS, KMS and SLS error tables, and messages
//! in public issue threads (shared/corpus/errors). Where code and text disagree the text is the finer one.

/// What an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorClass {
    /// A RAM policy layer refused.
    RamDenial,
    /// A security token is missing, expired or of another key.
    ExpiredToken,
    /// The key or the signature is wrong.
    Signature,
    /// A limit is reached, or calls come too fast.
    Quota,
    /// Something does not exist.
    NotFound,
    /// Something belongs to another account.
    NotOwner,
    /// A role that a service needs is missing.
    ServiceRoleMissing,
    /// An access list refused: of a bucket, an object, a project.
    Acl,
    /// A policy document is refused.
    MalformedPolicy,
    /// Anything else.
    Other,
}

impl ErrorClass {
    /// The word of the JSON output (`what`); none for a RAM denial.
    pub fn word(self) -> Option<&'static str> {
        Some(match self {
            Self::RamDenial => return None,
            Self::ExpiredToken => "expired_token",
            Self::Signature => "signature",
            Self::Quota => "quota",
            Self::NotFound => "not_found",
            Self::NotOwner => "not_owner",
            Self::ServiceRoleMissing => "service_role_missing",
            Self::Acl => "acl",
            Self::MalformedPolicy => "malformed_policy",
            Self::Other => "other",
        })
    }
}

/// The class of a code that is known by name, without regard to letter case.
pub fn class_of_code(code: &str) -> Option<ErrorClass> {
    let known = CODES.iter().find(|(name, _)| name.eq_ignore_ascii_case(code)).map(|(_, class)| *class);
    known.or_else(|| class_by_form(code))
}

/// The class that a part of a code tells.
fn class_by_form(code: &str) -> Option<ErrorClass> {
    let code = code.to_ascii_lowercase();
    let begins = |text: &str| code.starts_with(text);
    let ends = |text: &str| code.ends_with(text);
    let has = |text: &str| code.contains(text);
    if has("servicelinkedrole") || (begins("entitynotexist.aliyun") && ends("role")) {
        return Some(ErrorClass::ServiceRoleMissing);
    }
    if begins("invalidsecuritytoken") || has("tokenexpire") || has("expiredtoken") || ends("token.expired") {
        return Some(ErrorClass::ExpiredToken);
    }
    if begins("invalidaccesskey")
        || begins("incompletesignature")
        || begins("invalidtimestamp")
        || has("signaturedoesnot")
    {
        return Some(ErrorClass::Signature);
    }
    if has("limitexceed") || has("quota") || begins("throttling") || has("exceedlimit") {
        return Some(ErrorClass::Quota);
    }
    // MaxCompute's own access control, not RAM's.
    if begins("odps-0420095") || begins("odps-0130013") {
        return Some(ErrorClass::Acl);
    }
    if begins("odps-0") {
        return Some(ErrorClass::Other);
    }
    if begins("malformedpolicy") || begins("invalidparameter.policy") || begins("invalidpolicydocument") {
        return Some(ErrorClass::MalformedPolicy);
    }
    if ends("notfound") || begins("entitynotexist") || begins("nosuch") || ends("notexist") || ends("notexists") {
        return Some(ErrorClass::NotFound);
    }
    if has("notbelong") {
        return Some(ErrorClass::NotOwner);
    }
    let refused = ["nopermission", "notauthorized", "unauthorized", "noprivilege", "accessdenied", "permissiondenied"];
    if has("byrampolicy") {
        return Some(ErrorClass::RamDenial);
    }
    let is_refusal = refused.iter().any(|word| begins(&format!("{word}.")) || ends(&format!(".{word}")));
    is_refusal.then_some(ErrorClass::RamDenial)
}

/// Codes by name.
const CODES: &[(&str, ErrorClass)] = &[
    ("Forbidden.RAM", ErrorClass::RamDenial),
    ("Forbidden.SubUser", ErrorClass::RamDenial),
    ("Forbidden.NotSupportRAM", ErrorClass::RamDenial),
    ("Forbidden.NoPermissions", ErrorClass::RamDenial),
    ("Forbidden.Access", ErrorClass::RamDenial),
    ("Forbidden.User", ErrorClass::RamDenial),
    ("Forbidden", ErrorClass::RamDenial),
    ("NoPermission", ErrorClass::RamDenial),
    ("NoPermissions", ErrorClass::RamDenial),
    ("NoPermissionError", ErrorClass::RamDenial),
    ("NotAuthorized", ErrorClass::RamDenial),
    ("Unauthorized", ErrorClass::RamDenial),
    ("UnauthorizedOperation", ErrorClass::RamDenial),
    ("AccessDenied", ErrorClass::RamDenial),
    ("AccessForbidden", ErrorClass::RamDenial),
    ("PermissionDenied", ErrorClass::RamDenial),
    ("StatusForbidden", ErrorClass::RamDenial),
    ("OTSNoPermissionAccess", ErrorClass::RamDenial),
    ("InvalidUser.PassRoleForbidden", ErrorClass::RamDenial),
    ("AccessDenied.Unpurchased", ErrorClass::Other),
    ("Forbidden.RiskControl", ErrorClass::Other),
    ("InvalidParameter.KMSKeyId.KMSUnauthorized", ErrorClass::ServiceRoleMissing),
    ("UnauthorizedServiceRole", ErrorClass::ServiceRoleMissing),
    ("SecurityTokenExpired", ErrorClass::ExpiredToken),
    ("MissingSecurityToken", ErrorClass::ExpiredToken),
    ("SignatureDoesNotMatch", ErrorClass::Signature),
    ("SignatureNotMatch", ErrorClass::Signature),
    ("SignatureNonceUsed", ErrorClass::Signature),
    ("InvalidSignature", ErrorClass::Signature),
    ("MissingAccessKeyId", ErrorClass::Signature),
    ("RequestTimeTooSkewed", ErrorClass::Signature),
    ("RequestTimeExpired", ErrorClass::Signature),
    ("OTSAuthFailed", ErrorClass::Signature),
    ("NotBelongUser", ErrorClass::NotOwner),
    ("EntityNotExist.Role", ErrorClass::NotFound),
    ("MalformedPolicyDocument", ErrorClass::MalformedPolicy),
    ("InvalidParameter.PolicyGrammar", ErrorClass::MalformedPolicy),
];

/// A code that names the vendor's error so surely that it needs no label: `NoPermission: You are ..`.
pub fn is_telling_code(code: &str) -> bool {
    let generic =
        ["Forbidden", "PermissionDenied", "AccessForbidden", "NotAuthorized", "Unauthorized", "StatusForbidden"];
    let named = CODES.iter().find(|(name, _)| name.eq_ignore_ascii_case(code));
    // In another letter case it may be anybody's: Moodle says `nopermissions`.
    named.map_or_else(|| class_by_form(code).is_some(), |(name, _)| *name == code && !generic.contains(name))
}

/// A text that tells what an error is.
#[derive(Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The text in lower case, words parted by one space, `'` for any apostrophe or quotation mark.
    pub text: &'static str,
    /// What it tells.
    pub class: ErrorClass,
    /// Whether it tells an error of this vendor without any code beside it.
    pub alone: bool,
}

const fn phrase(text: &'static str, class: ErrorClass, alone: bool) -> Phrase {
    Phrase { text, class, alone }
}

/// The texts, those with more words before those that begin alike.
pub static PHRASES: &[Phrase] = &[
    phrase("access denied by bucket policy", ErrorClass::RamDenial, true),
    phrase("access denied by authorizer's policy", ErrorClass::RamDenial, true),
    phrase("access denied by ram", ErrorClass::RamDenial, true),
    phrase("access denied by vpc endpoint policy", ErrorClass::RamDenial, true),
    phrase("authorization exception - authorization failed", ErrorClass::Acl, true),
    phrase("authorization failed [4002]", ErrorClass::Acl, true),
    phrase("assume role failed", ErrorClass::ServiceRoleMissing, false),
    phrase("anonymous access is forbidden", ErrorClass::Other, false),
    phrase("anonymous user has no right to access", ErrorClass::Acl, false),
    phrase("caller is not authorized to perform", ErrorClass::RamDenial, true),
    phrase("cors request is not allowed", ErrorClass::Other, false),
    phrase("denied by bucket referer policy", ErrorClass::Other, true),
    phrase("denied by ram policy", ErrorClass::RamDenial, true),
    phrase("denied by sts or ram", ErrorClass::RamDenial, true),
    phrase("doesn't belong to you", ErrorClass::NotOwner, false),
    phrase("does not belong to you", ErrorClass::NotOwner, false),
    phrase("explicit deny", ErrorClass::RamDenial, false),
    phrase("fc service is not enabled", ErrorClass::Other, false),
    phrase("forbidden by permission system", ErrorClass::RamDenial, true),
    phrase("forbidden by kms", ErrorClass::RamDenial, false),
    phrase("has no permission to", ErrorClass::RamDenial, false),
    phrase("implicit deny", ErrorClass::RamDenial, false),
    phrase("is not authorized to perform", ErrorClass::RamDenial, false),
    phrase("is not enabled for current user", ErrorClass::Other, false),
    phrase("must be addressed using the specified endpoint", ErrorClass::Other, false),
    phrase("no right to access this object because of bucket acl", ErrorClass::Acl, true),
    phrase("no right to access this object because of object acl", ErrorClass::Acl, true),
    phrase("no right to access this bucket because of bucket acl", ErrorClass::Acl, true),
    phrase("no right to access this", ErrorClass::RamDenial, false),
    phrase("not authorized to operate on the specified resource", ErrorClass::RamDenial, true),
    phrase("not authorized to operate on the requested resource", ErrorClass::RamDenial, true),
    phrase("not authorized to do this action", ErrorClass::RamDenial, true),
    phrase("not authorized to create service linked role", ErrorClass::RamDenial, true),
    phrase("not authorized to create service-linked role", ErrorClass::RamDenial, true),
    phrase("not authorized to operate", ErrorClass::RamDenial, false),
    phrase("no permission perform sts:assumerole", ErrorClass::RamDenial, true),
    phrase("not authorized to perform this", ErrorClass::RamDenial, false),
    phrase("not authorized to access", ErrorClass::RamDenial, false),
    phrase("not have read acl permission on this", ErrorClass::RamDenial, false),
    phrase("not have write acl permission on this", ErrorClass::RamDenial, false),
    phrase("put public object acl is not allowed", ErrorClass::Other, false),
    phrase("put public bucket acl is not allowed", ErrorClass::Other, false),
    phrase("odps-0420095: access denied", ErrorClass::Acl, true),
    phrase("policy condition failed", ErrorClass::Other, false),
    phrase("policy expired", ErrorClass::ExpiredToken, false),
    phrase("request has expired", ErrorClass::Signature, false),
    phrase("role not exists or service not authorized", ErrorClass::ServiceRoleMissing, false),
    phrase("roles may not be assumed by root accounts", ErrorClass::RamDenial, true),
    phrase("service linked role", ErrorClass::ServiceRoleMissing, false),
    phrase("service-linked role", ErrorClass::ServiceRoleMissing, false),
    phrase("should be authorized by ram", ErrorClass::RamDenial, true),
    phrase("security token you provided has expired", ErrorClass::ExpiredToken, true),
    phrase("security token you provided is invalid", ErrorClass::ExpiredToken, true),
    phrase("specified securitytoken is expired", ErrorClass::ExpiredToken, true),
    phrase("specified securitytoken is malformed", ErrorClass::ExpiredToken, true),
    phrase("specified signature is not matched", ErrorClass::Signature, true),
    phrase("specified parameter 'securitytoken.expired' is not valid", ErrorClass::ExpiredToken, true),
    phrase("specified time stamp or date value is", ErrorClass::Signature, true),
    phrase("accesskeyid not found", ErrorClass::Signature, false),
    phrase("specified access key is not found", ErrorClass::Signature, true),
    phrase("specified access key is disabled", ErrorClass::Signature, true),
    phrase("service is not enabled for current user", ErrorClass::Other, false),
    phrase("subaccount is not authorized", ErrorClass::RamDenial, false),
    phrase("you are forbidden to list buckets", ErrorClass::RamDenial, true),
    phrase("you have no permission to access the requested resource", ErrorClass::RamDenial, true),
];

/// Chinese texts, searched for as they stand.
pub static CHINESE_PHRASES: &[(&str, ErrorClass)] = &[
    ("没有权限", ErrorClass::RamDenial),
    ("无权限", ErrorClass::RamDenial),
    ("权限不足", ErrorClass::RamDenial),
    ("未被授权", ErrorClass::RamDenial),
    ("未授权", ErrorClass::RamDenial),
    ("无权访问", ErrorClass::RamDenial),
    ("鉴权失败", ErrorClass::RamDenial),
    ("访问被拒绝", ErrorClass::RamDenial),
    ("沒有權限", ErrorClass::RamDenial),
    ("沒有許可權", ErrorClass::RamDenial),
    ("無權限", ErrorClass::RamDenial),
    ("無許可權", ErrorClass::RamDenial),
    ("权限校验失败", ErrorClass::RamDenial),
    ("签名不匹配", ErrorClass::Signature),
    ("服务关联角色", ErrorClass::ServiceRoleMissing),
];

/// What an `EC` of OSS tells.
pub fn class_of_ec(ec: &str) -> Option<ErrorClass> {
    Some(match ec {
        "0003-00000101" | "0003-00000102" | "0003-00000201" | "0003-00000202" | "0003-00000203" | "0003-00000204"
        | "0003-00000301" => ErrorClass::RamDenial,
        "0003-00000005" | "0003-00000006" | "0003-00000905" => ErrorClass::Acl,
        _ => return None,
    })
}

/// The kind of denial that an `EC` tells: explicit or not.
pub fn ec_is_explicit(ec: &str) -> Option<bool> {
    match ec {
        "0003-00000101" | "0003-00000201" | "0003-00000203" | "0003-00000204" => Some(true),
        "0003-00000202" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_classed_by_name_or_by_form() {
        let class = |code| class_of_code(code);
        assert_eq!(class("Forbidden.RAM"), Some(ErrorClass::RamDenial));
        assert_eq!(class("Forbidden.NoPermission"), Some(ErrorClass::RamDenial));
        assert_eq!(class("NoPermission.Tag"), Some(ErrorClass::RamDenial));
        assert_eq!(class("Forbidden.InstanceNotFound"), Some(ErrorClass::NotFound));
        assert_eq!(class("EntityNotExist.AliyunECIContainerGroupRole"), Some(ErrorClass::ServiceRoleMissing));
        assert_eq!(class("LimitExceeded.Policy"), Some(ErrorClass::Quota));
        assert_eq!(class("Forbidden.RiskControl"), Some(ErrorClass::Other));
        assert_eq!(class("DomainRecordDuplicate"), None);
        assert!(is_telling_code("NoPermission") && !is_telling_code("Forbidden"));
    }

    #[test]
    fn phrases_are_in_the_spelling_that_is_searched() {
        for phrase in PHRASES {
            assert_eq!(phrase.text, phrase.text.to_ascii_lowercase());
            assert!(!phrase.text.contains("  ") && phrase.text.contains(' '));
        }
    }
}
