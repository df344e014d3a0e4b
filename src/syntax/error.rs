//! What can be wrong with JSON text.

use crate::diagnostic::Diagnostic;
use crate::text::Span;

/// The kinds of mistakes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// No value at all.
    Empty,
    /// A byte order mark.
    ByteOrderMark,
    /// White space that JSON does not know, such as a no-break space.
    WrongSpace(char),
    /// A character that stands for another one, such as a full-width comma.
    WrongPunctuation {
        /// What stands there.
        found: char,
        /// What JSON wants.
        meant: char,
    },
    /// `// ..`, `/* .. */` or `# ..`.
    Comment,
    /// A string in single quotes.
    SingleQuotes,
    /// A string in typographic quotes.
    CurlyQuotes,
    /// A string without its closing quote.
    UnterminatedString,
    /// A control character (a line break, a tab) inside a string.
    ControlCharacter(char),
    /// A backslash before something that is no escape.
    BadEscape,
    /// Half of a surrogate pair.
    LoneSurrogate,
    /// Something like a number.
    BadNumber,
    /// A word without quotes.
    BareWord,
    /// A character that has no place in JSON.
    UnexpectedCharacter(char),
    /// Two members or elements without a comma.
    MissingComma,
    /// A key without a colon.
    MissingColon,
    /// A key, or a comma, without a value.
    MissingValue,
    /// A value where a key belongs.
    MissingKey,
    /// A comma before any element, or after another comma.
    ExtraComma,
    /// A comma before the closing bracket.
    TrailingComma,
    /// A colon where none belongs.
    ExtraColon,
    /// A closing bracket of the wrong kind.
    MismatchedBracket {
        /// The bracket that stands there.
        found: char,
        /// The bracket that would close what is open.
        wanted: char,
        /// The bracket that is open.
        open: Span,
    },
    /// An opening bracket that is never closed.
    UnclosedBracket {
        /// How many brackets around it are open too.
        more: usize,
    },
    /// A closing bracket with nothing open.
    StrayBracket(char),
    /// More than [`super::MAX_DEPTH`] brackets deep.
    TooDeep,
    /// Text behind the document.
    TrailingText,
    /// A member name twice in one object.
    DuplicateKey {
        /// The name.
        name: String,
        /// Where it stood first.
        first: Span,
    },
    /// The list of mistakes was cut here.
    TooMany,
}

/// One mistake with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Where.
    pub span: Span,
}

fn shown(character: char) -> String {
    if character.is_control() || character.is_whitespace() || ('\u{200B}'..='\u{200F}').contains(&character) {
        format!("U+{:04X}", u32::from(character))
    } else {
        format!("`{character}`")
    }
}

impl SyntaxError {
    /// One sentence on what is wrong.
    pub fn message(&self) -> String {
        use SyntaxErrorKind as K;
        match &self.kind {
            K::Empty => "there is no JSON value here".into(),
            K::ByteOrderMark => "the text begins with a byte order mark".into(),
            K::WrongSpace(found) => format!("{} is no white space in JSON", shown(*found)),
            K::WrongPunctuation { found, meant } => format!("{} stands where `{meant}` belongs", shown(*found)),
            K::Comment => "JSON has no comments".into(),
            K::SingleQuotes => "a string in single quotes".into(),
            K::CurlyQuotes => "a string in typographic quotes".into(),
            K::UnterminatedString => "the string is not closed".into(),
            K::ControlCharacter(found) => format!("control character {} in a string", shown(*found)),
            K::BadEscape => "a backslash that begins no JSON escape".into(),
            K::LoneSurrogate => "half of a surrogate pair".into(),
            K::BadNumber => "this is no JSON number".into(),
            K::BareWord => "a word without quotes".into(),
            K::UnexpectedCharacter(found) => format!("unexpected character {}", shown(*found)),
            K::MissingComma => "a comma is missing here".into(),
            K::MissingColon => "a colon is missing between name and value".into(),
            K::MissingValue => "a value is missing here".into(),
            K::MissingKey => "a member without a name".into(),
            K::ExtraComma => "a comma too many".into(),
            K::TrailingComma => "a comma before the closing bracket".into(),
            K::ExtraColon => "a colon has no place here".into(),
            K::MismatchedBracket { found, wanted, .. } => format!("`{found}` closes nothing; `{wanted}` is open"),
            K::UnclosedBracket { more: 0 } => "this bracket is never closed".into(),
            K::UnclosedBracket { more } => format!("this bracket and {more} around it are never closed"),
            K::StrayBracket(found) => format!("`{found}` closes nothing"),
            K::TooDeep => "nested too deep".into(),
            K::TrailingText => "text behind the end of the document".into(),
            K::DuplicateKey { name, .. } => format!("`{name}` stands twice in one object"),
            K::TooMany => "too many mistakes; the rest is not listed".into(),
        }
    }

    /// The way out.
    pub fn help(&self) -> Option<String> {
        use SyntaxErrorKind as K;
        Some(match &self.kind {
            K::Empty => "write a policy: `{ \"Version\": \"1\", \"Statement\": [ .. ] }`".into(),
            K::ByteOrderMark => "save the file as UTF-8 without a byte order mark".into(),
            K::WrongSpace(_) => "replace it by a plain space; it often comes from copying a web page".into(),
            K::WrongPunctuation { meant, .. } => format!("write `{meant}`"),
            K::Comment => "remove the comment; RAM refuses policies with comments".into(),
            K::SingleQuotes | K::CurlyQuotes | K::BareWord => "write it in double quotes".into(),
            K::UnterminatedString => "add the closing `\"`".into(),
            K::ControlCharacter('\n') => "close the string on its line, or write `\\n`".into(),
            K::ControlCharacter('\t') => "write `\\t`".into(),
            K::ControlCharacter(found) => format!("write `\\u{:04x}` or remove it", u32::from(*found)),
            K::BadEscape => "write `\\\\` for a backslash".into(),
            K::LoneSurrogate => "write both halves, or the character itself".into(),
            K::BadNumber => "write it as a string in double quotes; policies have only strings".into(),
            K::MissingComma => "add `,`".into(),
            K::MissingColon => "add `:`".into(),
            K::MissingKey => "write `\"name\": value`".into(),
            K::ExtraComma | K::TrailingComma => "remove the comma".into(),
            K::ExtraColon => "remove the colon".into(),
            K::MismatchedBracket { wanted, .. } => format!("close with `{wanted}` first"),
            K::UnclosedBracket { .. } => "add the closing bracket".into(),
            K::StrayBracket(_) => "remove it, or add the opening bracket".into(),
            K::TooDeep => format!("no policy needs more than {} levels", super::MAX_DEPTH),
            K::TrailingText => "keep one document to a file, or put them into an array".into(),
            K::DuplicateKey { .. } => "keep one of them; join their values in one array if both are meant".into(),
            K::UnexpectedCharacter(_) | K::MissingValue | K::TooMany => return None,
        })
    }

    /// The stable code: `duplicate-key`, or `syntax` for everything that is no JSON.
    pub fn code(&self) -> &'static str {
        match self.kind {
            SyntaxErrorKind::DuplicateKey { .. } => "duplicate-key",
            _ => "syntax",
        }
    }

    /// The mistake as a finding.
    pub fn to_diagnostic(&self) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(self.code(), self.message(), self.span);
        diagnostic.help = self.help();
        match &self.kind {
            SyntaxErrorKind::DuplicateKey { first, .. } => diagnostic.with_related(*first, "first here"),
            SyntaxErrorKind::MismatchedBracket { open, .. } => diagnostic.with_related(*open, "opened here"),
            _ => diagnostic,
        }
    }
}
