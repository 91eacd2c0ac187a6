//! Keys over what is computed of columns: whether the columns' own lists hold them.
//!
//! `UNIQUE (lower(first || '-' || last))` needs no codes in the names where there are many more pairs of names than
//! rows: pairs that come again are passed over. How many there are is not to be read off a composed expression, so it is
//! told from a sample, by how often a value comes again in it (the birthday problem). In the same way it is told whether
//! the days of `UNIQUE (date_trunc('day', at))` are as many as the rows; if not, the column's usual range is widened.

use super::{SieveDraft, SieveDrafting};
use crate::listing::Listing;
use crate::lists::Lists;
use seedbed_constraints::EffectiveKey;
use seedbed_datagen_core::{Cardinality, EntityRole};
use seedbed_laws::{Permutation, below, mix};
use seedbed_rows::{Filled, FilledRow, parsed_types};
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_solver::{Bound, Units, ValueDomain};
use std::collections::{BTreeMap, BTreeSet};

/// Values of a key that are looked at.
const SAMPLE: u64 = 2_048;
/// So many times as many values as rows are wanted, so that few proposals are passed over.
const AMPLE: u64 = 4;
/// Most rows whose values are remembered while a plan is made, for the sake of natural text.
const MOST_ROWS: u64 = 250_000;

impl SieveDrafting<'_, '_> {
    /// Of the keys over expressions of several columns, those whose columns keep their own lists; and the columns that
    /// show the same entities as theirs, which then follow proposals too.
    pub(super) fn find_natural(&mut self, draft: &mut SieveDraft) {
        for key in draft.keys.clone() {
            let put_together = key.expressions && key.overlaps.is_empty() && key.predicate.is_none();
            if !put_together || key.columns.len() < 2 || self.cx.rows > MOST_ROWS {
                continue;
            }
            let Some(listings) = self.own_listings(draft, &key) else { continue };
            if self.estimate(&key, &listings) >= self.cx.rows.saturating_mul(AMPLE) {
                let roles: Vec<EntityRole> = listings.iter().filter_map(|(_, l)| l.entity).collect();
                draft.natural.extend(key.columns.iter().copied());
                draft.columns.extend(self.of_entities(&roles));
            }
        }
    }

    /// The lists that a key's columns would have if it weren't there; `None` unless all of them are free, and some is
    /// text.
    fn own_listings(&mut self, draft: &SieveDraft, key: &EffectiveKey) -> Option<Vec<(ColumnIdx, Listing)>> {
        if !key.columns.iter().any(|c| self.facts[*c].base.is_text()) {
            return None;
        }
        let (cx, facts) = (self.cx, self.facts);
        let mut listings = Vec::new();
        for column in &key.columns {
            let free = draft.columns.contains(column)
                && self.draft.owner(*column).is_none()
                && !self.draft.is_decided(*column);
            if !free {
                return None;
            }
            let mut lists = Lists { cx, facts, documents: self.documents, found: self.found };
            let listing = lists.listing(*column, None)?;
            listings.push((*column, lists.fitted(*column, listing)));
        }
        Some(listings)
    }

    /// About how many values a key has, at most some million: told by how many of a sample come again.
    fn estimate(&self, key: &EffectiveKey, listings: &[(ColumnIdx, Listing)]) -> u64 {
        let mut filled: BTreeMap<ColumnIdx, Filled> = BTreeMap::new();
        for (column, listing) in listings {
            let mut cells = self.cx.buffer(*column);
            listing.sampler.write(&self.sampled(*column, listing), &mut cells);
            filled.insert(*column, Filled { cells, present: None });
        }
        let expressions = self.cx.expressions();
        let types = parsed_types(&key.columns, &expressions);
        let schema = self.cx.schema();
        let value = |index: usize| {
            let row = FilledRow { columns: &filled, index, types: &types, schema };
            key.value_of(&row, &expressions, self.cx.table()).map(|v| v.parts().to_vec())
        };
        let values: BTreeSet<Vec<u8>> = (0..SAMPLE as usize).filter_map(value).collect();
        let again = SAMPLE - values.len() as u64;
        // Among n values, m draws bring m * m / 2n pairs that are equal.
        SAMPLE * SAMPLE / 2 / again.max(1)
    }

    /// The domain of a column that counts and is the only one of a key over an expression, widened if its usual values
    /// give too few of the key's: it then goes back further than usual, or on beyond it.
    pub(super) fn widened(&mut self, draft: &SieveDraft, column: ColumnIdx) -> Option<ValueDomain> {
        let units = Units::of(self.facts[column].base, self.cx.schema().dialect)?;
        let key =
            draft.keys.iter().find(|k| k.expressions && k.overlaps.is_empty() && k.columns == [column])?;
        let (cx, facts) = (self.cx, self.facts);
        let listing =
            Lists { cx, facts, documents: self.documents, found: self.found }.listing(column, None)?;
        let estimate = self.estimate(key, &[(column, listing)]).max(1);
        let wanted = cx.rows.saturating_mul(AMPLE);
        if estimate >= wanted {
            return None;
        }
        let mut domain = facts[column].domain.clone();
        let (low, high) = units.range(&domain, false)?;
        let span = (high - low).saturating_mul(i128::from(wanted.div_ceil(estimate)));
        let bound = |n: i128| units.value(n).map(|value| Bound { value, inclusive: true });
        let is_time = matches!(facts[column].base, SqlType::Date | SqlType::Timestamp { .. });
        match (&domain.low, &domain.high) {
            (Some(_), Some(_)) => return None,
            // Times go further back, numbers further on.
            (None, _) if is_time => {
                domain.low = bound(high.saturating_sub(span).max(units.min));
                domain.high = bound(high);
            }
            _ => {
                domain.low = bound(low);
                domain.high = bound(low.saturating_add(span).min(units.max));
            }
        }
        Some(domain)
    }

    /// Ordinals that rows draw of a list: those of an entity alike for all lists that show it.
    fn sampled(&self, column: ColumnIdx, listing: &Listing) -> Vec<u64> {
        if let Some(role) = listing.entity {
            let entities =
                Permutation::new(self.cx.entity_key(role), self.cx.planning.entity_len(self.cx.rows));
            return (0..SAMPLE).map(|n| entities.apply(n)).collect();
        }
        let key = self.cx.key(column, "natural");
        let ordinal = |n: u64| match listing.sampler.cardinality() {
            Cardinality::Exact(len) => below(mix(key, n), len),
            Cardinality::Huge => mix(key, n),
        };
        (0..SAMPLE).map(ordinal).collect()
    }

    /// Free columns outside of references that show one of some entities.
    fn of_entities(&mut self, roles: &[EntityRole]) -> Vec<ColumnIdx> {
        let (cx, facts) = (self.cx, self.facts);
        let mut found = Vec::new();
        for (column, _) in cx.table().columns_indexed().filter(|_| !roles.is_empty()) {
            if self.draft.owner(column).is_some() || self.draft.is_decided(column) {
                continue;
            }
            let mut lists = Lists { cx, facts, documents: self.documents, found: self.found };
            let shown = lists.listing(column, None).and_then(|l| l.entity);
            if shown.is_some_and(|role| roles.contains(&role)) {
                found.push(column);
            }
        }
        found
    }
}
