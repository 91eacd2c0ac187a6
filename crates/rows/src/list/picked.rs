//! Of another list, the values that were found to meet a condition.

use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Some ordinals of another list, chosen when the plan is made: 8 bytes each.
#[derive(Debug)]
pub struct Picked {
    inner: Arc<dyn Sampler>,
    ordinals: Vec<u64>,
}

impl Picked {
    /// The values of `inner` at `ordinals`, each of which stands there once.
    pub fn new(inner: Arc<dyn Sampler>, ordinals: Vec<u64>) -> Self {
        Self { inner, ordinals }
    }
}

impl Sampler for Picked {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(self.ordinals.len() as u64)
    }

    fn is_injective(&self) -> bool {
        self.inner.is_injective()
    }

    fn longest(&self) -> Option<u32> {
        self.inner.longest()
    }

    fn chars(&self) -> Option<RangeInclusive<u32>> {
        self.inner.chars()
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let picked: Vec<u64> = ordinals.iter().map(|o| self.ordinals[*o as usize]).collect();
        self.inner.write(&picked, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::Progression;

    #[test]
    fn it_has_the_chosen_values_in_their_order() {
        let even = Picked::new(Arc::new(Progression::new(10, 20, 1)), vec![0, 2, 4]);
        let mut cells = ColumnBuffer::Int64(Vec::new());
        even.write(&[2, 0], &mut cells);
        assert!(matches!(&cells, ColumnBuffer::Int64(v) if *v == [14, 10]));
        assert_eq!(even.cardinality(), Cardinality::Exact(3));
    }
}
