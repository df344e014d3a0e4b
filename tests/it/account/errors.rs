//! Every mistake in an account file is named, with its place and the way out.

use super::{ACCOUNT, ID, account, ramspect, said};
use crate::reference::command_line::Folder;

/// Every replacement that makes the sample wrong, and what must then be said.
const MISTAKES: &[(&str, &str, &[&str])] = &[
    (
        r#"{ "policy": "inline-one" }"#,
        r#"{ "policy": "inlin-one" }"#,
        &["unknown policy `inlin-one`", "did you mean `inline-one`?"],
    ),
    (r#"{ "policy": "inline-one" }"#, r#"{ "policy": "zzz" }"#, &["unknown policy `zzz`", "--missing-policy unknown"]),
    (
        r#""policy": "assume" }"#,
        r#""policy": "assume", "type": "Systm" }"#,
        &["unknown type `Systm`", "did you mean `System`?"],
    ),
    (
        r#""AdministratorAccess", "type": "System""#,
        r#""AdministratorAccess", "type": "Custom""#,
        &["unknown custom policy `AdministratorAccess`"],
    ),
    (r#""policy": "assume" }"#, r#""policy": "assume", "group": "x" }"#, &["an attachment has no member `group`"]),
    (r#""policy": "assume" }"#, r#""policy": "assume", "resource_group": "" }"#, &["`resource_group` is empty"]),
    (r#"{ "policy": "assume" }"#, r#"{ "type": "System" }"#, &["the attachment has no `policy`"]),
    (r#""groups": ["dev"]"#, r#""groups": ["dve"]"#, &["unknown group `dve`", "did you mean `dev`?"]),
    (r#""groups": ["dev"]"#, r#""groups": "dev""#, &["`groups` of a user is a string, not an array"]),
    (r#""guard"]"#, r#""gaurd"]"#, &["unknown policy `gaurd`", "did you mean `guard`?"]),
    (r#""name": "Root""#, r#""name": "member""#, &["two levels are named `member`"]),
    (r#""service_linked": true"#, r#""service_linked": "yes""#, &["`service_linked` is a string"]),
    (
        r#""service_linked": true"#,
        r#""service-linked": true"#,
        &["a role has no member `service-linked`", "did you mean `service_linked`?"],
    ),
    (r#""account_id": "1234567890123456","#, "", &["the account file has no `account_id`"]),
    (r#""account_id": "1234567890123456""#, r#""account_id": "me""#, &["`account_id` is `me`"]),
    (r#""policies": {"#, r#""policys": {"#, &["an account file has no member `policys`", "did you mean `policies`?"]),
    (r#""guard": {"#, r#""ops": {"#, &["two policies are named `ops`"]),
    (r#""bob": {"#, r#""alice": {"#, &["two users are named `alice`"]),
    ("policies/dev-ecs.json", "policies/dev.json", &["`policies/dev.json` cannot be read: no such file"]),
    (
        r#""Action": "ecs:Delete*""#,
        r#""Acton": "ecs:Delete*""#,
        &["a statement has no element `Acton`", "did you mean `Action`?"],
    ),
    (r#""inline-one": {"#, r#""inline-one": 7, "other": {"#, &["the policy `inline-one` is a number"]),
    (
        r#""Principal": { "RAM": "acs:ram::1234567890123456:user/alice" } }"#,
        r#""Resource": "*" }"#,
        &["a trust policy has no `Resource`", "the statement has no `Principal`"],
    ),
    ("\n}\n", "\n", &["never closed"]),
    (ACCOUNT, "[]", &["an account file is an array, not an object"]),
    (ACCOUNT, "\u{0}\u{1}\u{2}", &["cannot be read"]),
    (ACCOUNT, "", &["there is no JSON value here"]),
];

#[test]
fn every_mistake_is_named() {
    for (from, to, expected) in MISTAKES {
        let (folder, _) = account();
        assert!(ACCOUNT.contains(from), "{from}");
        let path = folder.write("wrong.json", &ACCOUNT.replacen(from, to, 1));
        let output = ramspect(
            &format!("simulate --account {path} --principal acs:ram::{ID}:user/alice --action a:b --resource *"),
            &[],
        );
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{to}: {}", said(&output));
        let told: String = said(&output).split_whitespace().collect::<Vec<_>>().join(" ");
        for words in *expected {
            assert!(told.contains(words), "{to}: `{words}` is not in\n{told}");
        }
    }
}

#[test]
fn a_wrong_principal_is_named() {
    let (folder, path) = account();
    let trust = folder.write(
        "trust.json",
        r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Principal":{"RAM":"*"}}]}"#,
    );
    for (who, more, expected) in [
        (&format!("acs:ram::{ID}:user/alcie")[..], "", "did you mean `alice`?"),
        (&format!("acs:ram::{ID}:role/zzz"), "", "the account has no role `zzz`"),
        ("acs:ram::6543210987654321:user/alice", "", "is a principal of account `6543210987654321`"),
        ("acs:ram::6543210987654321:root", "", "is a principal of account `6543210987654321`"),
        ("alice", "", "`alice` is no principal"),
        (
            &format!("acs:ram::{ID}:user/alice"),
            &format!("-p {trust}"),
            "this is a trust policy, not one of kind `identity`",
        ),
    ] {
        let output =
            ramspect(&format!("simulate --account {path} --principal {who} --action a:b --resource * {more}"), &[]);
        assert_eq!(output.status.code(), Some(2), "{who}");
        let told: String = said(&output).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(expected), "{who}: {told}");
    }
    let output = ramspect(&format!("simulate --account {path} --action a:b --resource *"), &[]);
    assert!(said(&output).contains("`--account` needs `--principal`"), "{}", said(&output));
    let output = ramspect(&format!("simulate --resource-policy {trust} --action a:b --resource *"), &[]);
    assert!(said(&output).contains("`--resource-policy` needs `--principal`"), "{}", said(&output));
    let session = format!(
        "simulate --account {path} --principal acs:ram::{ID}:user/alice --session-policy {trust} --action a:b --resource *"
    );
    assert_eq!(ramspect(&session, &[]).status.code(), Some(2));
}

#[test]
fn two_documents_in_one_file_are_refused_and_a_binary_file_too() {
    let (folder, path) = account();
    let check = |expected: &str| {
        let output = ramspect(
            &format!("simulate --account {path} --principal acs:ram::{ID}:root --action a:b --resource *"),
            &[],
        );
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(expected), "{}", said(&output));
    };
    let write =
        |folder: &Folder, bytes: &[u8]| std::fs::write(folder.path().join("policies/dev-ecs.json"), bytes).unwrap();
    write(&folder, br#"[{"Version":"1","Statement":[]},{"Version":"1","Statement":[]}]"#);
    check("holds 2 policies");
    write(&folder, &[0xC3, 0x28, 0xFF]);
    check("not UTF-8");
    write(&folder, b"{}");
    check("no RAM policy");
}
