//! Counting the strings of each length, and finding the one of a number.
//!
//! Counts are tables by length. A row of parts multiplies them as polynomials are multiplied, alternatives add them, a
//! repetition is a row of each possible number of turns. The string of an index is found by going down the same tables:
//! O(length · parts).

use super::tree::{Node, char_at, size};

/// A repetition that takes too long to count.
#[derive(Clone, Copy, Debug)]
pub(super) struct TooLarge;

/// A tree with the number of its strings of each length, up to a longest one. A string that can be reached in several
/// ways counts several times.
#[derive(Clone, Debug)]
pub(super) struct CountedTree {
    kind: CountedKind,
    /// By length, saturating.
    counts: Vec<u128>,
}

/// The forms of [`Node`] with what finding a string needs.
#[derive(Clone, Debug)]
enum CountedKind {
    /// These characters in a row.
    Literal(Vec<char>),
    /// One of these characters.
    Set(Vec<(char, char)>),
    /// Each part with the counts of all parts from it on.
    Concat(Vec<(CountedTree, Vec<u128>)>),
    /// One of these, those before it counted first.
    Alternation(Vec<CountedTree>),
    /// A part that is not empty, and the counts of exactly 0, 1, 2 ... of it; the first of these numbers that counts.
    Repeat { part: Box<CountedTree>, times: Vec<Vec<u128>>, min: usize },
}

impl CountedTree {
    /// Counts up to `longest` characters.
    pub(super) fn new(node: &Node, longest: usize) -> Result<Self, TooLarge> {
        Ok(match node {
            Node::Literal(chars) => {
                let mut counts = vec![0; longest + 1];
                if let Some(count) = counts.get_mut(chars.len()) {
                    *count = 1;
                }
                Self { kind: CountedKind::Literal(chars.clone()), counts }
            }
            Node::Set(ranges) => {
                let mut counts = vec![0; longest + 1];
                if let Some(count) = counts.get_mut(1) {
                    *count = size(ranges).into();
                }
                Self { kind: CountedKind::Set(ranges.clone()), counts }
            }
            Node::Concat(parts) => concat(parts, longest)?,
            Node::Alternation(branches) => {
                let branches: Vec<Self> =
                    branches.iter().map(|b| Self::new(b, longest)).collect::<Result<_, _>>()?;
                let counts = sums(branches.iter().map(|b| &b.counts), longest);
                Self { kind: CountedKind::Alternation(branches), counts }
            }
            Node::Repeat { part, min, max } => repeat(Self::new(part, longest)?, *min, *max, longest)?,
        })
    }

    /// How many strings have this many characters.
    pub(super) fn count(&self, length: usize) -> u128 {
        self.counts.get(length).copied().unwrap_or(0)
    }

    /// Appends the string of `length` characters with this index among them.
    pub(super) fn write(&self, length: usize, mut index: u128, out: &mut String) {
        match &self.kind {
            CountedKind::Literal(chars) => out.extend(chars),
            CountedKind::Set(ranges) => out.push(char_at(ranges, u32::try_from(index).unwrap_or(0))),
            CountedKind::Concat(parts) => {
                let mut left = length;
                for (i, (part, _)) in parts.iter().enumerate() {
                    let rest = parts.get(i + 1).map(|(_, counts)| counts.as_slice());
                    left -= write_part(part, rest, left, &mut index, out);
                }
            }
            CountedKind::Alternation(branches) => {
                for branch in branches {
                    let count = branch.count(length);
                    if index < count {
                        return branch.write(length, index, out);
                    }
                    index -= count;
                }
            }
            CountedKind::Repeat { part, times, min } => {
                for (n, counts) in times.iter().enumerate().skip(*min) {
                    if index < counts[length] {
                        let mut left = length;
                        for rest in times[..n].iter().rev() {
                            left -= write_part(part, Some(rest), left, &mut index, out);
                        }
                        return;
                    }
                    index -= counts[length];
                }
            }
        }
    }
}

/// Writes one part of a row of `length` characters, before others that have `rest` strings by length; leaves the index
/// among those, and returns the characters written.
fn write_part(
    part: &CountedTree,
    rest: Option<&[u128]>,
    length: usize,
    index: &mut u128,
    out: &mut String,
) -> usize {
    for own in 0..=length {
        let others = match rest {
            Some(rest) => rest[length - own],
            None => u128::from(own == length),
        };
        let ways = part.count(own).saturating_mul(others);
        if *index < ways {
            part.write(own, *index / others, out);
            *index %= others;
            return own;
        }
        *index -= ways;
    }
    length
}

/// Counts a row of parts, from the last to the first.
fn concat(parts: &[Node], longest: usize) -> Result<CountedTree, TooLarge> {
    let mut after = empty_string(longest);
    let mut counted: Vec<(CountedTree, Vec<u128>)> = Vec::with_capacity(parts.len());
    for part in parts.iter().rev() {
        let part = CountedTree::new(part, longest)?;
        after = product(&part.counts, &after);
        counted.push((part, after.clone()));
    }
    counted.reverse();
    Ok(CountedTree { kind: CountedKind::Concat(counted), counts: after })
}

/// Turns that match the empty string are left out: they add no string, and there would be no end to them. A part that
/// may be empty therefore needs no turn at all.
fn repeat(
    mut part: CountedTree,
    min: u32,
    max: Option<u32>,
    longest: usize,
) -> Result<CountedTree, TooLarge> {
    let may_be_empty = part.counts.first().is_some_and(|&c| c > 0);
    if let Some(count) = part.counts.first_mut() {
        *count = 0;
    }
    let min = if may_be_empty { 0 } else { min as usize };
    let shortest = part.counts.iter().position(|&c| c > 0);
    let most = shortest.map_or(0, |s| longest / s.max(1));
    let turns = max.map_or(most, |m| (m as usize).min(most));
    let lengths = part.counts.iter().filter(|&&c| c > 0).count();
    if turns.saturating_mul(longest).saturating_mul(lengths.max(8)) > MOST_STEPS {
        return Err(TooLarge);
    }
    let mut times = vec![empty_string(longest)];
    for n in 0..turns.max(min.min(most)) {
        let next = product(&part.counts, &times[n]);
        times.push(next);
    }
    let counts = sums(times.iter().skip(min), longest);
    Ok(CountedTree { kind: CountedKind::Repeat { part: Box::new(part), times, min }, counts })
}

/// Multiplications for one repetition beyond which it is given up. An eighth of them bounds the cells of its table.
const MOST_STEPS: usize = 1 << 24;

/// The counts of the empty string alone: one of length 0.
fn empty_string(longest: usize) -> Vec<u128> {
    let mut counts = vec![0; longest + 1];
    counts[0] = 1;
    counts
}

/// The sums of counts, length by length.
fn sums<'a>(of: impl Iterator<Item = &'a Vec<u128>>, longest: usize) -> Vec<u128> {
    let mut sums = vec![0u128; longest + 1];
    for counts in of {
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum = sum.saturating_add(*count);
        }
    }
    sums
}

/// Counts of a string of one kind followed by one of another.
fn product(left: &[u128], right: &[u128]) -> Vec<u128> {
    let mut counts = vec![0u128; left.len()];
    for (i, &a) in left.iter().enumerate().filter(|(_, a)| **a > 0) {
        for (j, &b) in right.iter().enumerate().take(left.len() - i) {
            counts[i + j] = counts[i + j].saturating_add(a.saturating_mul(b));
        }
    }
    counts
}
