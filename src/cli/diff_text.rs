//! `ramspect diff` for people: in the terminal, and in a pull request.

use ramspect::analyze::{Relation, Witness, Witnesses};
use ramspect::diagnostic::Severity;
use ramspect::evaluate::Decision;
use ramspect::report::human::{Painter, Quote, Tone};

use super::compared::request_line;
use super::diff::Compared;

/// So many requests are shown in each direction; JSON has all.
const SHOWN: usize = 10;

/// The relation in a sentence.
pub(crate) fn headline(relation: Relation) -> (&'static str, &'static str, Tone) {
    match relation {
        Relation::Equivalent => ("equivalent", "both allow the same requests", Tone::Good),
        Relation::Broader => ("broader", "the new side allows more, and nothing is lost", Tone::Bad),
        Relation::Narrower => ("narrower", "the new side allows less, and nothing new", Tone::Good),
        Relation::Incomparable => ("incomparable", "each side allows something that the other does not", Tone::Bad),
        Relation::Undecided => ("undecided", "the budget ran out before it was clear", Tone::Open),
    }
}

fn said(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "allowed",
        Decision::ExplicitDeny => "denied by a statement",
        Decision::ImplicitDeny => "denied, nothing allowed it",
    }
}

pub(crate) fn human(compared: &Compared<'_>, painter: Painter) -> String {
    let comparison = &compared.comparison;
    let (word, sentence, tone) = headline(comparison.relation);
    let [old, new] = compared.policies.map(|policies| policies.path().to_owned());
    let mut text = format!("{}: {sentence}\n", painter.paint(word, tone));
    text.push_str(&format!("  old {old}\n  new {new}\n"));
    sections(&mut text, compared, painter);
    text
}

/// Both lists, with the statements.
pub(crate) fn sections(text: &mut String, compared: &Compared<'_>, painter: Painter) {
    let comparison = &compared.comparison;
    section(text, "new access", Tone::Bad, &comparison.new_access, compared, painter);
    section(text, "lost access", Tone::Quiet, &comparison.lost_access, compared, painter);
}

fn section(text: &mut String, title: &str, tone: Tone, list: &Witnesses, compared: &Compared<'_>, painter: Painter) {
    if !list.found.is_empty() {
        let reasons = if list.found.len() == 1 { "reason" } else { "reasons" };
        text.push_str(&format!("\n{} ({} {reasons})\n", painter.paint(title, tone), list.found.len()));
    }
    for witness in list.found.iter().take(SHOWN) {
        text.push_str(&painter.wrap(&format!("  {}", request_line(witness)), 4));
        text.push_str(&format!("    before: {}; now: {}\n", said(witness.first), said(witness.second)));
        let quotes = [("old", 0, witness.first_by), ("new", 1, witness.second_by)];
        for (name, at, id) in quotes {
            let (Some(policies), Some(side)) = (compared.policies.get(at), compared.sides.get(at)) else { continue };
            let Some(placed) = id.and_then(|id| policies.place(side, id)) else { continue };
            let effect = id.and_then(|id| side.set().statement(id)).map_or("", |statement| statement.effect.as_str());
            let verb = if effect == "Deny" { "denies" } else { "allows" };
            let title = format!("{name}: {} statement {} {verb} it", placed.policy, placed.statement);
            let Some((source, span)) = placed.at else {
                text.push_str(&painter.wrap(&format!("    {title}"), 6));
                continue;
            };
            let severity = if title.starts_with("new") && tone == Tone::Bad { Severity::Error } else { Severity::Info };
            text.push_str(&painter.quote(&Quote { source, span, title, severity }));
        }
    }
    if list.found.len() > SHOWN {
        text.push_str(&format!("    and {} more; `--format json` has all\n", list.found.len() - SHOWN));
    }
    if !list.open.is_empty() {
        let count = list.open.len();
        let pairs = if count == 1 { "pair of statements is" } else { "pairs of statements are" };
        text.push_str(&format!("  {title}: {count} {pairs} undecided; `--budget` gives more time\n"));
    }
}

/// The same for a pull request.
pub(crate) fn markdown(compared: &Compared<'_>) -> String {
    let comparison = &compared.comparison;
    let (word, sentence, _) = headline(comparison.relation);
    let [old, new] = compared.policies.map(|policies| code(policies.path()));
    let mut text = format!("### RAM policy change: {word}\n\n{old} → {new}: {sentence}.\n");
    tables(&mut text, compared);
    text
}

/// Both lists as tables.
pub(crate) fn tables(text: &mut String, compared: &Compared<'_>) {
    table(text, "New access", &compared.comparison.new_access, compared);
    table(text, "Lost access", &compared.comparison.lost_access, compared);
}

fn table(text: &mut String, title: &str, list: &Witnesses, compared: &Compared<'_>) {
    if !list.found.is_empty() {
        text.push_str(&format!(
            "\n#### {title}\n\n| example request | before | now | statements |\n|---|---|---|---|\n"
        ));
    }
    for witness in list.found.iter().take(SHOWN) {
        let statements = [place(witness, 0, compared), place(witness, 1, compared)];
        let statements = statements.into_iter().flatten().collect::<Vec<_>>().join("<br>");
        let (first, second) = (said(witness.first), said(witness.second));
        text.push_str(&format!("| {} | {first} | {second} | {statements} |\n", code(&request_line(witness))));
    }
    if list.found.len() > SHOWN {
        text.push_str(&format!("\nand {} more reasons\n", list.found.len() - SHOWN));
    }
    if !list.open.is_empty() {
        text.push_str(&format!("\n{title}: {} pairs of statements are undecided.\n", list.open.len()));
    }
}

fn place(witness: &Witness, at: usize, compared: &Compared<'_>) -> Option<String> {
    let id = if at == 0 { witness.first_by } else { witness.second_by }?;
    let side = compared.sides.get(at)?;
    let placed = compared.policies.get(at)?.place(side, id)?;
    let name = if at == 0 { "old" } else { "new" };
    let line = placed.at.map(|(source, span)| format!(" (line {})", source.position(span.start).line));
    Some(format!("{name} {} statement {}{}", code(placed.policy), placed.statement, line.unwrap_or_default()))
}

/// Code in a table cell: a fence longer than any run of backticks inside, bars escaped, on one line.
pub(crate) fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ").replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}
