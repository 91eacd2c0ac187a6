//! Whole numbers of which a column's own CHECKs leave few: those that pass, found by trying.
//!
//! `UNIQUE (flags), CHECK (flags >> 2 = 1)` leaves four of 2^63 numbers, which no draw among all of them would meet.
//! What people ask of numbers is met by small ones, so ranges around zero are gone through, each wider than the one before.

use super::Lists;
use crate::listing::Listing;
use crate::own_checks::OwnChecks;
use seedbed_datagen_core::{ColumnBuffer, Sampler as _};
use seedbed_laws::{below, mix};
use seedbed_rows::explain::{ListKind, ListSource};
use seedbed_rows::list::{Choice, Progression};
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_solver::Units;

/// How far from zero the first range reaches.
const NEAR: i128 = 1_024;
/// A range reaches so many times as far as the one before.
const WIDER: i128 = 16;
/// Numbers of a range up to which all of them are tried.
const TRIED: u64 = 1 << 15 | 1;
/// Numbers of a longer range that are looked at.
const SAMPLE: u64 = 1_024;
/// So few of them that pass show nothing.
const FEW: u128 = 16;
/// So many times as many numbers as rows are wanted, so that rows are no mere listing of all of them.
const AMPLE: u64 = 4;

/// Numbers that are worth a trial.
pub(crate) enum Thinned {
    /// All of them pass.
    Passing(Listing),
    /// Some of them do, by a sample enough.
    Among(Listing),
}

/// The numbers of a column.
struct Numbers<'s, 'a> {
    checks: OwnChecks<'s, 'a>,
    empty: ColumnBuffer,
    key: seedbed_laws::LawKey,
}

impl Lists<'_, '_> {
    /// The numbers of the narrowest range around zero in which the column's own CHECKs leave ample ones for `rows`, else
    /// those of the range in which they leave most. `None` if nothing is asked of the column alone, none is found, its
    /// values are listed, or rows are there of which not all is known, so that only greater numbers are safe.
    pub(crate) fn thinned(&self, column: ColumnIdx, checks: OwnChecks<'_, '_>, rows: u64) -> Option<Thinned> {
        let facts = &self.facts[column];
        let is_listed = facts.domain.allowed.is_some() || self.cx.spec_of(column).is_some();
        let counts = matches!(facts.base, SqlType::Integer { .. });
        if !counts || is_listed || self.cx.taken_texts(column).is_none() {
            return None;
        }
        let units = Units::of(facts.base, self.cx.schema().dialect)?;
        let (least, greatest) = units.range(&facts.domain, true)?;
        let is_numbered = self.cx.column(column).numbering.is_some();
        let from = if facts.domain.low.is_some() || is_numbered { least } else { units.min.max(0) };
        let lowest = if facts.domain.low.is_some() || is_numbered { from } else { units.min };
        let (empty, key) = (self.cx.buffer(column), self.cx.key(column, "thinned"));
        let numbers = Numbers { checks, empty, key };
        let wanted = rows.saturating_add(self.cx.planning.existing_rows(self.cx.id()));
        let mut best = Vec::new();
        let (mut reach, mut whole) = (NEAR, false);
        while !whole {
            for low in [from, lowest.max(from - reach)] {
                let range = Progression::new(low, greatest.min(from + reach), 1);
                whole = range.low == lowest && from + reach >= greatest;
                if range.count > TRIED {
                    if best.len() as u64 >= wanted {
                        return self.passing(column, &best, false);
                    }
                    if numbers.estimate(&range) >= wanted.saturating_mul(AMPLE) {
                        let among = Listing::new(range, ListKind::Number, ListSource::Type);
                        return Some(Thinned::Among(among));
                    }
                    continue;
                }
                let passing = numbers.passing(&range);
                let is_ample = passing.len() as u64 >= wanted.saturating_mul(AMPLE);
                if passing.len() > best.len() {
                    best = passing;
                }
                if is_ample || whole {
                    return self.passing(column, &best, whole);
                }
            }
            reach *= WIDER;
        }
        self.passing(column, &best, false)
    }

    /// The list of numbers that pass; `all`: no others do.
    fn passing(&self, column: ColumnIdx, numbers: &[i128], all: bool) -> Option<Thinned> {
        let mut cells = self.cx.buffer(column);
        let each = Progression { low: 0, step: 1, count: u64::MAX, divisor: 1.0 };
        for number in numbers {
            Progression { low: *number, ..each.clone() }.write(&[0], &mut cells);
        }
        let source = ListSource::CheckAccepts { all };
        let mut listing = Listing::new(Choice::new(cells), ListKind::Number, source);
        listing.sequential = self.cx.column(column).numbering.is_some();
        (!numbers.is_empty()).then_some(Thinned::Passing(listing))
    }
}

impl Numbers<'_, '_> {
    /// Those of a range that pass.
    fn passing(&self, range: &Progression) -> Vec<i128> {
        let passing = self.tried(range, &(0..range.count).collect::<Vec<u64>>());
        passing.into_iter().map(|ordinal| range.low + i128::from(ordinal)).collect()
    }

    /// About how many of a long range pass.
    fn estimate(&self, range: &Progression) -> u64 {
        let ordinals: Vec<u64> = (0..SAMPLE).map(|n| below(mix(self.key, n), range.count)).collect();
        let passing = self.tried(range, &ordinals).len() as u128;
        if passing < FEW {
            return 0;
        }
        u64::try_from(passing * u128::from(range.count) / u128::from(SAMPLE)).unwrap_or(u64::MAX)
    }

    /// The ordinals of a range, of some, whose numbers pass.
    fn tried(&self, range: &Progression, ordinals: &[u64]) -> Vec<u64> {
        let mut cells = self.empty.clone();
        range.write(ordinals, &mut cells);
        self.checks.passing(cells).into_iter().filter_map(|at| ordinals.get(at).copied()).collect()
    }
}
