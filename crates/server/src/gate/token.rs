//! The token that requests carry.

use crate::config::Secret;
use crate::error::ApiError;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};

/// The token that is asked for. Kept and compared as a digest: equal time for every guess, whatever its length.
#[derive(Clone, Debug)]
pub(crate) struct TokenCheck(blake3::Hash);

impl TokenCheck {
    pub(crate) fn new(token: &Secret) -> Self {
        Self(blake3::hash(token.reveal().as_bytes()))
    }

    /// Whether it is the token.
    pub(crate) fn accepts(&self, token: &str) -> bool {
        // Digests compare in constant time.
        blake3::hash(token.as_bytes()) == self.0
    }

    /// Whether a request carries it as `Authorization: Bearer`.
    pub(crate) fn is_carried_by(&self, headers: &HeaderMap) -> bool {
        let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let parts = value.and_then(|value| value.split_once(' '));
        parts.is_some_and(|(scheme, token)| {
            scheme.eq_ignore_ascii_case("bearer") && self.accepts(token.trim_start())
        })
    }
}

/// The answer to who carries no token, or another.
pub(crate) fn unauthorized(headers: &HeaderMap) -> ApiError {
    let challenge = match headers.contains_key(AUTHORIZATION) {
        true => r#"Bearer realm="seedbed", error="invalid_token""#,
        false => r#"Bearer realm="seedbed""#,
    };
    let hint = "send `Authorization: Bearer` with the server's API token".to_owned();
    ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", "the request carries no valid token")
        .hint(Some(hint))
        .header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_itself_is_accepted() {
        let check = TokenCheck::new(&Secret::new("0123456789abcdef").expect("a token"));
        let carried = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, value.parse().expect("a header's value"));
            check.is_carried_by(&headers)
        };
        assert!(carried("Bearer 0123456789abcdef") && carried("bearer  0123456789abcdef"));
        for other in
            ["Bearer", "Bearer ", "Basic 0123456789abcdef", "Bearer 0123456789abcde", "0123456789abcdef"]
        {
            assert!(!carried(other), "{other}");
        }
        assert!(!check.is_carried_by(&HeaderMap::new()));
    }
}
