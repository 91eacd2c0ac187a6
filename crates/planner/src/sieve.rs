//! Sieving rows: what no single law holds is found at plan time, among proposals drawn like any other rows.
//!
//! Keys that overlap, partial keys, keys over expressions, references that share columns with several others, CHECKs
//! over key columns, exclusions: all of these become conditions on proposals. The columns that are still free draw from
//! their product in an order that meets every combination once in each round, so that what can be had is found, and a
//! round without a new row shows that there is none.
//!
//! A proposal is a row's content by number, from an endless sequence; a row is the n-th proposal that breaks nothing.
//! The accepted numbers are kept as a bitmap with rank and select ([`RowSieve`](seedbed_rows::RowSieve)), so a row
//! remains a function of its number, at the price of a bit for each proposal.
//!
//! - this file collects the conditions, and the columns and references that follow proposals;
//! - `product` gives those one joint law, but for text that `natural` finds to differ often enough by itself;
//! - `search` tries proposals once the rest of the program stands, and `judge` says which break nothing.

mod judge;
mod natural;
mod product;
mod search;

pub(super) use judge::Surroundings;

use super::draft::ProgramDraft;
use super::facts::{LeftoverCheck, TableProperties};
use super::findings::Findings;
use super::listing::{Documents, TableFacts};
use super::table_context::TableContext;
use seedbed_constraints::EffectiveKey;
use seedbed_datagen_core::Factor;
use seedbed_rows::explain::{ReferenceName, Unguaranteed};
use seedbed_rows::{CellLaw, ColumnProgram, ReferenceLaw};
use seedbed_schema_model::{ColumnIdx, Span};
use seedbed_sql_semantics::supported;
use std::collections::{BTreeSet, HashSet};

/// What proposals must meet, and what follows them.
#[derive(Debug, Default)]
pub(super) struct SieveDraft {
    /// Keys whose values may not come again.
    keys: Vec<EffectiveKey>,
    /// References whose columns all follow others.
    references: Vec<Membership>,
    /// CHECKs that no later draw can meet.
    checks: Vec<LeftoverCheck>,
    /// The columns of lists of their own that follow proposals.
    columns: BTreeSet<ColumnIdx>,
    /// Those of them that keep the lists which they would have without keys.
    natural: BTreeSet<ColumnIdx>,
    /// The drafted references that follow proposals, by their place in the draft.
    drafted: BTreeSet<usize>,
    /// Combinations of what is drawn together, saturating: after so many proposals they come again. A round.
    round: u64,
    /// The factors of a round.
    factors: Vec<Factor>,
}

/// A reference whose columns all follow others: its values must be a parent's.
#[derive(Clone, Debug)]
pub(super) struct Membership {
    /// The referencing columns.
    pub(super) columns: Vec<ColumnIdx>,
    /// Whether NULLs excuse it only all together (MATCH FULL).
    pub(super) full: bool,
    /// The parent's values, as bytes to compare.
    pub(super) parents: HashSet<Vec<u8>>,
    /// The reference, as messages name it.
    pub(super) name: ReferenceName,
    /// Where it is declared.
    pub(super) span: Span,
}

/// What no law holds, for a sieve to hold it.
pub(super) struct Unsolved {
    /// Keys.
    pub(super) keys: Vec<EffectiveKey>,
    /// References.
    pub(super) references: Vec<Membership>,
}

/// Pass: collects what laws alone don't hold, and gives the free columns of it to a sieve, if there are any. CHECKs
/// that it takes leave `leftover`. `None` if nothing is unsolved, or no column of it is free.
///
/// Refuses nothing itself; the search does, once the program is whole. Limitations: keys and references that leave no
/// column to choose. Cost: that of the lists of the columns that it takes in.
pub(super) fn draft(
    cx: TableContext<'_>,
    known: TableFacts<'_, '_>,
    draft: &mut ProgramDraft,
    leftover: &mut Vec<LeftoverCheck>,
    unsolved: Unsolved,
    found: &mut Findings,
) -> Option<SieveDraft> {
    let TableFacts { facts, documents } = known;
    SieveDrafting { cx, facts, documents, draft, leftover, found }.draft(unsolved)
}

/// The pass at work.
struct SieveDrafting<'s, 'a> {
    cx: TableContext<'a>,
    facts: &'s TableProperties<'a>,
    documents: &'s Documents,
    draft: &'s mut ProgramDraft,
    leftover: &'s mut Vec<LeftoverCheck>,
    found: &'s mut Findings,
}

impl SieveDrafting<'_, '_> {
    /// Gathers conditions and columns until neither brings more of the other, then draws the columns together.
    fn draft(mut self, unsolved: Unsolved) -> Option<SieveDraft> {
        let mut draft =
            SieveDraft { keys: unsolved.keys, references: unsolved.references, ..SieveDraft::default() };
        // A column that joins brings its keys, and CHECKs that nothing else can meet; those bring columns.
        loop {
            let before = draft.extent();
            self.take_in(&mut draft);
            self.take_keys(&mut draft);
            self.take_checks(&mut draft);
            if before == draft.extent() {
                break;
            }
        }
        if draft.columns.is_empty() && draft.drafted.is_empty() {
            self.without_choice(draft);
            return None;
        }
        self.find_natural(&mut draft);
        self.draw_from_product(&mut draft);
        Some(draft)
    }

    /// Conditions on columns that are all fixed by other constraints.
    fn without_choice(&mut self, draft: SieveDraft) {
        for key in draft.keys {
            self.found.limit(Unguaranteed::FixedKey(key.name), key.span);
        }
        for reference in draft.references {
            self.found.limit(Unguaranteed::FixedReference(reference.name), reference.span);
        }
        self.leftover.extend(draft.checks);
    }

    /// The columns and references of the conditions that can follow proposals.
    fn take_in(&self, draft: &mut SieveDraft) {
        let keys = draft.keys.iter().flat_map(EffectiveKey::reads);
        let references = draft.references.iter().flat_map(|r| r.columns.iter().copied());
        let checks = draft.checks.iter().flat_map(|c| c.expr.columns());
        let read: BTreeSet<ColumnIdx> = keys.chain(references).chain(checks).collect();
        for column in read {
            match self.draft.owner(column) {
                Some(reference) if self.can_propose(reference) => {
                    draft.drafted.insert(reference);
                }
                None if self.can_be_proposed(column) => {
                    draft.columns.insert(column);
                }
                _ => {}
            }
        }
        // What is drawn together stays together, and so does a reference with the columns that it is looked up by.
        let joints: BTreeSet<usize> = draft
            .drafted
            .iter()
            .filter_map(|r| self.draft.joint_of_reference(*r))
            .chain(draft.columns.iter().filter_map(|c| self.draft.joint_of_column(*c)))
            .collect();
        draft.drafted.extend(
            (0..self.draft.references.len())
                .filter(|r| self.draft.joint_of_reference(*r).is_some_and(|j| joints.contains(&j))),
        );
        draft.columns.extend(
            (0..self.draft.cells.len())
                .map(|i| ColumnIdx(i as u16))
                .filter(|c| self.draft.joint_of_column(*c).is_some_and(|j| joints.contains(&j))),
        );
    }

    /// Whether a reference's law may be asked for proposals: laws that deal out rows in order, or follow the row's own
    /// number, may not.
    fn can_propose(&self, reference: usize) -> bool {
        match &self.draft.references[reference].law {
            Some(ReferenceLaw::Joint { joint, .. }) => !self.draft.closed.contains(joint),
            None | Some(ReferenceLaw::Permutation(_) | ReferenceLaw::Hashed(_)) => true,
            // Looked up by columns that the row has already.
            Some(ReferenceLaw::Indexed(_)) => true,
            Some(
                ReferenceLaw::Aligned
                | ReferenceLaw::FanOut(_)
                | ReferenceLaw::Dealt(_)
                | ReferenceLaw::InRound { .. }
                | ReferenceLaw::Mate { .. }
                | ReferenceLaw::Tree { .. }
                | ReferenceLaw::Chain { .. },
            ) => false,
        }
    }

    /// Free columns, and those drawn from a product; not those that are distinct by themselves.
    fn can_be_proposed(&self, column: ColumnIdx) -> bool {
        match &self.draft.cells[column] {
            None => true,
            Some(ColumnProgram::Listed { law: CellLaw::Joint { joint, .. }, .. }) => {
                !self.draft.closed.contains(joint)
            }
            Some(_) => false,
        }
    }

    /// Keys that read a column which follows proposals, unless a column outside makes them hold.
    fn take_keys(&self, draft: &mut SieveDraft) {
        for key in &self.cx.constraints.keys {
            let taken = key.reads().any(|c| self.is_proposed(draft, c));
            let holds = key.telling_columns().iter().any(|c| self.draft.is_distinct(*c));
            let always_null = key.nulls_distinct
                && key.columns.iter().any(|c| matches!(self.draft.cells[*c], Some(ColumnProgram::Null)));
            if taken && !holds && !always_null && !draft.keys.contains(key) {
                draft.keys.push(key.clone());
            }
        }
    }

    /// Whether a column follows proposals, by itself or as part of a reference.
    fn is_proposed(&self, draft: &SieveDraft, column: ColumnIdx) -> bool {
        draft.columns.contains(&column)
            || self.draft.owner(column).is_some_and(|r| draft.drafted.contains(&r))
    }

    /// CHECKs whose columns are all fixed by keys or by the sieve, so that no row can be drawn again for them.
    fn take_checks(&mut self, draft: &mut SieveDraft) {
        let remaining = std::mem::take(self.leftover);
        let (take, leave): (Vec<LeftoverCheck>, Vec<LeftoverCheck>) =
            remaining.into_iter().partition(|check| {
                let columns = check.expr.columns();
                let fixed = |c: &ColumnIdx| self.is_proposed(draft, *c) || self.is_fixed_by_keys(*c);
                let choice = columns.iter().any(|c| match self.draft.owner(*c) {
                    Some(r) => self.can_propose(r),
                    None => self.is_proposed(draft, *c) || self.can_be_proposed(*c),
                });
                !columns.is_empty()
                    && choice
                    && columns.iter().all(fixed)
                    && supported(&check.expr, &self.cx.expressions()).is_ok()
            });
        *self.leftover = leave;
        draft.checks.extend(take);
    }

    /// Whether a column's value, and whether it is NULL, is settled by keys: no later attempt changes it.
    fn is_fixed_by_keys(&self, column: ColumnIdx) -> bool {
        let nullable = self.facts[column].nullable;
        match &self.draft.cells[column] {
            Some(ColumnProgram::Null | ColumnProgram::Server | ColumnProgram::Generated(_)) => true,
            _ => {
                !nullable && (self.draft.is_bound_by_keys(&self.cx, column) || self.cx.is_referred_to(column))
            }
        }
    }
}

impl SieveDraft {
    /// The columns that follow proposals, those of references among them.
    pub(super) fn sieved(&self, draft: &ProgramDraft) -> BTreeSet<ColumnIdx> {
        let of_references = self.drafted.iter().flat_map(|r| &draft.references[*r].columns);
        self.columns.iter().chain(of_references).copied().collect()
    }

    /// How much it holds, to see whether it grows.
    fn extent(&self) -> [usize; 4] {
        [self.keys.len(), self.checks.len(), self.columns.len(), self.drafted.len()]
    }
}
