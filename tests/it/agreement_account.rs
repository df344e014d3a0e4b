//! Whole accounts against the slow reference: every layer of a judgement, through the sets and the cache that a batch uses.

use std::collections::{BTreeMap, BTreeSet};

use ramspect::account::{
    Account, Binding, BindingCache, Bindings, Documents, Given, MissingPolicy, NamedPolicy, Origin, Principal,
};
use ramspect::catalog::Assumptions;
use ramspect::evaluate::{Context, Decision, Fact, Judgement, PolicySet, Possible, Request, Rules, Scratch, View};
use ramspect::policy::{Effect, PolicyKind, lower};
use ramspect::text::Source;
use serde_json::Value;

use crate::reference::account::{Line, World};
use crate::reference::assumptions::{Choices, TABLE};
use crate::reference::evaluate::{self as slow, Said};
use crate::reference::generate::{self, Rng};
use crate::reference::generate_account;
use crate::reference::policy::Effect as SlowEffect;
use crate::support::cases;

/// The account as the library reads it, with what is given beside it.
fn bindings(world: &World) -> Bindings {
    let mut documents = Documents::default();
    let mut no_files = |_: &str| Err(String::new());
    let source = Source::new("account.json", world.account.to_string());
    let read = Account::read(source, MissingPolicy::Unknown, &mut documents, &mut no_files);
    let (account, _) = read.unwrap_or_else(|problems| panic!("{problems:?}\n{}", world.account));
    let mut given = |name: &str, kind: PolicyKind, document: &Value| {
        let text = document.to_string();
        let policy = lower(&text, kind).policy.into_owned();
        let source = documents.add_source(Source::new(name, text));
        let spans = policy.statements.iter().map(|statement| statement.span).collect();
        documents.add(NamedPolicy::new(name, Origin::Text(source), policy, spans))
    };
    let session = world.session.as_ref().map(|document| vec![given("session", PolicyKind::Session, document)]);
    let resource = world.bucket.iter().map(|document| given("bucket", PolicyKind::Bucket, document)).collect();
    Bindings::new(documents, Some(account), Given { session, resource, ..Given::default() })
}

fn context(line: &Line) -> Context<'_> {
    let mut context = Context::new();
    for (key, said) in &line.context {
        let fact = match said {
            Said::Known(values) => Fact::Known(values.iter().map(Into::into).collect()),
            Said::Absent => Fact::Absent,
        };
        context.set(key.as_str(), fact);
    }
    context
}

fn set_of(possible: Possible) -> BTreeSet<slow::Decision> {
    let decision = |decision| match decision {
        Decision::Allow => slow::Decision::Allow,
        Decision::ExplicitDeny => slow::Decision::ExplicitDeny,
        Decision::ImplicitDeny => slow::Decision::ImplicitDeny,
    };
    possible.iter().map(decision).collect()
}

/// An answer as it is compared: of one resource with everything, of several only what a batch line says of all.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    possible: BTreeSet<slow::Decision>,
    depends_on: BTreeSet<String>,
    decided_by: Vec<slow::Decider>,
    assumptions: Vec<(String, String)>,
}

fn deciders(bindings: &Bindings, binding: &Binding, explained: &ramspect::evaluate::Explanation) -> Vec<slow::Decider> {
    let shown = explained.decided_by.iter().filter_map(|deciding| {
        let described = binding.set().statement(deciding.statement)?;
        let (named, _) = bindings.shown(binding, described.policy)?;
        Some(slow::Decider {
            layer: described.layer.kind.as_str(),
            scope: described.layer.scope.to_string(),
            policy: named.name.clone(),
            statement: described.index,
            effect: if described.effect == Effect::Allow { SlowEffect::Allow } else { SlowEffect::Deny },
            possible: !deciding.certain,
        })
    });
    shown.collect()
}

fn fast(bindings: &Bindings, cache: &mut BindingCache, line: &Line, choices: &Choices, scratch: &mut Scratch) -> Told {
    let known = cache.caller(bindings, Some(&line.principal)).unwrap();
    let allow = BTreeSet::from([slow::Decision::Allow]);
    if bindings.is_unbound(Some(&Principal::parse(&line.principal).unwrap())) {
        return Told { possible: allow, depends_on: BTreeSet::new(), decided_by: Vec::new(), assumptions: Vec::new() };
    }
    let assumptions =
        TABLE.iter().fold(Assumptions::default(), |all, (id, _)| all.with_id(id, choices.of(id)).unwrap());
    let rules = Rules::from(&assumptions);
    let context = context(line);
    let view = View { line: Some(&context), supplied: Some(&known.supplied), closed: line.closed, ..View::default() };
    let (mut judgements, mut depends_on, mut decided_by, mut bound) =
        (Vec::new(), BTreeSet::new(), Vec::new(), Vec::new());
    for resource in &line.resources {
        let binding = cache.binding(bindings, &known, &line.action, resource);
        let request = Request { action: &line.action, resource, view };
        let (judgement, explained) = binding.set().judge_and_explain(&request, rules, scratch);
        assert!(explained.exact, "a small account must be exact");
        decided_by.extend(deciders(bindings, &binding, &explained));
        depends_on.extend(explained.depends_on);
        judgements.push(judgement);
        bound.push(binding);
    }
    let combined = Judgement::combine(judgements).unwrap();
    let alternatives = PolicySet::alternatives(combined, &assumptions, |rules| {
        Possible::combine(line.resources.iter().zip(&bound).map(|(resource, binding)| {
            binding.set().judge(&Request { action: &line.action, resource, view }, rules, scratch).possible
        }))
    });
    let assumptions = alternatives.iter().map(|other| (other.assumption.id().to_owned(), other.choice.to_owned()));
    let mut told =
        Told { possible: set_of(combined.possible), depends_on, decided_by, assumptions: assumptions.collect() };
    if line.resources.len() > 1 {
        told.decided_by.clear();
        told.assumptions.clear();
    }
    told
}

fn reference(world: &World, line: &Line, choices: &Choices) -> Told {
    let answer = |resource: &String| slow::evaluate(&slow::Case { choices: *choices, ..world.case(line, resource) });
    let answers: Vec<slow::Answer> = line.resources.iter().map(answer).collect();
    let possible = slow::combine(answers.iter().map(|answer| &answer.possible));
    let resources = answers.iter().flat_map(|answer| &answer.resources);
    let depends_on = resources.clone().flat_map(|resource| resource.depends_on.iter().cloned()).collect();
    let root = world.case(line, &line.resources[0]).root;
    let (mut decided_by, mut assumptions) = (Vec::new(), Vec::new());
    if let ([answer], false) = (answers.as_slice(), root) {
        let all = answer.resources[0].decided_by.iter();
        decided_by.extend(all.filter(|by| !by.policy.starts_with("unknown ")).cloned());
        assumptions.extend(answer.assumptions.iter().map(|other| (other.id.to_owned(), other.alternative.to_owned())));
    }
    Told { possible, depends_on, decided_by, assumptions }
}

/// What a run must have met, so that no layer goes untested.
#[derive(Debug, Default)]
struct Met(BTreeMap<String, usize>);

impl Met {
    fn count(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    fn note(&mut self, world: &World, line: &Line, told: &Told) {
        let [resource] = line.resources.as_slice() else { return self.count("several resources") };
        let case = world.case(line, resource);
        self.count(slow::decision_name(&told.possible));
        for by in &told.decided_by {
            let scope = if by.layer == "control" { "" } else { &by.scope };
            self.count(format!("{} {} {:?}", by.layer, scope, by.effect));
        }
        if told.depends_on.iter().any(|key| key.starts_with("policy:")) {
            self.count("a missing policy");
        }
        if told.depends_on.iter().any(|key| key.starts_with("trust:")) {
            self.count("an unknown trust policy");
        }
        if told.depends_on.contains("principal:uid") {
            self.count("an unknown UID");
        }
        if case.root {
            self.count("root");
        } else if line.principal.ends_with(":root") {
            self.count("root under a bucket policy");
        }
        if line.principal.ends_with("role/linked") && world.account.get("resource_directory").is_some() {
            self.count("a service-linked role in a directory");
        }
        if resource.contains(":456:") && resource.contains(":oss:") {
            self.count("a bucket of another account");
        } else if resource.contains(":456:") {
            self.count("another account");
        }
    }
}

/// `count` accounts, 40 requests each.
fn check(seed: u64, count: usize) -> Met {
    let mut met = Met::default();
    for number in 0..count {
        let mut rng = Rng(seed + number as u64);
        let types = generate_account::types(&mut rng);
        let world = generate_account::world(&mut rng, types);
        let choices = generate::choices(&mut rng, 6);
        let bindings = bindings(&world);
        let mut cache = BindingCache::new(rng.chance(50));
        let mut scratch = Scratch::new();
        for _ in 0..40 {
            let line = generate_account::line(&mut rng, &world, types);
            let told = fast(&bindings, &mut cache, &line, &choices, &mut scratch);
            let expected = reference(&world, &line, &choices);
            assert_eq!(
                told,
                expected,
                "left: real, right: reference; account {number}\n{}\nsession {:?}\nbucket {:?}\n{line:?}\n{:?}\n{:#?}",
                world.account,
                world.session.as_ref().map(Value::to_string),
                world.bucket.as_ref().map(Value::to_string),
                choices.arguments(),
                line.resources.iter().map(|resource| world.case(&line, resource)).collect::<Vec<_>>(),
            );
            met.note(&world, &line, &told);
        }
    }
    met
}

/// 20,000 requests; 100,000 with `RAMSPECT_CASES=500`.
#[test]
fn accounts_agree_with_the_reference() {
    let accounts = cases(500);
    let met = check(20_261_124, accounts);
    println!("{accounts} accounts, {} requests: {:#?}", accounts * 40, met.0);
    if accounts < 500 {
        return;
    }
    for what in [
        "allow",
        "explicit_deny",
        "implicit_deny",
        "undetermined",
        "control  Deny",
        "session account Deny",
        "identity account Allow",
        "identity account Deny",
        "identity resource_group Allow",
        "identity resource_group Deny",
        "resource account Allow",
        "resource account Deny",
        "a missing policy",
        "an unknown trust policy",
        "an unknown UID",
        "root",
        "root under a bucket policy",
        "a service-linked role in a directory",
        "a bucket of another account",
        "another account",
        "several resources",
    ] {
        assert!(met.0.get(what).copied().unwrap_or_default() >= 20, "{what}: {met:#?}");
    }
}
