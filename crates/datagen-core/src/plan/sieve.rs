//! Sieving rows: what no single law holds is found at plan time, among proposals drawn like any other rows.
//!
//! Keys that overlap, partial keys, keys over expressions, references that share columns with several others, CHECKs
//! over key columns, exclusions: all of these become conditions on proposals. The columns that are still free draw from
//! their product in an order that meets every combination once in each round, so that what can be had is found, and a
//! round without a new row shows that there is none.

mod judge;

pub(super) use judge::Surroundings;

use super::Programs;
use super::builder::{Cap, TableBuilder};
use super::facts::{Remaining, context};
use super::keys::Unit;
use super::relation::{EffectiveKey, names};
use crate::fill::Filler;
use crate::filled::Filled;
use crate::program::{Cell, CellLaw, Joint, Program, ReferenceLaw};
use crate::shortfall::counted;
use crate::sieve::RowSieve;
use crate::{Cardinality, ShortfallCode};
use judge::Judge;
use seedbed_laws::Permutation;
use seedbed_schema_model::{ColumnIdx, ForeignKey, MatchKind, Span};
use seedbed_sql_semantics::supported;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What proposals must meet.
#[derive(Debug, Default)]
pub(super) struct SieveDraft {
    keys: Vec<EffectiveKey>,
    references: Vec<Membership>,
    checks: Vec<Remaining>,
    /// The columns and references that follow proposals.
    columns: BTreeSet<ColumnIdx>,
    drafted: BTreeSet<usize>,
    /// Combinations of what is drawn together; a round.
    round: u64,
    /// The factors of a round, for messages.
    factors: Vec<String>,
}

/// A reference whose columns all follow others: its values must be a parent's.
#[derive(Clone, Debug)]
pub(super) struct Membership {
    columns: Vec<ColumnIdx>,
    full: bool,
    parents: HashSet<Vec<u8>>,
    title: String,
    span: Span,
}

/// Rounds of combinations that are drawn without a new row before the rest counts as not to be had.
const BARREN_ROUNDS: u64 = 3;
/// Proposals without a new row that are always tried, however small a round is: strata and shared columns differ from
/// round to round.
const BARREN_LEAST: u64 = 2_048;
/// A round longer than this is not waited for to its end.
const BARREN_MOST: u64 = 1 << 18;
/// Proposals made at once.
const BATCH: u64 = 1_024;

impl TableBuilder<'_> {
    /// Collects what laws alone don't hold, and gives the free columns of it to the sieve.
    pub(super) fn draft_sieve(&mut self) -> Option<SieveDraft> {
        let mut draft = SieveDraft {
            keys: std::mem::take(&mut self.unsolved_keys),
            references: std::mem::take(&mut self.unsolved_references),
            ..SieveDraft::default()
        };
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
        self.sieved = draft.columns.clone();
        for reference in &draft.drafted {
            self.sieved.extend(self.references[*reference].columns.iter().copied());
        }
        Some(draft)
    }

    /// Conditions on columns that are all fixed by other constraints.
    fn without_choice(&mut self, draft: SieveDraft) {
        for key in draft.keys {
            self.limit("unique-overlap", format!("{} leaves no column to choose", key.title), key.span);
        }
        for reference in draft.references {
            let message = format!("{} leaves no column to choose", reference.title);
            self.limit("reference-overlap", message, reference.span);
        }
        self.remaining.extend(draft.checks);
    }

    /// The columns and references of the conditions that can follow proposals.
    fn take_in(&self, draft: &mut SieveDraft) {
        let keys = draft.keys.iter().flat_map(EffectiveKey::reads);
        let references = draft.references.iter().flat_map(|r| r.columns.iter().copied());
        let checks = draft.checks.iter().flat_map(|c| c.expr.columns());
        let read: BTreeSet<ColumnIdx> = keys.chain(references).chain(checks).collect();
        for column in read {
            match self.owner(column) {
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
            .filter_map(|r| self.joint_of_reference(*r))
            .chain(draft.columns.iter().filter_map(|c| self.joint_of_column(*c)))
            .collect();
        draft.drafted.extend(
            (0..self.references.len())
                .filter(|r| self.joint_of_reference(*r).is_some_and(|j| joints.contains(&j))),
        );
        draft.columns.extend(
            (0..self.cells.len())
                .map(|i| ColumnIdx(i as u16))
                .filter(|c| self.joint_of_column(*c).is_some_and(|j| joints.contains(&j))),
        );
    }

    fn joint_of_reference(&self, reference: usize) -> Option<usize> {
        match self.references[reference].law {
            Some(ReferenceLaw::Joint { joint, .. }) => Some(joint),
            _ => None,
        }
    }

    fn joint_of_column(&self, column: ColumnIdx) -> Option<usize> {
        match &self.cells[column] {
            Some(Cell::Listed { law: CellLaw::Joint { joint, .. }, .. }) => Some(*joint),
            _ => None,
        }
    }

    fn can_propose(&self, reference: usize) -> bool {
        match &self.references[reference].law {
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
        match &self.cells[column] {
            None => true,
            Some(Cell::Listed { law: CellLaw::Joint { .. }, .. }) => true,
            Some(_) => false,
        }
    }

    /// Keys that read a column which follows proposals, unless a column outside makes them hold.
    fn take_keys(&self, draft: &mut SieveDraft) {
        for key in &self.relation.keys {
            let taken = key.reads().any(|c| self.is_proposed(draft, c));
            let holds = key.columns.iter().any(|c| self.is_distinct(*c)) && !key.expressions;
            let always_null =
                key.nulls_distinct && key.columns.iter().any(|c| matches!(self.cells[*c], Some(Cell::Null)));
            if taken && !holds && !always_null && !draft.keys.contains(key) {
                draft.keys.push(key.clone());
            }
        }
    }

    fn is_proposed(&self, draft: &SieveDraft, column: ColumnIdx) -> bool {
        draft.columns.contains(&column) || self.owner(column).is_some_and(|r| draft.drafted.contains(&r))
    }

    /// CHECKs whose columns are all fixed by keys or by the sieve, so that no row can be drawn again for them.
    fn take_checks(&mut self, draft: &mut SieveDraft) {
        let remaining = std::mem::take(&mut self.remaining);
        let (take, leave): (Vec<Remaining>, Vec<Remaining>) = remaining.into_iter().partition(|check| {
            let columns = check.expr.columns();
            let fixed = |c: &ColumnIdx| self.is_proposed(draft, *c) || self.is_fixed_by_keys(*c);
            let choice = columns.iter().any(|c| match self.owner(*c) {
                Some(r) => self.can_propose(r),
                None => self.is_proposed(draft, *c) || self.can_be_proposed(*c),
            });
            !columns.is_empty()
                && choice
                && columns.iter().all(fixed)
                && supported(&check.expr, &self.cx()).is_ok()
        });
        self.remaining = leave;
        draft.checks.extend(take);
    }

    /// Whether a column's value, and whether it is NULL, is settled by keys: no later attempt changes it.
    fn is_fixed_by_keys(&self, column: ColumnIdx) -> bool {
        let nullable = self.facts[column].nullable;
        match &self.cells[column] {
            Some(Cell::Null | Cell::Server) => true,
            _ => self.is_keyed(column) && !nullable,
        }
    }

    /// One joint law over all that is free: each combination comes once in a round.
    fn draw_from_product(&mut self, draft: &mut SieveDraft) {
        let mut units: Vec<(Unit, u64, String)> = Vec::new();
        for reference in &draft.drafted {
            if matches!(self.references[*reference].law, Some(ReferenceLaw::Indexed(_))) {
                continue;
            }
            let d = &self.references[*reference];
            let parent = &self.planner.schema[d.parent].name;
            let len = d.candidates.len();
            units.push((Unit::Reference(*reference), len, format!("{} of `{parent}`", counted(len, "row"))));
        }
        for column in draft.columns.clone() {
            let keyed = draft.keys.iter().any(|k| k.columns.contains(&column));
            let listing = if keyed { self.listing(column, Some(self.rows)) } else { None };
            let Some(listing) = listing.filter(|l| l.entity.is_none()) else { continue };
            let Cardinality::Exact(len) = listing.sampler.cardinality() else { continue };
            if len == 0 {
                continue;
            }
            let nulls = self.nulls(column);
            let law = CellLaw::Joint { joint: self.joints.len(), digit: units.len() };
            units.push((
                Unit::Column(column),
                len,
                format!("{} of `{}`", counted(len, "value"), self.relation.table[column].name),
            ));
            let (provider, why) = (listing.provider.clone(), listing.why.clone());
            let cell = Cell::Listed { sampler: listing.sampler, law, nulls };
            self.set(column, cell, &provider, "joint, sieved", &why);
        }
        let product = units.iter().fold(1_u128, |p, (_, len, _)| p.saturating_mul((*len).max(1).into()));
        draft.round = u64::try_from(product).unwrap_or(u64::MAX).min(1 << 62);
        draft.factors = units.iter().map(|(_, _, factor)| factor.clone()).collect();
        let columns: Vec<ColumnIdx> = draft.keys.iter().flat_map(|k| k.columns.clone()).collect();
        let permutation = Permutation::new(self.joint_key(&columns, "sieve"), draft.round);
        let joint = self.joints.len();
        let radices = units.iter().map(|(_, len, _)| (*len).max(1)).collect();
        for (digit, (unit, _, _)) in units.iter().enumerate() {
            if let Unit::Reference(r) = unit {
                self.references[*r].law = Some(ReferenceLaw::Joint { joint, digit });
                self.references[*r].law_name = "joint, sieved";
            }
        }
        self.joints.push(Joint { permutation, radices, diagonal: false });
        // When all values are used up, a nullable key goes on with NULLs.
        let surplus = draft.round.saturating_mul(2);
        for key in draft.keys.iter().filter(|k| k.nulls_distinct && !k.primary && !k.expressions) {
            for column in &key.columns {
                if !self.facts[*column].nullable {
                    continue;
                }
                match self.owner(*column).filter(|r| draft.drafted.contains(r)) {
                    Some(r) => self.references[r].nulls.surplus_from = surplus,
                    None => {
                        if let Some(Cell::Listed { nulls, law: CellLaw::Joint { .. }, .. }) =
                            &mut self.cells[*column]
                        {
                            nulls.surplus_from = surplus;
                        }
                    }
                }
            }
        }
        for key in draft.keys.clone() {
            let earlier = format!("{}: ", key.title);
            self.key_notes.retain(|note| !note.text.starts_with(&earlier));
            self.note(
                &key,
                "holds by the sieve: proposals that would repeat a value are passed over".to_owned(),
            );
        }
    }

    /// A reference whose columns follow other references: its values are looked up among the parent's.
    pub(super) fn must_be_member(&mut self, fk: &ForeignKey) {
        let Some(values) = self.values(fk.parent, &fk.parent_columns) else {
            self.overlap_limit(fk);
            return;
        };
        let title = format!(
            "the reference ({}) to `{}`",
            names(self.relation.table, &fk.columns),
            self.planner.schema[fk.parent].name
        );
        self.unsolved_references.push(Membership {
            columns: fk.columns.clone(),
            full: fk.match_kind == MatchKind::Full,
            parents: values.into_iter().flatten().collect(),
            title,
            span: fk.span,
        });
    }
}

impl SieveDraft {
    fn extent(&self) -> [usize; 4] {
        [self.keys.len(), self.checks.len(), self.columns.len(), self.drafted.len()]
    }

    /// Finds the proposals that become rows.
    ///
    /// # Errors
    /// [`Cap`] when there are fewer than the program's rows.
    pub(super) fn sieve(
        self,
        programs: &Programs,
        program: &mut Program,
        builder: &Surroundings<'_>,
    ) -> Result<String, Cap> {
        let empty = RowSieve {
            columns: self.columns.clone(),
            references: self.drafted.clone(),
            ..RowSieve::default()
        };
        let cx = context(builder.schema, builder.table);
        let mut judge = Judge::new(&self, builder, cx);
        let needed = judge.reads();
        // What a proposal is looked up by may be the row's, too.
        let looked_up_by = self.drafted.iter().flat_map(|r| match &program.references[*r].law {
            ReferenceLaw::Indexed(index) => index.columns.as_slice(),
            _ => &[],
        });
        let outside = needed.iter().chain(looked_up_by).any(|c| !empty.follows(program, *c));
        program.sieve = Some(empty);
        let barren_most = (self.round.saturating_mul(BARREN_ROUNDS)).clamp(BARREN_LEAST, BARREN_MOST);
        let mut accepted = seedbed_laws::RankSelect::default();
        let (mut next, mut barren) = (0_u64, 0_u64);
        let mut size = BATCH;
        while accepted.len() < program.rows && barren <= barren_most {
            // Columns that don't follow proposals are those of the row that a proposal would become, so past a refusal
            // the rest of such a batch is made again.
            let first = accepted.len();
            let proposals: Vec<u64> = (next..next + size).collect();
            let rows: Vec<u64> = (first..first + size).collect();
            let mut filler = Filler::proposing(programs, program, &rows, proposals);
            let filled: BTreeMap<ColumnIdx, Filled> =
                needed.iter().copied().zip(filler.columns(&needed)).collect();
            let mut run = 0;
            for index in 0..size {
                if accepted.len() == program.rows || barren > barren_most {
                    break;
                }
                let passes = judge.accepts(&filled, index as usize);
                next += 1;
                if passes {
                    accepted.push(next - 1);
                    barren = 0;
                    run += 1;
                } else {
                    barren += 1;
                    if outside {
                        break;
                    }
                }
            }
            if outside {
                size = if run == size { (size * 2).min(BATCH) } else { (run * 2).clamp(4, BATCH) };
            }
        }
        let found = accepted.len();
        if found < program.rows {
            return Err(self.cap(found, program.rows, next));
        }
        let memory =
            format!("a sieve of {}: {}", counted(next, "proposal"), counted(accepted.bytes() as u64, "byte"));
        if let Some(sieve) = &mut program.sieve {
            sieve.accepted = accepted;
        }
        Ok(memory)
    }

    fn cap(&self, found: u64, asked: u64, tried: u64) -> Cap {
        let titles: Vec<&str> = self
            .keys
            .iter()
            .map(|k| k.title.as_str())
            .chain(self.references.iter().map(|r| r.title.as_str()))
            .chain(self.checks.iter().map(|c| c.title.as_str()))
            .collect();
        let span = self
            .keys
            .first()
            .map(|k| k.span)
            .or(self.references.first().map(|r| r.span))
            .or(self.checks.first().map(|c| c.span))
            .unwrap_or_default();
        let from =
            if self.factors.is_empty() { format!("{tried} proposals") } else { self.factors.join(" x ") };
        let verb = if titles.len() == 1 { "leaves" } else { "together leave" };
        let reason = format!("{} {verb} {found} rows: {from}; {asked} asked", titles.join(", "));
        Cap::new(found, ShortfallCode::Capacity, reason, span).undecided()
    }
}
