//! sqlparser's grammars where the dialects' operators need others: which there are, and which bind tighter.

use sqlparser::ast::Expr;
use sqlparser::dialect::{Dialect, MySqlDialect, SQLiteDialect};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;
use std::any::TypeId;

/// The answers of a grammar that another one takes over: those that have a say in expressions.
macro_rules! as_in {
    ($base:expr; $($answer:ident)*) => {
        fn dialect(&self) -> TypeId {
            $base.dialect()
        }
        fn is_identifier_start(&self, c: char) -> bool {
            $base.is_identifier_start(c)
        }
        fn is_identifier_part(&self, c: char) -> bool {
            $base.is_identifier_part(c)
        }
        fn is_delimited_identifier_start(&self, c: char) -> bool {
            $base.is_delimited_identifier_start(c)
        }
        fn parse_infix(
            &self,
            parser: &mut Parser<'_>,
            expr: &Expr,
            precedence: u8,
        ) -> Option<Result<Expr, ParserError>> {
            $base.parse_infix(parser, expr, precedence)
        }
        $(fn $answer(&self) -> bool {
            $base.$answer()
        })*
    };
}

/// Between `+` and the comparisons, and as tight as any other operator of bits.
const BITS: u8 = 23;
/// Tighter than `+`, looser than `*`.
const SHIFT_OF_MYSQL: u8 = 25;
/// Tighter than `*`.
const TIGHTEST: u8 = 45;

/// <https://sqlite.org/lang_expr.html>, "Operators, and Parse-Affecting Attributes".
#[derive(Debug)]
pub(crate) struct SqliteGrammar;

impl Dialect for SqliteGrammar {
    as_in! {
        SQLiteDialect {};
        supports_filter_during_aggregation
        supports_in_empty_list
        supports_dollar_placeholder
        supports_notnull_operator
        supports_comma_separated_trim
        supports_numeric_literal_underscores
    }

    fn supports_bitwise_shift_operators(&self) -> bool {
        true
    }

    fn get_next_precedence(&self, parser: &Parser<'_>) -> Option<Result<u8, ParserError>> {
        match parser.peek_token_ref().token {
            Token::ShiftLeft | Token::ShiftRight | Token::Ampersand | Token::Pipe => Some(Ok(BITS)),
            Token::StringConcat | Token::Arrow | Token::LongArrow => Some(Ok(TIGHTEST)),
            _ => None,
        }
    }
}

/// MySQL's manual, 14.4.1, "Operator Precedence".
#[derive(Debug)]
pub(crate) struct MySqlGrammar;

impl Dialect for MySqlGrammar {
    as_in! {
        MySqlDialect {};
        supports_string_literal_backslash_escape
        supports_string_literal_concatenation
        ignores_wildcard_escapes
        supports_numeric_prefix
        supports_bitwise_shift_operators
        supports_multiline_comment_hints
        require_interval_qualifier
        requires_single_line_comment_whitespace
        supports_match_against
        supports_data_type_signed_suffix
        supports_double_ampersand_operator
        supports_binary_kw_as_cast
        supports_comment_optimizer_hint
    }

    fn get_next_precedence(&self, parser: &Parser<'_>) -> Option<Result<u8, ParserError>> {
        match &parser.peek_token_ref().token {
            Token::ShiftLeft | Token::ShiftRight => Some(Ok(SHIFT_OF_MYSQL)),
            Token::Caret => Some(Ok(TIGHTEST)),
            // Between AND and OR.
            Token::Word(word) if word.keyword == Keyword::XOR => Some(Ok(7)),
            _ => None,
        }
    }
}
