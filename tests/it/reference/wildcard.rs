//! The naive recursive matcher: `*` any run of characters, `?` exactly one Unicode scalar value.

use super::assumptions::Choices;

/// Whether `pattern` matches `text` from `at` to its end; `same(at, literal)` compares one literal with one character.
fn run(pattern: &[char], text: &[char], at: usize, same: &dyn Fn(usize, char) -> bool) -> bool {
    match pattern.split_first() {
        None => at == text.len(),
        Some(('*', rest)) => (at..=text.len()).any(|next| run(rest, text, next, same)),
        Some(('?', rest)) => at < text.len() && run(rest, text, at + 1, same),
        Some((literal, rest)) => at < text.len() && same(at, *literal) && run(rest, text, at + 1, same),
    }
}

/// `StringLike`: one glob over the text, characters compared exactly.
pub(crate) fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    run(&pattern, &text, 0, &|at, literal| text[at] == literal)
}

/// Actions: the same glob without regard to ASCII case.
pub(crate) fn action(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    run(&pattern, &text, 0, &|at, literal| text[at].eq_ignore_ascii_case(&literal))
}

/// A `Resource` pattern against the ARN of a request, by `arn-case` and `ram-empty-region`.
pub(crate) fn arn(pattern: &str, request: &str, choices: &Choices) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    spellings(request, choices).iter().any(|text| {
        let text: Vec<char> = text.chars().collect();
        let folded = folded(&text, choices.of("arn-case"));
        run(&pattern, &text, 0, &|at, literal| {
            if folded[at] { text[at].eq_ignore_ascii_case(&literal) } else { text[at] == literal }
        })
    })
}

/// The texts under which a request ARN is tried.
pub(crate) fn spellings(request: &str, choices: &Choices) -> Vec<String> {
    let mut all = vec![request.to_owned()];
    let parts: Vec<&str> = request.splitn(5, ':').collect();
    if choices.is("ram-empty-region", "equal") && parts.len() == 5 && parts[0] == "acs" && parts[1] == "ram" {
        for region in ["", "*"] {
            all.push(format!("acs:ram:{region}:{}:{}", parts[3], parts[4]));
        }
    }
    all
}

/// For each character of the request's ARN: is it compared without regard to ASCII case?
fn folded(text: &[char], arn_case: &str) -> Vec<bool> {
    let whole: String = text.iter().collect();
    let parts: Vec<&str> = whole.splitn(5, ':').collect();
    let role_name_from = match parts.as_slice() {
        ["acs", "ram", region, account, relative] if relative.starts_with("role/") => {
            Some("acs:ram::".len() + region.chars().count() + account.chars().count() + 1 + "role/".len())
        }
        _ => None,
    };
    let mut colons = 0;
    let mut answer = Vec::new();
    for (at, character) in text.iter().enumerate() {
        let in_first_three_segments = colons < 3;
        let in_role_name = role_name_from.is_some_and(|from| at >= from);
        answer.push(match arn_case {
            "sensitive" => false,
            "insensitive" => true,
            _ => in_first_three_segments || in_role_name,
        });
        if *character == ':' {
            colons += 1;
        }
    }
    answer
}

/// An independent second opinion on the glob: the `regex` crate.
pub(crate) fn as_regex(pattern: &str, ignore_case: bool) -> regex::Regex {
    let mut text = String::from(r"\A(?s:");
    for character in pattern.chars() {
        match character {
            '*' => text.push_str(".*"),
            '?' => text.push('.'),
            letter if ignore_case && letter.is_ascii_alphabetic() => {
                text.push('[');
                text.push(letter.to_ascii_lowercase());
                text.push(letter.to_ascii_uppercase());
                text.push(']');
            }
            other => text.push_str(&regex::escape(&other.to_string())),
        }
    }
    text.push_str(r")\z");
    regex::Regex::new(&text).expect("an escaped pattern compiles")
}
