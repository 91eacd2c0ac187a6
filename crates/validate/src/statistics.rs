//! Per column: NULLs, distinct values, least and greatest.
//!
//! Counted exactly up to [`DISTINCT_CAP`] distinct values a column, by halves of fingerprints; beyond it, the report
//! says "at least".

use crate::report::ColumnReport;
use seedbed_schema_model::{Column, Dialect, Schema};
use seedbed_sql_values::{Value, format_value};
use std::cmp::Ordering;
use std::collections::HashSet;

/// Distinct values counted exactly up to here, per column.
pub(crate) const DISTINCT_CAP: usize = 100_000;

/// How many distinct values all columns together may remember.
#[derive(Debug)]
pub(crate) struct Budget(pub(crate) usize);

/// What is known of a column so far.
#[derive(Debug, Default)]
pub(crate) struct Statistics {
    /// Values seen, NULLs among them.
    rows: u64,
    /// NULLs among them.
    nulls: u64,
    /// Halves of fingerprints: a chance meeting among 100,000 values has probability 3e-10.
    seen: HashSet<u64>,
    /// Whether counting distinct values has stopped.
    capped: bool,
    /// The least value, by [`order`].
    min: Option<Value>,
    /// The greatest value.
    max: Option<Value>,
}

impl Statistics {
    /// Counts one value; `fingerprint` is that of the value.
    pub(crate) fn add(&mut self, value: &Value, fingerprint: u64, budget: &mut Budget) {
        self.rows += 1;
        if value.is_null() {
            self.nulls += 1;
            return;
        }
        self.count(fingerprint, budget);
        if self.min.as_ref().is_none_or(|min| order(value, min) == Some(Ordering::Less)) {
            self.min = Some(value.clone());
        }
        if self.max.as_ref().is_none_or(|max| order(value, max) == Some(Ordering::Greater)) {
            self.max = Some(value.clone());
        }
    }

    /// Counts a distinct value while there is room for it.
    fn count(&mut self, fingerprint: u64, budget: &mut Budget) {
        if self.capped || self.seen.contains(&fingerprint) {
            return;
        }
        if self.seen.len() >= DISTINCT_CAP || budget.0 == 0 {
            self.capped = true;
            return;
        }
        budget.0 -= 1;
        self.seen.insert(fingerprint);
    }

    /// As it is reported.
    pub(crate) fn report(&self, column: &Column, schema: &Schema) -> ColumnReport {
        let ty = schema.base_type(&column.ty);
        let text = |value: &Option<Value>| {
            value.as_ref().filter(|v| order(v, v).is_some()).map(|v| shown(v, ty, schema.dialect))
        };
        ColumnReport {
            name: column.name.clone(),
            null_share: (self.rows > 0).then(|| self.nulls as f64 / self.rows as f64),
            distinct: self.seen.len() as u64,
            distinct_at_least: self.capped,
            min: text(&self.min),
            max: text(&self.max),
            not_checked: None,
        }
    }
}

/// A value in a report: long text is cut.
pub(crate) fn shown(value: &Value, ty: &seedbed_schema_model::SqlType, dialect: Dialect) -> String {
    const LONGEST: usize = 120;
    let text = format_value(value, ty, dialect);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// The order of two values of a column; kinds without an order have none.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Decimal(a), Value::Decimal(b)) => Some(a.compare(*b)),
        (Value::Float(a), Value::Float(b)) => Some(a.total_cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
        (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
        (Value::Bits(a), Value::Bits(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.cmp(b)),
        (Value::Uuid(a), Value::Uuid(b)) => Some(a.cmp(b)),
        _ => None,
    }
}
