//! What people's names mean, and conditions and expressions that they wrote.

use crate::EditFault;
use seedbed_datagen_core::{NameError, resolve_column, resolve_table};
use seedbed_schema_model::{ColumnIdx, Dialect, Expr, Schema, SqlType, TableId};
use seedbed_sql_semantics::{Context, supported};
use seedbed_sql_syntax::{Cursor, Name, Names, Scope, SourceText, read_expr, tokens};

/// The table that a name means; of a partition, the table through which its rows go in.
pub(crate) fn table(schema: &Schema, name: &str) -> Result<TableId, EditFault> {
    Ok(schema.partition_root(resolve_table(schema, name)?))
}

/// The columns that an edit speaks of: one of a table, or those of this name in all tables of `tables`.
pub(crate) fn columns(
    schema: &Schema,
    tables: &[TableId],
    table: Option<&str>,
    column: &str,
) -> Result<Vec<(TableId, ColumnIdx)>, EditFault> {
    if let Some(name) = table {
        let table = self::table(schema, name)?;
        return Ok(vec![(table, resolve_column(schema, table, column)?)]);
    }
    let found: Vec<(TableId, ColumnIdx)> = tables
        .iter()
        .filter_map(|table| resolve_column(schema, *table, column).ok().map(|column| (*table, column)))
        .collect();
    if found.is_empty() {
        let names = tables.iter().flat_map(|t| schema[*t].columns.iter().map(|c| c.name.as_str()));
        let similar = seedbed_datagen_core::nearest(column, names);
        return Err(EditFault::NoSuchColumn { column: column.to_owned(), similar });
    }
    Ok(found)
}

/// What an expression over a table's rows says, which have these columns.
pub(crate) fn expression(
    schema: &Schema,
    table: TableId,
    columns: &[ColumnIdx],
    text: &str,
) -> Result<Expr, EditFault> {
    let failed = |reason: String| EditFault::Expression {
        table: schema[table].name.to_string(),
        text: text.to_owned(),
        reason,
    };
    let source = SourceText::new(text, schema.dialect);
    let list = tokens(source);
    let read = read_expr(&InSchema(schema), Scope::Table(table), Cursor::new(source, &list));
    let expr = read.map_err(|error| failed(error.to_string()))?;
    let cx = Context::new(schema, Some(&schema[table]));
    supported(&expr, &cx).map_err(|what| failed(what.to_string()))?;
    match expr.columns().into_iter().find(|column| !columns.contains(column)) {
        Some(absent) => Err(EditFault::NotInRows {
            table: schema[table].name.to_string(),
            column: schema[table][absent].name.clone(),
        }),
        None => Ok(expr),
    }
}

/// The names of a schema that has been read.
struct InSchema<'s>(&'s Schema);

impl Names for InSchema<'_> {
    fn dialect(&self) -> Dialect {
        self.0.dialect
    }

    fn column(&self, table: TableId, name: &str) -> Option<ColumnIdx> {
        resolve_column(self.0, table, name).ok()
    }

    fn user_type(&self, name: &Name) -> Option<SqlType> {
        let is_named = |other: &seedbed_schema_model::QualifiedName| {
            other.name == name.name && (name.schema.is_none() || name.schema == other.schema)
        };
        let schema = self.0;
        let at = |found: Option<usize>| found.and_then(|at| u32::try_from(at).ok());
        let domain = at(schema.domains.iter().position(|d| is_named(&d.name)));
        let labels = at(schema.enums.iter().position(|e| is_named(&e.name)));
        domain
            .map(|id| SqlType::Domain(seedbed_schema_model::DomainId(id)))
            .or(labels.map(|id| SqlType::Enum(seedbed_schema_model::EnumTypeId(id))))
    }

    fn defines_function(&self, name: &str) -> bool {
        self.0.functions.iter().any(|f| f.name.name.eq_ignore_ascii_case(name))
    }
}

impl From<NameError> for EditFault {
    fn from(error: NameError) -> Self {
        Self::Name(error)
    }
}
