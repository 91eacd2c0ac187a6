//! Adding primary keys and unique constraints to a table of the catalog.
//!
//! - A primary key makes its columns NOT NULL, except in SQLite (<https://sqlite.org/quirks.html>, "PRIMARY KEYs Can
//!   Sometimes Contain NULLs"). In MySQL it is called `PRIMARY` whatever the script says.
//! - A second primary key is left out, as the server would have refused it.
//! - A prefix (`KEY (a(10))`) as long as the column is none.
//! - `USING INDEX i` turns a unique index into the constraint, under the constraint's name if one is written.
//!
//! A column that the table has not is reported, and the key left out; so is an index that is not there.

use super::constraint::{ConstraintClause, ConstraintForm};
use super::index_element::{IndexElement, IndexTerm};
use seedbed_ddl_catalog::{Problem, SystemCatalog};
use seedbed_schema_model::{
    ColumnIdx, Expr, Key, KeyPart, KeyTerm, SqlType, TableId, UniqueKey, UniqueOrigin,
};
use seedbed_sql_syntax::{ConstraintNames, PrimaryKeyNulls, Scope};

/// Adds a primary key, unless there is one.
pub(super) fn primary_key(
    catalog: &mut SystemCatalog,
    table: TableId,
    constraint: &ConstraintClause<'_>,
    parts: &[IndexElement<'_>],
) {
    if let Some(index) = &constraint.using_index {
        return adopt_index(catalog, table, constraint, index, true);
    }
    if catalog.schema[table].primary_key.is_some() {
        return;
    }
    let names: Vec<String> = parts.iter().filter_map(column_name).collect();
    let Some(columns) = catalog.columns(table, &names, constraint.span) else { return };
    let lengths =
        parts.iter().zip(&columns).map(|(part, column)| prefix(catalog, table, *column, part.prefix));
    let prefix_lengths = lengths.collect::<Vec<_>>();
    let prefix_lengths = if prefix_lengths.iter().any(Option::is_some) { prefix_lengths } else { Vec::new() };
    let syntax = catalog.syntax();
    let name = match syntax.names.constraints {
        // Whatever the script calls it.
        ConstraintNames::OfTable => Some("PRIMARY".to_owned()),
        ConstraintNames::Nameless | ConstraintNames::TableAndColumn => {
            constraint.name.clone().or_else(|| catalog.constraint_name(table, &names, "pkey"))
        }
    };
    catalog.take_index_name(table, name.as_deref());
    let key = Key { name, columns: columns.clone(), prefix_lengths, span: constraint.span };
    catalog.schema[table].primary_key = Some(key);
    if syntax.keys.primary_key == PrimaryKeyNulls::Refused {
        for column in columns {
            catalog.column_mut(table, column).nullable = false;
        }
    }
}

/// Adds a unique constraint or index. A nameless one is called after its columns, with `expr` for an expression.
pub(super) fn unique(
    catalog: &mut SystemCatalog,
    table: TableId,
    constraint: &ConstraintClause<'_>,
    parts: &[IndexElement<'_>],
) {
    let ConstraintForm::Unique { nulls_distinct, predicate, origin, .. } = &constraint.body else { return };
    if let Some(index) = &constraint.using_index {
        return adopt_index(catalog, table, constraint, index, false);
    }
    let owner = catalog.display(table);
    let mut key_parts = Vec::with_capacity(parts.len());
    for part in parts {
        let Some(part) = key_part(catalog, table, part, constraint) else { return };
        key_parts.push(part);
    }
    let predicate = predicate.map(|body| catalog.read_or_keep(Scope::Table(table), body, &owner));
    let names: Vec<String> =
        parts.iter().map(|p| column_name(p).unwrap_or_else(|| "expr".to_owned())).collect();
    let label = if *origin == UniqueOrigin::Constraint { "key" } else { "idx" };
    let name = constraint.name.clone().or_else(|| catalog.constraint_name(table, &names, label));
    catalog.take_index_name(table, name.as_deref());
    catalog.schema[table].uniques.push(UniqueKey {
        name,
        parts: key_parts,
        predicate,
        nulls_distinct: *nulls_distinct,
        deferrability: constraint.deferrability,
        origin: *origin,
        span: constraint.span,
    });
}

/// A column or expression of a key, found in the table. `None` and a problem when a column is missing.
pub(super) fn key_part(
    catalog: &mut SystemCatalog,
    table: TableId,
    part: &IndexElement<'_>,
    constraint: &ConstraintClause<'_>,
) -> Option<KeyPart> {
    let term = match &part.term {
        IndexTerm::Column(name) => match catalog.column(table, name) {
            Some(column) => KeyTerm::Column(column),
            None => {
                catalog.columns(table, std::slice::from_ref(name), constraint.span)?;
                return None;
            }
        },
        IndexTerm::Expr(body) => {
            let owner = catalog.display(table);
            match catalog.read_or_keep(Scope::Table(table), *body, &owner) {
                Expr::Column(column) => KeyTerm::Column(column),
                expr => KeyTerm::Expr(expr),
            }
        }
    };
    let prefix_length = match term {
        KeyTerm::Column(column) => prefix(catalog, table, column, part.prefix),
        KeyTerm::Expr(_) => None,
    };
    Some(KeyPart { term, prefix_length, collation: part.collation.clone() })
}

/// The column's name; `None` for an expression.
pub(super) fn column_name(part: &IndexElement<'_>) -> Option<String> {
    match &part.term {
        IndexTerm::Column(name) => Some(name.clone()),
        IndexTerm::Expr(_) => None,
    }
}

/// How many characters (bytes, in binary columns) of a column count in a key. `None` where all do, also because the
/// prefix is as long as the column.
fn prefix(catalog: &SystemCatalog, table: TableId, column: ColumnIdx, prefix: Option<u32>) -> Option<u32> {
    let whole = match catalog.schema[table].columns[column].ty {
        SqlType::Char { length }
        | SqlType::Varchar { length }
        | SqlType::Binary { length }
        | SqlType::Varbinary { length } => length,
        _ => None,
    };
    prefix.filter(|n| whole.is_none_or(|whole| *n < whole))
}

/// `ADD CONSTRAINT c UNIQUE USING INDEX i`, or `PRIMARY KEY USING INDEX i` with `primary`: the index becomes the
/// constraint. An index over expressions cannot be a primary key and stays what it is.
fn adopt_index(
    catalog: &mut SystemCatalog,
    table: TableId,
    constraint: &ConstraintClause<'_>,
    index: &str,
    primary: bool,
) {
    let uniques = &mut catalog.schema[table].uniques;
    let Some(at) = uniques.iter().position(|u| u.name.as_deref() == Some(index)) else {
        catalog.problems.push(Problem::UnknownObject { name: index.to_owned(), span: constraint.span });
        return;
    };
    // The index takes the constraint's name, and its own is free.
    let name = constraint.name.clone().or_else(|| Some(index.to_owned()));
    if !primary {
        let unique = &mut uniques[at];
        unique.name.clone_from(&name);
        unique.origin = UniqueOrigin::Constraint;
        unique.deferrability = constraint.deferrability;
    } else if let Some(columns) = uniques[at].plain_columns() {
        uniques.remove(at);
        for column in &columns {
            catalog.column_mut(table, *column).nullable = false;
        }
        let key = Key { name: name.clone(), columns, prefix_lengths: Vec::new(), span: constraint.span };
        catalog.schema[table].primary_key = Some(key);
    }
    catalog.names_were_freed();
    catalog.take_index_name(table, name.as_deref());
}
