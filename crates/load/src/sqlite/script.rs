//! Running the schema's statements in a new database, as the `sqlite3` shell would.

use crate::{LoadError, LoadNote, Operation};
use rusqlite::{Batch, Connection, fallible_iterator::FallibleIterator as _};
use std::borrow::Cow;

/// Runs every statement; commands of the shell, such as `.mode`, are passed over. So are virtual tables of modules that this
/// SQLite lacks, and what needs them: these are returned.
pub(super) fn run(connection: &Connection, sql: &str) -> Result<Vec<LoadNote>, LoadError> {
    let sql = without_shell_commands(sql);
    let mut left_out = Vec::new();
    let mut statements = Batch::new(connection, &sql);
    loop {
        let mut statement = match statements.next() {
            Ok(Some(statement)) => statement,
            Ok(None) => break,
            Err(source) => {
                let statement = "a statement that SQLite can't read".to_owned();
                return Err(LoadError::SchemaScript { statement, source: source.into() });
            }
        };
        let mut rows = statement.raw_query();
        loop {
            match rows.next() {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(source) => {
                    drop(rows);
                    let text = statement.expanded_sql().unwrap_or_default();
                    let statement: String =
                        text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(80).collect();
                    let message = source.to_string();
                    if message.contains("no such module") {
                        left_out.push(LoadNote::LeftOutOfSchema { statement, message });
                        break;
                    }
                    return Err(LoadError::SchemaScript { statement, source: source.into() });
                }
            }
        }
    }
    // A dump may leave its transaction open.
    if !connection.is_autocommit() {
        connection.execute_batch("COMMIT").map_err(LoadError::server(Operation::EndSchema))?;
    }
    Ok(left_out)
}

/// The text without the lines that the shell takes for itself: those that begin with a dot, or with `#`, its comments,
/// between statements.
fn without_shell_commands(sql: &str) -> Cow<'_, str> {
    if !sql.starts_with(['.', '#']) && !sql.contains("\n.") && !sql.contains("\n#") {
        return Cow::Borrowed(sql);
    }
    let mut out = String::with_capacity(sql.len());
    let mut between = true;
    let mut quote = None;
    for line in sql.split_inclusive('\n') {
        if between && quote.is_none() && line.starts_with(['.', '#']) {
            out.push('\n');
            continue;
        }
        scan(line, &mut between, &mut quote);
        out.push_str(line);
    }
    Cow::Owned(out)
}

/// Follows a line: whether a statement is open behind it, and which quote or comment (`*`).
fn scan(line: &str, between: &mut bool, quote: &mut Option<char>) {
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match *quote {
            Some('*') => {
                if c == '*' && chars.peek() == Some(&'/') {
                    chars.next();
                    *quote = None;
                }
            }
            Some(end) => {
                if c == end {
                    *quote = None;
                }
            }
            None => match c {
                '-' if chars.peek() == Some(&'-') => return,
                '/' if chars.peek() == Some(&'*') => {
                    chars.next();
                    *quote = Some('*');
                }
                '\'' | '"' | '`' => {
                    *between = false;
                    *quote = Some(c);
                }
                '[' => {
                    *between = false;
                    *quote = Some(']');
                }
                ';' => *between = true,
                c if c.is_whitespace() => {}
                _ => *between = false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::confined::confined;
    use super::*;
    use seedbed_datagen_core::CancelToken;

    #[test]
    fn shell_commands_are_passed_over_only_between_statements() {
        let sql = "# of csv\n.mode csv\nCREATE TABLE t (a TEXT DEFAULT '\n.not one');\n-- x\n.import a b\nSELECT 1\n.5;\n";
        let kept = without_shell_commands(sql);
        assert_eq!(kept, "\n\nCREATE TABLE t (a TEXT DEFAULT '\n.not one');\n-- x\n\nSELECT 1\n.5;\n");
    }

    #[test]
    fn statements_reach_no_other_file_and_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let other = folder.path().join("other.db");
        std::fs::write(&other, "").expect("a file");
        let ran = |sql: &str, cancel: &CancelToken| {
            let connection = Connection::open_in_memory().expect("memory");
            let ran = confined(&connection, cancel, || run(&connection, sql)).expect("the hooks are taken");
            ran.map(|_| {
                connection.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0))
            })
        };
        let none = CancelToken::new();
        for reach in [
            "ATTACH '{}' AS o; CREATE TABLE o.t (a);",
            "ATTACH ('{}' || '') AS o; CREATE TABLE o.t (a);",
            "CREATE TABLE t (a); VACUUM INTO '{}-copy';",
            "CREATE TABLE t (a); VACUUM INTO '{}' || '-copy';",
        ] {
            let sql = reach.replace("{}", &other.display().to_string());
            assert_eq!(ran(&sql, &none).expect_err("refused").code(), "load-schema-script", "{sql}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 1, "nothing was written");
        let plain = "PRAGMA journal_mode = DELETE; PRAGMA foreign_keys = ON; CREATE TABLE t (a); VACUUM;";
        assert_eq!(ran(plain, &none).expect("plain statements run").expect("a count"), 1);
        none.cancel();
        let endless =
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;";
        assert!(ran(endless, &none).is_err(), "it was interrupted");
    }

    #[test]
    fn a_module_that_is_not_there_costs_its_table_alone() {
        let connection = Connection::open_in_memory().expect("memory");
        let sql = "CREATE TABLE a (x); CREATE VIRTUAL TABLE v USING nobodys_module (x); CREATE TABLE b (x);";
        let left_out = run(&connection, sql).expect("the rest is made");
        assert!(left_out[0].to_string().contains("nobodys_module"), "{left_out:?}");
        let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0));
        assert_eq!(tables, Ok(2));
    }

    #[test]
    fn a_failing_statement_is_named() {
        let connection = Connection::open_in_memory().expect("memory");
        run(&connection, "CREATE TABLE a (x); INSERT INTO a VALUES (1); SELECT * FROM a;").expect("fine");
        let error = run(&connection, "CREATE TABLE b (x);\nCREATE TABLE a (y);").expect_err("twice");
        assert_eq!(error.code(), "load-schema-script");
    }
}
