//! References of a table to itself.
//!
//! Each row refers to an earlier one (a tree), or to the row before (a chain) where the reference is unique. So no row
//! is its own ancestor, and rows can be loaded in their order. Rows without an earlier one are roots: they refer to
//! none, to themselves where the reference can't be NULL, or to a later row where a CHECK forbids that too.

use super::ReferenceDrafting;
use crate::row_limit::RowLimit;
use seedbed_datagen_core::ShortfallReason;
use seedbed_laws::Dealt;
use seedbed_rows::{Candidates, KnownCells, LawKind, NullLaw, ReferenceLaw, Root};
use seedbed_schema_model::{Check, ColumnIdx, ForeignKey};

/// Rows of each group in which rows refer to one another, on average.
const MATES: u64 = 4;

impl ReferenceDrafting<'_, '_> {
    /// Drafts a reference of the table to itself, of which `owned` columns follow other references.
    ///
    /// Limitation: one whose columns all follow others, or that refers to a column which it fills itself, shares
    /// columns in a way that is not solved.
    ///
    /// # Errors
    /// [`RowLimit`] of 0 when each row must refer to another one, and there is but one.
    pub(super) fn draft_self_reference(
        &mut self,
        fk: &ForeignKey,
        owned: &[ColumnIdx],
    ) -> Result<(), RowLimit> {
        let is_open = |c: &ColumnIdx| !owned.contains(c) && !self.draft.is_decided(*c);
        // A column that refers to itself says which rows may refer to one another.
        let (groups, others): (Vec<ColumnIdx>, Vec<ColumnIdx>) =
            fk.columns.iter().partition(|c| fk.counterpart(**c) == Some(**c));
        if others.is_empty() || self.is_within_wider(fk) {
            return Ok(());
        }
        let free: Vec<ColumnIdx> = others.into_iter().filter(is_open).collect();
        let grouping: Vec<ColumnIdx> = groups.into_iter().filter(is_open).collect();
        let in_own_key = free.iter().any(|c| fk.parent_columns.contains(c));
        if free.is_empty() || in_own_key {
            self.found.overlap(fk);
            return Ok(());
        }
        let shared: Vec<(ColumnIdx, ColumnIdx)> = fk
            .columns
            .iter()
            .filter(|c| !free.contains(c))
            .filter_map(|c| Some((*c, fk.counterpart(*c)?)))
            .filter(|(a, b)| a != b || owned.contains(a) || grouping.contains(a))
            .collect();
        self.draft.grouping.extend(grouping);
        let unique = self.is_unique(&free);
        let nulls = self.roots(&free, unique);
        let root = self.root(fk, &free, nulls.can_vary());
        let law = match root {
            Root::Another => self.never_itself_law(fk, shared, unique)?,
            root => self.self_law(fk, shared, unique, root),
        };
        self.push(fk, free, Candidates::All(self.cx.rows), nulls, Some(law));
        Ok(())
    }

    /// Whether another reference of the table to itself, which no NULL elsewhere excuses, names the same row.
    fn is_within_wider(&self, fk: &ForeignKey) -> bool {
        self.cx.constraints.references.iter().any(|wider| {
            let beside = wider.columns.iter().filter(|c| !fk.columns.contains(c));
            wider.parent == fk.parent
                && wider.columns.len() > fk.columns.len()
                && fk.columns.iter().all(|c| wider.counterpart(*c) == fk.counterpart(*c))
                && beside.into_iter().all(|c| !self.facts[*c].nullable)
        })
    }

    /// Whether some whole key lies within the columns.
    fn is_unique(&self, columns: &[ColumnIdx]) -> bool {
        let mut keys = self.cx.constraints.keys.iter();
        keys.any(|k| k.predicate.is_none() && k.columns.iter().all(|c| columns.contains(c)))
    }

    /// Which rows refer to none, beside the first: a share of roots in a tree, none in a chain or where a CHECK says
    /// which row is the root.
    fn roots(&self, free: &[ColumnIdx], unique: bool) -> NullLaw {
        if !free.iter().any(|c| self.facts[*c].nullable) {
            return NullLaw::NEVER;
        }
        let pinned = free.iter().any(|c| self.draft.pinned_roots.contains_key(c));
        let rate = if unique || pinned { 0.0 } else { self.cx.root_rate(free[0]) };
        NullLaw::at_rate(self.cx.joint_key(free, "null"), rate)
    }

    /// What a row without an earlier one refers to.
    fn root(&self, fk: &ForeignKey, free: &[ColumnIdx], nulls: bool) -> Root {
        let pinned = free.iter().find_map(|c| self.draft.pinned_roots.get(c));
        match pinned {
            Some(root) => *root,
            None if nulls => Root::Absent,
            None if self.cx.table().refers_to_others_only(fk) => Root::Another,
            None => Root::Itself,
        }
    }

    /// The law of rows that may not refer to themselves. Where they also have to agree in columns whose laws are fixed
    /// already, a group of one row is left to refer to itself, which the rows' test tells.
    fn never_itself_law(
        &mut self,
        fk: &ForeignKey,
        shared: Vec<(ColumnIdx, ColumnIdx)>,
        unique: bool,
    ) -> Result<(ReferenceLaw, LawKind), RowLimit> {
        if self.cx.rows == 1 {
            let existing = self.cx.planning.request.existing.tables.get(&self.cx.id());
            if existing.is_none_or(|t| t.known.rows.is_empty()) {
                return Err(self.no_other_row(fk));
            }
            return Ok(self.self_law(fk, shared, unique, Root::Known(KnownCells::number(0))));
        }
        if shared.is_empty() {
            return Ok(self.self_law(fk, shared, unique, Root::Another));
        }
        let mates = if unique { None } else { self.mates(fk, &shared) };
        Ok(mates.unwrap_or_else(|| self.self_law(fk, shared, unique, Root::Itself)))
    }

    /// One row alone can't refer to another.
    fn no_other_row(&self, fk: &ForeignKey) -> RowLimit {
        let is_of = |check: &&Check| fk.columns.iter().any(|c| check.expr.columns().contains(c));
        let checks = self.cx.constraints.checks.iter().filter(is_of).map(|check| check.text.clone());
        RowLimit::new(0, ShortfallReason::Contradiction { checks: checks.collect() }, fk.span)
    }

    /// Where rows must refer to others of their group, which a reference decides that has no law yet: groups of several
    /// rows each, in which a row's mate is arithmetic.
    fn mates(
        &mut self,
        fk: &ForeignKey,
        shared: &[(ColumnIdx, ColumnIdx)],
    ) -> Option<(ReferenceLaw, LawKind)> {
        let columns: Vec<ColumnIdx> = shared.iter().map(|(own, _)| *own).collect();
        if columns.is_empty() || shared.iter().any(|(own, theirs)| own != theirs) {
            return None;
        }
        let owner = self.only_owner(&columns)?;
        let key = self.cx.joint_key(&fk.columns, "mate");
        let dealt_key = self.cx.joint_key(&self.draft.references[owner].columns, "dealt");
        let reference = &mut self.draft.references[owner];
        if reference.law.is_some() || reference.is_self {
            return None;
        }
        let groups = reference.candidates.len().min(self.cx.rows / MATES).max(1);
        let dealt = Dealt::new(dealt_key, groups);
        reference.nulls = NullLaw::NEVER;
        reference.fix(ReferenceLaw::Dealt(dealt), LawKind::Dealt);
        Some((ReferenceLaw::Mate { dealt, key }, LawKind::Mate))
    }

    /// A chain where the reference is unique and shares no columns; otherwise a tree.
    fn self_law(
        &self,
        fk: &ForeignKey,
        shared: Vec<(ColumnIdx, ColumnIdx)>,
        unique: bool,
        root: Root,
    ) -> (ReferenceLaw, LawKind) {
        if unique && shared.is_empty() {
            return (ReferenceLaw::Chain { root }, LawKind::Chain);
        }
        let key = self.cx.joint_key(&fk.columns, "reference");
        let referred = fk.parent_columns.clone();
        (ReferenceLaw::Tree { key, referred, shared, root }, LawKind::Tree)
    }
}
