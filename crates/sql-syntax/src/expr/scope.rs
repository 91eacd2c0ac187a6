//! What the names in an expression stand for.

use seedbed_schema_model::{Expr, TableId};

/// What names in an expression stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scope<'s> {
    /// Columns of a table.
    Table(TableId),
    /// `VALUE` of a domain.
    Domain,
    /// Arguments and variables of a function.
    Function(&'s Locals),
    /// Nothing: no columns may be named.
    Constants,
}

/// What the names in a function's body stand for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Locals {
    /// The function's own name, which may stand before theirs.
    pub function: String,
    /// Arguments first, in order; a later one of the same name hides an earlier.
    pub values: Vec<(String, Expr)>,
    /// How many of them are arguments, which `$1` and so on stand for.
    pub arguments: usize,
}

impl Locals {
    /// The place of a name in [`Self::values`]: the last of that name, which hides the others.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.values.iter().rposition(|(known, _)| known == name && !name.is_empty())
    }

    /// What a name stands for.
    pub(super) fn value(&self, name: &str) -> Option<&Expr> {
        self.position(name).map(|at| &self.values[at].1)
    }

    /// The argument that `$1` stands for.
    pub(super) fn placeholder(&self, text: &str) -> Option<&Expr> {
        let number: usize = text.strip_prefix('$')?.parse().ok()?;
        let arguments = &self.values[..self.arguments.min(self.values.len())];
        arguments.get(number.checked_sub(1)?).map(|(_, value)| value)
    }
}
