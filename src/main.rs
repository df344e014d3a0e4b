//! The `ramspect` command: wiring only.

fn main() {}
