//! Points of the plane within a box.

use super::text_of;
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_laws::{LawKey, below, mix};
use std::fmt::Write as _;

/// Points whose coordinates have four digits after the point: in units of a ten-thousandth.
#[derive(Clone, Debug)]
pub struct Points {
    /// The least and the greatest x.
    pub x: (i64, i64),
    /// The least and the greatest y.
    pub y: (i64, i64),
    /// What they are drawn by.
    pub key: LawKey,
}

impl Points {
    /// Units of a coordinate of one.
    pub const UNIT: i64 = 10_000;

    fn drawn(&self, (low, high): (i64, i64), salt: u64, ordinal: u64) -> f64 {
        let places = high.saturating_sub(low).max(0) as u64 + 1;
        let at = low.saturating_add(below(mix(self.key.child(salt), ordinal), places) as i64);
        at as f64 / Self::UNIT as f64
    }
}

impl Sampler for Points {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(1 << 32)
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let text = text_of(out);
        for ordinal in ordinals {
            let (x, y) = (self.drawn(self.x, 1, *ordinal), self.drawn(self.y, 2, *ordinal));
            // Writing to a `String` can't fail.
            let _ = write!(text.open_cell(), "({x},{y})");
            text.end_cell();
        }
    }
}
