//! A request with its names resolved and its numbers checked.

use super::error::PlanError;
use super::spec_value::shown;
use super::wish_fault::ColumnWishFault;
use seedbed_constraints::Constraints;
use seedbed_datagen_core::{Catalog, ColumnSpec, Request};
use seedbed_datagen_core::{nearest, resolve_column, resolve_table};
use seedbed_schema_model::{ColumnIdx, Schema, Span, TableId};
use std::collections::{BTreeMap, BTreeSet};

/// The request with its names resolved.
#[derive(Default)]
pub(super) struct Wishes {
    pub(super) rows: u64,
    pub(super) table_rows: BTreeMap<TableId, u64>,
    pub(super) columns: BTreeMap<(TableId, ColumnIdx), ColumnSpec>,
    pub(super) included: BTreeSet<TableId>,
}

impl Wishes {
    /// Rows that a table was asked to have.
    pub(super) fn asked(&self, table: TableId) -> u64 {
        self.table_rows.get(&table).copied().unwrap_or(self.rows)
    }
}

/// Resolves the names of a request, and checks its numbers.
pub(super) fn resolve(schema: &Schema, request: &Request, catalog: &dyn Catalog) -> (Wishes, Vec<PlanError>) {
    let mut errors = Vec::new();
    let mut wishes = Wishes { rows: request.spec.rows.unwrap_or(100), ..Wishes::default() };
    errors.extend(bad_rate(request.spec.null_rate, None));
    for (name, table_spec) in &request.spec.tables {
        let table = match find_table(schema, name) {
            Ok(table) => table,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        if let Some(rows) = table_spec.rows {
            wishes.table_rows.insert(table, rows);
        }
        for (column_name, spec) in &table_spec.columns {
            errors.extend(bad_rate(spec.null_rate, Some((name, column_name))));
            match find_column(schema, table, column_name) {
                Ok(column) => {
                    errors.extend(check_column_spec(schema, table, column, spec, catalog));
                    wishes.columns.insert((table, column), spec.clone());
                }
                Err(error) => errors.push(error),
            }
        }
    }
    let mut wanted: Vec<TableId> = Vec::new();
    match &request.only {
        None => wanted.extend(schema.tables_indexed().map(|(id, _)| id)),
        Some(names) => {
            for name in names {
                match find_table(schema, name) {
                    Ok(table) => wanted.push(table),
                    Err(error) => errors.push(error),
                }
            }
        }
    }
    wishes.included = with_parents(schema, wanted);
    for name in &request.expected {
        // A name that is no table's has been found above or in the spec.
        let is_left_out = find_table(schema, name).is_ok_and(|table| !wishes.included.contains(&table));
        errors.extend(is_left_out.then(|| PlanError::LeftOut { name: name.clone() }));
    }
    (wishes, errors)
}

/// A rate of NULLs that is none; `column` is the table and the column that it is wanted of.
fn bad_rate(rate: Option<f64>, column: Option<(&String, &String)>) -> Option<PlanError> {
    let rate = rate.filter(|r| !(0.0..=1.0).contains(r))?;
    Some(PlanError::BadNullRate {
        rate,
        column: column.map(|(table, column)| (table.clone(), column.clone())),
    })
}

/// The tables, their partitioned roots instead of partitions, and all that they refer to.
fn with_parents(schema: &Schema, wanted: Vec<TableId>) -> BTreeSet<TableId> {
    let mut included = BTreeSet::new();
    let mut open: Vec<TableId> = wanted.into_iter().map(|t| schema.partition_root(t)).collect();
    while let Some(table) = open.pop() {
        if included.insert(table) {
            open.extend(Constraints::new(schema, table).references.iter().map(|fk| fk.parent));
        }
    }
    included
}

/// The table that a name means; of a partition, the table whose rows it holds.
pub(super) fn find_table(schema: &Schema, name: &str) -> Result<TableId, PlanError> {
    let found = resolve_table(schema, name).map_err(|e| PlanError::of_name(e, Span::default()))?;
    Ok(schema.partition_root(found))
}

pub(super) fn find_column(schema: &Schema, table: TableId, name: &str) -> Result<ColumnIdx, PlanError> {
    resolve_column(schema, table, name).map_err(|e| PlanError::of_name(e, schema[table].span))
}

fn check_column_spec(
    schema: &Schema,
    table: TableId,
    column: ColumnIdx,
    spec: &ColumnSpec,
    catalog: &dyn Catalog,
) -> Vec<PlanError> {
    let t = &schema[table];
    let bad = |fault: ColumnWishFault| PlanError::BadColumnSpec {
        table: t.name.to_string(),
        column: t[column].name.clone(),
        fault,
        span: t[column].span,
    };
    let mut errors = Vec::new();
    let ways = [spec.values.is_some(), spec.range.is_some(), spec.provider.is_some()];
    if ways.iter().filter(|w| **w).count() > 1 {
        errors.push(bad(ColumnWishFault::SeveralSources));
    }
    if spec.values.as_ref().is_some_and(Vec::is_empty) {
        errors.push(bad(ColumnWishFault::NoValues));
    }
    if let Some(values) = &spec.values {
        let base = schema.base_type(&t[column].ty);
        let mut buffer = seedbed_rows::empty_buffer(&seedbed_datagen_core::arrow_type(schema, &t[column].ty));
        for value in values {
            let (value, weight) = super::spec_value::constant(value, base, schema);
            if !seedbed_rows::push_value(&mut buffer, &value, base, schema) {
                let ty = t[column].declared_type.clone();
                errors.push(bad(ColumnWishFault::NotOfType { value: shown(&value), ty }));
            }
            if weight == 0 {
                errors.push(bad(ColumnWishFault::NoWeight { value: shown(&value) }));
            }
        }
    }
    if ways.contains(&true)
        && Constraints::new(schema, table).references.iter().any(|fk| fk.columns.contains(&column))
    {
        errors.push(bad(ColumnWishFault::Referencing));
    }
    if let Some(provider) = &spec.provider
        && catalog.provider(provider).is_none()
    {
        errors.push(PlanError::UnknownProvider {
            table: t.name.to_string(),
            column: t[column].name.clone(),
            provider: provider.clone(),
            similar: nearest(provider, catalog.names().iter().map(String::as_str)),
            span: t[column].span,
        });
    }
    errors
}
