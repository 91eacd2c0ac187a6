//! Rows that a query gives: lists of values, constants, `generate_series`, other tables of the script.
//!
//! A query is followed while every branch of it gives rows that the text tells. Grouping, joins and conditions on tables
//! that hold rows are not.

use super::held::is_empty;
use super::value::{self, WrittenValue};
use crate::catalog::{ScriptRow, SystemCatalog};
use seedbed_schema_model::{ColumnIdx, Literal};
use seedbed_sql_syntax::{Cursor, TokenKind};

/// A series longer than this is not written out.
const LONGEST_SERIES: i128 = 100_000;

/// The rows of a query; `None` when they are not known.
pub(super) fn rows(catalog: &SystemCatalog, query: Cursor<'_>) -> Option<Vec<Vec<WrittenValue>>> {
    let query = without_brackets(query);
    if query.at_any(&["VALUES", "VALUE"]) {
        let mut list = query;
        list.skip(1);
        return values(catalog, list);
    }
    let mut found = Vec::new();
    let mut rest = query;
    loop {
        let branch = rest.take_until(|c| c.at_any(&["UNION", "INTERSECT", "EXCEPT"]));
        found.extend(select(catalog, without_brackets(branch))?);
        if rest.is_empty() {
            return Some(found);
        }
        // Rows written out in a script's UNION differ from each other.
        rest.eat(&["UNION"]).then_some(())?;
        rest.eat_any(&["ALL", "DISTINCT"]);
    }
}

/// A query without the brackets around all of it.
fn without_brackets(mut query: Cursor<'_>) -> Cursor<'_> {
    loop {
        let mut walk = query;
        match walk.parens().filter(|_| walk.is_empty()) {
            Some(inner)
                if inner.at_any(&["SELECT", "VALUES", "WITH"])
                    || inner.kind_at(0) == Some(TokenKind::Open) =>
            {
                query = inner;
            }
            _ => return query,
        }
    }
}

/// `(1, 'a'), ROW(2, 'b')`; what follows them (`ORDER BY`, an alias) is the caller's.
fn values(catalog: &SystemCatalog, mut list: Cursor<'_>) -> Option<Vec<Vec<WrittenValue>>> {
    let mut found = Vec::new();
    loop {
        list.eat(&["ROW"]);
        let tuple = list.parens()?;
        found.push(tuple.split_commas().into_iter().map(|part| value::read(catalog, part)).collect());
        if !list.eat_kind(TokenKind::Comma) {
            return list.is_empty().then_some(found);
        }
    }
}

/// What stands in a FROM clause: names of columns, and rows.
struct From {
    /// The name before the dot.
    alias: Option<String>,
    /// The names of the columns, as far as there are any.
    columns: Vec<String>,
    /// The values, by column.
    rows: Vec<Vec<WrittenValue>>,
}

/// Words that end a SELECT list or a FROM clause.
const CLAUSES: [&str; 7] = ["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"];

/// The rows of one SELECT without set operations.
fn select(catalog: &SystemCatalog, mut query: Cursor<'_>) -> Option<Vec<Vec<WrittenValue>>> {
    query.eat(&["SELECT"]).then_some(())?;
    query.eat(&["ALL"]);
    let distinct = query.eat(&["DISTINCT"]);
    let items = query.take_until(|c| c.at_any(&CLAUSES));
    if !query.eat(&["FROM"]) {
        // `WHERE NOT EXISTS (SELECT ... FROM t ...)` holds while the table is empty. DUAL has one row.
        let guarded = query.is_empty() || guard_holds(catalog, query)?;
        let cells = items.split_commas().into_iter().map(|item| value::read(catalog, unnamed(item)));
        return Some(if guarded { vec![cells.collect()] } else { Vec::new() });
    }
    if query.eat(&["DUAL"]) {
        let guarded = query.is_empty() || guard_holds(catalog, query)?;
        let cells = items.split_commas().into_iter().map(|item| value::read(catalog, unnamed(item)));
        return Some(if guarded { vec![cells.collect()] } else { Vec::new() });
    }
    let from = from(catalog, &mut query)?;
    if from.rows.is_empty() {
        // Nothing, however it is joined and filtered, unless something else is kept or counted.
        let kept = query.tokens().iter().any(|t| {
            let word = query.source.slice(t);
            word.eq_ignore_ascii_case("RIGHT") || word.eq_ignore_ascii_case("FULL")
        });
        return (!kept && !aggregates(items)).then(Vec::new);
    }
    let plain = query.is_empty() || query.at_words(&["ORDER", "BY"]);
    if !plain || distinct || aggregates(items) {
        return None;
    }
    from.rows.iter().map(|row| project(catalog, items, &from, row)).collect()
}

/// An item without the name that it gets.
fn unnamed(item: Cursor<'_>) -> Cursor<'_> {
    let mut walk = item;
    let value = walk.take_until(|c| c.is_word(0, "AS") && c.len() == 2);
    if walk.is_empty() && item.len() >= 2 {
        let mut last = item;
        last.skip(item.len() - 1);
        let constant =
            matches!(item.kind_at(0), Some(TokenKind::Text | TokenKind::Number)) && item.len() == 2;
        if constant && matches!(last.kind_at(0), Some(TokenKind::Word | TokenKind::Quoted)) {
            return item.until(&last);
        }
    }
    value
}

/// Whether a SELECT list makes one row of many.
fn aggregates(items: Cursor<'_>) -> bool {
    const NAMES: [&str; 8] = ["count", "sum", "min", "max", "avg", "array_agg", "string_agg", "json_agg"];
    (0..items.len()).any(|n| {
        NAMES.iter().any(|name| items.is_word(n, name)) && items.kind_at(n + 1) == Some(TokenKind::Open)
    })
}

/// `WHERE NOT EXISTS (SELECT ... FROM t ...)`: whether it holds, where the table's emptiness tells.
fn guard_holds(catalog: &SystemCatalog, mut query: Cursor<'_>) -> Option<bool> {
    query.eat(&["WHERE", "NOT", "EXISTS"]).then_some(())?;
    let mut inner = query.parens()?;
    inner.take_until(|c| c.is_word(0, "FROM"));
    inner.skip(1);
    let table = catalog.table(&inner.name()?)?;
    let ends = query.is_empty() || query.eat(&["LIMIT"]);
    (is_empty(catalog, table) && ends).then_some(true)
}

/// What stands behind FROM: a query, a series, or a table whose rows are known.
fn from(catalog: &SystemCatalog, query: &mut Cursor<'_>) -> Option<From> {
    let mut found = if let Some(inner) = query.parens() {
        let rows = rows(catalog, inner)?;
        From { alias: None, columns: Vec::new(), rows }
    } else if query.is_word(0, "generate_series") && query.kind_at(1) == Some(TokenKind::Open) {
        query.skip(1);
        let bounds: Vec<i128> = query
            .parens()?
            .split_commas()
            .into_iter()
            .map(|mut part| part.integer())
            .collect::<Option<_>>()?;
        let (first, last, step) = match bounds[..] {
            [first, last] => (first, last, 1),
            [first, last, step] if step > 0 => (first, last, step),
            _ => return None,
        };
        if last.saturating_sub(first) / step > LONGEST_SERIES {
            return None;
        }
        let numbers = (first..=last).step_by(step as usize);
        let rows = numbers.map(|n| vec![WrittenValue::Value(Literal::Integer(n))]).collect();
        From { alias: Some("generate_series".to_owned()), columns: vec!["generate_series".to_owned()], rows }
    } else {
        query.eat(&["ONLY"]);
        let name = query.name()?;
        let table = catalog.table(&name)?;
        let draft = catalog.draft(table);
        if draft.rows.uncertain {
            return None;
        }
        let column = |c: &ColumnIdx| c.position();
        let columns: Vec<usize> = draft.order.iter().map(column).collect();
        let names = columns.iter().map(|c| catalog.schema[table].columns[*c].name.clone()).collect();
        let cell = |row: &ScriptRow, at: &usize| WrittenValue::from(row.get(*at).cloned().flatten());
        let rows = draft.rows.rows.iter().map(|row| columns.iter().map(|at| cell(row, at)).collect());
        From { alias: Some(name.name), columns: names, rows: rows.collect() }
    };
    named(query, &mut found);
    Some(found)
}

/// `[AS] alias [(a, b)]`.
fn named(query: &mut Cursor<'_>, from: &mut From) {
    const NEXT: [&str; 9] = ["JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "ON", "USING"];
    let has_as = query.eat(&["AS"]);
    if !has_as && (query.at_any(&CLAUSES) || query.at_any(&NEXT)) {
        return;
    }
    let Some(alias) = query.ident() else { return };
    // The one column of a series takes the alias's name.
    if from.alias.as_deref() == Some("generate_series") {
        from.columns = vec![alias.clone()];
    }
    from.alias = Some(alias);
    if let Some(names) = query.ident_list() {
        from.columns = names;
    }
}

/// One row of a SELECT list.
fn project(
    catalog: &SystemCatalog,
    items: Cursor<'_>,
    from: &From,
    row: &[WrittenValue],
) -> Option<Vec<WrittenValue>> {
    let mut cells = Vec::new();
    for item in items.split_commas() {
        if item.at_op("*") && item.len() == 1 {
            cells.extend(row.iter().cloned());
            continue;
        }
        let item = unnamed(item);
        let mut walk = item;
        let name = walk.name().filter(|_| walk.is_empty() && item.kind_at(0) != Some(TokenKind::Text));
        let place = name.as_ref().and_then(|name| {
            let mine = name.schema.is_none() || name.schema == from.alias;
            from.columns.iter().position(|c| mine && catalog.same_column(c, &name.name))
        });
        // `alias.*` counts as several and is not followed.
        if item.tokens().last().is_some_and(|t| item.source.slice(t) == "*") {
            return None;
        }
        cells.push(match place {
            Some(at) => row.get(at).cloned().unwrap_or(WrittenValue::Unknown),
            None => value::read(catalog, item),
        });
    }
    Some(cells)
}

/// Whether a query or a list of values stands here.
pub(super) fn at_query(cursor: &Cursor<'_>) -> bool {
    cursor.at_any(&["SELECT", "VALUES", "VALUE", "WITH", "TABLE"])
        || cursor.kind_at(0) == Some(TokenKind::Open)
}
