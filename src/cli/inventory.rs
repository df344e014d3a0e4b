//! Inventory files.

use std::io::Write;

use ramspect::diagnostic::nearest;
use ramspect::inventory::{Inventory, InventoryBuilder, Kind};

use super::failure::{Failure, Outcome};
use super::files;
use super::options::InventoryArgs;
use super::terminal::Terminal;

/// Reads every inventory file that the flags name.
pub(crate) fn load(args: &InventoryArgs, terminal: &mut Terminal) -> Outcome<Inventory> {
    let mut builder = InventoryBuilder::default();
    for word in &args.assume_complete {
        let kind = Kind::named(word).ok_or_else(|| unknown_kind(word))?;
        builder.assume_complete(kind);
    }
    for path in &args.inventory {
        let inputs = files::read_all(path)?;
        let folder = inputs.is_empty() || inputs.iter().any(|input| input.found);
        let (mut taken, mut skipped) = (0, 0);
        for input in inputs {
            let name = input.source.name();
            match builder.add(name, input.source.text()) {
                Ok(kinds) if !kinds.is_empty() => taken += 1,
                Ok(_) if input.found => skipped += 1,
                Ok(_) => {
                    let help = "inventory is what `aliyun ecs DescribeInstances`, `DescribeSecurityGroups`, `DescribeNetworkInterfaces`, `DescribeSecurityGroupAttribute`, `DescribeInstanceTypes` or `aliyun sts GetCallerIdentity` prints, or a manifest";
                    return Err(Failure::new(format!("`{name}` is no inventory")).with_help(help));
                }
                Err(error) => return Err(Failure::new(error.to_string())),
            }
        }
        if folder && taken == 0 {
            return Err(Failure::new(format!("no inventory was found in `{path}` ({skipped} other `*.json` files)")));
        }
        if skipped > 0 {
            let files = if skipped == 1 { "file that is" } else { "files that are" };
            let _ = writeln!(terminal.err, "skipped {skipped} {files} no inventory in `{path}`");
        }
    }
    let inventory = builder.finish();
    for warning in inventory.warnings() {
        let _ = writeln!(terminal.err, "warning: {warning}");
    }
    if let Some(warning) = now().and_then(|now| inventory.age_warning(now)) {
        let _ = writeln!(terminal.err, "warning: {warning}");
    }
    Ok(inventory)
}

fn now() -> Option<jiff::Timestamp> {
    jiff::Timestamp::try_from(std::time::SystemTime::now()).ok()
}

fn unknown_kind(word: &str) -> Failure {
    let failure = Failure::new(format!("unknown kind `{word}`"));
    match nearest(word, Kind::ALL.iter().map(|kind| kind.word())) {
        Some(suggestion) => failure.with_help(format!("did you mean `{suggestion}`?")),
        None => failure.with_help("the kinds are `instance`, `securitygroup` and `eni`"),
    }
}
