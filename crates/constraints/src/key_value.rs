//! What rows take of a key, and whether two of them collide.
//!
//! Values are compared as the server compares them, by collation, prefix and expression: as bytes that are equal where
//! the values are. Ranges of an exclusion have no such form, so they stand beside the bytes of the equal parts.

use super::effective_key::EffectiveKey;
use seedbed_datagen_core::KnownRows;
use seedbed_schema_model::{Expr, KeyPart, KeyTerm, Table};
use seedbed_sql_semantics::{Context, Row, evaluate, truth};
use seedbed_sql_values::{KeyPartRule, RangeSet, Value, push_key_part};
use std::collections::{HashMap, HashSet};

/// What one row takes of a key.
#[derive(Clone, Debug)]
pub struct KeyValue {
    /// The parts' values, as bytes to compare.
    parts: Vec<u8>,
    /// The ranges of an exclusion, in the key's order; `None` for ends that make no range.
    ranges: Vec<Option<RangeSet>>,
}

/// What the rows so far take of one key.
///
/// ```
/// use seedbed_constraints::{Constraints, TakenValues};
/// use seedbed_schema_model::{Column, ColumnIdx, Dialect, Key, Schema, Span, SqlType, Table};
/// use seedbed_sql_semantics::Context;
/// use seedbed_sql_values::Value;
///
/// let mut schema = Schema::new(Dialect::Postgres);
/// let mut genre = Table::new(Some("public"), "genre");
/// genre.columns.push(Column::new("id", SqlType::INTEGER).not_null());
/// genre.primary_key =
///     Some(Key { name: None, columns: vec![ColumnIdx(0)], prefix_lengths: vec![], span: Span::default() });
/// let genre = schema.push_table(genre);
/// let (constraints, cx) = (Constraints::new(&schema, genre), Context::new(&schema, Some(&schema[genre])));
/// let value = |n| constraints.keys[0].value_of(&[Value::Integer(n)], &cx, &schema[genre]).unwrap();
///
/// let mut taken = TakenValues::default();
/// taken.take(value(7));
/// assert!(taken.collides(&value(7)) && !taken.collides(&value(8)));
/// ```
#[derive(Clone, Debug, Default)]
pub struct TakenValues {
    /// Of a key without ranges: the values of its parts.
    parts: HashSet<Vec<u8>>,
    /// Of an exclusion: the ranges by its equal parts, those of one row after those of another.
    ranges: HashMap<Vec<u8>, Vec<Option<RangeSet>>>,
}

impl EffectiveKey {
    /// Whether a row of the table takes part in the key: its predicate is true, or can't be evaluated.
    pub fn applies_to(&self, row: &dyn Row, cx: &Context<'_>) -> bool {
        let excluded = |p: &Expr| matches!(truth(p, row, cx), Ok(Some(false) | None));
        !self.predicate.as_ref().is_some_and(excluded)
    }

    /// What a row of `table` takes of the key, whether its predicate applies or not; `None` if a NULL keeps it from
    /// colliding. An expression that can't be evaluated counts as NULL.
    pub fn value_of(&self, row: &dyn Row, cx: &Context<'_>, table: &Table) -> Option<KeyValue> {
        let mut parts = Vec::new();
        for part in &self.parts {
            let (value, rule) = compared(part, row, cx, table);
            if value.is_null() && self.nulls_distinct {
                return None;
            }
            push_key_part(&mut parts, &value, rule, cx.schema);
        }
        let mut ranges = Vec::with_capacity(self.overlaps.len());
        for term in &self.overlaps {
            match term.evaluate(row, cx) {
                Ok(None) => return None,
                Ok(Some(range)) => ranges.push(Some(range)),
                Err(_) => ranges.push(None),
            }
        }
        Some(KeyValue { parts, ranges })
    }
}

/// The value of a part in a row, and how it is compared: by the part's own collation, else the column's.
fn compared<'t>(
    part: &'t KeyPart,
    row: &dyn Row,
    cx: &Context<'_>,
    table: &'t Table,
) -> (Value, KeyPartRule<'t>) {
    match &part.term {
        KeyTerm::Column(c) => {
            let own = KeyPartRule::of_column(&table[*c]);
            let collation = part.collation.as_deref().or(own.collation);
            (row.value(*c), KeyPartRule { collation, prefix_length: part.prefix_length, ..own })
        }
        KeyTerm::Expr(e) => {
            let collation = part.collation.as_deref().or_else(|| only_column_collation(e, table));
            (evaluate(e, row, cx).unwrap_or(Value::Null), KeyPartRule::of_value(collation))
        }
    }
}

/// The collation of the one column that an expression reads; of several none is known.
fn only_column_collation<'t>(e: &Expr, table: &'t Table) -> Option<&'t str> {
    match e.columns().as_slice() {
        [column] => table[*column].collation.as_deref(),
        _ => None,
    }
}

impl KeyValue {
    /// The parts' values as bytes: equal where the server takes the values for equal. Ranges of an exclusion are not among
    /// them.
    pub fn parts(&self) -> &[u8] {
        &self.parts
    }

    /// Whether the ends of its ranges are the right way round; PostgreSQL refuses other ranges.
    pub fn is_valid(&self) -> bool {
        self.ranges.iter().all(Option::is_some)
    }
}

impl TakenValues {
    /// Whether a row would collide with one that is there. Cost: constant for a key; for an exclusion, the rows that
    /// agree in its equal parts.
    pub fn collides(&self, value: &KeyValue) -> bool {
        if value.ranges.is_empty() {
            return self.parts.contains(&value.parts);
        }
        // Every range of an exclusion must overlap for two rows to exclude each other.
        let others = self.ranges.get(&value.parts).map_or(&[][..], Vec::as_slice);
        others
            .chunks(value.ranges.len())
            .any(|other| value.ranges.iter().zip(other).all(|(a, b)| overlap(a.as_ref(), b.as_ref())))
    }

    /// Adds what rows that are there take of a key of `table`, those of them that its columns and predicate are known of.
    pub fn take_known(&mut self, key: &EffectiveKey, known: &KnownRows, cx: &Context<'_>, table: &Table) {
        if !key.reads().all(|column| known.columns.contains(&column)) {
            return;
        }
        for row in &known.rows {
            let mut values = vec![Value::Null; table.columns.len()];
            for (column, value) in known.columns.iter().zip(row) {
                values[*column] = value.clone();
            }
            if key.applies_to(&values, cx)
                && let Some(value) = key.value_of(&values, cx, table)
            {
                self.take(value);
            }
        }
    }

    /// Adds what a row takes.
    pub fn take(&mut self, value: KeyValue) {
        if value.ranges.is_empty() {
            self.parts.insert(value.parts);
        } else {
            self.ranges.entry(value.parts).or_default().extend(value.ranges);
        }
    }
}

/// Whether two ranges have a value in common; what can't be compared counts as if it had.
fn overlap(a: Option<&RangeSet>, b: Option<&RangeSet>) -> bool {
    a.zip(b).is_none_or(|(a, b)| a.overlaps(b).unwrap_or(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_rows::explain::{KeyKind, KeyName};
    use seedbed_schema_model::{Column, ColumnIdx, Dialect, Schema, Span, SqlType};
    use seedbed_sql_semantics::RangeTerm;

    /// `EXCLUDE (room WITH =, int4range(low, high) WITH &&)` over the columns 0, 1 and 2.
    fn bookings() -> EffectiveKey {
        let (low, high) = (Expr::Column(ColumnIdx(1)), Expr::Column(ColumnIdx(2)));
        let columns: Vec<ColumnIdx> = (0..3).map(ColumnIdx).collect();
        EffectiveKey {
            name: KeyName { kind: KeyKind::Exclusion, columns: columns.clone() },
            columns,
            parts: vec![KeyPart::column(ColumnIdx(0))],
            predicate: None,
            nulls_distinct: true,
            expressions: true,
            overlaps: vec![RangeTerm::Between { low, high, low_inclusive: true, high_inclusive: false }],
            primary: false,
            span: Span::default(),
        }
    }

    #[test]
    fn ranges_exclude_each_other_where_they_overlap_in_the_same_room() {
        let schema = Schema::new(Dialect::Postgres);
        let mut table = Table::new(None, "booking");
        for name in ["room", "low", "high"] {
            table.columns.push(Column::new(name, SqlType::INTEGER));
        }
        let cx = Context::new(&schema, Some(&table));
        let value = |row: [i128; 3]| bookings().value_of(&row.map(Value::Integer), &cx, &table);
        let mut taken = TakenValues::default();
        taken.take(value([1, 10, 20]).expect("nothing is NULL"));
        let collides = |row| value(row).is_some_and(|v| taken.collides(&v));
        assert!(collides([1, 15, 30]) && collides([1, 0, 11]));
        assert!(!collides([1, 20, 30]), "the upper end does not belong to the range");
        assert!(!collides([2, 15, 30]), "another room");
        assert!(!value([1, 20, 10]).is_some_and(|v| v.is_valid()), "its ends are the wrong way round");
    }
}
