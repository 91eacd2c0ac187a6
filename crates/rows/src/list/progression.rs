//! Arithmetic progressions: evenly spaced numbers, dates and times.

use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};

/// `low + step * ordinal`, in the unit of the column's buffer: whole numbers, unscaled decimals, days, microseconds;
/// for floating point in units of `1 / divisor`.
#[derive(Clone, Debug)]
pub struct Progression {
    /// The value at ordinal 0.
    pub low: i128,
    /// From one value to the next; at least 1.
    pub step: i128,
    /// How many values there are.
    pub count: u64,
    /// Only for floating point.
    pub divisor: f64,
}

impl Progression {
    /// Every multiple of `step` from `low` to `high`, both inclusive. An empty range has one point, `low`.
    pub fn new(low: i128, high: i128, step: i128) -> Self {
        let step = step.max(1);
        let count = high.saturating_sub(low).max(0) / step + 1;
        Self { low, step, count: u64::try_from(count).unwrap_or(u64::MAX), divisor: 1.0 }
    }

    /// The number at an ordinal.
    pub(super) fn at(&self, ordinal: u64) -> i128 {
        self.low + self.step * i128::from(ordinal)
    }

    /// The value at an ordinal, by 64-bit arithmetic where that holds every one: for most types it does.
    fn narrow(&self) -> Option<impl Fn(&u64) -> i64 + use<>> {
        let high = self.step.checked_mul(self.count.into())?.checked_add(self.low)?;
        i64::try_from(high).ok()?;
        let (low, step) = (i64::try_from(self.low).ok()?, i64::try_from(self.step).ok()?);
        Some(move |ordinal: &u64| low.wrapping_add(step.wrapping_mul(*ordinal as i64)))
    }
}

impl Sampler for Progression {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(self.count)
    }

    fn is_injective(&self) -> bool {
        true
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        match (self.narrow(), &mut *out) {
            (
                Some(at),
                ColumnBuffer::Int64(v) | ColumnBuffer::Time(v) | ColumnBuffer::Timestamp { micros: v, .. },
            ) => return v.extend(ordinals.iter().map(at)),
            (Some(at), ColumnBuffer::Date(v)) => return v.extend(ordinals.iter().map(|o| at(o) as i32)),
            (Some(at), ColumnBuffer::Decimal { unscaled, .. }) => {
                return unscaled.extend(ordinals.iter().map(|o| i128::from(at(o))));
            }
            _ => {}
        }
        push_units(ordinals.iter().map(|o| self.at(*o)), self.divisor, out);
    }
}

/// Appends counts of units to the buffer of a type that counts; floating point is divided.
pub(super) fn push_units(units: impl Iterator<Item = i128>, divisor: f64, out: &mut ColumnBuffer) {
    match out {
        ColumnBuffer::Int64(v) | ColumnBuffer::Time(v) | ColumnBuffer::Timestamp { micros: v, .. } => {
            v.extend(units.map(|at| at as i64));
        }
        ColumnBuffer::UInt64(v) => v.extend(units.map(|at| at as u64)),
        ColumnBuffer::Date(v) => v.extend(units.map(|at| at as i32)),
        ColumnBuffer::Decimal { unscaled, .. } => unscaled.extend(units),
        ColumnBuffer::Float64(v) => v.extend(units.map(|at| at as f64 / divisor)),
        other => unreachable!("a list of numbers was bound to a column of {} cells", other.len()),
    }
}
