//! Which values a column may hold: membership in its domain, value by value, for lists that are not made within it.

use super::facts::TableProperties;
use super::table_context::TableContext;
use seedbed_datagen_core::compared_text;
use seedbed_schema_model::ColumnIdx;
use seedbed_solver::{Units, same};
use seedbed_sql_values::Value;

impl TableProperties<'_> {
    /// Whether a value is in the column's domain and not taken in the target.
    pub(super) fn admits(&self, cx: &TableContext<'_>, column: ColumnIdx, value: &Value) -> bool {
        self.allows(cx, column, value) && !is_taken(cx, column, value)
    }

    /// Whether a value is in the column's domain: listed if there is a list, within bounds, not forbidden.
    pub(super) fn allows(&self, cx: &TableContext<'_>, column: ColumnIdx, value: &Value) -> bool {
        let facts = &self[column];
        let domain = &facts.domain;
        let within = |units: Units| match (units.floor(value), units.range(domain, true)) {
            (Some((n, _)), Some((low, high))) => {
                (domain.low.is_none() || n >= low) && (domain.high.is_none() || n <= high)
            }
            // Bounds that leave nothing.
            (Some(_), None) => false,
            (None, _) => true,
        };
        let bounded = domain.low.is_some() || domain.high.is_some();
        domain.allowed.as_ref().is_none_or(|a| a.iter().any(|v| same(v, value)))
            && !domain.forbidden.iter().any(|f| same(f, value))
            && (!bounded || Units::of(facts.base, cx.schema().dialect).is_none_or(within))
    }
}

/// Whether the target holds a value already.
pub(super) fn is_taken(cx: &TableContext<'_>, column: ColumnIdx, value: &Value) -> bool {
    let taken = cx.existing().and_then(|there| there.taken.get(&column));
    taken.is_some_and(|taken| {
        taken.binary_search(&compared_text(cx.schema(), cx.column(column), value)).is_ok()
    })
}
