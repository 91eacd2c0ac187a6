//! Looking up every reference of a table.

use super::quoted;
use crate::LoadError;
use crate::operation::Operation;
use crate::refusal::Refusal;
use rusqlite::Connection;
use seedbed_schema_model::Table;
use std::collections::BTreeMap;

/// What is wrong with the references of a table.
#[derive(Debug, Default)]
pub(super) struct BrokenRows {
    /// Rows that are broken, counted once for each reference.
    pub(super) rows: u64,
    /// A table that is referred to in vain.
    parent: String,
    /// SQLite holds the reference malformed, and every value in it broken.
    malformed: bool,
}

impl BrokenRows {
    /// Why the table can't stay, given how many references were broken `before`.
    pub(super) fn refusal(self, before: u64) -> Option<Refusal> {
        let rows = self.rows.checked_sub(before).filter(|n| *n > 0)?;
        let parent = self.parent;
        Some(if self.malformed {
            Refusal::MalformedReference { parent }
        } else {
            Refusal::BrokenReferences { rows, parent }
        })
    }
}

/// Checks the references of a table's rows.
pub(super) fn broken(connection: &Connection, table: &Table) -> Result<BrokenRows, LoadError> {
    if table.foreign_keys.is_empty() && table.unresolved_references.is_empty() {
        return Ok(BrokenRows::default());
    }
    let failed = || LoadError::server(Operation::CheckReferences(table.name.clone()));
    match checked(connection, table) {
        Ok(broken) => Ok(broken),
        // "foreign key mismatch": the parent has no key of these columns.
        Err(_) => malformed(connection, table).map_err(failed()),
    }
}

fn checked(connection: &Connection, table: &Table) -> rusqlite::Result<BrokenRows> {
    let mut broken = BrokenRows::default();
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
fn malformed(connection: &Connection, table: &Table) -> rusqlite::Result<BrokenRows> {
    let sql = format!("PRAGMA foreign_key_list({})", quoted(&table.name.name));
    let mut statement = connection.prepare(&sql)?;
    let mut references: BTreeMap<i64, (String, Vec<String>, bool)> = BTreeMap::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let parent: String = row.get(2)?;
        let entry = references.entry(row.get(0)?).or_insert_with(|| (parent, Vec::new(), false));
        entry.1.push(quoted(&row.get::<_, String>(3)?));
    }
    let mut broken = BrokenRows { malformed: true, ..BrokenRows::default() };
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
