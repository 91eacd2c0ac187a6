//! Names of requests.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::Write;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A client's own names are taken up to this length.
const LONGEST: usize = 64;

/// Sets this run of the server apart from others in one log.
static RUN: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
static COUNT: AtomicU64 = AtomicU64::new(0);

/// The client's name for the request when it is short and plain, so that it may stand in a log; else a new one.
pub(super) fn request_id(headers: &HeaderMap) -> HeaderValue {
    match headers.get(X_REQUEST_ID) {
        Some(id) if is_plain(id.as_bytes()) => id.clone(),
        _ => new_id(),
    }
}

fn is_plain(id: &[u8]) -> bool {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=LONGEST).contains(&id.len()) && id.iter().all(plain)
}

fn new_id() -> HeaderValue {
    // Sixteen digits, a dash, and sixteen at most.
    let mut id = [0; 33];
    let mut rest = &mut id[..];
    let written = write!(rest, "{:016x}-{:x}", *RUN, COUNT.fetch_add(1, Ordering::Relaxed));
    let len = 33 - rest.len();
    let id = written.ok().and_then(|()| HeaderValue::from_bytes(&id[..len]).ok());
    id.unwrap_or(HeaderValue::from_static("unnamed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_plain_names_are_kept_and_others_replaced() {
        let taken = |id: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(X_REQUEST_ID, HeaderValue::from_bytes(id).expect("a header's value"));
            request_id(&headers)
        };
        assert_eq!(taken(b"order-7_a.b"), "order-7_a.b");
        for other in [&b"two words"[..], b"", &[b'a'; 65], b"\xff\xfe", b"<script>"] {
            let id = taken(other);
            assert!(id.as_bytes() != other && is_plain(id.as_bytes()), "{id:?}");
        }
        assert_ne!(request_id(&HeaderMap::new()), request_id(&HeaderMap::new()));
    }
}
