//! What a decision costs, without a clock: no allocation once the buffers have grown, and few patterns to test. A test binary
//! of its own, because its allocator counts.
#![allow(missing_docs, reason = "a test")]

#[path = "../benches/common/mod.rs"]
mod common;

use common::engine::{contexts, policies, requests, set};
use common::shapes::{self, Shape};
use ramspect::evaluate::{Rules, Scratch};

fn allocations(statements: &[Shape]) -> u64 {
    let texts = shapes::documents(statements);
    let set = set(&policies(&texts));
    let asks = shapes::asks(statements, 2000);
    let contexts = contexts(&asks);
    let requests = requests(&asks, &contexts);
    let mut scratch = Scratch::new();
    let rules = Rules::default();
    let mut judge = || requests.iter().filter(|request| set.judge(request, rules, &mut scratch).exact).count();
    let warm = judge();
    let mut again = 0;
    let counted = allocation_counter::measure(|| again = judge());
    assert_eq!(warm, again);
    counted.count_total
}

#[test]
fn a_decision_allocates_nothing() {
    for count in [1, 10, 100, 1000, 10_000] {
        assert_eq!(allocations(&shapes::peer(count)), 0, "peer, {count}");
        assert_eq!(allocations(&shapes::real(count)), 0, "real, {count}");
    }
}

/// Patterns tested for 100 decisions, on average.
fn verified(statements: &[Shape]) -> usize {
    let texts = shapes::documents(statements);
    let set = set(&policies(&texts));
    let asks = shapes::asks(statements, 2000);
    let contexts = contexts(&asks);
    let mut scratch = Scratch::new();
    let total: usize = requests(&asks, &contexts)
        .iter()
        .map(|request| {
            set.judge(request, Rules::default(), &mut scratch);
            scratch.verified()
        })
        .sum();
    total * 100 / asks.len()
}

#[test]
fn the_index_leaves_few_patterns_to_test() {
    let figures = |shape: fn(usize) -> Vec<Shape>| [1000, 10_000].map(|count| verified(&shape(count)));
    let (peer, real) = (figures(shapes::peer), figures(shapes::real));
    // Measured when the index was written; a pattern filed under the wrong key shows here at once.
    let bounds = [(peer[0], 1500), (peer[1], 4000), (real[0], 1500), (real[1], 3000)];
    assert!(bounds.iter().all(|(found, bound)| found <= bound), "{bounds:?}");
}
