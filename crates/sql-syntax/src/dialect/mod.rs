//! What differs between dialects: type names, and how to tell the dialects apart. A further dialect is a further file
//! here and an arm where [`Dialect`](seedbed_schema_model::Dialect) is matched.

mod detect;
pub(crate) mod mysql;
pub(crate) mod postgres;
pub(crate) mod sqlite;

pub use detect::{detect_dialect, detect_dialect_for};
pub use mysql::as_binary as mysql_binary_type;
