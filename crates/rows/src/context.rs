//! What expressions of a table are evaluated in.

use seedbed_schema_model::{Schema, Table};
use seedbed_solver::REFERENCE_MICROS;
use seedbed_sql_semantics::Context;

/// The surroundings of a table's expressions, at the moment that every plan takes for now.
pub fn table_context<'a>(schema: &'a Schema, table: &'a Table) -> Context<'a> {
    let mut cx = Context::new(schema, Some(table));
    cx.now_micros = REFERENCE_MICROS;
    cx
}
