//! A table's program: for each column, which list and which law. Built at plan time, run by [`fill`](crate::fill).

use crate::column_program::ColumnProgram;
use crate::reference_program::ReferenceProgram;
use seedbed_laws::JointLaw;

use crate::known_cells::KnownCells;
use crate::leftover::LeftoverChecks;
use crate::redraw::Redraw;
use crate::sieve::RowSieve;
use seedbed_datagen_core::ColumnBuffer;
use seedbed_schema_model::{ColumnIdx, TableId};
use std::collections::BTreeMap;

/// Everything needed to make any row of one table.
#[derive(Debug)]
pub struct Program {
    /// The table.
    pub table: TableId,
    /// Rows that the plan gives it.
    pub rows: u64,
    /// One for each column of the table, in DDL order.
    pub cells: Vec<ColumnProgram>,
    /// Empty buffers of the columns' kinds, in DDL order.
    pub buffers: Vec<ColumnBuffer>,
    /// Its foreign keys that are followed; columns name them by position.
    pub references: Vec<ReferenceProgram>,
    /// Its joint laws; columns and references name them by position.
    pub joints: Vec<JointLaw>,
    /// The constraints that lists and laws leave over.
    pub leftover: LeftoverChecks,
    /// What another attempt of a row changes.
    pub redraw: Redraw,
    /// Where keys, references and CHECKs meet in ways that laws alone don't hold.
    pub sieve: Option<RowSieve>,
    /// Rows of the target from before the run.
    pub known: Option<KnownCells>,
    /// Columns whose first rows hold cells of their own, whatever their laws say: the cells of rows 0, 1, 2 ...
    pub first_rows: BTreeMap<ColumnIdx, ColumnBuffer>,
    /// Whether some columns lie about the moment that the plan takes for now, and would break CHECKs at another.
    pub about_now: bool,
    /// The columns that are written.
    pub emitted: Vec<ColumnIdx>,
    /// Columns that show what triggers look up, for the constraints to read; they are not written.
    pub shown: Vec<ColumnIdx>,
    /// The generated columns that can be computed from those, each after the ones that it reads.
    pub computed: Vec<ColumnIdx>,
}

impl Program {
    /// The program of a table without rows, whose columns have these buffers.
    pub fn empty(table: TableId, buffers: Vec<ColumnBuffer>) -> Self {
        Self {
            table,
            rows: 0,
            cells: buffers.iter().map(|_| ColumnProgram::Null).collect(),
            buffers,
            references: Vec::new(),
            joints: Vec::new(),
            leftover: LeftoverChecks::default(),
            redraw: Redraw::default(),
            sieve: None,
            known: None,
            first_rows: BTreeMap::new(),
            about_now: false,
            emitted: Vec::new(),
            shown: Vec::new(),
            computed: Vec::new(),
        }
    }
}

/// The programs of all planned tables, by table.
#[derive(Debug, Default)]
pub struct Programs {
    by_table: Vec<Option<Program>>,
}

impl Programs {
    /// A table's program, if it has one by now.
    pub fn get(&self, table: TableId) -> Option<&Program> {
        self.by_table.get(table.position()).and_then(Option::as_ref)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, table: TableId) -> Option<&mut Program> {
        self.by_table.get_mut(table.position()).and_then(Option::as_mut)
    }

    /// Adds a table's program, or takes the place of the one before.
    pub fn insert(&mut self, program: Program) {
        let at = program.table.position();
        if self.by_table.len() <= at {
            self.by_table.resize_with(at + 1, || None);
        }
        self.by_table[at] = Some(program);
    }
}
