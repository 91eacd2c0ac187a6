//! One row of a component: what it drew, and what becomes of it.

use seedbed_sql_values::Value;

/// What one row drew for the columns of a component, in their order.
#[derive(Clone, Debug)]
pub struct Draws {
    /// The row's number in its table, from 0.
    pub row: u64,
    /// How often it was drawn before.
    pub attempt: u64,
    /// The values, also those below NULLs; NULL where there is none.
    pub values: Vec<Value>,
    /// Which of the columns are not NULL by their draws.
    pub present: Vec<bool>,
}

/// What a column becomes in a row that was settled.
#[derive(Clone, Debug)]
pub enum SettledColumn<C> {
    /// What it drew, present.
    Own,
    /// NULL, whatever it drew.
    Null,
    /// Another cell of its list than the one it drew.
    Cell(C),
}
