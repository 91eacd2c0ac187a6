//! Requests as handlers take them: whatever is wrong with one is told in the one shape of errors.

mod body;
mod json;
mod parameters;
mod path;
mod whole;

pub(crate) use body::{media_type, read_body};
pub(crate) use json::{Json, read_value};
pub(crate) use parameters::Parameters;
pub(crate) use path::{DatasetPath, JobPath, TablePath};
pub(crate) use whole::Whole;
