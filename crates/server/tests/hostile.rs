//! Requests that mean no good.

use crate::server::{FILM, Server, json_request, request, with_header};
use axum::body::{Body, Bytes};
use axum::http::{Method, Request};
use futures_util::stream;
use serde_json::json;
use std::convert::Infallible;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn names_become_no_sql() {
    let server = Server::new();
    let id = server.films().await;
    let path = format!("/api/datasets/{id}/tables/film");
    for bad in ["id%22;DROP%20TABLE%20film;--", "id)%20OR%201=1", "%27", "id:desc;SELECT"] {
        let answer = server.get(&format!("{path}?order={bad}")).await;
        assert_eq!(answer.error(400), "invalid-request", "{bad}: {}", answer.text());
        let answer = server.get(&format!("{path}?filter={bad}:eq:1")).await;
        assert_eq!(answer.status.as_u16(), 400, "{bad}: {}", answer.text());
    }
    let all = server.get(&format!("{path}?filter=title:eq:%27%20OR%20%271%27=%271")).await.ok();
    assert_eq!(all.json()["total"], 0);
    let answer = server.get(&format!("/api/datasets/{id}/tables/film%22;DROP%20TABLE%20film")).await;
    assert_eq!(answer.status.as_u16(), 404, "{}", answer.text());
    let saved = json!({"ddl": FILM, "saveName": "'; DROP TABLE dataset; --", "config": {"numRecords": 1}});
    server.post("/api/generate?wait=true", &saved).await.ok();
    assert_eq!(server.get("/api/datasets?name=%27;%20DROP").await.ok().header("x-total-count"), "1");
    for sql in
        ["DELETE FROM film", "PRAGMA journal_mode", "ATTACH 'x' AS y", "SELECT 1; DELETE FROM film", "VACUUM"]
    {
        let answer = server.post(&format!("/api/datasets/{id}/query"), &json!({ "sql": sql })).await;
        assert!(answer.status.is_client_error(), "{sql}: {}", answer.text());
    }
    assert_eq!(server.get(&path).await.ok().json()["total"], 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_lead_nowhere_else() {
    let server = Server::new();
    for path in [
        "/api/datasets/..%2F..%2Fetc%2Fpasswd",
        "/api/datasets/-1",
        "/api/datasets/1e3",
        "/api/datasets/99999999999999999999",
        "/api/datasets/1%00",
        "/api/datasets/%2e%2e/export",
    ] {
        assert_eq!(server.get(path).await.error(400), "invalid-id", "{path}");
    }
    for path in ["/api/jobs/..%2F..%2Fetc", "/api/jobs/%00", "/api/jobs/'%20OR%201=1"] {
        assert_eq!(server.get(path).await.error(404), "unknown-job", "{path}");
    }
    assert_eq!(server.get("/api/jobs/%ff%fe").await.error(400), "invalid-path");
    for path in
        ["/docs/../../etc/passwd", "/docs/..%2f..%2fetc%2fpasswd", "/api/../etc/passwd", "//etc/passwd"]
    {
        assert_eq!(server.get(path).await.status.as_u16(), 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_that_a_route_does_not_have_are_told_which_it_has() {
    let server = Server::new();
    for method in ["TRACE", "PUT", "BREW", "PATCH", "OPTIONS", "DELETE"] {
        for (path, allowed) in [("/api/datasets", "GET,HEAD"), ("/api/generate", "POST")] {
            let answer = server.method(method, path).await;
            assert_eq!(answer.error(405), "wrong-method", "{method} {path}");
            assert_eq!(answer.header("allow"), allowed, "{method} {path}");
        }
    }
    let answer = server.method("TRACE", "/api/datasets/1").await;
    assert_eq!(answer.error(405), "wrong-method");
    for method in ["GET", "PATCH", "DELETE"] {
        assert!(answer.header("allow").contains(method), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_none_are_told_where() {
    let server = Server::new();
    let send = |body: Vec<u8>| server.send(json_request(Method::POST, "/api/generate", body));
    assert_eq!(send(b"{\"ddl\": ".to_vec()).await.error(400), "invalid-json");
    assert_eq!(send(Vec::new()).await.error(400), "invalid-json");
    assert_eq!(send(b"{\"ddl\": \"\xff\"}".to_vec()).await.error(400), "invalid-json");
    assert_eq!(send(b"{\"ddl\": \"x\"} {}".to_vec()).await.error(400), "invalid-json");
    let deep = "[".repeat(100_000);
    assert_eq!(send(format!("{{\"spec\": {deep}").into_bytes()).await.status.as_u16(), 400);
    let unknown = send(br#"{"ddl": "x", "config": {"numRecord": 5}}"#.to_vec()).await;
    assert_eq!(unknown.error(400), "invalid-field");
    assert_eq!(unknown.json()["error"]["details"][0]["path"], "config.numRecord");
    for number in ["1e400", "-1", "99999999999999999999999999", "1.5", "\"5\"", "true"] {
        let answer = send(format!(r#"{{"ddl": "x", "config": {{"seed": {number}}}}}"#).into_bytes()).await;
        assert_eq!(answer.status.as_u16(), 400, "{number}: {}", answer.text());
    }
    let plain = Request::post("/api/generate").header("content-type", "text/plain").body(Body::from("{}"));
    assert_eq!(server.send(plain.expect("a request")).await.error(415), "unsupported-media-type");
    let none = Request::post("/api/upload").body(Body::from("CREATE TABLE t (id int)"));
    assert_eq!(server.send(none.expect("a request")).await.error(415), "unsupported-media-type");
    assert_eq!(send(b"{}".to_vec()).await.error(400), "schema-missing");
    let same = json_request(Method::PATCH, "/api/datasets/1", r#"{"name": null}"#);
    assert_eq!(server.send(same).await.error(400), "nothing-to-change");
    assert_eq!(server.get("/api/datasets?limt=1").await.error(400), "unknown-parameter");
    assert_eq!(server.get("/api/datasets?limit=1&limit=2").await.error(400), "invalid-parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_100_mb_is_refused_before_it_is_read() {
    let server = Server::new();
    let told = with_header(
        json_request(Method::POST, "/api/generate", Body::empty()),
        "content-length",
        "104857600",
    );
    assert_eq!(server.send(told).await.error(413), "body-too-large");
    let piece = Bytes::from(vec![b' '; 64 << 10]);
    let endless = stream::iter((0..1_600).map(move |_| Ok::<_, Infallible>(piece.clone())));
    let untold = json_request(Method::POST, "/api/upload", Body::from_stream(endless));
    let untold = with_header(untold, "content-type", "text/plain");
    assert_eq!(server.send(untold).await.error(413), "body-too-large");
    let script = format!("-- {}\n{FILM}", "x".repeat(2 << 20));
    assert_eq!(server.post("/api/plan", &json!({ "ddl": script })).await.error(413), "ddl-too-long");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let server = Server::with("body-timeout = '100ms'");
    let slow = json_request(
        Method::POST,
        "/api/generate",
        Body::from_stream(stream::pending::<Result<Bytes, Infallible>>()),
    );
    let start = Instant::now();
    let answer = server.send(slow).await;
    assert_eq!(answer.error(408), "body-too-slow");
    assert_eq!(answer.header("connection"), "close");
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_carry_nothing_into_answers() {
    let server = Server::new();
    let id = server.films().await;
    let bad = with_header(request(Method::GET, "/api/health"), "x-request-id", "a b; Set-Cookie: x=1");
    assert!(!server.send(bad).await.header("x-request-id").contains(' '));
    let own = with_header(request(Method::GET, "/nothing"), "x-request-id", "order-7");
    assert_eq!(server.send(own).await.header("x-request-id"), "order-7");
    for format in ["csv%0d%0aSet-Cookie:%20x=1", "../../etc/passwd", "csv%00"] {
        let answer = server.get(&format!("/api/datasets/{id}/export?format={format}")).await;
        assert_eq!(answer.error(400), "unknown-format");
        assert_eq!(answer.header("set-cookie"), "");
    }
    let injected = server.get("/api/datasets?name=x%0d%0aSet-Cookie:%20y=1").await.ok();
    assert_eq!(injected.header("set-cookie"), "");
    assert!(!injected.header("link").contains('\n'));
    let name = json!({"ddl": FILM, "saveName": "a\r\nSet-Cookie: x=1", "config": {"numRecords": 1}});
    assert_eq!(server.post("/api/generate", &name).await.error(400), "invalid-request");
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_are_called_like_paths_leave_no_archive() {
    let server = Server::new();
    let ddl = "CREATE TABLE \"../../evil\" (id integer PRIMARY KEY);\nCREATE TABLE \"/etc/x\" (id integer PRIMARY KEY);";
    let body = json!({"ddl": ddl, "dialect": "sqlite", "config": {"numRecords": 2}});
    let made = server.post("/api/generate?wait=true", &body).await.ok().json();
    let file = server.get(&format!("/api/datasets/{}/export?format=csv", made["datasetId"])).await.ok();
    let names = names_in_archive(&file.body);
    let tables: Vec<&String> = names.iter().filter(|name| name.ends_with(".csv")).collect();
    assert_eq!(tables.len(), 2, "{names:?}");
    for name in &names {
        let is_inside =
            !name.contains(['\\', ':']) && !name.split('/').any(|part| matches!(part, "" | "." | ".."));
        assert!(is_inside, "{name}");
    }
}

/// The names of a ZIP archive's entries, as its directory has them.
fn names_in_archive(archive: &[u8]) -> Vec<String> {
    let starts = archive.windows(4).enumerate().filter(|(_, bytes)| bytes == b"PK\x01\x02");
    let name = |at: usize| {
        let len = usize::from(u16::from_le_bytes([archive[at + 28], archive[at + 29]]));
        String::from_utf8_lossy(&archive[at + 46..at + 46 + len]).into_owned()
    };
    starts.map(|(at, _)| name(at)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_are_not_opened_without_limit() {
    let server = Server::with("rate-limit = 2");
    let open = "/socket.io/?EIO=4&transport=polling";
    for query in ["&x=sid=", "&xsid=1"] {
        server.get(&format!("{open}{query}")).await.ok();
    }
    assert_eq!(server.get(&format!("{open}&x=sid=")).await.status.as_u16(), 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_range_does_no_harm() {
    let server = Server::new();
    let id = server.films().await;
    let path = format!("/api/datasets/{id}/export?tables=film");
    for range in ["bytes=-", "bytes=9-1", "bytes=a-b", "lines=0-1", "bytes=0-1,3-4", "bytes=\u{9}"] {
        let answer = server.send(with_header(request(Method::GET, &path), "range", range)).await;
        assert_eq!(answer.status.as_u16(), 200, "{range}");
    }
    for range in ["bytes=99999999999999999999-", "bytes=-0"] {
        let answer = server.send(with_header(request(Method::GET, &path), "range", range)).await;
        assert_eq!(answer.error(416), "range", "{range}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_route_is_told_so() {
    let server = Server::new();
    for path in ["/api/datasets/1/mend", "/api/datasets/1/undo/2"] {
        assert_eq!(server.post(path, &json!({})).await.error(404), "unknown-route");
    }
    assert_eq!(server.get("/").await.error(404), "unknown-route");
}
