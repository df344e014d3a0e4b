//! A denial for people: what it is, who, why, what to change.

use std::fmt::Write;

use ramspect::account::Binding;
use ramspect::catalog::denials::ErrorClass;
use ramspect::diagnostic::{Diagnostic, Severity};
use ramspect::evaluate::{Decision, Possible, StatementId};
use ramspect::explain::{Cause, Denial, Diagnosis, layer_in_words};
use ramspect::policy::Effect;
use ramspect::report::explain::statement;
use ramspect::report::human::{Painter, Quote, Tone};

use super::explain::Explained;
use super::judge::Judge;

/// The whole text, ending in a line break.
pub(super) fn text(explained: &Explained<'_>, painter: Painter) -> String {
    let mut page = Page { explained, painter, text: String::new() };
    page.head();
    page.facts();
    page.why();
    page.suggestion();
    page.others();
    page.text
}

struct Page<'a> {
    explained: &'a Explained<'a>,
    painter: Painter,
    text: String,
}

/// What an error is, in words.
fn what(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::RamDenial => "RAM denial",
        ErrorClass::ExpiredToken => "no RAM denial: the security token is missing, expired or of another key",
        ErrorClass::Signature => "no RAM denial: the access key or the signature is wrong",
        ErrorClass::Quota => "no RAM denial: a limit is reached",
        ErrorClass::NotFound => "no RAM denial: something does not exist",
        ErrorClass::NotOwner => "no RAM denial: the resource belongs to another account",
        ErrorClass::ServiceRoleMissing => "no RAM denial of the caller: a role that the service needs is missing",
        ErrorClass::Acl => "no RAM denial: an access list refused",
        ErrorClass::MalformedPolicy => "no RAM denial: a policy document is refused",
        ErrorClass::Other => "no RAM denial: another error",
    }
}

/// What to do about an error without judging any policy: lower case, no full stop.
pub(super) fn next_step(explained: &Explained<'_>) -> String {
    let denial = explained.denial;
    let step = match denial.class {
        ErrorClass::RamDenial => return next_of_denial(explained),
        ErrorClass::ExpiredToken => {
            "get a new token from STS (`aliyun sts AssumeRole ..`) and use it with its own key pair"
        }
        ErrorClass::Signature => "check the access key, its secret and the clock of the machine",
        ErrorClass::Quota => "raise the quota or call more slowly",
        ErrorClass::NotFound => "check the id and the region of the call",
        ErrorClass::NotOwner => "call with an identity of the account that owns the resource",
        ErrorClass::ServiceRoleMissing => {
            "create the service role, or have somebody with `ram:CreateServiceLinkedRole` create it"
        }
        ErrorClass::Acl => {
            "change the access list of the bucket or object, or allow the caller by RAM or bucket policy"
        }
        ErrorClass::MalformedPolicy => "find the mistake with `ramspect lint FILE`",
        ErrorClass::Other => "look the code up in the error table of the service",
    };
    step.to_owned()
}

fn next_of_denial(explained: &Explained<'_>) -> String {
    let denial = explained.denial;
    if let Some(message) = denial.encoded_diagnostic_message.as_ref().filter(|_| denial.resource.is_none()) {
        // Nobody should paste a command with anything but base64 in it.
        let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_');
        let call = "aliyun ram DecodeDiagnosticMessage --EncodedDiagnosticMessage";
        if message.bytes().all(base64) {
            return format!("decode the message: {call} '{message}'");
        }
        return format!("decode the whole message with `{call} ..`");
    }
    if let Some(other) = explained.other_half {
        return format!("tell {other} of the call with `--resource ARN`");
    }
    match (explained.action.is_some(), explained.judge.is_some()) {
        (false, _) => "tell which action was refused: `--action SERVICE:NAME --resource ARN`".to_owned(),
        (true, false) => "give the caller's policies with `-p FILE` to see which statement decides".to_owned(),
        (true, true) => "tell the resources of the call with `--resource ARN`".to_owned(),
    }
}

/// Whether only a next step is left to tell.
fn explained_nothing(diagnosis: &Diagnosis, explained: &Explained<'_>) -> bool {
    diagnosis.cause == Cause::Unknown && (diagnosis.resources.is_empty() || explained.suggestion.is_none())
}

impl Page<'_> {
    fn line(&mut self, text: &str, indent: usize) {
        let wrapped = self.painter.wrap(text, indent);
        self.text.push_str(&wrapped);
    }

    fn head(&mut self) {
        let denial = self.explained.denial;
        let tone = if denial.is_ram_denial() { Tone::Bad } else { Tone::Open };
        let code = denial.code.as_deref().unwrap_or("no code");
        let http = denial.http.map(|http| format!(" (HTTP {http})")).unwrap_or_default();
        let line = format!("{}: {code}{http}", what(denial.class));
        let (first, rest) = line.split_once(':').unwrap_or((&line, ""));
        let line = format!("{}:{rest}", self.painter.paint(first, tone));
        self.line(&line, 2);
        let source = self.explained.source;
        let title = match (&denial.action, denial.is_ram_denial()) {
            (Some(action), true) => format!("`{action}` was refused"),
            _ => "this is what it says".to_owned(),
        };
        let shown = Diagnostic::error("denial", title, denial.mark);
        self.text.push_str(&self.painter.diagnostic(source, &shown));
    }

    fn facts(&mut self) {
        let denial = self.explained.denial;
        if let Some(resource) = &denial.resource {
            self.line(&format!("  on: {resource}"), 4);
        }
        if let Some(caller) = &denial.principal {
            let kind = caller.kind.as_deref().unwrap_or("somebody");
            let name = caller.display_name.as_ref().map(|name| format!(" `{name}`")).unwrap_or_default();
            let owner = caller.owner_id.as_ref().map(|id| format!(" of account `{id}`")).unwrap_or_default();
            self.line(&format!("  who: {kind}{name}{owner}"), 4);
        }
        if let Some(layer) = denial.policy_type.as_deref() {
            let spelled = layer_in_words(layer).map_or_else(|| format!("`{layer}`"), str::to_owned);
            self.line(&format!("  layer: {spelled}"), 4);
        }
        match denial.no_permission_type.as_deref() {
            Some("ExplicitDeny") => self.line("  kind: explicit, a statement denies it", 4),
            Some("ImplicitDeny") => self.line("  kind: implicit, no statement allows it", 4),
            _ => {}
        }
        if !denial.is_ram_denial() {
            let step = next_step(self.explained);
            self.line(&format!("next: {step}"), 2);
        }
    }

    fn why(&mut self) {
        let Some(diagnosis) = &self.explained.diagnosis else { return };
        if self.explained.root {
            return self
                .line("  the root user of the account is bound by no policy: another identity made the call", 2);
        }
        let Some(judge) = self.explained.judge.filter(|_| self.explained.action.is_some()) else {
            if self.explained.suggestion.is_none() || self.explained.denial.encoded_diagnostic_message.is_some() {
                let step = next_step(self.explained);
                self.line(&format!("next: {step}"), 2);
            }
            return;
        };
        self.line(&format!("why: {}", Self::cause(diagnosis)), 5);
        for doubt in &diagnosis.doubts {
            self.line(&format!("  - {doubt}"), 4);
        }
        self.denying(judge, diagnosis);
        let misses = diagnosis.near_misses.iter().filter(|_| diagnosis.cause != Cause::Disagrees);
        for miss in misses.take(3) {
            let Some(binding) = self.explained.binding_of(miss) else { continue };
            self.quote(judge, binding, miss.statement, &miss.why, Severity::Warning);
        }
        if explained_nothing(diagnosis, self.explained) {
            let step = next_step(self.explained);
            self.line(&format!("next: {step}"), 2);
        }
    }

    fn cause(diagnosis: &Diagnosis) -> String {
        let refused = diagnosis.resources.iter().filter(|r| r.explanation.possible != Possible::of(Decision::Allow));
        let names: Vec<String> = refused.map(|r| format!("`{}`", r.arn.rsplit(':').next().unwrap_or(&r.arn))).collect();
        let on = if names.is_empty() { String::new() } else { format!(" on {}", names.join(" and ")) };
        match diagnosis.cause {
            Cause::ExplicitDeny => format!("a statement denies it{on}"),
            Cause::NoMatchingAllow => format!("no statement given allows it{on}"),
            Cause::ConditionUnmet => format!("a condition is not met{on}"),
            Cause::ResourceMismatch => format!("the action is allowed, but on other resources: refused{on}"),
            Cause::OtherPrincipal => format!("it is allowed{on}, but to somebody else"),
            Cause::ResourceGroupScope => format!("it is allowed for another resource group: refused{on}"),
            Cause::ControlPolicy => format!("a level of the control-policy chain does not allow it{on}"),
            Cause::SessionPolicy => format!("the session policy does not allow it{on}"),
            Cause::TrustPolicy => "the trust policy of the role does not allow it".to_owned(),
            Cause::Disagrees => "cannot be reproduced; one of these explains it".to_owned(),
            Cause::Unknown if diagnosis.resources.is_empty() || !diagnosis.doubts.is_empty() => {
                "depends on a resource that is not told".to_owned()
            }
            Cause::Unknown => "cannot be told from what is given".to_owned(),
        }
    }

    fn denying(&mut self, judge: &Judge, diagnosis: &Diagnosis) {
        let Some(binding) = self.explained.binding.as_deref() else { return };
        let mut shown: Vec<StatementId> = Vec::new();
        for deciding in diagnosis.resources.iter().flat_map(|resource| &resource.explanation.decided_by) {
            let denies = binding.set().statement(deciding.statement).is_some_and(|s| s.effect == Effect::Deny);
            if denies && !shown.contains(&deciding.statement) && shown.len() < 4 {
                let what = if deciding.certain { "denies it" } else { "may deny it" };
                self.quote(judge, binding, deciding.statement, what, Severity::Error);
                shown.push(deciding.statement);
            }
        }
    }

    fn quote(&mut self, judge: &Judge, binding: &Binding, statement: StatementId, what: &str, severity: Severity) {
        let Some((policy, source, span)) = judge.policies.place(binding, statement) else { return };
        let index = binding.set().statement(statement).map_or(0, |statement| statement.index);
        let title = format!("{} statement {index}: {what}", policy.name);
        self.text.push_str(&self.painter.quote(&Quote { source, span, title, severity }));
    }

    fn suggestion(&mut self) {
        let Some(suggestion) = &self.explained.suggestion else { return };
        self.line(&format!("fix: {}", suggestion.text), 5);
        if let Some(grant) = &suggestion.grant {
            let value = statement(grant);
            let part = |name: &str| value.get(name).map(|part| serde_json::to_string_pretty(part).unwrap_or_default());
            let _ = writeln!(self.text, "     {{");
            for (name, end) in [("Effect", ","), ("Action", ","), ("Resource", "")] {
                let part = part(name).unwrap_or_default().replace('\n', "\n       ");
                let _ = writeln!(self.text, "       \"{name}\": {part}{end}");
            }
            let _ = writeln!(self.text, "     }}");
        }
        for warning in &suggestion.warnings {
            let mark = self.painter.paint("warning", Tone::Open);
            self.line(&format!("{mark}: {warning}"), 9);
        }
    }

    /// The other errors of the text, one a line.
    fn others(&mut self) {
        let explained = self.explained;
        let others: Vec<&Denial> =
            explained.denials.iter().filter(|denial| !std::ptr::eq(*denial, explained.denial)).collect();
        if others.is_empty() {
            return;
        }
        let _ = writeln!(self.text, "also in the text:");
        for denial in others.iter().take(10) {
            let line = explained.source.position(denial.span.start).line;
            let action = denial.action.as_ref().map(|action| format!(" `{action}`")).unwrap_or_default();
            let code = denial.code.as_deref().unwrap_or("no code");
            let kind = denial.class.word().unwrap_or("RAM denial");
            self.line(&format!("  line {line}: {code}{action} ({kind})"), 4);
        }
        if others.len() > 10 {
            let _ = writeln!(self.text, "  and {} more", others.len() - 10);
        }
    }
}
