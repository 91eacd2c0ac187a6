//! CHECK and exclusion constraints.

use crate::{Expr, KeyTerm, Span};
use serde::{Deserialize, Serialize};

/// A CHECK: a row is refused when the expression is false; NULL (unknown) passes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The constraint's name.
    pub name: Option<String>,
    /// What must not be false.
    pub expr: Expr,
    /// The expression as written.
    pub text: String,
    /// False for MySQL's `NOT ENFORCED`. PostgreSQL's `NOT VALID` is enforced for new rows, hence true.
    pub enforced: bool,
    /// Where it was declared.
    pub span: Span,
}

/// PostgreSQL `EXCLUDE USING method (a WITH op, ...)`: no two rows for which all operators hold. A key `WITHOUT OVERLAPS`
/// is one as well, by `=` and for its period by `&&`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exclusion {
    /// The constraint's name.
    pub name: Option<String>,
    /// The index method, such as `gist`.
    pub method: String,
    /// Elements and their operators.
    pub elements: Vec<ExclusionElement>,
    /// `WHERE`.
    pub predicate: Option<Expr>,
    /// Where it was declared.
    pub span: Span,
}

/// One element of an [`Exclusion`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExclusionElement {
    /// A column or an expression.
    pub term: KeyTerm,
    /// The operator, such as `=` or `&&`.
    pub operator: String,
}
