//! Queries in bodies that look up one row of a table by its key: `(SELECT kind FROM account WHERE id = account_id)`.
//!
//! Such a query is an expression over the arguments, with an [`Expr::Lookup`] for each column that it reads. It is taken
//! out of the body's text, and a name that stands for its value is put in its place; what remains is read like any body.
//! Queries over several tables, with grouping, order or limits, and those that don't ask for a whole key, stay as they
//! are, so that the body is not read.

use crate::catalog::SystemCatalog;
use seedbed_schema_model::{BinaryOp, ColumnIdx, Expr, TableId};
use seedbed_sql_syntax::{Cursor, Locals, Scope, SourceText, TokenKind, read_expr, tokens};

/// What stands in a text for the value of a query.
const STANDS_FOR: &str = "looked_up_";

/// Most look-ups of one body.
const MOST: usize = 32;

/// A body whose look-ups are taken out: the text without them, and the arguments with a name for each look-up behind
/// them.
pub(super) fn taken_out(catalog: &SystemCatalog, text: &str, mut locals: Locals) -> (String, Locals) {
    let mut text = text.to_owned();
    for _ in 0..MOST {
        // The last that begins: inner ones come before those around them.
        let Some(found) = last_query(catalog, &text, &locals) else { break };
        let name = format!("{STANDS_FOR}{}", locals.values.len());
        let assigns = found.into.map_or_else(String::new, |variable| format!("{variable} := "));
        text.replace_range(found.start..found.end, &format!("{assigns}({name})"));
        locals.values.push((name, found.value));
    }
    (text, locals)
}

/// A query that is a look-up.
struct Found {
    /// Where it stands in the text, with the brackets around it and EXISTS before them.
    start: usize,
    end: usize,
    /// The variable that takes the value, of `SELECT value INTO variable FROM ...`.
    into: Option<String>,
    value: Expr,
}

/// The last query of a text that is a look-up.
fn last_query(catalog: &SystemCatalog, text: &str, locals: &Locals) -> Option<Found> {
    let source = SourceText::new(text, catalog.schema.dialect);
    let tokens = tokens(source);
    let whole = Cursor::new(source, &tokens);
    (0..whole.len()).rev().find_map(|at| {
        let mut cursor = whole;
        cursor.skip(at);
        let start = tokens[at].start as usize;
        if cursor.kind_at(0) == Some(TokenKind::Open) && cursor.is_word(1, "SELECT") {
            let end = tokens.get(tokens[at].mate as usize)?.end as usize;
            let exists = at.checked_sub(1).filter(|before| {
                let mut cursor = whole;
                cursor.skip(*before);
                cursor.is_word(0, "EXISTS")
            });
            let start = exists.map_or(start, |before| tokens[before].start as usize);
            let value = query(catalog, locals, cursor.parens()?, exists.is_some())?;
            return Some(Found { start, end, into: None, value });
        }
        if !cursor.is_word(0, "SELECT") {
            return None;
        }
        let statement = cursor.take_until(|c| c.kind_at(0) == Some(TokenKind::Semicolon));
        let end = start + statement.text().len();
        let (value, into) = query_into(catalog, locals, statement)?;
        Some(Found { start, end, into: Some(into), value })
    })
}

/// The value of `SELECT value INTO [STRICT] variable FROM ...`, and the variable.
fn query_into(catalog: &SystemCatalog, locals: &Locals, mut cursor: Cursor<'_>) -> Option<(Expr, String)> {
    cursor.eat(&["SELECT"]).then_some(())?;
    let value = cursor.take_until(|c| c.is_word(0, "INTO"));
    cursor.eat(&["INTO"]).then_some(())?;
    cursor.eat(&["STRICT"]);
    let variable = cursor.ident()?;
    let value = if value.is_empty() { cursor.take_until(|c| c.is_word(0, "FROM")) } else { value };
    Some((selected(catalog, locals, (value, cursor), false)?, variable))
}

/// The value of `SELECT value FROM table [alias] WHERE key = argument [AND ...]`, or whether there is such a row.
pub(super) fn query(
    catalog: &SystemCatalog,
    locals: &Locals,
    mut cursor: Cursor<'_>,
    exists: bool,
) -> Option<Expr> {
    cursor.eat(&["SELECT"]).then_some(())?;
    let value = cursor.take_until(|c| c.is_word(0, "FROM"));
    selected(catalog, locals, (value, cursor), exists)
}

/// The value of what is selected by `FROM table [alias] WHERE ...`.
fn selected(
    catalog: &SystemCatalog,
    locals: &Locals,
    (value, mut from): (Cursor<'_>, Cursor<'_>),
    exists: bool,
) -> Option<Expr> {
    const BEHIND: [&str; 9] =
        ["GROUP", "ORDER", "LIMIT", "UNION", "HAVING", "OFFSET", "FETCH", "FOR", "INTERSECT"];
    from.eat(&["FROM"]).then_some(())?;
    let name = from.name()?;
    let table = catalog.table(&name)?;
    from.eat(&["AS"]);
    let alias = if from.is_word(0, "WHERE") { name.name } else { from.ident()? };
    from.eat(&["WHERE"]).then_some(())?;
    let condition = from.take_until(|c| c.at_any(&BEHIND));
    if !from.is_empty() {
        return None;
    }
    let looked_at = LookedAt { catalog, table, locals: with_columns(catalog, table, alias, locals) };
    let (key, at, rest) = looked_at.key_and_rest(looked_at.read(condition)?)?;
    let shown = |e: Expr| looked_at.shown(e, &key, &at);
    let found = rest.into_iter().map(shown).reduce(|a, b| Expr::binary(BinaryOp::And, a, b));
    if exists {
        return Some(match found {
            Some(found) => Expr::IsTruth { operand: Box::new(found), truth: Some(true), negated: false },
            None => Expr::IsNull { operand: Box::new(shown(Expr::Column(*key.first()?))), negated: true },
        });
    }
    let value = shown(looked_at.read(value)?);
    Some(match found {
        None => value,
        Some(found) => Expr::Case { operand: None, branches: vec![(found, value)], otherwise: None },
    })
}

/// The names that a query over a table knows: its columns hide arguments of the same name.
fn with_columns(catalog: &SystemCatalog, table: TableId, alias: String, locals: &Locals) -> Locals {
    let mut locals = locals.clone();
    locals.function = alias;
    let columns = catalog.schema[table].columns_indexed();
    locals.values.extend(columns.map(|(index, column)| (column.name.clone(), Expr::Column(index))));
    locals
}

/// A table whose row a query looks up.
struct LookedAt<'a> {
    catalog: &'a SystemCatalog,
    table: TableId,
    locals: Locals,
}

impl LookedAt<'_> {
    /// An expression in which columns are the table's.
    fn read(&self, cursor: Cursor<'_>) -> Option<Expr> {
        read_expr(self.catalog, Scope::Function(&self.locals), cursor).ok()
    }

    /// The key that a condition asks for, what it is compared with, and the rest of the condition.
    fn key_and_rest(&self, condition: Expr) -> Option<(Vec<ColumnIdx>, Vec<Expr>, Vec<Expr>)> {
        let mut asked: Vec<(ColumnIdx, Expr)> = Vec::new();
        let mut rest = Vec::new();
        for part in parts(condition) {
            match column_equals(&part) {
                Some((column, value)) if !asked.iter().any(|(c, _)| *c == column) => {
                    asked.push((column, value));
                }
                _ => rest.push(part),
            }
        }
        asked.sort_by_key(|(column, _)| *column);
        let table = &self.catalog.schema[self.table];
        let is_key = |columns: &[(ColumnIdx, Expr)]| {
            table.is_candidate_key(&columns.iter().map(|(c, _)| *c).collect::<Vec<ColumnIdx>>())
        };
        // What is asked beyond the key is a condition on the row.
        if !is_key(&asked) {
            let arguments_alone = |(_, value): &(ColumnIdx, Expr)| matches!(value, Expr::Parameter(_));
            let (key, more): (Vec<_>, Vec<_>) = asked.into_iter().partition(arguments_alone);
            let equal = |(column, value)| Expr::binary(BinaryOp::Eq, Expr::Column(column), value);
            rest.extend(more.into_iter().map(equal));
            asked = key;
        }
        is_key(&asked).then(|| {
            let (key, at) = asked.into_iter().unzip();
            (key, at, rest)
        })
    }

    /// The expression with the row's columns looked up.
    fn shown(&self, mut e: Expr, key: &[ColumnIdx], at: &[Expr]) -> Expr {
        e.substitute(&|part| match part {
            Expr::Column(column) => {
                Some(Expr::Lookup { table: self.table, column: *column, key: key.to_vec(), at: at.to_vec() })
            }
            _ => None,
        });
        e
    }
}

/// The parts of a conjunction.
fn parts(e: Expr) -> Vec<Expr> {
    match e {
        Expr::Binary { op: BinaryOp::And, left, right } => {
            let mut all = parts(*left);
            all.extend(parts(*right));
            all
        }
        e => vec![e],
    }
}

/// The column and the value of `column = value`, either way round, where the value is no column of the table.
fn column_equals(e: &Expr) -> Option<(ColumnIdx, Expr)> {
    let Expr::Binary { op: BinaryOp::Eq, left, right } = e else { return None };
    match (&**left, &**right) {
        (Expr::Column(c), value) | (value, Expr::Column(c)) if value.columns().is_empty() => {
            Some((*c, value.clone()))
        }
        _ => None,
    }
}
