//! What does each kind of column cost, and what does a plan?
//!
//! `hot_paths list` names the paths, `hot_paths PATH TIMES` walks one so often and does nothing else (for a profiler, or
//! for `instructions.py`, which counts), and `hot_paths time` prints the nanoseconds of every path a cell. Without
//! arguments, as a test, each path is walked once.

mod schemas;

use seedbed_datagen_core::Batch;
use seedbed_rows::Plan;
use seedbed_schema_model::{Schema, TableId};
use seedbed_text_encode::{CsvFormat, TextEncoder};
use seedbed_validate::Check;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

/// Rows of a batch, as runs have them unless told otherwise.
const ROWS: u64 = 4_096;
/// Rows of each table.
const LEN: u64 = 1_000_000;

/// A kind of column, and a schema whose last table has no other column.
const KINDS: &[(&str, &str)] = &[
    ("integer-key", "CREATE TABLE t (id bigint PRIMARY KEY)"),
    ("permuted-key", "CREATE TABLE t (code bigint NOT NULL UNIQUE CHECK (code BETWEEN 1 AND 1000000000))"),
    (
        "reference",
        "CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE t (p_id bigint NOT NULL REFERENCES p)",
    ),
    (
        "children",
        "CREATE TABLE p (id bigint PRIMARY KEY);
         CREATE TABLE t (p_id bigint NOT NULL REFERENCES p, line_no integer NOT NULL, PRIMARY KEY (p_id, line_no))",
    ),
    (
        "pairs",
        "CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE q (id bigint PRIMARY KEY);
         CREATE TABLE t (p_id bigint NOT NULL REFERENCES p, q_id bigint NOT NULL REFERENCES q, PRIMARY KEY (p_id, q_id))",
    ),
    ("choice", "CREATE TABLE t (state text NOT NULL CHECK (state IN ('new', 'open', 'done')))"),
    ("boolean", "CREATE TABLE t (is_active boolean NOT NULL)"),
    ("integer", "CREATE TABLE t (quantity integer NOT NULL)"),
    ("decimal", "CREATE TABLE t (amount numeric(10, 2) NOT NULL)"),
    ("float", "CREATE TABLE t (ratio double precision NOT NULL)"),
    ("date", "CREATE TABLE t (birth_date date NOT NULL)"),
    ("timestamp", "CREATE TABLE t (created_at timestamp NOT NULL)"),
    ("uuid", "CREATE TABLE t (id uuid PRIMARY KEY)"),
    ("pick", "CREATE TABLE t (city text NOT NULL)"),
    ("nullable-pick", "CREATE TABLE t (city text)"),
    ("email", "CREATE TABLE t (email varchar(120) NOT NULL UNIQUE)"),
    ("phone", "CREATE TABLE t (phone varchar(20) NOT NULL)"),
    ("street", "CREATE TABLE t (street text NOT NULL)"),
    ("sentence", "CREATE TABLE t (note text NOT NULL)"),
    ("coded", "CREATE TABLE t (label varchar(16) NOT NULL UNIQUE)"),
    ("json", "CREATE TABLE t (payload jsonb NOT NULL)"),
];

/// Rules that only a check has to look at.
const RULES: &[(&str, &str)] = &[
    ("order", "CREATE TABLE t (low integer NOT NULL, high integer NOT NULL, CHECK (low <= high))"),
    ("pattern", "CREATE TABLE t (email varchar(80) NOT NULL CHECK (email LIKE '%@%'))"),
    (
        "text-reference",
        "CREATE TABLE p (code varchar(12) PRIMARY KEY); CREATE TABLE t (p_code varchar(12) NOT NULL REFERENCES p)",
    ),
];

/// Batches of a table that a check meets one after the other, so that keys are new to it.
const BATCHES: u64 = 48;

/// Something to be measured: a step that is repeated, after everything that it needs is there.
struct Path {
    name: String,
    /// Cells that a step makes or writes; 1 for a step of another kind.
    cells: u64,
    prepare: Box<dyn Fn() -> Box<dyn FnMut()>>,
}

fn paths(rows: u64) -> Vec<Path> {
    let fill = KINDS.iter().map(move |(kind, ddl)| Path {
        name: format!("fill/{kind}"),
        cells: rows * columns(ddl),
        prepare: Box::new(move || {
            let (plan, table) = planned(ddl);
            Box::new(move || drop(black_box(plan.batch(table, 3 * rows..4 * rows))))
        }),
    });
    let encode = KINDS.iter().map(move |(kind, ddl)| Path {
        name: format!("encode/{kind}"),
        cells: rows * columns(ddl),
        prepare: Box::new(move || {
            let (plan, table) = planned(ddl);
            let batch = plan.batch(table, 3 * rows..4 * rows);
            let mut encoder = TextEncoder::new(CsvFormat::new(plan.schema().dialect), plan.schema().dialect);
            let mut text = Vec::new();
            Box::new(move || {
                text.clear();
                encode(&mut encoder, plan.schema(), &batch, &mut text);
                black_box(&text);
            })
        }),
    });
    let check = KINDS.iter().chain(RULES).map(move |(kind, ddl)| Path {
        name: format!("check/{kind}"),
        cells: rows * columns(ddl),
        prepare: Box::new(move || {
            let (plan, table) = planned(ddl);
            let plan: &'static Plan = Box::leak(Box::new(plan));
            let batch = |number| plan.complete_batch(table, number * rows..(number + 1) * rows);
            let mut batches = (0..BATCHES).map(batch).collect::<Vec<_>>().into_iter().cycle();
            let check = Check::new(plan.schema());
            Box::new(move || {
                let batch = batches.next().expect("a cycle of batches");
                check.batch(table, batch.first_row, &batch.rows).expect("a plan's batches can be checked");
            })
        }),
    });
    let bookshop = Path {
        name: "plan/bookshop".to_owned(),
        cells: 1,
        prepare: Box::new(|| {
            Box::new(|| {
                let schema = schemas::schema(include_str!("../examples/bookshop.sql"));
                drop(black_box(schemas::plan(&schema, 1000)));
            })
        }),
    };
    fill.chain(encode).chain(check).chain([bookshop]).collect()
}

fn encode(encoder: &mut TextEncoder<CsvFormat>, schema: &Schema, batch: &Batch, text: &mut Vec<u8>) {
    encoder.push_batch(schema, batch, text).expect("a plan's batches can be written");
}

fn columns(ddl: &str) -> u64 {
    schemas::schema(ddl).tables_indexed().map(|(_, t)| t).last().map_or(0, |t| t.columns.len() as u64)
}

/// The plan of a schema, and its last table.
fn planned(ddl: &str) -> (Plan, TableId) {
    let schema: Arc<Schema> = schemas::schema(ddl);
    let plan = schemas::plan(&schema, LEN);
    let table = TableId(schema.tables_indexed().count() as u32 - 1);
    (plan, table)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["list"] => paths(ROWS).iter().for_each(|path| say(&path.name)),
        ["time"] => paths(ROWS).iter().for_each(|path| say(&timed(path))),
        ["time", rows] => {
            let rows = rows.parse().expect("a number of rows");
            paths(rows).iter().for_each(|path| say(&timed(path)));
        }
        [name, times] => {
            let times: u32 = times.parse().expect("a number of times");
            let paths = paths(ROWS);
            let path = paths.iter().find(|p| p.name == name).expect("one of the names that `list` prints");
            let mut step = (path.prepare)();
            (0..times).for_each(|_| step());
        }
        _ => paths(ROWS).iter().for_each(|path| (path.prepare)()()),
    }
}

/// The best of many steps: what disturbs one only adds to it.
fn timed(path: &Path) -> String {
    let mut step = (path.prepare)();
    let seconds = (0..200).map(|_| {
        let started = Instant::now();
        step();
        started.elapsed().as_secs_f64()
    });
    let best = seconds.fold(f64::INFINITY, f64::min);
    format!("{:24} {:12.1} ns", path.name, best * 1e9 / path.cells as f64)
}

#[expect(clippy::print_stdout, reason = "a program's answer")]
fn say(line: &str) {
    println!("{line}");
}
