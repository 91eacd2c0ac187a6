//! Looking up every reference of a table.

use super::quoted;
use crate::LoadError;
use rusqlite::Connection;
use seedbed_datagen_core::{Shortfall, ShortfallCode};
use seedbed_schema_model::Table;
use std::collections::BTreeMap;

/// What is wrong with the references of a table.
#[derive(Debug, Default)]
pub(super) struct Broken {
    /// Rows that are broken, counted once for each reference.
    pub(super) rows: u64,
    /// A table that is referred to in vain.
    parent: String,
    /// SQLite holds the reference malformed, and every value in it broken.
    malformed: bool,
}

impl Broken {
    /// Why the table can't stay, given how many references were broken `before`.
    pub(super) fn shortfall(&self, before: u64) -> Option<Shortfall> {
        let new = self.rows.checked_sub(before).filter(|n| *n > 0)?;
        let parent = &self.parent;
        let (code, reason) = if self.malformed {
            let why =
                format!("SQLite refuses every value of its reference to `{parent}`, which has no such key");
            (ShortfallCode::NotInsertable, why)
        } else {
            (ShortfallCode::EmptyParent, format!("{new} references to `{parent}` find no row"))
        };
        Some(Shortfall::new(code, reason))
    }
}

/// Checks the references of a table's rows.
pub(super) fn broken(connection: &Connection, table: &Table) -> Result<Broken, LoadError> {
    if table.foreign_keys.is_empty() && table.unresolved_references.is_empty() {
        return Ok(Broken::default());
    }
    let failed = || LoadError::server(format!("checking the references of `{}`", table.name));
    match checked(connection, table) {
        Ok(broken) => Ok(broken),
        // "foreign key mismatch": the parent has no key of these columns.
        Err(_) => malformed(connection, table).map_err(failed()),
    }
}

fn checked(connection: &Connection, table: &Table) -> rusqlite::Result<Broken> {
    let mut broken = Broken::default();
    let mut statement =
        connection.prepare(&format!("PRAGMA foreign_key_check({})", quoted(&table.name.name)))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        broken.rows += 1;
        broken.parent = row.get(2)?;
    }
    Ok(broken)
}

/// Counts the rows with a whole value in any reference of a table of which at least one is malformed.
fn malformed(connection: &Connection, table: &Table) -> rusqlite::Result<Broken> {
    let sql = format!("PRAGMA foreign_key_list({})", quoted(&table.name.name));
    let mut statement = connection.prepare(&sql)?;
    let mut references: BTreeMap<i64, (String, Vec<String>, bool)> = BTreeMap::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let parent: String = row.get(2)?;
        let entry = references.entry(row.get(0)?).or_insert_with(|| (parent, Vec::new(), false));
        entry.1.push(quoted(&row.get::<_, String>(3)?));
    }
    let mut broken = Broken { malformed: true, ..Broken::default() };
    for (parent, columns, _) in references.into_values() {
        let present: Vec<String> = columns.iter().map(|c| format!("{c} IS NOT NULL")).collect();
        let sql =
            format!("SELECT count(*) FROM {} WHERE {}", quoted(&table.name.name), present.join(" AND "));
        let rows: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
        if rows > 0 {
            broken.rows += rows as u64;
            broken.parent = parent;
        }
    }
    Ok(broken)
}
