//! The escalation graph as SVG: administrators at the right, everybody as many columns to the left as there are steps.

use std::collections::BTreeMap;

use super::Markup;
use crate::report::review::{short, step_text};
use crate::review::{Escalation, Gain, Review, Strength};

const COLUMN: usize = 310;
const ROW: usize = 52;
const WIDTH: usize = 200;
const HEIGHT: usize = 34;
const MARGIN: usize = 12;
/// Letters that fit into a box, and on an edge.
const IN_BOX: usize = 25;
const ON_EDGE: usize = 17;
/// So many boxes are drawn.
const BOXES: usize = 60;

const GOAL: &str = "administrator";

/// One arrow: what is done, to become whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    to: String,
    label: String,
    strength: Strength,
}

/// A box: one identity, or several that do the same and to whom nobody else leads.
#[derive(Debug)]
struct Node {
    names: Vec<String>,
    edge: Option<Edge>,
    column: usize,
    row: usize,
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// For each identity on a path the arrow that leaves it; the first path through it decides.
fn edges(review: &Review) -> BTreeMap<String, Edge> {
    let mut edges: BTreeMap<String, Edge> = BTreeMap::new();
    for path in &review.escalations {
        let mut from = short(&path.principal);
        let mut labels: Vec<&str> = Vec::new();
        for step in &path.steps {
            labels.push(step.way.as_str());
            let to = match &step.gain {
                Gain::Administrator => GOAL.to_owned(),
                Gain::Identity(principal) => short(principal),
                // Whoever has joined does the next step in his own name.
                Gain::Group(_) if path.steps.last() == Some(step) => GOAL.to_owned(),
                Gain::Group(_) | Gain::Preparation => continue,
            };
            let strength = step.strength().unwrap_or(Strength::Possible);
            let edge = Edge { to: to.clone(), label: labels.join(" + "), strength };
            labels.clear();
            edges.entry(std::mem::replace(&mut from, to)).or_insert(edge);
        }
        // The last of them is an administrator already.
        if from != GOAL && !edges.contains_key(&from) {
            let known = review.administrators.iter().find(|one| short(&one.principal) == from);
            let strength = known.map_or(path.strength, |one| one.strength);
            let edge = Edge { to: GOAL.to_owned(), label: "is".to_owned(), strength };
            edges.insert(from, edge);
        }
    }
    edges
}

fn columns(edges: &BTreeMap<String, Edge>) -> BTreeMap<&str, usize> {
    let mut columns: BTreeMap<&str, usize> = BTreeMap::from([(GOAL, 0)]);
    // Paths are shortest ones, so no arrow leads back; a bound all the same.
    for _ in 0..edges.len() {
        let mut changed = false;
        for (from, edge) in edges {
            if let Some(column) = columns.get(edge.to.as_str()).map(|column| column + 1)
                && !columns.contains_key(from.as_str())
            {
                columns.insert(from, column);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    columns
}

/// The boxes, those to the right first, each below the one that it leads to or its neighbours.
fn layout(edges: &BTreeMap<String, Edge>) -> (Vec<Node>, usize) {
    let columns = columns(edges);
    let entered: std::collections::BTreeSet<&str> = edges.values().map(|edge| edge.to.as_str()).collect();
    let mut nodes: Vec<Node> = vec![Node { names: vec![GOAL.to_owned()], edge: None, column: 0, row: 0 }];
    let mut of_leaf: BTreeMap<&Edge, Vec<String>> = BTreeMap::new();
    let mut inner: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, edge) in edges {
        if entered.contains(from.as_str()) {
            inner.entry(&edge.to).or_default().push(from);
        } else {
            of_leaf.entry(edge).or_default().push(from.clone());
        }
    }
    // Depth first from the goal: boxes that lead to one stand together, so that no arrows cross.
    let mut row = 0;
    let mut hidden = 0;
    let mut stack: Vec<&str> = vec![GOAL];
    while let Some(goal) = stack.pop() {
        let next: Vec<&str> = inner.get(goal).cloned().unwrap_or_default();
        stack.extend(next.iter().rev());
        if goal != GOAL {
            let column = columns.get(goal).copied().unwrap_or_default();
            nodes.push(Node { names: vec![goal.to_owned()], edge: edges.get(goal).cloned(), column, row });
        }
        let leaves: Vec<(&&Edge, &Vec<String>)> = of_leaf.iter().filter(|(edge, _)| edge.to == goal).collect();
        let mut used = false;
        for (edge, names) in leaves {
            if nodes.len() >= BOXES {
                hidden += names.len();
                continue;
            }
            let column = columns.get(goal).copied().unwrap_or_default() + 1;
            nodes.push(Node { names: names.clone(), edge: Some((*edge).clone()), column, row });
            row += 1;
            used = true;
        }
        // A box with nothing to its left needs a row of its own.
        if !used && next.is_empty() && goal != GOAL {
            row += 1;
        }
    }
    (nodes, hidden)
}

/// Draws the paths. Gives the number of identities that are not drawn.
pub(super) fn draw(page: &mut Markup, review: &Review) -> usize {
    let edges = edges(review);
    let (nodes, hidden) = layout(&edges);
    let last = nodes.iter().map(|node| node.column).max().unwrap_or(0);
    let rows = nodes.iter().map(|node| node.row).max().unwrap_or(0) + 1;
    let (width, height) = (MARGIN * 2 + last * COLUMN + WIDTH, MARGIN * 2 + rows * ROW - (ROW - HEIGHT));
    let place = |node: &Node| (MARGIN + (last - node.column) * COLUMN, MARGIN + node.row * ROW);
    let by_name: BTreeMap<&str, &Node> =
        nodes.iter().flat_map(|node| node.names.iter().map(move |name| (name.as_str(), node))).collect();
    let number = |number: usize| number.to_string();
    let view = format!("0 0 {width} {height}");
    let attributes = [
        ("class", "graph"),
        ("role", "img"),
        ("aria-labelledby", "graph-title"),
        ("viewBox", view.as_str()),
        ("width", &number(width)),
        ("height", &number(height)),
    ];
    page.open("svg", &attributes);
    page.element("title", &[("id", "graph-title")], "Who can become administrator: an arrow for each step");
    page.fixed(
        "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0 0 L8 4 L0 8 z\" class=\"arrow\"/></marker></defs>",
    );
    for node in &nodes {
        let Some(edge) = &node.edge else { continue };
        let Some(end) = by_name.get(edge.to.as_str()) else { continue };
        let ((x, y), (to_x, to_y)) = (place(node), place(end));
        let (from, y, to_y) = (x + WIDTH, y + HEIGHT / 2, to_y + HEIGHT / 2);
        let bend = usize::midpoint(from, to_x);
        let path = format!("M{from} {y} C{bend} {y} {bend} {to_y} {to_x} {to_y}");
        let class = format!("edge {}", edge.strength.as_str());
        page.within("path", &[("class", &class), ("d", &path), ("marker-end", "url(#arrow)")], |_| {});
        page.within("text", &[("class", "label"), ("x", &number(from + 10)), ("y", &number(y - 6))], |page| {
            page.element("title", &[], &edge.label);
            page.write(&cut(&edge.label, ON_EDGE));
        });
    }
    for node in &nodes {
        let (x, y) = place(node);
        let class = match &node.edge {
            None => "node goal".to_owned(),
            Some(edge) => format!("node {}", edge.strength.as_str()),
        };
        let first = node.names.first().map_or("", String::as_str);
        let shown = if node.names.len() > 1 {
            format!("{} and {} more", cut(first, IN_BOX - 12), node.names.len() - 1)
        } else {
            cut(first, IN_BOX)
        };
        page.within("g", &[("class", &class)], |page| {
            page.element("title", &[], &node.names.iter().take(40).cloned().collect::<Vec<_>>().join(", "));
            let (w, h) = (number(WIDTH), number(HEIGHT));
            page.within(
                "rect",
                &[("x", &number(x)), ("y", &number(y)), ("width", &w), ("height", &h), ("rx", "6")],
                |_| {},
            );
            let (x, y) = (number(x + WIDTH / 2), number(y + HEIGHT / 2 + 5));
            page.element("text", &[("x", &x), ("y", &y), ("text-anchor", "middle")], &shown);
        });
    }
    page.close("svg");
    hidden
}

/// The steps of a path in one line, for those who do not see the drawing.
pub(super) fn in_words(path: &Escalation) -> String {
    path.steps.iter().map(step_text).collect::<Vec<_>>().join(", then ")
}
