//! Pages of a table's rows.

use seedbed_datagen_core::Batch;

/// Which rows of a table, and in which order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// Pass over so many.
    pub offset: u64,
    /// At most so many.
    pub limit: u64,
    /// By these columns; among equals, and where there are none, in the order in which they were made.
    pub order: Vec<(String, Direction)>,
    /// All of these hold.
    pub filter: Vec<Filter>,
}

impl Default for PageRequest {
    /// The first hundred rows.
    fn default() -> Self {
        Self { offset: 0, limit: 100, order: Vec::new(), filter: Vec::new() }
    }
}

/// Which end comes first. NULL is less than everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The least.
    #[default]
    Ascending,
    /// The greatest.
    Descending,
}

/// What holds of a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Filter {
    /// The column's name.
    pub column: String,
    /// How it is compared.
    pub comparison: Comparison,
}

/// A comparison with a text that is a literal of the column's type; NULL compares with nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Equal to.
    Equal(String),
    /// Other than.
    NotEqual(String),
    /// Less than.
    Less(String),
    /// Less than or equal to.
    LessOrEqual(String),
    /// Greater than.
    Greater(String),
    /// Greater than or equal to.
    GreaterOrEqual(String),
    /// Holds a text, whatever the case of ASCII letters.
    Contains(String),
    /// NULL.
    Null,
    /// Not NULL.
    NotNull,
}

/// Some rows of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The rows; with an order or a filter they are not next to each other in the table.
    pub rows: Batch,
    /// How many the filter lets through.
    pub total: u64,
}
