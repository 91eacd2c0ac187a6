//! What lists and laws leave over, as groups of conditions that are met together.
//!
//! Input: the leftover conditions and the draft, in which all columns are decided. Output: groups of conditions, which
//! are the connected components of "share a column that may change": each is settled by itself, row by row. Conditions
//! that no column can be changed for stand alone, to be told where rows break them.

use super::draft::ProgramDraft;
use super::facts::{LeftoverCheck, TableProperties};
use super::findings::Findings;
use super::listing::{Documents, TableFacts};
use super::row_limit::RowLimit;
use super::table_context::TableContext;
use seedbed_datagen_core::ShortfallReason;
use seedbed_rows::explain::Unguaranteed;
use seedbed_rows::{CellLaw, ColumnProgram, LeftoverChecks, LeftoverGroup, ReferenceLaw};
use seedbed_schema_model::{ColumnIdx, Expr, Span};
use seedbed_sql_semantics::supported;
use std::collections::BTreeSet;

/// Conditions that share columns which may change: a component, as far as it is known.
#[derive(Default)]
struct Gathered {
    /// The conditions.
    checks: Vec<Expr>,
    /// The columns that they read, some more than once.
    reads: Vec<ColumnIdx>,
    /// The columns that may change for them, some more than once.
    changeable: Vec<ColumnIdx>,
    /// The constraint of each condition, and where it is declared.
    titles: Vec<(String, Span)>,
}

/// Pass: groups the leftover conditions by the columns that may change, and names what can't be evaluated. `sieved`
/// columns follow proposals.
///
/// Limitation: a condition that can't be evaluated here is left out, and told. Cost: the branches of each group, which
/// the solver keeps within its own limits.
///
/// # Errors
/// [`RowLimit`] of 0 when it is certain that no row meets the conditions of a group.
pub(super) fn group(
    cx: TableContext<'_>,
    known: TableFacts<'_, '_>,
    draft: &ProgramDraft,
    leftover: Vec<LeftoverCheck>,
    sieved: &BTreeSet<ColumnIdx>,
    found: &mut Findings,
) -> Result<LeftoverChecks, RowLimit> {
    let TableFacts { facts, documents } = known;
    LeftoverPass { cx, facts, documents, draft, sieved, found }.group(leftover)
}

/// The pass at work.
pub(super) struct LeftoverPass<'s, 'a> {
    /// The table.
    pub(super) cx: TableContext<'a>,
    /// What its columns may hold.
    pub(super) facts: &'s TableProperties<'a>,
    /// Lists of JSON documents.
    pub(super) documents: &'s Documents,
    /// The program, decided but for its leftover conditions.
    pub(super) draft: &'s ProgramDraft,
    /// Columns that follow proposals, and so never change.
    pub(super) sieved: &'s BTreeSet<ColumnIdx>,
    /// Where limitations are told.
    pub(super) found: &'s mut Findings,
}

impl LeftoverPass<'_, '_> {
    /// Merges conditions into components, one after the other, and makes groups of them.
    fn group(&mut self, leftover: Vec<LeftoverCheck>) -> Result<LeftoverChecks, RowLimit> {
        let mut groups: Vec<Gathered> = Vec::new();
        for LeftoverCheck { expr, title, span } in leftover {
            if !self.is_readable(&expr, &title, span) {
                continue;
            }
            let reads = expr.columns();
            let mut group = Gathered {
                checks: vec![expr],
                changeable: self.with_siblings(&reads).into_iter().filter(|c| self.may_change(*c)).collect(),
                reads,
                titles: vec![(title, span)],
            };
            let (rest, apart): (Vec<Gathered>, Vec<Gathered>) = groups
                .into_iter()
                .partition(|other| other.changeable.iter().any(|c| group.changeable.contains(c)));
            for other in rest {
                group.checks.extend(other.checks);
                group.titles.extend(other.titles);
                group.reads.extend(other.reads);
                group.changeable.extend(other.changeable);
            }
            groups = apart;
            groups.push(group);
        }
        let groups: Vec<LeftoverGroup> = groups.into_iter().map(|g| self.finished(g)).collect();
        let impossible = groups.iter().find(|g| g.branches.is_impossible(&self.cx.expressions()));
        match impossible.filter(|_| self.cx.rows > 0) {
            Some(group) => Err(self.contradiction(group)),
            None => Ok(LeftoverChecks { groups }),
        }
    }

    /// The CHECKs of a group that no row meets, as the reason why there is none.
    fn contradiction(&self, group: &LeftoverGroup) -> RowLimit {
        let checks = group.titles.iter().map(|(title, _)| title.clone()).collect();
        let span = group.titles.first().map_or(self.cx.table().span, |(_, span)| *span);
        RowLimit::new(0, ShortfallReason::Contradiction { checks }, span)
    }

    /// A component as the program has it, in an order that does not depend on the DDL.
    fn finished(&mut self, gathered: Gathered) -> LeftoverGroup {
        let Gathered { checks, mut reads, mut changeable, titles } = gathered;
        for list in [&mut reads, &mut changeable] {
            list.sort_unstable();
            list.dedup();
        }
        // By their own words, so that the order of constraints in the DDL doesn't matter.
        let mut both: Vec<(Expr, (String, Span))> = checks.into_iter().zip(titles).collect();
        both.sort_by(|(_, (a, _)), (_, (b, _))| a.cmp(b));
        let (checks, titles): (Vec<Expr>, Vec<(String, Span)>) = both.into_iter().unzip();
        let redrawn = self.redrawable(&changeable);
        let branches = self.branches(&checks, &reads, &changeable);
        LeftoverGroup { checks, redrawn, titles, hopeless: false, branches }
    }

    /// Whether anything of a column may change after its own draw: columns in no unique key; else, and of references,
    /// whether they are NULL.
    fn may_change(&self, column: ColumnIdx) -> bool {
        self.freedom(column) != seedbed_solver::Freedom::Fixed || self.is_redrawable(column)
    }

    /// Columns whose values may be drawn again: in no unique key, and not numbered; of references, those whose law no
    /// key has fixed.
    fn is_redrawable(&self, column: ColumnIdx) -> bool {
        let settled = self.draft.is_bound_by_keys(&self.cx, column)
            || self.cx.is_referred_to(column)
            || self.sieved.contains(&column);
        let settled = settled || self.draft.placed.contains(&column);
        match &self.draft.cells[column] {
            Some(ColumnProgram::Listed { law: CellLaw::Own(_) | CellLaw::Entity(_), .. }) => !settled,
            Some(ColumnProgram::Referenced { reference, .. }) => {
                !settled
                    && matches!(
                        self.draft.references[*reference].law,
                        Some(ReferenceLaw::Hashed(_) | ReferenceLaw::Tree { .. } | ReferenceLaw::Indexed(_))
                    )
            }
            _ => false,
        }
    }

    /// Of some columns, those that can be drawn again without leaving others behind that follow them: the greatest such
    /// set, found by taking out columns until none is torn from what has to move with it.
    fn redrawable(&self, columns: &[ColumnIdx]) -> Vec<ColumnIdx> {
        let mut redrawn: Vec<ColumnIdx> =
            columns.iter().copied().filter(|c| self.is_redrawable(*c)).collect();
        loop {
            let torn = |c: &ColumnIdx| {
                let Some(owner) = self.draft.owner(*c) else { return false };
                let follows = |r: usize| match &self.draft.references[r].law {
                    Some(ReferenceLaw::Indexed(index)) => index.columns.clone(),
                    Some(ReferenceLaw::Tree { shared, .. }) => shared.iter().map(|(own, _)| *own).collect(),
                    _ => Vec::new(),
                };
                // Its own siblings, what it follows as far as that moves, and what follows it.
                let moves = |c: &ColumnIdx| self.is_redrawable(*c);
                let mut together = self.draft.references[owner].columns.clone();
                together.extend(follows(owner).into_iter().filter(moves));
                for (r, other) in self.draft.references.iter().enumerate() {
                    if follows(r).iter().any(|c| self.draft.references[owner].columns.contains(c)) {
                        together.extend(other.columns.iter().copied());
                    }
                }
                together.iter().any(|c| {
                    matches!(self.draft.cells[*c], Some(ColumnProgram::Referenced { .. }))
                        && !redrawn.contains(c)
                })
            };
            let Some(at) = redrawn.iter().position(torn) else { return redrawn };
            redrawn.remove(at);
        }
    }

    /// The columns, and those of the same references and of references that share columns with them.
    fn with_siblings(&self, columns: &[ColumnIdx]) -> Vec<ColumnIdx> {
        let mut all = columns.to_vec();
        for reference in &self.cx.constraints.references {
            if reference.columns.iter().any(|c| columns.contains(c)) {
                all.extend(reference.columns.iter().copied());
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether a condition is more than a constant and can be evaluated here; what can't be is told.
    fn is_readable(&mut self, expr: &Expr, title: &str, span: Span) -> bool {
        if matches!(expr, Expr::Literal(_)) {
            return false;
        }
        let cannot = supported(expr, &self.cx.expressions()).err();
        if let Some(unsupported) = cannot {
            let (check, what) = (title.to_owned(), unsupported.what.to_string());
            self.found.limit(Unguaranteed::Unreadable { check, what }, span);
            return false;
        }
        true
    }
}
