//! What validation found, as it is written to JSON.

use serde::Serialize;
use std::collections::BTreeMap;

/// The findings about all tables.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Totals over all tables.
    pub summary: Summary,
    /// How keys and references were looked for.
    pub method: Method,
    /// By the table's name as reports print it (`schema.table`, or `table`). Partitions are under their root.
    pub tables: BTreeMap<String, TableReport>,
}

impl Report {
    /// How often any constraint was broken.
    pub fn violations(&self) -> u64 {
        self.tables.values().flat_map(|t| &t.constraints).map(|c| c.violations).sum()
    }

    /// The broken constraints, with their table's name.
    pub fn broken(&self) -> impl Iterator<Item = (&str, &ConstraintReport)> {
        self.tables
            .iter()
            .flat_map(|(name, table)| table.constraints.iter().map(move |c| (name.as_str(), c)))
            .filter(|(_, c)| c.violations > 0)
    }
}

/// How keys and references were looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Method {
    /// Whether keys did not fit into the memory of the check, so that a temporary file held the rest.
    pub spilled: bool,
    /// Passes over rows after the first: where keys seemed equal or parents missing, rows were looked at again.
    pub second_looks: u32,
}

/// Totals over all tables.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Rows read.
    pub rows: u64,
    /// Rows whose primary key another row has.
    pub pk_duplicates: u64,
    /// NULLs in NOT NULL columns.
    pub not_null_violations: u64,
    /// Rows that collide under another unique key or an exclusion constraint.
    pub unique_violations: u64,
    /// Rows that fail a CHECK, of the table or of a domain.
    pub check_violations: u64,
    /// Values outside their type: length, range, digits, label, syntax.
    pub type_violations: u64,
    /// References without a parent, each composite one counted once.
    pub fk_violations: u64,
    /// Rows that no partition takes.
    pub partition_violations: u64,
    /// Share of the references without NULL that resolve, from 0 to 1; 1 when there are none.
    pub fk_coverage: f64,
    /// Constraints that were not checked; each says why.
    pub not_checked: u64,
}

/// The findings about one table.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TableReport {
    /// Rows read.
    pub rows: u64,
    /// Every constraint, in the order of the model.
    pub constraints: Vec<ConstraintReport>,
    /// Every column by name, in the table's order.
    pub columns: Vec<ColumnReport>,
}

/// What kind of rule a constraint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ConstraintKind {
    /// The primary key's uniqueness.
    PrimaryKey,
    /// NOT NULL, of the column or its domain.
    NotNull,
    /// A unique constraint or index.
    Unique,
    /// A CHECK, of the table or a domain.
    Check,
    /// A foreign key: every reference without a NULL has a parent.
    ForeignKey,
    /// The column's type: length, range, digits, label, syntax.
    Type,
    /// Membership in a partition: some partition takes the row.
    Partition,
    /// An exclusion constraint, PostgreSQL's `EXCLUDE`.
    Exclusion,
}

/// The findings about one constraint.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConstraintReport {
    /// The constraint's name, or what it says.
    pub name: String,
    /// What it counts as in the summary.
    pub kind: ConstraintKind,
    /// The columns that it reads, by name.
    pub columns: Vec<String>,
    /// Rows to which it applied.
    pub rows_checked: u64,
    /// Rows that break it.
    pub violations: u64,
    /// For a reference: the share of its non-NULL values that resolve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    /// The first rows that break it; for a reference, the first row of each missing parent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub first_offenders: Vec<Offender>,
    /// Why it was not checked, wholly or for some rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_checked: Option<String>,
}

/// A row that breaks a constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Offender {
    /// The row's number in its table, from 0, in the order of writing.
    pub row: u64,
    /// The values of the constraint's columns as text; `None` is NULL.
    pub values: Vec<Option<String>>,
    /// What is wrong, where the constraint alone does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Statistics of one column.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ColumnReport {
    /// The column's name.
    pub name: String,
    /// Share of NULLs from 0 to 1; `None` when the column was in no batch.
    pub null_share: Option<f64>,
    /// Distinct values other than NULL, as they are written.
    pub distinct: u64,
    /// Whether that is counted or estimated.
    pub distinct_by: DistinctBy,
    /// The least value as text; `None` for kinds without an order, such as JSON, and for no value.
    pub min: Option<String>,
    /// The greatest value as text; `None` as for the least.
    pub max: Option<String>,
    /// Up to five values that are more common than an even share, the most common first; none of kinds without an order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub most_common: Vec<CommonValue>,
    /// Eleven bounds of ten buckets that hold equally many rows; empty for fewer distinct values than that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub histogram: Vec<String>,
    /// So many rows stand for all in `most_common` and `histogram`; `None` when every row was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampled_rows: Option<u64>,
    /// Why there is nothing to tell, e.g. that the server computes the column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_checked: Option<String>,
}

/// How distinct values were counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DistinctBy {
    /// Exactly: up to 4,096 of them.
    #[default]
    Counting,
    /// HyperLogLog's estimate, with a standard error of 1.6 %.
    HyperLogLog,
}

/// A value that many rows have.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CommonValue {
    /// The value as text.
    pub value: String,
    /// Its share of the rows that are not NULL, from 0 to 1.
    pub share: f64,
}
