//! Short lists of which some values come more often than others.

use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// A list with weights. What the column does not hold of the list is the list's business, and takes the weights away.
#[derive(Debug)]
pub(crate) struct Weighted {
    list: Arc<dyn Sampler>,
    /// One for each ordinal.
    weights: Vec<u64>,
}

impl Weighted {
    /// The list with a weight for each of its ordinals; as it was, if it has not so many.
    pub(crate) fn of(list: Arc<dyn Sampler>, weights: &[u64]) -> Arc<dyn Sampler> {
        match list.cardinality() {
            Cardinality::Exact(len) if len == weights.len() as u64 => {
                Arc::new(Self { list, weights: weights.to_vec() })
            }
            _ => list,
        }
    }
}

impl Sampler for Weighted {
    fn cardinality(&self) -> Cardinality {
        self.list.cardinality()
    }

    fn is_injective(&self) -> bool {
        self.list.is_injective()
    }

    fn longest(&self) -> Option<u32> {
        self.list.longest()
    }

    fn chars(&self) -> Option<RangeInclusive<u32>> {
        self.list.chars()
    }

    fn weights(&self) -> Option<&[u64]> {
        Some(&self.weights)
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        self.list.write(ordinals, out);
    }
}

/// The two truth values, false first.
#[derive(Debug)]
pub(crate) struct TruthValues;

impl Sampler for TruthValues {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(2)
    }

    fn is_injective(&self) -> bool {
        true
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        if let ColumnBuffer::Boolean(cells) = out {
            cells.extend(ordinals.iter().map(|ordinal| ordinal % 2 == 1));
        }
    }
}
