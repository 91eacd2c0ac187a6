//! `UPDATE`, `DELETE` and `TRUNCATE`.
//!
//! Followed are `UPDATE t SET a = constant`, `DELETE FROM t` and `TRUNCATE`, with a condition of the form `a = 1 AND b IN
//! ('x', 'y')` over known values. Any other condition makes the columns' values or the table's rows uncertain.

use super::held::{comparable, is_empty, uncertain};
use super::numbering::numbers_begin_anew;
use super::value::{self, WrittenValue};
use crate::catalog::{ScriptRow, SystemCatalog};
use seedbed_schema_model::{ColumnIdx, Literal, ReferentialAction, TableId};
use seedbed_sql_syntax::{Cursor, SerialColumns, TokenKind};

/// The statement behind `UPDATE`. Tables that hold no known row are left alone, and so is a second table.
pub(super) fn update(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>) {
    let span = cursor.span();
    cursor.eat_any(&["ONLY", "IGNORE", "LOW_PRIORITY"]);
    if cursor.eat(&["OR"]) {
        cursor.skip(1);
    }
    let Some(table) = cursor.name().and_then(|name| catalog.table(&name)) else { return };
    if catalog.draft(table).rows.rows.is_empty() {
        return;
    }
    // Two tables at once.
    if cursor.kind_at(0) == Some(TokenKind::Comma) {
        return uncertain(catalog, table, span);
    }
    cursor.take_until(|c| c.is_word(0, "SET"));
    cursor.skip(1);
    let list = cursor.take_until(|c| c.at_any(&["WHERE", "FROM", "RETURNING", "ORDER", "LIMIT"]));
    let condition = condition(catalog, table, cursor);
    for mut part in list.split_commas() {
        let targets = match part.parens() {
            Some(inner) => inner.split_commas().into_iter().map(|mut p| p.name().map(|n| n.name)).collect(),
            None => vec![part.name().map(|n| n.name)],
        };
        let alone = targets.len() == 1;
        part.eat_op("=");
        for name in targets {
            let Some(column) = name.and_then(|name| catalog.column(table, &name)) else { continue };
            let value = if alone { value::read(catalog, part).known() } else { None };
            assign(catalog, table, column, value.as_ref(), condition.as_deref());
        }
    }
}

/// Sets a column in the rows that a condition selects. Where it cannot tell, the value is not known.
fn assign(
    catalog: &mut SystemCatalog,
    table: TableId,
    column: ColumnIdx,
    value: Option<&Literal>,
    condition: Option<&[ColumnFilter]>,
) {
    for at in 0..catalog.draft(table).rows.rows.len() {
        let selected = match condition {
            Some(terms) => selects(catalog, terms, &catalog.draft(table).rows.rows[at]),
            None => None,
        };
        let value = match selected {
            Some(false) => continue,
            Some(true) => value.cloned(),
            None => None,
        };
        if let Some(cell) = catalog.draft_mut(table).rows.rows[at].get_mut(column.position()) {
            *cell = value;
        }
    }
}

/// The statement behind `DELETE`. Where its condition cannot tell which rows go, the table is uncertain.
pub(super) fn delete(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>) {
    let span = cursor.span();
    cursor.eat_any(&["LOW_PRIORITY", "QUICK", "IGNORE"]);
    cursor.eat(&["FROM"]);
    cursor.eat(&["ONLY"]);
    let Some(table) = cursor.name().and_then(|name| catalog.table(&name)) else { return };
    if is_empty(catalog, table) {
        return;
    }
    if cursor.is_empty() {
        clear(catalog, table);
        return lose_references(catalog, table);
    }
    let before = catalog.draft(table).rows.rows.len();
    let decided: Option<Vec<bool>> = condition(catalog, table, cursor).and_then(|terms| {
        catalog.draft(table).rows.rows.iter().map(|row| selects(catalog, &terms, row)).collect()
    });
    match decided {
        Some(gone) => {
            let mut gone = gone.into_iter();
            catalog.draft_mut(table).rows.rows.retain(|_| !gone.next().unwrap_or(false));
        }
        None => uncertain(catalog, table, span),
    }
    if catalog.draft(table).rows.rows.len() != before || catalog.draft(table).rows.uncertain {
        lose_references(catalog, table);
    }
}

/// The tables behind `TRUNCATE`, with their children, and with `CASCADE` those that refer to them.
pub(super) fn truncate(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>) {
    cursor.eat(&["TABLE"]);
    cursor.eat(&["ONLY"]);
    for mut part in cursor.split_commas() {
        let Some(table) = part.name().and_then(|name| catalog.table(&name)) else { continue };
        part.eat_op("*");
        let says = |word: &str| (0..cursor.len()).any(|n| cursor.is_word(n, word));
        let (cascades, anew) = (says("CASCADE"), says("RESTART"));
        let mut todo = vec![table];
        let mut done = Vec::new();
        while let Some(table) = todo.pop() {
            if done.contains(&table) {
                continue;
            }
            done.push(table);
            for member in catalog.family(table) {
                clear(catalog, member);
                // A table that numbers itself always begins anew, one with a sequence if it is asked to.
                if anew || catalog.syntax().tables.columns.serial == SerialColumns::AutoIncrement {
                    numbers_begin_anew(catalog, member);
                }
            }
            if cascades {
                todo.extend(children(catalog, table).into_iter().map(|(child, _)| child));
            }
        }
    }
}

/// Takes all rows out, after which the table is certainly empty.
fn clear(catalog: &mut SystemCatalog, table: TableId) {
    let rows = &mut catalog.draft_mut(table).rows;
    rows.rows.clear();
    rows.uncertain = false;
    rows.span = None;
}

/// Rows that refer to deleted ones go or change with them, if their references say so: their tables become uncertain.
fn lose_references(catalog: &mut SystemCatalog, table: TableId) {
    for (child, action) in children(catalog, table) {
        let effects = !matches!(action, ReferentialAction::NoAction | ReferentialAction::Restrict);
        if effects && child != table && !is_empty(catalog, child) {
            let span = catalog.draft(child).rows.span.unwrap_or_default();
            uncertain(catalog, child, span);
        }
    }
}

/// The tables that refer to a table, and what a deletion does there.
fn children(catalog: &SystemCatalog, table: TableId) -> Vec<(TableId, ReferentialAction)> {
    let name = catalog.key(&catalog.schema[table].name);
    let mut found = Vec::new();
    for (at, draft) in catalog.drafts.iter().enumerate() {
        let to = draft.references.iter().filter(|r| catalog.key(&r.parent) == name);
        found.extend(to.map(|r| (TableId(at as u32), r.on_delete)));
    }
    found
}

/// A condition on one column: that it has one of some values.
struct ColumnFilter {
    /// The column.
    column: ColumnIdx,
    /// The values that select a row, as texts to compare.
    values: Vec<String>,
}

/// `WHERE a = 1 AND b IN ('x', 'y')`; `None` for any other condition.
fn condition(catalog: &SystemCatalog, table: TableId, mut cursor: Cursor<'_>) -> Option<Vec<ColumnFilter>> {
    if cursor.is_empty() {
        return Some(Vec::new());
    }
    cursor.eat(&["WHERE"]).then_some(())?;
    let mut terms = Vec::new();
    while !cursor.is_empty() {
        let mut term = cursor.take_until(|c| c.at_any(&["AND", "OR", "RETURNING", "ORDER", "LIMIT"]));
        let mut inside = term;
        if let Some(inner) = inside.parens().filter(|_| inside.is_empty()) {
            term = inner;
        }
        let column = catalog.column(table, &term.name()?.name)?;
        let list = if term.eat_op("=") {
            vec![term]
        } else {
            term.eat(&["IN"]).then_some(())?;
            term.parens().filter(|_| term.is_empty())?.split_commas()
        };
        let mut values = Vec::new();
        for value in list {
            match value::read(catalog, value) {
                WrittenValue::Value(Literal::Null) => {}
                WrittenValue::Value(literal) => values.push(comparable(catalog, &literal)),
                _ => return None,
            }
        }
        terms.push(ColumnFilter { column, values });
        if !cursor.is_empty() && !cursor.eat(&["AND"]) {
            return None;
        }
    }
    Some(terms)
}

/// Whether a row is selected; `None` when a value is not known.
fn selects(catalog: &SystemCatalog, terms: &[ColumnFilter], row: &ScriptRow) -> Option<bool> {
    let mut all = Some(true);
    for term in terms {
        match row.get(term.column.position()).and_then(Option::as_ref) {
            Some(Literal::Null) => return Some(false),
            Some(value) if !term.values.contains(&comparable(catalog, value)) => return Some(false),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}
