//! Every example of `docs/edits.md` is read, or refused where it says so.

use seedbed_ddl_parse::parse;
use seedbed_edit::{parse_edits, to_text};
use seedbed_schema_model::{Schema, SourceMap};
use std::path::Path;

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    std::fs::read_to_string(path).expect("a file of the workspace")
}

fn bookshop() -> Schema {
    let lowered = parse(&SourceMap::of(&read("examples/bookshop.sql")), None);
    assert_eq!(lowered.problems, []);
    lowered.schema
}

/// The lines of all blocks of a kind.
fn examples(kind: &str) -> Vec<String> {
    let text = read("docs/edits.md");
    let fence = format!("```{kind}\n");
    let blocks = text.split(&fence).skip(1).filter_map(|block| block.split("```").next());
    blocks.flat_map(str::lines).map(str::to_owned).collect()
}

#[test]
fn every_example_is_read_and_reads_back() {
    let (schema, examples) = (bookshop(), examples("edits"));
    assert!(examples.len() >= 50, "only {} examples were found", examples.len());
    for example in examples {
        let edits = parse_edits(&example, &schema).unwrap_or_else(|e| panic!("{example}: {e:?}"));
        assert_eq!(edits.is_empty(), example.starts_with('#'), "{example}");
        assert_eq!(parse_edits(&to_text(&edits), &schema), Ok(edits), "{example}");
    }
}

#[test]
fn every_refused_example_is_refused() {
    let (schema, examples) = (bookshop(), examples("refused"));
    assert!(examples.len() >= 5, "only {} examples were found", examples.len());
    for example in examples {
        assert!(parse_edits(&example, &schema).is_err(), "{example}");
    }
}
