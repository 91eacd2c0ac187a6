//! Wishes of the spec against what the columns allow.
//!
//! Input: the wishes for a table's columns and their domains. Output: an error for each wish that can't hold. It
//! refuses no rows: a spec that asks for the impossible is told, all of it, and no plan is made.

use super::error::PlanError;
use super::facts::TableProperties;
use super::lists::any_fits;
use super::spec_value::{constant, shown};
use super::table_context::TableContext;
use super::wish_fault::ColumnWishFault;
use seedbed_datagen_core::{Range, WeightedValue};
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_solver::Units;
use seedbed_sql_values::Value;

/// Pass: every wish for a column that can't hold.
pub(super) fn check(cx: TableContext<'_>, facts: &TableProperties<'_>) -> Vec<PlanError> {
    let pass = WishCheck { cx, facts };
    let wrong =
        |(column, _)| pass.impossible_wishes(column).into_iter().map(move |fault| cx.bad_spec(column, fault));
    cx.table().columns_indexed().flat_map(wrong).collect()
}

/// The pass at work.
struct WishCheck<'s, 'a> {
    cx: TableContext<'a>,
    facts: &'s TableProperties<'a>,
}

impl WishCheck<'_, '_> {
    /// What a column can't give of what is wished of it.
    fn impossible_wishes(&self, index: ColumnIdx) -> Vec<ColumnWishFault> {
        let Some(spec) = self.cx.spec_of(index) else { return Vec::new() };
        let mut faults = Vec::new();
        if spec.null_rate.is_some_and(|r| r > 0.0) && !self.facts[index].nullable {
            faults.push(ColumnWishFault::NeverNull);
        }
        if let Some(range) = &spec.range {
            faults.extend(self.impossible_range(index, range));
        }
        for value in spec.values.iter().flatten() {
            let base = self.facts[index].base;
            let (value, _) = constant(value, base, self.cx.schema());
            if !self.facts.allows(&self.cx, index, &value) || !is_label(self.cx, base, &value) {
                faults.push(ColumnWishFault::Disallowed { value: shown(&value) });
            }
        }
        let examples = spec.examples.as_ref();
        if examples.is_some_and(|examples| !any_fits(self.cx, self.facts, index, examples)) {
            faults.push(ColumnWishFault::NoExamples);
        }
        faults
    }

    /// Why a range can't be: the type has none, or an end is no value of it.
    fn impossible_range(&self, index: ColumnIdx, range: &Range) -> Option<ColumnWishFault> {
        let base = self.facts[index].base;
        let Some(units) = Units::of(base, self.cx.schema().dialect) else {
            return Some(ColumnWishFault::Uncountable { ty: self.cx.table()[index].declared_type.clone() });
        };
        let unreadable = |v: &&WeightedValue| units.floor(&constant(v, base, self.cx.schema()).0).is_none();
        let bad = range.min.iter().chain(&range.max).find(unreadable)?;
        Some(ColumnWishFault::RangeEnd { end: shown(&constant(bad, base, self.cx.schema()).0) })
    }
}

/// Whether a value is a label, if the type has labels.
pub(super) fn is_label(cx: TableContext<'_>, base: &SqlType, value: &Value) -> bool {
    let labels = match base {
        SqlType::Enum(id) => &cx.schema()[*id].labels,
        SqlType::InlineEnum(labels) => labels,
        _ => return true,
    };
    matches!(value, Value::Text(text) if labels.contains(text))
}
