//! What the target holds before a load.

use super::catalog::MySqlCatalog;
use super::connection::MySqlConnection;
use super::quoting::quoted;
use super::refusal;
use crate::note::Notes;
use crate::operation::Operation;
use crate::{LoadError, LoadNote};
use mysql::{Row, Value as Cell};
use seedbed_datagen_core::{Existing, ExistingTable, KnownRows, taken_values};
use seedbed_schema_model::{ColumnIdx, KeyTerm, QualifiedName, Schema, SqlType, Table, TableId};
use seedbed_solver::asks_for_now;
use seedbed_sql_values::{Value, parse_value};
use std::collections::{BTreeMap, BTreeSet};

/// Values remembered of a key that is no integer.
const MAX_TAKEN: usize = 200_000;

/// Reads counts and keys of the tables that hold rows. Tables that this user may not read count as empty, and are told.
pub(super) fn read(
    connection: &mut MySqlConnection,
    catalog: &MySqlCatalog,
    schema: &Schema,
    notes: &mut Notes,
) -> Result<Existing, LoadError> {
    let mut existing = Existing::default();
    if asks_for_now(schema) {
        let now = "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', NOW(6))";
        existing.now_micros = connection.query_first(now).map_err(refusal::lost(Operation::AskForNow))?;
    }
    for id in catalog.present(schema) {
        let table = &schema[id];
        let from = quoted(&table.name.name);
        match connection.query_first::<u8>(format!("SELECT 1 FROM {from} LIMIT 1")) {
            Ok(None) => continue,
            Ok(Some(_)) => {}
            Err(mysql::Error::MySqlError(error)) if refusal::is_refusal(&error) => {
                let (table, message) = (table.name.clone(), error.message);
                notes.add(LoadNote::TakenForEmpty { table, message });
                continue;
            }
            Err(error) => return Err(refusal::lost(Operation::Read(table.name.clone()))(error)),
        }
        let found = TableReader { connection, schema, id, table, from }.read(notes);
        existing.tables.insert(id, found.map_err(refusal::lost(Operation::Read(table.name.clone())))?);
    }
    Ok(existing)
}

/// The number of rows of every table that the target has.
pub(super) fn count(
    connection: &mut MySqlConnection,
    catalog: &MySqlCatalog,
    schema: &Schema,
) -> Result<BTreeMap<TableId, u64>, LoadError> {
    let mut counts = BTreeMap::new();
    for id in catalog.present(schema) {
        counts.insert(id, count_one(connection, &schema[id].name)?);
    }
    Ok(counts)
}

/// The number of rows of a table.
pub(super) fn count_one(connection: &mut MySqlConnection, table: &QualifiedName) -> Result<u64, LoadError> {
    let rows: Option<u64> = connection
        .query_first(format!("SELECT count(*) FROM {}", quoted(&table.name)))
        .map_err(refusal::lost(Operation::Count(table.clone())))?;
    Ok(rows.unwrap_or(0))
}

/// Reads one table.
struct TableReader<'a> {
    connection: &'a mut MySqlConnection,
    schema: &'a Schema,
    id: TableId,
    table: &'a Table,
    /// Its name, quoted.
    from: String,
}

impl TableReader<'_> {
    fn read(&mut self, notes: &mut Notes) -> mysql::Result<ExistingTable> {
        let keys = keys(self.table);
        let in_keys: BTreeSet<ColumnIdx> = keys.iter().flatten().copied().collect();
        let mut found = self.count_and_greatest(&in_keys)?;
        let single = keys.iter().filter_map(|k| if let [one] = k.as_slice() { Some(*one) } else { None });
        for column in single.collect::<BTreeSet<_>>() {
            if self.is_integer(column) {
                continue;
            }
            match self.taken(column)? {
                Some(values) => {
                    found.taken.insert(column, values);
                }
                None => notes.add(LoadNote::TooManyTaken {
                    table: self.table.name.clone(),
                    column: self.table[column].name.clone(),
                    remembered: MAX_TAKEN,
                }),
            }
        }
        let wanted = KnownRows::columns_of(self.schema, self.id);
        if !wanted.is_empty() {
            found.known = self.known(&keys, wanted)?;
        }
        found.note_taken(self.schema, self.id);
        Ok(found)
    }

    /// The number of rows, and the greatest numbers in key columns.
    fn count_and_greatest(&mut self, in_keys: &BTreeSet<ColumnIdx>) -> mysql::Result<ExistingTable> {
        let integers: Vec<ColumnIdx> = in_keys.iter().copied().filter(|c| self.is_integer(*c)).collect();
        let greatest: String =
            integers.iter().map(|c| format!(", max({})", quoted(&self.table[*c].name))).collect();
        let sql = format!("SELECT count(*){greatest} FROM {}", self.from);
        let mut found = ExistingTable::default();
        let Some(row) = self.connection.query_first::<Row>(sql)? else { return Ok(found) };
        let mut numbers = row.unwrap().into_iter().map(|cell| text(&cell).and_then(|t| t.parse().ok()));
        found.rows = numbers.next().flatten().and_then(|n: i128| u64::try_from(n).ok()).unwrap_or(0);
        found.greatest = integers.into_iter().zip(numbers).filter_map(|(c, n)| Some((c, n?))).collect();
        Ok(found)
    }

    /// The values of a column as it compares them; `None` when there are too many.
    fn taken(&mut self, column: ColumnIdx) -> mysql::Result<Option<Vec<String>>> {
        let name = quoted(&self.table[column].name);
        let sql = format!(
            "SELECT DISTINCT {name} FROM {} WHERE {name} IS NOT NULL LIMIT {}",
            self.from,
            MAX_TAKEN + 1
        );
        let cells: Vec<Cell> = self.connection.query(sql)?;
        if cells.len() > MAX_TAKEN {
            return Ok(None);
        }
        let values: Vec<Value> = cells.into_iter().filter_map(|cell| self.value(column, cell)).collect();
        Ok(Some(taken_values(self.schema, &self.table[column], &values)))
    }

    /// The first rows in the order of their first key.
    fn known(&mut self, keys: &[Vec<ColumnIdx>], columns: Vec<ColumnIdx>) -> mysql::Result<KnownRows> {
        let names = |columns: &[ColumnIdx]| -> String {
            columns.iter().map(|c| quoted(&self.table[*c].name)).collect::<Vec<_>>().join(", ")
        };
        let order = keys.first().filter(|k| !k.is_empty()).unwrap_or(&columns);
        let sql = format!(
            "SELECT {} FROM {} ORDER BY {} LIMIT {}",
            names(&columns),
            self.from,
            names(order),
            KnownRows::MOST
        );
        let rows: Vec<Row> = self.connection.query(sql)?;
        // A row with a value that can't be held, such as a zero date, is one that no reference should draw.
        let read = |row: Row| -> Option<Vec<Value>> {
            columns.iter().zip(row.unwrap()).map(|(c, cell)| self.value(*c, cell)).collect()
        };
        let rows = rows.into_iter().filter_map(read).collect();
        Ok(KnownRows { columns, rows })
    }

    /// A cell as its column's type has it; `None` for what can't be held here.
    fn value(&self, column: ColumnIdx, cell: Cell) -> Option<Value> {
        let base = self.schema.base_type(&self.table[column].ty);
        match (base, cell) {
            (_, Cell::NULL) => Some(Value::Null),
            (
                SqlType::Binary { .. } | SqlType::Varbinary { .. } | SqlType::Blob { .. },
                Cell::Bytes(bytes),
            ) => Some(Value::Bytes(bytes)),
            (SqlType::Bit { length, .. }, Cell::Bytes(bytes)) => {
                let digits: String = bytes.iter().map(|b| format!("{b:08b}")).collect();
                let from = digits.len().saturating_sub(length.unwrap_or(1) as usize);
                Some(Value::Bits(digits[from..].to_owned()))
            }
            (SqlType::Spatial { .. }, _) => None,
            (_, cell) => parse_value(&text(&cell)?, base, self.schema).ok(),
        }
    }

    /// Whether the greatest value says which are free.
    fn is_integer(&self, column: ColumnIdx) -> bool {
        matches!(self.schema.base_type(&self.table[column].ty), SqlType::Integer { .. })
    }
}

/// A cell of the text protocol as text; bytes that are no text are passed over.
fn text(cell: &Cell) -> Option<String> {
    if let Cell::Bytes(bytes) = cell { String::from_utf8(bytes.clone()).ok() } else { None }
}

/// Every key's columns, also those that count only with their first characters; the primary key first.
fn keys(table: &Table) -> Vec<Vec<ColumnIdx>> {
    let primary = table.primary_key.iter().map(|k| k.columns.clone());
    let unique = table.uniques.iter().filter_map(|u| {
        let column = |term: &KeyTerm| if let KeyTerm::Column(c) = term { Some(*c) } else { None };
        u.parts.iter().map(|p| column(&p.term)).collect()
    });
    primary.chain(unique).collect()
}
