//! `seedbed edit`: a dataset's rows changed, in words or by edits, and taken back.

use crate::args::EditArgs;
use crate::console::Console;
use crate::diff_text;
use crate::exit::{CommandError, Exit, Outside};
use crate::local_service::{advised_service, ended, named, service};
use crate::words::Words;
use seedbed_edit::{Edit, to_text};
use seedbed_edited_rows::Diff;
use seedbed_service::ModifyRequest;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::io::Read;

/// What is to be done.
enum Wish {
    /// What words say.
    Words(Words),
    /// The commands of a file.
    Commands(Words),
    /// The edits of a file.
    Edits(Vec<Edit>),
    /// The last change is taken back.
    Undo,
}

/// Changes the rows and tells what has changed.
///
/// # Errors
/// A dataset that isn't there, words that can't be read, edits that can't be carried out; the outside world.
pub(crate) fn run(args: &EditArgs, console: &Console) -> Result<Exit, CommandError> {
    let wish = wish(args)?;
    let service = match &wish {
        Wish::Words(_) => advised_service(&args.store)?.0,
        // What stands in a file is no sentence: nobody is asked what it means.
        _ => service(&args.store)?,
    };
    let dataset = named(&service, &args.dataset)?;
    let request =
        ModifyRequest { table: args.table.clone(), dry_run: args.dry_run, ..ModifyRequest::default() };
    let accepted = match wish {
        Wish::Undo => service.undo(dataset.id, None, None)?,
        Wish::Edits(edits) => {
            service.modify(dataset.id, &ModifyRequest { edits: Some(edits), ..request }, None)?
        }
        Wish::Words(words) | Wish::Commands(words) => {
            let request = ModifyRequest { prompt: Some(words.text.clone()), ..request };
            service.modify(dataset.id, &request, None).map_err(|error| words.refused(error))?
        }
    };
    let result = ended(&service, &accepted.job_id)?.result.unwrap_or_default();
    if args.json {
        console.json(&result)?;
        return Ok(Exit::Done);
    }
    let version: u64 = read(&result["version"])?;
    let way = match (args.dry_run, version == dataset.version) {
        (true, _) => format!("version {version}, which stays as it is"),
        (false, true) => format!("version {version}"),
        (false, false) => format!("version {} to {version}", dataset.version),
    };
    let mut text = format!("{} ({}), {way}\n", dataset.name, dataset.id);
    let edits: Vec<Edit> = read(&result["edits"])?;
    for line in to_text(&edits).lines() {
        text += &format!("  {line}\n");
    }
    if let Some(diff) = read::<Option<Diff>>(&result["diff"])?.filter(|diff| !diff.is_empty()) {
        text += &format!("\n{}", diff_text::text(&diff));
    }
    console.data(&text)?;
    for note in read::<Vec<String>>(&result["notes"])? {
        console.say(&format!("note: {note}"));
    }
    for error in result["aiErrors"].as_array().into_iter().flatten() {
        console.say(&format!("note: {}", error["message"].as_str().unwrap_or_default()));
    }
    Ok(Exit::Done)
}

fn wish(args: &EditArgs) -> Result<Wish, CommandError> {
    let Some(file) = &args.edits else {
        return Ok(if args.undo { Wish::Undo } else { Wish::Words(Words::on_the_line(&args.words)) });
    };
    let text = match file.as_str() {
        "-" => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map(|_| text)
        }
        path => std::fs::read_to_string(path),
    };
    let text = text.map_err(|error| Outside::new(format!("cannot read `{file}`"), error))?;
    // No command begins with a bracket.
    if !text.trim_start().starts_with('[') {
        let name = if file == "-" { "<stdin>".to_owned() } else { file.clone() };
        return Ok(Wish::Commands(Words { name, text }));
    }
    let edits = serde_json::from_str(&text).map_err(|error| {
        let message = format!("`{file}` is no list of edits: {error}");
        let hint = "edits are written as JSON, or as commands, one a line".to_owned();
        CommandError::refused("edits-not-read", message, Some(hint))
    })?;
    Ok(Wish::Edits(edits))
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Outside> {
    serde_json::from_value(value.clone()).map_err(|error| Outside::new("cannot read what has changed", error))
}
