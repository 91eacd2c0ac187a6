//! Lists of values: by table, in batches, cleaned, and column by column where a batch fails.

use crate::kit::{Asker, config, gemini};
use seedbed_ai_gemini::mock::{Mock, Wanted};
use seedbed_ai_gemini::{Gemini, GeminiConfig};
use seedbed_edit::{Advisor, Edit, Source};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn set_list(table: &str, column: &str) -> Value {
    json!({"kind": "set-list", "table": table, "column": column})
}

fn examples(edits: &[Edit]) -> BTreeMap<String, Vec<String>> {
    let of = |edit: &Edit| match edit {
        Edit::Set(set) => match &set.to {
            Source::Examples(values) => Some((set.column.clone(), values.clone())),
            _ => None,
        },
        _ => None,
    };
    edits.iter().filter_map(of).collect()
}

#[test]
fn values_are_asked_for_by_table_and_cleaned() {
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::shop();
    mock.answer("odd", json!({"edits": [set_list("customers", "name"), set_list("customers", "country"), set_list("products", "category")]}));
    mock.answer(
        "odd",
        json!({"lists": [
            {"column": "country", "values": ["fr", "FRA", " DE ", "fr", "Fr", null, 7]},
            {"column": "name", "values": ["Ada", "ada ", "", "x\u{0}y", "n".repeat(81), "Zoë"]},
        ]}),
    );
    mock.answer(
        "odd",
        json!({"lists": [{"column": "category", "values": ["toys", "BOOKS", "garden", "books"]}]}),
    );
    let advice = gemini(&mock.base_url()).wishes(&asker.question("odd"));
    assert_eq!(advice.errors, []);
    let lists = examples(&advice.proposal.expect("there is a proposal"));
    assert_eq!(lists["country"], ["fr", "DE", "7"]);
    assert_eq!(lists["name"], ["Ada", "Zoë"]);
    assert_eq!(lists["category"], ["books", "garden"], "what the CHECK lists, as it lists it");
    assert_eq!(mock.requests().len(), 3, "one proposal, one request for each table");
    assert_eq!(advice.exchanges.len(), 3);
}

#[test]
fn what_is_shuffled_or_missing_is_put_right() {
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::shop();
    let columns = ["name", "city", "phone"].map(|c| set_list("customers", c));
    mock.answer("many", json!({"edits": columns}));
    let advice = gemini(&mock.mode_url("shuffled-lists")).wishes(&asker.question("many"));
    assert_eq!(advice.errors, []);
    let lists = examples(&advice.proposal.expect("there is a proposal"));
    assert_eq!(lists.keys().map(String::as_str).collect::<Vec<_>>(), ["city", "name", "phone"]);
    assert!(lists.values().all(|values| values.len() == 50), "{lists:?}");
    assert_eq!(mock.requests().len(), 3, "the missing column is asked for alone");
}

#[test]
fn a_column_without_a_list_falls_back_by_itself() {
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::shop();
    mock.answer("half", json!({"edits": [set_list("customers", "name"), set_list("customers", "city")]}));
    mock.answer_by(|request| {
        if request.wanted != Wanted::Lists {
            return None;
        }
        Some(json!({"lists": [{"column": "name", "values": ["Ada"]}, {"column": "city", "values": []}]}))
    });
    let advice = gemini(&mock.base_url()).wishes(&asker.question("half"));
    assert_eq!(examples(&advice.proposal.expect("the name is good")).len(), 1);
    let [error] = advice.errors.as_slice() else { panic!("{:?}", advice.errors) };
    assert_eq!(error.code, "ai-malformed");
    assert_eq!((error.table.as_deref(), error.column.as_deref()), (Some("customers"), Some("city")));
    assert_eq!(error.instead.as_deref(), Some("the rules"));
    let change = gemini(&mock.base_url()).changes(&asker.question("half"));
    assert_eq!(change.proposal, None, "half of a change is another change");
    assert_eq!(change.errors[0].instead.as_deref(), Some("no change"));
}

#[test]
fn a_limit_of_the_day_ends_all_lists() {
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::shop();
    let columns = ["name", "city", "phone", "email"].map(|c| set_list("customers", c));
    mock.answer("many", json!({"edits": columns}));
    mock.read_answers(r#"{"match": "many", "mode": "quota-day"}"#).expect("a line");
    let config = GeminiConfig { columns_per_list: 1, concurrency: 1, ..config(&mock.base_url()) };
    let advice = Gemini::new(config).expect("good").wishes(&asker.question("many"));
    assert_eq!(advice.proposal, None);
    let told: Vec<_> = advice.errors.iter().map(|e| (e.code.as_str(), e.column.as_deref())).collect();
    let wanted = ["name", "email", "phone", "city"].map(|c| ("ai-quota-day", Some(c)));
    assert_eq!(told, wanted);
    assert_eq!(mock.requests().len(), 2, "nobody asks again");
}

#[test]
fn the_same_lists_come_whatever_the_threads_do() {
    let all = |concurrency: usize| {
        let mock = Mock::start().expect("a port is free");
        let asker = Asker::shop();
        let columns = ["name", "city", "phone", "email"].map(|c| set_list("customers", c));
        mock.answer("many", json!({"edits": columns}));
        let config = GeminiConfig { columns_per_list: 1, concurrency, ..config(&mock.base_url()) };
        let advice = Gemini::new(config).expect("good").wishes(&asker.question("many"));
        (advice.proposal, advice.exchanges)
    };
    assert_eq!(all(1), all(4));
}
