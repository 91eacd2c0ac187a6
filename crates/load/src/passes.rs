//! The passes of a load: again without what the server refused, until a pass is accepted whole.

use crate::batches::with_batches;
use crate::session::{Attempt, Failure, Session, Settled};
use crate::{LoadError, LoadReport, TableOutcome, Target};
use seedbed_datagen_core::{
    Attempts, Batch, Existing, Part, Plan, PlanError, Progress, RunOptions, Shortfall, ShortfallCode,
    TablePlan,
};
use seedbed_schema_model::{Schema, TableId};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What to load, and where to.
#[derive(Clone, Copy, Debug)]
pub struct LoadRequest<'a> {
    /// The database.
    pub target: &'a Target,
    /// Its schema.
    pub schema: &'a Schema,
    /// The schema's source text, from which a new SQLite file is made.
    pub schema_sql: &'a str,
}

/// Makes a plan from what the target holds and from the tables that it refused: a
/// [`Request`](seedbed_datagen_core::Request)'s `existing` and `withheld`.
pub(crate) type Planner<'a> =
    dyn FnMut(&Existing, &BTreeMap<TableId, Shortfall>) -> Result<Plan, Vec<PlanError>> + 'a;

/// Loads a plan's rows in one transaction.
///
/// `plan_for` is asked for a plan once a pass, with what the target holds and the tables that get no rows because the
/// target refused them; both go into the plan's request. `progress` is called when a table begins and after each batch,
/// from the start again in each pass; returning false cancels the load.
///
/// # Errors
/// See [`LoadError`]. After an error the target is as it was.
pub fn load(
    request: &LoadRequest<'_>,
    plan_for: &mut Planner<'_>,
    options: &RunOptions,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<LoadReport, LoadError> {
    let (schema, target) = (request.schema.dialect, request.target.dialect());
    if schema != target {
        return Err(LoadError::DialectMismatch { schema, target });
    }
    let mut session = connect(request)?;
    let existing = session.existing(request.schema)?;
    let mut withheld = BTreeMap::new();
    let mut attempts: Option<Attempts> = None;
    let mut passes = 0;
    loop {
        passes += 1;
        let mut plan = plan_for(&existing, &withheld).map_err(|errors| LoadError::Plan { errors })?;
        if let Some(found) = attempts {
            *plan.attempts_mut() = found;
        }
        check_tables(&mut *session, &plan, options)?;
        session.begin(&plan)?;
        let mut pass = Pass {
            plan: &mut plan,
            options,
            refused: BTreeMap::new(),
            absent: BTreeSet::new(),
            rows: BTreeMap::new(),
            sent: Cell::new(0),
        };
        let again = pass.run(&mut *session, progress)?;
        let (refused, rows) = (pass.refused, pass.rows);
        if refused.is_empty() && !again {
            let counted = session.recount(plan.schema())?;
            session.commit(&plan)?;
            let tables = outcomes(&plan, options.part, &existing, &withheld, &rows, counted.as_ref());
            return Ok(LoadReport { tables, passes, notes: session.notes(), plan });
        }
        attempts = Some(plan.attempts().clone());
        session.rollback()?;
        let before = withheld.len();
        for (table, why) in &refused {
            withheld.entry(*table).or_insert_with(|| why.clone());
        }
        if withheld.len() == before && !again {
            return Err(stuck(plan.schema(), &refused));
        }
    }
}

/// Rows that nobody sent would be refused for ever.
fn stuck(schema: &Schema, refused: &BTreeMap<TableId, Shortfall>) -> LoadError {
    let told = refused.iter().map(|(table, why)| format!("`{}`: {}", schema[*table].name, why.reason));
    LoadError::Server {
        doing: "leaving out the tables that the target refuses".to_owned(),
        source: told.collect::<Vec<_>>().join("; ").into(),
    }
}

fn connect(request: &LoadRequest<'_>) -> Result<Box<dyn Session>, LoadError> {
    match request.target {
        #[cfg(feature = "sqlite")]
        Target::Sqlite { path } => Ok(Box::new(crate::sqlite::open(path, request.schema_sql)?)),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => Ok(Box::new(crate::postgres::connect(url, request.target)?)),
        #[cfg(feature = "mysql")]
        Target::MySql { url } => Ok(Box::new(crate::mysql::connect(url, request.target)?)),
        #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
        other => Err(LoadError::UnsupportedTarget { scheme: other.dialect().name().to_owned() }),
    }
}

fn check_tables(session: &mut dyn Session, plan: &Plan, options: &RunOptions) -> Result<(), LoadError> {
    let wanted: Vec<TableId> =
        plan.tables().iter().filter(|t| !options.part.rows(t.rows).is_empty()).map(|t| t.table).collect();
    let missing = session.missing(plan.schema(), &wanted)?;
    if missing.is_empty() {
        return Ok(());
    }
    let tables = missing.into_iter().map(|t| plan.schema()[t].name.to_string()).collect();
    Err(LoadError::MissingTables { tables })
}

/// One attempt at the whole plan.
struct Pass<'a> {
    plan: &'a mut Plan,
    options: &'a RunOptions,
    refused: BTreeMap<TableId, Shortfall>,
    /// Tables that are empty in this pass only because of a refusal.
    absent: BTreeSet<TableId>,
    /// Rows stored.
    rows: BTreeMap<TableId, u64>,
    /// Rows of the tables that have been sent, whatever became of them.
    sent: Cell<u64>,
}

impl Pass<'_> {
    /// Sends every table that can be sent, so that one pass finds as many refusals as it can. Returns whether the pass
    /// must be made again although nothing was refused.
    fn run(
        &mut self,
        session: &mut dyn Session,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<bool, LoadError> {
        let schema = Arc::clone(self.plan.schema());
        let (steps, last): (Vec<_>, Vec<_>) = self
            .steps(session)
            .into_iter()
            .partition(|step| step.iter().all(|t| session.takes_back(&schema, *t)));
        if self.send_all(session, steps, progress)? {
            return Ok(true);
        }
        if !self.refused.is_empty() {
            return Ok(false);
        }
        match session.settle(self.plan, &self.rows)? {
            Settled::Done => self.send_all(session, last, progress),
            Settled::Refused(refused) => {
                self.refused = refused;
                Ok(false)
            }
            Settled::Again => Ok(true),
        }
    }

    fn send_all(
        &mut self,
        session: &mut dyn Session,
        steps: Vec<Vec<TableId>>,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<bool, LoadError> {
        let mut again = false;
        for step in steps {
            if step.iter().any(|t| self.leans_on_absent(*t, &step)) {
                self.absent.extend(step);
                continue;
            }
            let (blamed, failure) = match self.take(session, &step, progress) {
                Ok(()) => continue,
                Err(failed) => failed,
            };
            self.absent.extend(step);
            match failure {
                Failure::Refused(why) => drop(self.refused.insert(blamed, why)),
                Failure::Again => again = true,
                Failure::Lost(error) => return Err(error),
            }
        }
        Ok(again)
    }

    /// The tables in load order, those that only hold together as one step.
    fn steps(&self, session: &dyn Session) -> Vec<Vec<TableId>> {
        let knots: &[Vec<TableId>] =
            if session.inserts_together() { &self.plan.load_order().together } else { &[] };
        let mut steps: Vec<Vec<TableId>> = Vec::new();
        for table in self.plan.tables().iter().map(|t| t.table) {
            let knot = knots.iter().find(|k| k.contains(&table));
            match steps.last_mut().filter(|step| knot.is_some_and(|k| k.contains(&step[0]))) {
                Some(step) => step.push(table),
                None => steps.push(vec![table]),
            }
        }
        steps
    }

    /// Sends the tables of a step. A failure comes with the table that is to blame.
    fn take(
        &mut self,
        session: &mut dyn Session,
        step: &[TableId],
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<(), (TableId, Failure)> {
        if let [table] = *step {
            let stored = self.send(session, table, progress, &mut |session, plan, table, batches| {
                session.insert(plan, table, batches)
            });
            let stored = match stored {
                Err(Failure::Refused(why)) => self.retry(session, table, why),
                other => other,
            };
            self.rows.insert(table, stored.map_err(|failure| (table, failure))?);
            return Ok(());
        }
        for table in step {
            let staged = self.send(session, *table, progress, &mut |session, plan, table, batches| {
                session.stage(plan, table, batches)
            });
            staged.map_err(|failure| (*table, failure))?;
        }
        self.rows.extend(session.insert_staged(self.plan, step)?);
        Ok(())
    }

    fn retry(&mut self, session: &mut dyn Session, table: TableId, why: Shortfall) -> Result<u64, Failure> {
        let Some(planned) = self.plan.table(table) else { return Err(Failure::Refused(why)) };
        let stored = session.retry(self.plan, planned, self.options.part.rows(planned.rows), why);
        for Attempt { table, row, attempt } in session.attempts() {
            self.plan.attempts_mut().set(table, row, attempt);
        }
        stored
    }

    /// Whether the table refers to one that is absent from this pass and not sent together with it: its rows would be
    /// refused for that alone.
    fn leans_on_absent(&self, table: TableId, together: &[TableId]) -> bool {
        let schema = self.plan.schema();
        let is_absent =
            |t: TableId| self.absent.contains(&t) || self.absent.contains(&schema.partition_root(t));
        schema[table].foreign_keys.iter().any(|fk| !together.contains(&fk.parent) && is_absent(fk.parent))
    }

    fn run_total(&self) -> u64 {
        let rows = self.plan.tables().iter().map(|table| self.options.part.rows(table.rows));
        rows.fold(0, |sum, rows| sum.saturating_add(rows.end.saturating_sub(rows.start)))
    }

    fn send(
        &self,
        session: &mut dyn Session,
        table: TableId,
        progress: &mut dyn FnMut(Progress) -> bool,
        take: &mut Taker<'_>,
    ) -> Result<u64, Failure> {
        let Some(table) = self.plan.table(table) else { return Ok(0) };
        let rows = self.options.part.rows(table.rows);
        let total = rows.end.saturating_sub(rows.start);
        let before = self.sent.get();
        let run_total = self.run_total();
        let mut tell = |delivered| {
            let run_delivered = before.saturating_add(delivered);
            progress(Progress { table: table.table, delivered, total, run_delivered, run_total })
        };
        self.sent.set(before.saturating_add(total));
        if !tell(0) {
            return Err(LoadError::Canceled.into());
        }
        if total == 0 {
            return Ok(0);
        }
        let mut delivered = 0;
        let mut canceled = false;
        let stored = with_batches(self.plan, table.table, rows, self.options, |batches| {
            let mut watched = batches.take_while(|batch: &Batch| {
                // Asked for the next batch, the server has taken the one before.
                canceled = delivered > 0 && !tell(delivered);
                delivered += batch.rows.num_rows() as u64;
                !canceled
            });
            take(session, self.plan, table, &mut watched)
        });
        if canceled || !tell(total) {
            return Err(LoadError::Canceled.into());
        }
        stored
    }
}

/// How a session takes the batches of a table.
type Taker<'a> = dyn FnMut(&mut dyn Session, &Plan, &TablePlan, &mut dyn Iterator<Item = Batch>) -> Result<u64, Failure>
    + 'a;

fn outcomes(
    plan: &Plan,
    part: Part,
    existing: &Existing,
    withheld: &BTreeMap<TableId, Shortfall>,
    stored: &BTreeMap<TableId, u64>,
    counted: Option<&BTreeMap<TableId, u64>>,
) -> BTreeMap<TableId, TableOutcome> {
    let schema = plan.schema();
    let tables = schema.tables_indexed().filter(|(_, t)| t.partition_of.is_none());
    tables
        .map(|(id, _)| {
            let sent = stored.get(&id).copied().unwrap_or(0);
            let rows = counted
                .and_then(|c| c.get(&id))
                .map_or(sent, |now| now.saturating_sub(existing.tables.get(&id).map_or(0, |e| e.rows)));
            (id, TableOutcome { rows, shortfall: shortfall(plan.table(id), part, withheld.get(&id), rows) })
        })
        .collect()
}

fn shortfall(
    planned: Option<&TablePlan>,
    part: Part,
    withheld: Option<&Shortfall>,
    rows: u64,
) -> Option<Shortfall> {
    let planned = planned?;
    if rows >= planned.asked {
        return None;
    }
    let known = withheld.or(planned.shortfall.as_ref()).cloned();
    known.or_else(|| {
        let share = part.rows(planned.rows);
        let sent = share.end.saturating_sub(share.start);
        let reason = format!("{sent} rows were accepted, of which a trigger kept {rows}");
        (rows < sent).then(|| Shortfall::new(ShortfallCode::Trigger, reason))
    })
}
