//! Changes: what they change, what they leave, and what is refused.

use crate::fake_advisor::{Said, edits};
use crate::setup::{advised, done, library, prompt, with};
use seedbed_edit::Sampling;
use seedbed_service::{
    ErrorKind, IdempotencyKey, ModifyRequest, RegenerateRequest, Service, ServiceOptions, event_schemas,
};
use seedbed_store::{ChangeKind, Exchanges as _, JobKind, JobStatus};
use seedbed_store_sqlite::SqliteStore;
use serde_json::{Value, json};

fn given(json: Value) -> ModifyRequest {
    ModifyRequest { edits: Some(edits(json)), ..ModifyRequest::default() }
}

#[test]
fn a_command_changes_its_rows_and_no_others() {
    let library = library();
    let (names, prices) = (library.column("author", "name"), library.column("book", "price"));
    let result = library.modified(&prompt("set author.note = 'checked'; rows book = 60"));
    assert_eq!((result["version"].as_u64(), library.version()), (Some(2), 2));
    assert_eq!(result["diff"]["public.book"]["removed"], 40);
    assert_eq!(result["rowCountChanges"], json!({"public.book": {"before": 100, "after": 60}}));
    assert_eq!(result["modifiedTables"], json!(["public.author", "public.book"]));
    assert_eq!(
        (&result["ai"]["used"], &result["ai"]["reason"]),
        (&json!(false), &json!("the sentence is a command"))
    );
    assert!(library.column("author", "note").iter().all(|note| note == "checked"));
    assert_eq!(library.column("author", "name"), names);
    assert_eq!(library.column("book", "price"), prices[..60]);
    let dataset = library.service.dataset(library.id).expect("it is there");
    let rows: Vec<u64> = dataset.tables.iter().map(|table| table.rows).collect();
    assert_eq!(rows, [100, 60]);
    let line = library.service.versions(library.id).expect("it is there");
    let change = &line[1].change;
    assert_eq!((line[1].made_from, change.kind), (Some(1), ChangeKind::Modify));
    assert_eq!(change.words.as_deref(), Some("set author.note = 'checked'; rows book = 60"));
    assert_eq!((change.edits.len(), change.diff.as_ref()), (2, Some(&result["diff"])));
}

#[test]
fn what_is_not_touched_is_carried_over_with_what_was_found_in_it() {
    let library = library();
    let before = library.service.validation(library.id).expect("a report");
    let result = library.modified(&given(json!([{"edit": "rows", "table": "book", "count": 10}])));
    let (before, after): (Value, Value) = (
        serde_json::from_str(before.get()).expect("JSON"),
        serde_json::from_str(library.service.validation(library.id).expect("a report").get()).expect("JSON"),
    );
    assert_eq!(after["tables"]["public.author"], before["tables"]["public.author"]);
    assert_eq!(after["tables"]["public.book"]["rows"], 10);
    assert_eq!((&after["summary"]["rows"], &after["summary"]["fkCoverage"]), (&json!(110), &json!(1.0)));
    assert_eq!(result["validation"], after["summary"]);
    let names =
        |report: &Value| report["summary"].as_object().expect("totals").keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&after), names(&before), "no total is missing");
    assert_eq!(library.column("author", "id").len(), 100);
    let store = SqliteStore::open(library.folder.path()).expect("the same store");
    assert!(seedbed_store::Store::verify(&store).expect("it can be looked at").is_empty());
}

#[test]
fn a_dry_run_tells_all_and_stores_nothing() {
    let library = library();
    let rows = library.rows();
    let dry = ModifyRequest { dry_run: true, ..prompt("set author.note = 'x'") };
    let job = library.accepted(&dry);
    let result = done(&library.service, &job).result.expect("a result");
    assert_eq!((&result["dryRun"], &result["version"]), (&json!(true), &json!(1)));
    assert_eq!(result["diff"]["public.author"]["updatedRows"].as_u64(), Some(100));
    assert_eq!((library.version(), library.rows()), (1, rows));
    let told: Vec<String> = library.told(&job).iter().map(|d| d.name.to_string()).collect();
    assert_eq!(told, ["modify:start", "modify:diff", "modify:validation", "modify:complete"]);
}

#[test]
fn the_events_of_a_change_are_those_that_are_described() {
    let library = library();
    let job = library.accepted(&prompt("set author.note = 'x'"));
    let record = done(&library.service, &job);
    assert_eq!(record.kind, JobKind::Modify);
    let told = library.told(&job);
    let names: Vec<&str> = told.iter().map(|d| &*d.name).filter(|name| *name != "modify:progress").collect();
    let expected = ["modify:start", "modify:diff", "modify:validation", "dataset:saved", "modify:complete"];
    assert_eq!(names, expected);
    let schemas = event_schemas();
    for delivery in &told {
        let schema = schemas.iter().find(|schema| schema.name == &*delivery.name).expect("it is described");
        let payload: Value = serde_json::from_str(delivery.payload.get()).expect("JSON");
        for name in schema.schema["required"].as_array().expect("a list") {
            assert!(payload.get(name.as_str().expect("a name")).is_some(), "{} has {name}", delivery.name);
        }
    }
    let last: Value = serde_json::from_str(told[told.len() - 1].payload.get()).expect("JSON");
    let result = record.result.expect("a result");
    assert!(result.as_object().expect("an object").iter().all(|(name, value)| last[name] == *value));
}

#[test]
fn nothing_is_guessed_without_an_advisor() {
    let library = library();
    let error = library.service.modify(library.id, &prompt("make it nicer"), None).expect_err("no command");
    assert_eq!(error.kind(), ErrorKind::Unprocessable);
    let details = error.details().expect("the places");
    assert!(details[0]["from"].is_u64() && details[0]["to"].is_u64() && details[0]["code"].is_string());
    assert_eq!(details[0]["code"], error.code());
    assert!(error.hint().is_some());
    for (request, kind) in [
        (ModifyRequest::default(), ErrorKind::Invalid),
        (ModifyRequest { edits: Some(Vec::new()), ..ModifyRequest::default() }, ErrorKind::Invalid),
        (ModifyRequest { edits: Some(Vec::new()), ..prompt("rows book = 1") }, ErrorKind::Invalid),
        (ModifyRequest { table: Some("flim".to_owned()), ..prompt("rows book = 1") }, ErrorKind::NotFound),
        (prompt(&"rows book = 1;".repeat(1_000)), ErrorKind::Invalid),
    ] {
        let error = library.service.modify(library.id, &request, None).expect_err("it may not be asked for");
        assert_eq!(error.kind(), kind, "{error}");
    }
    assert_eq!(library.version(), 1);
}

#[test]
fn edits_that_can_not_be_carried_out_change_nothing() {
    let library = library();
    let rows = library.rows();
    for json in [
        json!([{"edit": "rows", "table": "flim", "count": 1}]),
        json!([{"edit": "set", "table": "book", "column": "flavour", "to": {"value": "x"}}]),
        json!([{"edit": "set", "table": "book", "column": "title", "to": {"value": "x"}, "rows": {"where": "))"}}]),
        json!([{"edit": "set", "table": "author", "column": "name", "to": {"value": "all the same"}}]),
    ] {
        library.failed(&given(json));
    }
    assert_eq!((library.version(), library.rows()), (1, rows));
    assert_eq!(library.service.versions(library.id).expect("it is there").len(), 1);
}

#[test]
fn what_changes_nothing_is_told_and_makes_no_version() {
    let library = library();
    library.modified(&prompt("set author.note = 'x'"));
    let result = library.modified(&prompt("set author.note = 'x'"));
    assert_eq!((library.version(), &result["version"]), (2, &json!(2)));
    let notes = result["notes"].as_array().expect("notes");
    assert!(notes.iter().any(|note| note.as_str().is_some_and(|note| note.contains("nothing has changed"))));
}

#[test]
fn a_change_of_another_version_is_a_conflict() {
    let library = library();
    library.modified(&prompt("set author.note = 'x'"));
    let stale = ModifyRequest { expected_version: Some(1), ..prompt("set author.note = 'y'") };
    let error = library.service.modify(library.id, &stale, None).expect_err("it is in version 2");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Conflict, "version-conflict"));
    let current = ModifyRequest { expected_version: Some(2), ..stale };
    assert_eq!(library.modified(&current)["version"], 3);
}

#[test]
fn changes_at_the_same_time_are_all_kept() {
    let library = library();
    let commands = ["set author.note = 'n'", "rows book = 50", "set book.title = 't'"];
    let jobs = commands.map(|command| library.accepted(&prompt(command)));
    for job in &jobs {
        done(&library.service, job);
    }
    assert_eq!(library.version(), 4);
    assert!(library.column("author", "note").iter().all(|note| note == "n"));
    let titles = library.column("book", "title");
    assert!(titles.len() == 50 && titles.iter().all(|title| title == "t"));
}

#[test]
fn rows_that_are_made_again_lose_no_change_that_was_made_meanwhile() {
    let library = with(None, ServiceOptions { max_jobs: 1, ..ServiceOptions::default() });
    let change = library.accepted(&prompt("set author.note = 'n'"));
    let other = RegenerateRequest { seed: Some(2), ..RegenerateRequest::default() };
    let again = library.service.regenerate(library.id, &other, None).expect("it is accepted").job_id;
    done(&library.service, &change);
    done(&library.service, &again);
    assert!(library.column("author", "note").iter().all(|note| note == "n"));
    let line = library.service.versions(library.id).expect("it is there");
    assert_eq!(line.iter().map(|version| version.made_from).collect::<Vec<_>>(), [None, Some(1), Some(2)]);
    assert_eq!(library.meta()["seed"], 2);
    let told = library.told(&again);
    let starts = told.iter().filter(|d| &*d.name == "generation:start").count();
    assert_eq!(starts, 1);
}

#[test]
fn rows_that_can_not_be_read_are_no_change_that_was_stopped() {
    let library = library();
    // Open by now.
    library.column("author", "id");
    let rows = std::fs::read_dir(library.folder.path().join("rows")).expect("it is there");
    for file in rows.map(|entry| entry.expect("it is there").path()) {
        let mut bytes = std::fs::read(&file).expect("it can be read");
        bytes[16_384..].fill(0xff);
        std::fs::write(&file, bytes).expect("it can be written");
    }
    for command in ["set book.title = 'x'", "set book.title = 'x' where price > 1", "rows book = 20"] {
        let code = library.failed(&prompt(command));
        assert!(code.starts_with("store-"), "{command}: {code}");
    }
    assert_eq!(library.version(), 1);
}

#[test]
fn a_key_makes_a_change_once() {
    let library = library();
    let key = IdempotencyKey { caller: "me".to_owned(), key: "k".to_owned() };
    let request = prompt("rows book = 5");
    let first = library.service.modify(library.id, &request, Some(&key)).expect("it is accepted");
    let again = library.service.modify(library.id, &request, Some(&key)).expect("it is accepted");
    assert_eq!((first.is_new, again.is_new, &first.job_id), (true, false, &again.job_id));
    done(&library.service, &first.job_id);
    let other = library.service.modify(library.id, &prompt("rows book = 4"), Some(&key));
    assert_eq!(other.expect_err("another request").code(), "idempotency-key-reused");
}

/// Edits of every row, of some rows by chance, and of how many there are.
const STEPS: [&str; 4] = [
    "set author.note = 'n'",
    "set author.note = 'some' for 20% of rows",
    "rows book = 50",
    "set book.title = 'few' for 7 rows",
];

#[test]
fn rows_made_again_are_edited_again() {
    let library = library();
    for step in STEPS {
        library.modified(&prompt(step));
    }
    let (rows, digest) = (library.rows(), library.service.dataset(library.id).expect("it").metadata.digest);
    let regenerated = |seed, name: &str| {
        let request =
            RegenerateRequest { seed, save_name: Some(name.to_owned()), ..RegenerateRequest::default() };
        let job = library.service.regenerate(library.id, &request, None).expect("it is accepted").job_id;
        done(&library.service, &job).dataset_id.expect("a dataset")
    };
    let same = library.service.dataset(regenerated(None, "same")).expect("it is there").metadata;
    assert_eq!((same.digest, &same.row_counts[1].1), (digest, &50));
    let other = regenerated(Some(2), "other");
    let answer = library.service.dataset(other).expect("it is there");
    assert_eq!(answer.tables.iter().map(|t| t.rows).collect::<Vec<_>>(), [100, 50]);
    assert_eq!(answer.generation_meta["edits"].as_array().map(Vec::len), Some(STEPS.len()));
    // Elsewhere, all edits at once on rows that are kept, or one by one, are the same bytes as those on rows in the making.
    let (once, one_by_one) = (crate::setup::library_of(1), crate::setup::library_of(2));
    once.modified(&prompt(&STEPS.join("; ")));
    assert_eq!((once.digest(), once.rows()), (digest, rows.clone()));
    for step in STEPS {
        one_by_one.modified(&prompt(step));
    }
    let other_rows = crate::setup::rows_of(&library.service, other);
    assert_eq!((one_by_one.digest(), one_by_one.rows()), (answer.metadata.digest, other_rows.clone()));
    assert_ne!(other_rows, rows);
}

#[test]
fn a_change_that_is_stopped_changes_nothing() {
    let mut options = ServiceOptions { max_jobs: 1, ..ServiceOptions::default() };
    options.limits.table_rows = 1_000_000;
    options.limits.job_rows = 4_000_000;
    let library = with(None, options);
    let mut large = crate::setup::request(None);
    large.config.num_records = Some(300_000);
    let made = library.service.generate(&large, None).expect("it is accepted").job_id;
    let id = done(&library.service, &made).dataset_id.expect("a dataset");
    let request = prompt("set book.title = 'x'; set author.note = 'y'");
    let job = library.service.modify(id, &request, None).expect("it is accepted").job_id;
    while library.told(&job).is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    library.service.cancel(&job).expect("it is there");
    let record = library.service.wait(&job, crate::setup::LONG).expect("it is there");
    assert_eq!((record.status, record.result), (JobStatus::Canceled, None));
    assert_eq!(library.told(&job).last().map(|d| d.name.to_string()).as_deref(), Some("modify:canceled"));
    assert_eq!(library.service.versions(id).expect("it is there").len(), 1);
    drop(library.service);
    let store = SqliteStore::open(library.folder.path()).expect("the same store");
    assert!(seedbed_store::Store::verify(&store).expect("it can be looked at").is_empty(), "nothing is left");
}

#[test]
fn an_advisor_is_asked_for_sentences_alone_and_what_it_said_is_kept() {
    let says = [Said::Edits(edits(json!([{"edit": "rows", "table": "book", "count": 20}])))];
    let library = advised(says);
    let advisor = library.advisor.as_ref().expect("there is one");
    library.modified(&prompt("set author.note = 'n'"));
    assert_eq!(advisor.asked(), [], "a command needs no advisor");
    let sampling = Sampling { temperature: Some(7.0), top_p: None, top_k: Some(0) };
    let request = ModifyRequest { sampling, ..prompt("fewer books, please") };
    let accepted = library.service.modify(library.id, &request, None).expect("it is accepted");
    assert_eq!(accepted.notes.len(), 2, "what was clamped is told at once: {:?}", accepted.notes);
    let result = done(&library.service, &accepted.job_id).result.expect("a result");
    let asked = advisor.asked();
    assert_eq!((asked.len(), asked[0].words.as_str()), (1, "fewer books, please"));
    assert_eq!((asked[0].sampling.temperature, asked[0].sampling.top_k), (Some(2.0), Some(1)));
    assert_eq!((&result["ai"]["used"], &result["ai"]["model"]), (&json!(true), &json!("fake-1")));
    assert!(result["ai"]["exchanges"][0]["answer"].is_null(), "answers are not told to all who listen");
    let meta = library.meta();
    assert_eq!(meta["ai"]["exchanges"][0]["answer"], "the whole answer");
    assert!(
        meta["notes"]
            .as_array()
            .expect("notes")
            .iter()
            .any(|n| n == "the names of tables have left the machine")
    );
    let line = library.service.versions(library.id).expect("it is there");
    assert_eq!(line[2].change.exchanges, ["0001"]);
    let store = SqliteStore::open(library.folder.path()).expect("the same store");
    assert!(store.exchange("0001").expect("the catalog").is_some());
    assert_eq!(store.tokens_spent_today().expect("the catalog"), 15);
}

#[test]
fn a_failing_advisor_and_one_that_proposes_nonsense_change_nothing() {
    let nonsense = |json| Said::Edits(edits(json));
    let library = advised([
        Said::Failed("ai-quota-day"),
        nonsense(json!([{"edit": "rows", "table": "users; DROP TABLE author", "count": 1}])),
        nonsense(json!([{
            "edit": "set", "table": "author", "column": "note", "to": {"value": "x"},
            "rows": {"where": "1 = 1); DELETE FROM author; --"},
        }])),
    ]);
    let rows = library.rows();
    assert_eq!(library.failed(&prompt("something nice")), "ai-quota-day");
    let job = library.accepted(&prompt("something nice"));
    let failure =
        library.service.wait(&job, crate::setup::LONG).expect("it is there").error.expect("a reason");
    let details = failure.details.expect("what was said").to_string();
    assert!(details.contains("\"request\":\"0002\"") && !details.contains("the whole answer"), "{details}");
    library.failed(&prompt("something nice"));
    assert_eq!((library.version(), library.rows()), (1, rows));
    // What can't be carried out is no answer to the same words for ever.
    let store = SqliteStore::open(library.folder.path()).expect("the same store");
    let is_kept = |request| store.exchange(request).expect("it can be read").is_some();
    assert_eq!(["0001", "0002", "0003"].map(is_kept), [true, false, false]);
}

#[test]
fn more_rows_than_may_be_are_refused_whoever_asks_for_them() {
    let mut options = ServiceOptions::default();
    options.limits.table_rows = 100;
    let says = [Said::Edits(edits(json!([{"edit": "rows", "table": "book", "count": 50}])))];
    let library = with(Some(crate::fake_advisor::FakeAdvisor::saying(says).into()), options);
    let job = library.service.generate(&crate::setup::request(Some("rows book = 5000")), None);
    let record =
        library.service.wait(&job.expect("it is accepted").job_id, crate::setup::LONG).expect("it is there");
    assert_eq!(record.status, JobStatus::Error);
    assert_eq!(library.modified(&prompt("half of the books"))["version"], 2);
    assert_eq!(library.failed(&prompt("rows book = 101")), "row-limit");
    // What was made where more may be is changed all the same, as long as it does not grow.
    let mut options = ServiceOptions::default();
    (options.limits.table_rows, options.limits.job_rows) = (10, 20);
    let store = SqliteStore::open(library.folder.path()).expect("the same store");
    let narrow = Service::open(std::sync::Arc::new(store), options).expect("another service");
    let job = narrow.modify(library.id, &prompt("set author.note = 'x'; rows book = 40"), None);
    done(&narrow, &job.expect("it is accepted").job_id);
    assert_eq!(library.version(), 3);
}

#[test]
fn rows_beyond_the_limit_are_refused_before_any_is_made() {
    let library = library();
    // So many rows would take longer than anybody waits.
    let words = "set author.note = 'x'; add 1000000000 rows to book";
    assert_eq!(library.failed(&prompt(words)), "row-limit");
    assert_eq!(library.failed(&ModifyRequest { dry_run: true, ..prompt(words) }), "row-limit");
    let made = crate::setup::request(Some(words));
    assert_eq!(library.service.plan(&made).expect_err("too many").code(), "row-limit");
    let job = library.service.generate(&made, None).expect("it is accepted").job_id;
    let record = library.service.wait(&job, crate::setup::LONG).expect("it is there");
    assert_eq!(record.error.expect("too many").code, "row-limit");
    assert_eq!(library.version(), 1);
}
