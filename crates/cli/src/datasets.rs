//! `seedbed datasets`: what is in a store.

use crate::args::{DatasetsArgs, DatasetsCommand, ExportArgs, ListArgs, RowsArgs, ShowArgs};
use crate::console::Console;
use crate::diff_text::short;
use crate::exit::{CommandError, Exit, Outside};
use crate::local_service::{named, service};
use crate::text_table::{clipped, counted, grouped, text_table};
use seedbed_edit::Edit;
use seedbed_service::{ExportRequest, PageQuery, Service};
use seedbed_staging::{Destination, StagedFile, destination};
use seedbed_store::{ChangeKind, Dataset, DatasetFilter, DatasetVersion, Direction};
use serde_json::Value;
use std::fs::File;
use std::io;
use std::path::Path;

/// Widest cell, in characters.
const CELL: usize = 32;

/// Lists datasets, shows one or its rows, writes it into a file, or removes it.
///
/// # Errors
/// The store's; a dataset, a table or a format that isn't there.
pub(crate) fn run(args: &DatasetsArgs, console: &Console) -> Result<Exit, CommandError> {
    let service = service(&args.store)?;
    match &args.command {
        DatasetsCommand::List(args) => list(&service, args, console)?,
        DatasetsCommand::Show(args) => show(&service, &args.dataset, args.json, console)?,
        DatasetsCommand::Versions(args) => versions(&service, args, console)?,
        DatasetsCommand::Rows(args) => rows(&service, args, console)?,
        DatasetsCommand::Export(args) => export(&service, args, console)?,
        DatasetsCommand::Rm(args) => {
            for name in &args.datasets {
                let dataset = named(&service, name)?;
                service.delete(dataset.id)?;
                console.say(&format!("removed dataset {} (`{}`)", dataset.id, dataset.name));
            }
        }
    }
    Ok(Exit::Done)
}

fn list(service: &Service, args: &ListArgs, console: &Console) -> Result<(), CommandError> {
    let filter = DatasetFilter { name: args.name.clone(), ..DatasetFilter::default() };
    let listed = service.datasets(&filter)?;
    if args.json {
        return Ok(console.json(&listed.entries)?);
    }
    let cells = |d: &Dataset| {
        let rows: u64 = d.row_counts.iter().map(|(_, rows)| rows).sum();
        [
            d.id.to_string(),
            clipped(&d.name, 40),
            d.version.to_string(),
            d.row_counts.len().to_string(),
            grouped(rows),
            grouped(d.bytes),
            d.created_at.to_string(),
        ]
    };
    let header = ["id", "name", "version", "tables", "rows", "bytes", "made"];
    console.data(&text_table(&header, listed.entries.iter().map(cells)))?;
    Ok(())
}

fn show(service: &Service, name: &str, json: bool, console: &Console) -> Result<(), CommandError> {
    let dataset = named(service, name)?;
    let answer = service.dataset(dataset.id)?;
    if json {
        return Ok(console.json(&answer)?);
    }
    let meta = |key: &str| answer.generation_meta.get(key).map_or_else(String::new, Value::to_string);
    let mut text = format!(
        "{} ({}), version {}, seed {}, engine {}\n",
        dataset.name,
        dataset.id,
        dataset.version,
        meta("seed"),
        meta("engineVersion").trim_matches('"')
    );
    if !dataset.description.is_empty() {
        text += &format!("{}\n", dataset.description);
    }
    text.push('\n');
    let stats = answer.generation_meta.get("columnStats");
    for table in &answer.tables {
        text += &format!("{} ({})\n", table.name, counted(table.rows, "row"));
        let of_table = stats.and_then(|s| s.get(&table.name)).and_then(Value::as_array);
        let cells = table.columns.iter().map(|column| {
            let told = of_table.and_then(|c| c.iter().find(|c| c["name"] == column.name.as_str()));
            let value = |key: &str| match told.map(|t| &t[key]) {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => clipped(text, CELL),
                Some(other) => other.to_string(),
            };
            let nulls = told.and_then(|t| t["nullShare"].as_f64()).filter(|share| *share > 0.0);
            let nulls = nulls.map_or_else(String::new, |share| format!("{:.1} %", share * 100.0));
            [
                column.name.clone(),
                clipped(&column.ty, CELL),
                nulls,
                value("distinct"),
                value("min"),
                value("max"),
            ]
        });
        text += &text_table(&["column", "type", "NULL", "distinct", "least", "greatest"], cells);
        text.push('\n');
    }
    console.data(&text)?;
    Ok(())
}

/// Widest words of a change, in characters.
const WORDS: usize = 44;

fn versions(service: &Service, args: &ShowArgs, console: &Console) -> Result<(), CommandError> {
    let versions = service.versions(named(service, &args.dataset)?.id)?;
    if args.json {
        return Ok(console.json(&versions)?);
    }
    let cells = |version: &DatasetVersion| {
        let change = &version.change;
        let what = match (change.kind, change.restores) {
            (ChangeKind::Generate, _) => "made".to_owned(),
            (ChangeKind::Regenerate, _) => "made again".to_owned(),
            (ChangeKind::Undo, Some(earlier)) => format!("back to {earlier}"),
            (ChangeKind::Undo, None) => "taken back".to_owned(),
            _ => "changed".to_owned(),
        };
        let edits = || change.edits.iter().filter_map(|edit| serde_json::from_value(edit.clone()).ok());
        let words = change
            .words
            .clone()
            .unwrap_or_else(|| edits().map(|edit: Edit| edit.to_string()).collect::<Vec<_>>().join("; "));
        let diff = change.diff.clone().and_then(|diff| serde_json::from_value(diff).ok());
        [
            version.number.to_string(),
            what,
            grouped(version.row_counts.iter().map(|(_, rows)| rows).sum()),
            diff.map_or_else(String::new, |diff| short(&diff)),
            clipped(&words.replace('\n', "; "), WORDS),
            version.created_at.to_string(),
        ]
    };
    let header = ["version", "what", "rows", "changes", "words", "when"];
    console.data(&text_table(&header, versions.iter().map(cells)))?;
    Ok(())
}

fn rows(service: &Service, args: &RowsArgs, console: &Console) -> Result<(), CommandError> {
    let dataset = named(service, &args.dataset)?;
    let order = args.order.iter().map(|name| match name.strip_prefix('-') {
        Some(name) => (name.to_owned(), Direction::Descending),
        None => (name.clone(), Direction::Ascending),
    });
    let query =
        PageQuery { offset: args.offset, limit: args.limit, order: order.collect(), ..PageQuery::default() };
    let page = service.page(dataset.id, &args.table, &query)?;
    let page: Value =
        serde_json::from_slice(&page.json).map_err(|e| Outside::new("cannot read a page", e))?;
    let rows = page["rows"].as_array().map_or(&[][..], Vec::as_slice);
    if args.json {
        return Ok(console.json_lines(rows)?);
    }
    let names: Vec<&str> = page["columns"]
        .as_array()
        .map_or_else(Vec::new, |columns| columns.iter().filter_map(|c| c["name"].as_str()).collect());
    let cell = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => clipped(text, CELL),
        other => clipped(&other.to_string(), CELL),
    };
    let cells = rows.iter().map(|row| names.iter().map(|name| cell(&row[*name])).collect::<Vec<_>>());
    console.data(&text_table(&names, cells))?;
    let total = page["total"].as_u64().unwrap_or(0);
    console.say(&format!("{} of {}", counted(rows.len(), "row"), grouped(total)));
    Ok(())
}

fn export(service: &Service, args: &ExportArgs, console: &Console) -> Result<(), CommandError> {
    let dataset = named(service, &args.dataset)?;
    let request = ExportRequest { format: args.format.clone(), tables: args.tables.clone() };
    let mut file = service.export(dataset.id, &request)?;
    let target = args.out.clone().unwrap_or_else(|| file.file_name.clone().into());
    copy(&mut file.file, &target, args.force)?;
    console.say(&format!("{} ({} bytes)", target.display(), grouped(file.bytes)));
    Ok(())
}

/// Copies a file to a place. A file that is there is replaced when the copy is complete, if that is wanted; nothing else is.
fn copy(from: &mut File, to: &Path, force: bool) -> Result<(), Outside> {
    let failed = |e: io::Error| Outside::new(format!("cannot write `{}`", to.display()), e);
    let in_the_way = |what: &str| failed(io::Error::new(io::ErrorKind::AlreadyExists, what.to_owned()));
    let place = match destination(to).map_err(failed)? {
        Destination::New(place) => place,
        Destination::File(place) if force => place,
        Destination::File(_) => return Err(in_the_way("a file is there, which `--force` replaces")),
        Destination::Folder(_) => return Err(in_the_way("a folder is there")),
        Destination::Special(_) => return Err(in_the_way("what is there is no file")),
        Destination::Dangling(_) => return Err(in_the_way("a link is there that leads to nothing")),
    };
    let mut out = StagedFile::create(&place).map_err(failed)?;
    io::copy(from, &mut out).map_err(failed)?;
    out.as_file().sync_all().map_err(failed)?;
    out.put_in_place().map_err(failed)
}
