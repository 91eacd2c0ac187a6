//! Sieving rows: what no single law holds is found at plan time, among proposals drawn like any other rows.
//!
//! Keys that overlap, partial keys, keys over expressions, references that share columns with several others, CHECKs
//! over key columns, exclusions: all of these become conditions on proposals. The columns that are still free draw from
//! their product in an order that meets every combination once in each round, so that what can be had is found, and a
//! round without a new row shows that there is none.

mod judge;
mod search;

pub(super) use judge::Surroundings;

use super::draft::{Decision, ProgramDraft, Unit};
use super::facts::{LeftoverCheck, TableProperties};
use super::findings::Findings;
use super::listing::{Documents, TableFacts};
use super::lists::Lists;
use super::table_context::TableContext;
use seedbed_constraints::EffectiveKey;
use seedbed_datagen_core::{Cardinality, Factor};
use seedbed_laws::Permutation;
use seedbed_rows::LawKind;
use seedbed_rows::explain::{KeyProof, ReferenceName, Unguaranteed};
use seedbed_rows::{CellLaw, ColumnProgram, JointLaw, ReferenceLaw};
use seedbed_schema_model::{ColumnIdx, Span};
use seedbed_sql_semantics::supported;
use std::collections::{BTreeSet, HashSet};

/// What proposals must meet.
#[derive(Debug, Default)]
pub(super) struct SieveDraft {
    keys: Vec<EffectiveKey>,
    references: Vec<Membership>,
    checks: Vec<LeftoverCheck>,
    /// The columns and references that follow proposals.
    columns: BTreeSet<ColumnIdx>,
    drafted: BTreeSet<usize>,
    /// Combinations of what is drawn together; a round.
    round: u64,
    /// The factors of a round.
    factors: Vec<Factor>,
}

/// A reference whose columns all follow others: its values must be a parent's.
#[derive(Clone, Debug)]
pub(super) struct Membership {
    pub(super) columns: Vec<ColumnIdx>,
    /// Whether NULLs excuse it only all together (MATCH FULL).
    pub(super) full: bool,
    /// The parent's values, as bytes to compare.
    pub(super) parents: HashSet<Vec<u8>>,
    pub(super) name: ReferenceName,
    pub(super) span: Span,
}

/// What no law holds, for a sieve to hold it.
pub(super) struct Unsolved {
    pub(super) keys: Vec<EffectiveKey>,
    pub(super) references: Vec<Membership>,
}

/// Collects what laws alone don't hold, and gives the free columns of it to a sieve, if there are any. CHECKs that it
/// takes leave `leftover`.
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

impl<'a> SieveDrafting<'_, 'a> {
    fn lists(&mut self) -> Lists<'_, 'a> {
        Lists { cx: self.cx, facts: self.facts, documents: self.documents, found: self.found }
    }

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

    fn can_propose(&self, reference: usize) -> bool {
        match &self.draft.references[reference].law {
            None
            | Some(ReferenceLaw::Joint { .. } | ReferenceLaw::Permutation(_) | ReferenceLaw::Hashed(_)) => {
                true
            }
            // Looked up by columns that the row has already.
            Some(ReferenceLaw::Indexed(_)) => true,
            Some(
                ReferenceLaw::Aligned
                | ReferenceLaw::FanOut(_)
                | ReferenceLaw::Tree { .. }
                | ReferenceLaw::Chain { .. },
            ) => false,
        }
    }

    /// Free columns, and those drawn from a product; not those that are distinct by themselves.
    fn can_be_proposed(&self, column: ColumnIdx) -> bool {
        match &self.draft.cells[column] {
            None => true,
            Some(ColumnProgram::Listed { law: CellLaw::Joint { .. }, .. }) => true,
            Some(_) => false,
        }
    }

    /// Keys that read a column which follows proposals, unless a column outside makes them hold.
    fn take_keys(&self, draft: &mut SieveDraft) {
        for key in &self.cx.constraints.keys {
            let taken = key.reads().any(|c| self.is_proposed(draft, c));
            let holds = key.columns.iter().any(|c| self.draft.is_distinct(*c)) && !key.expressions;
            let always_null = key.nulls_distinct
                && key.columns.iter().any(|c| matches!(self.draft.cells[*c], Some(ColumnProgram::Null)));
            if taken && !holds && !always_null && !draft.keys.contains(key) {
                draft.keys.push(key.clone());
            }
        }
    }

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
            Some(ColumnProgram::Null | ColumnProgram::Server) => true,
            _ => self.cx.is_keyed(column) && !nullable,
        }
    }

    /// One joint law over all that is free: each combination comes once in a round.
    fn draw_from_product(&mut self, draft: &mut SieveDraft) {
        let mut units: Vec<(Unit, u64)> = Vec::new();
        for reference in &draft.drafted {
            if matches!(self.draft.references[*reference].law, Some(ReferenceLaw::Indexed(_))) {
                continue;
            }
            units.push((Unit::Reference(*reference), self.draft.references[*reference].candidates.len()));
        }
        for column in draft.columns.clone() {
            let keyed = draft.keys.iter().any(|k| k.columns.contains(&column));
            let rows = self.cx.rows;
            let listing = if keyed { self.lists().listing(column, Some(rows)) } else { None };
            let Some(listing) = listing.filter(|l| l.entity.is_none()) else { continue };
            let Cardinality::Exact(len) = listing.sampler.cardinality() else { continue };
            if len == 0 {
                continue;
            }
            let nulls = self.draft.nulls(&self.cx, self.facts, column);
            let law = CellLaw::Joint { joint: self.draft.joints.len(), digit: units.len() };
            units.push((Unit::Column(column), len));
            let decision = Decision::listed(listing, law, LawKind::JointSieved, nulls);
            self.draft.decide(&self.cx, self.facts, column, decision);
        }
        let product = units.iter().fold(1_u128, |p, (_, len)| p.saturating_mul((*len).max(1).into()));
        draft.round = u64::try_from(product).unwrap_or(u64::MAX).min(1 << 62);
        draft.factors = units.iter().map(|unit| self.draft.factor(&self.cx, unit)).collect();
        let columns: Vec<ColumnIdx> = draft.keys.iter().flat_map(|k| k.columns.clone()).collect();
        let permutation = Permutation::new(self.cx.joint_key(&columns, "sieve"), draft.round);
        let joint = self.draft.joints.len();
        let radices = units.iter().map(|(_, len)| (*len).max(1)).collect();
        for (digit, (unit, _)) in units.iter().enumerate() {
            if let Unit::Reference(r) = unit {
                self.draft.references[*r].fix(ReferenceLaw::Joint { joint, digit }, LawKind::JointSieved);
            }
        }
        self.draft.joints.push(JointLaw { permutation, radices, diagonal: false });
        // When all values are used up, a nullable key goes on with NULLs.
        let surplus = draft.round.saturating_mul(2);
        for key in draft.keys.iter().filter(|k| k.nulls_distinct && !k.primary && !k.expressions) {
            for column in &key.columns {
                if !self.facts[*column].nullable {
                    continue;
                }
                match self.draft.owner(*column).filter(|r| draft.drafted.contains(r)) {
                    Some(r) => self.draft.references[r].nulls.surplus_from = surplus,
                    None => {
                        if let Some(ColumnProgram::Listed { nulls, law: CellLaw::Joint { .. }, .. }) =
                            &mut self.draft.cells[*column]
                        {
                            nulls.surplus_from = surplus;
                        }
                    }
                }
            }
        }
        for key in draft.keys.clone() {
            self.found.keys.retain(|note| note.key != key.name);
            self.found.key(&key, KeyProof::Sieve);
        }
    }
}

impl SieveDraft {
    /// The columns that follow proposals, those of references among them.
    pub(super) fn sieved(&self, draft: &ProgramDraft) -> BTreeSet<ColumnIdx> {
        let of_references = self.drafted.iter().flat_map(|r| &draft.references[*r].columns);
        self.columns.iter().chain(of_references).copied().collect()
    }

    fn extent(&self) -> [usize; 4] {
        [self.keys.len(), self.checks.len(), self.columns.len(), self.drafted.len()]
    }
}
