//! Changes: other values for some columns in some rows of a table, as functions of the row.

use crate::cells::ValueRow;
use crate::fresh::Fresh;
use crate::key_map::KeyMap;
use crate::parent_rows::ParentRows;
use crate::row_set::RowSet;
use arrow_schema::ArrowError;
use seedbed_edit::TimeUnit;
use seedbed_laws::{LawKey, Stratified, below, mix};
use seedbed_rows::table_context;
use seedbed_schema_model::{Column, ColumnIdx, Expr, Schema, TableId};
use seedbed_sql_semantics::evaluate;
use seedbed_sql_values::calendar::add_months;
use seedbed_sql_values::{Decimal, Value, stored_value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Other values for some columns of a table.
#[derive(Debug)]
pub(crate) struct Change {
    /// The columns, as many as there are values for a row.
    pub(crate) columns: Vec<ColumnIdx>,
    /// In which rows.
    pub(crate) rows: Chosen,
    /// Which values.
    pub(crate) how: How,
    /// Rows that take another attempt than the first, so that keys stay distinct.
    pub(crate) attempts: BTreeMap<u64, u64>,
}

/// Rows that a change speaks of, as they are numbered below it.
#[derive(Clone, Debug)]
pub(crate) enum Chosen {
    All,
    Some(Arc<RowSet>),
}

/// Which values.
#[derive(Debug)]
pub(crate) enum How {
    /// The same in every row.
    Constant(Vec<Value>),
    /// Of a list, by exact shares.
    Listed { values: Vec<Value>, law: Stratified },
    /// Of rows that a plan makes.
    Fresh(Fresh),
    /// What an expression over the row gives.
    Expression { expr: Expr, text: String },
    /// Later or earlier.
    Shift { by: i64, unit: TimeUnit },
    /// So many times as much.
    Scale { factor: Factor },
    /// Other values for some.
    Rename(Vec<(Value, Value)>),
    /// Other keys for some.
    Keys(Arc<KeyMap>),
    /// The keys of a parent's rows.
    Parents(ParentRows),
    /// Any of some values.
    Any { values: Vec<Value>, key: LawKey },
}

impl How {
    /// What a message calls values that there may be none of.
    pub(crate) fn words(&self) -> Option<String> {
        match self {
            Self::Expression { text, .. } => Some(text.clone()),
            Self::Shift { by, unit } => Some(format!("shift by {by} {}", format!("{unit:?}").to_lowercase())),
            Self::Scale { factor } => Some(format!("scale by {}", factor.float)),
            _ => None,
        }
    }
}

/// A factor, as a decimal and as a float.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factor {
    pub(crate) decimal: Decimal,
    pub(crate) float: f64,
}

/// What a change gives for some rows: a list of values for each column, and the rows for which it has none.
pub(crate) struct NewValues {
    pub(crate) columns: Vec<Vec<Value>>,
    /// By their place among the rows that were asked for.
    pub(crate) without: Vec<usize>,
}

/// The rows that values are made for.
pub(crate) struct For<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) table: TableId,
    /// Their numbers.
    pub(crate) numbers: &'a [u64],
    /// What they hold in the columns that the change [reads](How::reads).
    pub(crate) cells: &'a BTreeMap<ColumnIdx, Vec<Value>>,
}

impl Chosen {
    pub(crate) fn contains(&self, row: u64) -> bool {
        match self {
            Self::All => true,
            Self::Some(rows) => rows.contains(row),
        }
    }

    /// How many of them come before a row.
    pub(crate) fn rank(&self, row: u64) -> u64 {
        match self {
            Self::All => row,
            Self::Some(rows) => rows.rank(row),
        }
    }

    /// How many there are among so many rows.
    pub(crate) fn len(&self, of: u64) -> u64 {
        match self {
            Self::All => of,
            Self::Some(rows) => rows.len(),
        }
    }
}

impl Change {
    pub(crate) fn new(columns: Vec<ColumnIdx>, rows: Chosen, how: How) -> Self {
        Self { columns, rows, how, attempts: BTreeMap::new() }
    }

    /// The columns that it reads.
    pub(crate) fn reads(&self) -> Vec<ColumnIdx> {
        match &self.how {
            How::Expression { expr, .. } => expr.columns(),
            How::Shift { .. } | How::Scale { .. } | How::Rename(_) => self.columns.clone(),
            How::Keys(map) => map.columns.clone(),
            How::Parents(_) => self.columns.clone(),
            How::Fresh(fresh) if fresh.keeps_nulls => self.columns.clone(),
            _ => Vec::new(),
        }
    }

    /// Whether other attempts give other values.
    pub(crate) fn is_drawn(&self) -> bool {
        matches!(self.how, How::Listed { .. } | How::Fresh(_) | How::Parents(_) | How::Any { .. })
    }

    /// Which of some rows it changes, by their place: those that are chosen, and where it depends on the value, that have
    /// one that changes.
    pub(crate) fn places(
        &self,
        numbers: &[u64],
        cells: &BTreeMap<ColumnIdx, Vec<Value>>,
        schema: &Schema,
    ) -> Vec<usize> {
        let value = |at: usize| cells.get(&self.columns[0]).and_then(|values| values.get(at));
        let is_meant = |at: usize| match &self.how {
            How::Rename(pairs) => value(at).is_some_and(|v| pairs.iter().any(|(from, _)| from == v)),
            How::Keys(map) => map.new_key(&ValueRow { columns: cells, at }, schema).is_some(),
            How::Shift { .. } | How::Scale { .. } => value(at).is_some_and(|v| *v != Value::Null),
            How::Fresh(fresh) if fresh.keeps_nulls => value(at).is_some_and(|v| *v != Value::Null),
            // A row that refers to nothing goes on to do so.
            How::Parents(_) => self
                .columns
                .iter()
                .all(|c| cells.get(c).and_then(|values| values.get(at)).is_some_and(|v| *v != Value::Null)),
            _ => true,
        };
        let chosen = numbers.iter().enumerate().filter(|(_, number)| self.rows.contains(**number));
        chosen.map(|(at, _)| at).filter(|at| is_meant(*at)).collect()
    }

    /// The values for some rows in an attempt; without one each row takes its own.
    pub(crate) fn values(&self, rows: &For<'_>, attempt: Option<u64>) -> Result<NewValues, ArrowError> {
        let column = |at: usize| &rows.schema[rows.table][self.columns[at]];
        let attempt_of =
            |number: u64| attempt.unwrap_or_else(|| self.attempts.get(&number).copied().unwrap_or(0));
        let each = |value: &mut dyn FnMut(usize, u64) -> Option<Value>| {
            let mut made =
                NewValues { columns: vec![Vec::with_capacity(rows.numbers.len())], without: Vec::new() };
            for (at, number) in rows.numbers.iter().enumerate() {
                let value = value(at, *number).unwrap_or_else(|| {
                    made.without.push(at);
                    Value::Null
                });
                made.columns[0].push(value);
            }
            made
        };
        let old = |at: usize| {
            rows.cells.get(&self.columns[0]).and_then(|values| values.get(at)).cloned().unwrap_or(Value::Null)
        };
        let stored = |value: Value| stored_value(value, column(0), rows.schema);
        Ok(match &self.how {
            How::Constant(values) => NewValues {
                columns: values.iter().map(|value| vec![value.clone(); rows.numbers.len()]).collect(),
                without: Vec::new(),
            },
            How::Listed { values, law } => each(&mut |_, number| {
                let rank = self.rows.rank(number).wrapping_add(attempt_of(number).wrapping_mul(7_919));
                values.get(law.stratum(rank)).cloned()
            }),
            How::Any { values, key } => each(&mut |_, number| {
                let drawn = mix(key.child(attempt_of(number)), number);
                values.get(below(drawn, values.len() as u64) as usize).cloned()
            }),
            How::Fresh(fresh) => {
                let numbers: Vec<u64> = rows
                    .numbers
                    .iter()
                    .map(|number| fresh.row_of(self.rows.rank(*number), attempt_of(*number)))
                    .collect();
                NewValues { columns: vec![fresh.values(&numbers)], without: Vec::new() }
            }
            How::Expression { expr, .. } => {
                let cx = table_context(rows.schema, &rows.schema[rows.table]);
                each(&mut |at, _| evaluate(expr, &ValueRow { columns: rows.cells, at }, &cx).ok().map(stored))
            }
            How::Shift { by, unit } => each(&mut |at, _| shifted(&old(at), *by, *unit)),
            How::Scale { factor } => each(&mut |at, _| scaled(&old(at), *factor, column(0), rows.schema)),
            How::Rename(pairs) => each(&mut |at, _| {
                let old = old(at);
                pairs.iter().find(|(from, _)| *from == old).map(|(_, to)| to.clone())
            }),
            How::Keys(map) => {
                let mut made =
                    NewValues { columns: vec![Vec::new(); self.columns.len()], without: Vec::new() };
                for at in 0..rows.numbers.len() {
                    let row = ValueRow { columns: rows.cells, at };
                    let key = map.new_key(&row, rows.schema);
                    for (position, values) in made.columns.iter_mut().enumerate() {
                        values.push(key.and_then(|key| key.get(position)).cloned().unwrap_or(Value::Null));
                    }
                    if key.is_none() {
                        made.without.push(at);
                    }
                }
                made
            }
            How::Parents(parents) => {
                let picked: Vec<usize> = rows
                    .numbers
                    .iter()
                    .map(|number| parents.pick(self.rows.rank(*number), attempt_of(*number)))
                    .collect();
                NewValues {
                    columns: parents.keys(&picked, rows.schema, rows.table, &self.columns)?,
                    without: Vec::new(),
                }
            }
        })
    }
}

const SECOND: i64 = 1_000_000;
const DAY: i64 = 24 * 3600 * SECOND;

/// A date or a time some while later; `None` beyond what there is.
pub(crate) fn shifted(value: &Value, by: i64, unit: TimeUnit) -> Option<Value> {
    let micros = match unit {
        TimeUnit::Seconds => Some(SECOND),
        TimeUnit::Minutes => Some(60 * SECOND),
        TimeUnit::Hours => Some(3600 * SECOND),
        TimeUnit::Days => Some(DAY),
        TimeUnit::Weeks => Some(7 * DAY),
        TimeUnit::Months | TimeUnit::Years => None,
    };
    let months = i32::try_from(if unit == TimeUnit::Years { by.checked_mul(12)? } else { by });
    match (value, micros) {
        (Value::Date(i32::MIN | i32::MAX), _)
        | (Value::Timestamp(i64::MIN | i64::MAX), _)
        | (Value::Null, _) => Some(value.clone()),
        (Value::Date(days), Some(micros)) => {
            let later = by.checked_mul(micros)?.div_euclid(DAY);
            i32::try_from(i64::from(*days).checked_add(later)?).ok().map(Value::Date)
        }
        (Value::Timestamp(at), Some(micros)) => at.checked_add(by.checked_mul(micros)?).map(Value::Timestamp),
        (Value::Time(at), Some(micros)) => {
            Some(Value::Time(at.checked_add(by.checked_mul(micros)?)?.rem_euclid(DAY)))
        }
        (Value::Date(days), None) => in_calendar(*days, months.ok()?).map(Value::Date),
        (Value::Timestamp(at), None) => {
            let days = i32::try_from(at.div_euclid(DAY)).ok()?;
            let day = i64::from(in_calendar(days, months.ok()?)?).checked_mul(DAY)?;
            day.checked_add(at.rem_euclid(DAY)).map(Value::Timestamp)
        }
        _ => None,
    }
}

/// So many months later, within the years that every server knows.
fn in_calendar(days: i32, months: i32) -> Option<i32> {
    let is_known = |days: i32| (-719_162..=2_932_896).contains(&days);
    (is_known(days) && months.unsigned_abs() < 120_000)
        .then(|| add_months(days, months))
        .filter(|days| is_known(*days))
}

/// So many times a number, as its column keeps it.
pub(crate) fn scaled(value: &Value, factor: Factor, column: &Column, schema: &Schema) -> Option<Value> {
    let exact = |unscaled: i128, scale: u8| {
        let product = unscaled.checked_mul(factor.decimal.unscaled)?;
        let scale = scale.checked_add(factor.decimal.scale)?;
        Some(Decimal::new(product, scale))
    };
    let product = match value {
        Value::Integer(n) => {
            let product = exact(*n, 0)?;
            let unit = 10_i128.checked_pow(product.scale.into())?;
            let half = if product.unscaled < 0 { -(unit / 2) } else { unit / 2 };
            Value::Integer(product.unscaled.checked_add(half)? / unit)
        }
        Value::Decimal(d) => Value::Decimal(exact(d.unscaled, d.scale)?),
        Value::Float(f) => Value::Float(f * factor.float),
        _ => return None,
    };
    Some(stored_value(product, column, schema))
}
