//! From the command line to a plan: sources, schema, spec.

use crate::args::{DialectArgs, WishArgs};
use crate::console::Console;
use crate::exit::{Failure, Outside};
use crate::sources;
use crate::spec_file::{self, SpecFile, SpecSource};
use seedbed::datagen::{Existing, Plan, PlanError, Request, Spec};
use seedbed::ddl::ExistingRows;
use seedbed::providers::StandardCatalog;
use seedbed::schema::{Diagnostic, Dialect, Schema, Severity, SourceMap, TableId};
use std::sync::Arc;

/// A schema that was read, with its texts and all that is wrong with it.
#[derive(Debug)]
pub(crate) struct ReadSchema {
    /// The texts.
    pub(crate) sources: SourceMap,
    /// What they declare.
    pub(crate) schema: Arc<Schema>,
    /// What could not be read.
    pub(crate) problems: Vec<Diagnostic>,
    /// The rows that they put into tables themselves. A database as target tells its own.
    pub(crate) existing: Existing,
}

impl ReadSchema {
    /// All texts as one script.
    pub(crate) fn text(&self) -> String {
        let texts: Vec<&str> = self.sources.files().iter().map(|f| f.text.as_str()).collect();
        texts.join("\n")
    }
}

/// A schema and what is wanted of it.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The schema.
    pub(crate) read: ReadSchema,
    /// The wishes, of the spec file and of the command line.
    pub(crate) request: Request,
    spec_source: Option<SpecSource>,
}

/// How many problems are shown before a run that goes on regardless.
const PROBLEMS_SHOWN: usize = 10;

/// Reads the schema. When nobody says its dialect it is recognised by the text, with an eye to the database it is for.
///
/// # Errors
/// Files that can't be read; texts that declare no table, after their problems have been shown.
pub(crate) fn read_schema(
    paths: &[String],
    dialect: &DialectArgs,
    target: Option<Dialect>,
    console: &Console,
) -> Result<ReadSchema, Failure> {
    let sources = sources::read(paths)?;
    let of_target = target.map(|target| seedbed::ddl::detect_dialect_for(&sources, target));
    let lowered = seedbed::ddl::parse(&sources, dialect.dialect.or(of_target));
    let mut problems: Vec<Diagnostic> = lowered.problems.iter().map(|p| p.to_diagnostic()).collect();
    if lowered.schema.tables.is_empty() {
        problems.push(no_table(lowered.schema.dialect.name(), dialect.dialect.is_some()));
        console.problems(&sources, &problems, PROBLEMS_SHOWN)?;
        return Err(Failure::Refused);
    }
    if target.is_none() {
        let vague = lowered.existing.iter().filter(|of| !of.exact);
        problems.extend(vague.map(|of| rows_not_followed(&lowered.schema, of)));
    }
    let rows = lowered.existing.iter().map(|of| (of.table, &of.rows[..], of.exact));
    let existing = Existing::from_rows(&lowered.schema, rows);
    Ok(ReadSchema { sources, schema: Arc::new(lowered.schema), problems, existing })
}

/// The script fills a table in a way that its text does not tell.
fn rows_not_followed(schema: &Schema, rows: &ExistingRows) -> Diagnostic {
    Diagnostic {
        code: "rows-not-followed".to_owned(),
        severity: Severity::Note,
        message: format!(
            "which rows this script puts into `{}` could not be followed",
            schema[rows.table].name
        ),
        span: Some(rows.span),
        hint: Some(
            "generated keys may meet theirs; with the database as target its rows are read there".to_owned(),
        ),
    }
}

fn no_table(dialect: &str, was_given: bool) -> Diagnostic {
    let origin = if was_given { "as was asked" } else { "which is a guess: `--dialect` says it" };
    Diagnostic {
        code: "no-table".to_owned(),
        severity: Severity::Error,
        message: "there is no table in the schema".to_owned(),
        span: None,
        hint: Some(format!("it was read as {dialect}, {origin}")),
    }
}

impl Wanted {
    /// Adds the spec file and the command line's wishes to a schema, and shows the schema's problems.
    ///
    /// # Errors
    /// A spec that can't be read or is none.
    pub(crate) fn new(read: ReadSchema, wishes: &WishArgs, console: &Console) -> Result<Self, Failure> {
        console.problems(&read.sources, &read.problems, PROBLEMS_SHOWN)?;
        let (mut spec, spec_source) = match spec_file::read(wishes.spec.as_deref())? {
            SpecFile::Absent => (Spec::default(), None),
            SpecFile::Read { spec, source } => (spec, Some(source)),
            SpecFile::Wrong { problem, sources } => {
                console.problems(&sources, &[*problem], 0)?;
                return Err(Failure::Refused);
            }
        };
        if spec_source.is_some() && wishes.spec.is_none() {
            console.say(&format!("using the spec `{}` of this folder", spec_file::DEFAULT_NAME))?;
        }
        override_spec(&mut spec, wishes, &read.schema);
        let existing = read.existing.clone();
        // The spec may speak of tables that this run leaves alone; who names one beside `--only` means it.
        let expected = wishes.table_rows.iter().map(|(name, _)| name.clone()).collect();
        let only = wishes.only.clone();
        let request = Request { spec, only, expected, existing, ..Request::default() };
        Ok(Self { read, request, spec_source })
    }

    /// Plans the run.
    ///
    /// # Errors
    /// Every reason why there is no plan, after they have been shown.
    pub(crate) fn plan(&self, console: &Console) -> Result<Plan, Failure> {
        Plan::new(Arc::clone(&self.read.schema), &self.request, &StandardCatalog::new())
            .map_err(|errors| self.refuse(&errors, console))
    }

    /// Shows why there is no plan.
    pub(crate) fn refuse(&self, errors: &[PlanError], console: &Console) -> Failure {
        let shown = errors.iter().try_for_each(|error| self.show(error, console));
        shown.map_or_else(Failure::Outside, |()| Failure::Refused)
    }

    /// Shows the reason at its place: in the spec file when that is what asks, or else in the schema.
    fn show(&self, error: &PlanError, console: &Console) -> Result<(), Outside> {
        let problem = error.to_diagnostic();
        let wish = match error {
            PlanError::BadReference { table, .. } => Some((table, Some("references"))),
            PlanError::UnknownTable { name, .. } | PlanError::AmbiguousTable { name, .. } => {
                Some((name, None))
            }
            PlanError::UnknownColumn { table, column, .. }
            | PlanError::UnknownProvider { table, column, .. }
            | PlanError::BadColumnSpec { table, column, .. } => Some((table, Some(column.as_str()))),
            _ => None,
        };
        let asked = wish.zip(self.spec_source.as_ref());
        match asked.and_then(|((table, column), spec)| Some((spec, spec.place(table, column)?))) {
            Some((spec, place)) => {
                console.problems(&spec.sources, &[Diagnostic { span: Some(place), ..problem }], 0)
            }
            None => console.problems(&self.read.sources, &[problem], 0),
        }
    }
}

/// The command line has the last word.
fn override_spec(spec: &mut Spec, wishes: &WishArgs, schema: &Schema) {
    spec.rows = wishes.rows.or(spec.rows);
    spec.seed = wishes.seed.or(spec.seed);
    spec.null_rate = wishes.null_rate.or(spec.null_rate);
    spec.infer_references |= wishes.infer_references;
    for (name, rows) in &wishes.table_rows {
        let table = table_of(schema, name);
        let same = |key: &&String| *key == name || (table.is_some() && table_of(schema, key) == table);
        let key = spec.tables.keys().find(same).unwrap_or(name).clone();
        spec.tables.entry(key).or_default().rows = Some(*rows);
    }
}

/// The table that a name on the command line means: in full, or bare where that is unambiguous.
pub(crate) fn table_of(schema: &Schema, name: &str) -> Option<TableId> {
    schema.table_named(name).or_else(|| {
        let mut bare = schema.tables_indexed().filter(|(_, t)| t.name.name == name);
        let (id, _) = bare.next()?;
        bare.next().is_none().then_some(id)
    })
}
