//! Finite lists of text, written as dictionary indices.
//!
//! A cell of such a list is four bytes, an index into a [`Dictionary`] that all parts of the column share, and it stays
//! one in an Arrow batch. Only a buffer that already holds text gets the words themselves.

use crate::builtin::{BindRequest, BindResult};
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Dictionary, Sampler};
use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Which entry of a list an ordinal takes, as an index below the list's length. Any 64-bit ordinal has one.
pub(crate) type Pick = fn(u64) -> usize;

/// A list of texts bound to a column, and the choice among its entries.
pub(crate) struct List<P = Pick> {
    /// The entries, in the order of the list.
    values: Arc<Dictionary>,
    /// The number of entries, or [`Cardinality::Huge`] under a `pick`.
    cardinality: Cardinality,
    /// Whether entries are distinct without regard to case, and each is at one ordinal.
    injective: bool,
    /// How an entity's ordinal chooses; `None` where the ordinal is the index.
    pick: Option<P>,
}

impl List {
    /// A plain list: the ordinal is the index. Entries that differ from an earlier one in case alone are left out.
    ///
    /// # Errors
    /// The column is of another type than text.
    pub(crate) fn plain(request: &BindRequest<'_>, entries: &[&str]) -> BindResult {
        Self::for_text(request, entries, None)
    }
}

impl<P: Fn(u64) -> usize + Send + Sync + 'static> List<P> {
    /// The part of an entity that `pick` names. A column of distinct values gets the plain list without repeats
    /// instead: its ordinals are the list's own, and the entity's would repeat. It then agrees with the entity's other
    /// columns no longer.
    ///
    /// # Errors
    /// The column is of another type than text.
    pub(crate) fn part(request: &BindRequest<'_>, entries: &[&str], pick: P) -> BindResult {
        Self::for_text(request, entries, Some(pick))
    }

    fn for_text(request: &BindRequest<'_>, entries: &[&str], pick: Option<P>) -> BindResult {
        if !request.is_text() {
            return Err(request.wrong_type("text"));
        }
        if pick.is_some() && !request.distinct() {
            let values = Arc::new(Dictionary::new(entries));
            return Ok(Arc::new(Self { values, cardinality: Cardinality::Huge, injective: false, pick }));
        }
        let mut seen = BTreeSet::new();
        let entries: Vec<&str> = entries.iter().copied().filter(|e| seen.insert(e.to_lowercase())).collect();
        let values = Arc::new(Dictionary::new(&entries));
        Ok(Arc::new(Self {
            values,
            cardinality: Cardinality::Exact(entries.len() as u64),
            injective: true,
            pick: None,
        }))
    }

    /// Index of the entry at an ordinal.
    fn index(&self, ordinal: u64) -> u32 {
        match &self.pick {
            Some(pick) => pick(ordinal) as u32,
            None => (ordinal % (self.values.len() as u64).max(1)) as u32,
        }
    }
}

impl<P> fmt::Debug for List<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("entries", &self.values.len())
            .field("cardinality", &self.cardinality)
            .field("injective", &self.injective)
            .finish_non_exhaustive()
    }
}

impl<P: Fn(u64) -> usize + Send + Sync + 'static> Sampler for List<P> {
    fn cardinality(&self) -> Cardinality {
        self.cardinality
    }

    fn is_injective(&self) -> bool {
        self.injective
    }

    fn chars(&self) -> Option<RangeInclusive<u32>> {
        self.values.chars()
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        if matches!(out, ColumnBuffer::Text(text) if text.is_empty()) {
            *out = ColumnBuffer::Dictionary { keys: Vec::new(), values: Arc::clone(&self.values) };
        }
        match out {
            ColumnBuffer::Dictionary { keys, values } if Arc::ptr_eq(values, &self.values) => {
                keys.extend(ordinals.iter().map(|&o| self.index(o)));
            }
            ColumnBuffer::Text(text) => {
                for &ordinal in ordinals {
                    text.push(self.values.get(self.index(ordinal)));
                }
            }
            _ => unreachable!("bound to text, and a column has one list"),
        }
    }
}
