//! The names under which errors carry their facts.

/// A fact that an error can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(super) enum Field {
    Code,
    /// A code that stands before its message without a label: `Forbidden.RAM: User not ..`.
    Headline,
    Message,
    Http,
    RequestId,
    /// Only the vendor's errors carry it: `HostId`, `Recommend`.
    Vendor,
    /// OSS's own code.
    Ec,
    /// `AccessDeniedDetail`, `DecodedDiagnosticMessage`.
    Detail,
    AuthAction,
    AuthResource,
    PrincipalType,
    OwnerId,
    DisplayName,
    NoPermissionType,
    ExplicitDeny,
    PolicyType,
    NoPermissionPolicyType,
    Encoded,
    /// `action: ..` inside a message.
    Action,
    /// `resource: ..` inside a message.
    Resource,
    MatchedPolicies,
    ConditionKey,
    ConditionValues,
    /// Members of an event of the audit trail.
    EventId,
    EventName,
    EventSource,
    Region,
    UserIdentity,
    IdentityType,
    AccountId,
    UserName,
    /// Parameters of a call.
    ApiAction,
    InstanceId,
    SecurityGroupId,
    NetworkInterfaceId,
}

impl Field {
    /// Number of fields.
    pub(super) const COUNT: usize = Self::NetworkInterfaceId as usize + 1;

    /// Whether the fact is one word, in which a line break can only be a wrapped line.
    pub(super) fn is_solid(self) -> bool {
        !matches!(self, Self::Message | Self::DisplayName | Self::UserName)
    }

    /// The spellings of several words in which consoles give the fact, those with more words before those that begin alike.
    pub(super) fn spellings(self) -> &'static [&'static str] {
        match self {
            Self::PrincipalType => &["RAM 用户", "RAM 角色", "RAM 使用者", "RAM User", "RAM Role", "Root Account"],
            Self::PolicyType | Self::NoPermissionPolicyType => &[
                "基于身份策略（账号级）",
                "基于身份策略（资源组级）",
                "基于身份策略(账号级)",
                "基于身份策略(资源组级)",
                "基於身份策略（帳號級）",
                "基於身份策略（資源群組級）",
                "Identity-based Policy (Account-level)",
                "Identity-based Policy (Resource Group-level)",
                "Account-level Identity-based Policy",
                "Resource Group-level Identity-based Policy",
                "Role Trust Policy",
                "Control Policy",
                "Session Policy",
            ],
            Self::NoPermissionType => &["Explicit Deny", "Implicit Deny"],
            _ => &[],
        }
    }

    /// Whether the fact is an ARN.
    pub(super) fn is_arn(self) -> bool {
        matches!(self, Self::Resource | Self::AuthResource)
    }

    /// The longest value that is read.
    pub(super) fn limit(self) -> usize {
        match self {
            Self::Message => 4096,
            Self::Encoded => 16_384,
            Self::Resource | Self::AuthResource => 2048,
            _ => 256,
        }
    }
}

/// The longest label, without `-` and `_`.
const LONGEST: usize = 26;

/// The field of a label; `before` is the word before it, for labels of two words.
pub(super) fn field(word: &str, before: &str) -> Option<Field> {
    let mut folded = [0_u8; LONGEST];
    let mut length = 0;
    for byte in word.bytes().filter(|byte| !matches!(byte, b'-' | b'_')) {
        *folded.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    let folded = std::str::from_utf8(folded.get(..length)?).ok()?;
    let after = |words: &[&str]| words.iter().any(|word| before.eq_ignore_ascii_case(word));
    Some(match folded {
        "code" if after(&["status", "http", "statuscode"]) => Field::Http,
        "code" if after(&["exit", "return", "response", "source", "zip", "qr"]) => return None,
        "code" | "errorcode" | "errcode" | "ecode" => Field::Code,
        "message" | "msg" | "errormessage" | "errmessage" | "errormsg" | "errmsg" | "statusreason" => Field::Message,
        "status" | "httpstatus" | "httpcode" | "httpstatuscode" | "statuscode" => Field::Http,
        "id" if after(&["request"]) => Field::RequestId,
        "requestid" | "xacsrequestid" | "xossrequestid" | "xlogrequestid" | "xfcrequestid" | "acsrequestid" => {
            Field::RequestId
        }
        "hostid" | "recommend" | "recommenddoc" => Field::Vendor,
        "ec" => Field::Ec,
        "accessdenieddetail" | "accessdenieddetails" | "decodeddiagnosticmessage" => Field::Detail,
        "authaction" => Field::AuthAction,
        "action" if after(&["auth"]) => Field::AuthAction,
        "type" if after(&["policy"]) => Field::PolicyType,
        "type" if after(&["identity", "principal"]) => Field::PrincipalType,
        "information" if after(&["identity"]) => Field::DisplayName,
        "authresource" => Field::AuthResource,
        "authprincipaltype" => Field::PrincipalType,
        "authprincipalownerid" => Field::OwnerId,
        "authprincipaldisplayname" | "authprincipalname" => Field::DisplayName,
        "nopermissiontype" => Field::NoPermissionType,
        "explicitdeny" => Field::ExplicitDeny,
        "policytype" => Field::PolicyType,
        "nopermissionpolicytype" => Field::NoPermissionPolicyType,
        "encodeddiagnosticmessage" | "encodeddiagnosticinfo" => Field::Encoded,
        "matchedpolicies" => Field::MatchedPolicies,
        "conditionkey" => Field::ConditionKey,
        "conditionvalues" => Field::ConditionValues,
        "action" => Field::Action,
        "resource" => Field::Resource,
        "eventid" => Field::EventId,
        "eventname" => Field::EventName,
        "eventsource" => Field::EventSource,
        "acsregion" | "regionid" => Field::Region,
        "useridentity" => Field::UserIdentity,
        "type" => Field::IdentityType,
        "accountid" => Field::AccountId,
        "id" if after(&["account"]) => Field::AccountId,
        "username" => Field::UserName,
        "xacsaction" => Field::ApiAction,
        "instanceid" => Field::InstanceId,
        "securitygroupid" => Field::SecurityGroupId,
        "networkinterfaceid" => Field::NetworkInterfaceId,
        _ => return None,
    })
}

/// The labels of the vendor's Chinese consoles and documents.
pub(super) const CHINESE: &[(&str, Field)] = &[
    ("错误码", Field::Code),
    ("错误代码", Field::Code),
    ("错误编码", Field::Code),
    ("错误信息", Field::Message),
    ("错误消息", Field::Message),
    ("错误描述", Field::Message),
    ("报错信息", Field::Message),
    ("提示信息", Field::Message),
    ("状态码", Field::Http),
    ("请求ID", Field::RequestId),
    ("请求 ID", Field::RequestId),
    ("请求Id", Field::RequestId),
    ("请求编号", Field::RequestId),
    ("诊断信息", Field::Encoded),
    ("鉴权操作", Field::AuthAction),
    ("操作权限", Field::AuthAction),
    ("权限点", Field::AuthAction),
    ("缺少权限", Field::AuthAction),
    ("鉴权资源", Field::AuthResource),
    ("鉴权主体类型", Field::PrincipalType),
    ("身份类型", Field::PrincipalType),
    ("无权限类型", Field::NoPermissionType),
    ("拒绝类型", Field::NoPermissionType),
    ("策略类型", Field::PolicyType),
    ("身份信息", Field::DisplayName),
    ("所属账号", Field::OwnerId),
    ("錯誤碼", Field::Code),
    ("錯誤代碼", Field::Code),
    ("錯誤資訊", Field::Message),
    ("錯誤訊息", Field::Message),
    ("狀態碼", Field::Http),
    ("請求ID", Field::RequestId),
    ("請求 ID", Field::RequestId),
    ("鑒權操作", Field::AuthAction),
    ("鑒權資源", Field::AuthResource),
    ("身份類型", Field::PrincipalType),
    ("身份資訊", Field::DisplayName),
    ("所屬帳號", Field::OwnerId),
    ("策略類型", Field::PolicyType),
];
