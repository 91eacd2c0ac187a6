//! Donors: rows whose values a broken row may take.

use crate::fresh::columns_of;
use seedbed_datagen_core::{CancelToken, Request, Spec, TableSpec, WeightedValue};
use seedbed_job::ReadSchema;
use seedbed_providers::StandardCatalog;
use seedbed_rows::Plan;
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_values::Value;
use std::sync::{Arc, OnceLock};

/// Plans whose rows go with a value that an edit sets: each was made with the value as the column's only one. Made when they
/// are first needed.
#[derive(Debug)]
pub(crate) struct Donor {
    pub(crate) table: TableId,
    /// The plan of the rows below, for values that none was made for.
    pub(crate) usual: Arc<Plan>,
    /// Values of the edited column, each with its plan; none where there can be no such plan.
    pub(crate) pinned: Vec<(Value, Pinned)>,
}

/// A plan that is made when it is needed.
pub(crate) struct Pinned {
    pub(crate) make: Box<dyn Fn() -> Option<Arc<Plan>> + Send + Sync>,
    made: OnceLock<Option<Arc<Plan>>>,
}

impl std::fmt::Debug for Pinned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pinned").field("made", &self.made).finish_non_exhaustive()
    }
}

impl Pinned {
    pub(crate) fn new(make: impl Fn() -> Option<Arc<Plan>> + Send + Sync + 'static) -> Self {
        Self { make: Box::new(make), made: OnceLock::new() }
    }

    fn plan(&self) -> Option<&Arc<Plan>> {
        self.made.get_or_init(|| (self.make)()).as_ref()
    }
}

/// Rows between the donors of one row: a prime, so that neighbours take other ones.
const STRIDE: u64 = 7_919;

impl Donor {
    /// Values of some columns for rows of these numbers in an attempt, each row's donor one of those that have `value` in the
    /// edited column.
    pub(crate) fn values(
        &self,
        numbers: &[u64],
        value: Option<&Value>,
        columns: &[ColumnIdx],
        attempt: u64,
    ) -> Option<Vec<Vec<Value>>> {
        let pinned = value.and_then(|value| self.pinned.iter().find(|(of, _)| of == value));
        let plan = pinned.and_then(|(_, pinned)| pinned.plan()).unwrap_or(&self.usual);
        let rows = plan.table(self.table).map_or(0, |planned| planned.rows);
        if rows == 0 {
            return None;
        }
        let donors: Vec<u64> = numbers.iter().map(|n| n.wrapping_add(attempt * STRIDE) % rows).collect();
        Some(columns_of(plan, self.table, &donors, columns))
    }
}

/// Plans the table, and what it refers to, by other wishes.
pub(crate) fn plan_with(
    read: &ReadSchema,
    spec: &Spec,
    table: TableId,
    cancel: &CancelToken,
    wish: impl FnOnce(&mut TableSpec),
) -> Result<Plan, Vec<seedbed_planner::PlanError>> {
    let schema = &read.schema;
    let name = schema[table].name.to_string();
    let mut spec = spec.clone();
    // The spec may call the table by another of its names.
    let names: Vec<String> = spec.tables.keys().cloned().collect();
    let is_it = |n: &String| {
        seedbed_datagen_core::resolve_table(schema, n).is_ok_and(|t| schema.partition_root(t) == table)
    };
    let mut of_table = TableSpec::default();
    for known in names.into_iter().filter(is_it) {
        if let Some(wishes) = spec.tables.remove(&known) {
            of_table.rows = wishes.rows.or(of_table.rows);
            of_table.columns.extend(wishes.columns);
            of_table.references.extend(wishes.references);
        }
    }
    wish(&mut of_table);
    spec.tables.insert(name.clone(), of_table);
    let request = Request {
        spec,
        only: Some(vec![name]),
        existing: read.existing.clone(),
        inserted: read.existing.known_rows(),
        cancel: cancel.clone(),
        ..Request::default()
    };
    seedbed_planner::plan(Arc::clone(schema), &request, &StandardCatalog::new())
}

/// The wishes for a column of a table, under whatever name they stand, in place of those for its values.
pub(crate) fn wish_for<'w>(
    wishes: &'w mut TableSpec,
    read: &ReadSchema,
    table: TableId,
    column: ColumnIdx,
) -> &'w mut seedbed_datagen_core::ColumnSpec {
    let schema = &read.schema;
    let is_it = |name: &str| seedbed_datagen_core::resolve_column(schema, table, name) == Ok(column);
    wishes.columns.retain(|name, _| !is_it(name));
    wishes.columns.entry(schema[table][column].name.clone()).or_default()
}

/// A value as a spec writes it.
pub(crate) fn in_spec(
    value: &Value,
    ty: &seedbed_schema_model::SqlType,
    schema: &seedbed_schema_model::Schema,
) -> WeightedValue {
    match value {
        Value::Boolean(b) => WeightedValue::Boolean(*b),
        Value::Integer(n) => {
            i64::try_from(*n).map_or_else(|_| WeightedValue::Text(n.to_string()), WeightedValue::Integer)
        }
        value => WeightedValue::Text(seedbed_sql_values::format_value(value, ty, schema.dialect)),
    }
}
