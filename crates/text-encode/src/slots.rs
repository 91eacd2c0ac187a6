//! Lines put together side by side: a slot of equal size for each row, filled column after column, so that each column
//! is one loop over one kind of cell. A cell is copied in pieces of fixed size, which a processor does at once, and
//! what is too much is overwritten by the next cell.

use crate::digits::ROOM;
use arrow_buffer::NullBuffer;
use std::ops::Range;

/// Bytes of slots filled at a time: few enough to stay in a core's first caches.
const BYTES: usize = 1 << 15;
/// Above this a slot is mostly empty, or a copy costs more than the loop around it.
pub(crate) const WIDEST: usize = 1 << 13;
/// What may be written over past the end of the last cell: a number's room, or the largest piece.
const SLACK: usize = ROOM;

/// Rows that are being filled: as many slots as fit into [`BYTES`], written over again and again.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    /// The slots, back to back.
    bytes: Vec<u8>,
    /// Bytes of a slot, the slack behind its line among them.
    width: usize,
    /// Which rows of the batch they are.
    rows: Range<usize>,
    /// The length of each line by now.
    ends: Vec<u32>,
}

/// What stands for NULL, with the separator behind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NullText {
    /// The text and the separator, the rest separators as well, so that eight bytes are copied at once.
    bytes: [u8; 8],
    /// Bytes of it that count.
    len: usize,
}

impl NullText {
    /// The text and the separator behind it. `null` is at most seven bytes: see
    /// [`TextFormat::null`](crate::TextFormat::null).
    pub(crate) fn new(null: &str, separator: u8) -> Self {
        let mut bytes = [separator; 8];
        let len = null.len().min(7);
        bytes[..len].copy_from_slice(&null.as_bytes()[..len]);
        Self { bytes, len: len + 1 }
    }

    /// Writes it, and says how long it is.
    #[inline(always)]
    pub(crate) fn put(self, out: &mut [u8]) -> u32 {
        out[..8].copy_from_slice(&self.bytes);
        self.len as u32
    }
}

impl Slots {
    /// How many rows of so many bytes each are filled at a time.
    #[inline]
    pub(crate) fn rows_at_once(width: usize) -> usize {
        (BYTES / (width + SLACK)).clamp(1, 512)
    }

    /// Makes room for rows of at most `width` bytes each.
    #[inline]
    pub(crate) fn begin(&mut self, rows: Range<usize>, width: usize) {
        self.width = width + SLACK;
        self.ends.clear();
        self.ends.resize(rows.len(), 0);
        let needed = rows.len() * self.width;
        if self.bytes.len() < needed {
            self.bytes.resize(needed, 0);
        }
        self.rows = rows;
    }

    /// Which rows of the batch are being filled.
    pub(crate) fn rows(&self) -> Range<usize> {
        self.rows.clone()
    }

    /// The slots: the row of the batch, the room behind what its line holds, and how long the line is.
    #[inline(always)]
    pub(crate) fn open(&mut self) -> impl Iterator<Item = (usize, &mut [u8; ROOM], &mut u32)> {
        self.rest().map(|(row, rest, end)| {
            (row, rest.first_chunk_mut().expect("a slot has so much room behind its end"), end)
        })
    }

    /// [`open`](Self::open) with all the room that is left of each slot.
    #[inline(always)]
    pub(crate) fn rest(&mut self) -> impl Iterator<Item = (usize, &mut [u8], &mut u32)> {
        let slots = self.bytes.chunks_exact_mut(self.width).zip(&mut self.ends).zip(self.rows.clone());
        slots.map(|((slot, end), row)| (row, &mut slot[*end as usize..], end))
    }

    /// Adds a cell to each row: `put` writes the cell of a row of the batch with its separator, and says how long it
    /// is.
    #[inline(always)]
    pub(crate) fn fill(
        &mut self,
        nulls: Option<&NullBuffer>,
        null: NullText,
        put: impl Fn(usize, &mut [u8]) -> usize,
    ) {
        match nulls {
            None => {
                for (row, rest, end) in self.rest() {
                    *end += put(row, rest) as u32;
                }
            }
            Some(nulls) => {
                for (row, rest, end) in self.rest() {
                    *end += if nulls.is_null(row) { null.put(rest) } else { put(row, rest) as u32 };
                }
            }
        }
    }

    /// Adds a byte to each row.
    #[inline]
    pub(crate) fn put_byte(&mut self, byte: u8) {
        for (_, rest, end) in self.rest() {
            rest[0] = byte;
            *end += 1;
        }
    }

    /// Adds the same text to each row.
    #[inline]
    pub(crate) fn put_same(&mut self, text: &[u8]) {
        for (_, rest, end) in self.rest() {
            rest[..text.len()].copy_from_slice(text);
            *end += text.len() as u32;
        }
    }

    /// Appends the finished lines.
    #[inline]
    pub(crate) fn finish(&self, out: &mut Vec<u8>) {
        for (slot, end) in self.bytes.chunks_exact(self.width).zip(&self.ends) {
            out.extend_from_slice(&slot[..*end as usize]);
        }
    }
}

/// Writes the bytes `from..to` of some data and a separator, in pieces of `PIECE` bytes.
#[inline(always)]
pub(crate) fn put_pieces<const PIECE: usize>(
    out: &mut [u8],
    data: &[u8],
    from: usize,
    to: usize,
    separator: u8,
) -> usize {
    const { assert!(PIECE <= SLACK) };
    let len = to - from;
    let mut at = 0;
    while at < len {
        match data.get(from + at..).and_then(|rest| rest.first_chunk::<PIECE>()) {
            Some(piece) => out[at..at + PIECE].copy_from_slice(piece),
            None => {
                out[at..len].copy_from_slice(&data[from + at..to]);
                break;
            }
        }
        at += PIECE;
    }
    out[len] = separator;
    len + 1
}
