//! Too few values for a key, as a bound on rows: proven where lists hold all that their columns may.

use super::KeyFixing;
use crate::draft::Unit;
use crate::listing::Listing;
use crate::row_limit::RowLimit;
use seedbed_constraints::EffectiveKey;
use seedbed_datagen_core::{Counted, Factor, ShortfallReason};
use seedbed_rows::explain::{ListKind, ListSource};
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_sql_values::{Typing, representation};

impl KeyFixing<'_, '_> {
    /// The product of some units as a bound.
    pub(super) fn limit(&mut self, key: &EffectiveKey, lens: &[(Unit, u64)]) -> RowLimit {
        let factors = lens.iter().map(|unit| self.draft.factor(&self.cx, unit)).collect();
        let leaves_out = |(unit, _): &(Unit, u64)| match unit {
            Unit::Reference(r) => self.draft.leaves_out(&self.cx, *r),
            Unit::Column(_) => false,
        };
        let limit = RowLimit::of_product(self.cx.wording().key(&key.name), factors, self.cx.rows, key.span)
            .leaving_out(lens.iter().any(leaves_out));
        let is_whole = lens.iter().all(|(unit, _)| match *unit {
            Unit::Reference(_) => true,
            Unit::Column(c) => self.injective_listing(c).is_some_and(|listing| self.has_all(c, &listing)),
        });
        if is_whole { limit } else { limit.undecided() }
    }

    /// The values that are left of a column as a bound.
    pub(super) fn limit_beside(
        &self,
        key: &EffectiveKey,
        (column, listing): (ColumnIdx, &Listing),
        left: u64,
        there: u64,
    ) -> RowLimit {
        let name = self.cx.column(column).name.clone();
        let limit = if left == 0 {
            RowLimit::new(0, ShortfallReason::AllThere { column: name, there }, key.span)
        } else {
            let factor = Factor { count: left, of: Counted::ValuesLeft { column: name, there } };
            RowLimit::of_product(self.cx.wording().key(&key.name), vec![factor], self.cx.rows, key.span)
        };
        if self.has_all(column, listing) { limit } else { limit.undecided() }
    }

    /// Whether a list has every value that the column may hold: listed ones, and numbers that have no others between them.
    fn has_all(&self, column: ColumnIdx, listing: &Listing) -> bool {
        let base = self.facts[column].base;
        // Where types are but affinities, or another name of numbers, more is taken than they say.
        let declared = representation(self.cx.schema().dialect).storage.typing == Typing::Declared;
        match listing.kind {
            _ if matches!(listing.reason.source, ListSource::CheckAccepts { all: false }) => false,
            ListKind::Values | ListKind::Labels => true,
            ListKind::Number | ListKind::Sequence => match base {
                SqlType::Integer { .. } | SqlType::Date | SqlType::Year => true,
                SqlType::Decimal { scale, .. } => declared && scale.is_some(),
                _ => false,
            },
            ListKind::Literal => matches!(base, SqlType::Bit { varying: false, .. }),
            _ => false,
        }
    }
}
