//! Bodies of requests and answers, as JSON and as JSON Schema.

mod answers;
mod dialect_name;
mod generate;
mod query;
mod rename;
pub(crate) mod shapes;
mod spec;

pub(crate) use answers::{
    AcceptedAnswer, DatasetEntry, EventAnswer, EventsAnswer, GeneratedAnswer, HealthAnswer, MigrationsAnswer,
    QueryAnswerBody, TicketAnswer,
};
pub(crate) use dialect_name::DialectName;
pub(crate) use generate::{GenerateBody, RegenerateBody};
pub(crate) use query::QueryBody;
pub(crate) use rename::RenameBody;
