//! Broken constraints as problems, and rows on one line.

use seedbed_schema_model::{Diagnostic, Severity};
use seedbed_validate::{ConstraintReport, Report};

/// Each broken constraint as a problem, with its first offender.
pub(crate) fn violations(report: &Report) -> Vec<Diagnostic> {
    violations_at(report, |_, _| None)
}

/// Each broken constraint as a problem, with its first offender and the file and line of that, as far as they are known by
/// table and row.
pub(crate) fn violations_at<'p>(
    report: &Report,
    place: impl Fn(&str, u64) -> Option<(&'p str, u64)>,
) -> Vec<Diagnostic> {
    let place = |table: &str, broken: &ConstraintReport| place(table, broken.first_offenders.first()?.row);
    report.broken().map(|(table, broken)| problem(table, broken, place(table, broken))).collect()
}

fn problem(table: &str, broken: &ConstraintReport, place: Option<(&str, u64)>) -> Diagnostic {
    let mut message =
        format!("{} of {} rows of `{table}` break `{}`", broken.violations, broken.rows_checked, broken.name);
    if let Some(first) = broken.first_offenders.first() {
        let values = first.values.iter().map(|value| value.as_deref().unwrap_or("NULL"));
        let cells: Vec<String> =
            broken.columns.iter().zip(values).map(|(column, value)| format!("{column} = {value}")).collect();
        let place = place.map_or_else(String::new, |(file, line)| format!(" (`{file}`:{line})"));
        let cells = clipped(&cells.join(", "), OFFENDER);
        message += &format!(", the first of them row {}{place}: {cells}", first.row);
        message.extend(first.reason.iter().flat_map(|reason| ["; ", reason]));
    }
    Diagnostic { code: "violation".to_owned(), severity: Severity::Error, message, span: None, hint: None }
}

/// Characters shown of a row that breaks a constraint.
const OFFENDER: usize = 200;

/// At most `width` characters on one line: control characters become spaces, the rest an ellipsis.
///
/// ```
/// assert_eq!(seedbed_job::clipped("one\ntwo", 10), "one two");
/// assert_eq!(seedbed_job::clipped("Überlänge", 5), "Über…");
/// ```
pub fn clipped(text: &str, width: usize) -> String {
    let mut chars = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut clipped: String = chars.by_ref().take(width).collect();
    if chars.next().is_some() {
        clipped.pop();
        clipped.push('…');
    }
    clipped
}
