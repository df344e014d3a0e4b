//! A policy that keeps its own text, for those who outlive the file it was read from.

use std::borrow::Cow;

use super::{Policy, Principal, Scope, Statement, Test, Text};
use crate::text::Spanned;

impl Policy<'_> {
    /// The same policy with text of its own.
    pub fn into_owned(self) -> Policy<'static> {
        let statements = self.statements.into_iter().map(Statement::into_owned).collect();
        Policy { kind: self.kind, span: self.span, statements }
    }
}

impl Statement<'_> {
    fn into_owned(self) -> Statement<'static> {
        Statement {
            span: self.span,
            sid: self.sid.map(text),
            effect: self.effect,
            action: self.action.map(scope),
            resource: self.resource.map(scope),
            principal: self.principal.map(|principal| principal.map(owned_principal)),
            condition: self.condition.into_iter().map(test).collect(),
        }
    }
}

fn text(text: Text<'_>) -> Text<'static> {
    Spanned::new(Cow::Owned(text.value.into_owned()), text.span)
}

fn texts(all: Vec<Text<'_>>) -> Vec<Text<'static>> {
    all.into_iter().map(text).collect()
}

fn scope(scope: Scope<'_>) -> Scope<'static> {
    Scope { except: scope.except, patterns: texts(scope.patterns), name: scope.name }
}

fn test(test: Test<'_>) -> Test<'static> {
    Test { operator: test.operator, key: text(test.key), values: texts(test.values) }
}

fn owned_principal(principal: Principal<'_>) -> Principal<'static> {
    match principal {
        Principal::List(list) => Principal::List(texts(list)),
        Principal::Typed { ram, service, federated } => {
            Principal::Typed { ram: texts(ram), service: texts(service), federated: texts(federated) }
        }
    }
}
