//! Parquet files: their columns as batches hold them, a row group at a time.

use crate::{Block, BlockBatch, BlockRows, FileProblem, FileProblems, ImportError, TableFile};
use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Int64Type, Time32MillisecondType, Time32SecondType, Time64MicrosecondType,
    Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use arrow_array::{ArrayRef, PrimitiveArray, RecordBatch};
use arrow_schema::{DataType, Field, Schema as ArrowSchema, TimeUnit};
use seedbed_datagen_core::{NameError, resolve_column};
use seedbed_schema_model::{ColumnIdx, Schema, SqlType};
use std::fs::File;
use std::io;
use std::sync::Arc;

/// Rows of a batch.
const BATCH: usize = 8192;

/// A Parquet file whose footer has been read.
#[derive(Clone, Debug)]
pub struct ParquetFile {
    file: TableFile,
    footer: ArrowReaderMetadata,
    /// The columns that are read: their place in the file, and their name in the table.
    columns: Arc<Vec<(usize, String)>>,
}

/// The row groups of a file.
#[derive(Debug)]
pub struct Groups {
    /// Rows of each.
    rows: Vec<u64>,
    next: usize,
    first_row: u64,
}

/// Reads row groups.
#[derive(Debug)]
pub struct GroupReader {
    of: ParquetFile,
}

impl ParquetFile {
    /// Reads the footer of a file. `None` where it has no column of the table, which is a problem and no error.
    pub(crate) fn open(
        schema: &Schema,
        file: &TableFile,
        problems: &mut FileProblems,
    ) -> Result<Option<Self>, ImportError> {
        let opened = File::open(file.place.path()).map_err(|e| failed(file, e))?;
        let footer = ArrowReaderMetadata::load(&opened, Default::default());
        let footer = footer.map_err(|e| failed(file, io::Error::other(e)))?;
        let columns = columns(schema, file, footer.schema(), problems);
        if columns.is_empty() {
            let table = schema[file.table].name.to_string();
            problems.push(FileProblem::NoHeader { file: file.name.clone(), table });
            return Ok(None);
        }
        Ok(Some(Self { file: file.clone(), footer, columns: Arc::new(columns) }))
    }

    pub(crate) fn file(&self) -> &TableFile {
        &self.file
    }

    pub(crate) fn groups(&self) -> Groups {
        let groups = self.footer.metadata().row_groups().iter();
        let rows = groups.map(|group| group.num_rows().try_into().unwrap_or(0)).collect();
        Groups { rows, next: 0, first_row: 0 }
    }

    pub(crate) fn reader(&self) -> GroupReader {
        GroupReader { of: self.clone() }
    }
}

impl Groups {
    pub(crate) fn next(&mut self) -> Option<Block> {
        let rows = *self.rows.get(self.next)?;
        let block = Block::of_group(self.next as u64, self.first_row, rows);
        self.next += 1;
        self.first_row += rows;
        Some(block)
    }
}

impl GroupReader {
    pub(crate) fn read(&mut self, block: Block) -> Result<BlockRows, ImportError> {
        let ParquetFile { file, footer, columns } = &self.of;
        let opened = File::open(file.place.path()).map_err(|e| failed(file, e))?;
        let mask = ProjectionMask::roots(
            footer.metadata().file_metadata().schema_descr(),
            columns.iter().map(|(at, _)| *at),
        );
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(opened, footer.clone())
            .with_row_groups(vec![block.group()])
            .with_projection(mask)
            .with_batch_size(BATCH)
            .build()
            .map_err(|e| failed(file, io::Error::other(e)))?;
        let (mut batches, mut first_row) = (Vec::new(), block.first_row());
        for batch in reader {
            let batch = batch.map_err(|e| failed(file, io::Error::other(e)))?;
            let rows = named(&batch, columns).map_err(|e| failed(file, io::Error::other(e)))?;
            batches.push(BlockBatch { first_row, rows });
            first_row += batch.num_rows() as u64;
        }
        Ok(BlockRows { batches, spent: block.into_bytes() })
    }
}

/// The columns of a table that a file has.
fn columns(
    schema: &Schema,
    file: &TableFile,
    found: &ArrowSchema,
    problems: &mut FileProblems,
) -> Vec<(usize, String)> {
    let (table, line, name) = (&schema[file.table], 1, || file.name.clone());
    let mut known: Vec<ColumnIdx> = Vec::new();
    let mut columns = Vec::new();
    for (at, field) in found.fields().iter().enumerate() {
        let column = match resolve_column(schema, file.table, field.name()) {
            Ok(column) => column,
            Err(error) => {
                let similar = match error {
                    NameError::UnknownColumn { similar, .. } => similar,
                    _ => None,
                };
                let (table, column) = (table.name.to_string(), field.name().clone());
                problems.push(FileProblem::UnknownColumn { file: name(), line, table, column, similar });
                continue;
            }
        };
        let own = &table[column];
        if known.contains(&column) {
            problems.push(FileProblem::RepeatedColumn { file: name(), line, column: own.name.clone() });
        } else if !is_read(field.data_type(), schema.base_type(&own.ty)) {
            let (column, found) = (own.name.clone(), field.data_type().to_string());
            problems.push(FileProblem::ColumnType { file: name(), column, found });
        } else {
            columns.push((at, own.name.clone()));
        }
        known.push(column);
    }
    let missing = table
        .columns_indexed()
        .filter(|(index, column)| column.generated.is_none() && !known.contains(index))
        .map(|(_, column)| column.name.clone());
    let missing: Vec<String> = missing.collect();
    if !missing.is_empty() && !columns.is_empty() {
        problems.push(FileProblem::MissingColumns { file: name(), line, columns: missing });
    }
    columns
}

/// Whether a column of a type can be checked.
fn is_read(found: &DataType, ty: &SqlType) -> bool {
    match found {
        DataType::Null | DataType::Boolean | DataType::Binary | DataType::Date32 => true,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Timestamp(..) | DataType::Time32(_) | DataType::Time64(_) => true,
        DataType::Decimal128(_, scale) => *scale >= 0,
        DataType::FixedSizeBinary(16) => matches!(ty, SqlType::Uuid),
        DataType::Dictionary(key, values) => **key == DataType::UInt32 && is_read(values, ty),
        DataType::Float16 => false,
        other => other.is_integer() || other.is_floating(),
    }
}

/// A batch whose fields are named as the table's columns, with moments in microseconds.
fn named(batch: &RecordBatch, columns: &[(usize, String)]) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let arrays: Vec<ArrayRef> = batch.columns().iter().map(in_micros).collect();
    let field = |((_, name), array): (&(usize, String), &ArrayRef)| {
        Field::new(name.as_str(), array.data_type().clone(), true)
    };
    let fields: Vec<Field> = columns.iter().zip(&arrays).map(field).collect();
    RecordBatch::try_new(Arc::new(ArrowSchema::new(fields)), arrays)
}

/// Moments in the unit that batches have for them; what is less than a microsecond is rounded down.
fn in_micros(array: &ArrayRef) -> ArrayRef {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    let zone = match array.data_type() {
        DataType::Timestamp(_, zone) => zone.clone(),
        _ => None,
    };
    let stamp = |micros: PrimitiveArray<Int64Type>| -> ArrayRef {
        Arc::new(micros.reinterpret_cast::<TimestampMicrosecondType>().with_timezone_opt(zone.clone()))
    };
    let time = |micros: PrimitiveArray<Int64Type>| -> ArrayRef {
        Arc::new(micros.reinterpret_cast::<Time64MicrosecondType>())
    };
    match array.data_type() {
        DataType::Timestamp(Second, _) => stamp(scaled::<TimestampSecondType>(array, 1_000_000, 1)),
        DataType::Timestamp(Millisecond, _) => stamp(scaled::<TimestampMillisecondType>(array, 1000, 1)),
        DataType::Timestamp(Nanosecond, _) => stamp(scaled::<TimestampNanosecondType>(array, 1, 1000)),
        DataType::Time32(Second) => time(scaled::<Time32SecondType>(array, 1_000_000, 1)),
        DataType::Time32(Millisecond) => time(scaled::<Time32MillisecondType>(array, 1000, 1)),
        DataType::Time64(Nanosecond) => time(scaled::<Time64NanosecondType>(array, 1, 1000)),
        DataType::Timestamp(Microsecond, _) => Arc::clone(array),
        _ => Arc::clone(array),
    }
}

/// Numbers times a factor, divided by another.
fn scaled<T: ArrowPrimitiveType>(array: &ArrayRef, times: i64, by: i64) -> PrimitiveArray<Int64Type>
where
    T::Native: Into<i64>,
{
    array.as_primitive::<T>().unary(|cell| {
        let cell: i64 = cell.into();
        cell.saturating_mul(times).div_euclid(by)
    })
}

fn failed(file: &TableFile, source: io::Error) -> ImportError {
    ImportError::File { path: file.place.path().to_owned(), source }
}
