//! PostgreSQL's constants.

use crate::load_script::ConstantForm;
use arrow_schema::DataType;
use seedbed_schema_model::{Column, Schema, SqlType};

/// Numbers stand as they are. Everything else is a string constant, which the server reads as it would read the same text
/// from a file.
pub(in crate::load_script) fn constant_form(
    schema: &Schema,
    column: &Column,
    array: &DataType,
) -> ConstantForm {
    match array {
        DataType::Boolean | DataType::Int64 | DataType::UInt64 => ConstantForm::Bare,
        DataType::Decimal128(..) if *schema.base_type(&column.ty) != SqlType::Money => ConstantForm::Bare,
        DataType::Binary => ConstantForm::Between(r"'\x", "'"),
        DataType::Utf8 | DataType::Dictionary(..) => ConstantForm::Text,
        _ => ConstantForm::Between("'", "'"),
    }
}
