//! `seedbed ask`: a question to a dataset, in words.

use crate::args::AskArgs;
use crate::console::Console;
use crate::exit::{CommandError, Exit};
use crate::local_service::{advised_service, named};
use crate::text_table::{clipped, text_table};
use crate::words::Words;
use seedbed_service::AskRequest;
use serde_json::Value;

/// Widest cell, in characters.
const CELL: usize = 40;

/// Asks, and shows the rows, the query that they come from, and what they are.
///
/// # Errors
/// A dataset that isn't there, a question that is not understood or has no answer; the outside world.
pub(crate) fn run(args: &AskArgs, console: &Console) -> Result<Exit, CommandError> {
    let (service, _) = advised_service(&args.store)?;
    let dataset = named(&service, &args.dataset)?;
    let words = Words::on_the_line(&args.question);
    let request =
        AskRequest { question: words.text.clone(), limit: Some(args.limit), ..AskRequest::default() };
    let answer = service.ask(dataset.id, &request).map_err(|error| words.refused(error))?;
    if args.json {
        console.json(&answer)?;
        return Ok(Exit::Done);
    }
    let names: Vec<&str> = answer.columns.iter().map(|column| column.name.as_str()).collect();
    let cell = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => clipped(text, CELL),
        other => clipped(&other.to_string(), CELL),
    };
    console
        .data(&text_table(&names, answer.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>())))?;
    console.say(&answer.sentence);
    console.say(&answer.sql);
    answer.notes.iter().for_each(|note| console.say(&format!("note: {note}")));
    Ok(Exit::Done)
}
