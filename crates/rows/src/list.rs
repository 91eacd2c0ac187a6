//! The lists that a plan makes itself, from types and constraints alone.

mod binary;
mod choice;
mod code;
mod fitted;
mod literal;
mod parts;
mod pattern_text;
mod picked;
mod placed;
mod points;
mod progression;
mod sieved;
mod slots;
mod spans;
mod syllables;
mod with_default;
mod written;

pub use binary::{BinaryList, UuidList};
pub use choice::Choice;
pub use code::Coded;
pub use fitted::Fitted;
pub use literal::LiteralList;
pub use parts::{ArrayList, Part, RowList};
pub use pattern_text::PatternText;
pub use picked::Picked;
pub use placed::Placed;
pub use points::Points;
pub use progression::Progression;
pub use sieved::Sieved;
pub use slots::{Slots, StayEnd, StayEnds, StayRanges, range_between};
pub use spans::Spans;
pub use syllables::Syllables;
pub use with_default::WithDefault;
pub use written::WrittenList;

use seedbed_datagen_core::{ColumnBuffer, TextBuffer};

/// The text buffer of a text column. A sampler for text is only ever bound to a column whose buffer is text.
pub fn text_of(out: &mut ColumnBuffer) -> &mut TextBuffer {
    match out {
        ColumnBuffer::Text(text) => text,
        other => unreachable!("a text list was bound to a column of {} cells", other.len()),
    }
}
