//! Leftover checks: constraints that no list or law holds by construction. A row that breaks one is settled by its branches
//! (see [`Branches`]); what these don't settle is drawn again, with an attempt number in the key, so that a
//! row is still a pure function of its number. Columns of keys are never redrawn. Every constraint is evaluated on what
//! comes out, whichever way it came about.

mod settle;

pub use settle::UnsettledGroup;

use crate::column_cells::ColumnCells;
use crate::explain::CasesExplanation;
use seedbed_schema_model::{ColumnIdx, Expr, Span, Table};
use seedbed_solver::{Branches, Freedom, Variable, later, reads_clock};
use seedbed_sql_semantics::{Context, EvaluateError, check_passes};
use seedbed_sql_values::Value;

/// Attempts before a row is left as it is. A constraint that random rows meet once in thirty is met in nearly all of
/// ten million rows.
pub(crate) const ATTEMPTS: u64 = 480;

/// The leftover checks of one table.
#[derive(Debug, Default)]
pub struct LeftoverChecks {
    /// Each over columns of its own.
    pub groups: Vec<LeftoverGroup>,
}

/// Constraints that share columns which may change, and so must be met together.
#[derive(Debug)]
pub struct LeftoverGroup {
    /// None of these may be false.
    pub checks: Vec<Expr>,
    /// Columns that may be drawn again: those read, and what belongs to the same references.
    pub redrawn: Vec<ColumnIdx>,
    /// The constraints' names and places, for messages.
    pub titles: Vec<(String, Span)>,
    /// Whether trying has shown that redrawing doesn't help; rows are then left as they are.
    pub hopeless: bool,
    /// The branches that the constraints leave.
    pub branches: Branches<ColumnCells>,
}

impl LeftoverChecks {
    /// How each group's constraints are met.
    pub fn explain(&self, table: &Table) -> Vec<CasesExplanation> {
        self.groups.iter().map(|group| group.explain(table)).collect()
    }
}

impl LeftoverGroup {
    fn explain(&self, table: &Table) -> CasesExplanation {
        let variables = &self.branches.variables;
        let named = |wanted: &dyn Fn(&Variable<ColumnCells>) -> bool| {
            variables.iter().filter(|v| wanted(v)).map(|v| table[v.column].name.clone()).collect()
        };
        let mut checks: Vec<String> = self.titles.iter().map(|(title, _)| title.clone()).collect();
        checks.dedup();
        CasesExplanation {
            checks,
            given: named(&|v| v.freedom == Freedom::Fixed),
            absences: named(&|v| v.freedom == Freedom::Absence),
            values: named(&|v| v.freedom == Freedom::Value),
            computed: named(&|v| v.freedom == Freedom::Value && self.branches.computes(v.column)),
        }
    }

    /// Whether a row breaks none of them, now and when it is loaded late. A server refuses a row for which one fails, such
    /// as by a division by zero; what only can't be evaluated here is left to it.
    fn holds(&self, row: &[Value], cx: &Context<'_>) -> bool {
        let later = later(cx);
        self.checks.iter().all(|check| {
            let passes = |cx: &Context<'_>| {
                check_passes(check, &row, cx)
                    .unwrap_or_else(|error| matches!(error, EvaluateError::Unsupported(_)))
            };
            passes(cx) && (!reads_clock(check) || passes(&later))
        })
    }

    /// The columns that a branch may change.
    fn changeable(&self) -> impl Iterator<Item = ColumnIdx> {
        self.branches.variables.iter().filter(|v| v.freedom != Freedom::Fixed).map(|v| v.column)
    }

    /// The columns that a branch or another attempt may change.
    fn movable(&self) -> impl Iterator<Item = ColumnIdx> {
        let moves =
            |v: &&Variable<ColumnCells>| v.freedom != Freedom::Fixed || self.redrawn.contains(&v.column);
        self.branches.variables.iter().filter(moves).map(|v| v.column)
    }
}
