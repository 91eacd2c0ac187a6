//! Branches: the ways in which the CHECKs of a row can hold, one of which is chosen for each row that its columns' own
//! draws do not already satisfy.
//!
//! A component is a set of CHECKs that share columns. Its formulas say which columns are NULL and which conditions hold
//! in which branch. For one row, everything that is settled elsewhere (values of keys and references) is read as it is;
//! the branches that this leaves are tried in order of how little of the row's own draws they change: a short list such
//! as a status keeps its value and so its shares, NULLs give way next, and plain values first. Branches that change
//! equally much are dealt out in equal shares. Within a branch, columns keep what they drew where it fits; else their
//! narrowed list is drawn from, or what an equation leaves is computed.
//!
//! All of it is a function of the row's number and its draws, so that a row stays what it is, made alone or with
//! others.

mod assign;
mod candidates;
mod cell_source;
mod component;
mod draws;
mod formula;
mod refute;
mod search;

pub use cell_source::CellSource;
pub use component::{Branches, Freedom, Variable};
pub use draws::{Draws, SettledColumn};
pub use formula::{Condition, Formula, Truths, is_strict};
