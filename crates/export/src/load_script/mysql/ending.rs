//! How a script ends that can't go on.
//!
//! A condition outside of a routine can't raise an error of its own words. But a text that is to become a number is one, and
//! the server repeats it.

use seedbed_schema_model::Dialect;
use seedbed_sql_values::quote_text;
use std::fmt::Write as _;

/// The table whose only column can't hold a reason.
pub(super) const TABLE: &str = "CREATE TEMPORARY TABLE seedbed_end (reason INT);\n";

/// Behind it, a reason is that of the next statement.
pub(super) const NO_REASON: &str = "SET @why = 'no reason is given';\n";

/// Ends the script with a reason, an expression, on a condition.
pub(super) fn push_end_if(why: &str, condition: &str, out: &mut String) {
    let _ = writeln!(out, "INSERT INTO seedbed_end SELECT {why} FROM (SELECT 1) AS one WHERE {condition};");
}

/// LOCAL makes warnings of rows that it leaves out or bends: they are shown, and the first is the reason.
pub(super) fn push_count_check(table: &str, rows: u64, out: &mut String) {
    // A condition that is not there would be a warning, too.
    out.push_str(
        "GET DIAGNOSTICS @loaded = ROW_COUNT, @warned = NUMBER;\nSHOW WARNINGS;\n\
         GET DIAGNOSTICS CONDITION 1 @why = MESSAGE_TEXT;\n",
    );
    let text = |text: &str| quote_text(Dialect::MySql, text);
    let why = format!(
        "CONCAT({}, @loaded, {}, @warned, {}, @why)",
        text(&format!("{table}: ")),
        text(&format!(" of {rows} rows went in; warnings: ")),
        text(", the first: ")
    );
    push_end_if(&why, &format!("@loaded <> {rows} OR @warned > 0"), out);
}
