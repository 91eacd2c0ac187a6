//! `CREATE TABLE` of every form.

use super::column_def::{self, ColumnDef};
use super::constraint::{self, Constraint};
use super::{apply, apply_statement, derive, inherit, mysql_options, partition, query, rows};
use crate::Problem;
use crate::catalog::{Catalog, Draft, Relation, View};
use crate::text::{Cursor, Kind, Name};
use seedbed_schema_model::{ColumnIdx, Dialect, QualifiedName, Span, Table, TableId};

/// The statement behind `CREATE ... TABLE`.
pub(super) fn create(catalog: &mut Catalog, cursor: &mut Cursor<'_>, temporary: bool) -> Result<(), String> {
    let start = *cursor;
    let guarded = cursor.eat_if_exists();
    let name = cursor.name().ok_or_else(|| format!("a table's name is expected, not {}", cursor.found()))?;
    let Some(table) = declare(catalog, &name, temporary, guarded, start.span()) else { return Ok(()) };
    if catalog.dialect() == Dialect::MySql && copy_like(catalog, table, *cursor)? {
        return Ok(());
    }
    if cursor.eat(&["OF"]) {
        typed(catalog, table, cursor)?;
    } else if cursor.eat(&["PARTITION", "OF"]) {
        let parent = cursor.name().ok_or("the partitioned table's name is expected")?;
        partition::join(catalog, table, &parent);
    }
    if cursor.is_unclosed() {
        catalog.problems.push(Problem::Unterminated { what: "this list of columns", span: cursor.here() });
    }
    let body = cursor.parens();
    let next = body.and_then(|_| split_off_next(cursor));
    let inherited = inherits(catalog, *cursor);
    inherit::take_over(catalog, table, &inherited);
    let mut later = Vec::new();
    let mut descending = Vec::new();
    if let Some(body) = body {
        elements(catalog, table, body, &mut later, &mut descending);
    }
    options(catalog, table, cursor, body.is_some());
    for constraint in &later {
        apply::constraint(catalog, table, constraint);
    }
    inherit::constraints_of_parents(catalog, table);
    if catalog.dialect() == Dialect::Sqlite {
        apply::settle_sqlite_key(catalog, table, &descending);
    }
    if let Some(next) = next {
        catalog.problems.push(Problem::MissingSemicolon { span: next.here() });
        apply_statement(catalog, next);
    }
    Ok(())
}

/// The statement that begins behind this one without a semicolon between them, cut off from it.
fn split_off_next<'a>(cursor: &mut Cursor<'a>) -> Option<Cursor<'a>> {
    const BEGINNINGS: &[&[&str]] = &[
        &["CREATE", "TABLE"],
        &["CREATE", "TYPE"],
        &["CREATE", "INDEX"],
        &["CREATE", "UNIQUE", "INDEX"],
        &["ALTER", "TABLE"],
        &["DROP", "TABLE"],
        &["INSERT", "INTO"],
        &["COMMENT", "ON"],
    ];
    let mut next = *cursor;
    let own = next.take_until(|c| BEGINNINGS.iter().any(|words| c.at_words(words)));
    (!next.is_empty()).then(|| {
        *cursor = own;
        next
    })
}

/// Makes the empty table, unless its name is taken.
fn declare(
    catalog: &mut Catalog,
    name: &Name,
    temporary: bool,
    guarded: bool,
    span: Span,
) -> Option<TableId> {
    let mut full = catalog.new_name(name);
    let temporary = temporary || matches!(full.schema.as_deref(), Some("temp" | "pg_temp"));
    if temporary {
        let space = if catalog.dialect().has_schemas() { "pg_temp" } else { "temp" };
        full = QualifiedName::new(Some(space), &name.name);
    }
    if catalog.relation_exact(&full).is_some() {
        if !guarded {
            catalog.problems.push(Problem::Duplicate { name: full.to_string(), span: name.span });
        }
        return None;
    }
    let mut table = Table::new(full.schema.as_deref(), &full.name);
    table.span = span;
    Some(catalog.push_table(table, Draft { temporary, ..Draft::default() }))
}

/// MySQL's `CREATE TABLE a LIKE b`, with or without brackets: all of `b` but its foreign keys.
fn copy_like(catalog: &mut Catalog, table: TableId, mut cursor: Cursor<'_>) -> Result<bool, String> {
    if let Some(inner) = cursor.parens().filter(|inner| inner.is_word(0, "LIKE")) {
        cursor = inner;
    }
    if !cursor.eat(&["LIKE"]) {
        return Ok(false);
    }
    let name = cursor.name().ok_or("a table's name is expected after LIKE")?;
    derive::like(catalog, table, &name, derive::Including::ALL);
    Ok(true)
}

/// `OF type`: the type's attributes are the columns.
fn typed(catalog: &mut Catalog, table: TableId, cursor: &mut Cursor<'_>) -> Result<(), String> {
    let name = cursor.name().ok_or("a type's name is expected after OF")?;
    match catalog.user_type(&name) {
        Some(crate::catalog::UserType::Composite(id)) => {
            for (attribute, ty) in catalog.schema[id].attributes.clone() {
                let mut column = seedbed_schema_model::Column::new(&attribute, ty);
                column.span = name.span;
                catalog.push_column(table, column);
            }
            catalog.draft_mut(table).of_type = Some(id);
        }
        _ => catalog.problems.push(Problem::UnknownObject { name: name.name, span: name.span }),
    }
    Ok(())
}

/// The tables of `INHERITS (...)`, looked for behind the column list.
fn inherits(catalog: &mut Catalog, mut cursor: Cursor<'_>) -> Vec<TableId> {
    cursor.take_until(|c| c.is_word(0, "INHERITS"));
    if !cursor.eat(&["INHERITS"]) {
        return Vec::new();
    }
    let Some(list) = cursor.parens() else { return Vec::new() };
    let mut parents = Vec::new();
    for mut part in list.split_commas() {
        let Some(name) = part.name() else { continue };
        match catalog.table(&name) {
            Some(parent) => parents.push(parent),
            None => catalog.problems.push(Problem::UnknownObject { name: name.name, span: name.span }),
        }
    }
    parents
}

/// Columns and constraints in the brackets. Constraints that need all columns are put into `later`.
fn elements<'a>(
    catalog: &mut Catalog,
    table: TableId,
    body: Cursor<'a>,
    later: &mut Vec<Constraint<'a>>,
    descending: &mut Vec<ColumnIdx>,
) {
    let mut columns: Vec<(ColumnIdx, ColumnDef<'a>)> = Vec::new();
    for span in body.empty_parts() {
        let (owner, reason) = (catalog.display(table), "a comma is left over".to_owned());
        catalog.problems.push(Problem::UnreadablePart { owner, reason, span });
    }
    for mut element in body.split_commas() {
        while !element.is_empty() {
            let before = element.len();
            one_element(catalog, table, &mut element, later, &mut columns);
            if element.len() == before {
                let owner = catalog.display(table);
                let reason = format!("{} is not expected", element.found());
                catalog.problems.push(Problem::UnreadablePart { owner, reason, span: element.span() });
                break;
            }
        }
    }
    for (index, def) in &columns {
        apply::column_expressions(catalog, table, *index, def);
        if def.descending_key {
            descending.push(*index);
        }
    }
}

fn one_element<'a>(
    catalog: &mut Catalog,
    table: TableId,
    element: &mut Cursor<'a>,
    later: &mut Vec<Constraint<'a>>,
    columns: &mut Vec<(ColumnIdx, ColumnDef<'a>)>,
) {
    let start = *element;
    if element.is_word(0, "LIKE") && element.dialect() == Dialect::Postgres && !is_type_next(element) {
        element.skip(1);
        if let Some(name) = element.name() {
            let including = derive::Including::read(element);
            derive::like(catalog, table, &name, including);
        }
        return;
    }
    if constraint::at_table_constraint(element) {
        match constraint::read(element) {
            Some(constraint) => later.push(constraint),
            None => {
                let owner = catalog.display(table);
                let reason = format!("{} is not expected in this constraint", element.found());
                catalog.problems.push(Problem::UnreadablePart { owner, reason, span: start.span() });
                element.skip(element.len());
            }
        }
        return;
    }
    let owner = catalog.display(table);
    let Some(def) = column_def::read(catalog, element, &owner) else { return };
    let known = catalog.column(table, &def.column.name);
    if columns.iter().any(|(index, _)| Some(*index) == known) {
        let name = format!("{owner}.{}", def.column.name);
        catalog.problems.push(Problem::Duplicate { name, span: def.column.span });
        return;
    }
    later.extend(def.constraints.iter().cloned());
    if let Some(index) = apply::column(catalog, table, &def) {
        columns.push((index, def));
    }
}

/// Whether a column is called `like`.
fn is_type_next(element: &Cursor<'_>) -> bool {
    element.len() == 2 && ["text", "integer", "int", "boolean"].iter().any(|ty| element.is_word(1, ty))
}

/// What follows the column list.
fn options(catalog: &mut Catalog, table: TableId, cursor: &mut Cursor<'_>, has_columns: bool) {
    match catalog.dialect() {
        Dialect::MySql => mysql_options::read(catalog, table, cursor),
        Dialect::Sqlite => sqlite_options(catalog, table, cursor),
        _ => postgres_options(catalog, table, cursor),
    }
    // A bare SELECT makes a table in MySQL; AS does everywhere.
    let as_query = cursor.eat(&["AS"]) || cursor.at_any(&["SELECT", "WITH", "VALUES", "EXECUTE", "TABLE"]);
    if as_query || cursor.kind_at(0) == Some(Kind::Open) {
        derive::from_query(catalog, table, *cursor);
        rows::of_query(catalog, table, *cursor);
    } else if !has_columns && catalog.draft(table).order.is_empty() {
        let owner = catalog.display(table);
        catalog.problems.push(Problem::UnreadablePart {
            owner,
            reason: "it has no columns".to_owned(),
            span: cursor.here(),
        });
    }
}

fn sqlite_options(catalog: &mut Catalog, table: TableId, cursor: &mut Cursor<'_>) {
    loop {
        let options = &mut catalog.schema[table].options;
        if cursor.eat(&["WITHOUT", "ROWID"]) {
            options.without_rowid = true;
        } else if cursor.eat(&["STRICT"]) {
            options.strict = true;
        } else if !cursor.eat_kind(Kind::Comma) {
            return;
        }
    }
}

fn postgres_options(catalog: &mut Catalog, table: TableId, cursor: &mut Cursor<'_>) {
    while !cursor.is_empty() && !cursor.is_word(0, "AS") {
        if cursor.at_words(&["FOR", "VALUES"])
            || (cursor.is_word(0, "DEFAULT") && is_partition(catalog, table))
        {
            partition::bound(catalog, table, cursor);
        } else if cursor.eat(&["PARTITION", "BY"]) {
            partition::by(catalog, table, cursor);
        } else {
            // INHERITS (read before), WITH (...), TABLESPACE, USING, ON COMMIT, SERVER ... OPTIONS.
            cursor.skip_group();
        }
    }
}

fn is_partition(catalog: &Catalog, table: TableId) -> bool {
    catalog.schema[table].partition_of.is_some()
}

/// A name that holds no rows of its own: a view, a virtual table. A view's columns are kept for tables made from it.
pub(super) fn view(catalog: &mut Catalog, cursor: &mut Cursor<'_>) {
    cursor.eat_if_exists();
    let Some(name) = cursor.name() else { return };
    let full = catalog.new_name(&name);
    let names = cursor.ident_list();
    cursor.take_until(|c| c.is_word(0, "AS"));
    cursor.eat(&["AS"]);
    let mut columns = query::columns(catalog, *cursor).unwrap_or_default();
    for (column, name) in columns.iter_mut().zip(names.unwrap_or_default()) {
        column.name = name;
    }
    if matches!(catalog.relation_exact(&full), None | Some(Relation::View)) {
        catalog.name_relation(&full, Relation::View);
        let base = query::base_table(catalog, *cursor);
        catalog.keep_view(&full, View { columns, base });
    }
}
