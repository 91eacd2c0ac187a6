//! Bundles: the same rows make the same bytes, and each dialect's script loads them with the server's own client.

use crate::hand_made::{Shelf, sink_rows};
use crate::servers::{MariaDbDatabase, MariaDbServer, PostgresServer, SqliteDatabase};
use seedbed_datagen_core::Part;
use seedbed_export::{BundleContents, Manifest, Provenance, ZipBundle};
use seedbed_schema_model::{Dialect, TableGraph};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Writes the shelf's rows as a bundle and unpacks it beside.
fn bundle(shelf: &Shelf, folder: &Path) -> Vec<u8> {
    let file = folder.join("bundle.zip");
    let run = Provenance {
        seed: 7,
        dialect: shelf.schema.dialect,
        spec: Default::default(),
        part: Part::WHOLE,
        existing: None,
        columns: Default::default(),
        rows: Default::default(),
    };
    let order = TableGraph::new(&shelf.schema).load_order();
    let contents = BundleContents {
        run,
        order: order.clone(),
        schema_sql: shelf.ddl.to_owned(),
        settings: Default::default(),
        uncertain: Default::default(),
    };
    let sink = ZipBundle::create(&file, contents).expect("a bundle");
    sink_rows(shelf, &order.tables, sink).expect("written");
    let bytes = fs::read(&file).expect("a file");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).expect("a ZIP file");
    archive.extract(folder).expect("unpacked");
    bytes
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("the client runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_same_rows_make_the_same_bytes() {
    let shelf = Shelf::new(Dialect::Postgres);
    let (a, b) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    assert!(bundle(&shelf, a.path()) == bundle(&shelf, b.path()));
}

#[test]
fn the_manifest_knows_its_files() {
    let folder = tempfile::tempdir().expect("a folder");
    bundle(&Shelf::new(Dialect::Sqlite), folder.path());
    let manifest: Manifest =
        serde_json::from_slice(&fs::read(folder.path().join(Manifest::FILE)).expect("a manifest"))
            .expect("JSON");
    assert_eq!((manifest.seed, manifest.dialect, manifest.tables.len()), (7, Dialect::Sqlite, 2));
    for table in &manifest.tables {
        let bytes = fs::read(folder.path().join(&table.file)).expect("its file");
        assert_eq!(bytes.len() as u64, table.bytes);
        assert_eq!(table.rows, Shelf::ROWS);
    }
}

#[test]
fn psql_loads_it() {
    let Some(server) = PostgresServer::connect() else { return };
    let database = server.scratch("bundle").expect("a database");
    let folder = tempfile::tempdir().expect("a folder");
    let shelf = Shelf::new(Dialect::Postgres);
    bundle(&shelf, folder.path());
    database.load(&folder.path().join("schema.sql")).expect("the schema");
    let psql = || {
        let mut command = Command::new("psql");
        command.args(["-X", "-q", "-At", "-d", &database.url()]).current_dir(folder.path());
        command
    };
    run(psql().args(["-f", "load.psql"]));
    let ask = |sql: &str| run(psql().args(["-c", sql])).trim_end().to_owned();
    assert_eq!(ask("select count(*), count(favourite), count(avatar) from author"), "4|3|3");
    assert_eq!(ask("select string_agg(favourite::text, ',' order by id) from author"), "3,2,1");
    assert_eq!(ask("select name from author where id = 2"), Shelf::ODD_NAME);
    assert_eq!(
        ask("select coalesce(name, 'null'), length(name) from author where id in (3, 4) order by id"),
        "|0\nnull|"
    );
    assert_eq!(ask("select string_agg(encode(avatar, 'hex'), ',' order by id) from author"), "00ff22,,2c0a");
    assert_eq!(ask("select nextval('author_id_seq')"), "5");
}

#[test]
fn the_sqlite_shell_loads_it() {
    let Some(database) = SqliteDatabase::scratch() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    bundle(&Shelf::new(Dialect::Sqlite), folder.path());
    let script = fs::File::open(folder.path().join("load.sqlite.sql")).expect("a script");
    let said = run(Command::new("sqlite3").arg(database.path()).stdin(script).current_dir(folder.path()));
    assert_eq!(said, "");
    let ask = |sql: &str| run(Command::new("sqlite3").arg(database.path()).arg(sql)).trim_end().to_owned();
    assert_eq!(ask("select count(*), count(favourite), count(avatar) from author"), "4|3|2");
    assert_eq!(
        ask("select group_concat(favourite, ',') from (select favourite from author order by id)"),
        "3,2,1"
    );
    assert_eq!(ask("select name from author where id = 2"), Shelf::ODD_NAME);
    assert_eq!(
        ask("select hex(avatar), typeof(avatar), typeof(price), typeof(id) from author where id = 1"),
        "00FF22|blob|real|integer"
    );
    assert_eq!(ask("pragma foreign_key_check"), "");
}

/// A database with the bundle's schema, and the bundle's script for it.
fn mariadb_with_bundle(folder: &Path) -> Option<(MariaDbDatabase, PathBuf)> {
    let database = MariaDbServer::connect()?.scratch("bundle").expect("a database");
    bundle(&Shelf::new(Dialect::MySql), folder);
    database.load(&folder.join("schema.sql")).expect("the schema");
    // The client looks for files where it was started.
    let script = folder.join("load.mysql.sql");
    let text = fs::read_to_string(&script).expect("a script");
    fs::write(&script, text.replace("INFILE '", &format!("INFILE '{}/", folder.display()))).expect("written");
    Some((database, script))
}

#[test]
fn mariadb_loads_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some((database, script)) = mariadb_with_bundle(folder.path()) else { return };
    database.load(&script).expect("loaded");
    let ask = |sql: &str| database.query(sql).expect(sql).trim_end().to_owned();
    assert_eq!(ask("select count(*), count(favourite), count(avatar) from author"), "4\t3\t2");
    assert_eq!(ask("select group_concat(favourite order by id) from author"), "3,2,1");
    assert_eq!(ask("select name from author where id = 2"), Shelf::ODD_NAME);
    assert_eq!(ask("select hex(avatar) from author where id = 1"), "00FF22");
}

/// LOCAL leaves out and bends with a mere warning: the script has to look.
#[test]
fn mariadb_loads_all_or_nothing() {
    let stricter = [
        ("MODIFY name varchar(3)", "author: 4 of 4 rows"),
        ("ADD CONSTRAINT short CHECK (length(name) < 4)", "short"),
    ];
    for (stricter, why) in stricter {
        let folder = tempfile::tempdir().expect("a folder");
        let Some((database, script)) = mariadb_with_bundle(folder.path()) else { return };
        database.query(&format!("ALTER TABLE author {stricter}")).expect(stricter);
        let said = database.load(&script).expect_err(stricter);
        assert!(said.contains(why), "{stricter}: {said}");
        assert_eq!(database.query("select count(*) from author").as_deref(), Ok("0\n"), "{stricter}");
    }
}
