//! HCL values to the JSON text that `jsonencode` would make of them, each character with its place.

use std::collections::HashMap;

use hcl_edit::expr::{Array, Expression, FuncCall, Object, ObjectKey};
use hcl_edit::template::{Element, Template};

use super::literal::characters;
use super::module::{Located, Module, key_name, path, span_of};
use crate::intake::embed::Embedding;
use crate::text::Span;

/// The deepest value that is lowered, through locals too: a local may hold itself.
const MAX_DEPTH: usize = 100;

/// The longest text into which locals are still copied: a local may hold another one twice, and so on.
const MAX_TEXT: usize = 1 << 20;

/// Lowers values of one file.
#[derive(Debug)]
pub(super) struct Lowering<'m, 'a> {
    module: &'m Module<'a>,
    file: usize,
    pub(super) out: Embedding,
    /// Numbers and booleans become strings.
    pub(super) strings: bool,
    depth: usize,
}

impl<'m, 'a> Lowering<'m, 'a> {
    pub(super) fn new(module: &'m Module<'a>, file: usize) -> Self {
        Self { module, file, out: Embedding::default(), strings: false, depth: 0 }
    }

    fn raw(&self, span: Span) -> &'a str {
        span.of(self.module.text(self.file))
    }

    /// JSON text that stands for what the template computes at `span`.
    pub(super) fn unknown(&mut self, span: Span) {
        let raw = self.raw(span);
        let shown = match raw.lines().next() {
            Some(line) if line.len() == raw.len() && raw.len() <= 80 => raw,
            _ => "..",
        };
        let shown =
            if shown.starts_with("${") || shown.starts_with("%{") { shown.to_owned() } else { format!("${{{shown}}}") };
        self.out.unknown(&shown, span);
    }

    /// Any value.
    pub(super) fn value(&mut self, expression: &Expression) {
        let span = span_of(expression);
        if self.depth >= MAX_DEPTH || self.out.len() > MAX_TEXT {
            return self.unknown(span);
        }
        let at = self.module.resolve(Located { expression, file: self.file }, false);
        if at.file != self.file {
            // Its places lie in another file than those of the text around it.
            return self.unknown(span);
        }
        self.depth += 1;
        self.known(at.expression);
        self.depth -= 1;
    }

    fn known(&mut self, expression: &Expression) {
        let span = span_of(expression);
        match expression {
            Expression::Bool(_) if self.strings => self.name(self.raw(span), span),
            Expression::Number(number) if self.strings => self.name(&number.value().to_string(), span),
            Expression::Null(_) | Expression::Bool(_) => self.out.verbatim(self.raw(span), span.start),
            Expression::Number(number) => self.out.implied(&number.value().to_string(), span),
            Expression::String(_) => self.string(span),
            Expression::StringTemplate(template) => {
                self.out.verbatim("\"", span.start);
                self.template(template, true, true);
                self.out.verbatim("\"", span.end.saturating_sub(1));
            }
            Expression::HeredocTemplate(heredoc) => {
                self.out.implied("\"", Span::at(span.start));
                self.template(&heredoc.template, false, true);
                self.out.implied("\"", Span::at(span.end));
            }
            Expression::Array(array) => self.array(array, span),
            Expression::Object(object) => self.object(object, span),
            Expression::FuncCall(call) => self.call(call, span),
            // Every element has this form; what depends on the loop is unknown.
            Expression::ForExpr(each) if each.key_expr.is_none() => {
                self.out.implied("[", Span::new(span.start, span.start + 1));
                self.value(&each.value_expr);
                self.out.implied("]", Span::new(span.end.saturating_sub(1), span.end));
            }
            Expression::Parenthesis(_)
            | Expression::Variable(_)
            | Expression::Conditional(_)
            | Expression::Traversal(_)
            | Expression::UnaryOp(_)
            | Expression::BinaryOp(_)
            | Expression::ForExpr(_) => self.unknown(span),
        }
    }

    fn string(&mut self, span: Span) {
        let inside = Span::new(span.start + 1, span.end.saturating_sub(1));
        self.out.verbatim("\"", span.start);
        let out = &mut self.out;
        characters(inside.of(self.module.text(self.file)), inside.start, true, |character, place, verbatim| {
            out.content(character, place, verbatim);
        });
        self.out.verbatim("\"", inside.end);
    }

    /// The elements of a template: as the content of a JSON string, or as JSON text.
    pub(super) fn template(&mut self, template: &Template, quoted: bool, content: bool) {
        for element in template {
            let span = span_of(element);
            match element {
                Element::Literal(_) => {
                    let raw = self.raw(span);
                    let out = &mut self.out;
                    characters(raw, span.start, quoted, |character, place, verbatim| {
                        if content {
                            out.content(character, place, verbatim);
                        } else {
                            out.character(character, place, verbatim);
                        }
                    });
                }
                Element::Interpolation(inner) => match encoded(&inner.expr).filter(|_| !self.out.in_string()) {
                    Some(value) => self.value(value),
                    None => self.unknown(span),
                },
                Element::Directive(_) => self.unknown(span),
            }
        }
    }

    /// The JSON text of a format string, its verbs unknown; false when the expression holds no text.
    pub(super) fn format(&mut self, expression: &Expression) -> bool {
        let span = span_of(expression);
        let inside = Span::new(span.start + 1, span.end.saturating_sub(1));
        match expression {
            Expression::String(_) => self.verbs(inside, true),
            Expression::StringTemplate(template) => self.format_template(template, true),
            Expression::HeredocTemplate(heredoc) => self.format_template(&heredoc.template, false),
            _ => return false,
        }
        true
    }

    fn format_template(&mut self, template: &Template, quoted: bool) {
        for element in template {
            match element {
                Element::Literal(_) => self.verbs(span_of(element), quoted),
                Element::Interpolation(_) | Element::Directive(_) => self.unknown(span_of(element)),
            }
        }
    }

    fn verbs(&mut self, span: Span, quoted: bool) {
        // The place where a verb began, while inside of one.
        let mut verb: Option<u32> = None;
        let raw = self.raw(span);
        let text = self.module.text(self.file);
        let out = &mut self.out;
        characters(raw, span.start, quoted, |character, place, verbatim| match verb {
            None if character == '%' => verb = Some(place.start),
            None => out.character(character, place, verbatim),
            Some(start) => {
                let place = Span::new(start, place.end);
                if character == '%' {
                    out.implied("%", place);
                    verb = None;
                } else if character.is_ascii_alphabetic() {
                    out.unknown(place.of(text), place);
                    verb = None;
                }
            }
        });
    }

    fn array(&mut self, array: &Array, span: Span) {
        self.out.verbatim("[", span.start);
        let mut first = true;
        self.elements(array, &mut first);
        self.out.verbatim("]", span.end.saturating_sub(1));
    }

    fn elements(&mut self, array: &Array, first: &mut bool) {
        for element in array {
            self.separate(first, span_of(element));
            self.value(element);
        }
    }

    /// A comma before all but the first of a list; its place is where the next one begins.
    pub(super) fn separate(&mut self, first: &mut bool, next: Span) {
        if !std::mem::take(first) {
            self.out.implied(",", Span::at(next.start));
        }
    }

    fn object(&mut self, object: &Object, span: Span) {
        self.out.verbatim("{", span.start);
        self.pairs(object.iter().map(|(key, value)| (key, value.expr())));
        self.out.verbatim("}", span.end.saturating_sub(1));
    }

    /// The members that `merge(..)` of known objects gives, a later one in the place of an earlier one; none when an argument
    /// or a name is not known.
    pub(super) fn merged<'x>(&'x self, call: &'x FuncCall) -> Option<Vec<(&'x ObjectKey, &'x Expression)>> {
        if call.name.is_namespaced() || call.name.name.as_str() != "merge" {
            return None;
        }
        let mut members: Vec<(&ObjectKey, &Expression)> = Vec::new();
        let mut numbers = HashMap::new();
        for expression in &call.args {
            let at = self.module.resolve(Located { expression, file: self.file }, false);
            let Expression::Object(object) = at.expression else { return None };
            if at.file != self.file {
                return None;
            }
            for (key, value) in object {
                let name = key_name(key)?;
                let number = *numbers.entry(name).or_insert(members.len());
                match members.get_mut(number) {
                    Some(known) => *known = (key, value.expr()),
                    None => members.push((key, value.expr())),
                }
            }
        }
        Some(members)
    }

    fn pairs<'x>(&mut self, members: impl Iterator<Item = (&'x ObjectKey, &'x Expression)>) {
        let mut first = true;
        for (key, value) in members {
            let place = match key {
                ObjectKey::Ident(ident) => span_of(ident),
                ObjectKey::Expression(expression) => span_of(expression),
            };
            self.separate(&mut first, place);
            match key {
                ObjectKey::Ident(ident) => self.name(ident.as_str(), place),
                ObjectKey::Expression(Expression::String(_)) => self.string(place),
                ObjectKey::Expression(expression) => self.key(expression),
            }
            self.out.implied(":", Span::at(place.end));
            self.value(value);
        }
    }

    /// A computed key: a name when it is a known string, else unknown.
    fn key(&mut self, expression: &Expression) {
        let at = self.module.resolve(Located { expression, file: self.file }, false);
        match at.expression {
            Expression::String(_) | Expression::StringTemplate(_) if at.file == self.file => self.value(at.expression),
            _ => self.unknown(span_of(expression)),
        }
    }

    /// A JSON string for a bare name.
    pub(super) fn name(&mut self, name: &str, place: Span) {
        self.out.implied("\"", Span::at(place.start));
        if self.raw(place) == name {
            self.out.verbatim(name, place.start);
        } else {
            self.out.implied(name, place);
        }
        self.out.implied("\"", Span::at(place.end));
    }

    fn call(&mut self, call: &FuncCall, span: Span) {
        let name = if call.name.is_namespaced() { "" } else { call.name.name.as_str() };
        let mut arguments = call.args.iter();
        match (name, arguments.next(), arguments.next()) {
            ("merge", Some(_), _) => {
                let module = self.module;
                let file = self.file;
                match Lowering::new(module, file).merged(call) {
                    Some(members) => {
                        self.out.implied("{", Span::new(span.start, span.start + 5));
                        self.pairs(members.into_iter());
                        self.out.implied("}", Span::new(span.end.saturating_sub(1), span.end));
                    }
                    None => self.unknown(span),
                }
            }
            ("flatten", Some(Expression::Array(array)), None) => {
                self.out.implied("[", Span::new(span.start, span.start + 7));
                let mut first = true;
                for element in array {
                    self.flattened(element, &mut first);
                }
                self.out.implied("]", Span::new(span.end.saturating_sub(1), span.end));
            }
            ("concat", Some(_), _) => {
                self.out.implied("[", Span::new(span.start, span.start + 6));
                let mut first = true;
                for argument in &call.args {
                    self.spliced(argument, &mut first);
                }
                self.out.implied("]", Span::new(span.end.saturating_sub(1), span.end));
            }
            ("tolist" | "toset" | "distinct" | "compact" | "sort" | "tostring" | "sensitive", Some(inner), None)
                if self.is_literal(inner) =>
            {
                self.value(inner);
            }
            _ => self.unknown(span),
        }
    }

    fn is_literal(&self, expression: &Expression) -> bool {
        let at = self.module.resolve(Located { expression, file: self.file }, false);
        at.file == self.file
            && matches!(at.expression, Expression::Array(_) | Expression::String(_) | Expression::StringTemplate(_))
    }

    /// The elements of one argument of `concat`.
    pub(super) fn spliced(&mut self, argument: &Expression, first: &mut bool) {
        let at = self.module.resolve(Located { expression: argument, file: self.file }, false);
        match at.expression {
            Expression::Array(array)
                if at.file == self.file && self.depth < MAX_DEPTH && self.out.len() <= MAX_TEXT =>
            {
                self.depth += 1;
                self.elements(array, first);
                self.depth -= 1;
            }
            Expression::ForExpr(each) if at.file == self.file && each.key_expr.is_none() => {
                self.separate(first, span_of(&each.value_expr));
                self.value(&each.value_expr);
            }
            // `condition ? [..] : []` may add its elements.
            Expression::Conditional(conditional) if at.file == self.file && self.depth < MAX_DEPTH => {
                let branches = [&conditional.true_expr, &conditional.false_expr];
                let is_empty = |branch: &&Expression| branch.as_array().is_some_and(Array::is_empty);
                let rest: Vec<&Expression> = branches.into_iter().filter(|branch| !is_empty(branch)).collect();
                self.depth += 1;
                match rest.as_slice() {
                    [] => {}
                    [one] => self.spliced(one, first),
                    _ => self.open_element(argument, first),
                }
                self.depth -= 1;
            }
            Expression::FuncCall(call)
                if at.file == self.file && self.depth < MAX_DEPTH && call.name.name.as_str() == "concat" =>
            {
                self.depth += 1;
                for argument in &call.args {
                    self.spliced(argument, first);
                }
                self.depth -= 1;
            }
            _ => self.open_element(argument, first),
        }
    }

    fn open_element(&mut self, argument: &Expression, first: &mut bool) {
        self.separate(first, span_of(argument));
        self.unknown(span_of(argument));
    }

    /// One element of the list that `flatten` is given.
    fn flattened(&mut self, element: &Expression, first: &mut bool) {
        let at = self.module.resolve(Located { expression: element, file: self.file }, false);
        match at.expression {
            Expression::Object(_) | Expression::String(_) | Expression::StringTemplate(_) if at.file == self.file => {
                self.separate(first, span_of(at.expression));
                self.value(at.expression);
            }
            _ => self.spliced(element, first),
        }
    }
}

/// The value of `jsonencode(value)`.
fn encoded(expression: &Expression) -> Option<&Expression> {
    let Expression::FuncCall(call) = expression else { return None };
    call.args.iter().next().filter(|_| !call.name.is_namespaced() && call.name.name.as_str() == "jsonencode")
}

/// The parts of a path that a call of `file` names, when it is known up to the folder of the module.
pub(super) fn module_path(module: &Module<'_>, at: Located<'_>) -> Option<String> {
    let at = module.resolve(at, true);
    let template = match at.expression {
        Expression::String(path) => return Some(path.as_str().to_owned()),
        Expression::StringTemplate(template) => template,
        _ => return None,
    };
    let mut found = String::new();
    for (number, element) in template.iter().enumerate() {
        match element {
            Element::Literal(text) => found.push_str(text),
            Element::Interpolation(inner) if number == 0 => match path(&inner.expr)?.as_slice() {
                ["path", "module" | "root" | "cwd"] => {}
                _ => return None,
            },
            Element::Interpolation(_) | Element::Directive(_) => return None,
        }
    }
    Some(found.trim_start_matches('/').to_owned())
}
