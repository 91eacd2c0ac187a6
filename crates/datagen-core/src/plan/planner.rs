//! From a request to a plan: rows first, then programs, until nothing changes.

use super::aligned::align;
use super::builder::{Built, Cap, TableBuilder};
use super::number::sequence_of;
use super::relation::Relation;
use super::undeclared::with_undeclared_references;
use super::wishes::{Wishes, resolve};
use super::{Explained, Plan, PlanError, Programs, TablePlan, generated};
use crate::known_cells::KnownCells;
use crate::{Attempts, Catalog, ColumnSpec, Counted, Limitation, Request, Shortfall};
use seedbed_schema_model::{ColumnIdx, LoadOrder, Schema, SequenceId, Table, TableGraph, TableId};
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

    /// Rows that a table holds already in the target.
    pub(super) fn existing_rows(&self, table: TableId) -> u64 {
        self.request.existing.tables.get(&table).map_or(0, |t| t.rows)
    }

    /// The tables that number rows from a sequence, by name.
    pub(super) fn sharers(&self, sequence: SequenceId) -> Vec<TableId> {
        let numbers = |t: &Table| t.columns.iter().any(|c| sequence_of(c) == Some(sequence));
        let tables = self.schema.tables_indexed().filter(|(_, t)| t.partition_of.is_none() && numbers(t));
        let mut sharers: Vec<TableId> = tables.map(|(id, _)| id).collect();
        sharers.sort_by_cached_key(|id| self.schema[*id].name.to_string());
        sharers
    }

    /// How many entities a table may show: enough that a table can grow without moving its rows.
    pub(super) fn entity_len(&self, rows: u64) -> u64 {
        [26, 32, 48].into_iter().map(|bits| 1_u64 << bits).find(|len| *len / 2 >= rows).unwrap_or(1 << 62)
    }
}

/// Plans a run.
pub(super) fn plan(
    schema: Arc<Schema>,
    request: &Request,
    catalog: &dyn Catalog,
) -> Result<Plan, Vec<PlanError>> {
    // What can't be resolved is left out, so that all that is wrong with the rest is told together with it.
    let (schema, errors) = with_undeclared_references(&schema, &request.spec, catalog);
    let (wishes, mut wrong) = resolve(&schema, request, catalog);
    wrong.extend(errors);
    let errors = wrong;
    let order = TableGraph::new(&schema).load_order();
    let tables: Vec<TableId> = order.tables.iter().copied().filter(|t| wishes.included.contains(t)).collect();
    let mut relations: BTreeMap<TableId, Relation<'_>> =
        tables.iter().map(|t| (*t, Relation::new(&schema, *t))).collect();
    align(&schema, &tables, &mut relations);
    let seed = request.spec.seed.unwrap_or(0);

    let mut caps: BTreeMap<TableId, Cap> = request
        .withheld
        .iter()
        .map(|(t, s)| {
            (*t, Cap { rows: 0, shortfall: Box::new(s.clone()), spec_error: None, numbered: false })
        })
        .collect();
    let mut earlier = Programs::default();
    // Each round either lowers some table's rows or is the last; parents that come later in the order are taken from
    // the round before, so at least two rounds are made where references go backwards.
    let backwards = !order.broken.is_empty() || !order.unchecked.is_empty();
    let most_rounds = 2 + tables.len();
    let mut round = 0;
    let built = loop {
        let before: BTreeMap<TableId, u64> = caps.iter().map(|(t, c)| (*t, c.rows)).collect();
        let mut programs = Programs::default();
        let mut built: BTreeMap<TableId, Built> = BTreeMap::new();
        for table in &tables {
            if request.cancel.is_canceled() {
                return Err(vec![PlanError::Canceled]);
            }
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
            let Built { mut program, notes, keys, limitations, memory, errors } = table_built;
            let existing = request.existing.tables.get(table);
            program.known = existing.and_then(|t| KnownCells::new(&t.known, &schema, &schema[*table]));
            programs.insert(program);
            let program = empty_program(*table);
            built.insert(*table, Built { program, notes, keys, limitations, memory, errors });
        }
        round += 1;
        let after: BTreeMap<TableId, u64> = caps.iter().map(|(t, c)| (*t, c.rows)).collect();
        earlier = programs;
        if (before == after && (round > 1 || !backwards)) || round > most_rounds {
            break built;
        }
    };
    let digest = request.existing.digest(&schema);
    let existing = request.existing.tables.iter().map(|(id, t)| (*id, t.rows)).collect();
    let attempts = request.attempts.clone();
    finish(schema, seed, order, tables, wishes, caps, earlier, built, existing, attempts, errors)
        .map(|plan| Plan { existing_digest: digest, ..plan })
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
        redraw: crate::redraw::Redraw::default(),
        sieve: None,
        known: None,
        first_row: BTreeMap::new(),
        emitted: Vec::new(),
        computed: Vec::new(),
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
        match TableBuilder::build(&planner, programs, relation, rows) {
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
    attempts: Attempts,
    mut errors: Vec<PlanError>,
) -> Result<Plan, Vec<PlanError>> {
    errors.extend(caps.values().filter_map(|c| c.spec_error.as_deref().cloned()));
    let capped: BTreeSet<String> = caps.keys().map(|t| schema[*t].name.to_string()).collect();
    let mut plans = Vec::new();
    for table in tables {
        let asked = wishes.asked(table);
        let cap = caps.get(&table).filter(|c| c.rows < asked);
        let shortfall = cap.map(|c| advised((*c.shortfall).clone(), asked, &capped));
        if let (Some(cap), Some(shortfall), Some(express)) =
            (cap.filter(|c| c.spec_error.is_none()), &shortfall, wishes.table_rows.get(&table))
        {
            errors.push(PlanError::Capacity {
                table: schema[table].name.to_string(),
                capacity: cap.rows,
                asked: *express,
                shortfall: Box::new(shortfall.clone()),
            });
        }
        let Some(parts) = built.remove(&table) else { continue };
        errors.extend(parts.errors);
        plans.push(TablePlan {
            table,
            rows: programs.get(table).map_or(0, |p| p.rows),
            asked,
            shortfall,
            columns: programs.get(table).map(|p| p.emitted.clone()).unwrap_or_default(),
            generated: Vec::new(),
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
    let mut plan =
        Plan { schema, seed, order, tables: plans, programs, existing, existing_digest: None, attempts };
    probe(&mut plan);
    generated::settle(&mut plan);
    Ok(plan)
}

/// The shortfall with what was asked at first, and how to get it: more rows of parents that can have more.
fn advised(mut shortfall: Shortfall, asked: u64, capped: &BTreeSet<String>) -> Shortfall {
    let Some(limit) = &mut shortfall.limit else { return shortfall };
    limit.asked = asked;
    let raises: Vec<String> = limit
        .factors
        .iter()
        .enumerate()
        .filter_map(|(i, factor)| match &factor.of {
            Counted::Rows(parent) if !capped.contains(parent) => {
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
