//! Which bracket closes which.
//!
//! Mates are found once a statement, so that stepping over brackets costs nothing.

use super::lexer::Lexer;
use super::token::{SourceText, Token, TokenKind};

/// All tokens of a text, with the places of their brackets' mates.
pub fn tokens(source: SourceText<'_>) -> Vec<Token> {
    let mut lexer = Lexer::new(source, 0, source.text.len());
    let mut tokens: Vec<_> = std::iter::from_fn(|| lexer.token()).collect();
    bracket_mates(&mut tokens);
    tokens
}

/// Fills in [`Token::mate`].
pub(super) fn bracket_mates(tokens: &mut [Token]) {
    let mut open: Vec<usize> = Vec::new();
    let length = tokens.len() as u32;
    for at in 0..tokens.len() {
        let opener = match tokens[at].kind {
            TokenKind::Open | TokenKind::OpenSquare => {
                tokens[at].mate = length;
                open.push(at);
                continue;
            }
            TokenKind::Close => TokenKind::Open,
            TokenKind::CloseSquare => TokenKind::OpenSquare,
            _ => continue,
        };
        // A round bracket closes whatever square ones were left open inside it.
        while let Some(opened) = open.pop() {
            if tokens[opened].kind == opener {
                tokens[opened].mate = at as u32;
                break;
            }
            if opener == TokenKind::OpenSquare {
                open.push(opened);
                break;
            }
        }
    }
}
