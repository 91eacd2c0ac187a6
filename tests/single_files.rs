//! Files of one table, and archives of a file for each: the bytes of a folder, wherever they are put.

use crate::generated::{Generated, bytes_of};
use seedbed_datagen_core::{Batch, Part, RowSource, RunOptions, Sink, run};
use seedbed_export::{
    BundleContents, Csv, ExportError, FileFormat, JsonLines, Manifest, Parquet, TableFile, ZipBundle,
};
use seedbed_job::Form;
use seedbed_rows::Plan;
use seedbed_schema_model::{Dialect, Schema, TableId};
use seedbed_text_encode::JsonNumbers;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

const DDL: &str = "CREATE TABLE author (id bigint PRIMARY KEY, name varchar(40) NOT NULL UNIQUE, note text);
CREATE TABLE book (id bigint PRIMARY KEY, author bigint NOT NULL REFERENCES author, title text, price numeric(8, 2),
    twice numeric(9, 2) GENERATED ALWAYS AS (price * 2) STORED, made timestamptz, extra jsonb, photo bytea);
CREATE TABLE review (book bigint NOT NULL REFERENCES book, stars int CHECK (stars BETWEEN 1 AND 5), at timestamp);";

fn library() -> Generated {
    Generated::with_rows(Dialect::Postgres, DDL, 300, &[("book", 900)])
}

/// The chosen tables of a plan.
struct Chosen<'a> {
    plan: &'a Plan,
    tables: Vec<TableId>,
}

impl RowSource for Chosen<'_> {
    fn schema(&self) -> &Arc<Schema> {
        self.plan.schema()
    }

    fn row_counts(&self) -> Vec<(TableId, u64)> {
        let all = RowSource::row_counts(self.plan);
        all.into_iter().filter(|(table, _)| self.tables.contains(table)).collect()
    }

    fn make_rows(&self, table: TableId, rows: Range<u64>) -> Batch {
        self.plan.make_rows(table, rows)
    }
}

fn options(threads: usize, batch_rows: u64) -> RunOptions {
    RunOptions { threads, batch_rows, part: Part::WHOLE }
}

/// The file of one table alone.
fn table_file(generated: &Generated, table: &str, format: impl FileFormat, options: &RunOptions) -> Vec<u8> {
    let place = tempfile::tempdir().expect("a folder");
    let target = place.path().join("export.bin");
    let sink = TableFile::create(&target, generated.provenance(Part::WHOLE), format).expect("a file");
    let chosen = Chosen { plan: &generated.plan, tables: vec![generated.table(table)] };
    run(&chosen, options, sink, &mut ()).expect("written");
    assert_eq!(names(place.path()), ["export.bin"]);
    fs::read(target).expect("a file")
}

fn contents(generated: &Generated) -> BundleContents {
    BundleContents {
        run: generated.provenance(Part::WHOLE),
        order: generated.plan.load_order().clone(),
        schema_sql: DDL.to_owned(),
        settings: BTreeMap::new(),
        uncertain: Default::default(),
    }
}

/// The bytes of an archive of some tables.
fn archive(generated: &Generated, tables: &[&str], format: impl FileFormat, options: &RunOptions) -> Vec<u8> {
    let place = tempfile::tempdir().expect("a folder");
    let target = place.path().join("export.zip");
    let sink = ZipBundle::with_format(&target, contents(generated), format).expect("a bundle");
    let chosen =
        Chosen { plan: &generated.plan, tables: tables.iter().map(|t| generated.table(t)).collect() };
    run(&chosen, options, sink, &mut ()).expect("written");
    fs::read(target).expect("a file")
}

fn entries(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).expect("a ZIP file");
    let entries = archive.len();
    let entry = |at| {
        let (mut file, mut bytes) = (archive.by_index(at).expect("an entry"), Vec::new());
        file.read_to_end(&mut bytes).expect("bytes");
        (file.name().expect("a name").into_owned(), bytes)
    };
    (0..entries).map(entry).collect()
}

fn names(folder: &Path) -> Vec<String> {
    bytes_of(folder).into_keys().collect()
}

#[test]
fn a_file_alone_has_the_bytes_of_a_folders() {
    let library = library();
    for (form, extension) in
        [(Form::Csv, "csv"), (Form::JsonLines, "jsonl"), (Form::Parquet(Default::default()), "parquet")]
    {
        let folder = library.folder(form, options(1, 4096));
        for table in ["author", "book", "review"] {
            for run in [options(1, 7), options(3, 100)] {
                let alone = match form {
                    Form::Csv => table_file(&library, table, Csv, &run),
                    Form::JsonLines => table_file(&library, table, JsonLines::default(), &run),
                    _ => table_file(&library, table, Parquet::default(), &run),
                };
                assert!(alone == folder[&format!("{table}.{extension}")], "{table} as {form:?}");
            }
        }
    }
}

#[test]
fn archives_hold_the_chosen_tables_of_any_format() {
    let library = library();
    let chosen = ["author", "book"];
    for (form, extension) in
        [(Form::Csv, "csv"), (Form::JsonLines, "jsonl"), (Form::Parquet(Default::default()), "parquet")]
    {
        let folder = library.folder(form, options(1, 4096));
        let made = [options(1, 7), options(3, 100)].map(|run| match form {
            Form::Csv => archive(&library, &chosen, Csv, &run),
            Form::JsonLines => archive(&library, &chosen, JsonLines::default(), &run),
            _ => archive(&library, &chosen, Parquet::default(), &run),
        });
        assert!(made[0] == made[1], "the same rows are the same bytes of {form:?}");
        let entries = entries(&made[0]);
        for table in chosen {
            let name = format!("{table}.{extension}");
            assert!(entries[&name] == folder[&name], "{name}");
        }
        let manifest: Manifest = serde_json::from_slice(&entries[Manifest::FILE]).expect("a manifest");
        let files: Vec<&str> = manifest.tables.iter().map(|t| t.file.as_str()).collect();
        assert_eq!(files, chosen.map(|t| format!("{t}.{extension}")));
        assert_eq!(entries["schema.sql"], DDL.as_bytes());
        assert_eq!(entries.contains_key("load.psql"), form == Form::Csv, "a script reads CSV alone");
    }
}

/// Every cell of JSON Lines is that of the batches.
#[test]
fn json_lines_say_what_the_rows_are() {
    let library = library();
    let book = library.table("book");
    let lines =
        String::from_utf8(table_file(&library, "book", JsonLines::default(), &options(2, 64))).expect("text");
    let cells = library.rows(book, 0..900);
    assert_eq!(lines.lines().count(), 900);
    for (row, line) in lines.lines().enumerate() {
        let object: Value = serde_json::from_str(line).expect("an object");
        let keys: Vec<&String> = object.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["id", "author", "title", "price", "twice", "made", "extra", "photo"]);
        let said = |column: &str| cells[column][row].clone();
        for column in ["id", "author", "title", "price", "twice"] {
            let ours = match &object[column] {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                _ => {
                    // Numbers as they are written: a parsed one has lost its zeros.
                    let text = line.split_once(&format!("\"{column}\":")).expect("a member").1;
                    Some(text.split([',', '}']).next().expect("a number").to_owned())
                }
            };
            assert_eq!(ours, said(column), "{column} of row {row}");
        }
        if let Some(made) = said("made") {
            assert_eq!(object["made"].as_str(), Some(made.replace(' ', "T").replace("+00", "Z").as_str()));
        }
        if let Some(extra) = said("extra") {
            assert_eq!(object["extra"], serde_json::from_str::<Value>(&extra).expect("a document"));
        }
    }
    let strings = JsonLines { numbers: JsonNumbers::AsStrings };
    let lines = String::from_utf8(table_file(&library, "book", strings, &options(1, 64))).expect("text");
    let first: Value = serde_json::from_str(lines.lines().next().expect("a row")).expect("an object");
    assert!(first["id"].is_number() && (first["price"].is_string() || first["price"].is_null()));
}

#[test]
fn a_file_is_of_one_table_and_appears_when_it_is_whole() {
    let library = library();
    let place = tempfile::tempdir().expect("a folder");
    let target = place.path().join("book.csv");
    let create = || TableFile::create(&target, library.provenance(Part::WHOLE), Csv);
    fs::write(&target, "mine").expect("written");

    let two = Chosen { plan: &library.plan, tables: vec![library.table("author"), library.table("book")] };
    assert!(run(&two, &options(1, 100), create().expect("a file"), &mut ()).is_err());
    let none = Chosen { plan: &library.plan, tables: Vec::new() };
    assert!(run(&none, &options(1, 100), create().expect("a file"), &mut ()).is_err());
    let mut dropped = create().expect("a file");
    dropped.open(library.plan.schema(), library.table("book")).expect("begun").close().expect("written");
    drop(dropped);
    assert_eq!(names(place.path()), ["book.csv"]);
    assert_eq!(fs::read_to_string(&target).expect("still there"), "mine");

    let error = TableFile::create(place.path(), library.provenance(Part::WHOLE), Csv).expect_err("a folder");
    assert!(matches!(error, ExportError::WrongKind { wanted: "file", .. }));
}
