//! Numbers as keys: counted up, close together, or anywhere.
//!
//! A batch that counts up by one is an interval. Numbers that lie so close together that a bit each takes less room than
//! the numbers themselves are bits. The rest is scattered. All of it is exact: a number is its own code.

use super::code::Number;
use super::memory::Memory;
use super::scattered::{Scattered, missing, repeated};
use super::window::Window;
use crate::ValidateError;
use crate::summary::{SummaryReader, SummaryWriter};
use arrow_buffer::NullBuffer;
use std::ops::RangeInclusive;

/// Numbers of one key, or of one reference.
#[derive(Debug)]
pub(crate) struct NumberSet {
    /// Whether equal numbers are looked for; references are equal all the time.
    unique: bool,
    /// What was put in, equal ones as often as they came.
    taken: u64,
    /// Batches that counted up; in order and apart from each other once the set is sealed.
    runs: Vec<RangeInclusive<i64>>,
    /// Numbers that lie close together.
    window: Window,
    /// Numbers that do not.
    scattered: Scattered<Number>,
    /// Numbers that were found twice so far.
    twice: Scattered<Number>,
    /// Least and greatest of all.
    bounds: Option<(i64, i64)>,
    /// Bytes of the window that memory knows of.
    held: usize,
}

/// Intervals that are kept as such.
const RUNS: usize = 4096;

/// Numbers of an interval that may become bits.
const SHORT_RUN: u64 = 1 << 16;

/// Bytes of bits that are worth having for any few numbers.
const SMALL_WINDOW: u128 = 256 << 10;

impl NumberSet {
    /// An empty set; `unique` when equal numbers are to be found.
    pub(crate) fn new(unique: bool) -> Self {
        Self {
            unique,
            taken: 0,
            runs: Vec::new(),
            window: Window::default(),
            scattered: Scattered::new(!unique),
            twice: Scattered::new(true),
            bounds: None,
            held: 0,
        }
    }

    /// Puts a column's numbers in, but for NULLs.
    pub(crate) fn extend(
        &mut self,
        numbers: &[i64],
        nulls: Option<&NullBuffer>,
        memory: &Memory,
    ) -> Result<(), ValidateError> {
        match nulls.filter(|nulls| nulls.null_count() > 0) {
            Some(nulls) => {
                let there: Vec<i64> =
                    nulls.valid_indices().filter_map(|row| numbers.get(row)).copied().collect();
                self.extend_all(&there, memory)
            }
            None => self.extend_all(numbers, memory),
        }
    }

    fn extend_all(&mut self, numbers: &[i64], memory: &Memory) -> Result<(), ValidateError> {
        let [first, .., last] = numbers else {
            return numbers
                .iter()
                .try_for_each(|number| self.extend_bits(&[*number], *number, *number, memory));
        };
        self.taken += numbers.len() as u64;
        let counts_up = |pair: &[i64]| pair[1].wrapping_sub(pair[0]) == 1;
        if numbers.windows(2).all(counts_up) && first < last {
            return self.push_run(*first..=*last, memory);
        }
        let low = numbers.iter().copied().fold(*first, i64::min);
        let high = numbers.iter().copied().fold(*first, i64::max);
        self.taken -= numbers.len() as u64;
        self.extend_bits(numbers, low, high, memory)
    }

    fn push_run(&mut self, run: RangeInclusive<i64>, memory: &Memory) -> Result<(), ValidateError> {
        self.bound(*run.start(), *run.end());
        match self.runs.last_mut() {
            Some(last) if last.end().checked_add(1) == Some(*run.start()) => {
                *last = *last.start()..=*run.end()
            }
            _ => self.runs.push(run),
        }
        if self.runs.len() > RUNS { self.demote_runs(memory) } else { Ok(()) }
    }

    /// Makes bits of the intervals, when there are many of them: references to neighbours, for one, or threads in turn.
    fn demote_runs(&mut self, memory: &Memory) -> Result<(), ValidateError> {
        self.join_runs(memory)?;
        if self.runs.len() <= RUNS / 2 {
            return Ok(());
        }
        let (short, long) = std::mem::take(&mut self.runs)
            .into_iter()
            .partition(|run| run.end().abs_diff(*run.start()) < SHORT_RUN);
        self.runs = long;
        let short: Vec<RangeInclusive<i64>> = short;
        for run in short {
            let (low, high) = (*run.start(), *run.end());
            let numbers: Vec<i64> = run.collect();
            // They are counted already.
            self.taken -= numbers.len() as u64;
            self.extend_bits(&numbers, low, high, memory)?;
        }
        Ok(())
    }

    fn extend_bits(
        &mut self,
        numbers: &[i64],
        low: i64,
        high: i64,
        memory: &Memory,
    ) -> Result<(), ValidateError> {
        self.taken += numbers.len() as u64;
        let (least, most) = self.bound(low, high);
        if self.are_worth_bits(least, most) && (!memory.is_short() || self.has_place(least, most)) {
            self.window.widen(least, most);
            for number in numbers {
                if !self.window.insert(*number) && self.unique {
                    self.twice.push(Number(*number), memory)?;
                }
            }
        } else {
            for number in numbers {
                if !self.window.spans(*number) {
                    self.scattered.push(Number(*number), memory)?;
                } else if !self.window.insert(*number) && self.unique {
                    self.twice.push(Number(*number), memory)?;
                }
            }
        }
        let held = self.window.bytes();
        memory.hold(held, self.held);
        self.held = held;
        Ok(())
    }

    /// Whether a bit for each number of a stretch takes no more room than twice the numbers of the set would.
    fn are_worth_bits(&self, least: i64, most: i64) -> bool {
        let room = SMALL_WINDOW.max(u128::from(self.taken) * 16);
        u128::from(most.abs_diff(least)) / 8 <= room
    }

    /// Whether the window has a place for a stretch already.
    fn has_place(&self, least: i64, most: i64) -> bool {
        self.window.spans(least) && self.window.spans(most)
    }

    fn bound(&mut self, low: i64, high: i64) -> (i64, i64) {
        let (least, most) = self.bounds.unwrap_or((low, high));
        *self.bounds.insert((least.min(low), most.max(high)))
    }

    /// Takes in what another thread found.
    pub(crate) fn merge(&mut self, other: Self, memory: &Memory) -> Result<(), ValidateError> {
        self.taken += other.taken;
        self.runs.extend(other.runs);
        if let Some((low, high)) = other.bounds {
            self.bound(low, high);
        }
        if other.window.len() > self.window.len() {
            let smaller = std::mem::replace(&mut self.window, other.window);
            self.take_window(&smaller, memory)?;
        } else {
            self.take_window(&other.window, memory)?;
        }
        self.scattered.merge(other.scattered, memory)?;
        self.twice.merge(other.twice, memory)
    }

    /// Takes in another window, as bits where both lie close together.
    fn take_window(&mut self, other: &Window, memory: &Memory) -> Result<(), ValidateError> {
        if let (Some(own), Some(span)) = (self.window.span(), other.span())
            && !self.are_worth_bits(*own.start().min(span.start()), *own.end().max(span.end()))
        {
            return other.iter().try_for_each(|number| self.scattered.push(Number(number), memory));
        }
        let mut told = Ok(());
        let (unique, twice) = (self.unique, &mut self.twice);
        self.window.merge(other, |number| {
            if unique && told.is_ok() {
                told = twice.push(Number(number), memory);
            }
        });
        told
    }

    /// Writes a sealed set.
    pub(crate) fn write(&mut self, out: &mut SummaryWriter<'_>) -> Result<(), ValidateError> {
        out.number(self.taken)?;
        let bounds: Vec<_> = self.bounds.iter().map(|(low, high)| *low..=*high).collect();
        out.ranges(&bounds)?;
        out.ranges(&self.runs)?;
        out.window(&self.window)?;
        out.codes(&mut self.scattered)?;
        out.codes(&mut self.twice)
    }

    /// Adds what was written.
    pub(crate) fn read(
        &mut self,
        from: &mut SummaryReader<'_>,
        memory: &Memory,
    ) -> Result<(), ValidateError> {
        let mut other = Self::new(self.unique);
        other.taken = from.number()?;
        other.bounds = from.ranges()?.first().map(|range| (*range.start(), *range.end()));
        other.runs = from.ranges()?;
        other.window = from.window()?;
        from.codes(&mut other.scattered, memory)?;
        from.codes(&mut other.twice, memory)?;
        self.merge(other, memory)
    }

    /// Puts the intervals in order and joins those that touch; what two of them have is there twice.
    fn join_runs(&mut self, memory: &Memory) -> Result<(), ValidateError> {
        self.runs.sort_unstable_by_key(|run| (*run.start(), *run.end()));
        let mut joined: Vec<RangeInclusive<i64>> = Vec::with_capacity(self.runs.len());
        for run in std::mem::take(&mut self.runs) {
            let Some(last) = joined.last_mut() else {
                joined.push(run);
                continue;
            };
            if run.start() <= last.end() && self.unique {
                for number in *run.start()..=*run.end().min(last.end()) {
                    self.twice.push(Number(number), memory)?;
                }
            }
            if *run.start() <= last.end().saturating_add(1) {
                *last = *last.start()..=*run.end().max(last.end());
            } else {
                joined.push(run);
            }
        }
        self.runs = joined;
        Ok(())
    }

    /// Puts everything in order and, for a key, finds what is there twice. Nothing may be added afterwards.
    pub(crate) fn seal(&mut self, memory: &Memory) -> Result<(), ValidateError> {
        self.join_runs(memory)?;
        self.scattered.seal();
        if self.unique {
            self.find_between_forms(memory)?;
        }
        self.twice.seal();
        Ok(())
    }

    /// Numbers that are in two of intervals, bits and the rest, or twice in the rest.
    fn find_between_forms(&mut self, memory: &Memory) -> Result<(), ValidateError> {
        let (runs, window, twice) = (&self.runs, &self.window, &mut self.twice);
        if window.len() > 0 && !runs.is_empty() {
            window.iter().filter(|n| in_runs(runs, *n)).try_for_each(|n| twice.push(Number(n), memory))?;
        }
        repeated(&mut self.scattered, |number| twice.push(*number, memory))?;
        if runs.is_empty() && window.len() == 0 {
            return Ok(());
        }
        for number in 0..self.scattered.partitions() {
            for Number(n) in self.scattered.partition(number)?.iter() {
                if in_runs(runs, *n) || window.contains(*n) {
                    twice.push(Number(*n), memory)?;
                }
            }
        }
        Ok(())
    }

    /// Each number that a sealed set was given more than once.
    pub(crate) fn repeated(
        &mut self,
        mut found: impl FnMut(&Number) -> Result<(), ValidateError>,
    ) -> Result<(), ValidateError> {
        for number in 0..self.twice.partitions() {
            self.twice.partition(number)?.iter().try_for_each(&mut found)?;
        }
        Ok(())
    }

    /// Each number of this sealed set that is not in another.
    pub(crate) fn missing(
        &mut self,
        among: &mut Self,
        memory: &Memory,
        found: impl FnMut(&Number) -> Result<(), ValidateError>,
    ) -> Result<(), ValidateError> {
        let mut left = Scattered::new(true);
        for run in &self.runs {
            if among.runs.iter().any(|known| known.start() <= run.start() && run.end() <= known.end()) {
                continue;
            }
            run.clone().filter(|n| !among.is_close(*n)).try_for_each(|n| left.push(Number(n), memory))?;
        }
        let inside = |known: &RangeInclusive<i64>| {
            self.window.len() > 0
                && self.bounds.is_some_and(|(low, high)| *known.start() <= low && high <= *known.end())
        };
        if !among.runs.iter().any(inside) {
            self.window
                .iter()
                .filter(|n| !among.is_close(*n))
                .try_for_each(|n| left.push(Number(n), memory))?;
        }
        for number in 0..self.scattered.partitions() {
            for number in self.scattered.partition(number)?.iter().filter(|n| !among.is_close(n.0)) {
                left.push(*number, memory)?;
            }
        }
        left.seal();
        missing(&mut left, &mut among.scattered, found)
    }

    /// Whether a number is in an interval or a bit.
    fn is_close(&self, number: i64) -> bool {
        self.window.contains(number) || in_runs(&self.runs, number)
    }
}

/// Whether one of some intervals, in order, has a number.
fn in_runs(runs: &[RangeInclusive<i64>], number: i64) -> bool {
    let after = runs.partition_point(|run| *run.start() <= number);
    after.checked_sub(1).and_then(|at| runs.get(at)).is_some_and(|run| number <= *run.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::code::mixed;
    use std::collections::{BTreeMap, BTreeSet};

    fn set_of(batches: &[Vec<i64>], unique: bool, threads: usize) -> (NumberSet, Memory) {
        let memory = Memory::new(usize::MAX, None);
        let mut sets: Vec<NumberSet> = (0..threads).map(|_| NumberSet::new(unique)).collect();
        for (at, batch) in batches.iter().enumerate() {
            sets[at % threads].extend(batch, None, &memory).expect("kept");
        }
        let mut all = NumberSet::new(unique);
        sets.into_iter().for_each(|set| all.merge(set, &memory).expect("merged"));
        all.seal(&memory).expect("sealed");
        (all, memory)
    }

    /// Numbers of every kind: counted up, close together, anywhere, at both ends.
    fn batches(seed: u64) -> Vec<Vec<i64>> {
        let random = |n: u64| mixed(seed ^ mixed(n));
        let batch = |at: u64| -> Vec<i64> {
            let start = (random(at) % 5_000) as i64 - 2_500;
            match random(at * 7) % 5 {
                0 => (start..start + 100).collect(),
                1 => (0..100).map(|n| (random(at * 1000 + n) % 5_000) as i64).collect(),
                2 => (0..100).map(|n| random(at * 1000 + n) as i64).collect(),
                3 => vec![i64::MIN, i64::MAX, start],
                _ => vec![start],
            }
        };
        (0..60).map(batch).collect()
    }

    #[test]
    fn repeated_and_missing_numbers_are_those_of_a_plain_set() {
        for seed in 0..40 {
            let (one, other) = (batches(seed), batches(seed + 1000));
            let mut counts: BTreeMap<i64, u32> = BTreeMap::new();
            one.iter().flatten().for_each(|n| *counts.entry(*n).or_default() += 1);
            let known: BTreeSet<i64> = counts.keys().copied().collect();
            let wanted: BTreeSet<i64> =
                other.iter().flatten().copied().filter(|n| !known.contains(n)).collect();
            for threads in [1, 3] {
                let (mut keys, memory) = set_of(&one, true, threads);
                let mut twice = BTreeSet::new();
                keys.repeated(|n| {
                    twice.insert(n.0);
                    Ok(())
                })
                .expect("read");
                assert!(
                    counts.iter().filter(|(_, rows)| **rows > 1).map(|(n, _)| *n).eq(twice),
                    "seed {seed}"
                );
                let (mut references, _) = set_of(&other, false, threads);
                let mut missing = BTreeSet::new();
                let found = references.missing(&mut keys, &memory, |n| {
                    missing.insert(n.0);
                    Ok(())
                });
                found.expect("read");
                assert_eq!(missing, wanted, "seed {seed}, {threads} threads");
            }
        }
    }

    #[test]
    fn many_intervals_become_bits() {
        let every_other: Vec<Vec<i64>> = (0..5_000).map(|n| (n * 20..n * 20 + 10).collect()).collect();
        let (mut keys, memory) = set_of(&every_other, true, 1);
        assert!(keys.runs.len() <= RUNS && keys.window.len() > 0);
        keys.repeated(|n| panic!("{n:?} is there once")).expect("read");
        let (mut references, _) = set_of(&[(0..100_000).collect()], false, 1);
        let mut missing = 0;
        let found = references.missing(&mut keys, &memory, |_| {
            missing += 1;
            Ok(())
        });
        found.expect("read");
        assert_eq!(missing, 50_000);
    }
}
