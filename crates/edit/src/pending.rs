//! Edits that a spec can say. None is moved into it yet: all are left for the rows.

use crate::Edit;
use seedbed_datagen_core::Spec;
use seedbed_schema_model::Schema;

/// Moves into a spec what it can say, and gives back the rest.
pub fn fold_into_spec(edits: &[Edit], _: &Schema, _: &mut Spec) -> Vec<Edit> {
    edits.to_vec()
}
