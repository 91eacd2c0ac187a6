//! The routes, a file for each subject.

mod answer;
mod datasets;
mod event_catalog;
mod export;
mod generate;
mod health;
mod idempotency;
mod job_events;
mod jobs;
mod listing;
mod metrics;
mod modify;
mod openapi;
mod page;
mod plan;
mod query;
mod range;
mod regenerate;
mod result;
mod router;
mod undo;
mod upload;
mod validation;
mod versions;
mod waiting;

pub(crate) use router::router;
