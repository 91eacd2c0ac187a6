//! Exclusions, read as keys.

use super::EffectiveKey;
use seedbed_rows::explain::{KeyKind, KeyName};
use seedbed_schema_model::{ColumnIdx, Exclusion, Expr, KeyPart, KeyTerm, Literal, Schema, SqlType, Table};

/// A range made of two expressions, such as `tstzrange(starts_at, ends_at, '[]')`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RangeOf {
    pub(crate) low: Expr,
    pub(crate) high: Expr,
    /// Whether the upper end belongs to it; the lower one always does but in `(]` and `()`.
    pub(crate) high_inclusive: bool,
    pub(crate) low_inclusive: bool,
}

/// An exclusion as a key: equal parts, and ranges that may not overlap. A column of a range type counts as a part, as
/// lists of ranges hold none that overlap.
pub(super) fn exclusive_key(schema: &Schema, table: &Table, exclusion: &Exclusion) -> Option<EffectiveKey> {
    let mut parts = Vec::new();
    let mut overlaps = Vec::new();
    for element in &exclusion.elements {
        let part = KeyPart { term: element.term.clone(), prefix_length: None, collation: None };
        match (element.operator.as_str(), &element.term) {
            ("=", _) => parts.push(part),
            ("&&", KeyTerm::Column(c))
                if matches!(schema.base_type(&table[*c].ty), SqlType::Range { .. }) =>
            {
                parts.push(part);
            }
            ("&&", KeyTerm::Expr(e)) => overlaps.push(range_of(e)?),
            _ => return None,
        }
    }
    let mut columns: Vec<ColumnIdx> = Vec::new();
    let terms = parts.iter().flat_map(|p| match &p.term {
        KeyTerm::Column(c) => vec![*c],
        KeyTerm::Expr(e) => e.columns(),
    });
    let ends = overlaps.iter().flat_map(|r: &RangeOf| r.low.columns().into_iter().chain(r.high.columns()));
    for column in terms.chain(ends) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    let expressions = !overlaps.is_empty() || parts.iter().any(|p| matches!(p.term, KeyTerm::Expr(_)));
    Some(EffectiveKey {
        name: KeyName { kind: KeyKind::Exclusion, columns: columns.clone() },
        columns,
        parts,
        predicate: exclusion.predicate.clone(),
        nulls_distinct: true,
        expressions,
        overlaps,
        primary: false,
        span: exclusion.span,
    })
}

/// A call of a range's constructor (PostgreSQL manual, 8.17.6).
fn range_of(e: &Expr) -> Option<RangeOf> {
    let Expr::Function { name, args } = e else { return None };
    let known = ["int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange"];
    if !known.contains(&name.as_str()) {
        return None;
    }
    let (low, high, bounds) = match args.as_slice() {
        [low, high] => (low, high, "[)"),
        [low, high, Expr::Literal(Literal::Text(bounds))] => (low, high, bounds.as_str()),
        _ => return None,
    };
    Some(RangeOf {
        low: low.clone(),
        high: high.clone(),
        low_inclusive: bounds.starts_with('['),
        high_inclusive: bounds.ends_with(']'),
    })
}
