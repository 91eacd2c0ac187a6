//! The least and the greatest value of a batch's column.

use super::{BatchColumn, Cells};
use arrow_array::{Array, StringArray};
use seedbed_schema_model::SqlType;
use seedbed_sql_values::{Decimal, Value};
use std::cmp::Ordering;

/// See [`BatchColumn::extent`].
pub(super) fn extent(column: &BatchColumn<'_>) -> Option<(Value, Value)> {
    match &column.cells {
        Cells::Long(kind, cells) => {
            let (low, high) = ends(cells, column, i64::min, i64::max)?;
            Some((kind.value(low), kind.value(high)))
        }
        Cells::Decimal(cells, scale) => {
            let (low, high) = ends(cells, column, i128::min, i128::max)?;
            Some((Value::Decimal(Decimal::new(low, *scale)), Value::Decimal(Decimal::new(high, *scale))))
        }
        Cells::Float(cells) => {
            let by = |wanted: Ordering| move |a: f64, b: f64| if b.total_cmp(&a) == wanted { b } else { a };
            let (low, high) = ends(cells, column, by(Ordering::Less), by(Ordering::Greater))?;
            Some((Value::Float(low), Value::Float(high)))
        }
        Cells::Boolean(cells) => {
            let truths = (0..cells.len()).filter(|row| !column.is_null(*row)).map(|row| cells.value(row));
            let (mut low, mut high) = (None, None);
            for truth in truths {
                low = Some(low.unwrap_or(truth) & truth);
                high = Some(high.unwrap_or(truth) | truth);
            }
            Some((Value::Boolean(low?), Value::Boolean(high?)))
        }
        Cells::Text(texts) if stays_text(column.ty()) => text_ends(texts, column),
        Cells::Text(_) if has_no_order(column.ty()) => None,
        Cells::Uuid(uuids) => {
            let bytes = uuids.value_data().get(uuids.offset() * 16..).unwrap_or_default().chunks_exact(16);
            let there = bytes.take(uuids.len()).enumerate().filter(|(row, _)| !column.is_null(*row));
            let mut there = there.filter_map(|(_, bytes)| bytes.try_into().ok().map(u128::from_be_bytes));
            let first = there.next()?;
            let (low, high) = there.fold((first, first), |(low, high), uuid| (low.min(uuid), high.max(uuid)));
            Some((Value::Uuid(low), Value::Uuid(high)))
        }
        Cells::Bytes(all) => {
            let there = (0..all.len()).filter(|row| !column.is_null(*row)).map(|row| all.value(row));
            let (low, high) = (there.clone().min()?, there.max()?);
            Some((Value::Bytes(low.to_vec()), Value::Bytes(high.to_vec())))
        }
        Cells::Text(_) | Cells::Dictionary(..) | Cells::Values => value_ends(column),
    }
}

/// The ends of cells of fixed width.
fn ends<T: Copy>(
    cells: &[T],
    column: &BatchColumn<'_>,
    min: impl Fn(T, T) -> T,
    max: impl Fn(T, T) -> T,
) -> Option<(T, T)> {
    match &column.nulls {
        None => {
            let first = *cells.first()?;
            Some(cells.iter().fold((first, first), |(low, high), cell| (min(low, *cell), max(high, *cell))))
        }
        Some(nulls) => {
            let mut there = nulls.valid_indices().filter_map(|row| cells.get(row)).copied();
            let first = there.next()?;
            Some(there.fold((first, first), |(low, high), cell| (min(low, cell), max(high, cell))))
        }
    }
}

/// The ends by bytes. Most texts are told apart from both ends by their first eight bytes.
fn text_ends(texts: &StringArray, column: &BatchColumn<'_>) -> Option<(Value, Value)> {
    let (bytes, offsets) = (texts.value_data(), texts.value_offsets());
    let mut ends: Option<[(u64, &[u8]); 2]> = None;
    for (row, place) in offsets.windows(2).enumerate() {
        if column.is_null(row) {
            continue;
        }
        let text = &bytes[place[0] as usize..place[1] as usize];
        let here = (first_eight(text), text);
        match &mut ends {
            None => ends = Some([here, here]),
            Some([low, high]) => {
                if here.0 <= low.0 && here < *low {
                    *low = here;
                }
                if here.0 >= high.0 && here > *high {
                    *high = here;
                }
            }
        }
    }
    let [low, high] = ends?.map(|(_, text)| Value::Text(String::from_utf8_lossy(text).into_owned()));
    Some((low, high))
}

/// The first eight bytes as a number that orders as they do; a shorter text ends in zeros.
#[inline]
pub(crate) fn first_eight(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(eight) => u64::from_be_bytes(*eight),
        None => {
            let mut eight = [0; 8];
            eight[..text.len()].copy_from_slice(text);
            u64::from_be_bytes(eight)
        }
    }
}

fn value_ends(column: &BatchColumn<'_>) -> Option<(Value, Value)> {
    let mut ends: Option<(&Value, &Value)> = None;
    for value in column.values().values.iter().filter(|value| order(value, value).is_some()) {
        let (low, high) = ends.unwrap_or((value, value));
        ends = Some((
            if order(value, low) == Some(Ordering::Less) { value } else { low },
            if order(value, high) == Some(Ordering::Greater) { value } else { high },
        ));
    }
    ends.map(|(low, high)| (low.clone(), high.clone()))
}

/// Types that travel as text and whose values are that text.
pub(crate) fn stays_text(ty: &SqlType) -> bool {
    super::is_string(ty)
        || matches!(
            ty,
            SqlType::Enum(_) | SqlType::InlineEnum(_) | SqlType::InlineSet(_) | SqlType::Inet | SqlType::Cidr
        )
}

/// Types of which no value is greater than another.
pub(crate) fn has_no_order(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Json { .. } | SqlType::Array { .. } | SqlType::Interval { .. })
}

/// The order of two values of a column; kinds without an order have none. Values of different kinds, as SQLite keeps them
/// in one column, are ordered by their kinds.
pub(crate) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Decimal(a), Value::Decimal(b)) => Some(a.compare(*b)),
        (Value::Float(a), Value::Float(b)) => Some(a.total_cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
        (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
        (Value::Bits(a), Value::Bits(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.cmp(b)),
        (Value::Uuid(a), Value::Uuid(b)) => Some(a.cmp(b)),
        _ => {
            let (a, b) = (rank(a)?, rank(b)?);
            (a != b).then(|| a.cmp(&b))
        }
    }
}

/// The place of a kind of value among those with an order.
pub(crate) fn rank(value: &Value) -> Option<u8> {
    Some(match value {
        Value::Boolean(_) => 0,
        Value::Integer(_) => 1,
        Value::Decimal(_) => 2,
        Value::Float(_) => 3,
        Value::Date(_) => 4,
        Value::Time(_) => 5,
        Value::Timestamp(_) => 6,
        Value::Uuid(_) => 7,
        Value::Bits(_) => 8,
        Value::Text(_) => 9,
        Value::Bytes(_) => 10,
        _ => return None,
    })
}
