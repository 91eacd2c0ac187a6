//! `seedbed explain`: what would be made, how, and why.

use crate::args::ExplainArgs;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::planning::{Wanted, read_schema};
use crate::text_table::{clipped, counted, text_table};
use seedbed::datagen::{ColumnExplanation, Explanation, TableExplanation};

/// Plans a run and shows the plan.
///
/// # Errors
/// Files that can't be read, a schema or a spec that can't be carried out.
pub(crate) fn run(args: &ExplainArgs, console: &Console) -> Result<Exit, Failure> {
    let read = read_schema(&args.schema.schema, &args.schema.dialect, None, console)?;
    let explanation = Wanted::new(read, &args.wishes, console)?.plan(console)?.explain();
    if args.json {
        console.json(&explanation)?
    } else {
        console.data(&text(&explanation))?
    }
    Ok(Exit::Done)
}

fn text(explanation: &Explanation) -> String {
    let tables = &explanation.tables;
    let rows = tables.iter().map(|t| t.rows).fold(0, u64::saturating_add);
    let mut text = format!(
        "seed {}: {}, {}, in load order\n",
        explanation.seed,
        counted(tables.len(), "table"),
        counted(rows, "row")
    );
    for table in tables {
        text += &table_text(table);
    }
    if !explanation.broken_references.is_empty() {
        text += "\nreferences that the load order can't honour:\n";
        text.extend(explanation.broken_references.iter().map(|line| format!("  {line}\n")));
    }
    if !explanation.limitations.is_empty() {
        text += "\nnot guaranteed:\n";
        text.extend(
            explanation.limitations.iter().map(|l| format!("  {} [{}]: {}\n", l.table, l.code, l.message)),
        );
    }
    text
}

fn table_text(table: &TableExplanation) -> String {
    let mut text = format!("\n{} ({})\n", table.table, counted(table.rows, "row"));
    if let Some(shortfall) = &table.shortfall {
        text += &format!("  fewer than asked [{}]: {}\n", shortfall.code, shortfall);
    }
    text.extend(table.keys.iter().map(|key| format!("  key: {key}\n")));
    text.extend(table.redrawn.iter().map(|check| format!("  drawn again where it fails: {check}\n")));
    text.extend(table.memory.iter().map(|memory| format!("  memory: {memory}\n")));
    text + &text_table(&["column", "filled by", "law", "NULL", "because"], table.columns.iter().map(cells))
}

fn cells(column: &ColumnExplanation) -> [String; 5] {
    let nulls =
        if column.null_rate > 0.0 { format!("{:.0} %", column.null_rate * 100.0) } else { String::new() };
    [
        clipped(&column.column, 40),
        clipped(&column.provider, 50),
        column.law.clone(),
        nulls,
        column.why.clone(),
    ]
}
