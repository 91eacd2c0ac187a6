//! Wishes in numbers: moved into their ranges, and made into those of a job.

use crate::{GenerateConfig, RequestLimits, ServiceError};
use seedbed_datagen_core::{Spec, resolve_table};
use seedbed_edit::Sampling;
use seedbed_job::Overrides;
use seedbed_schema_model::{Schema, TableId};
use std::collections::BTreeMap;

/// What a job may be asked for, and what of it was changed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wishes {
    pub(crate) overrides: Overrides,
    pub(crate) chunk_rows: usize,
    pub(crate) sampling: Sampling,
    /// What was asked for otherwise, as sentences.
    pub(crate) notes: Vec<String>,
}

impl Wishes {
    /// The wishes of a request.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for what can't be moved into its range.
    pub(crate) fn of(
        config: &GenerateConfig,
        chunk_rows: usize,
        limits: &RequestLimits,
    ) -> Result<Self, ServiceError> {
        let mut notes = Vec::new();
        if let Some(rate) = config.null_rate.filter(|rate| !(0.0..=1.0).contains(rate)) {
            return Err(ServiceError::Invalid(format!("`nullRate` is {rate}, which is not from 0 to 1")));
        }
        let sampling = Sampling { temperature: config.temperature, top_p: config.top_p, top_k: config.top_k };
        let sampling = clamped_sampling(sampling, &mut notes)?;
        let most = limits.chunk_rows.max(1);
        let chunk = match config.chunk_size {
            Some(size) => clamped("chunkSize", Some(size as f64), 1.0, most as f64, &mut notes)?
                .map_or(chunk_rows, |size| size as usize),
            None => chunk_rows.clamp(1, most),
        };
        let overrides = Overrides {
            rows: config.num_records,
            table_rows: config
                .per_table_row_counts
                .iter()
                .map(|(name, rows)| (name.clone(), *rows))
                .collect(),
            seed: config.seed,
            null_rate: config.null_rate,
            locale: config.locale.clone(),
            infer_references: false,
            only: None,
        };
        Ok(Self { overrides, chunk_rows: chunk, sampling, notes })
    }
}

/// How a language model may speak.
///
/// # Errors
/// [`ServiceError::Invalid`] for what is no number.
pub(crate) fn clamped_sampling(
    sampling: Sampling,
    notes: &mut Vec<String>,
) -> Result<Sampling, ServiceError> {
    let top_k = clamped("topK", sampling.top_k.map(|k| k as f64), 1.0, 100.0, notes)?;
    Ok(Sampling {
        temperature: clamped("temperature", sampling.temperature, 0.0, 2.0, notes)?,
        top_p: clamped("topP", sampling.top_p, 0.0, 1.0, notes)?,
        top_k: top_k.map(|k| k as i64),
    })
}

/// A number moved to the nearer end of its range.
fn clamped(
    name: &str,
    value: Option<f64>,
    least: f64,
    greatest: f64,
    notes: &mut Vec<String>,
) -> Result<Option<f64>, ServiceError> {
    let Some(value) = value else { return Ok(None) };
    if value.is_nan() {
        return Err(ServiceError::Invalid(format!("`{name}` is no number")));
    }
    let moved = value.clamp(least, greatest);
    if moved != value {
        notes
            .push(format!("`{name}` was {value}, and {moved} was taken: it goes from {least} to {greatest}"));
    }
    Ok(Some(moved))
}

/// Rows of a table that nothing is said of.
const USUAL_ROWS: u64 = 100;

/// Whether tables may have so many rows.
///
/// # Errors
/// [`ServiceError::RowLimit`].
pub(crate) fn check_counts(
    schema: &Schema,
    counts: &[(TableId, u64)],
    limits: &RequestLimits,
) -> Result<(), ServiceError> {
    if let Some((table, rows)) = counts.iter().find(|(_, rows)| *rows > limits.table_rows) {
        let table = Some(schema[*table].name.to_string());
        return Err(ServiceError::RowLimit { table, rows: *rows, limit: limits.table_rows });
    }
    check_all_rows(counts.iter().fold(0, |sum, (_, rows)| sum.saturating_add(*rows)), limits)
}

/// Whether all tables together may have so many rows.
///
/// # Errors
/// [`ServiceError::RowLimit`].
pub(crate) fn check_all_rows(rows: u64, limits: &RequestLimits) -> Result<(), ServiceError> {
    match rows > limits.job_rows {
        true => Err(ServiceError::RowLimit { table: None, rows, limit: limits.job_rows }),
        false => Ok(()),
    }
}

/// Whether so many rows may be asked for. It is looked at before a plan is made: a plan may have fewer, and never more.
///
/// # Errors
/// [`ServiceError::RowLimit`].
pub(crate) fn check_rows(schema: &Schema, spec: &Spec, limits: &RequestLimits) -> Result<(), ServiceError> {
    let wished: Vec<(TableId, u64)> = wished_rows(schema, spec).into_iter().collect();
    check_counts(schema, &wished, limits)
}

/// How many rows a spec asks for. A plan may have fewer, and never more.
pub(crate) fn wished_rows(schema: &Schema, spec: &Spec) -> BTreeMap<TableId, u64> {
    let named: BTreeMap<TableId, u64> = spec
        .tables
        .iter()
        .filter_map(|(name, wishes)| Some((resolve_table(schema, name).ok()?, wishes.rows?)))
        .collect();
    let tables = schema.tables_indexed().filter(|(_, table)| table.partition_of.is_none());
    tables.map(|(id, _)| (id, named.get(&id).copied().or(spec.rows).unwrap_or(USUAL_ROWS))).collect()
}
