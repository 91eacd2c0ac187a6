//! Cells as constants of SQL.

use arrow_array::ArrayRef;
use arrow_schema::DataType;
use seedbed_datagen_core::Batch;
use seedbed_load_plan::MySqlConversion;
use seedbed_schema_model::{Column, ColumnIdx, Dialect, Schema};
use seedbed_sql_values::quote_text;
use seedbed_text_encode::{ColumnText, UnsupportedColumn};

/// How a database's constants are written for a column and the Arrow type of its cells.
pub(crate) type ConstantForms = fn(&Schema, &Column, &DataType) -> ConstantForm;

/// How the cells of a column are written as constants.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ConstantForm {
    /// As they stand: numbers and truth values.
    Bare,
    /// Between marks, with nothing to escape: dates, hexadecimal digits.
    Between(&'static str, &'static str),
    /// As a string constant.
    Text,
    /// As a string constant in a function.
    Converted(MySqlConversion),
    /// Floats as they stand. There is no constant for infinity, but numbers that are too large become it.
    Real,
    /// The sixteen bytes of a UUID.
    UuidBytes,
}

/// The rows of a batch as lists of constants.
#[derive(Debug)]
pub(crate) struct RowConstants<'a> {
    dialect: Dialect,
    cells: Vec<(ColumnText<'a>, ConstantForm)>,
}

impl<'a> RowConstants<'a> {
    /// Some columns of a batch, each with its array.
    pub(crate) fn new(
        schema: &Schema,
        batch: &Batch,
        columns: &[(ColumnIdx, &'a ArrayRef)],
        forms: ConstantForms,
    ) -> Result<Self, UnsupportedColumn> {
        let cell = |(index, array): &(ColumnIdx, &'a ArrayRef)| {
            let column = &schema[batch.table][*index];
            let text = ColumnText::new(schema.dialect, schema.base_type(&column.ty), array)?;
            Ok((text, forms(schema, column, array.data_type())))
        };
        Ok(Self { dialect: schema.dialect, cells: columns.iter().map(cell).collect::<Result<_, _>>()? })
    }

    /// Appends a row in brackets. `scratch` is room for the text of a cell.
    pub(crate) fn push(&self, row: usize, scratch: &mut Vec<u8>, out: &mut Vec<u8>) {
        out.push(b'(');
        for (i, (cell, form)) in self.cells.iter().enumerate() {
            if i > 0 {
                out.extend_from_slice(b", ");
            }
            if cell.is_null(row) {
                out.extend_from_slice(b"NULL");
            } else {
                self.push_constant(cell, row, *form, scratch, out);
            }
        }
        out.push(b')');
    }

    fn push_constant(
        &self,
        cell: &ColumnText<'_>,
        row: usize,
        form: ConstantForm,
        scratch: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) {
        scratch.clear();
        match form {
            ConstantForm::Bare => cell.push(row, out),
            ConstantForm::Between(before, after) => {
                out.extend_from_slice(before.as_bytes());
                cell.push(row, out);
                out.extend_from_slice(after.as_bytes());
            }
            ConstantForm::Text => {
                cell.push(row, scratch);
                push_text(self.dialect, scratch, out);
            }
            ConstantForm::Converted(conversion) => {
                cell.push(row, scratch);
                let constant = quote_text(self.dialect, &String::from_utf8_lossy(scratch));
                out.extend_from_slice(conversion.applied_to(&constant).as_bytes());
            }
            ConstantForm::Real => {
                cell.push(row, scratch);
                out.extend_from_slice(match scratch.as_slice() {
                    b"Infinity" => b"9e999",
                    b"-Infinity" => b"-9e999",
                    b"NaN" => b"NULL",
                    number => number,
                });
            }
            ConstantForm::UuidBytes => {
                cell.push(row, scratch);
                out.extend_from_slice(b"x'");
                out.extend(scratch.iter().filter(|byte| **byte != b'-'));
                out.push(b'\'');
            }
        }
    }
}

/// Appends a string constant. Nearly no text has a character that any dialect escapes.
fn push_text(dialect: Dialect, text: &[u8], out: &mut Vec<u8>) {
    if text.iter().any(|byte| matches!(byte, b'\'' | b'\\' | 0 | 0x1a)) {
        out.extend_from_slice(quote_text(dialect, &String::from_utf8_lossy(text)).as_bytes());
        return;
    }
    out.push(b'\'');
    out.extend_from_slice(text);
    out.push(b'\'');
}
