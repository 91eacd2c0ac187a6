//! What the solver asks of whoever makes the cells of a column.

use crate::domain::ValueDomain;
use crate::units::Units;
use seedbed_sql_values::Value;
use std::fmt;

/// Where one column's cells come from. The solver reasons about values; it asks for cells that hold them, reads their
/// values back, and hands on the cell that fits without looking into it.
pub trait CellSource: fmt::Debug {
    /// One cell of the column, in whatever form rows keep it.
    type Cell: Clone + fmt::Debug;

    /// The cell's value, in the column's own type.
    fn value(&self, cell: &Self::Cell) -> Value;

    /// A constant as a cell; `None` if the column can't hold it as it is.
    fn constant(&self, value: &Value) -> Option<Self::Cell>;

    /// The number, date or time at so many units; `None` where cells are no numbers.
    fn number(&self, units: &Units, at: i128) -> Option<Self::Cell>;

    /// Up to `most` cells out of a list for the domain, picked by `random`; none where there is no such list. They may
    /// lie outside of it.
    fn draw(&self, domain: &ValueDomain, random: u64, most: u64) -> Vec<Self::Cell>;
}
