//! Tables (relations).

use crate::{
    Check, Column, Exclusion, ForeignKey, GuardedCheck, Key, LookedUp, PartitionOf, Partitioning,
    QualifiedName, Span, Trigger, UniqueKey, UnresolvedReference,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Index;

/// A table, by its place in [`Schema::tables`](crate::Schema::tables), which is DDL order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TableId(pub u32);

impl fmt::Debug for TableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t{}", self.0)
    }
}

/// A column, by its place in its table's [`Table::columns`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ColumnIdx(pub u16);

impl fmt::Debug for ColumnIdx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}", self.0)
    }
}

/// A base table with all that is declared on it. Views and temporary tables are not here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: QualifiedName,
    /// Its columns in order. An inheritance child or a partition holds its inherited columns too.
    pub columns: Vec<Column>,
    /// The primary key.
    pub primary_key: Option<Key>,
    /// Unique constraints and indexes other than the primary key.
    pub uniques: Vec<UniqueKey>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Foreign keys to what does not exist.
    pub unresolved_references: Vec<UnresolvedReference>,
    /// CHECKs, inherited ones too.
    pub checks: Vec<Check>,
    /// Exclusion constraints.
    pub exclusions: Vec<Exclusion>,
    /// `PARTITION BY`.
    pub partitioning: Option<Partitioning>,
    /// `PARTITION OF`.
    pub partition_of: Option<PartitionOf>,
    /// `INHERITS`.
    pub inherits: Vec<TableId>,
    /// Triggers and rewrite rules that may act on its rows.
    pub triggers: Vec<Trigger>,
    /// The parts of its CHECKs that look up rows of other tables, once a plan has taken them out of `checks`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guarded_checks: Vec<GuardedCheck>,
    /// What is looked up that its own columns show, once a plan has given it such columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looked_up: Vec<LookedUp>,
    /// The first of the columns that it has for that alone, which come last.
    #[serde(default = "no_column", skip_serializing_if = "is_no_column")]
    pub shown_from: ColumnIdx,
    /// Storage options that change what a row may hold.
    pub options: TableOptions,
    /// `COMMENT`.
    pub comment: Option<String>,
    /// Where it was created.
    pub span: Span,
}

/// Behind all columns.
fn no_column() -> ColumnIdx {
    ColumnIdx(u16::MAX)
}

fn is_no_column(column: &ColumnIdx) -> bool {
    *column == no_column()
}

impl Table {
    /// An empty table.
    pub fn new(schema: Option<&str>, name: &str) -> Self {
        Self {
            name: QualifiedName::new(schema, name),
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            unresolved_references: Vec::new(),
            checks: Vec::new(),
            exclusions: Vec::new(),
            partitioning: None,
            partition_of: None,
            inherits: Vec::new(),
            triggers: Vec::new(),
            guarded_checks: Vec::new(),
            looked_up: Vec::new(),
            shown_from: no_column(),
            options: TableOptions::default(),
            comment: None,
            span: Span::default(),
        }
    }

    /// The columns with their places.
    pub fn columns_indexed(&self) -> impl Iterator<Item = (ColumnIdx, &Column)> {
        self.columns.iter().enumerate().map(|(i, c)| (ColumnIdx(i as u16), c))
    }

    /// The column of exactly this name.
    pub fn column_named(&self, name: &str) -> Option<ColumnIdx> {
        self.columns.iter().position(|c| c.name == name).map(|i| ColumnIdx(i as u16))
    }

    /// Whether a key without NULLs lies within the columns, so that no two rows agree in all of them.
    pub fn is_unique_within(&self, columns: &[ColumnIdx]) -> bool {
        let within = |key: &[ColumnIdx]| key.iter().all(|c| columns.contains(c));
        let present = |key: &Vec<ColumnIdx>| key.iter().all(|c| !self[*c].nullable);
        let whole = self.uniques.iter().filter(|u| u.predicate.is_none());
        self.primary_key.as_ref().is_some_and(|key| within(&key.columns))
            || whole.filter_map(UniqueKey::plain_columns).filter(present).any(|key| within(&key))
    }

    /// Whether the columns are exactly the primary key or a plain unique key, in any order.
    pub fn is_candidate_key(&self, columns: &[ColumnIdx]) -> bool {
        let sorted = |c: &[ColumnIdx]| {
            let mut c = c.to_vec();
            c.sort_unstable();
            c
        };
        let wanted = sorted(columns);
        self.primary_key.as_ref().is_some_and(|k| sorted(&k.columns) == wanted)
            || self
                .uniques
                .iter()
                .filter(|u| u.predicate.is_none())
                .filter_map(UniqueKey::plain_columns)
                .any(|c| sorted(&c) == wanted)
    }
}

impl Index<ColumnIdx> for Table {
    type Output = Column;

    fn index(&self, index: ColumnIdx) -> &Column {
        &self.columns[index]
    }
}

/// Options that change what a row may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TableOptions {
    /// SQLite `WITHOUT ROWID`: primary key columns are NOT NULL.
    pub without_rowid: bool,
    /// SQLite `STRICT`: values must have the column's type.
    pub strict: bool,
    /// MySQL `AUTO_INCREMENT = 19`: where its own numbers begin.
    #[serde(default)]
    pub first_number: Option<i64>,
    /// PostgreSQL `FOREIGN TABLE`: its rows are another server's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub foreign: bool,
}
