//! Operators.

use serde::{Deserialize, Serialize};

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UnaryOp {
    /// `+a`
    Plus,
    /// `-a`
    Minus,
    /// `NOT a`
    Not,
    /// `~a`
    BitNot,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BinaryOp {
    /// `AND`
    And,
    /// `OR`
    Or,
    /// MySQL `XOR`
    Xor,
    /// `=`
    Eq,
    /// `<>`
    NotEq,
    /// `<`
    Lt,
    /// `<=`
    LtEq,
    /// `>`
    Gt,
    /// `>=`
    GtEq,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// MySQL `DIV`
    IntDiv,
    /// `%`
    Mod,
    /// `||` (text, arrays, jsonb; logical OR in MySQL without `PIPES_AS_CONCAT`)
    Concat,
    /// `&`
    BitAnd,
    /// `|`
    BitOr,
    /// `#` in PostgreSQL, `^` in MySQL
    BitXor,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `->`
    JsonGet,
    /// `->>`
    JsonGetText,
    /// `#>`
    JsonPath,
    /// `#>>`
    JsonPathText,
    /// `@>`
    Contains,
    /// `<@`
    ContainedBy,
    /// `&&`
    Overlaps,
    /// `?`
    JsonHasKey,
    /// `?|`
    JsonHasAny,
    /// `?&`
    JsonHasAll,
    /// PostgreSQL `^`
    Power,
}

impl BinaryOp {
    /// Whether it is one of the six comparisons.
    pub fn is_comparison(self) -> bool {
        matches!(self, Self::Eq | Self::NotEq | Self::Lt | Self::LtEq | Self::Gt | Self::GtEq)
    }

    /// The comparison with its operands exchanged: `a < b` is `b > a`. Other operators are returned as they are.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Lt => Self::Gt,
            Self::LtEq => Self::GtEq,
            Self::Gt => Self::Lt,
            Self::GtEq => Self::LtEq,
            other => other,
        }
    }

    /// The comparison that holds exactly when this one is false (both operands not NULL), if it is a comparison.
    pub fn negated(self) -> Option<Self> {
        Some(match self {
            Self::Eq => Self::NotEq,
            Self::NotEq => Self::Eq,
            Self::Lt => Self::GtEq,
            Self::LtEq => Self::Gt,
            Self::Gt => Self::LtEq,
            Self::GtEq => Self::Lt,
            _ => return None,
        })
    }
}

/// The pattern languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LikeKind {
    /// `LIKE`; case matters as the dialect says.
    Like,
    /// PostgreSQL `ILIKE`.
    ILike,
    /// `SIMILAR TO`.
    SimilarTo,
    /// SQLite `GLOB`.
    Glob,
    /// `~`, MySQL `REGEXP` and `RLIKE`.
    Regex,
    /// `~*`.
    IRegex,
}

/// ANY (SOME) or ALL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Quantifier {
    /// `ANY`, `SOME`.
    Any,
    /// `ALL`.
    All,
}
