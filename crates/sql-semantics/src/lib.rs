//! What SQL means, per dialect: values, three-valued evaluation, patterns, collation folds, casts and quoting.

mod calendar;
mod collation;
mod context;
mod decimal;
mod error;
mod format;
mod literal;
mod pattern;
mod quote;
pub mod text;
mod value;

pub use calendar::{add_months, civil_from_days, days_from_civil, days_in_month, is_date, split_timestamp};
pub use collation::fold;
pub use context::{Context, Row};
pub use error::{EvaluateError, Unsupported};
pub use format::{format_value, push_float, push_value};
pub use literal::{LiteralError, literal_value, parse_value};
pub use pattern::{
    PatternError, glob_to_regex, like_to_regex, pcre_to_regex, posix_to_regex, similar_to_regex,
};
pub use quote::{quote_identifier, quote_qualified, quote_text};
pub use value::{Decimal, Interval, Value};
