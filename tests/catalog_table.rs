//! What one table is, in terms that a server's catalog and the schema model can both state.
//!
//! The three catalog readers and the reader of the model all make [`CatalogTable`]s; [`crate::catalog_compare`] sets
//! one beside the other. Types, keys and references are spelled in one canonical text each, so that two of them are
//! equal exactly when they mean the same.

use std::collections::BTreeSet;
use std::fmt;

/// One table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CatalogTable {
    /// `schema.table` where there are schemas, else `table`.
    pub(crate) name: String,
    pub(crate) columns: Vec<CatalogColumn>,
    pub(crate) primary_key: Option<CatalogKey>,
    /// Unique constraints and indexes other than the primary key.
    pub(crate) uniques: Vec<CatalogKey>,
    pub(crate) foreign_keys: Vec<CatalogForeignKey>,
    pub(crate) checks: Vec<CatalogCheck>,
    /// Exclusion constraints, one text each.
    pub(crate) exclusions: Vec<String>,
    /// Strategy and key of a partitioned table.
    pub(crate) partitioning: Option<String>,
    /// Parent and bound of a partition.
    pub(crate) partition_of: Option<String>,
    /// Inheritance parents.
    pub(crate) inherits: Vec<String>,
    /// Storage options that change what a row may hold.
    pub(crate) options: Vec<&'static str>,
}

/// One column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CatalogColumn {
    pub(crate) name: String,
    pub(crate) ty: String,
    /// `None` where the question has no answer, as for SQLite's rowid aliases.
    pub(crate) nullable: Option<bool>,
    /// A collation other than the type's own.
    pub(crate) collation: Option<String>,
    pub(crate) source: ValueSource,
    /// The default's or the generated value's expression.
    pub(crate) expr: Option<CatalogExpr>,
}

/// Where a column's value comes from when none is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum ValueSource {
    /// NULL, or nothing.
    #[default]
    Nothing,
    /// `DEFAULT`.
    Default,
    /// A default of `nextval`; the sequence when it is known.
    Serial(Option<String>),
    /// `GENERATED ALWAYS` or `BY DEFAULT AS IDENTITY`.
    Identity { always: bool },
    /// `AUTO_INCREMENT`, or an alias of SQLite's rowid.
    AutoIncrement,
    /// `GENERATED ALWAYS AS (...)`.
    Generated { stored: bool },
}

/// A primary or unique key.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CatalogKey {
    /// Columns, with prefix length and collation where they are not the usual ones; `<expression>` for an expression.
    pub(crate) parts: Vec<String>,
    /// What the expressions and the predicate read.
    pub(crate) expr: Option<CatalogExpr>,
    pub(crate) partial: bool,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) deferrability: &'static str,
    /// A partition's copy of its parent's key, which the model may leave to the parent.
    pub(crate) copied: bool,
}

/// A foreign key.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CatalogForeignKey {
    pub(crate) columns: Vec<String>,
    pub(crate) parent: String,
    /// Empty when the parent does not exist.
    pub(crate) parent_columns: Vec<String>,
    /// Match type, actions and deferrability, in words.
    pub(crate) rules: String,
    /// A partition's copy of its parent's reference, which the model may leave to the parent.
    pub(crate) copied: bool,
}

/// A CHECK.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CatalogCheck {
    /// Not known to a catalog that does not name it, nor to the model when the text does not.
    pub(crate) name: Option<String>,
    pub(crate) expr: CatalogExpr,
}

/// What is known of an expression without comparing texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CatalogExpr {
    /// The columns it reads; `None` when the catalog does not tell.
    pub(crate) columns: Option<BTreeSet<String>>,
    /// The function of the schema, or of an extension, that it calls; the catalog only says that it calls one.
    pub(crate) user_function: Option<String>,
    /// The part that the parser did not understand.
    pub(crate) unread: Option<String>,
    /// For reports.
    pub(crate) text: String,
}

impl CatalogKey {
    /// The key's columns when it is nothing but columns, sorted: what makes two keys the same restriction.
    pub(crate) fn plain_columns(&self) -> Option<BTreeSet<&str>> {
        let plain = !self.partial && !self.nulls_not_distinct && self.parts.iter().all(|p| p != EXPRESSION);
        plain.then(|| self.parts.iter().map(String::as_str).collect())
    }
}

/// Stands for an expression among a key's parts.
pub(crate) const EXPRESSION: &str = "<expression>";

impl fmt::Display for CatalogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({})", self.parts.join(", "))?;
        if self.partial {
            f.write_str(" where ...")?;
        }
        if self.nulls_not_distinct {
            f.write_str(" nulls not distinct")?;
        }
        write!(f, "{}", self.deferrability)
    }
}

impl fmt::Display for CatalogForeignKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "({}) -> {} ({}){}",
            self.columns.join(", "),
            self.parent,
            self.parent_columns.join(", "),
            self.rules
        )
    }
}

impl fmt::Display for CatalogCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{name} ")?;
        }
        let columns = self.expr.columns.iter().flatten().map(String::as_str).collect::<Vec<_>>();
        write!(f, "over ({}): {}", columns.join(", "), self.expr.text)
    }
}

impl fmt::Display for ValueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("no default"),
            Self::Default => f.write_str("a default"),
            Self::Serial(sequence) => {
                write!(f, "serial {}", sequence.as_deref().unwrap_or("of an unknown sequence"))
            }
            Self::Identity { always: true } => f.write_str("identity always"),
            Self::Identity { always: false } => f.write_str("identity by default"),
            Self::AutoIncrement => f.write_str("numbered by the server"),
            Self::Generated { stored: true } => f.write_str("generated stored"),
            Self::Generated { stored: false } => f.write_str("generated virtual"),
        }
    }
}

/// How the three servers' catalogs and the model spell when a constraint is checked.
pub(crate) fn deferrability_words(deferrable: bool, deferred: bool) -> &'static str {
    match (deferrable, deferred) {
        (false, _) => "",
        (true, false) => " deferrable",
        (true, true) => " deferrable initially deferred",
    }
}
