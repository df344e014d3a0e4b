//! Reading what the user names: files, folders, standard input.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use ramspect::text::Source;

use super::failure::{Failure, Outcome};

/// A file that the user named, or one found in a folder that the user named.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) source: Source,
    /// Found in a folder: it may be something else, and is then skipped.
    pub(crate) found: bool,
}

/// Reads one file, or standard input for `-`.
pub(crate) fn read(path: &str) -> Outcome<Source> {
    let bytes = if path == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    source(path, bytes)
}

fn source(path: &str, bytes: std::io::Result<Vec<u8>>) -> Outcome<Source> {
    let bytes = bytes.map_err(|error| unreadable(path, &error))?;
    Source::from_bytes(path, bytes)
        .map_err(|error| Failure::new(format!("`{path}` cannot be read: {error}")).with_help(error.help()))
}

/// Reads many files with one buffer and few calls of the system: the size of a small file is not asked for beforehand.
#[derive(Debug)]
pub(crate) struct Reader {
    buffer: Box<[u8]>,
}

impl Reader {
    pub(crate) fn new() -> Self {
        Self { buffer: vec![0; 1 << 16].into() }
    }

    /// Reads one file, as [`read`] does.
    pub(crate) fn read(&mut self, path: &str) -> Outcome<Source> {
        if path == "-" { read(path) } else { source(path, self.bytes(path)) }
    }

    fn bytes(&mut self, path: &str) -> std::io::Result<Vec<u8>> {
        let mut file = fs::File::open(path)?;
        let mut filled = 0;
        loop {
            match file.read(self.buffer.get_mut(filled..).unwrap_or_default()) {
                // Full, or at the end: a larger file is read on by the size that it tells.
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let mut bytes = self.buffer.get(..filled).unwrap_or_default().to_vec();
        if filled == self.buffer.len() {
            file.read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }
}

/// Reads a text of any kind, such as a log: a byte that is no UTF-8 counts as `?`, so that places stay.
pub(crate) fn read_pasted(path: &str) -> Outcome<Source> {
    let bytes = if path == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    let mut bytes = bytes.map_err(|error| unreadable(path, &error))?;
    let mut from = 0;
    while let Some(error) = bytes.get(from..).and_then(|rest| std::str::from_utf8(rest).err()) {
        let start = from + error.valid_up_to();
        let end = error.error_len().map_or(bytes.len(), |length| start + length);
        bytes.get_mut(start..end).unwrap_or_default().fill(b'?');
        from = end;
    }
    let name = if path == "-" { "pasted text" } else { path };
    Source::from_bytes(name, bytes)
        .map_err(|error| Failure::new(format!("`{path}` cannot be read: {error}")).with_help(error.help()))
}

/// Reads a file that another file names; tells why not.
pub(crate) fn read_source(path: &str) -> Result<Source, String> {
    let bytes = fs::read(path).map_err(|error| describe(&error))?;
    Source::from_bytes(path, bytes).map_err(|error| error.to_string())
}

pub(crate) fn unreadable(path: &str, error: &std::io::Error) -> Failure {
    let failure = Failure::new(format!("`{path}` cannot be read: {}", describe(error)));
    match error.kind() {
        std::io::ErrorKind::NotFound => failure.with_help("check the path; relative paths begin at the current folder"),
        std::io::ErrorKind::PermissionDenied => failure.with_help("check the permissions of the file"),
        std::io::ErrorKind::IsADirectory => failure.with_help("name a file in it"),
        _ => failure,
    }
}

/// The error in the words of the system, lower case, without its number.
pub(crate) fn describe(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Reads a file, standard input, or every `*.json` below a folder in the order of the path bytes.
pub(crate) fn read_all(path: &str) -> Outcome<Vec<Input>> {
    if path == "-" || !Path::new(path).is_dir() {
        return Ok(vec![Input { source: read(path)?, found: false }]);
    }
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from(path)];
    while let Some(folder) = folders.pop() {
        let shown = folder.to_string_lossy().into_owned();
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&shown, &error))? {
            let entry = entry.map_err(|error| unreadable(&shown, &error))?;
            let kind = entry.file_type().map_err(|error| unreadable(&shown, &error))?;
            let file = entry.path();
            // A link to a folder is not followed: it could lead back up.
            if kind.is_dir() {
                folders.push(file);
            } else if file.extension().is_some_and(|ending| ending == "json") && file.is_file() {
                files.push(file);
            }
        }
    }
    files.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
    files.iter().map(|file| Ok(Input { source: read(&file.to_string_lossy())?, found: true })).collect()
}

/// Writes a file in one step: a reader sees the old text or the new one, never half of it.
pub(crate) fn write_atomically(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let temporary = folder.join(format!(".{name}.ramspect-{}", std::process::id()));
    let written = fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        if let Ok(kept) = fs::metadata(path) {
            file.set_permissions(kept.permissions())?;
        }
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&temporary, path)).inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })
}
