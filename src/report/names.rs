//! The names under which answers show policies.

use std::collections::HashMap;

/// For each path, the shortest tail from the file name up that no other path has (contract 4, `policy`).
///
/// Paths that are the same keep their whole text.
pub fn shortest_tails(paths: &[&str]) -> Vec<String> {
    let parts: Vec<Vec<&str>> = paths.iter().map(|path| path.split(['/', '\\']).collect()).collect();
    let tail = |parts: &[&str], length: usize| -> String {
        let start = parts.len().saturating_sub(length);
        parts.get(start..).unwrap_or_default().join("/")
    };
    let mut names: Vec<Option<String>> = vec![None; paths.len()];
    let longest = parts.iter().map(Vec::len).max().unwrap_or(0);
    for length in 1..=longest {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for parts in &parts {
            *seen.entry(tail(parts, length)).or_default() += 1;
        }
        let mut open = false;
        for (name, parts) in names.iter_mut().zip(&parts).filter(|(name, _)| name.is_none()) {
            let tail = tail(parts, length);
            if seen.get(&tail) == Some(&1) {
                *name = Some(tail);
            } else {
                open = true;
            }
        }
        if !open {
            break;
        }
    }
    names.into_iter().zip(paths).map(|(name, path)| name.unwrap_or_else(|| (*path).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_as_short_as_it_may_be() {
        let names = shortest_tails(&["a/x.json", "b/x.json", "b/y.json", "c/d/x.json", "c/d/x.json"]);
        assert_eq!(names, ["a/x.json", "b/x.json", "y.json", "c/d/x.json", "c/d/x.json"]);
        assert_eq!(shortest_tails(&["x", "a/x"]), ["x", "a/x"]);
    }
}
