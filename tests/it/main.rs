//! Everything that is tested from outside, as one binary.

#[cfg(unix)]
mod collect;
mod inventory;
mod membership;
mod predict;
