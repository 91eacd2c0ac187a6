//! The clauses behind a column's type.
//!
//! Clauses may come in any order. SQLite lets a constraint of the table follow without a comma; reading ends there.

use super::column::{ColumnDef, ColumnPosition};
use super::constraint::{ConstraintClause, ConstraintForm};
use super::constraint_attributes::{read_attributes, read_nulls_distinct};
use super::default_clause::{CLAUSES, default_expression};
use super::index_element::IndexElement;
use super::references::references;
use seedbed_ddl_catalog::{Problem, SyntaxError, SystemCatalog};
use seedbed_schema_model::{Numbering, UniqueOrigin};
use seedbed_sql_syntax::{ColumnAttributes, Cursor, TokenKind};

/// Reads clauses until the tokens end or a table constraint begins.
pub(super) fn read_clauses<'a>(
    catalog: &mut SystemCatalog,
    cursor: &mut Cursor<'a>,
    def: &mut ColumnDef<'a>,
    owner: &str,
) {
    let mut name = None;
    while !cursor.is_empty() {
        if begins_table_constraint(cursor, name.is_some()) {
            return;
        }
        let start = *cursor;
        if cursor.eat(&["CONSTRAINT"]) {
            // MySQL lets the name out.
            name = if cursor.at_any(&["CHECK", "NOT", "NULL", "UNIQUE", "PRIMARY"]) {
                None
            } else {
                cursor.ident()
            };
            continue;
        }
        let taken = name.take();
        if read_clause(cursor, def, taken) || read_attribute(cursor, def) {
            continue;
        }
        // Whatever it is, the next clause is looked for behind it.
        cursor.skip_group();
        let skipped = cursor.take_until(|c| c.at_any(&CLAUSES) || c.is_word(0, "CHARACTER"));
        let _ = skipped;
        let span = start.until(cursor).span();
        let reason = SyntaxError::NotExpectedAfter { found: start.found(), column: def.column.name.clone() };
        catalog.problems.push(Problem::UnreadablePart { owner: owner.to_owned(), reason, span });
    }
}

/// `UNIQUE` behind a column.
pub(super) fn unique<'a>(
    name: &str,
    constraint: Option<String>,
    nulls_distinct: bool,
    at: Cursor<'a>,
) -> ConstraintClause<'a> {
    let origin = UniqueOrigin::Constraint;
    let body = ConstraintForm::Unique {
        parts: vec![IndexElement::column(name)],
        nulls_distinct,
        predicate: None,
        origin,
    };
    ConstraintClause::new(constraint, body, at.span())
}

/// A constraint of the table that SQLite lets follow a column without a comma.
fn begins_table_constraint(cursor: &Cursor<'_>, named: bool) -> bool {
    let mut ahead = *cursor;
    if !named && ahead.eat(&["CONSTRAINT"]) {
        ahead.ident();
    }
    ahead.at_words(&["FOREIGN", "KEY"])
        || (ahead.at_words(&["PRIMARY", "KEY"]) && ahead.kind_at(2) == Some(TokenKind::Open))
        || (ahead.is_word(0, "UNIQUE") && ahead.kind_at(1) == Some(TokenKind::Open))
}

/// One clause of the standard. Returns whether one stood there.
fn read_clause<'a>(cursor: &mut Cursor<'a>, def: &mut ColumnDef<'a>, name: Option<String>) -> bool {
    let start = *cursor;
    let column = def.column.name.clone();
    let mut constraint = if cursor.eat(&["NOT", "NULL"]) {
        def.column.nullable = false;
        // SQLite: NOT NULL ON CONFLICT ...; PostgreSQL: NOT NULL NO INHERIT.
        if cursor.at_words(&["ON", "CONFLICT"]) {
            cursor.skip(3);
        }
        cursor.eat(&["NO", "INHERIT"]);
        cursor.eat(&["ENABLE"]);
        return true;
    } else if cursor.eat(&["NULL"]) {
        if cursor.at_words(&["ON", "CONFLICT"]) {
            cursor.skip(3);
        }
        return true;
    } else if cursor.eat(&["DEFAULT"]) {
        def.default = Some(default_expression(cursor));
        return true;
    } else if cursor.eat(&["PRIMARY", "KEY"]) {
        if let Some(word) = cursor.eat_any(&["ASC", "DESC"]) {
            def.descending_key = word == "DESC";
        }
        ConstraintClause::new(
            name,
            ConstraintForm::PrimaryKey(vec![IndexElement::column(&column)]),
            start.span(),
        )
    } else if cursor.eat(&["UNIQUE"]) {
        cursor.eat(&["KEY"]);
        let nulls_distinct = read_nulls_distinct(cursor);
        unique(&column, name, nulls_distinct, start)
    } else if cursor.is_word(0, "CHECK") && cursor.kind_at(1) == Some(TokenKind::Open) {
        cursor.skip(1);
        let Some(body) = cursor.parens() else { return false };
        ConstraintClause::new(name, ConstraintForm::Check(body), start.span())
    } else if cursor.eat(&["REFERENCES"]) {
        let Some(references) = references(cursor) else { return false };
        ConstraintClause::new(
            name,
            ConstraintForm::ForeignKey { columns: vec![column], references },
            start.span(),
        )
    } else if cursor.eat(&["COLLATE"]) {
        def.column.collation = cursor.name().map(|n| n.name);
        return true;
    } else {
        return read_generated(cursor, def);
    };
    read_attributes(cursor, &mut constraint);
    constraint.of_column = true;
    constraint.span = start.until(cursor).span();
    def.constraints.push(constraint);
    true
}

/// `AUTO_INCREMENT`, `GENERATED ... AS IDENTITY`, `GENERATED ALWAYS AS (...)`.
fn read_generated<'a>(cursor: &mut Cursor<'a>, def: &mut ColumnDef<'a>) -> bool {
    let start = *cursor;
    if cursor.eat(&["AUTOINCREMENT"]) || cursor.eat(&["AUTO_INCREMENT"]) {
        def.column.numbering = Some(Numbering::AutoIncrement);
        return true;
    }
    let mut always = true;
    if cursor.eat(&["GENERATED"]) {
        if cursor.eat(&["BY", "DEFAULT"]) {
            always = false;
        } else if !cursor.eat(&["ALWAYS"]) {
            *cursor = start;
            return false;
        }
    }
    if cursor.eat(&["AS", "IDENTITY"]) {
        def.identity = Some((always, cursor.parens()));
        def.column.nullable = false;
        return true;
    }
    if cursor.is_word(0, "AS") && cursor.kind_at(1) == Some(TokenKind::Open) {
        cursor.skip(1);
        let Some(body) = cursor.parens() else { return false };
        let stored = cursor.eat_any(&["STORED", "PERSISTENT", "VIRTUAL"]);
        def.generated = Some((body, matches!(stored, Some("STORED" | "PERSISTENT"))));
        return true;
    }
    *cursor = start;
    false
}

/// One clause beside default and constraints.
fn read_attribute(cursor: &mut Cursor<'_>, def: &mut ColumnDef<'_>) -> bool {
    match cursor.syntax().tables.columns.attributes {
        ColumnAttributes::Storage => skip_storage_attribute(cursor),
        ColumnAttributes::All => read_any_attribute(cursor, def),
    }
}

/// `STORAGE x`, `COMPRESSION x`, and SQLite's key options written away from their key: what means nothing here.
fn skip_storage_attribute(cursor: &mut Cursor<'_>) -> bool {
    if cursor.eat(&["STORAGE"]) || cursor.eat(&["COMPRESSION"]) {
        cursor.skip(1);
        return true;
    }
    if cursor.at_words(&["ON", "CONFLICT"]) {
        cursor.skip(3);
        return true;
    }
    cursor.eat(&["WITH", "OPTIONS"])
}

/// `COMMENT 'x'`, `CHARACTER SET x`, `KEY`, `AFTER a` and so on.
fn read_any_attribute(cursor: &mut Cursor<'_>, def: &mut ColumnDef<'_>) -> bool {
    if cursor.eat(&["COMMENT"]) {
        cursor.eat_op("=");
        def.column.comment = cursor.string();
    } else if cursor.eat(&["ON", "UPDATE"]) {
        cursor.skip(1);
        cursor.parens();
    } else if cursor.eat(&["KEY"]) {
        let body = ConstraintForm::PrimaryKey(vec![IndexElement::column(&def.column.name)]);
        def.constraints.push(ConstraintClause::new(None, body, cursor.here()));
    } else if cursor.eat(&["CHARACTER", "SET"]) || cursor.eat(&["CHARSET"]) {
        cursor.eat_op("=");
        def.column.charset = cursor.ident().map(|name| name.to_lowercase());
    } else if cursor.eat_any(&["COLUMN_FORMAT", "STORAGE", "SRID", "REF_SYSTEM_ID", "COMPRESSED"]).is_some() {
        if cursor.eat_op("=") || !cursor.at_any(&CLAUSES) {
            cursor.skip(1);
        }
    } else if cursor.eat(&["FIRST"]) {
        def.place = Some(ColumnPosition::First);
    } else if cursor.eat(&["AFTER"]) {
        def.place = cursor.ident().map(ColumnPosition::After);
    } else if cursor.eat(&["WITHOUT", "SYSTEM", "VERSIONING"])
        || cursor.eat(&["WITH", "SYSTEM", "VERSIONING"])
    {
    } else {
        return cursor
            .eat_any(&["VISIBLE", "INVISIBLE", "UNSIGNED", "ZEROFILL", "BINARY", "VIRTUAL", "STORED"])
            .is_some();
    }
    true
}
