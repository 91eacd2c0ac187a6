//! Quantities with a range that makes sense, fitted to the column by [`Quantity`].
//!
//! | provider | range | step |
//! |---|---|---|
//! | `number.age` | 18 to 90 years | 1 |
//! | `number.count` | 0 to 500, skewed | 1 |
//! | `number.quantity` | 1 to 100, skewed | 1 |
//! | `number.stock` | 0 to 5 000, skewed | 1 |
//! | `number.position` | 1 to 1 000 | 1 |
//! | `number.rating` | 1 to 5 stars | 0.1 |
//! | `number.score` | 0 to 100 | 0.1 |
//! | `number.percent` | 0 to 100 | 0.1 |
//! | `number.rate` | 0 to 0.25, a share of one | 0.0001 |
//! | `number.weight` | 0.1 to 50, skewed | 0.01 |
//! | `number.length` | 0.1 to 300, skewed | 0.01 |
//! | `number.body_height` | 148 to 205 cm | 0.1 |
//! | `number.body_weight` | 42 to 118 kg | 0.1 |
//! | `number.flag` | 0 or 1 | 1 |
//! | `number.code` | 0 to 4, what the default says most often | 1 |
//! | `number.temperature` | -15 to 40 °C | 0.1 |
//! | `number.seconds` | 1 s to 4 h, skewed | 1 |
//! | `number.minutes` | 1 min to 4 h | 1 |
//! | `number.milliseconds` | 1 ms to 10 min, skewed | 1 |
//! | `number.bytes` | 128 to 50 000 000, skewed | 1 |
//! | `number.pixels` | 16 to 4 096 | 1 |
//! | `number.port` | 1 024 to 65 535 | 1 |
//! | `number.http_status` | 200 to 504, registered or not | 1 |
//! | `number.priority` | 1 to 10 | 1 |
//!
//! Skewed ones show small values more often than large ones, the others each value equally often. A column of whole
//! numbers has the whole numbers of the range.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::quantity::Quantity;
use crate::weighted::Weighted;
use seedbed_schema_model::{Expr, Literal};

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::alone("number.age", |r| whole(18, 90).even(r)),
    Builtin::alone("number.count", |r| whole(0, 500).skewed(r)),
    Builtin::alone("number.quantity", |r| whole(1, 100).skewed(r)),
    Builtin::alone("number.stock", |r| whole(0, 5_000).skewed(r)),
    Builtin::alone("number.position", |r| whole(1, 1_000).even(r)),
    Builtin::alone("number.rating", |r| Quantity { low: 10, high: 50, digits: 1 }.even(r)),
    Builtin::alone("number.score", |r| Quantity { low: 0, high: 1_000, digits: 1 }.even(r)),
    Builtin::alone("number.percent", |r| Quantity { low: 0, high: 1_000, digits: 1 }.even(r)),
    Builtin::alone("number.rate", |r| Quantity { low: 0, high: 2_500, digits: 4 }.even(r)),
    Builtin::alone("number.weight", |r| Quantity { low: 10, high: 5_000, digits: 2 }.skewed(r)),
    Builtin::alone("number.length", |r| Quantity { low: 10, high: 30_000, digits: 2 }.skewed(r)),
    Builtin::alone("number.body_height", |r| Quantity { low: 1_480, high: 2_050, digits: 1 }.even(r)),
    Builtin::alone("number.body_weight", |r| Quantity { low: 420, high: 1_180, digits: 1 }.even(r)),
    Builtin::alone("number.flag", |r| whole(0, 1).even(r)),
    Builtin::alone("number.code", code),
    Builtin::alone("number.temperature", |r| Quantity { low: -150, high: 400, digits: 1 }.even(r)),
    Builtin::alone("number.seconds", |r| whole(1, 14_400).skewed(r)),
    Builtin::alone("number.minutes", |r| whole(1, 240).even(r)),
    Builtin::alone("number.milliseconds", |r| whole(1, 600_000).skewed(r)),
    Builtin::alone("number.bytes", |r| whole(128, 50_000_000).skewed(r)),
    Builtin::alone("number.pixels", |r| whole(16, 4_096).even(r)),
    Builtin::alone("number.port", |r| whole(1_024, 65_535).even(r)),
    Builtin::alone("number.http_status", |r| whole(200, 504).even(r)),
    Builtin::alone("number.priority", |r| whole(1, 10).even(r)),
];

/// Numbers that stand for one of a few cases: the usual one, which is the column's default where that is one of them, and
/// others that get rarer.
fn code(request: &BindRequest<'_>) -> BindResult {
    let mut weights = [12, 5, 3, 2, 1];
    let default = request.binding.column.default.as_ref().map(|default| &default.expr);
    if let Some(Expr::Literal(Literal::Integer(default))) = default
        && let Ok(default @ 0..5) = usize::try_from(*default)
    {
        weights[..=default].rotate_right(1);
    }
    Ok(Weighted::of(whole(0, 4).even(request)?, &weights))
}

/// Whole numbers from `low` to `high`.
const fn whole(low: i64, high: i64) -> Quantity {
    Quantity { low, high, digits: 0 }
}
