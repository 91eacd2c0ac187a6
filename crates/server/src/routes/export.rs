//! Datasets as files.

use super::range::{Asked, asked};
use crate::error::ApiError;
use crate::request::{DatasetPath, Parameters};
use crate::state::{Shared, State as AppState};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use seedbed_service::{Export, ExportRequest, ServiceError};
use seedbed_store::{DatasetId, ExportFile};
use std::io::SeekFrom;
use std::ops::Range;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

/// When to ask again for a file that was waited for in vain.
const AGAIN: Duration = Duration::from_secs(10);

/// Bytes that are read from the file at a time.
const PIECE: usize = 64 << 10;

/// A dataset as a file
///
/// The file is made once and kept: who asks again, or asks for a part, gets bytes of the same file. Who asks first waits for
/// the job that writes it, for as long as a job may take; the job goes on for who asks again.
#[utoipa::path(get, path = "/api/datasets/{id}/export", operation_id = "exportDataset", tag = "datasets",
    params(
        ("id" = i64, Path, description = "The dataset", minimum = 0),
        ("format" = Option<String>, Query, description = "The format: csv when it is left out"),
        ("tables" = Option<Vec<String>>, Query, description = "Only these tables; several times, or with commas between them"),
        ("If-None-Match" = Option<String>, Header, description = "The tag of the file that the client has"),
        ("Range" = Option<String>, Header, description = "Only these bytes"),
        ("If-Range" = Option<String>, Header, description = "The tag of the file of which the client has a part"),
    ),
    responses(
        (status = 200, description = "The file", content(
            (Vec<u8> = "application/zip"), (Vec<u8> = "text/csv"), (Vec<u8> = "application/x-ndjson"),
            (Vec<u8> = "application/sql"), (Vec<u8> = "application/vnd.sqlite3"), (Vec<u8> = "application/vnd.apache.parquet"),
        ), headers(
            ("ETag" = String, description = "Equal for equal files only"),
            ("Content-Disposition" = String, description = "A name for the file"))),
        (status = 206, description = "A part of the file", content(
            (Vec<u8> = "application/zip"), (Vec<u8> = "text/csv"), (Vec<u8> = "application/x-ndjson"),
            (Vec<u8> = "application/sql"), (Vec<u8> = "application/vnd.sqlite3"), (Vec<u8> = "application/vnd.apache.parquet"),
        ), headers(("Content-Range" = String, description = "Which part"))),
        (status = 304, description = "The client has the file"),
        (status = 409, description = "The job that writes it was canceled"),
        (status = 416, description = "The file has no such bytes",
            headers(("Content-Range" = String, description = "Its length"))),
        (status = 422, description = "It can't be written in this format"),
        (status = 504, description = "It is not written yet, or the job that writes it took longer than it may",
            headers(("Retry-After" = u64, description = "Seconds to wait before asking again"))),
    ))]
pub(super) async fn export(
    State(state): State<Shared>,
    DatasetPath(id): DatasetPath,
    mut parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let format = parameters.text("format").unwrap_or_else(|| "csv".to_owned());
    let lists = parameters.all("tables");
    parameters.finish()?;
    let tables: Vec<String> =
        lists.iter().flat_map(|list| list.split(',')).filter(|t| !t.is_empty()).map(str::to_owned).collect();
    let tables = (!lists.is_empty()).then_some(tables);
    if tables.as_ref().is_some_and(Vec::is_empty) {
        return Err(ApiError::bad_request("invalid-parameter", "`tables`: it names no table"));
    }
    let request = ExportRequest { format, tables };
    let file = file(&state, id, request).await?;
    answer(file, &headers).await
}

/// The file. When a job has to write it first, this waits for the job.
async fn file(state: &AppState, id: DatasetId, request: ExportRequest) -> Result<ExportFile, ApiError> {
    let until = Instant::now() + state.job_time;
    // A file may be removed between its making and its opening, but hardly twice.
    for _ in 0..3 {
        let asked = request.clone();
        let job = match state.call(move |service| service.export_at_hand(id, &asked)).await? {
            Export::AtHand(file) => return Ok(file),
            Export::InTheMaking(job) => job,
        };
        let left = until.saturating_duration_since(Instant::now());
        let Some(record) = state.end_of(&job, left).await? else {
            return Err(not_yet("the file is not written yet"));
        };
        if let Some(failure) = record.error {
            return Err(ServiceError::Failed(Box::new(failure)).into());
        }
    }
    Err(not_yet("the file was removed again before it was read"))
}

fn not_yet(message: &str) -> ApiError {
    ApiError::new(StatusCode::GATEWAY_TIMEOUT, "timeout", message)
        .hint(Some("ask again in a while".to_owned()))
        .retry_after(Some(AGAIN))
}

async fn answer(file: ExportFile, headers: &HeaderMap) -> Result<Response, ApiError> {
    let tag = format!("\"{}\"", file.checksum);
    let length = file.bytes;
    let mut response = match asked(headers, length, &tag) {
        Asked::NotModified => StatusCode::NOT_MODIFIED.into_response(),
        Asked::Unsatisfiable => {
            let message = format!("the file has {length} bytes, and none of those that are asked for");
            let error = ApiError::new(StatusCode::RANGE_NOT_SATISFIABLE, "range", message);
            return Err(error.header(CONTENT_RANGE, value(&format!("bytes */{length}"))));
        }
        Asked::Whole => part(file, 0..length, StatusCode::OK).await?,
        Asked::Part(range) => {
            let content_range = value(&format!("bytes {}-{}/{length}", range.start, range.end - 1));
            let mut response = part(file, range, StatusCode::PARTIAL_CONTENT).await?;
            response.headers_mut().insert(CONTENT_RANGE, content_range);
            response
        }
    };
    response.headers_mut().insert(ETAG, value(&tag));
    response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // Kept by the client alone, and asked for again each time: a dataset has another file after its next version.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// Some bytes of the file. A read that fails breaks the connection off: half a file must not look like a whole one.
async fn part(file: ExportFile, range: Range<u64>, status: StatusCode) -> Result<Response, ApiError> {
    let length = range.end - range.start;
    let mut open = tokio::fs::File::from_std(file.file);
    open.seek(SeekFrom::Start(range.start)).await.map_err(|e| ApiError::internal(e.to_string()))?;
    let stream = ReaderStream::with_capacity(open.take(length), PIECE);
    let disposition = format!("attachment; filename=\"{}\"", safe_name(&file.file_name));
    let headers: [(HeaderName, HeaderValue); 3] = [
        (CONTENT_TYPE, value(&file.media_type)),
        (CONTENT_LENGTH, length.into()),
        (CONTENT_DISPOSITION, value(&disposition)),
    ];
    Ok((status, headers, Body::from_stream(stream)).into_response())
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// The store promises such a name; a header is no place to believe it.
fn safe_name(name: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    name.chars().map(safe).collect::<String>().trim_start_matches('.').to_owned()
}
