//! What the exit code says, whoever listens.

use crate::workdir::Workdir;
use rusqlite::Connection;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

const SCHEMA: &str = "CREATE TABLE free (id INTEGER PRIMARY KEY);
    CREATE TABLE rating (code TEXT PRIMARY KEY CHECK (code IN ('G', 'PG', 'R')));";
const GUARDED: &str = "CREATE TABLE guarded (id INTEGER PRIMARY KEY);
    CREATE TRIGGER guard BEFORE INSERT ON guarded BEGIN SELECT RAISE(ABORT, 'not by this door'); END;";

fn generate(workdir: &Workdir, more: &str) -> (i32, String) {
    let ran = workdir.run(&format!("generate schema.sql --dialect sqlite --rows 20 {more}"));
    (ran.code, ran.stderr)
}

/// What the schema has no room for is told, and only strictly a failure.
#[test]
fn rows_that_can_not_be_are_no_failure_unless_strictly() {
    let workdir = Workdir::with_schema(SCHEMA);
    let (code, told) = generate(&workdir, "--out data -q");
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("warning[capacity]: rating: 3 rows"), "quiet hides no warning: {told}");
    assert!(!told.contains("23 rows in 2 tables"), "{told}");
    let (code, told) = generate(&workdir, "--out data --strict");
    assert_eq!(code, 5, "{told}");
    assert_eq!(workdir.read("data/rating.csv").lines().count(), 4, "it was done all the same");
    let workdir = Workdir::with_schema("CREATE TABLE free (id INTEGER PRIMARY KEY);");
    assert_eq!(generate(&workdir, "--out data --strict").0, 0);
}

#[test]
fn rows_that_the_target_refuses_have_a_code_of_their_own() {
    let workdir = Workdir::with_schema(&format!("{SCHEMA}{GUARDED}"));
    let (code, told) = generate(&workdir, "--to sqlite:new.db --report report.json");
    assert_eq!(code, 5, "{told}");
    assert!(told.contains("not by this door"), "{told}");
    let connection = Connection::open(workdir.path("new.db")).unwrap();
    let count = |table: &str| {
        connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!((count("free"), count("guarded")), (20, 0), "the rest arrived");
    assert_eq!(workdir.json("report.json")["tables"]["guarded"]["rows"], 0);
}

/// The reader is gone before anything is written, or after the first line.
#[test]
#[cfg(unix)]
fn a_reader_that_goes_away_changes_nothing() {
    let workdir = Workdir::with_schema(SCHEMA);
    let run = |arguments: &str, line: bool| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seedbed"));
        command.args(arguments.split_whitespace()).current_dir(workdir.path("."));
        let mut run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        if line {
            BufReader::new(run.stderr.take().unwrap()).read_line(&mut first).unwrap();
        }
        drop((run.stdout.take(), run.stderr.take()));
        run.wait().unwrap().code()
    };
    for line in [false, true] {
        let made = "generate schema.sql --dialect sqlite --rows 20 --out data --report report.json";
        assert_eq!(run(made, line), Some(0));
        assert_eq!(workdir.read("data/free.csv").lines().count(), 21);
        assert_eq!(workdir.json("report.json")["tables"]["rating"]["rows"], 3);
        std::fs::remove_dir_all(workdir.path("data")).unwrap();
    }
    workdir.run_ok("generate schema.sql --dialect sqlite --rows 20 --out data");
    workdir.write("data/rating.csv", "code\nX\n");
    assert_eq!(run("check schema.sql --dialect sqlite --data data", true), Some(1), "the rows break a CHECK");
    assert_eq!(run("inspect schema.sql", false), Some(0));
    assert_eq!(run("generate nowhere.sql --out data", false), Some(4));
}
