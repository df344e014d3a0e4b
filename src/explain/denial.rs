//! An error as the text tells it.

use super::code::{capitals, code_of, is_action, is_code, is_resource};
use super::draft::Draft;
use super::foreign::is_foreign_code;
use super::label::Field;
use super::lex::{Letters, is_word};
use super::value::Value;
use crate::catalog::denials::{ErrorClass, class_of_code, class_of_ec, is_telling_code};
use crate::text::Span;

/// Who was refused.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Caller {
    /// `SubUser`, `AssumedRoleUser`, `RootUser`, `Federated`, or what the text says.
    pub kind: Option<String>,
    /// A user's id or name; `Role:Session`.
    pub display_name: Option<String>,
    /// The account.
    pub owner_id: Option<String>,
}

/// Parameters of the call that stand beside the error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters {
    /// `InstanceId`
    pub instance: Option<String>,
    /// `SecurityGroupId`
    pub security_group: Option<String>,
    /// `NetworkInterfaceId`
    pub network_interface: Option<String>,
    /// `RegionId`, or the region of the event.
    pub region: Option<String>,
}

/// One error; what the text does not tell is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// What it is.
    pub class: ErrorClass,
    /// HTTP status.
    pub http: Option<u16>,
    /// The code as the service spells it.
    pub code: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// The action that was refused.
    pub action: Option<String>,
    /// The resource on which it was refused.
    pub resource: Option<String>,
    /// Who was refused.
    pub principal: Option<Caller>,
    /// The layer that refused, in RAM's spelling.
    pub policy_type: Option<String>,
    /// `ExplicitDeny` or `ImplicitDeny`.
    pub no_permission_type: Option<String>,
    /// The message that `ram:DecodeDiagnosticMessage` decodes.
    pub encoded_diagnostic_message: Option<String>,
    /// The context of the request that a decoded message lists.
    pub context: Vec<(String, Vec<String>)>,
    /// Ids that stand beside the error.
    pub parameters: Parameters,
    /// The OSS code.
    pub ec: Option<String>,
    /// Where the error stands.
    pub span: Span,
    /// The part of it that tells most: the action, the code, or the telling text.
    pub mark: Span,
}

impl Denial {
    /// Whether a RAM policy layer refused.
    pub fn is_ram_denial(&self) -> bool {
        self.class == ErrorClass::RamDenial
    }

    /// Takes from the same error, told again, what this one lacks.
    pub(super) fn merge(&mut self, other: Self) {
        let take = |mine: &mut Option<String>, theirs: Option<String>| {
            if mine.is_none() {
                *mine = theirs;
            }
        };
        take(&mut self.action, other.action);
        take(&mut self.resource, other.resource);
        take(&mut self.policy_type, other.policy_type);
        take(&mut self.no_permission_type, other.no_permission_type);
        take(&mut self.encoded_diagnostic_message, other.encoded_diagnostic_message);
        self.http = self.http.or(other.http);
        self.principal = self.principal.take().or(other.principal);
        self.span = self.span.to(other.span);
        if other.class == ErrorClass::RamDenial {
            self.class = other.class;
        }
    }
}

/// The error that facts make; none when they make none.
pub(super) fn finish(draft: &Draft, letters: Letters<'_>) -> Option<Denial> {
    if is_foreign(draft, letters) {
        return None;
    }
    let text = |field: Field| {
        let value = draft.get(field)?;
        Some(value.decoded(letters, field.is_solid())).filter(|text| !text.is_empty())
    };
    let code_value = draft.get(Field::Code).or(draft.get(Field::Headline));
    let code = code(draft, letters);
    let ec = text(Field::Ec);
    let vendor = draft.has(Field::RequestId) || draft.has(Field::Vendor) || ec.is_some() || draft.is_trail();
    let telling = draft.phrases.iter().any(|told| told.alone);
    let known = code.as_deref().is_some_and(is_telling_code);
    let refused = code.is_some() && !draft.phrases.is_empty();
    let is_error = draft.has_detail()
        || telling
        || known
        || refused
        || (code.is_some() && vendor)
        || (draft.has(Field::Code) && draft.has(Field::Message) && code.as_deref().is_some_and(is_vendor_like))
        || (!draft.phrases.is_empty() && vendor);
    if !is_error || (draft.is_trail() && code.is_none() && !draft.has_detail()) {
        return None;
    }
    let mut class = class(draft, code.as_deref(), ec.as_deref());
    // The vendor's own services take the roles that begin so: whoever calls cannot name another one.
    let told = draft.get(Field::Message).map(|value| value.decoded(letters, false).to_ascii_lowercase());
    if code.as_deref() == Some("EntityNotExist.Role")
        && told.is_some_and(|text| [":role/aliyun", "role aliyun"].iter().any(|name| text.contains(name)))
    {
        class = ErrorClass::ServiceRoleMissing;
    }
    let message = draft.get(Field::Message).or_else(|| after_phrase(draft, letters));
    let denied = class == ErrorClass::RamDenial;
    let action = text(Field::AuthAction)
        .or_else(|| text(Field::Action))
        .or_else(|| trail_action(draft, letters))
        .or_else(|| {
            message.filter(|_| denied || class == ErrorClass::Acl).and_then(|m| word_of(letters, m, is_named_action))
        });
    let resource = text(Field::AuthResource)
        .or_else(|| text(Field::Resource))
        .or_else(|| message.filter(|_| denied).and_then(|message| word_of(letters, message, is_resource)));
    let mark = draft.get(Field::AuthAction).or(code_value).or(draft.phrases.first().map(|told| told.value));
    let span = span(draft.start, draft.end);
    let explicit = text(Field::ExplicitDeny).map(|text| text.eq_ignore_ascii_case("true"));
    let kind = |explicit: bool| if explicit { "ExplicitDeny" } else { "ImplicitDeny" }.to_owned();
    Some(Denial {
        class,
        http: text(Field::Http).and_then(|text| text.parse().ok()),
        code,
        request_id: text(Field::RequestId),
        action,
        resource,
        principal: caller(draft, letters),
        policy_type: text(Field::NoPermissionPolicyType)
            .or_else(|| text(Field::PolicyType))
            .map(|text| policy_type(&text)),
        no_permission_type: text(Field::NoPermissionType)
            .map(|text| permission_type(&text))
            .or_else(|| explicit.map(kind)),
        encoded_diagnostic_message: text(Field::Encoded),
        context: context(draft, letters),
        parameters: Parameters {
            instance: text(Field::InstanceId),
            security_group: text(Field::SecurityGroupId),
            network_interface: text(Field::NetworkInterfaceId),
            region: text(Field::Region),
        },
        ec,
        span,
        mark: mark.map_or(span, |value| self::span(value.start, value.end)),
    })
}

/// `InvalidParameter.DurationSeconds`: the dotted form of this vendor's codes.
fn is_vendor_like(code: &str) -> bool {
    code.contains('.') && is_code(code) && capitals(code)
}

/// Whether another vendor's error: by its signs, or by S3's own text, unless this vendor's mark is there too.
fn is_foreign(draft: &Draft, letters: Letters<'_>) -> bool {
    let decoded = |field: Field| draft.get(field).map(|value| value.decoded(letters, false)).unwrap_or_default();
    let own =
        draft.has_detail() || draft.phrases.iter().any(|told| told.alone) || decoded(Field::Vendor).contains("aliyun");
    let of_s3 = draft.has(Field::Code) && decoded(Field::Message).trim_end_matches('.') == "Access Denied";
    let of_others = is_foreign_code(&decoded(Field::Code));
    (draft.foreign || of_s3 || of_others) && !own
}

fn span(start: usize, end: usize) -> Span {
    let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(place(start), place(end))
}

/// The code: the labelled one before one that only leads a line.
fn code(draft: &Draft, letters: Letters<'_>) -> Option<String> {
    let labelled = draft.get(Field::Code).map(|value| value.decoded(letters, true));
    let code = labelled.or_else(|| draft.get(Field::Headline).map(|value| value.decoded(letters, true)));
    let code = code.or_else(|| {
        let told = draft.phrases.iter().map(|told| told.value.decoded(letters, false));
        // MaxCompute's code is a piece of its text.
        let piece = |text: String| {
            let at = text.to_ascii_lowercase().find("authorization failed")?;
            let start = draft.phrases.first()?.value.start + at;
            letters.phrase(start, "authorization failed [4002]").map(|end| letters.slice(start, end).to_owned())
        };
        told.into_iter().find_map(|text| match text.split_once(": ") {
            Some((code, _)) if text.starts_with("ODPS-") => Some(code.to_owned()),
            _ => piece(text),
        })
    })?;
    let code = code.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
    let (name, is_class) = code_of(code);
    let code = if is_class && !name.is_empty() { name } else { code };
    (!code.is_empty()).then(|| code.to_owned())
}

/// What the error is: RAM's own account of it before OSS's code, texts that are no refusal by RAM before the error's code.
fn class(draft: &Draft, code: Option<&str>, ec: Option<&str>) -> ErrorClass {
    if draft.has_detail() {
        return ErrorClass::RamDenial;
    }
    let of_code = code.and_then(class_of_code);
    if let Some(class) = ec.and_then(class_of_ec) {
        return class;
    }
    // A code that is no refusal is sure; one that is may be used for anything.
    if let Some(class) = of_code.filter(|class| *class != ErrorClass::RamDenial) {
        return class;
    }
    let told = |wanted: bool| {
        draft.phrases.iter().map(|told| told.class).find(|class| (*class == ErrorClass::RamDenial) == wanted)
    };
    // Text of a refusal under the code of a wrong parameter is about a service's access, unless it is RAM's own.
    let of_parameter =
        code.is_some_and(|code| ["InvalidParameter", "InvalidArgument"].iter().any(|c| code.starts_with(c)));
    if of_parameter && told(false).is_none() && !draft.phrases.iter().any(|told| told.alone) {
        return ErrorClass::Other;
    }
    told(false).or(told(true)).or(of_code).unwrap_or(ErrorClass::Other)
}

/// Who was refused: by RAM's account, else by an event of the audit trail.
fn caller(draft: &Draft, letters: Letters<'_>) -> Option<Caller> {
    let text = |field: Field| {
        let value = draft.get(field)?;
        Some(value.decoded(letters, field.is_solid())).filter(|text| !text.is_empty())
    };
    let mut caller = Caller {
        kind: text(Field::PrincipalType).map(|kind| principal_type(&kind)),
        display_name: text(Field::DisplayName),
        owner_id: text(Field::OwnerId),
    };
    if draft.is_trail() {
        caller.kind = caller.kind.or_else(|| text(Field::IdentityType).map(|kind| principal_type(&kind)));
        caller.display_name = caller.display_name.or_else(|| text(Field::UserName));
        caller.owner_id = caller.owner_id.or_else(|| text(Field::AccountId));
    }
    (caller != Caller::default()).then_some(caller)
}

/// The canonical spelling of a principal's type.
fn principal_type(text: &str) -> String {
    let folded = folded(text);
    let known = match folded.as_str() {
        "subuser" | "ramuser" | "ram用户" | "ram使用者" => "SubUser",
        "assumedroleuser" | "assumedrole" | "ramrole" | "ram角色" => "AssumedRoleUser",
        "rootuser" | "rootaccount" | "root" => "RootUser",
        "federated" | "sso联合身份" | "sso聯合身份" => "Federated",
        _ => return text.to_owned(),
    };
    known.to_owned()
}

/// The canonical spelling of a layer.
fn policy_type(text: &str) -> String {
    let folded = folded(text);
    let known = match folded.as_str() {
        "controlpolicy" | "管控策略" | "管控政策" => "ControlPolicy",
        "sessionpolicy" | "会话策略" => "SessionPolicy",
        "assumerolepolicy" | "roletrustpolicy" | "角色信任策略" => "AssumeRolePolicy",
        "accountlevelidentitybasedpolicy"
        | "identitybasedpolicyaccountlevel"
        | "账号级身份策略"
        | "基于身份策略账号级"
        | "基於身份策略帳號級" => "AccountLevelIdentityBasedPolicy",
        "resourcegrouplevelidentitybasedpolicy"
        | "identitybasedpolicyresourcegrouplevel"
        | "资源组级身份策略"
        | "基于身份策略资源组级"
        | "基於身份策略資源群組級" => "ResourceGroupLevelIdentityBasedPolicy",
        "identitybasedpolicy" => "IdentityBasedPolicy",
        "resourcebasedpolicy" => "ResourceBasedPolicy",
        _ => return text.to_owned(),
    };
    known.to_owned()
}

fn permission_type(text: &str) -> String {
    let folded = folded(text);
    if folded.starts_with("explicit") || folded.contains("显式") {
        "ExplicitDeny".to_owned()
    } else if folded.starts_with("implicit") || folded.contains("隐式") {
        "ImplicitDeny".to_owned()
    } else {
        text.to_owned()
    }
}

fn folded(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The action of an event of the audit trail, or of a call whose URL stands beside the error.
fn trail_action(draft: &Draft, letters: Letters<'_>) -> Option<String> {
    let text = |field: Field| draft.get(field).map(|value| value.decoded(letters, true));
    let name = text(Field::EventName).or_else(|| text(Field::ApiAction))?;
    let host = text(Field::EventSource).or_else(|| text(Field::Vendor).filter(|host| host.contains("aliyuncs")))?;
    let host = host.split("://").last()?.split(['/', '?']).next()?;
    let service = host.split('.').next()?.split('-').next()?.to_ascii_lowercase();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_name && !service.is_empty()).then(|| format!("{service}:{name}"))
}

/// The text behind a telling phrase, to the end of its line: messages without a label.
fn after_phrase(draft: &Draft, letters: Letters<'_>) -> Option<Value> {
    let told = draft.phrases.first()?;
    let limit = (told.value.end + 1024).min(letters.len());
    let mut end = told.value.end;
    while end < limit {
        let (next, breaks) = letters.blank(end);
        if breaks {
            break;
        }
        end = if next == end { letters.next_char(end) } else { next };
    }
    Some(Value { start: told.value.start, end })
}

/// The first word of a message that fits.
fn word_of(letters: Letters<'_>, message: Value, fits: impl Fn(&str) -> bool) -> Option<String> {
    let mut at = message.start;
    while at < message.end {
        if !letters.byte(at).is_ascii_alphabetic() {
            at = letters.next_char(at);
            continue;
        }
        let mut end = at;
        while end < message.end && is_part(letters.byte(end)) {
            end += 1;
        }
        let word = letters.slice(at, end);
        let word = if word.ends_with("...") { word } else { word.trim_end_matches(['.', ':', ',']) };
        if fits(word) {
            return Some(word.to_owned());
        }
        at = end.max(at + 1);
    }
    None
}

fn is_part(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b':' | b'/' | b'*' | b'.' | b'@' | b'+' | b'=' | b'$' | b'~')
}

/// `ecs:StopInstance`: a service in lower case and a name with a capital, so that `file:line` is none.
fn is_named_action(text: &str) -> bool {
    let Some((code, name)) = text.split_once(':') else { return false };
    is_action(text)
        && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase())
        && name.len() > 2
}

fn context(draft: &Draft, letters: Letters<'_>) -> Vec<(String, Vec<String>)> {
    let spelled = |value: &Value| value.decoded(letters, false);
    draft.conditions.iter().map(|(key, values)| (spelled(key), values.iter().map(spelled).collect())).collect()
}
