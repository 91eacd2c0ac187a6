//! The course of a question: record, budgets, cancellation, sampling, room for the schema, runtimes.

use crate::kit::{Asker, config, gemini, schema_of};
use seedbed_ai_gemini::mock::Mock;
use seedbed_ai_gemini::{Gemini, GeminiConfig};
use seedbed_edit::{Advisor, ExchangeRecord, Sampling};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn seven(mock: &Mock) {
    mock.answer("seven", json!({"edits": [{"kind": "rows", "table": "customers", "count": 7}]}));
}

#[test]
fn the_same_question_is_answered_by_the_record() {
    let mock = Mock::start().expect("a port is free");
    seven(&mock);
    let mut asker = Asker::shop();
    let gemini = gemini(&mock.base_url());
    let first = gemini.changes(&asker.question("seven"));
    let spent = *asker.record.spent.lock().expect("no test panicked");
    let again = gemini.changes(&asker.question("seven"));
    assert_eq!(again.proposal, first.proposal);
    assert!(again.exchanges[0].from_record && !first.exchanges[0].from_record);
    assert_eq!(again.exchanges[0].request, first.exchanges[0].request);
    assert_eq!(mock.requests().len(), 1);
    assert_eq!(*asker.record.spent.lock().expect("no test panicked"), spent, "it costs nothing");
    let told = &first.exchanges[0];
    assert_eq!(told.prompt_tokens + told.answer_tokens, spent);
    assert_eq!((told.prompt.as_str(), told.model_version.as_deref()), ("changes", Some("gemini-mock-1")));

    gemini.wishes(&asker.question("seven"));
    asker.sampling = Sampling { temperature: Some(0.1), ..Sampling::default() };
    gemini.changes(&asker.question("seven"));
    assert_eq!(mock.requests().len(), 3, "another prompt, and another way to speak, are other questions");
}

#[test]
fn half_of_a_change_is_asked_for_again_and_never_kept() {
    let mock = Mock::start().expect("a port is free");
    let good = json!({"kind": "rows", "table": "customers", "count": 3});
    let bad = json!({"kind": "rows", "table": "clients", "count": 3});
    mock.answer("three", json!({"edits": [good, bad]}));
    mock.answer("three", json!({"edits": [good, good]}));
    mock.answer("four", json!({"edits": [good, bad]}));
    let asker = Asker::shop();
    let gemini = gemini(&mock.base_url());
    let mended = gemini.changes(&asker.question("three"));
    assert_eq!((mended.proposal.map(|p| p.len()), mended.errors.len()), (Some(2), 0));
    assert_eq!((mock.requests().len(), mended.exchanges.len()), (2, 2));
    for calls in [4, 6] {
        let never = gemini.changes(&asker.question("four"));
        assert_eq!(never.proposal, None);
        assert_eq!((never.errors[0].code.as_str(), mock.requests().len()), ("ai-unknown-table", calls));
    }
    let kept = asker.record.kept.lock().expect("no test panicked").clone();
    assert_eq!(kept, mended.exchanges[1..], "the whole one is kept");
    let wished = gemini.wishes(&asker.question("four"));
    assert_eq!((wished.proposal.map(|p| p.len()), wished.errors.len()), (Some(1), 1));
}

#[test]
fn what_is_forgotten_is_asked_again() {
    let mock = Mock::start().expect("a port is free");
    seven(&mock);
    let asker = Asker::shop();
    let gemini = gemini(&mock.base_url());
    let first = gemini.changes(&asker.question("seven"));
    asker.record.forget(&first.exchanges[0].request);
    let again = gemini.changes(&asker.question("seven"));
    assert!(!again.exchanges[0].from_record);
    assert_eq!((mock.requests().len(), again.proposal), (2, first.proposal));
}

#[test]
fn an_answer_to_a_simpler_form_is_found_again() {
    let mock = Mock::start().expect("a port is free");
    seven(&mock);
    let asker = Asker::shop();
    let gemini = gemini(&mock.mode_url("too-many-states"));
    assert!(gemini.changes(&asker.question("seven")).proposal.is_some());
    assert!(gemini.changes(&asker.question("seven")).exchanges[0].from_record);
    assert_eq!(mock.requests().len(), 3);
    assert!(gemini.changes(&asker.question("seven more")).proposal.is_some());
    assert_eq!(mock.requests().len(), 4, "the form that was taken is remembered");
}

#[test]
fn budgets_end_questions_before_they_are_asked() {
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::shop();
    let with = |job: Option<u64>, day: Option<u64>| {
        Gemini::new(GeminiConfig { tokens_per_job: job, tokens_per_day: day, ..config(&mock.base_url()) })
            .expect("good")
    };
    assert_eq!(with(Some(10), None).changes(&asker.question("x")).errors[0].code, "ai-budget-job");
    assert_eq!(with(None, Some(10)).changes(&asker.question("x")).errors[0].code, "ai-budget-day");
    assert_eq!(mock.requests().len(), 0);
    assert_eq!(with(Some(100_000), Some(100_000)).changes(&asker.question("x")).errors, []);
    *asker.record.spent.lock().expect("no test panicked") = 100_000;
    assert_eq!(with(None, Some(100_000)).changes(&asker.question("y")).errors[0].code, "ai-budget-day");
    assert_eq!(mock.requests().len(), 1);
}

#[test]
fn a_list_that_would_cost_too_much_falls_back() {
    let mock = Mock::start().expect("a port is free");
    mock.answer("names", json!({"edits": [{"kind": "set-list", "table": "customers", "column": "name"}]}));
    let asker = Asker::shop();
    let free = gemini(&mock.base_url()).changes(&asker.question("names"));
    let first = free.exchanges[0].prompt_tokens + free.exchanges[0].answer_tokens;
    let asker = Asker::shop();
    let config = GeminiConfig { tokens_per_job: Some(first + 5), ..config(&mock.base_url()) };
    let advice = Gemini::new(config).expect("good").changes(&asker.question("names"));
    assert_eq!(advice.errors[0].code, "ai-budget-job");
    assert_eq!(advice.errors[0].column.as_deref(), Some("name"));
}

#[test]
fn tokens_that_nobody_counts_are_estimated() {
    let mock = Mock::start().expect("a port is free");
    seven(&mock);
    let asker = Asker::shop();
    let exchange = gemini(&mock.mode_url("no-usage")).changes(&asker.question("seven")).exchanges.remove(0);
    assert_eq!(exchange.model_version, None);
    assert_eq!(exchange.answer_tokens, (exchange.answer.len() as u64).div_ceil(4));
    assert!(exchange.prompt_tokens > 500);
}

#[test]
fn cancellation_ends_waiting_and_pauses_at_once() {
    for mode in ["silent", "quota-minute"] {
        let mock = Mock::start().expect("a port is free");
        let asker = Asker::shop();
        let config =
            GeminiConfig { timeouts: seedbed_ai_gemini::Timeouts::default(), ..config(&mock.mode_url(mode)) };
        let gemini = Gemini::new(config).expect("good");
        let canceled = asker.cancel.clone();
        let canceler = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(400));
            canceled.cancel();
            Instant::now()
        });
        let advice = gemini.changes(&asker.question("x"));
        let late = Instant::now().duration_since(canceler.join().expect("no thread panics"));
        assert_eq!(advice.errors[0].code, "ai-canceled", "{mode}");
        assert!(late < Duration::from_millis(300), "{mode}: {late:?}");
    }
}

#[test]
fn a_question_has_a_time() {
    let mock = Mock::start().expect("a port is free");
    let mut config = config(&mock.mode_url("failing-forever"));
    config.retries.calls = 1_000;
    config.retries.first_pause = Duration::from_millis(100);
    config.retries.longest_pause = Duration::from_millis(300);
    config.timeouts.question = Duration::from_millis(1_000);
    let began = Instant::now();
    let advice = Gemini::new(config).expect("good").changes(&Asker::shop().question("x"));
    assert_eq!(advice.errors[0].code, "ai-server-failed");
    assert!(began.elapsed() < Duration::from_millis(2_500));
    assert!((2..10).contains(&mock.requests().len()));
}

#[test]
fn sampling_is_clamped_told_and_sent() {
    let mock = Mock::start().expect("a port is free");
    let mut asker = Asker::shop();
    let gemini = gemini(&mock.base_url());
    gemini.changes(&asker.question("one"));
    asker.sampling = Sampling { temperature: Some(9.0), top_p: Some(0.5), top_k: Some(-3) };
    let notes = gemini.changes(&asker.question("two")).notes;
    assert!(
        notes.iter().any(|n| n == "`temperature` was 9 and is taken as 2: it goes from 0 to 2"),
        "{notes:?}"
    );
    let requests = mock.requests();
    assert_eq!(requests[0].json["generationConfig"].get("temperature"), None);
    let sent = &requests[1].json["generationConfig"];
    assert_eq!((&sent["temperature"], &sent["topP"], &sent["topK"]), (&json!(2.0), &json!(0.5), &json!(1)));
}

#[test]
fn of_a_large_schema_what_the_words_need_is_shown() {
    let mut sql = "CREATE TABLE parents (id integer PRIMARY KEY);\n".to_owned();
    for n in 0..200 {
        sql.push_str(&format!(
            "CREATE TABLE filler_{n} (id integer PRIMARY KEY, some_text varchar(100), more integer);\n"
        ));
    }
    sql.push_str("CREATE TABLE invoices (id integer PRIMARY KEY, parent_id integer REFERENCES parents (id), total numeric);");
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::of(schema_of(&sql));
    let config = GeminiConfig { schema_characters: 2_000, ..config(&mock.base_url()) };
    let advice = Gemini::new(config).expect("good").changes(&asker.question("Every invoice is dearer"));
    let request = mock.requests().remove(0);
    let shown = request.data("schema").expect("a schema");
    let names: Vec<&str> =
        shown["tables"].as_array().expect("a list").iter().filter_map(|t| t["name"].as_str()).collect();
    assert!(names.contains(&"public.invoices") || names.contains(&"invoices"), "{names:?}");
    assert!(names.iter().any(|n| n.ends_with("parents")), "{names:?}");
    assert!(names.len() < 30 && shown.to_string().chars().count() <= 2_000);
    assert!(
        advice.notes.iter().any(|n| n.contains(&format!("{} of 202 tables", names.len()))),
        "{:?}",
        advice.notes
    );
}

#[test]
fn a_question_about_one_table_changes_no_other() {
    let mock = Mock::start().expect("a port is free");
    let edits = json!([{"kind": "nulls", "column": "city", "share": 0.5}, {"kind": "rows", "table": "orders", "count": 1}]);
    mock.answer("half", json!({"edits": edits}));
    let mut asker = Asker::shop();
    asker.table = Some(asker.table_named("customers"));
    let gemini = gemini(&mock.base_url());
    let got = serde_json::to_value(gemini.wishes(&asker.question("half")).proposal).expect("JSON");
    assert_eq!(got, json!([{"edit": "nulls", "table": "customers", "column": "city", "share": 0.5}]));
    let advice = gemini.changes(&asker.question("half"));
    assert_eq!(advice.proposal, None, "half of a change is another change");
    assert_eq!(
        (advice.errors[0].code.as_str(), advice.errors[0].table.as_deref()),
        ("ai-other-table", Some("orders"))
    );
}

#[test]
fn edits_that_mean_nothing_are_dropped_by_name() {
    let mock = Mock::start().expect("a port is free");
    let edits = json!([
        {"kind": "rows", "table": "customers", "count": 3},
        {"kind": "rows", "table": "clients", "count": 3},
        {"kind": "set-value", "table": "customers", "column": "town", "value": "x"},
        {"kind": "set-value", "table": "orders", "column": "status", "value": "lost"},
        {"kind": "set-value", "table": "orders", "column": "status"},
        {"kind": "rows", "table": "orders", "count": 3, "where": "id > 5"},
        {"kind": "nulls", "table": "orders", "column": "note", "share": 2},
        {"kind": "add", "table": "orders", "count": 3},
    ]);
    mock.answer("all", json!({"edits": edits}));
    let asker = Asker::shop();
    let advice = gemini(&mock.base_url()).wishes(&asker.question("all"));
    assert_eq!(advice.proposal.map(|p| p.len()), Some(1));
    let told: Vec<Value> = advice.errors.iter().map(|e| json!([e.code, e.table, e.column])).collect();
    let wanted = json!([
        ["ai-edit-unreadable", null, null],
        ["ai-edit-incomplete", null, null],
        ["ai-edit-incomplete", null, null],
        ["ai-edit-unreadable", null, null],
        ["ai-unknown-column", "customers", "town"],
        ["ai-unknown-table", "clients", null],
        ["ai-value-unusable", "orders", "status"],
    ]);
    let mut sorted = told.iter().map(Value::to_string).collect::<Vec<_>>();
    sorted.sort();
    let mut wanted: Vec<String> = wanted.as_array().expect("a list").iter().map(Value::to_string).collect();
    wanted.sort();
    assert_eq!(sorted, wanted);
    assert!(advice.errors.iter().all(|e| e.instead.as_deref() == Some("the rules")));
}

#[test]
fn it_may_be_asked_and_dropped_on_any_thread() {
    let mock = Mock::start().expect("a port is free");
    seven(&mock);
    let url = mock.base_url();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let advice = runtime.block_on(async move {
        let gemini = gemini(&url);
        let asker = Asker::shop();
        gemini.changes(&asker.question("seven"))
    });
    assert_eq!(advice.errors, []);
    assert!(advice.proposal.is_some());
}

#[test]
fn truth_values_are_numbers_where_there_is_no_type_for_them() {
    let mock = Mock::start().expect("a port is free");
    let value = json!({"kind": "set-value", "table": "t", "column": "flag", "value": true});
    let rename = json!({"kind": "rename", "table": "t", "column": "state", "renames": [{"from": "a", "to": "nowhere"}]});
    mock.answer("one", json!({"edits": [value]}));
    mock.answer("all", json!({"edits": [value, rename]}));
    let sql =
        "CREATE TABLE t (id integer PRIMARY KEY, flag smallint, state text CHECK (state IN ('a', 'b')));";
    let (gemini, asker) = (gemini(&mock.base_url()), Asker::of(schema_of(sql)));
    let got = serde_json::to_value(gemini.changes(&asker.question("one")).proposal).expect("JSON");
    assert_eq!(got, json!([{"edit": "set", "table": "t", "column": "flag", "to": {"value": true}}]));
    let advice = gemini.changes(&asker.question("all"));
    assert_eq!(advice.proposal, None);
    assert_eq!(advice.errors[0].code, "ai-value-unusable");
}

#[test]
fn no_more_calls_run_at_once_than_may() {
    let mock = Mock::start().expect("a port is free");
    let config = GeminiConfig { concurrency: 2, ..config(&mock.mode_url("slow")) };
    let gemini = Gemini::new(config).expect("good");
    let began = Instant::now();
    let threads: Vec<_> = (0..8)
        .map(|n| {
            let gemini = gemini.clone();
            std::thread::spawn(move || gemini.changes(&Asker::shop().question(&format!("number {n}"))).errors)
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().expect("no thread panics"), []);
    }
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(800), "8 calls of 200 ms, 2 at a time: {took:?}");
    assert_eq!(mock.requests().len(), 8);
}

#[test]
fn a_refusal_costs_nothing_and_a_call_that_is_given_up_does() {
    let spent = |mode: &str| {
        let mock = Mock::start().expect("a port is free");
        let asker = Asker::shop();
        let gemini = Gemini::new(crate::kit::impatient(&mock.mode_url(mode))).expect("good");
        assert_eq!(gemini.changes(&asker.question("x")).proposal, None);
        *asker.record.spent.lock().expect("no test panicked")
    };
    assert_eq!(spent("quota-day"), 0);
    assert_eq!(spent("overloaded-forever"), 0);
    assert!(spent("silent") > 1_000, "the question was sent four times");
}
