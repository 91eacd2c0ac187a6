//! The schema of a job: what the DDL declares, and what could not be read of it.

use seedbed_datagen_core::Existing;
use seedbed_ddl_parse::{ExistingRows, Lowered, detect_dialect_for, parse};
use seedbed_schema_model::{Diagnostic, Dialect, Schema, Severity, SourceMap};
use std::sync::Arc;

/// A schema that was read, with its texts and all that is wrong with it.
#[derive(Clone, Debug)]
pub struct ReadSchema {
    /// The texts.
    pub sources: Arc<SourceMap>,
    /// What they declare.
    pub schema: Arc<Schema>,
    /// What could not be read.
    pub problems: Vec<Diagnostic>,
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
    /// database it is for.
    pub(crate) fn parse(sources: &Arc<SourceMap>, dialect: Option<Dialect>, purpose: ReadFor) -> Self {
        let dialect = dialect.or_else(|| match purpose {
            ReadFor::Text => None,
            ReadFor::Database(target) => Some(detect_dialect_for(sources, target)),
        });
        let Lowered { schema, problems, existing: inserted } = parse(sources, dialect);
        let mut problems: Vec<Diagnostic> = problems.iter().map(|p| p.to_diagnostic()).collect();
        if purpose == ReadFor::Text {
            let vague = inserted.iter().filter(|of| !of.exact);
            problems.extend(vague.map(|of| rows_not_followed(&schema, of)));
        }
        let rows = inserted.iter().map(|of| (of.table, &of.rows[..], of.exact));
        let existing = Existing::from_rows(&schema, rows);
        Self { sources: Arc::clone(sources), schema: Arc::new(schema), problems, existing }
    }

    /// All texts as one script.
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self.sources.files().iter().map(|f| f.text.as_str()).collect();
        texts.join("\n")
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
