//! The body of an answer: as long as it may be, in time, and by its form.

use crate::answer::{Answer, Response};
use crate::error::GeminiError;
use crate::event_stream::EventStream;
use crate::repetition::repeats_itself;
use crate::secret_text::Redaction;
use crate::service_error;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// How deep JSON may be nested: Gemini's own is 8 levels deep, and 128 is where the parser ends.
const DEEPEST: usize = 64;
/// Bytes of an error that are read.
const LARGEST_ERROR: usize = 64 << 10;
/// How long an answer that says that it is complete may take to end.
const GRACE: Duration = Duration::from_secs(2);
/// Bytes of text after which repetition is looked for again.
const LOOK_EVERY: usize = 512;

/// Bounds of a body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Until its first byte.
    pub(crate) first_byte: Duration,
    /// Between two pieces.
    pub(crate) idle: Duration,
    /// Bytes, unpacked.
    pub(crate) bytes: usize,
}

/// Reads the answer that comes with status 200 into `answer`, which holds what came also when this fails.
pub(crate) async fn read_answer(
    response: reqwest::Response,
    bounds: Bounds,
    model: &str,
    redaction: &Redaction,
    answer: &mut Answer,
) -> Result<(), GeminiError> {
    let mut pieces =
        Pieces { response, bounds, wait: bounds.first_byte, left: bounds.bytes, whole: bounds.bytes };
    let mut stream = EventStream::default();
    let mut looked_at = answer.text.len();
    let mut broken = None;
    loop {
        let piece = match pieces.next(redaction).await {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err(error) => {
                broken = Some(error);
                break;
            }
        };
        for payload in stream.push(&piece) {
            take_payload(&payload, bounds.bytes, model, redaction, answer)?;
        }
        if answer.text.len() >= looked_at + LOOK_EVERY {
            looked_at = answer.text.len();
            if repeats_itself(&answer.text) {
                return Err(GeminiError::Repetition);
            }
        }
        if answer.finish.is_some() {
            pieces.wait = GRACE.min(bounds.idle);
        }
    }
    let (last, bare) = stream.finish();
    for payload in last.into_iter().chain((!bare.is_empty()).then_some(bare)) {
        let taken = take_payload(&payload, bounds.bytes, model, redaction, answer);
        // A piece that was cut cannot be read: why it was cut says more.
        taken.map_err(|error| broken.clone().unwrap_or(error))?;
    }
    match broken {
        // All that was to be said is said, and only the end of the connection is missing.
        Some(GeminiError::Timeout { .. } | GeminiError::Incomplete { .. }) if answer.finish.is_some() => {}
        Some(error) => return Err(error),
        None => {}
    }
    if repeats_itself(&answer.text) { Err(GeminiError::Repetition) } else { Ok(()) }
}

/// Reads the beginning of an error's body.
pub(crate) async fn read_error(
    response: reqwest::Response,
    bounds: Bounds,
    redaction: &Redaction,
) -> Result<Vec<u8>, GeminiError> {
    let mut body = Vec::new();
    let mut pieces = Pieces { response, bounds, wait: bounds.idle, left: bounds.bytes, whole: bounds.bytes };
    while body.len() < LARGEST_ERROR {
        match pieces.next(redaction).await? {
            Some(piece) => body.extend_from_slice(&piece),
            None => break,
        }
    }
    Ok(body)
}

/// JSON of strangers: within the depth, or none.
pub(crate) fn json_of(bytes: &[u8]) -> Option<Value> {
    if deepest(bytes) > DEEPEST { None } else { serde_json::from_slice(bytes).ok() }
}

fn take_payload(
    payload: &[u8],
    limit: usize,
    model: &str,
    redaction: &Redaction,
    answer: &mut Answer,
) -> Result<(), GeminiError> {
    // What other services end a stream with.
    if payload == b"[DONE]" {
        return Ok(());
    }
    if deepest(payload) > DEEPEST {
        return Err(GeminiError::TooLarge { limit });
    }
    if payload.trim_ascii_start().starts_with(b"<") {
        return Err(GeminiError::NotGemini { message: "a page of HTML".to_owned() });
    }
    let value: Value = serde_json::from_slice(payload)
        .map_err(|e| GeminiError::Malformed { message: redaction.message(&format!("its JSON: {e}")) })?;
    if service_error::error_of(&value).is_some() {
        return Err(service_error::meaning(200, Some(&value), model, redaction));
    }
    let responses = match value {
        Value::Array(items) => items,
        other => vec![other],
    };
    for response in responses {
        let response: Response = serde_json::from_value(response)
            .map_err(|e| GeminiError::Malformed { message: redaction.message(&format!("its frame: {e}")) })?;
        answer.take(response);
    }
    Ok(())
}

/// A body, piece by piece.
struct Pieces {
    response: reqwest::Response,
    bounds: Bounds,
    wait: Duration,
    left: usize,
    whole: usize,
}

impl Pieces {
    async fn next(&mut self, redaction: &Redaction) -> Result<Option<Vec<u8>>, GeminiError> {
        let phase = if self.left == self.whole { "its first byte" } else { "more of the answer" };
        let piece = timeout(self.wait, self.response.chunk())
            .await
            .map_err(|_| GeminiError::Timeout { phase })?
            .map_err(|e| GeminiError::Incomplete { message: redaction.message(&root_cause(&e)) })?;
        let Some(piece) = piece else { return Ok(None) };
        self.wait = self.bounds.idle;
        self.left =
            self.left.checked_sub(piece.len()).ok_or(GeminiError::TooLarge { limit: self.bounds.bytes })?;
        Ok(Some(piece.to_vec()))
    }
}

/// What lies below an error: what is above repeats the address.
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |e| e.source()).last().unwrap_or(error).to_string()
}

/// How deep brackets lie in each other, without a look at what else is wrong.
fn deepest(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_are_not_counted() {
        assert_eq!(deepest(br#"{"a": ["[[[[\"[[", {}]}"#), 3);
        assert_eq!(deepest(&b"[".repeat(10_000)), 10_000);
        assert_eq!(json_of(&b"[".repeat(10_000)), None);
    }
}
