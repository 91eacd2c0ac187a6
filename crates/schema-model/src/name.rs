//! Names of schema objects, as the catalog stores them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A table's or type's name with its schema, unquoted and already folded to the catalog's case.
///
/// `schema` is `None` where the dialect has no schemas, or where the object lives in the default one of a dialect
/// that does not print it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The schema, such as `public`.
    pub schema: Option<String>,
    /// The object's own name.
    pub name: String,
}

impl QualifiedName {
    /// A name from its parts.
    pub fn new(schema: Option<&str>, name: &str) -> Self {
        Self { schema: schema.map(str::to_owned), name: name.to_owned() }
    }
}

impl fmt::Display for QualifiedName {
    /// `schema.name`, unquoted: the key used in reports, never SQL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}
