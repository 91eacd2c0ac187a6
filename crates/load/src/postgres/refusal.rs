//! What a server error says about the rows.

use super::catalog::TargetTrigger;
use postgres::Error;
use postgres::error::DbError;
use seedbed_datagen_core::{Shortfall, ShortfallCode};
use seedbed_schema_model::{QualifiedName, Schema, TableId};

/// Rows that the server refused.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// For the report.
    pub(super) why: Shortfall,
    /// Who refused them.
    pub(super) judge: Judge,
}

/// Who refused rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judge {
    /// A trigger, or a function that one or a constraint calls: nobody else knows what it wants.
    Function,
    /// A unique or exclusion constraint.
    Key,
    /// Another constraint, or the table itself.
    Rule,
}

impl Refusal {
    /// The same of rows that a trigger has put into another table.
    pub(super) fn of_fed_rows(self) -> Self {
        let reason = format!("a trigger puts rows into another table: {}", self.why.reason);
        Self { why: Shortfall::new(ShortfallCode::Trigger, reason), judge: Judge::Function }
    }
}

/// Why the rows were refused; `None` when the error is not about rows: a lost connection, no space, a deadlock.
///
/// `triggers` are the table's own. Codes are those of PostgreSQL's manual, appendix A.
pub(super) fn understand(error: &Error, triggers: &[TargetTrigger]) -> Option<Refusal> {
    let db = error.as_db_error()?;
    let function = function(db);
    let (code, judge) = verdict(db, function.is_some(), triggers)?;
    let by = function.filter(|_| judge == Judge::Function);
    Some(Refusal { why: Shortfall::new(code, reason(db, by.as_deref(), triggers)), judge })
}

/// The server's own words, or the client's when it said nothing.
pub(super) fn message(error: &Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |db| db.message().to_owned())
}

/// The table that the server names; for a partition, the root that its rows went in through.
pub(super) fn table(error: &Error, schema: &Schema) -> Option<TableId> {
    let db = error.as_db_error()?;
    let name = QualifiedName::new(db.schema(), db.table()?);
    let id = schema.tables_indexed().find(|(_, t)| t.name == name).map(|(id, _)| id)?;
    Some(schema.partition_root(id))
}

/// The CHECK that rows break, if it is one.
pub(super) fn check(error: &Error) -> Option<&str> {
    let db = error.as_db_error()?;
    if db.code().code() == "23514" { db.constraint() } else { None }
}

fn verdict(db: &DbError, in_function: bool, triggers: &[TargetTrigger]) -> Option<(ShortfallCode, Judge)> {
    let state = db.code().code();
    let class = state.get(..2).unwrap_or_default();
    let says = |text: &str| db.message().contains(text);
    let by_function =
        if triggers.is_empty() { ShortfallCode::UnreadableCheck } else { ShortfallCode::Trigger };
    let rule = |code| Some((code, Judge::Rule));
    match (class, state) {
        // Locks and memory that a trigger uses up row by row, such as by making tables, are the trigger's doing; trying
        // the rows one by one would use up no less.
        (_, "53200") if in_function && !triggers.is_empty() => rule(ShortfallCode::Trigger),
        // The connection, resources, deadlocks and time-outs, the operator, the system, the server's own defects.
        ("08" | "25" | "53" | "40" | "57" | "58" | "XX" | "F0", _) | (_, "55P03" | "55006") => None,
        ("P0", _) => Some((by_function, Judge::Function)),
        _ if in_function => Some((by_function, Judge::Function)),
        // Rows bring a value for such a column: a trigger has taken it away.
        (_, "23502") if !triggers.is_empty() => Some((ShortfallCode::Trigger, Judge::Function)),
        (_, "23514") if says("no partition of relation") => rule(ShortfallCode::UnreachablePartition),
        (_, "23505" | "23P01") => Some((ShortfallCode::Capacity, Judge::Key)),
        ("54", _) => rule(ShortfallCode::Capacity),
        (_, "23503") => rule(ShortfallCode::EmptyParent),
        (_, "42501") if says("row-level security") => rule(ShortfallCode::UnreadableCheck),
        ("42" | "0A" | "55" | "44", _) => rule(ShortfallCode::NotInsertable),
        (_, "428C9") => rule(ShortfallCode::NotInsertable),
        ("38" | "39", _) => Some((by_function, Judge::Function)),
        _ => rule(ShortfallCode::UnreadableCheck),
    }
}

/// The function in which the error came up, by the outermost line of its context that names one.
pub(super) fn function(db: &DbError) -> Option<String> {
    db.where_()?.lines().rev().find_map(|line| {
        let rest = line.split_once("PL/pgSQL function ").or_else(|| line.split_once("SQL function "))?.1;
        let name = rest.split(['(', ' ']).next()?;
        // Qualified and quoted as the server prints it.
        let bare = name.rsplit_once('.').map_or(name, |(_, bare)| bare);
        Some(bare.trim_matches('"').to_owned())
    })
}

fn reason(db: &DbError, function: Option<&str>, triggers: &[TargetTrigger]) -> String {
    let trigger = function.and_then(|f| triggers.iter().find(|t| t.function == f));
    let judge = match (trigger, function, db.constraint()) {
        (Some(t), _, _) => format!("trigger `{}` (function `{}`)", t.name, t.function),
        (None, Some(function), _) => format!("function `{function}`"),
        (None, None, Some(constraint)) => format!("constraint `{constraint}`"),
        (None, None, None) => "the server".to_owned(),
    };
    let mut text = format!("{judge} refused rows: {}", db.message());
    if let Some(detail) = db.detail() {
        text.push_str(" (");
        text.push_str(detail.trim_end_matches('.'));
        text.push(')');
    }
    text.push_str(" [");
    text.push_str(db.code().code());
    text.push(']');
    text
}
