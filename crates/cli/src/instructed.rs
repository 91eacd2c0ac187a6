//! `seedbed generate --instructions`: rows as words wish them.

use crate::advising;
use crate::args::GenerateArgs;
use crate::console::Console;
use crate::exit::{CommandError, Exit};
use crate::job::{job, overrides};
use crate::local_service::{advised_service, ended};
use crate::text_table::counted;
use crate::words::Words;
use seedbed::datagen::{CancelToken, Spec};
use seedbed::job::{Job, Overrides, SpecSource};
use seedbed::schema::Schema;
use seedbed_edit::{Edit, Exchange, ExchangeRecord, Question, Sampling, fold_into_spec, parse_edits};
use seedbed_service::{GenerateConfig, GenerateRequest, SchemaSource};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// A job with the words in its spec.
///
/// # Errors
/// Words that can't be read, or that no spec can say.
pub(crate) fn in_spec(
    args: &GenerateArgs,
    words: &str,
    job: Job,
    console: &Console,
    cancel: &CancelToken,
) -> Result<Job, CommandError> {
    let read = job.read()?;
    let schema = &read.schema;
    let overrides = overrides(&args.wishes);
    let mut spec = overrides.applied(spec_of(args)?, schema);
    let edits = understood(words, schema, console, cancel)?;
    let rest = fold_into_spec(&edits, schema, &mut spec);
    if !rest.is_empty() {
        let rest: Vec<String> = rest.iter().map(|edit| format!("`{edit}`")).collect();
        let message = format!("{} changes rows that are there, and nothing keeps any", rest.join(", "));
        let hint = "`--save NAME` makes the rows into a store and changes them there".to_owned();
        return Err(CommandError::refused("instructions-need-rows", message, Some(hint)));
    }
    // The spec has what overrides it; the words have the last word over both.
    let left = Overrides { only: overrides.only, ..Overrides::default() };
    Ok(job.spec(SpecSource::Value(spec)).overrides(left))
}

/// The spec that the command line names, or that of the current folder.
fn spec_of(args: &GenerateArgs) -> Result<Spec, CommandError> {
    let source = args.wishes.spec.clone().map_or(SpecSource::CurrentFolder, SpecSource::File);
    Ok(source.value()?)
}

/// What words mean: commands as they stand, sentences as an advisor understands them.
fn understood(
    words: &str,
    schema: &Schema,
    console: &Console,
    cancel: &CancelToken,
) -> Result<Vec<Edit>, CommandError> {
    let errors = match parse_edits(words, schema) {
        Ok(edits) => return Ok(edits),
        Err(errors) => errors,
    };
    let given = Words::on_the_line(&[words.to_owned()]);
    let Some(advisor) = advising::advisor(&advising::config()?)? else { return Err(given.unread(&errors)) };
    let (rows, record) = (BTreeMap::new(), Unrecorded::default());
    let advice = advisor.wishes(&Question {
        words,
        schema,
        rows: &rows,
        table: None,
        sql_names: None,
        samples: &[],
        sampling: Sampling::default(),
        record: &record,
        cancel,
    });
    for note in advice.notes.iter().chain(advice.errors.iter().map(|error| &error.message)) {
        console.say(&format!("note: {note}"));
    }
    let edits = advice.proposal.ok_or_else(|| {
        let message = "the language model has proposed nothing for the instructions".to_owned();
        let code = advice.errors.first().map_or("ai-no-proposal", |error| error.code.as_str());
        CommandError::refused(code, message, None)
    })?;
    for edit in &edits {
        console.say(&format!("  {edit}"));
    }
    Ok(edits)
}

/// Remembers nothing but what was spent, as nothing keeps it.
#[derive(Debug, Default)]
struct Unrecorded(AtomicU64);

impl ExchangeRecord for Unrecorded {
    fn find(&self, _: &str) -> Option<Exchange> {
        None
    }

    fn keep(&self, _: &Exchange) {}

    fn spend(&self, tokens: u64) {
        self.0.fetch_add(tokens, Ordering::Relaxed);
    }

    fn spent_today(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Makes the rows into a store, and changes them there where no spec can say what is wished.
///
/// # Errors
/// What [`Service::generate`](seedbed_service::Service::generate) and its job refuse.
pub(crate) fn saved(
    args: &GenerateArgs,
    name: &str,
    words: &str,
    console: &Console,
) -> Result<Exit, CommandError> {
    let job = job(&args.schema.schema, &args.schema.dialect, &args.wishes)?;
    // What can't be read is told with the files' own lines.
    let read = job.read()?;
    console.problems(&read.sources, &read.problems, crate::console::PROBLEMS_SHOWN);
    let texts: Vec<&str> = read.sources.files().iter().map(|file| &*file.text).collect();
    let Overrides { rows, table_rows, seed, null_rate, .. } = overrides(&args.wishes);
    let config = GenerateConfig {
        num_records: rows,
        per_table_row_counts: table_rows.into_iter().collect(),
        seed,
        null_rate,
        ..GenerateConfig::default()
    };
    let request = GenerateRequest {
        schema: SchemaSource::Ddl(texts.join("\n")),
        dialect: Some(read.schema.dialect),
        instructions: Some(words.to_owned()),
        config,
        spec: Some(spec_of(args)?),
        save_name: Some(name.to_owned()),
        description: None,
    };
    let (service, is_advised) = advised_service(&args.store)?;
    let given = Words::on_the_line(&[words.to_owned()]);
    // Who types them can type them again: nothing is made that was not asked for.
    if !is_advised && let Err(errors) = parse_edits(words, &read.schema) {
        return Err(given.unread(&errors));
    }
    let accepted = service.generate(&request, None).map_err(|error| given.refused(error))?;
    let record = ended(&service, &accepted.job_id)?;
    let Some(id) = record.dataset_id else { return Err(CommandError::Interrupted) };
    let dataset = service.dataset(id)?;
    let notes = dataset.generation_meta.get("notes").and_then(|notes| notes.as_array());
    for note in notes.into_iter().flatten().filter_map(|note| note.as_str()) {
        console.say(&format!("note: {note}"));
    }
    let rows = dataset.tables.iter().map(|table| table.rows).sum::<u64>();
    console.say(&format!("{} in {}", counted(rows, "row"), counted(dataset.tables.len(), "table")));
    console.say(&format!("saved as dataset {id}, `{}`", dataset.metadata.name));
    Ok(Exit::Done)
}
