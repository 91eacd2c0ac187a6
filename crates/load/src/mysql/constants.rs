//! Cells as constants for SQL.
//!
//! A constant is text in quotes, whatever its column's type: the server reads it as it would read the same text from a
//! file, so that rows are the same whichever way they go in.

use seedbed_datagen_core::Batch;
use seedbed_load_plan::MySqlConversion;
use seedbed_schema_model::{ColumnIdx, Dialect, Schema};
use seedbed_sql_values::quote_text;
use seedbed_text_encode::{ColumnText, UnsupportedColumn};

/// Some columns of a batch as constants.
pub(super) struct Constants<'a>(Vec<(ColumnText<'a>, Option<MySqlConversion>)>);

impl<'a> Constants<'a> {
    /// The cells of these columns; those that the batch lacks are left out.
    pub(super) fn new(
        schema: &Schema,
        batch: &'a Batch,
        columns: &[ColumnIdx],
    ) -> Result<Self, UnsupportedColumn> {
        let table = &schema[batch.table];
        let places = columns.iter().filter_map(|c| Some((c, batch.columns.iter().position(|b| b == c)?)));
        let cell = |(column, place): (&ColumnIdx, usize)| {
            let base = schema.base_type(&table[*column].ty);
            let text = ColumnText::new(Dialect::MySql, base, batch.rows.column(place))?;
            Ok((text, MySqlConversion::of(schema, &table[*column])))
        };
        Ok(Self(places.map(cell).collect::<Result<_, _>>()?))
    }

    /// Whether a cell is NULL.
    pub(super) fn is_null(&self, column: usize, row: usize) -> bool {
        self.0.get(column).is_none_or(|(cell, _)| cell.is_null(row))
    }

    /// One cell as a constant, as the server reads it from a file too: text that the column's type makes sense of.
    pub(super) fn constant(&self, column: usize, row: usize) -> String {
        let Some((cell, conversion)) = self.0.get(column).filter(|(c, _)| !c.is_null(row)) else {
            return "NULL".to_owned();
        };
        let mut text = Vec::new();
        cell.push(row, &mut text);
        let constant = quote_text(Dialect::MySql, &String::from_utf8_lossy(&text));
        match conversion {
            Some(conversion) => conversion.applied_to(&constant),
            None => constant,
        }
    }

    /// A row in brackets.
    pub(super) fn push_tuple(&self, row: usize, out: &mut String) {
        out.push('(');
        for column in 0..self.0.len() {
            if column > 0 {
                out.push(',');
            }
            out.push_str(&self.constant(column, row));
        }
        out.push(')');
    }
}
