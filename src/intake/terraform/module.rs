//! The files of one module folder, and the names that they define.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use hcl_edit::expr::{Expression, ObjectKey, TraversalOperator};
use hcl_edit::structure::{Block, BlockLabel, Body};

use crate::diagnostic::Diagnostic;
use crate::text::Span;

/// How many names one expression may be resolved through: a cycle ends here.
const MAX_HOPS: usize = 32;

/// One file. Siblings are parsed only when a name is looked for that their text contains.
#[derive(Debug)]
struct File<'a> {
    name: &'a str,
    text: &'a str,
    body: OnceCell<Option<Body>>,
    names: OnceCell<Names>,
    /// How often a name was looked for.
    asked: Cell<usize>,
}

/// Looks into a text after which parsing it is cheaper than looking again.
const WORTH_PARSING: usize = 16;

/// Where a file defines its names, as numbers of structures in their body; the first of a name counts.
#[derive(Debug, Default)]
struct Names {
    /// Block and attribute of a local value.
    locals: HashMap<String, (usize, usize)>,
    /// Block of a variable or a data source, by its keyword and labels.
    blocks: HashMap<Vec<String>, usize>,
}

impl Names {
    fn new(body: &Body) -> Self {
        let mut names = Self::default();
        for (number, block) in body.iter().enumerate().filter_map(|(number, inner)| Some((number, inner.as_block()?))) {
            match block.ident.as_str() {
                "locals" => {
                    for (at, inner) in block.body.iter().enumerate() {
                        if let Some(attribute) = inner.as_attribute() {
                            names.locals.entry(attribute.key.as_str().to_owned()).or_insert((number, at));
                        }
                    }
                }
                keyword @ ("variable" | "data") => {
                    let labels = block.labels.iter().map(BlockLabel::as_str);
                    let path = std::iter::once(keyword).chain(labels).map(str::to_owned).collect();
                    names.blocks.entry(path).or_insert(number);
                }
                _ => {}
            }
        }
        names
    }

    fn block<'b>(&self, body: &'b Body, keyword: &str, labels: &[&str]) -> Option<&'b Block> {
        let path: Vec<String> = std::iter::once(&keyword).chain(labels).map(|&part| part.to_owned()).collect();
        body.get(*self.blocks.get(&path)?)?.as_block()
    }
}

/// The searched file, number 0, and its siblings.
#[derive(Debug)]
pub(super) struct Module<'a> {
    files: Vec<File<'a>>,
}

/// An expression and the number of the file that it stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Located<'m> {
    pub(super) expression: &'m Expression,
    pub(super) file: usize,
}

/// Parses HCL. A byte order mark is passed over, as Terraform does.
pub(super) fn parse(text: &str) -> Result<Body, Box<Diagnostic>> {
    let parsed = match text.strip_prefix('\u{feff}') {
        Some(rest) => hcl_edit::parser::parse_body(&format!("   {rest}")),
        None => hcl_edit::parser::parse_body(text),
    };
    parsed.map_err(|error| Box::new(mistake(text, &error)))
}

fn mistake(text: &str, error: &hcl_edit::parser::Error) -> Diagnostic {
    let help = "`terraform validate` shows the same mistake; policies in this file are not judged until it parses";
    // At the end of the text the parser gives the last byte, which may lie inside of a character.
    let at = text.floor_char_boundary(error.location().offset());
    let length = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let offset = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    let place = Span::new(offset(at), offset(at + length));
    // The parser lets strings go over lines, and finds the mistake where the next one begins.
    let open = super::comments::scan(text).open_string.filter(|string| string.start <= place.start);
    let (place, what) = match open {
        Some(string) => (string, "the string is not closed on its line"),
        // The parser lists every character that may begin an expression.
        None if error.message().starts_with("invalid expression") => (place, "a value belongs here"),
        None => (place, error.message()),
    };
    Diagnostic::error("syntax", format!("the Terraform file cannot be read: {what}"), place).with_help(help)
}

/// The place of an expression; empty at the start when the parser kept none.
pub(super) fn span_of(node: &impl hcl_edit::Span) -> Span {
    let range = node.span().unwrap_or_default();
    let place = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    Span::new(place(range.start), place(range.end))
}

impl<'a> Module<'a> {
    pub(super) fn new(text: &'a str, body: Body, siblings: &'a [(String, String)]) -> Self {
        let file = |name, text, body| File { name, text, body, names: OnceCell::new(), asked: Cell::new(0) };
        let first = file("", text, OnceCell::from(Some(body)));
        let others = siblings.iter().map(|(name, text)| file(name, text, OnceCell::new()));
        Self { files: std::iter::once(first).chain(others).collect() }
    }

    /// The text of a file.
    pub(super) fn text(&self, file: usize) -> &'a str {
        self.files.get(file).map_or("", |file| file.text)
    }

    /// The name of a sibling; none for the searched file.
    pub(super) fn sibling_name(&self, file: usize) -> Option<&'a str> {
        self.files.get(file).map(|file| file.name).filter(|_| file > 0)
    }

    /// The body of the searched file.
    pub(super) fn body(&self) -> Option<&Body> {
        self.files.first()?.body.get()?.as_ref()
    }

    /// The bodies of all files whose text is of some kind.
    pub(super) fn bodies<'m>(
        &'m self,
        wanted: impl Fn(&str) -> bool + 'm,
    ) -> impl Iterator<Item = (usize, &'m Body)> + 'm {
        self.files.iter().enumerate().filter(move |(_, file)| wanted(file.text)).filter_map(|(number, file)| {
            let body = file.body.get_or_init(|| parse(file.text).ok()).as_ref()?;
            Some((number, body))
        })
    }

    /// What each file says of a name, in their order; a file is parsed when its text may say something, or is asked often.
    fn named_in<'m, T>(
        &'m self,
        name: &str,
        find: impl Fn(&'m Body, &'m Names) -> Option<&'m T>,
    ) -> Option<(usize, &'m T)> {
        self.files.iter().enumerate().find_map(|(number, file)| {
            let asked = file.asked.get();
            file.asked.set(asked.saturating_add(1));
            if file.body.get().is_none() && asked < WORTH_PARSING && !file.text.contains(name) {
                return None;
            }
            let body = file.body.get_or_init(|| parse(file.text).ok()).as_ref()?;
            Some((number, find(body, file.names.get_or_init(|| Names::new(body)))?))
        })
    }

    fn local<'m>(&'m self, name: &str) -> Option<Located<'m>> {
        let (file, attribute) = self.named_in(name, |body, names| {
            let (block, attribute) = *names.locals.get(name)?;
            body.get(block)?.as_block()?.body.get(attribute)?.as_attribute()
        })?;
        Some(Located { expression: &attribute.value, file })
    }

    fn default_of<'m>(&'m self, name: &str) -> Option<Located<'m>> {
        let (file, attribute) =
            self.named_in(name, |body, names| names.block(body, "variable", &[name])?.body.get_attribute("default"))?;
        Some(Located { expression: &attribute.value, file })
    }

    /// Whether the data source `data.<kind>.<name>` is in one of the files.
    pub(super) fn has_data(&self, kind: &str, name: &str) -> bool {
        self.named_in(name, |body, names| names.block(body, "data", &[kind, name])).is_some()
    }

    /// An attribute of the data source `data.<kind>.<name>`.
    pub(super) fn data<'m>(&'m self, kind: &str, name: &str, attribute: &str) -> Option<Located<'m>> {
        let (file, attribute) =
            self.named_in(name, |body, names| names.block(body, "data", &[kind, name])?.body.get_attribute(attribute))?;
        Some(Located { expression: &attribute.value, file })
    }

    /// Follows parentheses, `"${..}"` around one expression, `local.x` and, with `defaults`, `var.x` to what they stand for.
    /// What cannot be followed is returned as it is.
    pub(super) fn resolve<'m>(&'m self, mut at: Located<'m>, defaults: bool) -> Located<'m> {
        for _ in 0..MAX_HOPS {
            let next = match at.expression {
                Expression::Parenthesis(inner) => Some(Located { expression: inner.inner(), ..at }),
                Expression::StringTemplate(template) => template
                    .as_single_element()
                    .and_then(|element| element.as_interpolation())
                    .map(|interpolation| Located { expression: &interpolation.expr, ..at }),
                Expression::Traversal(_) => self.named(at.expression, defaults),
                _ => None,
            };
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    fn named<'m>(&'m self, expression: &'m Expression, defaults: bool) -> Option<Located<'m>> {
        let path = path(expression)?;
        let (root, name, rest) = match path.as_slice() {
            [root, name, rest @ ..] => (*root, *name, rest),
            _ => return None,
        };
        let mut at = match root {
            "local" => self.local(name)?,
            "var" if defaults => self.default_of(name)?,
            _ => return None,
        };
        for step in rest {
            at = member(at, step)?;
        }
        Some(at)
    }

    /// The elements that `for_each` goes through, as far as `[for x in ..: x]` and conversions leave them as they are.
    pub(super) fn elements<'m>(&'m self, mut at: Located<'m>) -> Option<Vec<Located<'m>>> {
        for _ in 0..MAX_HOPS {
            at = self.resolve(at, true);
            let next = match at.expression {
                Expression::Array(array) => {
                    return Some(array.iter().map(|expression| Located { expression, ..at }).collect());
                }
                Expression::Object(object) => {
                    return Some(object.iter().map(|(_, value)| Located { expression: value.expr(), ..at }).collect());
                }
                Expression::ForExpr(each) => match &each.value_expr {
                    Expression::Variable(name) if name.as_str() == each.intro.value_var.as_str() => {
                        &each.intro.collection_expr
                    }
                    _ => return None,
                },
                Expression::FuncCall(call) if matches!(call.name.name.as_str(), "toset" | "tolist" | "tomap") => {
                    call.args.iter().next()?
                }
                _ => return None,
            };
            at = Located { expression: next, ..at };
        }
        None
    }
}

/// The member of an object.
pub(super) fn member<'m>(at: Located<'m>, name: &str) -> Option<Located<'m>> {
    let at = match at.expression {
        Expression::Parenthesis(inner) => Located { expression: inner.inner(), ..at },
        _ => at,
    };
    let Expression::Object(object) = at.expression else { return None };
    let (_, value) = object.iter().find(|(key, _)| key_name(key) == Some(name))?;
    Some(Located { expression: value.expr(), ..at })
}

/// The name of an object key, when it is known.
pub(super) fn key_name(key: &ObjectKey) -> Option<&str> {
    match key {
        ObjectKey::Ident(ident) => Some(ident.as_str()),
        ObjectKey::Expression(Expression::String(name)) => Some(name.as_str()),
        ObjectKey::Expression(_) => None,
    }
}

/// The names of `a.b["c"]`; none when a step is something else.
pub(super) fn path(expression: &Expression) -> Option<Vec<&str>> {
    let Expression::Traversal(traversal) = expression else { return None };
    let Expression::Variable(root) = &traversal.expr else { return None };
    let mut names = vec![root.as_str()];
    for operator in &traversal.operators {
        names.push(match operator.value() {
            TraversalOperator::GetAttr(name) => name.as_str(),
            TraversalOperator::Index(Expression::String(name)) => name.as_str(),
            TraversalOperator::Index(_)
            | TraversalOperator::LegacyIndex(_)
            | TraversalOperator::AttrSplat(_)
            | TraversalOperator::FullSplat(_) => return None,
        });
    }
    Some(names)
}

/// The names of `a.b[0].c`, whatever is in the brackets.
pub(super) fn steps(expression: &Expression) -> Option<Vec<&str>> {
    let Expression::Traversal(traversal) = expression else { return None };
    let Expression::Variable(root) = &traversal.expr else { return None };
    let names = traversal.operators.iter().filter_map(|operator| match operator.value() {
        TraversalOperator::GetAttr(name) => Some(name.as_str()),
        TraversalOperator::Index(_)
        | TraversalOperator::LegacyIndex(_)
        | TraversalOperator::AttrSplat(_)
        | TraversalOperator::FullSplat(_) => None,
    });
    Some(std::iter::once(root.as_str()).chain(names).collect())
}

/// Whether a block has exactly these labels, quoted or bare.
pub(super) fn labelled(block: &Block, labels: &[&str]) -> bool {
    block.labels.iter().map(BlockLabel::as_str).eq(labels.iter().copied())
}
