//! The project around the files: its `ramspect.toml`, paths relative to it, and which files of a folder are looked at.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use ramspect::lint::{Config, ConfigError};

use super::failure::{Failure, Outcome};
use super::files;
use super::status::Status;
use super::terminal::Terminal;

/// Folders that hold what others wrote or tools made.
const PASSED: &[&str] = &["node_modules", "target"];

/// The configuration of a run and its folder.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) config: Config,
    /// The configuration file, where there is one.
    pub(crate) config_path: Option<String>,
    folder: PathBuf,
    /// The current folder, asked once.
    here: PathBuf,
}

impl Project {
    /// Reads the configuration that is named, else the nearest one from the first path up.
    pub(crate) fn new(named: Option<&str>, paths: &[String]) -> Outcome<Self> {
        let here = std::env::current_dir().unwrap_or_default();
        let path = match named {
            Some(path) => Some(PathBuf::from(path)),
            None => nearest_config(&here, paths.first().map_or(".", String::as_str)),
        };
        let (config, folder) = match &path {
            None => (Config::default(), absolute(&here, Path::new("."))),
            Some(path) => {
                let shown = path.to_string_lossy();
                let source = files::read(&shown)?;
                let config = Config::parse(source.text()).map_err(|error| explain(&shown, error))?;
                (config, absolute(&here, path).parent().map_or_else(PathBuf::new, Path::to_path_buf))
            }
        };
        Ok(Self { config, config_path: path.map(|path| path.to_string_lossy().into_owned()), folder, here })
    }

    /// A path as the configuration writes it: relative to its folder, with `/`.
    pub(crate) fn relative(&self, path: &Path) -> String {
        let path = absolute(&self.here, path);
        let path = path.strip_prefix(&self.folder).unwrap_or(&path);
        path.to_string_lossy().replace('\\', "/")
    }

    /// The files below a folder with one of the endings, in the order of the path bytes; a folder that cannot be read is
    /// reported, and the rest searched.
    pub(crate) fn walk(
        &self,
        folder: &Path,
        endings: &[&str],
        terminal: &mut Terminal,
        status: &mut Status,
    ) -> Vec<PathBuf> {
        let (mut found, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) => {
                    let why = files::describe(&error);
                    let _ = writeln!(terminal.err, "error: `{}` cannot be read: {why}", folder.display());
                    *status = (*status).max(Status::Bad);
                    continue;
                }
            };
            for entry in entries.flatten() {
                let path = entry.path();
                let Ok(kind) = entry.file_type() else { continue };
                // A link to a folder is not followed: it could lead back up.
                if kind.is_dir() {
                    let name = entry.file_name();
                    let name = name.to_string_lossy();
                    if !name.starts_with('.')
                        && !PASSED.contains(&&*name)
                        && !self.config.excludes(&self.relative(&path))
                    {
                        folders.push(path);
                    }
                } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known))
                    && (kind.is_file() || path.is_file())
                {
                    found.push(path);
                }
            }
        }
        found.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
        found
    }
}

/// A path as it is shown to the user and read again.
pub(crate) fn shown(file: &Path) -> String {
    let text = file.to_string_lossy();
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

fn explain(path: &str, error: ConfigError) -> Failure {
    let failure = Failure::new(format!("`{path}`: {}", error.message));
    match error.help {
        Some(help) => failure.with_help(help),
        None => failure,
    }
}

fn absolute(here: &Path, path: &Path) -> PathBuf {
    // `a/./b` is `a/b`; a link stays as the user named it.
    here.join(path).components().collect()
}

fn nearest_config(here: &Path, path: &str) -> Option<PathBuf> {
    let start = absolute(here, Path::new(if path == "-" { "." } else { path }));
    start.ancestors().map(|folder| folder.join("ramspect.toml")).find(|file| file.is_file())
}
