//! Text of a pattern, from [`PatternList`].

use super::text_of;
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_solver::PatternList;

/// The strings of a regular expression.
#[derive(Debug)]
pub struct PatternText {
    /// The strings, counted and numbered.
    pub list: PatternList,
}

impl Sampler for PatternText {
    fn cardinality(&self) -> Cardinality {
        match u64::try_from(self.list.len()) {
            Ok(len) => Cardinality::Exact(len),
            Err(_) => Cardinality::Huge,
        }
    }

    fn is_injective(&self) -> bool {
        self.list.is_unambiguous()
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let text = text_of(out);
        for ordinal in ordinals {
            self.list.write(u128::from(*ordinal), text.open_cell());
            text.end_cell();
        }
    }
}
