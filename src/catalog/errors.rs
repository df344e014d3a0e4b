//! The errors of JoinSecurityGroup (ECS API 2014-05-26).
//!
//! Source: the error table of the vendor's API page "JoinSecurityGroup", last updated 2026-05-06, as kept in
//! facts/joinsecuritygroup.tsv (read 2026-11-24). `stage`, `rule` and `reads` are this project's
//! (facts/ecs-membership.md 1 and 2.2). [`TABLE`] stands in the default order of the checks.

/// Where in the handling of a call an error arises; the variants stand in the default order of the stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The parameters alone.
    Shape,
    /// RAM.
    Authorization,
    /// Whether the objects exist in the region and account addressed.
    Existence,
    /// Whose the objects are.
    Ownership,
    /// Whether a cloud service or the kind of interface forbids it.
    Management,
    /// The state of the target.
    State,
    /// Network type and VPC.
    Network,
    /// Whether the target is in the group already.
    Membership,
    /// Basic against enterprise groups.
    Kind,
    /// Limits.
    Quota,
    /// What can happen to any call.
    Service,
}

impl Stage {
    /// The word of the JSON output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Authorization => "authorization",
            Self::Existence => "existence",
            Self::Ownership => "ownership",
            Self::Management => "management",
            Self::State => "state",
            Self::Network => "network",
            Self::Membership => "membership",
            Self::Kind => "kind",
            Self::Quota => "quota",
            Self::Service => "service",
        }
    }
}

/// Whether the vendor states when the error comes, or this project concluded it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Stated by a document of the vendor.
    Documented,
    /// Our own conclusion.
    Inferred,
}

impl Rule {
    /// The word of the JSON output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Inferred => "inferred",
        }
    }
}

/// Which form of the call can get the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Path {
    /// With `InstanceId`.
    Instance,
    /// With `NetworkInterfaceId`.
    NetworkInterface,
    /// Either.
    Both,
}

/// What a check looks at; the target is the instance or the network interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reads {
    /// Only the parameters (or, for service errors, nothing).
    Request,
    /// The policies.
    Policies,
    /// Whether the group exists.
    GroupExistence,
    /// Whether the target exists.
    TargetExistence,
    /// The group.
    Group,
    /// The target.
    Target,
    /// The target and the owner of the group.
    TargetAndOwners,
    /// The target and the group.
    TargetAndGroup,
}

impl Reads {
    /// Whether the check has no object when the target does not exist.
    pub fn needs_target(self) -> bool {
        matches!(self, Self::Target | Self::TargetAndOwners | Self::TargetAndGroup)
    }

    /// Whether the check has no object when the group does not exist.
    pub fn needs_group(self) -> bool {
        matches!(self, Self::Group | Self::TargetAndGroup)
    }
}

/// One HTTP status under which a code is returned, with the text that comes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub http: u16,
    /// The fixed text, or `None` where the table has only a placeholder (`%s`).
    pub message: Option<&'static str>,
    /// Which form of the call gets this status.
    pub path: Path,
}

/// One code of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct ErrorRow {
    /// The code as the API returns it.
    pub code: &'static str,
    /// Its HTTP statuses, ascending.
    pub answers: &'static [Answer],
    /// Its stage.
    pub stage: Stage,
    /// Whether the trigger is documented.
    pub rule: Rule,
    /// What decides it.
    pub reads: Reads,
    /// What it means, in our own words: lower case, no full stop.
    pub meaning: &'static str,
}

impl ErrorRow {
    /// Which form of the call can get this code.
    pub fn path(&self) -> Path {
        match self.answers {
            [one] => one.path,
            _ => Path::Both,
        }
    }

    /// All HTTP statuses of the code, ascending.
    pub fn statuses(&self) -> Vec<u16> {
        self.answers.iter().map(|answer| answer.http).collect()
    }

    /// The answer to expect on one form of the call (`Path::Both` where neither or both ids are given).
    pub fn answer(&self, path: Path) -> Option<&'static Answer> {
        self.answers.iter().find(|answer| answer.path == path).or_else(|| self.answers.first())
    }
}

/// The row of a code.
pub fn find(code: &str) -> Option<&'static ErrorRow> {
    TABLE.iter().find(|row| row.code == code)
}

const fn on(path: Path, http: u16, message: Option<&'static str>) -> Answer {
    Answer { http, message, path }
}

const I: Path = Path::Instance;
const E: Path = Path::NetworkInterface;
const B: Path = Path::Both;

/// Every code, in the default order of the checks (facts/ecs-membership.md 2.2).
pub static TABLE: &[ErrorRow] = &[
    ErrorRow {
        code: "MissingParameter",
        answers: &[on(B, 400, None)],
        stage: Stage::Shape,
        rule: Rule::Inferred,
        reads: Reads::Request,
        meaning: "a required parameter is not in the request",
    },
    ErrorRow {
        code: "InvalidParam.EniIdAndInstanceId.Conflict",
        answers: &[on(B, 403, None)],
        stage: Stage::Shape,
        rule: Rule::Documented,
        reads: Reads::Request,
        meaning: "the request names both an instance and a network interface",
    },
    ErrorRow {
        code: "InvalidParam.Malformed",
        answers: &[on(B, 403, None)],
        stage: Stage::Shape,
        rule: Rule::Inferred,
        reads: Reads::Request,
        meaning: "the request names no usable target: neither id is given, or the network interface id is ill-formed",
    },
    ErrorRow {
        code: "MissingParameter.RegionId",
        answers: &[on(E, 400, Some("The specified RegionId should not be null."))],
        stage: Stage::Shape,
        rule: Rule::Documented,
        reads: Reads::Request,
        meaning: "a join of a network interface needs `RegionId`",
    },
    ErrorRow {
        code: "InvalidInstanceId.Malformed",
        answers: &[on(I, 400, Some("The specified parameter \"InstanceId\" is not valid."))],
        stage: Stage::Shape,
        rule: Rule::Inferred,
        reads: Reads::Request,
        meaning: "the instance id is ill-formed",
    },
    ErrorRow {
        code: "Forbidden.RAM",
        answers: &[on(
            B,
            403,
            Some("User not authorized to operate on the specified resource, or this API doesn't support RAM."),
        )],
        stage: Stage::Authorization,
        rule: Rule::Documented,
        reads: Reads::Policies,
        meaning: "the caller's RAM policies do not allow the call",
    },
    ErrorRow {
        code: "InvalidSecurityGroupId.NotFound",
        answers: &[on(B, 404, Some("The specified SecurityGroupId does not exist."))],
        stage: Stage::Existence,
        rule: Rule::Documented,
        reads: Reads::GroupExistence,
        meaning: "the security group does not exist in this account and region",
    },
    ErrorRow {
        code: "InvalidInstanceId.NotFound",
        answers: &[on(I, 404, Some("The specified InstanceId does not exist."))],
        stage: Stage::Existence,
        rule: Rule::Documented,
        reads: Reads::TargetExistence,
        meaning: "the instance does not exist in this account and region",
    },
    ErrorRow {
        code: "InvalidEniId.NotFound",
        answers: &[on(E, 404, None)],
        stage: Stage::Existence,
        rule: Rule::Documented,
        reads: Reads::TargetExistence,
        meaning: "the network interface does not exist in this region",
    },
    ErrorRow {
        code: "NotBelongUser",
        answers: &[on(E, 400, None)],
        stage: Stage::Ownership,
        rule: Rule::Inferred,
        reads: Reads::Target,
        meaning: "the network interface belongs to another account",
    },
    ErrorRow {
        code: "InvalidOperation.EniAndGroupNotBelongSameUser",
        answers: &[on(E, 400, None)],
        stage: Stage::Ownership,
        rule: Rule::Inferred,
        reads: Reads::TargetAndOwners,
        meaning: "the security group belongs to another account than the network interface",
    },
    ErrorRow {
        code: "InvalidOperation.ResourceManagedByCloudProduct",
        answers: &[on(B, 403, None)],
        stage: Stage::Management,
        rule: Rule::Documented,
        reads: Reads::Group,
        meaning: "the security group is managed by a cloud service",
    },
    ErrorRow {
        code: "InvalidOperation.EniServiceManaged",
        answers: &[on(E, 403, None)],
        stage: Stage::Management,
        rule: Rule::Documented,
        reads: Reads::Target,
        meaning: "the network interface is managed by a cloud service",
    },
    ErrorRow {
        code: "InvalidOperation.InvalidEniType",
        answers: &[on(E, 403, None)],
        stage: Stage::Management,
        rule: Rule::Inferred,
        reads: Reads::Target,
        meaning: "the groups of this type of network interface cannot be changed on their own",
    },
    ErrorRow {
        code: "Forbidden.InstanceIsBeingCreated",
        answers: &[on(I, 403, Some("The specified instance is being created."))],
        stage: Stage::State,
        rule: Rule::Inferred,
        reads: Reads::Target,
        meaning: "the instance is still being created",
    },
    ErrorRow {
        code: "InvalidStatus.EniOrInstanceIsBeingCreated",
        answers: &[on(B, 400, None)],
        stage: Stage::State,
        rule: Rule::Inferred,
        reads: Reads::Target,
        meaning: "the instance or network interface is still being created",
    },
    ErrorRow {
        code: "InstanceLockedForSecurity",
        answers: &[on(
            I,
            403,
            Some("The specified operation is denied as your instance is locked for security reasons."),
        )],
        stage: Stage::State,
        rule: Rule::Documented,
        reads: Reads::Target,
        meaning: "the instance is locked for security reasons",
    },
    ErrorRow {
        code: "IncorrectInstanceStatus",
        answers: &[on(I, 403, Some("The current status of the resource does not support this operation."))],
        stage: Stage::State,
        rule: Rule::Documented,
        reads: Reads::Target,
        meaning: "the instance is neither running nor stopped",
    },
    ErrorRow {
        code: "InvalidOperation.InvalidEniState",
        answers: &[on(E, 400, None)],
        stage: Stage::State,
        rule: Rule::Inferred,
        reads: Reads::Target,
        meaning: "the network interface is neither available nor in use",
    },
    ErrorRow {
        code: "InvalidInstanceId.Mismatch",
        answers: &[on(I, 400, Some("Specified instance and security group are not in the same VPC."))],
        stage: Stage::Network,
        rule: Rule::Documented,
        reads: Reads::TargetAndGroup,
        meaning: "the instance and the security group are in different networks",
    },
    ErrorRow {
        code: "InvalidOperation.VpcMismatch",
        answers: &[on(E, 403, None)],
        stage: Stage::Network,
        rule: Rule::Documented,
        reads: Reads::TargetAndGroup,
        meaning: "the network interface and the security group are in different networks",
    },
    ErrorRow {
        code: "InvalidInstanceId.AlreadyExists",
        answers: &[on(I, 403, Some("The specified instance already exists in the specified security group."))],
        stage: Stage::Membership,
        rule: Rule::Documented,
        reads: Reads::Target,
        meaning: "the instance is in the security group already",
    },
    ErrorRow {
        code: "InvalidOperation.NotSupportEnterpriseGroup",
        answers: &[on(B, 400, Some("The specified instance type doesn't support enterprise level security group."))],
        stage: Stage::Kind,
        rule: Rule::Inferred,
        reads: Reads::TargetAndGroup,
        meaning: "the instance type cannot be in an enterprise security group",
    },
    ErrorRow {
        code: "InvalidOperation.MultiGroupType",
        answers: &[on(B, 400, Some("The specified instance can't join different types of security group."))],
        stage: Stage::Kind,
        rule: Rule::Documented,
        reads: Reads::TargetAndGroup,
        meaning: "the target is in security groups of the other type",
    },
    ErrorRow {
        code: "InstanceSecurityGroupLimitExceeded",
        answers: &[
            on(I, 400, Some("Exceeding the allowed amount of security groups that an instance can be in.")),
            on(E, 403, None),
        ],
        stage: Stage::Quota,
        rule: Rule::Documented,
        reads: Reads::Target,
        meaning: "the target is in as many security groups as it may be",
    },
    ErrorRow {
        code: "SecurityGroupInstanceLimitExceeded",
        answers: &[on(B, 403, Some("The maximum number of instances in a security group is exceeded."))],
        stage: Stage::Quota,
        rule: Rule::Documented,
        reads: Reads::TargetAndGroup,
        meaning: "the basic security group has no room for the addresses of the target",
    },
    ErrorRow {
        code: "InvalidOperation.NetworkInterfaceCountExceeded",
        answers: &[on(
            B,
            403,
            Some("The maximum number of NetworkInterface in a enterprise level security group is exceeded."),
        )],
        stage: Stage::Quota,
        rule: Rule::Documented,
        reads: Reads::TargetAndGroup,
        meaning: "the enterprise security group has no room for another network interface",
    },
    ErrorRow {
        code: "AclLimitExceed",
        answers: &[on(B, 403, None)],
        stage: Stage::Quota,
        rule: Rule::Documented,
        reads: Reads::TargetAndGroup,
        meaning: "the rules of all security groups of the target would be too many",
    },
    ErrorRow {
        code: "InvalidOperation.Conflict",
        answers: &[on(
            B,
            409,
            Some("Request was denied due to conflict with a previous request, please try again later."),
        )],
        stage: Stage::Service,
        rule: Rule::Documented,
        reads: Reads::Request,
        meaning: "another change of the same objects is under way",
    },
    ErrorRow {
        code: "InternalError",
        answers: &[on(B, 500, Some("The request processing has failed due to some unknown error."))],
        stage: Stage::Service,
        rule: Rule::Documented,
        reads: Reads::Request,
        meaning: "the service failed for reasons of its own",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Set `RAMSPECT_SHARED` where the facts do not lie beside the work tree.
    fn published() -> String {
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned();
        let mut folders = std::env::var("RAMSPECT_SHARED").into_iter().chain([beside, "/work/shared".to_owned()]);
        let file = "facts/joinsecuritygroup.tsv";
        folders
            .find_map(|folder| std::fs::read_to_string(format!("{folder}/{file}")).ok())
            .unwrap_or_else(|| panic!("{file} not found: set RAMSPECT_SHARED"))
    }

    fn reads_word(reads: Reads) -> &'static str {
        match reads {
            Reads::Request => "request",
            Reads::Policies => "policies",
            Reads::GroupExistence => "group's existence",
            Reads::TargetExistence => "target's existence",
            Reads::Group => "group",
            Reads::Target => "target",
            Reads::TargetAndOwners => "target,owners",
            Reads::TargetAndGroup => "target,group",
        }
    }

    #[test]
    fn every_published_row_is_here_as_published() {
        let text = published();
        let mut seen = 0;
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("http\t")) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [http, code, message, stage, rule, path, reads] = cells[..] else { panic!("{line}") };
            let row = find(code).unwrap_or_else(|| panic!("{code} is missing"));
            let answer = row.answers.iter().find(|answer| answer.http.to_string() == http).unwrap();
            let placeholder = message.starts_with("%s");
            assert_eq!(answer.message, (!placeholder).then_some(message), "{code}");
            assert_eq!((row.stage.word(), row.rule.word()), (stage, rule), "{code}");
            let word = match answer.path {
                Path::Instance => "i",
                Path::NetworkInterface => "e",
                Path::Both => "b",
            };
            assert_eq!(word, path, "{code}");
            assert_eq!(if reads == "-" { "request" } else { reads }, reads_word(row.reads), "{code}");
            seen += 1;
        }
        assert_eq!(seen, 29);
    }

    #[test]
    fn the_table_has_thirty_codes_in_the_order_of_the_stages() {
        assert_eq!(TABLE.len(), 30);
        assert!(TABLE.is_sorted_by_key(|row| row.stage));
        for (at, row) in TABLE.iter().enumerate() {
            assert_eq!(TABLE.iter().position(|other| other.code == row.code), Some(at));
            assert!(!row.meaning.ends_with('.') && row.meaning.starts_with(|c: char| c.is_lowercase()), "{}", row.code);
        }
    }
}
