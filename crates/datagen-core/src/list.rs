//! The lists that a plan makes itself, from types and constraints alone.

mod binary;
mod choice;
mod code;
mod fitted;
mod lattice;
mod literal;
mod pattern_text;
mod sieved;
mod syllables;
mod with_default;

pub(crate) use binary::{BinaryList, UuidList};
pub(crate) use choice::Choice;
pub(crate) use code::Coded;
pub(crate) use fitted::Fitted;
pub(crate) use lattice::Lattice;
pub(crate) use literal::LiteralList;
pub(crate) use pattern_text::PatternText;
pub(crate) use sieved::Sieved;
pub(crate) use syllables::Syllables;
pub(crate) use with_default::WithDefault;

use crate::{ColumnBuffer, TextBuffer};

/// The text buffer of a text column. A sampler for text is only ever bound to a column whose buffer is text.
pub(crate) fn text_of(out: &mut ColumnBuffer) -> &mut TextBuffer {
    match out {
        ColumnBuffer::Text(text) => text,
        other => unreachable!("a text list was bound to a column of {} cells", other.len()),
    }
}
