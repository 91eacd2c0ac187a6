//! A service on a store for one command, and the dataset that the command is about.

use crate::advising;
use crate::args::StoreArgs;
use crate::exit::CommandError;
use crate::interrupt;
use crate::workers::queries;
use seedbed::datagen::CancelToken;
use seedbed_service::{Service, ServiceOptions};
use seedbed_store::{Dataset, DatasetFilter, DatasetId, JobId, JobRecord};
use seedbed_store_sqlite::SqliteStore;
use std::sync::Arc;
use std::time::Duration;

/// Longer than anybody waits.
const UNLIMITED: Duration = Duration::from_secs(365 * 24 * 3600);

/// A service on the store, without the limits of one that strangers ask.
///
/// # Errors
/// The store's.
pub(crate) fn service(args: &StoreArgs) -> Result<Service, CommandError> {
    Ok(Service::open(Arc::new(open(args)?), options())?)
}

/// A service that asks an advisor where one is configured, and whether one is.
///
/// # Errors
/// The store's; a configuration that is none.
pub(crate) fn advised_service(args: &StoreArgs) -> Result<(Service, bool), CommandError> {
    let config = advising::config()?;
    let advisor = advising::advisor(&config)?;
    let is_advised = advisor.is_some();
    let mut options = options();
    options.limits.ask_time = config.timeout;
    options.show_values = config.show_values;
    let store = Arc::new(open(args)?.with_queries(queries()?));
    Ok((Service::open_with(store, options, advisor)?, is_advised))
}

fn options() -> ServiceOptions {
    let mut options = ServiceOptions { max_jobs: 1, job_time: UNLIMITED, ..ServiceOptions::default() };
    let limits = &mut options.limits;
    (limits.page_rows, limits.table_rows, limits.job_rows) = (u64::MAX, u64::MAX, u64::MAX);
    (limits.ddl_bytes, limits.instruction_chars) = (usize::MAX, usize::MAX);
    (limits.tables, limits.edits) = (usize::MAX, usize::MAX);
    (limits.edit_bytes, limits.expression_chars) = (usize::MAX, usize::MAX);
    limits.query_time = UNLIMITED;
    options
}

/// The store that is meant.
///
/// # Errors
/// The store's.
pub(crate) fn open(args: &StoreArgs) -> Result<SqliteStore, CommandError> {
    Ok(SqliteStore::open(&args.store)?)
}

/// Time between two looks at whether somebody wants the job to end.
const LOOK: Duration = Duration::from_millis(100);

/// Waits for a job to its end. An interrupt cancels it.
///
/// # Errors
/// Why it failed.
pub(crate) fn ended(service: &Service, job: &JobId) -> Result<JobRecord, CommandError> {
    ended_unless(service, job, &interrupt::watch())
}

fn ended_unless(service: &Service, job: &JobId, cancel: &CancelToken) -> Result<JobRecord, CommandError> {
    let mut record = service.wait(job, LOOK)?;
    while !record.status.is_over() {
        if cancel.is_canceled() {
            service.cancel(job)?;
        }
        record = service.wait(job, LOOK)?;
    }
    match &record.error {
        Some(_) if cancel.is_canceled() => Err(CommandError::Interrupted),
        Some(failure) => Err(CommandError::failed(failure)),
        None => Ok(record),
    }
}

/// The dataset of a number, or the only one of a name.
pub(crate) fn named(service: &Service, name: &str) -> Result<Dataset, CommandError> {
    let all = service.datasets(&DatasetFilter::default())?.entries;
    if let Some(found) = name.parse().ok().and_then(|id| all.iter().find(|d| d.id == DatasetId(id))) {
        return Ok(found.clone());
    }
    let found: Vec<&Dataset> = all.iter().filter(|d| d.name == name).collect();
    let (message, hint) = match found[..] {
        [one] => return Ok(one.clone()),
        [] => (
            format!("there is no dataset `{name}`"),
            "`seedbed datasets list` shows those that there are".to_owned(),
        ),
        _ => {
            let numbers: Vec<String> = found.iter().map(|d| d.id.to_string()).collect();
            let hint = format!("say which by its number: {}", numbers.join(", "));
            (format!("{} datasets are called `{name}`", found.len()), hint)
        }
    };
    Err(CommandError::refused("unknown-dataset", message, Some(hint)))
}
