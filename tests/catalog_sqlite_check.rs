//! The CHECKs in the text of a `CREATE TABLE`, which is all that SQLite keeps of them.
//!
//! This finds their extent and nothing else: the word outside of strings, names and comments, and the brackets after it.

/// The expressions of all CHECKs, without their brackets, in order of writing.
pub(crate) fn check_texts(sql: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut after_check = false;
    while at < sql.len() {
        let length = token_length(&sql[at..]);
        let token = &sql[at..at + length];
        if token == "(" && after_check {
            let inner = bracketed(&sql[at + 1..]);
            found.push(inner);
            at += inner.len();
            after_check = false;
        } else if !is_blank(token) {
            after_check = token.eq_ignore_ascii_case("check");
        }
        at += length;
    }
    found
}

/// The text up to the bracket that closes the one before it.
fn bracketed(sql: &str) -> &str {
    let (mut at, mut depth) = (0, 0usize);
    while at < sql.len() {
        let length = token_length(&sql[at..]);
        match &sql[at..at + length] {
            "(" => depth += 1,
            ")" if depth == 0 => return &sql[..at],
            ")" => depth -= 1,
            _ => {}
        }
        at += length;
    }
    sql
}

fn is_blank(token: &str) -> bool {
    token.starts_with("--") || token.starts_with("/*") || token.trim().is_empty()
}

/// Bytes of the first token: a comment, a quoted thing, a word, or one character.
fn token_length(sql: &str) -> usize {
    let until = |closing: &str, from: usize| {
        sql.get(from..).and_then(|rest| rest.find(closing)).map_or(sql.len(), |i| from + i + closing.len())
    };
    let first = sql.chars().next().map_or(0, char::len_utf8);
    match sql.as_bytes()[0] {
        // A doubled quote reads as two quoted things one after the other, which comes to the same.
        b'\'' => until("'", 1),
        b'"' => until("\"", 1),
        b'`' => until("`", 1),
        b'[' => until("]", 1),
        b'-' if sql.starts_with("--") => until("\n", 2),
        b'/' if sql.starts_with("/*") => until("*/", 2),
        c if is_word(c) => sql.bytes().position(|c| !is_word(c)).unwrap_or(sql.len()),
        _ => first,
    }
}

fn is_word(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_' || c >= 0x80
}

mod tests {
    use super::*;

    #[test]
    fn only_real_checks_are_found() {
        let sql = "CREATE TABLE \"check\" (a TEXT DEFAULT 'check (x)', [check (y)] INT, -- check (z)
            b INT CHECK /* here */ (b IN (1, 2) AND a <> ')'), recheck INT, CONSTRAINT k CHECK(b > 0))";
        assert_eq!(check_texts(sql), ["b IN (1, 2) AND a <> ')'", "b > 0"]);
        assert_eq!(check_texts("CHECK (a"), ["a"]);
    }
}
