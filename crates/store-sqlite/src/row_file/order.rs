//! The order of values, for columns some of whose texts do not sort as the values do.

use super::cell::Cell;
use super::layout::ColumnLayout;
use super::storage::Storage;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

/// The function by which pages order such columns: a code for the storage, and the cell.
const FUNCTION: &str = "seedbed_order";

/// What SQL orders and compares a column by.
pub(crate) fn order_sql(column: &ColumnLayout) -> String {
    match code(column.storage).filter(|_| column.irregular && !column.holds_text) {
        Some(code) => format!("{FUNCTION}({code}, {})", column.sql()),
        None => column.sql(),
    }
}

/// What [`order_sql`] compares a value with: `None` where it is the value itself.
pub(crate) fn order_key(column: &ColumnLayout, cell: Cell<'_>) -> Option<[u8; 16]> {
    code(column.storage).filter(|_| column.irregular && !column.holds_text)?;
    key(cell)
}

/// Makes the function known to a connection.
pub(crate) fn add_order_function(connection: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function(FUNCTION, 2, flags, |context| {
        let storage = of_code(context.get(0)?);
        let cell = storage.and_then(|storage| Cell::read(storage, context.get_raw(1)));
        Ok(cell.and_then(key).map(|key| key.to_vec()))
    })
}

/// Bytes that sort as the numbers behind the values do.
fn key(cell: Cell<'_>) -> Option<[u8; 16]> {
    let number: i128 = match cell {
        Cell::Unsigned(value) => value.into(),
        Cell::Decimal(value) => value,
        Cell::Date(value) => value.into(),
        Cell::Time(value) | Cell::Timestamp(value) => value.into(),
        _ => return None,
    };
    Some((number ^ i128::MIN).to_be_bytes())
}

/// A number for each storage whose texts may not sort.
fn code(storage: Storage) -> Option<i64> {
    match storage {
        Storage::Decimal { scale } => Some(scale.into()),
        Storage::Unsigned => Some(-1),
        Storage::Date => Some(-2),
        Storage::Time => Some(-3),
        Storage::Timestamp { zoned: false } => Some(-4),
        Storage::Timestamp { zoned: true } => Some(-5),
        _ => None,
    }
}

fn of_code(code: i64) -> Option<Storage> {
    match code {
        -1 => Some(Storage::Unsigned),
        -2 => Some(Storage::Date),
        -3 => Some(Storage::Time),
        -4 => Some(Storage::Timestamp { zoned: false }),
        -5 => Some(Storage::Timestamp { zoned: true }),
        scale => Some(Storage::Decimal { scale: scale.try_into().ok()? }),
    }
}
