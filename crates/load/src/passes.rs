//! The passes of a load: again without what the server refused, until a pass is accepted whole.

use crate::blame::blamed;
use crate::outcome::outcomes;
use crate::pass::{LoadPass, PassEnd};
use crate::refusal::Refusal;
use crate::session::{Loading, Session};
use crate::waiting::Waiting;
use crate::{Aftermath, DatabaseTarget, LoadError, LoadNote, LoadObserver, LoadReport, Operation};
use seedbed_datagen_core::{Attempts, Existing, RunObserver, RunOptions, Shortfall};
use seedbed_load_plan::LoadPlan;
use seedbed_planner::PlanError;
use seedbed_rows::Plan;
use seedbed_schema_model::{QualifiedName, Schema, TableId};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// What to load, and where to.
#[derive(Clone, Copy, Debug)]
pub struct LoadRequest<'a> {
    /// The database.
    pub target: &'a DatabaseTarget,
    /// Its schema.
    pub schema: &'a Schema,
    /// The schema's source text, from which a new SQLite file is made.
    pub schema_sql: &'a str,
    /// How long to wait for another load into the same database to end, and for locks of other sessions.
    pub patience: Duration,
}

/// Makes a plan from what the target holds and from the tables that it refused: a
/// [`Request`](seedbed_datagen_core::Request)'s `existing` and `withheld`.
pub(crate) type Planner<'a> =
    dyn FnMut(&Existing, &BTreeMap<TableId, Shortfall>) -> Result<Plan, Vec<PlanError>> + 'a;

/// Loads a plan's rows in one transaction.
///
/// `plan_for` is asked for a plan once a pass, with what the target holds and the tables that get no rows because the
/// target refused them; both go into the plan's request. The observer is told when a table begins and after each batch, from
/// the start again in each pass; its token cancels the load at any moment, whatever it waits for. One load at a time goes
/// into a database: another one waits before it looks at what is there.
///
/// # Errors
/// See [`LoadError`]; [`LoadError::aftermath`] says what the target holds after one.
pub fn load(
    request: &LoadRequest<'_>,
    plan_for: &mut Planner<'_>,
    options: &RunOptions,
    observer: &mut dyn LoadObserver,
) -> Result<LoadReport, LoadError> {
    let (schema, target) = (request.schema.dialect, request.target.dialect());
    if schema != target {
        return Err(LoadError::DialectMismatch { schema, target });
    }
    let cancel = observer.cancel_token();
    let told = |error: LoadError| match error.aftermath() {
        // Whatever a statement says that was ended: it was ended on purpose.
        Aftermath::AsBefore if cancel.is_canceled() && !matches!(error, LoadError::Plan { .. }) => {
            LoadError::Canceled
        }
        _ => error,
    };
    let waiting = Waiting { patience: request.patience, cancel: &cancel };
    let mut tell = |note| observer.note(&note);
    let mut session = connect(request, waiting, &mut tell).map_err(told)?;
    session.lock(waiting, &mut tell).map_err(told)?;
    let loaded = run_passes(&mut *session, request, plan_for, options, observer).map_err(told);
    loaded.map_err(|error| {
        if error.aftermath() == Aftermath::Unknown {
            return error;
        }
        match session.give_up() {
            tables if tables.is_empty() => error,
            tables => LoadError::RowsStay { tables, source: Box::new(error) },
        }
    })
}

/// Loads into a target that nobody else loads into.
fn run_passes(
    session: &mut dyn Session,
    request: &LoadRequest<'_>,
    plan_for: &mut Planner<'_>,
    options: &RunOptions,
    observer: &mut dyn RunObserver,
) -> Result<LoadReport, LoadError> {
    let existing = session.existing(request.schema)?;
    let cancel = observer.cancel_token();
    let mut withheld = BTreeMap::new();
    let mut attempts: Option<Attempts> = None;
    let mut passes = 0;
    loop {
        let mut plan = plan_for(&existing, &withheld).map_err(|errors| LoadError::Plan { errors })?;
        if let Some(found) = &attempts {
            *plan.attempts_mut() = found.clone();
        }
        let missing = missing_tables(session, &plan, options)?;
        if !missing.is_empty() {
            withheld.extend(missing.into_iter().map(|table| (table, Shortfall::from(&Refusal::Missing))));
            continue;
        }
        let load = LoadPlan::of(&plan).with_not_transactional(&session.not_transactional(plan.schema()));
        passes += 1;
        session.begin(Loading { plan: &plan, load: &load, options, cancel: &cancel })?;
        let passed = LoadPass::new(&mut plan, &load, options, observer).run(session)?;
        match &passed.end {
            PassEnd::Accepted => {
                let counted = session.recount(plan.schema())?;
                cancel.check()?;
                session.commit(Loading { plan: &plan, load: &load, options, cancel: &cancel })?;
                let tables = outcomes(&plan, options.part, &existing, &withheld, &passed, counted.as_ref());
                return Ok(LoadReport { tables, passes, notes: session.notes(), plan });
            }
            PassEnd::Refused { refused, again } => {
                attempts = Some(plan.attempts().clone());
                session.rollback()?;
                let before = withheld.len();
                for (table, why) in blamed(&plan, &load, options.part, refused) {
                    withheld.entry(table).or_insert_with(|| (&why).into());
                }
                if withheld.len() == before && !again {
                    return Err(stuck(plan.schema(), refused));
                }
            }
        }
    }
}

/// Rows that nobody sent would be refused for ever.
fn stuck(schema: &Schema, refused: &BTreeMap<TableId, Refusal>) -> LoadError {
    let named = refused.iter().map(|(table, why)| (schema[*table].name.clone(), why.clone()));
    LoadError::server(Operation::LeaveOut)(RefusedWithoutRows(named.collect()))
}

/// What a target has against tables that got no rows.
#[derive(Debug)]
struct RefusedWithoutRows(Vec<(QualifiedName, Refusal)>);

impl std::error::Error for RefusedWithoutRows {}

impl fmt::Display for RefusedWithoutRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.0.iter().map(|(table, why)| format!("`{table}`: {why}"));
        f.write_str(&told.collect::<Vec<_>>().join("; "))
    }
}

#[cfg_attr(
    not(feature = "sqlite"),
    expect(unused_variables, reason = "only a file is waited for before it is there")
)]
fn connect(
    request: &LoadRequest<'_>,
    waiting: Waiting<'_>,
    tell: &mut dyn FnMut(LoadNote),
) -> Result<Box<dyn Session>, LoadError> {
    match request.target {
        #[cfg(feature = "sqlite")]
        DatabaseTarget::Sqlite { path } => {
            Ok(Box::new(crate::sqlite::open(path, request.schema_sql, waiting, tell)?))
        }
        #[cfg(feature = "postgres")]
        DatabaseTarget::Postgres(url) => Ok(Box::new(crate::postgres::connect(url, waiting)?)),
        #[cfg(feature = "mysql")]
        DatabaseTarget::MySql(url) => Ok(Box::new(crate::mysql::connect(url, waiting)?)),
        #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
        other => Err(LoadError::UnsupportedTarget { scheme: other.dialect().name().to_owned() }),
    }
}

/// The tables that should get rows and that the target lacks.
///
/// # Errors
/// When it lacks them all: then the schema has not been loaded into it.
fn missing_tables(
    session: &mut dyn Session,
    plan: &Plan,
    options: &RunOptions,
) -> Result<Vec<TableId>, LoadError> {
    let wanted: Vec<TableId> =
        plan.tables().iter().filter(|t| !options.part.rows(t.rows).is_empty()).map(|t| t.table).collect();
    let missing = session.missing(plan.schema(), &wanted)?;
    if missing.is_empty() || missing.len() < wanted.len() {
        return Ok(missing);
    }
    let tables = missing.into_iter().map(|t| plan.schema()[t].name.to_string()).collect();
    Err(LoadError::MissingTables { tables })
}
