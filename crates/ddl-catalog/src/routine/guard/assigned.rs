//! Which columns of the new row a body assigns to, by its words alone.

use seedbed_sql_syntax::{Cursor, TokenKind};

/// Words behind which a statement begins, or a list of variables that get a value.
const BEFORE_TARGETS: &[&str] = &["SET", "THEN", "BEGIN", "ELSE", "LOOP", "DO", "INTO", "STRICT"];

/// The names of the columns in `NEW.column := value`, `SET NEW.column = value` and `SELECT ... INTO NEW.column`.
pub(super) fn assigned(mut cursor: Cursor<'_>) -> Vec<String> {
    let mut found = Vec::new();
    // Whether a target may stand here.
    let mut may_be = true;
    // Between INTO and what ends its list, each name is one.
    let mut into = false;
    while !cursor.is_empty() {
        let mut ahead = cursor;
        let name = if cursor.at_name() { ahead.name() } else { None };
        let new = name.filter(|n| n.schema.as_deref().is_some_and(|row| row.eq_ignore_ascii_case("new")));
        if let Some(column) = new {
            let set = ahead.at_op(":") || (may_be && ahead.at_op("="));
            if set || (into && may_be) {
                found.push(column.name);
            }
            (cursor, may_be) = (ahead, false);
            continue;
        }
        into = cursor.at_any(&["INTO", "STRICT"])
            || (into && (cursor.kind_at(0) == Some(TokenKind::Comma) || cursor.at_name()));
        may_be = cursor.at_any(BEFORE_TARGETS)
            || matches!(cursor.kind_at(0), Some(TokenKind::Semicolon | TokenKind::Comma));
        cursor.skip(1);
    }
    found
}
