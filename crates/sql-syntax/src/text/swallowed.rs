//! Where statements begin inside of what was opened and not closed.
//!
//! A quote without its mate takes all that follows for its content, up to the next quote or the end of the text. Where a
//! line begins as statements do, reading goes on.

/// The nouns behind `CREATE`, `ALTER` and `DROP` that prose rarely has there, and other second words.
const HEADS: [(&str, &[&str]); 6] = [
    (
        "CREATE",
        &[
            "TABLE",
            "TEMPORARY",
            "UNIQUE",
            "INDEX",
            "TYPE",
            "DOMAIN",
            "SEQUENCE",
            "FUNCTION",
            "PROCEDURE",
            "TRIGGER",
            "VIEW",
            "SCHEMA",
            "EXTENSION",
            "OR",
            "MATERIALIZED",
            "DATABASE",
        ],
    ),
    ("ALTER", &["TABLE", "TYPE", "DOMAIN", "SEQUENCE", "FUNCTION", "INDEX", "SCHEMA", "DATABASE"]),
    (
        "DROP",
        &[
            "TABLE", "TYPE", "DOMAIN", "SEQUENCE", "FUNCTION", "INDEX", "SCHEMA", "VIEW", "TRIGGER",
            "DATABASE",
        ],
    ),
    ("INSERT", &["INTO", "IGNORE", "OR"]),
    ("COMMENT", &["ON"]),
    ("DELETE", &["FROM"]),
];

/// The place of the first line behind the first one that begins a statement.
pub(super) fn swallowed(text: &str) -> Option<usize> {
    let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
    { breaks }.find(|at| begins_statement(&text[*at..]))
}

fn begins_statement(line: &str) -> bool {
    if !line.starts_with(|c: char| matches!(c.to_ascii_uppercase(), 'C' | 'A' | 'D' | 'I')) {
        return false;
    }
    let mut words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').take(2);
    let (Some(first), Some(second)) = (words.next(), words.next()) else { return false };
    let is = |word: &str, known: &str| word.eq_ignore_ascii_case(known);
    HEADS.iter().any(|(head, seconds)| is(first, head) && seconds.iter().any(|known| is(second, known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_begin_statements() {
        assert_eq!(swallowed("'a);\ncreate table b (x int);"), Some(5));
        assert_eq!(swallowed("'CREATE TABLE a\n  ALTER TABLE b\nCreate your own\nDrop by"), None);
        assert_eq!(swallowed("'\n\nINSERT INTO a"), Some(3));
    }
}
