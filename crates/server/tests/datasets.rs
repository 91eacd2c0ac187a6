//! The road of a dataset: handed in, planned, made, read, exported, made again, asked, deleted.

use crate::server::{FILM, Server, json_request, request, with_header};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_dataset_goes_its_whole_road() {
    let server = Server::new();
    let upload = Request::post("/api/upload?dialect=postgres").header("content-type", "text/plain");
    let uploaded = server.send(upload.body(Body::from(FILM)).expect("a request")).await.ok().json();
    assert_eq!(uploaded["tableCount"], 2);
    let schema = &uploaded["schemaId"];

    let body = json!({"schemaId": schema, "config": {"numRecords": 20.0, "seed": 7}, "saveName": "films"});
    let plan = server.post("/api/plan", &body).await.ok().json();
    assert_eq!(plan["tables"].as_array().map(Vec::len), Some(2), "{plan}");

    let accepted = server.post("/api/generate", &body).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", accepted.text());
    let job = accepted.header("location").to_owned();
    assert_eq!(job, format!("/api/jobs/{}", accepted.json()["jobId"].as_str().expect("an id")));
    let done = loop {
        let job = server.get(&job).await.ok().json();
        if !["queued", "running"].contains(&job["status"].as_str().expect("a status")) {
            break job;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!((&done["status"], &done["progress"]), (&json!("done"), &json!(100)), "{done}");
    let id = &done["datasetId"];

    let list = server.get("/api/datasets?name=FILM&limit=1").await.ok();
    assert_eq!(list.header("x-total-count"), "1");
    assert!(list.header("link").contains("rel=\"first\""), "{list:?}");
    assert_eq!(list.json()[0]["tables"], 2);
    server.get("/api/datasets?sort=-name").await.ok();
    assert_eq!(server.get("/api/datasets?sort=names").await.error(400), "invalid-parameter");
    let dataset = server.get(&format!("/api/datasets/{id}")).await.ok().json();
    assert_eq!(dataset["generationMeta"]["seed"], 7, "{dataset}");
    let table = dataset["tables"][0]["name"].as_str().expect("a name").to_owned();

    let path = format!("/api/datasets/{id}/tables/{table}");
    let page = server.get(&format!("{path}?limit=5&offset=5")).await.ok();
    assert_eq!(page.header("x-total-count"), "20");
    assert_eq!(page.json()["rows"].as_array().map(Vec::len), Some(5));
    let again = server.get(&format!("{path}?limit=5&offset=5")).await.ok();
    assert_eq!(page.body, again.body, "from the cache as from the store");
    let film = if table.ends_with("film") { path.clone() } else { path.replace("rental", "film") };
    let ordered = server.get(&format!("{film}?order=id:desc&filter=length:ge:40&limit=1")).await.ok();
    assert_eq!(ordered.json()["rows"].as_array().map(Vec::len), Some(1), "{}", ordered.text());

    let report = server.get(&format!("/api/datasets/{id}/validation")).await.ok().json();
    assert_eq!(report["summary"]["pkDuplicates"], 0, "{report}");

    for nothing in
        ["{}", r#"{"name": null}"#, r#"{"description": null}"#, r#"{"name": "a\nb"}"#, r#"{"name": " "}"#]
    {
        let answer = server.send(json_request(Method::PATCH, &format!("/api/datasets/{id}"), nothing)).await;
        assert_eq!(answer.status.as_u16(), 400, "{nothing}: {}", answer.text());
    }
    let renamed = json_request(Method::PATCH, &format!("/api/datasets/{id}"), r#"{"name": "movies"}"#);
    assert_eq!(server.send(renamed).await.ok().json()["name"], "movies");

    let asked = json!({"sql": "SELECT count(*) AS films FROM film", "limit": 10});
    let answer = server.post(&format!("/api/datasets/{id}/query"), &asked).await.ok().json();
    assert_eq!(answer["rows"], json!([[20]]), "{answer}");
    assert_eq!(answer["sql"], asked["sql"]);
    let large = json!({"sql": "SELECT 9007199254740991 AS a, 9007199254740993 AS b, -9007199254740993 AS c"});
    let path_of_query = format!("/api/datasets/{id}/query");
    let exact = server.post(&format!("{path_of_query}?numbers=string"), &large).await.ok().json();
    let texts = json!([[9_007_199_254_740_991_u64, "9007199254740993", "-9007199254740993"]]);
    assert_eq!(exact["rows"], texts, "{exact}");
    let numbers = server.post(&format!("{path_of_query}?numbers=number"), &large).await.ok().json();
    assert_eq!(numbers["rows"][0][1], 9_007_199_254_740_993_u64, "{numbers}");
    let refused = server.post(&format!("{path_of_query}?numbers=text"), &large).await;
    assert_eq!(refused.error(400), "invalid-parameter");
    assert!(refused.text().contains("`number` or `string`"), "{}", refused.text());
    let refused = server.post(&path_of_query, &json!({"sql": "DELETE FROM film"})).await;
    assert!(refused.json()["error"]["hint"].is_string(), "{}", refused.text());
    let question = server.post(&format!("/api/datasets/{id}/query"), &json!({"question": "how many?"})).await;
    assert_eq!(question.error(422), "no-question");

    let gone = server.method("DELETE", &format!("/api/datasets/{id}")).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&format!("/api/datasets/{id}")).await.error(404), "unknown-dataset");
    assert_eq!(server.get(&path).await.error(404), "unknown-dataset");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_makes_the_same_file() {
    let server = Server::new();
    let (first, second) = (server.films().await, server.films().await);
    let file = |id| format!("/api/datasets/{id}/export?format=csv");
    let (first, second) = (server.get(&file(first)).await.ok(), server.get(&file(second)).await.ok());
    assert_eq!(first.body, second.body);
    assert!(!first.header("etag").is_empty());
    assert_eq!(first.header("etag"), second.header("etag"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_a_tag_and_parts() {
    let server = Server::new();
    let id = server.films().await;
    let path = format!("/api/datasets/{id}/export?format=csv&tables=film");
    let whole = server.get(&path).await.ok();
    let (tag, length) = (whole.header("etag").to_owned(), whole.body.len());
    assert!(whole.header("content-disposition").starts_with("attachment; filename=\""), "{whole:?}");
    assert_eq!(whole.header("content-length"), length.to_string());
    let get = |name, value: &str| server.send(with_header(request(Method::GET, &path), name, value));
    let same = get("if-none-match", &tag).await;
    assert_eq!((same.status, same.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let part = get("range", "bytes=5-9").await;
    assert_eq!((part.status, &part.body[..]), (StatusCode::PARTIAL_CONTENT, &whole.body[5..10]));
    assert_eq!(part.header("content-range"), format!("bytes 5-9/{length}"));
    let none = get("range", "bytes=99999999-").await;
    assert_eq!(none.error(416), "range");
    assert_eq!(none.header("content-range"), format!("bytes */{length}"));
    let other = with_header(request(Method::GET, &path), "range", "bytes=5-9");
    let other = server.send(with_header(other, "if-range", "\"another\"")).await;
    assert_eq!((other.status, other.body.len()), (StatusCode::OK, length));
    let head = server.method("HEAD", &path).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header("content-length"), length.to_string());
    assert_eq!(
        server.get(&format!("/api/datasets/{id}/export?format=xml")).await.error(400),
        "unknown-format"
    );
    assert_eq!(
        server.get(&format!("/api/datasets/{id}/export?tables=flim")).await.error(404),
        "unknown-table"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_made_again_by_the_same_seed() {
    let server = Server::new();
    let id = server.films().await;
    let again = server.post(&format!("/api/datasets/{id}/regenerate"), &json!({"saveName": "again"})).await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.text());
    let events = server.get(&format!("{}/events", again.header("location"))).await.ok().text();
    assert!(events.contains("event: generation:complete"), "{events}");
    let job = server.get(again.header("location")).await.ok().json();
    let path = |id: &str| format!("/api/datasets/{id}/export?format=jsonl&tables=film");
    let (old, new) = (
        server.get(&path(&id.to_string())).await.ok(),
        server.get(&path(&job["datasetId"].to_string())).await.ok(),
    );
    assert_eq!(old.body, new.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_a_key_is_carried_out_once() {
    let server = Server::new();
    let send = |key: &'static str, seed: u64| {
        let body = json!({"ddl": FILM, "config": {"numRecords": 5, "seed": seed}});
        server.send(with_header(
            json_request(Method::POST, "/api/generate", body.to_string()),
            "idempotency-key",
            key,
        ))
    };
    let first = send("a-1", 1).await.ok().json();
    assert_eq!(send("\"a-1\"", 1).await.ok().json()["jobId"], first["jobId"]);
    assert_eq!(send("a-1", 2).await.error(422), "idempotency-key-reused");
    assert_ne!(send("a-2", 1).await.ok().json()["jobId"], first["jobId"]);
    assert_eq!(send("", 1).await.error(400), "invalid-idempotency-key");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_comes_as_the_file_of_a_form() {
    let server = Server::new();
    let form = |name: &str, content: &[u8]| {
        let head =
            format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        let body = [head.as_bytes(), content, b"\r\n--b--\r\n"].concat();
        let request = Request::post("/api/upload").header("content-type", "multipart/form-data; boundary=b");
        request.body(Body::from(body)).expect("a request")
    };
    let uploaded = server.send(form("film.sql", FILM.as_bytes())).await.ok().json();
    assert_eq!(uploaded["tableCount"], 2, "{uploaded}");
    let wide: Vec<u8> = format!("\u{feff}{FILM}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(server.send(form("film.sql", &wide)).await.ok().json()["tableCount"], 2);
    assert_eq!(server.send(form("film.exe", FILM.as_bytes())).await.error(415), "unsupported-file");
    assert_eq!(server.send(form("film.sql", b"\xff\xff")).await.error(400), "invalid-utf-8");
    let nothing = server.send(form("film.sql", b"SELECT 1;")).await;
    assert_eq!(nothing.error(400), "no-table", "{}", nothing.text());
}
