//! Text made distinct: a realistic part, cut to fit, and a code that carries the ordinal.

use super::text_of;
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Pen, Sampler, TextBuffer};
use seedbed_laws::Permutation;
use seedbed_laws::{GOLDEN, LawKey, below};
use std::ops::Range;
use std::sync::Arc;

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Two digits for each number that two digits have.
static PAIRS: [[u8; 2]; 36 * 36] = {
    let mut pairs = [[0; 2]; 36 * 36];
    let mut n = 0;
    while n < pairs.len() {
        pairs[n] = [DIGITS[n / 36], DIGITS[n % 36]];
        n += 1;
    }
    pairs
};

/// `base` cut to `max_chars - width - 1`, a separator and a code of `width` digits in `[0-9a-z]`. The code alone makes
/// the value distinct, under any fold of case, accents or trailing spaces; where only the code fits, it stands alone.
#[derive(Debug)]
pub struct Coded {
    base: Option<Arc<dyn Sampler>>,
    scatter: Permutation,
    width: u32,
    /// How many digits there are: 36, or with Hangul syllables.
    radix: u64,
    max_chars: u32,
    upper: bool,
    separator: char,
}

/// Hangul syllables, U+AC00 to U+D7A3: no case, no accents, and every collation tells them apart.
const HANGUL: u64 = 11_172;

/// How long a realistic part must be to be worth showing.
const SHORTEST_BASE: u32 = 3;

impl Coded {
    /// Values of at most `max_chars` characters (at least 1), distinct for `needed` ordinals if that many fit.
    pub fn new(
        key: LawKey,
        base: Option<Arc<dyn Sampler>>,
        max_chars: u32,
        needed: u64,
        upper: bool,
    ) -> Self {
        // Six digits number 2 billion rows: the width, and so every value, stays the same as a table grows.
        let width =
            [6, 9, 12].into_iter().find(|w| capacity(*w) / 2 >= needed).unwrap_or(12).min(max_chars.max(1));
        let base = base.filter(|_| max_chars > width + SHORTEST_BASE);
        let separator = if max_chars >= 24 { ' ' } else { '-' };
        let scatter = Permutation::new(key, capacity(width));
        Self { base, scatter, width, radix: 36, max_chars, upper, separator }
    }

    /// The same with another separator, for text in which a space would be odd.
    #[must_use]
    pub fn separated_by(mut self, separator: char) -> Self {
        self.separator = separator;
        self
    }

    /// The same with more digits, where the room is too short for so many codes in `[0-9a-z]`.
    #[must_use]
    pub fn holding(mut self, key: LawKey, needed: u64) -> Self {
        if self.scatter.len() < needed && self.base.is_none() {
            self.radix += HANGUL;
            self.scatter = Permutation::new(key, self.radix.saturating_pow(self.width));
        }
        self
    }

    /// Appends the digits of a scattered ordinal.
    fn push_code(&self, out: &mut Pen, code: u64) {
        let start = out.position();
        match self.radix {
            36 => self.push_latin(out, code),
            _ => self.push_wide(out, code),
        }
        if self.upper {
            out.since(start).make_ascii_uppercase();
        }
    }

    /// The usual digits, two at a time.
    fn push_latin(&self, out: &mut Pen, code: u64) {
        let mut digits = [0; 12];
        let mut rest = code;
        for pair in digits.as_chunks_mut::<2>().0.iter_mut().rev() {
            *pair = PAIRS[(rest % PAIRS.len() as u64) as usize];
            rest /= PAIRS.len() as u64;
        }
        out.push_ascii(&digits[digits.len() - self.width as usize..]);
    }

    fn push_wide(&self, out: &mut Pen, code: u64) {
        let mut digits = ['0'; 12];
        let mut rest = code;
        for slot in digits[..self.width as usize].iter_mut().rev() {
            *slot = digit(rest % self.radix);
            rest /= self.radix;
        }
        digits[..self.width as usize].iter().for_each(|digit| out.push(*digit));
    }

    /// Appends the realistic part, which stands at `range` in a text, cut to its room, and the separator.
    fn push_base(&self, out: &mut Pen, text: &str, range: Range<usize>) {
        let room = (self.max_chars - self.width - 1) as usize;
        let base = &text[range.clone()];
        let cut = match base.is_ascii() {
            true => &base[..room.min(base.len())],
            false => base.char_indices().nth(room).map_or(base, |(end, _)| &base[..end]),
        };
        out.push_part(text, range.start..range.start + cut.trim_ascii_end().len());
        out.push(self.separator);
    }
}

fn digit(value: u64) -> char {
    match DIGITS.get(value as usize) {
        Some(digit) => char::from(*digit),
        None => char::from_u32(0xac00 + (value as u32 - DIGITS.len() as u32)).unwrap_or('0'),
    }
}

fn capacity(width: u32) -> u64 {
    36_u64.pow(width.min(12))
}

impl Sampler for Coded {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(self.scatter.len())
    }

    fn is_injective(&self) -> bool {
        true
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let mut codes = ordinals.to_vec();
        self.scatter.apply_all(&mut codes);
        let base = self.base.as_ref().map(|sampler| {
            let mut base = ColumnBuffer::Text(TextBuffer::default());
            let limit = match sampler.cardinality() {
                Cardinality::Exact(len) => len.max(1),
                Cardinality::Huge => u64::MAX,
            };
            let spread: Vec<u64> = codes.iter().map(|c| below(c.wrapping_mul(GOLDEN), limit)).collect();
            sampler.write(&spread, &mut base);
            base
        });
        Pen::write_cells(text_of(out), codes.iter().enumerate(), |(i, code), pen| {
            match &base {
                Some(ColumnBuffer::Dictionary { keys, values }) => {
                    let base = values.get(keys[i]);
                    self.push_base(pen, base, 0..base.len());
                }
                Some(ColumnBuffer::Text(base)) => self.push_base(pen, base.text(), base.range(i)),
                _ => {}
            }
            self.push_code(pen, *code);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::Syllables;
    use super::*;
    use std::collections::BTreeSet;

    fn cells(list: &Coded, n: u64) -> Vec<String> {
        let mut out = ColumnBuffer::Text(TextBuffer::default());
        list.write(&(0..n).collect::<Vec<_>>(), &mut out);
        let ColumnBuffer::Text(text) = out else { unreachable!("text went in") };
        (0..n as usize).map(|i| text.get(i).to_owned()).collect()
    }

    #[test]
    fn one_character_holds_more_rows_than_the_latin_alphabet() {
        let list = Coded::new(LawKey(5), None, 1, 5_000, false).holding(LawKey(5), 5_000);
        let cells = cells(&list, 5_000);
        let folded: BTreeSet<String> = cells.iter().map(|c| c.to_lowercase()).collect();
        assert_eq!(folded.len(), 5_000);
        assert!(cells.iter().all(|c| c.chars().count() == 1));
    }

    #[test]
    fn codes_are_distinct_and_fit_whatever_the_room() {
        for max_chars in 2..40 {
            let base: Arc<dyn Sampler> = Arc::new(Syllables { key: LawKey(3), words: 3 });
            let list = Coded::new(LawKey(5), Some(base), max_chars, 1000, false);
            let cells = cells(&list, 1000);
            let folded: BTreeSet<String> =
                cells.iter().map(|c| c.to_lowercase().trim_end().to_owned()).collect();
            assert_eq!(folded.len(), 1000, "at {max_chars}");
            assert!(cells.iter().all(|c| c.chars().count() <= max_chars as usize), "at {max_chars}");
        }
    }
}
