//! Datasets as queued jobs: make, check, store, export. No HTTP is in it: this is the way for who embeds it, and
//! `seedbed-server` is a skin over it.
//!
//! - A [`Service`] stands on a [`Store`](seedbed_store::Store). What takes long is a job: [`Service::generate`],
//!   [`Service::regenerate`], [`Service::modify`], [`Service::undo`] and [`Service::export`] put one into the queue, up to
//!   [`ServiceOptions::max_jobs`] run at a time, each goes the one road of `seedbed-job`, and each can be
//!   [canceled](Service::cancel) at any moment.
//! - A [`Subscription`] is a place in the events of a job: those with a number last, and can be told again after any of them;
//!   those without are a look at rows while they are made. However slow a listener is, no job waits for it.
//! - Words are commands, as `docs/edits.md` has them, or sentences for an [advisor](Service::open_with), which makes edits and
//!   queries of them and never a row. Nothing is guessed: without an advisor a change in other words is refused with its
//!   places, and rows are made by the rules; a proposal goes through the checks that any request goes through, and what part an
//!   advisor had is told with everything that came of it.
//! - [`Service::versions`] is the line of a dataset's versions, with what led to each. A change begins with the version that the
//!   dataset is in when the job's turn comes, and once more when it has come into another meanwhile, unless the request names
//!   the version that it is for: no change is lost. One that changes nothing is told so, and makes no version.
//! - What is there is looked at by [`Service::page`], [`Service::dataset`], [`Service::validation`] and [`Service::query`].
//!
//! `examples/embed.rs` goes the way from a schema to a page of rows in forty lines.
//!
//! ```
//! # let folder = tempfile::tempdir()?;
//! use seedbed_service::{GenerateRequest, ModifyRequest, SchemaSource, Service, ServiceOptions};
//! use seedbed_store_sqlite::SqliteStore;
//! use std::{sync::Arc, time::Duration};
//! let service = Service::open(Arc::new(SqliteStore::open(folder.path())?), ServiceOptions::default())?;
//! let schema = SchemaSource::Ddl("CREATE TABLE film (id int PRIMARY KEY);".to_owned());
//! let job = service.generate(&GenerateRequest { schema, ..GenerateRequest::default() }, None)?.job_id;
//! let record = service.wait(&job, Duration::from_secs(60))?;
//! let id = record.dataset_id.ok_or("made")?;
//! assert_eq!(service.dataset(id)?.tables[0].rows, 100);
//!
//! let fewer = ModifyRequest { prompt: Some("rows film = 60".to_owned()), ..ModifyRequest::default() };
//! let record = service.wait(&service.modify(id, &fewer, None)?.job_id, Duration::from_secs(60))?;
//! assert_eq!(record.result.ok_or("changed")?["diff"]["public.film"]["removed"], 40);
//! service.wait(&service.undo(id, None, None)?.job_id, Duration::from_secs(60))?;
//! assert_eq!(service.dataset(id)?.tables[0].rows, 100);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ai_use;
mod ask_answer;
mod asked_rows;
mod config;
mod dataset_answer;
mod dataset_name;
mod edit_limits;
mod error;
mod error_kind;
mod event;
mod export_file;
mod export_format;
mod feed;
mod generation;
mod generation_request;
mod generation_wishes;
mod inner;
mod instructed_rows;
mod instructions;
mod live_job;
mod merged_report;
mod metrics;
mod modification;
mod modified;
mod modify_answer;
mod modify_event;
mod modify_request;
mod modify_watch;
mod opened;
mod options;
mod page;
mod plan_answer;
mod question;
mod queue;
mod record;
mod request;
mod samples;
mod saved_end;
mod saving;
mod service;
mod service_words;
mod undoing;
mod upload_answer;
mod watched_sink;

pub use ai_use::AiUse;
pub use ask_answer::AskAnswer;
pub use dataset_answer::{DatasetAnswer, DatasetColumn, DatasetTable};
pub use error::{Advised, ServiceError, TriedQuery};
pub use error_kind::ErrorKind;
pub use event::{Delivery, EventSchema, event_schemas};
pub use export_format::EXPORT_FORMATS;
pub use feed::Subscription;
pub use metrics::Metrics;
pub use modify_answer::{ModifyAnswer, RowCountChange};
pub use modify_request::{AskRequest, ModifyRequest};
pub use options::{RequestLimits, ServiceOptions};
pub use page::PageAnswer;
pub use plan_answer::PlanAnswer;
pub use request::{
    ExportRequest, GenerateConfig, GenerateRequest, IdempotencyKey, PageQuery, QueryRequest,
    RegenerateRequest, SchemaSource, Upload,
};
pub use saving::save_planned;
pub use service::{Accepted, Export, Service};
pub use upload_answer::{SchemaSummary, UploadAnswer};
