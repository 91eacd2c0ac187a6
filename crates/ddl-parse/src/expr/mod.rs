//! Expressions: from tokens, through sqlparser, to the model's tree.

mod function;
mod lower;
mod operator;
mod rewrite;
mod value;

use crate::Problem;
use crate::catalog::Catalog;
use crate::text::{Cursor, Kind};
use seedbed_schema_model::{Dialect, Expr, TableId, Unreadable};
use sqlparser::dialect::{Dialect as Grammar, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

/// What names in an expression stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scope<'s> {
    /// Columns of a table.
    Table(TableId),
    /// `VALUE` of a domain.
    Domain,
    /// Arguments and variables of a function.
    Function(&'s Locals),
    /// Nothing: no columns may be named.
    Constants,
}

/// What the names in a function's body stand for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Locals {
    /// The function's own name, which may stand before theirs.
    pub function: String,
    /// Arguments first, in order; a later one of the same name hides an earlier.
    pub values: Vec<(String, Expr)>,
    /// How many of them are arguments, which `$1` and so on stand for.
    pub arguments: usize,
}

impl Locals {
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.values.iter().rposition(|(known, _)| known == name && !name.is_empty())
    }

    fn value(&self, name: &str) -> Option<&Expr> {
        self.position(name).map(|at| &self.values[at].1)
    }

    /// The argument that `$1` stands for.
    fn placeholder(&self, text: &str) -> Option<&Expr> {
        let number: usize = text.strip_prefix('$')?.parse().ok()?;
        let arguments = &self.values[..self.arguments.min(self.values.len())];
        arguments.get(number.checked_sub(1)?).map(|(_, value)| value)
    }
}

/// More brackets than this inside one another are refused: hand-written CHECKs stay under ten, dumps under thirty.
const MOST_BRACKETS: usize = 120;
/// More words and operators than this are refused; the tree is dropped by recursion and could be as deep.
const MOST_OPERATORS: usize = 3_000;

/// Reads an expression.
///
/// # Errors
/// A phrase that says what was not understood.
pub(crate) fn read(catalog: &Catalog, scope: Scope<'_>, cursor: Cursor<'_>) -> Result<Expr, String> {
    check_size(cursor)?;
    let text = rewrite::for_sqlparser(catalog, scope, cursor);
    let grammar: &dyn Grammar = match cursor.dialect() {
        Dialect::Postgres => &PostgreSqlDialect {},
        Dialect::MySql => &MySqlDialect {},
        _ => &SQLiteDialect {},
    };
    let parser = Parser::new(grammar).with_recursion_limit(2 * MOST_BRACKETS + 10).try_with_sql(&text);
    let mut parser = parser.map_err(|error| phrase(&error.to_string()))?;
    let parsed = parser.parse_expr().map_err(|error| phrase(&error.to_string()))?;
    let left = parser.peek_token();
    if left.token != sqlparser::tokenizer::Token::EOF {
        return Err(format!("`{}` is not expected there", left.token));
    }
    lower::Lowering::new(catalog, scope).expr(&parsed)
}

/// Reads an expression; one that cannot be read becomes [`Expr::Unreadable`] and a problem.
pub(crate) fn read_or_keep(catalog: &mut Catalog, scope: Scope<'_>, cursor: Cursor<'_>, owner: &str) -> Expr {
    match read(catalog, scope, cursor) {
        Ok(expr) => expr,
        Err(reason) => {
            let (owner, span) = (owner.to_owned(), cursor.span());
            catalog.problems.push(Problem::UnreadableExpression { owner, reason: reason.clone(), span });
            Expr::Unreadable(Unreadable { text: cursor.text().to_owned(), reason })
        }
    }
}

fn check_size(cursor: Cursor<'_>) -> Result<(), String> {
    let (mut depth, mut deepest, mut operators) = (0_usize, 0, 0);
    for token in cursor.tokens() {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Word | Kind::Op => operators += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if cursor.is_empty() {
        return Err("an expression is expected".to_owned());
    }
    if deepest > MOST_BRACKETS || operators > MOST_OPERATORS {
        return Err("it is nested too deeply or too long".to_owned());
    }
    Ok(())
}

/// sqlparser's message without its own place, which counts in a rewritten text.
fn phrase(message: &str) -> String {
    let message = message.strip_prefix("sql parser error: ").unwrap_or(message);
    let message = message.split(" at Line:").next().unwrap_or(message);
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
