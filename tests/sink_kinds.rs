//! Every sink of ours, each with the place that it writes to: what the laws of sinks are held against.

use crate::generated::Generated;
use seedbed_datagen_core::{Batch, CancelToken, OpenTable, Part, Sink, SinkError, sink_fn};
use seedbed_export::{
    BundleContents, Csv, FileFormat, Folder, JsonLines, MemorySink, NullSink, Parquet, Resume, Rows,
    ScriptForm, SqlScript, ZipBundle, plan_digest,
};
use seedbed_schema_model::{Schema, TableId};
use seedbed_store_sqlite::RowFileWriter;
use seedbed_text_encode::{CsvFormat, TextEncoder};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// What is somewhere, by file or table.
pub(crate) type Written = BTreeMap<String, Vec<u8>>;

/// Where a sink writes to.
pub(crate) trait Place {
    /// A sink that writes here.
    fn sink<'a>(&'a mut self, of: &Generated) -> Box<dyn Sink + 'a>;

    /// What looks finished here.
    fn written(&self, of: &Generated) -> Written;
}

/// A kind of sink, by name, with a place for it.
pub(crate) type Kind = (&'static str, fn() -> Box<dyn Place>);

/// Sinks that show nothing before they are finished.
pub(crate) const SHOWN_WHEN_FINISHED: [Kind; 11] = [
    ("CSV folder", || Files::in_a_folder(|of, place| Box::new(folder(of, place, Csv)))),
    ("CSV folder that can be resumed", || Files::in_a_folder(resumable)),
    ("Parquet folder", || Files::in_a_folder(|of, place| Box::new(folder(of, place, Parquet::default())))),
    ("JSON Lines folder", || {
        Files::in_a_folder(|of, place| Box::new(folder(of, place, JsonLines::default())))
    }),
    ("ZIP of JSON Lines", || Files::in_a_folder(|of, place| bundle_of(of, place, JsonLines::default()))),
    ("ZIP of Parquet", || Files::in_a_folder(|of, place| bundle_of(of, place, Parquet::default()))),
    ("script of INSERTs", || Files::in_a_folder(|of, place| script(of, place, ScriptForm::Insert))),
    ("ZIP bundle", || Files::in_a_folder(|of, place| bundle_of(of, place, Csv))),
    ("row file", || Files::in_a_folder(row_file)),
    ("memory", || Box::new(Memory(Rows::new()))),
    ("nowhere", || Box::new(Nowhere)),
];

/// Sinks that show each batch at once, and have nothing to finish.
pub(crate) const SHOWN_AT_ONCE: [Kind; 2] =
    [("closure", || Box::new(Texts::default())), ("row counts", || Box::new(RowCounts::default()))];

/// A folder of its own, and a sink that writes into it.
struct Files {
    place: TempDir,
    open: fn(&Generated, &Path) -> Box<dyn Sink>,
}

impl Files {
    fn in_a_folder(open: fn(&Generated, &Path) -> Box<dyn Sink>) -> Box<dyn Place> {
        Box::new(Self { place: tempfile::tempdir().expect("a folder"), open })
    }
}

impl Place for Files {
    fn sink<'a>(&'a mut self, of: &Generated) -> Box<dyn Sink + 'a> {
        (self.open)(of, self.place.path())
    }

    fn written(&self, _: &Generated) -> Written {
        let mut written = Written::new();
        for entry in fs::read_dir(self.place.path()).expect("a folder").map(|e| e.expect("an entry")) {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".zip") {
                written.extend(unzipped(&entry.path()));
            } else if name.ends_with(".sql") {
                written.insert(name, fs::read(entry.path()).expect("bytes"));
            } else if !name.starts_with('.') {
                written.extend(crate::generated::bytes_of(&entry.path()));
            }
        }
        written
    }
}

fn unzipped(path: &Path) -> Written {
    let bytes = fs::read(path).expect("bytes");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP file");
    let entries = archive.len();
    let entry = |at| {
        let (mut file, mut text) = (archive.by_index(at).expect("an entry"), Vec::new());
        file.read_to_end(&mut text).expect("bytes");
        (file.name().expect("a name").into_owned(), text)
    };
    (0..entries).map(entry).collect()
}

fn folder<F: FileFormat>(of: &Generated, place: &Path, format: F) -> Folder<F> {
    Folder::create(place.join("data"), of.provenance(Part::WHOLE), format).expect("a folder")
}

fn resumable(of: &Generated, place: &Path) -> Box<dyn Sink> {
    let facts = of.provenance(Part::WHOLE);
    let digest = plan_digest(&of.plan, &facts, "csv").expect("a digest");
    let sink = Folder::create_resumable(place.join("data"), facts, Csv, &digest, Resume::Anew);
    Box::new(sink.expect("a folder").checkpoint_every(100))
}

fn bundle_of<F: FileFormat + 'static>(of: &Generated, place: &Path, format: F) -> Box<dyn Sink> {
    Box::new(ZipBundle::with_format(place.join("data.zip"), contents(of), format).expect("a bundle"))
}

fn script(of: &Generated, place: &Path, form: ScriptForm) -> Box<dyn Sink> {
    Box::new(SqlScript::create(place.join("data.sql"), contents(of), form).expect("a script"))
}

/// What a bundle or a script needs to know.
fn contents(of: &Generated) -> BundleContents {
    BundleContents {
        run: of.provenance(Part::WHOLE),
        order: of.plan.load_order().clone(),
        schema_sql: String::new(),
        settings: BTreeMap::new(),
        uncertain: Default::default(),
    }
}

/// The laws ask for every table's name among those of what is written: a row file is one, so it is called by them all.
fn row_file(_: &Generated, place: &Path) -> Box<dyn Sink> {
    let folder = place.join("data");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("shelf book lost loan.db");
    Box::new(RowFileWriter::create(&path, CancelToken::new()).expect("a file"))
}

/// The caller's memory.
struct Memory(Rows);

impl Place for Memory {
    fn sink<'a>(&'a mut self, _: &Generated) -> Box<dyn Sink + 'a> {
        Box::new(MemorySink::new(&mut self.0))
    }

    fn written(&self, of: &Generated) -> Written {
        let schema = of.plan.schema();
        let table = |(table, batches): (&TableId, &Vec<Batch>)| {
            let mut text = Vec::new();
            batches.iter().for_each(|batch| push_text(schema, batch, &mut text));
            (schema[*table].name.to_string(), text)
        };
        self.0.iter().map(table).collect()
    }
}

/// A sink that drops everything.
struct Nowhere;

impl Place for Nowhere {
    fn sink<'a>(&'a mut self, _: &Generated) -> Box<dyn Sink + 'a> {
        Box::new(NullSink)
    }

    fn written(&self, _: &Generated) -> Written {
        Written::new()
    }
}

/// A closure that keeps each table's lines.
#[derive(Default)]
struct Texts(Written);

impl Place for Texts {
    fn sink<'a>(&'a mut self, of: &Generated) -> Box<dyn Sink + 'a> {
        let schema = Arc::clone(of.plan.schema());
        Box::new(sink_fn(move |batch: &Batch| {
            let text = self.0.entry(schema[batch.table].name.to_string()).or_default();
            push_text(&schema, batch, text);
            Ok(())
        }))
    }

    fn written(&self, _: &Generated) -> Written {
        self.0.clone()
    }
}

/// A sink that counts the rows of each table.
#[derive(Default)]
struct RowCounts(BTreeMap<String, usize>);

impl Place for RowCounts {
    fn sink<'a>(&'a mut self, _: &Generated) -> Box<dyn Sink + 'a> {
        Box::new(self)
    }

    fn written(&self, _: &Generated) -> Written {
        self.0.iter().map(|(table, rows)| (table.clone(), rows.to_string().into_bytes())).collect()
    }
}

impl Sink for RowCounts {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        let count = self.0.entry(schema[table].name.to_string()).or_default();
        Ok(OpenTable::batches(|batch: &Batch| {
            *count += batch.rows.num_rows();
            Ok(())
        }))
    }
}

/// The batch as lines.
pub(crate) fn push_text(schema: &Schema, batch: &Batch, text: &mut Vec<u8>) {
    let mut lines = TextEncoder::new(CsvFormat::new(schema.dialect), schema.dialect);
    lines.push_batch(schema, batch, text).expect("known arrays");
}
