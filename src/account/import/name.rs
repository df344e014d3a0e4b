//! File names that say what a response does not: whom it is about.

/// A file name in the convention of `examples/collect.sh`: `<what>.<subject>.<page>.json`, such as
/// `policies-for-user.alice.0001.json`; the page may be left out, and the subject may hold points.
///
/// | file | call |
/// |---|---|
/// | `groups-for-user.<user>` | `ram ListGroupsForUser` |
/// | `policies-for-user.<user>`, `policies-for-group.<group>`, `policies-for-role.<role>` | `ram ListPoliciesFor..` |
/// | `policy-version.<System or Custom>.<policy>` | `ram GetPolicyVersion` of the default version |
/// | `control-attachments.<number>.<target>` | `resourcemanager ListControlPolicyAttachmentsForTarget`; number 1 is the account, the last one Root |
///
/// All other responses may have any name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileName<'a> {
    /// What the file holds: the part before the first point.
    pub what: &'a str,
    /// Whom it is about; may be empty.
    pub subject: &'a str,
}

impl<'a> FileName<'a> {
    /// Takes a path apart.
    pub fn of(path: &'a str) -> Self {
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let stem = file.strip_suffix(".json").unwrap_or(file);
        let (what, rest) = stem.split_once('.').unwrap_or((stem, ""));
        let is_page = |page: &str| page.len() == 4 && page.bytes().all(|byte| byte.is_ascii_digit());
        let subject = match rest.rsplit_once('.') {
            Some((subject, page)) if is_page(page) => subject,
            None if is_page(rest) => "",
            _ => rest,
        };
        Self { what, subject }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_may_hold_points() {
        for (path, what, subject) in [
            ("a/policies-for-user.alice.json", "policies-for-user", "alice"),
            ("policies-for-user.alice.0001.json", "policies-for-user", "alice"),
            ("policies-for-user.a.b.c.0012.json", "policies-for-user", "a.b.c"),
            ("users.0001.json", "users", ""),
            ("users.json", "users", ""),
            ("x", "x", ""),
            ("control-attachments.01.r-1.0001.json", "control-attachments", "01.r-1"),
        ] {
            assert_eq!(FileName::of(path), FileName { what, subject }, "{path}");
        }
    }
}
