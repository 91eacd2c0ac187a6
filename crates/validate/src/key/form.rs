//! The form of a key's codes, chosen once from the types of its columns.

use seedbed_schema_model::{Column, Schema, SqlType};
use seedbed_sql_values::{Typing, representation};

/// What the codes of a key are. Every form but the last tells different keys apart for certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyForm {
    /// One integer.
    Number,
    /// One date.
    Date,
    /// Two integers; only where references ask for the key.
    Pair,
    /// One UUID; only where references ask for the key.
    Uuid,
    /// The whole key as bytes: any other that references ask for, since nothing would look again at a reference that
    /// has found its parent.
    Whole,
    /// 64 bits of a hash: any other that is unique only. Equal ones are looked at again.
    Fingerprint,
}

impl KeyForm {
    /// The form for a key over whole columns that references ask for, or not.
    pub(crate) fn of_columns(columns: &[&Column], referenced: bool, schema: &Schema) -> Self {
        match columns {
            [column] if is_integer(column, schema) => Self::Number,
            [column] if is_stored_as(column, &SqlType::Date, schema) => Self::Date,
            _ if !referenced => Self::Fingerprint,
            [column] if is_stored_as(column, &SqlType::Uuid, schema) => Self::Uuid,
            [first, second] if is_integer(first, schema) && is_integer(second, schema) => Self::Pair,
            _ => Self::Whole,
        }
    }
}

/// Whether integers are stored in a column as they are.
pub(crate) fn is_integer(column: &Column, schema: &Schema) -> bool {
    matches!(schema.base_type(&column.ty), SqlType::Integer { .. })
}

/// Whether a column holds values of a type that are stored as they are, which SQLite makes text of.
pub(crate) fn is_stored_as(column: &Column, ty: &SqlType, schema: &Schema) -> bool {
    schema.base_type(&column.ty) == ty && representation(schema.dialect).storage.typing == Typing::Declared
}
