//! From a request to a plan: rows first, then programs, until nothing changes.

use super::builder::{Built, Cap, TableBuilder};
use super::error::nearest;
use super::relation::Relation;
use super::{Explained, Plan, PlanError, Programs, TablePlan};
use crate::{Catalog, ColumnSpec, Limitation, Request};
use seedbed_schema_model::{ColumnIdx, LoadOrder, Schema, Span, TableGraph, TableId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What every table's builder sees.
pub(super) struct Planner<'a> {
    pub(super) schema: &'a Arc<Schema>,
    pub(super) request: &'a Request,
    pub(super) catalog: &'a dyn Catalog,
    pub(super) seed: u64,
    /// The programs of the round before: for parents that come later in the order.
    pub(super) earlier: &'a Programs,
    wishes: &'a Wishes,
    caps: &'a BTreeMap<TableId, Cap>,
}

/// The request with its names resolved.
#[derive(Default)]
struct Wishes {
    rows: u64,
    table_rows: BTreeMap<TableId, u64>,
    columns: BTreeMap<(TableId, ColumnIdx), ColumnSpec>,
    included: BTreeSet<TableId>,
}

impl Planner<'_> {
    /// What the spec says of a column.
    pub(super) fn column_spec(&self, table: TableId, column: ColumnIdx) -> Option<&ColumnSpec> {
        self.wishes.columns.get(&(table, column))
    }

    /// Rows that a table is expected to get, before it is planned.
    pub(super) fn expected_rows(&self, table: TableId) -> u64 {
        if !self.wishes.included.contains(&table) {
            return 0;
        }
        let asked = self.wishes.asked(table);
        self.caps.get(&table).map_or(asked, |cap| asked.min(cap.rows))
    }

    /// The greatest number that a key column holds already in the target.
    pub(super) fn existing_greatest(&self, table: TableId, column: ColumnIdx) -> Option<i128> {
        self.request.existing.tables.get(&table)?.greatest.get(&column).copied()
    }

    /// How many entities a table may show: enough that a table can grow without moving its rows.
    pub(super) fn entity_len(&self, rows: u64) -> u64 {
        [26, 32, 48].into_iter().map(|bits| 1_u64 << bits).find(|len| *len / 2 >= rows).unwrap_or(1 << 62)
    }
}

impl Wishes {
    fn asked(&self, table: TableId) -> u64 {
        self.table_rows.get(&table).copied().unwrap_or(self.rows)
    }
}

/// Plans a run.
pub(super) fn plan(
    schema: Arc<Schema>,
    request: &Request,
    catalog: &dyn Catalog,
) -> Result<Plan, Vec<PlanError>> {
    let wishes = resolve(&schema, request, catalog)?;
    let order = TableGraph::new(&schema).load_order();
    let tables: Vec<TableId> = order.tables.iter().copied().filter(|t| wishes.included.contains(t)).collect();
    let relations: BTreeMap<TableId, Relation<'_>> =
        tables.iter().map(|t| (*t, Relation::new(&schema, *t))).collect();
    let seed = request.spec.seed.unwrap_or(0);

    let mut caps: BTreeMap<TableId, Cap> = request
        .withheld
        .iter()
        .map(|(t, s)| (*t, Cap { rows: 0, shortfall: s.clone(), span: Span::default(), spec_error: None }))
        .collect();
    let mut earlier = Programs::default();
    // Each round either lowers some table's rows or is the last; parents that come later in the order are taken from
    // the round before, so at least two rounds are made where references go backwards.
    let most_rounds = 2 + tables.len();
    let mut round = 0;
    let built = loop {
        let before: BTreeMap<TableId, u64> = caps.iter().map(|(t, c)| (*t, c.rows)).collect();
        let mut programs = Programs::default();
        let mut built: BTreeMap<TableId, Built> = BTreeMap::new();
        for table in &tables {
            let table_built = build_table(
                &schema,
                request,
                catalog,
                seed,
                &earlier,
                &wishes,
                &mut caps,
                &relations[table],
                &programs,
            );
            let Built { program, notes, keys, limitations, memory, errors } = table_built;
            programs.insert(program);
            let program = empty_program(*table);
            built.insert(*table, Built { program, notes, keys, limitations, memory, errors });
        }
        round += 1;
        let after: BTreeMap<TableId, u64> = caps.iter().map(|(t, c)| (*t, c.rows)).collect();
        earlier = programs;
        if (before == after && (round > 1 || order.broken.is_empty())) || round > most_rounds {
            break built;
        }
    };
    let existing = request.existing.tables.iter().map(|(id, t)| (*id, t.rows)).collect();
    finish(schema, seed, order, tables, wishes, caps, earlier, built, existing)
}

fn empty_program(table: TableId) -> crate::program::Program {
    crate::program::Program {
        table,
        rows: 0,
        cells: Vec::new(),
        buffers: Vec::new(),
        references: Vec::new(),
        joints: Vec::new(),
        residue: crate::residue::Residue::default(),
        emitted: Vec::new(),
    }
}

#[expect(clippy::too_many_arguments, reason = "the state of one planning round, used in one place")]
fn build_table(
    schema: &Arc<Schema>,
    request: &Request,
    catalog: &dyn Catalog,
    seed: u64,
    earlier: &Programs,
    wishes: &Wishes,
    caps: &mut BTreeMap<TableId, Cap>,
    relation: &Relation<'_>,
    programs: &Programs,
) -> Built {
    loop {
        let planner = Planner { schema, request, catalog, seed, earlier, wishes, caps: &*caps };
        let rows = planner.expected_rows(relation.id);
        match TableBuilder::new(&planner, programs, relation, rows).build() {
            Ok(built) => return built,
            Err(cap) if cap.rows < rows => {
                caps.insert(relation.id, cap);
            }
            // No rows and still no way: an empty program stands for it.
            Err(_) => {
                let program = empty_program(relation.id);
                return Built {
                    program,
                    notes: Vec::new(),
                    keys: Vec::new(),
                    limitations: Vec::new(),
                    memory: Vec::new(),
                    errors: Vec::new(),
                };
            }
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of a plan, put together in one place")]
fn finish(
    schema: Arc<Schema>,
    seed: u64,
    order: LoadOrder,
    tables: Vec<TableId>,
    wishes: Wishes,
    caps: BTreeMap<TableId, Cap>,
    programs: Programs,
    mut built: BTreeMap<TableId, Built>,
    existing: BTreeMap<TableId, u64>,
) -> Result<Plan, Vec<PlanError>> {
    let mut errors: Vec<PlanError> = caps.values().filter_map(|c| c.spec_error.as_deref().cloned()).collect();
    let mut plans = Vec::new();
    for table in tables {
        let asked = wishes.asked(table);
        let cap = caps.get(&table).filter(|c| c.rows < asked);
        if let (Some(cap), Some(express)) =
            (cap.filter(|c| c.spec_error.is_none()), wishes.table_rows.get(&table))
        {
            errors.push(PlanError::Capacity {
                table: schema[table].name.to_string(),
                capacity: cap.rows,
                asked: *express,
                constraint: cap.shortfall.reason.clone(),
                span: cap.span,
            });
        }
        let Some(parts) = built.remove(&table) else { continue };
        errors.extend(parts.errors);
        plans.push(TablePlan {
            table,
            rows: programs.get(table).map_or(0, |p| p.rows),
            asked,
            shortfall: cap.map(|c| c.shortfall.clone()),
            columns: programs.get(table).map(|p| p.emitted.clone()).unwrap_or_default(),
            explanation: Explained {
                columns: parts.notes,
                keys: parts.keys.into_iter().map(|k| k.text).collect(),
                limitations: parts.limitations,
                memory: parts.memory,
            },
        });
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut plan = Plan { schema, seed, order, tables: plans, programs, existing };
    probe(&mut plan);
    Ok(plan)
}

/// Tries the first rows of every table that leaves conditions to redrawing, names those that it doesn't settle, and
/// gives up those that it hardly ever settles.
fn probe(plan: &mut Plan) {
    const PROBED: u64 = 64;
    for i in 0..plan.tables.len() {
        let (table, rows) = (plan.tables[i].table, plan.tables[i].rows);
        let numbers: Vec<u64> = (0..rows.min(PROBED)).collect();
        let unsettled = plan.unsettled(table, &numbers);
        let name = plan.schema[table].name.to_string();
        let Some(program) = plan.programs.get_mut(table) else { continue };
        for (group, count) in unsettled {
            let group = &mut program.residue.groups[group];
            group.hopeless = count * 2 > numbers.len() as u64;
            let titles: Vec<&str> = group.titles.iter().map(|(t, _)| t.as_str()).collect();
            plan.tables[i].explanation.limitations.push(Limitation {
                code: "check-several-columns".to_owned(),
                message: format!(
                    "{count} of the first {} rows break it, and drawing again does not help: {}",
                    numbers.len(),
                    titles.join("; ")
                ),
                table: name.clone(),
                span: group.titles.first().map(|(_, span)| *span),
            });
        }
    }
}

/// Resolves the names of a request, and checks its numbers.
fn resolve(schema: &Schema, request: &Request, catalog: &dyn Catalog) -> Result<Wishes, Vec<PlanError>> {
    let mut errors = Vec::new();
    let mut wishes = Wishes { rows: request.spec.rows.unwrap_or(100), ..Wishes::default() };
    let check_rate = |rate: Option<f64>, of: &str, errors: &mut Vec<PlanError>| {
        if let Some(rate) = rate.filter(|r| !(0.0..=1.0).contains(r)) {
            errors.push(PlanError::BadNullRate { rate, of: of.to_owned() });
        }
    };
    check_rate(request.spec.null_rate, "the run", &mut errors);
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
            check_rate(spec.null_rate, &format!("column `{name}.{column_name}`"), &mut errors);
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
    if errors.is_empty() { Ok(wishes) } else { Err(errors) }
}

/// The tables, their partitioned roots instead of partitions, and all that they refer to.
fn with_parents(schema: &Schema, wanted: Vec<TableId>) -> BTreeSet<TableId> {
    let mut included = BTreeSet::new();
    let mut open: Vec<TableId> = wanted.into_iter().map(|t| schema.partition_root(t)).collect();
    while let Some(table) = open.pop() {
        if included.insert(table) {
            open.extend(Relation::new(schema, table).references.iter().map(|fk| fk.parent));
        }
    }
    included
}

fn find_table(schema: &Schema, name: &str) -> Result<TableId, PlanError> {
    if let Some(id) = schema.table_named(name) {
        return Ok(schema.partition_root(id));
    }
    let bare: Vec<TableId> = schema
        .tables_indexed()
        .filter(|(_, t)| {
            t.name.name == name
                || t.name.to_string().eq_ignore_ascii_case(name)
                || t.name.name.eq_ignore_ascii_case(name)
        })
        .map(|(id, _)| id)
        .collect();
    match bare.as_slice() {
        [one] => Ok(schema.partition_root(*one)),
        [] => {
            let names: Vec<String> =
                schema.tables.iter().flat_map(|t| [t.name.to_string(), t.name.name.clone()]).collect();
            Err(PlanError::UnknownTable {
                name: name.to_owned(),
                similar: nearest(name, names.iter().map(String::as_str)),
            })
        }
        several => Err(PlanError::AmbiguousTable {
            name: name.to_owned(),
            candidates: several.iter().map(|t| format!("`{}`", schema[*t].name)).collect(),
        }),
    }
}

fn find_column(schema: &Schema, table: TableId, name: &str) -> Result<ColumnIdx, PlanError> {
    let t = &schema[table];
    t.column_named(name)
        .or_else(|| t.columns_indexed().find(|(_, c)| c.name.eq_ignore_ascii_case(name)).map(|(i, _)| i))
        .ok_or_else(|| PlanError::UnknownColumn {
            table: t.name.to_string(),
            column: name.to_owned(),
            similar: nearest(name, t.columns.iter().map(|c| c.name.as_str())),
            span: t.span,
        })
}

fn check_column_spec(
    schema: &Schema,
    table: TableId,
    column: ColumnIdx,
    spec: &ColumnSpec,
    catalog: &dyn Catalog,
) -> Vec<PlanError> {
    let t = &schema[table];
    let bad = |reason: String| PlanError::BadColumnSpec {
        table: t.name.to_string(),
        column: t[column].name.clone(),
        reason,
        span: t[column].span,
    };
    let mut errors = Vec::new();
    let ways = [spec.values.is_some(), spec.range.is_some(), spec.provider.is_some()];
    if ways.iter().filter(|w| **w).count() > 1 {
        errors.push(bad("`values`, `range` and `provider` exclude each other".to_owned()));
    }
    if spec.values.as_ref().is_some_and(Vec::is_empty) {
        errors.push(bad("`values` is empty".to_owned()));
    }
    if let Some(values) = &spec.values {
        let base = schema.base_type(&t[column].ty);
        let mut buffer = crate::units::empty_buffer(&crate::arrow_type(schema, &t[column].ty));
        for value in values {
            let (value, weight) = super::column::constant(value, base, schema);
            if !crate::units::push_value(&mut buffer, &value, base, schema) {
                errors.push(bad(format!(
                    "`{}` is no value of type {}",
                    shown(&value),
                    t[column].declared_type
                )));
            }
            if weight == 0 {
                errors.push(bad(format!("the weight of `{}` is 0, not at least 1", shown(&value))));
            }
        }
    }
    if ways.contains(&true)
        && Relation::new(schema, table).references.iter().any(|fk| fk.columns.contains(&column))
    {
        errors.push(bad("it is part of a foreign key, whose values are its parent's".to_owned()));
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

fn shown(value: &seedbed_sql_semantics::Value) -> String {
    use seedbed_sql_semantics::Value;
    match value {
        Value::Text(t) => t.clone(),
        Value::Integer(n) => n.to_string(),
        other => format!("{other:?}"),
    }
}
