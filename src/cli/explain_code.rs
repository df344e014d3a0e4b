//! `ramspect predict --explain-code CODE`: one code of the error table.

use std::io::Write;

use serde::Serialize;

use ramspect::catalog::error_pages;
use ramspect::catalog::errors::{Path, Rule, TABLE, find};
use ramspect::diagnostic::nearest;
use ramspect::report::human::Tone;

use super::failure::{Failure, Outcome};
use super::options::Format;
use super::status::Status;
use super::terminal::Terminal;

/// The JSON of one code.
#[derive(Debug, Serialize)]
struct CodeAnswer {
    schema: &'static str,
    code: &'static str,
    http: Vec<u16>,
    messages: Vec<&'static str>,
    meaning: &'static str,
    /// Which form of the call can get it: `instance`, `network_interface` or `both`.
    path: &'static str,
    stage: &'static str,
    rule: &'static str,
    when: &'static str,
    facts: &'static [&'static str],
    fix: &'static str,
}

pub(super) fn run(code: &str, format: Format, terminal: &mut Terminal) -> Outcome<Status> {
    let row = find(code).or_else(|| TABLE.iter().find(|row| row.code.eq_ignore_ascii_case(code)));
    let (Some(row), Some(page)) = (row, row.and_then(|row| error_pages::find(row.code))) else {
        let failure = Failure::new(format!("`{code}` is no error of JoinSecurityGroup"));
        return Err(match nearest(code, TABLE.iter().map(|row| row.code)) {
            Some(suggestion) => failure.with_help(format!("did you mean `{suggestion}`?")),
            None => failure.with_help("`ramspect explain` reads errors of any service"),
        });
    };
    let answer = CodeAnswer {
        schema: "ramspect.explain-code/1",
        code: row.code,
        http: row.statuses(),
        messages: row.answers.iter().filter_map(|answer| answer.message).collect(),
        meaning: row.meaning,
        path: match row.path() {
            Path::Instance => "instance",
            Path::NetworkInterface => "network_interface",
            Path::Both => "both",
        },
        stage: row.stage.word(),
        rule: row.rule.word(),
        when: page.when,
        facts: page.facts,
        fix: page.fix,
    };
    match format {
        Format::Json => {
            let _ = serde_json::to_writer(&mut terminal.out, &answer);
            let _ = writeln!(terminal.out);
        }
        Format::Human => human(&answer, row.rule, terminal),
    }
    Ok(Status::Yes)
}

fn human(answer: &CodeAnswer, rule: Rule, terminal: &mut Terminal) {
    let painter = terminal.painter_of_answers();
    let statuses: Vec<String> = answer.http.iter().map(u16::to_string).collect();
    let mut text = format!("{} (HTTP {})\n", painter.paint(answer.code, Tone::Bad), statuses.join(" or "));
    let mut line = |line: &str, indent| text.push_str(&painter.wrap(line, indent));
    line(&format!("  {}", answer.meaning), 2);
    for message in &answer.messages {
        line(&format!("  the API says: {message}"), 4);
    }
    let path = match answer.path {
        "instance" => "only a call with `InstanceId`",
        "network_interface" => "only a call with `NetworkInterfaceId`",
        _ => "a call with either target",
    };
    line(&format!("who gets it: {path}"), 2);
    line(&format!("when: {}", answer.when), 2);
    if !answer.facts.is_empty() {
        line("what decides it:", 2);
        for fact in answer.facts {
            line(&format!("  {fact}"), 4);
        }
    }
    line(&format!("checked at: {}", answer.stage), 2);
    let source = match rule {
        Rule::Documented => "stated by a document of the vendor",
        Rule::Inferred => "concluded by this project, no document states it",
    };
    line(&format!("rule: {}, {source}", answer.rule), 2);
    line(&format!("fix: {}", answer.fix), 2);
    let _ = terminal.out.write_all(text.as_bytes());
}
