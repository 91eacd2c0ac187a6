//! Quoted strings and names against the servers: what goes in comes back.

use crate::servers::{MariaDbServer, PostgresServer};
use postgres::{Client, NoTls};
use seedbed_schema_model::Dialect;
use seedbed_sql_values::{quote_identifier, quote_text};

const NASTY: [&str; 10] = [
    "",
    "it's",
    "\\",
    "\\'",
    "a\\nb",
    "'; DROP TABLE t; --",
    "\"`\"",
    "line\nbreak\r\n\ttab",
    "é😀",
    "$$ :x ?1 % _",
];

#[test]
fn sqlite_reads_back_what_is_quoted() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    for text in NASTY.into_iter().chain(["a\0b"]) {
        let sql = format!(
            "SELECT {} AS {}",
            quote_text(Dialect::Sqlite, text),
            quote_identifier(Dialect::Sqlite, text)
        );
        let mut statement = connection.prepare(&sql).unwrap();
        assert_eq!(statement.column_name(0).unwrap(), text.replace('\0', ""));
        let back: String = statement.query_row([], |row| row.get(0)).unwrap();
        assert_eq!(back, text);
    }
}

#[test]
fn postgres_reads_back_what_is_quoted() {
    let Some(server) = PostgresServer::connect() else { return };
    let database = server.scratch("quoting").unwrap();
    let mut client = Client::connect(&database.url(), NoTls).unwrap();
    for text in NASTY {
        // An empty name is an error however it is quoted.
        let name = quote_identifier(Dialect::Postgres, if text.is_empty() { "x" } else { text });
        let row = client
            .query_one(&format!("SELECT {} AS {name}", quote_text(Dialect::Postgres, text)), &[])
            .unwrap();
        assert_eq!(row.get::<_, String>(0), text);
        assert!(text.is_empty() || row.columns()[0].name() == text);
    }
}

#[test]
fn mariadb_reads_back_what_is_quoted() {
    let Some(server) = MariaDbServer::connect() else { return };
    let database = server.scratch("quoting").unwrap();
    for text in NASTY.into_iter().chain(["a\0b", "\x1a"]) {
        let back = database.query(&format!("SELECT HEX({})", quote_text(Dialect::MySql, text))).unwrap();
        let expected: String = text.bytes().map(|b| format!("{b:02X}")).collect();
        assert_eq!(back.trim_end_matches('\n'), expected, "{text:?}");
    }
    for name in ["a`b", "a\"b", "select", "é"] {
        let name = quote_identifier(Dialect::MySql, name);
        database.query(&format!("CREATE TABLE {name} ({name} int); SELECT {name} FROM {name}")).unwrap();
    }
}
