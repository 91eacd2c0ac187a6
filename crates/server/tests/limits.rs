//! How often and how much.

use crate::server::{FILM, Server};
use axum::http::StatusCode;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_is_told_so_as_the_draft_has_it() {
    let server = Server::with("rate-limit = 2\ngeneration-rate-limit = 1");
    let first = server.get("/api/datasets").await.ok();
    assert_eq!(first.header("ratelimit-policy"), "\"requests\";q=2;w=60");
    assert_eq!(first.header("ratelimit"), "\"requests\";r=1;t=30");
    server.get("/api/datasets").await.ok();
    let third = server.get("/api/datasets").await;
    assert_eq!(third.error(429), "rate-limit");
    assert!(
        third.header("retry-after").parse::<u64>().is_ok_and(|wait| (1..=30).contains(&wait)),
        "{third:?}"
    );
    assert!(third.header("ratelimit").starts_with("\"requests\";r=0;t="), "{third:?}");
    for _ in 0..5 {
        server.get("/api/health").await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn generations_have_a_limit_of_their_own() {
    let server = Server::with("rate-limit = 60\ngeneration-rate-limit = 1");
    let body = json!({"ddl": FILM, "config": {"numRecords": 1}});
    let first = server.post("/api/generate", &body).await.ok();
    let policies: Vec<_> = first.headers.get_all("ratelimit-policy").iter().collect();
    assert_eq!(policies, ["\"requests\";q=60;w=60", "\"generation\";q=1;w=60"]);
    assert_eq!(server.post("/api/generate", &body).await.error(429), "rate-limit");
    server.get("/api/datasets").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_may_be_asked_for_is_refused_by_name() {
    let server = Server::with("max-table-rows = 100\nmax-job-rows = 150\nmax-instruction-chars = 10");
    let ask = |config| {
        let body = json!({"ddl": FILM, "config": config});
        let server = &server;
        async move { server.post("/api/generate", &body).await.error(400) }
    };
    assert_eq!(ask(json!({"numRecords": 101})).await, "row-limit");
    assert_eq!(ask(json!({"numRecords": 100})).await, "row-limit", "of both tables together");
    assert_eq!(ask(json!({"numRecords": 1.5})).await, "invalid-field");
    assert_eq!(ask(json!({"nullRate": 2})).await, "invalid-request");
    let long = json!({"ddl": FILM, "instructions": "make the films long"});
    assert_eq!(server.post("/api/generate", &long).await.error(400), "instructions-too-long");
    let clamped = json!({"ddl": FILM, "config": {"numRecords": 1, "temperature": 9, "topK": 0}});
    let notes = server.post("/api/generate", &clamped).await.ok().json()["notes"].clone();
    assert_eq!(notes.as_array().map(Vec::len), Some(2), "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_has_an_end() {
    let server = Server::with("max-concurrent-jobs = 1\nmax-queued-jobs = 1\nmax-table-rows = 1000000");
    let body = json!({"ddl": FILM, "config": {"numRecords": 300_000}});
    let mut refused = None;
    let mut jobs = Vec::new();
    for _ in 0..4 {
        let answer = server.post("/api/generate", &body).await;
        match answer.status.is_success() {
            true => jobs.push(answer.header("location").to_owned()),
            false => refused = Some(answer),
        }
    }
    let refused = refused.expect("four are more than fit");
    assert_eq!(refused.error(429), "queue-full");
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|wait| wait >= 1));
    for job in jobs {
        server.method("DELETE", &job).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_file_takes_no_place() {
    let server = Server::with("max-requests = 2\nmax-concurrent-jobs = 1\nmax-table-rows = 1000000");
    let id = server.films().await;
    let body = json!({"ddl": FILM, "config": {"numRecords": 500_000}});
    let job = server.post("/api/generate", &body).await.ok().header("location").to_owned();
    let export = async |turn: u64| {
        tokio::time::sleep(Duration::from_millis(turn * 100)).await;
        server.get(&format!("/api/datasets/{id}/export?format=csv")).await.ok()
    };
    let other = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let list = server.get("/api/datasets").await.ok();
        let files = server.get("/api/jobs?status=queued").await.ok();
        server.method("DELETE", &job).await.ok();
        (list.status, files.json().as_array().map(Vec::len))
    };
    let (first, second, third, other) = tokio::join!(export(0), export(1), export(2), other);
    assert_eq!(other, (StatusCode::OK, Some(1)), "one job writes the file, and it waits its turn");
    assert!(first.body == second.body && second.body == third.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_file_that_is_canceled_is_told() {
    let server = Server::with("max-concurrent-jobs = 1\nmax-table-rows = 1000000");
    let id = server.films().await;
    let body = json!({"ddl": FILM, "config": {"numRecords": 500_000}});
    let job = server.post("/api/generate", &body).await.ok().header("location").to_owned();
    let path = format!("/api/datasets/{id}/export?format=csv");
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let queued = server.get("/api/jobs?status=queued").await.ok().json();
        let export = queued[0]["jobId"].as_str().expect("the job that writes the file").to_owned();
        server.method("DELETE", &format!("/api/jobs/{export}")).await.ok();
    };
    let (answer, ()) = tokio::join!(server.get(&path), cancel);
    assert_eq!(answer.error(409), "canceled");
    server.method("DELETE", &job).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_there_for_prometheus() {
    let server = Server::new();
    server.films().await;
    server.get("/nothing").await;
    let text = server.get("/metrics").await.ok().text();
    for line in [
        "seedbed_jobs_ended_total{status=\"done\"} 1\n",
        "seedbed_rows_total 40\n",
        "seedbed_jobs_queued 0\n",
        "seedbed_http_request_duration_seconds_count{route=\"/api/generate\",method=\"POST\",status=\"200\"} 1\n",
        "seedbed_http_request_duration_seconds_count{route=\"none\",method=\"GET\",status=\"404\"} 1\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}
