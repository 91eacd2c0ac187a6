//! Rows that the texts of a schema put into its tables: what is made may refer to them, and no key may repeat theirs.

use crate::ReadSchema;
use arrow_array::RecordBatch;
use seedbed_rows::KnownCells;
use seedbed_schema_model::TableId;
use seedbed_validate::{Check, ValidateError};

/// The rows that the texts put into tables, by the columns of their keys; of tables whose rows are known.
#[derive(Debug, Default)]
pub struct RowsThere(Vec<(TableId, RecordBatch)>);

impl RowsThere {
    /// The rows of a schema's texts.
    pub fn of(read: &ReadSchema) -> Self {
        let schema = &read.schema;
        let batch = |(id, facts): (&TableId, &seedbed_datagen_core::ExistingTable)| {
            let cells = KnownCells::new(&facts.known, schema, &schema[*id])?;
            Some((*id, cells.into_batch(&schema[*id])?))
        };
        Self(read.existing.tables.iter().filter_map(batch).collect())
    }

    /// Shows them to a check, for references to find them.
    ///
    /// # Errors
    /// Those of [`Check::there`].
    pub fn show(&self, check: &Check<'_>) -> Result<(), ValidateError> {
        self.0.iter().try_for_each(|(table, rows)| check.there(*table, rows))
    }

    /// Those of a table.
    pub fn of_table(&self, table: TableId) -> Option<RecordBatch> {
        self.0.iter().find(|(id, _)| *id == table).map(|(_, rows)| rows.clone())
    }
}
