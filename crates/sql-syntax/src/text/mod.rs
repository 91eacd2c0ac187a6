//! From characters to statements: tokens, statement borders, and a cursor to walk a statement's tokens.

mod brackets;
mod cursor;
mod found;
mod identifier;
mod lexer;
mod rules;
mod split;
mod swallowed;
mod token;
mod unclosed;

pub use brackets::tokens;
pub use cursor::{Cursor, Name};
pub use found::Found;
pub use identifier::{LONGEST_POSTGRES_NAME, truncated};
pub use rules::{
    Backslash, BareNames, Bodies, ClientCommands, CopyData, Dashes, DollarQuotes, Escapes,
    ExecutableComments, Hash, LeadingDigits, NestedComments, TextAsName, TextRules, UnicodeQuotes,
};
pub use split::{ScriptItem, Splitter};
pub use token::{SourceText, Token, TokenKind, dollar_content};
pub use unclosed::{Opened, Unclosed};
