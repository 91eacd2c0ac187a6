//! Version numbers: `version.semantic` is one of 12 000 triples of major (0–9), minor (0–39) and patch (0–29), in the
//! form of semver.org.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::Composed;
use crate::mix::{digit, push_number};
use crate::quantity::Quantity;

pub(crate) static KINDS: &[Builtin] = &[Builtin::alone("version.semantic", semantic)];

/// `2.14.3`; a whole number from 1 to 50 in a numeric column.
fn semantic(request: &BindRequest<'_>) -> BindResult {
    if request.ty().is_numeric() {
        return Quantity { low: 1, high: 50, digits: 0 }.even(request);
    }
    Composed::exactly(10 * 40 * 30, |mut ordinal, out| {
        push_number(out, digit(&mut ordinal, 10) as u64, 1);
        out.push('.');
        push_number(out, digit(&mut ordinal, 40) as u64, 1);
        out.push('.');
        push_number(out, digit(&mut ordinal, 30) as u64, 1);
    })
    .for_text(request)
}
