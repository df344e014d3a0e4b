//! Everything that is tested from outside, as one binary.

mod collect;
mod inventory;
mod membership;
mod predict;
