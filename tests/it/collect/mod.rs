//! `examples/collect-ecs.sh` against a stand-in for the aliyun CLI.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ramspect::inventory::{Inventory, InventoryBuilder, Kind};

fn place(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("collect {name}"));
    let _ = std::fs::remove_dir_all(&place);
    std::fs::create_dir_all(&place).unwrap();
    place
}

fn collect(place: &Path, regions: &[&str], fail: &str) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Command::new("sh")
        .arg(root.join("examples/collect-ecs.sh"))
        .arg(place.join("inventory"))
        .args(regions)
        .env("ALIYUN", root.join("tests/it/collect/fake-aliyun.sh"))
        .env("FAKE_LOG", place.join("log"))
        .env("FAKE_FAIL", fail)
        .env_remove("ALIYUN_PROFILE")
        .output()
        .unwrap()
}

fn read(place: &Path) -> Inventory {
    let mut builder = InventoryBuilder::default();
    let mut files: Vec<_> =
        std::fs::read_dir(place.join("inventory")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let kinds = builder.add(&file.display().to_string(), &std::fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(kinds.len(), 1, "{}", file.display());
    }
    builder.finish()
}

#[test]
fn all_pages_of_all_regions_make_a_complete_inventory() {
    let place = place("all");
    let output = collect(&place, &["cn-hangzhou", "cn-beijing"], "nothing fails");
    assert!(output.status.success(), "{output:?}");
    let inventory = read(&place);
    assert!(inventory.warnings().is_empty(), "{:?}", inventory.warnings());
    for kind in Kind::ALL {
        assert!(inventory.is_complete(kind, "cn-hangzhou") && inventory.is_complete(kind, "cn-beijing"));
    }
    let ids: Vec<_> = inventory.instances().map(|instance| instance.id.as_str()).collect();
    assert_eq!(ids, ["i-1", "i-2", "i-3", "i-4"]);
    assert_eq!((inventory.security_groups().count(), inventory.network_interfaces().count()), (4, 4));
    let group = inventory.security_group("sg-2").unwrap();
    assert_eq!((group.used.known(), group.rules.known().map(|rules| rules.count)), (Some(&7), Some(2)));
    assert_eq!(inventory.ipv6_addresses_of_type("ecs.t4"), Some(1));
    assert_eq!(inventory.caller_account(None, None, None).as_deref(), Some("1234567890123456"));
    assert!(inventory.age_warning("2020-01-01T00:00:00Z".parse().unwrap()).is_none());
    let log = std::fs::read_to_string(place.join("log")).unwrap();
    assert!(log.lines().all(|call| call.contains(" Describe") || call.contains(" GetCallerIdentity")), "{log}");
}

#[test]
fn a_failed_call_leaves_nothing_or_the_last_success() {
    let place = place("failed");
    for call in ["GetCallerIdentity", "DescribeInstances", "NextToken page2", "--SecurityGroupId sg-2"] {
        let output = collect(&place, &["cn-hangzhou"], call);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let left: Vec<_> = std::fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["log"], "{call}");
    }
    assert!(collect(&place, &["cn-beijing"], "nothing fails").status.success());
    assert!(!collect(&place, &["cn-hangzhou"], "DescribeNetworkInterfaces").status.success());
    assert!(read(&place).instance("i-3").is_some());
    // A success replaces the whole folder.
    assert!(collect(&place, &["cn-hangzhou"], "nothing fails").status.success());
    let inventory = read(&place);
    assert!(inventory.instance("i-1").is_some() && inventory.instance("i-3").is_none());
}

#[test]
fn what_is_no_region_and_a_folder_of_something_else_are_refused() {
    let place = place("refused");
    for region in ["", "--profile", "cn hangzhou", "$(id)"] {
        assert_eq!(collect(&place, &[region], "nothing fails").status.code(), Some(2), "{region}");
    }
    assert_eq!(collect(&place, &[], "nothing fails").status.code(), Some(2));
    std::fs::create_dir_all(place.join("inventory")).unwrap();
    std::fs::write(place.join("inventory/precious"), "text").unwrap();
    assert_eq!(collect(&place, &["cn-hangzhou"], "nothing fails").status.code(), Some(2));
    assert!(place.join("inventory/precious").exists());
}
