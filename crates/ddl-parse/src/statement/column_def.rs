//! Column definitions: name, type and the clauses behind it.

use super::constraint::{self, Body, Constraint, Part};
use crate::Problem;
use crate::catalog::Catalog;
use crate::sql_type::{self, TypeName};
use crate::text::{Cursor, Kind};
use seedbed_schema_model::{Column, Dialect, Numbering, SqlType, UniqueOrigin};

/// A column not yet added to a table.
#[derive(Clone, Debug)]
pub(super) struct ColumnDef<'a> {
    pub column: Column,
    pub default: Option<Cursor<'a>>,
    /// The expression of `GENERATED ALWAYS AS (...)`, and whether it is stored.
    pub generated: Option<(Cursor<'a>, bool)>,
    /// `serial`.
    pub serial: bool,
    /// `GENERATED ... AS IDENTITY`: always, and the options in brackets.
    pub identity: Option<(bool, Option<Cursor<'a>>)>,
    pub constraints: Vec<Constraint<'a>>,
    /// SQLite's exception: `INTEGER PRIMARY KEY DESC` is no alias of the rowid.
    pub descending_key: bool,
    /// `NULL` was written, which matters for nothing but `serial`.
    pub place: Option<Place>,
    /// Whether any type was written.
    pub typed: bool,
}

/// MySQL's `FIRST` and `AFTER column`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    First,
    After(String),
}

/// Reads a column definition up to the end of its clauses; the cursor may then stand before a table constraint that
/// SQLite lets follow without a comma.
pub(super) fn read<'a>(catalog: &mut Catalog, cursor: &mut Cursor<'a>, owner: &str) -> Option<ColumnDef<'a>> {
    let start = *cursor;
    let name = cursor.ident()?;
    // A column of a typed table has its type already.
    if cursor.dialect() == Dialect::Postgres {
        cursor.eat(&["WITH", "OPTIONS"]);
    }
    let ty = if at_clause(cursor) { None } else { sql_type::read(catalog, cursor) };
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
    if def.serial && cursor.dialect() == Dialect::MySql {
        // SERIAL is BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE.
        def.serial = false;
        def.column.numbering = Some(Numbering::AutoIncrement);
        def.constraints.push(unique(&name, None, true, start));
    }
    read_clauses(catalog, cursor, &mut def, owner);
    def.column.span = start.until(cursor).span();
    Some(def)
}

/// Words that begin a column's clause. Used to find where a default expression ends.
pub(super) const CLAUSES: [&str; 33] = [
    "CONSTRAINT",
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "UNIQUE",
    "KEY",
    "CHECK",
    "REFERENCES",
    "COLLATE",
    "GENERATED",
    "AS",
    "AUTO_INCREMENT",
    "AUTOINCREMENT",
    "COMMENT",
    "CHARSET",
    "ON",
    "DEFERRABLE",
    "INITIALLY",
    "VIRTUAL",
    "STORED",
    "PERSISTENT",
    "INVISIBLE",
    "VISIBLE",
    "FIRST",
    "AFTER",
    "COLUMN_FORMAT",
    "STORAGE",
    "COMPRESSION",
    "FOREIGN",
    "WITH",
    "WITHOUT",
    "USING",
];

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
        || (cursor.is_word(0, "AS") && cursor.kind_at(1) == Some(Kind::Open))
}

fn unique<'a>(
    name: &str,
    constraint: Option<String>,
    nulls_distinct: bool,
    at: Cursor<'a>,
) -> Constraint<'a> {
    let origin = UniqueOrigin::Constraint;
    let body = Body::Unique { parts: vec![Part::column(name)], nulls_distinct, predicate: None, origin };
    Constraint::new(constraint, body, at.span())
}

/// Reads clauses until the tokens end or a table constraint begins.
pub(super) fn read_clauses<'a>(
    catalog: &mut Catalog,
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
        if read_clause(cursor, def, taken) || read_mysql_clause(cursor, def) {
            continue;
        }
        // Whatever it is, the next clause is looked for behind it.
        cursor.skip_group();
        let skipped = cursor.take_until(|c| c.at_any(&CLAUSES) || c.is_word(0, "CHARACTER"));
        let _ = skipped;
        let span = start.until(cursor).span();
        let reason = format!("{} is not expected after `{}`", start.found(), def.column.name);
        catalog.problems.push(Problem::UnreadablePart { owner: owner.to_owned(), reason, span });
    }
}

/// A constraint of the table that SQLite lets follow a column without a comma.
fn begins_table_constraint(cursor: &Cursor<'_>, named: bool) -> bool {
    let mut ahead = *cursor;
    if !named && ahead.eat(&["CONSTRAINT"]) {
        ahead.ident();
    }
    ahead.at_words(&["FOREIGN", "KEY"])
        || (ahead.at_words(&["PRIMARY", "KEY"]) && ahead.kind_at(2) == Some(Kind::Open))
        || (ahead.is_word(0, "UNIQUE") && ahead.kind_at(1) == Some(Kind::Open))
}

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
        Constraint::new(name, Body::PrimaryKey(vec![Part::column(&column)]), start.span())
    } else if cursor.eat(&["UNIQUE"]) {
        cursor.eat(&["KEY"]);
        let nulls_distinct = constraint::read_nulls_distinct(cursor);
        unique(&column, name, nulls_distinct, start)
    } else if cursor.is_word(0, "CHECK") && cursor.kind_at(1) == Some(Kind::Open) {
        cursor.skip(1);
        let Some(body) = cursor.parens() else { return false };
        Constraint::new(name, Body::Check(body), start.span())
    } else if cursor.eat(&["REFERENCES"]) {
        let Some(references) = constraint::references(cursor) else { return false };
        Constraint::new(name, Body::ForeignKey { columns: vec![column], references }, start.span())
    } else if cursor.eat(&["COLLATE"]) {
        def.column.collation = cursor.name().map(|n| n.name);
        return true;
    } else {
        return read_generated(cursor, def);
    };
    constraint::read_attributes(cursor, &mut constraint);
    constraint.of_column = true;
    constraint.span = start.until(cursor).span();
    def.constraints.push(constraint);
    true
}

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
    if cursor.is_word(0, "AS") && cursor.kind_at(1) == Some(Kind::Open) {
        cursor.skip(1);
        let Some(body) = cursor.parens() else { return false };
        let stored = cursor.eat_any(&["STORED", "PERSISTENT", "VIRTUAL"]);
        def.generated = Some((body, matches!(stored, Some("STORED" | "PERSISTENT"))));
        return true;
    }
    *cursor = start;
    false
}

fn read_mysql_clause(cursor: &mut Cursor<'_>, def: &mut ColumnDef<'_>) -> bool {
    if cursor.dialect() != Dialect::MySql {
        // PostgreSQL's storage clauses, and SQLite's key options written away from their key.
        if cursor.eat(&["STORAGE"]) || cursor.eat(&["COMPRESSION"]) {
            cursor.skip(1);
            return true;
        }
        if cursor.at_words(&["ON", "CONFLICT"]) {
            cursor.skip(3);
            return true;
        }
        return cursor.eat(&["WITH", "OPTIONS"]);
    }
    if cursor.eat(&["COMMENT"]) {
        cursor.eat_op("=");
        def.column.comment = cursor.string();
    } else if cursor.eat(&["ON", "UPDATE"]) {
        cursor.skip(1);
        cursor.parens();
    } else if cursor.eat(&["KEY"]) {
        let body = Body::PrimaryKey(vec![Part::column(&def.column.name)]);
        def.constraints.push(Constraint::new(None, body, cursor.here()));
    } else if cursor.eat(&["CHARACTER", "SET"]) || cursor.eat(&["CHARSET"]) {
        cursor.eat_op("=");
        def.column.charset = cursor.ident().map(|name| name.to_lowercase());
    } else if cursor.eat_any(&["COLUMN_FORMAT", "STORAGE", "SRID", "REF_SYSTEM_ID", "COMPRESSED"]).is_some() {
        if cursor.eat_op("=") || !cursor.at_any(&CLAUSES) {
            cursor.skip(1);
        }
    } else if cursor.eat(&["FIRST"]) {
        def.place = Some(Place::First);
    } else if cursor.eat(&["AFTER"]) {
        def.place = cursor.ident().map(Place::After);
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

/// The expression after `DEFAULT`. The grammars take only what no clause's first word can continue (PostgreSQL's
/// `b_expr`), so it ends where a clause begins: in `DEFAULT 'x' NOT NULL` before `NOT`.
pub(super) fn default_expression<'a>(cursor: &mut Cursor<'a>) -> Cursor<'a> {
    let start = *cursor;
    let mut cases = usize::from(cursor.is_word(0, "CASE"));
    cursor.skip_group();
    let mut after_colon = false;
    while !cursor.is_empty() {
        if cursor.is_word(0, "CASE") {
            cases += 1;
        } else if cursor.is_word(0, "END") {
            cases = cases.saturating_sub(1);
        } else if cases == 0 && !after_colon && cursor.kind_at(0) == Some(Kind::Word) {
            let in_type =
                cursor.at_words(&["WITH", "TIME", "ZONE"]) || cursor.at_words(&["WITHOUT", "TIME", "ZONE"]);
            let charset = cursor.at_words(&["CHARACTER", "SET"]) && cursor.dialect() == Dialect::MySql;
            if charset || (!in_type && cursor.at_any(&CLAUSES)) {
                break;
            }
        }
        after_colon = cursor.at_op(":");
        cursor.skip_group();
    }
    start.until(cursor)
}
