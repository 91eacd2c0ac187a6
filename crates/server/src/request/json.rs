//! Bodies in JSON.

use super::body::{media_type, read_body};
use crate::error::ApiError;
use crate::state::Shared;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::json;
use serde_path_to_error::Track;

/// A body in JSON.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Shared> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &Shared) -> Result<Self, ApiError> {
        let ty = media_type(request.headers());
        let is_json = ty.as_deref().is_some_and(|ty| {
            ty == "application/json" || (ty.starts_with("application/") && ty.ends_with("+json"))
        });
        if !is_json {
            return Err(not_json(ty.as_deref()));
        }
        let body = read_body(state, request).await?;
        let mut json = serde_json::Deserializer::from_slice(&body);
        let value = read(&mut json)?;
        json.end().map_err(|error| problem("", &error))?;
        Ok(Self(value))
    }
}

/// A value that is there already, as Socket.IO has it.
///
/// # Errors
/// 400, with the field.
pub(crate) fn read_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, ApiError> {
    read(value)
}

fn read<'de, T, D>(json: D) -> Result<T, ApiError>
where
    T: DeserializeOwned,
    D: serde::Deserializer<'de, Error = serde_json::Error>,
{
    let mut track = Track::new();
    let tracked = serde_path_to_error::Deserializer::new(json, &mut track);
    T::deserialize(tracked).map_err(|error| {
        let path = track.path().to_string();
        // What is no JSON at all has a line and a column, and no field.
        problem(if path == "." || !error.is_data() { "" } else { &path }, &error)
    })
}

fn not_json(found: Option<&str>) -> ApiError {
    let found = found.map_or("nothing says what the body is".to_owned(), |ty| format!("the body is `{ty}`"));
    let message = format!("{found}, and `application/json` is wanted");
    ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", message)
}

/// What is wrong, at which field, in which line and column.
fn problem(path: &str, error: &serde_json::Error) -> ApiError {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    let message = worded(text);
    let code = if error.is_data() { "invalid-field" } else { "invalid-json" };
    let mut detail = json!({ "message": message });
    if error.line() > 0 {
        detail["line"] = error.line().into();
        detail["column"] = error.column().into();
    }
    if !path.is_empty() {
        detail["path"] = path.into();
    }
    let message = if path.is_empty() { message } else { format!("`{path}`: {message}") };
    ApiError::bad_request(code, message).details(Some(json!([detail])))
}

/// The deserializer's words; where it speaks of Rust's types, ours.
fn worded(text: &str) -> String {
    let (found, wanted) = text.split_once(", expected ").unwrap_or((text, ""));
    let wanted = match wanted {
        "" => return text.to_owned(),
        _ if wanted.starts_with("struct ") || wanted.starts_with("internally tagged") => "an object",
        "a map" => "an object",
        "a sequence" => "an array",
        "f64" => "a number",
        "u64" | "u32" | "usize" => "a whole number from 0",
        "i64" => "a whole number",
        _ => wanted,
    };
    let found = found.replace("map", "object").replace("sequence", "array");
    format!("{found}, expected {wanted}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Whole;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is only read from JSON")]
    struct Wish {
        rows: Option<Whole>,
        inner: Option<Box<Wish>>,
    }

    fn message(json: &str) -> String {
        let mut json = serde_json::Deserializer::from_str(json);
        let error = read::<Wish, _>(&mut json).expect_err("it is wrong").into_body();
        error.error.message
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_in_no_words_of_rust() {
        assert_eq!(
            message(r#"{"inner": {"rwos": 1}}"#),
            "`inner.rwos`: unknown field `rwos`, expected `rows` or `inner`"
        );
        assert_eq!(
            message(r#"{"rows": -1}"#),
            "`rows`: invalid value: integer `-1`, expected a whole number from 0"
        );
        assert_eq!(
            message(r#"{"rows": 1.5}"#),
            "`rows`: invalid value: floating point `1.5`, expected a whole number from 0"
        );
        assert_eq!(message(r#"[]"#), "invalid length 0, expected an object");
        assert_eq!(message(r#"7"#), "invalid type: integer `7`, expected an object");
        assert_eq!(message(r#"{"rows": 1"#), "EOF while parsing an object");
    }

    #[test]
    fn depth_has_an_end() {
        let deep = format!("{}{}", r#"{"inner":"#.repeat(10_000), "null");
        assert!(message(&deep).contains("recursion limit"), "{}", message(&deep));
    }
}
