//! Conditions on a column whose values are listed: what they leave is found by trying each value, so it is exact.

use super::{Narrowing, Subject, reads_clock};
use crate::domain::Bound;
use seedbed_schema_model::{Expr, SqlType};
use seedbed_sql_semantics::{Context, check_passes};
use seedbed_sql_values::{FixedBits, Value, representation};

/// Bits of the longest strings of bits that are all tried.
const MOST_BITS: u32 = 8;

impl Narrowing<'_> {
    /// Of the values that are listed so far, those that a condition over the column alone is not false of. `None` where
    /// there is no list, or one of them can't be tried.
    pub(super) fn tried(&self, condition: &Expr) -> Option<Vec<Value>> {
        if self.known.is_some() {
            return None;
        }
        let listed = self.domain.allowed.clone().or_else(|| self.few_values())?;
        let is_of_it = match self.subject {
            Subject::Column(own) => condition.columns() == [own],
            Subject::DomainValue => condition.columns().is_empty(),
        };
        if !is_of_it || reads_clock(condition) {
            return None;
        }
        let tries = listed.into_iter().map(|value| Some((self.passes(condition, &value)?, value)));
        let tried: Vec<(bool, Value)> = tries.collect::<Option<_>>()?;
        Some(tried.into_iter().filter(|(passes, _)| *passes).map(|(_, value)| value).collect())
    }

    /// All values of a type that has a few and no order in which a condition on them could be read: short bit strings,
    /// as rows hold them (a number in MySQL).
    fn few_values(&self) -> Option<Vec<Value>> {
        let SqlType::Bit { length, varying: false } = self.ty else { return None };
        let bits = length.unwrap_or(1);
        let is_number = representation(self.cx.schema.dialect).storage.fixed_bits == FixedBits::AtMost;
        let value = |n: u32| match is_number {
            true => Value::Integer(n.into()),
            false => Value::Bits(format!("{n:0width$b}", width = bits as usize)),
        };
        (bits <= MOST_BITS).then(|| (0..1 << bits).map(value).collect())
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
