//! References of a table to itself.

use super::{ReferenceDrafting, counterpart};
use seedbed_rows::LawKind;
use seedbed_rows::{Candidates, NullLaw, ReferenceLaw};
use seedbed_schema_model::{ColumnIdx, ForeignKey};

impl ReferenceDrafting<'_, '_> {
    pub(super) fn draft_self_reference(&mut self, fk: &ForeignKey, owned: &[ColumnIdx]) {
        let free: Vec<ColumnIdx> =
            fk.columns.iter().copied().filter(|c| !owned.contains(c) && !self.draft.is_decided(*c)).collect();
        // A column that refers to itself holds by being itself.
        let itself = fk.columns.iter().all(|c| counterpart(fk, *c) == Some(*c));
        if itself || free.is_empty() {
            if !itself {
                self.found.overlap(fk);
            }
            return;
        }
        let in_own_key = free.iter().any(|c| fk.parent_columns.contains(c));
        if in_own_key {
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
        let nullable = free.iter().any(|c| self.facts[*c].nullable);
        let key = self.cx.joint_key(&fk.columns, "reference");
        let unique = self
            .cx
            .constraints
            .keys
            .iter()
            .any(|k| k.predicate.is_none() && k.columns.iter().all(|c| free.contains(c)));
        let (law, name) = if unique && shared.is_empty() {
            (ReferenceLaw::Chain { rooted_in_itself: !nullable }, LawKind::Chain)
        } else {
            (
                ReferenceLaw::Tree {
                    key,
                    referred: fk.parent_columns.clone(),
                    shared,
                    rooted_in_itself: !nullable,
                },
                LawKind::Tree,
            )
        };
        let nulls = if nullable {
            NullLaw::at_rate(
                self.cx.joint_key(&free, "null"),
                if unique { 0.0 } else { self.cx.root_rate(free[0]) },
            )
        } else {
            NullLaw::NEVER
        };
        self.push(fk, free, Candidates::All(self.cx.rows), nulls, Some((law, name)));
    }
}
