//! A prediction for people: the verdict in one line, then why, then what to do.

use std::fmt::Write;

use ramspect::account::Binding;
use ramspect::diagnostic::Severity;
use ramspect::evaluate::{Deciding, Decision, LayerKind, NearMiss, Possible, Request, Rules, StatementId, Unmet, View};
use ramspect::membership::{Check, FORBIDDEN, Status, Target};
use ramspect::policy::Effect;
use ramspect::predict::{JudgedResource, Verdict, what_would_settle};
use ramspect::report::human::{Painter, Quote, Tone};
use ramspect::request::Asked;

use super::judge::{Judge, Judged};
use super::predict::Traced;
use super::simulate::settles;

/// The whole text, ending in a line break.
pub(super) fn text(judge: &Judge, asked: &Asked, prediction: &Traced, painter: Painter) -> String {
    let mut page = Page { judge, asked, prediction, painter, text: String::new() };
    page.verdict();
    match prediction.outcome.verdict {
        Verdict::Success => page.grants(),
        Verdict::Failure | Verdict::Undetermined => page.checks(),
    }
    page.fix();
    page.caveats();
    page.deprecated();
    page.settle();
    page.text
}

/// A success is read at a glance.
const SUCCESS_LINES: usize = 8;

/// The statement to add, in the order in which people write it, one ARN a line.
fn statement(resources: &[String]) -> String {
    let arns: Vec<String> = resources.iter().map(|arn| serde_json::Value::from(arn.as_str()).to_string()).collect();
    let arns = arns.join(",\n         ");
    format!(
        "     {{ \"Effect\": \"Allow\", \"Action\": \"ecs:JoinSecurityGroup\", \"Resource\": [\n         {arns}\n     ] }}\n"
    )
}

struct Page<'a> {
    judge: &'a Judge,
    asked: &'a Asked,
    prediction: &'a Traced,
    painter: Painter,
    text: String,
}

/// `instance/i-..` of an ARN: what a reader needs of it.
fn tail(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}

impl Page<'_> {
    fn line(&mut self, text: &str, indent: usize) {
        let wrapped = self.painter.wrap(text, indent);
        self.text.push_str(&wrapped);
    }

    fn verdict(&mut self) {
        let outcome = &self.prediction.outcome;
        let request = &self.asked.request;
        let id = match &self.asked.id {
            None => String::new(),
            Some(serde_json::Value::String(id)) => format!("{id}: "),
            Some(id) => format!("{id}: "),
        };
        let target = match request.target() {
            Target::Instance(id) | Target::NetworkInterface(id) => format!("`{id}`"),
            Target::Both => "both ids".to_owned(),
            Target::Neither => "neither id".to_owned(),
        };
        let group = request.group().map_or("no group".to_owned(), |group| format!("`{group}`"));
        let call = format!("{target} into {group}");
        let paint = |word: &str, tone| self.painter.paint(word, tone);
        let line = match (outcome.verdict, outcome.code) {
            (Verdict::Success, _) => format!("{id}{}: {call}", paint("success", Tone::Good)),
            (Verdict::Failure, Some(code)) => {
                let http = outcome.http.map(|http| format!(" (HTTP {http})")).unwrap_or_default();
                format!("{id}{}: {code}{http}: {call}", paint("failure", Tone::Bad))
            }
            (Verdict::Failure | Verdict::Undetermined, _) => {
                format!("{id}{}: {call}", paint("cannot tell", Tone::Open))
            }
        };
        self.line(&line, 2);
        if let Some(meaning) = outcome.meaning {
            self.line(&format!("  {meaning}"), 2);
        }
    }

    fn judged(&self) -> impl Iterator<Item = (&JudgedResource, &Judged)> {
        let authorization = &self.prediction.authorization;
        authorization.resources.iter().zip(authorization.trace.iter().flatten())
    }

    /// The statements that allow: the first one underlined, the others named.
    fn grants(&mut self) {
        if self.judged().any(|(_, judged)| judged.root) {
            return self.line("  the root user of the account is bound by no policy", 2);
        }
        let first = |judged: &Judged| {
            let statement = judged.explanation.decided_by.first().map(|deciding| deciding.statement)?;
            Some((judged.binding.clone()?, statement))
        };
        let named: Vec<_> =
            self.judged().map(|(resource, judged)| (tail(&resource.arn).to_owned(), first(judged))).collect();
        let Some((resource, Some((binding, statement)))) = named.first().cloned() else { return };
        let same = named.iter().all(|(_, other)| other.as_ref().is_some_and(|(_, other)| *other == statement));
        let what = if same { "the call on every resource".to_owned() } else { format!("`{resource}`") };
        self.quote(&binding, statement, &format!("allows {what}"), Severity::Info);
        let quoted = self.judge.policies.place(&binding, statement).map_or("", |(_, source, _)| source.name());
        for (resource, other) in named.iter().skip(1).filter(|_| !same) {
            let Some((binding, statement)) = other else { continue };
            let Some(words) = self.judge.policies.in_words(binding, *statement) else { continue };
            let place = self.judge.policies.place(binding, *statement);
            let at = place.map(|(policy, source, span)| {
                let line = source.position(span.start).line;
                if source.name() == quoted { format!(" (line {line})") } else { format!(" ({}:{line})", policy.name) }
            });
            let line = format!("  {words}{} allows `{resource}`", at.unwrap_or_default());
            self.line(&line, 4);
        }
    }

    fn quote(&mut self, binding: &Binding, statement: StatementId, what: &str, severity: Severity) {
        let Some(words) = self.judge.policies.in_words(binding, statement) else { return };
        let title = format!("{words} {what}");
        match self.judge.policies.place(binding, statement) {
            Some((_, source, span)) => {
                let quoted = self.painter.quote(&Quote { source, span, title, severity });
                self.text.push_str(&quoted);
            }
            None => self.line(&format!("    {title}"), 4),
        }
    }

    /// Every violated and every unknown check, with the fact that it rests on.
    fn checks(&mut self) {
        for check in &self.prediction.checks {
            let (mark, tone) = match check.status {
                Status::Violated => ("fails", Tone::Bad),
                Status::Unknown => ("unknown", Tone::Open),
                Status::Unverified if self.prediction.strict => ("unverified", Tone::Open),
                _ => continue,
            };
            let mark = self.painter.paint(mark, tone);
            if check.row.code == FORBIDDEN {
                self.authorization(check, &mark);
            } else {
                self.line(&format!("{mark} {}: {}", check.row.code, check.reason), 2);
            }
        }
    }

    /// `Forbidden.RAM`, with the statement that refuses, that may, or that nearly grants.
    fn authorization(&mut self, check: &Check, mark: &str) {
        let refused: Vec<_> = self
            .judged()
            .filter(|(_, judged)| judged.explanation.possible != Possible::of(Decision::Allow))
            .filter_map(|(resource, judged)| {
                Some((resource.arn.clone(), judged.explanation.clone(), judged.binding.clone()?))
            })
            .collect();
        let names: Vec<String> = refused.iter().map(|(arn, ..)| format!("`{}`", tail(arn))).collect();
        let said = if check.status == Status::Violated { "refused on" } else { "depends on the context on" };
        self.line(&format!("{mark} {}: {said} {}", check.row.code, names.join(" and ")), 2);
        let Some((arn, explanation, binding)) = refused.first() else { return };
        let denies = |deciding: &Deciding| {
            binding.set().statement(deciding.statement).is_some_and(|statement| statement.effect == Effect::Deny)
        };
        let shown = explanation.decided_by.iter();
        let shown = shown.filter(|deciding| self.judge.policies.name(binding, deciding.statement).is_some());
        let shown: Vec<&Deciding> = shown.collect();
        let deciding = shown.iter().copied().find(|deciding| denies(deciding));
        match deciding.or(shown.first().copied()) {
            Some(deciding) => {
                let denies = denies(deciding);
                let verb = if denies { "denies" } else { "allows" };
                let what = match (deciding.certain, explanation.depends_on.is_empty()) {
                    (true, _) => format!("{verb} it"),
                    (false, true) => format!("{verb} it together with others"),
                    (false, false) => format!("{verb} it, depending on `{}`", explanation.depends_on.join("`, `")),
                };
                self.quote(
                    binding,
                    deciding.statement,
                    &what,
                    if denies { Severity::Error } else { Severity::Warning },
                );
            }
            None if explanation.depends_on.is_empty() => self.near_miss(arn, binding, explanation.refused_by),
            None => self.line(&format!("  it depends on `{}`", explanation.depends_on.join("`, `")), 2),
        }
    }

    /// The statement that misses by least: first one whose condition fails, then one whose resource does.
    fn near_miss(&mut self, arn: &str, binding: &Binding, refused_by: Option<usize>) {
        let supplied = self.judge.supplied(arn, self.asked.principal.as_ref());
        let view: View<'_> = self.judge.view(&supplied, Some(&self.asked.line));
        let request = Request { action: "ecs:JoinSecurityGroup", resource: arn, view };
        let rules = Rules::from(&self.judge.assumptions);
        let rank = |miss: &NearMiss| match &miss.unmet {
            Unmet::Condition(tests) => tests.len(),
            Unmet::Resource => 1000,
            Unmet::Action => 2000,
        };
        let misses = binding.set().near_misses(&request, rules).into_iter();
        let guard = refused_by.and_then(|layer| binding.set().layer(layer));
        let guard = guard.filter(|layer| matches!(layer.kind, LayerKind::Control | LayerKind::Session));
        if let Some(layer) = guard {
            let what = match layer.kind {
                LayerKind::Control => format!("the control policies of level `{}` do not allow it", layer.scope),
                _ => "the session policy does not allow it".to_owned(),
            };
            self.line(&format!("  {what}"), 2);
        }
        let in_layer = |miss: &NearMiss| {
            let layer = binding.set().statement(miss.statement).map(|statement| statement.layer);
            guard.is_none_or(|guard| layer == Some(guard))
                && self.judge.policies.name(binding, miss.statement).is_some()
        };
        let best = misses.filter(|miss| miss.effect == Effect::Allow && in_layer(miss)).min_by_key(rank);
        match best {
            Some(NearMiss { statement, unmet: Unmet::Condition(tests), .. }) => {
                let keys: Vec<String> = tests.iter().map(|test| format!("`{}`", test.key)).collect();
                self.quote(
                    binding,
                    statement,
                    &format!("would allow it, but {} is not met", keys.join(", ")),
                    Severity::Warning,
                );
            }
            Some(NearMiss { statement, unmet: Unmet::Resource, .. }) => {
                self.quote(binding, statement, "allows the action, but on other resources", Severity::Warning);
            }
            Some(NearMiss { unmet: Unmet::Action, .. }) | None if guard.is_some() => {}
            Some(NearMiss { unmet: Unmet::Action, .. }) | None => self.line("  no statement names the action", 2),
        }
    }

    fn fix(&mut self) {
        let Some(fix) = &self.prediction.fix else { return };
        if fix.grant.is_empty() {
            self.line(&format!("fix: {}", fix.text), 5);
        } else {
            self.line("fix: add this statement to a policy of the caller", 5);
            self.text.push_str(&statement(&fix.grant));
        }
    }

    /// What the answer rests on: counts that are not all there, and assumptions.
    fn caveats(&mut self) {
        let outcome = &self.prediction.outcome;
        let mut caveats = Vec::new();
        let codes = outcome.candidates.iter().map(|candidate| candidate.code);
        let others: Vec<&str> = codes.filter(|code| Some(*code) != outcome.code && *code != "Success").collect();
        if outcome.verdict == Verdict::Failure && !others.is_empty() {
            caveats.push(format!("order not documented: {} may come first", others.join(", ")));
        }
        if !outcome.unverified.is_empty() && !self.prediction.strict {
            caveats.push(format!("unverified: {}", outcome.unverified.join(", ")));
        }
        for effect in &self.prediction.assumptions {
            let answer = effect.answer.code.unwrap_or(effect.answer.verdict.word());
            let id = effect.assumption.id();
            caveats
                .push(format!("assumes {id}={}; with --assume {id}={}: {answer}", effect.choice, effect.alternative));
        }
        let text: String = caveats.iter().map(|caveat| self.painter.wrap(caveat, 2)).collect();
        // One line is left for the deprecation.
        let room = SUCCESS_LINES.saturating_sub(self.text.lines().count() + 1);
        if outcome.verdict == Verdict::Success && text.lines().count() > room {
            let mut ids: Vec<&str> = self.prediction.assumptions.iter().map(|effect| effect.assumption.id()).collect();
            ids.dedup();
            let count = |count: usize, what: &str| match count {
                0 => None,
                1 => Some(format!("1 {what}")),
                _ => Some(format!("{count} {what}s")),
            };
            let unverified = count(outcome.unverified.len(), "unverified check");
            let parts: Vec<String> = unverified.into_iter().chain(count(ids.len(), "assumption")).collect();
            let short = format!("rests on {}: see --format json", parts.join(" and "));
            self.line(&short, 2);
        } else {
            self.text.push_str(&text);
        }
    }

    fn deprecated(&mut self) {
        let line = match self.asked.request.target() {
            Target::NetworkInterface(_) => {
                "deprecated: ModifyNetworkInterfaceAttribute needs the eni and each listed group"
            }
            _ => "deprecated: ModifyInstanceAttribute needs the instance and each listed group",
        };
        let painted = self.painter.paint(line, Tone::Quiet);
        self.text.push_str(&painted);
        self.text.push('\n');
    }

    /// An undetermined answer ends with the one thing that would settle it.
    fn settle(&mut self) {
        if self.prediction.outcome.verdict != Verdict::Undetermined {
            return;
        }
        let key = self.prediction.authorization.missing.first();
        let key = key.map(|key| settles(key));
        if let Some(way) = key.or_else(|| what_would_settle(self.prediction).into_iter().next()) {
            let _ = writeln!(self.text, "to settle it: {way}");
        }
    }
}
