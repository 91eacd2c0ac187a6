//! Row groups, made on the threads that make rows.

use super::column::{FileColumns, converted};
use ::parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};
use ::parquet::basic::{Compression, Encoding};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::ColumnPath;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type,
    Time64MicrosecondType, TimestampMicrosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use arrow_select::concat::concat;
use seedbed_datagen_core::{Batch, Encoder, SinkError};
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

/// Rows that are written at a time: a run's batch, which then needs no copy. Pages end where such a step ends, so that it
/// is the same for batches of any size.
const STEP: usize = 4096;

/// Steps in a row group at most.
const MOST_STEPS: usize = 32;

/// Cells in a row group, about: what a thread keeps in memory.
const CELLS: usize = 1 << 21;

/// Row groups that a file is planned to have at most. The format has room for twice as many.
const MOST_GROUPS: u64 = 1 << 14;

/// What is the same for all row groups of a file.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) columns: FileColumns,
    compression: Compression,
    /// Rows in a row group, but in the last.
    group_rows: usize,
}

/// The finished columns of a row group.
#[derive(Debug)]
pub struct RowGroup {
    pub(super) columns: Vec<ArrowColumnChunk>,
}

impl Layout {
    /// For a file of so many rows, or of nobody knows how many if that is 0. Row groups are a whole number of steps, fewer
    /// for wide tables, and as many more as it takes to have no more of them than a file can.
    pub(super) fn new(columns: FileColumns, compression: Compression, rows: u64) -> Self {
        let width = columns.arrow.fields().len().max(1);
        let mut group_rows = (CELLS / width / STEP).clamp(1, MOST_STEPS) * STEP;
        while rows / group_rows as u64 >= MOST_GROUPS {
            group_rows *= 2;
        }
        Self { columns, compression, group_rows }
    }

    /// What all files have in common.
    pub(super) fn properties(&self) -> WriterPropertiesBuilder {
        WriterProperties::builder()
            .set_compression(self.compression)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_dictionary_enabled(false)
            .set_offset_index_disabled(true)
    }

    /// Writers for the columns of a row group that begins with these arrays.
    fn column_writers(&self, first: &[ArrayRef]) -> Result<Vec<ArrowColumnWriter>, ParquetError> {
        let mut properties = self.properties();
        for (field, array) in self.columns.arrow.fields().iter().zip(first) {
            let path = ColumnPath::new(vec![field.name().clone()]);
            properties = match Habit::of(array) {
                Habit::Counts => properties.set_column_encoding(path, Encoding::DELTA_BINARY_PACKED),
                Habit::Repeats => properties.set_column_dictionary_enabled(path, true),
                Habit::Neither => properties,
            };
        }
        // The factory takes its properties from the writer of a file; this one's is never written.
        let nowhere = SerializedFileWriter::new(
            io::sink(),
            Arc::clone(&self.columns.parquet),
            Arc::new(properties.build()),
        )?;
        ArrowRowGroupWriterFactory::new(&nowhere, Arc::clone(&self.columns.arrow)).create_column_writers(0)
    }
}

/// What the values of a column are like, to judge by its first rows: what decides how they are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Habit {
    /// Numbers: the differences of neighbours take as many bits as their range, and none where they count up.
    Counts,
    /// Few values, for a dictionary.
    Repeats,
    Neither,
}

impl Habit {
    fn of(array: &ArrayRef) -> Self {
        let sample = array.slice(0, array.len().min(SAMPLE));
        match sample.data_type() {
            DataType::Dictionary(..) => Self::Repeats,
            DataType::Utf8 => repeats(sample.as_string::<i32>().iter().flatten()),
            DataType::Int8 => Self::of_numbers::<Int8Type>(&sample),
            DataType::Int16 => Self::of_numbers::<Int16Type>(&sample),
            DataType::Int32 => Self::of_numbers::<Int32Type>(&sample),
            DataType::Int64 => Self::of_numbers::<Int64Type>(&sample),
            DataType::UInt8 => Self::of_numbers::<UInt8Type>(&sample),
            DataType::UInt16 => Self::of_numbers::<UInt16Type>(&sample),
            DataType::UInt32 => Self::of_numbers::<UInt32Type>(&sample),
            DataType::UInt64 => Self::of_numbers::<UInt64Type>(&sample),
            DataType::Date32 => Self::of_numbers::<Date32Type>(&sample),
            DataType::Time64(TimeUnit::Microsecond) => Self::of_numbers::<Time64MicrosecondType>(&sample),
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                Self::of_numbers::<TimestampMicrosecondType>(&sample)
            }
            // Wider ones are bytes to Parquet, not numbers.
            DataType::Decimal128(..=18, _) => Self::of_numbers::<Decimal128Type>(&sample),
            DataType::Decimal128(..) => repeats(sample.as_primitive::<Decimal128Type>().iter().flatten()),
            // Truth values are bits already; the rest hardly ever repeats.
            _ => Self::Neither,
        }
    }

    fn or(self, other: Self) -> Self {
        if self == Self::Neither { other } else { self }
    }

    fn of_numbers<T: ArrowPrimitiveType>(sample: &ArrayRef) -> Self
    where
        T::Native: Ord,
    {
        let numbers: Vec<T::Native> = sample.as_primitive::<T>().iter().flatten().collect();
        if numbers.is_sorted() { Self::Counts } else { repeats(numbers.into_iter()).or(Self::Counts) }
    }
}

/// Rows that are looked at.
const SAMPLE: usize = 1024;

fn repeats<T: Ord>(values: impl Iterator<Item = T>) -> Habit {
    let mut distinct = BTreeSet::new();
    for value in values {
        distinct.insert(value);
        if distinct.len() > SAMPLE / 4 {
            return Habit::Neither;
        }
    }
    Habit::Repeats
}

/// Makes row groups of batches.
#[derive(Debug)]
pub struct RowGroupEncoder {
    layout: Arc<Layout>,
    writers: Vec<ArrowColumnWriter>,
    /// Rows that are no whole step yet.
    waiting: Vec<RecordBatch>,
    waiting_rows: usize,
}

impl RowGroupEncoder {
    pub(super) fn new(layout: &Arc<Layout>) -> Self {
        let layout = Arc::clone(layout);
        Self { layout, writers: Vec::new(), waiting: Vec::new(), waiting_rows: 0 }
    }

    fn push_rows(&mut self, rows: &RecordBatch) -> Result<(), ParquetError> {
        let mut at = 0;
        while at < rows.num_rows() {
            let next = rows.num_rows().min(at + STEP - self.waiting_rows);
            let slice = rows.slice(at, next - at);
            (self.waiting_rows, at) = (self.waiting_rows + slice.num_rows(), next);
            self.waiting.push(slice);
            if self.waiting_rows == STEP {
                self.write_waiting()?;
            }
        }
        Ok(())
    }

    fn take_group(&mut self) -> Result<RowGroup, ParquetError> {
        if self.waiting_rows > 0 {
            self.write_waiting()?;
        }
        let columns = self.writers.drain(..).map(ArrowColumnWriter::close).collect::<Result<_, _>>()?;
        Ok(RowGroup { columns })
    }

    fn write_waiting(&mut self) -> Result<(), ParquetError> {
        self.waiting_rows = 0;
        let waiting = std::mem::take(&mut self.waiting);
        let fields = self.layout.columns.arrow.fields();
        let mut arrays = Vec::with_capacity(fields.len());
        for (i, field) in fields.iter().enumerate() {
            let pieces: Vec<&ArrayRef> = waiting.iter().filter_map(|rows| rows.columns().get(i)).collect();
            let array = match pieces[..] {
                [whole] => Arc::clone(whole),
                _ => concat(&pieces.iter().map(|piece| &***piece).collect::<Vec<_>>())?,
            };
            let array = converted(&array, field.data_type()).ok_or_else(|| {
                let (name, from, to) = (field.name(), array.data_type(), field.data_type());
                ParquetError::General(format!("column `{name}`: Arrow's {from} can't be written as {to}"))
            })?;
            arrays.push(array);
        }
        if self.writers.is_empty() {
            self.writers = self.layout.column_writers(&arrays)?;
        }
        for ((writer, field), array) in self.writers.iter_mut().zip(fields).zip(&arrays) {
            for leaf in compute_leaves(field, array)? {
                writer.write(&leaf)?;
            }
        }
        Ok(())
    }
}

impl Encoder for RowGroupEncoder {
    type Chunk = RowGroup;

    fn chunk_rows(&self) -> Option<u64> {
        Some(self.layout.group_rows as u64)
    }

    fn push(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.push_rows(&batch.rows).map_err(|e| SinkError::new("making Parquet", e))
    }

    fn take(&mut self, _spent: Option<RowGroup>) -> Result<RowGroup, SinkError> {
        self.take_group().map_err(|e| SinkError::new("making Parquet", e))
    }
}
