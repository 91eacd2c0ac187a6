//! Keys that one column holds alone: a superkey of one column, whatever the others are.

use super::KeyFixing;
use super::beside::BesideRows;
use crate::draft::{Decision, Unit, law_kind};
use crate::listing::Listing;
use crate::row_limit::RowLimit;
use seedbed_constraints::EffectiveKey;
use seedbed_datagen_core::Cardinality;
use seedbed_laws::{Law, Permutation};
use seedbed_rows::explain::{KeyProof, ListKind};
use seedbed_rows::{CellLaw, LawKind};
use seedbed_schema_model::{ColumnIdx, SqlType};

/// Lists at least this long count as wide: one of them makes a key by itself, whatever the row count.
const WIDE: u64 = 1 << 28;

impl KeyFixing<'_, '_> {
    /// The free column that best makes a key alone, with its list; `None` if none has a list that is long enough and repeats nothing.
    /// Numbered columns come first, then UUIDs, text, integers; a short list counts only where the key has nothing
    /// else.
    pub(super) fn widest_column(&mut self, free: &[Unit]) -> Option<(ColumnIdx, Listing)> {
        let rows = self.cx.rows;
        let mut best: Option<(u32, ColumnIdx, Listing)> = None;
        for unit in free {
            let Unit::Column(column) = *unit else { continue };
            // Each row of its own group would have nobody to refer to.
            if free.len() > 1 && self.draft.grouping.contains(&column) {
                continue;
            }
            let Some(listing) = self.injective_listing(column) else { continue };
            let wide = listing.sampler.cardinality().holds(WIDE.max(rows));
            let alone = free.len() == 1 && listing.sampler.cardinality().holds(rows);
            if !wide && !alone {
                continue;
            }
            let c = &self.cx.table()[column];
            let rank = match self.facts[column].base {
                _ if c.numbering.is_some() => 0,
                SqlType::Uuid => 1,
                t if t.is_text() => 2,
                SqlType::Integer { .. } => 3,
                _ => 4,
            };
            if best.as_ref().is_none_or(|(r, ..)| rank < *r) {
                best = Some((rank, column, listing));
            }
        }
        best.map(|(_, column, listing)| (column, listing))
    }

    /// Makes one column distinct by itself: it counts up, or takes a permutation of its list. The key then holds, also
    /// beside rows that are there: numbers begin after the greatest, and other values that are taken are passed over.
    ///
    /// # Errors
    /// [`RowLimit`] when the rows that are there leave fewer values, and no NULL excuses the rest.
    pub(super) fn make_distinct(
        &mut self,
        key: &EffectiveKey,
        column: ColumnIdx,
        listing: Listing,
    ) -> Result<bool, RowLimit> {
        let law_key = self.cx.key(column, "law");
        let cardinality = listing.sampler.cardinality();
        let law = match (cardinality, listing.entity) {
            (_, Some(role)) => self.draft.entity_law(&self.cx, role),
            (_, None) if listing.sequential => CellLaw::Own(Law::Sequence),
            (Cardinality::Exact(len), None) => CellLaw::Own(Law::Permutation(Permutation::new(law_key, len))),
            (Cardinality::Huge, None) => CellLaw::Own(Law::Huge(law_key)),
        };
        let BesideRows { law, rows, there } = self.beside_rows(column, &listing, law);
        let is_excused = self.facts[column].nullable && key.excuses_null(column);
        let is_short = rows < self.cx.rows;
        // Rows of which the key says nothing, a NULL as one value more, or other columns that tell rows apart.
        let hides_null = self.facts[column].nullable && !is_excused;
        let has_others = key.excuses_rows() || hides_null || key.columns.len() > 1;
        if is_short && !is_excused && !has_others {
            return Err(self.limit_beside(key, (column, &listing), rows, there));
        }
        // A column that is distinct by itself needs no other to be present.
        if is_short && has_others || !self.forbid_colliding(key, &[column]) {
            self.unsolved.push(key.clone());
            return Ok(true);
        }
        let mut nulls = self.draft.nulls(&self.cx, self.facts, column);
        if is_short {
            nulls.surplus_from = rows;
        }
        let kind = match law.first() {
            CellLaw::Own(law) => law_kind(law),
            _ => LawKind::Permutation,
        };
        let proof = match (kind, &listing.kind, cardinality) {
            (LawKind::Sequence, ListKind::Sequence, _) => KeyProof::CountsUp(column),
            (LawKind::Sequence, ListKind::Examples, Cardinality::Exact(len)) => {
                KeyProof::OnceEach { column, values: Some(len) }
            }
            (LawKind::Sequence, _, _) => KeyProof::CarriesRowNumber(column),
            (_, _, Cardinality::Exact(len)) => KeyProof::OnceEach { column, values: Some(len) },
            (_, _, Cardinality::Huge) => KeyProof::OnceEach { column, values: None },
        };
        self.draft.decide(&self.cx, self.facts, column, Decision::listed(listing, law, kind, nulls));
        self.found.key(key, proof);
        Ok(true)
    }
}
