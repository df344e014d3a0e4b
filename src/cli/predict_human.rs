//! A prediction for people: the verdict in one line, then why, then what to do.

use std::fmt::Write;

use ramspect::diagnostic::Severity;
use ramspect::evaluate::{Decision, NearMiss, Possible, Request, Rules, Unmet, View};
use ramspect::membership::{Check, FORBIDDEN, Status, Target};
use ramspect::policy::Effect;
use ramspect::predict::{JudgedResource, Verdict, what_would_settle};
use ramspect::report::human::{Painter, Quote, Tone};
use ramspect::report::predict::grant;

use super::judge::{Judge, Judged};
use super::predict::Traced;
use super::requests::Asked;

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
        let id = self.asked.id.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
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
        self.text.push_str(&line);
        self.text.push('\n');
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
        let first = |judged: &Judged| judged.explanation.decided_by.first().map(|deciding| deciding.statement);
        let named: Vec<_> =
            self.judged().map(|(resource, judged)| (tail(&resource.arn).to_owned(), first(judged))).collect();
        let Some((resource, Some(statement))) = named.first().cloned() else { return };
        let same = named.iter().all(|(_, other)| *other == Some(statement));
        let what = if same { "the call on every resource".to_owned() } else { format!("`{resource}`") };
        self.quote(statement, &format!("allows {what}"), Severity::Info);
        for (resource, other) in named.iter().skip(1).filter(|_| !same) {
            let Some((policy, source, span)) = other.and_then(|other| self.judge.policies.place(other)) else {
                continue;
            };
            let index =
                other.and_then(|other| self.judge.set().statement(other)).map_or(0, |statement| statement.index);
            let line = format!(
                "  {} statement {index} (line {}) allows `{resource}`",
                policy.name,
                source.position(span.start).line
            );
            self.line(&line, 4);
        }
    }

    fn quote(&mut self, statement: ramspect::evaluate::StatementId, what: &str, severity: Severity) {
        let Some((policy, source, span)) = self.judge.policies.place(statement) else { return };
        let index = self.judge.set().statement(statement).map_or(0, |statement| statement.index);
        let title = format!("{} statement {index} {what}", policy.name);
        let quoted = self.painter.quote(&Quote { source, span, title, severity });
        self.text.push_str(&quoted);
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
            .map(|(resource, judged)| (resource.arn.clone(), judged.explanation.clone()))
            .collect();
        let names: Vec<String> = refused.iter().map(|(arn, _)| format!("`{}`", tail(arn))).collect();
        let said = if check.status == Status::Violated { "refused on" } else { "depends on the context on" };
        self.text.push_str(&format!("{mark} {}: {said} {}\n", check.row.code, names.join(" and ")));
        let Some((arn, explanation)) = refused.first() else { return };
        let deciding = explanation.decided_by.iter().find(|deciding| {
            self.judge.set().statement(deciding.statement).is_some_and(|statement| statement.effect == Effect::Deny)
        });
        match deciding.or(explanation.decided_by.first()) {
            Some(deciding) => {
                let denies = self.judge.set().statement(deciding.statement).is_some_and(|s| s.effect == Effect::Deny);
                let verb = if denies { "denies" } else { "allows" };
                let what = match (deciding.certain, explanation.depends_on.is_empty()) {
                    (true, _) => format!("{verb} it"),
                    (false, true) => format!("{verb} it together with others"),
                    (false, false) => format!("{verb} it, depending on `{}`", explanation.depends_on.join("`, `")),
                };
                self.quote(deciding.statement, &what, if denies { Severity::Error } else { Severity::Warning });
            }
            None => self.near_miss(arn),
        }
    }

    /// The statement that misses by least: first one whose condition fails, then one whose resource does.
    fn near_miss(&mut self, arn: &str) {
        let supplied = self.judge.supplied(arn, self.asked.principal.as_ref());
        let view: View<'_> = self.judge.view(&supplied, Some(&self.asked.line));
        let request = Request { action: "ecs:JoinSecurityGroup", resource: arn, view };
        let rules = Rules::from(&self.judge.assumptions);
        let rank = |miss: &NearMiss| match &miss.unmet {
            Unmet::Condition(tests) => tests.len(),
            Unmet::Resource => 1000,
            Unmet::Action => 2000,
        };
        let misses = self.judge.set().near_misses(&request, rules);
        let best = misses.into_iter().filter(|miss| miss.effect == Effect::Allow).min_by_key(rank);
        match best {
            Some(NearMiss { statement, unmet: Unmet::Condition(tests), .. }) => {
                let keys: Vec<String> = tests.iter().map(|test| format!("`{}`", test.key)).collect();
                self.quote(
                    statement,
                    &format!("would allow it, but {} is not met", keys.join(", ")),
                    Severity::Warning,
                );
            }
            Some(NearMiss { statement, unmet: Unmet::Resource, .. }) => {
                self.quote(statement, "allows the action, but on other resources", Severity::Warning);
            }
            Some(NearMiss { unmet: Unmet::Action, .. }) | None => self.line("  no statement names the action", 2),
        }
    }

    fn fix(&mut self) {
        let Some(fix) = &self.prediction.fix else { return };
        if fix.grant.is_empty() {
            self.line(&format!("fix: {}", fix.text), 5);
        } else {
            let statement = serde_json::to_string(&grant(&fix.grant)).unwrap_or_default();
            self.line("fix: add this statement to a policy of the caller", 5);
            let _ = writeln!(self.text, "     {statement}");
        }
    }

    /// What the answer rests on: counts that are not all there, assumptions, and what can always happen.
    fn caveats(&mut self) {
        let outcome = &self.prediction.outcome;
        let codes = outcome.candidates.iter().map(|candidate| candidate.code);
        let others: Vec<&str> = codes.filter(|code| Some(*code) != outcome.code && *code != "Success").collect();
        if outcome.verdict == Verdict::Failure && !others.is_empty() {
            self.line(&format!("order not documented: {} may come first", others.join(", ")), 2);
        }
        if !outcome.unverified.is_empty() && !self.prediction.strict {
            self.line(&format!("unverified: {}", outcome.unverified.join(", ")), 2);
        }
        for effect in &self.prediction.assumptions {
            let answer = effect.answer.code.unwrap_or(effect.answer.verdict.word());
            let id = effect.assumption.id();
            self.line(
                &format!("assumes {id}={}; with --assume {id}={}: {answer}", effect.choice, effect.alternative),
                2,
            );
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
        let key = key.map(|key| format!("--context {key}=VALUE (or --absent {key})"));
        if let Some(way) = key.or_else(|| what_would_settle(self.prediction).into_iter().next()) {
            let _ = writeln!(self.text, "to settle it: {way}");
        }
    }
}
