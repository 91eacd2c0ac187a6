//! Spans of time: intervals, which travel as text.

use super::{Progression, text_of};
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_schema_model::{Dialect, SqlType};
use seedbed_solver::Units;
use seedbed_sql_values::format_value;

/// Evenly spaced spans.
#[derive(Clone, Debug)]
pub struct Spans {
    /// Their lengths.
    pub lengths: Progression,
    /// What the lengths count.
    pub units: Units,
    /// The column's type.
    pub ty: SqlType,
    /// How they are written.
    pub dialect: Dialect,
}

impl Sampler for Spans {
    fn cardinality(&self) -> Cardinality {
        self.lengths.cardinality()
    }

    fn is_injective(&self) -> bool {
        true
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let text = text_of(out);
        for ordinal in ordinals {
            text.push(&format_value(
                &self.units.nearest_value(self.lengths.at(*ordinal)),
                &self.ty,
                self.dialect,
            ));
        }
    }
}
