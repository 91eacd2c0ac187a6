//! Keys that one column holds alone: a superkey of one column, whatever the others are.

use super::KeyFixing;
use crate::draft::{Decision, Unit, entity_law, law_kind};
use crate::listing::Listing;
use seedbed_constraints::EffectiveKey;
use seedbed_datagen_core::Cardinality;
use seedbed_laws::{Law, Permutation};
use seedbed_rows::explain::{KeyProof, ListKind};
use seedbed_rows::{CellLaw, LawKind};
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_solver::Units;

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
            let Some(listing) = self.lists().listing(column, Some(rows)) else { continue };
            let wide = listing.sampler.is_injective() && listing.sampler.cardinality().holds(WIDE.max(rows));
            let alone = free.len() == 1
                && listing.sampler.is_injective()
                && listing.sampler.cardinality().holds(rows);
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

    /// Makes one column distinct by itself: it counts up, or takes a permutation of its list. The key then holds.
    /// Where the target holds rows already, the law goes on behind as many values, or numbers after the greatest.
    pub(super) fn make_distinct(&mut self, key: &EffectiveKey, column: ColumnIdx, listing: Listing) -> bool {
        let law_key = self.cx.key(column, "law");
        let cardinality = listing.sampler.cardinality();
        let law = match (cardinality, listing.entity) {
            (_, Some(role)) => entity_law(&self.cx, role),
            (_, None) if listing.sequential => CellLaw::Own(Law::Sequence),
            (Cardinality::Exact(len), None) => CellLaw::Own(Law::Permutation(Permutation::new(law_key, len))),
            (Cardinality::Huge, None) => CellLaw::Own(Law::Huge(law_key)),
        };
        // Numbers start after the greatest there is; other lists go on after as many values as there are rows.
        let existing = self.cx.planning.existing_rows(self.cx.id());
        let counts = Units::of(self.facts[column].base, self.cx.schema().dialect).is_some();
        let fits = cardinality.holds(self.cx.rows.saturating_add(existing));
        let law = if existing > 0 && !counts && fits {
            CellLaw::After { existing, law: Box::new(law) }
        } else {
            law
        };
        let nulls = self.draft.nulls(&self.cx, self.facts, column);
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
        true
    }
}
