//! Keys beside rows that are there: the numbers of a law whose values the target holds are passed over.
//!
//! A law that is a bijection gives each value once, so as many of its numbers are passed over as values are met, and all
//! others stay as they are. What is met is found when planning, from the first number on until there are as many free
//! ones as rows. A run with the seed of an earlier one passes over that one's rows, and goes on where it ended.

use super::KeyFixing;
use crate::listing::Listing;
use crate::taken::Taken;
use seedbed_datagen_core::Cardinality;
use seedbed_laws::{Gaps, Law};
use seedbed_rows::CellLaw;
use seedbed_rows::explain::{ListKind, MemoryUse};
use seedbed_schema_model::ColumnIdx;
use seedbed_solver::Units;
use std::sync::Arc;

/// Numbers looked at in one go.
const BATCH: u64 = 1_024;

/// A law beside rows that are there.
pub(super) struct BesideRows {
    pub(super) law: CellLaw,
    /// How many rows it gives a value, of those that it was to give.
    pub(super) rows: u64,
    /// How many values are there.
    pub(super) there: u64,
}

impl KeyFixing<'_, '_> {
    /// The law of a column that has to be distinct, without what the target holds of it.
    ///
    /// Where not all of that is known, the law goes on behind as many values as there are rows.
    pub(super) fn beside_rows(&mut self, column: ColumnIdx, listing: &Listing, law: CellLaw) -> BesideRows {
        let (rows, existing) = (self.cx.rows, self.cx.planning.existing_rows(self.cx.id()));
        if existing == 0 || rows == 0 || self.begins_after_greatest(column, listing) {
            return BesideRows { law, rows, there: 0 };
        }
        let counts =
            Units::of(self.facts[column].base, self.cx.schema().dialect).is_some_and(|u| !u.is_span());
        let fits = listing.sampler.cardinality().holds(rows.saturating_add(existing));
        let behind = if fits && !counts { Gaps::first(existing) } else { Gaps::default() };
        // Of an entity that other columns show too, what they pass over is passed over here.
        let (law, passed) = match law {
            CellLaw::Beside { left, law } => (*law, (*left).clone()),
            law => (law, behind),
        };
        let Some(taken) = self.cx.taken(column) else {
            return BesideRows { law: self.beside(passed, law), rows, there: 0 };
        };
        let mut search = Search { column, listing, law: &law, gaps: Gaps::default(), free: 0 };
        search.run(self, rows, &taken, &passed);
        if search.free < rows && passed.passed() > 0 {
            search = Search { gaps: Gaps::default(), free: 0, ..search };
            search.run(self, rows, &taken, &Gaps::default());
        }
        let (gaps, found, there) = (search.gaps, search.free, taken.len());
        if gaps.bytes() > Gaps::first(1).bytes() {
            let note = MemoryUse::PassedOver { column, bytes: gaps.bytes() };
            self.found.memory.push(note);
        }
        BesideRows { law: self.beside(gaps, law), rows: found, there }
    }

    /// A law that passes over numbers, if there are any, as all columns then do that show the same entity.
    fn beside(&mut self, left: Gaps, law: CellLaw) -> CellLaw {
        if left.passed() == 0 {
            return law;
        }
        let left = Arc::new(left);
        if let CellLaw::Entity(entities) = &law {
            self.draft.pass_entities(entities, &left);
        }
        CellLaw::Beside { left, law: Box::new(law) }
    }

    /// Whether a list of numbers begins after the greatest that is there, so that it meets none.
    fn begins_after_greatest(&self, column: ColumnIdx, listing: &Listing) -> bool {
        let Some(greatest) = self.cx.planning.existing_greatest(self.cx.id(), column) else { return false };
        let units = Units::of(self.facts[column].base, self.cx.schema().dialect);
        let mut first = self.cx.buffer(column);
        listing.sampler.write(&[0], &mut first);
        matches!(listing.kind, ListKind::Sequence | ListKind::Number)
            && units.and_then(|units| units.floor(&first.value(0))).is_some_and(|(first, _)| first > greatest)
    }
}

/// The search for numbers whose values are free.
struct Search<'s> {
    column: ColumnIdx,
    listing: &'s Listing,
    law: &'s CellLaw,
    gaps: Gaps,
    /// How many are found.
    free: u64,
}

impl Search<'_> {
    /// Looks at numbers that are not passed over already until so many are free, the list ends, or all that is taken has
    /// been met.
    fn run(&mut self, keys: &KeyFixing<'_, '_>, rows: u64, taken: &Taken<'_>, passed: &Gaps) {
        let end = match self.listing.sampler.cardinality() {
            Cardinality::Exact(len) => len,
            Cardinality::Huge => u64::MAX,
        };
        let mut met = 0;
        self.gaps = passed.clone();
        let mut found: Vec<u64> = Vec::new();
        let mut next = 0;
        while self.free < rows && passed.nth(next) < end {
            let numbers: Vec<u64> =
                (next..next.saturating_add(BATCH)).map(|n| passed.nth(n)).take_while(|n| *n < end).collect();
            let mut cells = keys.cx.buffer(self.column);
            self.listing.sampler.write(&self.ordinals(&numbers), &mut cells);
            for (at, number) in numbers.iter().enumerate() {
                if self.free >= rows {
                    break;
                }
                if taken.holds(&cells, at) {
                    found.push(*number);
                    met += 1;
                } else {
                    self.free += 1;
                }
            }
            next += numbers.len() as u64;
            if taken.is_met_by(met) {
                let left = end.saturating_sub(passed.passed()).saturating_sub(next);
                self.free = rows.min(self.free.saturating_add(left));
                break;
            }
        }
        self.gaps = passed.with(&found);
    }

    fn ordinals(&self, numbers: &[u64]) -> Vec<u64> {
        match self.law.first() {
            CellLaw::Own(Law::Sequence) => numbers.to_vec(),
            CellLaw::Own(law) => law.ordinals(numbers, 0),
            CellLaw::Entity(permutation) => {
                let mut ordinals = numbers.to_vec();
                permutation.apply_all(&mut ordinals);
                ordinals
            }
            _ => numbers.to_vec(),
        }
    }
}
