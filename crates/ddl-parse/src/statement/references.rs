//! `REFERENCES`, with its match and its actions (<https://www.postgresql.org/docs/current/sql-createtable.html>,
//! `REFERENCES`; <https://sqlite.org/foreignkeys.html>).
//!
//! MySQL's `ON UPDATE CURRENT_TIMESTAMP` is no part of it. The columns of `SET NULL (a)` are stepped over: an action
//! happens when a parent goes, not when rows are inserted.

use seedbed_schema_model::{MatchKind, ReferentialAction};
use seedbed_sql_syntax::{Cursor, Name, TokenKind};

/// `REFERENCES parent (columns) ...`.
#[derive(Clone, Debug)]
pub(super) struct References {
    /// The referenced table.
    pub parent: Name,
    /// Its columns; none stand for its primary key.
    pub columns: Vec<String>,
    /// `MATCH FULL | PARTIAL | SIMPLE`
    pub match_kind: MatchKind,
    /// Whether the last column is a period, `PERIOD name`.
    pub of_period: bool,
    /// `ON DELETE`
    pub on_delete: ReferentialAction,
    /// `ON UPDATE`
    pub on_update: ReferentialAction,
}

/// What stands after `REFERENCES`; `None` without a table's name, or when its list of columns is none.
pub(super) fn references(cursor: &mut Cursor<'_>) -> Option<References> {
    let parent = cursor.name()?;
    let (columns, of_period) =
        if cursor.kind_at(0) == Some(TokenKind::Open) { referencing(cursor)? } else { Default::default() };
    let mut found = References {
        parent,
        columns,
        match_kind: MatchKind::Simple,
        of_period,
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
    };
    loop {
        if cursor.eat(&["MATCH"]) {
            match cursor.eat_any(&["FULL", "PARTIAL", "SIMPLE"]) {
                Some("FULL") => found.match_kind = MatchKind::Full,
                Some("PARTIAL") => found.match_kind = MatchKind::Partial,
                Some(_) => {}
                // SQLite takes any word and does nothing with it.
                None => cursor.skip(1),
            }
        } else if cursor.eat(&["ON", "DELETE"]) {
            found.on_delete = action(cursor);
        } else if cursor.is_word(0, "ON") && cursor.is_word(1, "UPDATE") && at_action(cursor, 2) {
            cursor.skip(2);
            found.on_update = action(cursor);
        } else {
            return Some(found);
        }
    }
}

/// The columns in brackets, and whether the last one is a period: `(room, PERIOD during)`.
pub(super) fn referencing(cursor: &mut Cursor<'_>) -> Option<(Vec<String>, bool)> {
    let mut of_period = false;
    let mut columns = Vec::new();
    for mut part in cursor.parens()?.split_commas() {
        if part.is_word(0, "PERIOD") && part.len() > 1 {
            part.skip(1);
            of_period = true;
        }
        columns.extend(part.ident());
    }
    Some((columns, of_period))
}

/// Whether an action stands `n` tokens ahead. MySQL's `ON UPDATE CURRENT_TIMESTAMP` belongs to the column, not to the
/// reference.
fn at_action(cursor: &Cursor<'_>, n: usize) -> bool {
    ["NO", "RESTRICT", "CASCADE", "SET"].iter().any(|word| cursor.is_word(n, word))
}

/// `CASCADE`, `SET NULL` and so on; what is none of them counts as `NO ACTION`.
fn action(cursor: &mut Cursor<'_>) -> ReferentialAction {
    let action = if cursor.eat(&["NO", "ACTION"]) {
        ReferentialAction::NoAction
    } else if cursor.eat(&["RESTRICT"]) {
        ReferentialAction::Restrict
    } else if cursor.eat(&["CASCADE"]) {
        ReferentialAction::Cascade
    } else if cursor.eat(&["SET", "NULL"]) {
        ReferentialAction::SetNull
    } else if cursor.eat(&["SET", "DEFAULT"]) {
        ReferentialAction::SetDefault
    } else {
        ReferentialAction::NoAction
    };
    // `ON DELETE SET NULL (a)`.
    if matches!(action, ReferentialAction::SetNull | ReferentialAction::SetDefault) {
        cursor.parens();
    }
    action
}
