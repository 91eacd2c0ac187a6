//! Pages of strangers in a browser on this machine: what they may not do to a server that asks for no token.
//!
//! A page can send requests to 127.0.0.1 (and names its origin), and it can have its own name resolved to 127.0.0.1 (and
//! then that name is the host). With a token neither helps it, as a browser adds no token by itself.

use crate::error::ApiError;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use std::net::IpAddr;

/// Which names and origins a server without a token answers to.
#[derive(Clone, Debug, Default)]
pub(super) struct HostRules {
    pub(super) hosts: Vec<String>,
    pub(super) origins: Vec<String>,
}

impl HostRules {
    /// Refuses what a page of a stranger sends. `is_socket`: it opens a Socket.IO connection, which browsers let any page
    /// do.
    pub(super) fn check(
        &self,
        method: &Method,
        headers: &HeaderMap,
        is_socket: bool,
    ) -> Result<(), ApiError> {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        if let Some(host) = host.filter(|host| !self.is_ours(host)) {
            let hint = "name it in ALLOWED_HOSTS, or set API_TOKEN".to_owned();
            let message = format!("the server does not answer to the name `{}`", without_port(host));
            return Err(ApiError::new(StatusCode::FORBIDDEN, "host-not-allowed", message).hint(Some(hint)));
        }
        let changes = is_socket || !(method.is_safe());
        let Some(origin) = headers.get(ORIGIN).filter(|_| changes) else { return Ok(()) };
        let origin = origin.to_str().unwrap_or("");
        let is_own = origin.split_once("://").is_some_and(|(_, authority)| Some(authority) == host);
        if is_own || self.origins.iter().any(|allowed| allowed == "*" || allowed == origin) {
            return Ok(());
        }
        let message = "pages of this origin may not call the server";
        let hint = "name it in CORS_ORIGINS".to_owned();
        Err(ApiError::new(StatusCode::FORBIDDEN, "origin-not-allowed", message).hint(Some(hint)))
    }

    /// An address can't be made to lead elsewhere by whoever owns a name.
    fn is_ours(&self, host: &str) -> bool {
        let name = without_port(host);
        let is_address = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        is_address
            || name.eq_ignore_ascii_case("localhost")
            || self.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: Method, host: &str, origin: Option<&str>, is_socket: bool) -> Option<StatusCode> {
        let rules =
            HostRules { hosts: vec!["db.test".to_owned()], origins: vec!["https://app.test".to_owned()] };
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().expect("a header's value"));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().expect("a header's value"));
        }
        rules.check(&method, &headers, is_socket).err().map(|error| error.status())
    }

    #[test]
    fn names_that_may_have_been_rebound_are_refused() {
        for host in ["127.0.0.1:4000", "localhost", "localhost:1", "[::1]:4000", "DB.test:80"] {
            assert_eq!(status(Method::GET, host, None, false), None, "{host}");
        }
        for host in ["evil.test", "evil.test:4000", "localhost.evil.test", ""] {
            assert_eq!(status(Method::GET, host, None, false), Some(StatusCode::FORBIDDEN), "{host}");
        }
    }

    #[test]
    fn pages_of_others_change_nothing_and_open_no_socket() {
        let evil = Some("https://evil.test");
        assert_eq!(status(Method::POST, "localhost:4000", evil, false), Some(StatusCode::FORBIDDEN));
        assert_eq!(status(Method::POST, "localhost:4000", Some("null"), false), Some(StatusCode::FORBIDDEN));
        assert_eq!(status(Method::GET, "localhost:4000", evil, true), Some(StatusCode::FORBIDDEN));
        assert_eq!(status(Method::GET, "localhost:4000", evil, false), None, "what it reads it is not shown");
        assert_eq!(status(Method::POST, "localhost:4000", Some("http://localhost:4000"), false), None);
        assert_eq!(status(Method::POST, "localhost:4000", Some("https://app.test"), true), None);
    }
}
