//! Type names of every dialect into [`SqlType`](seedbed_schema_model::SqlType)s.

use crate::dialect;
use crate::names::Names;
use crate::spelling::TypeName;
use crate::text::Cursor;
use seedbed_schema_model::Dialect;

/// Reads the type that stands here. `None` when no type does.
pub fn read_type(names: &dyn Names, cursor: &mut Cursor<'_>) -> Option<TypeName> {
    let start = *cursor;
    let mut found = match cursor.dialect() {
        Dialect::Postgres => dialect::postgres::read_type(names, cursor),
        Dialect::MySql => dialect::mysql::read_type(cursor),
        _ => dialect::sqlite::read_type(cursor),
    }?;
    found.text = start.until(cursor).text().to_owned();
    Some(found)
}
