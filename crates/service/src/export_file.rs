//! Jobs that write a dataset into a file.

use crate::export_format::EXPORT_FORMATS;
use crate::live_job::LiveJob;
use crate::opened::Opened;
use crate::{ExportRequest, ServiceError, ServiceOptions};
use seedbed_store::{DatasetId, ExportKey, Store};
use std::sync::Arc;

/// A file to make.
#[derive(Debug)]
pub(crate) struct ExportTask {
    pub(crate) dataset: DatasetId,
    pub(crate) opened: Arc<Opened>,
    pub(crate) key: ExportKey,
}

/// What is asked for, with all names resolved: the same file whatever it was called.
///
/// # Errors
/// [`ServiceError::UnknownFormat`], [`ServiceError::UnknownTable`].
pub(crate) fn export_key(opened: &Opened, request: &ExportRequest) -> Result<ExportKey, ServiceError> {
    if !EXPORT_FORMATS.contains(&request.format.as_str()) {
        return Err(ServiceError::UnknownFormat(request.format.clone()));
    }
    let exact = |name: &String| Ok(opened.schema[opened.named(name)?].name.to_string());
    let tables = request
        .tables
        .as_ref()
        .map(|names| names.iter().map(exact).collect::<Result<Vec<_>, ServiceError>>());
    let mut tables = tables.transpose()?;
    if let Some(names) = &mut tables {
        names.sort_unstable();
        names.dedup();
    }
    Ok(ExportKey { version: opened.version.digest, format: request.format.clone(), tables })
}

impl ExportTask {
    pub(crate) fn run(&self, _: &dyn Store, _: &ServiceOptions, _: &LiveJob) -> Result<(), ServiceError> {
        Ok(())
    }
}
