//! What triggers want of new rows: the conditions behind which they raise an error.
//!
//! Read are bodies that compare and look up: `IF (SELECT a FROM parent WHERE id = NEW.parent_id) <> NEW.a THEN RAISE`, values
//! that are selected into variables before, `NOT EXISTS`, `NOT FOUND`, counts of a row by its key; in PL/pgSQL, in MySQL's
//! compound statements and as SQLite's `SELECT RAISE(...) WHERE`. What else a body does is passed over. An error that is raised
//! in a way that is not read, such as inside of a loop, is left to the server.

mod assigned;
mod expression;
mod refused;
mod select;
mod statements;

use crate::catalog::SystemCatalog;
use seedbed_schema_model::{ColumnIdx, Expr, Guard, LookUp, TableId, Trigger, TriggerLevel, TriggerTiming};
use seedbed_sql_syntax::{Cursor, SourceText, tokens};
use std::cell::RefCell;

/// Reads bodies of triggers of one table.
pub(super) struct GuardReader<'c> {
    catalog: &'c SystemCatalog,
    /// The table whose new rows are looked at.
    table: TableId,
    /// Whether they run before the row is there.
    before: bool,
    /// The look-ups so far, by the numbers of their parameters.
    look_ups: RefCell<Vec<LookUp>>,
}

/// Fills in what the triggers of every table want of new rows, now that all tables, keys and functions are known.
pub fn settle_guards(catalog: &mut SystemCatalog) {
    for at in 0..catalog.drafts.len() {
        let table = TableId(at as u32);
        let guards = guards(catalog, table);
        for (trigger, guards) in catalog.schema[table].triggers.iter_mut().zip(guards) {
            trigger.guards = guards;
        }
    }
}

/// What the triggers of a table want of each of its new rows, in their order. What one of them asks of a column that
/// another one assigns to is left to the server.
fn guards(catalog: &SystemCatalog, table: TableId) -> Vec<Vec<Guard>> {
    let triggers = &catalog.schema[table].triggers;
    let assigned: Vec<Vec<ColumnIdx>> =
        triggers.iter().map(|trigger| assigned_by(catalog, table, trigger)).collect();
    let of_trigger = |(at, trigger): (usize, &Trigger)| {
        let others =
            assigned.iter().enumerate().filter(|(other, _)| *other != at).flat_map(|(_, columns)| columns);
        let others: Vec<ColumnIdx> = others.copied().collect();
        let reads = |guard: &Guard| {
            let looked_up = guard.look_ups.iter().flat_map(|look_up| look_up.columns.iter().copied());
            guard.condition.columns().into_iter().chain(looked_up).any(|c| others.contains(&c))
        };
        let mut guards = guards_of(catalog, table, trigger);
        guards.retain(|guard| !reads(guard));
        guards
    };
    triggers.iter().enumerate().map(of_trigger).collect()
}

/// Whether a trigger acts on each new row.
fn acts_on_rows(trigger: &Trigger) -> bool {
    !trigger.is_rule && trigger.level == TriggerLevel::Row && trigger.events.insert
}

/// The columns that a trigger assigns to before the row is there.
fn assigned_by(catalog: &SystemCatalog, table: TableId, trigger: &Trigger) -> Vec<ColumnIdx> {
    let reader = GuardReader { catalog, table, before: true, look_ups: RefCell::default() };
    let acts = acts_on_rows(trigger) && trigger.timing == TriggerTiming::Before;
    let Some(text) = reader.body(trigger).filter(|_| acts) else { return Vec::new() };
    let source = SourceText::new(&text, catalog.dialect());
    let tokens = tokens(source);
    let names = assigned::assigned(Cursor::new(source, &tokens));
    names.iter().filter_map(|name| catalog.column(table, name)).collect()
}

/// What one trigger wants.
fn guards_of(catalog: &SystemCatalog, table: TableId, trigger: &Trigger) -> Vec<Guard> {
    if !acts_on_rows(trigger) {
        return Vec::new();
    }
    let reader = GuardReader {
        catalog,
        table,
        before: trigger.timing == TriggerTiming::Before,
        look_ups: RefCell::default(),
    };
    let conditions = reader.conditions(trigger).unwrap_or_default();
    let look_ups = reader.look_ups.into_inner();
    let guard = |condition: Expr| guard(condition, &look_ups, trigger);
    conditions.into_iter().filter_map(guard).collect()
}

impl GuardReader<'_> {
    /// The conditions of which none may be false.
    fn conditions(&self, trigger: &Trigger) -> Option<Vec<Expr>> {
        let text = self.body(trigger)?;
        let source = SourceText::new(&text, self.catalog.dialect());
        let tokens = tokens(source);
        let cursor = Cursor::new(source, &tokens);
        let when = match &trigger.when {
            Some(when) => Some(self.when(when)?),
            None => None,
        };
        Some(refused::conditions(self.refusals(cursor, when)))
    }

    /// The statements of a trigger, or of the function that it executes.
    fn body(&self, trigger: &Trigger) -> Option<String> {
        let Some(function) = &trigger.function else {
            return self.catalog.draft(self.table).trigger_bodies.get(&trigger.name).cloned();
        };
        let is_meant =
            |name: &str| name == function || name.rsplit('.').next() == function.rsplit('.').next();
        let mut named = self.catalog.schema.functions.iter().filter(|f| is_meant(&f.name.to_string()));
        let found = named.next().filter(|f| f.language.as_deref() == Some("plpgsql"))?;
        // Of two that could be meant none is.
        let alone = named.next().is_none() || found.name.to_string() == *function;
        found.body.clone().filter(|_| alone)
    }

    /// The condition of `WHEN (...)`.
    fn when(&self, text: &str) -> Option<Expr> {
        let source = SourceText::new(text, self.catalog.dialect());
        let tokens = tokens(source);
        self.read(Cursor::new(source, &tokens), &statements::Variables::default(), None)
    }

    /// The number of a look-up.
    fn look_up(&self, look_up: LookUp) -> Expr {
        let mut known = self.look_ups.borrow_mut();
        let at = known.iter().position(|l| *l == look_up).unwrap_or_else(|| {
            known.push(look_up);
            known.len() - 1
        });
        Expr::Parameter(at as u16)
    }
}

/// A condition with its own look-ups, numbered from 0. `None` for one that says nothing of a row.
fn guard(mut condition: Expr, all: &[LookUp], trigger: &Trigger) -> Option<Guard> {
    let mut used: Vec<u16> = Vec::new();
    condition.walk(&mut |e| {
        if let Expr::Parameter(at) = e
            && !used.contains(at)
        {
            used.push(*at);
        }
    });
    if used.is_empty() && condition.columns().is_empty() {
        return None;
    }
    condition.substitute(&|e| match e {
        Expr::Parameter(at) => Some(Expr::Parameter(used.iter().position(|u| u == at)? as u16)),
        _ => None,
    });
    let look_ups = used.iter().filter_map(|at| all.get(usize::from(*at)).cloned()).collect();
    Some(Guard { condition, look_ups, span: trigger.span })
}
