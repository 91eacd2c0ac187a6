//! Straight into SQLite.

use crate::workdir::Workdir;
use rusqlite::Connection;

const SCHEMA: &str = "
    CREATE TABLE person (
        id INTEGER PRIMARY KEY,
        boss_id INTEGER REFERENCES person (id),
        email VARCHAR(80) NOT NULL UNIQUE,
        age INTEGER CHECK (age BETWEEN 18 AND 99)
    );
    CREATE TABLE team (name VARCHAR(30) PRIMARY KEY, lead_id INTEGER NOT NULL REFERENCES person (id));
    CREATE TABLE member (
        team VARCHAR(30) NOT NULL REFERENCES team (name),
        person_id INTEGER NOT NULL REFERENCES person (id),
        PRIMARY KEY (team, person_id)
    );";

fn count(connection: &Connection, query: &str) -> i64 {
    connection.query_row(query, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_new_file_is_made_from_the_schema() {
    let workdir = Workdir::with_schema(SCHEMA);
    let to = format!("sqlite:{}", workdir.path("new.db").display());
    workdir
        .run_ok(&format!("generate schema.sql --dialect sqlite --rows 300 --to {to} --report report.json"));
    let connection = Connection::open(workdir.path("new.db")).unwrap();
    for table in ["person", "team", "member"] {
        assert_eq!(count(&connection, &format!("SELECT count(*) FROM {table}")), 300);
        assert_eq!(workdir.json("report.json")["tables"][table]["rows"], 300);
    }
    let violations = connection.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap();
    assert!(!violations, "every reference resolves");
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    let roots = count(&connection, "SELECT count(*) FROM person WHERE boss_id IS NULL");
    assert!((1..60).contains(&roots), "a tree with few roots: {roots}");
}

/// Nothing in the schema says that it is SQLite's: the target does.
#[test]
fn the_target_settles_the_dialect() {
    let workdir =
        Workdir::with_schema("CREATE TABLE author (id int PRIMARY KEY, name varchar(30) NOT NULL);");
    workdir.run_ok("generate schema.sql --rows 5 --to sqlite:new.db -q");
    let connection = Connection::open(workdir.path("new.db")).unwrap();
    assert_eq!(count(&connection, "SELECT count(*) FROM author"), 5);
    let workdir = Workdir::with_bookshop();
    let ran = workdir.run("generate schema.sql --to sqlite:new.db");
    assert_eq!(ran.code, 3, "PostgreSQL beyond doubt: {}", ran.stderr);
    assert!(!workdir.path("new.db").exists());
}

#[test]
fn a_file_of_another_kind_is_not_touched() {
    let workdir = Workdir::with_schema(SCHEMA);
    workdir
        .write("notes.db", "milk, eggs, and a long line so that it is no header of a database file at all");
    let ran = workdir.run("generate schema.sql --to sqlite:notes.db");
    assert_eq!(ran.code, 4);
    assert!(ran.stderr.contains("name a file of SQLite"), "{}", ran.stderr);
    assert!(workdir.read("notes.db").starts_with("milk"));
}

#[test]
fn rows_that_are_there_stay_and_keys_go_on() {
    let workdir = Workdir::with_schema(SCHEMA);
    let connection = Connection::open(workdir.path("shop.db")).unwrap();
    connection.execute_batch(SCHEMA).unwrap();
    connection.execute_batch("INSERT INTO person (id, email) VALUES (7, 'me@here')").unwrap();
    let to = format!("sqlite:{}", workdir.path("shop.db").display());
    workdir
        .run_ok(&format!("generate schema.sql --dialect sqlite --rows 20 --to {to} --report report.json -q"));
    assert_eq!(count(&connection, "SELECT count(*) FROM person"), 21);
    assert_eq!(count(&connection, "SELECT count(*) FROM person WHERE id = 7 AND email = 'me@here'"), 1);
    assert_eq!(workdir.json("report.json")["tables"]["person"]["rows"], 20, "what was added");
}

#[test]
fn a_table_that_the_database_lacks_is_told_and_all_others_are_filled() {
    let workdir = Workdir::with_schema(SCHEMA);
    let connection = Connection::open(workdir.path("shop.db")).unwrap();
    connection.execute_batch(&SCHEMA[..SCHEMA.find("CREATE TABLE member").unwrap()]).unwrap();
    let to = format!("sqlite:{}", workdir.path("shop.db").display());
    let ran = workdir.run(&format!("generate schema.sql --dialect sqlite --rows 20 --to {to}"));
    assert_eq!(ran.code, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("member: 0 rows, as the target has no such table"), "{}", ran.stderr);
    assert_eq!(count(&connection, "SELECT count(*) FROM person"), 20);
}

#[test]
fn a_database_that_has_none_of_the_tables_is_another() {
    let workdir = Workdir::with_schema(SCHEMA);
    let connection = Connection::open(workdir.path("shop.db")).unwrap();
    connection.execute_batch("CREATE TABLE other (id INTEGER PRIMARY KEY)").unwrap();
    let to = format!("sqlite:{}", workdir.path("shop.db").display());
    let ran = workdir.run(&format!("generate schema.sql --dialect sqlite --rows 20 --to {to}"));
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert_eq!(count(&connection, "SELECT count(*) FROM other"), 0);
}

#[test]
fn a_place_that_cannot_be_written_is_the_outside_world() {
    let workdir = Workdir::with_schema(SCHEMA);
    std::fs::create_dir(workdir.path("taken")).unwrap();
    let ran = workdir.run("generate schema.sql --dialect sqlite --to sqlite:taken");
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("taken"), "{}", ran.stderr);
}

#[test]
fn a_schema_of_another_dialect_is_refused() {
    let workdir = Workdir::with_schema(SCHEMA);
    let ran = workdir.run("generate schema.sql --dialect mysql --to sqlite:x.db");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("error[load-dialect-mismatch]"), "{}", ran.stderr);
    assert!(!workdir.path("x.db").exists(), "nothing is left behind");
}
