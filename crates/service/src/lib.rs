//! Datasets as queued jobs: make, check, store, export. No HTTP is in it: this is the way for who embeds it.

mod config;
mod dataset_answer;
mod error;
mod error_kind;
mod event;
mod export_file;
mod export_format;
mod feed;
mod generation;
mod live_job;
mod metrics;
mod opened;
mod options;
mod page;
mod plan_answer;
mod queue;
mod request;
mod saving;
mod service;
mod upload_answer;
mod watched_sink;

pub use dataset_answer::{DatasetAnswer, DatasetColumn, DatasetTable};
pub use error::ServiceError;
pub use error_kind::ErrorKind;
pub use event::{Delivery, EventSchema, event_schemas};
pub use export_format::EXPORT_FORMATS;
pub use feed::Subscription;
pub use metrics::Metrics;
pub use options::{RequestLimits, ServiceOptions};
pub use page::PageAnswer;
pub use plan_answer::PlanAnswer;
pub use request::{
    ExportRequest, GenerateConfig, GenerateRequest, IdempotencyKey, PageQuery, QueryRequest,
    RegenerateRequest, SchemaSource, Upload,
};
pub use saving::save_planned;
pub use service::{Accepted, Service};
pub use upload_answer::{SchemaSummary, UploadAnswer};
