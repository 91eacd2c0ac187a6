//! How the expressions of a dialect are read: the questions.

use crate::text::Cursor;
use seedbed_schema_model::LikeKind;
use sqlparser::dialect::Dialect as Grammar;
use std::borrow::Cow;

/// What the forms of an expression mean.
#[derive(Debug)]
pub(crate) struct ExpressionRules {
    /// sqlparser's grammar.
    pub(crate) grammar: &'static (dyn Grammar + Sync),
    /// Puts forms that the grammar does not know into others that mean the same.
    pub(crate) rewrite: Rewrite,
    /// A quote that makes any word a name in the grammar.
    pub(crate) quote: char,
    /// What `X'1f'` is.
    pub(crate) hex_strings: HexStrings,
    /// What the grammar's ILIKE stands for, which carries an operator that the grammar lacks where the dialect has none.
    pub(crate) ilike: LikeKind,
    /// What `row(a, b)` is.
    pub(crate) row_call: RowCall,
    /// What a name is that nothing is called by.
    pub(crate) unknown_names: UnknownNames,
}

/// What to write for sqlparser instead of the tokens here, of which it moves past those that it replaces. `None` where
/// they stay. The text is that of the token before, empty at the start.
pub(crate) type Rewrite = for<'a> fn(&mut Cursor<'a>, &str) -> Option<Cow<'a, str>>;

/// `X'1f'`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HexStrings {
    /// A string of bits, four for each digit.
    Bits,
    /// A string of bytes, two digits for each.
    Bytes,
}

/// `row(a, b)`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowCall {
    /// A row.
    Constructor,
    /// A call like others.
    Function,
}

/// A name of no column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnknownNames {
    /// An error.
    Refused,
    /// A string if it is quoted or stands where no columns are; `true` and `false` are truth values.
    Text,
}
