//! From a request to a plan: all tables in load order, in rounds until no table's rows change.
//!
//! How many rows a table can have depends on its parents' rows, and where references form cycles, on those of tables
//! that come later in the order. A round plans every table by what the round before has found. Limits only ever fall,
//! so the rounds end: it is a descent to a fixed point, and each table's rows are at most what the last round allows.

use super::assembly::PlannedTable;
use super::demanded_references::with_demanded_references;
use super::demands::Demands;
use super::error::PlanError;
use super::later_values::LaterValues;
use super::left_as_is::{RowsForGood, rows_for_good};
use super::passes::plan_table;
use super::planning::Planning;
use super::probe::probe;
use super::referred::Referred;
use super::row_limit::RowLimit;
use super::table_context::{ParentRows, TableContext};
use super::undeclared::with_undeclared_references;
use super::wishes::{Wishes, resolve};
use super::{Plan, TablePlan, generated};
use seedbed_constraints::{Constraints, align, with_looked_up};
use seedbed_datagen_core::{Catalog, Counted, Request, Shortfall, ShortfallReason, arrow_type};
use seedbed_rows::explain::TableNote;
use seedbed_rows::{KnownCells, Program, Programs, empty_buffer};
use seedbed_schema_model::{LoadOrder, Schema, TableGraph, TableId};
use seedbed_sql_semantics::Work;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Plans a run: settles how many rows each table can have, and chooses every column's list and law.
///
/// Cost: a few microseconds for each column in each round, of which there are one or two in most schemas and at most
/// three more than tables; plus, for references that share columns, one pass over the rows of their parents, and for
/// sieves the evaluation of their proposals.
///
/// # Errors
/// Every reason why the plan can't be carried out, all at once.
pub fn plan(schema: Arc<Schema>, request: &Request, catalog: &dyn Catalog) -> Result<Plan, Vec<PlanError>> {
    // What can't be resolved is left out, so that all that is wrong with the rest is told together with it.
    let (schema, undeclared) = with_undeclared_references(&schema, &request.spec, catalog);
    let declared = schema;
    let looking = with_looked_up(&declared);
    let schema = with_demanded_references(&declared, &looking);
    let (mut wishes, mut errors) = resolve(&schema, request, catalog);
    errors.extend(undeclared);
    let RowsForGood { left, lookups } = rows_for_good(&schema, request, &wishes);
    wishes.lookups = lookups;
    let order = TableGraph::new(&schema).load_order();
    let tables: Vec<TableId> = order.tables.iter().copied().filter(|t| wishes.included.contains(t)).collect();
    let made_by = if Arc::ptr_eq(&schema, &declared) { looking } else { with_looked_up(&schema) };
    let mut constraints: BTreeMap<TableId, Constraints<'_>> =
        tables.iter().map(|t| (*t, Constraints::new(&made_by, *t))).collect();
    align(&made_by, &tables, &mut constraints, &|table| wishes.asked(table));
    let demands = Demands::of(&made_by, &constraints);
    let late = request.budget.late.clone();
    let work = Work::new(request.budget.steps).or_late(Some(Arc::new(move || late.is_canceled())));
    let run = Run {
        schema: &made_by,
        request,
        catalog,
        wishes: &wishes,
        constraints: &constraints,
        demands: &demands,
        referred: &Referred::of(&made_by),
        work: &work,
    };
    let withheld = request.withheld.iter().map(|(table, why)| (*table, RowLimit::known(0, why.clone())));
    let mut limits: BTreeMap<TableId, RowLimit> = left;
    limits.extend(foreign(&schema, &tables).chain(withheld));
    let mut round = Round::default();
    // Each round either lowers some table's rows or is the last; parents that come later in the order are taken from
    // the round before, so at least two rounds are made where references go backwards.
    let backwards = !order.broken.is_empty() || !order.unchecked.is_empty();
    let last = 3 + tables.len();
    for number in 1..=last {
        let before = rows_of(&limits);
        let later = if number < last { LaterValues::default() } else { LaterValues::hidden() };
        round = run.round(&tables, &mut limits, &round.programs, &later)?;
        if before == rows_of(&limits) && (number > 1 || !backwards) && later.hold(&round.programs) {
            break;
        }
    }
    let mut planned = tables_of(&schema, &tables, &wishes, &limits, &mut round, &mut errors);
    if errors.is_empty() {
        // What is only demanded says in which order tables are planned, not in which they are loaded: whoever knows the schema
        // alone finds the same order.
        let order =
            if Arc::ptr_eq(&schema, &declared) { order } else { TableGraph::new(&declared).load_order() };
        let place: BTreeMap<TableId, usize> =
            order.tables.iter().enumerate().map(|(at, table)| (*table, at)).collect();
        planned.sort_by_key(|planned| place.get(&planned.table).copied());
        Ok(whole([&schema, &made_by], request, order, planned, round.programs, &work))
    } else {
        Err(errors)
    }
}

/// Tables whose rows are another server's are left alone.
fn foreign<'s>(schema: &'s Schema, tables: &'s [TableId]) -> impl Iterator<Item = (TableId, RowLimit)> + 's {
    let foreign = tables.iter().filter(|table| schema[**table].options.foreign);
    foreign.map(|table| {
        let why = Shortfall::of(ShortfallReason::Foreign);
        (*table, RowLimit::known(0, Shortfall { span: Some(schema[*table].span), ..why }))
    })
}

/// The rows that limits leave, to see whether a round has changed them.
fn rows_of(limits: &BTreeMap<TableId, RowLimit>) -> BTreeMap<TableId, u64> {
    limits.iter().map(|(table, limit)| (*table, limit.rows)).collect()
}

/// What is the same in every round.
struct Run<'a> {
    schema: &'a Arc<Schema>,
    request: &'a Request,
    catalog: &'a dyn Catalog,
    wishes: &'a Wishes,
    constraints: &'a BTreeMap<TableId, Constraints<'a>>,
    demands: &'a Demands,
    referred: &'a Referred,
    /// What is left for tables that are still to be planned.
    work: &'a Work,
}

/// What one round makes.
#[derive(Default)]
struct Round {
    programs: Programs,
    /// What is told of each table, and the wishes of the spec that it can't meet.
    told: BTreeMap<TableId, (TableNote, Vec<PlanError>)>,
}

impl Run<'_> {
    /// Plans all tables in load order.
    ///
    /// # Errors
    /// [`PlanError::Canceled`] alone, as soon as the request is.
    fn round(
        &self,
        tables: &[TableId],
        limits: &mut BTreeMap<TableId, RowLimit>,
        earlier: &Programs,
        later: &LaterValues,
    ) -> Result<Round, Vec<PlanError>> {
        let mut round = Round::default();
        for table in tables {
            if self.request.cancel.is_canceled() {
                return Err(vec![PlanError::Canceled]);
            }
            let PlannedTable { mut program, note, errors } =
                self.table(*table, limits, (earlier, later), &round.programs);
            let existing = self.request.existing.tables.get(table);
            program.known =
                existing.and_then(|t| KnownCells::new(&t.known, self.schema, &self.schema[*table]));
            round.programs.insert(program);
            round.told.insert(*table, (note, errors));
        }
        // What is long looks by itself whether to go on, and leaves half a program behind if not.
        if self.request.cancel.is_canceled() { Err(vec![PlanError::Canceled]) } else { Ok(round) }
    }

    /// Plans a table with fewer and fewer rows, until they can be had.
    fn table(
        &self,
        table: TableId,
        limits: &mut BTreeMap<TableId, RowLimit>,
        (earlier, later): (&Programs, &LaterValues),
        programs: &Programs,
    ) -> PlannedTable {
        let name = self.schema[table].name.to_string();
        loop {
            let &Self { schema, request, catalog, wishes, constraints, demands, referred, work: whole } =
                self;
            let work = whole.share();
            let given = work.left();
            let seed = request.spec.seed.unwrap_or(0);
            let limits_now = &*limits;
            let planning = Planning {
                schema,
                request,
                catalog,
                seed,
                earlier,
                wishes,
                limits: limits_now,
                later,
                demands,
                referred,
                work: &work,
            };
            let rows = planning.expected_rows(table);
            let constraints = &constraints[&table];
            let parents = ParentRows::Made;
            let cx = TableContext { planning: &planning, programs, name: &name, constraints, rows, parents };
            let planned = plan_table(cx);
            whole.settle(given, &work);
            match planned {
                Ok(planned) => return planned,
                Err(limit) if limit.rows < rows && !request.cancel.is_canceled() => {
                    limits.insert(table, limit);
                }
                // No rows and still no way: an empty program stands for it.
                Err(_) => {
                    let columns = schema[table].columns.iter();
                    let buffers = columns.map(|c| empty_buffer(&arrow_type(schema, &c.ty))).collect();
                    let (program, note) = (Program::empty(table, buffers), TableNote::default());
                    return PlannedTable { program, note, errors: Vec::new() };
                }
            }
        }
    }
}

/// The tables' plans; what the spec asks in vain goes to `errors`.
fn tables_of(
    schema: &Schema,
    tables: &[TableId],
    wishes: &Wishes,
    limits: &BTreeMap<TableId, RowLimit>,
    round: &mut Round,
    errors: &mut Vec<PlanError>,
) -> Vec<TablePlan> {
    errors.extend(limits.values().filter_map(|limit| limit.spec_error.as_deref().cloned()));
    let limited: BTreeSet<String> = limits.keys().map(|t| schema[*t].name.to_string()).collect();
    let mut plans = Vec::new();
    for table in tables {
        let asked = wishes.asked(*table);
        let limit = limits.get(table).filter(|limit| limit.rows < asked);
        let shortfall = limit.map(|limit| advised((*limit.shortfall).clone(), asked, &limited));
        if let (Some(limit), Some(shortfall), Some(express)) =
            (limit.filter(|l| l.spec_error.is_none()), &shortfall, wishes.table_rows.get(table))
        {
            errors.push(PlanError::Capacity {
                table: schema[*table].name.to_string(),
                capacity: limit.rows,
                asked: *express,
                shortfall: Box::new(shortfall.clone()),
            });
        }
        let Some((note, wrong)) = round.told.remove(table) else { continue };
        errors.extend(wrong);
        let program = round.programs.get(*table);
        plans.push(TablePlan {
            table: *table,
            rows: program.map_or(0, |p| p.rows),
            asked,
            shortfall,
            columns: program.map(|p| p.emitted.clone()).unwrap_or_default(),
            generated: Vec::new(),
            note,
        });
    }
    plans
}

/// The plan, with what only its first rows can tell.
fn whole(
    [schema, made_by]: [&Arc<Schema>; 2],
    request: &Request,
    order: LoadOrder,
    tables: Vec<TablePlan>,
    programs: Programs,
    work: &Work,
) -> Plan {
    let mut plan = Plan {
        schema: Arc::clone(schema),
        made_by: Arc::clone(made_by),
        seed: request.spec.seed.unwrap_or(0),
        order,
        tables,
        programs,
        existing: request.existing.tables.iter().map(|(id, t)| (*id, t.rows)).collect(),
        existing_digest: request.existing.digest(schema),
        attempts: request.attempts.clone(),
    };
    probe(&mut plan, work);
    generated::settle(&mut plan);
    plan
}

/// The shortfall with what was asked at first, and how to get it: more rows of parents that can have more.
fn advised(mut shortfall: Shortfall, asked: u64, limited: &BTreeSet<String>) -> Shortfall {
    let Some(limit) = &mut shortfall.limit else { return shortfall };
    limit.asked = asked;
    let raises: Vec<String> = limit
        .factors
        .iter()
        .enumerate()
        .filter_map(|(i, factor)| match &factor.of {
            Counted::Rows(parent) if !limited.contains(parent) => {
                Some(format!("{} of `{parent}`", limit.enough(i)?))
            }
            _ => None,
        })
        .collect();
    if !raises.is_empty() {
        shortfall.hint = Some(format!("for {asked} rows ask for at least {}", raises.join(" or ")));
    }
    shortfall
}
