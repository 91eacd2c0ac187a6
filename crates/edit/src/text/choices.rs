//! The words that a column is known to hold: what its CHECKs and its type list.

use crate::Literal;
use seedbed_schema_model::{ColumnIdx, Schema, SqlType, TableId};
use seedbed_solver::{Narrowing, Subject, conjuncts};
use seedbed_sql_semantics::Context;
use seedbed_sql_values::Value;

/// The values that a column's type and CHECKs list; `None` if they list none.
pub(crate) fn choices(schema: &Schema, (table, column): (TableId, ColumnIdx)) -> Option<Vec<String>> {
    let (t, ty) = (&schema[table], &schema[table][column].ty);
    let base = schema.base_type(ty);
    let cx = Context::new(schema, Some(t));
    let mut narrowing = Narrowing::new(Subject::DomainValue, base, &cx).whole();
    for check in schema.domains_of(ty).iter().flat_map(|domain| &domain.checks) {
        conjuncts(&check.expr).into_iter().for_each(|part| {
            narrowing.apply(part);
        });
    }
    let mut narrowing = narrowing.seen_as(Subject::Column(column));
    for part in t.checks.iter().flat_map(|check| conjuncts(&check.expr)) {
        if part.columns() == [column] {
            narrowing.apply(part);
        }
    }
    let labels = match base {
        SqlType::Enum(id) => Some(schema[*id].labels.clone()),
        SqlType::InlineEnum(labels) => Some(labels.clone()),
        _ => None,
    };
    let listed = narrowing.domain.allowed.map(|values| values.iter().filter_map(text).collect::<Vec<_>>());
    match (labels, listed) {
        (Some(labels), Some(listed)) => Some(labels.into_iter().filter(|l| listed.contains(l)).collect()),
        (labels, listed) => labels.or(listed),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// Whether a column holds truth values: by its type, or as it is declared where those are numbers.
pub(crate) fn is_truth(schema: &Schema, (table, column): (TableId, ColumnIdx)) -> bool {
    let column = &schema[table][column];
    let declared = ["boolean", "bool", "tinyint(1)"];
    *schema.base_type(&column.ty) == SqlType::Boolean
        || declared.iter().any(|ty| column.declared_type.eq_ignore_ascii_case(ty))
}

/// The value of a column that a word stands for: a listed one as it is listed, or a truth value. Just the same letters come
/// before those of another case.
pub(super) fn value_of(schema: &Schema, place: (TableId, ColumnIdx), word: &str) -> Option<Literal> {
    if is_truth(schema, place) {
        let truth = [("true", true), ("yes", true), ("false", false), ("no", false)];
        let found = truth.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
        return found.map(|(_, truth)| Literal::Boolean(*truth));
    }
    let choices = choices(schema, place)?;
    if choices.iter().any(|c| c == word) {
        return Some(Literal::Text(word.to_owned()));
    }
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], " ");
    let mut like = choices.iter().filter(|c| plain(c) == plain(word));
    let found = like.next()?;
    like.next().is_none().then(|| Literal::Text(found.clone()))
}
