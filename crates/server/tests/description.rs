//! What is written about the server, against the server.

use crate::server::Server;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_page_of_options_is_that_of_the_options() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    let text = std::fs::read_to_string(&path).expect("the page is there");
    let (before, rest) = text.split_once("<!-- options -->\n").expect("the table begins");
    let (_, after) = rest.split_once("<!-- end of options -->").expect("the table ends");
    let wanted = format!(
        "{before}<!-- options -->\n{}<!-- end of options -->{after}",
        seedbed_server::reference_page()
    );
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &wanted).expect("it can be written");
    }
    assert_eq!(std::fs::read_to_string(&path).expect("the page"), wanted, "UPDATE_EXPECT=1 writes it anew");
}

async fn document(server: &Server) -> Value {
    server.get("/api/openapi.json").await.ok().json()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_described_to_its_last_status() {
    let document = document(&Server::new()).await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let name = format!("{method} {path}");
            let id = operation["operationId"].as_str().expect("a name");
            assert!(ids.insert(id.to_owned()), "{id} stands twice");
            assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{name}");
            let responses = operation["responses"].as_object().expect("responses");
            assert!(responses.contains_key("400") && responses.contains_key("500"), "{name}");
            if let Some(body) = operation.get("requestBody") {
                assert_eq!(body["required"], true, "{name}");
                for status in ["408", "413", "415"] {
                    assert!(responses.contains_key(status), "{name} {status}");
                }
            }
            for (status, response) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
                assert!(response["content"]["application/json"]["schema"].is_object(), "{name} {status}");
            }
        }
    }
    for wanted in [
        "getHealth",
        "uploadSchema",
        "plan",
        "generate",
        "listJobs",
        "getJob",
        "cancelJob",
        "streamJobEvents",
        "listEvents",
        "listDatasets",
        "getDataset",
        "renameDataset",
        "deleteDataset",
        "getTablePage",
        "getValidation",
        "exportDataset",
        "regenerate",
        "queryDataset",
        "modifyDataset",
        "undoChange",
        "listVersions",
    ] {
        assert!(ids.contains(wanted), "{wanted}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reference_and_every_link_leads_somewhere() {
    let document = document(&Server::new()).await;
    let mut ids = BTreeSet::new();
    collect(&document, &mut |key, value| {
        if key == "operationId" && value.is_string() {
            ids.insert(value.as_str().unwrap_or_default().to_owned());
        }
        if let Some(reference) = value.as_str().filter(|_| key == "$ref") {
            let pointer = reference.strip_prefix('#').expect("it stays in the document");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    });
    let links = &document["paths"]["/api/generate"]["post"]["responses"]["202"]["links"];
    for (name, link) in links.as_object().expect("links") {
        assert!(ids.contains(link["operationId"].as_str().expect("a name")), "{name}");
    }
}

fn collect<'a>(value: &'a Value, see: &mut impl FnMut(&str, &'a Value)) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                see(key, value);
                collect(value, see);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, see)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_the_api_needs_nothing_from_elsewhere() {
    let server = Server::new();
    let page = server.get("/docs/").await.ok().text();
    let scripts = page.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let styles = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    for file in scripts.chain(styles) {
        let path = format!("/docs/{}", file.trim_start_matches("./"));
        assert_eq!(server.get(&path).await.status.as_u16(), 200, "{path}");
    }
    let start = server.get("/docs/swagger-initializer.js").await.ok().text();
    assert!(start.contains("/api/openapi.json"), "{start}");
    assert_eq!(server.get("/docs/nothing.js").await.error(404), "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_spec_is_read_as_it_is_described() {
    let server = Server::new();
    let body = serde_json::json!({
        "ddl": crate::server::FILM,
        "spec": {"rows": 5, "tables": {"film": {"rows": "3", "columns": {
            "title": {"values": ["A", {"value": "B", "weight": 2}]},
            "length": {"range": {"min": 60, "max": 90}},
        }}}},
    });
    let plan = server.post("/api/plan", &body).await.ok().json();
    let film = plan["tables"].as_array().and_then(|tables| {
        tables.iter().find(|t| t["table"].as_str().is_some_and(|name| name.ends_with("film")))
    });
    assert_eq!(film.expect("a table")["rows"], 3, "{plan}");
}
