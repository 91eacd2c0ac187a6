//! The search for the proposals that become rows.

use super::SieveDraft;
use super::judge::{ProposalJudge, Surroundings};
use crate::row_limit::RowLimit;
use seedbed_datagen_core::ShortfallReason;
use seedbed_datagen_core::SievedOut;
use seedbed_rows::Filled;
use seedbed_rows::Filler;
use seedbed_rows::RowSieve;
use seedbed_rows::explain::{MemoryUse, Wording};
use seedbed_rows::{Program, Programs, ReferenceLaw};
use seedbed_schema_model::ColumnIdx;
use std::collections::BTreeMap;

/// Rounds of combinations that are drawn without a new row before the rest counts as not to be had.
const BARREN_ROUNDS: u64 = 3;
/// Proposals without a new row that are always tried, however small a round is: strata and shared columns differ from
/// round to round.
const BARREN_LEAST: u64 = 2_048;
/// A round longer than this is not waited for to its end.
const BARREN_MOST: u64 = 1 << 18;
/// Proposals made at once.
const BATCH: u64 = 1_024;

impl SieveDraft {
    /// Finds the proposals that become rows.
    ///
    /// # Errors
    /// [`RowLimit`] when there are fewer than the program's rows.
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
        let mut judge = ProposalJudge::new(&self, around, cx);
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
            return Err(self.limit(around, SieveResult { rows: found, asked: program.rows, proposals: next }));
        }
        let memory = MemoryUse::Sieve { proposals: next, bytes: accepted.bytes() as u64 };
        if let Some(sieve) = &mut program.sieve {
            sieve.accepted = accepted;
        }
        Ok(memory)
    }

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

/// What a sieve found.
struct SieveResult {
    rows: u64,
    asked: u64,
    proposals: u64,
}
