//! Other attempts of a row, for what only the server can judge.

use crate::ColumnBuffer;
use crate::fill::Filler;
use crate::filled::Filled;
use crate::program::Programs;
use crate::program::{Cell, CellLaw, Program, ReferenceLaw};
use crate::residue::ATTEMPTS;
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_semantics::Context;
use std::collections::BTreeMap;

/// Rows that are not made by their first draw: which attempt each of them takes. All others take attempt 0.
///
/// An attempt is an accepted guess: a database refused the row's first draw for a reason that only it can judge, such as
/// a trigger's, and took this one. Given back to a plan, they make the same rows without a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    tables: BTreeMap<TableId, BTreeMap<u64, u32>>,
}

impl Attempts {
    /// Has a row take an attempt.
    pub fn set(&mut self, table: TableId, row: u64, attempt: u32) {
        self.tables.entry(table).or_default().insert(row, attempt);
    }

    /// The attempt of a row.
    pub fn of(&self, table: TableId, row: u64) -> u32 {
        self.tables.get(&table).and_then(|rows| rows.get(&row)).copied().unwrap_or(0)
    }

    /// The rows of a table that take another attempt than the first, in order.
    pub fn rows(&self, table: TableId) -> impl Iterator<Item = (u64, u32)> + '_ {
        self.tables.get(&table).into_iter().flatten().map(|(row, attempt)| (*row, *attempt))
    }

    /// The tables that have such rows.
    pub fn tables(&self) -> impl Iterator<Item = TableId> + '_ {
        self.tables.iter().filter(|(_, rows)| !rows.is_empty()).map(|(table, _)| *table)
    }

    /// Whether every row is its first draw.
    pub fn is_empty(&self) -> bool {
        self.tables().next().is_none()
    }
}

/// The columns that another attempt of a row changes: those in no key, that nothing refers to.
#[derive(Debug, Default)]
pub(crate) struct Redraw {
    columns: Vec<Redrawn>,
}

/// One column of a [`Redraw`].
#[derive(Debug)]
pub(crate) struct Redrawn {
    pub(crate) column: ColumnIdx,
    /// Whether NULL is one of its values.
    pub(crate) nullable: bool,
    /// One cell: the column's default, if it is a constant.
    pub(crate) default: Option<ColumnBuffer>,
}

/// The attempt that makes the row which an INSERT of the required columns alone makes: defaults, and NULLs.
const OMITTED: u32 = 1;
/// The attempt in which all that can be NULL is.
const SPARSE: u32 = 2;

impl Redraw {
    /// Of some columns, those that can be drawn again without another column of the row noticing: a reference as a
    /// whole or not at all, and with it those that are drawn among the parents that share its columns.
    pub(crate) fn new(cells: &[Cell], references: &[crate::program::Reference], free: Vec<Redrawn>) -> Self {
        let mut columns = free;
        loop {
            let stays = |column: &ColumnIdx| !columns.iter().any(|c| c.column == *column);
            let fixed = |reference: usize| {
                let law = &references[reference].law;
                let leans = match law {
                    ReferenceLaw::Hashed(_) => false,
                    ReferenceLaw::Indexed(index) => index.columns.iter().any(&stays),
                    ReferenceLaw::Tree { shared, .. } => !shared.is_empty(),
                    _ => true,
                };
                let of = |i: &usize| matches!(&cells[*i], Cell::Referenced { reference: r, .. } if *r == reference);
                leans || (0..cells.len()).filter(of).any(|i| stays(&ColumnIdx(i as u16)))
            };
            let kept = |c: &Redrawn| match &cells[c.column] {
                Cell::Listed { law: CellLaw::Own(_) | CellLaw::Entity(_), .. } => true,
                Cell::Referenced { reference, .. } => !fixed(*reference),
                _ => false,
            };
            let keep: Vec<bool> = columns.iter().map(kept).collect();
            if !keep.contains(&false) {
                return Self { columns };
            }
            let mut keep = keep.into_iter();
            columns.retain(|_| keep.next().unwrap_or(false));
        }
    }

    /// Whether another attempt can differ from the first at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Draws rows again in place, those whose attempt is above 0. `filled` holds every written column of their first
    /// draws.
    pub(crate) fn settle(
        &self,
        programs: &Programs,
        program: &Program,
        cx: &Context<'_>,
        rows: &[u64],
        attempt_of: &dyn Fn(u64) -> u32,
        filled: &mut BTreeMap<ColumnIdx, Filled>,
    ) {
        let mut again: BTreeMap<ColumnIdx, BTreeMap<usize, Filled>> = BTreeMap::new();
        for (place, row) in rows.iter().enumerate() {
            let attempt = attempt_of(*row);
            if attempt == 0 {
                continue;
            }
            let first = filled.iter().map(|(column, from)| (*column, from.pick(&[place]))).collect();
            for (column, cell) in self.row(programs, program, cx, first, *row, attempt) {
                again.entry(column).or_default().insert(place, cell);
            }
        }
        for (column, cells) in again {
            if let Some(all) = filled.get_mut(&column) {
                all.replace(&cells);
            }
        }
    }

    /// One row's cells in an attempt, from those of its first draw.
    fn row(
        &self,
        programs: &Programs,
        program: &Program,
        cx: &Context<'_>,
        first: BTreeMap<ColumnIdx, Filled>,
        row: u64,
        attempt: u32,
    ) -> BTreeMap<ColumnIdx, Filled> {
        let mut cells = first;
        let columns: Vec<ColumnIdx> = self.columns.iter().map(|c| c.column).collect();
        // The residue draws again up to `ATTEMPTS` times itself, from here on.
        let draw = u64::from(attempt) * (ATTEMPTS + 1);
        if let Some(mut filler) = Filler::new(programs, program.table, &[row], draw) {
            cells.extend(columns.iter().copied().zip(filler.columns(&columns)));
        }
        for Redrawn { column, nullable, default } in &self.columns {
            match (default, attempt) {
                (Some(default), OMITTED) => {
                    cells.insert(*column, Filled { cells: default.clone(), present: None });
                }
                (None, OMITTED) | (_, SPARSE) if *nullable => {
                    if let Some(cell) = cells.get_mut(column) {
                        cell.present = Some(vec![false]);
                    }
                }
                _ => {}
            }
        }
        program.residue.settle(programs, cx, program.table, &[row], &mut cells, draw);
        cells
    }
}
