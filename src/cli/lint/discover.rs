//! Which files are looked at: those named, and those in folders that may hold policies.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ramspect::text::Source;

use super::super::failure::Outcome;
use super::super::files;
use super::super::project::shown;
use super::super::status::Status;
use super::super::terminal::Terminal;
use super::args::LintArgs;
use super::plan::Plan;

/// A file to be looked at.
#[derive(Debug)]
pub(super) struct Selected {
    pub(super) source: Source,
    /// Named on the command line: meant to hold a policy.
    pub(super) named: bool,
    /// The path for the configuration.
    pub(super) relative: String,
    /// The other Terraform files of the folder.
    pub(super) siblings: Vec<(String, String)>,
}

const ENDINGS: &[&str] = &["json", "tf", "tofu", "yml", "yaml", "template"];

/// Reads every file that is to be looked at, in the order of the path bytes within each folder.
pub(super) fn select(
    args: &LintArgs,
    plan: &Plan,
    terminal: &mut Terminal,
    status: &mut Status,
) -> Outcome<Vec<Selected>> {
    let mut selected: Vec<Selected> = Vec::new();
    let project = &plan.project;
    let mut seen = BTreeSet::new();
    for path in &args.paths {
        let named = path == "-" || !Path::new(path).is_dir();
        let found =
            if named { vec![PathBuf::from(path)] } else { project.walk(Path::new(path), ENDINGS, terminal, status) };
        for file in found {
            let relative = project.relative(&file);
            if !seen.insert(relative.clone()) || (!named && !project.config.selects(&relative)) {
                continue;
            }
            let shown = shown(&file);
            match files::read(&shown) {
                Ok(source) => selected.push(Selected {
                    source,
                    named: named && !args.allow_empty,
                    relative,
                    siblings: Vec::new(),
                }),
                Err(failure) if named => return Err(failure),
                Err(failure) => {
                    terminal.report(&failure);
                    *status = (*status).max(Status::Bad);
                }
            }
        }
    }
    add_siblings(&mut selected);
    Ok(selected)
}

fn is_terraform(name: &str) -> bool {
    [".tf", ".tofu"].iter().any(|ending| name.ends_with(ending))
}

/// Gives every Terraform file the other ones of its folder, which may hold its local values.
fn add_siblings(selected: &mut [Selected]) {
    let mut folders: BTreeMap<PathBuf, Vec<(String, String)>> = BTreeMap::new();
    for file in selected.iter_mut().filter(|file| is_terraform(file.source.name())) {
        let path = Path::new(file.source.name());
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        let all = folders.entry(folder).or_insert_with_key(|folder| read_terraform(folder));
        let own = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        file.siblings = all.iter().filter(|(name, _)| *name != own).cloned().collect();
    }
}

fn read_terraform(folder: &Path) -> Vec<(String, String)> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<(String, String)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let wanted = is_terraform(&name) && entry.path().is_file();
            Some((name, fs::read_to_string(entry.path()).ok().filter(|_| wanted)?))
        })
        .collect();
    found.sort();
    found
}
