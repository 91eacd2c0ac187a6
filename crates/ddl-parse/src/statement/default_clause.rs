//! Where the expression behind `DEFAULT` ends.
//!
//! PostgreSQL and SQLite allow expressions without brackets there, so that only the grammar tells where they end: in
//! `DEFAULT 'x' NOT NULL` before `NOT`, in `DEFAULT now() AT TIME ZONE 'utc' CHECK (...)` before `CHECK`. The words of
//! a `CASE` and of the types `timestamp with time zone` and `time without time zone` do not end it, although they begin
//! like clauses.

use seedbed_sql_syntax::{ColumnAttributes, Cursor, TokenKind};

/// Words that begin a column's clause, in any dialect: where a default expression ends, and where reading goes on
/// behind something that is not understood.
pub(super) const CLAUSES: [&str; 33] = [
    "CONSTRAINT",
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "UNIQUE",
    "KEY",
    "CHECK",
    "REFERENCES",
    "COLLATE",
    "GENERATED",
    "AS",
    "AUTO_INCREMENT",
    "AUTOINCREMENT",
    "COMMENT",
    "CHARSET",
    "ON",
    "DEFERRABLE",
    "INITIALLY",
    "VIRTUAL",
    "STORED",
    "PERSISTENT",
    "INVISIBLE",
    "VISIBLE",
    "FIRST",
    "AFTER",
    "COLUMN_FORMAT",
    "STORAGE",
    "COMPRESSION",
    "FOREIGN",
    "WITH",
    "WITHOUT",
    "USING",
];

/// The expression after `DEFAULT`. The grammars take only what no clause's first word can continue (PostgreSQL's
/// `b_expr`), so it ends where a clause begins: in `DEFAULT 'x' NOT NULL` before `NOT`.
pub(super) fn default_expression<'a>(cursor: &mut Cursor<'a>) -> Cursor<'a> {
    let attributes = cursor.syntax().tables.columns.attributes;
    let start = *cursor;
    let mut cases = usize::from(cursor.is_word(0, "CASE"));
    cursor.skip_group();
    let mut after_colon = false;
    while !cursor.is_empty() {
        if cursor.is_word(0, "CASE") {
            cases += 1;
        } else if cursor.is_word(0, "END") {
            cases = cases.saturating_sub(1);
        } else if cases == 0 && !after_colon && cursor.kind_at(0) == Some(TokenKind::Word) {
            let in_type =
                cursor.at_words(&["WITH", "TIME", "ZONE"]) || cursor.at_words(&["WITHOUT", "TIME", "ZONE"]);
            let charset = cursor.at_words(&["CHARACTER", "SET"]) && attributes == ColumnAttributes::All;
            if charset || (!in_type && cursor.at_any(&CLAUSES)) {
                break;
            }
        }
        after_colon = cursor.at_op(":");
        cursor.skip_group();
    }
    start.until(cursor)
}
