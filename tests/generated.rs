//! A schema's text as generated rows: a job that has its plan, looked at as files or as cells.

use seedbed_datagen_core::{Part, RunOptions, Spec, TableSpec};
use seedbed_export::{ParquetCompression, Provenance, Resume};
use seedbed_job::{Checking, Form, Job, Options, PlannedJob, Silent, SpecSource, Target};
use seedbed_rows::Plan;
use seedbed_schema_model::{Dialect, SourceMap, TableId};
use seedbed_text_encode::ColumnText;
use seedbed_validate::{Report, Validator};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A column's cells in row order, as text.
pub(crate) type Cells = Vec<Option<String>>;

/// A plan, ready to make rows.
#[derive(Debug)]
pub(crate) struct Generated {
    pub(crate) plan: Arc<Plan>,
    job: PlannedJob,
}

impl Generated {
    /// Reads DDL and plans it.
    ///
    /// # Panics
    /// If any of the text can't be read, or the plan can't be made.
    pub(crate) fn new(dialect: Dialect, ddl: &str, spec: Spec) -> Self {
        let job = Job::new(SourceMap::of(ddl)).dialect(dialect).spec(SpecSource::Value(spec));
        let mut problems = job.schema().problems.iter().filter(|p| p.code != "rows-not-followed");
        assert_eq!(problems.next(), None, "{ddl}");
        let job = job.plan(&mut Silent).unwrap_or_else(|error| panic!("{error}\n{ddl}"));
        Self { plan: Arc::clone(job.plan()), job }
    }

    /// So many rows in every table that no list of exceptions names.
    pub(crate) fn with_rows(dialect: Dialect, ddl: &str, rows: u64, exceptions: &[(&str, u64)]) -> Self {
        let table = |(name, rows): &(&str, u64)| {
            ((*name).to_owned(), TableSpec { rows: Some(*rows), ..TableSpec::default() })
        };
        let tables = exceptions.iter().map(table).collect();
        Self::new(dialect, ddl, Spec { rows: Some(rows), seed: Some(7), tables, ..Spec::default() })
    }

    /// The bytes of every file of a CSV folder; of the manifest too.
    pub(crate) fn csv_folder(
        &self,
        threads: usize,
        batch_rows: u64,
        part: Part,
    ) -> BTreeMap<String, Vec<u8>> {
        self.folder(Form::Csv, RunOptions { threads, batch_rows, part })
    }

    /// The bytes of every file of a folder of Parquet.
    pub(crate) fn parquet_folder(
        &self,
        threads: usize,
        batch_rows: u64,
        part: Part,
    ) -> BTreeMap<String, Vec<u8>> {
        self.folder(Form::Parquet(ParquetCompression::Snappy), RunOptions { threads, batch_rows, part })
    }

    /// The bytes of every file of a folder.
    pub(crate) fn folder(&self, form: Form, run: RunOptions) -> BTreeMap<String, Vec<u8>> {
        let place = tempfile::tempdir().expect("a temporary folder");
        let path = place.path().join("data");
        self.write(Target::Folder { path: path.clone(), form, resume: Resume::Anew }, run);
        bytes_of(&path)
    }

    /// Carries out the job, with nobody checking the rows.
    pub(crate) fn write(&self, target: Target<'_>, run: RunOptions) {
        let options = Options { run, checking: Checking::Off, ..Options::default() };
        self.job.clone().options(options).run(target, &mut Silent).expect("written");
    }

    /// What the check on the way finds in the rows, beside those that the schema's text inserts, a line each.
    pub(crate) fn violations(&self) -> Vec<String> {
        let outcome = self.job.clone().run(Target::Memory, &mut Silent).expect("made");
        outcome.violations().iter().map(|v| v.message.clone()).collect()
    }

    /// The facts of a run of this plan.
    pub(crate) fn provenance(&self, part: Part) -> Provenance {
        Provenance::new(&self.plan, self.job.spec(), part)
    }

    /// A ZIP bundle of all rows, unpacked into a folder.
    pub(crate) fn unpack_bundle(&self, folder: &Path) {
        let file = folder.join("bundle.zip");
        self.write(Target::Zip(file.clone()), RunOptions::default());
        let bytes = std::fs::read(&file).expect("a file");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a ZIP file");
        archive.extract(folder).expect("unpacked");
    }

    /// Some rows of a table as files hold them, by column.
    pub(crate) fn rows(&self, table: TableId, rows: Range<u64>) -> BTreeMap<String, Cells> {
        let schema = self.plan.schema();
        let batch = self.plan.complete_batch(table, rows);
        let column = |(column, array): (&seedbed_schema_model::ColumnIdx, &arrow_array::ArrayRef)| {
            let column = &schema[table][*column];
            let text =
                ColumnText::new(schema.dialect, schema.base_type(&column.ty), array).expect("a known array");
            let cell = |row| {
                let mut out = Vec::new();
                (!text.is_null(row)).then(|| text.push(row, &mut out))?;
                Some(String::from_utf8_lossy(&out).into_owned())
            };
            (column.name.clone(), (0..array.len()).map(cell).collect())
        };
        batch.columns.iter().zip(batch.rows.columns()).map(column).collect()
    }

    /// Every cell, by table and column.
    pub(crate) fn cells(&self) -> BTreeMap<(String, String), Cells> {
        let of = |t: &seedbed_rows::TablePlan| {
            let name = self.plan.schema()[t.table].name.name.clone();
            let columns = self.rows(t.table, 0..t.rows);
            columns.into_iter().map(move |(column, cells)| ((name.clone(), column), cells))
        };
        self.plan.tables().iter().flat_map(of).collect()
    }

    /// What the validator finds in all rows.
    pub(crate) fn validated(&self) -> Report {
        let mut validator = Validator::new(self.plan.schema());
        for table in self.plan.tables() {
            let batch = self.plan.complete_batch(table.table, 0..table.rows);
            validator.write(table.table, &batch.rows).expect("arrays of known types");
        }
        validator.finish()
    }

    /// The broken constraints with their first offenders, a line each.
    pub(crate) fn broken(&self) -> Vec<String> {
        let report = self.validated();
        let line = |(table, c): (&str, &seedbed_validate::ConstraintReport)| {
            format!(
                "{table}: {} broken {} times, first {:?}",
                c.name,
                c.violations,
                c.first_offenders.first()
            )
        };
        report.broken().map(line).collect()
    }

    /// The table of this name.
    pub(crate) fn table(&self, name: &str) -> TableId {
        let found =
            self.plan.tables().iter().map(|t| t.table).find(|t| self.plan.schema()[*t].name.name == name);
        found.unwrap_or_else(|| panic!("no table `{name}`"))
    }
}

/// The bytes of every file in a folder.
pub(crate) fn bytes_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path());
    files
        .map(|f| {
            (f.file_name().expect("a name").to_string_lossy().into_owned(), std::fs::read(&f).expect("bytes"))
        })
        .collect()
}
