//! The page of `review`: one file that needs no network, no script to be read, and no light.

use std::collections::BTreeMap;

use super::{Markup, graph, tables};
use crate::account::Documents;
use crate::report::residual;
use crate::report::review::{leads_to, outsider_text, remaining, short, step_text};
use crate::review::{Answer, Call, Escalation, Gain, Ground, Review, Strength, is_finding};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
/// `openssl dgst -sha256 -binary style.css | base64`, and the same of the script: the browser runs nothing else. The test in
/// headless Chromium fails where they are stale.
const POLICY: &str = concat!(
    "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-2qVgC0LstnvFS4OXRD45xY0/tdz38C+W7Pn43fYTtls='; ",
    "script-src 'sha256-x+WUievGn+F+kPF3wfRAD64lzhMPd6cJ0u9FzC8JfVI='"
);

/// So many findings show the statements themselves; the others name them.
pub(super) const QUOTED: usize = 40;
/// Letters of a statement that are shown.
pub(super) const LETTERS: usize = 1_600;

/// Paths that are the same but for who walks them, each with the names of all who do.
pub fn alike(all: &[Escalation]) -> Vec<(&Escalation, Vec<String>)> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<(&Escalation, Vec<String>)> = Vec::new();
    for path in all {
        let own = short(&path.principal);
        let call = |call: &Call| format!("{} {:?} {:?}", call.action, call.answer.grounds, call.answer.condition);
        let steps: Vec<String> = path
            .steps
            .iter()
            .map(|step| {
                let to = if step.to == own { "itself" } else { &step.to };
                let calls: Vec<String> = step.calls.iter().map(call).collect();
                format!("{:?} {to} {:?} {:?} {calls:?}", step.way, step.gain, step.needs)
            })
            .collect();
        let next = groups.len();
        let place = *places.entry(format!("{:?} {steps:?}", path.strength)).or_insert(next);
        match groups.get_mut(place) {
            Some((_, names)) => names.push(own),
            None => groups.push((path, vec![own])),
        }
    }
    groups
}

pub(super) fn plural(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// The whole page.
pub fn page(account: &str, documents: &Documents, review: &Review) -> String {
    let mut page = Markup::default();
    page.fixed("<!doctype html>\n");
    page.open("html", &[("lang", "en")]);
    page.within("head", &[], |page| {
        page.fixed("<meta charset=\"utf-8\">");
        page.open("meta", &[("http-equiv", "Content-Security-Policy"), ("content", POLICY)]);
        page.fixed("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">");
        page.element("title", &[], &format!("Review of account {account}"));
        page.fixed("<style>");
        page.fixed(STYLE);
        page.fixed("</style>");
    });
    page.open("body", &[]);
    page.fixed("<a class=\"skip\" href=\"#findings\">Skip to the findings</a><a class=\"skip\" href=\"#matrix\">Skip to the matrix</a>");
    header(&mut page, account, review);
    page.open("main", &[]);
    findings(&mut page, documents, review);
    administrators(&mut page, documents, review);
    tables::matrix(&mut page, documents, review);
    tables::passable(&mut page, review);
    tables::groups(&mut page, review);
    tables::idle(&mut page, documents, review);
    page.close("main");
    page.fixed("<footer><p>Made by ramspect. Everything that is said here was decided by its evaluator on whole requests; what no document settles is judged by the assumptions that <code>ramspect assumptions</code> lists. <span class=\"keys\"><kbd>/</kbd> filters the tables, <kbd>Esc</kbd> clears, <kbd>↑</kbd> <kbd>↓</kbd> walk the rows.</span></p></footer>");
    page.fixed("<script>");
    page.fixed(SCRIPT);
    page.fixed("</script>");
    page.close("body");
    page.close("html");
    page.fixed("\n");
    page.finish()
}

pub(super) fn section(
    page: &mut Markup,
    id: &str,
    title: &str,
    number: Option<usize>,
    content: impl FnOnce(&mut Markup),
) {
    page.within("section", &[("id", id), ("aria-labelledby", &format!("{id}-title"))], |page| {
        page.within("h2", &[("id", &format!("{id}-title"))], |page| {
            page.write(title);
            if let Some(number) = number {
                page.write(" ");
                page.element("span", &[("class", "count")], &number.to_string());
            }
        });
        content(page);
    });
}

fn header(page: &mut Markup, account: &str, review: &Review) {
    page.within("header", &[], |page| {
        page.element("p", &[("class", "eyebrow")], "ramspect review");
        page.within("h1", &[], |page| {
            page.write("Account ");
            page.element("span", &[("class", "id")], account);
        });
        let counts = [
            plural(review.users, "user", "users"),
            plural(review.groups, "group", "groups"),
            plural(review.roles, "role", "roles"),
            plural(review.policies, "policy", "policies"),
        ];
        page.element("p", &[("class", "counts")], &counts.join(" · "));
        page.within("ul", &[("class", "cards")], |page| {
            let open = review.reachable.iter().filter(|one| is_finding(one)).count();
            for (number, what, link, is_bad) in [
                (review.escalations.len(), "can become administrator", "#findings", true),
                (open, "open to the outside", "#outside", true),
                (review.administrators.len(), "administrators in fact", "#administrators", false),
                (review.idle.len(), "never matter", "#idle", false),
            ] {
                let class = if number == 0 {
                    "card none"
                } else if is_bad {
                    "card bad"
                } else {
                    "card"
                };
                page.within("li", &[], |page| {
                    page.within("a", &[("class", class), ("href", link)], |page| {
                        page.element("strong", &[], &number.to_string());
                        page.element("span", &[], what);
                    });
                });
            }
        });
        if !review.unknown.is_empty() {
            let names: Vec<&str> = review.unknown.iter().take(20).map(String::as_str).collect();
            let said = format!("Not given, so what hangs on it is only possible: {}", names.join(", "));
            page.element("p", &[("class", "note")], &said);
        }
        if !review.complete {
            page.element("p", &[("class", "note")], "A budget ran out: there may be more than what is shown.");
        }
    });
}

fn badge(page: &mut Markup, strength: Strength) {
    let (class, word) = match strength {
        Strength::Certain => ("badge certain", "certain"),
        Strength::Conditional => ("badge conditional", "under conditions"),
        Strength::Possible => ("badge possible", "possible"),
    };
    page.element("span", &[("class", class)], word);
}

fn findings(page: &mut Markup, documents: &Documents, review: &Review) {
    section(page, "findings", "Ways to become administrator", Some(review.escalations.len()), |page| {
        if review.escalations.is_empty() {
            page.element("p", &[("class", "none")], "Nobody who is no administrator can become one.");
            return;
        }
        page.within(
            "div",
            &[("class", "scroll"), ("tabindex", "0"), ("role", "group"), ("aria-label", "Graph")],
            |page| {
                let hidden = graph::draw(page, review);
                if hidden > 0 {
                    page.element(
                        "p",
                        &[("class", "note")],
                        &format!("{hidden} more are not drawn; they are listed below."),
                    );
                }
            },
        );
        page.fixed("<p class=\"legend\"><span class=\"line certain\"></span> certain <span class=\"line conditional\"></span> under conditions <span class=\"line possible\"></span> possible: hangs on a fact that was not given</p>");
        page.within("ol", &[("class", "paths")], |page| {
            for ((path, names), at) in alike(&review.escalations).into_iter().zip(0..) {
                path_item(page, documents, path, &names, at < QUOTED);
            }
        });
    });
    section(page, "outside", "Open to the outside", Some(review.reachable.len()), |page| {
        if review.reachable.is_empty() {
            page.element("p", &[("class", "none")], "No role and no resource at hand lets anybody in from outside.");
        }
        page.within("ul", &[("class", "doors")], |page| {
            for (one, at) in review.reachable.iter().zip(0..) {
                let class = if is_finding(one) { "finding" } else { "known" };
                page.within("li", &[("class", class), ("tabindex", "0")], |page| {
                    let what =
                        one.role.as_ref().map_or_else(|| "the resource".to_owned(), |name| format!("role/{name}"));
                    page.element("strong", &[], &what);
                    page.write(" lets in ");
                    page.element("code", &[], &outsider_text(&one.who));
                    match remaining(one) {
                        Some(condition) => page.write(&format!(", {condition}")),
                        None => page.write(", without a condition"),
                    }
                    page.write(match leads_to(review, one) {
                        Some("administrator") => "; it is administrator.",
                        Some(_) => "; it can become administrator.",
                        None => ".",
                    });
                    if at < QUOTED {
                        quote(page, documents, &one.ground);
                    }
                });
            }
        });
    });
}

fn path_item(page: &mut Markup, documents: &Documents, path: &Escalation, names: &[String], quoted: bool) {
    page.within("li", &[("class", "path"), ("tabindex", "0")], |page| {
        page.within("h3", &[], |page| {
            names_of(page, names);
            page.write(" ");
            badge(page, path.strength);
        });
        page.element(
            "p",
            &[("class", "sum")],
            &format!("{}: {}", plural(path.steps.len(), "step", "steps"), graph::in_words(path)),
        );
        page.within("ol", &[("class", "steps")], |page| {
            for step in &path.steps {
                page.within("li", &[], |page| {
                    page.element("span", &[("class", "does")], &step_text(step));
                    let gain = match &step.gain {
                        Gain::Administrator => " → administrator".to_owned(),
                        Gain::Identity(principal) => format!(" → {}", short(principal)),
                        Gain::Group(name) => format!(" → the rights of group/{name}"),
                        Gain::Preparation => String::new(),
                    };
                    page.element("span", &[("class", "gain")], &gain);
                    if let Some(needs) = &step.needs {
                        page.element("p", &[("class", "if")], &format!("if {needs}"));
                    }
                    calls(page, documents, &step.calls, quoted);
                });
            }
        });
    });
}

pub(super) fn names_of(page: &mut Markup, names: &[String]) {
    for (at, name) in names.iter().take(12).enumerate() {
        if at > 0 {
            page.write(", ");
        }
        page.element("span", &[("class", "who")], name);
    }
    if names.len() > 12 {
        page.write(&format!(" and {} more", names.len() - 12));
    }
}

fn calls(page: &mut Markup, documents: &Documents, calls: &[Call], quoted: bool) {
    let mut shown: Vec<&Ground> = Vec::new();
    for call in calls {
        page.within("p", &[("class", "call")], |page| {
            page.element("code", &[], &call.action);
            page.write(" on ");
            page.element("code", &[], &call.resource);
            for (key, value) in &call.context {
                page.write(" with ");
                page.element("code", &[], &format!("{key}={value}"));
            }
            if call.own_side {
                page.write(", which the new trust policy lets in");
            }
        });
        condition(page, &call.answer);
        for ground in &call.answer.grounds {
            if !shown.contains(&ground) && shown.len() < 4 {
                shown.push(ground);
                if quoted {
                    quote(page, documents, ground);
                } else {
                    page.element("p", &[("class", "ground")], &ground_text(documents, ground));
                }
            }
        }
    }
}

fn condition(page: &mut Markup, answer: &Answer) {
    if answer.strength() != Some(Strength::Certain) {
        page.element("p", &[("class", "if")], &format!("if {}", residual::words(&answer.condition)));
    }
}

pub(super) fn ground_text(documents: &Documents, ground: &Ground) -> String {
    let name = documents.policy(ground.policy).map_or("", |named| &named.name);
    let certain = if ground.certain { "" } else { "may " };
    let verb = match (ground.effect, ground.certain) {
        (crate::policy::Effect::Allow, true) => "allows",
        (crate::policy::Effect::Allow, false) => "allow",
        (crate::policy::Effect::Deny, true) => "denies",
        (crate::policy::Effect::Deny, false) => "deny",
    };
    let place = documents.place(ground.policy, ground.statement);
    let place = place.map_or_else(String::new, |(source, span)| {
        format!(" · {}:{}", source.name(), source.position(span.start).line)
    });
    format!("{name} statement {} {certain}{verb} it{place}", ground.statement)
}

/// A statement in its file, marked.
fn quote(page: &mut Markup, documents: &Documents, ground: &Ground) {
    page.within("figure", &[("class", "quote")], |page| {
        page.element("figcaption", &[], &ground_text(documents, ground));
        let Some((source, span)) = documents.place(ground.policy, ground.statement) else { return };
        let text = source.text();
        let (start, end) = (span.start as usize, span.end as usize);
        let before = text.get(..start).unwrap_or_default();
        // What stands before it on its line, so that the layout is that of the file; not a whole minified document.
        let lead = before.rsplit('\n').next().unwrap_or_default();
        let lead: String = if lead.chars().all(char::is_whitespace) { lead.to_owned() } else { String::new() };
        let marked = text.get(start..end).unwrap_or_default();
        let shown: String = marked.chars().take(LETTERS).collect();
        let more = shown.len() < marked.len();
        page.within("pre", &[("tabindex", "0")], |page| {
            let dedented = dedent(&lead, &shown);
            page.element("mark", &[], &dedented);
            if more {
                page.write(" …");
            }
        });
    });
}

/// Takes off every line what stands before the first one.
fn dedent(lead: &str, text: &str) -> String {
    let lines = text.lines().map(|line| line.strip_prefix(lead).unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

fn administrators(page: &mut Markup, documents: &Documents, review: &Review) {
    section(page, "administrators", "Administrators in fact", Some(review.administrators.len()), |page| {
        page.element(
            "p",
            &[("class", "hint")],
            "Whose own policies allow any action on any resource and to change who may do what; the names of policies do not count.",
        );
        page.within("ul", &[("class", "doors")], |page| {
            for (one, at) in review.administrators.iter().zip(0..) {
                page.within("li", &[("class", "known"), ("tabindex", "0")], |page| {
                    page.element("strong", &[], &short(&one.principal));
                    if one.strength != Strength::Certain {
                        page.write(" ");
                        badge(page, one.strength);
                        page.element("p", &[("class", "if")], &format!("if {}", residual::words(&one.condition)));
                    }
                    if !one.exceptions.is_empty() {
                        let number = plural(one.exceptions.len(), "Deny statement", "Deny statements");
                        page.write(&format!(", without what {number} of its own"));
                    }
                    for ground in one.grounds.iter().filter(|_| at < QUOTED).take(2) {
                        quote(page, documents, ground);
                    }
                });
            }
        });
    });
}
