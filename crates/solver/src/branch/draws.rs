//! One row of a component: what it drew, and what becomes of it.

use seedbed_sql_values::Value;

/// What one row drew for the columns of a component, in their order.
#[derive(Clone, Debug)]
pub struct Draws {
    /// The row's number.
    pub row: u64,
    /// How often it was drawn before.
    pub attempt: u64,
    /// The values, also those below NULLs; NULL where there is none.
    pub values: Vec<Value>,
    /// Which of them are not NULL.
    pub present: Vec<bool>,
}

/// What a column becomes.
#[derive(Clone, Debug)]
pub enum SettledColumn<C> {
    /// What it drew, present.
    Own,
    /// NULL.
    Null,
    /// One cell.
    Cell(C),
}
