//! A bit for each number of a stretch that grows at both ends.

use std::ops::RangeInclusive;

/// Numbers of a chunk: 8 KiB of bits.
const CHUNK: u64 = 1 << 16;
const WORDS: usize = (CHUNK / 64) as usize;

/// Chunks of a stretch that is read: those of any set of numbers that lie close together.
const MOST_CHUNKS: u64 = 1 << 24;

/// Numbers within a stretch, as bits. Numbers are counted from the least `i64`.
#[derive(Debug, Default)]
pub(crate) struct Window {
    /// The number of the first chunk.
    first: u64,
    /// Chunks that hold no number have no bits.
    chunks: Vec<Option<Box<[u64; WORDS]>>>,
    /// Numbers that are in.
    len: u64,
    /// Chunks with bits.
    filled: usize,
}

/// A number as counted from the least.
#[inline]
fn position(number: i64) -> u64 {
    (number as u64) ^ (1 << 63)
}

fn number_at(position: u64) -> i64 {
    (position ^ (1 << 63)) as i64
}

impl Window {
    /// Words of a chunk.
    pub(crate) const WORDS: usize = WORDS;

    /// The chunks with bits, by number.
    pub(crate) fn filled_chunks(&self) -> impl Iterator<Item = (u64, &[u64])> {
        let numbered = (self.first..).zip(&self.chunks);
        numbered.filter_map(|(number, bits)| Some((number, bits.as_ref()?.as_slice())))
    }

    /// Gives a chunk its bits; `None` where there can be no such chunk.
    pub(crate) fn set_chunk(&mut self, number: u64, words: &[u64]) -> Option<()> {
        let low = number.checked_mul(CHUNK)?;
        let apart = if self.chunks.is_empty() { 0 } else { number.abs_diff(self.first) };
        if apart > MOST_CHUNKS {
            return None;
        }
        self.widen(number_at(low), number_at(low));
        let chunk = self.chunks.get_mut((number - self.first) as usize)?;
        let bits: [u64; WORDS] = words.try_into().ok()?;
        if chunk.replace(Box::new(bits)).is_none() {
            self.filled += 1;
            self.len += words.iter().map(|word| u64::from(word.count_ones())).sum::<u64>();
        }
        Some(())
    }

    /// Numbers that are in.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.filled * size_of::<[u64; WORDS]>() + self.chunks.capacity() * size_of::<usize>()
    }

    /// Whether there is a place for a number.
    #[inline]
    pub(crate) fn spans(&self, number: i64) -> bool {
        (position(number) / CHUNK).wrapping_sub(self.first) < self.chunks.len() as u64
    }

    /// The stretch that there is a place for; `None` while there is none.
    pub(crate) fn span(&self) -> Option<RangeInclusive<i64>> {
        let last = self.first + (self.chunks.len() as u64).checked_sub(1)?;
        Some(number_at(self.first * CHUNK)..=number_at(last * CHUNK + (CHUNK - 1)))
    }

    /// Makes place for all numbers from `low` to `high`.
    pub(crate) fn widen(&mut self, low: i64, high: i64) {
        let (low, high) = (position(low) / CHUNK, position(high) / CHUNK);
        if self.chunks.is_empty() {
            self.first = low;
        }
        if low < self.first {
            let more = (self.first - low) as usize;
            self.chunks.splice(..0, std::iter::repeat_with(|| None).take(more));
            self.first = low;
        }
        let wanted = (high - self.first) as usize + 1;
        if wanted > self.chunks.len() {
            self.chunks.resize_with(wanted, || None);
        }
    }

    /// Puts a number in that there is a place for; whether it was new.
    #[inline]
    pub(crate) fn insert(&mut self, number: i64) -> bool {
        let at = position(number);
        let Some(chunk) = self.chunks.get_mut((at / CHUNK).wrapping_sub(self.first) as usize) else {
            return true;
        };
        let bits = match chunk {
            Some(bits) => bits,
            None => {
                self.filled += 1;
                chunk.insert(Box::new([0; WORDS]))
            }
        };
        let word = &mut bits[(at % CHUNK / 64) as usize];
        let bit = 1 << (at % 64);
        let new = *word & bit == 0;
        *word |= bit;
        self.len += u64::from(new);
        new
    }

    /// Whether a number is in.
    #[inline]
    pub(crate) fn contains(&self, number: i64) -> bool {
        let at = position(number);
        let chunk = self.chunks.get((at / CHUNK).wrapping_sub(self.first) as usize);
        chunk
            .and_then(Option::as_ref)
            .is_some_and(|bits| bits[(at % CHUNK / 64) as usize] >> (at % 64) & 1 == 1)
    }

    /// The numbers in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = i64> {
        let chunks = self.chunks.iter().zip(self.first..);
        let words =
            chunks.filter_map(|(bits, number)| Some((bits.as_ref()?, number))).flat_map(|(bits, number)| {
                bits.iter().zip(0..).map(move |(word, at)| (*word, number * CHUNK + at * 64))
            });
        words.flat_map(|(word, start)| Ones(word).map(move |bit| number_at(start + u64::from(bit))))
    }

    /// Takes all numbers of another window in, and tells those that both had.
    pub(crate) fn merge(&mut self, other: &Self, mut both: impl FnMut(i64)) {
        let Some(span) = other.span() else { return };
        self.widen(*span.start(), *span.end());
        for (from, number) in other.chunks.iter().zip(other.first..) {
            let (Some(from), Some(into)) = (from, self.chunks.get_mut((number - self.first) as usize)) else {
                continue;
            };
            let Some(bits) = into else {
                self.filled += 1;
                self.len += from.iter().map(|word| u64::from(word.count_ones())).sum::<u64>();
                *into = Some(from.clone());
                continue;
            };
            for ((word, more), at) in bits.iter_mut().zip(from.iter()).zip(0..) {
                let start = number * CHUNK + at * 64;
                Ones(*word & more).for_each(|bit| both(number_at(start + u64::from(bit))));
                self.len += u64::from((more & !*word).count_ones());
                *word |= more;
            }
        }
    }
}

/// The places of a word's ones.
struct Ones(u64);

impl Iterator for Ones {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let bit = self.0.trailing_zeros();
        (bit < 64).then(|| {
            self.0 &= self.0 - 1;
            bit
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_both_ends() {
        let mut window = Window::default();
        let numbers = [i64::MIN, i64::MIN + 70_000];
        window.widen(numbers[0], numbers[1]);
        assert_eq!(numbers.map(|n| window.insert(n)), [true, true]);
        assert!(!window.insert(i64::MIN) && !window.contains(i64::MIN + 1) && !window.spans(i64::MAX));
        assert_eq!((window.iter().collect::<Vec<_>>(), window.len()), (numbers.to_vec(), 2));
        let mut high = Window::default();
        high.widen(i64::MAX, i64::MAX);
        assert!(
            high.insert(i64::MAX)
                && high.contains(i64::MAX)
                && high.span().is_some_and(|s| *s.end() == i64::MAX)
        );
    }

    #[test]
    fn what_two_have_is_told() {
        let (mut one, mut other) = (Window::default(), Window::default());
        one.widen(-5, 5);
        other.widen(-70_000, 3);
        (-5..=5).for_each(|n| assert!(one.insert(n)));
        [-70_000, -66_000, 3].iter().for_each(|n| assert!(other.insert(*n)));
        let mut both = Vec::new();
        one.merge(&other, |n| both.push(n));
        assert_eq!((both, one.len()), (vec![3], 13));
        assert!(one.contains(-70_000) && one.contains(5));
    }
}
