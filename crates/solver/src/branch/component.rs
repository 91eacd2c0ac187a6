//! A component: conditions that share columns, and what may be decided of each column.

use super::formula::Formula;
use crate::domain::ValueDomain;
use crate::units::Units;
use seedbed_laws::LawKey;
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_sql_values::Value;

/// The solver of one component: what a planner found out about its CHECKs and columns once, for all rows.
#[derive(Debug)]
pub struct Branches<S> {
    /// What has to hold: a formula for each CHECK.
    pub goals: Vec<Formula>,
    /// The component's columns, and those that are NULL together with one of them.
    pub variables: Vec<Variable<S>>,
    /// For each condition over one column of a short list: the column, and which of the list's values satisfy it.
    pub masks: Vec<Option<(usize, u64)>>,
    /// What the choice between equal branches is keyed by.
    pub key: LawKey,
}

/// A column of a component, with what the solver may do to it.
#[derive(Debug)]
pub struct Variable<S> {
    /// Which column of the table it is.
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
    /// The reference it belongs to, by a number of the planner's; its columns are NULL together.
    pub reference: Option<usize>,
    /// Whether the columns of its reference are NULL only all together (MATCH FULL).
    pub all_or_none: bool,
    /// Whether its values come in shares that a reader would miss: a status, a flag.
    pub has_shares: bool,
    /// What the column's further draws are keyed by.
    pub key: LawKey,
    /// Where its cells come from: the column's list of values.
    pub cells: S,
}

/// What a branch may decide of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freedom {
    /// Nothing: a key or a referenced column.
    Fixed,
    /// Whether it is NULL: its values belong to a reference or a key.
    Absence,
    /// Everything: whether it is NULL, and its value.
    Value,
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
            goal.conditions(&mut |condition| found |= condition.computes(column));
        }
        found
    }
}
