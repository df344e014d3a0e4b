//! Actions: `code:Name`.

use nom::bytes::complete::{tag, take_until};
use nom::combinator::rest;
use nom::{IResult, Parser};

/// The two parts of an action or action pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ActionName<'a> {
    /// The RAM code of the service; may hold wildcards in a pattern.
    pub code: &'a str,
    /// The name behind the first colon.
    pub name: &'a str,
}

fn parts(input: &str) -> IResult<&str, ActionName<'_>> {
    let (rest, (code, _, name)) = (take_until(":"), tag(":"), rest).parse(input)?;
    Ok((rest, ActionName { code, name }))
}

/// Parts an action at its first colon; none without one (the pattern `*`, say).
pub fn action_name(text: &str) -> Option<ActionName<'_>> {
    parts(text).ok().map(|(_, action)| action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_colon_parts() {
        assert_eq!(action_name("ecs:Stop*"), Some(ActionName { code: "ecs", name: "Stop*" }));
        assert_eq!(action_name("*"), None);
        assert_eq!(action_name(":a:b"), Some(ActionName { code: "", name: "a:b" }));
    }
}
