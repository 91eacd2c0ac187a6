//! The search for the proposals that become rows.
//!
//! It goes through proposals 0, 1, 2 ... and accepts each that breaks nothing beside those accepted before it:
//! greedily, without going back. The n-th accepted proposal is row n, so more rows only add to the end.

use super::SieveDraft;
use super::judge::{ProposalJudge, Surroundings};
use crate::row_limit::RowLimit;
use seedbed_datagen_core::{CancelToken, ShortfallReason, SievedOut};
use seedbed_laws::RankSelect;
use seedbed_rows::explain::{MemoryUse, Wording};
use seedbed_rows::{Filled, Filler, Program, Programs, ReferenceLaw, RowSieve};
use seedbed_schema_model::ColumnIdx;
use std::collections::BTreeMap;

/// Rounds of combinations that are drawn without a new row before the rest counts as not to be had.
const BARREN_ROUNDS: u64 = 3;
/// Proposals without a new row that are always tried, however small a round is: strata and shared columns differ from
/// round to round.
const BARREN_LEAST: u64 = 2_048;
/// A round longer than this is not waited for to its end.
const BARREN_MOST: u64 = 1 << 18;
/// Most proposals made at once.
const BATCH: u64 = 1_024;
/// Fewest proposals made at once.
const SMALLEST_BATCH: u64 = 4;

impl SieveDraft {
    /// Finds the proposals that become rows, and gives them to the program as a bitmap with rank and select.
    ///
    /// Cost: one evaluation of the program and of all conditions for each proposal, and the values of every key of the
    /// rows accepted, until the search has ended. What stays is little more than a bit for each proposal.
    ///
    /// # Errors
    /// [`RowLimit`] when there are fewer than the program's rows. It is undecided: that no further row was found is no
    /// proof that there is none.
    pub(crate) fn sieve(
        self,
        programs: &Programs,
        program: &mut Program,
        around: &Surroundings<'_>,
    ) -> Result<MemoryUse, RowLimit> {
        let empty = RowSieve {
            columns: self.columns.clone(),
            references: self.drafted.clone(),
            ..RowSieve::default()
        };
        let cx = seedbed_rows::table_context(around.schema, around.table);
        let judge = ProposalJudge::new(&self, around, cx);
        let reads = judge.reads();
        let moves_with_row = self.moves_with_row(program, &empty, &reads);
        program.sieve = Some(empty);
        let search = Search {
            judge,
            reads,
            moves_with_row,
            barren_most: self.round.saturating_mul(BARREN_ROUNDS).clamp(BARREN_LEAST, BARREN_MOST),
            accepted: RankSelect::default(),
            next: 0,
            barren: 0,
        };
        let (accepted, proposals) = search.run(programs, program, around.cancel);
        let found = accepted.len();
        if found < program.rows {
            return Err(self.limit(around, SieveResult { rows: found, asked: program.rows, proposals }));
        }
        let memory = MemoryUse::Sieve { proposals, bytes: accepted.bytes() as u64 };
        if let Some(sieve) = &mut program.sieve {
            sieve.accepted = accepted;
        }
        Ok(memory)
    }

    /// Whether what is judged of a proposal depends on the row that it would become: some column that conditions read,
    /// or that a drafted reference is looked up by, does not follow proposals.
    fn moves_with_row(&self, program: &Program, sieve: &RowSieve, reads: &[ColumnIdx]) -> bool {
        let looked_up_by = self.drafted.iter().flat_map(|r| match &program.references[*r].law {
            ReferenceLaw::Indexed(index) => index.columns.as_slice(),
            _ => &[],
        });
        reads.iter().chain(looked_up_by).any(|c| !sieve.follows(program, *c))
    }

    /// Why there are too few rows: all the constraints that meet in the sieve, as no single one of them is to blame.
    fn limit(&self, around: &Surroundings<'_>, found: SieveResult) -> RowLimit {
        let wording = Wording { schema: around.schema, table: around.table };
        let keys = self.keys.iter().map(|k| wording.key(&k.name));
        let references = self.references.iter().map(|r| wording.reference(&r.name));
        let constraints = keys.chain(references).chain(self.checks.iter().map(|c| c.title.clone())).collect();
        let span = self
            .keys
            .first()
            .map(|k| k.span)
            .or(self.references.first().map(|r| r.span))
            .or(self.checks.first().map(|c| c.span))
            .unwrap_or_default();
        let reason = ShortfallReason::Sieved(Box::new(SievedOut {
            constraints,
            factors: self.factors.clone(),
            proposals: found.proposals,
            found: found.rows,
            asked: found.asked,
        }));
        RowLimit::new(found.rows, reason, span).undecided()
    }
}

/// The search at work.
struct Search<'a> {
    judge: ProposalJudge<'a>,
    /// Columns that are filled for each proposal.
    reads: Vec<ColumnIdx>,
    /// Whether a refusal changes what the proposals after it are judged by.
    moves_with_row: bool,
    /// Proposals without a new row after which the search ends.
    barren_most: u64,
    accepted: RankSelect,
    /// The proposal to be judged next.
    next: u64,
    /// Proposals since the last accepted one.
    barren: u64,
}

impl Search<'_> {
    /// Judges proposals in their order until there are as many as the program has rows, or none is found any more, or nobody
    /// wants to know. Returns the accepted ones and how many were judged.
    fn run(mut self, programs: &Programs, program: &Program, cancel: &CancelToken) -> (RankSelect, u64) {
        let mut size = BATCH;
        while !self.has_ended(program) && !cancel.is_canceled() {
            let run = self.judge_batch(programs, program, size);
            if self.moves_with_row {
                size = (run * 2).clamp(SMALLEST_BATCH, BATCH);
            }
        }
        (self.accepted, self.next)
    }

    /// Whether the rows are found, or the rest counts as not to be had.
    fn has_ended(&self, program: &Program) -> bool {
        self.accepted.len() >= program.rows || self.barren > self.barren_most
    }

    /// Fills so many proposals at once and judges them; how many were accepted.
    ///
    /// Columns that don't follow proposals are those of the row that a proposal would become, so past a refusal the
    /// rest of such a batch is made again.
    fn judge_batch(&mut self, programs: &Programs, program: &Program, size: u64) -> u64 {
        let first = self.accepted.len();
        let proposals: Vec<u64> = (self.next..self.next + size).collect();
        let rows: Vec<u64> = (first..first + size).collect();
        let mut filler = Filler::proposing(programs, program, &rows, proposals);
        let columns = filler.columns(&self.reads);
        let filled: BTreeMap<ColumnIdx, Filled> = self.reads.iter().copied().zip(columns).collect();
        for index in 0..size {
            if self.has_ended(program) {
                break;
            }
            let passes = self.judge.accepts(&filled, index as usize);
            self.next += 1;
            if passes {
                self.accepted.push(self.next - 1);
                self.barren = 0;
            } else {
                self.barren += 1;
                if self.moves_with_row {
                    break;
                }
            }
        }
        self.accepted.len() - first
    }
}

/// What a sieve found.
struct SieveResult {
    /// Proposals that were accepted.
    rows: u64,
    /// Rows that the program was to have.
    asked: u64,
    /// Proposals that were judged.
    proposals: u64,
}
