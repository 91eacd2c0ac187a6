//! From characters to statements: tokens, statement borders, and a cursor to walk a statement's tokens.

mod cursor;
mod lexer;
mod split;
mod token;

use lexer::Lexer;
use split::bracket_mates;

pub(crate) use cursor::{Cursor, Name};
pub(crate) use split::{Item, Splitter};
pub(crate) use token::{Kind, Source, Token, dollar_content};

/// All tokens of a text, with the places of their brackets' mates.
pub(crate) fn tokens(source: Source<'_>) -> Vec<Token> {
    let mut lexer = Lexer::new(source, 0, source.text.len());
    let mut tokens: Vec<_> = std::iter::from_fn(|| lexer.token()).collect();
    bracket_mates(&mut tokens);
    tokens
}
