//! `seedbed explain`: what would be made, how, and why.

use crate::args::ExplainArgs;
use crate::console::Console;
use crate::exit::{CommandError, Exit};
use crate::job::job;
use crate::text_table::{clipped, counted, text_table};
use crate::watcher::Watcher;
use seedbed::datagen::{CasesExplanation, ColumnExplanation, Explanation, LawKind, TableExplanation};
use seedbed::schema::{SourceMap, Span};

/// Plans a run and shows the plan.
///
/// # Errors
/// Files that can't be read, a schema or a spec that can't be carried out.
pub(crate) fn run(args: &ExplainArgs, console: &Console) -> Result<Exit, CommandError> {
    let job = job(&args.schema.schema, &args.schema.dialect, &args.wishes)?;
    let mut watcher = Watcher::new(console);
    let planned = job.plan(&mut watcher);
    watcher.end();
    let planned = planned?;
    let explanation = planned.plan().explain();
    if args.json {
        console.json(&explanation)?
    } else {
        console.data(&text(&explanation, &planned.read().sources))?
    }
    Ok(Exit::of(planned.read()))
}

fn text(explanation: &Explanation, sources: &SourceMap) -> String {
    let tables = &explanation.tables;
    let rows = tables.iter().map(|t| t.rows).fold(0, u64::saturating_add);
    let mut text = format!(
        "seed {}: {}, {}, in load order\n",
        explanation.seed,
        counted(tables.len(), "table"),
        counted(rows, "row")
    );
    for table in tables {
        text += &table_text(table, sources);
    }
    if tables.iter().any(|t| !t.cases.is_empty()) {
        text += "\nby cases: where what a row has drawn breaks the CHECK, the case that changes least of it is chosen\n";
    }
    text += &laws_text(tables);
    if !explanation.broken_references.is_empty() {
        text += "\nreferences that the load order can't honour:\n";
        text.extend(explanation.broken_references.iter().map(|line| format!("  {line}\n")));
    }
    if !explanation.limitations.is_empty() {
        text += "\nnot guaranteed:\n";
        text.extend(explanation.limitations.iter().map(|l| {
            let place = l.span.and_then(|span| place(sources, span));
            let place = place.map_or_else(String::new, |at| format!(" ({at})"));
            format!("  {} [{}]: {}{place}\n", l.table, l.code, l.message)
        }));
    }
    text
}

fn table_text(table: &TableExplanation, sources: &SourceMap) -> String {
    let evaluations = counted(table.evaluations, "evaluation");
    let mut text = format!("\n{} ({}, {evaluations} each)\n", table.table, counted(table.rows, "row"));
    if let Some(shortfall) = &table.shortfall {
        let place = shortfall.span.and_then(|span| place(sources, span));
        let place = place.map_or_else(String::new, |at| format!(" ({at})"));
        text += &format!("  fewer than asked [{}]: {shortfall}{place}\n", shortfall.code);
        text.extend(shortfall.hint.iter().map(|hint| format!("    hint: {hint}\n")));
    }
    text.extend(table.keys.iter().map(|key| format!("  key: {key}\n")));
    text.extend(table.cases.iter().map(cases_text));
    text.extend(table.memory.iter().map(|memory| format!("  memory: {memory}\n")));
    text.extend(table.triggers.iter().map(|trigger| {
        let place = place(sources, trigger.span).map_or_else(String::new, |at| format!(" ({at})"));
        format!("  trigger: `{}`, {}{place}\n", trigger.name, trigger.effect)
    }));
    text + &text_table(&["column", "filled by", "law", "NULL", "because"], table.columns.iter().map(cells))
}

/// CHECKs that are met together, and what a case may do about them.
fn cases_text(cases: &CasesExplanation) -> String {
    let mut text: String = cases.checks.iter().map(|check| format!("  by cases: {check}\n")).collect();
    let parts: Vec<String> = [
        ("reads", &cases.given),
        ("decides whether there is a value of", &cases.absences),
        ("sets", &cases.values),
        ("may compute", &cases.computed),
    ]
    .into_iter()
    .filter(|(_, columns)| !columns.is_empty())
    .map(|(does, columns)| format!("{does} {}", columns.join(", ")))
    .collect();
    text += &format!("    a case {}\n", parts.join("; "));
    text
}

/// The file and line of something in the schema.
fn place(sources: &SourceMap, span: Span) -> Option<String> {
    sources.locate(span).map(|(file, at)| format!("{}:{}", file.name, at.line))
}

/// The laws that the tables use, once each, and what they do.
fn laws_text(tables: &[TableExplanation]) -> String {
    let used = |law: &LawKind| tables.iter().flat_map(|t| &t.columns).any(|c| c.law == *law);
    let described = LawKind::ALL.into_iter().filter(used).filter_map(|law| Some((law, law.description()?)));
    let lines: String = described.map(|(law, what)| format!("  {law}: {what}\n")).collect();
    if lines.is_empty() { lines } else { format!("\nlaws:\n{lines}") }
}

fn cells(column: &ColumnExplanation) -> [String; 5] {
    let nulls =
        if column.null_rate > 0.0 { format!("{:.0} %", column.null_rate * 100.0) } else { String::new() };
    [
        clipped(&column.column, 40),
        clipped(&column.provider, 50),
        column.law.to_string(),
        nulls,
        column.why.clone(),
    ]
}
