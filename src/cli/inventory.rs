//! Inventory files.

use std::io::Write;

use ramspect::diagnostic::nearest;
use ramspect::inventory::{Inventory, InventoryBuilder, Kind};

use super::failure::{Failure, Outcome};
use super::files;
use super::options::InventoryArgs;
use super::terminal::Terminal;

const HELP: &str = "inventory is what `aliyun ecs` prints for DescribeInstances, DescribeSecurityGroups, DescribeNetworkInterfaces, DescribeSecurityGroupAttribute and DescribeInstanceTypes, and `aliyun sts GetCallerIdentity`";

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
                    return Err(Failure::new(format!("`{name}` is no inventory")).with_help(HELP));
                }
                Err(error) => {
                    let failure = Failure::new(error.to_string());
                    return Err(match error.help() {
                        Some(help) => failure.with_help(help),
                        None => failure,
                    });
                }
            }
        }
        if folder && taken == 0 {
            let message = match skipped {
                0 => format!("`{path}` holds no `*.json` file"),
                1 => format!("`{path}` holds no inventory, only 1 other `*.json` file"),
                _ => format!("`{path}` holds no inventory, only {skipped} other `*.json` files"),
            };
            return Err(Failure::new(message).with_help(HELP));
        }
        if skipped > 0 {
            let files = if skipped == 1 { "file that is" } else { "files that are" };
            let _ = writeln!(terminal.err, "skipped {skipped} {files} no inventory in `{path}`");
        }
    }
    let inventory = builder.finish();
    for warning in inventory.warnings() {
        terminal.warn(&warning.to_string());
    }
    if let Some(warning) = now().and_then(|now| inventory.age_warning(now)) {
        terminal.warn(&warning.to_string());
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
