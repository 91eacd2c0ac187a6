//! The list of one column in one place.
//!
//! What the place asks of the column narrows the list that it would have anywhere. Of conditions that can't be read so,
//! the values of that list are tried, and those that meet them are picked; where none does, the constants of the
//! conditions themselves are.

use super::Placing;
use crate::listing::Listing;
use crate::lists::Lists;
use crate::table_context::TableContext;
use seedbed_datagen_core::{Cardinality, Sampler};
use seedbed_laws::{GOLDEN, Permutation};
use seedbed_rows::explain::ListKind;
use seedbed_rows::list::{Choice, Picked};
use seedbed_rows::{push_value, typed};
use seedbed_schema_model::{ColumnIdx, Expr};
use seedbed_solver::{Bound, Narrowing, Subject, Units, ValueDomain};
use seedbed_sql_semantics::{evaluate, supported, truth};
use seedbed_sql_values::Value;
use std::sync::Arc;

/// Values of a list that are tried on conditions which narrow it already.
const SAMPLED: u64 = 48;
/// Fewest values of a list that are tried on conditions which can't be read.
const TRIED: u64 = 4_096;
/// Most of them, where a key needs many.
const MOST_TRIED: u64 = 1 << 17;

/// One condition of a place.
pub(super) struct Asked {
    /// The condition.
    expr: Expr,
    /// The columns that it reads.
    pub(super) columns: Vec<ColumnIdx>,
    /// Whether NULL passes: of a CHECK, not of a bound.
    pub(super) passes_unknown: bool,
}

impl Asked {
    /// A condition of a partition's bounds.
    pub(super) fn bound(expr: Expr) -> Self {
        Self { columns: expr.columns(), expr, passes_unknown: false }
    }

    /// A condition of a CHECK.
    pub(super) fn check(expr: Expr) -> Self {
        Self { columns: expr.columns(), expr, passes_unknown: true }
    }

    /// Whether it can be evaluated here.
    pub(super) fn is_known(&self, cx: &TableContext<'_>) -> bool {
        supported(&self.expr, &cx.expressions()).is_ok()
    }

    /// Whether it asks that something is not NULL.
    pub(super) fn is_presence(&self) -> bool {
        matches!(self.expr, Expr::IsNull { negated: true, .. })
    }

    /// Whether it asks that a column is not NULL.
    pub(super) fn asks_presence(&self, column: ColumnIdx) -> bool {
        self.is_presence() && self.columns.contains(&column)
    }
}

impl Placing<'_, '_> {
    /// The values that a column may hold in a place, and whether conditions are left that could not be read; `None` if
    /// nothing but NULL is left.
    pub(super) fn narrowed(&self, column: ColumnIdx, asked: &[&Asked]) -> Option<(ValueDomain, bool)> {
        let facts = &self.facts[column];
        let expressions = self.cx.expressions();
        let mut narrowing = Narrowing::new(Subject::Column(column), facts.base, &expressions);
        narrowing.domain = facts.domain.clone();
        let mut unread = false;
        for asked in asked.iter().filter(|a| !a.is_presence()) {
            unread |= !narrowing.apply(&asked.expr);
        }
        (!narrowing.must_be_null).then(|| (self.usual(column, narrowing.domain), unread))
    }

    /// A domain that is open at one end is closed where usual values end, if it has some of them.
    fn usual(&self, column: ColumnIdx, mut domain: ValueDomain) -> ValueDomain {
        let Some(units) = Units::of(self.facts[column].base, self.cx.schema().dialect) else { return domain };
        let (first, last) = units.usual;
        let at = |bound: &Option<Bound>| bound.as_ref().and_then(|b| units.floor(&b.value)).map(|(n, _)| n);
        let bound = |n: i128| units.value(n).map(|value| Bound { value, inclusive: true });
        match (at(&domain.low), at(&domain.high)) {
            (Some(low), None) if (first..last).contains(&low) => domain.high = bound(last),
            (None, Some(high)) if (first + 1..=last).contains(&high) => domain.low = bound(first),
            _ => {}
        }
        domain
    }

    /// The list of a column in a place; `None` if no value is found.
    pub(super) fn list(&mut self, column: ColumnIdx, at: usize) -> Option<(Arc<dyn Sampler>, ListKind)> {
        let place = std::mem::take(&mut self.places[at].asked);
        let asked: Vec<&Asked> = place.iter().filter(|a| a.columns == [column]).collect();
        let list = self.list_for(column, &asked);
        self.places[at].asked = place;
        list
    }

    fn list_for(&mut self, column: ColumnIdx, asked: &[&Asked]) -> Option<(Arc<dyn Sampler>, ListKind)> {
        let (domain, unread) = self.narrowed(column, asked)?;
        let listing = self.listing(column, domain);
        let known: Vec<&Asked> = asked.iter().copied().filter(|a| a.is_known(&self.cx)).collect();
        let unread = unread && !known.is_empty();
        if let Some(listing) = listing.filter(|l| l.sampler.cardinality() != Cardinality::Exact(0)) {
            let sample = self.ordinals(column, &listing, SAMPLED);
            let meeting = self.meeting(column, &listing, &sample, &known);
            if !unread && meeting.len() == sample.len() {
                return Some((listing.sampler, listing.kind));
            }
            let wanted = if self.must_differ(column) { self.cx.rows.saturating_mul(16) } else { 0 };
            let tried = self.ordinals(column, &listing, wanted.clamp(TRIED, MOST_TRIED));
            let meeting = self.meeting(column, &listing, &tried, &known);
            if !meeting.is_empty() {
                return Some((Arc::new(Picked::new(listing.sampler, meeting)), listing.kind));
            }
        }
        self.constants(column, &known)
    }

    /// The list of a column within a domain.
    fn listing(&mut self, column: ColumnIdx, domain: ValueDomain) -> Option<Listing> {
        let distinct = self.must_differ(column).then_some(self.cx.rows);
        let before = std::mem::replace(&mut self.facts[column].domain, domain);
        let mut lists =
            Lists { cx: self.cx, facts: self.facts, documents: self.documents, found: self.found };
        let listing = lists.listing(column, distinct).map(|listing| lists.fitted(column, listing));
        self.facts[column].domain = before;
        listing
    }

    /// Whether some key rests on the column: it has no other column that could differ in every row.
    pub(super) fn must_differ(&self, column: ColumnIdx) -> bool {
        let could = |c: &ColumnIdx| *c != column && self.may_fill(*c) && !self.is_placed(*c);
        self.cx.constraints.keys.iter().any(|k| k.columns.contains(&column) && !k.columns.iter().any(could))
    }

    /// Whether places ask something of the column.
    fn is_placed(&self, column: ColumnIdx) -> bool {
        let asked = self.places.iter().flat_map(|p| &p.asked);
        asked.filter(|a| !a.is_presence()).any(|a| a.columns.contains(&column))
    }

    /// Ordinals spread over a list, at most so many; all of a short one.
    fn ordinals(&self, column: ColumnIdx, listing: &Listing, most: u64) -> Vec<u64> {
        let key = self.cx.key(column, "place");
        match listing.sampler.cardinality() {
            Cardinality::Exact(len) if len <= most => (0..len).collect(),
            Cardinality::Exact(len) => {
                let scatter = Permutation::new(key, len);
                (0..most).map(|n| scatter.apply(n)).collect()
            }
            Cardinality::Huge => (0..most).map(|n| n.wrapping_mul(GOLDEN) ^ key.child(n).0).collect(),
        }
    }

    /// Of some ordinals of a list, those whose values meet the conditions.
    fn meeting(&self, column: ColumnIdx, listing: &Listing, ordinals: &[u64], asked: &[&Asked]) -> Vec<u64> {
        let mut cells = self.cx.buffer(column);
        listing.sampler.write(ordinals, &mut cells);
        let value = |i: usize| typed(cells.value(i), self.facts[column].base, self.cx.schema());
        let meets = |(i, _): &(usize, &u64)| self.meets(column, value(*i), asked);
        ordinals.iter().enumerate().filter(meets).map(|(_, ordinal)| *ordinal).collect()
    }

    /// Whether a value of a column meets conditions on it.
    fn meets(&self, column: ColumnIdx, value: Value, asked: &[&Asked]) -> bool {
        let mut row = vec![Value::Null; self.cx.table().columns.len()];
        row[column] = value;
        let expressions = self.cx.expressions();
        asked.iter().all(|a| match truth(&a.expr, &row, &expressions) {
            Ok(known) => known.unwrap_or(a.passes_unknown),
            Err(_) => false,
        })
    }

    /// Constants that stand in conditions, and text that begins with one, as far as they meet them.
    fn constants(&self, column: ColumnIdx, asked: &[&Asked]) -> Option<(Arc<dyn Sampler>, ListKind)> {
        let (facts, schema, expressions) = (&self.facts[column], self.cx.schema(), self.cx.expressions());
        let mut values: Vec<Value> = Vec::new();
        let nothing: Vec<Value> = Vec::new();
        for part in asked {
            part.expr.walk(&mut |e| {
                let constant = matches!(e, Expr::Literal(_) | Expr::Cast { .. }) && e.columns().is_empty();
                if let Some(value) = constant.then(|| evaluate(e, &nothing, &expressions).ok()).flatten() {
                    if let Value::Text(text) = &value
                        && facts.base.is_text()
                    {
                        values.extend(('a'..='z').map(|c| Value::Text(format!("{text}{c}"))));
                    }
                    values.push(value);
                }
            });
        }
        let mut cells = self.cx.buffer(column);
        let mut kept: Vec<Value> = Vec::new();
        for value in values {
            let fits = match (&value, facts.domain.text.max_chars) {
                (Value::Text(text), Some(most)) => text.chars().count() <= most as usize,
                _ => true,
            };
            let known = kept.contains(&value);
            if fits
                && !known
                && self.facts.allows(&self.cx, column, &value)
                && self.meets(column, value.clone(), asked)
                && push_value(&mut cells, &value, facts.base, schema)
            {
                kept.push(value);
            }
        }
        (!cells.is_empty()).then(|| (Arc::new(Choice::new(cells)) as Arc<dyn Sampler>, ListKind::Values))
    }
}
