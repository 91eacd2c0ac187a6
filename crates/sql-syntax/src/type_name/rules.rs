//! How the types of a dialect are written: the questions.

use crate::names::Names;
use crate::spelling::TypeName;
use crate::text::Cursor;
use seedbed_schema_model::SqlType;

/// What the names of types mean.
#[derive(Debug)]
pub(crate) struct TypeRules {
    /// Reads a column's type with what belongs to it, and moves past it. `None` when no type stands there.
    pub(crate) column: fn(&dyn Names, &mut Cursor<'_>) -> Option<TypeName>,
    /// Reads a type that only casts name, and moves past it. `None` for those that columns have as well.
    pub(crate) cast_only: fn(&mut Cursor<'_>) -> Option<SqlType>,
}
