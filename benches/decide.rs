//! One decision over 1 to 10,000 statements: the engine, the engine without its index, and a plain scan by hand.
//!
//! `cargo bench --bench decide`; `-- engine peer 1000 100000` only judges, for callgrind (`scan`, `explain`, `set-up` too); against Cedar: `cargo bench --manifest-path benches/peers/Cargo.toml`.
#![allow(
    clippy::pedantic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::write_literal,
    unreachable_pub,
    missing_docs,
    reason = "a harness stops at the first surprise, prints, and rounds figures"
)]

mod common;

use std::collections::BTreeMap;
use std::hint::black_box;

use common::engine::{contexts, policies, requests, set};
use common::scan::Scan;
use common::shapes::{self, Shape};
use common::timing::{Contender, Times, goal, race, spell};
use ramspect::evaluate::{PolicySet, Rules, Scratch};

/// Times of one size, by contender.
struct Row {
    engine: Times,
    unindexed: Times,
    scan: Times,
    explained: Times,
    set_up: Times,
}

fn measure(shape: &str, statements: &[Shape]) -> Row {
    let texts = shapes::documents(statements);
    let policies = policies(&texts);
    let indexed = set(&policies);
    let unindexed = indexed.clone().with_index(false);
    let asks = shapes::asks(statements, 4000);
    let contexts = contexts(&asks);
    let requests = requests(&asks, &contexts);
    let rules = Rules::default();
    let mut scan = Scan::new(statements);
    let mut scratch = Scratch::new();
    let mut decisions: BTreeMap<&str, usize> = BTreeMap::new();
    for (ask, request) in asks.iter().zip(&requests) {
        let word = indexed.judge(request, rules, &mut scratch).possible.word();
        assert_eq!(word, scan.decide(ask), "{ask:?}");
        *decisions.entry(word).or_default() += 1;
    }
    println!("{shape}, {} statements; decisions {decisions:?}", statements.len());
    let judge = |set| {
        let (mut scratch, requests) = (Scratch::new(), &requests);
        move |at: usize| {
            let request = &requests[at % requests.len()];
            black_box(PolicySet::judge(set, request, rules, &mut scratch));
        }
    };
    let mut scratch = Scratch::new();
    let contenders = vec![
        Contender::new("engine", judge(&indexed)),
        Contender::new("engine, no index", judge(&unindexed)),
        Contender::new("plain scan", |at| {
            black_box(scan.decide(&asks[at % asks.len()]));
        }),
        Contender::new("engine, explained", |at| {
            drop(black_box(indexed.explain(&requests[at % requests.len()], rules, &mut scratch)));
        }),
        Contender::new("set-up", |_| drop(black_box(set(&policies)))),
    ];
    let times = race(contenders, 31);
    for time in &times {
        println!("    {:<18} {:>10}", time.name, spell(time.median()));
    }
    let [engine, unindexed, scan, explained, set_up]: [Times; 5] = times.try_into().ok().unwrap();
    Row { engine, unindexed, scan, explained, set_up }
}

/// Decisions and nothing else, for `valgrind --tool=callgrind`: of the engine, of the plain scan, explained ones; or only the
/// set-up.
fn profile(what: &str, shape: fn(usize) -> Vec<Shape>, count: usize, times: usize) {
    let statements = shape(count);
    let texts = shapes::documents(&statements);
    let policies = policies(&texts);
    if what == "set-up" {
        return (0..times).for_each(|_| drop(black_box(set(&policies))));
    }
    let set = set(&policies);
    let asks = shapes::asks(&statements, 4000);
    let contexts = contexts(&asks);
    let requests = requests(&asks, &contexts);
    let mut scratch = Scratch::new();
    let mut scan = Scan::new(&statements);
    for (ask, request) in asks.iter().zip(&requests).cycle().take(times) {
        match what {
            "scan" => drop(black_box(scan.decide(ask))),
            "explain" => drop(black_box(set.explain(request, Rules::default(), &mut scratch))),
            _ => drop(black_box(set.judge(request, Rules::default(), &mut scratch))),
        }
    }
}

fn main() {
    let given: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [what, shape, count, times] = given.as_slice() {
        let shape = if shape == "peer" { shapes::peer } else { shapes::real };
        return profile(what, shape, count.parse().unwrap(), times.parse().unwrap());
    }
    for (name, shape) in [("peer", shapes::peer as fn(usize) -> Vec<Shape>), ("real", shapes::real)] {
        let rows: Vec<(usize, Row)> =
            [1, 10, 100, 1000, 10_000].map(|count| (count, measure(name, &shape(count)))).into_iter().collect();
        println!("{name}:");
        for (count, row) in &rows {
            let (scan, unindexed) = (row.engine.ratio(&row.scan), row.engine.ratio(&row.unindexed));
            let text = format!("{count:>6} statements, times faster than the plain scan (and than no index)");
            let wanted = match count {
                1 | 10 => 1.0,
                1000 => 15.0,
                _ => 0.0,
            };
            goal(&text, scan >= wanted, &format!("{scan:.2} x ({unindexed:.2} x)"));
            println!("       explanations cost {:.2} x of a decision", row.explained.ratio(&row.engine).recip());
        }
        let (thousand, most) = (&rows[3].1, &rows[4].1);
        let slower = most.engine.median() / thousand.engine.median();
        goal("10,000 at most 4 times slower than 1,000", slower <= 4.0, &format!("{slower:.2} x"));
        let set_up = thousand.set_up.median();
        goal("set-up at 1,000 under 3 ms", set_up < 3e6, &spell(set_up));
    }
}
