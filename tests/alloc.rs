//! A decision allocates nothing once the buffers have grown. A test binary of its own: its allocator counts.
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
