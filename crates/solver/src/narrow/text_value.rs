//! Conditions on what text stands for: `CAST(x AS integer) > 0`.
//!
//! A condition that reads text by one cast alone is a condition on the value that the cast gives, and text that is written
//! from such a value meets it.

use super::logic::strip;
use super::{Narrowing, Subject};
use crate::domain::Written;
use seedbed_schema_model::{BinaryOp, Expr, SqlType};
use seedbed_sql_semantics::Context;

/// Stands for the cast while it is looked for what else a condition speaks of.
const MARK: Expr = Expr::Parameter(0);

impl Narrowing<'_> {
    /// A condition that reads the column by casts to one type alone; false for any other.
    pub(super) fn read_as_value(&mut self, e: &Expr) -> bool {
        let Some(target) = self.cast_to(e).filter(|_| self.domain.text.patterns.is_empty()) else {
            return false;
        };
        let marked = e.substituted(&|e| self.type_read_as(e).map(|_| MARK));
        let of_value = marked.substituted(&|e| (*e == MARK).then_some(Expr::DomainValue));
        if marked.any(&|e| self.is_subject(e)) {
            return false;
        }
        let before = self.domain.written.as_deref();
        if before.is_some_and(|written| written.ty != target) {
            return false;
        }
        let cx = Context { domain_type: Some(&target), ..self.cx.clone() };
        let mut value = Narrowing {
            domain: before.map(|written| written.domain.clone()).unwrap_or_default(),
            may_choose: self.may_choose,
            written: self.written,
            known: self.known,
            ..Narrowing::new(Subject::DomainValue, &target, &cx)
        };
        if !is_any_value(&of_value) && (!value.read(&of_value) || value.must_be_null) {
            return false;
        }
        let domain = value.domain;
        self.domain.written = Some(Box::new(Written { ty: target.clone(), domain }));
        true
    }

    /// The type that all casts of the column are to; `None` if there is none, or they differ.
    fn cast_to(&self, e: &Expr) -> Option<SqlType> {
        let mut found: Option<&SqlType> = None;
        let mut differ = false;
        e.walk(&mut |e| {
            if let Some(target) = self.type_read_as(e) {
                differ |= found.is_some_and(|found| found != target);
                found = Some(target);
            }
        });
        found.filter(|_| !differ).cloned()
    }

    /// The type below domains that an expression casts the column to, if it does and that is no text.
    fn type_read_as<'e>(&'e self, e: &'e Expr) -> Option<&'e SqlType> {
        let Expr::Cast { operand, target } = e else { return None };
        let target = self.cx.schema.base_type(target);
        let reads = matches!(strip(operand), Expr::Column(_) | Expr::DomainValue) && !has_cast(operand);
        (reads && self.is_subject(operand) && !target.is_text() && *target != SqlType::Any).then_some(target)
    }
}

/// Whether something is cast on the way to a column: `CAST(CAST(x AS date) AS timestamp)` reads dates.
fn has_cast(e: &Expr) -> bool {
    match e {
        Expr::Cast { target, operand } => !target.is_text() || has_cast(operand),
        Expr::Row(items) if items.len() == 1 => has_cast(&items[0]),
        Expr::Collate { operand, .. } => has_cast(operand),
        _ => false,
    }
}

/// Whether a condition holds of any value: `VALUE = VALUE` says no more than that there is one.
fn is_any_value(e: &Expr) -> bool {
    matches!(e, Expr::Binary { op: BinaryOp::Eq, left, right } if **left == Expr::DomainValue && left == right)
}
