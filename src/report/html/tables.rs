//! The tables of the page of `review`, and its list of statements that never matter.

use super::Markup;
use super::review::{LETTERS, QUOTED, ground_text, names_of, plural, section};
use crate::account::Documents;
use crate::report::residual;
use crate::report::review::{cell_word, columns, idle_text, short};
use crate::review::{Cell, Review, Strength};

pub(super) fn matrix(page: &mut Markup, documents: &Documents, review: &Review) {
    section(page, "matrix", "Who can do what only some should", None, |page| {
        page.fixed("<p class=\"filter\"><label>Filter <input type=\"search\" id=\"filter\" placeholder=\"name or capability\" autocomplete=\"off\" spellcheck=\"false\"></label> <span id=\"shown\" role=\"status\"></span></p>");
        page.open("div", &[("class", "scroll"), ("tabindex", "0"), ("role", "group"), ("aria-label", "Matrix")]);
        page.open("table", &[("class", "matrix")]);
        let columns = columns();
        page.within("thead", &[], |page| {
            page.within("tr", &[], |page| {
                page.element("th", &[("scope", "col"), ("class", "name")], "user or role");
                for column in &columns {
                    page.within("th", &[("scope", "col")], |page| page.element("span", &[], column.title));
                }
            });
        });
        page.open("tbody", &[]);
        for row in &review.matrix {
            page.within("tr", &[("tabindex", "0")], |page| {
                page.element("th", &[("scope", "row")], &short(&row.principal));
                for column in &columns {
                    let cell = row.cells.iter().find(|cell| cell.capability == column.id);
                    match cell {
                        Some(cell) => {
                            let word = cell_word(cell.strength);
                            let title = cell_title(documents, cell);
                            page.element("td", &[("class", word), ("title", &title)], word);
                        }
                        None if row.undecided.contains(&column.id) => page.element("td", &[("class", "may")], "?"),
                        None => page.element("td", &[("class", "no")], "–"),
                    }
                }
            });
        }
        page.close("tbody");
        page.close("table");
        page.close("div");
        page.fixed("<p class=\"legend\"><b class=\"yes\">yes</b> on some resource <b class=\"if\">if</b> under a condition on the request <b class=\"may\">may</b> hangs on a fact that was not given. The tip of a cell shows a request and the statement.</p>");
    });
}

fn cell_title(documents: &Documents, cell: &Cell) -> String {
    let Some(example) = &cell.example else { return String::new() };
    let mut title = format!("{} on {}", example.action, example.resource);
    if example.answer.strength() != Some(Strength::Certain) {
        title.push_str(&format!("\nif {}", residual::words(&example.answer.condition)));
    }
    if let Some(ground) = example.answer.grounds.first() {
        title.push('\n');
        title.push_str(&ground_text(documents, ground));
    }
    title
}

pub(super) fn passable(page: &mut Markup, review: &Review) {
    section(page, "passable", "Roles that can be passed to a service", Some(review.passable.len()), |page| {
        if review.passable.is_empty() {
            page.element("p", &[("class", "none")], "Nobody can pass a role to a service that the role trusts.");
            return;
        }
        table(page, &["role", "service", "by"], |page| {
            for one in &review.passable {
                page.within("tr", &[("tabindex", "0")], |page| {
                    page.element("th", &[("scope", "row")], &format!("role/{}", one.role));
                    page.within("td", &[], |page| page.element("code", &[], &one.service));
                    let names: Vec<String> =
                        one.by.iter().map(|(principal, strength, _)| named(&short(principal), *strength)).collect();
                    page.within("td", &[], |page| names_of(page, &names));
                });
            }
        });
    });
}

fn named(name: &str, strength: Strength) -> String {
    if strength == Strength::Certain { name.to_owned() } else { format!("{name} ({})", cell_word(strength)) }
}

fn table(page: &mut Markup, columns: &[&'static str], rows: impl FnOnce(&mut Markup)) {
    page.within("div", &[("class", "scroll"), ("tabindex", "0"), ("role", "group"), ("aria-label", "Table")], |page| {
        page.within("table", &[("class", "list")], |page| {
            page.within("thead", &[], |page| {
                page.within("tr", &[], |page| {
                    for column in columns {
                        page.element("th", &[("scope", "col")], column);
                    }
                });
            });
            page.within("tbody", &[], rows);
        });
    });
}

pub(super) fn groups(page: &mut Markup, review: &Review) {
    section(page, "groups", "Ways into security groups", Some(review.entrances.len()), |page| {
        if review.entrances.is_empty() {
            page.element(
                "p",
                &[("class", "none")],
                "Nobody can put a machine or a network interface into a security group.",
            );
            return;
        }
        table(page, &["group", "holds", "action", "by"], |page| {
            for one in &review.entrances {
                let group = one.group.as_deref().unwrap_or("some group");
                let holds = if one.group.is_some() { one.members.ids.join(", ") } else { String::new() };
                let rows = one.ways.len().max(1).to_string();
                page.open("tr", &[("tabindex", "0")]);
                page.element("th", &[("scope", "row"), ("rowspan", &rows)], group);
                page.element(
                    "td",
                    &[("rowspan", &rows), ("class", "holds")],
                    if holds.is_empty() { "–" } else { &holds },
                );
                if one.ways.is_empty() {
                    page.element("td", &[], "–");
                    page.element("td", &[], "nobody");
                }
                for (way, at) in one.ways.iter().zip(0..) {
                    if at > 0 {
                        page.open("tr", &[("tabindex", "0"), ("class", "more")]);
                    }
                    page.within("td", &[], |page| page.element("code", &[("title", way.what)], way.action));
                    let names: Vec<String> =
                        way.by.iter().map(|(principal, strength, ..)| named(&short(principal), *strength)).collect();
                    page.within("td", &[], |page| names_of(page, &names));
                    page.close("tr");
                }
                if one.ways.is_empty() {
                    page.close("tr");
                }
            }
        });
    });
}

pub(super) fn idle(page: &mut Markup, documents: &Documents, review: &Review) {
    section(page, "idle", "Statements that never matter", Some(review.idle.len()), |page| {
        if review.idle.is_empty() {
            page.element("p", &[("class", "none")], "Every statement that was looked into matters to somebody.");
        }
        page.within("ul", &[("class", "doors")], |page| {
            for (one, at) in review.idle.iter().zip(0..) {
                page.within("li", &[("class", "known"), ("tabindex", "0")], |page| {
                    let name = documents.policy(one.policy).map_or("", |named| &named.name);
                    let what =
                        one.statement.map_or_else(|| name.to_owned(), |number| format!("{name} statement {number}"));
                    page.element("strong", &[], &what);
                    page.write(&format!(" {}", idle_text(one.why)));
                    if let Some(statement) = one.statement.filter(|_| at < QUOTED) {
                        idle_quote(page, documents, one.policy, statement);
                    }
                });
            }
        });
        if review.idle_open > 0 {
            let left = plural(review.idle_open, "statement was", "statements were");
            page.element(
                "p",
                &[("class", "note")],
                &format!("{left} not looked into: the budget of questions ran out."),
            );
        }
    });
}

fn idle_quote(page: &mut Markup, documents: &Documents, policy: crate::account::DocumentId, statement: usize) {
    let Some((source, span)) = documents.place(policy, statement) else { return };
    let shown: String = span.of(source.text()).chars().take(LETTERS).collect();
    page.within("figure", &[("class", "quote")], |page| {
        page.element("figcaption", &[], &format!("{}:{}", source.name(), source.position(span.start).line));
        page.within("pre", &[("tabindex", "0")], |page| page.element("mark", &[], &shown));
    });
}
