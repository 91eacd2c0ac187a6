//! Numbers given by a function of the ordinal: coordinates, telephone numbers as integers, parts of entities.
//!
//! A [`Quantity`] is a range of numbers at even steps, which the column's type and domain can narrow. Here the values
//! are what the function says and can't be moved: a column either holds all of them or refuses.

use crate::builtin::{BindRequest, BindResult};
use crate::quantity::{Quantity, write_numbers};
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use std::fmt;
use std::sync::Arc;

/// A list of numbers in units of `10^-digits`.
#[derive(Clone, Copy)]
pub(crate) struct Computed<V = fn(u64) -> i64> {
    /// How many ordinals there are.
    pub(crate) cardinality: Cardinality,
    /// Whether different ordinals are different numbers.
    pub(crate) injective: bool,
    /// Digits after the point in what `value` returns: 6 for a coordinate in millionths of a degree.
    pub(crate) digits: u8,
    /// The number at an ordinal, in units of `10^-digits`.
    pub(crate) value: V,
}

impl<V: Fn(u64) -> i64 + Send + Sync + 'static> Computed<V> {
    /// The list for a column that has room for both `least` and `most`, whole numbers between which all values lie.
    /// Digits that the column has no room for are dropped.
    ///
    /// # Errors
    /// The column holds no numbers, or not all of these.
    pub(crate) fn between(self, request: &BindRequest<'_>, least: i64, most: i64) -> BindResult {
        for end in [least, most] {
            Quantity { low: end, high: end, digits: 0 }.progression(request)?;
        }
        Ok(Arc::new(self))
    }
}

impl<V> fmt::Debug for Computed<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Computed").field("cardinality", &self.cardinality).finish_non_exhaustive()
    }
}

impl<V: Fn(u64) -> i64 + Send + Sync> Sampler for Computed<V> {
    fn cardinality(&self) -> Cardinality {
        self.cardinality
    }

    fn is_injective(&self) -> bool {
        self.injective
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        write_numbers(ordinals.iter().map(|&o| i128::from((self.value)(o))), self.digits, out);
    }
}
