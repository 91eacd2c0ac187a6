//! Branches: the cases that the CHECKs of a row leave, one of which is chosen for each row that its columns' own draws
//! do not already satisfy.
//!
//! A component is a set of CHECKs that share columns. Its formulas say which columns are NULL and which conditions hold
//! in which case. For one row, everything that is settled elsewhere (values of keys and references) is read as it is;
//! the cases that it leaves are tried in order of how little of the row's own draws they change: a short list such as a
//! status keeps its value and so its shares, NULLs give way next, and plain values first. Cases that change equally much
//! are dealt out in equal shares. Within a case, columns keep what they drew where it fits; else their narrowed list is
//! drawn from, or what an equation leaves is computed.
//!
//! All of it is a function of the row's number and its draws, so that a row stays what it is, made alone or with others.

mod assign;
mod cell_source;
mod formula;
mod refute;
mod search;

pub use cell_source::CellSource;
pub use formula::{Condition, Formula, Truths};

use crate::ValueDomain;
use crate::units::Units;
use seedbed_laws::Key;
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_sql_semantics::Value;

/// The solver of one component.
#[derive(Debug)]
pub struct Branches<S> {
    /// What has to hold.
    pub goals: Vec<Formula>,
    /// The component's columns, and those that are NULL together with one of them.
    pub variables: Vec<Variable<S>>,
    /// For each condition over one column of a short list: the column, and which of the list's values satisfy it.
    pub masks: Vec<Option<(usize, u64)>>,
    /// What its draws are keyed by.
    pub key: Key,
}

/// A column of a component.
#[derive(Debug)]
pub struct Variable<S> {
    /// The column.
    pub column: ColumnIdx,
    /// Its type below all domains.
    pub ty: SqlType,
    /// How its values count, if they do.
    pub units: Option<Units>,
    /// What its type and its own CHECKs leave.
    pub domain: ValueDomain,
    /// What may be decided of it.
    pub freedom: Freedom,
    /// Whether it may be NULL in some rows.
    pub nullable: bool,
    /// Whether nothing but NULL is left for it.
    pub always_null: bool,
    /// All its values, if they are few.
    pub short: Option<Vec<Value>>,
    /// The reference it belongs to.
    pub reference: Option<usize>,
    /// Whether the columns of its reference are NULL only all together (MATCH FULL).
    pub all_or_none: bool,
    /// Whether its values come in shares that a reader would miss: a status, a flag.
    pub has_shares: bool,
    /// What its draws are keyed by.
    pub key: Key,
    /// Where its cells come from.
    pub cells: S,
}

/// What a branch may decide of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freedom {
    /// Nothing: a key or a referenced column.
    Fixed,
    /// Whether it is NULL: its values belong to a reference or a key.
    Absence,
    /// Everything.
    Value,
}

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
pub enum Settled<C> {
    /// What it drew, present.
    Own,
    /// NULL.
    Null,
    /// One cell.
    Cell(C),
}

impl<S> Branches<S> {
    /// The place of a column among the variables.
    pub fn variable(&self, column: ColumnIdx) -> Option<usize> {
        self.variables.iter().position(|v| v.column == column)
    }

    /// Whether some condition is an equation with the column alone on one side.
    pub fn computes(&self, column: ColumnIdx) -> bool {
        let mut found = false;
        for goal in &mut self.goals.clone() {
            goal.conditions(&mut |condition| found |= assign::computes(condition, column));
        }
        found
    }
}
