//! Drawing rows again, in attempts that a plan names.

use super::{Redraw, Redrawn};
use crate::fill::Filler;
use crate::filled::Filled;
use crate::leftover::ATTEMPTS;
use crate::program::{Program, Programs};
use seedbed_schema_model::ColumnIdx;
use seedbed_sql_semantics::Context;
use std::collections::BTreeMap;

/// The attempt that makes the row which an INSERT of the required columns alone makes: defaults, and NULLs.
const OMITTED: u32 = 1;
/// The attempt in which all that can be NULL is.
const SPARSE: u32 = 2;

impl Redraw {
    /// Draws rows again in place, those whose attempt is above 0. `filled` holds every written column of their first
    /// draws.
    pub fn settle(
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
        // Leftover checks draw again up to `ATTEMPTS` times itself, from here on.
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
        program.leftover.settle(programs, cx, program.table, &[row], &mut cells, draw);
        cells
    }
}
