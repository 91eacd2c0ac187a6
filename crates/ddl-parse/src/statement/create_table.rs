//! `CREATE TABLE` of every form.
//!
//! `CREATE TABLE t (...)`, `LIKE`, `OF type`, `PARTITION OF parent`, `INHERITS (...)` and `AS SELECT`, after
//! <https://www.postgresql.org/docs/current/sql-createtable.html>,
//! <https://dev.mysql.com/doc/refman/8.4/en/create-table.html> and <https://sqlite.org/lang_createtable.html>.
//!
//! The table enters the catalog under its name before its brackets are read, so that it may refer to itself. Then come
//! the columns, in the order in which the server puts them: those of a type or a parent, its own, those of a query.
//! Constraints are added when all columns are known, and what parents demand of their children last. A temporary table
//! gets the schema of temporary tables and is gone when the script ends.
//!
//! Reported are a name that is taken (unless `IF NOT EXISTS` is written), a missing parent or type, columns that come
//! from a query and cannot be told, a table without any column, and the parts that are not understood. A script that
//! lacks a semicolon behind a table is read on.

use super::add_constraint;
use super::constraint::ConstraintForm;
use super::including::Including;
use super::sqlite_key::settle_sqlite_key;
use super::table_element::elements;
use super::{derive, drop, inherit, mysql_options, partition};
use seedbed_ddl_catalog::{Expected, Named, Problem, SyntaxError, SystemCatalog, UserType, rows};
use seedbed_schema_model::{Column, QualifiedName, Span, Table, TableId};
use seedbed_sql_syntax::{Cursor, IntegerKey, LikeClause, Name, Opened, TableOptions, TokenKind};

/// The statement behind `CREATE ... TABLE`. Returns the statement that begins behind it without a semicolon.
///
/// # Errors
/// When a name is missing: the table's, the partitioned table's, the one behind `LIKE` or the type's behind `OF`.
pub(crate) fn create<'a>(
    catalog: &mut SystemCatalog,
    cursor: &mut Cursor<'a>,
    temporary: bool,
) -> Result<Option<Cursor<'a>>, SyntaxError> {
    let start = *cursor;
    let guarded = cursor.eat_if_exists();
    let name = cursor.name().ok_or_else(|| Expected::NameOf(Named::Table).not(cursor.found()))?;
    let Some(table) = declare(catalog, &name, temporary, guarded, start.span()) else { return Ok(None) };
    let told = catalog.problems.len();
    let next = define(catalog, table, cursor)?;
    // Columns that only another table says, which isn't there: what is left would be a table of none.
    let unknown = |problem: &Problem| matches!(problem, Problem::UnknownObject { .. });
    if catalog.schema[table].columns.is_empty() && catalog.problems[told..].iter().any(unknown) {
        drop::table_and_children(catalog, table);
    }
    Ok(next)
}

/// What the statement says of the table.
fn define<'a>(
    catalog: &mut SystemCatalog,
    table: TableId,
    cursor: &mut Cursor<'a>,
) -> Result<Option<Cursor<'a>>, SyntaxError> {
    let rules = catalog.syntax();
    if rules.tables.like == LikeClause::WholeTable && copy_like(catalog, table, *cursor)? {
        return Ok(None);
    }
    if cursor.eat(&["OF"]) {
        typed(catalog, table, cursor)?;
    } else if cursor.eat(&["PARTITION", "OF"]) {
        let parent = cursor.name().ok_or(Expected::NameOf(Named::PartitionedTable))?;
        partition::join(catalog, table, &parent);
    }
    if cursor.is_unclosed() {
        catalog.problems.push(Problem::Unterminated { what: Opened::ColumnList, span: cursor.here() });
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
    // Keys may name a period that comes behind them.
    later.sort_by_key(|constraint| !matches!(constraint.body, ConstraintForm::Period { .. }));
    for constraint in &later {
        add_constraint::constrain(catalog, table, constraint);
    }
    inherit::constraints_of_parents(catalog, table);
    if rules.keys.integer_key == IntegerKey::Rowid {
        settle_sqlite_key(catalog, table, &descending);
    }
    Ok(next)
}

/// The statement that begins behind this one without a semicolon between them, cut off from it. Only words that no
/// option of a table has are taken for a beginning.
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

/// Makes the empty table. `None` when its name is taken, which is a problem unless `guarded` by `IF NOT EXISTS`.
fn declare(
    catalog: &mut SystemCatalog,
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
    let id = catalog.push_table(table);
    catalog.draft_mut(id).temporary = temporary;
    Some(id)
}

/// MySQL's `CREATE TABLE a LIKE b`, with or without brackets: all of `b` but its foreign keys
/// (<https://dev.mysql.com/doc/refman/8.4/en/create-table-like.html>). Returns whether it was that.
fn copy_like(
    catalog: &mut SystemCatalog,
    table: TableId,
    mut cursor: Cursor<'_>,
) -> Result<bool, SyntaxError> {
    if let Some(inner) = cursor.parens().filter(|inner| inner.is_word(0, "LIKE")) {
        cursor = inner;
    }
    if !cursor.eat(&["LIKE"]) {
        return Ok(false);
    }
    let name = cursor.name().ok_or(Expected::TableAfterLike)?;
    derive::like(catalog, table, &name, Including::ALL);
    Ok(true)
}

/// `OF type`: the type's attributes are the columns.
fn typed(catalog: &mut SystemCatalog, table: TableId, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let name = cursor.name().ok_or(Expected::TypeAfterOf)?;
    match catalog.user_type(&name) {
        Some(UserType::Composite(id)) => {
            for (attribute, ty) in catalog.schema[id].attributes.clone() {
                let mut column = Column::new(&attribute, ty);
                column.span = name.span;
                catalog.push_column(table, column);
            }
        }
        _ => catalog.problems.push(Problem::UnknownObject { name: name.name, span: name.span }),
    }
    Ok(())
}

/// The tables of `INHERITS (...)`, looked for behind the column list. One that is not there is reported.
fn inherits(catalog: &mut SystemCatalog, mut cursor: Cursor<'_>) -> Vec<TableId> {
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

/// What follows the column list: the dialect's options, then a query. A table that has neither columns nor a query is
/// reported.
fn options(catalog: &mut SystemCatalog, table: TableId, cursor: &mut Cursor<'_>, has_columns: bool) {
    match catalog.syntax().tables.options {
        TableOptions::Storage => storage_options(catalog, table, cursor),
        TableOptions::EngineAndCharset => mysql_options::read(catalog, table, cursor),
        TableOptions::Rowid => rowid_options(catalog, table, cursor),
    }
    // A bare SELECT makes a table in MySQL; AS does everywhere.
    let as_query = cursor.eat(&["AS"]) || cursor.at_any(&["SELECT", "WITH", "VALUES", "EXECUTE", "TABLE"]);
    if as_query || cursor.kind_at(0) == Some(TokenKind::Open) {
        derive::from_query(catalog, table, *cursor);
        rows::of_query(catalog, table, *cursor);
    } else if !has_columns && catalog.draft(table).order.is_empty() {
        let owner = catalog.display(table);
        catalog.problems.push(Problem::UnreadablePart {
            owner,
            reason: SyntaxError::NoColumns,
            span: cursor.here(),
        });
    }
}

/// SQLite's `WITHOUT ROWID` and `STRICT`, which decide what its primary key means.
fn rowid_options(catalog: &mut SystemCatalog, table: TableId, cursor: &mut Cursor<'_>) {
    loop {
        let options = &mut catalog.schema[table].options;
        if cursor.eat(&["WITHOUT", "ROWID"]) {
            options.without_rowid = true;
        } else if cursor.eat(&["STRICT"]) {
            options.strict = true;
        } else if !cursor.eat_kind(TokenKind::Comma) {
            return;
        }
    }
}

/// `FOR VALUES ...`, `PARTITION BY ...`; how the table is stored does not matter.
fn storage_options(catalog: &mut SystemCatalog, table: TableId, cursor: &mut Cursor<'_>) {
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

/// Whether `PARTITION OF` stood before.
fn is_partition(catalog: &SystemCatalog, table: TableId) -> bool {
    catalog.schema[table].partition_of.is_some()
}
