//! Column buffers: what samplers write into, and how they become Arrow arrays without a copy.

use arrow_array::types::{ArrowDictionaryKeyType, UInt32Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    FixedSizeBinaryArray, Float64Array, Int64Array, PrimitiveArray, StringArray, Time64MicrosecondArray,
    TimestampMicrosecondArray, UInt64Array,
};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use seedbed_sql_values::{Decimal, Value};
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

/// The cells of one column in one batch, before NULLs are laid over them. The variant is fixed by the column's type
/// (see [`arrow_type`](crate::arrow_type)); a sampler appends one cell for each ordinal it is given.
#[derive(Clone, Debug)]
pub enum ColumnBuffer {
    /// Truth values.
    Boolean(Vec<bool>),
    /// Integers of every width but unsigned 64 bits, and years.
    Int64(Vec<i64>),
    /// MySQL `BIGINT UNSIGNED`.
    UInt64(Vec<u64>),
    /// Decimals and money: unscaled digits, and the digits after the point.
    Decimal {
        /// Unscaled values.
        unscaled: Vec<i128>,
        /// Digits after the point, the same for every cell.
        scale: u8,
    },
    /// Floating-point numbers.
    Float64(Vec<f64>),
    /// Days since 1970-01-01.
    Date(Vec<i32>),
    /// Microseconds since midnight.
    Time(Vec<i64>),
    /// Microseconds since 1970-01-01.
    Timestamp {
        /// The instants.
        micros: Vec<i64>,
        /// With a time zone: the instants are UTC.
        zoned: bool,
    },
    /// UUIDs.
    Uuid(Vec<[u8; 16]>),
    /// Binary strings: all bytes, and where each cell ends.
    Bytes {
        /// The bytes of all cells.
        data: Vec<u8>,
        /// One past each cell's last byte.
        ends: Vec<i32>,
    },
    /// Text, and every type that travels as its literal's text (arrays, JSON, ranges, network addresses ...).
    Text(TextBuffer),
    /// Text picked from a list: indices into shared strings. A buffer that was asked for text may be turned into this
    /// by a list sampler as long as it is empty.
    Dictionary {
        /// Indices into `values`.
        keys: Vec<u32>,
        /// The list.
        values: Arc<Dictionary>,
    },
}

/// The strings of a [`ColumnBuffer::Dictionary`], ready as an Arrow array.
#[derive(Clone, Debug)]
pub struct Dictionary {
    values: ArrayRef,
}

impl Dictionary {
    /// A dictionary of these strings, in this order.
    pub fn new<S: AsRef<str>>(values: &[S]) -> Self {
        Self { values: Arc::new(StringArray::from_iter_values(values.iter().map(AsRef::as_ref))) }
    }

    /// The string at an index.
    #[inline]
    pub fn get(&self, index: u32) -> &str {
        self.strings().value(index as usize)
    }

    /// How many strings there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Between how many characters the strings have; `None` if there are none. Of strings beyond ASCII, each is looked at.
    pub fn chars(&self) -> Option<RangeInclusive<u32>> {
        let strings = self.strings();
        let ascii = strings.value_data().is_ascii();
        let bytes = |w: &[i32]| w[1].abs_diff(w[0]);
        let lengths: Vec<u32> = match ascii {
            true => strings.value_offsets().windows(2).map(bytes).collect(),
            false => (0..self.len() as u32).map(|i| self.get(i).chars().count() as u32).collect(),
        };
        Some(*lengths.iter().min()?..=*lengths.iter().max()?)
    }

    fn strings(&self) -> &StringArray {
        self.values.as_any().downcast_ref().expect("built from strings in `new`")
    }
}

/// Text cells back to back in one allocation.
#[derive(Clone, Debug, Default)]
pub struct TextBuffer {
    data: String,
    ends: Vec<i32>,
}

impl TextBuffer {
    /// Appends a whole cell.
    #[inline]
    pub fn push(&mut self, cell: &str) {
        self.data.push_str(cell);
        self.end_cell();
    }

    /// The text under construction: append to it, then call [`TextBuffer::end_cell`].
    #[inline]
    pub fn open_cell(&mut self) -> &mut String {
        &mut self.data
    }

    /// Ends the cell that was being appended to.
    #[inline]
    pub fn end_cell(&mut self) {
        self.ends.push(i32::try_from(self.data.len()).unwrap_or(i32::MAX));
    }

    /// Appends many cells: their text back to back, and where each ends in it. The cheapest way to make them.
    ///
    /// # Panics
    /// If text is left over. Ends must be in order, and none inside of a character.
    pub fn append(&mut self, text: String, ends: &[usize]) {
        let start = self.data.len();
        assert!(ends.last().is_none_or(|end| *end == text.len()), "text is left over");
        if start == 0 {
            self.data = text;
        } else {
            self.data.push_str(&text);
        }
        // One more for Arrow, which counts from the beginning of the first cell.
        self.ends.reserve_exact(ends.len() + 1);
        self.ends.extend(ends.iter().map(|end| i32::try_from(start + end).unwrap_or(i32::MAX)));
    }

    /// Number of finished cells.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether no cell is finished.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A finished cell.
    #[inline]
    pub fn get(&self, index: usize) -> &str {
        &self.data[self.range(index)]
    }

    /// The text of all cells.
    pub fn text(&self) -> &str {
        &self.data
    }

    /// Where a finished cell stands in the text of all.
    pub fn range(&self, index: usize) -> Range<usize> {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        start..self.ends[index] as usize
    }
}

impl ColumnBuffer {
    /// Number of cells.
    pub fn len(&self) -> usize {
        match self {
            Self::Boolean(v) => v.len(),
            Self::Int64(v) | Self::Time(v) | Self::Timestamp { micros: v, .. } => v.len(),
            Self::UInt64(v) => v.len(),
            Self::Decimal { unscaled, .. } => unscaled.len(),
            Self::Float64(v) => v.len(),
            Self::Date(v) => v.len(),
            Self::Uuid(v) => v.len(),
            Self::Bytes { ends, .. } => ends.len(),
            Self::Text(text) => text.len(),
            Self::Dictionary { keys, .. } => keys.len(),
        }
    }

    /// Whether there are no cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An empty buffer of the same kind and parameters.
    #[must_use]
    pub fn empty_like(&self) -> Self {
        match self {
            Self::Boolean(_) => Self::Boolean(Vec::new()),
            Self::Int64(_) => Self::Int64(Vec::new()),
            Self::UInt64(_) => Self::UInt64(Vec::new()),
            Self::Decimal { scale, .. } => Self::Decimal { unscaled: Vec::new(), scale: *scale },
            Self::Float64(_) => Self::Float64(Vec::new()),
            Self::Date(_) => Self::Date(Vec::new()),
            Self::Time(_) => Self::Time(Vec::new()),
            Self::Timestamp { zoned, .. } => Self::Timestamp { micros: Vec::new(), zoned: *zoned },
            Self::Uuid(_) => Self::Uuid(Vec::new()),
            Self::Bytes { .. } => Self::Bytes { data: Vec::new(), ends: Vec::new() },
            Self::Text(_) | Self::Dictionary { .. } => Self::Text(TextBuffer::default()),
        }
    }

    /// The cell as a value, for evaluating expressions. Text-carried types come back as text.
    pub fn value(&self, index: usize) -> Value {
        match self {
            Self::Boolean(v) => Value::Boolean(v[index]),
            Self::Int64(v) => Value::Integer(v[index].into()),
            Self::UInt64(v) => Value::Integer(v[index].into()),
            Self::Decimal { unscaled, scale } => {
                Value::Decimal(Decimal { unscaled: unscaled[index], scale: *scale })
            }
            Self::Float64(v) => Value::Float(v[index]),
            Self::Date(v) => Value::Date(v[index]),
            Self::Time(v) => Value::Time(v[index]),
            Self::Timestamp { micros, .. } => Value::Timestamp(micros[index]),
            Self::Uuid(v) => Value::Uuid(u128::from_be_bytes(v[index])),
            Self::Bytes { data, ends } => {
                let start = if index == 0 { 0 } else { ends[index - 1] as usize };
                Value::Bytes(data[start..ends[index] as usize].to_vec())
            }
            Self::Text(text) => Value::Text(text.get(index).to_owned()),
            Self::Dictionary { keys, values } => Value::Text(values.get(keys[index]).to_owned()),
        }
    }

    /// The text of a cell, where cells are text.
    pub fn text(&self, index: usize) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.get(index)),
            Self::Dictionary { keys, values } => Some(values.get(keys[index])),
            _ => None,
        }
    }

    /// Copies one cell of another buffer of the same kind to the end of this one. A dictionary cell copied into text
    /// becomes text.
    ///
    /// # Panics
    /// If the kinds differ; both are fixed by the column's type, so that is a defect of the plan.
    pub fn push_from(&mut self, from: &Self, index: usize) {
        self.extend_from(from, std::iter::once(index));
    }

    /// [`ColumnBuffer::push_from`] for many cells: the kinds are looked at once.
    ///
    /// # Panics
    /// If the kinds differ, as there.
    pub fn extend_from(&mut self, from: &Self, indices: impl Iterator<Item = usize>) {
        match (self, from) {
            (Self::Boolean(to), Self::Boolean(v)) => to.extend(indices.map(|i| v[i])),
            (Self::Int64(to), Self::Int64(v))
            | (Self::Time(to), Self::Time(v))
            | (Self::Timestamp { micros: to, .. }, Self::Timestamp { micros: v, .. }) => {
                to.extend(indices.map(|i| v[i]));
            }
            (Self::UInt64(to), Self::UInt64(v)) => to.extend(indices.map(|i| v[i])),
            (Self::Decimal { unscaled: to, .. }, Self::Decimal { unscaled: v, .. }) => {
                to.extend(indices.map(|i| v[i]));
            }
            (Self::Float64(to), Self::Float64(v)) => to.extend(indices.map(|i| v[i])),
            (Self::Date(to), Self::Date(v)) => to.extend(indices.map(|i| v[i])),
            (Self::Uuid(to), Self::Uuid(v)) => to.extend(indices.map(|i| v[i])),
            (Self::Bytes { data, ends }, Self::Bytes { data: from_data, ends: from_ends }) => {
                for i in indices {
                    let start = if i == 0 { 0 } else { from_ends[i - 1] as usize };
                    data.extend_from_slice(&from_data[start..from_ends[i] as usize]);
                    ends.push(i32::try_from(data.len()).unwrap_or(i32::MAX));
                }
            }
            (Self::Text(to), Self::Text(text)) => indices.for_each(|i| to.push(text.get(i))),
            (Self::Text(to), Self::Dictionary { keys, values }) => {
                indices.for_each(|i| to.push(values.get(keys[i])));
            }
            (to, from) => unreachable!("a {} cell can't go into a {} column", from.kind(), to.kind()),
        }
    }

    /// The buffer with some cells NULL, as an Arrow array. `validity` has one entry a cell, true for present; `None`
    /// when no cell is NULL. The memory of the buffer moves into the array.
    pub fn into_array(self, validity: Option<Vec<bool>>) -> ArrayRef {
        let nulls = validity.map(NullBuffer::from);
        match self {
            Self::Boolean(v) => Arc::new(BooleanArray::new(v.into(), nulls)),
            Self::Int64(v) => Arc::new(Int64Array::new(v.into(), nulls)),
            Self::UInt64(v) => Arc::new(UInt64Array::new(v.into(), nulls)),
            Self::Decimal { unscaled, scale } => Arc::new(
                Decimal128Array::new(unscaled.into(), nulls)
                    .with_precision_and_scale(38, scale as i8)
                    .expect("scales are at most 38 by construction"),
            ),
            Self::Float64(v) => Arc::new(Float64Array::new(v.into(), nulls)),
            Self::Date(v) => Arc::new(Date32Array::new(v.into(), nulls)),
            Self::Time(v) => Arc::new(Time64MicrosecondArray::new(v.into(), nulls)),
            Self::Timestamp { micros, zoned } => {
                let array = TimestampMicrosecondArray::new(micros.into(), nulls);
                Arc::new(if zoned { array.with_timezone("UTC") } else { array })
            }
            Self::Uuid(v) => {
                let bytes: Vec<u8> = v.into_flattened();
                Arc::new(FixedSizeBinaryArray::new(16, Buffer::from_vec(bytes), nulls))
            }
            Self::Bytes { data, ends } => {
                Arc::new(BinaryArray::new(offsets(ends), Buffer::from_vec(data), nulls))
            }
            Self::Text(text) => Arc::new(StringArray::new(
                offsets(text.ends),
                Buffer::from_vec(text.data.into_bytes()),
                nulls,
            )),
            Self::Dictionary { keys, values } => {
                let keys: PrimitiveArray<UInt32Type> = PrimitiveArray::new(ScalarBuffer::from(keys), nulls);
                Arc::new(dictionary(keys, Arc::clone(&values.values)))
            }
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "boolean",
            Self::Int64(_) => "int64",
            Self::UInt64(_) => "uint64",
            Self::Decimal { .. } => "decimal",
            Self::Float64(_) => "float64",
            Self::Date(_) => "date",
            Self::Time(_) => "time",
            Self::Timestamp { .. } => "timestamp",
            Self::Uuid(_) => "uuid",
            Self::Bytes { .. } => "bytes",
            Self::Text(_) => "text",
            Self::Dictionary { .. } => "dictionary",
        }
    }
}

fn dictionary<K: ArrowDictionaryKeyType>(keys: PrimitiveArray<K>, values: ArrayRef) -> DictionaryArray<K> {
    DictionaryArray::try_new(keys, values).expect("list samplers write indices below the list's length")
}

fn offsets(mut ends: Vec<i32>) -> OffsetBuffer<i32> {
    ends.insert(0, 0);
    OffsetBuffer::new(ends.into())
}
