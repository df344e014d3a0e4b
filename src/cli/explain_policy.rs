//! `ramspect explain-policy`: what a policy allows and denies, in sentences.

use std::io::Write;

use clap::Args;

use ramspect::analyze::minimize;
use ramspect::policy::{Policy, PolicyKind};
use ramspect::report::explain_policy::{ExplainPolicyAnswer, sentences};
use ramspect::text::Span;

use super::failure::Outcome;
use super::minimize::WorkArgs;
use super::options::{Format, OutputArgs};
use super::status::Status;
use super::terminal::Terminal;

/// Says in sentences what a policy allows and denies
///
/// The policy is minimized first (see `ramspect minimize`), and each statement that remains is one sentence. What stands in
/// backquotes is text of the policy; after `like`, `*` is any text and `?` any character.
///
/// JSON, schema `ramspect.explain-policy/1`: `minimized` (false: not proved in time, the sentences are those of the policy as it
/// stands), `allows` (whether it allows anything; null: undecided), `sentences` (`effect`, `text`, `statement`).
///
/// Exit status: 0, or 2 when there is no policy that RAM would take.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct ExplainPolicyArgs {
    #[command(flatten)]
    work: WorkArgs,
    #[command(flatten)]
    output: OutputArgs,
}

const EXAMPLES: &str = "\
Examples:
  ramspect explain-policy policy.json
  aliyun ram GetPolicy --PolicyName dev --PolicyType Custom | ramspect explain-policy -
  ramspect explain-policy policies/ --format json";

pub(crate) fn run(args: &ExplainPolicyArgs, terminal: &mut Terminal) -> Outcome<Status> {
    let (read, options) = args.work.read(terminal)?;
    let policies: Vec<&Policy<'_>> = read.documents().map(|policy| -> &Policy<'_> { policy }).collect();
    let smaller = minimize(&policies, args.work.alone, options);
    let (minimized, allows) = (smaller.proved, smaller.allows.filter(|_| smaller.proved));
    let policy = if minimized {
        smaller.policy
    } else {
        let statements = policies.iter().flat_map(|policy| policy.statements.iter().cloned()).collect();
        Policy { kind: PolicyKind::Identity, span: Span::default(), statements }
    };
    let sentences = sentences(&policy, allows, options.rules.absent_negated);
    let answer = ExplainPolicyAnswer { schema: "ramspect.explain-policy/1", minimized, allows, sentences };
    match args.output.format {
        Format::Human => human(&answer, terminal),
        Format::Json => {
            let _ = serde_json::to_writer(&mut terminal.out, &answer);
            let _ = writeln!(terminal.out);
        }
    }
    Ok(Status::Yes)
}

fn human(answer: &ExplainPolicyAnswer, terminal: &mut Terminal) {
    let painter = terminal.painter_of_answers();
    let mut text = String::new();
    let any = answer.sentences.iter().any(|sentence| sentence.effect == "Allow");
    if !any {
        text.push_str("It allows nothing.\n");
    }
    for sentence in &answer.sentences {
        text.push_str(painter.wrap(&sentence.text, 2).trim_end());
        text.push('\n');
    }
    if any {
        text.push_str("It allows nothing else.\n");
    }
    let _ = terminal.out.write_all(text.as_bytes());
    if !answer.minimized {
        let _ =
            writeln!(terminal.err, "no smaller policy was proved equivalent in time: this is the policy as it stands");
    }
}
