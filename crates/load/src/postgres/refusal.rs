//! What a server error says about the rows.

use postgres::Error;
use postgres::error::DbError;
use seedbed_datagen_core::{Shortfall, ShortfallCode};
use seedbed_schema_model::{QualifiedName, Schema, TableId};

/// Why the rows were refused; `None` when the error is not about rows: a lost connection, no space, a deadlock.
///
/// `triggers` says whether the table has triggers of its own. Codes are those of PostgreSQL's manual, appendix A.
pub(super) fn understand(error: &Error, triggers: bool) -> Option<Shortfall> {
    let db = error.as_db_error()?;
    let code = shortfall_code(db, triggers)?;
    Some(Shortfall::new(code, reason(db)))
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

fn shortfall_code(db: &DbError, triggers: bool) -> Option<ShortfallCode> {
    let state = db.code().code();
    let class = state.get(..2).unwrap_or_default();
    let says = |text: &str| db.message().contains(text);
    let in_function =
        db.where_().is_some_and(|w| w.contains("PL/pgSQL function") || w.contains("SQL function"));
    let by_function = if triggers { ShortfallCode::Trigger } else { ShortfallCode::UnreadableCheck };
    match (class, state) {
        // The connection, resources, deadlocks and time-outs, the operator, the system, the server's own defects.
        ("08" | "25" | "53" | "40" | "57" | "58" | "XX" | "F0", _) | (_, "55P03" | "55006") => None,
        ("P0", _) => Some(by_function),
        _ if in_function => Some(by_function),
        (_, "23514") if says("no partition of relation") => Some(ShortfallCode::UnreachablePartition),
        (_, "23505" | "23P01") | ("54", _) => Some(ShortfallCode::Capacity),
        (_, "23503") => Some(ShortfallCode::EmptyParent),
        (_, "42501") if says("row-level security") => Some(ShortfallCode::UnreadableCheck),
        ("42" | "0A" | "55" | "44", _) => Some(ShortfallCode::NotInsertable),
        (_, "428C9") => Some(ShortfallCode::NotInsertable),
        ("38" | "39", _) => Some(by_function),
        _ => Some(ShortfallCode::UnreadableCheck),
    }
}

fn reason(db: &DbError) -> String {
    let mut text = match db.constraint() {
        Some(constraint) => format!("constraint `{constraint}` refused rows: {}", db.message()),
        None => format!("the server refused rows: {}", db.message()),
    };
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
