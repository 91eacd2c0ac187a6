//! Drafting references: which columns follow which parent, and among which parent rows.
//!
//! Input: the table's foreign keys and the programs of parents. Output: drafted references, each with its candidate
//! rows and NULLs, whose laws are open where keys still have a say. A column has one owner, which fills it. A foreign
//! key that shares columns with an owner must agree with it: it is implied, it restricts the owner's candidates, its
//! own rest is looked up among the parent rows that agree, or its values are tested for membership by the sieve.
//!
//! Cost: nothing per row of a parent, but for foreign keys that share columns, and for columns whose own CHECKs leave
//! part of the parent's values: those read every row of the parent, up to [`TableContext::largest_index`].

mod own_table;
mod shared;
mod wanted;

use super::draft::{Decision, DraftReference, ProgramDraft};
use super::facts::{LeftoverCheck, TableProperties};
use super::findings::Findings;
use super::row_limit::RowLimit;
use super::sieve::Membership;
use super::table_context::TableContext;
use seedbed_constraints::{Alignment, Constraints};
use seedbed_datagen_core::ShortfallReason;
use seedbed_laws::Dealt;
use seedbed_rows::explain::{ColumnReason, MemoryUse, ReferenceName, Unguaranteed, names};
use seedbed_rows::{Candidates, Filler, LawKind, NullLaw, ReferenceLaw};
use seedbed_schema_model::{ColumnIdx, Expr, ForeignKey, MatchKind, TableId};
use seedbed_solver::strip;

/// Pass: gives every referencing column its one owner: wide references first, then narrow ones, each in order of names.
/// Returns the references whose columns all follow others, in ways that no law holds. What references want of their parents'
/// rows, and nothing here sees to, is left for rows to be tested by.
///
/// Limitation: references that share columns in a way that is not solved.
///
/// # Errors
/// [`RowLimit`] when a parent lacks rows: it has none and no NULL excuses the reference, none that a CHECK of the
/// referencing columns allows, or fewer than the rows that have to be aligned with it.
pub(super) fn draft(
    cx: TableContext<'_>,
    facts: &TableProperties<'_>,
    draft: &mut ProgramDraft,
    found: &mut Findings,
    left: &mut Vec<LeftoverCheck>,
) -> Result<Vec<Membership>, RowLimit> {
    let mut pass = ReferenceDrafting { cx, facts, draft, found, left, unsolved: Vec::new() };
    pass.draft_all()?;
    Ok(pass.unsolved)
}

/// The leader of an aligned pair has no more rows than its follower: each of its rows refers to one of the follower's.
///
/// # Errors
/// [`RowLimit`] of the follower's rows.
pub(super) fn check_follower(cx: &TableContext<'_>) -> Result<(), RowLimit> {
    let Some(Alignment::Followed { by } | Alignment::Chooses { from: by }) = cx.constraints.alignment else {
        return Ok(());
    };
    let held = cx.planning.expected_rows(by);
    if held >= cx.rows {
        return Ok(());
    }
    let reason = ShortfallReason::AlignedChild { child: cx.name_of(by), rows: held };
    Err(RowLimit::new(held, reason, cx.table().span))
}

/// The pass at work.
struct ReferenceDrafting<'s, 'a> {
    cx: TableContext<'a>,
    facts: &'s TableProperties<'a>,
    draft: &'s mut ProgramDraft,
    found: &'s mut Findings,
    left: &'s mut Vec<LeftoverCheck>,
    unsolved: Vec<Membership>,
}

impl<'a> ReferenceDrafting<'_, 'a> {
    /// Drafts every reference, those of the table to itself last, by how many of its columns have an owner already.
    fn draft_all(&mut self) -> Result<(), RowLimit> {
        let table = self.cx.table();
        let mut order: Vec<&'a ForeignKey> = self.cx.constraints.references.iter().collect();
        order.sort_by_cached_key(|fk| {
            let itself = fk.parent == self.cx.id();
            (itself, std::cmp::Reverse(fk.columns.len()), names(table, &fk.columns))
        });
        for fk in order {
            if fk.columns.iter().any(|c| self.is_only_computed(*c)) {
                let name = ReferenceName { columns: fk.columns.clone(), parent: fk.parent };
                self.found.limit(Unguaranteed::FixedReference(name), fk.span);
                continue;
            }
            let settled = |c: &ColumnIdx| self.draft.owner(*c).is_some() || self.is_shown_back(fk, *c);
            let owned: Vec<ColumnIdx> = fk.columns.iter().copied().filter(settled).collect();
            if fk.columns.iter().any(|c| self.draft.is_always_null(*c)) && fk.match_kind == MatchKind::Simple
            {
                continue;
            }
            if fk.parent == self.cx.id() {
                self.leave_wants(fk);
                self.draft_self_reference(fk, &owned)?;
            } else if owned.is_empty() {
                self.draft_whole(fk)?;
            } else if owned.len() == fk.columns.len() {
                self.restrict_owner(fk);
            } else {
                self.draft_shared(fk, &owned)?;
            }
        }
        Ok(())
    }

    /// Whether a column is generated, of what no parent's value can be chosen for.
    fn is_only_computed(&self, column: ColumnIdx) -> bool {
        self.cx.constraints.generated.get(column).is_some() && self.facts[column].domain.allowed.is_none()
    }

    /// Whether a column refers to one that in turn refers to it, of a parent that is planned later: `org (id, lead)` to
    /// `person (org, id)`, whose `org` refers to `org (id)`. It is this table's own then, as the parent's rows show it;
    /// a NULL in another column excuses the reference.
    fn is_shown_back(&self, fk: &ForeignKey, column: ColumnIdx) -> bool {
        let is_later = fk.parent != self.cx.id() && self.cx.programs.get(fk.parent).is_none();
        let excused = fk.match_kind == MatchKind::Simple
            && !self.facts[column].nullable
            && fk.columns.iter().any(|c| self.facts[*c].nullable);
        let excused = excused || self.chooses_from(fk.parent);
        let shows = |back: &ForeignKey| {
            let theirs = fk.counterpart(column);
            back.parent == self.cx.id() && theirs.and_then(|c| back.counterpart(c)) == Some(column)
        };
        is_later && excused && Constraints::new(self.cx.schema(), fk.parent).references.iter().any(shows)
    }

    /// Whether each row shows one of the other table's rows, which are dealt out so that it has some.
    fn chooses_from(&self, other: TableId) -> bool {
        self.cx.constraints.alignment == Some(Alignment::Chooses { from: other })
    }

    /// When a reference is NULL: at the rate of its nullable columns, if NULLs in them alone excuse it.
    fn reference_nulls(&self, fk: &ForeignKey, columns: &[ColumnIdx]) -> NullLaw {
        let may_be = |c: &ColumnIdx| self.facts[*c].nullable && !self.cx.table().is_shown_only(*c);
        let nullable: Vec<ColumnIdx> = columns.iter().copied().filter(may_be).collect();
        if nullable.is_empty() || (fk.match_kind == MatchKind::Full && nullable.len() < fk.columns.len()) {
            return NullLaw::NEVER;
        }
        let rate =
            nullable.iter().map(|c| self.draft.null_rate(&self.cx, self.facts, *c)).fold(1.0, f64::min);
        NullLaw::at_rate(self.cx.joint_key(columns, "null"), rate)
    }

    /// Drafts a reference that owns `columns`, of those of the foreign key.
    fn push(
        &mut self,
        fk: &ForeignKey,
        columns: Vec<ColumnIdx>,
        candidates: Candidates,
        nulls: NullLaw,
        law: Option<(ReferenceLaw, LawKind)>,
    ) {
        let parent_columns = columns.iter().filter_map(|c| fk.counterpart(*c)).collect();
        let (law, kind) = law.map_or((None, LawKind::Hashed), |(l, n)| (Some(l), n));
        let is_self = fk.parent == self.cx.id();
        self.draft.references.push(DraftReference {
            parent: fk.parent,
            candidates,
            narrowed: self.is_excused_in_some_rows(fk),
            nulls,
            law,
            columns,
            parent_columns,
            is_self,
            kind,
            origin: fk.origin.clone(),
        });
    }

    /// Whether a reference of a generated column is drawn for all rows that refers in some of them alone:
    /// `CASE WHEN kind = 'post' THEN post_id END`.
    fn is_excused_in_some_rows(&self, fk: &ForeignKey) -> bool {
        let generated = &self.cx.constraints.generated;
        let is_more =
            |c: &ColumnIdx| generated.get(*c).is_some_and(|shown| !matches!(strip(shown), Expr::Column(_)));
        let mut declared = self.cx.table().foreign_keys.iter().filter(|_| !generated.is_empty());
        declared.any(|declared| declared.span == fk.span && declared.columns.iter().any(is_more))
    }

    /// Drafts a reference that owns all of its columns.
    fn draft_whole(&mut self, fk: &ForeignKey) -> Result<(), RowLimit> {
        let candidates = self.cx.candidates(fk);
        if candidates.len() == 0 {
            return self.without_parent(fk);
        }
        if self.cx.constraints.alignment == Some(Alignment::Follows { table: fk.parent })
            && fk.columns.iter().all(|c| !self.facts[*c].nullable)
        {
            self.leave_wants(fk);
            return self.draft_aligned(fk, candidates);
        }
        let Some(candidates) = self.permitted(fk, candidates)? else { return Ok(()) };
        if self.cx.constraints.alignment == Some(Alignment::Dealt { to: fk.parent }) {
            let dealt = Dealt::new(self.cx.joint_key(&fk.columns, "dealt"), candidates.len());
            let law = Some((ReferenceLaw::Dealt(dealt), LawKind::Dealt));
            self.push(fk, fk.columns.clone(), candidates, NullLaw::NEVER, law);
            return Ok(());
        }
        let nulls = self.reference_nulls(fk, &fk.columns);
        self.push(fk, fk.columns.clone(), candidates, nulls, None);
        Ok(())
    }

    /// The follower of an aligned pair: row n refers to row n of the leader.
    fn draft_aligned(&mut self, fk: &ForeignKey, candidates: Candidates) -> Result<(), RowLimit> {
        let held = candidates.len();
        if held < self.cx.rows {
            let reason = ShortfallReason::AlignedParent {
                columns: self.cx.names(&fk.columns),
                parent: self.cx.name_of(fk.parent),
                rows: held,
            };
            return Err(RowLimit::new(held, reason, fk.span).leaving_out(self.cx.leaves_out(fk.parent)));
        }
        let law = Some((ReferenceLaw::Aligned, LawKind::Aligned));
        self.push(fk, fk.columns.clone(), candidates, NullLaw::NEVER, law);
        Ok(())
    }

    /// Of the parent rows, those whose values the referencing columns' own CHECKs and types allow, and that are as the
    /// reference wants them. `None` where the CHECKs leave none, and the reference is NULL.
    fn permitted(&mut self, fk: &ForeignKey, candidates: Candidates) -> Result<Option<Candidates>, RowLimit> {
        let narrowed: Vec<(ColumnIdx, ColumnIdx)> = fk
            .columns
            .iter()
            .zip(&fk.parent_columns)
            .map(|(own, theirs)| (*own, *theirs))
            .filter(|(own, _)| self.facts[*own].domain.restricts_values())
            .collect();
        let too_many = candidates.len() > self.cx.largest_index();
        if narrowed.is_empty() && fk.wants.is_empty() {
            return Ok(Some(candidates));
        }
        if too_many || self.cx.programs.get(fk.parent).is_none() {
            self.leave_wants(fk);
            return Ok(Some(candidates));
        }
        let rows: Vec<u64> = (0..candidates.len()).map(|rank| candidates.row(rank)).collect();
        let allowed = |rows: &[u64]| self.allowed(fk, &narrowed, rows);
        let mut kept = allowed(&rows);
        if kept.len() == rows.len() {
            return Ok(Some(candidates));
        }
        // Rows that are there already may be what the CHECK means.
        if kept.is_empty()
            && candidates.are_generated()
            && let Some(known) = self.cx.programs.get(fk.parent).and_then(|p| p.known.as_ref())
        {
            kept = allowed(&known.present(&fk.parent_columns));
        }
        // A trigger need not take a NULL.
        if kept.is_empty()
            && fk.wants.is_empty()
            && self.leave_null(fk, &|| ColumnReason::NoPermittedParent(fk.parent))
        {
            return Ok(None);
        }
        if kept.is_empty() {
            let (columns, parent) = (self.cx.names(&fk.columns), self.cx.name_of(fk.parent));
            // Other rows of the parent might do.
            let reason = ShortfallReason::NoPermittedParent { columns, parent };
            let limit = RowLimit::new(0, reason, fk.span).undecided();
            return Err(limit.leaving_out(self.cx.leaves_out(fk.parent)));
        }
        self.found.memory.push(MemoryUse::PermittedRows { parent: fk.parent, rows: kept.len() });
        Ok(Some(Candidates::Listed(kept.into())))
    }

    /// Of some parent rows, those of whose columns the referencing columns' domains admit the values, and that are as the
    /// reference wants them.
    fn allowed(&self, fk: &ForeignKey, narrowed: &[(ColumnIdx, ColumnIdx)], rows: &[u64]) -> Vec<u64> {
        let wanted = wanted::wanted_rows(&self.cx, fk, rows);
        let theirs: Vec<ColumnIdx> = narrowed.iter().map(|(_, t)| *t).collect();
        let filled = Filler::new(self.cx.programs, fk.parent, rows, 0)
            .map(|mut f| f.columns(&theirs))
            .unwrap_or_default();
        let allows = |i: usize| {
            narrowed.iter().zip(&filled).all(|((own, _), f)| self.facts.admits(&self.cx, *own, &f.value(i)))
        };
        (0..rows.len()).filter(|i| wanted[*i] && allows(*i)).map(|i| rows[i]).collect()
    }

    /// A parent without rows: the reference is NULL, or the table stays empty.
    fn without_parent(&mut self, fk: &ForeignKey) -> Result<(), RowLimit> {
        if self.leave_null(fk, &|| ColumnReason::EmptyParent(fk.parent)) {
            return Ok(());
        }
        let (columns, parent) = (self.cx.names(&fk.columns), self.cx.name_of(fk.parent));
        // Rows without a key are rows, and others might have one.
        if self.cx.planning.expected_rows(fk.parent) > 0 {
            let reason = ShortfallReason::ParentWithoutKey { columns, parent };
            return Err(RowLimit::new(0, reason, fk.span).undecided());
        }
        let limit = RowLimit::new(0, ShortfallReason::EmptyParent { columns, parent }, fk.span);
        Err(limit.leaving_out(self.cx.leaves_out(fk.parent) || self.is_excused_in_some_rows(fk)))
    }

    /// Leaves the columns of a reference NULL that may be; false where that does not excuse it.
    fn leave_null(&mut self, fk: &ForeignKey, reason: &dyn Fn() -> ColumnReason) -> bool {
        let may_be = |c: &ColumnIdx| self.facts[*c].nullable && !self.draft.is_decided(*c);
        let nullable: Vec<ColumnIdx> = fk.columns.iter().copied().filter(may_be).collect();
        let excused = match fk.match_kind {
            MatchKind::Full => nullable.len() == fk.columns.len(),
            _ => !nullable.is_empty(),
        };
        for column in nullable.into_iter().filter(|_| excused) {
            self.draft.decide(&self.cx, self.facts, column, Decision::null(reason()));
        }
        excused
    }
}
