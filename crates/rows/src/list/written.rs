//! Text that stands for values of another type.

use super::{Part, text_of};
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_schema_model::Schema;
use std::sync::Arc;

/// The values of a list, written out.
#[derive(Clone, Debug)]
pub struct WrittenList {
    /// The schema of their type.
    pub schema: Arc<Schema>,
    /// What they are taken from.
    pub values: Part,
}

impl Sampler for WrittenList {
    fn cardinality(&self) -> Cardinality {
        self.values.sampler.cardinality()
    }

    fn is_injective(&self) -> bool {
        self.values.sampler.is_injective()
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let text = text_of(out);
        for value in self.values.texts(ordinals, &self.schema) {
            text.push(&value);
        }
    }
}
