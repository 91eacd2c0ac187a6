//! `seedbed preview`: a few rows on the terminal.

use crate::args::PreviewArgs;
use crate::console::Console;
use crate::exit::{Exit, Failure, Outside};
use crate::planning::{Wanted, read_schema, table_of};
use crate::sources::STDIN;
use crate::text_table::{clipped, counted, text_table};
use seedbed::datagen::{Batch, Plan, Request, TablePlan};
use seedbed::export::{ColumnText, UnsupportedColumn};
use seedbed::providers::StandardCatalog;
use seedbed::schema::{Diagnostic, Schema, Severity};
use std::path::Path;
use std::sync::Arc;

/// Rows shown of each table.
const ROWS: u64 = 10;

/// Widest cell, in characters.
const CELL: usize = 32;

/// Shows the first rows of every table, or of the one that is named.
///
/// # Errors
/// Files that can't be read, a schema or a spec that can't be carried out, a table that isn't there.
pub(crate) fn run(args: &PreviewArgs, console: &Console) -> Result<Exit, Failure> {
    let (schema, table) = split(&args.schema_and_table);
    let wanted = Wanted::new(read_schema(schema, &args.dialect, None, console)?, &args.wishes, console)?;
    let plan = wanted.plan(console)?;
    let chosen = match table {
        None => plan.tables().iter().collect(),
        Some(name) => match table_of(plan.schema(), name).and_then(|id| plan.table(id)) {
            Some(table) => vec![table],
            None => return Err(refuse_table(&wanted, &plan, name, console)?),
        },
    };
    for table in chosen {
        let text = table_text(&plan, table).map_err(|e| Outside::new("cannot show a table", e))?;
        console.data(&text)?;
    }
    Ok(Exit::Done)
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

/// Tells of a table that isn't there as `--only` would, with the nearest name; or that it is not among the chosen.
fn refuse_table(wanted: &Wanted, plan: &Plan, name: &str, console: &Console) -> Result<Failure, Outside> {
    let only = Request { only: Some(vec![name.to_owned()]), ..Request::default() };
    if let Err(errors) = Plan::new(Arc::clone(&wanted.read.schema), &only, &StandardCatalog::new()) {
        return Ok(wanted.refuse(&errors, console));
    }
    console.problems(&wanted.read.sources, &[not_chosen(plan, name)], 0)?;
    Ok(Failure::Refused)
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
