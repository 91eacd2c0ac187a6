//! The header `Idempotency-Key`.

use crate::error::ApiError;
use crate::gate::ClientAddress;
use crate::state::State;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName};
use seedbed_service::IdempotencyKey;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Characters of a key.
const LONGEST: usize = 255;

/// A request, and the key that it carries.
///
/// # Errors
/// 400 for what is no key.
pub(super) fn keyed(state: &State, request: Request) -> Result<(Option<IdempotencyKey>, Request), ApiError> {
    let (parts, body) = request.into_parts();
    let key = idempotency_key(&parts.headers, state.admission.client(&parts))?;
    Ok((key, Request::from_parts(parts, body)))
}

/// The key of a request, bare or in quotes. Keys of other clients are others.
///
/// # Errors
/// 400 for what is no key.
fn idempotency_key(headers: &HeaderMap, client: ClientAddress) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let key = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let is_key =
        (1..=LONGEST).contains(&key.len()) && key.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'"');
    if is_key {
        return Ok(Some(IdempotencyKey { caller: client.0.to_string(), key: key.to_owned() }));
    }
    let message = format!("`Idempotency-Key` is no key: 1 to {LONGEST} printable ASCII characters");
    Err(ApiError::bad_request("invalid-idempotency-key", message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use std::net::{IpAddr, Ipv4Addr};

    #[test]
    fn a_key_is_the_same_bare_and_in_quotes() {
        let key = |text: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(IDEMPOTENCY_KEY, HeaderValue::from_bytes(text).expect("a header's value"));
            let client = ClientAddress(IpAddr::V4(Ipv4Addr::LOCALHOST));
            idempotency_key(&headers, client).ok().flatten().map(|key| key.key)
        };
        assert_eq!(key(b"a-1").as_deref(), Some("a-1"));
        assert_eq!(key(b"\"a-1\"").as_deref(), Some("a-1"));
        for other in [&b""[..], b"\"\"", b"a\"b", b"\xff", &[b'a'; 256]] {
            assert_eq!(key(other), None, "{other:?}");
        }
    }
}
