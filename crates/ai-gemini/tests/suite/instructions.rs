//! The sixty instructions: the form in which edits are proposed can say all of them.

use crate::kit::{Asker, gemini, schema};
use seedbed_ai_gemini::mock::Mock;
use seedbed_edit::{Advisor, Edit, Source};
use serde_json::{Value, json};
use std::path::Path;

#[test]
fn each_instruction_comes_out_as_its_edits() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../edit/tests/instructions/instructions.jsonl");
    let lines = std::fs::read_to_string(path).expect("the instructions are there");
    let mut seen = 0;
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).expect("a line is JSON");
        let text = |key: &str| line[key].as_str().expect("it is text").to_owned();
        let words = text("words");
        let mock = Mock::start().expect("a port is free");
        let flat: Vec<Value> = line["edits"].as_array().expect("a list").iter().map(flat).collect();
        mock.answer(&words, json!({"edits": flat}));
        let asker = Asker::of(schema(&text("schema")));
        let gemini = gemini(&mock.base_url());
        let question = asker.question(&words);
        let advice =
            if text("for") == "generation" { gemini.wishes(&question) } else { gemini.changes(&question) };
        assert!(advice.errors.is_empty(), "{words}: {:?}", advice.errors);
        let wanted: Vec<Edit> = serde_json::from_value(line["edits"].clone()).expect("edits");
        let got = advice.proposal.expect("there is a proposal");
        for edit in &got {
            if let Edit::Set(set) = edit
                && let Source::Examples(values) = &set.to
            {
                assert!(values.len() >= 4, "{words}: {values:?}");
            }
        }
        assert_eq!(without_examples(got), without_examples(wanted), "{words}");
        seen += 1;
    }
    assert_eq!(seen, 60);
}

fn without_examples(mut edits: Vec<Edit>) -> Vec<Edit> {
    for edit in &mut edits {
        if let Edit::Set(set) = edit
            && let Source::Examples(values) = &mut set.to
        {
            values.clear();
        }
    }
    edits
}

/// An edit as a model proposes it.
fn flat(edit: &Value) -> Value {
    let mut flat = json!({});
    let mut put = |key: &str, value: &Value| {
        if !value.is_null() {
            flat[key] = value.clone();
        }
    };
    for key in ["table", "column", "share", "count", "unit", "referrers", "locale"] {
        put(key, &edit[key]);
    }
    for key in ["where", "share", "count"] {
        put(key, &edit["rows"][key]);
    }
    let kind = edit["edit"].as_str().expect("a kind");
    match kind {
        "spread" => put("distribution", &edit["by"]),
        "rename" => put("renames", &edit["values"]),
        _ => put("by", &edit["by"]),
    }
    let to = &edit["to"];
    put("value", &to["value"]);
    put("values", &to["values"]);
    put("expression", &to["expression"]);
    put("min", &to["range"]["min"]);
    put("max", &to["range"]["max"]);
    let source = match to.as_object().and_then(|t| t.keys().next()).map(String::as_str) {
        Some("examples") => "set-list".to_owned(),
        Some(source) => format!("set-{source}"),
        None => kind.to_owned(),
    };
    flat["kind"] = Value::from(source);
    flat
}
