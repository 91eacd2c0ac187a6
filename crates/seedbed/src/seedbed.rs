//! The short way from DDL to rows.

use crate::Error;
use seedbed_datagen_core::{Existing, Part, Plan, Request, RunOptions, Sink, Spec, run};
use seedbed_ddl_parse::{Lowered, Problem, parse};
use seedbed_export::{BundleContents, CsvFolder, Provenance, ZipBundle};
use seedbed_providers::StandardCatalog;
use seedbed_schema_model::{Dialect, Schema, SourceMap};
use std::path::Path;
use std::sync::Arc;

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod database;

/// A schema and what is wanted of it. Setters can't fail; what is wrong is told, all at once, by [`Seedbed::plan`] and
/// by everything that makes rows.
#[derive(Clone, Debug)]
pub struct Seedbed {
    sources: SourceMap,
    /// The dialect that was asked for.
    #[cfg_attr(
        not(any(feature = "sqlite", feature = "postgres", feature = "mysql")),
        expect(
            dead_code,
            reason = "only a database as target asks whether the dialect may still be settled"
        )
    )]
    dialect: Option<Dialect>,
    schema: Arc<Schema>,
    problems: Vec<Problem>,
    request: Request,
    options: RunOptions,
}

impl Seedbed {
    /// Reads DDL text of any dialect. Reading never fails: what could not be read is in [`Seedbed::problems`].
    pub fn from_ddl(text: &str) -> Self {
        Self::from_sources(SourceMap::of(text), None)
    }

    /// Reads several texts as one script. Without a dialect it is recognised.
    pub fn from_sources(sources: SourceMap, dialect: Option<Dialect>) -> Self {
        let lowered = parse(&sources, dialect);
        let request = Request { existing: inserted(&lowered), ..Request::default() };
        let Lowered { schema, problems, .. } = lowered;
        Self { sources, dialect, schema: Arc::new(schema), problems, request, options: RunOptions::default() }
    }

    /// Reads the text again, as this dialect.
    #[must_use]
    pub fn dialect(self, dialect: Dialect) -> Self {
        let lowered = parse(&self.sources, Some(dialect));
        let request = Request { existing: inserted(&lowered), ..self.request };
        let Lowered { schema, problems, .. } = lowered;
        Self { dialect: Some(dialect), schema: Arc::new(schema), problems, request, ..self }
    }

    /// The schema that was read.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// What could not be read of it.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// All wishes at once, in place of those so far.
    #[must_use]
    pub fn spec(mut self, spec: Spec) -> Self {
        self.request.spec = spec;
        self
    }

    /// The seed; 0 when nobody says.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.request.spec.seed = Some(seed);
        self
    }

    /// Rows of every table, or as many as fit; 100 when nobody says.
    #[must_use]
    pub fn rows(mut self, rows: u64) -> Self {
        self.request.spec.rows = Some(rows);
        self
    }

    /// Rows of one table. More than it can hold is an error.
    #[must_use]
    pub fn rows_of(mut self, table: &str, rows: u64) -> Self {
        self.request.spec.tables.entry(table.to_owned()).or_default().rows = Some(rows);
        self
    }

    /// Share of NULLs in nullable columns, 0 to 1.
    #[must_use]
    pub fn null_rate(mut self, share: f64) -> Self {
        self.request.spec.null_rate = Some(share);
        self
    }

    /// Infers references that the schema does not declare from names and types.
    #[must_use]
    pub fn infer_references(mut self) -> Self {
        self.request.spec.infer_references = true;
        self
    }

    /// Only these tables, and all that they must refer to.
    #[must_use]
    pub fn only<T: Into<String>>(mut self, tables: impl IntoIterator<Item = T>) -> Self {
        self.request.only = Some(tables.into_iter().map(Into::into).collect());
        self
    }

    /// Threads that make rows; 1 when nobody says. No byte depends on it.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.options.threads = threads.max(1);
        self
    }

    /// Only one share of each table's rows.
    #[must_use]
    pub fn part(mut self, part: Part) -> Self {
        self.options.part = part;
        self
    }

    /// Decides everything, and makes nothing yet.
    ///
    /// # Errors
    /// [`Error::Plan`] with every reason why it can't be done.
    pub fn plan(&self) -> Result<Plan, Error> {
        Ok(Plan::new(Arc::clone(&self.schema), &self.request, &StandardCatalog::new())?)
    }

    /// Hands the rows to a sink of your own.
    ///
    /// # Errors
    /// [`Error::Plan`], [`Error::Run`].
    pub fn to_sink(&self, sink: Box<dyn Sink + '_>) -> Result<Plan, Error> {
        let plan = self.plan()?;
        run(&plan, &self.options, sink, &mut |_| true)?;
        Ok(plan)
    }

    /// Writes a folder of CSV files, one a table.
    ///
    /// # Errors
    /// [`Error::Plan`], [`Error::Export`], [`Error::Run`].
    pub fn to_csv_folder(&self, folder: impl AsRef<Path>) -> Result<Plan, Error> {
        let plan = self.plan()?;
        let sink = CsvFolder::create(folder, Provenance::new(&plan, &self.request.spec, self.options.part))?;
        run(&plan, &self.options, Box::new(sink), &mut |_| true)?;
        Ok(plan)
    }

    /// Writes a folder of Parquet files, one a table.
    ///
    /// # Errors
    /// [`Error::Plan`], [`Error::Export`], [`Error::Run`].
    #[cfg(feature = "parquet")]
    pub fn to_parquet_folder(
        &self,
        folder: impl AsRef<Path>,
        compression: seedbed_export::ParquetCompression,
    ) -> Result<Plan, Error> {
        let plan = self.plan()?;
        let run_facts = Provenance::new(&plan, &self.request.spec, self.options.part);
        let sink = seedbed_export::ParquetFolder::create(folder, run_facts, compression)?;
        run(&plan, &self.options, Box::new(sink), &mut |_| true)?;
        Ok(plan)
    }

    /// Writes a ZIP of CSV files with the schema, a manifest and a load script.
    ///
    /// # Errors
    /// [`Error::Plan`], [`Error::Export`], [`Error::Run`].
    pub fn to_zip(&self, file: impl AsRef<Path>) -> Result<Plan, Error> {
        let plan = self.plan()?;
        let contents = BundleContents::new(&plan, &self.request.spec, self.options.part, &self.text());
        run(&plan, &self.options, Box::new(ZipBundle::create(file, contents)?), &mut |_| true)?;
        Ok(plan)
    }

    /// All texts as one script.
    fn text(&self) -> String {
        let texts: Vec<&str> = self.sources.files().iter().map(|f| f.text.as_str()).collect();
        texts.join("\n")
    }
}

/// The rows that the script puts into its tables itself: those made here go on after them. A database as target tells
/// its own.
fn inserted(lowered: &Lowered) -> Existing {
    Existing::from_rows(&lowered.schema, lowered.existing.iter().map(|of| (of.table, &of.rows[..], of.exact)))
}
