//! The form of codes, class names, actions and ARNs.

use crate::catalog::denials::{class_of_code, is_telling_code};

/// The code in a class name, and whether it was one: `FCAccessDeniedError`, `oss2.exceptions.AccessDenied`.
pub(super) fn code_of(whole: &str) -> (&str, bool) {
    let last = whole.rsplit('.').next().unwrap_or(whole);
    let stem = whole.strip_suffix("Error").or_else(|| whole.strip_suffix("Exception"));
    if let Some(stem) = stem.filter(|stem| !stem.is_empty()) {
        if class_of_code(stem).is_some() {
            return (stem, true);
        }
        // `FCInvalidArgumentError: PUT /services failed with 400`
        if let Some(code) = stem.strip_prefix("FC").filter(|code| humps(code) > 1 && capitals(code)) {
            return (code, true);
        }
        let last = last.strip_suffix("Error").or_else(|| last.strip_suffix("Exception")).unwrap_or(last);
        let bare = without_prefix(last);
        return (if class_of_code(bare).is_some() { bare } else { "" }, true);
    }
    if whole.contains('.')
        && class_of_code(whole).is_none()
        && is_telling_code(last)
        && whole.starts_with(char::is_lowercase)
    {
        return (last, true);
    }
    (whole, false)
}

/// `FCAccessDenied` to `AccessDenied`: capitals of a product before the first word.
fn without_prefix(name: &str) -> &str {
    let capitals = name.bytes().take_while(u8::is_ascii_uppercase).count();
    if capitals > 1 && capitals < name.len() { name.get(capitals - 1..).unwrap_or(name) } else { name }
}

/// Whether a text has the form of a code.
pub(super) fn is_code(text: &str) -> bool {
    let letters =
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'!' | b'/'));
    let grpc = [
        "Unknown",
        "OK",
        "Internal",
        "Unavailable",
        "Success",
        "success",
        "true",
        "false",
        "null",
        "nil",
        "None",
        "undefined",
    ];
    letters && text.len() > 2 && text.bytes().any(|byte| byte.is_ascii_alphabetic()) && !grpc.contains(&text)
}

/// Whether every part of a dotted text begins with a capital.
pub(super) fn capitals(code: &str) -> bool {
    code.split('.').all(|part| part.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase()))
}

/// Number of words in `CamelCase`.
pub(super) fn humps(code: &str) -> usize {
    code.bytes().zip(code.bytes().skip(1)).filter(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase()).count() + 1
}

/// `code:Name`, a wildcard in the name allowed.
pub(super) fn is_action(text: &str) -> bool {
    let Some((code, name)) = text.split_once(':') else { return false };
    let is_name = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'_' | b'-' | b'.'))
    };
    let is_service =
        !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_service
        && code.len() < 40
        && code.bytes().any(|byte| byte.is_ascii_alphabetic())
        && is_name(name)
        && !code.starts_with("http")
}

/// An ARN.
pub(super) fn is_resource(text: &str) -> bool {
    text.starts_with("acs:") && text.bytes().filter(|byte| *byte == b':').count() >= 4
}
