//! A server in this process, and what is asked of it.

use crate::fake_advisor::FakeAdvisor;
use crate::query_worker;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use seedbed_edit::Advisor;
use seedbed_server::{App, ServeConfig, ServeFlags};
use seedbed_service::Service;
use seedbed_store_sqlite::SqliteStore;
use serde_json::Value;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt;

pub(crate) const FILM: &str = "CREATE TABLE film (id integer PRIMARY KEY, title text NOT NULL, length integer \
    CHECK (length BETWEEN 40 AND 240));\nCREATE TABLE rental (id integer PRIMARY KEY, film_id integer NOT NULL \
    REFERENCES film(id));\n";

/// A server without connections.
pub(crate) struct Server {
    pub(crate) router: Router,
    pub(crate) service: Service,
    pub(crate) config: ServeConfig,
    _folder: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Holds that it is an error in the one shape, and gives its code.
    pub(crate) fn error(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        assert!(!self.header("x-request-id").is_empty(), "{self:?}");
        let body = self.json();
        assert!(body["error"]["message"].as_str().is_some_and(|m| !m.is_empty()), "{body}");
        body["error"]["code"].as_str().expect("a code").to_owned()
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text());
        self
    }
}

/// What a table `[server]` says; without a limit of the rate, unless it says one.
pub(crate) fn config(server: &str) -> ServeConfig {
    let text = format!("[server]\n{server}\n");
    let unlimited = |name: &str| name.ends_with("RATE_LIMIT").then(|| "0".to_owned());
    let environment = |name: &str| if server.contains("rate-limit") { None } else { unlimited(name) };
    ServeConfig::load(&ServeFlags::default(), environment, Some(("seedbed.toml", &text)))
        .expect("a configuration")
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::with("")
    }

    pub(crate) fn with(server: &str) -> Self {
        Self::of(server, None)
    }

    /// With an advisor that knows a few sentences.
    pub(crate) fn advised(server: &str) -> Self {
        Self::of(server, Some(Arc::new(FakeAdvisor)))
    }

    fn of(server: &str, advisor: Option<Arc<dyn Advisor>>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = config(server);
        let store = SqliteStore::open(&folder.path().join("store")).expect("a store");
        let store = store.with_queries(query_worker::pool());
        let service =
            Service::open_with(Arc::new(store), config.service_options(), advisor).expect("a service");
        let router = App::new(&config, service.clone()).router();
        Self { router, service, config, _folder: folder }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("it never fails");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path)).await
    }

    pub(crate) async fn method(&self, method: &str, path: &str) -> Answer {
        self.send(request(Method::from_bytes(method.as_bytes()).expect("a method"), path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(json_request(Method::POST, path, body.to_string())).await
    }

    /// A dataset of films, with 20 rows a table.
    pub(crate) async fn films(&self) -> i64 {
        let body = serde_json::json!({
            "ddl": FILM, "dialect": "postgres", "config": {"numRecords": 20, "seed": 7}, "saveName": "films",
        });
        let answer = self.post("/api/generate?wait=true", &body).await.ok();
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()["datasetId"].as_i64().expect("an id")
    }
}

pub(crate) fn request(method: Method, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).expect("a request")
}

pub(crate) fn json_request(method: Method, path: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    request.body(body.into()).expect("a request")
}

pub(crate) fn with_header(mut request: Request<Body>, name: &'static str, value: &str) -> Request<Body> {
    request.headers_mut().insert(name, value.parse().expect("a header's value"));
    request
}
