//! The columns of a query, as far as its text tells: for `CREATE TABLE ... AS` and views.
//!
//! Names and types are told for columns, constants, casts, comparisons and a few calls, through UNION, subqueries and
//! views. A query with anything else in its list is not followed: `None`, and the caller reports the table whose
//! columns are not known.
//!
//! Only tables that exist now are looked at, as the server does. Names that no alias gives are PostgreSQL's: the
//! function's name, or `?column?`.

use super::value_type::{cast_type, constant_type, is_truth};
use seedbed_ddl_catalog::{NamedRelation, SystemCatalog};
use seedbed_schema_model::{Column, SqlType, TableId};
use seedbed_sql_syntax::{Cursor, Name, QueryColumns, TokenKind};

/// Queries nested deeper than this are not followed.
const DEEPEST: u32 = 16;

/// One source of a FROM clause, under the name by which columns are qualified.
#[derive(Clone, Debug)]
struct FromItem {
    /// The name before the dot.
    alias: String,
    /// Its columns, by their names.
    columns: Vec<Column>,
}

/// The names and types of a query's columns; `None` when one of them cannot be told.
pub(super) fn columns(catalog: &SystemCatalog, query: Cursor<'_>) -> Option<Vec<Column>> {
    let found = branches(catalog, query, 0)?;
    // What is NULL in every branch is text.
    Some(found.into_iter().map(|(column, ty)| Column { ty: ty.unwrap_or(SqlType::TEXT), ..column }).collect())
}

/// The table that rows inserted into a view of this query go to: what its only source is, if nothing groups or counts
/// the rows (PostgreSQL's manual, CREATE VIEW, Updatable Views; MySQL's, 27.5.3).
pub(super) fn base_table(catalog: &SystemCatalog, query: Cursor<'_>) -> Option<TableId> {
    const NOT_UPDATABLE: [&str; 11] = [
        "UNION",
        "INTERSECT",
        "EXCEPT",
        "DISTINCT",
        "GROUP",
        "HAVING",
        "LIMIT",
        "OFFSET",
        "FETCH",
        "WINDOW",
        "JOIN",
    ];
    let mut body = without_brackets(query);
    if !body.eat(&["SELECT"]) || { body }.take_until(|c| c.at_any(&NOT_UPDATABLE)).len() < body.len() {
        return None;
    }
    body.take_until(|c| c.is_word(0, "FROM"));
    body.skip(1);
    body.eat(&["ONLY"]);
    let name = body.name()?;
    let sources = body.take_until(|c| c.at_any(&["WHERE", "ORDER"]));
    if sources.split_commas().len() > 1 {
        return None;
    }
    match catalog.relation(&name)? {
        NamedRelation::Table(table) => Some(table),
        NamedRelation::View => catalog.view_exact(&catalog.new_name(&name))?.base,
        NamedRelation::Sequence(_) => None,
    }
}

/// A column, and its type unless it is a bare NULL so far, which a later branch of a UNION may give a type.
type Typed = (Column, Option<SqlType>);

/// The columns of the branches of a UNION. `depth` counts the queries around it.
fn branches(catalog: &SystemCatalog, query: Cursor<'_>, depth: u32) -> Option<Vec<Typed>> {
    if depth > DEEPEST {
        return None;
    }
    let mut rest = without_brackets(query);
    let mut found: Vec<Typed> = Vec::new();
    while !rest.is_empty() {
        let branch = rest.take_until(|c| c.at_any(&["UNION", "INTERSECT", "EXCEPT"]));
        rest.skip(1);
        rest.eat_any(&["ALL", "DISTINCT"]);
        let more = select(catalog, without_brackets(branch), depth)?;
        if found.is_empty() {
            found = more;
        } else {
            for (column, other) in found.iter_mut().zip(more) {
                column.1 = column.1.take().or(other.1);
            }
        }
        // Names and types come from the first branch, unless it says NULL.
        if found.iter().all(|(_, ty)| ty.is_some()) {
            break;
        }
    }
    Some(found)
}

/// A query without the brackets around all of it.
fn without_brackets(cursor: Cursor<'_>) -> Cursor<'_> {
    let mut ahead = cursor;
    match ahead.parens() {
        Some(inner) if ahead.is_empty() => without_brackets(inner),
        _ => cursor,
    }
}

/// The columns of one SELECT, or of `TABLE name`; `None` when one of them cannot be told.
fn select(catalog: &SystemCatalog, mut query: Cursor<'_>, depth: u32) -> Option<Vec<Typed>> {
    if query.eat(&["TABLE"]) {
        return Some(typed(relation(catalog, &query.name()?)?));
    }
    if !query.eat(&["SELECT"]) {
        return None;
    }
    query.eat(&["ALL"]);
    if query.eat(&["DISTINCT"]) && query.eat(&["ON"]) {
        query.parens();
    }
    let list = query.take_until(|c| c.at_any(&["FROM", "WHERE", "GROUP", "ORDER", "LIMIT"]));
    let sources = if query.eat(&["FROM"]) { from(catalog, query, depth)? } else { Vec::new() };
    let mut found = Vec::new();
    for item in list.split_commas() {
        found.extend(items(catalog, &sources, item, depth)?);
    }
    Some(found)
}

/// Columns whose types are known.
fn typed(columns: Vec<Column>) -> Vec<Typed> {
    columns.into_iter().map(|c| (c.clone(), Some(c.ty))).collect()
}

/// A table's or view's columns, without what a copy does not take along; `None` when nothing has that name.
fn relation(catalog: &SystemCatalog, name: &Name) -> Option<Vec<Column>> {
    let NamedRelation::Table(table) = catalog.relation(name)? else {
        return catalog.view_columns(name);
    };
    let taken = catalog.syntax().tables.query_columns;
    let copy = |column: &Column| {
        let mut copy = Column::new(&column.name, column.ty.clone());
        copy.declared_type.clone_from(&column.declared_type);
        copy.collation.clone_from(&column.collation);
        copy.charset.clone_from(&column.charset);
        if taken == QueryColumns::TypesAndDefaults {
            copy.nullable = column.nullable;
            copy.default.clone_from(&column.default);
        }
        copy
    };
    let order = &catalog.draft(table).order;
    Some(order.iter().map(|c| copy(&catalog.schema[table].columns[*c])).collect())
}

/// The tables and queries behind FROM, with those that are joined. Conditions of joins do not matter to the columns.
fn from(catalog: &SystemCatalog, mut clause: Cursor<'_>, depth: u32) -> Option<Vec<FromItem>> {
    const ENDS: [&str; 9] =
        ["WHERE", "GROUP", "ORDER", "LIMIT", "HAVING", "WINDOW", "OFFSET", "FETCH", "WITH"];
    let mut sources = Vec::new();
    let clause = &mut clause.take_until(|c| c.at_any(&ENDS));
    while !clause.is_empty() {
        while clause.eat_any(&["LATERAL", "ONLY"]).is_some() {}
        sources.push(source(catalog, clause, depth)?);
        // The rest of a join's condition; the next source follows a comma or JOIN.
        clause.take_until(|c| c.kind_at(0) == Some(TokenKind::Comma) || c.is_word(0, "JOIN"));
        clause.skip(1);
    }
    Some(sources)
}

/// One table or query of a FROM clause, with its alias.
fn source(catalog: &SystemCatalog, clause: &mut Cursor<'_>, depth: u32) -> Option<FromItem> {
    const NO_ALIAS: [&str; 10] =
        ["ON", "USING", "JOIN", "LEFT", "RIGHT", "INNER", "FULL", "CROSS", "NATURAL", "OUTER"];
    let (mut alias, columns) = if let Some(inner) = clause.parens() {
        let found = branches(catalog, inner, depth + 1)?;
        (
            String::new(),
            found.into_iter().map(|(c, ty)| Column { ty: ty.unwrap_or(SqlType::TEXT), ..c }).collect(),
        )
    } else {
        let name = clause.name()?;
        (name.name.clone(), relation(catalog, &name)?)
    };
    if clause.eat(&["AS"]) || (clause.at_name() && !clause.at_any(&NO_ALIAS)) {
        alias = clause.ident()?;
    }
    Some(FromItem { alias, columns })
}

/// The columns that one item of a SELECT list makes.
fn items(catalog: &SystemCatalog, sources: &[FromItem], item: Cursor<'_>, depth: u32) -> Option<Vec<Typed>> {
    if item.at_op("*") && item.len() == 1 {
        return Some(typed(sources.iter().flat_map(|s| s.columns.clone()).collect()));
    }
    if item.len() == 3 && item.kind_at(1) == Some(TokenKind::Dot) && item.text_at(2) == "*" {
        let alias = { item }.ident()?;
        let source = sources.iter().find(|s| catalog.same_column(&s.alias, &alias))?;
        return Some(typed(source.columns.clone()));
    }
    let mut walk = item;
    let value = walk.take_until(|c| c.is_word(0, "AS"));
    let alias = if walk.eat(&["AS"]) { Some(walk.ident()?) } else { None };
    if let Some(column) = named_column(catalog, sources, value) {
        let name = alias.unwrap_or_else(|| column.name.clone());
        let ty = Some(column.ty.clone());
        return Some(vec![(Column { name, ..column }, ty)]);
    }
    let ty = value_type(catalog, sources, value, depth)?;
    let name = alias.unwrap_or_else(|| implied_name(value));
    let mut column = Column::new(&name, SqlType::Any);
    column.span = item.span();
    Some(vec![(column, ty)])
}

/// The name that the server gives to an item without one: the function's or the type's.
fn implied_name(value: Cursor<'_>) -> String {
    let mut walk = value;
    match walk.name() {
        Some(name) if walk.kind_at(0) == Some(TokenKind::Open) => name.name,
        _ => "?column?".to_owned(),
    }
}

/// The column that a name stands for, in the first source that has it; `None` for anything but a name.
fn named_column(catalog: &SystemCatalog, sources: &[FromItem], mut value: Cursor<'_>) -> Option<Column> {
    if !value.at_name() {
        return None;
    }
    let name = value.name()?;
    if !value.is_empty() {
        return None;
    }
    let fits = |s: &&FromItem| name.schema.as_ref().is_none_or(|q| catalog.same_column(q, &s.alias));
    let mut columns = sources.iter().filter(fits).flat_map(|s| &s.columns);
    columns.find(|c| catalog.same_column(&c.name, &name.name)).cloned()
}

/// The type of a value; the inner `None` is a bare NULL's.
#[expect(clippy::option_option, reason = "unknown, untyped NULL and a type are three answers")]
fn value_type(
    catalog: &SystemCatalog,
    sources: &[FromItem],
    value: Cursor<'_>,
    depth: u32,
) -> Option<Option<SqlType>> {
    if depth > DEEPEST {
        return None;
    }
    let inner = without_brackets(value);
    if inner.len() != value.len() {
        return match inner.is_word(0, "SELECT") {
            true => branches(catalog, inner, depth + 1)?.into_iter().next().map(|(_, ty)| ty),
            false => value_type(catalog, sources, inner, depth + 1),
        };
    }
    if let Some(column) = named_column(catalog, sources, value) {
        return Some(Some(column.ty));
    }
    if is_truth(value) {
        return Some(Some(SqlType::Boolean));
    }
    if let Some(ty) = cast_type(catalog, value) {
        return Some(Some(ty));
    }
    if value.len() == 1 {
        return constant_type(value);
    }
    call_type(catalog, sources, value, depth)
}

/// Calls whose type is their argument's or their own.
#[expect(clippy::option_option, reason = "see value_type")]
fn call_type(
    catalog: &SystemCatalog,
    sources: &[FromItem],
    value: Cursor<'_>,
    depth: u32,
) -> Option<Option<SqlType>> {
    let mut walk = value;
    let name = walk.name()?.name.to_ascii_lowercase();
    let arguments = walk.parens().filter(|_| walk.is_empty())?;
    Some(match name.as_str() {
        "min" | "max" | "coalesce" | "nullif" | "greatest" | "least" | "abs" => {
            return value_type(catalog, sources, *arguments.split_commas().first()?, depth + 1);
        }
        "count" | "nextval" | "row_number" | "rank" => Some(SqlType::BIGINT),
        "length" | "char_length" => Some(SqlType::INTEGER),
        "lower" | "upper" | "trim" | "concat" | "replace" | "md5" => Some(SqlType::TEXT),
        "now" => Some(SqlType::Timestamp { precision: None, zoned: true }),
        "bool_or" | "bool_and" => Some(SqlType::Boolean),
        _ => return None,
    })
}
