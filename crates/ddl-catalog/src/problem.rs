//! What could not be read, each with its place.
//!
//! Problems are collected and never stop the reading: what is left of the script is a schema that holds as much as was
//! understood. Variants carry the facts; the sentence, the hint and the severity are made from them.

use crate::syntax_error::{NotStatic, SyntaxError};
use seedbed_schema_model::{Diagnostic, Severity, Span};
use seedbed_sql_syntax::{ExprError, Opened};
use thiserror::Error;

/// Something in the text that the schema does not hold, or holds only in part.
///
/// ```
/// use seedbed_ddl_catalog::Problem;
/// use seedbed_schema_model::Span;
/// let problem = Problem::UnknownObject { name: "genre".to_owned(), span: Span::new(12, 17) };
/// assert_eq!(problem.code(), "unknown-object");
/// assert_eq!(problem.to_string(), "`genre` does not exist here, so this statement has no effect");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// A statement that matters could not be understood at all.
    #[error("could not read this `{statement}` statement: {reason}")]
    UnreadableStatement {
        /// Its leading keywords.
        statement: String,
        /// What was expected.
        reason: SyntaxError,
        /// Where reading stopped.
        span: Span,
    },
    /// One column, constraint or action of a statement could not be understood; the rest was.
    #[error("could not read this part of `{owner}`: {reason}")]
    UnreadablePart {
        /// The table, type or sequence it belongs to.
        owner: String,
        /// What was expected.
        reason: SyntaxError,
        /// The part.
        span: Span,
    },
    /// An expression that is kept as text only.
    #[error("could not read this expression of `{owner}`: {reason}")]
    UnreadableExpression {
        /// The table or domain it belongs to.
        owner: String,
        /// What was not understood.
        reason: ExprError,
        /// The expression.
        span: Span,
    },
    /// A statement changes or uses something that no statement created.
    #[error("`{name}` does not exist here, so this statement has no effect")]
    UnknownObject {
        /// Its name.
        name: String,
        /// Where it is named.
        span: Span,
    },
    /// A column is named that the table does not have.
    #[error("table `{table}` has no column `{column}`")]
    UnknownColumn {
        /// The table.
        table: String,
        /// The missing column.
        column: String,
        /// Where it is named.
        span: Span,
    },
    /// A foreign key refers to a table or to columns that do not exist.
    #[error("foreign key of `{child}` refers to `{parent}`, which does not exist")]
    UnknownParent {
        /// The referencing table.
        child: String,
        /// The referenced table, with its columns when only those are missing.
        parent: String,
        /// An existing name close to it.
        similar: Option<String>,
        /// Where it was declared.
        span: Span,
    },
    /// The two column lists of a foreign key differ in length.
    #[error("foreign key of `{child}` pairs {columns} columns with {parent_columns}")]
    KeyArity {
        /// The referencing table.
        child: String,
        /// Number of referencing columns.
        columns: usize,
        /// Number of referenced columns.
        parent_columns: usize,
        /// Where it was declared.
        span: Span,
    },
    /// A type that neither the dialect nor the schema defines.
    #[error("type `{ty}` of `{owner}` is not known")]
    UnknownType {
        /// The column, domain or attribute.
        owner: String,
        /// The type as written.
        ty: String,
        /// Where it is named.
        span: Span,
    },
    /// The same table or type is created twice.
    #[error("`{name}` is created twice; the first one is kept")]
    Duplicate {
        /// Its name.
        name: String,
        /// The second statement.
        span: Span,
    },
    /// A table made from a query whose columns cannot be told from the text.
    #[error("the columns of `{table}` come from a query and are not known")]
    ColumnsFromQuery {
        /// The table.
        table: String,
        /// The query.
        span: Span,
    },
    /// A string, quoted name, comment or dollar quote that never ends.
    #[error("{what} is not closed")]
    Unterminated {
        /// What was opened.
        what: Opened,
        /// Where it was opened.
        span: Span,
    },
    /// A statement begins where another has not ended; both are read.
    #[error("a `;` is missing before this statement")]
    MissingSemicolon {
        /// The second statement.
        span: Span,
    },
    /// A script command that would bring in text that is not here.
    #[error("`{command}` is not followed")]
    NotFollowed {
        /// The command, such as `\i schema.sql`.
        command: String,
        /// The command.
        span: Span,
    },
    /// The part of a migration that takes the rest of it back.
    #[error("what follows `{mark}` is not run{more}: it takes back what stands before it", more = in_others(*more_files))]
    DownNotRun {
        /// The line of comment that a tool knows it by.
        mark: String,
        /// How many other files have such a part.
        more_files: usize,
        /// The first such line.
        span: Span,
    },
    /// A block of procedural code that may create or change tables in a way that a static reader cannot follow.
    #[error("this procedural block may change the schema and could not be followed: {reason}")]
    ProceduralBlock {
        /// What stands in the way.
        reason: NotStatic,
        /// The statement inside the block, or the block.
        span: Span,
    },
}

impl Problem {
    /// A stable name in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnreadableStatement { .. } => "unreadable-statement",
            Self::UnreadablePart { .. } => "unreadable-part",
            Self::UnreadableExpression { .. } => "unreadable-expression",
            Self::UnknownObject { .. } => "unknown-object",
            Self::UnknownColumn { .. } => "unknown-column",
            Self::UnknownParent { .. } => "fk-unknown-parent",
            Self::KeyArity { .. } => "fk-arity",
            Self::UnknownType { .. } => "unknown-type",
            Self::Duplicate { .. } => "duplicate-object",
            Self::ColumnsFromQuery { .. } => "columns-from-query",
            Self::Unterminated { .. } => "unterminated",
            Self::MissingSemicolon { .. } => "missing-semicolon",
            Self::NotFollowed { .. } => "not-followed",
            Self::DownNotRun { .. } => "down-not-run",
            Self::ProceduralBlock { .. } => "procedural-block",
        }
    }

    /// Where the caret goes.
    pub fn span(&self) -> Span {
        match self {
            Self::UnreadableStatement { span, .. }
            | Self::UnreadablePart { span, .. }
            | Self::UnreadableExpression { span, .. }
            | Self::UnknownObject { span, .. }
            | Self::UnknownColumn { span, .. }
            | Self::UnknownParent { span, .. }
            | Self::KeyArity { span, .. }
            | Self::UnknownType { span, .. }
            | Self::Duplicate { span, .. }
            | Self::ColumnsFromQuery { span, .. }
            | Self::Unterminated { span, .. }
            | Self::MissingSemicolon { span }
            | Self::NotFollowed { span, .. }
            | Self::DownNotRun { span, .. }
            | Self::ProceduralBlock { span, .. } => *span,
        }
    }

    /// The next step to take; `None` where the message says all.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::UnreadableStatement { .. } => {
                "tables and columns declared only here are missing from the schema"
            }
            Self::UnreadablePart { .. } => "the rest of the statement was read",
            Self::UnreadableExpression { .. } => "rows are not guaranteed to satisfy it",
            Self::UnknownObject { .. } => "give all files of the schema, in the order in which they are run",
            Self::UnknownParent { similar: Some(similar), .. } => {
                return Some(format!("did you mean `{similar}`?"));
            }
            Self::UnknownParent { .. } => "only NULL can satisfy it",
            Self::UnknownType { .. } => {
                "it may come from an extension; such a column gets NULL or its default"
            }
            Self::ColumnsFromQuery { .. } => "bring a dump of the created database instead of the script",
            Self::NotFollowed { .. } => "give that file as well, before this one",
            Self::ProceduralBlock { .. } => "bring a dump of the created database instead of the script",
            Self::UnknownColumn { .. }
            | Self::KeyArity { .. }
            | Self::Duplicate { .. }
            | Self::MissingSemicolon { .. }
            | Self::DownNotRun { .. } => return None,
            Self::Unterminated { what: Opened::ColumnList, .. } => return None,
            Self::Unterminated { .. } => "reading goes on at the next line that begins a statement",
        };
        Some(hint.to_owned())
    }

    /// How bad it is. All problems leave a usable schema, so none is worse than a warning except a broken text; that
    /// something is created twice or not run is a note.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Duplicate { .. } | Self::DownNotRun { .. } => Severity::Note,
            Self::Unterminated { what: Opened::ColumnList, .. } => Severity::Warning,
            Self::Unterminated { .. } => Severity::Error,
            _ => Severity::Warning,
        }
    }

    /// The shape in which it is shown to people.
    pub fn to_diagnostic(&self) -> Diagnostic {
        Diagnostic {
            code: self.code().to_owned(),
            severity: self.severity(),
            message: self.to_string(),
            span: Some(self.span()),
            hint: self.hint(),
        }
    }
}

/// How many other files something is said of.
fn in_others(more_files: usize) -> String {
    match more_files {
        0 => String::new(),
        1 => ", nor in another file".to_owned(),
        n => format!(", nor in {n} other files"),
    }
}
