//! Judging proposals: what breaks no key, no reference and no CHECK.
//!
//! Keys are compared as the server compares them: by collation, prefix and expression, as bytes that are equal where
//! the values are. This is the one place where values of other rows are remembered, and only while the plan is made.

use super::{Membership, SieveDraft};
use seedbed_constraints::{EffectiveKey, RangeOf};
use seedbed_rows::{Filled, FilledRow, parsed_types, shared_key};
use seedbed_schema_model::{ColumnIdx, Expr, KeyTerm, Schema, SqlType, Table};
use seedbed_solver::order;
use seedbed_sql_semantics::{Context, Row, check_passes, evaluate, truth};
use seedbed_sql_values::{KeyPartRule, Value, push_key_part};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What judging proposals needs to know of the table.
pub(crate) struct Surroundings<'a> {
    /// The schema.
    pub(crate) schema: &'a Schema,
    /// The table.
    pub(crate) table: &'a Table,
    /// Rows that the target holds already, whose keys are taken.
    pub(crate) known: Option<&'a seedbed_datagen_core::KnownRows>,
}

/// What the accepted proposals take of one key.
#[derive(Default)]
struct Seen {
    /// The parts' values, as bytes to compare, of a key without ranges.
    parts: HashSet<Vec<u8>>,
    /// Of an exclusion: the ranges by its equal parts.
    ranges: HashMap<Vec<u8>, Vec<RangeEnds>>,
}

/// What one proposal takes of a key.
struct Taken {
    /// Its parts' values, as bytes to compare.
    parts: Vec<u8>,
    /// Its ranges, in the key's order.
    ranges: Vec<RangeEnds>,
}

/// Ends of a range; `None` is without end.
#[derive(Clone)]
struct RangeEnds {
    low: Option<Value>,
    high: Option<Value>,
    low_inclusive: bool,
    high_inclusive: bool,
}

impl Seen {
    /// Whether a proposal takes what an accepted one has taken.
    fn collides(&self, taken: &Taken) -> bool {
        if taken.ranges.is_empty() {
            return self.parts.contains(&taken.parts);
        }
        // Every range of an exclusion must overlap for two rows to exclude each other.
        let others = self.ranges.get(&taken.parts).map_or(&[][..], Vec::as_slice);
        others
            .chunks(taken.ranges.len())
            .any(|other| taken.ranges.iter().zip(other).all(|(a, b)| a.overlaps(b)))
    }

    /// Keeps what an accepted proposal takes.
    fn take(&mut self, taken: Taken) {
        if taken.ranges.is_empty() {
            self.parts.insert(taken.parts);
        } else {
            self.ranges.entry(taken.parts).or_default().extend(taken.ranges);
        }
    }
}

impl RangeEnds {
    /// Whether two ranges have a value in common; those that can't be compared count as if they had.
    fn overlaps(&self, other: &Self) -> bool {
        self.begins_before_the_end_of(other) && other.begins_before_the_end_of(self)
    }

    /// Whether this lower end is not past the other's upper end.
    fn begins_before_the_end_of(&self, other: &Self) -> bool {
        match (&self.low, &other.high) {
            (Some(low), Some(high)) => match order(low, high) {
                Some(o) => o.is_lt() || (o.is_eq() && self.low_inclusive && other.high_inclusive),
                None => true,
            },
            _ => true,
        }
    }

    /// Whether the ends are the right way round; PostgreSQL refuses other ranges.
    fn is_valid(&self) -> bool {
        match (&self.low, &self.high) {
            (Some(low), Some(high)) => order(low, high).is_none_or(|o| o.is_le()),
            _ => true,
        }
    }
}

/// Judges proposals, remembering the keys of those accepted.
pub(super) struct ProposalJudge<'a> {
    draft: &'a SieveDraft,
    schema: &'a Schema,
    table: &'a Table,
    cx: Context<'a>,
    types: BTreeMap<ColumnIdx, SqlType>,
    seen: Vec<Seen>,
}

impl<'a> ProposalJudge<'a> {
    /// A judge that has accepted nothing yet but the rows of the target.
    pub(super) fn new(draft: &'a SieveDraft, around: &Surroundings<'a>, cx: Context<'a>) -> Self {
        let mut judge = Self {
            draft,
            schema: around.schema,
            table: around.table,
            cx,
            types: BTreeMap::new(),
            seen: draft.keys.iter().map(|_| Seen::default()).collect(),
        };
        judge.types = parsed_types(&judge.reads(), &judge.cx);
        if let Some(known) = around.known {
            judge.remember(known);
        }
        judge
    }

    /// The columns that conditions read.
    pub(super) fn reads(&self) -> Vec<ColumnIdx> {
        let keys = self.draft.keys.iter().flat_map(EffectiveKey::reads);
        let references = self.draft.references.iter().flat_map(|r| r.columns.iter().copied());
        let checks = self.draft.checks.iter().flat_map(|c| c.expr.columns());
        keys.chain(references).chain(checks).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Rows that are there already take their keys.
    fn remember(&mut self, known: &seedbed_datagen_core::KnownRows) {
        for row in &known.rows {
            let by_column =
                |c: ColumnIdx| known.columns.iter().position(|k| *k == c).and_then(|i| row.get(i));
            let mut values = vec![Value::Null; self.table.columns.len()];
            for (column, value) in known.columns.iter().zip(row) {
                values[*column] = value.clone();
            }
            for (key, seen) in self.draft.keys.iter().zip(&mut self.seen) {
                if key.columns.iter().all(|c| by_column(*c).is_some())
                    && let Some(taken) = key_of(key, &values, &self.cx, self.schema, self.table)
                {
                    seen.take(taken);
                }
            }
        }
    }

    /// Whether a proposal breaks nothing; its keys are then taken.
    pub(super) fn accepts(&mut self, filled: &BTreeMap<ColumnIdx, Filled>, index: usize) -> bool {
        let row = FilledRow { columns: filled, index, types: &self.types, schema: self.schema };
        for check in &self.draft.checks {
            if !check_passes(&check.expr, &row, &self.cx).unwrap_or(true) {
                return false;
            }
        }
        for reference in &self.draft.references {
            if !reference.holds(filled, index) {
                return false;
            }
        }
        let mut all: Vec<Option<Taken>> = Vec::with_capacity(self.draft.keys.len());
        for (key, seen) in self.draft.keys.iter().zip(&self.seen) {
            let applies = key
                .predicate
                .as_ref()
                .is_none_or(|p| !matches!(truth(p, &row, &self.cx), Ok(Some(false) | None)));
            let taken = if applies { key_of(key, &row, &self.cx, self.schema, self.table) } else { None };
            if taken.as_ref().is_some_and(|t| seen.collides(t) || t.ranges.iter().any(|r| !r.is_valid())) {
                return false;
            }
            all.push(taken);
        }
        for (seen, taken) in self.seen.iter_mut().zip(all) {
            taken.into_iter().for_each(|t| seen.take(t));
        }
        true
    }
}

/// What a row takes of a key; `None` if a NULL keeps it from colliding.
fn key_of(
    key: &EffectiveKey,
    row: &dyn Row,
    cx: &Context<'_>,
    schema: &Schema,
    table: &Table,
) -> Option<Taken> {
    let mut bytes = Vec::new();
    for part in &key.parts {
        let (value, rule) = match &part.term {
            KeyTerm::Column(c) => {
                let own = KeyPartRule::of_column(&table[*c]);
                let collation = part.collation.as_deref().or(own.collation);
                (row.value(*c), KeyPartRule { collation, prefix_length: part.prefix_length, ..own })
            }
            KeyTerm::Expr(e) => {
                let collation = part.collation.as_deref().or_else(|| only_column_collation(e, table));
                (evaluate(e, row, cx).unwrap_or(Value::Null), KeyPartRule::of_value(collation))
            }
        };
        if value.is_null() && key.nulls_distinct {
            return None;
        }
        push_key_part(&mut bytes, &value, rule, schema);
    }
    let end = |e: &Expr| evaluate(e, row, cx).ok().filter(|v| !v.is_null());
    let interval = |r: &RangeOf| RangeEnds {
        low: end(&r.low),
        high: end(&r.high),
        low_inclusive: r.low_inclusive,
        high_inclusive: r.high_inclusive,
    };
    Some(Taken { parts: bytes, ranges: key.overlaps.iter().map(interval).collect() })
}

/// The collation of the one column that an expression reads; of several none is known.
fn only_column_collation<'t>(e: &Expr, table: &'t Table) -> Option<&'t str> {
    match e.columns().as_slice() {
        [column] => table[*column].collation.as_deref(),
        _ => None,
    }
}

impl Membership {
    /// Whether a proposal's values are a parent's, or NULLs excuse it as the reference's MATCH says.
    fn holds(&self, filled: &BTreeMap<ColumnIdx, Filled>, index: usize) -> bool {
        let columns: Vec<&Filled> = self.columns.iter().filter_map(|c| filled.get(c)).collect();
        let nulls = columns.iter().filter(|f| !f.is_present(index)).count();
        if nulls > 0 {
            return !self.full || nulls == columns.len();
        }
        let mut bytes = Vec::new();
        shared_key(columns, index, &mut bytes).is_some_and(|()| self.parents.contains(&bytes))
    }
}
