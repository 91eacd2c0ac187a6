//! What SQL means, per dialect: values, three-valued evaluation, patterns, collation folds, casts and quoting.

mod value;

pub use value::{Decimal, Interval, Value};
