//! Who is let in.

use crate::server::{Server, request, with_header};
use axum::http::{Method, StatusCode};

const TOKEN: &str = "0123456789abcdef";

fn with_token() -> Server {
    Server::with("api-token = '0123456789abcdef'\ncors-origins = ['https://app.test']")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_asked_for_everywhere_but_where_probes_and_people_look() {
    let server = with_token();
    for path in [
        "/api/datasets",
        "/api/jobs",
        "/metrics",
        "/api/events",
        "/api/jobs/x/events",
        "/api/datasets/1/export",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.error(401), "unauthorized", "{path}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{answer:?}");
        let wrong = with_header(request(Method::GET, path), "authorization", "Bearer 0123456789abcdeg");
        let wrong = server.send(wrong).await;
        assert_eq!(wrong.error(401), "unauthorized");
        assert!(wrong.header("www-authenticate").contains("invalid_token"));
    }
    for path in ["/api/health", "/api/openapi.json", "/docs/"] {
        assert_eq!(server.get(path).await.status, StatusCode::OK, "{path}");
    }
    let right =
        with_header(request(Method::GET, "/api/datasets"), "authorization", &format!("Bearer {TOKEN}"));
    server.send(right).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_opens_the_events_of_one_job() {
    let server = with_token();
    let token = format!("Bearer {TOKEN}");
    let body = serde_json::json!({"ddl": "CREATE TABLE t (id int PRIMARY KEY)"}).to_string();
    let generate = crate::server::json_request(Method::POST, "/api/generate", body);
    let accepted = server.send(with_header(generate, "authorization", &token)).await.ok();
    let job = accepted.header("location").to_owned();
    let ticket = with_header(request(Method::POST, &format!("{job}/ticket")), "authorization", &token);
    let ticket = server.send(ticket).await.ok();
    assert_eq!(ticket.status, StatusCode::CREATED);
    let events = server.get(ticket.header("location")).await.ok();
    assert!(events.text().contains("generation:complete"), "{}", events.text());
    let text = ticket.json()["ticket"].as_str().expect("a ticket").to_owned();
    assert_eq!(server.get(&format!("/api/jobs/other/events?ticket={text}")).await.error(401), "unauthorized");
    assert_eq!(server.get(&format!("{job}?ticket={text}")).await.error(401), "unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_allowed_origins_may_read_and_others_may_not() {
    let server = with_token();
    let get = |origin: &'static str| {
        server.send(with_header(request(Method::GET, "/api/health"), "origin", origin))
    };
    let allowed = get("https://app.test").await;
    assert_eq!(allowed.header("access-control-allow-origin"), "https://app.test");
    assert!(allowed.header("access-control-expose-headers").contains("x-total-count"));
    assert_eq!(get("https://evil.test").await.header("access-control-allow-origin"), "");
    let preflight = |origin| {
        let request = with_header(request(Method::OPTIONS, "/api/generate"), "origin", origin);
        server.send(with_header(request, "access-control-request-method", "POST"))
    };
    let allowed = preflight("https://app.test").await;
    assert_eq!(allowed.status, StatusCode::NO_CONTENT);
    assert!(allowed.header("access-control-allow-headers").contains("idempotency-key"));
    assert!(!preflight("https://evil.test").await.status.is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_pages_of_strangers_change_nothing() {
    let server = Server::new();
    let rebound = with_header(request(Method::GET, "/api/datasets"), "host", "evil.test");
    assert_eq!(server.send(rebound).await.error(403), "host-not-allowed");
    let foreign = with_header(request(Method::DELETE, "/api/datasets/1"), "host", "localhost:4000");
    let foreign = with_header(foreign, "origin", "https://evil.test");
    assert_eq!(server.send(foreign).await.error(403), "origin-not-allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_tells_browsers_what_to_refuse() {
    let server = Server::new();
    for path in ["/api/health", "/nothing", "/api/datasets"] {
        let answer = server.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    }
    let page = server.get("/docs/").await.ok();
    assert!(page.header("content-security-policy").contains("script-src 'self'"), "{page:?}");
    assert!(!page.text().contains("http://") && !page.text().contains("https://"), "it loads from elsewhere");
}
