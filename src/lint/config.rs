//! `ramspect.toml`: levels, settings for some files, suppressions; unknown keys are errors with a suggestion.
//!
//! ```toml
//! include = ["policies/**"]
//! exclude = ["**/vendor/**"]
//!
//! [rules]
//! undocumented-sid = "off"
//! service-wildcard = "error"
//!
//! [[files]]
//! paths = ["bootstrap/*.json"]
//! kind = "control"
//! rules = { administrator = "off" }
//!
//! [[suppress]]
//! rule = "administrator"
//! path = "admin.json"
//! sid = "BreakGlass"
//! reason = "the break-glass role, reviewed every quarter"
//! until = 2027-01-31
//! ```

use globset::{Glob, GlobMatcher, GlobSet, GlobSetBuilder};
use toml::{Table, Value};

use super::suppress::{Entry, is_date};
use super::{find, suggestion};
use crate::diagnostic::{Severity, nearest};
use crate::policy::PolicyKind;

/// How a rule is to be reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Not at all.
    Off,
    /// With this severity.
    At(Severity),
}

impl Level {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "off" => Self::Off,
            "info" => Self::At(Severity::Info),
            "warning" => Self::At(Severity::Warning),
            "error" => Self::At(Severity::Error),
            _ => return None,
        })
    }
}

/// A mistake in the configuration, in one sentence, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

fn wrong(message: impl Into<String>) -> ConfigError {
    ConfigError { message: message.into(), help: None }
}

/// A `[[suppress]]` entry.
#[derive(Debug, Clone)]
pub struct Suppression {
    /// What it suppresses in a file.
    pub entry: Entry,
    /// Why.
    pub reason: String,
    /// The files, as written.
    pub path: Option<String>,
    matcher: Option<GlobMatcher>,
}

impl Suppression {
    /// Whether the entry is about a file.
    pub fn reaches(&self, path: &str) -> bool {
        self.matcher.as_ref().is_none_or(|matcher| matcher.is_match(path))
    }
}

#[derive(Debug, Clone)]
struct Files {
    paths: GlobSet,
    kind: Option<PolicyKind>,
    rules: Vec<(String, Level)>,
}

/// The configuration of a project. Paths are relative to its folder.
#[derive(Debug, Clone, Default)]
pub struct Config {
    include: Option<GlobSet>,
    exclude: Option<GlobSet>,
    rules: Vec<(String, Level)>,
    files: Vec<Files>,
    /// The suppressions, in order.
    pub suppressions: Vec<Suppression>,
}

impl Config {
    /// Reads the text of a configuration file.
    ///
    /// # Errors
    /// When it is no TOML, has an unknown key or rule, or a value of another form.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| wrong(error.to_string().trim().to_owned()))?;
        known(&table, &["include", "exclude", "rules", "files", "suppress"], "the configuration")?;
        let mut config = Self {
            include: globs(&table, "include")?,
            exclude: globs(&table, "exclude")?,
            rules: levels(table.get("rules"))?,
            ..Self::default()
        };
        for entry in tables(&table, "files")? {
            known(entry, &["paths", "kind", "rules"], "`[[files]]`")?;
            let paths = globs(entry, "paths")?.ok_or_else(|| wrong("`[[files]]` has no `paths`"))?;
            let kind = text_of(entry, "kind")?.map(|word| kind(&word)).transpose()?;
            config.files.push(Files { paths, kind, rules: levels(entry.get("rules"))? });
        }
        for entry in tables(&table, "suppress")? {
            config.suppressions.push(suppression(entry)?);
        }
        Ok(config)
    }

    /// Whether a file is to be looked at.
    pub fn selects(&self, path: &str) -> bool {
        self.include.as_ref().is_none_or(|globs| globs.is_match(path)) && !self.excludes(path)
    }

    /// Whether a file or folder is excluded.
    pub fn excludes(&self, path: &str) -> bool {
        self.exclude.as_ref().is_some_and(|globs| globs.is_match(path))
    }

    /// The level of a rule in a file, where one is set; the last entry that fits wins.
    pub fn level(&self, path: &str, code: &str) -> Option<Level> {
        let here = self.files.iter().filter(|files| files.paths.is_match(path)).flat_map(|files| &files.rules);
        let mut set = self.rules.iter().chain(here).filter(|(rule, _)| rule == code);
        set.next_back().map(|(_, level)| *level)
    }

    /// Whether a level is set for a rule anywhere.
    pub fn mentions(&self, code: &str) -> bool {
        self.rules.iter().chain(self.files.iter().flat_map(|files| &files.rules)).any(|(rule, _)| rule == code)
    }

    /// The kind of the policies in a file, where one is set.
    pub fn kind(&self, path: &str) -> Option<PolicyKind> {
        self.files.iter().rev().filter(|files| files.paths.is_match(path)).find_map(|files| files.kind)
    }
}

fn known(table: &Table, names: &[&str], place: &str) -> Result<(), ConfigError> {
    match table.keys().find(|key| !names.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(ConfigError {
            message: format!("{place} has no key `{key}`"),
            help: Some(match nearest(key, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the keys are {}", names.join(", ")),
            }),
        }),
    }
}

fn tables<'t>(table: &'t Table, key: &str) -> Result<Vec<&'t Table>, ConfigError> {
    match table.get(key) {
        None => Ok(Vec::new()),
        Some(Value::Array(list)) => list
            .iter()
            .map(|value| value.as_table().ok_or_else(|| wrong(format!("an entry of `{key}` is no table"))))
            .collect(),
        Some(_) => Err(ConfigError {
            message: format!("`{key}` is no list of tables"),
            help: Some(format!("write `[[{key}]]`")),
        }),
    }
}

fn text_of(table: &Table, key: &str) -> Result<Option<String>, ConfigError> {
    match table.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Datetime(date)) => Ok(Some(date.to_string())),
        Some(_) => Err(wrong(format!("`{key}` is no string"))),
    }
}

fn globs(table: &Table, key: &str) -> Result<Option<GlobSet>, ConfigError> {
    let Some(value) = table.get(key) else { return Ok(None) };
    let list = match value {
        Value::String(_) => vec![value.clone()],
        Value::Array(list) => list.clone(),
        _ => return Err(wrong(format!("`{key}` is no list of paths"))),
    };
    let mut set = GlobSetBuilder::new();
    for entry in list {
        let text = entry.as_str().ok_or_else(|| wrong(format!("an entry of `{key}` is no string")))?;
        set.add(Glob::new(text).map_err(|error| wrong(format!("`{text}` is no file pattern: {}", error.kind())))?);
        // A folder stands for what is in it.
        let below = format!("{}/**", text.trim_end_matches('/'));
        set.add(Glob::new(&below).map_err(|error| wrong(format!("`{text}` is no file pattern: {}", error.kind())))?);
    }
    set.build().map(Some).map_err(|error| wrong(error.to_string()))
}

fn levels(value: Option<&Value>) -> Result<Vec<(String, Level)>, ConfigError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let table = value.as_table().ok_or_else(|| wrong("`rules` is no table"))?;
    let mut levels = Vec::new();
    for (code, value) in table {
        let rule = rule(code)?;
        let level = value.as_str().and_then(Level::parse).ok_or_else(|| ConfigError {
            message: format!("the level of `{code}` is none of `off`, `info`, `warning`, `error`"),
            help: value
                .as_str()
                .and_then(|text| nearest(text, ["off", "info", "warning", "error"]))
                .map(|near| format!("did you mean `{near}`?")),
        })?;
        if !rule && level != Level::At(Severity::Error) {
            return Err(ConfigError {
                message: format!("`{code}` cannot be lowered"),
                help: Some("RAM refuses such a document; repair it, or exclude the file".to_owned()),
            });
        }
        levels.push((code.clone(), level));
    }
    Ok(levels)
}

/// Whether a rule can be suppressed.
fn rule(code: &str) -> Result<bool, ConfigError> {
    find(code).map(|rule| rule.meta().suppressible).ok_or_else(|| ConfigError {
        message: format!("no rule is called `{code}`"),
        help: Some(
            suggestion(code).map_or("`ramspect rules` lists them".to_owned(), |near| format!("did you mean `{near}`?")),
        ),
    })
}

fn kind(word: &str) -> Result<PolicyKind, ConfigError> {
    let kinds = [PolicyKind::Identity, PolicyKind::Trust, PolicyKind::Control, PolicyKind::Session, PolicyKind::Bucket];
    kinds.into_iter().find(|kind| kind.as_str() == word).ok_or_else(|| ConfigError {
        message: format!("`{word}` is no kind of policy"),
        help: nearest(word, kinds.map(PolicyKind::as_str)).map(|near| format!("did you mean `{near}`?")),
    })
}

fn suppression(table: &Table) -> Result<Suppression, ConfigError> {
    known(table, &["rule", "path", "sid", "statement", "reason", "until"], "`[[suppress]]`")?;
    let code = text_of(table, "rule")?.ok_or_else(|| wrong("`[[suppress]]` has no `rule`"))?;
    if !rule(&code)? {
        return Err(ConfigError {
            message: format!("`{code}` cannot be suppressed"),
            help: Some("RAM refuses such a document; repair it, or exclude the file".to_owned()),
        });
    }
    let reason = text_of(table, "reason")?.filter(|reason| !reason.trim().is_empty());
    let reason = reason.ok_or_else(|| wrong(format!("the suppression of `{code}` has no `reason`")))?;
    let path = text_of(table, "path")?;
    let matcher = path.as_deref().map(|text| {
        Glob::new(text)
            .map(|glob| glob.compile_matcher())
            .map_err(|error| wrong(format!("`{text}` is no file pattern: {}", error.kind())))
    });
    let statement = match table.get("statement") {
        None => None,
        Some(value) => {
            let number = value.as_integer().and_then(|number| usize::try_from(number).ok());
            Some(number.ok_or_else(|| wrong("`statement` is no number of a statement, counted from 0"))?)
        }
    };
    let until = text_of(table, "until")?;
    if let Some(bad) = until.as_deref().filter(|until| !is_date(until)) {
        return Err(wrong(format!("`{bad}` is no date of the form `2027-01-31`")));
    }
    let entry = Entry { code, sid: text_of(table, "sid")?, statement, until };
    Ok(Suppression { entry, reason, path, matcher: matcher.transpose()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_files_and_suppressions_are_read() {
        let config = Config::parse(
            "exclude = [\"vendor\"]\n[rules]\nadministrator = \"error\"\n[[files]]\npaths = [\"a/*.json\"]\nkind = \"trust\"\nrules = { administrator = \"off\" }\n[[suppress]]\nrule = \"administrator\"\nreason = \"r\"\nuntil = 2027-01-31\n",
        )
        .unwrap();
        assert_eq!(config.level("b.json", "administrator"), Some(Level::At(Severity::Error)));
        assert_eq!(config.level("a/b.json", "administrator"), Some(Level::Off));
        assert_eq!(config.kind("a/b.json"), Some(PolicyKind::Trust));
        assert!(config.selects("x.json") && !config.selects("vendor/x.json"));
        assert_eq!(config.suppressions[0].entry.until.as_deref(), Some("2027-01-31"));
    }

    #[test]
    fn mistakes_are_errors_with_a_suggestion() {
        for (text, message) in [
            ("exlude = []", "did you mean `exclude`?"),
            ("[rules]\nadministrater = \"off\"", "did you mean `administrator`?"),
            ("[rules]\nadministrator = \"of\"", "did you mean `off`?"),
            ("[[suppress]]\nrule = \"administrator\"\nresaon = \"x\"", "did you mean `reason`?"),
            ("[[files]]\npaths = \"*\"\nkind = \"trus\"", "did you mean `trust`?"),
        ] {
            assert_eq!(Config::parse(text).unwrap_err().help.as_deref(), Some(message), "{text}");
        }
        assert!(Config::parse("[[suppress]]\nrule = \"syntax\"\nreason = \"x\"").is_err());
        assert!(Config::parse("[rules]\nsyntax = \"off\"").is_err());
        assert!(Config::parse("[[suppress]]\nrule = \"administrator\"").is_err());
        assert!(Config::parse("a = ").is_err());
    }
}
