//! Keys that a position holds: children in groups, numbered within each.
//!
//! The key of a weak entity, such as `(order_id, line_no)`: a fan-out deals the rows to parents so that children of one
//! parent are neighbours, and a child's position among them is its partial key. Numbers then look as they do in real
//! data, 1, 2, 3 under each parent, which a draw from the product would not give.

use super::{ChildNumbering, KeyFixing};
use crate::draft::{Decision, Unit};
use crate::listing::Listing;
use seedbed_constraints::EffectiveKey;
use seedbed_datagen_core::KnownRows;
use seedbed_laws::{Dealt, FanOut};
use seedbed_rows::explain::{ColumnReason, Filling, KeyProof, ListKind, ListSource, ProductDraw};
use seedbed_rows::list::Progression;
use seedbed_rows::{CellLaw, ColumnProgram, LawKind, NullLaw, ReferenceLaw};
use seedbed_schema_model::{ColumnIdx, SqlType, TableId};
use seedbed_solver::Units;
use seedbed_sql_values::{KeyPartRule, Value, push_key_part};
use std::collections::BTreeMap;
use std::sync::Arc;

impl KeyFixing<'_, '_> {
    /// Holds a key of one reference and one integer column so; false where that can't be: the reference may be NULL,
    /// the spec or a CHECK list says the numbers, or there are too few of them for the rows. Of parents that are there the
    /// numbers go on behind their children.
    pub(super) fn number_positions(&mut self, key: &EffectiveKey, units: &[Unit], free: &[Unit]) -> bool {
        let Some((reference, column)) = self.reference_and_column(key, units, free) else { return false };
        let Some((low, high)) = self.position_range(reference, column) else { return false };
        let Some(after) = self.positions_there(key, reference, column, low) else { return false };
        let parents = self.draft.references[reference].candidates.len();
        let most = u64::try_from(high - low + 1).unwrap_or(u64::MAX);
        let most = most.saturating_sub(after.iter().copied().max().unwrap_or(0));
        let held = match self.dealt(reference) {
            Some(dealt) => dealt.parents().saturating_mul(most),
            None => parents.saturating_mul(most),
        };
        if held < self.cx.rows {
            return false;
        }
        if self.dealt(reference).is_none() {
            let law = FanOut::new(self.cx.joint_key(&key.columns, "fan-out"), parents, self.cx.rows, most);
            self.draft.references[reference].fix(ReferenceLaw::FanOut(law), LawKind::FanOut);
        }
        let sampler = Arc::new(Progression::new(low, high, 1));
        let law = CellLaw::Position { reference, after: after.into() };
        let cell = ColumnProgram::Listed { sampler, law, nulls: NullLaw::NEVER };
        let (filling, reason) = (Filling::List(ListKind::Position), ColumnReason::Position);
        let decision = Decision { cell, filling, law: LawKind::Position, reason };
        self.draft.decide(&self.cx, self.facts, column, decision);
        self.found.key(key, KeyProof::Positions(column));
        true
    }

    /// For each parent row that may be drawn, how many numbers its children that are there take from `low` on; none where
    /// all parents are new. `None` if the children are not known.
    fn positions_there(
        &self,
        key: &EffectiveKey,
        reference: usize,
        column: ColumnIdx,
        low: i128,
    ) -> Option<Vec<u64>> {
        let Some(there) = self.cx.existing().filter(|there| there.rows > 0) else { return Some(Vec::new()) };
        let draft = &self.draft.references[reference];
        let parent = self.cx.planning.request.existing.tables.get(&draft.parent);
        let is_new = draft.candidates.are_generated();
        let Some(parent) = parent.filter(|_| !is_new) else { return Some(Vec::new()) };
        let greatest = self.cx.planning.existing_greatest(self.cx.id(), column)?;
        let count = |number: i128| u64::try_from(number - low + 1).unwrap_or(0);
        if there.known.rows.len() as u64 != there.rows {
            return Some(vec![count(greatest); usize::try_from(draft.candidates.len()).ok()?]);
        }
        let shown =
            draft.columns.iter().zip(&draft.parent_columns).filter(|(own, _)| key.columns.contains(own));
        let (own, theirs): (Vec<ColumnIdx>, Vec<ColumnIdx>) =
            shown.map(|(own, theirs)| (*own, *theirs)).unzip();
        let position = there.known.columns.iter().position(|c| *c == column)?;
        let mut greatest: BTreeMap<Vec<u8>, i128> = BTreeMap::new();
        for (row, value) in
            there.known.rows.iter().zip(self.encoded(&there.known, &own, &theirs, draft.parent)?)
        {
            if let Some(Value::Integer(number)) = row.get(position) {
                let last = greatest.entry(value).or_insert(*number);
                *last = (*last).max(*number);
            }
        }
        let parents = self.encoded(&parent.known, &theirs, &theirs, draft.parent)?;
        let first = self.cx.programs.get(draft.parent)?.known.as_ref()?.numbers().start;
        let after = (0..draft.candidates.len()).map(|rank| {
            // A parent that the run makes has no children yet.
            let Some(row) = draft.candidates.row(rank).checked_sub(first) else { return Some(0) };
            let value = parents.get(usize::try_from(row).ok()?)?;
            Some(greatest.get(value).map_or(0, |number| count(*number)))
        });
        after.collect()
    }

    /// Rows by the values of some columns, as bytes that are equal where the parent's columns take them for equal.
    fn encoded(
        &self,
        known: &KnownRows,
        columns: &[ColumnIdx],
        as_of: &[ColumnIdx],
        parent: TableId,
    ) -> Option<Vec<Vec<u8>>> {
        let schema = self.cx.schema();
        let places: Option<Vec<usize>> =
            columns.iter().map(|c| known.columns.iter().position(|known| known == c)).collect();
        let places = places?;
        let encode = |row: &Vec<Value>| {
            let mut bytes = Vec::new();
            for (at, column) in places.iter().zip(as_of) {
                let rule = KeyPartRule::of_column(&schema[parent][*column]);
                push_key_part(&mut bytes, row.get(*at).unwrap_or(&Value::Null), rule, schema);
            }
            bytes
        };
        Some(known.rows.iter().map(encode).collect())
    }

    /// Holds a key of a dealt reference and another one, which is free: the children of each parent take the other's
    /// candidates in an order of their own, one after the other. False where there are too few of them for the rounds.
    pub(super) fn go_round(&mut self, key: &EffectiveKey, units: &[Unit], free: &[Unit]) -> bool {
        let [Unit::Reference(other)] = *free else { return false };
        let is_dealt = |unit: &Unit| matches!(unit, Unit::Reference(r) if self.dealt(*r).is_some());
        let Some(Unit::Reference(first)) = units.iter().find(|unit| is_dealt(unit)) else { return false };
        let (Some(dealt), held) = (self.dealt(*first), self.draft.references[other].candidates.len()) else {
            return false;
        };
        let occupied = self.cx.planning.existing_rows(self.cx.id()) > 0
            && !self.draft.references[*first].candidates.are_generated();
        if dealt.parents().saturating_mul(held) < self.cx.rows || occupied {
            return false;
        }
        if !self.forbid_colliding(key, &key.columns) {
            return false;
        }
        let law = ReferenceLaw::InRound { dealt, key: self.cx.joint_key(&key.columns, "round") };
        self.draft.references[other].fix(law, LawKind::InRound);
        let factor = |unit: Unit, count: u64| self.draft.factor(&self.cx, &(unit, count));
        let factors =
            vec![factor(Unit::Reference(*first), dealt.parents()), factor(Unit::Reference(other), held)];
        let combinations = dealt.parents().saturating_mul(held);
        self.found.key(key, KeyProof::Drawn(ProductDraw { factors, combinations, nulls_from: None }));
        true
    }

    /// The law of a reference that is dealt out.
    fn dealt(&self, reference: usize) -> Option<Dealt> {
        match self.draft.references[reference].law {
            Some(ReferenceLaw::Dealt(law)) => Some(law),
            _ => None,
        }
    }

    /// The reference and the column of a key over one of each, both free, for all rows; or the reference is dealt out.
    fn reference_and_column(
        &self,
        key: &EffectiveKey,
        units: &[Unit],
        free: &[Unit],
    ) -> Option<(usize, ColumnIdx)> {
        let allowed = self.numbering == ChildNumbering::Allowed && key.predicate.is_none();
        match units {
            [Unit::Reference(r), Unit::Column(c)] | [Unit::Column(c), Unit::Reference(r)]
                if allowed && (free.len() == 2 || free == [Unit::Column(*c)] && self.dealt(*r).is_some()) =>
            {
                Some((*r, *c))
            }
            _ => None,
        }
    }

    /// The first and the last position that an integer column can hold, from 1 unless a CHECK says otherwise; `None`
    /// where its values or NULLs are said by something else than positions, as by a CHECK that leaves some of them out.
    fn position_range(&self, reference: usize, column: ColumnIdx) -> Option<(i128, i128)> {
        let facts = &self.facts[column];
        let counts = matches!(facts.base, SqlType::Integer { .. })
            && self.cx.column(column).numbering.is_none()
            && facts.domain.allowed.is_none();
        if !counts
            || self.cx.spec_of(column).is_some()
            || self.draft.references[reference].nulls.law.is_some()
            || facts.nullable
        {
            return None;
        }
        let units = Units::of(facts.base, self.cx.schema().dialect)?;
        let (low, high) = units.range(&facts.domain, true)?;
        let low = if facts.domain.low.is_none() { low.max(1) } else { low };
        let mut numbers = Listing::new(Progression::new(low, high, 1), ListKind::Position, ListSource::Type);
        numbers.sequential = true;
        (!self.is_refused(column, &numbers)).then_some((low, high))
    }
}
