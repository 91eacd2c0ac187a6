//! Which values a column may hold: membership in its domain, value by value, for lists that are not made within it.

use super::facts::TableProperties;
use super::table_context::TableContext;
use seedbed_constraints::EffectiveKey;
use seedbed_datagen_core::compared_text;
use seedbed_schema_model::ColumnIdx;
use seedbed_solver::{DistinctValues, Units, same};
use seedbed_sql_values::Value;

impl TableProperties<'_> {
    /// Whether a value is in the column's domain and not taken in the target.
    pub(super) fn admits(&self, cx: &TableContext<'_>, column: ColumnIdx, value: &Value) -> bool {
        self.allows(cx, column, value) && !is_taken(cx, column, value)
    }

    /// Those of some values that are in the column's domain and not taken in the target. Unlike a look at each, it costs no
    /// more for each where the domain lists many.
    pub(super) fn admitted<'v>(
        &'v self,
        cx: &'v TableContext<'_>,
        column: ColumnIdx,
        values: &'v [Value],
    ) -> impl Iterator<Item = &'v Value> {
        let domain = &self[column].domain;
        let listed: Option<DistinctValues<'v>> =
            domain.allowed.as_ref().map(|allowed| allowed.iter().collect());
        let forbidden: DistinctValues<'v> = domain.forbidden.iter().collect();
        values.iter().filter(move |value| {
            listed.as_ref().is_none_or(|listed| listed.contains(value))
                && !forbidden.contains(value)
                && self.is_within_bounds(cx, column, value)
                && !is_taken(cx, column, value)
        })
    }

    /// How many values a column may hold that the target doesn't; `None` where they are not counted.
    pub(super) fn room(&self, cx: &TableContext<'_>, column: ColumnIdx) -> Option<i128> {
        let domain = &self[column].domain;
        if let Some(allowed) = &domain.allowed {
            return i128::try_from(self.admitted(cx, column, allowed).count()).ok();
        }
        let units = Units::of(self[column].base, cx.schema().dialect)?;
        Some(units.range(domain, true).map_or(0, |(low, high)| high.saturating_sub(low).saturating_add(1)))
    }

    /// Whether a value is in the column's domain: listed if there is a list, within bounds, not forbidden.
    pub(super) fn allows(&self, cx: &TableContext<'_>, column: ColumnIdx, value: &Value) -> bool {
        let domain = &self[column].domain;
        domain.allowed.as_ref().is_none_or(|a| a.iter().any(|v| same(v, value)))
            && !domain.forbidden.iter().any(|f| same(f, value))
            && self.is_within_bounds(cx, column, value)
    }

    fn is_within_bounds(&self, cx: &TableContext<'_>, column: ColumnIdx, value: &Value) -> bool {
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
        !bounded || Units::of(facts.base, cx.schema().dialect).is_none_or(within)
    }
}

/// Whether the target holds a value already of a column that is a key of all rows by itself.
pub(super) fn is_taken(cx: &TableContext<'_>, column: ColumnIdx, value: &Value) -> bool {
    taken_of_key(cx, column).is_some_and(|taken| {
        taken.binary_search(&compared_text(cx.schema(), cx.column(column), value)).is_ok()
    })
}

/// The values that the target holds of a column that is a key of all rows by itself.
pub(super) fn taken_of_key<'a>(cx: &TableContext<'a>, column: ColumnIdx) -> Option<&'a [String]> {
    let taken = cx.existing()?.taken.get(&column).filter(|taken| !taken.is_empty())?;
    let is_key = |key: &EffectiveKey| key.columns == [column] && !key.excuses_rows();
    cx.constraints.keys.iter().any(is_key).then_some(taken)
}
