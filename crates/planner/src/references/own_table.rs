//! References of a table to itself.
//!
//! Each row refers to an earlier one (a tree), or to the row before (a chain) where the reference is unique. So no row
//! is its own ancestor, and rows can be loaded in their order.

use super::{ReferenceDrafting, counterpart};
use seedbed_rows::{Candidates, LawKind, NullLaw, ReferenceLaw};
use seedbed_schema_model::{ColumnIdx, ForeignKey};

impl ReferenceDrafting<'_, '_> {
    /// Drafts a reference of the table to itself, of which `owned` columns follow other references.
    ///
    /// Limitation: one whose columns all follow others, or that refers to a column which it fills itself, shares
    /// columns in a way that is not solved.
    pub(super) fn draft_self_reference(&mut self, fk: &ForeignKey, owned: &[ColumnIdx]) {
        // A column that refers to itself holds by being itself.
        if fk.columns.iter().all(|c| counterpart(fk, *c) == Some(*c)) {
            return;
        }
        let free: Vec<ColumnIdx> =
            fk.columns.iter().copied().filter(|c| !owned.contains(c) && !self.draft.is_decided(*c)).collect();
        let in_own_key = free.iter().any(|c| fk.parent_columns.contains(c));
        if free.is_empty() || in_own_key {
            self.found.overlap(fk);
            return;
        }
        let shared: Vec<(ColumnIdx, ColumnIdx)> = fk
            .columns
            .iter()
            .filter(|c| !free.contains(c))
            .filter_map(|c| Some((*c, counterpart(fk, *c)?)))
            .filter(|(a, b)| a != b || owned.contains(a))
            .collect();
        let unique = self.is_unique(&free);
        let nulls = self.roots(&free, unique);
        let law = self.self_law(fk, shared, unique, !nulls.can_vary());
        self.push(fk, free, Candidates::All(self.cx.rows), nulls, Some(law));
    }

    /// Whether some whole key lies within the columns.
    fn is_unique(&self, columns: &[ColumnIdx]) -> bool {
        let mut keys = self.cx.constraints.keys.iter();
        keys.any(|k| k.predicate.is_none() && k.columns.iter().all(|c| columns.contains(c)))
    }

    /// Which rows refer to none, beside the first: a share of roots in a tree, none in a chain.
    fn roots(&self, free: &[ColumnIdx], unique: bool) -> NullLaw {
        if !free.iter().any(|c| self.facts[*c].nullable) {
            return NullLaw::NEVER;
        }
        let rate = if unique { 0.0 } else { self.cx.root_rate(free[0]) };
        NullLaw::at_rate(self.cx.joint_key(free, "null"), rate)
    }

    /// A chain where the reference is unique and shares no columns; otherwise a tree.
    fn self_law(
        &self,
        fk: &ForeignKey,
        shared: Vec<(ColumnIdx, ColumnIdx)>,
        unique: bool,
        rooted_in_itself: bool,
    ) -> (ReferenceLaw, LawKind) {
        if unique && shared.is_empty() {
            return (ReferenceLaw::Chain { rooted_in_itself }, LawKind::Chain);
        }
        let key = self.cx.joint_key(&fk.columns, "reference");
        let referred = fk.parent_columns.clone();
        (ReferenceLaw::Tree { key, referred, shared, rooted_in_itself }, LawKind::Tree)
    }
}
