//! Constraints as they are written, in a column definition or in a list of their own.

use crate::text::{Cursor, Kind, Name};
use seedbed_schema_model::{Deferrability, Dialect, MatchKind, ReferentialAction, Span, UniqueOrigin};

/// A constraint not yet applied to a table.
#[derive(Clone, Debug)]
pub(super) struct Constraint<'a> {
    pub name: Option<String>,
    pub body: Body<'a>,
    pub deferrability: Deferrability,
    /// `NOT ENFORCED`.
    pub enforced: bool,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// Written in a column's definition.
    pub of_column: bool,
    /// `USING INDEX name`: the key takes over an index.
    pub using_index: Option<String>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum Body<'a> {
    PrimaryKey(Vec<Part<'a>>),
    Unique {
        parts: Vec<Part<'a>>,
        nulls_distinct: bool,
        predicate: Option<Cursor<'a>>,
        origin: UniqueOrigin,
    },
    Check(Cursor<'a>),
    ForeignKey {
        columns: Vec<String>,
        references: References,
    },
    Exclude {
        method: String,
        elements: Vec<(Part<'a>, String)>,
        predicate: Option<Cursor<'a>>,
    },
    /// An index that constrains nothing.
    PlainIndex,
}

/// One part of a key.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub term: Term<'a>,
    pub prefix: Option<u32>,
    pub collation: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Term<'a> {
    Column(String),
    Expr(Cursor<'a>),
}

impl Part<'_> {
    pub(super) fn column(name: &str) -> Self {
        Self { term: Term::Column(name.to_owned()), prefix: None, collation: None }
    }
}

/// `REFERENCES parent (columns) ...`.
#[derive(Clone, Debug)]
pub(super) struct References {
    pub parent: Name,
    pub columns: Vec<String>,
    pub match_kind: MatchKind,
    pub on_delete: ReferentialAction,
    pub on_update: ReferentialAction,
}

impl<'a> Constraint<'a> {
    pub(super) fn new(name: Option<String>, body: Body<'a>, span: Span) -> Self {
        Self {
            name,
            body,
            deferrability: Deferrability::NotDeferrable,
            enforced: true,
            no_inherit: false,
            of_column: false,
            using_index: None,
            span,
        }
    }
}

/// Words by which a table constraint or index of a column list begins.
pub(super) fn at_table_constraint(cursor: &Cursor<'_>) -> bool {
    let next_opens = cursor.kind_at(1) == Some(Kind::Open);
    let mysql = cursor.dialect() == Dialect::MySql;
    if cursor.at_words(&["PRIMARY", "KEY"]) || cursor.at_words(&["FOREIGN", "KEY"]) {
        return true;
    }
    if cursor.is_word(0, "CONSTRAINT") {
        return true;
    }
    if cursor.is_word(0, "CHECK") {
        return next_opens;
    }
    if cursor.is_word(0, "UNIQUE") {
        return next_opens
            || mysql
            || cursor.at_words(&["UNIQUE", "USING"])
            || cursor.at_words(&["UNIQUE", "NULLS"]);
    }
    if cursor.is_word(0, "EXCLUDE") {
        return next_opens || cursor.is_word(1, "USING");
    }
    mysql && at_mysql_index(cursor)
}

/// MySQL's `KEY name (a)`, `INDEX (a)`, `FULLTEXT KEY ...`. A column may be called `key` or `index` only in quotes.
fn at_mysql_index(cursor: &Cursor<'_>) -> bool {
    cursor.at_any(&["KEY", "INDEX", "FULLTEXT", "SPATIAL"]) || cursor.at_words(&["PERIOD", "FOR"])
}

/// Reads one table constraint. `None` when it is not understood; the cursor then stands where reading stopped.
pub(super) fn read<'a>(cursor: &mut Cursor<'a>) -> Option<Constraint<'a>> {
    let start = *cursor;
    let mut name = None;
    if cursor.eat(&["CONSTRAINT"]) && !at_body(cursor) {
        cursor.eat_if_exists();
        name = Some(cursor.ident()?);
    }
    let mut constraint = Constraint::new(name, read_body(cursor)?, start.span());
    read_index_name(&mut constraint, &start);
    read_attributes(cursor, &mut constraint);
    constraint.span = start.until(cursor).span();
    Some(constraint)
}

fn at_body(cursor: &Cursor<'_>) -> bool {
    cursor.at_any(&["PRIMARY", "FOREIGN", "CHECK"])
        || (cursor.is_word(0, "UNIQUE") && cursor.kind_at(1) != Some(Kind::Dot))
}

/// MySQL names a key after its keyword: `UNIQUE KEY name (a)`.
fn read_index_name(constraint: &mut Constraint<'_>, start: &Cursor<'_>) {
    if start.dialect() != Dialect::MySql || constraint.name.is_some() {
        return;
    }
    let mut cursor = *start;
    cursor.eat(&["CONSTRAINT"]);
    if cursor.eat_any(&["UNIQUE", "FOREIGN"]).is_none() {
        return;
    }
    cursor.eat_any(&["KEY", "INDEX"]);
    cursor.eat_if_exists();
    if cursor.kind_at(0) != Some(Kind::Open) && !cursor.is_word(0, "USING") {
        constraint.name = cursor.ident();
    }
}

fn read_body<'a>(cursor: &mut Cursor<'a>) -> Option<Body<'a>> {
    if cursor.eat(&["PRIMARY", "KEY"]) {
        if cursor.is_word(0, "USING") && cursor.is_word(1, "INDEX") {
            return Some(Body::PrimaryKey(Vec::new()));
        }
        skip_to_parts(cursor);
        return Some(Body::PrimaryKey(parts(cursor)?));
    }
    if cursor.eat(&["UNIQUE"]) {
        cursor.eat_any(&["KEY", "INDEX"]);
        let nulls_distinct = read_nulls_distinct(cursor);
        let origin = UniqueOrigin::Constraint;
        if cursor.is_word(0, "USING") && cursor.is_word(1, "INDEX") {
            return Some(Body::Unique { parts: Vec::new(), nulls_distinct, predicate: None, origin });
        }
        skip_to_parts(cursor);
        return Some(Body::Unique { parts: parts(cursor)?, nulls_distinct, predicate: None, origin });
    }
    if cursor.eat(&["CHECK"]) {
        return Some(Body::Check(cursor.parens()?));
    }
    if cursor.eat(&["FOREIGN", "KEY"]) {
        cursor.eat_if_exists();
        if cursor.kind_at(0) != Some(Kind::Open) {
            cursor.ident()?;
        }
        let columns = cursor.ident_list()?;
        if !cursor.eat(&["REFERENCES"]) {
            return None;
        }
        return Some(Body::ForeignKey { columns, references: references(cursor)? });
    }
    if cursor.eat(&["EXCLUDE"]) {
        return exclude(cursor);
    }
    if at_mysql_index(cursor) {
        cursor.take_until(|_| false);
        return Some(Body::PlainIndex);
    }
    None
}

/// Steps over an index's name and method: `UNIQUE KEY name USING BTREE (a)`.
fn skip_to_parts(cursor: &mut Cursor<'_>) {
    cursor.eat_if_exists();
    while !cursor.is_empty() && cursor.kind_at(0) != Some(Kind::Open) && !cursor.is_word(0, "CONSTRAINT") {
        cursor.skip(1);
    }
}

/// `NULLS NOT DISTINCT`; returns whether NULLs are distinct.
pub(super) fn read_nulls_distinct(cursor: &mut Cursor<'_>) -> bool {
    if cursor.eat(&["NULLS", "NOT", "DISTINCT"]) {
        return false;
    }
    cursor.eat(&["NULLS", "DISTINCT"]);
    true
}

/// The parts in a key's brackets.
pub(super) fn parts<'a>(cursor: &mut Cursor<'a>) -> Option<Vec<Part<'a>>> {
    Some(cursor.parens()?.split_commas().into_iter().map(part).collect())
}

/// `a`, `a(10)` in MySQL, `lower(a)`, `(a || b) COLLATE "C" text_ops DESC NULLS LAST`.
fn part(mut cursor: Cursor<'_>) -> Part<'_> {
    let whole = cursor;
    let mysql = cursor.dialect() == Dialect::MySql;
    if let (Some(Kind::Word | Kind::Quoted | Kind::Text), after) = (cursor.kind_at(0), cursor.kind_at(1)) {
        let prefix =
            (mysql && after == Some(Kind::Open) && cursor.kind_at(2) == Some(Kind::Number)).then(|| {
                let mut ahead = cursor;
                ahead.skip(1);
                ahead.parens().and_then(|mut inner| inner.integer()).and_then(|n| u32::try_from(n).ok())
            });
        let plain = !matches!(after, Some(Kind::Open | Kind::Dot | Kind::Op));
        if (plain || prefix.is_some())
            && let Some(name) = cursor.ident()
        {
            if prefix.is_some() {
                cursor.skip_group();
            }
            let collation = if cursor.eat(&["COLLATE"]) { cursor.name().map(|n| n.name) } else { None };
            return Part { term: Term::Column(name), prefix: prefix.flatten(), collation };
        }
    }
    let expr = if cursor.kind_at(0) == Some(Kind::Open) {
        let mut ahead = cursor;
        let inner = ahead.parens().unwrap_or(cursor);
        // `(a || b)` whole, or the beginning of `(a)::text`.
        if ahead.at_op(":") || ahead.at_op("[") || ahead.kind_at(0) == Some(Kind::Op) {
            cursor.take_until(at_part_suffix)
        } else {
            cursor = ahead;
            inner
        }
    } else {
        cursor.take_until(at_part_suffix)
    };
    let collation = if cursor.eat(&["COLLATE"]) { cursor.name().map(|n| n.name) } else { None };
    let expr = if expr.is_empty() { whole } else { expr };
    Part { term: Term::Expr(expr), prefix: None, collation }
}

fn at_part_suffix(cursor: &Cursor<'_>) -> bool {
    if cursor.at_any(&["ASC", "DESC", "NULLS", "COLLATE", "WITH"]) {
        return true;
    }
    // An operator class: a word right after a bracket or a word, with only suffixes behind it.
    cursor.kind_at(0) == Some(Kind::Word) && cursor.word_at(0).ends_with("_ops")
}

/// What stands after `REFERENCES`.
pub(super) fn references(cursor: &mut Cursor<'_>) -> Option<References> {
    let parent = cursor.name()?;
    let columns = if cursor.kind_at(0) == Some(Kind::Open) { cursor.ident_list()? } else { Vec::new() };
    let mut found = References {
        parent,
        columns,
        match_kind: MatchKind::Simple,
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
    };
    loop {
        if cursor.eat(&["MATCH"]) {
            match cursor.eat_any(&["FULL", "PARTIAL", "SIMPLE"]) {
                Some("FULL") => found.match_kind = MatchKind::Full,
                Some("PARTIAL") => found.match_kind = MatchKind::Partial,
                Some(_) => {}
                // SQLite takes any word and does nothing with it.
                None => cursor.skip(1),
            }
        } else if cursor.eat(&["ON", "DELETE"]) {
            found.on_delete = action(cursor);
        } else if cursor.is_word(0, "ON") && cursor.is_word(1, "UPDATE") && at_action(cursor, 2) {
            cursor.skip(2);
            found.on_update = action(cursor);
        } else {
            return Some(found);
        }
    }
}

/// MySQL's `ON UPDATE CURRENT_TIMESTAMP` belongs to the column, not to the reference.
fn at_action(cursor: &Cursor<'_>, n: usize) -> bool {
    ["NO", "RESTRICT", "CASCADE", "SET"].iter().any(|word| cursor.is_word(n, word))
}

fn action(cursor: &mut Cursor<'_>) -> ReferentialAction {
    let action = if cursor.eat(&["NO", "ACTION"]) {
        ReferentialAction::NoAction
    } else if cursor.eat(&["RESTRICT"]) {
        ReferentialAction::Restrict
    } else if cursor.eat(&["CASCADE"]) {
        ReferentialAction::Cascade
    } else if cursor.eat(&["SET", "NULL"]) {
        ReferentialAction::SetNull
    } else if cursor.eat(&["SET", "DEFAULT"]) {
        ReferentialAction::SetDefault
    } else {
        ReferentialAction::NoAction
    };
    // `ON DELETE SET NULL (a)`.
    if matches!(action, ReferentialAction::SetNull | ReferentialAction::SetDefault) {
        cursor.parens();
    }
    action
}

fn exclude<'a>(cursor: &mut Cursor<'a>) -> Option<Body<'a>> {
    let method = if cursor.eat(&["USING"]) { cursor.ident()? } else { "btree".to_owned() };
    let mut elements = Vec::new();
    for element in cursor.parens()?.split_commas() {
        let mut walk = element;
        let before = walk.take_until(|c| c.is_word(0, "WITH"));
        walk.eat(&["WITH"]);
        let operator = if walk.eat(&["OPERATOR"]) {
            let inner = walk.parens()?;
            inner.text().rsplit('.').next().unwrap_or("").trim().to_owned()
        } else {
            walk.text().trim().to_owned()
        };
        elements.push((part(before), operator));
    }
    skip_storage(cursor);
    let predicate = if cursor.eat(&["WHERE"]) { cursor.parens() } else { None };
    Some(Body::Exclude { method, elements, predicate })
}

/// `INCLUDE (a) WITH (fillfactor = 70) USING INDEX TABLESPACE t`: where rows are kept, not which.
pub(super) fn skip_storage(cursor: &mut Cursor<'_>) {
    loop {
        if cursor.is_word(0, "INCLUDE") && cursor.kind_at(1) == Some(Kind::Open)
            || cursor.is_word(0, "WITH") && cursor.kind_at(1) == Some(Kind::Open)
        {
            cursor.skip(1);
            cursor.parens();
        } else if cursor.eat(&["USING", "INDEX", "TABLESPACE"]) || cursor.eat(&["TABLESPACE"]) {
            cursor.ident();
        } else {
            return;
        }
    }
}

/// What may follow any constraint.
pub(super) fn read_attributes(cursor: &mut Cursor<'_>, constraint: &mut Constraint<'_>) {
    loop {
        let before = cursor.len();
        skip_storage(cursor);
        if cursor.eat(&["USING", "INDEX"]) {
            constraint.using_index = cursor.ident();
        } else if cursor.eat(&["NOT", "DEFERRABLE"]) {
            constraint.deferrability = Deferrability::NotDeferrable;
        } else if cursor.eat(&["DEFERRABLE"]) {
            if constraint.deferrability == Deferrability::NotDeferrable {
                constraint.deferrability = Deferrability::DeferrableImmediate;
            }
        } else if cursor.eat(&["INITIALLY", "DEFERRED"]) {
            constraint.deferrability = Deferrability::DeferrableDeferred;
        } else if cursor.eat(&["INITIALLY", "IMMEDIATE"]) {
        } else if cursor.eat(&["NO", "INHERIT"]) {
            constraint.no_inherit = true;
        } else if cursor.eat(&["NOT", "ENFORCED"]) {
            constraint.enforced = false;
        } else if cursor.eat(&["NOT", "VALID"]) || cursor.eat(&["ENFORCED"]) {
        } else if cursor.is_word(0, "ON") && cursor.is_word(1, "CONFLICT") {
            cursor.skip(3);
        } else if cursor.dialect() == Dialect::MySql && skip_mysql_key_option(cursor) {
        }
        if cursor.len() == before {
            return;
        }
    }
}

/// `USING BTREE`, `COMMENT 'x'`, `KEY_BLOCK_SIZE=8` and so on.
fn skip_mysql_key_option(cursor: &mut Cursor<'_>) -> bool {
    if cursor.eat_any(&["VISIBLE", "INVISIBLE", "IGNORED"]).is_some() || cursor.eat(&["NOT", "IGNORED"]) {
        return true;
    }
    if cursor.eat_any(&["USING", "KEY_BLOCK_SIZE", "COMMENT"]).is_some() || cursor.eat(&["WITH", "PARSER"]) {
        cursor.eat_op("=");
        cursor.skip(1);
        return true;
    }
    false
}
