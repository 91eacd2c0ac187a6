//! What CockroachDB and Amazon Redshift add to PostgreSQL's tables.
//!
//! - CockroachDB: `FAMILY f (a)`, `[UNIQUE | INVERTED] INDEX i (a) STORING (b)`, `USING HASH WITH (bucket_count = 8)`,
//!   `NOT VISIBLE` (<https://www.cockroachlabs.com/docs/stable/create-table>)
//! - Redshift: `ENCODE zstd`, `DISTKEY`, `SORTKEY`, `IDENTITY(0, 1)`
//!   (<https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html>)
//!
//! All of it says where rows are kept and how they are found, but for unique indexes and numbers.

use super::column::ColumnDef;
use seedbed_sql_syntax::{Cursor, Relatives, TokenKind};

/// Whether the dialect has relatives, so that their additions are read.
pub(super) fn are_read(cursor: &Cursor<'_>) -> bool {
    cursor.syntax().tables.relatives == Relatives::CockroachAndRedshift
}

/// Whether `FAMILY f (a)` or `INDEX i (a)` begins here, and no column of such a name: brackets behind a type hold numbers.
pub(super) fn at_element(cursor: &Cursor<'_>) -> bool {
    if !are_read(cursor) {
        return false;
    }
    let mut ahead = *cursor;
    ahead.eat_any(&["INVERTED", "VECTOR"]);
    if ahead.eat_any(&["FAMILY", "INDEX"]).is_none() {
        return false;
    }
    if ahead.kind_at(0) != Some(TokenKind::Open) {
        ahead.eat_if_exists();
        ahead.ident();
    }
    ahead.parens().is_some_and(|list| list.kind_at(0) != Some(TokenKind::Number))
}

/// Whether a unique key begins here: `UNIQUE INDEX i (a)`, `UNIQUE WITHOUT INDEX (a)`.
pub(super) fn at_unique(cursor: &Cursor<'_>) -> bool {
    are_read(cursor)
        && (cursor.at_words(&["UNIQUE", "INDEX"]) || cursor.at_words(&["UNIQUE", "WITHOUT", "INDEX"]))
}

/// `STORING (a)`, `COVERING (a)`, `USING HASH`, `WITH BUCKET_COUNT = 8`: what may follow an index. Returns whether one
/// stood there.
pub(super) fn skip_index_option(cursor: &mut Cursor<'_>) -> bool {
    if !are_read(cursor) || cursor.is_empty() {
        return false;
    }
    if cursor.at_any(&["STORING", "COVERING"]) && cursor.kind_at(1) == Some(TokenKind::Open) {
        cursor.skip(1);
        cursor.parens();
        return true;
    }
    if cursor.eat(&["WITH", "BUCKET_COUNT"]) {
        cursor.eat_op("=");
        cursor.skip(1);
        return true;
    }
    cursor.eat(&["USING", "HASH"]) || cursor.eat(&["NOT", "VISIBLE"]) || cursor.eat(&["VISIBLE"])
}

/// Whether an action of `ALTER TABLE` begins here that moves rows and changes none: `CONFIGURE ZONE ...`, `SPLIT AT ...`,
/// `ALTER DISTSTYLE ALL`.
pub(super) fn at_action(cursor: &Cursor<'_>) -> bool {
    let second =
        ["DISTKEY", "SORTKEY", "DISTSTYLE", "COMPOUND", "ENCODE"].iter().any(|word| cursor.is_word(1, word));
    are_read(cursor)
        && (cursor.at_words(&["CONFIGURE", "ZONE"])
            || cursor.at_words(&["SPLIT", "AT"])
            || cursor.at_words(&["UNSPLIT", "AT"])
            || cursor.at_words(&["UNSPLIT", "ALL"])
            || cursor.is_word(0, "SCATTER")
            || cursor.is_word(0, "ALTER") && second && !cursor.is_word(2, "TYPE"))
}

/// A clause behind a column's type. Returns whether one stood there.
pub(super) fn read_attribute(cursor: &mut Cursor<'_>, def: &mut ColumnDef<'_>) -> bool {
    if !are_read(cursor) {
        return false;
    }
    if cursor.eat(&["ENCODE"]) {
        cursor.skip(1);
        return true;
    }
    if cursor.is_word(0, "IDENTITY") && cursor.kind_at(1) == Some(TokenKind::Open) {
        cursor.skip(1);
        cursor.parens();
        def.identity = Some((true, None));
        def.column.nullable = false;
        return true;
    }
    if cursor.eat(&["CREATE", "IF", "NOT", "EXISTS", "FAMILY"])
        || cursor.eat(&["CREATE", "FAMILY"])
        || cursor.eat(&["FAMILY"])
    {
        cursor.ident();
        return true;
    }
    if cursor.eat(&["ON", "UPDATE"]) {
        cursor.skip_group();
        cursor.parens();
        return true;
    }
    cursor.eat(&["DISTKEY"]) || cursor.eat(&["SORTKEY"]) || skip_index_option(cursor)
}
