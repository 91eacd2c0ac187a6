//! A plan as text that a reviewer can follow: one fact a line, places as the text they point at.

use seedbed_datagen_core::Shortfall;
use seedbed_planner::PlanError;
use seedbed_rows::{CasesExplanation, ColumnExplanation, Limitation, Plan, TableExplanation};
use seedbed_schema_model::{SourceMap, Span};

/// The explanation of a plan, or why there is none.
pub(crate) fn plan(plan: &Result<Plan, Vec<PlanError>>, sources: &SourceMap) -> String {
    let plan = match plan {
        Ok(plan) => plan,
        Err(errors) => return errors.iter().map(|e| error(e, sources)).collect(),
    };
    let explanation = plan.explain();
    let mut text: String = explanation.tables.iter().map(|t| table(t, sources)).collect();
    text.extend(explanation.broken_references.iter().map(|broken| format!("broken: {broken}\n")));
    text.extend(explanation.limitations.iter().map(|l| limitation(l, sources)));
    text
}

fn table(of: &TableExplanation, sources: &SourceMap) -> String {
    let verdict = format!("{:?}", of.verdict).to_lowercase();
    let mut text = format!("{}: {} rows, {verdict}, {} evaluations\n", of.table, of.rows, of.evaluations);
    text.extend(of.shortfall.iter().map(|s| shortfall(s, sources)));
    text.extend(of.keys.iter().map(|key| format!("  key {key}\n")));
    text.extend(of.cases.iter().map(cases));
    text.extend(of.memory.iter().map(|memory| format!("  memory: {memory}\n")));
    let triggers = of.triggers.iter();
    text.extend(triggers.map(|t| format!("  trigger {}: {}{}\n", t.name, t.effect, at(sources, t.span))));
    text.extend(of.columns.iter().map(column));
    text
}

fn column(of: &ColumnExplanation) -> String {
    let nulls = if of.null_rate > 0.0 { format!(", {} NULL", of.null_rate) } else { String::new() };
    format!("  {}: {}, {}{nulls}; {}\n", of.column, of.provider, of.law, of.why)
}

fn cases(of: &CasesExplanation) -> String {
    let mut text: String = of.checks.iter().map(|check| format!("  by cases {check}\n")).collect();
    let parts =
        [("reads", &of.given), ("absent", &of.absences), ("sets", &of.values), ("computes", &of.computed)];
    for (does, columns) in parts.iter().filter(|(_, columns)| !columns.is_empty()) {
        text += &format!("    {does} {}\n", columns.join(", "));
    }
    text
}

fn shortfall(of: &Shortfall, sources: &SourceMap) -> String {
    let place = of.span.map_or_else(String::new, |span| at(sources, span));
    let mut text = format!("  fewer [{}]: {of}{place}\n", of.code);
    text.extend(of.hint.iter().map(|hint| format!("    hint: {hint}\n")));
    text
}

fn limitation(of: &Limitation, sources: &SourceMap) -> String {
    let place = of.span.map_or_else(String::new, |span| at(sources, span));
    format!("not guaranteed [{}] in {}: {}{place}\n", of.code, of.table, of.message)
}

fn error(of: &PlanError, sources: &SourceMap) -> String {
    let place = of.span().map_or_else(String::new, |span| at(sources, span));
    let hint = of.hint().map_or_else(String::new, |hint| format!("  hint: {hint}\n"));
    format!("error [{}]: {of}{place}\n{hint}", of.code())
}

/// What a span points at, cut where it is long.
fn at(sources: &SourceMap, span: Span) -> String {
    const MOST: usize = 48;
    let text = sources.files()[0].text[span.range()].split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = text.chars().take(MOST).collect();
    if cut.len() < text.len() { format!(" at `{cut}...`") } else { format!(" at `{cut}`") }
}
