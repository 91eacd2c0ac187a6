//! Pass: the program, put together from what the others have decided.
//!
//! Input: the draft, in which every column is decided and every reference has a law, and the leftover conditions.
//! Output: the table's program, and what `explain` tells of it. Refuses nothing; what it adds to the draft are columns
//! that may be redrawn and the cells of the session's user. A column that no pass has decided would come out NULL.

use super::draft::{DraftReference, ProgramDraft};
use super::error::PlanError;
use super::facts::TableProperties;
use super::findings::Findings;
use super::table_context::TableContext;
use seedbed_rows::explain::TableNote;
use seedbed_rows::{ColumnProgram, LeftoverChecks, Program, Redraw, ReferenceProgram};
use seedbed_schema_model::ColumnIdx;
use std::collections::BTreeSet;

/// A planned table.
#[derive(Debug)]
pub(super) struct PlannedTable {
    /// What makes its rows.
    pub(super) program: Program,
    /// What is told of it.
    pub(super) note: TableNote,
    /// Wishes of the spec that it can't meet.
    pub(super) errors: Vec<PlanError>,
}

/// The pass at work.
pub(super) struct Assembly<'s, 'a> {
    /// The table.
    pub(super) cx: TableContext<'a>,
    /// What its columns may hold, without the NULLs that keys have taken away.
    pub(super) facts: &'s TableProperties<'a>,
    /// Columns that follow a sieve's proposals.
    pub(super) sieved: &'s BTreeSet<ColumnIdx>,
    /// What the passes have decided.
    pub(super) draft: ProgramDraft,
}

impl Assembly<'_, '_> {
    /// The program, whose sieve is still to be filled, and what is told of it.
    pub(super) fn finish(mut self, leftover: LeftoverChecks, found: Findings) -> PlannedTable {
        let free = self.redrawn();
        let mut first_rows = self.session_user();
        let ProgramDraft { cells, notes, references, joints, first_rows: given, .. } = self.draft;
        first_rows.extend(given);
        let cells: Vec<ColumnProgram> = cells.into_iter().map(|c| c.unwrap_or(ColumnProgram::Null)).collect();
        let columns: Vec<ColumnIdx> = self.cx.table().columns_indexed().map(|(column, _)| column).collect();
        let is_shown = |c: &ColumnIdx| self.cx.table().is_shown_only(*c);
        let is_servers =
            |c: &ColumnIdx| matches!(cells[*c], ColumnProgram::Server | ColumnProgram::Generated(_));
        let emitted = columns.iter().copied().filter(|c| !is_servers(c) && !is_shown(c)).collect();
        let shown = columns.iter().copied().filter(is_shown).collect();
        let references: Vec<ReferenceProgram> = references.into_iter().map(DraftReference::finish).collect();
        let program = Program {
            table: self.cx.id(),
            rows: self.cx.rows,
            buffers: columns.iter().map(|c| self.cx.buffer(*c)).collect(),
            redraw: Redraw::new(&cells, &references, free),
            cells,
            references,
            joints,
            leftover,
            sieve: None,
            known: None,
            first_rows,
            about_now: !self.facts.about_now.is_empty(),
            emitted,
            shown,
            computed: Vec::new(),
        };
        let note = TableNote {
            columns: notes.into_iter().flatten().collect(),
            keys: found.keys,
            limitations: found.limitations,
            memory: found.memory,
        };
        PlannedTable { program, note, errors: found.errors }
    }
}
