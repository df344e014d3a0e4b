//! `ramspect man`: the manual page, one page for the whole tool or a folder with a page a command.

use std::io::Write;
use std::path::Path;

use clap::Args;
use clap_mangen::Man;

use super::failure::{Failure, Outcome};
use super::files::{describe, write_atomically};
use super::status::Status;
use super::terminal::Terminal;

/// Prints the manual page, in the format of man(1)
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  ramspect man | man -l -
  ramspect man --out ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Writes one page a command into this folder
    ///
    /// The folder is made where it is missing; the pages are `ramspect.1`, `ramspect-predict.1` and so on.
    #[arg(long, value_name = "DIR")]
    out: Option<String>,
}

pub(crate) fn run(args: &ManArgs, definitions: clap::Command, terminal: &mut Terminal) -> Outcome<Status> {
    let mut definitions = definitions.disable_help_subcommand(true);
    definitions.build();
    let Some(folder) = &args.out else {
        // A write error is reported when the answer is flushed.
        let _ = terminal.out.write_all(&whole(&definitions));
        return Ok(Status::Yes);
    };
    let unwritable = |place: &Path, error: &std::io::Error| {
        Failure::new(format!("`{}` cannot be written: {}", place.display(), describe(error)))
    };
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    for (name, page) in pages(&definitions) {
        let file = folder.join(format!("{name}.1"));
        write_atomically(&file, &page).map_err(|error| unwritable(&file, &error))?;
    }
    Ok(Status::Yes)
}

/// One page: the tool, then a section a command.
fn whole(definitions: &clap::Command) -> Vec<u8> {
    let mut page = render(definitions, |man, page| {
        man.render_title(page)?;
        man.render_name_section(page)?;
        man.render_synopsis_section(page)?;
        man.render_description_section(page)?;
        man.render_options_section(page)
    });
    for command in visible(definitions) {
        let title = format!(".SH \"RAMSPECT {}\"\n", command.get_name().to_uppercase());
        page.extend_from_slice(title.as_bytes());
        let section = render(command, |man, page| {
            man.render_synopsis_section(page)?;
            man.render_description_section(page)?;
            man.render_options_section(page)
        });
        // Inside the section of a command its own sections are subsections.
        let section = format!("{}{}", String::from_utf8_lossy(&section), ending(command));
        page.extend_from_slice(section.replace(".SH ", ".SS ").as_bytes());
    }
    page.extend_from_slice(ending(definitions).as_bytes());
    page.extend(render(definitions, |man, page| man.render_version_section(page)));
    page
}

/// A page for the tool and one for each command, under their names.
fn pages(definitions: &clap::Command) -> Vec<(String, String)> {
    let full = |command: &clap::Command| {
        let page = render(command, |man, page| {
            man.render_title(page)?;
            man.render_name_section(page)?;
            man.render_synopsis_section(page)?;
            man.render_description_section(page)?;
            man.render_options_section(page)
        });
        let commands = if command.has_subcommands() {
            render(command, |man, page| man.render_subcommands_section(page))
        } else {
            Vec::new()
        };
        format!("{}{}{}", String::from_utf8_lossy(&page), String::from_utf8_lossy(&commands), ending(command))
    };
    let tool = (definitions.get_name().to_owned(), full(definitions));
    let commands = visible(definitions).map(|command| {
        let name = format!("{}-{}", definitions.get_name(), command.get_name());
        let page = full(&command.clone().display_name(name.clone()));
        (name, page)
    });
    std::iter::once(tool).chain(commands).collect()
}

/// The end of the long help, examples and exit statuses, with its line breaks: a title stands at the margin and ends in a
/// colon.
fn ending(command: &clap::Command) -> String {
    let Some(help) = command.get_after_long_help() else { return String::new() };
    let mut lines: Vec<String> = Vec::new();
    for line in help.to_string().lines() {
        match line.strip_suffix(':').filter(|title| !title.starts_with(' ')) {
            Some(title) => {
                lines.extend((!lines.is_empty()).then(|| ".fi".to_owned()));
                lines.push(format!(".SH \"{}\"\n.nf", title.to_uppercase()));
            }
            // A backslash, and a dot at the begin of a line, mean something to roff.
            None => {
                let line = line.strip_prefix("  ").unwrap_or(line).replace('\\', "\\e").replace('-', "\\-");
                lines.push(format!("\\&{line}"));
            }
        }
    }
    lines.join("\n") + "\n.fi\n"
}

fn visible(definitions: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    definitions.get_subcommands().filter(|command| !command.is_hide_set())
}

fn render(command: &clap::Command, sections: impl Fn(&Man, &mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut page = Vec::new();
    // Writing into memory cannot fail.
    let _ = sections(&Man::new(command.clone()).manual("ramspect"), &mut page);
    page
}
