//! An explicit list of values: enums, IN lists, a spec's values, truth values.

use seedbed_datagen_core::{Cardinality, ColumnBuffer, Dictionary, Sampler};
use std::sync::Arc;

/// Values in order, as a buffer of the column's kind, without duplicates.
#[derive(Debug)]
pub struct Choice {
    values: ColumnBuffer,
    dictionary: Option<Arc<Dictionary>>,
}

impl Choice {
    /// A list of the cells of a buffer.
    pub fn new(values: ColumnBuffer) -> Self {
        let dictionary = match &values {
            ColumnBuffer::Text(text) => {
                let strings: Vec<&str> = (0..text.len()).map(|i| text.get(i)).collect();
                Some(Arc::new(Dictionary::new(&strings)))
            }
            _ => None,
        };
        Self { values, dictionary }
    }
}

impl Sampler for Choice {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(self.values.len() as u64)
    }

    fn is_injective(&self) -> bool {
        true
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        if let (Some(values), true) = (&self.dictionary, out.is_empty()) {
            let keys = ordinals.iter().map(|o| *o as u32).collect();
            *out = ColumnBuffer::Dictionary { keys, values: Arc::clone(values) };
            return;
        }
        out.extend_from(&self.values, ordinals.iter().map(|ordinal| *ordinal as usize));
    }
}
