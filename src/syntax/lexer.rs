//! Bytes to tokens. The first byte decides; only what is no JSON goes through the slow alternatives.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_until, take_while, take_while1};
use nom::character::complete::{char as character, digit1, one_of};
use nom::combinator::{opt, recognize, rest};
use nom::sequence::{pair, preceded};
use nom::{IResult, Parser};

use super::builder::Errors;
use super::error::SyntaxErrorKind;
use super::string::{self, Escape};
use crate::text::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Colon,
    Comma,
    String {
        escaped: bool,
        closed: bool,
    },
    Number,
    True,
    False,
    Null,
    /// Reported already; stands for some value or name.
    Bad,
    End,
}

/// A token with its place; a string's place includes its quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Token {
    pub(super) fn span(self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// Reads tokens from the front of a text; lexical mistakes go to the list and are read as they were meant.
#[derive(Debug)]
pub(super) struct Lexer<'s> {
    text: &'s str,
    at: usize,
}

impl<'s> Lexer<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'s str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn token(&mut self, kind: TokenKind, length: usize) -> Token {
        let start = offset(self.at);
        self.at += length;
        Token { kind, start, end: offset(self.at) }
    }

    /// The token of one byte, if it stands right here.
    #[inline]
    pub(super) fn take(&mut self, byte: u8, kind: TokenKind) -> Option<Token> {
        (self.text.as_bytes().get(self.at) == Some(&byte)).then(|| self.token(kind, 1))
    }

    /// The next token; [`TokenKind::End`] again and again behind the last.
    #[inline]
    pub(super) fn next(&mut self, errors: &mut Errors) -> Token {
        let bytes = self.text.as_bytes();
        loop {
            let Some(byte) = bytes.get(self.at) else { return self.token(TokenKind::End, 0) };
            match byte {
                b' ' => {
                    // Indentation comes in runs.
                    self.at += 1;
                    while bytes.get(self.at..self.at + 4) == Some(b"    ") {
                        self.at += 4;
                    }
                }
                b'\n' | b'\r' | b'\t' => self.at += 1,
                b'"' => return self.string(errors),
                b'{' => return self.token(TokenKind::OpenBrace, 1),
                b'}' => return self.token(TokenKind::CloseBrace, 1),
                b'[' => return self.token(TokenKind::OpenBracket, 1),
                b']' => return self.token(TokenKind::CloseBracket, 1),
                b':' => return self.token(TokenKind::Colon, 1),
                b',' => return self.token(TokenKind::Comma, 1),
                _ => {
                    if let Some(token) = self.other(errors) {
                        return token;
                    }
                }
            }
        }
    }

    /// A string from its opening quote; a raw line break ends one that is not closed.
    #[inline]
    fn string(&mut self, errors: &mut Errors) -> Token {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut at = start + 1;
        let mut escaped = false;
        loop {
            at += string::plain_run(bytes.get(at..).unwrap_or_default());
            match bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    let kind = TokenKind::String { escaped, closed: true };
                    return Token { kind, start: offset(start), end: offset(self.at) };
                }
                Some(b'\\') => {
                    escaped = true;
                    at = self.escape(at, errors);
                }
                Some(b'\n' | b'\r') | None => {
                    let span = Span::new(offset(start), offset(at));
                    errors.push(SyntaxErrorKind::UnterminatedString, span);
                    self.at = at;
                    return Token {
                        kind: TokenKind::String { escaped, closed: false },
                        start: span.start,
                        end: span.end,
                    };
                }
                Some(control) => {
                    let kind = SyntaxErrorKind::ControlCharacter(char::from(*control));
                    errors.push(kind, Span::new(offset(at), offset(at + 1)));
                    at += 1;
                }
            }
        }
    }

    /// Checks the escape at a backslash; the offset behind it.
    fn escape(&mut self, at: usize, errors: &mut Errors) -> usize {
        let input = self.text.get(at..).unwrap_or_default();
        let (length, kind) = match string::escape(input) {
            Ok((rest, Escape::Char(_))) => return at + (input.len() - rest.len()),
            Ok((rest, Escape::Lone)) => (input.len() - rest.len(), SyntaxErrorKind::LoneSurrogate),
            Err(_) => {
                let next = input.chars().nth(1).filter(|next| !matches!(next, '\n' | '\r'));
                errors.push(
                    SyntaxErrorKind::BadEscape,
                    Span::new(offset(at), offset(at + 1 + next.map_or(0, char::len_utf8))),
                );
                // Only the backslash is passed over: what follows may be the closing quote's own backslash.
                return at + 1;
            }
        };
        errors.push(kind, Span::new(offset(at), offset(at + length)));
        at + length
    }

    /// Everything that does not begin like JSON, and numbers and words.
    fn other(&mut self, errors: &mut Errors) -> Option<Token> {
        let input = self.rest();
        let (behind, found) = other(input).unwrap_or(("", Other::Unexpected('\u{FFFD}')));
        let length = input.len() - behind.len();
        let span = Span::new(offset(self.at), offset(self.at + length));
        let (kind, error) = match found {
            Other::Number => (Some(TokenKind::Number), None),
            Other::BadNumber => (Some(TokenKind::Bad), Some(SyntaxErrorKind::BadNumber)),
            Other::Word => match span.of(self.text) {
                "true" => (Some(TokenKind::True), None),
                "false" => (Some(TokenKind::False), None),
                "null" => (Some(TokenKind::Null), None),
                _ => (Some(TokenKind::Bad), Some(SyntaxErrorKind::BareWord)),
            },
            Other::SingleQuoted { closed: true } => {
                let escaped = span.of(self.text).contains('\\');
                (Some(TokenKind::String { escaped, closed: true }), Some(SyntaxErrorKind::SingleQuotes))
            }
            Other::SingleQuoted { closed: false } => (Some(TokenKind::Bad), Some(SyntaxErrorKind::UnterminatedString)),
            Other::CurlyQuoted => (Some(TokenKind::Bad), Some(SyntaxErrorKind::CurlyQuotes)),
            Other::Comment => (None, Some(SyntaxErrorKind::Comment)),
            Other::Space('\u{FEFF}') if self.at == 0 => (None, Some(SyntaxErrorKind::ByteOrderMark)),
            Other::Space(found) => (None, Some(SyntaxErrorKind::WrongSpace(found))),
            Other::Punctuation { found, meant, kind } => {
                (Some(kind), Some(SyntaxErrorKind::WrongPunctuation { found, meant }))
            }
            Other::Unexpected(found) => (None, Some(SyntaxErrorKind::UnexpectedCharacter(found))),
        };
        if let Some(error) = error {
            errors.push(error, span);
        }
        let token = self.token(kind.unwrap_or(TokenKind::End), length);
        kind.map(|_| token)
    }
}

/// Texts are shorter than 4 GiB, see [`crate::text::Source::from_bytes`].
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// What can stand where JSON has no token of one known first byte.
#[derive(Debug, Clone, Copy)]
enum Other {
    Number,
    BadNumber,
    Word,
    SingleQuoted { closed: bool },
    CurlyQuoted,
    Comment,
    Space(char),
    Punctuation { found: char, meant: char, kind: TokenKind },
    Unexpected(char),
}

fn other(input: &str) -> IResult<&str, Other> {
    alt((number, word, comment, single_quoted, curly_quoted, odd_character)).parse(input)
}

/// `-? (0 | [1-9][0-9]*) ('.' [0-9]+)? ([eE] [+-]? [0-9]+)?`
fn json_number(input: &str) -> IResult<&str, &str> {
    let integer = alt((recognize(character('0')), recognize(pair(one_of("123456789"), opt(digit1)))));
    let fraction = opt(preceded(character('.'), digit1));
    let exponent = opt((one_of("eE"), opt(one_of("+-")), digit1));
    recognize((opt(character('-')), integer, fraction, exponent)).parse(input)
}

/// A number, or a run that begins like one and goes wrong (`01`, `1.`, `+5`, `1h`).
fn number(input: &str) -> IResult<&str, Other> {
    let (_, _) = one_of("+-.0123456789")(input)?;
    let in_run = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | '_');
    let (behind, run) = take_while1(in_run).parse(input)?;
    match json_number(run) {
        Ok(("", _)) => Ok((behind, Other::Number)),
        _ => Ok((behind, Other::BadNumber)),
    }
}

fn word(input: &str) -> IResult<&str, Other> {
    let first = |c: char| (c.is_alphabetic() && !is_odd(c)) || matches!(c, '_' | '$' | '<' | '*');
    let next = |c: char| {
        (c.is_alphanumeric() && !is_odd(c)) || matches!(c, '_' | '$' | '-' | '.' | '<' | '>' | '*' | '/' | '?')
    };
    // `${name}` and `<name>`, left to be filled in, are one word.
    let template = recognize((tag("${"), take_till(|c| matches!(c, '}' | '"' | '\n')), tag("}")));
    let (behind, _) = recognize((alt((template, recognize(take_one(first)))), take_while(next))).parse(input)?;
    Ok((behind, Other::Word))
}

fn take_one(accept: impl Fn(char) -> bool) -> impl Fn(&str) -> IResult<&str, char> {
    move |input| nom::combinator::verify(nom::character::complete::anychar, |c: &char| accept(*c)).parse(input)
}

fn comment(input: &str) -> IResult<&str, Other> {
    let line = recognize((alt((tag("//"), tag("#"))), take_till(|c| c == '\n')));
    let block = recognize((tag("/*"), alt((recognize((take_until("*/"), tag("*/"))), rest))));
    let (behind, _) = alt((line, block)).parse(input)?;
    Ok((behind, Other::Comment))
}

fn single_quoted(input: &str) -> IResult<&str, Other> {
    let inside = take_till(|c| matches!(c, '\'' | '\n' | '\r'));
    let (behind, (_, _, closed)) = (tag("'"), inside, opt(tag("'"))).parse(input)?;
    Ok((behind, Other::SingleQuoted { closed: closed.is_some() }))
}

fn curly_quoted(input: &str) -> IResult<&str, Other> {
    let quote = |c: char| matches!(c, '“' | '”' | '„' | '‘' | '’' | '＂');
    let inside = take_till(move |c| quote(c) || matches!(c, '"' | '\n' | '\r'));
    let (behind, _) = (take_one(quote), inside, opt(take_one(move |c| quote(c) || c == '"'))).parse(input)?;
    Ok((behind, Other::CurlyQuoted))
}

fn is_odd(c: char) -> bool {
    matches!(c, '，' | '、' | '：' | '；' | '｛' | '｝' | '［' | '］' | '【' | '】') || is_wrong_space(c)
}

fn is_wrong_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}')
}

fn odd_character(input: &str) -> IResult<&str, Other> {
    use TokenKind as T;
    let (behind, found) = nom::character::complete::anychar(input)?;
    let meant = match found {
        '，' | '、' | ';' | '；' => (',', T::Comma),
        '：' | '=' => (':', T::Colon),
        '｛' => ('{', T::OpenBrace),
        '｝' => ('}', T::CloseBrace),
        '［' | '【' => ('[', T::OpenBracket),
        '］' | '】' => (']', T::CloseBracket),
        space if is_wrong_space(space) => return Ok((behind, Other::Space(space))),
        other => return Ok((behind, Other::Unexpected(other))),
    };
    Ok((behind, Other::Punctuation { found, meant: meant.0, kind: meant.1 }))
}
