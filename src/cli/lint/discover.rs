//! Which files are looked at: those named, and those in folders that may hold policies.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ramspect::text::Source;

use super::super::failure::Outcome;
use super::super::files::Reader;
use super::super::project::shown;
use super::super::status::Status;
use super::super::terminal::Terminal;
use super::args::LintArgs;
use super::plan::Plan;

/// A file to be looked at.
#[derive(Debug)]
pub(super) struct Selected {
    /// As it is shown, and read; `-` is standard input.
    pub(super) path: String,
    /// Its text, where it was read already.
    pub(super) source: Option<Source>,
    /// Named on the command line.
    pub(super) named: bool,
    /// Meant to hold a policy.
    pub(super) meant: bool,
    /// The path for the configuration.
    pub(super) relative: String,
    /// The Terraform files of the folder, itself included.
    folder: Option<Arc<[(String, String)]>>,
}

const ENDINGS: &[&str] = &["json", "tf", "tofu", "yml", "yaml", "template"];

/// Every file that is to be looked at, in the order of the path bytes within each folder.
pub(super) fn select(args: &LintArgs, plan: &Plan, terminal: &mut Terminal, status: &mut Status) -> Vec<Selected> {
    let mut selected: Vec<Selected> = Vec::new();
    let project = &plan.project;
    let mut seen = BTreeSet::new();
    for path in &args.paths {
        let named = path == "-" || !Path::new(path).is_dir();
        let found =
            if named { vec![PathBuf::from(path)] } else { project.walk(Path::new(path), ENDINGS, terminal, status) };
        for file in found {
            let relative = project.relative(&file);
            // A walk meets no file twice.
            let again = args.paths.len() > 1 && !seen.insert(relative.clone());
            if again || (!named && !project.config.selects(&relative)) {
                continue;
            }
            let meant = named && !args.allow_empty;
            selected.push(Selected { path: shown(&file), source: None, named, meant, relative, folder: None });
        }
    }
    add_siblings(&mut selected);
    selected
}

/// Reads every file beforehand. One that was named has to be readable; any other is reported and left out.
pub(super) fn read_all(selected: &mut Vec<Selected>, terminal: &mut Terminal, status: &mut Status) -> Outcome<()> {
    let mut reader = Reader::new();
    for file in std::mem::take(selected) {
        match reader.read(&file.path) {
            Ok(source) => selected.push(Selected { source: Some(source), ..file }),
            Err(failure) if file.named => return Err(failure),
            Err(failure) => {
                terminal.report(&failure);
                *status = (*status).max(Status::Bad);
            }
        }
    }
    Ok(())
}

impl Selected {
    /// The text of the file.
    pub(super) fn read(&self, reader: &mut Reader) -> Outcome<Source> {
        match &self.source {
            Some(source) => Ok(source.clone()),
            None => reader.read(&self.path),
        }
    }

    /// The other Terraform files of the folder.
    pub(super) fn siblings(&self) -> Vec<(String, String)> {
        let Some(all) = &self.folder else { return Vec::new() };
        let own = Path::new(&self.path).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        all.iter().filter(|(name, _)| *name != own).cloned().collect()
    }
}

fn is_terraform(name: &str) -> bool {
    [".tf", ".tofu"].iter().any(|ending| name.ends_with(ending))
}

/// Gives every Terraform file those of its folder, which may hold its local values.
fn add_siblings(selected: &mut [Selected]) {
    let mut folders: BTreeMap<PathBuf, Arc<[(String, String)]>> = BTreeMap::new();
    for file in selected.iter_mut().filter(|file| is_terraform(&file.path)) {
        let folder = Path::new(&file.path).parent().map_or_else(PathBuf::new, Path::to_path_buf);
        file.folder =
            Some(Arc::clone(folders.entry(folder).or_insert_with_key(|folder| read_terraform(folder).into())));
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
