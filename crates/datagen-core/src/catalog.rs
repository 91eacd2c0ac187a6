//! The catalog of providers: which exist, and which fits a column whose spec names none.

use crate::Provider;
use seedbed_schema_model::{ColumnIdx, ForeignKey, Schema, Table, TableId};
use std::fmt;
use std::sync::Arc;

/// Where a plan gets its realistic providers from. `seedbed-providers` has the standard one; an application may wrap it
/// to add its own.
pub trait Catalog: fmt::Debug + Send + Sync {
    /// The provider of a name, for specs that ask for one.
    fn provider(&self, name: &str) -> Option<Arc<dyn Provider>>;

    /// Every name there is, sorted, for error messages and help.
    fn names(&self) -> Vec<String>;

    /// What the column probably holds, from its name, its type and its table; `None` to fall back to the type alone.
    fn infer(&self, schema: &Schema, table: &Table, column: ColumnIdx) -> Option<Inference>;

    /// The locale that a tag such as `de_AT` or `de` means, as this catalog writes it; `None` if its providers know none
    /// like it.
    fn locale(&self, _tag: &str) -> Option<&'static str> {
        None
    }

    /// Every locale there is, sorted, for error messages and help.
    fn locales(&self) -> &'static [&'static str] {
        &[]
    }

    /// The references that no table declares, but names and types tell; each with its reason as its origin.
    fn infer_references(&self, _schema: &Schema) -> Vec<(TableId, ForeignKey)> {
        Vec::new()
    }
}

/// A catalog without providers: every list comes from the column's type and CHECKs.
///
/// For tests, examples and programs whose values need not look like anything: what a plan does with it depends on the
/// schema and the spec alone, on no list of words and no rule about names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TypesAlone;

impl Catalog for TypesAlone {
    fn provider(&self, _: &str) -> Option<Arc<dyn Provider>> {
        None
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    fn infer(&self, _: &Schema, _: &Table, _: ColumnIdx) -> Option<Inference> {
        None
    }
}

/// A guess at what a column holds.
#[derive(Clone, Debug)]
pub struct Inference {
    /// The provider.
    pub provider: Arc<dyn Provider>,
    /// Why, as a phrase for `explain`: "named like an e-mail address".
    pub reason: String,
    /// The entity of which the column shows a part, if any.
    pub entity: Option<EntityRole>,
}

/// Columns of one table that show parts of the same thing (a person's first name and e-mail) are entered at the same
/// ordinal, so that they agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityRole {
    /// The entity, such as `person`. All its providers number their lists alike.
    pub entity: &'static str,
    /// Which of several in one table, from a prefix (`billing_`), 0 for none.
    pub group: u32,
}
