//! A list in which the column's own default comes often, as it does where applications leave it out.

use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use std::sync::Arc;

/// The default at every other ordinal, and another list's values between.
#[derive(Debug)]
pub struct WithDefault {
    /// One cell.
    default: ColumnBuffer,
    inner: Arc<dyn Sampler>,
}

impl WithDefault {
    /// `default` holds the one cell that comes often.
    pub fn new(default: ColumnBuffer, inner: Arc<dyn Sampler>) -> Self {
        Self { default, inner }
    }
}

impl Sampler for WithDefault {
    fn cardinality(&self) -> Cardinality {
        match self.inner.cardinality() {
            Cardinality::Exact(len) => Cardinality::Exact(len.saturating_mul(2)),
            Cardinality::Huge => Cardinality::Huge,
        }
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let halves: Vec<u64> = ordinals.iter().map(|o| o / 2).collect();
        let mut others = out.empty_like();
        self.inner.write(&halves, &mut others);
        for (i, ordinal) in ordinals.iter().enumerate() {
            if ordinal % 2 == 0 {
                out.push_from(&self.default, 0);
            } else {
                out.push_from(&others, i);
            }
        }
    }
}
