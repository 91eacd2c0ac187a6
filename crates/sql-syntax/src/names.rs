//! What is known of the schema where a type or an expression stands.

use crate::text::Name;
use seedbed_schema_model::{ColumnIdx, Dialect, SqlType, TableId};

/// Looks up what the names in a text mean. The reader of a script implements it by what the statements before have made.
pub trait Names {
    /// The dialect of the text.
    fn dialect(&self) -> Dialect;

    /// The column of that name, compared as the dialect compares names.
    fn column(&self, table: TableId, name: &str) -> Option<ColumnIdx>;

    /// The type that the schema itself defines under that name.
    fn user_type(&self, name: &Name) -> Option<SqlType>;

    /// Whether the schema itself defines a function of that name, in lower case.
    fn defines_function(&self, name: &str) -> bool;
}
