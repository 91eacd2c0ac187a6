//! One SQL file with the rows of all tables.

mod encoder;

use crate::load_script::{RowsFrom, RowsPlace, ScriptInput, ScriptLanguage, ScriptText};
use crate::new_file::{FileTarget, finished};
use crate::{BundleContents, ExportError, ScriptForm};
use encoder::{RowsEncoder, STATEMENT_ROWS, StatementRows};
use seedbed_datagen_core::{EncodedTableSink, OpenTable, Sink, SinkError};
use seedbed_load_plan::RowsToLoad;
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_staging::StagedFile;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

/// Writes a SQL script that puts the rows into a database that has the schema: in load order, in one transaction and with
/// every constraint on. What has to wait for other rows, what a trigger may refuse, and what sequences and settings need is
/// done as a load into a database does it ([`LoadPlan`](seedbed_load_plan::LoadPlan)).
///
/// With INSERTs it is plain SQL, which any client sends; for SQLite its shell, where a trigger may refuse rows. With COPY it
/// is for `psql`. Generated columns are left to the server. The same rows make the same bytes.
///
/// Which tables come, and how many rows each has, must be known before the first: [`Provenance::rows`] names them, and they
/// come in the order of the contents' load order. A table that is named and never comes has no rows in the script.
///
/// The file appears, or replaces an earlier one, only in [`finish`](Sink::finish).
///
/// [`Provenance::rows`]: crate::Provenance::rows
#[derive(Debug)]
pub struct SqlScript {
    target: FileTarget,
    contents: BundleContents,
    form: ScriptForm,
    language: &'static ScriptLanguage,
    with_schema: bool,
    /// `None` when it is finished.
    out: Option<BufWriter<StagedFile>>,
    /// `None` before the first table.
    text: Option<OpenText>,
}

/// A script's text, of which a part is written.
#[derive(Debug)]
struct OpenText {
    script: ScriptText,
    /// Bytes that are written.
    at: usize,
    /// The next place for rows.
    next: usize,
}

impl SqlScript {
    /// A script at `target`.
    ///
    /// # Errors
    /// [`ExportError::NoScript`] when the dialect has no such form, [`ExportError::WrongKind`] when there is something that is
    /// no file, [`ExportError::Io`] when nothing can be written beside it.
    pub fn create(
        target: impl AsRef<Path>,
        contents: BundleContents,
        form: ScriptForm,
    ) -> Result<Self, ExportError> {
        let dialect = contents.run.dialect;
        let language = ScriptLanguage::of(dialect).filter(|language| language.forms.contains(&form));
        let language = language.ok_or(ExportError::NoScript { form, dialect })?;
        let (target, file) = FileTarget::create(target.as_ref())?;
        let out = Some(BufWriter::with_capacity(1 << 16, file));
        Ok(Self { target, contents, form, language, with_schema: false, out, text: None })
    }

    /// The same with the schema's source text before the rows, for an empty database.
    #[must_use]
    pub fn with_schema(self) -> Self {
        Self { with_schema: true, ..self }
    }

    /// Writes the text up to a table's place. `None` when the script has none: the table has no rows, or no columns that a
    /// statement may write to.
    fn reach(&mut self, schema: &Schema, table: TableId) -> io::Result<Option<RowsPlace>> {
        let out = self.out.as_mut().ok_or_else(finished)?;
        if self.text.is_none() {
            if self.with_schema {
                write_schema(out, &self.contents.schema_sql)?;
            }
            self.text = Some(OpenText::new(schema, &self.contents, self.form, self.language));
        }
        let Some(text) = &mut self.text else { return Ok(None) };
        let ahead = text.script.places.iter().skip(text.next).position(|place| place.table == table);
        let Some(ahead) = ahead else {
            let passed = text.script.places.iter().any(|place| place.table == table);
            return if passed { Err(io::Error::other("it comes out of load order")) } else { Ok(None) };
        };
        text.next += ahead + 1;
        let place = text.script.places[text.next - 1].clone();
        text.write(out, place.at)?;
        Ok(Some(place))
    }

    fn put_in_place(&mut self) -> io::Result<()> {
        let mut out = self.out.take().ok_or_else(finished)?;
        match &mut self.text {
            Some(text) => text.write(&mut out, text.script.text.len())?,
            None if self.with_schema => write_schema(&mut out, &self.contents.schema_sql)?,
            None => {}
        }
        out.into_inner().map_err(io::IntoInnerError::into_error)?.put_in_place()
    }
}

/// A file that ends within a line would end in ours.
fn write_schema(out: &mut BufWriter<StagedFile>, sql: &str) -> io::Result<()> {
    out.write_all(sql.as_bytes())?;
    out.write_all(b"\n")
}

impl OpenText {
    fn new(schema: &Schema, contents: &BundleContents, form: ScriptForm, language: &ScriptLanguage) -> Self {
        let rows = |table: &TableId| {
            let rows = *contents.run.rows.get(table)?;
            let (columns, uncertain) =
                (written_columns(schema, contents, *table), contents.uncertain.contains(table));
            Some(RowsToLoad { table: *table, columns, rows, uncertain })
        };
        let tables: Vec<RowsToLoad> = contents.order.tables.iter().filter_map(rows).collect();
        let rows = RowsFrom::Script { tables: &tables, form };
        let BundleContents { order, settings, uncertain, .. } = contents;
        let input = ScriptInput { schema, order, rows, settings, uncertain };
        Self { script: language.script(&input), at: 0, next: 0 }
    }

    /// Writes all up to a place that was not passed yet.
    fn write(&mut self, out: &mut BufWriter<StagedFile>, until: usize) -> io::Result<()> {
        out.write_all(&self.script.text.as_bytes()[self.at..until])?;
        self.at = until;
        Ok(())
    }
}

/// The columns of a table that a statement may write to.
fn written_columns(schema: &Schema, contents: &BundleContents, table: TableId) -> Vec<ColumnIdx> {
    let all = contents.run.columns_of(schema, table).into_iter();
    all.filter(|column| schema[table][*column].generated.is_none()).collect()
}

impl Sink for SqlScript {
    fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
        let doing = format!("writing `{}`", self.target.path().display());
        let place = self.reach(schema, table).map_err(|e| SinkError::new(doing.clone(), e))?;
        let columns = written_columns(schema, &self.contents, table);
        let (form, constants) = (self.form, self.language.constants);
        let statement_rows =
            if place.as_ref().is_some_and(|place| place.single) { 1 } else { STATEMENT_ROWS };
        let statement = place.map(|place| place.statement);
        let rows =
            StatementRows { schema: Arc::clone(schema), columns, statement, statement_rows, form, constants };
        let out = self.out.as_mut().ok_or_else(finished).map_err(|e| SinkError::new(doing.clone(), e))?;
        let open = OpenRows { rows: Arc::new(rows), out, doing };
        Ok(OpenTable::encoded(open.begun()?))
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.put_in_place().map_err(|e| SinkError::new(self.target.placing(), e))
    }
}

/// A table's rows in a script that is being written.
struct OpenRows<'s> {
    rows: Arc<StatementRows>,
    out: &'s mut BufWriter<StagedFile>,
    doing: String,
}

impl OpenRows<'_> {
    fn begun(self) -> Result<Self, SinkError> {
        let begin = self.rows.begin();
        self.write(begin.as_bytes())
    }

    fn write(self, bytes: &[u8]) -> Result<Self, SinkError> {
        self.out.write_all(bytes).map_err(|e| SinkError::new(self.doing.clone(), e))?;
        Ok(self)
    }
}

impl EncodedTableSink for OpenRows<'_> {
    type Encoder = RowsEncoder;

    fn encoder(&self) -> RowsEncoder {
        RowsEncoder::new(&self.rows)
    }

    fn append(&mut self, _: u64, chunk: &mut Vec<u8>) -> Result<(), SinkError> {
        self.out.write_all(chunk).map_err(|e| SinkError::new(self.doing.clone(), e))
    }

    fn close(self) -> Result<(), SinkError> {
        let end = self.rows.end();
        self.write(end.as_bytes()).map(drop)
    }
}
