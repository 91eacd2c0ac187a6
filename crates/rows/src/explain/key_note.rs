//! How keys hold.

use seedbed_datagen_core::Factor;
use seedbed_schema_model::{ColumnIdx, Table, TableId};

/// How one key holds.
#[derive(Clone, Debug)]
pub struct KeyNote {
    /// The key.
    pub key: KeyName,
    /// What keeps its rows apart.
    pub proof: KeyProof,
}

/// A key by its kind and columns, as messages name it: `PRIMARY KEY (a, b)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyName {
    /// Who declares it.
    pub kind: KeyKind,
    /// Its columns, in the order declared.
    pub columns: Vec<ColumnIdx>,
}

/// Who declares a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// `PRIMARY KEY`.
    Primary,
    /// `UNIQUE`, or a unique index over all rows.
    Unique,
    /// A unique index over some rows.
    Partial,
    /// `EXCLUDE`.
    Exclusion,
    /// A key of another table that shows this one's columns.
    UniqueIn(TableId),
}

/// What keeps the rows of a key apart.
#[derive(Clone, Debug)]
pub enum KeyProof {
    /// A smaller key within it.
    Within(Vec<ColumnIdx>),
    /// NULLs, which never collide, in a column that holds nothing else.
    AlwaysNull,
    /// A column whose law another key has made distinct.
    Distinct(ColumnIdx),
    /// Each row refers to the one before.
    Chain,
    /// Each row shows the values of one row of another table.
    Aligned,
    /// A column that numbers the children of each parent.
    Positions(ColumnIdx),
    /// A column that counts up.
    CountsUp(ColumnIdx),
    /// A column whose values carry the row's number.
    CarriesRowNumber(ColumnIdx),
    /// A column that takes each value of its list at most once; how many there are, if it can be told.
    OnceEach {
        /// The column.
        column: ColumnIdx,
        /// How many values its list has.
        values: Option<u64>,
    },
    /// A draw without repetition.
    Drawn(ProductDraw),
    /// The coordinate that keeps another key apart.
    AsOtherKey,
    /// A sieve.
    Sieve,
}

/// A draw without repetition from a product.
#[derive(Clone, Debug)]
pub struct ProductDraw {
    /// What the product is made of.
    pub factors: Vec<Factor>,
    /// Their product.
    pub combinations: u64,
    /// Rows from this one on are NULL.
    pub nulls_from: Option<u64>,
}

/// The columns' names, as messages list them.
pub fn names(table: &Table, columns: &[ColumnIdx]) -> String {
    columns.iter().map(|c| table[*c].name.as_str()).collect::<Vec<_>>().join(", ")
}
