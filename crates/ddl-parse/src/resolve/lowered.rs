//! What reading a script gives.

use super::existing::ExistingRows;
use seedbed_ddl_catalog::Problem;
use seedbed_schema_model::Schema;

/// What could be read of a script, with everything that could not.
#[derive(Clone, Debug, PartialEq)]
pub struct Lowered {
    /// The tables and types that exist after all statements have run.
    pub schema: Schema,
    /// What is missing from it or uncertain, in source order.
    pub problems: Vec<Problem>,
    /// The rows that the script itself puts into its tables; others are empty.
    pub existing: Vec<ExistingRows>,
}

impl Lowered {
    /// The schema, for callers that refuse partial ones.
    ///
    /// # Errors
    /// All problems, if there are any, also notes.
    pub fn strict(self) -> Result<Schema, Vec<Problem>> {
        if self.problems.is_empty() { Ok(self.schema) } else { Err(self.problems) }
    }
}
