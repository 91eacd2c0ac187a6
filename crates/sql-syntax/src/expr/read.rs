//! An expression's tokens, through sqlparser, to the model's tree.

use super::error::ExprError;
use super::lower::Lowering;
use super::plain_tokens::plain_tokens;
use super::rewrite::for_sqlparser;
use super::scope::Scope;
use crate::names::Names;
use crate::text::{Cursor, TokenKind};
use seedbed_schema_model::Expr;
use sqlparser::parser::Parser;

/// More brackets than this inside one another are refused: hand-written CHECKs stay under ten, dumps under thirty.
const MOST_BRACKETS: usize = 120;
/// More words and operators than this are refused; the tree is dropped by recursion and could be as deep.
const MOST_OPERATORS: usize = 3_000;

/// Reads an expression.
///
/// # Errors
/// The first thing that was not understood.
pub fn read_expr(names: &dyn Names, scope: Scope<'_>, cursor: Cursor<'_>) -> Result<Expr, ExprError> {
    check_size(cursor)?;
    let text = for_sqlparser(names, scope, cursor);
    let grammar = cursor.syntax().expressions.grammar;
    let parser = Parser::new(grammar).with_recursion_limit(2 * MOST_BRACKETS + 10);
    let mut parser = match plain_tokens(&text, grammar) {
        Some(tokens) => parser.with_tokens(tokens),
        None => parser.try_with_sql(&text).map_err(|error| not_by_grammar(&error.to_string()))?,
    };
    let parsed = parser.parse_expr().map_err(|error| not_by_grammar(&error.to_string()))?;
    let left = parser.peek_token();
    if left.token != sqlparser::tokenizer::Token::EOF {
        return Err(ExprError::NotExpected { token: left.token.to_string() });
    }
    Lowering::new(names, scope).expr(&parsed)
}

/// Refuses what is nested too deeply or too long before anything recurses into it.
fn check_size(cursor: Cursor<'_>) -> Result<(), ExprError> {
    let (mut depth, mut deepest, mut operators) = (0_usize, 0, 0);
    for token in cursor.tokens() {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            TokenKind::Word | TokenKind::Op => operators += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if cursor.is_empty() {
        return Err(ExprError::Missing);
    }
    if deepest > MOST_BRACKETS || operators > MOST_OPERATORS {
        return Err(ExprError::TooLarge);
    }
    Ok(())
}

/// sqlparser's message without its own place, which counts in a rewritten text.
fn not_by_grammar(message: &str) -> ExprError {
    let message = message.strip_prefix("sql parser error: ").unwrap_or(message);
    let message = message.split(" at Line:").next().unwrap_or(message);
    let mut chars = message.chars();
    let message = chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect());
    ExprError::Grammar { message }
}
