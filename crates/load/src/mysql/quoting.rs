//! Names as MySQL quotes them.

use seedbed_schema_model::Dialect;
use seedbed_sql_values::quote_identifier;

/// A bare name as SQL has it.
pub(super) fn quoted(name: &str) -> String {
    quote_identifier(Dialect::MySql, name)
}
