//! The sieve over rows: where several keys, references and CHECKs meet in the same columns, so that no law holds them all
//! by construction, a table of endless proposals is imagined, and the rows are those proposals that break nothing.
//!
//! Which proposals are accepted is found when planning, in their order, so more rows only add to the end; a row is still
//! a pure function of its number.

use crate::column_program::ColumnProgram;
use crate::program::Program;
use seedbed_laws::RankSelect;
use seedbed_schema_model::ColumnIdx;
use std::collections::BTreeSet;

/// The accepted proposals of a table, and which of its columns follow them.
#[derive(Debug, Default)]
pub struct RowSieve {
    /// Columns whose laws are asked for the proposal's number, not the row's.
    pub columns: BTreeSet<ColumnIdx>,
    /// References likewise.
    pub references: BTreeSet<usize>,
    /// The proposal of each row.
    pub accepted: RankSelect,
}

impl RowSieve {
    /// Whether a column of the program follows proposals.
    pub fn follows(&self, program: &Program, column: ColumnIdx) -> bool {
        match &program.cells[column] {
            ColumnProgram::Referenced { reference, .. } => self.references.contains(reference),
            ColumnProgram::Listed { .. } => self.columns.contains(&column),
            ColumnProgram::Generated(cell) => cell.reads.iter().any(|c| self.follows(program, *c)),
            ColumnProgram::Null | ColumnProgram::Server => false,
        }
    }

    /// The proposals of some rows.
    pub fn proposals(&self, rows: &[u64]) -> Vec<u64> {
        rows.iter().map(|row| self.accepted.nth(*row)).collect()
    }
}
