//! What differs between dialects: type names, and how to tell the dialects apart. A further dialect is a further file
//! here and an arm where [`Dialect`](seedbed_schema_model::Dialect) is matched.

mod detect;

pub use detect::{detect_dialect, detect_dialect_for};
