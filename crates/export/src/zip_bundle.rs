//! A ZIP file that holds everything needed to make the same database elsewhere.

use crate::csv::{CsvChunk, CsvEncoder, CsvWriter, WrittenTable};
use crate::load_script::{ScriptInput, load_script};
use crate::target_folder::with_temporary;
use crate::{ExportError, FileNames, Manifest, Provenance};
use seedbed_datagen_core::{EncodedTableSink, OpenTable, Part, Sink, SinkError, Spec};
use seedbed_load_plan::{LoadPlan, session_settings};
use seedbed_rows::Plan;
use seedbed_schema_model::{LoadOrder, Schema, TableId};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::NamedTempFile;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What a [`ZipBundle`] needs to know besides the rows.
#[derive(Clone, Debug)]
pub struct BundleContents {
    /// The facts for the manifest.
    pub run: Provenance,
    /// The order of loading, and the references that it can't honour.
    pub order: LoadOrder,
    /// The schema's source text, which becomes `schema.sql`.
    pub schema_sql: String,
    /// Settings that defaults of the schema read, for the script to make: [`session_settings`](seedbed_load_plan::session_settings).
    pub settings: BTreeMap<String, String>,
}

impl BundleContents {
    /// The contents for carrying out `plan`, made from `spec` and the schema's source text, for one share of the rows.
    pub fn new(plan: &Plan, spec: &Spec, part: Part, schema_sql: &str) -> Self {
        let order = plan.load_order().clone();
        let run = Provenance::new(plan, spec, part);
        let settings = session_settings(plan, &LoadPlan::of(plan).settings);
        Self { run, order, schema_sql: schema_sql.to_owned(), settings }
    }
}

/// Writes a ZIP file with a CSV file for each table, `schema.sql`, `manifest.json` and a script that loads them:
/// `load.psql`, `load.sqlite.sql` or `load.mysql.sql`, as the schema's dialect asks.
///
/// The same rows make the same bytes: the entries carry no times. The file appears, or replaces an earlier one, only in
/// [`finish`](Sink::finish).
#[derive(Debug)]
pub struct ZipBundle {
    target: PathBuf,
    contents: BundleContents,
    /// `None` when it is finished.
    zip: Option<ZipWriter<NamedTempFile>>,
    schema: Option<(Arc<Schema>, FileNames)>,
    tables: Vec<WrittenTable>,
}

impl ZipBundle {
    /// A bundle at `target`.
    ///
    /// # Errors
    /// [`ExportError::WrongKind`] when there is something that is no file, [`ExportError::Io`] when nothing can be written beside it.
    pub fn create(target: impl AsRef<Path>, contents: BundleContents) -> Result<Self, ExportError> {
        let target =
            std::path::absolute(target.as_ref()).map_err(ExportError::io("find", target.as_ref()))?;
        // A device would be replaced by the file.
        if fs::metadata(&target).is_ok_and(|there| !there.is_file()) {
            return Err(ExportError::WrongKind { path: target, wanted: "file" });
        }
        let parent = target.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf);
        fs::create_dir_all(&parent).map_err(ExportError::io("make folder", &parent))?;
        let file = temporary_file(&parent).map_err(ExportError::io("make a file in", &parent))?;
        Ok(Self { target, contents, zip: Some(ZipWriter::new(file)), schema: None, tables: Vec::new() })
    }

    /// The entries beside the tables.
    fn write_rest(&mut self, zip: &mut ZipWriter<NamedTempFile>) -> io::Result<()> {
        let BundleContents { run, order, schema_sql, settings } = &self.contents;
        add(zip, "schema.sql", schema_sql)?;
        if let Some((schema, _)) = &self.schema {
            let header = run.part.index() == 1;
            let input = ScriptInput { schema, order, tables: &self.tables, header, settings };
            if let Some((name, text)) = load_script(&input) {
                add(zip, name, &text)?;
            }
        }
        let entries = self.tables.drain(..).map(|t| t.entry).collect();
        let manifest = Manifest::new(run, entries).to_json().map_err(io::Error::other)?;
        add(zip, Manifest::FILE, &manifest)
    }

    fn put_in_place(&mut self) -> io::Result<()> {
        let mut zip = self.zip.take().ok_or_else(finished)?;
        self.write_rest(&mut zip)?;
        zip.finish()?.persist(&self.target).map_err(|e| e.error)?;
        Ok(())
    }
}

impl Sink for ZipBundle {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        let (schema, names) = self.schema.get_or_insert_with(|| (Arc::clone(schema), FileNames::new(schema)));
        let name = names.get(table);
        let failed = |e: io::Error| SinkError::new(format!("writing `{name}`"), e);
        let zip = self.zip.as_mut().ok_or_else(finished).map_err(failed)?;
        zip.start_file(name, entry_options()).map_err(|e| failed(e.into()))?;
        let csv = CsvWriter::begin(schema, table, name, &self.contents.run, zip);
        Ok(OpenTable::encoded(OpenEntry { csv, tables: &mut self.tables }))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        let doing = format!("putting `{}` in place", self.target.display());
        self.put_in_place().map_err(|e| SinkError::new(doing, e))
    }
}

/// A table's entry in a bundle that is being written.
struct OpenEntry<'s> {
    csv: CsvWriter<&'s mut ZipWriter<NamedTempFile>>,
    tables: &'s mut Vec<WrittenTable>,
}

impl EncodedTableSink for OpenEntry<'_> {
    type Encoder = CsvEncoder;

    fn encoder(&self) -> CsvEncoder {
        self.csv.encoder()
    }

    fn append(&mut self, rows: u64, chunk: &mut CsvChunk) -> Result<(), SinkError> {
        self.csv.append(rows, chunk)
    }

    fn close(self) -> Result<(), SinkError> {
        self.tables.push(self.csv.end()?);
        Ok(())
    }
}

fn add(zip: &mut ZipWriter<NamedTempFile>, name: &str, text: &str) -> io::Result<()> {
    zip.start_file(name, entry_options())?;
    zip.write_all(text.as_bytes())
}

/// For a bundle that is used again after its end.
fn finished() -> io::Error {
    io::Error::other("it is finished already")
}

/// Fixed times and rights, and room for entries above 4 GiB, whose size isn't known when they begin.
fn entry_options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644)
        .large_file(true)
}

/// A new file beside what it will become.
fn temporary_file(parent: &Path) -> io::Result<NamedTempFile> {
    with_temporary(0o666, |builder| builder.tempfile_in(parent))
}
