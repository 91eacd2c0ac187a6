//! Datasets that are changed and asked by words, with an advisor and without, on a real store.

mod changes;
mod fake_advisor;
mod instructions;
mod questions;
mod setup;
mod undoing;
