//! The clauses behind a column's type.
//!
//! Clauses may come in any order. Those of the standard are read in all dialects: `[CONSTRAINT name]` before `NOT
//! NULL`, `DEFAULT`, `PRIMARY KEY`, `UNIQUE`, `CHECK (...)`, `REFERENCES`; then `COLLATE`, `GENERATED` and
//! `AUTO_INCREMENT`. Which of the others there are is the dialect's: MySQL's `COMMENT`, `CHARACTER SET`, `FIRST` and so
//! on, or words of storage alone.
//!
//! - PostgreSQL: <https://www.postgresql.org/docs/current/sql-createtable.html>, `column_constraint`
//! - MySQL: <https://dev.mysql.com/doc/refman/8.4/en/create-table.html>, `column_definition`
//! - SQLite: <https://sqlite.org/syntax/column-constraint.html>
//!
//! SQLite lets a constraint of the table follow without a comma; reading ends there. Something that is no clause is
//! reported as an unreadable part of the table, and reading goes on at the next word that begins one.

use super::column::{ColumnDef, ColumnPosition};
use super::constraint::{ConstraintClause, ConstraintForm};
use super::constraint_attributes::{read_attributes, read_nulls_distinct};
use super::default_clause::{CLAUSES, default_expression};
use super::index_element::IndexElement;
use super::references::references;
use super::relatives;
use seedbed_ddl_catalog::{Problem, SyntaxError, SystemCatalog};
use seedbed_schema_model::{Expr, Generated, Numbering, SqlType, UniqueOrigin, Unreadable};
use seedbed_sql_syntax::{ColumnAttributes, Cursor, TokenKind};

/// Reads clauses until the tokens end or a table constraint begins, and puts them into `def`. `owner` names the table
/// in problems.
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
        if read_clause(cursor, def, taken)
            || read_attribute(cursor, def)
            || relatives::read_attribute(cursor, def)
        {
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

/// The form of `UNIQUE` behind a column.
pub(super) fn unique_form<'a>(column: &str, nulls_distinct: bool) -> ConstraintForm<'a> {
    let parts = vec![IndexElement::column(column)];
    ConstraintForm::Unique { parts, nulls_distinct, predicate: None, origin: UniqueOrigin::Constraint }
}

/// A constraint of the table that SQLite lets follow a column without a comma. `named`: its name has been read.
fn begins_table_constraint(cursor: &Cursor<'_>, named: bool) -> bool {
    let mut ahead = *cursor;
    if !named && ahead.eat(&["CONSTRAINT"]) {
        ahead.ident();
    }
    ahead.at_words(&["FOREIGN", "KEY"])
        || (ahead.at_words(&["PRIMARY", "KEY"]) && ahead.kind_at(2) == Some(TokenKind::Open))
        || (ahead.is_word(0, "UNIQUE") && ahead.kind_at(1) == Some(TokenKind::Open))
}

/// One clause of the standard. Returns whether one stood there; if it breaks off, the cursor stands behind what was
/// read.
fn read_clause<'a>(cursor: &mut Cursor<'a>, def: &mut ColumnDef<'a>, name: Option<String>) -> bool {
    if !at_constraint(cursor) {
        return read_property(cursor, def) || read_generated(cursor, def);
    }
    let start = *cursor;
    let Some(form) = read_constraint(cursor, def) else { return false };
    let mut constraint = ConstraintClause::new(name, form, start.span());
    read_attributes(cursor, &mut constraint);
    constraint.of_column = true;
    constraint.span = start.until(cursor).span();
    def.constraints.push(constraint);
    true
}

/// Whether a key, a CHECK or a reference stands behind the column.
fn at_constraint(cursor: &Cursor<'_>) -> bool {
    cursor.at_words(&["PRIMARY", "KEY"])
        || cursor.at_any(&["UNIQUE", "REFERENCES"])
        || (cursor.is_word(0, "CHECK") && cursor.kind_at(1) == Some(TokenKind::Open))
}

/// `PRIMARY KEY`, `UNIQUE`, `CHECK (...)` or `REFERENCES ...`; `None` where it breaks off.
fn read_constraint<'a>(cursor: &mut Cursor<'a>, def: &mut ColumnDef<'a>) -> Option<ConstraintForm<'a>> {
    let column = def.column.name.clone();
    if cursor.eat(&["PRIMARY", "KEY"]) {
        if let Some(word) = cursor.eat_any(&["ASC", "DESC"]) {
            def.descending_key = word == "DESC";
        }
        return Some(ConstraintForm::PrimaryKey(vec![IndexElement::column(&column)]));
    }
    if cursor.eat(&["UNIQUE"]) {
        cursor.eat(&["KEY"]);
        return Some(unique_form(&column, read_nulls_distinct(cursor)));
    }
    if cursor.eat(&["CHECK"]) {
        return cursor.parens().map(ConstraintForm::Check);
    }
    cursor.skip(1);
    let references = references(cursor)?;
    Some(ConstraintForm::ForeignKey { columns: vec![column], references })
}

/// `NOT NULL`, `NULL`, `DEFAULT expression`, `COLLATE name`.
fn read_property<'a>(cursor: &mut Cursor<'a>, def: &mut ColumnDef<'a>) -> bool {
    if cursor.eat(&["NOT", "NULL"]) {
        def.column.nullable = false;
        // SQLite: NOT NULL ON CONFLICT ...; PostgreSQL: NOT NULL NO INHERIT.
        if cursor.at_words(&["ON", "CONFLICT"]) {
            cursor.skip(3);
        }
        cursor.eat(&["NO", "INHERIT"]);
        cursor.eat(&["ENABLE"]);
    } else if cursor.eat(&["NULL"]) {
        if cursor.at_words(&["ON", "CONFLICT"]) {
            cursor.skip(3);
        }
    } else if cursor.eat(&["DEFAULT"]) {
        def.default = Some(default_expression(cursor));
    } else if cursor.eat(&["COLLATE"]) {
        def.column.collation = cursor.name().map(|n| n.name);
    } else {
        return false;
    }
    true
}

/// `AUTO_INCREMENT`, `GENERATED ... AS IDENTITY`, `GENERATED ALWAYS AS (...)`, also without the words before `AS`.
/// Without `STORED` a generated column is virtual.
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
    if cursor.eat(&["AS", "ROW", "START"]) || cursor.eat(&["AS", "ROW", "END"]) {
        let (text, reason) = ("the time of a row".to_owned(), "the server's own".to_owned());
        let expr = Expr::Unreadable(Unreadable { text: text.clone(), reason });
        def.column.generated = Some(Generated { expr, text, stored: true });
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

/// MySQL's `COMMENT 'x'`, `CHARACTER SET x`, `KEY`, `AFTER a` and so on. What says only how the column is kept is
/// stepped over, and so is `ON UPDATE CURRENT_TIMESTAMP`: rows are inserted, not updated.
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
    } else if cursor.eat(&["SRID"]) {
        let number = cursor.integer().and_then(|n| u32::try_from(n).ok());
        if let SqlType::Spatial { srid, .. } = &mut def.column.ty {
            *srid = number.filter(|n| *n != 0);
        }
    } else if cursor.eat_any(&["COLUMN_FORMAT", "STORAGE", "REF_SYSTEM_ID", "COMPRESSED"]).is_some() {
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
