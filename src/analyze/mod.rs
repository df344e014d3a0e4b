//! All requests at once: what sets of policies allow, compared exactly, with whole requests as witnesses.
//!
//! The request space is action × resource × one dimension for each condition key, absent or with one value of the type of
//! the operators that test it (contract 7). [`compare`] tells how two [`Side`]s relate and shows a request for each reason;
//! [`beyond`], [`overlap`] and [`allowed`] answer inclusion, disjointness and emptiness.
//!
//! INVARIANT (no guess): an answer is exact, or its pairs of statements are listed as open. Whatever a budget cuts short is
//! neither empty nor not empty. And every witness was judged by the evaluator before it is reported.

mod arn;
mod automaton;
mod budget;
mod cells;
mod compare;
mod cover;
mod find;
mod join;
mod minimize;
mod names;
pub(crate) mod natural;
mod reasons;
mod sat;
mod side;
mod space;
mod text;
mod token;
mod typed;

pub use budget::{Allowance, Budget};
pub use compare::{Comparison, Options, Pair, Relation, Witness, Witnesses, allowed, beyond, compare, overlap};
pub use cover::{Cover, Part, covers, within};
pub use join::{Difference, joined};
pub use minimize::{Change, Minimized, Origin, Step, minimize};
pub(crate) use names::spoken;
pub use side::Side;
