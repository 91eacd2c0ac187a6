//! The description of the API, completed with what holds of many routes.

use crate::bodies::edit_schemas;
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;
use utoipa::openapi::OpenApi;

/// The document as it is served.
pub(super) fn document(api: &OpenApi, has_token: bool) -> Vec<u8> {
    let mut document = serde_json::to_value(api).unwrap_or_default();
    document["info"] = json!({
        "title": "Seedbed",
        "description": "Data that a real database accepts, made from its schema.",
        "version": env!("CARGO_PKG_VERSION"),
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
    });
    document["tags"] = json!([
        {"name": "schemas", "description": "Schemas, and what would be made for them"},
        {"name": "datasets", "description": "Datasets: made, read, exported, changed, asked"},
        {"name": "jobs", "description": "Jobs, and what is told of them"},
        {"name": "server", "description": "The server itself"},
    ]);
    document["components"]["schemas"]["ErrorBody"] = schema::<crate::error::ErrorBody>();
    document["components"]["schemas"]["ErrorFacts"] = schema::<crate::error::ErrorFacts>();
    // What only parameters name is not gathered from the routes.
    document["components"]["schemas"]["Sort"] = schema::<super::datasets::Sort>();
    document["components"]["schemas"]["Numbers"] = schema::<crate::bodies::shapes::Numbers>();
    document["components"]["headers"]["X-Request-Id"] = json!({
        "description": "The name of the request in the server's log", "schema": {"type": "string"},
    });
    edits(&mut document);
    one_of_two(&mut document);
    names(&mut document);
    parameters(&mut document);
    other_than_json(&mut document);
    security(&mut document, has_token);
    for (path, method, operation) in operations(&mut document) {
        add_errors(&path, &method, operation, has_token);
    }
    add_links(&mut document);
    serde_json::to_vec(&document).unwrap_or_default()
}

fn schema<T: PartialSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap_or_default()
}

/// What edits are, as the crate that reads them says it.
fn edits(document: &mut Value) {
    let schemas = &mut document["components"]["schemas"];
    for (name, schema) in edit_schemas() {
        schemas[name] = schema;
    }
    let edits = json!({"type": "array", "items": {"$ref": "#/components/schemas/Edit"}});
    for (owner, is_optional) in
        [("ModifyBody", true), ("ModifyAnswer", false), ("ChangeAnswer", false), ("PlanAnswer", false)]
    {
        let property = &mut schemas[owner]["properties"]["edits"];
        let description = property["description"].take();
        *property = edits.clone();
        if is_optional {
            property["type"] = json!(["array", "null"]);
        }
        property["description"] = description;
    }
    // A change of nothing is none.
    schemas["ModifyBody"]["properties"]["edits"]["minItems"] = 1.into();
}

/// Bodies that have one of two things: no derive can say that.
const ONE_OF_TWO: [(&str, [(&str, &str); 2]); 3] = [
    ("GenerateBody", [("ddl", "string"), ("schemaId", "string")]),
    ("ModifyBody", [("prompt", "string"), ("edits", "array")]),
    ("QueryBody", [("sql", "string"), ("question", "string")]),
];

fn one_of_two(document: &mut Value) {
    for (body, [one, other]) in ONE_OF_TWO {
        let alone = |(name, ty): (&str, &str), (absent, _): (&str, &str)| json!({"required": [name], "properties": {name: {"type": ty}, absent: {"type": "null"}}});
        document["components"]["schemas"][body]["oneOf"] = json!([alone(one, other), alone(other, one)]);
    }
    let rename = &mut document["components"]["schemas"]["RenameBody"];
    rename["anyOf"] = json!([
        {"required": ["name"], "properties": {"name": {"type": "string"}}},
        {"required": ["description"], "properties": {"description": {"type": "string"}}},
    ]);
}

/// What files can be, by their format and whether they are several.
const FILES: [&str; 6] = [
    "application/zip",
    "text/csv",
    "application/x-ndjson",
    "application/sql",
    "application/vnd.sqlite3",
    "application/vnd.apache.parquet",
];

/// Answers that are no JSON: files of any format, and events one by one.
fn other_than_json(document: &mut Value) {
    for status in ["200", "206"] {
        let files =
            FILES.map(|ty| (ty.to_owned(), json!({"schema": {"type": "string", "format": "binary"}})));
        document["paths"]["/api/datasets/{id}/export"]["get"]["responses"][status]["content"] =
            files.into_iter().collect::<Map<_, _>>().into();
    }
    let text = json!({"type": "string"});
    document["paths"]["/api/jobs/{jobId}/events"]["get"]["responses"]["200"]["content"]["text/event-stream"]
        ["schema"] = json!({
        "type": "object",
        "properties": {"event": text, "data": text, "id": text, "retry": {"type": "integer"}},
    });
}

/// What may be a dataset's name.
fn names(document: &mut Value) {
    for (body, name) in [("GenerateBody", "saveName"), ("RegenerateBody", "saveName"), ("RenameBody", "name")]
    {
        let schema = &mut document["components"]["schemas"][body]["properties"][name];
        schema["minLength"] = 1.into();
        schema["maxLength"] = 200.into();
        schema["pattern"] = NAME.into();
    }
}

/// Something, and no control characters.
const NAME: &str = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$";

/// What derives can't say of parameters: the formats that this server has, and the forms of keys, lists and filters.
fn parameters(document: &mut Value) {
    for (_, _, operation) in operations(document) {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
        for parameter in parameters {
            let schema = match parameter["name"].as_str() {
                Some("format") => json!({"type": "string", "enum": seedbed_service::EXPORT_FORMATS}),
                Some("tables") => {
                    json!({"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "[^,]"}})
                }
                Some("filter") => json!({"type": "array", "items": {"type": "string", "pattern": FILTER}}),
                Some("Idempotency-Key") => json!({"type": "string", "pattern": KEY}),
                _ => continue,
            };
            parameter["schema"] = schema;
        }
    }
}

/// A column, a comparison, and a literal where the comparison has one.
const FILTER: &str = r"^[^:]*:((eq|ne|lt|le|gt|ge|contains):[\s\S]*|null|notnull)$";
/// Printable ASCII, bare or in quotes.
const KEY: &str = r#"^([!#-~]([ !#-~]{0,253}[!#-~])?|"[ !#-~]{1,255}")$"#;

/// Whether a token is asked for is the operator's choice, and the document tells which was made.
fn security(document: &mut Value, has_token: bool) {
    if !has_token {
        return;
    }
    document["components"]["securitySchemes"] = json!({
        "token": {"type": "http", "scheme": "bearer", "description": "The server's API token"},
        "ticket": {
            "type": "apiKey", "in": "query", "name": "ticket",
            "description": "A ticket of `POST /api/jobs/{jobId}/ticket`, for what can't send a header",
        },
    });
    document["security"] = json!([{"token": []}]);
    document["paths"]["/api/jobs/{jobId}/events"]["get"]["security"] = json!([{"token": []}, {"ticket": []}]);
}

/// Every operation with its path and method.
fn operations(document: &mut Value) -> Vec<(String, String, &mut Map<String, Value>)> {
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    let methods = paths.flat_map(|(path, item)| {
        item.as_object_mut().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
    });
    methods.filter_map(|(p, m, operation)| Some((p.clone(), m.clone(), operation.as_object_mut()?))).collect()
}

/// The errors of an operation; those that it tells of itself keep their words.
fn add_errors(path: &str, method: &str, operation: &mut Map<String, Value>, has_token: bool) {
    let has_body = operation.contains_key("requestBody");
    if let Some(body) = operation.get_mut("requestBody") {
        body["required"] = true.into();
    }
    let is_open = path == "/api/health";
    if is_open || !has_token {
        // Without schemes, the usual mark for "no token" would name none that there is.
        operation.remove("security");
    }
    if is_open && has_token {
        operation.insert("security".to_owned(), json!([]));
    }
    let names_something = path.contains('{') || path == "/api/generate" || path == "/api/plan";
    let is_of_dataset = path.starts_with("/api/datasets/{id}") || path == "/api/generate";
    let errors = [
        (400, true, "The request is wrong in itself"),
        (401, has_token && !is_open, "The request carries no valid token"),
        (403, !has_token, "A page of another origin, or under another name, sent the request"),
        (404, names_something, "What it speaks of is not there"),
        (408, has_body, "The body arrives too slowly"),
        (409, is_of_dataset, "Something has happened in between"),
        (413, has_body, "The body, or the script in it, is too long"),
        (415, has_body, "The body is of another type"),
        (422, has_body && method == "post", "It is understood, and can't be carried out"),
        (429, !is_open && path != "/metrics" || names_something, "Too much was asked for"),
        (500, true, "Something went wrong here"),
        (503, true, "Not now: ask again"),
        (504, true, "It takes too long"),
    ];
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, _, description) in errors.into_iter().filter(|(_, comes, _)| *comes) {
        responses.entry(status.to_string()).or_insert_with(|| json!({"description": description}));
    }
    for (status, response) in responses {
        if status.starts_with(['4', '5']) && response.get("content").is_none() {
            response["content"] =
                json!({"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}});
        }
        response["headers"]["X-Request-Id"] = json!({"$ref": "#/components/headers/X-Request-Id"});
        if status == "429" {
            response["headers"]["Retry-After"] =
                json!({"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}});
        }
    }
}

/// What can be asked next of what an answer names.
struct Link {
    path: &'static str,
    method: &'static str,
    status: &'static str,
    /// The next operations.
    targets: &'static [&'static str],
    /// Their parameter.
    parameter: &'static str,
    /// Where the answer has it.
    place: &'static str,
}

const fn link(
    (path, method, status): (&'static str, &'static str, &'static str),
    targets: &'static [&'static str],
    (parameter, place): (&'static str, &'static str),
) -> Link {
    Link { path, method, status, targets, parameter, place }
}

#[rustfmt::skip]
const LINKS: &[Link] = &[
    link(("/api/generate", "post", "202"), JOB, ("jobId", "$response.body#/jobId")),
    link(("/api/generate", "post", "200"), DATASET, ("id", "$response.body#/datasetId")),
    link(("/api/datasets/{id}/regenerate", "post", "202"), JOB, ("jobId", "$response.body#/jobId")),
    link(("/api/datasets/{id}/modify", "post", "202"), JOB, ("jobId", "$response.body#/jobId")),
    link(("/api/datasets/{id}/modify", "post", "200"), DATASET, ("id", "$response.body#/datasetId")),
    link(("/api/datasets/{id}/undo", "post", "202"), JOB, ("jobId", "$response.body#/jobId")),
    link(("/api/datasets/{id}/undo", "post", "200"), DATASET, ("id", "$response.body#/datasetId")),
    link(("/api/datasets", "get", "200"), DATASET, ("id", "$response.body#/0/id")),
    link(("/api/jobs", "get", "200"), JOB, ("jobId", "$response.body#/0/jobId")),
    link(("/api/jobs/{jobId}", "get", "200"), DATASET, ("id", "$response.body#/datasetId")),
];

const JOB: &[&str] = &["getJob", "cancelJob", "streamJobEvents", "createEventTicket"];
const DATASET: &[&str] = &[
    "getDataset",
    "renameDataset",
    "getTablePage",
    "getValidation",
    "exportDataset",
    "regenerate",
    "modifyDataset",
    "undoChange",
    "listVersions",
    "queryDataset",
    "deleteDataset",
];

fn add_links(document: &mut Value) {
    for Link { path, method, status, targets, parameter, place } in LINKS {
        let response = &mut document["paths"][path][method]["responses"][status];
        for target in *targets {
            response["links"][target] = json!({"operationId": target, "parameters": {*parameter: place}});
        }
    }
    // The script that was handed in is what rows are made for.
    for target in ["generate", "plan"] {
        document["paths"]["/api/upload"]["post"]["responses"]["200"]["links"][target] = json!({
            "operationId": target, "requestBody": {"schemaId": "$response.body#/schemaId"},
        });
    }
}
