//! The description of a dialect.

use super::detect::Mark;
use super::name::{KeyRules, NameRules};
use super::statement::StatementRules;
use super::table::TableRules;
use crate::expr::ExpressionRules;
use crate::text::TextRules;
use crate::type_name::TypeRules;

/// How SQL is written in one dialect: what is a fact of its grammar and its catalog, and not of the values in its rows.
#[derive(Debug)]
pub struct Syntax {
    /// What tells the dialect from others, with its weight; less than nothing for what the dialect refuses.
    pub(crate) marks: &'static [Mark],
    /// What characters mean.
    pub text: TextRules,
    /// What the names of types mean.
    pub(crate) types: TypeRules,
    /// What the forms of an expression mean.
    pub(crate) expressions: ExpressionRules,
    /// What names are in the catalog.
    pub names: NameRules,
    /// What keys are.
    pub keys: KeyRules,
    /// What the definition of a table holds.
    pub tables: TableRules,
    /// What statements there are.
    pub statements: StatementRules,
}
