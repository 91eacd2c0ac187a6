//! Calls of the schema's own functions, written out where they stand.
//!
//! A body is read into an expression over its arguments (`body`, `plpgsql`), a call gets that expression with the
//! arguments in their places (`call`) and with the casts that PostgreSQL makes in silence (`typing`). Where the value
//! would not be the server's, the call stays, and whoever evaluates the expression has no answer.

mod body;
mod call;
mod lookup;
mod plpgsql;
mod raise;
mod site;
mod typing;
mod write_out;

pub use write_out::functions;
