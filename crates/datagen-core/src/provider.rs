//! Providers: numbered lists of values, pluggable.

use crate::{ColumnBuffer, ValueDomain};
use seedbed_schema_model::{Column, Schema, SqlType, Table};
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// A kind of value, such as e-mail addresses. Object safe; plans hold `Arc<dyn Provider>`.
///
/// A provider is asked once for each column, at plan time, to [bind](Provider::bind): all that can be wrong surfaces
/// then. What it returns, a [`Sampler`], is the numbered list itself.
pub trait Provider: fmt::Debug + Send + Sync {
    /// The name used in specs and by `explain`, such as `person.email`.
    fn name(&self) -> &str;

    /// The list for one column.
    ///
    /// # Errors
    /// [`BindError`] if this kind of value can't be a value of the column at all. Being too long is no error: the
    /// binder cuts text to fit, and adds a code where values must be distinct.
    fn bind(&self, binding: &Binding<'_>) -> Result<Arc<dyn Sampler>, BindError>;

    /// Whether its values depend on [`Binding::locale`].
    fn is_localized(&self) -> bool {
        false
    }
}

/// What a provider is told about the column.
#[derive(Clone, Copy, Debug)]
pub struct Binding<'a> {
    /// The whole schema.
    pub schema: &'a Schema,
    /// The column's table.
    pub table: &'a Table,
    /// The column.
    pub column: &'a Column,
    /// Its type below all domains.
    pub base_type: &'a SqlType,
    /// What it may hold.
    pub domain: &'a ValueDomain,
    /// Whether its values must be distinct, alone or as part of a key.
    pub distinct: bool,
    /// The language and country that values shall come in, such as `de-DE`: one that the provider's
    /// [catalog](crate::Catalog::locale) knows. `None` for the provider's usual values.
    pub locale: Option<&'a str>,
}

/// A numbered list of values. Pure: the same ordinal is the same value, in any order, on any thread.
///
/// A list longer than 2^64 is entered at 64-bit ordinals like any other; a sampler that composes its values (a name, a
/// street) takes them apart in mixed radix or mixes them.
pub trait Sampler: fmt::Debug + Send + Sync {
    /// How many ordinals there are.
    fn cardinality(&self) -> Cardinality;

    /// Whether different ordinals are always different values, even compared without case, accents and trailing
    /// spaces.
    fn is_injective(&self) -> bool {
        false
    }

    /// Characters of the longest text, where the list knows it: no value is longer. Of other lists a sample is looked at,
    /// and values that may be too long for their column are cut one by one.
    fn longest(&self) -> Option<u32> {
        None
    }

    /// Between how many characters all texts have, where the list can tell without writing any: none has fewer than the
    /// start or more than the end, and all have as many where the two are equal. A list that fits its column by far then
    /// isn't sampled.
    fn chars(&self) -> Option<RangeInclusive<u32>> {
        None
    }

    /// How often each ordinal comes beside the others, of a short list whose values are not equally likely; `None` for all
    /// others. A column of distinct values heeds none.
    fn weights(&self) -> Option<&[u64]> {
        None
    }

    /// Appends the value at each ordinal. Ordinals are below [`Sampler::cardinality`]. `out` is of the kind that
    /// [`arrow_type`](crate::arrow_type) names for the column; for a text column a list may replace an empty text
    /// buffer by a dictionary.
    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer);
}

/// The length of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cardinality {
    /// Exactly so many.
    Exact(u64),
    /// 2^64 or more: every 64-bit ordinal is one.
    Huge,
}

impl Cardinality {
    /// Whether `rows` distinct ordinals can be had.
    pub fn holds(self, rows: u64) -> bool {
        match self {
            Self::Exact(len) => len >= rows,
            Self::Huge => true,
        }
    }
}

impl fmt::Display for Cardinality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(len) => write!(f, "{len}"),
            Self::Huge => f.write_str("at least 2^64"),
        }
    }
}

/// Why a provider can't serve a column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// The kind of value does not exist in the column's type.
    #[error("provider `{provider}` makes no values of type `{found}`; it makes {wanted}")]
    WrongType {
        /// The provider.
        provider: String,
        /// The column's type as written.
        found: String,
        /// What it could serve.
        wanted: &'static str,
    },
    /// No value of the list lies in the column's domain.
    #[error("no value of provider `{provider}` satisfies {constraint}")]
    EmptyDomain {
        /// The provider.
        provider: String,
        /// What rules all of them out.
        constraint: String,
    },
}
