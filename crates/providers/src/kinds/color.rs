//! Colours: `color.name` is one of 32 English names, `color.hex` any of the 2²⁴ codes of a web page's colours, in
//! order.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::Composed;
use crate::list::List;
use crate::mix::push_hex;

pub(crate) static KINDS: &[Builtin] = &[Builtin::alone("color.name", name), Builtin::alone("color.hex", hex)];

const NAMES: [&str; 32] = [
    "Amber",
    "Aqua",
    "Beige",
    "Black",
    "Blue",
    "Bronze",
    "Brown",
    "Coral",
    "Crimson",
    "Cyan",
    "Gold",
    "Green",
    "Grey",
    "Indigo",
    "Ivory",
    "Khaki",
    "Lavender",
    "Lime",
    "Magenta",
    "Maroon",
    "Navy",
    "Olive",
    "Orange",
    "Pink",
    "Purple",
    "Red",
    "Salmon",
    "Silver",
    "Teal",
    "Turquoise",
    "Violet",
    "White",
];

/// A name, or the code where the length is a code's: six or seven characters.
fn name(request: &BindRequest<'_>) -> BindResult {
    if matches!(request.max_chars(), 6 | 7) { hex(request) } else { List::plain(request, &NAMES) }
}

/// `#1f6feb`; without the mark where seven characters are too many.
fn hex(request: &BindRequest<'_>) -> BindResult {
    if request.max_chars() < 7 {
        return Composed::exactly(1 << 24, |o, out| push_hex(out, o, 6)).for_text(request);
    }
    Composed::exactly(1 << 24, |o, out| {
        out.push('#');
        push_hex(out, o, 6);
    })
    .for_text(request)
}
