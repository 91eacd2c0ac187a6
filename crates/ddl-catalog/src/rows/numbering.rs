//! Where the server's own numbers go on: what statements say of it beside the rows that they put in.

use crate::catalog::SystemCatalog;
use seedbed_schema_model::{SequenceId, TableId};
use seedbed_sql_syntax::{Cursor, Name, TokenKind};

/// MySQL's `AUTO_INCREMENT = 19`: the next number, unless a row has that one or a greater.
pub fn number_from(catalog: &mut SystemCatalog, table: TableId, first: i64) {
    let rows = &mut catalog.draft_mut(table).rows;
    rows.greatest = rows.greatest.max(i128::from(first) - 1);
    catalog.schema[table].options.first_number = (first > 1).then_some(first);
}

/// `INSERT INTO sqlite_sequence VALUES ('t', 19)`; the cursor stands behind the name. The columns are `name` and `seq`.
pub(super) fn written(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>) {
    let columns = if cursor.is_word(0, "VALUES") { None } else { cursor.ident_list() };
    if columns.is_some_and(|names| names != ["name", "seq"]) || !cursor.eat(&["VALUES"]) {
        return;
    }
    while let Some(row) = cursor.parens() {
        if let [mut name, mut last] = row.split_commas()[..]
            && let Some(name) = name.string()
            && let Some(last) = last.integer().and_then(|n| i64::try_from(n).ok())
        {
            let name = Name { schema: None, name, span: row.span() };
            if let Some(table) = catalog.table(&name) {
                number_from(catalog, table, last.saturating_add(1));
            }
        }
        cursor.eat_kind(TokenKind::Comma);
    }
}

/// `TRUNCATE t RESTART IDENTITY`, and any `TRUNCATE` where tables number themselves.
pub fn numbers_begin_anew(catalog: &mut SystemCatalog, table: TableId) {
    catalog.draft_mut(table).rows.greatest = 0;
    catalog.schema[table].options.first_number = None;
    let owned = |id: &SequenceId| catalog.schema[*id].owned_by.is_some_and(|(owner, _)| owner == table);
    let ids = (0..catalog.schema.sequences.len()).map(|at| SequenceId(at as u32));
    for id in ids.filter(owned).collect::<Vec<_>>() {
        catalog.sequence_values.remove(&id);
    }
}

/// Has each sequence begin behind the last value that the script has drawn or set, now that the script has ended.
pub fn settle_sequences(catalog: &mut SystemCatalog) {
    for at in 0..catalog.schema.sequences.len() {
        let id = SequenceId(at as u32);
        let Some(Some(last)) = catalog.sequence_values.get(&id) else { continue };
        let sequence = &mut catalog.schema[id];
        let next = last.checked_add(sequence.increment);
        if let Some(next) = next.filter(|next| (sequence.min..=sequence.max).contains(next)) {
            sequence.start = next;
        }
    }
}
