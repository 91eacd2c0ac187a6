//! PostgreSQL's `setval` (<https://www.postgresql.org/docs/current/functions-sequence.html>), by which dumps set
//! sequences behind their data.

use crate::catalog::SystemCatalog;
use seedbed_sql_syntax::Cursor;

/// `SELECT setval('sequence', value [, is_called])`; the cursor stands behind `SELECT`. With `false` the next value is
/// the one that is written. A value that is not written out makes the sequence's values unknown.
pub fn setval(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>) {
    let Some(name) = cursor.name() else { return };
    let Some(arguments) = cursor.parens().filter(|_| name.name == "setval") else { return };
    let parts = arguments.split_commas();
    let Some(sequence) = parts.first().and_then(|part| catalog.sequence_in(*part)) else {
        return;
    };
    let value = parts.get(1).and_then(|part| { *part }.integer()).and_then(|n| i64::try_from(n).ok());
    let called = parts.get(2).is_none_or(|part| !part.is_word(0, "false"));
    let before = catalog.schema[sequence].increment;
    let last = value.map(|value| if called { value } else { value.saturating_sub(before) });
    catalog.sequence_values.insert(sequence, last);
}
