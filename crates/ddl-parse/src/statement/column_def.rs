//! Column definitions: name and type.
//!
//! `name type clauses`, between the commas of a `CREATE TABLE` or behind `ADD COLUMN`, `MODIFY` and `CHANGE`. SQLite's
//! columns need no type at all (<https://sqlite.org/datatype3.html>, 3.1); PostgreSQL's typed tables have theirs
//! already. MySQL's `SERIAL` is short for `BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE`
//! (<https://dev.mysql.com/doc/refman/8.4/en/numeric-type-syntax.html>).
//!
//! A type that neither the dialect nor the schema defines is reported; the column is kept.

use super::column::ColumnDef;
use super::column_clause::{read_clauses, unique_form};
use super::constraint::ConstraintClause;
use seedbed_ddl_catalog::{Problem, SystemCatalog};
use seedbed_schema_model::{Column, Numbering, SqlType};
use seedbed_sql_syntax::{Cursor, SerialColumns, TokenKind, TypeName, UserTypes, read_type};

/// Reads a column definition up to the end of its clauses; the cursor may then stand before a table constraint that
/// SQLite lets follow without a comma.
///
/// `None` when no name stands there. `owner` names the table in problems.
pub(super) fn read<'a>(
    catalog: &mut SystemCatalog,
    cursor: &mut Cursor<'a>,
    owner: &str,
) -> Option<ColumnDef<'a>> {
    let start = *cursor;
    let name = cursor.ident()?;
    // A column of a typed table has its type already.
    if cursor.syntax().statements.user_types == UserTypes::Created {
        cursor.eat(&["WITH", "OPTIONS"]);
    }
    let ty = if at_clause(cursor) { None } else { read_type(catalog, cursor) };
    let typed = ty.is_some();
    let ty = ty.unwrap_or_else(|| TypeName::plain(SqlType::Any));
    if let Some(unknown) = &ty.unknown {
        let owner = format!("{owner}.{name}");
        catalog.problems.push(Problem::UnknownType {
            owner,
            ty: unknown.clone(),
            span: start.until(cursor).span(),
        });
    }
    let mut column = Column::new(&name, ty.ty);
    column.declared_type = ty.text;
    column.charset = ty.charset;
    column.collation = ty.collation;
    let mut def = ColumnDef {
        column,
        default: None,
        generated: None,
        serial: ty.serial,
        identity: None,
        constraints: Vec::new(),
        descending_key: false,
        place: None,
        typed,
    };
    if def.serial {
        def.column.nullable = false;
    }
    if def.serial && cursor.syntax().tables.columns.serial == SerialColumns::AutoIncrement {
        def.serial = false;
        def.column.numbering = Some(Numbering::AutoIncrement);
        def.constraints.push(ConstraintClause::new(None, unique_form(&name, true), start.span()));
    }
    read_clauses(catalog, cursor, &mut def, owner);
    def.column.span = start.until(cursor).span();
    Some(def)
}

/// Whether a clause follows the column's name at once, so that no type is written.
fn at_clause(cursor: &Cursor<'_>) -> bool {
    const STARTS: [&str; 10] = [
        "CONSTRAINT",
        "NOT",
        "NULL",
        "DEFAULT",
        "PRIMARY",
        "UNIQUE",
        "CHECK",
        "REFERENCES",
        "COLLATE",
        "GENERATED",
    ];
    cursor.is_empty()
        || cursor.at_any(&STARTS)
        || (cursor.is_word(0, "AS") && cursor.kind_at(1) == Some(TokenKind::Open))
}
