//! Why edits were not applied.

use seedbed_datagen_core::{Canceled, NameError, RunError, counted};
use seedbed_planner::PlanError;
use seedbed_validate::ValidateError;
use serde_json::{Value, json};

/// Why edits were not applied. Nothing of them was then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// Edits that can't be carried out: all of them, with the place of each in the list.
    #[error("{}", first(.0))]
    Faults(Vec<(usize, EditFault)>),
    /// The work was canceled.
    #[error("canceled")]
    Canceled,
    /// The rows could not be checked.
    #[error(transparent)]
    Check(#[from] ValidateError),
    /// The rows could not be written.
    #[error(transparent)]
    Run(RunError),
}

fn first(faults: &[(usize, EditFault)]) -> String {
    let told = faults.first().map_or_else(String::new, |(edit, fault)| match edit {
        0 => fault.to_string(),
        // Which of several it is.
        edit => format!("edit {}: {fault}", edit + 1),
    });
    match faults.len() {
        0 | 1 => told,
        count => format!("{told} (and {} more)", count - 1),
    }
}

/// Why an edit can't be carried out.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EditFault {
    /// A name that means nothing.
    #[error(transparent)]
    Name(NameError),
    /// No table has such a column.
    #[error("no table has a column `{column}`")]
    NoSuchColumn {
        /// The name.
        column: String,
        /// The nearest there is.
        similar: Option<String>,
    },
    /// A table whose rows are not there.
    #[error("there are no rows of `{table}` in the dataset")]
    NotThere {
        /// The table.
        table: String,
    },
    /// A condition or an expression that is not understood.
    #[error("`{}` is not understood over `{table}`: {}", quoted(text), quoted(reason))]
    Expression {
        /// The table.
        table: String,
        /// What was written.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A number that is none of those that may be asked for.
    #[error("{what} is {found}, and must be {wanted}")]
    Number {
        /// Which number.
        what: &'static str,
        /// What it is.
        found: String,
        /// What it may be.
        wanted: &'static str,
    },
    /// A share and a count at once.
    #[error("rows are chosen by a share and by a count at once")]
    ShareAndCount,
    /// A column that the rows don't have, because only the server can compute it.
    #[error("`{table}.{column}` is left to the server: the rows here don't have it")]
    NotInRows {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// No value is given.
    #[error("no value is given for `{table}.{column}`")]
    NoValue {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A value that is none of its column's type.
    #[error("`{}` is no value of `{table}.{column}`, which is {ty}", quoted(value))]
    NotOfType {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The value.
        value: String,
        /// The column's type.
        ty: String,
    },
    /// A column that the server computes.
    #[error("`{table}.{column}` is computed from other columns")]
    Generated {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// An edit that does not go with the column's type.
    #[error("`{table}.{column}` is {ty}, and {edit} wants {wanted}")]
    WrongType {
        /// What the edit does.
        edit: &'static str,
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The column's type.
        ty: String,
        /// What it could be.
        wanted: &'static str,
    },
    /// A column that refers to another table takes no values of its own.
    #[error("`{table}.{column}` refers to `{parent}`, and takes values of no list of its own")]
    Reference {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What it refers to.
        parent: String,
    },
    /// A column that refers to nothing.
    #[error("`{table}.{column}` refers to no table")]
    NoReference {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// No plan can make the values that are asked for.
    #[error("{message}")]
    NoPlan {
        /// The plan's code.
        code: &'static str,
        /// Why.
        message: String,
        /// The plan's hint.
        hint: Option<String>,
    },
    /// Rows can't be added.
    #[error("`{table}` can't take {wanted} more rows: {reason}")]
    NoRoom {
        /// The table.
        table: String,
        /// How many were asked for.
        wanted: u64,
        /// Why.
        reason: String,
    },
    /// Other rows refer to rows that are to be removed.
    #[error("{} of `{table}` would refer to rows of `{parent}` that are removed{}", counted(*rows, "row"), by(.reference))]
    Referred {
        /// The table whose rows refer.
        table: String,
        /// The reference's name, if it has one.
        reference: Option<String>,
        /// What they refer to.
        parent: String,
        /// How many.
        rows: u64,
        /// Whether what the schema says was asked for, and it says no.
        as_declared: bool,
    },
    /// A constraint that would not hold.
    #[error("`{constraint}` of `{table}` would not hold in {}", counted(*rows, "row"))]
    Broken {
        /// The table.
        table: String,
        /// The constraint.
        constraint: String,
        /// In how many rows.
        rows: u64,
        /// The next step.
        hint: Option<&'static str>,
    },
    /// An expression that has no value in some rows.
    #[error("`{}` has no value in {} of `{table}`", quoted(text), counted(*rows, "row"))]
    NoResult {
        /// The table.
        table: String,
        /// The expression.
        text: String,
        /// In how many rows.
        rows: u64,
    },
}

/// Characters of what somebody wrote that are shown again.
const QUOTED: usize = 200;

/// As much of a text as is needed to know it again.
fn quoted(text: &str) -> String {
    seedbed_job::clipped(text, QUOTED)
}

fn by(reference: &Option<String>) -> String {
    reference.as_ref().map_or_else(String::new, |name| format!(" (`{name}`)"))
}

impl EditFault {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name(error) => error.code(),
            Self::NoSuchColumn { .. } => "spec-unknown-column",
            Self::NotThere { .. } => "edit-table-not-there",
            Self::Expression { .. } => "edit-expression",
            Self::Number { .. } => "edit-number",
            Self::ShareAndCount => "edit-share-and-count",
            Self::NotInRows { .. } => "edit-not-in-rows",
            Self::NoValue { .. } => "edit-no-value",
            Self::NotOfType { .. } => "edit-not-of-type",
            Self::Generated { .. } => "edit-generated-column",
            Self::WrongType { .. } => "edit-wrong-type",
            Self::Reference { .. } => "edit-reference",
            Self::NoReference { .. } => "edit-no-reference",
            Self::NoPlan { code, .. } => code,
            Self::NoRoom { .. } => "edit-no-room",
            Self::Referred { .. } => "edit-referred-rows",
            Self::Broken { .. } => "edit-constraint",
            Self::NoResult { .. } => "edit-no-result",
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Name(error) => return error.hint(),
            Self::NoSuchColumn { similar, .. } => {
                return similar.as_ref().map(|name| format!("there is `{name}`"));
            }
            Self::Expression { .. } => "conditions are written in the SQL of the schema's dialect",
            Self::Generated { .. } => "change a column that it is computed from",
            Self::Reference { .. } => {
                "say how the rows refer by `spread`, or set it to values of rows that are there"
            }
            Self::Referred { as_declared: false, .. } => {
                "remove them as well, or let the schema decide (`cascade`)"
            }
            Self::Referred { as_declared: true, .. } => {
                "the schema has no `ON DELETE` action for them: remove them as well (`with referrers`)"
            }
            Self::NoPlan { hint, .. } => return hint.clone(),
            Self::Broken { hint, .. } => return hint.map(str::to_owned),
            Self::NoResult { .. } => "leave those rows out by a condition",
            _ => return None,
        };
        Some(text.to_owned())
    }

    /// Why no plan can be made, by its first reason.
    pub(crate) fn of_plan(errors: &[PlanError]) -> Self {
        match errors.first() {
            Some(error) => {
                Self::NoPlan { code: error.code(), message: error.to_string(), hint: error.hint() }
            }
            None => Self::NoPlan { code: "plan", message: "no plan".to_owned(), hint: None },
        }
    }
}

impl EditError {
    /// A stable code: that of the first fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Faults(faults) => faults.first().map_or("edit", |(_, fault)| fault.code()),
            Self::Canceled => "canceled",
            Self::Check(_) => "check",
            Self::Run(_) => "run",
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Faults(faults) => faults.first().and_then(|(_, fault)| fault.hint()),
            _ => None,
        }
    }

    /// All faults, as JSON.
    pub fn details(&self) -> Option<Value> {
        let Self::Faults(faults) = self else { return None };
        let told = |(edit, fault): &(usize, EditFault)| json!({"edit": edit, "code": fault.code(), "message": fault.to_string(), "hint": fault.hint()});
        Some(faults.iter().map(told).collect())
    }

    /// Whether the outside world is to blame, and not the edits.
    pub fn is_outside(&self) -> bool {
        matches!(self, Self::Check(_) | Self::Run(_))
    }
}

impl From<Canceled> for EditError {
    fn from(_: Canceled) -> Self {
        Self::Canceled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_not_repeated_without_end() {
        let (table, text) = ("film".to_owned(), "1 + ".repeat(400_000));
        let faults = [
            EditFault::Expression { table: table.clone(), text: text.clone(), reason: text.clone() },
            EditFault::NoResult { table, text, rows: 1 },
        ];
        for fault in faults {
            let message = fault.to_string();
            assert!(message.starts_with("`1 + 1 + ") && message.contains("…`"), "{message}");
            assert!(message.len() < 1_000, "{}", message.len());
        }
    }
}
