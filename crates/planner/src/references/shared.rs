//! References that share columns with others.
//!
//! Composite foreign keys of multi-tenant schemas overlap: `(tenant, order)` and `(tenant, customer)` have to agree in
//! `tenant`. One of them owns the shared column; the others are held against it here, by hashed values of the parents'
//! rows.

use super::ReferenceDrafting;
use super::wanted::wanted_rows;
use crate::draft::Decision;
use crate::row_limit::RowLimit;
use crate::sieve::Membership;
use crate::table_context::{ParentRows, ParentValues};
use seedbed_constraints::Constraints;
use seedbed_rows::explain::{ColumnReason, MemoryUse, ReferenceName};
use seedbed_rows::{Candidates, LawKind, ReferenceLaw, SharedIndex};
use seedbed_schema_model::{ColumnIdx, ForeignKey, MatchKind, TableId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

impl ReferenceDrafting<'_, '_> {
    /// Part of the reference's columns follow another reference: its own part is drawn among the parent rows that
    /// agree with them.
    pub(super) fn draft_shared(&mut self, fk: &ForeignKey, owned: &[ColumnIdx]) -> Result<(), RowLimit> {
        let free: Vec<ColumnIdx> = fk.columns.iter().copied().filter(|c| !owned.contains(c)).collect();
        let theirs: Vec<ColumnIdx> = owned.iter().filter_map(|c| fk.counterpart(*c)).collect();
        if self.cx.candidates(fk).len() == 0 {
            return self.without_parent(fk);
        }
        let Some(values) = self.wanted_values(fk, &theirs) else {
            self.draft_beside_later_parent(fk, &free);
            return Ok(());
        };
        let nulls = self.reference_nulls(fk, &free);
        // Without a NULL there has to be an agreeing parent row for whatever the owner draws.
        let is_excused = nulls.can_vary() && self.cx.parents == ParentRows::All;
        let finds_one = nulls.law.is_some() || self.chooses_from(fk.parent) || is_excused;
        if !finds_one && !self.keep_agreeing(fk, owned, &theirs, nulls.can_vary()) && !nulls.can_vary() {
            self.found.overlap(fk);
        }
        let rows = rows_by_value(values);
        let (columns, entries) = (owned.to_vec(), rows.len());
        self.found.memory.push(MemoryUse::SharedIndex { parent: fk.parent, columns, entries });
        let index =
            SharedIndex { key: self.cx.joint_key(&fk.columns, "reference"), columns: owned.to_vec(), rows };
        let law = (ReferenceLaw::Indexed(Arc::new(index)), LawKind::Indexed);
        let candidates = self.cx.candidates(fk);
        self.push(fk, free, candidates, nulls, Some(law));
        Ok(())
    }

    /// Some columns of the rows of the parent that the reference may name; `None` for others.
    fn wanted_values(&self, fk: &ForeignKey, theirs: &[ColumnIdx]) -> Option<ParentValues> {
        let mut values = self.cx.values(fk.parent, theirs)?;
        if !fk.wants.is_empty() {
            let wanted = wanted_rows(&self.cx, fk, &values.rows());
            values.keep(&wanted);
        }
        Some(values)
    }

    /// A parent that is planned later, or is too large to be read: what is free of the reference is NULL where it can
    /// be.
    fn draft_beside_later_parent(&mut self, fk: &ForeignKey, free: &[ColumnIdx]) {
        let nullable: Vec<ColumnIdx> = free.iter().copied().filter(|c| self.facts[*c].nullable).collect();
        for column in &nullable {
            let decision = Decision::null(ColumnReason::LaterParent);
            self.draft.decide(&self.cx, self.facts, *column, decision);
        }
        if nullable.is_empty() {
            self.found.overlap(fk);
        }
    }

    /// Keeps of the one owner's candidates those with which some parent row agrees; false if there are several owners,
    /// or none of the candidates is left.
    fn keep_agreeing(
        &mut self,
        fk: &ForeignKey,
        owned: &[ColumnIdx],
        theirs: &[ColumnIdx],
        may_be_null: bool,
    ) -> bool {
        let Some(owner) = self.only_owner(owned) else { return false };
        let mapped: Vec<ColumnIdx> = owned.iter().filter_map(|c| self.mapped(owner, *c)).collect();
        let before = self.draft.references[owner].candidates.len();
        let is_kept = self.filter_candidates(owner, &mapped, fk, theirs);
        let owner = &mut self.draft.references[owner];
        owner.narrowed |= may_be_null && owner.candidates.len() < before;
        is_kept
    }

    /// The reference that owns all of the columns that have an owner; `None` if there are several.
    pub(super) fn only_owner(&self, columns: &[ColumnIdx]) -> Option<usize> {
        let owners: HashSet<usize> = columns.iter().filter_map(|c| self.draft.owner(*c)).collect();
        owners.iter().min().copied().filter(|_| owners.len() == 1)
    }

    /// All columns of the reference follow other references already: it is implied, or those may only draw parent rows
    /// whose values this one's parent has too.
    pub(super) fn restrict_owner(&mut self, fk: &ForeignKey) {
        let Some(owner) = self.only_owner(&fk.columns) else {
            self.must_be_member(fk);
            return;
        };
        let mapped: Vec<ColumnIdx> = fk.columns.iter().filter_map(|c| self.mapped(owner, *c)).collect();
        if fk.wants.is_empty() && self.is_implied(self.draft.references[owner].parent, &mapped, fk, 0) {
            return;
        }
        if !self.filter_candidates(owner, &mapped, fk, &fk.parent_columns) {
            self.must_be_member(fk);
        }
    }

    /// A reference whose columns follow other references: its values are looked up among the parent's.
    fn must_be_member(&mut self, fk: &ForeignKey) {
        let Some(values) = self.wanted_values(fk, &fk.parent_columns) else {
            self.found.overlap(fk);
            return;
        };
        self.unsolved.push(Membership {
            columns: fk.columns.clone(),
            full: fk.match_kind == MatchKind::Full,
            parents: values.into_present().map(|(_, value)| value).collect(),
            name: ReferenceName { columns: fk.columns.clone(), parent: fk.parent },
            span: fk.span,
        });
    }

    /// The parent column that an owner shows in a column; `None` if the column is not its own.
    fn mapped(&self, owner: usize, column: ColumnIdx) -> Option<ColumnIdx> {
        let draft = &self.draft.references[owner];
        draft.columns.iter().position(|c| *c == column).map(|i| draft.parent_columns[i])
    }

    /// Whether a row of `table` always has a row of the reference's parent with the same values, by references of its
    /// own.
    fn is_implied(&self, table: TableId, columns: &[ColumnIdx], fk: &ForeignKey, depth: u32) -> bool {
        if table == fk.parent && columns == fk.parent_columns {
            return true;
        }
        if depth > 8 {
            return false;
        }
        let relation = Constraints::new(self.cx.schema(), table);
        relation.references.iter().any(|up| {
            let through: Option<Vec<ColumnIdx>> = columns.iter().map(|c| up.counterpart(*c)).collect();
            let present = columns.iter().all(|c| !self.cx.schema()[table][*c].nullable);
            through.is_some_and(|t| {
                present && up.parent != table && self.is_implied(up.parent, &t, fk, depth + 1)
            })
        })
    }

    /// Keeps, of a drafted reference's candidates, those whose `mapped` columns occur as `theirs` in another parent.
    /// False if the other parent isn't planned yet or is too large.
    fn filter_candidates(
        &mut self,
        owner: usize,
        mapped: &[ColumnIdx],
        fk: &ForeignKey,
        theirs: &[ColumnIdx],
    ) -> bool {
        let Some(there) = self.wanted_values(fk, theirs) else { return false };
        let there: HashSet<Vec<u8>> = there.into_present().map(|(_, value)| value).collect();
        let draft = &self.draft.references[owner];
        let Some(here) = self.cx.values(draft.parent, mapped) else { return false };
        let kept: Vec<u64> = (0..draft.candidates.len())
            .map(|rank| draft.candidates.row(rank))
            .filter(|row| here.of_row(*row).is_some_and(|value| there.contains(value)))
            .collect();
        if kept.is_empty() {
            return false;
        }
        let rows = kept.len();
        self.found.memory.push(MemoryUse::AgreeingRows { parent: draft.parent, other: fk.parent, rows });
        self.draft.references[owner].candidates = Candidates::Listed(kept.into());
        true
    }
}

/// Row numbers by their value, each list ascending; rows whose value is NULL are left out.
fn rows_by_value(values: ParentValues) -> HashMap<Vec<u8>, Vec<u64>> {
    let mut rows: HashMap<Vec<u8>, Vec<u64>> = HashMap::new();
    values.into_present().for_each(|(row, value)| rows.entry(value).or_default().push(row));
    rows
}
