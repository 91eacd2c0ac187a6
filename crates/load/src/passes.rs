//! The passes of a load: again without what the server refused, until a pass is accepted whole.

use crate::blame::blamed;
use crate::outcome::outcomes;
use crate::pass::{LoadPass, PassEnd};
use crate::refusal::Refusal;
use crate::session::{Loading, Session};
use crate::{DatabaseTarget, LoadError, LoadReport, Operation};
use seedbed_datagen_core::{Attempts, Existing, RunObserver, RunOptions, Shortfall};
use seedbed_load_plan::LoadPlan;
use seedbed_planner::PlanError;
use seedbed_rows::Plan;
use seedbed_schema_model::{QualifiedName, Schema, TableId};
use std::collections::BTreeMap;
use std::fmt;

/// What to load, and where to.
#[derive(Clone, Copy, Debug)]
pub struct LoadRequest<'a> {
    /// The database.
    pub target: &'a DatabaseTarget,
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
/// target refused them; both go into the plan's request. The observer is told when a table begins and after each batch, from
/// the start again in each pass; its token cancels the load at any moment, also while single rows are tried.
///
/// # Errors
/// See [`LoadError`]. After an error the target is as it was.
pub fn load(
    request: &LoadRequest<'_>,
    plan_for: &mut Planner<'_>,
    options: &RunOptions,
    observer: &mut dyn RunObserver,
) -> Result<LoadReport, LoadError> {
    let (schema, target) = (request.schema.dialect, request.target.dialect());
    if schema != target {
        return Err(LoadError::DialectMismatch { schema, target });
    }
    let mut session = connect(request)?;
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
        let missing = missing_tables(&mut *session, &plan, options)?;
        if !missing.is_empty() {
            withheld.extend(missing.into_iter().map(|table| (table, Shortfall::from(&Refusal::Missing))));
            continue;
        }
        let load = LoadPlan::of(&plan).with_not_transactional(&session.not_transactional(plan.schema()));
        passes += 1;
        session.begin(Loading { plan: &plan, load: &load, options, cancel: &cancel })?;
        let passed = LoadPass::new(&mut plan, &load, options, observer).run(&mut *session)?;
        match &passed.end {
            PassEnd::Accepted => {
                let counted = session.recount(plan.schema())?;
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

fn connect(request: &LoadRequest<'_>) -> Result<Box<dyn Session>, LoadError> {
    match request.target {
        #[cfg(feature = "sqlite")]
        DatabaseTarget::Sqlite { path } => Ok(Box::new(crate::sqlite::open(path, request.schema_sql)?)),
        #[cfg(feature = "postgres")]
        DatabaseTarget::Postgres { url } => Ok(Box::new(crate::postgres::connect(url, request.target)?)),
        #[cfg(feature = "mysql")]
        DatabaseTarget::MySql { url } => Ok(Box::new(crate::mysql::connect(url, request.target)?)),
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
