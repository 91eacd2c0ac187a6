//! Columns.

use crate::{Expr, SequenceId, Span, SqlType};
use serde::{Deserialize, Serialize};

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name as the catalog stores it.
    pub name: String,
    /// Its type.
    pub ty: SqlType,
    /// The type as written, such as `VARCHAR(20) CHARACTER SET latin1`; empty when none was.
    pub declared_type: String,
    /// Whether NULL is allowed. Primary key columns are not, except where SQLite allows it.
    pub nullable: bool,
    /// `DEFAULT`, unless it is the sequence of [`Column::numbering`].
    pub default: Option<DefaultValue>,
    /// How the server numbers it by itself, if it does.
    pub numbering: Option<Numbering>,
    /// `GENERATED ALWAYS AS (...)`.
    pub generated: Option<Generated>,
    /// `COLLATE`, or MySQL's table default.
    pub collation: Option<String>,
    /// MySQL `CHARACTER SET`, or the table's default.
    pub charset: Option<String>,
    /// `COMMENT`.
    pub comment: Option<String>,
    /// Where it was declared.
    pub span: Span,
}

impl Column {
    /// A nullable column without further properties.
    pub fn new(name: &str, ty: SqlType) -> Self {
        Self {
            name: name.to_owned(),
            ty,
            declared_type: String::new(),
            nullable: true,
            default: None,
            numbering: None,
            generated: None,
            collation: None,
            charset: None,
            comment: None,
            span: Span::default(),
        }
    }

    /// The same column, NOT NULL.
    #[must_use]
    pub fn not_null(mut self) -> Self {
        self.nullable = false;
        self
    }
}

/// A column's default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DefaultValue {
    /// The expression.
    pub expr: Expr,
    /// As written.
    pub text: String,
}

/// A generated column's expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generated {
    /// The expression.
    pub expr: Expr,
    /// As written.
    pub text: String,
    /// `STORED` (or `PERSISTENT`) rather than `VIRTUAL`.
    pub stored: bool,
}

/// How the server numbers a column when no value is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Numbering {
    /// `serial`, or a default of `nextval(...)`.
    Serial {
        /// The sequence, when it is known.
        sequence: Option<SequenceId>,
    },
    /// `GENERATED ... AS IDENTITY`.
    Identity {
        /// `ALWAYS` rather than `BY DEFAULT`.
        always: bool,
        /// Its sequence's options, when written.
        sequence: Option<SequenceId>,
    },
    /// MySQL `AUTO_INCREMENT`, SQLite `AUTOINCREMENT`.
    AutoIncrement,
    /// SQLite `INTEGER PRIMARY KEY`, an alias of the rowid.
    RowId,
}
