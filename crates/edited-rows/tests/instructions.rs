//! The edits of the sixty instructions, on rows of their schemas.
use seedbed_edit::Edit;
use seedbed_edited_rows::{EditOptions, EditedRows};
use seedbed_export::NullSink;
use seedbed_job::{Job, Silent};
use seedbed_schema_model::SourceMap;
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    schema: String,
    words: String,
    edits: Vec<Edit>,
}

#[test]
fn each_proposal_can_be_carried_out() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../edit/tests/instructions");
    let text = std::fs::read_to_string(format!("{folder}/instructions.jsonl")).expect("the file");
    for line in text.lines() {
        let line: Line = serde_json::from_str(line).expect("a line");
        let ddl = std::fs::read_to_string(format!("{folder}/{}.sql", line.schema)).expect("a schema");
        let planned = Job::new(SourceMap::of(&ddl)).dialect(seedbed_schema_model::Dialect::Postgres).plan(&mut Silent).expect("a plan");
        let began = std::time::Instant::now();
        let edited = EditedRows::new(&planned, &**planned.plan(), &line.edits, &EditOptions::default());
        let told = match edited.and_then(|edited| edited.write(Box::new(NullSink), None, &mut ())) {
            Ok(applied) => format!("{:?} {:?}", applied.diff.tables.iter().map(|(n,d)| (n.clone(), d.added, d.removed, d.updated_rows, d.cells.clone())).collect::<Vec<_>>(), applied.notes),
            Err(error) => format!("REFUSED {}: {error} / {:?}", error.code(), error.hint()),
        };
        println!("{} [{:?}]\n    {told}", line.words, began.elapsed());
    }
}
