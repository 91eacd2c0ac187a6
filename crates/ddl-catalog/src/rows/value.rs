//! One value of a row: a constant, the column's default, or something that only the server knows.
//!
//! Defaults, sequences and numbering are applied as the server does when a row comes in, so that the numbers that later
//! statements name are the right ones.

use crate::catalog::{ScriptRow, SystemCatalog};
use seedbed_schema_model::{ColumnIdx, Expr, Literal, Numbering, SequenceId, SqlType, TableId};
use seedbed_sql_syntax::{Cursor, Scope, TokenKind, ZeroNumber, read_expr};

/// What is written for a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum WrittenValue {
    /// A constant.
    Value(Literal),
    /// `DEFAULT`, or nothing.
    Default,
    /// `nextval('sequence')`
    Next(SequenceId),
    /// What only the server can compute.
    Unknown,
}

impl WrittenValue {
    /// The constant, if it is one.
    pub(super) fn known(self) -> Option<Literal> {
        if let Self::Value(literal) = self { Some(literal) } else { None }
    }
}

impl From<Option<Literal>> for WrittenValue {
    fn from(value: Option<Literal>) -> Self {
        value.map_or(Self::Unknown, Self::Value)
    }
}

/// Reads the value that the tokens spell.
pub(super) fn read(catalog: &SystemCatalog, cursor: Cursor<'_>) -> WrittenValue {
    if cursor.len() == 1 {
        if cursor.is_word(0, "DEFAULT") {
            return WrittenValue::Default;
        }
        if cursor.is_word(0, "NULL") {
            return WrittenValue::Value(Literal::Null);
        }
        if let Some(text) = { cursor }.string() {
            return WrittenValue::Value(Literal::Text(text));
        }
    }
    let mut walk = cursor;
    if let Some(n) = walk.integer().filter(|_| walk.is_empty()) {
        return WrittenValue::Value(Literal::Integer(n));
    }
    if let Some(Some(sequence)) = catalog.nextval(cursor) {
        return WrittenValue::Next(sequence);
    }
    // Words that are calls or names of columns are not constants; the reader tells them apart.
    let has_call = cursor.tokens().iter().any(|t| t.kind == TokenKind::Open) && !cursor.is_word(0, "CAST");
    if has_call {
        return WrittenValue::Unknown;
    }
    match read_expr(catalog, Scope::Constants, cursor) {
        Ok(expr) => constant(&expr).map_or(WrittenValue::Unknown, WrittenValue::Value),
        Err(_) => WrittenValue::Unknown,
    }
}

/// A constant, also under casts. Words such as `now` that dates are made of are not.
pub(super) fn constant(expr: &Expr) -> Option<Literal> {
    match expr {
        Expr::Literal(literal) => Some(literal.clone()),
        Expr::Cast { operand, target } => constant(operand).filter(|literal| match literal {
            Literal::Text(text) => !target.is_temporal() || text.starts_with(|c: char| c.is_ascii_digit()),
            _ => !target.is_temporal(),
        }),
        _ => None,
    }
}

/// The row that the cells make, with the table's own values for columns that are not named.
pub(super) fn row(
    catalog: &mut SystemCatalog,
    table: TableId,
    columns: &[ColumnIdx],
    cells: Vec<WrittenValue>,
) -> ScriptRow {
    let width = catalog.schema[table].columns.len();
    let mut written: Vec<Option<WrittenValue>> = vec![None; width];
    for (column, cell) in columns.iter().zip(cells) {
        written[*column] = Some(cell);
    }
    let mut row = vec![None; width];
    for column in catalog.draft(table).order.clone() {
        let at = column.position();
        let cell = written[at].take().unwrap_or(WrittenValue::Default);
        let cell = if asks_for_number(catalog, table, column, &cell) { WrittenValue::Default } else { cell };
        row[at] = match cell {
            WrittenValue::Value(literal) => Some(literal),
            WrittenValue::Default => default_of(catalog, table, column),
            WrittenValue::Next(sequence) => catalog.next_value(sequence).map(|n| Literal::Integer(n.into())),
            WrittenValue::Unknown => None,
        };
        remember_greatest(catalog, table, column, row[at].as_ref());
    }
    row
}

/// Numbers that are written out move the table's own numbering on.
fn remember_greatest(
    catalog: &mut SystemCatalog,
    table: TableId,
    column: ColumnIdx,
    value: Option<&Literal>,
) {
    if numbers_itself(catalog, table, column) {
        let number = match value {
            Some(Literal::Integer(n)) => Some(*n),
            Some(Literal::Text(text)) => text.parse().ok(),
            _ => None,
        };
        let greatest = &mut catalog.draft_mut(table).rows.greatest;
        *greatest = number.map_or(*greatest, |n| n.max(*greatest));
    }
}

/// Whether the table, not a sequence, gives the column its numbers.
fn numbers_itself(catalog: &SystemCatalog, table: TableId, column: ColumnIdx) -> bool {
    let column = &catalog.schema[table].columns[column];
    matches!(column.numbering, Some(Numbering::AutoIncrement | Numbering::RowId))
}

/// NULL in a column that numbers itself asks for the next number; so does 0 in some dialects.
fn asks_for_number(catalog: &SystemCatalog, table: TableId, column: ColumnIdx, cell: &WrittenValue) -> bool {
    let WrittenValue::Value(literal) = cell else { return false };
    let asks = match literal {
        Literal::Null => true,
        Literal::Integer(0) => catalog.syntax().statements.inserted.zero == ZeroNumber::NextNumber,
        _ => false,
    };
    asks && numbers_itself(catalog, table, column)
}

/// What the server puts into a column that a statement does not name.
pub(super) fn default_of(catalog: &mut SystemCatalog, table: TableId, column: ColumnIdx) -> Option<Literal> {
    let of = &catalog.schema[table].columns[column];
    match &of.numbering {
        Some(Numbering::Serial { sequence } | Numbering::Identity { sequence, .. }) => {
            let sequence = (*sequence)?;
            return catalog.next_value(sequence).map(|n| Literal::Integer(n.into()));
        }
        Some(Numbering::AutoIncrement | Numbering::RowId) => {
            let rows = &mut catalog.draft_mut(table).rows;
            rows.greatest += 1;
            return Some(Literal::Integer(rows.greatest));
        }
        None => {}
    }
    if of.generated.is_some() {
        return None;
    }
    match &of.default {
        Some(default) => constant(&default.expr),
        // A domain may have a default of its own, and MySQL gives zeros without being asked.
        None if matches!(of.ty, SqlType::Domain(_)) || !of.nullable => None,
        None => Some(Literal::Null),
    }
}
