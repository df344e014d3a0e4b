//! From generated shapes to what the engine takes.

use ramspect::evaluate::{Context, Fact, Layer, LayerKind, PolicySet, PolicySetBuilder, Request, View};
use ramspect::policy::{Policy, PolicyKind, lower};

use super::shapes::{Ask, IP, TEAM};

pub fn policies(texts: &[String]) -> Vec<Policy<'_>> {
    texts.iter().map(|text| lower(text, PolicyKind::Identity).policy).collect()
}

pub fn set(policies: &[Policy<'_>]) -> PolicySet {
    let mut builder = PolicySetBuilder::new();
    builder.layer(Layer { kind: LayerKind::Identity, scope: "account".into() });
    for policy in policies {
        builder.policy(policy);
    }
    builder.finish()
}

pub fn contexts(asks: &[Ask]) -> Vec<Context<'_>> {
    let context = |ask: &'_ Ask| -> Context<'_> {
        let mut context = Context::new();
        context.set(IP, Fact::One(ask.ip.clone().into()));
        context.set(TEAM, Fact::One(ask.team.clone().into()));
        context
    };
    asks.iter().map(context).collect()
}

/// Requests whose every key is said.
pub fn requests<'a>(asks: &'a [Ask], contexts: &'a [Context<'a>]) -> Vec<Request<'a>> {
    let request = |(ask, context): (&'a Ask, &'a Context<'a>)| Request {
        action: &ask.action,
        resource: &ask.resource,
        view: View { line: Some(context), closed: true, ..View::default() },
    };
    asks.iter().zip(contexts).map(request).collect()
}
