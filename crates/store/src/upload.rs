//! Schemas that were handed in and wait for their rows.

use crate::{SourceText, Timestamp};
use seedbed_schema_model::Dialect;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a schema is called: an opaque text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SchemaId(pub String);

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A schema that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedSchema {
    /// What it is called.
    pub id: SchemaId,
    /// Its text.
    pub source: SourceText,
    /// Its dialect, asked for or recognised.
    pub dialect: Dialect,
    /// When it was handed in last.
    pub at: Timestamp,
}
