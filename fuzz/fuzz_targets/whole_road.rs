//! Any DDL with any spec, to a few checked rows: no step panics; an error is one of the input or of a limit, with a code
//! and with places inside its texts; rows break no constraint unless the plan has said beforehand what it does not
//! guarantee, or the schema what could not be read; and other batches give the same rows.
#![no_main]

use arrow_array::Array;
use libfuzzer_sys::fuzz_target;
use seedbed_datagen_core::{Batch, RunOptions};
use seedbed_job::{Fault, Job, JobError, Limits, Outcome, Overrides, Silent, Target};
use seedbed_schema_model::{Dialect, Schema, Severity, SourceMap, TableId};
use seedbed_text_encode::ColumnText;
use std::collections::BTreeMap;
use std::time::Duration;

/// What stands before a spec, and behind both: as in the planner's fixtures, which are a start for the fuzzer.
const SPEC: &str = "\n---- spec\n";
const END: &str = "\n----\n";

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let text = text.split_once(END).map_or(text, |(input, _)| input);
    let (ddl, spec) = text.split_once(SPEC).unwrap_or((text, ""));
    let overrides = Overrides { rows: Some(u64::from(first >> 2) % 24), ..Overrides::default() };
    let job = Job::new(SourceMap::of(ddl))
        .dialect(Dialect::ALL.get(usize::from(first % 4)).copied())
        .spec_text("seedbed.toml", spec)
        .overrides(overrides)
        .limits(Limits { time: Some(Duration::from_secs(5)), rows: Some(1_000), ..Limits::default() });
    let whole = match job.run(Target::Memory, &mut Silent) {
        Ok(outcome) => outcome,
        Err(error) => return check_error(&error),
    };
    check_outcome(&whole);
    let cut = job.run_options(RunOptions { batch_rows: 3, ..RunOptions::default() });
    match cut.run(Target::Memory, &mut Silent) {
        Ok(cut) => assert_eq!(lines(&whole), lines(&cut), "other batches, other rows"),
        Err(error) => assert_eq!(error.fault(), Fault::Limit, "the same job failed the second time: {error}"),
    }
});

fn check_error(error: &JobError) {
    assert!(matches!(error.fault(), Fault::Input | Fault::Limit), "{error}");
    assert!(!error.code().is_empty());
    for problems in error.problems() {
        for problem in problems.list {
            assert!(!problem.code.is_empty() && !problem.message.is_empty());
            if let Some((sources, span)) = problems.sources.zip(problem.span) {
                assert!(sources.locate(span).is_some(), "{span:?} lies outside of the texts: {}", problem.message);
            }
        }
    }
}

fn check_outcome(outcome: &Outcome) {
    let made = outcome.rows.as_ref().expect("memory was the target");
    for (table, told) in &outcome.tables {
        let rows: usize = made.get(table).into_iter().flatten().map(|batch| batch.rows.num_rows()).sum();
        assert_eq!(rows as u64, told.rows, "rows of {}", outcome.read.schema[*table].name);
    }
    let all_read = outcome.read.problems.iter().all(|problem| problem.severity == Severity::Note);
    if outcome.limitations.is_empty() && all_read {
        let violations = outcome.violations();
        assert!(violations.is_empty(), "{violations:?}");
    }
}

/// The rows of each table as text, whatever batches they came in.
fn lines(outcome: &Outcome) -> BTreeMap<TableId, Vec<Vec<u8>>> {
    let schema = &outcome.read.schema;
    let tables = outcome.rows.iter().flatten();
    tables.map(|(table, batches)| (*table, batches.iter().flat_map(|batch| batch_lines(schema, batch)).collect())).collect()
}

fn batch_lines(schema: &Schema, batch: &Batch) -> Vec<Vec<u8>> {
    let mut lines = vec![Vec::new(); batch.rows.num_rows()];
    for (column, array) in batch.columns.iter().zip(batch.rows.columns()) {
        let ty = schema.base_type(&schema[batch.table][*column].ty);
        let cells = ColumnText::new(schema.dialect, ty, array).expect("a batch's columns are printable");
        for (row, line) in lines.iter_mut().enumerate() {
            line.push(if array.is_null(row) { b'-' } else { b',' });
            if array.is_valid(row) {
                cells.push(row, line);
            }
        }
    }
    lines
}
