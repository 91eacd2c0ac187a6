//! Pages: some rows of a table, in an order and by a filter.

use super::cell::Cell;
use super::error::RowFileError;
use super::file::{RowFile, StoredTable};
use super::layout::{ColumnLayout, TableLayout};
use super::order::{order_key, order_sql};
use super::storage::Storage;
use rusqlite::types::Value as Stored;
use rusqlite::{Connection, params_from_iter};
use seedbed_datagen_core::Batch;
use seedbed_sql_values::{Decimal, Value, parse_value};
use seedbed_store::{Comparison, Direction, Filter, PageRequest};

/// How a column is compared in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Some rows of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The rows. The number of the first is its place among the matching ones.
    pub batch: Batch,
    /// The number that each row has in its table, from 0.
    pub row_numbers: Vec<u64>,
    /// How many rows match in all; `None` if counting them was canceled.
    pub total: Option<u64>,
}

/// Reads a page.
pub(crate) fn read(
    file: &RowFile,
    connection: &Connection,
    table: &StoredTable,
    request: &PageRequest,
) -> Result<Page, RowFileError> {
    let layout = &table.layout;
    let mut clauses = Vec::new();
    let mut values = Vec::new();
    for filter in &request.filter {
        clauses.push(filter_sql(file, table, filter, &mut values)?);
    }
    let mut order = Vec::new();
    for (column, direction) in &request.order {
        let direction = if *direction == Direction::Descending { " DESC" } else { "" };
        order.push(order_sql(known(layout, column)?) + direction);
    }
    let rowid = layout.rowid_sql();
    let plain = clauses.is_empty() && order.is_empty();
    let mut offset = request.offset;
    if plain {
        // The place of a row tells its number: nothing is passed over one by one.
        clauses.push(format!("{rowid} >= ?"));
        values.push(Stored::Integer(layout.rowid_of(offset)));
        offset = 0;
    }
    order.push(rowid.clone());
    let from = format!("FROM {}{}", layout.sql(), where_sql(&clauses));
    let sql = format!(
        "SELECT {}, {rowid} {from} ORDER BY {} LIMIT {} OFFSET {}",
        layout.columns_sql(),
        order.join(", "),
        signed(request.limit),
        signed(offset)
    );
    let failed = || RowFileError::sqlite(format!("reading a page of `{}`", layout.name));
    let mut statement = connection.prepare_cached(&sql).map_err(failed())?;
    let read = statement.query(params_from_iter(&values)).map_err(failed())?;
    let mut row_numbers = Vec::new();
    // A table without columns has one value in their place.
    let number_at = layout.columns.len().max(1);
    let batch = file.collect(table, read, request.offset, request.limit, |row| {
        let rowid: i64 = row.get(number_at)?;
        row_numbers.push(rowid.wrapping_sub(layout.first_rowid).unsigned_abs());
        Ok(())
    })?;
    let found = row_numbers.len() as u64;
    let total = if plain {
        Some(layout.rows)
    } else if found < request.limit && (found > 0 || request.offset == 0) {
        Some(request.offset + found)
    } else if request.filter.is_empty() {
        Some(layout.rows)
    } else {
        count(connection, &from, &values, layout)?
    };
    Ok(Page { batch, row_numbers, total })
}

/// How many rows match; `None` when counting them was interrupted.
fn count(
    connection: &Connection,
    from: &str,
    values: &[Stored],
    layout: &TableLayout,
) -> Result<Option<u64>, RowFileError> {
    let counted =
        connection.query_row(&format!("SELECT count(*) {from}"), params_from_iter(values), |row| row.get(0));
    match counted.map_err(RowFileError::sqlite(format!("counting rows of `{}`", layout.name))) {
        Ok(count) => Ok(Some(i64::unsigned_abs(count))),
        Err(RowFileError::Canceled) => Ok(None),
        Err(error) => Err(error),
    }
}

fn where_sql(clauses: &[String]) -> String {
    if clauses.is_empty() { String::new() } else { format!(" WHERE {}", clauses.join(" AND ")) }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn known<'l>(layout: &'l TableLayout, column: &str) -> Result<&'l ColumnLayout, RowFileError> {
    layout.column(column).ok_or_else(|| RowFileError::UnknownColumn {
        table: layout.name.clone(),
        column: column.to_owned(),
        known: layout.columns.iter().map(|column| column.name.clone()).collect(),
    })
}

/// A filter as SQL. Its value goes behind those that are bound before it.
fn filter_sql(
    file: &RowFile,
    table: &StoredTable,
    filter: &Filter,
    values: &mut Vec<Stored>,
) -> Result<String, RowFileError> {
    let column = known(&table.layout, &filter.column)?;
    let name = column.sql();
    let (operator, text) = match &filter.comparison {
        Comparison::Null => return Ok(format!("{name} IS NULL")),
        Comparison::NotNull => return Ok(format!("{name} IS NOT NULL")),
        Comparison::Contains(text) => {
            values.push(Stored::Text(format!("%{}%", plain_pattern(text))));
            return Ok(format!(r"{name} LIKE ? ESCAPE '\'"));
        }
        Comparison::Equal(text) => (Operator::Equal, text),
        Comparison::NotEqual(text) => (Operator::NotEqual, text),
        Comparison::Less(text) => (Operator::Less, text),
        Comparison::LessOrEqual(text) => (Operator::LessOrEqual, text),
        Comparison::Greater(text) => (Operator::Greater, text),
        Comparison::GreaterOrEqual(text) => (Operator::GreaterOrEqual, text),
    };
    if column.read_as() == Storage::Text {
        values.push(Stored::Text(text.clone()));
        return Ok(format!("{name} {} ?", symbol(operator)));
    }
    let place = table.layout.columns.iter().position(|other| other.name == column.name).unwrap_or_default();
    let base = file.base_type(table.id, table.columns[place]);
    let invalid = |source: Box<dyn std::error::Error + Send + Sync>| RowFileError::FilterValue {
        column: filter.column.clone(),
        value: text.clone(),
        source,
    };
    let value = parse_value(text, base, file.schema()).map_err(|error| invalid(error.into()))?;
    let no_value = || invalid(format!("the column holds {}", column.storage).into());
    let (cell, operator) = match (column.storage, &value) {
        (Storage::Decimal { scale }, Value::Decimal(decimal)) => {
            match in_units(*decimal, scale, operator).ok_or_else(no_value)? {
                Bound::Value(units, operator) => (Cell::Decimal(units), operator),
                Bound::Never => return Ok("0".to_owned()),
                Bound::Always => return Ok(format!("{name} IS NOT NULL")),
            }
        }
        (storage, value) => (cell_of(storage, value).ok_or_else(no_value)?, operator),
    };
    values.push(match order_key(column, cell) {
        Some(key) => Stored::Blob(key.to_vec()),
        None => {
            Stored::try_from(cell.store(column.storage, &mut Vec::new()).0).map_err(|e| invalid(e.into()))?
        }
    });
    Ok(format!("{} {} ?", order_sql(column), symbol(operator)))
}

/// A text in which no character stands for others.
fn plain_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "=",
        Operator::NotEqual => "<>",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
    }
}

/// A value as a column holds it; `None` for one of another kind.
fn cell_of(storage: Storage, value: &Value) -> Option<Cell<'_>> {
    Some(match (storage, value) {
        (Storage::Boolean, Value::Boolean(value)) => Cell::Boolean(*value),
        (Storage::Boolean, Value::Integer(value @ (0 | 1))) => Cell::Boolean(*value == 1),
        (Storage::Integer, Value::Integer(value)) => Cell::Integer((*value).try_into().ok()?),
        (Storage::Unsigned, Value::Integer(value)) => Cell::Unsigned((*value).try_into().ok()?),
        (Storage::Float, Value::Float(value)) => Cell::Float(*value),
        (Storage::Date, Value::Date(days)) => Cell::Date(*days),
        (Storage::Time, Value::Time(micros)) => Cell::Time(*micros),
        (Storage::Timestamp { .. }, Value::Timestamp(micros)) => Cell::Timestamp(*micros),
        (Storage::Uuid, Value::Uuid(uuid)) => Cell::Uuid(uuid.to_be_bytes()),
        (Storage::Bytes, Value::Bytes(bytes)) => Cell::Bytes(bytes),
        _ => return None,
    })
}

/// What a comparison with a decimal is in units of a column's last digit.
enum Bound {
    Value(i128, Operator),
    Never,
    Always,
}

/// A comparison with a decimal that may have more digits than the column: no value lies between two units. `None` for numbers
/// beyond all decimals.
fn in_units(decimal: Decimal, scale: u8, operator: Operator) -> Option<Bound> {
    if decimal.scale <= scale {
        let one = 10_i128.checked_pow(u32::from(scale - decimal.scale))?;
        return Some(Bound::Value(decimal.unscaled.checked_mul(one)?, operator));
    }
    let one = 10_i128.checked_pow(u32::from(decimal.scale - scale))?;
    let (below, rest) = (decimal.unscaled.div_euclid(one), decimal.unscaled.rem_euclid(one));
    Some(match operator {
        operator if rest == 0 => Bound::Value(below, operator),
        Operator::Equal => Bound::Never,
        Operator::NotEqual => Bound::Always,
        Operator::Less | Operator::LessOrEqual => Bound::Value(below, Operator::LessOrEqual),
        _ => Bound::Value(below, Operator::Greater),
    })
}
