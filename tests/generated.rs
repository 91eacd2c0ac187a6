//! A schema's text as generated rows: parsed, planned with the standard catalog, and looked at as files or as cells.

use seedbed_datagen_core::{Existing, Part, Plan, Request, RunOptions, Sink, Spec, TableSpec, run};
use seedbed_ddl_parse::parse;
use seedbed_export::{BundleContents, ColumnText, Csv, ExportError, Folder, Parquet, Provenance, ZipBundle};
use seedbed_providers::StandardCatalog;
use seedbed_schema_model::{Dialect, SourceMap, TableId};
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
    pub(crate) plan: Plan,
    spec: Spec,
}

impl Generated {
    /// Reads DDL and plans it.
    ///
    /// # Panics
    /// If any of the text can't be read, or the plan can't be made.
    pub(crate) fn new(dialect: Dialect, ddl: &str, spec: Spec) -> Self {
        let lowered = parse(&SourceMap::of(ddl), Some(dialect));
        assert!(lowered.problems.is_empty(), "{:?}\n{ddl}", lowered.problems);
        let inserted = lowered.existing.iter().map(|of| (of.table, &of.rows[..], of.exact));
        let existing = Existing::from_rows(&lowered.schema, inserted);
        let request = Request { spec: spec.clone(), existing, ..Request::default() };
        let plan = Plan::new(Arc::new(lowered.schema), &request, &StandardCatalog::new())
            .unwrap_or_else(|errors| panic!("{errors:?}\n{ddl}"));
        Self { plan, spec }
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
        let create = |folder: &Path| Folder::create(folder, self.provenance(part), Csv);
        self.folder(threads, batch_rows, part, create)
    }

    /// The bytes of every file of a folder of Parquet.
    pub(crate) fn parquet_folder(
        &self,
        threads: usize,
        batch_rows: u64,
        part: Part,
    ) -> BTreeMap<String, Vec<u8>> {
        let create = |folder: &Path| Folder::create(folder, self.provenance(part), Parquet::default());
        self.folder(threads, batch_rows, part, create)
    }

    fn folder<S: Sink>(
        &self,
        threads: usize,
        batch_rows: u64,
        part: Part,
        create: impl FnOnce(&Path) -> Result<S, ExportError>,
    ) -> BTreeMap<String, Vec<u8>> {
        let place = tempfile::tempdir().expect("a temporary folder");
        let folder = place.path().join("data");
        let sink = create(&folder).expect("a folder");
        let options = RunOptions { threads, batch_rows, part };
        run(&self.plan, &options, sink, &mut ()).expect("written");
        bytes_of(&folder)
    }

    /// The facts of a run of this plan.
    pub(crate) fn provenance(&self, part: Part) -> Provenance {
        Provenance::new(&self.plan, &self.spec, part)
    }

    /// A ZIP bundle of all rows, unpacked into a folder.
    pub(crate) fn unpack_bundle(&self, ddl: &str, folder: &Path) {
        let file = folder.join("bundle.zip");
        let contents = BundleContents::new(&self.plan, &self.spec, Part::WHOLE, ddl);
        let sink = ZipBundle::create(&file, contents).expect("a bundle");
        run(&self.plan, &RunOptions::default(), sink, &mut ()).expect("written");
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
        let of = |t: &seedbed_datagen_core::TablePlan| {
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
