//! A ZIP file that holds everything needed to make the same database elsewhere.

use crate::load_script::{RowsFrom, ScriptInput, ScriptLanguage, WrittenTable};
use crate::new_file::{FileTarget, finished};
use crate::zip_entries::ZipEntries;
use crate::{Csv, ExportError, FileFormat, FileNames, Manifest, Provenance, TablePlace, TableWriter};
use seedbed_datagen_core::{EncodedTableSink, Encoder, OpenTable, Part, Sink, SinkError, Spec};
use seedbed_load_plan::{LoadPlan, session_settings};
use seedbed_rows::Plan;
use seedbed_schema_model::{LoadOrder, Schema, TableId};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use zip::{CompressionMethod, ZipArchive};

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
    /// The tables of whose rows the plan does not guarantee all that the server asks.
    pub uncertain: BTreeSet<TableId>,
}

impl BundleContents {
    /// The contents for carrying out `plan`, made from `spec` and the schema's source text, for one share of the rows.
    pub fn new(plan: &Plan, spec: &Spec, part: Part, schema_sql: &str) -> Self {
        let order = plan.load_order().clone();
        let run = Provenance::new(plan, spec, part);
        let settings = session_settings(plan, &LoadPlan::of(plan).settings);
        let uncertain = plan.tables().iter().filter(|t| !t.is_guaranteed()).map(|t| t.table).collect();
        Self { run, order, schema_sql: schema_sql.to_owned(), settings, uncertain }
    }
}

/// Writes a ZIP file with a file of one format for each table, `schema.sql` and `manifest.json`. With CSV, which the
/// clients of servers read, it holds a script that loads them as well: `load.psql`, `load.sqlite.sql` or `load.mysql.sql`,
/// as the schema's dialect asks.
///
/// The same rows make the same bytes: the entries carry no times. The file appears, or replaces an earlier bundle, only in
/// [`finish`](Sink::finish).
#[derive(Debug)]
pub struct ZipBundle<F = Csv> {
    target: FileTarget,
    contents: BundleContents,
    format: F,
    /// `None` when it is finished.
    zip: Option<ZipEntries>,
    schema: Option<(Arc<Schema>, FileNames)>,
    tables: Vec<WrittenTable>,
}

impl ZipBundle {
    /// A bundle of CSV files at `target`, with a script that loads them.
    ///
    /// # Errors
    /// [`ExportError::WrongKind`] when there is something that is no file, [`ExportError::NotOurs`] when it is a file that
    /// holds anything else but an earlier bundle, [`ExportError::DanglingLink`], [`ExportError::Io`] when nothing can be
    /// written beside it.
    pub fn create(target: impl AsRef<Path>, contents: BundleContents) -> Result<Self, ExportError> {
        Self::with_format(target, contents, Csv)
    }

    /// The same in place of any file.
    ///
    /// # Errors
    /// Those of [`ZipBundle::create`] but for [`ExportError::NotOurs`].
    pub fn replace(target: impl AsRef<Path>, contents: BundleContents) -> Result<Self, ExportError> {
        Self::begin(target.as_ref(), contents, Csv, |_| true)
    }
}

impl<F: FileFormat> ZipBundle<F> {
    /// A bundle of files of any format.
    ///
    /// # Errors
    /// Those of [`ZipBundle::create`].
    pub fn with_format(
        target: impl AsRef<Path>,
        contents: BundleContents,
        format: F,
    ) -> Result<Self, ExportError> {
        Self::begin(target.as_ref(), contents, format, is_bundle)
    }

    fn begin(
        target: &Path,
        contents: BundleContents,
        format: F,
        may_go: impl FnOnce(&Path) -> bool,
    ) -> Result<Self, ExportError> {
        let (target, file) = FileTarget::create(target)?;
        if !may_go(target.path()) {
            return Err(ExportError::NotOurs { path: target.path().to_owned() });
        }
        let zip = Some(ZipEntries::new(file));
        Ok(Self { target, contents, format, zip, schema: None, tables: Vec::new() })
    }

    /// The entries beside the tables.
    fn write_rest(&mut self, zip: &mut ZipEntries) -> io::Result<()> {
        let BundleContents { run, order, schema_sql, settings, uncertain } = &self.contents;
        zip.add("schema.sql", schema_sql)?;
        if let Some((schema, _)) = self.schema.as_ref().filter(|_| self.format.has_load_script()) {
            let header = run.part.index() == 1;
            let rows = RowsFrom::Files { tables: &self.tables, header };
            let input = ScriptInput { schema, order, rows, settings, uncertain };
            if let Some(language) = ScriptLanguage::of(schema.dialect) {
                zip.add(language.file, &language.script(&input).text)?;
            }
        }
        let entries = self.tables.drain(..).map(|t| t.entry).collect();
        let manifest = Manifest::new(run, entries).to_json().map_err(io::Error::other)?;
        zip.add(Manifest::FILE, &manifest)
    }

    fn put_in_place(&mut self) -> io::Result<()> {
        let mut zip = self.zip.take().ok_or_else(finished)?;
        self.write_rest(&mut zip)?;
        zip.finish()?.put_in_place()
    }
}

/// Whether nothing would be lost but an earlier bundle: there is no file, an empty one, or one with our manifest.
fn is_bundle(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return true };
    if file.metadata().is_ok_and(|found| found.len() == 0) {
        return true;
    }
    let Ok(mut archive) = ZipArchive::new(file) else { return false };
    let manifest = archive.by_name(Manifest::FILE).ok().map(serde_json::from_reader::<_, Manifest>);
    manifest.is_some_and(|manifest| manifest.is_ok())
}

impl<F: FileFormat> Sink for ZipBundle<F> {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        let extension = self.format.extension();
        let (schema, names) = self
            .schema
            .get_or_insert_with(|| (Arc::clone(schema), FileNames::with_extension(schema, extension)));
        let name = names.get(table);
        let failed = |e: io::Error| SinkError::new(format!("writing `{name}`"), e);
        let zip = self.zip.as_mut().ok_or_else(finished).map_err(failed)?;
        let method = match self.format.is_compressed() {
            true => CompressionMethod::Stored,
            false => CompressionMethod::Deflated,
        };
        zip.begin(name, method).map_err(failed)?;
        let run = &self.contents.run;
        let at = TablePlace { schema, table, name, folder: self.target.parent(), run };
        let writer = self.format.begin(&at, zip)?;
        Ok(OpenTable::encoded(OpenEntry::<F> { table, writer, tables: &mut self.tables }))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.put_in_place().map_err(|e| SinkError::new(self.target.placing(), e))
    }
}

/// A table's entry in a bundle that is being written.
struct OpenEntry<'s, F: FileFormat> {
    table: TableId,
    writer: F::Writer<&'s mut ZipEntries>,
    tables: &'s mut Vec<WrittenTable>,
}

impl<'s, F: FileFormat> EncodedTableSink for OpenEntry<'s, F> {
    type Encoder = <F::Writer<&'s mut ZipEntries> as TableWriter>::Encoder;

    fn encoder(&self) -> Self::Encoder {
        self.writer.encoder()
    }

    fn append(&mut self, rows: u64, chunk: &mut <Self::Encoder as Encoder>::Chunk) -> Result<(), SinkError> {
        self.writer.append(rows, chunk)
    }

    fn close(self) -> Result<(), SinkError> {
        let columns = self.writer.column_facts();
        self.tables.push(WrittenTable { table: self.table, entry: self.writer.end()?, columns });
        Ok(())
    }
}
