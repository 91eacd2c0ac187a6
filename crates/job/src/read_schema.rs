//! The schema of a job: what the DDL declares, and what could not be read of it.

use seedbed_datagen_core::Existing;
use seedbed_ddl_parse::{ExistingRows, Lowered, UnsupportedProduct, parse, recognise_dialect, text_to_run};
use seedbed_schema_model::{Diagnostic, Dialect, Schema, Severity, SourceMap};
use std::sync::Arc;

/// A schema that was read, with its texts and all that is wrong with it.
#[derive(Clone, Debug)]
pub struct ReadSchema {
    /// The texts.
    pub sources: Arc<SourceMap>,
    /// What they declare.
    pub schema: Arc<Schema>,
    /// What could not be read, or not as it is.
    pub problems: Vec<Diagnostic>,
    /// The product that they are for, where it is none that can be read. Then nothing was read.
    pub unsupported: Option<UnsupportedProduct>,
    /// The rows that they put into tables themselves. A database as target tells its own.
    pub existing: Existing,
}

/// What a schema is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadFor {
    /// Anything but a database: rows that the script inserts must be known from its text.
    Text,
    /// A database of this dialect, which tells its rows itself.
    Database(Dialect),
}

impl ReadSchema {
    /// Reads all texts as one script. When nobody says its dialect it is recognised by the text, with an eye to the
    /// database it is for. What `notes` tell comes first among the problems.
    pub(crate) fn parse(
        sources: &Arc<SourceMap>,
        notes: &[Diagnostic],
        dialect: Option<Dialect>,
        purpose: ReadFor,
    ) -> Self {
        let target = match purpose {
            ReadFor::Text => None,
            ReadFor::Database(target) => Some(target),
        };
        let (read, unsupported) = match dialect.map_or_else(|| recognise_dialect(sources, target), Ok) {
            Ok(dialect) => (parse(sources, Some(dialect)), None),
            Err(product) => (parse(&SourceMap::default(), None), Some(product)),
        };
        let Lowered { schema, problems, existing: inserted } = read;
        let problems = problems.iter().map(|p| p.to_diagnostic());
        let mut problems: Vec<Diagnostic> = notes.iter().cloned().chain(problems).collect();
        if purpose == ReadFor::Text {
            let vague = inserted.iter().filter(|of| !of.exact);
            problems.extend(vague.map(|of| rows_not_followed(&schema, of)));
        }
        let rows = inserted.iter().map(|of| (of.table, &of.rows[..], of.exact));
        let existing = Existing::from_rows(&schema, rows);
        let (sources, schema) = (Arc::clone(sources), Arc::new(schema));
        Self { sources, schema, problems, unsupported, existing }
    }

    /// Whether a quote or a comment without an end has swallowed statements, so that the schema may not be what is meant.
    pub fn is_broken(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// All texts as one script, without what is not run of them.
    pub fn text(&self) -> String {
        text_to_run(&self.sources)
    }
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
