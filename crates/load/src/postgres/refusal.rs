//! What a server error says about the rows.

use super::catalog::TargetTrigger;
use super::client::PostgresError;
use crate::LoadError;
use crate::operation::Operation;
use crate::refusal::{ErrorCode, RefusalCause, Refuser, ServerRefusal};
use postgres::error::DbError;
use seedbed_datagen_core::ShortfallCode;
use seedbed_schema_model::{QualifiedName, Schema, TableId};

/// Why the rows were refused; `None` when the error is not about rows: no space, a deadlock. A connection that is lost
/// says nothing.
///
/// `triggers` are the table's own. Codes are those of PostgreSQL's manual, appendix A.
pub(super) fn understand(error: &PostgresError, triggers: &[TargetTrigger]) -> Option<ServerRefusal> {
    let db = error.as_db_error()?;
    let function = function(db);
    let (code, cause) = verdict(db, function.is_some(), triggers)?;
    Some(ServerRefusal {
        by: refuser(db, function.filter(|_| cause == RefusalCause::Function), triggers),
        code,
        cause,
        check: db.constraint().filter(|_| db.code().code() == "23514").map(str::to_owned),
        message: db.message().to_owned(),
        detail: db.detail().map(str::to_owned),
        error: Some(ErrorCode::SqlState(db.code().code().to_owned())),
    })
}

/// Whether the server has refused a statement for what it says, rather than for the time it took, for somebody else's lock, or
/// because something has failed.
pub(super) fn is_refusal(error: &PostgresError) -> bool {
    error.as_db_error().is_some_and(|db| verdict(db, false, &[]).is_some())
}

/// For `map_err` on what a server is asked to do.
pub(super) fn lost(operation: Operation) -> impl FnOnce(PostgresError) -> LoadError {
    move |error| match error.sql_state() {
        Some("55P03") => LoadError::Locked { operation, source: error.into() },
        _ => LoadError::server(operation)(error),
    }
}

/// The server's own words, or the client's when it said nothing.
pub(super) fn message(error: &PostgresError) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |db| db.message().to_owned())
}

/// The table that the server names; for a partition, the root that its rows went in through.
pub(super) fn table(error: &PostgresError, schema: &Schema) -> Option<TableId> {
    let db = error.as_db_error()?;
    let name = QualifiedName::new(db.schema(), db.table()?);
    let id = schema.tables_indexed().find(|(_, t)| t.name == name).map(|(id, _)| id)?;
    Some(schema.partition_root(id))
}

/// The kind of reason and what may help, by SQLSTATE.
fn verdict(
    db: &DbError,
    in_function: bool,
    triggers: &[TargetTrigger],
) -> Option<(ShortfallCode, RefusalCause)> {
    let state = db.code().code();
    let class = state.get(..2).unwrap_or_default();
    let says = |text: &str| db.message().contains(text);
    let by_function =
        if triggers.is_empty() { ShortfallCode::UnreadableCheck } else { ShortfallCode::Trigger };
    let rule = |code| Some((code, RefusalCause::Rule));
    match (class, state) {
        // Locks and memory that a trigger uses up row by row, such as by making tables, are the trigger's doing; trying
        // the rows one by one would use up no less.
        (_, "53200") if in_function && !triggers.is_empty() => {
            Some((ShortfallCode::Trigger, RefusalCause::Statement))
        }
        // What an extension says of a value that it can't read, such as PostGIS of a geometry.
        (_, "XX000") => Some((by_function, RefusalCause::Rule)),
        // Another server's, which a foreign table or a function asked: the server at hand has said so.
        ("08" | "HV", _) => Some((ShortfallCode::NotInsertable, RefusalCause::Statement)),
        // Resources, deadlocks and time-outs, the operator, the system, the server's own defects.
        ("25" | "53" | "40" | "57" | "58" | "XX" | "F0", _) | (_, "55P03" | "55006") => None,
        ("P0", _) => Some((by_function, RefusalCause::Function)),
        _ if in_function => Some((by_function, RefusalCause::Function)),
        // Rows bring a value for such a column: a trigger has taken it away.
        (_, "23502") if !triggers.is_empty() => Some((ShortfallCode::Trigger, RefusalCause::Function)),
        (_, "23514") if says("no partition of relation") => rule(ShortfallCode::UnreachablePartition),
        (_, "23505" | "23P01") => Some((ShortfallCode::Capacity, RefusalCause::Key)),
        ("54", _) => rule(ShortfallCode::Capacity),
        (_, "23503") => rule(ShortfallCode::EmptyParent),
        (_, "42501") if says("row-level security") => rule(ShortfallCode::UnreadableCheck),
        ("42" | "0A" | "55" | "44", _) => rule(ShortfallCode::NotInsertable),
        (_, "428C9") => rule(ShortfallCode::NotInsertable),
        ("38" | "39", _) => Some((by_function, RefusalCause::Function)),
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

/// Who refused rows: the function in which the error came up, with its trigger, or a constraint.
fn refuser(db: &DbError, function: Option<String>, triggers: &[TargetTrigger]) -> Refuser {
    let Some(function) = function else {
        return db.constraint().map_or(Refuser::Server, |name| Refuser::Constraint(name.to_owned()));
    };
    match triggers.iter().find(|t| t.function == function) {
        Some(trigger) => Refuser::Trigger { name: trigger.name.clone(), function: Some(function) },
        None => Refuser::Function(function),
    }
}
