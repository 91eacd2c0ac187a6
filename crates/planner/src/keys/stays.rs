//! Exclusions that slots hold: bookings of a room without overlap, prices of an article each in its time.
//!
//! The ranges of all rows lie in slots, one in each, so that ranges of different slots can't overlap. Slots are then one
//! more factor of a key: groups of rows that are equal in its other parts (rooms, articles) are drawn together with slots
//! from their product, and each pair of a group and a slot comes once.

use super::KeyFixing;
use crate::draft::{Decision, Unit};
use crate::listing::Listing;
use crate::row_limit::RowLimit;
use crate::stays::{Layout, Stay, StayColumns};
use seedbed_constraints::EffectiveKey;
use seedbed_datagen_core::{Cardinality, Counted, Factor};
use seedbed_laws::{Law, Permutation, Stratified};
use seedbed_rows::explain::{ColumnReason, Filling, KeyProof, ListKind, ListSource, ProductDraw};
use seedbed_rows::list::{Slots, StayEnd, StayEnds, StayRanges};
use seedbed_rows::{CellLaw, ColumnProgram, JointLaw, LawKind, NullLaw, ReferenceLaw};
use seedbed_schema_model::{ColumnIdx, KeyTerm};
use seedbed_solver::order;
use seedbed_sql_values::Value;
use std::sync::Arc;

/// Groups of a column's own values, of which there are at most so many; longer lists are left as they are.
const MOST_GROUPS: u64 = 1 << 20;
/// Longest product that is drawn from.
const LONGEST: u128 = 1 << 62;

impl KeyFixing<'_, '_> {
    /// Holds the exclusions of ranges that slots can hold, before other keys fix what they read. Returns for each of the
    /// keys whether it is held, and what is then distinct.
    ///
    /// # Errors
    /// [`RowLimit`] when slots are too few for the rows, by the shortest ranges that were found.
    pub(super) fn hold_stays(
        &mut self,
        keys: &[EffectiveKey],
        held: &mut Vec<Vec<ColumnIdx>>,
    ) -> Result<Vec<bool>, RowLimit> {
        let mut holds = vec![false; keys.len()];
        for (holds, key) in holds.iter_mut().zip(keys).filter(|(_, key)| !key.overlaps.is_empty()) {
            // A smaller key tells its rows apart already.
            let equal: Vec<ColumnIdx> = equal_columns(key);
            let within = |k: &EffectiveKey| {
                k.overlaps.is_empty() && k.predicate.is_none() && k.columns.iter().all(|c| equal.contains(c))
            };
            if keys.iter().any(within) || key.columns.iter().any(|c| self.draft.is_always_null(*c)) {
                continue;
            }
            for term in &key.overlaps {
                let stay = Stay::of_term(self.cx, self.facts, term).and_then(|stay| self.behind(key, stay));
                let is_open = |c: &ColumnIdx| !self.draft.is_decided(*c) && self.draft.owner(*c).is_none();
                if let Some(stay) = stay.filter(|stay| stay.all().iter().all(is_open))
                    && self.hold_stay(key, &equal, &stay)?
                {
                    let apart = |c: ColumnIdx| equal.iter().copied().chain([c]).collect();
                    held.extend(stay.distinct().into_iter().map(apart));
                    *holds = true;
                    break;
                }
            }
        }
        Ok(holds)
    }

    /// The ranges behind those of rows that are there; `None` where these are not known.
    fn behind<'b>(&self, key: &EffectiveKey, stay: Stay<'b>) -> Option<Stay<'b>> {
        let existing = self.cx.planning.existing_rows(self.cx.id());
        if existing == 0 {
            return Some(stay);
        }
        let known = &self.cx.planning.request.existing.tables.get(&self.cx.id())?.known;
        let all =
            known.rows.len() as u64 == existing && key.columns.iter().all(|c| known.columns.contains(c));
        if !all {
            return None;
        }
        let mut greatest: Option<Value> = None;
        for row in &known.rows {
            for (column, value) in known.columns.iter().zip(row) {
                let end = match (&stay.columns, value) {
                    // How far these go is not known.
                    (StayColumns::Start(..), _) => return None,
                    (StayColumns::Pair(_, end), value) if end == column => value.clone(),
                    (StayColumns::Range(range, _), Value::Range(set)) if range == column => {
                        set.parts().last()?.high.clone()?
                    }
                    _ => continue,
                };
                if greatest.as_ref().is_none_or(|g| order(g, &end).is_none_or(std::cmp::Ordering::is_lt)) {
                    greatest = Some(end);
                }
            }
        }
        stay.after(&greatest?)
    }

    /// Holds a key by slots for one of its ranges; false where it can't be.
    fn hold_stay(
        &mut self,
        key: &EffectiveKey,
        equal: &[ColumnIdx],
        stay: &Stay<'_>,
    ) -> Result<bool, RowLimit> {
        let rows = self.cx.rows.saturating_add(self.cx.planning.existing_rows(self.cx.id()));
        let groups = self.groups(key, equal);
        let product = groups
            .as_ref()
            .map_or(1, |groups| groups.iter().fold(1_u128, |p, (_, n)| p.saturating_mul((*n).into())));
        let needed = u64::try_from(u128::from(rows).div_ceil(product.max(1))).unwrap_or(u64::MAX);
        let columns = stay.all();
        let law_key = self.cx.joint_key(&columns, "stay");
        match stay.apart(needed, law_key) {
            Some(Layout::Slots(slots)) => {
                self.draw_stays(key, stay, slots, groups.unwrap_or_default());
                Ok(true)
            }
            Some(Layout::TooFew(slots)) if groups.is_some() && self.cx.rows > 0 => {
                let mut factors: Vec<Factor> =
                    groups.iter().flatten().map(|unit| self.draft.factor(&self.cx, unit)).collect();
                factors.push(self.slot_factor(stay, slots));
                let name = self.cx.wording().key(&key.name);
                let limit = RowLimit::of_product(name, factors, self.cx.rows, key.span).undecided();
                if limit.rows < self.cx.rows { Err(limit) } else { Ok(false) }
            }
            _ => Ok(false),
        }
    }

    /// What rows are equal in, each with how many of it there are, where all of it is free and tells its ordinals apart;
    /// `None` where each row needs a slot of its own instead.
    fn groups(&mut self, key: &EffectiveKey, equal: &[ColumnIdx]) -> Option<Vec<(Unit, u64)>> {
        if key.parts.iter().any(|part| matches!(part.term, KeyTerm::Expr(_))) {
            return None;
        }
        let mut groups: Vec<(Unit, u64)> = Vec::new();
        for column in equal {
            let unit = self.draft.owner(*column).map_or(Unit::Column(*column), Unit::Reference);
            if groups.iter().any(|(known, _)| *known == unit) {
                continue;
            }
            if !self.is_free(unit, key) {
                return None;
            }
            let count = match unit {
                Unit::Reference(r) => self.draft.references[r].candidates.len(),
                Unit::Column(c) => self.few_values(c)?,
            };
            groups.push((unit, count));
        }
        groups.iter().all(|(_, count)| *count > 0).then_some(groups)
    }

    /// How many values a column's own list has, if they are few and differ.
    fn few_values(&mut self, column: ColumnIdx) -> Option<u64> {
        if self.facts[column].base.is_text() && self.facts[column].domain.allowed.is_none() {
            return None;
        }
        let listing = self.lists().listing(column, None)?;
        match listing.sampler.cardinality() {
            Cardinality::Exact(len)
                if listing.sampler.is_injective()
                    && listing.entity.is_none()
                    && listing.weights.is_none()
                    && len <= MOST_GROUPS =>
            {
                Some(len)
            }
            _ => None,
        }
    }

    /// Slots as a factor of a product.
    fn slot_factor(&self, stay: &Stay<'_>, count: u64) -> Factor {
        let names = self.cx.names(&stay.all());
        Factor { count, of: Counted::Values(names.join("`, `")) }
    }

    /// Gives the ranges their slots: alone by a permutation, or together with what the key's rows are equal in.
    fn draw_stays(&mut self, key: &EffectiveKey, stay: &Stay<'_>, slots: Slots, groups: Vec<(Unit, u64)>) {
        let columns = stay.all();
        columns.iter().for_each(|c| self.forbid_nulls(*c));
        let law_key = self.cx.joint_key(&columns, "law");
        if groups.is_empty() {
            let permutation = Permutation::new(law_key, slots.count);
            let count = slots.count;
            self.decide_stay(stay, slots, LawKind::Permutation, || {
                CellLaw::Own(Law::Permutation(permutation))
            });
            self.found.key(key, KeyProof::OnceEach { column: columns[0], values: Some(count) });
            return;
        }
        let joint = self.draft.joints.len();
        let digit = groups.len();
        let product = groups.iter().fold(u128::from(slots.count), |p, (_, n)| p.saturating_mul((*n).into()));
        let combinations = u64::try_from(product.min(LONGEST)).unwrap_or(u64::MAX);
        let radices = groups.iter().map(|(_, n)| *n).chain([slots.count]).collect();
        let permutation = Permutation::new(law_key, combinations);
        self.draft.joints.push(JointLaw { permutation, radices, diagonal: false });
        self.draft.closed.insert(joint);
        let mut factors: Vec<Factor> = groups.iter().map(|unit| self.draft.factor(&self.cx, unit)).collect();
        factors.push(self.slot_factor(stay, slots.count));
        for (digit, (unit, _)) in groups.into_iter().enumerate() {
            match unit {
                Unit::Reference(r) => {
                    self.draft.references[r].fix(ReferenceLaw::Joint { joint, digit }, LawKind::Joint);
                }
                Unit::Column(c) => {
                    let Some(listing) = self.lists().listing(c, None) else { continue };
                    let nulls = self.draft.nulls(&self.cx, self.facts, c);
                    let law = CellLaw::Joint { joint, digit };
                    let decision = Decision::listed(listing, law, LawKind::Joint, nulls);
                    self.draft.decide(&self.cx, self.facts, c, decision);
                }
            }
        }
        self.decide_stay(stay, slots, LawKind::Joint, || CellLaw::Joint { joint, digit });
        self.found.key(key, KeyProof::Drawn(ProductDraw { factors, combinations, nulls_from: None }));
    }

    /// A column that says how long ranges take: one of the values that fit every slot.
    fn decide_length(&mut self, column: ColumnIdx, values: &[Value]) {
        let Some(choice) = self.lists().choice(column, values) else { return };
        let shares = vec![60 / values.len().max(1) as u64 + 1; values.len()];
        let law = Law::Stratified(Stratified::new(self.cx.key(column, "law"), &shares));
        let listing = Listing::new(choice, ListKind::Values, ListSource::Type);
        self.draft.decide(&self.cx, self.facts, column, Decision::own(listing, law, NullLaw::NEVER));
    }

    /// Decides the columns of a range: all of them take the same slot.
    fn decide_stay(&mut self, stay: &Stay<'_>, slots: Slots, kind: LawKind, law: impl Fn() -> CellLaw) {
        let (units, dialect) = (stay.units, self.cx.schema().dialect);
        let mut slots = slots;
        if let StayColumns::Start(..) = stay.columns {
            // What a row takes is not the slot's to say, so each has room for the longest.
            slots.lengths = slots.lengths.iter().max().copied().into_iter().collect();
        }
        let slots = Arc::new(slots);
        let ends = |end| Arc::new(StayEnds { slots: Arc::clone(&slots), end, divisor: units.divisor() });
        let mut decide = |column: ColumnIdx, sampler: Arc<dyn seedbed_datagen_core::Sampler>, list| {
            let cell = ColumnProgram::Listed { sampler, law: law(), nulls: NullLaw::NEVER };
            let reason = ColumnReason::List(ListSource::Type.into());
            let decision = Decision { cell, filling: Filling::List(list), law: kind, reason };
            self.draft.decide(&self.cx, self.facts, column, decision);
        };
        match &stay.columns {
            StayColumns::Pair(start, end) => {
                decide(*start, ends(StayEnd::Start), ListKind::Number);
                decide(*end, ends(StayEnd::End), ListKind::Number);
            }
            StayColumns::Start(start, _, length) => {
                decide(*start, ends(StayEnd::Start), ListKind::Number);
                if let Some(column) = length {
                    let longest = slots.lengths.iter().max().copied().unwrap_or(0);
                    self.decide_length(*column, &stay.lengths_within(longest));
                }
            }
            StayColumns::Range(column, ty) => {
                let ranges =
                    StayRanges { slots: Arc::clone(&slots), rounds: 1, units, ty: ty.clone(), dialect };
                decide(*column, Arc::new(ranges), ListKind::Literal);
            }
        }
    }
}

/// The columns of a key's equal parts, each once.
fn equal_columns(key: &EffectiveKey) -> Vec<ColumnIdx> {
    let mut columns: Vec<ColumnIdx> = Vec::new();
    for part in &key.parts {
        let read = match &part.term {
            KeyTerm::Column(c) => vec![*c],
            KeyTerm::Expr(e) => e.columns(),
        };
        columns.extend(read.into_iter().filter(|c| !columns.contains(c)).collect::<Vec<_>>());
    }
    columns
}
