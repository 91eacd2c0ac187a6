//! From characters to statements: tokens, statement borders, and a cursor to walk a statement's tokens.

mod cursor;
mod lexer;
mod split;
mod token;

pub(crate) use cursor::{Cursor, Name};
pub(crate) use lexer::Lexer;
pub(crate) use split::{Item, Splitter, bracket_mates};
pub(crate) use token::{Kind, Source, dollar_content};
