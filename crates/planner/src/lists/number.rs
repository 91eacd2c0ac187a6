//! Lists of numbers, dates and times: sequences, and ranges within what a column allows.
//!
//! All of them are arithmetic progressions in a type's own units ([`Units`]: cents of a price, days of a date), so a
//! list costs three integers whatever its length. Bounds that leave nothing give no list; the pass that asks reports
//! it.

use super::Lists;
use crate::listing::Listing;
use crate::planning::sequence_of;
use seedbed_rows::explain::{ListKind, ListSource};
use seedbed_rows::list::{Progression, Spans};
use seedbed_schema_model::{Column, ColumnIdx, SqlType};
use seedbed_solver::{Units, ValueDomain};

/// Six digits survive floating point of 32 bits: with as many after the point, numbers between 0 and 1 keep theirs.
const FINEST: f64 = 1e6;

impl Lists<'_, '_> {
    /// The numbers of a column: counting up for serial and identity columns and integer primary keys, otherwise a
    /// range; with `distinct`, one of at least so many if the type has them.
    pub(crate) fn counted(&self, column: ColumnIdx, distinct: Option<u64>) -> Option<Listing> {
        let c = &self.cx.table()[column];
        let facts = &self.facts[column];
        let units = Units::of(facts.base, self.cx.schema().dialect)?;
        let key = self.cx.table().primary_key.as_ref().is_some_and(|k| k.columns.contains(&column));
        let whole =
            matches!(facts.base, SqlType::Integer { .. } | SqlType::Decimal { scale: None | Some(0), .. });
        if whole && (c.numbering.is_some() || (distinct.is_some() && key)) {
            return self.sequence(column, c, units, distinct.unwrap_or(0));
        }
        if units.is_span() {
            return self.spans(column, units, distinct);
        }
        let source = if distinct.is_some() { ListSource::WideType } else { ListSource::Type };
        self.lattice(column, units, distinct).map(|l| Listing::new(l, ListKind::Number, source))
    }

    /// Spans of time, where their bounds are known; others are literals of the type.
    fn spans(&self, column: ColumnIdx, units: Units, distinct: Option<u64>) -> Option<Listing> {
        let facts = &self.facts[column];
        if facts.domain.low.is_none() && facts.domain.high.is_none() {
            return None;
        }
        let mut lengths = self.lattice(column, units, distinct)?;
        // Whole steps, where there are some.
        let aligned = -(-lengths.low).div_euclid(units.step) * units.step;
        let lost = u64::try_from(aligned - lengths.low).is_ok_and(|lost| lost > 0);
        if lost && lengths.step == units.step && lengths.count > 1 {
            (lengths.low, lengths.count) = (aligned, lengths.count - 1);
        }
        let (ty, dialect) = (facts.base.clone(), self.cx.schema().dialect);
        Some(Listing::new(Spans { lengths, units, ty, dialect }, ListKind::Number, ListSource::Type))
    }

    /// Numbers that count up from where the column's own numbering begins, or from its least value; `None` when its
    /// type, its CHECKs and the rows that are there leave no number.
    fn sequence(&self, column: ColumnIdx, c: &Column, units: Units, needed: u64) -> Option<Listing> {
        let facts = &self.facts[column];
        let (start, increment) = self.sequence_start(c);
        // A numeric without a scale travels with two digits after the point.
        let one = if matches!(facts.base, SqlType::Decimal { scale: None, .. }) { 100 } else { 1 };
        let step = one * increment;
        let (least, last) = units.range(&facts.domain, true)?;
        let first = if facts.domain.low.is_some() { least } else { start * one };
        let room =
            |greatest: i128| (last - (greatest + increment) * one).div_euclid(step) + 1 >= needed.into();
        let greatest = self.greatest_to_pass(column, room);
        let first = greatest.map_or(first, |g| first.max((g + increment) * one));
        // A numbering that was set so high that too few are left begins at the front all the same.
        let front = if facts.domain.low.is_some() { least } else { one };
        let crowded = greatest.is_none() && (last - first) / step + 1 < needed.into();
        let first = if crowded && first > front && front > units.min { front } else { first };
        // Nobody expects negative keys, unless there are too few others.
        let few = (units.max - first) / step + 1 < needed.into();
        let free = facts.domain.low.is_none() && greatest.is_none();
        let first = if first > last && free {
            lowest(units, &facts.domain, step, needed)
        } else if few && free && c.numbering.is_none() {
            units.min
        } else {
            first
        };
        let (first, last) = self.without_forbidden(column, units, (first, last), step, needed)?;
        let mut listing =
            Listing::new(Progression::new(first, last, step), ListKind::Sequence, ListSource::Counting);
        listing.sequential = true;
        Some(listing)
    }

    /// The greatest number that the target holds, after which numbers begin; `None` where there is none, or where there is no
    /// `room` after it and the numbers before it can be passed over one by one.
    fn greatest_to_pass(&self, column: ColumnIdx, room: impl Fn(i128) -> bool) -> Option<i128> {
        let greatest = self.cx.planning.existing_greatest(self.cx.id(), column)?;
        (room(greatest) || self.cx.taken_texts(column).is_none()).then_some(greatest)
    }

    /// Where a column's numbers begin, and their step. Columns that number from one sequence take turns: whoever gave
    /// them one meant their numbers to differ.
    fn sequence_start(&self, c: &Column) -> (i128, i128) {
        let Some(id) = sequence_of(c) else {
            let first = self.cx.table().options.first_number.filter(|_| c.numbering.is_some());
            return (first.map_or(1, i128::from), 1);
        };
        let sequence = &self.cx.schema()[id];
        let (start, increment) =
            if sequence.increment > 0 { (sequence.start, sequence.increment) } else { (1, 1) };
        let sharers = self.cx.planning.sharers(id);
        let turn = sharers.iter().position(|t| *t == self.cx.id()).unwrap_or(0) as i128;
        let turns = sharers.len().max(1) as i128;
        (i128::from(start) + turn * i128::from(increment), i128::from(increment) * turns)
    }

    /// A range of numbers, dates or times in steps that look natural; `None` when nothing is left between its bounds.
    fn lattice(&self, column: ColumnIdx, units: Units, distinct: Option<u64>) -> Option<Progression> {
        let facts = &self.facts[column];
        let (mut low, high) = units.range(&facts.domain, distinct.is_some())?;
        let float = matches!(facts.base, SqlType::Float { .. });
        let step = if float || high - low < units.step { 1 } else { units.step };
        // A key is never drawn again, so its columns keep clear of what is forbidden even where they may repeat.
        let needed = distinct.unwrap_or(u64::from(self.cx.is_keyed(column)));
        let room =
            |greatest: i128| (high - greatest - 1).div_euclid(step) + 1 >= distinct.unwrap_or(0).into();
        let greatest = self.greatest_to_pass(column, room).filter(|_| distinct.is_some());
        if let Some(greatest) = greatest {
            low = low.max(greatest + 1);
        } else if facts.domain.low.is_none() && (high - low) / step + 1 < needed.into() {
            // Nobody expects negative numbers, unless there are too few others.
            low = units.min;
        }
        let (low, high) = self.without_forbidden(column, units, (low, high), step, needed)?;
        let mut lattice = Progression::new(low, high, step);
        lattice.divisor = units.divisor();
        // As many as are there may be passed over.
        let there = self.cx.planning.existing_rows(self.cx.id());
        let differ = distinct.map_or(0, |rows| rows.saturating_add(there));
        Some(if float { finer(lattice, differ) } else { lattice })
    }

    /// A range without the values that a column's CHECKs forbid: the first run between them that is long enough for
    /// `needed` values, or the longest; `None` when no value is left. Where rows may be drawn again (`needed` of 0)
    /// only the ends are cut.
    fn without_forbidden(
        &self,
        column: ColumnIdx,
        units: Units,
        (low, high): (i128, i128),
        step: i128,
        needed: u64,
    ) -> Option<(i128, i128)> {
        let forbidden = &self.facts[column].domain.forbidden;
        let mut holes: Vec<i128> = forbidden
            .iter()
            .filter_map(|f| units.floor(f))
            .filter(|(n, exact)| *exact && (low..=high).contains(n) && (n - low) % step == 0)
            .map(|(n, _)| n)
            .collect();
        holes.sort_unstable();
        holes.dedup();
        if needed == 0 {
            return Some(with_ends_cut((low, high), &holes, step));
        }
        let len = |(from, to): (i128, i128)| (to - from).div_euclid(step) + 1;
        let starts = std::iter::once(low).chain(holes.iter().map(|hole| hole + step));
        let ends = holes.iter().map(|hole| hole - step).chain([high]);
        let runs: Vec<(i128, i128)> = starts.zip(ends).filter(|(from, to)| from <= to).collect();
        let enough = runs.iter().copied().find(|run| len(*run) >= needed.into());
        enough.or_else(|| runs.into_iter().max_by_key(|run| len(*run)))
    }
}

/// Floating point with more digits after the point, where so many values are `needed` and the range has fewer.
fn finer(mut lattice: Progression, needed: u64) -> Progression {
    while lattice.count < needed && lattice.count > 1 && lattice.divisor < FINEST {
        lattice.low *= 10;
        lattice.count = (lattice.count - 1).saturating_mul(10).saturating_add(1);
        lattice.divisor *= 10.0;
    }
    lattice
}

/// A range without its ends where these are among the holes.
fn with_ends_cut((low, high): (i128, i128), holes: &[i128], step: i128) -> (i128, i128) {
    let cut_low = if holes.contains(&low) && low < high { low + step } else { low };
    let cut_high = if holes.contains(&high) && cut_low < high { high - step } else { high };
    (cut_low, cut_high)
}

/// Where numbers begin whose allowed values all lie below 1: at the least of those that are usual within the domain, if
/// `needed` of them fit there in steps of `step`, or else at the type's least.
fn lowest(units: Units, domain: &ValueDomain, step: i128, needed: u64) -> i128 {
    let usual = units.range(domain, false).filter(|(low, high)| (high - low) / step + 1 >= needed.into());
    usual.map_or(units.min, |(low, _)| low)
}
