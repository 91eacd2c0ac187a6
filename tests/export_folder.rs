//! Folders of CSV files: nothing half done, nothing of others overwritten, and PostgreSQL reads them back exactly.

use crate::hand_made::{Shelf, sink_rows};
use crate::servers::PostgresServer;
use seedbed_datagen_core::{Part, Sink};
use seedbed_export::{Csv, ExportError, Folder, Manifest, Provenance};
use seedbed_schema_model::{Dialect, TableId};
use std::fs;
use std::path::Path;
use std::process::Command;

fn provenance(part: Part) -> Provenance {
    Provenance {
        seed: 1,
        dialect: Dialect::Postgres,
        spec: Default::default(),
        part,
        existing: None,
        columns: Default::default(),
        rows: Default::default(),
    }
}

fn write(target: &Path, part: Part) -> Result<(), ExportError> {
    let sink = Folder::create(target, provenance(part), Csv)?;
    sink_rows(&Shelf::new(Dialect::Postgres), &[TableId(0), TableId(1)], sink).expect("written");
    Ok(())
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_folder_is_written_and_replaced_whole() {
    let place = tempfile::tempdir().expect("a folder");
    let target = place.path().join("data");
    write(&target, Part::WHOLE).expect("the first run");
    write(&target, Part::WHOLE).expect("the second run");
    assert_eq!(names(&target), ["author.csv", "book.csv", "manifest.json"]);
    assert_eq!(names(place.path()), ["data"]);
    assert_eq!(fs::read_to_string(target.join("book.csv")).expect("text"), "id,author\n1,4\n2,3\n3,2\n4,1\n");
    let manifest: Manifest =
        serde_json::from_slice(&fs::read(target.join("manifest.json")).expect("bytes")).expect("a manifest");
    assert_eq!(manifest.tables[1].bytes, 26);
    assert_eq!(manifest.part, None);
}

#[test]
fn a_dropped_run_leaves_nothing() {
    let place = tempfile::tempdir().expect("a folder");
    let mut sink = Folder::create(place.path().join("data"), provenance(Part::WHOLE), Csv).expect("a folder");
    let shelf = Shelf::new(Dialect::Postgres);
    let mut open = sink.open(&shelf.schema, TableId(0)).expect("begun");
    open.write(&shelf.batch(TableId(0))).expect("written");
    drop(open);
    drop(sink);
    assert_eq!(names(place.path()), Vec::<String>::new());
}

#[test]
fn files_of_others_are_safe() {
    let place = tempfile::tempdir().expect("a folder");
    fs::write(place.path().join("thesis.txt"), "years of work").expect("written");
    let error = write(place.path(), Part::WHOLE).expect_err("refused");
    assert_eq!(error.code(), "export-folder-in-use");
    assert!(error.hint().is_some() && error.to_string().contains("thesis.txt"), "{error}");
    let error = write(&place.path().join("thesis.txt"), Part::WHOLE).expect_err("refused");
    assert_eq!(error.code(), "export-wrong-kind");

    let target = place.path().join("data");
    write(&target, Part::WHOLE).expect("the first run");
    fs::write(target.join("notes.txt"), "mine").expect("written");
    assert_eq!(write(&target, Part::WHOLE).expect_err("refused").code(), "export-folder-in-use");
    assert_eq!(fs::read_to_string(target.join("notes.txt")).expect("still there"), "mine");
}

#[test]
fn only_the_first_part_has_header_lines() {
    let place = tempfile::tempdir().expect("a folder");
    let part = |i| Part::new(i, 2).expect("a part");
    let (first, second) = (place.path().join("1"), place.path().join("2"));
    write(&first, part(1)).expect("written");
    write(&second, part(2)).expect("written");
    let text = |folder: &Path| fs::read_to_string(folder.join("book.csv")).expect("text");
    assert_eq!(text(&first), format!("id,author\n{}", text(&second)));
    let manifest: Manifest =
        serde_json::from_slice(&fs::read(second.join("manifest.json")).expect("bytes")).expect("a manifest");
    assert_eq!(manifest.part.map(|p| (p.index, p.count)), Some((2, 2)));
}

#[test]
fn postgres_reads_the_cells_back() {
    let Some(server) = PostgresServer::connect() else { return };
    let database = server.scratch("folder").expect("a database");
    let place = tempfile::tempdir().expect("a folder");
    let target = place.path().join("data");
    write(&target, Part::WHOLE).expect("written");
    let script = "create table author (id int, name text, favourite int, avatar bytea, price numeric, alive bool, born date, seen timestamptz);
        \\copy author from 'author.csv' with (format csv, header)
        set timezone = 'UTC';
        select id, name is null, length(name), favourite, avatar, price, alive, born, seen from author where id in (3, 4) order by id;
        select name from author where id = 2;";
    let file = place.path().join("script.sql");
    fs::write(&file, script).expect("written");
    let output = Command::new("psql")
        .args(["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-f"])
        .arg(&file)
        .arg(database.url())
        .current_dir(&target)
        .output()
        .expect("psql runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let want = format!(
        "3|f|0|||999.99|t|2024-02-29|1970-01-02 00:00:00+00\n4|t||1|\\x2c0a|2.00|f|1969-12-31|1970-01-01 00:00:03+00\n{}\n",
        Shelf::ODD_NAME
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout), want);
}
