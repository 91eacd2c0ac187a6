//! Exclusions, read as keys.
//!
//! `EXCLUDE USING gist (room WITH =, during WITH &&)` (PostgreSQL manual, CREATE TABLE) refuses two rows for which
//! every operator holds. Equality is what a key compares; overlap of ranges is the one further operator that is read.

use super::effective_key::{EffectiveKey, RangeOf, columns_of, each_once, is_expression};
use seedbed_rows::explain::{KeyKind, KeyName};
use seedbed_schema_model::{Exclusion, Expr, KeyPart, KeyTerm, Literal, Schema, SqlType, Table};

/// An exclusion as a key: equal parts, and ranges that may not overlap. A column of a range type counts as a part, as
/// lists of ranges hold none that overlap. `None` where another operator or another kind of range stands.
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
    let ends = overlaps.iter().flat_map(|r: &RangeOf| r.low.columns().into_iter().chain(r.high.columns()));
    let columns = each_once(parts.iter().flat_map(columns_of).chain(ends));
    let expressions = !overlaps.is_empty() || parts.iter().any(is_expression);
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

/// A call of a range's constructor (PostgreSQL manual, 8.17.6), whose bounds are `[)` unless its third argument says
/// otherwise. `None` for anything else.
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
