//! Quantities with a range that makes sense.

use crate::builtin::Builtin;
use crate::quantity::Quantity;

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

const fn whole(low: i64, high: i64) -> Quantity {
    Quantity { low, high, digits: 0 }
}
