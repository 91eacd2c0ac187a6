//! Exclusions, read as keys.
//!
//! `EXCLUDE USING gist (room WITH =, during WITH &&)` (PostgreSQL manual, CREATE TABLE) refuses two rows for which
//! every operator holds. Equality is what a key compares; overlap of ranges is the one further operator that is read.

use super::effective_key::{EffectiveKey, columns_of, each_once, is_expression};
use super::generated::WrittenOut;
use seedbed_rows::explain::{KeyKind, KeyName};
use seedbed_schema_model::{Exclusion, KeyPart, KeyTerm, Schema, Table};
use seedbed_sql_semantics::{Context, RangeTerm};

/// An exclusion as a key: equal parts, and ranges that may not overlap. `None` where another operator stands, or a kind
/// of range that is not known.
pub(super) fn exclusive_key(
    schema: &Schema,
    table: &Table,
    exclusion: &Exclusion,
    generated: &WrittenOut,
) -> Option<EffectiveKey> {
    let cx = Context::new(schema, Some(table));
    let mut parts = Vec::new();
    let mut overlaps = Vec::new();
    for element in &exclusion.elements {
        let term = match &element.term {
            KeyTerm::Column(c) => generated.get(*c).map_or(KeyTerm::Column(*c), |e| KeyTerm::Expr(e.clone())),
            KeyTerm::Expr(e) => KeyTerm::Expr(generated.in_place(e)),
        };
        match element.operator.as_str() {
            "=" => parts.push(KeyPart { term, prefix_length: None, collation: None }),
            "&&" => overlaps.push(RangeTerm::read(&term, &cx)?),
            _ => return None,
        }
    }
    let ranges = overlaps.iter().flat_map(RangeTerm::columns);
    let columns = each_once(parts.iter().flat_map(columns_of).chain(ranges));
    let expressions = !overlaps.is_empty() || parts.iter().any(is_expression);
    Some(EffectiveKey {
        name: KeyName { kind: KeyKind::Exclusion, columns: columns.clone() },
        columns,
        parts,
        predicate: exclusion.predicate.as_ref().map(|p| generated.in_place(p)),
        nulls_distinct: true,
        expressions,
        overlaps,
        primary: false,
        span: exclusion.span,
    })
}
