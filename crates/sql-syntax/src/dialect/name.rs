//! What names and keys are in the catalog: the questions.

/// The names of a catalog.
#[derive(Debug)]
pub struct NameRules {
    /// When two names are the same.
    pub comparison: NameComparison,
    /// What nameless constraints are called.
    pub constraints: ConstraintNames,
    /// Whose names the names of indexes must differ from.
    pub indexes: IndexNames,
}

/// Whether the case of a name counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameComparison {
    /// It does.
    Exact,
    /// It doesn't.
    IgnoringCase,
}

impl NameComparison {
    /// Whether two names of constraints, whose letters are taken for ASCII, are one.
    pub fn same(self, a: &str, b: &str) -> bool {
        match self {
            Self::Exact => a == b,
            Self::IgnoringCase => a.eq_ignore_ascii_case(b),
        }
    }
}

/// The names that the server gives to constraints without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstraintNames {
    /// None: they can't be called.
    Nameless,
    /// Of table, column and kind, free in the schema: `film_title_key`.
    TableAndColumn,
    /// Free in the table: `PRIMARY` for every primary key, the first column's for a key, a number for references and
    /// CHECKs, nothing for the CHECK of a column.
    OfTable,
}

/// Where an index's name is unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexNames {
    /// In its schema: `DROP INDEX i`.
    OfSchema,
    /// In its table: `DROP INDEX i ON t`. A copy of the table has the same.
    OfTable,
}

/// What keys are.
#[derive(Debug)]
pub struct KeyRules {
    /// What brackets with a number behind a column of a key are.
    pub prefixes: KeyPrefixes,
    /// Whether the columns of a primary key take NULL.
    pub primary_key: PrimaryKeyNulls,
    /// What a primary key of one column of type `INTEGER` is.
    pub integer_key: IntegerKey,
}

/// `KEY (a(10))`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPrefixes {
    /// A call.
    Absent,
    /// The column's first characters or bytes, which alone must differ.
    Characters,
}

/// NULL in a primary key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrimaryKeyNulls {
    /// Its columns are NOT NULL.
    Refused,
    /// They are if they say so, and in some kinds of tables.
    Allowed,
}

/// `INTEGER PRIMARY KEY`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegerKey {
    /// A key like others.
    Ordinary,
    /// The row's own number.
    Rowid,
}
