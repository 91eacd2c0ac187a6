//! A table's rows into `LOAD DATA LOCAL`, or into INSERTs of many rows.

use super::quoted;
use mysql::prelude::Queryable as _;
use mysql::{Conn, LocalInfileHandler};
use seedbed_datagen_core::{Batch, Plan, TablePlan};
use seedbed_export::{
    ColumnText, LoadDataFormat, NullFirst, TextEncoder, UnsupportedColumn, mysql_conversion,
};
use seedbed_schema_model::{ColumnIdx, Dialect, Schema, Table};
use seedbed_sql_semantics::quote_text;
use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Rows in one INSERT.
const ROWS: usize = 1000;

/// What one statement did, by the server's word.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// Every row is stored as it was sent.
    Whole,
    /// Some rows were left out, or were changed on the way.
    Less {
        /// Rows stored.
        stored: u64,
        /// The first warning that counts, with its number.
        warning: Option<(u16, String)>,
    },
}

/// Why a statement was not carried out.
#[derive(Debug)]
pub(super) enum InsertError {
    /// The server said no, or nothing any more.
    Server(mysql::Error),
    /// A batch holds what can't be written.
    Column(UnsupportedColumn),
}

impl From<mysql::Error> for InsertError {
    fn from(error: mysql::Error) -> Self {
        Self::Server(error)
    }
}

impl From<UnsupportedColumn> for InsertError {
    fn from(error: UnsupportedColumn) -> Self {
        Self::Column(error)
    }
}

/// What the server gets when it asks for a file: these bytes, whatever name it asks for, and nothing of this machine's.
#[derive(Clone, Debug, Default)]
pub(super) struct Outbox(Arc<Mutex<Vec<u8>>>);

impl Outbox {
    pub(super) fn open(connection: &mut Conn) -> Self {
        let outbox = Self::default();
        let inside = outbox.clone();
        connection.set_local_infile_handler(Some(LocalInfileHandler::new(move |_, writer| {
            let mut bytes = inside.bytes();
            writer.write_all(&bytes)?;
            bytes.clear();
            Ok(())
        })));
        outbox
    }

    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes the rows of one table.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    schema: &'a Schema,
    table: &'a Table,
    columns: &'a [ColumnIdx],
    /// Columns that are filled in later.
    later: Option<NullFirst>,
    encoder: TextEncoder<LoadDataFormat>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(plan: &'a Plan, table: &'a TablePlan) -> Self {
        let schema = plan.schema();
        Self {
            schema,
            table: &schema[table.table],
            columns: &table.columns,
            later: NullFirst::of(schema, plan.load_order(), table.table, &table.columns),
            encoder: TextEncoder::new(LoadDataFormat, Dialect::MySql),
        }
    }

    /// The batch without what is filled in later.
    pub(super) fn prepare(&self, batch: Batch) -> Batch {
        match &self.later {
            Some(later) => later.hide(batch),
            None => batch,
        }
    }

    /// Whether there is anything that a line of text could hold.
    pub(super) fn has_columns(&self) -> bool {
        !self.columns.is_empty()
    }

    /// Sends a batch as a file.
    pub(super) fn load_data(
        &mut self,
        connection: &mut Conn,
        outbox: &Outbox,
        batch: &Batch,
    ) -> Result<Done, InsertError> {
        {
            let mut bytes = outbox.bytes();
            bytes.clear();
            self.encoder.push_batch(self.schema, batch, &mut bytes)?;
        }
        connection.query_drop(self.load_data_sql())?;
        Ok(done(connection, batch.rows.num_rows() as u64)?)
    }

    fn load_data_sql(&self) -> String {
        let (mut targets, mut assignments) = (Vec::new(), Vec::new());
        for (i, column) in self.columns.iter().enumerate() {
            let name = quoted(&self.table[*column].name);
            match mysql_conversion(self.schema, &self.table[*column]) {
                None => targets.push(name),
                Some((before, after)) => {
                    targets.push(format!("@seedbed_{i}"));
                    assignments.push(format!("{name} = {before}@seedbed_{i}{after}"));
                }
            }
        }
        let set =
            if assignments.is_empty() { String::new() } else { format!(" SET {}", assignments.join(", ")) };
        format!(
            r"LOAD DATA LOCAL INFILE 'seedbed' INTO TABLE {} CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\t' ESCAPED BY '\\' LINES TERMINATED BY '\n' ({}){set}",
            quoted(&self.table.name.name),
            targets.join(", "),
        )
    }

    /// The INSERTs of a batch, none longer than `limit` bytes by more than a row, with the rows of each. `tail` ends
    /// every one.
    pub(super) fn inserts(
        &self,
        batch: &Batch,
        limit: usize,
        tail: &str,
    ) -> Result<Vec<(String, std::ops::Range<usize>)>, UnsupportedColumn> {
        let names: Vec<String> = self.columns.iter().map(|c| quoted(&self.table[*c].name)).collect();
        let head = format!("INSERT INTO {} ({}) VALUES ", quoted(&self.table.name.name), names.join(", "));
        let cells = Cells::new(self.schema, self.table, batch, &batch.columns)?;
        let mut statements = Vec::new();
        let (mut sql, mut first) = (head.clone(), 0);
        for row in 0..batch.rows.num_rows() {
            if row > first {
                sql.push(',');
            }
            cells.push_tuple(row, &mut sql);
            if row + 1 - first >= ROWS || sql.len() >= limit {
                sql.push_str(tail);
                statements.push((std::mem::replace(&mut sql, head.clone()), first..row + 1));
                first = row + 1;
            }
        }
        if first < batch.rows.num_rows() {
            sql.push_str(tail);
            statements.push((sql, first..batch.rows.num_rows()));
        }
        Ok(statements)
    }
}

/// Sends one INSERT of so many rows.
pub(super) fn insert(connection: &mut Conn, sql: &str, rows: u64) -> Result<Done, InsertError> {
    connection.query_drop(sql)?;
    Ok(done(connection, rows)?)
}

/// What the last statement did with so many rows.
fn done(connection: &mut Conn, sent: u64) -> mysql::Result<Done> {
    let stored = connection.affected_rows();
    let warnings = usize::from(connection.warnings());
    let mut warning = None;
    if warnings > 0 {
        let shown: Vec<(String, u16, String)> = connection.query("SHOW WARNINGS")?;
        // The server keeps `max_error_count` of them; what it doesn't show may be anything.
        let all_harmless = shown.len() >= warnings && shown.iter().all(|(_, code, _)| is_harmless(*code));
        if !all_harmless {
            let first = shown.into_iter().find(|(_, code, _)| !is_harmless(*code));
            let first = first.map(|(_, code, message)| (code, message));
            warning = Some(first.unwrap_or_else(|| (0, format!("{warnings} warnings"))));
        }
    }
    Ok(if stored == sent && warning.is_none() { Done::Whole } else { Done::Less { stored, warning } })
}

/// Warnings that say nothing of the rows: a statement that is unsafe to replicate (ER_BINLOG_UNSAFE_STATEMENT), or
/// written in a way that MariaDB alone keeps (ER_WARN_DEPRECATED_SYNTAX).
fn is_harmless(code: u16) -> bool {
    matches!(code, 1287 | 1592)
}

/// Some columns of a batch as constants.
pub(super) struct Cells<'a>(Vec<(ColumnText<'a>, Option<(&'static str, &'static str)>)>);

impl<'a> Cells<'a> {
    /// The cells of these columns; those that the batch lacks are left out.
    pub(super) fn new(
        schema: &Schema,
        table: &Table,
        batch: &'a Batch,
        columns: &[ColumnIdx],
    ) -> Result<Self, UnsupportedColumn> {
        let places = columns.iter().filter_map(|c| Some((c, batch.columns.iter().position(|b| b == c)?)));
        let cell = |(column, place): (&ColumnIdx, usize)| {
            let base = schema.base_type(&table[*column].ty);
            let text = ColumnText::new(Dialect::MySql, base, batch.rows.column(place))?;
            Ok((text, mysql_conversion(schema, &table[*column])))
        };
        Ok(Self(places.map(cell).collect::<Result<_, _>>()?))
    }

    /// Whether a cell is NULL.
    pub(super) fn is_null(&self, column: usize, row: usize) -> bool {
        self.0.get(column).is_none_or(|(cell, _)| cell.is_null(row))
    }

    /// One cell as a constant, as the server reads it from a file too: text that the column's type makes sense of.
    pub(super) fn constant(&self, column: usize, row: usize) -> String {
        let Some((cell, conversion)) = self.0.get(column).filter(|(c, _)| !c.is_null(row)) else {
            return "NULL".to_owned();
        };
        let mut text = Vec::new();
        cell.push(row, &mut text);
        let constant = quote_text(Dialect::MySql, &String::from_utf8_lossy(&text));
        match conversion {
            Some((before, after)) => format!("{before}{constant}{after}"),
            None => constant,
        }
    }

    /// A row in brackets.
    pub(super) fn push_tuple(&self, row: usize, out: &mut String) {
        out.push('(');
        for column in 0..self.0.len() {
            if column > 0 {
                out.push(',');
            }
            out.push_str(&self.constant(column, row));
        }
        out.push(')');
    }
}
