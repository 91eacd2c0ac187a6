//! Files: folders, ZIPs, what is left behind.

use crate::workdir::Workdir;

const SCHEMA: &str = "CREATE TABLE a (id integer PRIMARY KEY, name varchar(20));
                      CREATE TABLE b (id integer PRIMARY KEY, a_id integer NOT NULL REFERENCES a (id));";

#[test]
fn quiet_says_nothing() {
    let workdir = Workdir::with_schema(SCHEMA);
    let ran = workdir.run_ok("generate schema.sql --rows 10 --out data --quiet");
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
}

#[test]
fn each_finished_table_is_a_line() {
    let workdir = Workdir::with_schema(SCHEMA);
    let ran = workdir.run_ok("generate schema.sql --dialect postgres --rows 1234 --out data");
    assert!(ran.stderr.contains("       1,234 public.a\n       1,234 public.b\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("2,468 rows in 2 tables"), "{}", ran.stderr);
}

#[test]
fn a_zip_is_the_same_every_time() {
    let workdir = Workdir::with_schema(SCHEMA);
    workdir.run_ok("generate schema.sql --rows 100 --zip one.zip -q");
    workdir.run_ok("generate schema.sql --rows 100 --zip two.zip -q");
    let bytes = |name| std::fs::read(workdir.path(name)).unwrap();
    assert!(bytes("one.zip").starts_with(b"PK"));
    assert!(bytes("one.zip") == bytes("two.zip"));
}

#[test]
fn strangers_files_are_left_alone() {
    let workdir = Workdir::with_schema(SCHEMA);
    std::fs::create_dir(workdir.path("data")).unwrap();
    workdir.write("data/precious.txt", "mine");
    let ran = workdir.run("generate schema.sql --out data");
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("precious.txt") && ran.stderr.contains("help: "), "{}", ran.stderr);
    assert_eq!(workdir.read("data/precious.txt"), "mine");
}

#[test]
fn a_second_run_replaces_the_first() {
    let workdir = Workdir::with_schema(SCHEMA);
    workdir.run_ok("generate schema.sql --rows 10 --out data -q");
    workdir.run_ok("generate schema.sql --rows 20 --only a --out data -q");
    assert_eq!(workdir.csv_files("data").len(), 1);
}

#[test]
fn several_files_are_one_script() {
    let workdir = Workdir::new();
    workdir.write("1.sql", "CREATE TABLE a (id integer PRIMARY KEY);");
    workdir.write("2.sql", "ALTER TABLE a ADD COLUMN size integer NOT NULL;");
    workdir.run_ok("generate 1.sql 2.sql --dialect sqlite --rows 3 --out data -q");
    assert_eq!(workdir.read("data/a.csv").lines().next(), Some("id,size"));
}

#[test]
fn the_spec_is_obeyed_and_overridden() {
    let workdir =
        Workdir::with_schema("CREATE TABLE film (id integer PRIMARY KEY, rating text, length integer);");
    workdir.write(
        "seedbed.toml",
        "rows = 40\n[tables.film.columns]\n\
         rating = { values = ['G', { value = 'PG', weight = 3 }], null-rate = 0.0 }\n\
         length = { range = { min = 60, max = 90 }, null-rate = 0.0 }\n",
    );
    let ran = workdir.run_ok("generate schema.sql --dialect sqlite --out data");
    assert!(ran.stderr.contains("using the spec `seedbed.toml`"), "{}", ran.stderr);
    let text = workdir.read("data/film.csv");
    assert_eq!(text.lines().count(), 41);
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        assert!(["G", "PG"].contains(&cells[1]), "{line}");
        assert!((60..=90).contains(&cells[2].parse::<i32>().unwrap()), "{line}");
    }
    workdir.run_ok("generate schema.sql --dialect sqlite --rows 7 --out data -q");
    assert_eq!(workdir.read("data/film.csv").lines().count(), 8, "the command line has the last word");
}

/// Also where a table gets none because its parent has none.
#[test]
fn a_file_without_rows_has_its_header() {
    let workdir = Workdir::with_bookshop();
    workdir.run_ok("generate schema.sql --rows 0 --out empty -q");
    assert_eq!(workdir.read("empty/book_authors.csv"), "isbn,author_id,position\n");
    for (name, bytes) in workdir.csv_files("empty") {
        assert_eq!(bytes.iter().filter(|b| **b == b'\n').count(), 1, "{name} is one line");
        assert!(bytes.len() > 1, "{name} names its columns");
    }
}

#[test]
fn nowhere_leaves_nothing() {
    let workdir = Workdir::with_schema(SCHEMA);
    let ran = workdir.run_ok("generate schema.sql --rows 1000 --null");
    assert!(ran.stderr.contains("2,000 rows in 2 tables"), "{}", ran.stderr);
    let left: Vec<_> =
        std::fs::read_dir(workdir.path(".")).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(left, ["schema.sql"]);
}
