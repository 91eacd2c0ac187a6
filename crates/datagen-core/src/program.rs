//! A table's program: for each column, which list and which law. Built at plan time, run by [`fill`](crate::fill).

pub(crate) use crate::column_program::{CellLaw, ColumnProgram};
pub(crate) use crate::reference_program::{Candidates, ReferenceLaw, ReferenceProgram, SharedIndex};
pub(crate) use seedbed_laws::{JointLaw, NullLaw};

use crate::ColumnBuffer;
use crate::known_cells::KnownCells;
use crate::leftover::LeftoverChecks;
use crate::redraw::Redraw;
use crate::sieve::RowSieve;
use seedbed_schema_model::{ColumnIdx, TableId};
use std::collections::BTreeMap;

/// Everything needed to make any row of one table.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) table: TableId,
    pub(crate) rows: u64,
    /// One for each column of the table, in DDL order.
    pub(crate) cells: Vec<ColumnProgram>,
    /// Empty buffers of the columns' kinds, in DDL order.
    pub(crate) buffers: Vec<ColumnBuffer>,
    pub(crate) references: Vec<ReferenceProgram>,
    pub(crate) joints: Vec<JointLaw>,
    pub(crate) leftover: LeftoverChecks,
    pub(crate) redraw: Redraw,
    /// Where keys, references and CHECKs meet in ways that laws alone don't hold.
    pub(crate) sieve: Option<RowSieve>,
    /// Rows of the target from before the run.
    pub(crate) known: Option<KnownCells>,
    /// Columns whose first row holds a cell of its own, whatever their laws say: one cell for each.
    pub(crate) first_row: BTreeMap<ColumnIdx, ColumnBuffer>,
    /// The columns that are written.
    pub(crate) emitted: Vec<ColumnIdx>,
    /// The generated columns that can be computed from those, each after the ones that it reads.
    pub(crate) computed: Vec<ColumnIdx>,
}

impl Program {
    /// The program of a table without rows.
    pub(crate) fn empty(table: TableId) -> Self {
        Self {
            table,
            rows: 0,
            cells: Vec::new(),
            buffers: Vec::new(),
            references: Vec::new(),
            joints: Vec::new(),
            leftover: LeftoverChecks::default(),
            redraw: Redraw::default(),
            sieve: None,
            known: None,
            first_row: BTreeMap::new(),
            emitted: Vec::new(),
            computed: Vec::new(),
        }
    }
}

/// The programs of all planned tables, by table.
#[derive(Debug, Default)]
pub(crate) struct Programs {
    by_table: Vec<Option<Program>>,
}

impl Programs {
    /// A table's program, if it has one by now.
    pub(crate) fn get(&self, table: TableId) -> Option<&Program> {
        self.by_table.get(table.position()).and_then(Option::as_ref)
    }

    pub(crate) fn get_mut(&mut self, table: TableId) -> Option<&mut Program> {
        self.by_table.get_mut(table.position()).and_then(Option::as_mut)
    }

    pub(crate) fn insert(&mut self, program: Program) {
        let at = program.table.position();
        if self.by_table.len() <= at {
            self.by_table.resize_with(at + 1, || None);
        }
        self.by_table[at] = Some(program);
    }
}
