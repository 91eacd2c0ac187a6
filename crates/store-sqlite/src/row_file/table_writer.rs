//! Rows of one table on their way into a row file.

use super::bind::Binder;
use super::error::{BatchFault, RowFileError};
use super::insert::Inserts;
use super::layout::{ColumnLayout, TableLayout};
use super::names::{column_names, quoted, rowid_name};
use super::storage::Storage;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Decimal128Type, Int64Type};
use arrow_array::{Array as _, ArrayRef};
use rusqlite::Connection;
use seedbed_datagen_core::{Batch, CancelToken, SinkError, TableSink};
use seedbed_schema_model::{ColumnIdx, Schema, SqlType, TableId};
use std::sync::Arc;

/// Columns that SQLite allows a table (SQLite: "Limits", `SQLITE_MAX_COLUMN`), one of which may be the row number.
const MOST_COLUMNS: usize = 1999;

/// Rows that are looked at before a key is taken for the row number. The keys that do not count them tell so by then, and the
/// file does not depend on the size of the batches.
const LOOKED_AT: usize = 1024;

/// Takes the batches of one table.
pub(crate) struct TableWriter<'w> {
    pub(crate) connection: &'w Connection,
    pub(crate) cancel: &'w CancelToken,
    pub(crate) schema: Arc<Schema>,
    pub(crate) id: TableId,
    /// The table's name in the file.
    pub(crate) stored_name: String,
    /// Where its layout goes when it is complete.
    pub(crate) layouts: &'w mut Vec<TableLayout>,
    /// The first rows, until there are enough of them to see whether a key counts them.
    pub(crate) held: Vec<Batch>,
    /// What there is from then on.
    pub(crate) begun: Option<Begun<'w>>,
}

/// A table some of whose rows have come.
pub(crate) struct Begun<'w> {
    columns: Vec<ColumnIdx>,
    /// The number of the first row; not 0 in a share of the rows.
    first_row: u64,
    layout: TableLayout,
    /// The statement by which the table was made as it is; empty when it is not there yet.
    made_by: String,
    /// By column, where the type leaves open how many digits decimals have behind the point: how many they have before it.
    whole_digits: Vec<Option<u32>>,
    inserts: Option<Inserts<'w>>,
}

impl TableSink for TableWriter<'_> {
    fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.store(batch).map_err(|error| error.of_sink(Some(&self.name())))
    }

    fn close(mut self: Box<Self>) -> Result<(), SinkError> {
        let layout = self.complete().map_err(|error| error.of_sink(Some(&self.name())))?;
        self.layouts.push(layout);
        Ok(())
    }
}

impl<'w> TableWriter<'w> {
    fn name(&self) -> String {
        self.schema[self.id].name.to_string()
    }

    fn fault(&self, reason: BatchFault) -> RowFileError {
        RowFileError::Batch { table: self.name(), reason }
    }

    fn sqlite(&self) -> impl FnOnce(rusqlite::Error) -> RowFileError + use<> {
        RowFileError::sqlite(format!("storing rows of `{}`", self.name()))
    }

    fn store(&mut self, batch: &Batch) -> Result<(), RowFileError> {
        self.cancel.check()?;
        if self.begun.is_some() {
            return self.append(batch);
        }
        self.held.push(batch.clone());
        let held: usize = self.held.iter().map(|batch| batch.rows.num_rows()).sum();
        if held < LOOKED_AT { Ok(()) } else { self.begin() }
    }

    /// The layout of a table that is complete.
    fn complete(&mut self) -> Result<TableLayout, RowFileError> {
        if self.begun.is_none() {
            self.begin()?;
        }
        self.begun.take().map(|begun| begun.layout).ok_or(RowFileError::Canceled)
    }

    /// Makes the table, with the rows that were held back.
    fn begin(&mut self) -> Result<(), RowFileError> {
        let held = std::mem::take(&mut self.held);
        let columns = match held.first() {
            Some(first) => first.columns.clone(),
            // No batch tells which columns would have been written.
            None => self.schema[self.id].columns_indexed().map(|(idx, _)| idx).collect(),
        };
        let mut begun = self.begun_with(columns, &held)?;
        self.make(&mut begun)?;
        self.begun = Some(begun);
        held.iter().try_for_each(|batch| self.append(batch))
    }

    /// Stores the next rows of a table that was made.
    fn append(&mut self, batch: &Batch) -> Result<(), RowFileError> {
        let arrays = batch.rows.columns();
        let Some(mut begun) = self.begun.take().filter(|begun| begun.columns == batch.columns) else {
            return Err(self.fault(BatchFault::Columns));
        };
        let expected = begun.first_row + begun.layout.rows;
        if expected != batch.first_row {
            return Err(self.fault(BatchFault::Order { expected, found: batch.first_row }));
        }
        self.take_in(&mut begun, arrays)?;
        self.make(&mut begun)?;
        let mut binders = Vec::with_capacity(arrays.len());
        for (array, column) in arrays.iter().zip(&begun.layout.columns) {
            binders.push(Binder::new(array).ok_or_else(|| self.arrow_type(&column.name, array))?);
        }
        let inserts = match &mut begun.inserts {
            Some(inserts) => inserts,
            None => {
                let inserts = Inserts::prepare(self.connection, &begun.layout).map_err(self.sqlite())?;
                begun.inserts.insert(inserts)
            }
        };
        let rows = batch.rows.num_rows();
        inserts.insert(&begun.layout, &mut binders, rows).map_err(self.sqlite())?;
        for (column, binder) in begun.layout.columns.iter_mut().zip(&binders) {
            column.irregular |= binder.met_irregular();
        }
        begun.layout.rows += rows as u64;
        self.begun = Some(begun);
        Ok(())
    }

    fn arrow_type(&self, column: &str, array: &ArrayRef) -> RowFileError {
        let found = array.data_type().to_string();
        self.fault(BatchFault::ArrowType { column: column.to_owned(), found })
    }

    /// A table of such columns, which is not there yet. A key that counts the rows becomes its row number.
    fn begun_with(&self, columns: Vec<ColumnIdx>, held: &[Batch]) -> Result<Begun<'w>, RowFileError> {
        let model = &self.schema[self.id];
        if columns.len() > MOST_COLUMNS {
            let (table, columns) = (self.name(), columns.len());
            return Err(RowFileError::TooManyColumns { table, columns, limit: MOST_COLUMNS });
        }
        let names = column_names(columns.iter().map(|column| model[*column].name.as_str()));
        let rowid = rowid_name(&names);
        let column = |(column, stored_name): (&ColumnIdx, String)| ColumnLayout {
            name: model[*column].name.clone(),
            stored_name,
            storage: Storage::of_column(&self.schema, &model[*column]),
            irregular: false,
            holds_text: false,
        };
        let stored: Vec<ColumnLayout> = columns.iter().zip(names).map(column).collect();
        let open = |column: &ColumnIdx| {
            let base = self.schema.base_type(&model[*column].ty);
            matches!(base, SqlType::Decimal { scale: None, .. }).then_some(0)
        };
        let row_number = match model.primary_key.as_ref().map(|key| key.columns.as_slice()) {
            Some([key]) => columns.iter().position(|column| column == key),
            _ => None,
        };
        let first = row_number.and_then(|at| first_of_count(held, at));
        let layout = TableLayout {
            name: self.name(),
            stored_name: self.stored_name.clone(),
            rowid,
            row_number: row_number.filter(|_| first.is_some()),
            first_rowid: first.unwrap_or(1),
            rows: 0,
            columns: stored,
        };
        let whole_digits = columns.iter().map(open).collect();
        let first_row = held.first().map_or(0, |batch| batch.first_row);
        Ok(Begun { columns, first_row, layout, made_by: String::new(), whole_digits, inserts: None })
    }

    /// Takes in what a batch tells that is new about the table.
    fn take_in(&self, begun: &mut Begun<'_>, arrays: &[ArrayRef]) -> Result<(), RowFileError> {
        let layout = &mut begun.layout;
        if let Some(at) = layout.row_number {
            let next = layout.first_rowid.checked_add_unsigned(layout.rows);
            if next.is_none_or(|next| !arrays.get(at).is_some_and(|array| continues(array, next))) {
                layout.row_number = None;
                layout.first_rowid = 1;
            }
        }
        let columns = layout.columns.iter_mut().zip(arrays).zip(&mut begun.whole_digits);
        for ((column, array), whole_digits) in columns {
            match (column.storage, Storage::of_arrow(array.data_type())) {
                (Storage::Decimal { scale: known }, Some(Storage::Decimal { scale: found })) => {
                    let widest = if layout.rows == 0 { found } else { known.max(found) };
                    column.storage = Storage::Decimal { scale: widest };
                    if let Some(digits) = whole_digits {
                        *digits = (*digits).max(digits_before_the_point(array, found));
                        // No decimal of Arrow holds them with as many digits behind the point.
                        column.holds_text |= *digits + u32::from(widest) > 38;
                    }
                }
                (known, Some(found)) if known == found => {}
                (_, Some(Storage::Text)) => column.holds_text = true,
                _ => return Err(self.arrow_type(&column.name, array)),
            }
        }
        Ok(())
    }

    /// Makes the table as its layout has it now, with the rows that are in it if it is another now.
    fn make(&self, begun: &mut Begun<'_>) -> Result<(), RowFileError> {
        let sql = begun.layout.create_sql();
        if sql == begun.made_by {
            return Ok(());
        }
        let name = begun.layout.sql();
        let sql_of_all = if begun.made_by.is_empty() {
            sql.clone()
        } else {
            // Its statements keep it from being dropped.
            begun.inserts = None;
            let (before, columns) = (quoted("_seedbed_before"), begun.layout.columns_sql());
            format!(
                "ALTER TABLE {name} RENAME TO {before}; {sql};
                 INSERT INTO {name} ({columns}) SELECT {columns} FROM {before} ORDER BY {};
                 DROP TABLE {before};",
                quoted(&begun.layout.rowid)
            )
        };
        self.connection.execute_batch(&sql_of_all).map_err(self.sqlite())?;
        begun.made_by = sql;
        Ok(())
    }
}

/// The first number in a column, if all go on from there one by one.
fn first_of_count(held: &[Batch], at: usize) -> Option<i64> {
    let mut counted: Option<(i64, i64)> = None;
    for array in
        held.iter().filter_map(|batch| batch.rows.columns().get(at)).filter(|array| !array.is_empty())
    {
        let (first, next) = match counted {
            Some(counted) => counted,
            None => {
                let first = array.as_primitive_opt::<Int64Type>()?.value(0);
                (first, first)
            }
        };
        counted =
            continues(array, next).then(|| Some((first, next.checked_add_unsigned(array.len() as u64)?)))?;
    }
    counted.map(|(first, _)| first)
}

/// Whether an array goes through all numbers from `next` on.
fn continues(array: &ArrayRef, next: i64) -> bool {
    let Some(numbers) = array.as_primitive_opt::<Int64Type>() else { return false };
    let counts = |(at, number): (usize, &i64)| next.checked_add_unsigned(at as u64) == Some(*number);
    numbers.null_count() == 0 && numbers.values().iter().enumerate().all(counts)
}

/// How many digits the decimals of an array have before the point at most.
fn digits_before_the_point(array: &ArrayRef, scale: u8) -> u32 {
    let Some(decimals) = array.as_primitive_opt::<Decimal128Type>() else { return 0 };
    let greatest = decimals.iter().flatten().map(i128::unsigned_abs).max().unwrap_or(0);
    greatest.checked_ilog10().map_or(0, |log| (log + 1).saturating_sub(scale.into()))
}
