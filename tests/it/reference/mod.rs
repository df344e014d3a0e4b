//! Slow, obviously correct references, written from contract.md and facts/ alone; nothing of the library is used here.
//!
//! | module | what it is |
//! |---|---|
//! | `wildcard` | the recursive matcher, ARN folding, a `regex` second opinion |
//! | `values`, `condition`, `candidates` | typed values, one two-valued test, values enough for an unknown key |
//! | `policy`, `evaluate` | documents to statements; [`evaluate::evaluate`] judges every completion of the unknown keys |
//! | `world`, `facts`, `checks`, `membership`, `predict` | a plain inventory, the error table, [`predict::predict`] |
//! | `generate`, `generate_world` | seeded random policies, requests, worlds |
//! | `account`, `generate_account` | which policies of an account bind a caller, as a case; random accounts |
//! | `compare`, `command_line`, `account_file` | plugging in the real engine, as a function or as the binary |
//!
//! Plug in the library with a function from a reference case to a reference answer:
//!
//! ```ignore
//! #[test]
//! fn the_engine_agrees_with_the_reference() {
//!     compare::check_evaluate(1, 100_000, Profile::LIBRARY, |case: &evaluate::Case| -> evaluate::Answer {
//!         // case.identity[..].document.to_string() is the policy text; case.context, case.choices, ... the rest
//!     });
//!     compare::check_predict(1, 20_000, |scenario: &Scenario, call: &Call| -> predict::Prediction {
//!         // scenario.world.files() are the inventory files (name, JSON), call.json() is the request
//!     });
//! }
//! ```
//!
//! A disagreement is shrunk (policies, statements, list items, context keys, resources are left out while it remains) and printed
//! with both answers. The binary is held against the same answers by the ignored tests of `command_line` and `account_file`.
#![allow(dead_code, reason = "some parts are for the tests that plug in the real engine")]

pub(crate) mod account;
pub(crate) mod account_file;
pub(crate) mod assumptions;
pub(crate) mod candidates;
pub(crate) mod checks;
pub(crate) mod command_line;
pub(crate) mod compare;
pub(crate) mod condition;
pub(crate) mod evaluate;
pub(crate) mod facts;
pub(crate) mod generate;
pub(crate) mod generate_account;
pub(crate) mod generate_world;
pub(crate) mod membership;
pub(crate) mod policy;
pub(crate) mod predict;
pub(crate) mod strategies;
pub(crate) mod values;
pub(crate) mod wildcard;
pub(crate) mod world;

mod selftest_brute;
mod selftest_evaluate;
mod selftest_predict;
