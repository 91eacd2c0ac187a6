//! A dictionary's strings as a format writes them.
//!
//! A column of few distinct values arrives as keys into a shared list of strings. Escaped once, each cell is a copy of
//! its string's bytes. The address of the list tells whether it was seen before.

use crate::slots::{NullText, Slots, put_pieces};
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_buffer::NullBuffer;
use std::sync::Arc;

/// The strings of a dictionary, escaped and with the separator behind. Batches share their dictionaries, so this is
/// made once a table.
#[derive(Debug)]
pub(crate) struct EscapedDictionary {
    /// Keeps the strings alive, so that no other dictionary can have this address.
    values: ArrayRef,
    /// What stands behind each string.
    separator: u8,
    /// The strings by their keys.
    cells: EscapedCells,
    /// Bytes that the widest cell writes over.
    width: usize,
    /// Whether one of them is empty.
    has_empty: bool,
}

/// A column's dictionary from batch to batch.
#[derive(Debug, Default)]
pub(crate) struct KeptDictionary {
    /// The strings as they are written, if the last batch had a dictionary that is worth it.
    escaped: Option<EscapedDictionary>,
    /// Strings that came once and were too many to be escaped for that.
    passed: Option<ArrayRef>,
}

impl KeptDictionary {
    /// Looks at the dictionary of a batch of so many rows, whose strings `push` escapes if they are not known yet. A list
    /// that is longer than the batch is cheaper escaped cell by cell, unless it stays.
    pub(crate) fn prepare(
        &mut self,
        rows: usize,
        separator: u8,
        values: &ArrayRef,
        strings: &StringArray,
        push: impl Fn(&mut Vec<u8>, &str),
    ) {
        if self.escaped.as_ref().is_some_and(|d| d.is_of(values, separator)) {
            return;
        }
        let stays = self.passed.replace(Arc::clone(values)).is_some_and(|p| Arc::ptr_eq(&p, values));
        let worth = stays || strings.len() <= rows.max(1024) * 4;
        self.escaped = worth.then(|| EscapedDictionary::new(separator, values, strings, push));
    }

    /// The strings as they are written; `None` where they are escaped cell by cell.
    #[inline]
    pub(crate) fn get(&self) -> Option<&EscapedDictionary> {
        self.escaped.as_ref()
    }
}

/// How they are kept: the short ones so that each is copied as one piece.
#[derive(Debug)]
enum EscapedCells {
    /// All have at most 8 bytes, separator and all.
    Eight(Pieces<8>),
    /// At most 16.
    Sixteen(Pieces<16>),
    /// At most 32.
    ThirtyTwo(Pieces<32>),
    /// Back to back; a cell begins where the one before it ends.
    Long {
        /// The escaped strings, each with its separator.
        text: Vec<u8>,
        /// Where each begins, and the end of the last.
        starts: Vec<usize>,
    },
}

/// Cells of at most `WIDTH` bytes, with zeros behind, each with how many of its bytes count.
#[derive(Debug)]
struct Pieces<const WIDTH: usize>(Vec<([u8; WIDTH], u8)>);

impl EscapedDictionary {
    /// Escapes all strings of a dictionary with `push`. Cost: one pass over their bytes.
    fn new(
        separator: u8,
        values: &ArrayRef,
        strings: &StringArray,
        push: impl Fn(&mut Vec<u8>, &str),
    ) -> Self {
        let mut text = Vec::with_capacity(strings.value_data().len() + strings.len());
        let mut starts = vec![0];
        for i in 0..strings.len() {
            push(&mut text, strings.value(i));
            text.push(separator);
            starts.push(text.len());
        }
        let longest = starts.windows(2).map(|w| w[1] - w[0]).max().unwrap_or(0);
        let cells = match longest {
            0..=8 => EscapedCells::Eight(Pieces::new(&text, &starts)),
            9..=16 => EscapedCells::Sixteen(Pieces::new(&text, &starts)),
            17..=32 => EscapedCells::ThirtyTwo(Pieces::new(&text, &starts)),
            _ => EscapedCells::Long { text, starts },
        };
        let has_empty = (0..strings.len()).any(|i| strings.value(i).is_empty());
        Self { values: Arc::clone(values), separator, cells, width: longest.max(32), has_empty }
    }

    /// Whether it was made of these strings, with this separator.
    #[inline]
    fn is_of(&self, values: &ArrayRef, separator: u8) -> bool {
        Arc::ptr_eq(&self.values, values) && self.separator == separator
    }

    /// Where its cells are.
    #[cfg(test)]
    pub(crate) fn address(&self) -> *const u8 {
        match &self.cells {
            EscapedCells::Eight(pieces) => pieces.0.as_ptr().cast(),
            EscapedCells::Sixteen(pieces) => pieces.0.as_ptr().cast(),
            EscapedCells::ThirtyTwo(pieces) => pieces.0.as_ptr().cast(),
            EscapedCells::Long { text, .. } => text.as_ptr(),
        }
    }

    /// Bytes that the widest cell writes over, separator and all.
    #[inline]
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Whether one of the strings is empty.
    #[inline]
    pub(crate) fn has_empty(&self) -> bool {
        self.has_empty
    }

    /// Adds the strings of some keys, one for each row of the batch.
    pub(crate) fn fill(&self, slots: &mut Slots, nulls: Option<&NullBuffer>, null: NullText, keys: &[u32]) {
        match &self.cells {
            EscapedCells::Eight(pieces) => pieces.fill(slots, nulls, null, keys),
            EscapedCells::Sixteen(pieces) => pieces.fill(slots, nulls, null, keys),
            EscapedCells::ThirtyTwo(pieces) => pieces.fill(slots, nulls, null, keys),
            EscapedCells::Long { text, starts } => slots.fill(nulls, null, |row, out| {
                let key = keys[row] as usize;
                let last = starts[key + 1] - 1;
                put_pieces::<32>(out, text, starts[key], last, text[last])
            }),
        }
    }
}

impl<const WIDTH: usize> Pieces<WIDTH> {
    /// Cuts the strings out of the text that they stand in back to back.
    fn new(text: &[u8], starts: &[usize]) -> Self {
        let cells = starts.windows(2).map(|w| &text[w[0]..w[1]]);
        let piece = |cell: &[u8]| {
            let mut piece = [0; WIDTH];
            piece[..cell.len()].copy_from_slice(cell);
            piece
        };
        Self(cells.map(|cell| (piece(cell), cell.len() as u8)).collect())
    }

    /// Adds the strings of some keys, one for each row.
    fn fill(&self, slots: &mut Slots, nulls: Option<&NullBuffer>, null: NullText, keys: &[u32]) {
        let put = |key: u32, out: &mut [u8]| {
            let (piece, len) = &self.0[key as usize];
            out[..WIDTH].copy_from_slice(piece);
            usize::from(*len)
        };
        let Some(nulls) = nulls else {
            let keys = &keys[slots.rows()];
            for ((_, out, end), key) in slots.open().zip(keys) {
                *end += put(*key, out) as u32;
            }
            return;
        };
        slots.fill(Some(nulls), null, |row, out| put(keys[row], out));
    }
}
