//! `ramspect import`: what the aliyun CLI printed about an account, as an account file.

use std::io::Write;
use std::path::Path;

use clap::Args;

use ramspect::account::import::{ImportError, Importer};

use super::failure::{Failure, Outcome};
use super::files::{self, describe, write_atomically};
use super::status::Status;
use super::terminal::Terminal;

/// Turns saved output of `aliyun ram` and `aliyun resourcemanager` into an account file
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Files and folders with that output; `examples/collect.sh` writes such a folder
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    /// Where to write the account file; without it, to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    /// The account's number, where no output tells it
    #[arg(long, value_name = "ID")]
    account_id: Option<String>,
}

/// What can be imported.
const TAKEN: &str = "import takes what `aliyun ram List..`, `aliyun ram Get..` and `aliyun resourcemanager List..` print; `examples/collect.sh` collects it";

pub(crate) fn run(args: &ImportArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let mut importer = Importer::default();
    if let Some(id) = &args.account_id {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Failure::new(format!("`--account-id {id}`: an account's number has digits only")));
        }
        importer.account(id).map_err(|error| explain(&error))?;
    }
    for path in &args.paths {
        let inputs = files::read_all(path)?;
        let folder = inputs.is_empty() || inputs.iter().any(|input| input.found);
        let (mut taken, mut skipped) = (0, 0);
        for input in inputs {
            let name = input.source.name();
            let kinds = importer.add(name, input.source.text()).map_err(|error| explain(&error))?;
            if !kinds.is_empty() {
                taken += 1;
            } else if input.found {
                skipped += 1;
            } else {
                return Err(Failure::new(format!("`{name}` tells nothing about an account")).with_help(TAKEN));
            }
        }
        if folder && taken == 0 {
            let message = format!("nothing about an account was found in `{path}` ({skipped} other `*.json` files)");
            return Err(Failure::new(message).with_help(TAKEN));
        }
        if skipped > 0 {
            let files = if skipped == 1 { "file that tells" } else { "files that tell" };
            let _ = writeln!(terminal.err, "skipped {skipped} {files} nothing about an account in `{path}`");
        }
    }
    let imported = importer.finish().map_err(|error| explain(&error))?;
    match &args.out {
        Some(file) => write_atomically(Path::new(file), &imported.text)
            .map_err(|error| Failure::new(format!("`{file}` cannot be written: {}", describe(&error))))?,
        None => {
            let _ = terminal.out.write_all(imported.text.as_bytes());
        }
    }
    for missing in &imported.missing {
        let _ = writeln!(terminal.err, "missing: {missing}");
    }
    Ok(Status::Yes)
}

fn explain(error: &ImportError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error {
        ImportError::NoAccount => {
            failure.with_help("save the output of `aliyun sts GetCallerIdentity`, or give `--account-id ID`")
        }
        ImportError::Accounts { .. } => failure.with_help("import one account at a time"),
        ImportError::TwoPolicies(_) => failure.with_help("take the output for one of them away"),
        ImportError::NotJson { .. } => failure.with_help("save the output of the aliyun CLI as it is"),
        ImportError::Nameless { .. } | ImportError::Shape { .. } => failure,
    }
}
