//! Bundles of planned schemas, made without a database and loaded by the server's own client: what files must hold and
//! their scripts must cope with.

use crate::generated::{Cells, Generated};
use crate::servers::{MariaDbServer, PostgresServer, SqliteDatabase};
use seedbed_schema_model::Dialect;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What a client prints for one query, run in the bundle's folder after the script.
fn run(command: &mut Command) -> String {
    let output = command.output().expect("the client runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// Loads a bundle into PostgreSQL and asks something.
fn ask_postgres(generated: &Generated, sql: &str) -> Option<String> {
    let database = PostgresServer::connect()?.scratch("bundle").expect("a database");
    let folder = tempfile::tempdir().expect("a folder");
    generated.unpack_bundle(folder.path());
    database.load(&folder.path().join("schema.sql")).expect("the schema");
    let psql = || {
        let mut command = Command::new("psql");
        command.args(["-X", "-q", "-At", "-d", &database.url()]).current_dir(folder.path());
        command
    };
    run(psql().args(["-f", "load.psql"]));
    Some(run(psql().args(["-c", sql])))
}

/// Loads a bundle into a new SQLite file and asks something.
fn ask_sqlite(generated: &Generated, sql: &str) -> Option<String> {
    let database = SqliteDatabase::scratch()?;
    let folder = tempfile::tempdir().expect("a folder");
    generated.unpack_bundle(folder.path());
    let script = fs::File::open(folder.path().join("load.sqlite.sql")).expect("a script");
    run(Command::new("sqlite3").arg(database.path()).stdin(script).current_dir(folder.path()));
    Some(run(Command::new("sqlite3").arg(database.path()).arg(sql)))
}

/// Loads a bundle into MariaDB and asks something.
fn ask_mariadb(generated: &Generated, sql: &str) -> Option<String> {
    let database = MariaDbServer::connect()?.scratch("bundle").expect("a database");
    let folder = tempfile::tempdir().expect("a folder");
    generated.unpack_bundle(folder.path());
    database.load(&folder.path().join("schema.sql")).expect("the schema");
    let script = folder.path().join("load.mysql.sql");
    absolute_paths(&script, folder.path());
    database.load(&script).expect("loaded");
    Some(database.query(sql).expect(sql).trim_end().to_owned())
}

/// The client looks for files where it was started.
fn absolute_paths(script: &Path, folder: &Path) {
    let text = fs::read_to_string(script).expect("a script");
    fs::write(script, text.replace("INFILE '", &format!("INFILE '{}/", folder.display()))).expect("written");
}

/// Columns of the first table as `a|b` lines in row order.
fn lines(generated: &Generated, columns: &[&str], gap: &str) -> String {
    let table = &generated.plan.tables()[0];
    let cells: BTreeMap<String, Cells> = generated.rows(table.table, 0..table.rows);
    let cell = |column: &str, row: usize| cells[column][row].clone().unwrap_or_default();
    let line = |row| columns.iter().map(|c| cell(c, row)).collect::<Vec<_>>().join(gap);
    (0..table.rows as usize).map(line).collect::<Vec<_>>().join("\n")
}

const POSTGRES_GENERATED: &str = "CREATE TABLE line (id int PRIMARY KEY,
    total numeric(12, 2) GENERATED ALWAYS AS (quantity * price) STORED,
    quantity int NOT NULL CHECK (quantity BETWEEN 1 AND 50), price numeric(8, 2) NOT NULL, name varchar(20),
    label text GENERATED ALWAYS AS (upper(name) || '-' || id) STORED, due date,
    late boolean GENERATED ALWAYS AS (due < DATE '2024-01-01') STORED NOT NULL,
    paid timestamp, paid_on date GENERATED ALWAYS AS (paid::date) STORED);";

#[test]
fn files_for_postgres_hold_what_the_server_computes() {
    let ddl = POSTGRES_GENERATED.replace("due date", "due date NOT NULL");
    let generated = Generated::with_rows(Dialect::Postgres, &ddl, 60, &[]);
    assert_eq!(generated.broken(), Vec::<String>::new());
    let sql =
        "select id, total, label, case when late then 'true' else 'false' end, paid_on from line order by id";
    let Some(theirs) = ask_postgres(&generated, sql) else { return };
    assert_eq!(theirs, lines(&generated, &["id", "total", "label", "late", "paid_on"], "|"));
}

#[test]
fn files_for_sqlite_hold_what_the_server_computes() {
    let ddl = "CREATE TABLE line (id INTEGER PRIMARY KEY, total AS (doubled + 1) STORED,
        quantity INTEGER NOT NULL, doubled INTEGER AS (quantity * 2), name TEXT, label TEXT AS (upper(name) || '-' || id));";
    let generated = Generated::with_rows(Dialect::Sqlite, ddl, 60, &[]);
    assert_eq!(generated.broken(), Vec::<String>::new());
    let Some(theirs) = ask_sqlite(&generated, "select id, total, doubled, label from line order by id")
    else {
        return;
    };
    assert_eq!(theirs, lines(&generated, &["id", "total", "doubled", "label"], "|"));
}

#[test]
fn files_for_mariadb_hold_what_the_server_computes() {
    let ddl = "CREATE TABLE line (id int PRIMARY KEY, total decimal(12, 2) AS (quantity * price) STORED,
        quantity int NOT NULL CHECK (quantity BETWEEN 1 AND 50), price decimal(8, 2) NOT NULL, name varchar(20),
        label varchar(40) AS (concat(upper(name), '-', id)) VIRTUAL, twice decimal(14, 2) AS (total * 2));";
    let generated = Generated::with_rows(Dialect::MySql, ddl, 60, &[]);
    assert_eq!(generated.broken(), Vec::<String>::new());
    let sql = "select id, total, ifnull(label, ''), twice from line order by id";
    let Some(theirs) = ask_mariadb(&generated, sql) else { return };
    assert_eq!(theirs, lines(&generated, &["id", "total", "label", "twice"], "\t"));
}

#[test]
fn what_cannot_be_computed_is_left_out_and_told() {
    let ddl = "CREATE FUNCTION f(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN $1 + random(); END $$;
        CREATE TABLE t (id int PRIMARY KEY, a int GENERATED ALWAYS AS (f(id)) STORED,
            b int GENERATED ALWAYS AS (id + 1) STORED, c int GENERATED ALWAYS AS (1 / (id - id)) STORED);";
    let generated = Generated::with_rows(Dialect::Postgres, ddl, 5, &[]);
    let table = generated.table("t");
    let names: Vec<String> = generated.rows(table, 0..5).into_keys().collect();
    assert_eq!(names, ["b", "id"]);
    let explanation = generated.plan.explain();
    let why = |column: &str| {
        let of = explanation.tables[0].columns.iter().find(|c| c.column == column);
        of.map(|c| c.why.clone()).unwrap_or_default()
    };
    assert!(why("a").starts_with("a generated column; files leave it out: cannot evaluate"), "{}", why("a"));
    assert_eq!(why("b"), "a generated column");
    assert_eq!(why("c"), "a generated column; files leave it out: its expression fails in some rows");
}

#[test]
fn psql_loads_references_that_go_in_a_circle() {
    let ddl = "CREATE TABLE a (id int PRIMARY KEY, b_id int NOT NULL);
        CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a);
        ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b;
        CREATE TABLE c (n int, d_n int);
        CREATE TABLE d (n int UNIQUE, c_id int NOT NULL REFERENCES b);
        ALTER TABLE c ADD FOREIGN KEY (d_n) REFERENCES d (n);";
    let generated = Generated::with_rows(Dialect::Postgres, ddl, 40, &[]);
    let sql = "select (select count(*) from a), (select count(*) from b), (select count(d_n) > 20 from c)";
    let Some(counts) = ask_postgres(&generated, sql) else { return };
    assert_eq!(counts, "40|40|t");
}

/// Half of the letters, and their copies, stay; whoever refers to one that does not stay is left out as well.
#[test]
fn the_mysql_script_goes_on_without_rows_that_a_trigger_refuses() {
    let ddl = "CREATE TABLE letter (id int PRIMARY KEY, weight int NOT NULL);
        CREATE TABLE copy (id int PRIMARY KEY, letter int NOT NULL, FOREIGN KEY (letter) REFERENCES letter (id));
        CREATE TABLE stamp (id int PRIMARY KEY);
        DELIMITER //
        CREATE TRIGGER odd BEFORE INSERT ON letter FOR EACH ROW
            IF NEW.id % 2 = (SELECT count(*) FROM stamp) THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'even only'; END IF //
        DELIMITER ;";
    let generated = Generated::with_rows(Dialect::MySql, ddl, 40, &[]);
    let sql = "SELECT concat_ws(' ', (SELECT count(*) FROM letter), (SELECT min(id % 2) FROM letter),
        (SELECT count(*) > 5 FROM copy), (SELECT count(*) FROM stamp), (SELECT count(*) FROM information_schema.routines
        WHERE routine_schema = DATABASE()))";
    let Some(answer) = ask_mariadb(&generated, sql) else { return };
    assert_eq!(answer, "20 1 1 40 0");
}
