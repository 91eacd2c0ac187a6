//! Schemas of every kind that people have, whole: each file of `fixtures/whole/DIALECT` is made as files and judged by
//! `validate`, loaded into its server, and loaded from a ZIP by the server's own client. Nothing is told but what the file
//! says, every table gets its rows, and what the file says of them is so.
//!
//! The comments at the beginning of a file, each `-- key: value` on a line of its own, say:
//!
//! | key | value |
//! |---|---|
//! | `rows` | rows a table; 100 without |
//! | `table` | `NAME=ROWS` for one table; any number of these |
//! | `null` | share of NULLs in nullable columns |
//! | `infer references` | `yes`: undeclared references as well |
//! | `runs` | loads into the same database, each with another seed, after which `holds` are asked; 1 without |
//! | `server` | `no`: the server of CI lacks what the file needs, so only files are made and judged |
//! | `bundle` | `no`: what files are made for does not last, so none is loaded from a bundle |
//! | `holds` | a query of one value, which must be true after the load; any number of these, a line each |
//! | `told` | codes of problems, shortfalls and limitations, all of which must be told, and no others |
//! | `told in files`, `told in loads` | the same, where files are made or where it is loaded only |
//!
//! `SEEDBED_ONLY=postgres/bookings` narrows to some of them.

use crate::servers::{MariaDbServer, PostgresServer, SqliteDatabase};
use crate::whole_fixture::{Fixture, Way};
use seedbed_job::Target;
use seedbed_schema_model::Dialect;
use std::fs;
use std::path::Path;

/// A database with a fixture's schema in it, and how to ask it.
trait Database {
    /// Runs a file with the server's own client.
    fn load(&self, file: &Path) -> Result<(), String>;
    /// Runs a bundle's script in the bundle's folder.
    fn load_bundle(&self, folder: &Path) -> Result<(), String>;
    fn query(&self, sql: &str) -> Result<String, String>;
    fn target(&self) -> String;
}

impl Database for crate::servers::PostgresDatabase {
    fn load(&self, file: &Path) -> Result<(), String> {
        self.load(file)
    }

    fn load_bundle(&self, folder: &Path) -> Result<(), String> {
        self.load_in(folder, "load.psql")
    }

    fn query(&self, sql: &str) -> Result<String, String> {
        self.query(sql)
    }

    fn target(&self) -> String {
        self.url()
    }
}

impl Database for crate::servers::MariaDbDatabase {
    fn load(&self, file: &Path) -> Result<(), String> {
        self.load(file)
    }

    fn load_bundle(&self, folder: &Path) -> Result<(), String> {
        // The client looks for files where it was started.
        let script = folder.join("load.mysql.sql");
        let text = fs::read_to_string(&script).map_err(|e| e.to_string())?;
        let text = text.replace("INFILE '", &format!("INFILE '{}/", folder.display()));
        fs::write(&script, text).map_err(|e| e.to_string())?;
        self.load(&script)
    }

    fn query(&self, sql: &str) -> Result<String, String> {
        self.query(sql)
    }

    fn target(&self) -> String {
        self.url()
    }
}

impl Database for SqliteDatabase {
    fn load(&self, file: &Path) -> Result<(), String> {
        self.load(file)
    }

    fn load_bundle(&self, folder: &Path) -> Result<(), String> {
        self.load_in(folder, "load.sqlite.sql")
    }

    fn query(&self, sql: &str) -> Result<String, String> {
        self.query(sql)
    }

    fn target(&self) -> String {
        format!("sqlite:{}", self.path().display())
    }
}

/// An empty database of the server that judges a dialect, if there is one.
fn scratch(dialect: Dialect) -> Option<Box<dyn Database>> {
    match dialect {
        Dialect::Postgres => Some(Box::new(PostgresServer::connect()?.scratch("whole").expect("a database"))),
        Dialect::MySql => Some(Box::new(MariaDbServer::connect()?.scratch("whole").expect("a database"))),
        _ => Some(Box::new(SqliteDatabase::scratch()?)),
    }
}

/// The queries of a fixture that are not true.
fn unmet(fixture: &Fixture, database: &dyn Database) -> Vec<String> {
    let wrong = |sql: &String| match database.query(sql) {
        Ok(answer) if matches!(answer.trim(), "t" | "1") => None,
        Ok(answer) => Some(format!("{sql} gives {}", answer.trim())),
        Err(why) => Some(format!("{sql}: {why}")),
    };
    fixture.holds.iter().filter_map(wrong).collect()
}

fn in_files(fixture: &Fixture) -> Vec<String> {
    match fixture.run(Target::Memory, 1) {
        Ok(outcome) => fixture.differences(&outcome, Way::Files),
        Err(error) => vec![error.to_string()],
    }
}

fn loaded(fixture: &Fixture, database: &dyn Database) -> Vec<String> {
    if let Err(why) = database.load(&fixture.path) {
        return vec![format!("the server does not take the schema: {why}")];
    }
    let mut wrong = Vec::new();
    for seed in 1..=fixture.runs {
        let target = database.target().parse().expect("a target");
        match fixture.run(Target::Database(target), seed) {
            Ok(outcome) => wrong.extend(fixture.differences(&outcome, Way::Load)),
            Err(error) => wrong.push(format!("{error}: {}", causes(&error))),
        }
    }
    wrong.extend(unmet(fixture, database));
    wrong
}

fn bundled(fixture: &Fixture, database: &dyn Database) -> Vec<String> {
    if !fixture.is_bundled {
        return Vec::new();
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bundle.zip");
    if let Err(error) = fixture.run(Target::Zip(file.clone()), 1) {
        return vec![error.to_string()];
    }
    let bytes = fs::read(&file).expect("a file");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a ZIP file");
    archive.extract(folder.path()).expect("unpacked");
    // The script for SQLite makes the schema itself.
    let schema = folder.path().join("schema.sql");
    let made = if folder.path().join("load.sqlite.sql").exists() { Ok(()) } else { database.load(&schema) };
    match made.and_then(|()| database.load_bundle(folder.path())) {
        // A bundle is loaded once.
        Ok(()) if fixture.runs > 1 => Vec::new(),
        Ok(()) => unmet(fixture, database),
        Err(why) => vec![why],
    }
}

/// The chain of an error's causes.
fn causes(error: &dyn std::error::Error) -> String {
    let chain = std::iter::successors(error.source(), |e| e.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Tries every fixture of a dialect, and shows all that is wrong at once.
fn check(dialect: Dialect, what: &str, wrong: impl Fn(&Fixture) -> Vec<String>) {
    let mut all = Vec::new();
    for fixture in Fixture::all(dialect) {
        all.extend(wrong(&fixture).iter().map(|wrong| fixture.place(what, wrong)));
    }
    assert!(all.is_empty(), "{} differences\n{}", all.len(), all.join("\n"));
}

fn check_on_server(dialect: Dialect, what: &str, wrong: fn(&Fixture, &dyn Database) -> Vec<String>) {
    check(dialect, what, |fixture| match scratch(dialect) {
        Some(database) if fixture.on_server => wrong(fixture, &*database),
        _ => Vec::new(),
    });
}

#[test]
fn files_of_postgres_are_whole() {
    check(Dialect::Postgres, "files", in_files);
}

#[test]
fn files_of_mysql_are_whole() {
    check(Dialect::MySql, "files", in_files);
}

#[test]
fn files_of_sqlite_are_whole() {
    check(Dialect::Sqlite, "files", in_files);
}

#[test]
fn loads_into_postgres_are_whole() {
    check_on_server(Dialect::Postgres, "load", loaded);
}

#[test]
fn loads_into_mariadb_are_whole() {
    check_on_server(Dialect::MySql, "load", loaded);
}

#[test]
fn loads_into_sqlite_are_whole() {
    check_on_server(Dialect::Sqlite, "load", loaded);
}

#[test]
fn bundles_for_postgres_are_whole() {
    check_on_server(Dialect::Postgres, "bundle", bundled);
}

#[test]
fn bundles_for_mariadb_are_whole() {
    check_on_server(Dialect::MySql, "bundle", bundled);
}

#[test]
fn bundles_for_sqlite_are_whole() {
    check_on_server(Dialect::Sqlite, "bundle", bundled);
}
