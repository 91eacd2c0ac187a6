//! The cells of one column of a block.

pub(crate) use crate::csv::Cell;
use arrow_buffer::{BooleanBufferBuilder, NullBuffer};
use std::borrow::Cow;

/// The cells of one column, row by row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cells<'b> {
    text: &'b str,
    cells: &'b [Cell],
    width: usize,
    at: usize,
}

/// A cell with the text that it stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextCell<'b> {
    text: &'b str,
    cell: Cell,
}

impl<'b> Cells<'b> {
    /// The cells at a place of rows of so many cells.
    pub(crate) fn new(text: &'b str, cells: &'b [Cell], width: usize, at: usize) -> Self {
        Self { text, cells, width: width.max(1), at }
    }

    /// How many there are.
    pub(crate) fn rows(&self) -> usize {
        self.cells.len() / self.width
    }

    /// Each of them.
    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = TextCell<'b>> + use<'b> {
        let text = self.text;
        let cells = self.cells.get(self.at..).unwrap_or_default().iter().step_by(self.width);
        cells.map(move |cell| TextCell { text, cell: *cell })
    }

    /// Where the NULLs are, if there are any.
    pub(crate) fn nulls(&self) -> Option<NullBuffer> {
        if !self.iter().fold(false, |found, cell| found | cell.cell.is_null()) {
            return None;
        }
        let mut there = BooleanBufferBuilder::new(self.rows());
        self.iter().for_each(|cell| there.append(!cell.cell.is_null()));
        Some(NullBuffer::new(there.finish()))
    }
}

impl<'b> TextCell<'b> {
    /// What stands there; a cell that has quotes in it has them doubled. `None` for NULL.
    #[inline]
    pub(crate) fn bytes(self) -> Option<&'b [u8]> {
        (!self.cell.is_null()).then(|| self.cell.bytes(self.text.as_bytes()))
    }

    /// Whether quotes are doubled in it.
    #[inline]
    pub(crate) fn is_escaped(self) -> bool {
        self.cell.is_escaped()
    }

    /// What it says; `None` for NULL.
    pub(crate) fn text(self) -> Option<Cow<'b, str>> {
        if self.cell.is_null() {
            return None;
        }
        Some(match self.cell.unescaped(self.text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(self.text.get(self.cell.range()).unwrap_or_default()),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).unwrap_or_default()),
        })
    }
}
