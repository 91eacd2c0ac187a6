//! `seedbed preview`: a few rows on the terminal.

use crate::args::PreviewArgs;
use crate::console::Console;
use crate::exit::{CommandError, Exit, Outside};
use crate::job::job;
use crate::text_table::{clipped, counted, text_table};
use crate::watcher::Watcher;
use seedbed::datagen::resolve_table;
use seedbed::datagen::{Batch, Plan, TablePlan};
use seedbed::job::STDIN;
use seedbed::schema::{Diagnostic, Schema, Severity};
use seedbed::text::{ColumnText, UnsupportedColumn};
use std::path::Path;

/// Rows shown of each table.
const ROWS: u64 = 10;

/// Widest cell, in characters.
const CELL: usize = 32;

/// Shows the first rows of every table, or of the one that is named.
///
/// # Errors
/// Files that can't be read, a schema or a spec that can't be carried out, a table that isn't there.
pub(crate) fn run(args: &PreviewArgs, console: &Console) -> Result<Exit, CommandError> {
    let (schema, table) = split(&args.schema_and_table);
    let job = job(schema, &args.dialect, &args.wishes)?;
    let mut watcher = Watcher::new(console);
    let planned = job.plan(&mut watcher);
    watcher.end();
    let planned = planned?;
    let plan = planned.plan();
    let chosen = match table {
        None => plan.tables().iter().collect(),
        Some(name) => {
            vec![table_named(plan, name).map_err(|problem| CommandError::Refused(Box::new(problem)))?]
        }
    };
    for table in chosen {
        let text = table_text(plan, table).map_err(|e| Outside::new("cannot show a table", e))?;
        console.data(&text)?;
    }
    Ok(Exit::of(planned.read()))
}

/// The last argument is a table when others stand before it, no file has its name, and it isn't written like a file's.
fn split(arguments: &[String]) -> (&[String], Option<&str>) {
    match arguments.split_last() {
        Some((last, files)) if !files.is_empty() && last != STDIN && !is_file(last) => (files, Some(last)),
        _ => (arguments, None),
    }
}

fn is_file(argument: &str) -> bool {
    let path = Path::new(argument);
    path.exists() || argument.contains(['/', '\\']) || path.extension().is_some_and(|e| e == "sql")
}

/// The table that is meant; or what is wrong with its name, or that it is not among the chosen.
fn table_named<'a>(plan: &'a Plan, name: &str) -> Result<&'a TablePlan, Diagnostic> {
    let schema = plan.schema();
    let table = resolve_table(schema, name).map_err(|error| Diagnostic {
        code: error.code().to_owned(),
        severity: Severity::Error,
        message: error.to_string(),
        span: None,
        hint: error.hint(),
    })?;
    plan.table(schema.partition_root(table)).ok_or_else(|| not_chosen(plan, name))
}

fn not_chosen(plan: &Plan, name: &str) -> Diagnostic {
    let names: Vec<String> = plan.tables().iter().map(|t| plan.schema()[t.table].name.to_string()).collect();
    Diagnostic {
        code: "spec-unknown-table".to_owned(),
        severity: Severity::Error,
        message: format!("table `{name}` is not among those of the plan"),
        span: None,
        hint: Some(format!("there are {}", clipped(&names.join(", "), 400))),
    }
}

fn table_text(plan: &Plan, table: &TablePlan) -> Result<String, UnsupportedColumn> {
    let schema = plan.schema();
    let batch = plan.complete_batch(table.table, 0..table.rows.min(ROWS));
    let shown = batch.rows.num_rows();
    let mut text = format!("{} ({} of {})\n", schema[table.table].name, shown, counted(table.rows, "row"));
    let header: Vec<&str> = batch.columns.iter().map(|c| schema[batch.table][*c].name.as_str()).collect();
    text += &text_table(&header, rows(schema, &batch)?);
    text.push('\n');
    Ok(text)
}

/// The cells as text, row by row; NULL is a dash.
fn rows(schema: &Schema, batch: &Batch) -> Result<Vec<Vec<String>>, UnsupportedColumn> {
    let columns = batch.columns.iter().zip(batch.rows.columns()).map(|(index, array)| {
        let base = schema.base_type(&schema[batch.table][*index].ty);
        ColumnText::new(schema.dialect, base, array)
    });
    let columns: Vec<ColumnText<'_>> = columns.collect::<Result<_, _>>()?;
    let cell = |column: &ColumnText<'_>, row| {
        let mut text = Vec::new();
        if column.is_null(row) {
            text.push(b'-')
        } else {
            column.push(row, &mut text)
        }
        clipped(&String::from_utf8_lossy(&text), CELL)
    };
    Ok((0..batch.rows.num_rows()).map(|row| columns.iter().map(|c| cell(c, row)).collect()).collect())
}
