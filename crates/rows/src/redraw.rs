//! Other attempts of a row, for what only the server can judge.

mod settle;

use crate::column_program::{CellLaw, ColumnProgram};
use crate::reference_program::{ReferenceLaw, ReferenceProgram};
use seedbed_datagen_core::ColumnBuffer;
use seedbed_schema_model::ColumnIdx;

/// The columns that another attempt of a row changes: those in no key, that nothing refers to.
#[derive(Debug, Default)]
pub struct Redraw {
    columns: Vec<Redrawn>,
}

/// One column of a [`Redraw`].
#[derive(Debug)]
pub struct Redrawn {
    /// The column.
    pub column: ColumnIdx,
    /// Whether NULL is one of its values.
    pub nullable: bool,
    /// One cell: the column's default, if it is a constant.
    pub default: Option<ColumnBuffer>,
}

impl Redraw {
    /// Of some columns, those that can be drawn again without another column of the row noticing: a reference as a
    /// whole or not at all, and with it those that are drawn among the parents that share its columns.
    pub fn new(cells: &[ColumnProgram], references: &[ReferenceProgram], free: Vec<Redrawn>) -> Self {
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
                let of = |i: &usize| matches!(&cells[*i], ColumnProgram::Referenced { reference: r, .. } if *r == reference);
                leans || (0..cells.len()).filter(of).any(|i| stays(&ColumnIdx(i as u16)))
            };
            let kept = |c: &Redrawn| match &cells[c.column] {
                ColumnProgram::Listed { law: CellLaw::Own(_) | CellLaw::Entity(_), .. } => true,
                ColumnProgram::Referenced { reference, .. } => !fixed(*reference),
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
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }
}
