//! Wishes of the spec against what the columns allow.

use super::error::PlanError;
use super::facts::Facts;
use super::spec_value::{constant, shown};
use super::table_context::TableContext;
use seedbed_datagen_core::{Range, WeightedValue};
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_solver::Units;
use seedbed_sql_semantics::Value;

/// Pass: every wish for a column that can't hold.
pub(super) fn check(cx: TableContext<'_>, facts: &Facts<'_>) -> Vec<PlanError> {
    let pass = WishCheck { cx, facts };
    let wrong = |(column, _)| {
        pass.impossible_wishes(column).into_iter().map(move |reason| cx.bad_spec(column, reason))
    };
    cx.table().columns_indexed().flat_map(wrong).collect()
}

/// The pass at work.
struct WishCheck<'s, 'a> {
    cx: TableContext<'a>,
    facts: &'s Facts<'a>,
}

impl WishCheck<'_, '_> {
    fn impossible_wishes(&self, index: ColumnIdx) -> Vec<String> {
        let Some(spec) = self.cx.spec_of(index) else { return Vec::new() };
        let mut reasons = Vec::new();
        if spec.null_rate.is_some_and(|r| r > 0.0) && !self.facts[index].nullable {
            reasons.push("`null-rate` is asked of a column that can't be NULL".to_owned());
        }
        if let Some(range) = &spec.range {
            reasons.extend(self.impossible_range(index, range));
        }
        for value in spec.values.iter().flatten() {
            let base = self.facts[index].base;
            let (value, _) = constant(value, base, self.cx.schema());
            if !self.facts.allows(&self.cx, index, &value) || !self.is_label(base, &value) {
                reasons.push(format!("its type and CHECKs do not allow `{}`", shown(&value)));
            }
        }
        reasons
    }

    fn impossible_range(&self, index: ColumnIdx, range: &Range) -> Option<String> {
        let base = self.facts[index].base;
        let Some(units) = Units::of(base, self.cx.schema().dialect) else {
            let found = &self.cx.table()[index].declared_type;
            return Some(format!("`range` is for numbers, dates and times, not for {found}"));
        };
        let unreadable = |v: &&WeightedValue| units.floor(&constant(v, base, self.cx.schema()).0).is_none();
        let bad = range.min.iter().chain(&range.max).find(unreadable)?;
        Some(format!("`{}` is no value of its type", shown(&constant(bad, base, self.cx.schema()).0)))
    }

    /// Whether a value is a label, if the type has labels.
    fn is_label(&self, base: &SqlType, value: &Value) -> bool {
        let labels = match base {
            SqlType::Enum(id) => &self.cx.schema()[*id].labels,
            SqlType::InlineEnum(labels) => labels,
            _ => return true,
        };
        matches!(value, Value::Text(text) if labels.contains(text))
    }
}
