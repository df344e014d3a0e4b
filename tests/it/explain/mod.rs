//! Denials: the shared corpus against a reviewed table, own cases, and text of no sense at all.

mod corpus;
