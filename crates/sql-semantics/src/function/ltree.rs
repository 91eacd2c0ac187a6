//! Paths of labels, of extension `ltree` (PostgreSQL's manual, §F.23).

use super::{BuiltinFunction, strict};
use crate::{Context, EvaluateError, cast};
use seedbed_schema_model::BinaryOp;
use seedbed_sql_values::Value;

/// PostgreSQL's.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("nlevel", (1, 1), |a, cx| Ok(Value::Integer(labels(&cast::as_text(&a[0], cx)).count() as i128))),
];

/// The labels of a path.
fn labels(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').filter(|label| !label.is_empty())
}

/// `a @> b`, whether *a* is an ancestor of *b* or *b* itself; `a <@ b` the other way.
pub(crate) fn operate(op: BinaryOp, a: &Value, b: &Value, cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if a.is_null() || b.is_null() {
        return Ok(Value::Null);
    }
    let (a, b) = (cast::as_text(a, cx), cast::as_text(b, cx));
    let (above, below) = match op {
        BinaryOp::Contains => (a, b),
        BinaryOp::ContainedBy => (b, a),
        _ => return Err(EvaluateError::unsupported("this operator on `ltree`")),
    };
    let mut rest = labels(&below);
    Ok(Value::Boolean(labels(&above).all(|label| rest.next() == Some(label))))
}
