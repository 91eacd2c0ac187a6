//! How many cells does a CPU second bring, table by table, of a schema's own rows as CSV?
//!
//! `tables DIALECT FILE...` plans a million rows of each table and makes and encodes every twentieth batch of them. The
//! clock is the thread's own time on a processor. Without arguments, as a test, the bookshop is measured with fewer
//! rows.

mod schemas;

use rustix::time::{ClockId, clock_gettime};
use seedbed_datagen_core::Batch;
use seedbed_ddl_parse::parse;
use seedbed_rows::{Plan, TablePlan};
use seedbed_schema_model::{Dialect, Schema, SourceMap};
use seedbed_text_encode::{CsvFormat, TextEncoder};
use std::hint::black_box;
use std::sync::Arc;

/// Rows of each table.
const ROWS: u64 = 1_000_000;
/// Rows of a batch, as runs have them.
const BATCH: u64 = 4_096;
/// One batch of so many is made.
const SAMPLED: usize = 20;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let (schema, rows) = match &arguments[..] {
        [dialect, files @ ..] if !files.is_empty() => {
            let mut sources = SourceMap::default();
            for file in files {
                sources.push(file, &std::fs::read_to_string(file).expect("a file that can be read"));
            }
            let dialect: Dialect = dialect.parse().expect("postgres, mysql or sqlite");
            (Arc::new(parse(&sources, Some(dialect)).schema), ROWS)
        }
        _ => (schemas::schema(include_str!("../examples/bookshop.sql")), 1_000),
    };
    let plan = schemas::plan(&schema, rows);
    for table in plan.tables() {
        say(&measured(&plan, table));
    }
}

/// Name, rows, columns, and millions of cells a second of making and of encoding.
fn measured(plan: &Plan, table: &TablePlan) -> String {
    let schema = plan.schema();
    let mut encoder = TextEncoder::new(CsvFormat::new(schema.dialect), schema.dialect);
    let (mut cells, mut making, mut encoding) = (0, 0.0, 0.0);
    let mut text = Vec::new();
    // The first batch comes twice, and counts the second time: some lists and buffers are made once.
    let firsts = (0..table.rows).step_by(BATCH as usize * SAMPLED);
    for (n, first) in firsts.clone().take(1).chain(firsts).enumerate() {
        let started = on_cpu();
        let batch = plan.complete_batch(table.table, first..table.rows.min(first + BATCH));
        let made = on_cpu();
        text.clear();
        encode(&mut encoder, schema, &batch, &mut text);
        black_box(&text);
        let encoded = on_cpu();
        if n > 0 {
            (making, encoding) = (making + made - started, encoding + encoded - made);
            cells += batch.rows.num_rows() * batch.rows.num_columns();
        }
    }
    let rate = |seconds: f64| cells as f64 / 1e6 / seconds.max(1e-9);
    let columns = table.columns.len() + table.generated.len();
    let name = &schema[table.table].name;
    format!(
        "{name}\t{}\t{columns}\t{:.1}\t{:.1}\t{:.1}",
        table.rows,
        rate(making + encoding),
        rate(making),
        rate(encoding)
    )
}

fn encode(encoder: &mut TextEncoder<CsvFormat>, schema: &Schema, batch: &Batch, text: &mut Vec<u8>) {
    encoder.push_batch(schema, batch, text).expect("a plan's batches can be written");
}

/// Seconds that this thread has been on a processor.
fn on_cpu() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

#[expect(clippy::print_stdout, reason = "a program's answer")]
fn say(line: &str) {
    println!("{line}");
}
