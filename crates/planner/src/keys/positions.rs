//! Keys that a position holds: children in groups, numbered within each.
//!
//! The key of a weak entity, such as `(order_id, line_no)`: a fan-out deals the rows to parents so that children of one
//! parent are neighbours, and a child's position among them is its partial key. Numbers then look as they do in real
//! data, 1, 2, 3 under each parent, which a draw from the product would not give.

use super::{ChildNumbering, KeyFixing};
use crate::draft::{Decision, Unit};
use seedbed_constraints::EffectiveKey;
use seedbed_laws::FanOut;
use seedbed_rows::explain::{ColumnReason, Filling, KeyProof, ListKind};
use seedbed_rows::list::Progression;
use seedbed_rows::{CellLaw, ColumnProgram, LawKind, NullLaw, ReferenceLaw};
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_solver::Units;
use std::sync::Arc;

impl KeyFixing<'_, '_> {
    /// Holds a key of one reference and one integer column so; false where that can't be: the reference may be NULL,
    /// the spec or a CHECK list says the numbers, or there are too few of them for the rows.
    pub(super) fn number_positions(&mut self, key: &EffectiveKey, units: &[Unit], free: &[Unit]) -> bool {
        let Some((reference, column)) = self.reference_and_column(key, units, free) else { return false };
        let Some((low, high)) = self.position_range(reference, column) else { return false };
        let parents = self.draft.references[reference].candidates.len();
        let most = u64::try_from(high - low + 1).unwrap_or(u64::MAX);
        if parents.saturating_mul(most) < self.cx.rows {
            return false;
        }
        let law = FanOut::new(self.cx.joint_key(&key.columns, "fan-out"), parents, self.cx.rows, most);
        self.draft.references[reference].fix(ReferenceLaw::FanOut(law), LawKind::FanOut);
        let sampler = Arc::new(Progression::new(low, high, 1));
        let cell =
            ColumnProgram::Listed { sampler, law: CellLaw::Position { reference }, nulls: NullLaw::NEVER };
        let (filling, reason) = (Filling::List(ListKind::Position), ColumnReason::Position);
        let decision = Decision { cell, filling, law: LawKind::Position, reason };
        self.draft.decide(&self.cx, self.facts, column, decision);
        self.found.key(key, KeyProof::Positions(column));
        true
    }

    /// The reference and the column of a key over one of each, both free, for all rows.
    fn reference_and_column(
        &self,
        key: &EffectiveKey,
        units: &[Unit],
        free: &[Unit],
    ) -> Option<(usize, ColumnIdx)> {
        let allowed = self.numbering == ChildNumbering::Allowed && key.predicate.is_none();
        match units {
            [Unit::Reference(r), Unit::Column(c)] | [Unit::Column(c), Unit::Reference(r)]
                if allowed && free.len() == 2 =>
            {
                Some((*r, *c))
            }
            _ => None,
        }
    }

    /// The first and the last position that an integer column can hold, from 1 unless a CHECK says otherwise; `None`
    /// where its values or NULLs are said by something else than positions.
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
        Some((if facts.domain.low.is_none() { low.max(1) } else { low }, high))
    }
}
