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
    /// The values, by ordinal.
    pub(super) sampler: Arc<dyn Sampler>,
    /// What it is made of, for people.
    pub(super) kind: ListKind,
    /// Who asked for it, for people.
    pub(super) reason: ListReason,
    /// What it shows of which entity, where several columns of the table show the same: all of them then follow one
    /// law.
    pub(super) entity: Option<EntityRole>,
    /// A weight for each value of a short list, where the spec gives them.
    pub(super) weights: Option<Vec<u64>>,
    /// Whether the list is entered in order: keys that count up.
    pub(super) sequential: bool,
}

impl Listing {
    /// A list of no entity, without weights, in no order.
    pub(super) fn new(
        sampler: impl Sampler + 'static,
        kind: ListKind,
        reason: impl Into<ListReason>,
    ) -> Self {
        Self::shared(Arc::new(sampler), kind, reason)
    }

    /// The same of a list that is made already.
    pub(super) fn shared(sampler: Arc<dyn Sampler>, kind: ListKind, reason: impl Into<ListReason>) -> Self {
        Self { sampler, kind, reason: reason.into(), entity: None, weights: None, sequential: false }
    }
}

/// The lists of columns whose values have values inside that CHECKs speak of.
pub(super) type Documents = BTreeMap<ColumnIdx, Listing>;

/// What lists are chosen by.
#[derive(Clone, Copy)]
pub(super) struct TableFacts<'s, 'a> {
    /// What the columns may hold.
    pub(super) facts: &'s TableProperties<'a>,
    /// Lists of JSON documents.
    pub(super) documents: &'s Documents,
}
