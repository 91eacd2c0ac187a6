//! Where a body looks for the session's user: `SELECT id INTO mine FROM users WHERE username = SESSION_USER`.

use super::meant::meant;
use crate::catalog::{Effects, SystemCatalog, UserSought};
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_syntax::{Cursor, Name, TokenKind};

/// The tables that the statement at hand reads.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// Named behind FROM, JOIN or UPDATE.
    tables: Vec<Name>,
}

impl Reads {
    /// Takes in what begins at a token.
    pub(super) fn note(&mut self, cursor: &Cursor<'_>, effects: &mut Effects) {
        let users = cursor.syntax().statements.session_user;
        if users.is_empty() {
            return;
        }
        let mut ahead = *cursor;
        if cursor.kind_at(0) == Some(TokenKind::Semicolon) {
            self.tables.clear();
        } else if ahead.eat_any(&["FROM", "JOIN", "UPDATE"]).is_some() {
            self.tables.extend(ahead.name());
        } else if let Some(column) = compared_with_user(ahead, users) {
            effects.seeks_user.push(UserSought { tables: self.tables.clone(), column });
        }
    }
}

/// The column of `column = SESSION_USER`, written either way round.
fn compared_with_user(mut cursor: Cursor<'_>, users: &[&str]) -> Option<String> {
    if cursor.eat_any(users).is_some() {
        return cursor.eat_op("=").then(|| cursor.name()).flatten().map(|n| n.name);
    }
    let name = cursor.name()?;
    while cursor.eat_op(":") {}
    cursor.eat_any(&["text", "name", "varchar"]);
    (cursor.eat_op("=") && cursor.at_any(users)).then_some(name.name)
}

/// The columns of the schema that are compared so.
pub(super) fn columns(
    catalog: &SystemCatalog,
    near: TableId,
    effects: &[&Effects],
) -> Vec<(TableId, ColumnIdx)> {
    let sought = effects.iter().flat_map(|effects| &effects.seeks_user);
    let mut found: Vec<(TableId, ColumnIdx)> = sought
        .flat_map(|sought| {
            let tables = sought.tables.iter().filter_map(|name| meant(catalog, Some(near), name));
            tables.filter_map(|table| Some((table, catalog.column(table, &sought.column)?)))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
