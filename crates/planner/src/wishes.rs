//! A request with its names resolved and its numbers checked.

use super::error::PlanError;
use super::spec_value::{constant, shown};
use super::wish_fault::ColumnWishFault;
use seedbed_constraints::Constraints;
use seedbed_datagen_core::{
    Catalog, ColumnSpec, Request, WeightedValue, arrow_type, nearest, resolve_column, resolve_table,
};
use seedbed_rows::{empty_buffer, push_value};
use seedbed_schema_model::{Column, ColumnIdx, Schema, Span, TableId};
use std::collections::{BTreeMap, BTreeSet};

/// The request with its names resolved.
#[derive(Default)]
pub(super) struct Wishes {
    /// Rows of tables that the spec does not name.
    pub(super) rows: u64,
    /// Rows of tables that the spec names.
    pub(super) table_rows: BTreeMap<TableId, u64>,
    /// What the spec says of columns, even where it can't be met.
    pub(super) columns: BTreeMap<(TableId, ColumnIdx), ColumnSpec>,
    /// The language and country of values, as the catalog writes it.
    pub(super) locale: Option<&'static str>,
    /// The tables that the spec or `only` names.
    pub(super) named: BTreeSet<TableId>,
    /// Lookups whose references draw the rows that the script has put there: their places among those that are known.
    pub(super) lookups: BTreeMap<TableId, BTreeSet<usize>>,
    /// The tables that get rows: those wanted and all that they refer to, partitions by their root.
    pub(super) included: BTreeSet<TableId>,
}

impl Wishes {
    /// Rows that a table was asked to have.
    pub(super) fn asked(&self, table: TableId) -> u64 {
        self.table_rows.get(&table).copied().unwrap_or(self.rows)
    }

    /// Takes the wishes for the columns of a table, which the spec calls by `name`; returns what is wrong with them.
    fn resolve_columns(
        &mut self,
        schema: &Schema,
        (name, table): (&String, TableId),
        columns: &BTreeMap<String, ColumnSpec>,
        catalog: &dyn Catalog,
    ) -> Vec<PlanError> {
        let mut errors = Vec::new();
        for (column_name, spec) in columns {
            errors.extend(bad_rate(spec.null_rate, Some((name, column_name))));
            match find_column(schema, table, column_name) {
                Ok(column) => {
                    errors.extend(check_column_spec(schema, table, column, spec, catalog));
                    self.columns.insert((table, column), spec.clone());
                }
                Err(error) => errors.push(error),
            }
        }
        errors
    }
}

/// Rows of a table for which neither the spec nor its own entry says a number.
const USUAL_ROWS: u64 = 100;

/// Resolves the names of a request, and checks its numbers. What is wrong comes back beside the wishes that could be
/// resolved, so that all faults are told at once.
///
/// Names of tables and columns are read as [`resolve_table`] and [`resolve_column`] say; a partition's name means the
/// table whose rows it holds. Without a number of rows a table gets 100.
pub(super) fn resolve(schema: &Schema, request: &Request, catalog: &dyn Catalog) -> (Wishes, Vec<PlanError>) {
    let mut errors = Vec::new();
    let mut wishes = Wishes { rows: request.spec.rows.unwrap_or(USUAL_ROWS), ..Wishes::default() };
    errors.extend(bad_rate(request.spec.null_rate, None));
    match request.spec.locale.as_deref().map(|tag| known_locale(tag, catalog)) {
        Some(Ok(locale)) => wishes.locale = Some(locale),
        Some(Err(error)) => errors.push(error),
        None => {}
    }
    for (name, table_spec) in &request.spec.tables {
        match find_table(schema, name) {
            Ok(table) => {
                wishes.named.insert(table);
                wishes.table_rows.extend(table_spec.rows.map(|rows| (table, rows)));
                errors.extend(wishes.resolve_columns(schema, (name, table), &table_spec.columns, catalog));
            }
            Err(error) => errors.push(error),
        }
    }
    let (wanted, unknown) = wanted_tables(schema, request.only.as_deref());
    errors.extend(unknown);
    if request.only.is_some() {
        wishes.named.extend(wanted.iter().map(|table| schema.partition_root(*table)));
    }
    wishes.included = match &request.only {
        // What all of them refer to is among them.
        None => wanted.iter().map(|table| schema.partition_root(*table)).collect(),
        Some(_) => with_parents(schema, wanted),
    };
    for name in &request.expected {
        // A name that is no table's has been found above or in the spec.
        let is_left_out = find_table(schema, name).is_ok_and(|table| !wishes.included.contains(&table));
        errors.extend(is_left_out.then(|| PlanError::LeftOut { name: name.clone() }));
    }
    (wishes, errors)
}

/// The tables that rows are wanted of: those named in `only`, or all; and the names that are none.
fn wanted_tables(schema: &Schema, only: Option<&[String]>) -> (Vec<TableId>, Vec<PlanError>) {
    let Some(names) = only else { return (schema.tables_indexed().map(|(id, _)| id).collect(), Vec::new()) };
    let (mut wanted, mut errors) = (Vec::new(), Vec::new());
    for name in names {
        match find_table(schema, name) {
            Ok(table) => wanted.push(table),
            Err(error) => errors.push(error),
        }
    }
    (wanted, errors)
}

/// The locale that a tag means.
fn known_locale(tag: &str, catalog: &dyn Catalog) -> Result<&'static str, PlanError> {
    catalog.locale(tag).ok_or_else(|| PlanError::UnknownLocale {
        locale: tag.to_owned(),
        similar: nearest(tag, catalog.locales().iter().copied()),
        known: catalog.locales().iter().map(|known| (*known).to_owned()).collect(),
    })
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

/// The column of a table that a name means.
pub(super) fn find_column(schema: &Schema, table: TableId, name: &str) -> Result<ColumnIdx, PlanError> {
    resolve_column(schema, table, name).map_err(|e| PlanError::of_name(e, schema[table].span))
}

/// What is wrong with the wish for one column, as far as the declared schema tells; what its CHECKs allow is checked
/// when its table is planned.
fn check_column_spec(
    schema: &Schema,
    table: TableId,
    column: ColumnIdx,
    spec: &ColumnSpec,
    catalog: &dyn Catalog,
) -> Vec<PlanError> {
    let t = &schema[table];
    let mut faults = Vec::new();
    let ways =
        [spec.values.is_some(), spec.range.is_some(), spec.provider.is_some(), spec.examples.is_some()];
    if ways.iter().filter(|w| **w).count() > 1 {
        faults.push(ColumnWishFault::SeveralSources);
    }
    faults.extend(spec.values.iter().flat_map(|values| faults_of_values(schema, &t[column], values)));
    if ways.contains(&true)
        && Constraints::new(schema, table).references.iter().any(|fk| fk.columns.contains(&column))
    {
        faults.push(ColumnWishFault::Referencing);
    }
    let bad = |fault: ColumnWishFault| PlanError::BadColumnSpec {
        table: t.name.to_string(),
        column: t[column].name.clone(),
        fault,
        span: t[column].span,
    };
    let unknown = |provider: &String| PlanError::UnknownProvider {
        table: t.name.to_string(),
        column: t[column].name.clone(),
        provider: provider.clone(),
        similar: nearest(provider, catalog.names().iter().map(String::as_str)),
        span: t[column].span,
    };
    let provider = spec.provider.as_ref().filter(|name| catalog.provider(name).is_none());
    faults.into_iter().map(bad).chain(provider.map(unknown)).collect()
}

/// What is wrong with listed values: there are none, or one is no value of the column's type or has no weight.
fn faults_of_values(schema: &Schema, column: &Column, values: &[WeightedValue]) -> Vec<ColumnWishFault> {
    if values.is_empty() {
        return vec![ColumnWishFault::NoValues];
    }
    let base = schema.base_type(&column.ty);
    let mut buffer = empty_buffer(&arrow_type(schema, &column.ty));
    let mut faults = Vec::new();
    for value in values {
        let (value, weight) = constant(value, base, schema);
        if !push_value(&mut buffer, &value, base, schema) {
            let ty = column.declared_type.clone();
            faults.push(ColumnWishFault::NotOfType { value: shown(&value), ty });
        }
        if weight == 0 {
            faults.push(ColumnWishFault::NoWeight { value: shown(&value) });
        }
    }
    faults
}
