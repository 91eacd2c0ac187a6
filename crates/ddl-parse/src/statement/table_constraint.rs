//! Constraints in a list of their own: between the commas of `CREATE TABLE`, and behind `ALTER TABLE ... ADD`.
//!
//! `[CONSTRAINT name]` before `PRIMARY KEY`, `UNIQUE`, `CHECK`, `FOREIGN KEY` or `EXCLUDE`, with what may follow
//! (<https://www.postgresql.org/docs/current/sql-createtable.html>, `table_constraint`;
//! <https://sqlite.org/syntax/table-constraint.html>). Also MySQL's `KEY` and `INDEX`, which constrain nothing and are
//! read to be passed over, and its second name behind the keyword: `UNIQUE KEY name (a)`.
//!
//! `PERIOD FOR name (a, b)` stands among them as well.
//!
//! Nothing is added and nothing reported here: what is read waits until all columns are known.

use super::constraint::{ConstraintClause, ConstraintForm};
use super::constraint_attributes::{read_attributes, read_nulls_distinct, skip_storage};
use super::index_element::{part, parts};
use super::references::{references, referencing};
use super::relatives;
use seedbed_schema_model::UniqueOrigin;
use seedbed_sql_syntax::{Cursor, IndexDefinitions, TokenKind};

/// Whether a table constraint or index begins here, and no column. A column may be called `check` or `unique` where
/// these words are not followed by what a constraint needs.
pub(super) fn at_table_constraint(cursor: &Cursor<'_>) -> bool {
    let next_opens = cursor.kind_at(1) == Some(TokenKind::Open);
    let indexes = cursor.syntax().tables.indexes == IndexDefinitions::InTable;
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
            || indexes
            || cursor.at_words(&["UNIQUE", "USING"])
            || cursor.at_words(&["UNIQUE", "NULLS"])
            || relatives::at_unique(cursor);
    }
    if cursor.is_word(0, "EXCLUDE") {
        return next_opens || cursor.is_word(1, "USING");
    }
    indexes && at_index(cursor) || relatives::at_element(cursor)
}

/// MySQL's `KEY name (a)`, `INDEX (a)`, `FULLTEXT KEY ...`. A column may be called `key` or `index` only in quotes.
fn at_index(cursor: &Cursor<'_>) -> bool {
    cursor.at_any(&["KEY", "INDEX", "FULLTEXT", "SPATIAL"]) || cursor.at_words(&["PERIOD", "FOR"])
}

/// Reads one table constraint. `None` when it is not understood; the cursor then stands where reading stopped.
pub(super) fn read<'a>(cursor: &mut Cursor<'a>) -> Option<ConstraintClause<'a>> {
    let start = *cursor;
    let mut name = None;
    if cursor.eat(&["CONSTRAINT"]) && !at_body(cursor) {
        cursor.eat_if_exists();
        name = Some(cursor.ident()?);
    }
    let mut constraint = ConstraintClause::new(name, read_body(cursor)?, start.span());
    read_index_name(&mut constraint, &start);
    read_attributes(cursor, &mut constraint);
    constraint.span = start.until(cursor).span();
    Some(constraint)
}

/// Whether a nameless constraint follows `CONSTRAINT` at once.
fn at_body(cursor: &Cursor<'_>) -> bool {
    cursor.at_any(&["PRIMARY", "FOREIGN", "CHECK"])
        || (cursor.is_word(0, "UNIQUE") && cursor.kind_at(1) != Some(TokenKind::Dot))
}

/// MySQL names a key after its keyword: `UNIQUE KEY name (a)`.
fn read_index_name(constraint: &mut ConstraintClause<'_>, start: &Cursor<'_>) {
    let is_named = start.syntax().tables.indexes == IndexDefinitions::InTable || relatives::at_unique(start);
    if !is_named || constraint.name.is_some() {
        return;
    }
    let mut cursor = *start;
    cursor.eat(&["CONSTRAINT"]);
    if cursor.eat_any(&["UNIQUE", "FOREIGN"]).is_none() {
        return;
    }
    cursor.eat_any(&["KEY", "INDEX"]);
    cursor.eat_if_exists();
    if cursor.kind_at(0) != Some(TokenKind::Open) && !cursor.is_word(0, "USING") {
        constraint.name = cursor.ident();
    }
}

/// `PRIMARY KEY (...)`, `UNIQUE (...)`, `CHECK (...)` and so on; `None` when it breaks off or is of another form.
fn read_body<'a>(cursor: &mut Cursor<'a>) -> Option<ConstraintForm<'a>> {
    if cursor.eat(&["PRIMARY", "KEY"]) {
        if cursor.is_word(0, "USING") && cursor.is_word(1, "INDEX") {
            return Some(ConstraintForm::PrimaryKey(Vec::new()));
        }
        skip_to_parts(cursor);
        return Some(ConstraintForm::PrimaryKey(parts(cursor)?));
    }
    if cursor.eat(&["UNIQUE"]) {
        return unique(cursor);
    }
    if cursor.eat(&["CHECK"]) {
        return Some(ConstraintForm::Check(cursor.parens()?));
    }
    if cursor.eat(&["FOREIGN", "KEY"]) {
        cursor.eat_if_exists();
        if cursor.kind_at(0) != Some(TokenKind::Open) {
            cursor.ident()?;
        }
        let columns = referencing(cursor)?.0;
        if !cursor.eat(&["REFERENCES"]) {
            return None;
        }
        return Some(ConstraintForm::ForeignKey { columns, references: references(cursor)? });
    }
    if cursor.eat(&["EXCLUDE"]) {
        return exclude(cursor);
    }
    if cursor.eat(&["PERIOD", "FOR"]) {
        let name = cursor.ident()?;
        return Some(ConstraintForm::Period { name, ends: cursor.ident_list()? });
    }
    if at_index(cursor) || relatives::at_element(cursor) {
        cursor.take_until(|_| false);
        return Some(ConstraintForm::PlainIndex);
    }
    None
}

/// `UNIQUE [KEY | INDEX] [NULLS [NOT] DISTINCT] (...)`, behind the first word; no parts where the key takes over an
/// index.
fn unique<'a>(cursor: &mut Cursor<'a>) -> Option<ConstraintForm<'a>> {
    cursor.eat(&["WITHOUT"]);
    cursor.eat_any(&["KEY", "INDEX"]);
    let nulls_distinct = read_nulls_distinct(cursor);
    let parts = if cursor.is_word(0, "USING") && cursor.is_word(1, "INDEX") {
        Vec::new()
    } else {
        skip_to_parts(cursor);
        parts(cursor)?
    };
    // CockroachDB's are partial where they say so.
    let related = relatives::are_read(cursor);
    while related && relatives::skip_index_option(cursor) {}
    let predicate = (related && cursor.eat(&["WHERE"])).then(|| cursor.take_until(|_| false));
    let origin = if predicate.is_some() { UniqueOrigin::Index } else { UniqueOrigin::Constraint };
    Some(ConstraintForm::Unique { parts, nulls_distinct, predicate, origin })
}

/// Steps over an index's name and method: `UNIQUE KEY name USING BTREE (a)`.
fn skip_to_parts(cursor: &mut Cursor<'_>) {
    cursor.eat_if_exists();
    while !cursor.is_empty() && cursor.kind_at(0) != Some(TokenKind::Open) && !cursor.is_word(0, "CONSTRAINT")
    {
        cursor.skip(1);
    }
}

/// `EXCLUDE [USING method] (a WITH operator, ...) [WHERE (...)]`, behind the word.
fn exclude<'a>(cursor: &mut Cursor<'a>) -> Option<ConstraintForm<'a>> {
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
    Some(ConstraintForm::Exclude { method, elements, predicate })
}
