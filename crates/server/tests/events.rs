//! What is told of jobs over Server-Sent Events.

use crate::server::{FILM, Server, request, with_header};
use axum::http::{Method, StatusCode};
use serde_json::json;

/// A job that makes films.
async fn job(server: &Server) -> String {
    let body = json!({"ddl": FILM, "config": {"numRecords": 20}});
    server.post("/api/generate", &body).await.ok().header("location").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_told_to_the_end_and_from_any_of_them_on() {
    let server = Server::new();
    let job = job(&server).await;
    let all = server.get(&format!("{job}/events")).await.ok();
    assert_eq!(all.header("content-type"), "text/event-stream");
    assert_eq!((all.header("cache-control"), all.header("x-accel-buffering")), ("no-store", "no"));
    let text = all.text();
    assert!(text.starts_with("retry: 2000\n\n"), "{text}");
    let events: Vec<&str> = text.split("\n\n").filter(|event| event.contains("event: ")).collect();
    assert!(events.first().is_some_and(|e| e.contains("event: generation:start")), "{text}");
    assert!(events.last().is_some_and(|e| e.contains("event: generation:complete")), "{text}");
    for event in &events {
        let is_passing = event.contains(":progress");
        assert_eq!(event.lines().any(|line| line.starts_with("id:")), !is_passing, "{event}");
    }
    let ids: Vec<u64> = text.lines().filter_map(|l| l.strip_prefix("id: ")?.parse().ok()).collect();
    assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>());

    let last = ids.len().to_string();
    let seen = with_header(request(Method::GET, &format!("{job}/events")), "last-event-id", &last);
    assert_eq!(server.send(seen).await.status, StatusCode::NO_CONTENT);
    let rest = server.get(&format!("{job}/events?lastEventId={}", ids.len() - 1)).await.ok().text();
    assert_eq!(rest.matches("event: ").count(), 1, "{rest}");
    let unknown = server.get(&format!("{job}/events?lastEventId=nonsense")).await.ok().text();
    assert!(unknown.contains("event: snapshot"), "{unknown}");
    assert_eq!(server.get("/api/jobs/none/events").await.error(404), "unknown-job");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_that_is_told_is_in_the_catalog() {
    let server = Server::new();
    let catalog = server.get("/api/events").await.ok().json();
    let names: Vec<&str> =
        catalog["events"].as_array().expect("a list").iter().filter_map(|e| e["name"].as_str()).collect();
    let text = server.get(&format!("{}/events", job(&server).await)).await.ok().text();
    for name in text.lines().filter_map(|line| line.strip_prefix("event: ")) {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_canceled_ends_so_and_one_that_is_over_stays_as_it_is() {
    let server = Server::with("max-table-rows = 1000000");
    let body = json!({"ddl": FILM, "config": {"numRecords": 400_000}});
    let job = server.post("/api/generate", &body).await.ok().header("location").to_owned();
    let canceled = server.method("DELETE", &job).await;
    assert_eq!(canceled.status, StatusCode::ACCEPTED, "{}", canceled.text());
    let text = server.get(&format!("{job}/events")).await.ok().text();
    assert!(text.contains("event: generation:canceled"), "{text}");
    let again = server.method("DELETE", &job).await;
    assert_eq!((again.status, &again.json()["status"]), (StatusCode::OK, &json!("canceled")));
    assert_eq!(server.get("/api/datasets").await.ok().json(), json!([]));
    assert_eq!(server.get("/api/jobs?status=canceled").await.ok().header("x-total-count"), "1");
}
