//! Constants in expressions.

use serde::{Deserialize, Serialize};

/// A constant as written. A typed one, such as `DATE '2020-01-01'`, is an [`Expr::Cast`](crate::Expr::Cast) of a
/// [`Literal::Text`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Literal {
    /// `NULL`.
    Null,
    /// `TRUE` or `FALSE`.
    Boolean(bool),
    /// A whole number.
    Integer(i128),
    /// An exact decimal: `unscaled / 10^scale`.
    Decimal {
        /// The digits without the point.
        unscaled: i128,
        /// Digits after the point.
        scale: u8,
    },
    /// A number in exponent notation.
    Float(f64),
    /// A string, unescaped.
    Text(String),
    /// A binary string, such as `x'ff'`.
    Bytes(Vec<u8>),
    /// A bit string, such as PostgreSQL's `B'101'`.
    Bits(String),
}
