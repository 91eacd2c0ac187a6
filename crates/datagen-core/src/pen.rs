//! Writing cells of composed text back to back.

use crate::TextBuffer;
use seedbed_sql_values::text::PAIRS;
use std::ops::Range;

/// A word of at most 15 bytes as one piece of 16, which a processor copies at once; the last byte is the length.
#[derive(Clone, Copy, Debug)]
pub struct Piece([u8; Self::SIZE]);

impl Piece {
    const SIZE: usize = 16;

    /// Three texts in a row, of at most 15 bytes together.
    ///
    /// # Panics
    /// If they are longer: a constant piece then does not compile.
    #[must_use]
    pub const fn new(before: &str, word: &str, after: &str) -> Self {
        let mut bytes = [0; Self::SIZE];
        let mut len = 0;
        let parts = [before.as_bytes(), word.as_bytes(), after.as_bytes()];
        let mut part = 0;
        while part < parts.len() {
            let mut i = 0;
            while i < parts[part].len() {
                bytes[len] = parts[part][i];
                len += 1;
                i += 1;
            }
            part += 1;
        }
        assert!(len < Self::SIZE);
        bytes[Self::SIZE - 1] = len as u8;
        Self(bytes)
    }

    /// The same with its ASCII letters in lower case.
    #[must_use]
    pub const fn lower(mut self) -> Self {
        let mut i = 0;
        while i < Self::SIZE - 1 {
            self.0[i] = self.0[i].to_ascii_lowercase();
            i += 1;
        }
        self
    }

    /// The same beginning with a capital, if it begins with an ASCII letter.
    #[must_use]
    pub const fn capital(mut self) -> Self {
        self.0[0] = self.0[0].to_ascii_uppercase();
        self
    }
}

/// The text of a column's cells under construction: what a [`Sampler`](crate::Sampler) composes its cells with. There is
/// always room behind the end, so that a piece of fixed size is copied without a look at its length; the next one
/// overwrites what was too much.
///
/// ```
/// use seedbed_datagen_core::{Pen, Piece, TextBuffer};
///
/// static COLORS: [Piece; 2] = [Piece::new("", "red", " "), Piece::new("", "green", " ")];
///
/// let mut text = TextBuffer::default();
/// Pen::write_cells(&mut text, [0, 1, 2].iter(), |ordinal, pen| {
///     pen.push_piece(&COLORS[ordinal % 2]);
///     pen.push_number(*ordinal as u64, 3);
/// });
/// assert_eq!((text.len(), text.get(1)), (3, "green 001"));
/// ```
#[derive(Debug, Default)]
pub struct Pen {
    /// Everything before `at` is text that was pushed, and so UTF-8.
    bytes: Vec<u8>,
    at: usize,
}

impl Pen {
    /// Writes a cell for each item to the end of a buffer. Memory is taken a few times for all cells, not once for each.
    pub fn write_cells<T>(
        text: &mut TextBuffer,
        items: impl ExactSizeIterator<Item = T>,
        write: impl Fn(T, &mut Self),
    ) {
        let count = items.len();
        let mut ends = Vec::with_capacity(count);
        let mut pen = Self::default();
        for item in items {
            // After a few cells it is known how long they are.
            if ends.len() == SAMPLE {
                let room = pen.at / SAMPLE * count;
                pen.grow(room + room / 8);
            }
            write(item, &mut pen);
            ends.push(pen.at);
        }
        text.append(pen.into_string(), &ends);
    }

    /// Bytes written by now, of all cells.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Takes back what was written past a [position](Self::position), which lies between two characters.
    pub fn truncate(&mut self, len: usize) {
        self.at = self.at.min(len);
    }

    /// What was written since the pen's [position](Self::position) was `start`.
    pub fn since(&mut self, start: usize) -> &mut [u8] {
        &mut self.bytes[start..self.at]
    }

    /// Appends text.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    /// Appends ASCII. Bytes that are not would be replaced when the cells are done: they are text.
    #[inline]
    pub fn push_ascii(&mut self, ascii: &[u8]) {
        self.push_bytes(ascii);
    }

    /// Appends a character.
    #[inline]
    pub fn push(&mut self, character: char) {
        if !character.is_ascii() {
            return self.push_bytes(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        if self.bytes.len() == self.at {
            self.grow(1);
        }
        self.bytes[self.at] = character as u8;
        self.at += 1;
    }

    /// Appends text with its ASCII letters in lower case.
    pub fn push_lower(&mut self, text: &str) {
        let start = self.at;
        self.push_str(text);
        self.since(start).make_ascii_lowercase();
    }

    /// Appends a short word.
    #[inline]
    pub fn push_piece(&mut self, piece: &Piece) {
        if self.bytes.len() < self.at + Piece::SIZE {
            self.grow(Piece::SIZE);
        }
        self.bytes[self.at..self.at + Piece::SIZE].copy_from_slice(&piece.0);
        self.at += usize::from(piece.0[Piece::SIZE - 1]);
    }

    /// Appends a number in decimal, with leading zeros up to a width. Twenty digits hold every `u64`.
    #[inline]
    pub fn push_number(&mut self, mut number: u64, width: usize) {
        let mut digits = [b'0'; 20];
        let mut at = digits.len();
        while number >= 100 {
            at -= 2;
            digits[at..at + 2].copy_from_slice(&PAIRS[(number % 100) as usize]);
            number /= 100;
        }
        at -= 2;
        digits[at..at + 2].copy_from_slice(&PAIRS[number as usize]);
        at += usize::from(number < 10);
        self.push_bytes(&digits[at.min(digits.len() - width.clamp(1, 20))..]);
    }

    /// Appends the text that stands at `range` in a longer one. Most of it is copied in whole pieces, which go past its end
    /// where the longer text does.
    ///
    /// # Panics
    /// If the range is not within the text, or cuts a character.
    #[inline]
    pub fn push_part(&mut self, text: &str, range: Range<usize>) {
        const PIECE: usize = 32;
        let (len, data) = (text[range.clone()].len(), text.as_bytes());
        if self.bytes.len() < self.at + len + PIECE {
            self.grow(len + PIECE);
        }
        let out = &mut self.bytes[self.at..];
        for at in (0..len).step_by(PIECE) {
            let from = range.start + at;
            match data[from..].first_chunk::<PIECE>() {
                Some(piece) => out[at..at + PIECE].copy_from_slice(piece),
                None => out[at..len].copy_from_slice(&data[from..range.end]),
            }
        }
        self.at += len;
    }

    #[inline]
    fn push_bytes(&mut self, bytes: &[u8]) {
        let end = self.at + bytes.len();
        if self.bytes.len() < end {
            self.grow(bytes.len());
        }
        self.bytes[self.at..end].copy_from_slice(bytes);
        self.at = end;
    }

    #[cold]
    fn grow(&mut self, by: usize) {
        self.bytes.resize((self.at + by).max(2 * self.bytes.len()).max(64), 0);
    }

    /// All that was written.
    pub fn into_string(mut self) -> String {
        self.bytes.truncate(self.at);
        // Whole characters went in; should one have been cut by `truncate`, it is replaced rather than trusted.
        String::from_utf8(self.bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
    }
}

/// Cells after which room is made for all.
const SAMPLE: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_digits_and_width() {
        for number in [0, 7, 9, 10, 42, 99, 100, 101, 909, 1000, 12_345, 100_000, u64::MAX] {
            for width in [0, 1, 2, 5, 20] {
                let mut pen = Pen::default();
                pen.push_number(number, width);
                assert_eq!(pen.into_string(), format!("{number:0width$}"), "{number} in {width}");
            }
        }
    }

    #[test]
    fn cells_end_where_they_were_ended() {
        let mut text = TextBuffer::default();
        text.push("before");
        Pen::write_cells(
            &mut text,
            ["", "é", "a long cell that needs more room than is there at first"].iter(),
            |cell, pen| {
                pen.push_str(cell);
                pen.push('日');
            },
        );
        let cells: Vec<&str> = (0..text.len()).map(|i| text.get(i)).collect();
        assert_eq!(
            cells,
            ["before", "日", "é日", "a long cell that needs more room than is there at first日"]
        );
    }
}
