//! A large account as a file: 1,000 users, 300 groups, 1,000 roles, 1,500 policies.

use std::fmt::Write as _;

pub const ID: &str = "1234567890123456";
pub const USERS: u64 = 1000;
pub const GROUPS: u64 = 300;
pub const ROLES: u64 = 1000;
pub const POLICIES: u64 = 1500;
pub const SERVICES: [(&str, &str); 8] = [
    ("ecs", "instance"),
    ("vpc", "vswitch"),
    ("oss", "bucket"),
    ("rds", "dbinstance"),
    ("slb", "loadbalancer"),
    ("log", "project"),
    ("ram", "user"),
    ("kms", "key"),
];
pub const VERBS: [&str; 8] = ["Describe", "List", "Get", "Create", "Delete", "Modify", "Start", "Stop"];

/// `SplitMix64`.
pub struct Rng(pub u64);

impl Rng {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

fn statement(rng: &mut Rng) -> String {
    let (service, kind) = rng.pick(&SERVICES);
    let effect = if rng.below(6) == 0 { "Deny" } else { "Allow" };
    let mut actions: Vec<String> = Vec::new();
    for _ in 0..=rng.below(4) {
        actions.push(match rng.below(3) {
            0 => format!("\"{service}:{}*\"", rng.pick(&VERBS)),
            _ => format!("\"{service}:{}Thing{}\"", rng.pick(&VERBS), rng.below(20)),
        });
    }
    let resource = match rng.below(3) {
        0 => "*".to_owned(),
        1 => format!("acs:{service}:*:{ID}:{kind}/*"),
        _ => format!("acs:{service}:cn-hangzhou:*:{kind}/{}*", rng.below(50)),
    };
    let condition = match rng.below(5) {
        0 => r#","Condition":{"IpAddress":{"acs:SourceIp":["10.0.0.0/8","192.168.1.0/24"]}}"#,
        1 => r#","Condition":{"StringEquals":{"acs:ResourceTag/env":"dev"}}"#,
        _ => "",
    };
    let actions = actions.join(",");
    format!(r#"{{"Effect":"{effect}","Action":[{actions}],"Resource":"{resource}"{condition}}}"#)
}

/// The account file.
pub fn account(rng: &mut Rng) -> String {
    let mut text = format!("{{\"account_id\":\"{ID}\",\n\"policies\":{{");
    for number in 0..POLICIES {
        let statements: Vec<String> = (0..=rng.below(7)).map(|_| statement(rng)).collect();
        let comma = if number > 0 { "," } else { "" };
        let _ =
            write!(text, "{comma}\n\"p{number}\":{{\"Version\":\"1\",\"Statement\":[{}]}}", statements.join(",\n "));
    }
    let assume = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}"#;
    let _ = write!(
        text,
        ",\n\"assume\":{assume},\n\"guard\":{{\"Version\":\"1\",\"Statement\":[{}]}}}},\n\"groups\":{{",
        r#"{"Effect":"Deny","Action":"ram:Delete*","Resource":"*"}"#
    );
    let attachments = |rng: &mut Rng, most: u64, assumes: bool| {
        let mut all: Vec<String> = (0..=rng.below(most))
            .map(|_| {
                let group = if rng.below(8) == 0 {
                    format!(",\"resource_group\":\"rg-{}\"", rng.below(5))
                } else {
                    String::new()
                };
                format!("{{\"policy\":\"p{}\"{group}}}", rng.below(POLICIES))
            })
            .collect();
        if assumes {
            all.push("{\"policy\":\"assume\"}".to_owned());
        }
        format!("\"attachments\":[{}]", all.join(","))
    };
    for number in 0..GROUPS {
        let comma = if number > 0 { "," } else { "" };
        let _ = write!(text, "{comma}\n\"g{number}\":{{{}}}", attachments(rng, 6, false));
    }
    text.push_str("},\n\"users\":{");
    for number in 0..USERS {
        let comma = if number > 0 { "," } else { "" };
        let groups: Vec<String> = (0..rng.below(4)).map(|_| format!("\"g{}\"", rng.below(GROUPS))).collect();
        let assumes = rng.below(3) == 0;
        let _ = write!(
            text,
            "{comma}\n\"u{number}\":{{\"groups\":[{}],{}}}",
            groups.join(","),
            attachments(rng, 8, assumes)
        );
    }
    text.push_str("},\n\"roles\":{");
    for number in 0..ROLES {
        let comma = if number > 0 { "," } else { "" };
        let who = if rng.below(2) == 0 { "root".to_owned() } else { format!("user/u{}", rng.below(USERS)) };
        let trust = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"RAM":["acs:ram::{ID}:{who}"]}}}}]}}"#
        );
        let _ = write!(text, "{comma}\n\"r{number}\":{{\"trust\":{trust},{}}}", attachments(rng, 5, false));
    }
    text.push_str("},\n\"resource_directory\":{\"levels\":[{\"name\":\"member\",\"control_policies\":[\"FullAliyunAccess\"]},{\"name\":\"Root\",\"control_policies\":[\"FullAliyunAccess\",\"guard\"]}]}}\n");
    text
}

/// What leads to administrator rights, with the kinds of resources that it is about.
const DANGEROUS: [(&str, &str); 24] = [
    ("ram:AttachPolicyToUser", "user/u"),
    ("ram:AttachPolicyToRole", "role/r"),
    ("ram:AttachPolicyToGroup", "group/g"),
    ("ram:CreatePolicyVersion", "policy/p"),
    ("ram:SetDefaultPolicyVersion", "policy/p"),
    ("ram:AddUserToGroup", "group/g"),
    ("ims:AddUserToGroup", "user/u"),
    ("ram:CreateAccessKey", "user/u"),
    ("ram:CreateLoginProfile", "user/u"),
    ("ims:UpdateLoginProfile", "user/u"),
    ("ram:UpdateRole", "role/r"),
    ("ram:PassRole", "role/r"),
    ("sts:AssumeRole", "role/r"),
    ("ram:CreateUser", "user/u"),
    ("ram:CreateRole", "role/r"),
    ("ram:Attach*", "user/u"),
    ("ram:Detach*", "user/u"),
    ("ram:*", "role/r"),
    ("ecs:RunInstances", "instance/i-"),
    ("ecs:RunCommand", "instance/i-"),
    ("ecs:AttachInstanceRamRole", "instance/i-"),
    ("ecs:JoinSecurityGroup", "securitygroup/sg-"),
    ("fc:CreateFunction", "services/f"),
    ("ros:CreateStack", "stack/s"),
];

fn dangerous_statement(rng: &mut Rng) -> String {
    let effect = if rng.below(6) == 0 { "Deny" } else { "Allow" };
    let chosen: Vec<(&str, &str)> = (0..=rng.below(3)).map(|_| rng.pick(&DANGEROUS)).collect();
    let resources: Vec<String> = chosen
        .iter()
        .map(|(action, kind)| {
            let service = action.split(':').next().unwrap();
            let service = if matches!(service, "ims" | "sts") { "ram" } else { service };
            match rng.below(6) {
                0 => "\"*\"".to_owned(),
                1 => format!("\"acs:{service}:*:{ID}:{kind}*\""),
                2 => format!("\"acs:{service}:*:*:{kind}{}*\"", rng.below(100)),
                3 => format!("\"acs:{service}:*:{ID}:*{}\"", rng.below(100)),
                _ => format!("\"acs:{service}:*:{ID}:{kind}{}\"", rng.below(1000)),
            }
        })
        .collect();
    let condition = match rng.below(8) {
        0 => r#","Condition":{"IpAddress":{"acs:SourceIp":["10.0.0.0/8","192.168.1.0/24"]}}"#,
        1 => r#","Condition":{"Bool":{"acs:MFAPresent":"true"}}"#,
        2 => r#","Condition":{"StringEquals":{"acs:Service":"ecs.aliyuncs.com"}}"#,
        _ => "",
    };
    let actions: Vec<String> = chosen.iter().map(|(action, _)| format!("\"{action}\"")).collect();
    let (actions, resources) = (actions.join(","), resources.join(","));
    format!(r#"{{"Effect":"{effect}","Action":[{actions}],"Resource":[{resources}]{condition}}}"#)
}

/// The same account where almost every policy is dangerous, and roles trust services too.
pub fn dangerous_account(rng: &mut Rng) -> String {
    let attachments = |rng: &mut Rng, most: u64, administrator: bool| {
        let mut all: Vec<String> = (0..=rng.below(most))
            .map(|_| match rng.below(12) {
                0 => format!("{{\"policy\":\"p{}\",\"resource_group\":\"rg-{}\"}}", rng.below(POLICIES), rng.below(5)),
                _ => format!("{{\"policy\":\"p{}\"}}", rng.below(POLICIES)),
            })
            .collect();
        if administrator {
            all.push("{\"policy\":\"AdministratorAccess\"}".to_owned());
        }
        format!("\"attachments\":[{}]", all.join(","))
    };
    let policies: Vec<String> = (0..POLICIES)
        .map(|number| {
            let statements: Vec<String> = (0..=rng.below(4))
                .map(|_| if rng.below(10) == 0 { statement(rng) } else { dangerous_statement(rng) })
                .collect();
            format!("\"p{number}\":{{\"Version\":\"1\",\"Statement\":[{}]}}", statements.join(",\n "))
        })
        .collect();
    let groups: Vec<String> =
        (0..GROUPS).map(|number| format!("\"g{number}\":{{{}}}", attachments(rng, 3, number == 7))).collect();
    let users: Vec<String> = (0..USERS)
        .map(|number| {
            let groups: Vec<String> = (0..rng.below(3)).map(|_| format!("\"g{}\"", rng.below(GROUPS))).collect();
            format!("\"u{number}\":{{\"groups\":[{}],{}}}", groups.join(","), attachments(rng, 4, number % 250 == 3))
        })
        .collect();
    let roles: Vec<String> = (0..ROLES)
        .map(|number| {
            let who = match rng.below(4) {
                0 => format!(r#"{{"RAM":["acs:ram::{ID}:root"]}}"#),
                1 => r#"{"Service":["ecs.aliyuncs.com"]}"#.to_owned(),
                2 => r#"{"Service":["fc.aliyuncs.com"]}"#.to_owned(),
                _ => format!(r#"{{"RAM":["acs:ram::{ID}:user/u{}"]}}"#, rng.below(USERS)),
            };
            let trust = format!(
                r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{who}}}]}}"#
            );
            format!("\"r{number}\":{{\"trust\":{trust},{}}}", attachments(rng, 3, number % 250 == 3))
        })
        .collect();
    format!(
        "{{\"account_id\":\"{ID}\",\n\"policies\":{{{}}},\n\"groups\":{{{}}},\n\"users\":{{{}}},\n\"roles\":{{{}}}}}\n",
        policies.join(",\n"),
        groups.join(",\n"),
        users.join(",\n"),
        roles.join(",\n")
    )
}
