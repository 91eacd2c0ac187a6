//! Wishes of the spec against what the columns allow.

use super::builder::TableBuilder;
use super::column::constant;
use crate::units::Units;
use crate::{Range, WeightedValue};
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_sql_semantics::Value;

impl TableBuilder<'_> {
    /// Remembers every wish for a column that can't hold.
    pub(super) fn check_wishes(&mut self) {
        for (index, _) in self.relation.table.columns_indexed() {
            for reason in self.impossible_wishes(index) {
                let error = self.bad_spec(index, reason);
                self.errors.push(error);
            }
        }
    }

    fn impossible_wishes(&self, index: ColumnIdx) -> Vec<String> {
        let Some(spec) = self.spec_of(index) else { return Vec::new() };
        let mut reasons = Vec::new();
        if spec.null_rate.is_some_and(|r| r > 0.0) && !self.facts[index].nullable {
            reasons.push("`null-rate` is asked of a column that can't be NULL".to_owned());
        }
        if let Some(range) = &spec.range {
            reasons.extend(self.impossible_range(index, range));
        }
        for value in spec.values.iter().flatten() {
            let base = self.facts[index].base;
            let (value, _) = constant(value, base, self.planner.schema);
            if !self.allows(index, &value) || !self.is_label(base, &value) {
                reasons.push(format!("its type and CHECKs do not allow `{}`", shown(&value)));
            }
        }
        reasons
    }

    fn impossible_range(&self, index: ColumnIdx, range: &Range) -> Option<String> {
        let base = self.facts[index].base;
        let Some(units) = Units::of(base, self.planner.schema.dialect) else {
            let found = &self.relation.table[index].declared_type;
            return Some(format!("`range` is for numbers, dates and times, not for {found}"));
        };
        let unreadable =
            |v: &&WeightedValue| units.floor(&constant(v, base, self.planner.schema).0).is_none();
        let bad = range.min.iter().chain(&range.max).find(unreadable)?;
        Some(format!("`{}` is no value of its type", shown(&constant(bad, base, self.planner.schema).0)))
    }

    /// Whether a value is a label, if the type has labels.
    fn is_label(&self, base: &SqlType, value: &Value) -> bool {
        let labels = match base {
            SqlType::Enum(id) => &self.planner.schema[*id].labels,
            SqlType::InlineEnum(labels) => labels,
            _ => return true,
        };
        matches!(value, Value::Text(text) if labels.contains(text))
    }
}

/// A value for a message.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Text(t) => t.clone(),
        Value::Integer(n) => n.to_string(),
        Value::Decimal(d) => d.to_string(),
        Value::Float(f) => f.to_string(),
        other => format!("{other:?}"),
    }
}
