//! The insertions, deletions and calls in the words of a body.
//!
//! A body is a run of tokens in any procedural language. Looked for are `INSERT INTO t`, `REPLACE`, `MERGE`, `DELETE FROM
//! t`, names before brackets, and comparisons with the session's user. Behind the first word that branches, an INSERT no
//! longer happens for every row.

use super::{insertion, user};
use crate::catalog::{Effects, SystemCatalog};
use seedbed_sql_syntax::{Cursor, SourceText, TokenKind, tokens};

/// The insertions, deletions and calls in a run of tokens.
pub(crate) fn of(mut cursor: Cursor<'_>) -> Effects {
    let mut effects = Effects::default();
    let mut branched = false;
    let mut reads = user::Reads::default();
    while !cursor.is_empty() {
        branched |= cursor.at_any(BRANCHES);
        reads.note(&cursor, &mut effects);
        if cursor.at_any(&["INSERT", "REPLACE", "MERGE"]) {
            cursor.skip(1);
            let or = cursor.eat_any(&["OR"]).and_then(|_| cursor.ident());
            let how = cursor.eat_any(&["IGNORE", "DELAYED", "LOW_PRIORITY", "HIGH_PRIORITY"]);
            let lenient = or.is_some_and(|or| or.eq_ignore_ascii_case("ignore")) || how == Some("IGNORE");
            if cursor.eat(&["INTO"])
                && let Some(table) = cursor.name()
            {
                effects.inserts.push(insertion::read(table, cursor, !branched && !lenient));
            }
            continue;
        }
        if cursor.eat(&["DELETE", "FROM"]) {
            cursor.eat(&["ONLY"]);
            effects.deletes.extend(cursor.name());
            continue;
        }
        let mut ahead = cursor;
        match ahead.name() {
            Some(name) if cursor.kind_at(0) != Some(TokenKind::Text) => {
                if ahead.kind_at(0) == Some(TokenKind::Open) {
                    effects.calls.push(name.name.to_lowercase());
                }
                cursor = ahead;
            }
            _ => cursor.skip(1),
        }
    }
    effects
}

/// Words behind which a statement may be passed over.
const BRANCHES: &[&str] = &[
    "IF",
    "CASE",
    "WHEN",
    "LOOP",
    "FOR",
    "WHILE",
    "REPEAT",
    "RETURN",
    "EXIT",
    "LEAVE",
    "EXCEPTION",
    "RAISE",
];

/// As [`of`], for a body that is written as a string.
pub(crate) fn of_text(catalog: &SystemCatalog, text: &str) -> Effects {
    let source = SourceText::new(text, catalog.dialect());
    of(Cursor::new(source, &tokens(source)))
}
