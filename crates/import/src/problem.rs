//! What is wrong with files, with its place.

use seedbed_schema_model::{Diagnostic, Severity};

/// Something in a file, or about the files, that keeps cells from being read. Lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileProblem {
    /// A file's name is that of no table.
    #[error("`{file}` has the name of no table")]
    NoTable {
        /// The file.
        file: String,
        /// The nearest name there is.
        similar: Option<String>,
    },
    /// A file's name may be that of several tables.
    #[error("`{file}` may be of any of {}", listed(candidates))]
    AmbiguousTable {
        /// The file.
        file: String,
        /// The tables, as reports write them.
        candidates: Vec<String>,
    },
    /// A table has two files.
    #[error("`{file}` has rows of `{table}`, as `{first}` has, and is left out")]
    SecondFile {
        /// The file that is not read.
        file: String,
        /// The table, as reports write it.
        table: String,
        /// The file that is read.
        first: String,
    },
    /// Tables have no file.
    #[error("no file has rows of {}", shortly_listed(tables))]
    NoFile {
        /// The tables, as reports write them.
        tables: Vec<String>,
    },
    /// A file of a format that this build does not read.
    #[error("`{file}` is of a format that was left out of this build")]
    FormatLeftOut {
        /// The file.
        file: String,
    },
    /// A column comes as something that can't be checked.
    #[error("`{file}`: `{column}` comes as {found}, which is not read")]
    ColumnType {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// What it comes as, in Arrow's words.
        found: String,
    },
    /// A file is empty.
    #[error("`{file}` is empty: not even a header")]
    Empty {
        /// The file.
        file: String,
    },
    /// What should name columns names none.
    #[error("`{file}` names no column of `{table}`")]
    NoHeader {
        /// The file.
        file: String,
        /// The table, as reports write it.
        table: String,
    },
    /// The header has a name that is no column's.
    #[error("`{file}`:{line}: `{table}` has no column `{column}`")]
    UnknownColumn {
        /// The file.
        file: String,
        /// The header's line.
        line: u64,
        /// The table, as reports write it.
        table: String,
        /// The name.
        column: String,
        /// The nearest name there is.
        similar: Option<String>,
    },
    /// The header has a name that may be any of several columns'.
    #[error("`{file}`:{line}: `{column}` may be any of {}", listed(candidates))]
    AmbiguousColumn {
        /// The file.
        file: String,
        /// The header's line.
        line: u64,
        /// The name.
        column: String,
        /// The columns.
        candidates: Vec<String>,
    },
    /// The header names a column twice.
    #[error("`{file}`:{line}: a second column `{column}`")]
    RepeatedColumn {
        /// The file.
        file: String,
        /// The header's line.
        line: u64,
        /// The column.
        column: String,
    },
    /// Columns of the table are not in the header.
    #[error("`{file}`:{line}: no column {}", shortly_listed(columns))]
    MissingColumns {
        /// The file.
        file: String,
        /// The header's line.
        line: u64,
        /// The columns.
        columns: Vec<String>,
    },
    /// A row has another number of fields than the header.
    #[error("`{file}`:{line}: {fields} fields, but {columns} in the header")]
    FieldCount {
        /// The file.
        file: String,
        /// The line in which the row begins.
        line: u64,
        /// Fields of the row.
        fields: usize,
        /// Fields of the header.
        columns: usize,
    },
    /// A quote stands inside of a field without quotes, or text behind a closing one.
    #[error("`{file}`:{line}: a quote where none may be")]
    StrayQuote {
        /// The file.
        file: String,
        /// The line in which the row begins.
        line: u64,
    },
    /// The file ends inside of quotes.
    #[error("`{file}`:{line}: a quote that is never closed")]
    UnclosedQuote {
        /// The file.
        file: String,
        /// The line in which the row begins.
        line: u64,
    },
    /// Bytes that are no UTF-8.
    #[error("`{file}`:{line}: `{column}` is no UTF-8")]
    NotUtf8 {
        /// The file.
        file: String,
        /// The line in which the row begins.
        line: u64,
        /// The header's name of the field.
        column: String,
    },
    /// A row is longer than any that is read; the rest of the file is not read.
    #[error("`{file}`:{line}: a row of more than {bytes} bytes")]
    RowTooLong {
        /// The file.
        file: String,
        /// The line in which the row begins.
        line: u64,
        /// The limit.
        bytes: usize,
    },
}

impl FileProblem {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoTable { .. } => "file-no-table",
            Self::AmbiguousTable { .. } => "file-ambiguous-table",
            Self::SecondFile { .. } => "file-second",
            Self::NoFile { .. } => "table-no-file",
            Self::FormatLeftOut { .. } => "file-format-left-out",
            Self::ColumnType { .. } => "file-column-type",
            Self::Empty { .. } => "file-empty",
            Self::NoHeader { .. } => "file-no-header",
            Self::UnknownColumn { .. } => "file-unknown-column",
            Self::AmbiguousColumn { .. } => "file-ambiguous-column",
            Self::RepeatedColumn { .. } => "file-repeated-column",
            Self::MissingColumns { .. } => "file-missing-column",
            Self::FieldCount { .. } => "row-field-count",
            Self::StrayQuote { .. } => "row-stray-quote",
            Self::UnclosedQuote { .. } => "row-unclosed-quote",
            Self::NotUtf8 { .. } => "row-not-utf8",
            Self::RowTooLong { .. } => "row-too-long",
        }
    }

    /// Whether cells went unread that a table should have: all but what may have been meant so.
    pub fn severity(&self) -> Severity {
        match self {
            Self::NoTable { .. } | Self::NoFile { .. } | Self::MissingColumns { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        let told = match self {
            Self::NoTable { similar, .. } | Self::UnknownColumn { similar, .. } => {
                return similar.as_ref().map(|name| format!("did you mean `{name}`?"));
            }
            Self::AmbiguousTable { .. } => "name it with its schema, `schema.table.csv`",
            Self::AmbiguousColumn { .. } => "write it as the schema does",
            Self::SecondFile { .. } => "a table's rows are in one file",
            Self::NoFile { .. } => "their constraints, and references to them, are not checked",
            Self::Empty { .. } | Self::NoHeader { .. } => {
                "the first line of a CSV file names its columns, with commas between them"
            }
            Self::MissingColumns { .. } => {
                "constraints over columns that are not in the file are not checked"
            }
            Self::FieldCount { .. } => "a field with a comma or a line's end in it stands in quotes",
            Self::StrayQuote { .. } => {
                "a field with a quote in it stands in quotes as a whole, and the quote is doubled; as it is, what follows up to \
                 the next quote is part of the field"
            }
            Self::RowTooLong { .. } => "a quote may be missing that closes a field",
            Self::NotUtf8 { .. } => "convert the file to UTF-8",
            Self::FormatLeftOut { .. } => "build with the feature `parquet`",
            Self::ColumnType { .. } | Self::RepeatedColumn { .. } | Self::UnclosedQuote { .. } => {
                return None;
            }
        };
        Some(told.to_owned())
    }

    /// The file, if it is about one.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::NoTable { file, .. }
            | Self::AmbiguousTable { file, .. }
            | Self::SecondFile { file, .. }
            | Self::FormatLeftOut { file }
            | Self::ColumnType { file, .. }
            | Self::Empty { file }
            | Self::NoHeader { file, .. }
            | Self::UnknownColumn { file, .. }
            | Self::AmbiguousColumn { file, .. }
            | Self::RepeatedColumn { file, .. }
            | Self::MissingColumns { file, .. }
            | Self::FieldCount { file, .. }
            | Self::StrayQuote { file, .. }
            | Self::UnclosedQuote { file, .. }
            | Self::NotUtf8 { file, .. }
            | Self::RowTooLong { file, .. } => Some(file),
            Self::NoFile { .. } => None,
        }
    }

    /// The line, if it is about one.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::UnknownColumn { line, .. }
            | Self::AmbiguousColumn { line, .. }
            | Self::RepeatedColumn { line, .. }
            | Self::MissingColumns { line, .. }
            | Self::FieldCount { line, .. }
            | Self::StrayQuote { line, .. }
            | Self::UnclosedQuote { line, .. }
            | Self::NotUtf8 { line, .. }
            | Self::RowTooLong { line, .. } => Some(*line),
            _ => None,
        }
    }

    /// The shape in which a person is shown it.
    pub fn to_diagnostic(&self) -> Diagnostic {
        Diagnostic {
            code: self.code().to_owned(),
            severity: self.severity(),
            message: self.to_string(),
            span: None,
            hint: self.hint(),
        }
    }
}

/// Names shown of a list.
const SHOWN: usize = 10;

/// Names in backticks.
fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Some names in backticks, and how many more there are.
fn shortly_listed(names: &[String]) -> String {
    match names.len() {
        0..=SHOWN => listed(names),
        many => format!("{} and {} more", listed(&names[..SHOWN]), many - SHOWN),
    }
}
