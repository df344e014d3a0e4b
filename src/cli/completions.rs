//! `ramspect completions`: what a shell needs to complete commands and flags.

use std::io::Write;

use clap::Args;
use clap_complete::{Shell, generate};

use super::failure::Outcome;
use super::status::Status;
use super::terminal::Terminal;

/// Prints the completions for a shell
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  ramspect completions bash > ~/.local/share/bash-completion/completions/ramspect
  ramspect completions zsh > \"${fpath[1]}/_ramspect\"
  ramspect completions fish > ~/.config/fish/completions/ramspect.fish")]
pub(crate) struct CompletionsArgs {
    /// `bash`, `elvish`, `fish`, `powershell` or `zsh`
    #[arg(value_name = "SHELL", value_enum, hide_possible_values = true)]
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs, mut definitions: clap::Command, terminal: &mut Terminal) -> Outcome<Status> {
    let mut script = Vec::new();
    generate(args.shell, &mut definitions, "ramspect", &mut script);
    // A write error is reported when the answer is flushed.
    let _ = terminal.out.write_all(&script);
    Ok(Status::Yes)
}
