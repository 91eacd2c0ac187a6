//! Conditions on a column whose values are listed: what they leave is found by trying each value, so it is exact.

use super::{Narrowing, Subject, reads_clock};
use crate::domain::Bound;
use seedbed_schema_model::Expr;
use seedbed_sql_semantics::{Context, check_passes};
use seedbed_sql_values::Value;

impl Narrowing<'_> {
    /// Of the values that are listed so far, those that a condition over the column alone is not false of. `None` where
    /// there is no list, or one of them can't be tried.
    pub(super) fn tried(&self, condition: &Expr) -> Option<Vec<Value>> {
        let listed = self.domain.allowed.as_ref().filter(|_| self.known.is_none())?;
        let is_of_it = match self.subject {
            Subject::Column(own) => condition.columns() == [own],
            Subject::DomainValue => condition.columns().is_empty(),
        };
        if !is_of_it || reads_clock(condition) {
            return None;
        }
        let tries = listed.iter().map(|value| Some((value, self.passes(condition, value)?)));
        let tried: Vec<(&Value, bool)> = tries.collect::<Option<_>>()?;
        Some(tried.into_iter().filter(|(_, passes)| *passes).map(|(value, _)| value.clone()).collect())
    }

    fn passes(&self, condition: &Expr, value: &Value) -> Option<bool> {
        let value = self.typed(Bound { value: value.clone(), inclusive: true }).value;
        match self.subject {
            Subject::Column(column) => {
                let mut row = vec![Value::Null; column.position() + 1];
                row[column.position()] = value;
                check_passes(condition, &row, self.cx).ok()
            }
            Subject::DomainValue => {
                let cx = Context { domain_value: Some(value), ..self.cx.clone() };
                check_passes(condition, &Vec::<Value>::new(), &cx).ok()
            }
        }
    }
}
