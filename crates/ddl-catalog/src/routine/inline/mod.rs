//! Calls of the schema's own functions, written out where they stand.

mod body;
mod call;
mod plpgsql;
mod raise;
mod site;
mod typing;
mod write_out;

pub use write_out::functions;
