//! Per column: NULLs, distinct values, least and greatest, most common, histogram.
//!
//! All of it in one pass, in bounded memory and mergeable: what is told depends on the rows alone, whoever saw which and
//! in whatever order.

pub(crate) mod distinct;
pub(crate) mod hyper_log_log;
pub(crate) mod row_sample;

use crate::batch_column::extent::{first_eight, has_no_order, order, rank, stays_text};
use crate::batch_column::{BatchColumn, Cells};
use crate::condition::same_list;
use crate::key::code::{mixed, text_hash};
use crate::report::{ColumnReport, CommonValue, DistinctBy};
use arrow_array::{Array, StringArray};
use distinct::{Distinct, Frequency};
use row_sample::RowSample;
use seedbed_schema_model::{Column, Dialect, Schema, SqlType};
use seedbed_sql_values::{Decimal, Value, format_value, stored_value};
use std::cmp::{Ordering, Reverse};

/// Values told as most common.
const COMMON: usize = 5;

/// Bounds told of a histogram: ten buckets of equally many rows.
const BOUNDS: usize = 11;

/// What is known of a column so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statistics {
    /// Values seen, NULLs among them.
    pub(crate) rows: u64,
    /// NULLs among them.
    pub(crate) nulls: u64,
    /// The least and the greatest value.
    pub(crate) extent: Option<(Value, Value)>,
    pub(crate) distinct: Distinct,
    /// Rows of each entry of the list that the last batches picked from.
    pub(crate) picks: Option<Picks>,
}

/// Rows by entry of a list.
#[derive(Clone, Debug)]
pub(crate) struct Picks {
    entries: StringArray,
    rows: Vec<u64>,
}

impl Statistics {
    /// Counts a batch's column.
    pub(crate) fn add(&mut self, column: &BatchColumn<'_>) {
        self.rows += column.rows as u64;
        self.nulls += column.null_count() as u64;
        if let Cells::Dictionary(keys, entries) = &column.cells {
            self.add_picks(keys, entries, column);
            return;
        }
        if let Some((low, high)) = column.extent() {
            match (is_open(column.ty()), low, high) {
                (true, Value::Decimal(low), Value::Decimal(high)) => {
                    self.extend(&Value::Decimal(low.shortest()), &Value::Decimal(high.shortest()));
                }
                _ => self.extend(low, high),
            }
        }
        self.add_distinct(column);
    }

    fn extend(&mut self, low: &Value, high: &Value) {
        match &mut self.extent {
            None => self.extent = Some((low.clone(), high.clone())),
            Some((least, greatest)) => {
                if order(low, least) == Some(Ordering::Less) {
                    *least = low.clone();
                }
                if order(high, greatest) == Some(Ordering::Greater) {
                    *greatest = high.clone();
                }
            }
        }
    }

    fn add_distinct(&mut self, column: &BatchColumn<'_>) {
        let distinct = &mut self.distinct;
        match &column.cells {
            Cells::Long(_, cells) => {
                add_each(distinct, column, cells, |cell| mixed(*cell as u64), |row, _| column.value(row));
            }
            Cells::Decimal(cells, scale) if is_open(column.ty()) => {
                let value = |cell: &i128| Value::Decimal(Decimal::new(*cell, *scale).shortest());
                let hash = |cell: &i128| value_hash(&value(cell), column.ty());
                add_each(distinct, column, cells, hash, |_, cell| value(cell));
            }
            Cells::Decimal(cells, _) => {
                add_each(distinct, column, cells, |cell| decimal_hash(*cell), |row, _| column.value(row));
            }
            Cells::Float(cells) => {
                add_each(distinct, column, cells, |cell| mixed(cell.to_bits()), |row, _| column.value(row));
            }
            Cells::Boolean(cells) => {
                let ones = match &column.nulls {
                    Some(nulls) => (cells & nulls.inner()).count_set_bits(),
                    None => cells.count_set_bits(),
                };
                let zeros = column.rows - column.null_count() - ones;
                for (truth, rows) in [(false, zeros), (true, ones)] {
                    if rows > 0 {
                        distinct.add(mixed(truth.into()), rows as u64, || Value::Boolean(truth));
                    }
                }
            }
            Cells::Text(_) if has_no_order(column.ty()) => {
                let hashes = column.text_hashes().unwrap_or_default();
                add_each(distinct, column, hashes, |hash| *hash, |_, _| Value::Null);
            }
            Cells::Text(_) if stays_text(column.ty()) => {
                let hashes = column.text_hashes().unwrap_or_default();
                add_each(distinct, column, hashes, |hash| *hash, |row, _| column.value(row));
            }
            Cells::Uuid(uuids) => {
                let width = 16;
                let bytes = uuids.value_data().get(uuids.offset() * width..).unwrap_or_default();
                bytes.chunks_exact(width).take(column.rows).enumerate().for_each(|(row, uuid)| {
                    if !column.is_null(row) {
                        distinct.add(text_hash(uuid), 1, || column.value(row));
                    }
                });
            }
            Cells::Bytes(all) => (0..all.len()).filter(|row| !column.is_null(*row)).for_each(|row| {
                distinct.add(text_hash(all.value(row)), 1, || column.value(row));
            }),
            Cells::Text(_) | Cells::Dictionary(..) | Cells::Values => self.add_values(column),
        }
    }

    /// Counts values of any kind.
    fn add_values(&mut self, column: &BatchColumn<'_>) {
        for value in column.values().values.iter().filter(|value| !value.is_null()) {
            self.distinct.add(value_hash(value, column.ty()), 1, || value.clone());
        }
    }

    /// Counts how often each entry of a list was picked. The same list nearly always comes again.
    fn add_picks(&mut self, keys: &[u32], entries: &StringArray, column: &BatchColumn<'_>) {
        let same = self.picks.as_ref().is_some_and(|picks| same_list(&picks.entries, entries));
        if !same {
            self.settle_picks(column);
            self.picks = Some(Picks { entries: entries.clone(), rows: vec![0; entries.len()] });
        }
        let Some(Picks { rows, .. }) = &mut self.picks else { return };
        match &column.nulls {
            None => keys.iter().for_each(|key| {
                if let Some(rows) = rows.get_mut(*key as usize) {
                    *rows += 1;
                }
            }),
            Some(nulls) => nulls.valid_indices().filter_map(|row| keys.get(row)).for_each(|key| {
                if let Some(rows) = rows.get_mut(*key as usize) {
                    *rows += 1;
                }
            }),
        }
    }

    /// Counts the values of the entries that were picked. `column` says how they are read.
    fn settle_picks(&mut self, column: &BatchColumn<'_>) {
        self.settle(column.ty(), |text| column.parsed(text));
    }

    fn settle(&mut self, ty: &SqlType, value: impl Fn(&str) -> Value) {
        let Some(Picks { entries, rows }) = self.picks.take() else { return };
        for (at, rows) in rows.iter().enumerate().filter(|(_, rows)| **rows > 0) {
            let text = entries.value(at);
            let found = value(text);
            if order(&found, &found).is_some() {
                self.extend(&found, &found);
            }
            let hash = if has_no_order(ty) { text_hash(text.as_bytes()) } else { value_hash(&found, ty) };
            self.distinct.add(hash, *rows, || found);
        }
    }

    /// Counts all that another thread has counted, and what both still hold back.
    pub(crate) fn merge(&mut self, mut other: Self, column: &Column, schema: &Schema) {
        self.complete(column, schema);
        other.complete(column, schema);
        self.rows += other.rows;
        self.nulls += other.nulls;
        if let Some((low, high)) = &other.extent {
            self.extend(low, high);
        }
        self.distinct.merge(other.distinct);
    }

    /// Counts what is still held back.
    pub(crate) fn complete(&mut self, column: &Column, schema: &Schema) {
        let ty = schema.base_type(&column.ty);
        self.settle(ty, |text| crate::batch_column::parsed(text, ty, schema));
    }

    /// As it is reported; `at` is the column's place in sampled rows.
    pub(crate) fn report(
        &self,
        column: &Column,
        at: usize,
        sample: &RowSample,
        schema: &Schema,
    ) -> ColumnReport {
        let ty = schema.base_type(&column.ty);
        let text = |value: &Value| {
            let stored = stored_value(value.clone(), column, schema);
            order(value, value).map(|_| shown(&stored, ty, schema.dialect))
        };
        let (distinct, exact) = self.distinct.count();
        let (values, sampled) = match self.distinct.frequencies() {
            Some(all) => (in_order(all.into_iter().map(|(_, frequency)| frequency).collect()), None),
            None => (sampled_values(sample, at), Some(sample.rows.len() as u64)),
        };
        let rows: u64 = values.iter().map(|f| f.rows).sum();
        ColumnReport {
            name: column.name.clone(),
            null_share: (self.rows > 0).then(|| self.nulls as f64 / self.rows as f64),
            distinct,
            distinct_by: if exact { DistinctBy::Counting } else { DistinctBy::HyperLogLog },
            min: self.extent.as_ref().and_then(|(low, _)| text(low)),
            max: self.extent.as_ref().and_then(|(_, high)| text(high)),
            most_common: most_common(&values, rows, |value| shown(value, ty, schema.dialect)),
            histogram: histogram(&values, rows, |value| shown(value, ty, schema.dialect)),
            sampled_rows: sampled.filter(|_| rows > 0),
            not_checked: None,
        }
    }
}

/// The hash of a value, the same as that of its cell in a column of its kind.
fn value_hash(value: &Value, ty: &SqlType) -> u64 {
    match value {
        Value::Decimal(d) if is_open(ty) => {
            let d = d.shortest();
            mixed(decimal_hash(d.unscaled) ^ u64::from(d.scale))
        }
        Value::Integer(n) => decimal_hash(*n),
        Value::Decimal(d) => decimal_hash(d.unscaled),
        Value::Float(f) => mixed(f.to_bits()),
        Value::Boolean(truth) => mixed((*truth).into()),
        Value::Date(days) => mixed(i64::from(*days) as u64),
        Value::Time(micros) | Value::Timestamp(micros) => mixed(*micros as u64),
        Value::Text(text) | Value::Bits(text) => text_hash(text.as_bytes()),
        Value::Bytes(bytes) => text_hash(bytes),
        Value::Uuid(uuid) => text_hash(&uuid.to_be_bytes()),
        other => text_hash(format!("{other:?}").as_bytes()),
    }
}

/// Whether the decimals of a type have any number of digits behind the point, and so several forms of one value.
fn is_open(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Decimal { scale: None, .. })
}

/// The hash of the digits of a decimal, or of an integer.
fn decimal_hash(unscaled: i128) -> u64 {
    let high = if i64::try_from(unscaled).is_ok() { 0 } else { mixed((unscaled >> 64) as u64) };
    mixed(unscaled as u64 ^ high)
}

/// Counts each cell that is not NULL: by its hash, and by its value while those are kept.
#[inline]
fn add_each<T>(
    distinct: &mut Distinct,
    column: &BatchColumn<'_>,
    cells: &[T],
    hash: impl Fn(&T) -> u64,
    value: impl Fn(usize, &T) -> Value,
) {
    let hashed = |(row, cell)| (hash(cell), (row, cell));
    let value = |(row, cell)| value(row, cell);
    match &column.nulls {
        None => distinct.add_all(cells.iter().enumerate().map(hashed), value),
        Some(nulls) => {
            let present = nulls.valid_indices().filter_map(|row| Some((row, cells.get(row)?)));
            distinct.add_all(present.map(hashed), value);
        }
    }
}

/// Values of a column in order; those of kinds without one stay as they are, behind.
fn in_order(mut values: Vec<Frequency>) -> Vec<Frequency> {
    values.sort_by(|a, b| {
        let apart = || order(&b.value, &b.value).is_some().cmp(&order(&a.value, &a.value).is_some());
        order(&a.value, &b.value).unwrap_or_else(apart)
    });
    values
}

/// The order of two values, by the numbers of [`coarse_order`] where those differ.
fn in_coarse_order(a: &(u64, &Value), b: &(u64, &Value)) -> Ordering {
    a.0.cmp(&b.0).then_with(|| order(a.1, b.1).unwrap_or(Ordering::Equal))
}

/// A number that is no greater than that of a greater value, whatever the kinds: the value's kind and its first bits.
fn coarse_order(value: &Value) -> u64 {
    let kind = u64::from(rank(value).unwrap_or(u8::MAX)) << 60;
    let first = match value {
        Value::Integer(n) => signed(i64::try_from(*n).unwrap_or(if *n < 0 { i64::MIN } else { i64::MAX })),
        Value::Date(days) => signed(i64::from(*days) << 32),
        Value::Time(micros) | Value::Timestamp(micros) => signed(*micros),
        Value::Text(text) => first_eight(text.as_bytes()),
        Value::Uuid(uuid) => (*uuid >> 64) as u64,
        _ => 0,
    };
    kind | first >> 4
}

/// A number as one without a sign, in the same order.
fn signed(number: i64) -> u64 {
    number as u64 ^ (1 << 63)
}

/// How often each value of a column comes in sampled rows, in order.
fn sampled_values(sample: &RowSample, at: usize) -> Vec<Frequency> {
    let values = sample.rows.iter().filter_map(|(_, values)| values.get(at));
    let values = values.filter(|value| order(value, value).is_some());
    let mut values: Vec<(u64, &Value)> = values.map(|value| (coarse_order(value), value)).collect();
    values.sort_unstable_by(in_coarse_order);
    let same = values.chunk_by(|a, b| in_coarse_order(a, b).is_eq());
    let frequency = |same: &[(u64, &Value)]| {
        let (_, value) = *same.first()?;
        Some(Frequency { value: value.clone(), rows: same.len() as u64 })
    };
    same.filter_map(frequency).collect()
}

/// The values that more rows have than each would if all were equally common.
fn most_common(values: &[Frequency], rows: u64, text: impl Fn(&Value) -> String) -> Vec<CommonValue> {
    let even = rows as f64 / values.len().max(1) as f64;
    let is_common = |frequency: &&Frequency| frequency.rows > 1 && frequency.rows as f64 >= even;
    let common = values.iter().filter(|frequency| !frequency.value.is_null()).filter(is_common);
    let mut common: Vec<&Frequency> = common.collect();
    common.sort_by_key(|frequency| Reverse(frequency.rows));
    common.truncate(COMMON);
    let share = |frequency: &Frequency| frequency.rows as f64 / rows.max(1) as f64;
    common.into_iter().map(|f| CommonValue { value: text(&f.value), share: share(f) }).collect()
}

/// The ends of ten buckets with equally many rows, as PostgreSQL's `histogram_bounds` are; none for few values, which are
/// all among the most common.
fn histogram(values: &[Frequency], rows: u64, text: impl Fn(&Value) -> String) -> Vec<String> {
    if values.iter().take(BOUNDS).filter(|f| order(&f.value, &f.value).is_some()).count() < BOUNDS {
        return Vec::new();
    }
    let mut ends = values.iter().scan(0, |sum, frequency| {
        *sum += frequency.rows;
        Some((*sum, &frequency.value))
    });
    let mut here = ends.next();
    let bounds = (0..BOUNDS as u64).filter_map(|bound| {
        let wanted = rows.saturating_sub(1) * bound / (BOUNDS as u64 - 1);
        while here.is_some_and(|(sum, _)| sum <= wanted) {
            here = ends.next();
        }
        here.map(|(_, value)| text(value))
    });
    bounds.collect()
}

/// A value in a report: long text is cut.
pub(crate) fn shown(value: &Value, ty: &SqlType, dialect: Dialect) -> String {
    const LONGEST: usize = 120;
    let text = format_value(value, ty, dialect);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}
