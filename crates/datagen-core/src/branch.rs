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

pub(crate) use cell_source::CellSource;
pub(crate) use formula::{Condition, Formula, Truths};

use crate::ValueDomain;
use crate::units::Units;
use seedbed_laws::Key;
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_sql_semantics::Value;

/// The solver of one component.
#[derive(Debug)]
pub(crate) struct Branches<S> {
    /// What has to hold.
    pub(crate) goals: Vec<Formula>,
    /// The component's columns, and those that are NULL together with one of them.
    pub(crate) variables: Vec<Variable<S>>,
    /// For each condition over one column of a short list: the column, and which of the list's values satisfy it.
    pub(crate) masks: Vec<Option<(usize, u64)>>,
    pub(crate) key: Key,
}

/// A column of a component.
#[derive(Debug)]
pub(crate) struct Variable<S> {
    pub(crate) column: ColumnIdx,
    pub(crate) ty: SqlType,
    pub(crate) units: Option<Units>,
    /// What its type and its own CHECKs leave.
    pub(crate) domain: ValueDomain,
    pub(crate) freedom: Freedom,
    pub(crate) nullable: bool,
    /// Whether nothing but NULL is left for it.
    pub(crate) always_null: bool,
    /// All its values, if they are few.
    pub(crate) short: Option<Vec<Value>>,
    /// The reference it belongs to.
    pub(crate) reference: Option<usize>,
    /// Whether the columns of its reference are NULL only all together (MATCH FULL).
    pub(crate) all_or_none: bool,
    /// Whether its values come in shares that a reader would miss: a status, a flag.
    pub(crate) has_shares: bool,
    pub(crate) key: Key,
    /// Where its cells come from.
    pub(crate) cells: S,
}

/// What a branch may decide of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freedom {
    /// Nothing: a key or a referenced column.
    Fixed,
    /// Whether it is NULL: its values belong to a reference or a key.
    Absence,
    /// Everything.
    Value,
}

/// What one row drew for the columns of a component, in their order.
#[derive(Clone, Debug)]
pub(crate) struct Draws {
    pub(crate) row: u64,
    pub(crate) attempt: u64,
    /// The values, also those below NULLs; NULL where there is none.
    pub(crate) values: Vec<Value>,
    pub(crate) present: Vec<bool>,
}

/// What a column becomes.
#[derive(Clone, Debug)]
pub(crate) enum Settled<C> {
    /// What it drew, present.
    Own,
    /// NULL.
    Null,
    /// One cell.
    Cell(C),
}

impl<S> Branches<S> {
    pub(crate) fn variable(&self, column: ColumnIdx) -> Option<usize> {
        self.variables.iter().position(|v| v.column == column)
    }

    /// Whether some condition is an equation with the column alone on one side.
    pub(crate) fn computes(&self, column: ColumnIdx) -> bool {
        let mut found = false;
        for goal in &mut self.goals.clone() {
            goal.conditions(&mut |condition| found |= assign::computes(condition, column));
        }
        found
    }
}
