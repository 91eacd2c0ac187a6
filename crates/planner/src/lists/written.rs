//! Text that conditions read as a value of another type, written from such values.

use super::Lists;
use crate::listing::Listing;
use crate::parts;
use seedbed_rows::explain::{ListKind, ListSource};
use seedbed_rows::list::WrittenList;
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_solver::{Bound, Narrowing, Subject, ValueDomain};
use seedbed_sql_values::Value;
use std::sync::Arc;

/// Digits of the greatest whole number that is written.
const MOST_DIGITS: u32 = 18;

impl Lists<'_, '_> {
    /// The list of a text column that is read as a value of another type; `None` if it isn't, or no such value is known.
    pub(super) fn written(&self, column: ColumnIdx, distinct: Option<u64>) -> Option<Listing> {
        let facts = &self.facts[column];
        let written = facts.domain.written.as_deref()?;
        let ty = plain(&written.ty);
        let domain = self.short_enough(&ty, &written.domain, facts.domain.text.max_chars);
        let values = parts::of_type(&self.cx, &ty, &domain, distinct, self.cx.key(column, "list"))?;
        let list = WrittenList { schema: Arc::clone(self.cx.schema()), values };
        Some(Listing::new(list, ListKind::Literal, ListSource::ReadAsValue))
    }

    /// Whole numbers of so many digits as there is room for.
    fn short_enough(&self, ty: &SqlType, domain: &ValueDomain, most: Option<u32>) -> ValueDomain {
        let Some(digits) = most.filter(|_| matches!(ty, SqlType::Integer { .. })) else {
            return domain.clone();
        };
        let expressions = self.cx.expressions();
        let mut narrowing = Narrowing::new(Subject::DomainValue, ty, &expressions);
        narrowing.domain = domain.clone();
        let greatest = 10_i128.pow(digits.min(MOST_DIGITS)) - 1;
        narrowing.limit_high(Bound { value: Value::Integer(greatest), inclusive: true });
        if digits < MOST_DIGITS {
            let least = -(10_i128.pow(digits.saturating_sub(1)) - 1);
            narrowing.limit_low(Bound { value: Value::Integer(least), inclusive: true });
        }
        narrowing.domain
    }
}

/// Numbers without a scale of their own are whole.
fn plain(ty: &SqlType) -> SqlType {
    match ty {
        SqlType::Decimal { scale: None, .. } => SqlType::Integer { bits: 64, unsigned: false },
        ty => ty.clone(),
    }
}
