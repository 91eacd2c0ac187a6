//! What an expression is evaluated against.
//!
//! A [`Row`] has the values, a [`Context`] everything else: schema, table, clock, dialect. One context serves all rows.

use crate::{Semantics, Work, semantics};
use seedbed_schema_model::{Column, ColumnIdx, Dialect, Schema, SqlType, Table};
use seedbed_sql_values::{Value, stored_value};

/// A row whose columns can be read.
pub trait Row {
    /// The column's value in its own type; NULL for a column that the row does not have.
    fn value(&self, column: ColumnIdx) -> Value;
}

impl Row for &[Value] {
    fn value(&self, column: ColumnIdx) -> Value {
        self.get(column.position()).cloned().unwrap_or(Value::Null)
    }
}

impl Row for Vec<Value> {
    fn value(&self, column: ColumnIdx) -> Value {
        self.as_slice().value(column)
    }
}

impl<const N: usize> Row for [Value; N] {
    fn value(&self, column: ColumnIdx) -> Value {
        self.as_slice().value(column)
    }
}

/// The surroundings of an expression.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// Whose dialect and types apply.
    pub schema: &'a Schema,
    /// The table that [`Expr::Column`](seedbed_schema_model::Expr::Column) counts in; gives columns their types and
    /// collations.
    pub table: Option<&'a Table>,
    /// What `now()` and kin answer, in microseconds since 1970-01-01 UTC. The session's zone is UTC.
    pub now_micros: i64,
    /// What `VALUE` is in a domain's CHECK.
    pub domain_value: Option<Value>,
    /// The type of `VALUE`, where it is known: of a composite one the names of its fields.
    pub domain_type: Option<&'a SqlType>,
    /// What SQL means in the schema's dialect, looked up once.
    pub semantics: &'static Semantics,
    /// What evaluations may cost, while a plan is made. Rows are made and checked without it.
    pub work: Option<&'a Work>,
}

impl<'a> Context<'a> {
    /// Surroundings at the epoch, without a domain value.
    pub fn new(schema: &'a Schema, table: Option<&'a Table>) -> Self {
        let semantics = semantics(schema.dialect);
        Self { schema, table, now_micros: 0, domain_value: None, domain_type: None, semantics, work: None }
    }

    /// The schema's dialect.
    pub fn dialect(&self) -> Dialect {
        self.schema.dialect
    }

    /// What the server reads from a column to which the value was written: see [`stored_value`].
    pub(crate) fn stored(&self, index: ColumnIdx, value: Value) -> Value {
        match self.column(index) {
            Some(column) => stored_value(value, column, self.schema),
            None => value,
        }
    }

    /// A column of the table, if both are known.
    pub(crate) fn column(&self, index: ColumnIdx) -> Option<&'a Column> {
        self.table?.columns.get(index.position())
    }
}
