//! Lists that columns may have, and what they were chosen by.

use super::facts::TableProperties;
use seedbed_datagen_core::{EntityRole, Sampler};
use seedbed_rows::explain::{ListKind, ListReason};
use seedbed_schema_model::ColumnIdx;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A list for a column, and where it came from.
#[derive(Clone, Debug)]
pub(super) struct Listing {
    pub(super) sampler: Arc<dyn Sampler>,
    pub(super) kind: ListKind,
    pub(super) reason: ListReason,
    pub(super) entity: Option<EntityRole>,
    /// Weights of a short list, where the spec gives them.
    pub(super) weights: Option<Vec<u64>>,
    /// Whether the list is entered in order: keys that count up.
    pub(super) sequential: bool,
}

impl Listing {
    pub(super) fn new(
        sampler: impl Sampler + 'static,
        kind: ListKind,
        reason: impl Into<ListReason>,
    ) -> Self {
        Self {
            sampler: Arc::new(sampler),
            kind,
            reason: reason.into(),
            entity: None,
            weights: None,
            sequential: false,
        }
    }
}

/// The lists of JSON columns whose CHECKs speak of members of the documents.
pub(super) type Documents = BTreeMap<ColumnIdx, Listing>;

/// What lists are chosen by.
#[derive(Clone, Copy)]
pub(super) struct TableFacts<'s, 'a> {
    pub(super) facts: &'s TableProperties<'a>,
    pub(super) documents: &'s Documents,
}
