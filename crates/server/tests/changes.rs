//! Datasets that are changed in words or by edits, taken back, and asked in words.

use crate::server::{Answer, FILM, Server, json_request, request, with_header};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

impl Server {
    async fn change(&self, id: i64, body: &Value) -> Answer {
        self.post(&format!("/api/datasets/{id}/modify?wait=true"), body).await
    }

    async fn undo(&self, id: i64) -> Answer {
        self.method("POST", &format!("/api/datasets/{id}/undo?wait=true")).await
    }

    async fn versions(&self, id: i64) -> Vec<Value> {
        let versions = self.get(&format!("/api/datasets/{id}/versions")).await.ok().json();
        versions.as_array().expect("a list").clone()
    }

    async fn titles(&self, id: i64) -> Vec<String> {
        let page = self.get(&format!("/api/datasets/{id}/tables/film?limit=100")).await.ok().json();
        let rows = page["rows"].as_array().expect("rows");
        rows.iter().map(|row| row["title"].as_str().expect("a text").to_owned()).collect()
    }

    /// A job at its end.
    async fn ended(&self, job: &str) -> Value {
        loop {
            let record = self.get(job).await.ok().json();
            if !["queued", "running"].contains(&record["status"].as_str().expect("a status")) {
                return record;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_kept_and_taken_back() {
    let server = Server::new();
    let id = server.films().await;
    let file = format!("/api/datasets/{id}/export?format=csv");
    let (before, titles) = (server.get(&file).await.ok(), server.titles(id).await);
    let body = json!({"prompt": "set film.title = 'Checked'"});
    let accepted = server.post(&format!("/api/datasets/{id}/modify"), &body).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", accepted.text());
    let job = accepted.header("location").to_owned();
    assert_eq!(job, format!("/api/jobs/{}", accepted.json()["jobId"].as_str().expect("an id")));
    let done = server.ended(&job).await;
    assert_eq!((&done["status"], &done["kind"]), (&json!("done"), &json!("modify")), "{done}");
    let result = &done["result"];
    assert_eq!((&result["datasetId"], &result["version"]), (&json!(id), &json!(2)), "{done}");
    assert_eq!(result["modifiedTables"], json!(["public.film"]), "{done}");
    assert_eq!(result["diff"]["public.film"]["updatedRows"], 20, "{done}");
    assert_eq!(result["diff"]["public.film"]["cells"], json!({"title": 20}), "{done}");
    assert_eq!(result["edits"][0]["edit"], "set", "{done}");
    assert!(server.titles(id).await.iter().all(|title| title == "Checked"));

    let undone = server.undo(id).await.ok();
    assert_eq!(undone.header("location"), format!("/api/datasets/{id}"));
    assert_eq!(undone.json()["version"], 3);
    assert_eq!(server.titles(id).await, titles);
    let after = server.get(&file).await.ok();
    assert_eq!((after.body, after.headers.get("etag")), (before.body, before.headers.get("etag")));
    let versions = server.versions(id).await;
    let told = |key: &str| versions.iter().map(|version| version["change"][key].clone()).collect::<Vec<_>>();
    assert_eq!(told("kind"), ["generate", "modify", "undo"]);
    assert_eq!(told("words")[1], body["prompt"]);
    assert_eq!(versions[0]["digest"], versions[2]["digest"]);
    assert_eq!(versions[1]["change"]["diff"], result["diff"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_tells_and_keeps_nothing() {
    let server = Server::new();
    let id = server.films().await;
    let titles = server.titles(id).await;
    let edits = json!([{"edit": "set", "column": "title", "to": {"value": "Checked"}}, {"edit": "rows", "count": 5.0}]);
    let body = json!({"edits": edits, "tableName": "film", "dryRun": true});
    let referred = server.change(id, &body).await;
    assert_eq!(
        referred.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "rentals refer to films: {}",
        referred.text()
    );
    let body = json!({"edits": [edits[0]], "tableName": "film", "dryRun": true});
    let told = server.change(id, &body).await.ok().json();
    assert_eq!((&told["dryRun"], &told["version"]), (&json!(true), &json!(1)), "{told}");
    assert_eq!(told["diff"]["public.film"]["updatedRows"], 20, "{told}");
    assert_eq!((server.titles(id).await, server.versions(id).await.len()), (titles, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_change_is_told_by_name_and_place() {
    let server = Server::new();
    let id = server.films().await;
    let set = json!({"edit": "set", "table": "film", "column": "title", "to": {"value": "x"}});
    for (body, status, code) in [
        (json!({}), 400, "change-missing"),
        (json!({"prompt": null}), 400, "change-missing"),
        (json!({"prompt": "rows film = 1", "edits": [set]}), 400, "change-twice"),
        (json!({"prompt": " "}), 400, "invalid-request"),
        (json!({"edits": []}), 400, "invalid-request"),
        (json!({"edits": [{"edit": "drop"}]}), 400, "invalid-field"),
        (json!({"edit": [set]}), 400, "invalid-field"),
        (json!({"prompt": "x".repeat(4_001)}), 400, "instructions-too-long"),
        (json!({"edits": [set], "config": {"temperature": "warm"}}), 400, "invalid-field"),
        (json!({"edits": [set], "tableName": "flim"}), 404, "unknown-table"),
        (json!({"edits": [set], "expectedVersion": 7}), 409, "version-conflict"),
    ] {
        assert_eq!(server.change(id, &body).await.error(status), code, "{body}");
    }
    let unread = server.change(id, &json!({"prompt": "set film.titel = 'x'"})).await;
    unread.error(422);
    let error = unread.json()["error"].clone();
    assert_eq!(
        (&error["details"][0]["from"], &error["details"][0]["code"]),
        (&json!(9), &error["code"]),
        "{error}"
    );
    assert!(error["hint"].is_string(), "{error}");
    let other = json!({"edits": [{"edit": "set", "table": "film", "column": "titel", "to": {"value": "x"}}]});
    let refused = server.change(id, &other).await;
    refused.error(422);
    assert!(refused.json()["error"]["details"].is_array(), "{}", refused.text());
    assert_eq!(server.undo(id).await.error(422), "nothing-to-undo");
    assert_eq!(server.change(99, &json!({"edits": [set]})).await.error(404), "unknown-dataset");
    assert_eq!(server.undo(99).await.error(404), "unknown-dataset");
    assert_eq!(server.get("/api/datasets/99/versions").await.error(404), "unknown-dataset");
    assert_eq!(server.versions(id).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_may_expect_a_version_and_versions_come_in_parts() {
    let server = Server::new();
    let id = server.films().await;
    server.change(id, &json!({"prompt": "set film.title = 'A'"})).await.ok();
    let undo = format!("/api/datasets/{id}/undo?wait=true");
    assert_eq!(server.post(&undo, &json!({"expectedVersion": 1})).await.error(409), "version-conflict");
    assert_eq!(server.post(&undo, &json!({"version": 2})).await.error(400), "invalid-field");
    assert_eq!(server.post(&undo, &json!({"expectedVersion": 2})).await.ok().json()["version"], 3);
    let part = server.get(&format!("/api/datasets/{id}/versions?limit=1&offset=1")).await.ok();
    assert_eq!((part.header("x-total-count"), part.json().as_array().map(Vec::len)), ("3", Some(1)));
    assert_eq!(part.json()[0]["number"], 2, "{}", part.text());
    let beyond = server.get(&format!("/api/datasets/{id}/versions?offset=9")).await.ok();
    assert_eq!(beyond.json(), json!([]));
    let long =
        json!({"edits": [{"edit": "remove", "table": "film", "rows": {"where": "1".repeat(1_600_000)}}]});
    let refused = server.change(id, &long).await;
    assert_eq!(refused.error(400), "instructions-too-long");
    assert!(refused.text().len() < 1_000, "{}", refused.text().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_with_a_key_is_made_once() {
    let server = Server::new();
    let id = server.films().await;
    let modify = format!("/api/datasets/{id}/modify");
    let sent = |words: &str| {
        let request = json_request(Method::POST, &modify, json!({ "prompt": words }).to_string());
        server.send(with_header(request, "idempotency-key", "change-1"))
    };
    let first = sent("set film.title = 'A'").await.ok().json();
    server.ended(&format!("/api/jobs/{}", first["jobId"].as_str().expect("an id"))).await;
    assert_eq!(sent("set film.title = 'A'").await.ok().json()["jobId"], first["jobId"]);
    assert_eq!(sent("set film.title = 'B'").await.error(422), "idempotency-key-reused");
    let undo = format!("/api/datasets/{id}/undo?wait=true");
    for _ in 0..2 {
        let request = with_header(request(Method::POST, &undo), "idempotency-key", "undo-1");
        assert_eq!(server.send(request).await.ok().json()["version"], 3);
    }
    assert_eq!(server.versions(id).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn sentences_are_for_the_advisor() {
    let server = Server::advised("");
    let id = server.films().await;
    let body = json!({"prompt": "give the films shorter titles", "config": {"temperature": 3}});
    let told = server.change(id, &body).await.ok().json();
    assert_eq!((&told["ai"]["used"], &told["ai"]["model"]), (&json!(true), &json!("fake-1")), "{told}");
    assert!(!told.to_string().contains("the whole answer"), "{told}");
    let notes = told["notes"].to_string();
    assert!(notes.contains("`temperature` was 3") && notes.contains("the temperature was 2"), "{notes}");
    assert!(server.titles(id).await.iter().all(|title| title == "Shorter"));
    assert_eq!(server.change(id, &json!({"prompt": "do evil"})).await.error(422), "ai-blocked");

    let body = json!({"ddl": FILM, "dialect": "postgres", "instructions": "give the films shorter titles",
        "config": {"numRecords": 5}});
    let made = server.post("/api/generate?wait=true", &body).await.ok().json();
    assert_eq!(made["meta"]["ai"]["used"], true, "{made}");
    let titles = server.titles(made["datasetId"].as_i64().expect("an id")).await;
    assert!(titles.iter().all(|title| title == "Shorter"), "{titles:?}");
    let plan = server.post("/api/plan", &body).await.ok().json();
    assert_eq!(plan["edits"][0]["column"], "title", "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_in_words_is_answered_with_its_query() {
    let server = Server::advised("");
    let id = server.films().await;
    let path = format!("/api/datasets/{id}/query");
    let answer =
        server.post(&path, &json!({"question": "which films would a sailor like?"})).await.ok().json();
    assert_eq!(answer["rows"], json!([[20, 9_007_199_254_740_993_u64]]), "{answer}");
    assert!(answer["sql"].as_str().is_some_and(|sql| sql.starts_with("SELECT count(*)")), "{answer}");
    assert_eq!(answer["sentence"], "The number of films. That is 1 row.");
    assert_eq!((&answer["ai"]["used"], &answer["truncated"]), (&json!(true), &json!(false)), "{answer}");
    let simple = server.post(&path, &json!({"question": "how many films are there?"})).await.ok().json();
    assert_eq!((&simple["rows"], &simple["ai"]["used"]), (&json!([[20]]), &json!(false)), "{simple}");
    let exact =
        server.post(&format!("{path}?numbers=string"), &json!({"question": "which films?"})).await.ok();
    assert_eq!(exact.json()["rows"], json!([[20, "9007199254740993"]]));
    for (body, status, code) in [
        (json!({"question": "who are you?"}), 422, "ai-blocked"),
        (json!({"question": " "}), 400, "invalid-request"),
        (json!({"question": "which films?", "sql": "SELECT 1"}), 400, "query-twice"),
        (json!({}), 400, "query-missing"),
        (json!({"question": "which films?", "config": {"topk": 1}}), 400, "invalid-field"),
    ] {
        assert_eq!(server.post(&path, &body).await.error(status), code, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_and_changes_have_the_limit_of_generations() {
    let server = Server::advised("rate-limit = 60\ngeneration-rate-limit = 2");
    let id = server.films().await;
    let path = format!("/api/datasets/{id}/query");
    server.post(&path, &json!({"question": "which films would a sailor like?"})).await.ok();
    let late = server.post(&path, &json!({"question": "which films would a sailor like?"})).await;
    assert_eq!(late.error(429), "rate-limit");
    assert!(!late.header("retry-after").is_empty(), "{late:?}");
    server.post(&path, &json!({"sql": "SELECT 1"})).await.ok();
    assert_eq!(server.change(id, &json!({"prompt": "rows rental = 1"})).await.error(429), "rate-limit");
    assert_eq!(server.undo(id).await.error(429), "rate-limit");
    let plan = json!({"ddl": FILM, "instructions": "rows film = 1"});
    assert_eq!(server.post("/api/plan", &plan).await.error(429), "rate-limit");
    server.post("/api/plan", &json!({"ddl": FILM})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_a_change_is_in_the_catalog() {
    let server = Server::new();
    let id = server.films().await;
    let catalog = server.get("/api/events").await.ok().json();
    let names: Vec<&str> =
        catalog["events"].as_array().expect("a list").iter().filter_map(|e| e["name"].as_str()).collect();
    let body = json!({"prompt": "set film.title = 'Checked'"});
    let job =
        server.post(&format!("/api/datasets/{id}/modify"), &body).await.ok().header("location").to_owned();
    let text = server.get(&format!("{job}/events")).await.ok().text();
    let told: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
    let lasting: Vec<&str> = told.iter().copied().filter(|name| *name != "modify:progress").collect();
    let wanted = ["modify:start", "modify:diff", "modify:validation", "dataset:saved", "modify:complete"];
    assert_eq!(lasting, wanted, "{text}");
    assert!(told.iter().all(|name| names.contains(name)), "{told:?}");
    assert!(["modify:progress", "modify:error", "modify:canceled"].iter().all(|name| names.contains(name)));
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_wait_for_the_model_keep_nobody_and_end_with_their_clients() {
    let server = Server::advised("max-requests = 8\nai-concurrency = 1");
    let id = server.films().await;
    let path = format!("/api/datasets/{id}/query");
    let (slow, quick) = (json!({"question": "wait for it"}), json!({"question": "which films?"}));
    let late = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let page = server.get(&format!("/api/datasets/{id}")).await;
        (server.post(&path, &quick).await, page)
    };
    let (late, page) = tokio::select! {
        biased;
        _ = async { tokio::join!(server.post(&path, &slow), server.post(&path, &slow)) } => panic!("nobody ended them"),
        answers = late => answers,
    };
    page.ok();
    assert_eq!((late.error(503), late.header("retry-after")), ("ai-busy".to_owned(), "5"));
    // Those who waited are gone by now, and their questions with them.
    for _ in 0..500 {
        let answer = server.post(&path, &quick).await;
        if answer.status.is_success() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the questions go on though nobody waits for them");
}
