//! Bodies of requests and answers, as JSON and as JSON Schema.

mod answers;
mod change_shapes;
mod dialect_name;
mod edits;
mod generate;
mod modify;
mod query;
mod rename;
mod sampling;
pub(crate) mod shapes;
mod spec;
mod undo;

pub(crate) use answers::{
    AcceptedAnswer, DatasetEntry, EventAnswer, EventsAnswer, GeneratedAnswer, HealthAnswer, MigrationsAnswer,
    QueryAnswerBody, TicketAnswer,
};
pub(crate) use dialect_name::DialectName;
pub(crate) use edits::edit_schemas;
pub(crate) use generate::{GenerateBody, RegenerateBody};
pub(crate) use modify::ModifyBody;
pub(crate) use query::{Asked, QueryBody};
pub(crate) use rename::RenameBody;
pub(crate) use undo::UndoBody;
