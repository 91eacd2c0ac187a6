//! Scripts that are handed in.

use super::answer::json;
use crate::bodies::{DialectName, shapes};
use crate::error::ApiError;
use crate::request::{Parameters, media_type, read_body};
use crate::state::{Shared, State as AppState};
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use futures_util::stream;
use multer::Multipart;
use seedbed_job::{Encoding, decode};
use seedbed_service::Upload;
use std::convert::Infallible;

/// The file of a form.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it only describes the form")]
struct UploadForm {
    /// A script: `.sql`, `.ddl` or `.txt`.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Hand a schema in
///
/// The schema is kept for a while under its `schemaId`; the same text has the same.
#[utoipa::path(post, path = "/api/upload", operation_id = "uploadSchema", tag = "schemas",
    params(
        ("dialect" = Option<DialectName>, Query, description = "The dialect; recognised when it is left out"),
        ("encoding" = Option<String>, Query, description = "The encoding of a script that is no UTF-8: `latin1`, `windows-1251`"),
    ),
    request_body(description = "A script, as the file of a form or by itself", content(
        (UploadForm = "multipart/form-data"),
        (String = "text/plain", example = "CREATE TABLE film (id int PRIMARY KEY, title text NOT NULL)"),
        (String = "application/sql"),
    )),
    responses((status = 200, description = "What is in it", body = shapes::UploadAnswer)))]
pub(super) async fn upload(
    State(state): State<Shared>,
    mut parameters: Parameters,
    request: Request,
) -> Result<Response, ApiError> {
    let names = DialectName::all();
    let dialect = parameters.one_of::<DialectName>("dialect", &names).map(|name| name.0);
    let encoding = parameters.one_of::<Encoding>("encoding", "the encodings of text");
    parameters.finish()?;
    let (name, bytes) = script(&state, request).await?;
    let text = text_of(&name, bytes, encoding)?;
    let upload = Upload { name, text, dialect };
    json(&state.call(move |service| service.upload(&upload)).await?)
}

/// The text of a script: UTF-8, in the encoding that is said, or UTF-16 by its mark. Nothing is guessed.
fn text_of(name: &str, bytes: Bytes, encoding: Option<Encoding>) -> Result<String, ApiError> {
    let is_marked = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if encoding.is_some() || is_marked {
        return Ok(decode(name, bytes.into(), encoding).0);
    }
    String::from_utf8(bytes.into()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = format!("the script is no UTF-8 from byte {at} on; `encoding` says what it is");
        ApiError::bad_request("invalid-utf-8", message)
    })
}

/// The script and its name.
async fn script(state: &AppState, request: Request) -> Result<(String, Bytes), ApiError> {
    let ty = media_type(request.headers());
    match ty.as_deref() {
        Some("multipart/form-data") => {
            let content_type = request.headers().get(CONTENT_TYPE).and_then(|ty| ty.to_str().ok());
            let boundary = multer::parse_boundary(content_type.unwrap_or_default()).map_err(malformed)?;
            only_file(read_body(state, request).await?, boundary).await
        }
        Some("text/plain" | "application/sql") => {
            Ok(("schema.sql".to_owned(), read_body(state, request).await?))
        }
        _ => {
            let message = "a script is sent as `multipart/form-data`, `text/plain` or `application/sql`";
            Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", message))
        }
    }
}

/// The one file of a form.
async fn only_file(body: Bytes, boundary: String) -> Result<(String, Bytes), ApiError> {
    let mut form = Multipart::new(stream::iter([Ok::<_, Infallible>(body)]), boundary);
    let mut found = None;
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        let Some(name) = field.file_name().map(file_name) else { continue };
        let name = name?;
        if found.replace((name, field.bytes().await.map_err(malformed)?)).is_some() {
            return Err(ApiError::bad_request("several-files", "the form has more than one file"));
        }
    }
    found.ok_or_else(|| ApiError::bad_request("file-missing", "the form has no file"))
}

/// The last part of a path, as problems show it: a browser may send more than a name.
fn file_name(sent: &str) -> Result<String, ApiError> {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    if ["sql", "ddl", "txt"].contains(&extension.as_str()) {
        return Ok(name);
    }
    let message = format!("`{name}` is neither a `.sql` nor a `.ddl` nor a `.txt`");
    Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-file", message))
}

fn malformed(error: multer::Error) -> ApiError {
    ApiError::bad_request("invalid-form", format!("the form can't be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_the_last_part_of_its_path() {
        for (sent, name) in [
            ("film.sql", "film.sql"),
            ("../../etc/film.SQL", "film.SQL"),
            ("C:\\films\\film.ddl", "film.ddl"),
            ("a\nb\0.txt", "ab.txt"),
        ] {
            assert_eq!(file_name(sent).ok().as_deref(), Some(name), "{sent}");
        }
        for sent in ["", "film", "film.exe", "film.sql/", "film.sql.zip"] {
            assert!(file_name(sent).is_err(), "{sent}");
        }
    }
}
