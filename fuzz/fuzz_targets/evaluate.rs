//! Any CHECK on any row, in any dialect: evaluating never panics; the three ways to ask agree; what `supported` lets pass
//! names no unknown function, operator or cast later; a negated condition is the opposite; and a printed value that is
//! read again is the value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seedbed_ddl_parse::parse;
use seedbed_schema_model::{Column, Dialect, Expr, SourceMap, Table, UnaryOp};
use seedbed_sql_semantics::{Context, check_passes, evaluate, supported, truth};
use seedbed_sql_values::{Value, format_value, parse_value};

/// A column of each kind of value.
const COLUMNS: &str = "i bigint, d decimal(12, 3), f double precision, t varchar(40), c char(5), \
                       day date, moment timestamp, flag boolean";

// The first line is a condition, the others are the cells of a row.
fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let (condition, cells) = text.split_once('\n').unwrap_or((text, ""));
    let Some(dialect) = Dialect::ALL.get(usize::from(first % 3)).copied() else { return };
    let sources = SourceMap::of(&format!("CREATE TABLE t ({COLUMNS}, CHECK ({condition}));"));
    let schema = parse(&sources, Some(dialect)).schema;
    let Some(table) = schema.tables.first() else { return };
    let mut cx = Context::new(&schema, Some(table));
    cx.now_micros = 1_700_000_000_000_000;
    let row = row(table, cells, &cx);
    for check in &table.checks {
        check_condition(&check.expr, &row, &cx);
    }
});

/// The cells that are values of their columns; the others are NULL.
fn row(table: &Table, cells: &str, cx: &Context<'_>) -> Vec<Value> {
    let mut cells = cells.lines();
    let values = table.columns.iter().map(|column| {
        let value = cells.next().and_then(|cell| parse_value(cell, &column.ty, cx.schema).ok());
        value.inspect(|value| check_text(value, column, cx)).unwrap_or(Value::Null)
    });
    values.collect()
}

/// A value's own text is read as a value with the same text.
fn check_text(value: &Value, column: &Column, cx: &Context<'_>) {
    let text = |value: &Value| format_value(value, &column.ty, cx.dialect());
    let printed = text(value);
    let again = parse_value(&printed, &column.ty, cx.schema).map(|again| text(&again));
    assert_eq!(again.ok(), Some(printed), "column {}", column.name);
}

fn check_condition(condition: &Expr, row: &Vec<Value>, cx: &Context<'_>) {
    let value = evaluate(condition, row, cx);
    let truth_value = truth(condition, row, cx);
    let passes = check_passes(condition, row, cx);
    assert_eq!(truth_value.as_ref().ok().map(|t| *t != Some(false)), passes.ok());
    if truth_value.is_ok() {
        assert!(value.is_ok(), "a condition without a value has a truth");
    }
    if supported(condition, cx).is_err() {
        return;
    }
    let denied = Expr::Unary { op: UnaryOp::Not, operand: Box::new(condition.clone()) };
    if let (Ok(said), Ok(denied)) = (&truth_value, truth(&denied, row, cx)) {
        assert_eq!(said.map(|t| !t), denied, "{condition:?}");
    }
    if let Some(opposite) = condition.opposite() {
        if let (Ok(said), Ok(opposite)) = (truth_value, truth(&opposite, row, cx)) {
            assert_eq!(said.map(|t| !t), opposite, "{condition:?}");
        }
    }
}
