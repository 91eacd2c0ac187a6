//! Codes that lie anywhere: kept in partitions by their hash, each small enough to be sorted in a cache.
//!
//! Codes are gathered and dealt out some thousand at a time, so that writing them is sequential, and nothing is looked up
//! while rows come in. At the end each partition is sorted by itself, which puts equal codes beside each other and those
//! of two sets into one order (partitioned sort-merge: Shatdal, Kant and Naughton, VLDB 1994, §3). What outgrows the
//! [`Memory`] of a check goes to a file, partition by partition.

use super::code::{Code, partition_of};
use super::memory::{Memory, SpillFile};
use crate::ValidateError;
use std::borrow::Cow;
use std::io::SeekFrom;

/// Partitions of a set that has outgrown what is gathered; a thousand million codes are 15.6 million a partition.
const PARTITIONS: usize = 64;

/// Codes that are gathered before they are dealt out.
const GATHERED: usize = 8192;

/// A set smaller than this stays in memory, however short it is: files of a few pages are not worth their making.
const SPILL_LEAST: usize = 1 << 20;

/// A multiset of codes; a set where equal ones need not be told apart.
#[derive(Debug)]
pub(crate) struct Scattered<C> {
    /// Whether equal codes may be dropped.
    distinct: bool,
    /// Those that have no partition yet.
    gathered: Vec<C>,
    /// Empty while all fit into `gathered`.
    partitions: Vec<Partition<C>>,
    /// What does not fit into memory.
    files: Vec<Box<dyn SpillFile>>,
    /// Bytes in the last file.
    written: u64,
    /// Bytes of memory that this set has told of.
    held: usize,
}

/// The codes of one partition.
#[derive(Debug)]
struct Partition<C> {
    codes: Vec<C>,
    /// So many codes were left when equal ones were last dropped.
    settled: usize,
    /// Stretches of files: which, where it begins, and its bytes.
    stretches: Vec<Stretch>,
}

#[derive(Clone, Copy, Debug)]
struct Stretch {
    file: usize,
    start: u64,
    bytes: usize,
}

impl<C> Default for Partition<C> {
    fn default() -> Self {
        Self { codes: Vec::new(), settled: 0, stretches: Vec::new() }
    }
}

impl<C: Code> Scattered<C> {
    /// An empty set; `distinct` where equal codes need not be told apart.
    pub(crate) fn new(distinct: bool) -> Self {
        Self {
            distinct,
            gathered: Vec::new(),
            partitions: Vec::new(),
            files: Vec::new(),
            written: 0,
            held: 0,
        }
    }

    /// Adds a code.
    #[inline]
    pub(crate) fn push(&mut self, code: C, memory: &Memory) -> Result<(), ValidateError> {
        self.gathered.push(code);
        if self.gathered.len() >= GATHERED { self.deal(memory) } else { Ok(()) }
    }

    /// Adds what another thread found.
    pub(crate) fn merge(&mut self, mut other: Self, memory: &Memory) -> Result<(), ValidateError> {
        if self.partitions.is_empty() {
            std::mem::swap(self, &mut other);
        }
        if !other.partitions.is_empty() {
            let before = self.files.len();
            self.files.append(&mut other.files);
            for (into, from) in self.partitions.iter_mut().zip(other.partitions) {
                into.codes.extend(from.codes);
                into.stretches.extend(
                    from.stretches
                        .into_iter()
                        .map(|stretch| Stretch { file: stretch.file + before, ..stretch }),
                );
            }
            if self.files.len() > before {
                self.written = other.written;
            }
            self.held += other.held;
        }
        other.gathered.into_iter().try_for_each(|code| self.push(code, memory))
    }

    /// Deals out what was gathered.
    fn deal(&mut self, memory: &Memory) -> Result<(), ValidateError> {
        if self.partitions.is_empty() {
            self.partitions.resize_with(PARTITIONS, Partition::default);
        }
        for code in self.gathered.drain(..) {
            self.partitions[partition_of(&code)].codes.push(code);
        }
        if self.distinct {
            self.partitions.iter_mut().for_each(Partition::settle_if_grown);
        }
        self.tell_held(memory);
        if memory.is_short() { self.spill(memory) } else { Ok(()) }
    }

    fn tell_held(&mut self, memory: &Memory) {
        let held = self.partitions.iter().map(Partition::bytes).sum();
        memory.hold(held, self.held);
        self.held = held;
    }

    /// Writes all partitions to a file, if there may be one.
    fn spill(&mut self, memory: &Memory) -> Result<(), ValidateError> {
        if self.held < SPILL_LEAST {
            return Ok(());
        }
        if self.files.is_empty() {
            let Some(file) = memory.spill_file()? else { return Ok(()) };
            self.files.push(file);
        }
        let number = self.files.len() - 1;
        let Some(file) = self.files.last_mut() else { return Ok(()) };
        file.seek(SeekFrom::Start(self.written)).map_err(|error| ValidateError::spill(&error))?;
        let mut bytes = Vec::new();
        for partition in self.partitions.iter_mut().filter(|p| !p.codes.is_empty()) {
            bytes.clear();
            partition.codes.iter().for_each(|code| code.write(&mut bytes));
            file.write_all(&bytes).map_err(|error| ValidateError::spill(&error))?;
            partition.stretches.push(Stretch { file: number, start: self.written, bytes: bytes.len() });
            self.written += bytes.len() as u64;
            (partition.codes, partition.settled) = (Vec::new(), 0);
        }
        self.tell_held(memory);
        Ok(())
    }

    /// Puts what is in memory in order. Nothing may be added afterwards.
    pub(crate) fn seal(&mut self) {
        if self.partitions.is_empty() {
            sort(&mut self.gathered, self.distinct);
            return;
        }
        for code in self.gathered.drain(..) {
            self.partitions[partition_of(&code)].codes.push(code);
        }
        let distinct = self.distinct;
        self.partitions.iter_mut().for_each(|partition| sort(&mut partition.codes, distinct));
    }

    /// Partitions that there are once the set is sealed: one for a small set.
    pub(crate) fn partitions(&self) -> usize {
        self.partitions.len().max(1)
    }

    /// Deals out a sealed set that is small, to be compared with one that is not.
    fn deal_out(&mut self) {
        if self.partitions.is_empty() {
            self.partitions.resize_with(PARTITIONS, Partition::default);
            self.seal();
        }
    }

    /// The codes of a sealed set's partition in order.
    pub(crate) fn partition(&mut self, number: usize) -> Result<Cow<'_, [C]>, ValidateError> {
        if self.partitions.is_empty() {
            return Ok(Cow::Borrowed(&self.gathered));
        }
        let partition = &self.partitions[number];
        if partition.stretches.is_empty() {
            return Ok(Cow::Borrowed(&partition.codes));
        }
        let mut codes = partition.codes.clone();
        let mut bytes = Vec::new();
        for stretch in &partition.stretches {
            bytes.resize(stretch.bytes, 0);
            let file = &mut self.files[stretch.file];
            file.seek(SeekFrom::Start(stretch.start)).map_err(|error| ValidateError::spill(&error))?;
            file.read_exact(&mut bytes).map_err(|error| ValidateError::spill(&error))?;
            let mut left = bytes.as_slice();
            codes.extend(std::iter::from_fn(|| C::read(&mut left)));
        }
        sort(&mut codes, self.distinct);
        Ok(Cow::Owned(codes))
    }
}

impl<C: Code> Partition<C> {
    /// Drops equal codes when there are twice as many as were left the last time.
    fn settle_if_grown(&mut self) {
        if self.codes.len() > 2 * self.settled + 64 {
            sort(&mut self.codes, true);
            self.settled = self.codes.len();
        }
    }

    fn bytes(&self) -> usize {
        let heap = self.codes.first().map_or(0, Code::heap);
        self.codes.capacity() * size_of::<C>() + self.codes.len() * heap
    }
}

fn sort<C: Code>(codes: &mut Vec<C>, distinct: bool) {
    codes.sort_unstable();
    if distinct {
        codes.dedup();
    }
}

/// The codes that occur more than once in a sealed set, each once, handed over some at a time.
pub(crate) fn repeated<C: Code>(
    set: &mut Scattered<C>,
    mut found: impl FnMut(&C) -> Result<(), ValidateError>,
) -> Result<(), ValidateError> {
    for number in 0..set.partitions() {
        let codes = set.partition(number)?;
        for run in codes.chunk_by(|a, b| a == b).filter(|run| run.len() > 1) {
            run.first().map_or(Ok(()), &mut found)?;
        }
    }
    Ok(())
}

/// The codes of one sealed set that are not in another, each once.
pub(crate) fn missing<C: Code>(
    of: &mut Scattered<C>,
    among: &mut Scattered<C>,
    mut found: impl FnMut(&C) -> Result<(), ValidateError>,
) -> Result<(), ValidateError> {
    if of.partitions() != among.partitions() {
        of.deal_out();
        among.deal_out();
    }
    for number in 0..of.partitions() {
        let wanted = of.partition(number)?;
        if wanted.is_empty() {
            continue;
        }
        let there = among.partition(number)?;
        let mut left = there.iter().peekable();
        for run in wanted.chunk_by(|a, b| a == b) {
            let Some(code) = run.first() else { continue };
            while left.next_if(|other| *other < code).is_some() {}
            if left.peek().is_none_or(|other| *other != code) {
                found(code)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::code::{Fingerprint, Whole, mixed};
    use std::io::Cursor;

    fn memory(limit: usize) -> Memory {
        Memory::new(limit, Some(Box::new(|| Ok(Box::new(Cursor::new(Vec::new())) as Box<dyn SpillFile>))))
    }

    fn all<C: Code>(set: &mut Scattered<C>) -> Vec<C> {
        let mut codes: Vec<C> = Vec::new();
        for number in 0..set.partitions() {
            codes.extend_from_slice(&set.partition(number).expect("read"));
        }
        codes.sort();
        codes
    }

    #[test]
    fn what_outgrows_memory_comes_back_from_files() {
        let short = memory(1 << 20);
        let wanted: Vec<Fingerprint> = (0..400_000).map(|n| Fingerprint(mixed(n % 399_990))).collect();
        let (mut one, mut other) = (Scattered::new(false), Scattered::new(false));
        for (at, code) in wanted.iter().enumerate() {
            let set = if at % 3 == 0 { &mut one } else { &mut other };
            set.push(*code, &short).expect("kept");
        }
        one.merge(other, &short).expect("merged");
        one.seal();
        assert!(short.has_spilled());
        let mut sorted = wanted;
        sorted.sort();
        assert_eq!(all(&mut one), sorted);
        let mut twice = Vec::new();
        repeated(&mut one, |code| {
            twice.push(*code);
            Ok(())
        })
        .expect("read");
        twice.sort();
        let mut expected: Vec<_> = (0..10).map(|n| Fingerprint(mixed(n))).collect();
        expected.sort();
        assert_eq!(twice, expected);
    }

    #[test]
    fn missing_between_small_and_large_sets() {
        let plenty = memory(usize::MAX);
        let whole = |n: u64| Whole(n.to_string().into_bytes().into());
        for (wanted, there) in [(100_u64, 50_000_u64), (50_000, 100), (100, 90)] {
            let (mut of, mut among) = (Scattered::new(true), Scattered::new(false));
            (0..wanted).for_each(|n| of.push(whole(n), &plenty).expect("kept"));
            (0..there).for_each(|n| among.push(whole(n), &plenty).expect("kept"));
            of.seal();
            among.seal();
            let mut count = 0;
            missing(&mut of, &mut among, |_| {
                count += 1;
                Ok(())
            })
            .expect("read");
            assert_eq!(count, wanted.saturating_sub(there), "{wanted} among {there}");
        }
    }

    #[test]
    fn a_set_of_distinct_codes_stays_small() {
        let plenty = memory(usize::MAX);
        let mut set = Scattered::new(true);
        (0..1_000_000_u64).for_each(|n| set.push(Fingerprint(mixed(n % 100)), &plenty).expect("kept"));
        set.seal();
        assert_eq!(all(&mut set).len(), 100);
        assert!(set.partitions.iter().map(|p| p.codes.capacity()).sum::<usize>() < 50_000);
    }
}
