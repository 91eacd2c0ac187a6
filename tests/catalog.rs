//! What the parser makes of real schemas, held against the catalog of the real server that loaded the same file.
//!
//! `cargo nextest run -p seedbed-tests catalog --no-capture` prints, for each folder of the corpus, how many of the
//! server's tables are in the model with every column, key, reference, enum and CHECK, and the differences.
//! `SEEDBED_ONLY=sqlite/sakila` narrows to files whose `folder/file` holds that text; `SEEDBED_DIFFERENCES=FOLDER`
//! writes all differences there, a file for each folder of the corpus.

use crate::catalog_compare::{Difference, compare_all};
use crate::catalog_model;
use crate::catalog_table::CatalogTable;
use crate::servers::{MariaDbServer, PostgresServer, SqliteDatabase};
use crate::{catalog_mariadb, catalog_postgres, catalog_sqlite, corpus};
use seedbed_schema_model::{Dialect, SourceMap};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The share of exact tables that each folder of the corpus must reach.
const WANTED: f64 = 0.995;

#[test]
fn catalog_postgres_dump() {
    postgres_corpus("postgres_dump");
}

#[test]
fn catalog_postgres() {
    postgres_corpus("postgres");
}

#[test]
fn catalog_mysql() {
    let Some(root) = corpus::root() else { return };
    mariadb(&root, "mysql", WANTED);
}

#[test]
fn catalog_mysql_dump() {
    let Some(root) = corpus::root() else { return };
    mariadb(&root, "mysql_dump", WANTED);
}

#[test]
fn catalog_sqlite() {
    let Some(root) = corpus::root() else { return };
    sqlite(&root, "sqlite", WANTED);
}

/// Our own files of everything unusual: each must be read to the last column.
#[test]
fn catalog_fixtures_postgres() {
    let Some(server) = PostgresServer::connect() else { return };
    postgres(&server, &fixtures(), "postgres", 1.0);
}

#[test]
fn catalog_fixtures_mysql() {
    mariadb(&fixtures(), "mysql", 1.0);
}

#[test]
fn catalog_fixtures_sqlite() {
    sqlite(&fixtures(), "sqlite", 1.0);
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/catalog")
}

fn postgres_corpus(folder: &str) {
    let (Some(root), Some(server)) = (corpus::root(), PostgresServer::connect()) else { return };
    // Two suites may prepare the server at once; the one that comes second fails to make what is there already.
    let _ = server.prepare(&root.join("postgres-roles.sql"));
    postgres(&server, &root, folder, WANTED);
}

fn postgres(server: &PostgresServer, root: &Path, folder: &str, wanted: f64) {
    let read = |file: &Path| {
        let database = server.scratch(&corpus::name(file))?;
        database.load(file)?;
        catalog_postgres::tables(&database.url()).map_err(|e| format!("{e:?}"))
    };
    judge(root, folder, Dialect::Postgres, wanted, &read);
}

fn mariadb(root: &Path, folder: &str, wanted: f64) {
    let Some(server) = MariaDbServer::connect() else { return };
    let read = |file: &Path| {
        let database = server.scratch(&corpus::name(file))?;
        database.load(file)?;
        catalog_mariadb::tables(&database)
    };
    judge(root, folder, Dialect::MySql, wanted, &read);
}

fn sqlite(root: &Path, folder: &str, wanted: f64) {
    if SqliteDatabase::scratch().is_none() {
        return;
    }
    let read = |file: &Path| {
        let database = SqliteDatabase::scratch().ok_or("the sqlite3 client went away")?;
        database.load(file)?;
        catalog_sqlite::tables(&database.path()).map_err(|e| e.to_string())
    };
    judge(root, folder, Dialect::Sqlite, wanted, &read);
}

/// What a server says of a file.
type ReadCatalog<'a> = &'a (dyn Fn(&Path) -> Result<Vec<CatalogTable>, String> + Sync);

/// One file's result.
struct Judged {
    file: String,
    /// The server's tables.
    tables: usize,
    counts: Counts,
    differences: Vec<Difference>,
    problems: usize,
}

/// How much there was to compare, so that agreement about nothing is seen.
#[derive(Default)]
struct Counts {
    columns: usize,
    keys: usize,
    references: usize,
    checks: usize,
    /// Expressions of which the model only knows the text. All others are differences.
    unread: usize,
}

impl Counts {
    fn of(server: &[CatalogTable], model: &[CatalogTable]) -> Self {
        let mut counts = Self::default();
        for table in server {
            counts.columns += table.columns.len();
            counts.keys += table.uniques.len() + usize::from(table.primary_key.is_some());
            counts.references += table.foreign_keys.len();
            counts.checks += table.checks.len();
        }
        let exprs = |t: &CatalogTable| {
            let columns = t.columns.iter().filter_map(|c| c.expr.as_ref());
            let keys = t.uniques.iter().filter_map(|k| k.expr.as_ref());
            let checks = t.checks.iter().map(|c| &c.expr);
            columns.chain(keys).chain(checks).filter(|e| e.unread.is_some()).count()
        };
        counts.unread = model.iter().map(exprs).sum();
        counts
    }

    fn add(&mut self, other: &Self) {
        self.columns += other.columns;
        self.keys += other.keys;
        self.references += other.references;
        self.checks += other.checks;
        self.unread += other.unread;
    }
}

impl Judged {
    /// The tables with a difference. One that only the model has counts too.
    fn inexact(&self) -> usize {
        self.differences.iter().map(|d| d.table.as_str()).collect::<BTreeSet<_>>().len()
    }
}

fn judge(root: &Path, folder: &str, dialect: Dialect, wanted: f64, read: ReadCatalog<'_>) {
    let files = corpus::files(root, folder);
    assert!(!files.is_empty() || corpus::is_narrowed(), "no files in {folder}");
    let (judged, failed) = judge_files(&files, dialect, read);
    let tables: usize = judged.iter().map(|j| j.tables).sum();
    let inexact: usize = judged.iter().map(Judged::inexact).sum();
    let share = 1.0 - inexact as f64 / tables.max(1) as f64;
    report(root, folder, &judged, tables, inexact, share);
    assert!(failed.is_empty(), "the server did not take {failed:#?}");
    assert!(
        share >= wanted || corpus::is_narrowed(),
        "{folder}: {inexact} of {tables} tables differ from the server's catalog; {:.2} % are exact, wanted {:.2} %",
        share * 100.0,
        wanted * 100.0
    );
}

/// All files, two at a time, in order; and those that the server refused.
fn judge_files(files: &[PathBuf], dialect: Dialect, read: ReadCatalog<'_>) -> (Vec<Judged>, Vec<String>) {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = judge_file(file, dialect, read);
                    done.lock().expect("no thread panics while it holds the list").push((file, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("both threads have ended well");
    done.sort_by_key(|(file, _)| *file);
    let (mut judged, mut failed) = (Vec::new(), Vec::new());
    for (file, result) in done {
        match result {
            Ok(result) => judged.push(result),
            Err(why) => failed.push(format!("{}: {why}", file.display())),
        }
    }
    (judged, failed)
}

fn judge_file(file: &Path, dialect: Dialect, read: ReadCatalog<'_>) -> Result<Judged, String> {
    let server = read(file)?;
    let mut sources = SourceMap::default();
    sources.push(&file.to_string_lossy(), &corpus::read(file));
    let lowered = seedbed_ddl_parse::parse(&sources, Some(dialect));
    let model = catalog_model::tables(&lowered.schema);
    Ok(Judged {
        file: corpus::name(file),
        tables: server.len(),
        counts: Counts::of(&server, &model),
        differences: compare_all(&server, &model),
        problems: lowered.problems.len(),
    })
}

/// Prints the figures and the first differences, and writes all of them where `SEEDBED_DIFFERENCES` says.
#[expect(clippy::print_stderr, reason = "the figures are what the suite is run for")]
fn report(root: &Path, folder: &str, judged: &[Judged], tables: usize, inexact: usize, share: f64) {
    let mut lines = Vec::new();
    for file in judged {
        lines.extend(file.differences.iter().map(|d| format!("{} {d}", file.file)));
    }
    let mut text = String::new();
    for file in judged.iter().filter(|j| j.inexact() > 0) {
        let _ = writeln!(
            text,
            "{folder}/{}: {} of {} tables differ, {} problems told",
            file.file,
            file.inexact(),
            file.tables,
            file.problems
        );
    }
    let _ = writeln!(text, "{folder}: {:.2} % of {tables} tables exact, {inexact} differ", share * 100.0);
    let mut counts = Counts::default();
    judged.iter().for_each(|j| counts.add(&j.counts));
    let Counts { columns, keys, references, checks, unread } = counts;
    let _ = writeln!(
        text,
        "{folder}: {columns} columns, {keys} keys, {references} references, {checks} CHECKs; {unread} expressions not read"
    );
    let shown = if corpus::is_narrowed() { lines.len() } else { 40 };
    eprintln!("{}\n{text}", lines.iter().take(shown).map(String::as_str).collect::<Vec<_>>().join("\n"));
    if let Some(target) = std::env::var_os("SEEDBED_DIFFERENCES") {
        let set = if root == fixtures() { "fixtures-" } else { "" };
        let path = Path::new(&target).join(format!("catalog-discrepancies-{set}{folder}.txt"));
        let written = std::fs::write(&path, format!("{text}\n{}\n", lines.join("\n")));
        written.unwrap_or_else(|e| panic!("cannot write {}: {e}", path.display()));
    }
}
