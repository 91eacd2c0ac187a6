//! Two loads into one database at once: both are whole, or one says why it is not.

use crate::load_harness::Script;
use crate::servers::{MariaDbServer, PostgresServer, is_long};
use rusqlite::Connection;
use seedbed_datagen_core::CancelToken;
use seedbed_schema_model::Dialect;
use std::path::Path;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

const ROWS: u64 = 150;

const DDL: &str = "
    CREATE TABLE author (id int PRIMARY KEY, name varchar(40) NOT NULL UNIQUE);
    CREATE TABLE book (id int PRIMARY KEY, author int NOT NULL REFERENCES author (id), title varchar(80) NOT NULL);
    CREATE TABLE copy (id int PRIMARY KEY, book int NOT NULL REFERENCES book (id), code char(12) NOT NULL UNIQUE);";

const COUNTS: &str =
    "SELECT count(*) FROM author UNION ALL SELECT count(*) FROM book UNION ALL SELECT count(*) FROM copy";

/// Loads twice at once, again and again, and demands the rows of all that said they were loaded.
fn hold(dialect: Dialect, url: &str, begin: impl Fn(), rows: impl Fn() -> Vec<u64>) {
    let script = Script::new(dialect, DDL);
    for round in 0..if is_long() { 60 } else { 6 } {
        begin();
        let together = Barrier::new(2);
        let load = |delay: u64| {
            together.wait();
            thread::sleep(Duration::from_millis(delay));
            script.load_for(url, ROWS, &CancelToken::new(), Duration::from_secs(60))
        };
        let (first, second) = thread::scope(|scope| {
            let first = scope.spawn(|| load(0));
            let second = scope.spawn(|| load(round % 8 * 3));
            (first.join().expect("no panic"), second.join().expect("no panic"))
        });
        for outcome in [first, second] {
            let outcome = outcome.expect("there is time for both");
            assert_eq!(outcome.tables.values().map(|t| t.rows).collect::<Vec<_>>(), [ROWS; 3], "{round}");
        }
        assert_eq!(rows(), [2 * ROWS; 3], "round {round}");
    }
}

fn numbers(text: &str) -> Vec<u64> {
    text.split_whitespace().map(|n| n.parse().expect("a number")).collect()
}

#[test]
fn into_postgres() {
    let Some(server) = PostgresServer::connect() else { return };
    let database = server.scratch("concurrent").expect("a database");
    database.query(DDL).expect("the schema");
    let empty = || drop(database.query("TRUNCATE author, book, copy").expect("emptied"));
    hold(Dialect::Postgres, &database.url(), empty, || numbers(&database.query(COUNTS).expect("counted")));
}

#[test]
fn into_mariadb() {
    let Some(server) = MariaDbServer::connect() else { return };
    let database = server.scratch("concurrent").expect("a database");
    database.query(DDL).expect("the schema");
    let sql = "DELETE FROM copy; DELETE FROM book; DELETE FROM author";
    let empty = || drop(database.query(sql).expect("emptied"));
    hold(Dialect::MySql, &database.url(), empty, || numbers(&database.query(COUNTS).expect("counted")));
}

fn rows_of(file: &Path) -> Vec<u64> {
    let database = Connection::open(file).expect("a database");
    let mut counts = database.prepare(COUNTS).expect("the tables are there");
    let rows = counts.query_map([], |row| row.get(0)).expect("counted");
    rows.map(|n| n.expect("a number")).collect()
}

#[test]
fn into_a_sqlite_file_that_is_there_or_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("library.db");
    let url = format!("sqlite:{}", file.display());
    let remove = || drop(std::fs::remove_file(&file));
    let make = || {
        remove();
        Connection::open(&file).and_then(|c| c.execute_batch(DDL)).expect("the schema");
    };
    hold(Dialect::Sqlite, &url, make, || rows_of(&file));
    hold(Dialect::Sqlite, &url, remove, || rows_of(&file));
    let names = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("it is there").map(names).collect();
    assert_eq!(left, ["library.db"], "nothing else is left behind");
}
