//! Sixty instructions of people: what of them is read without a model, and that the rest is refused, never misread.

use seedbed_ddl_parse::parse;
use seedbed_edit::{Edit, parse_edits};
use seedbed_schema_model::{Dialect, Schema, SourceMap};
use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
struct Instruction {
    schema: String,
    words: String,
    plain: Option<String>,
    edits: Vec<Edit>,
}

impl Instruction {
    fn schema(&self) -> Schema {
        let ddl = read(&format!("{}.sql", self.schema));
        let lowered = parse(&SourceMap::of(&ddl), Some(Dialect::Postgres));
        assert_eq!(lowered.problems, [], "{}", self.schema);
        lowered.schema
    }
}

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/instructions").join(file);
    std::fs::read_to_string(path).expect("a file beside the instructions")
}

fn instructions() -> Vec<Instruction> {
    let text = read("instructions.jsonl");
    let all: Vec<_> =
        text.lines().map(|l| serde_json::from_str(l).expect("a line is an instruction")).collect();
    assert_eq!(all.len(), 60);
    all
}

/// What went another way than it should, for a message.
fn told(wrong: &[String]) -> String {
    format!("{} wrong:\n{}", wrong.len(), wrong.join("\n"))
}

#[test]
fn the_plainest_wording_of_two_in_three_is_read_as_meant() {
    let (mut wrong, mut read) = (Vec::new(), 0);
    for line in instructions() {
        let Some(plain) = &line.plain else { continue };
        match parse_edits(plain, &line.schema()) {
            Ok(edits) if edits == line.edits => read += 1,
            other => wrong.push(format!("{plain}: {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", told(&wrong));
    assert!(read >= 40, "only {read} of 60 are read without a model");
}

#[test]
fn the_words_are_read_as_meant_or_refused_with_a_reason() {
    let mut wrong = Vec::new();
    for line in instructions() {
        match parse_edits(&line.words, &line.schema()) {
            Ok(edits) if line.plain.is_some() && edits == line.edits => {}
            Err(errors) if !errors.is_empty() && errors.iter().all(|e| !e.to_string().is_empty()) => {}
            other => wrong.push(format!("{}: {other:?}", line.words)),
        }
    }
    assert!(wrong.is_empty(), "{}", told(&wrong));
}

#[test]
fn what_is_meant_reads_back_from_its_canonical_text() {
    for line in instructions() {
        let text = seedbed_edit::to_text(&line.edits);
        assert_eq!(parse_edits(&text, &line.schema()), Ok(line.edits), "{text}");
    }
}
