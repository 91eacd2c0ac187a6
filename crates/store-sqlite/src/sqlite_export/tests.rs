//! What users get is what their schema would hold.

use super::*;
use crate::row_file::RowFileWriter;
use rusqlite::Connection;
use seedbed_job::{Job, Silent, Target};
use seedbed_schema_model::SourceMap;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

const LIBRARY: &str = "
    CREATE TABLE author (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE COLLATE unicase);
    CREATE TABLE book (
        isbn CHAR(13) PRIMARY KEY, author INTEGER NOT NULL REFERENCES author, price DECIMAL(10, 2) NOT NULL,
        weight DOUBLE, cents INTEGER GENERATED ALWAYS AS (price * 100) STORED, published TIMESTAMP, cover BLOB
    ) WITHOUT ROWID;
    CREATE INDEX by_author ON book (author);
    CREATE TABLE log (what TEXT);
    CREATE TRIGGER told AFTER INSERT ON book BEGIN INSERT INTO log VALUES (new.isbn); END;
    CREATE VIEW dear AS SELECT * FROM book WHERE price > 10;";

fn rows_of(ddl: &str, dialect: Dialect) -> (TempDir, PathBuf, RowFile) {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("rows.db");
    let mut writer = RowFileWriter::create(&path, CancelToken::new()).expect("it is new");
    let job = Job::new(SourceMap::of(ddl)).dialect(dialect).spec_text("spec", "rows = 300");
    job.run(Target::Sink(Box::new(&mut writer)), &mut Silent).expect("rows are made");
    let schema = Arc::clone(&job.read().expect("it was read").schema);
    let file = RowFile::open(&path, schema).expect("it was written");
    (home, path, file)
}

#[test]
fn a_schema_of_sqlite_has_its_own_tables() {
    let (home, _, file) = rows_of(LIBRARY, Dialect::Sqlite);
    let path = home.path().join("library.db");
    export_sqlite(&file, &path, Some(LIBRARY), &CancelToken::new()).expect("the rows keep to the schema");
    let made = Connection::open(&path).expect("it is a database");
    made.create_collation("unicase", |a, b| a.to_lowercase().cmp(&b.to_lowercase())).expect("a name");
    let number = |sql: &str| made.query_row(sql, [], |row| row.get::<_, i64>(0)).expect(sql);
    let objects = "SELECT count(*) FROM sqlite_schema WHERE name IN ('by_author', 'told', 'dear', 'log')";
    assert_eq!((number(objects), number("SELECT count(*) FROM book")), (4, 300));
    assert_eq!(number("SELECT count(*) FROM log"), 300, "the rows of the table, and none of the trigger");
    assert_eq!(
        number(
            "SELECT count(*) FROM book WHERE cents <> price * 100 OR author NOT IN (SELECT id FROM author)"
        ),
        0
    );
    assert_eq!(number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
    assert_eq!(number("SELECT seq FROM sqlite_sequence"), number("SELECT max(id) FROM author"));
    let left: Vec<_> = std::fs::read_dir(home.path()).expect("it is there").flatten().collect();
    assert_eq!(left.len(), 2, "the row file and the database");
}

#[test]
fn what_stands_in_the_way_is_told() {
    let (home, _, file) = rows_of(LIBRARY, Dialect::Sqlite);
    let path = home.path().join("library.db");
    let export =
        |ddl: &str| export_sqlite(&file, &path, Some(ddl), &CancelToken::new()).expect_err(ddl).code();
    assert_eq!(export("CREATE TABLE"), "export-sqlite-schema");
    assert_eq!(export("CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT)"), "export-sqlite-no-table");
    assert_eq!(
        export(&LIBRARY.replace("name TEXT NOT NULL", "name TEXT NOT NULL CHECK (name = 'x')")),
        "export-sqlite-failed"
    );
    let others = LIBRARY.replace("REFERENCES author,", "REFERENCES other,")
        + "CREATE TABLE other (id INTEGER PRIMARY KEY);";
    assert_eq!(export(&others), "export-sqlite-broken-references");
    let canceled = CancelToken::new();
    canceled.cancel();
    let error = export_sqlite(&file, &path, Some(LIBRARY), &canceled).expect_err("canceled");
    assert_eq!(error.code(), "export-sqlite-canceled");
    assert_eq!(std::fs::read_dir(home.path()).expect("it is there").count(), 1, "nothing is left");
}

#[test]
fn another_schema_has_the_tables_of_the_row_file() {
    let ddl =
        "CREATE TABLE public.author (id int PRIMARY KEY, name text, paid numeric(10, 2), since timestamptz);";
    let (home, _, file) = rows_of(ddl, Dialect::Postgres);
    let path = home.path().join("plain").join("author.db");
    export_sqlite(&file, &path, Some(ddl), &CancelToken::new()).expect("there is room");
    export_sqlite(&file, &path, None, &CancelToken::new()).expect("what is there is replaced");
    let made = Connection::open(&path).expect("it is a database");
    let count: i64 = made
        .query_row(
            "SELECT count(*) FROM author WHERE paid / 2 * 2 = paid AND datetime(since) IS NOT NULL",
            [],
            |row| row.get(0),
        )
        .expect("it has the table");
    let all: i64 = made
        .query_row("SELECT count(*) FROM author WHERE paid IS NOT NULL AND since IS NOT NULL", [], |row| {
            row.get(0)
        })
        .expect("it has the table");
    assert_eq!(count, all);
    let tables: i64 = made
        .query_row("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%seedbed_layout%'", [], |row| {
            row.get(0)
        })
        .expect("it can be asked");
    assert_eq!(tables, 0);
}
