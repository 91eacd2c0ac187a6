//! What may follow a constraint: when it is checked, and how it is stored.
//!
//! `DEFERRABLE INITIALLY DEFERRED`, `NOT VALID`, `NO INHERIT`, `NOT ENFORCED`, `USING INDEX i`, SQLite's `ON CONFLICT
//! x` (<https://sqlite.org/lang_conflict.html>), MySQL's options of keys. Where and how rows are stored does not
//! matter.
//!
//! A constraint that is `NOT VALID` holds for new rows, and counts like any other. `ON CONFLICT` says what happens to
//! the statement that violates a constraint, not which rows do, and is stepped over.

use super::constraint::ConstraintClause;
use super::relatives;
use seedbed_schema_model::Deferrability;
use seedbed_sql_syntax::{Cursor, IndexDefinitions, TokenKind};

/// What may follow any constraint, in any order, up to the first word that is none of it.
pub(super) fn read_attributes(cursor: &mut Cursor<'_>, constraint: &mut ConstraintClause<'_>) {
    let options = cursor.syntax().tables.indexes == IndexDefinitions::InTable;
    loop {
        let before = cursor.len();
        skip_storage(cursor);
        if cursor.eat(&["USING", "INDEX"]) {
            constraint.using_index = cursor.ident();
        } else if cursor.eat(&["NOT", "DEFERRABLE"]) {
            constraint.deferrability = Deferrability::NotDeferrable;
        } else if cursor.eat(&["DEFERRABLE"]) {
            if constraint.deferrability == Deferrability::NotDeferrable {
                constraint.deferrability = Deferrability::DeferrableImmediate;
            }
        } else if cursor.eat(&["INITIALLY", "DEFERRED"]) {
            constraint.deferrability = Deferrability::DeferrableDeferred;
        } else if cursor.eat(&["INITIALLY", "IMMEDIATE"]) {
        } else if cursor.eat(&["NO", "INHERIT"]) {
            constraint.no_inherit = true;
        } else if cursor.eat(&["NOT", "ENFORCED"]) {
            constraint.enforced = false;
        } else if cursor.eat(&["NOT", "VALID"]) || cursor.eat(&["ENFORCED"]) {
        } else if cursor.is_word(0, "ON") && cursor.is_word(1, "CONFLICT") {
            cursor.skip(3);
        } else if options && skip_index_option(cursor) || relatives::skip_index_option(cursor) {
        }
        if cursor.len() == before {
            return;
        }
    }
}

/// `INCLUDE (a) WITH (fillfactor = 70) USING INDEX TABLESPACE t`: where rows are kept, not which.
pub(super) fn skip_storage(cursor: &mut Cursor<'_>) {
    loop {
        if cursor.is_word(0, "INCLUDE") && cursor.kind_at(1) == Some(TokenKind::Open)
            || cursor.is_word(0, "WITH") && cursor.kind_at(1) == Some(TokenKind::Open)
        {
            cursor.skip(1);
            cursor.parens();
        } else if cursor.eat(&["USING", "INDEX", "TABLESPACE"]) || cursor.eat(&["TABLESPACE"]) {
            cursor.ident();
        } else if !relatives::skip_index_option(cursor) {
            return;
        }
    }
}

/// MySQL's `USING BTREE`, `COMMENT 'x'`, `KEY_BLOCK_SIZE=8` and so on. Returns whether one stood there.
fn skip_index_option(cursor: &mut Cursor<'_>) -> bool {
    if cursor.eat_any(&["VISIBLE", "INVISIBLE", "IGNORED"]).is_some() || cursor.eat(&["NOT", "IGNORED"]) {
        return true;
    }
    if cursor.eat_any(&["USING", "KEY_BLOCK_SIZE", "COMMENT"]).is_some() || cursor.eat(&["WITH", "PARSER"]) {
        cursor.eat_op("=");
        cursor.skip(1);
        return true;
    }
    false
}

/// `NULLS [NOT] DISTINCT`; returns whether two rows with NULL in the key differ, as they do where nothing is written.
pub(super) fn read_nulls_distinct(cursor: &mut Cursor<'_>) -> bool {
    if cursor.eat(&["NULLS", "NOT", "DISTINCT"]) {
        return false;
    }
    cursor.eat(&["NULLS", "DISTINCT"]);
    true
}
