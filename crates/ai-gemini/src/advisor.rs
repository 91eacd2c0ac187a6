//! The advisor: questions into prompts, answers into proposals.

use crate::ask::{Asked, Client, Job};
use crate::called::called;
use crate::config::{ConfigError, GeminiConfig};
use crate::data::embedded;
use crate::error::GeminiError;
use crate::given_schema::{GivenSchema, short};
use crate::lists::{ListAsker, Place};
use crate::prompt::{CHANGES, Prompt, QUERY, WISHES};
use crate::proposal::Purpose;
use crate::proposed_query;
use crate::request::Request;
use crate::sampling::ClampedSampling;
use crate::usable_edit::{EditProblem, usable};
use seedbed_datagen_core::{resolve_column, resolve_table};
use seedbed_edit::{Advice, Advisor, Edit, ProposedQuery, Question, RefusedQuery, SetColumn, Source};
use seedbed_schema_model::Schema;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// Characters of a sentence that are sent.
const LONGEST_WORDS: usize = 8_000;
/// Characters of a refused query and of what was said of it that are sent.
const LONGEST_REFUSAL: usize = 2_000;

/// Google Gemini as an advisor. Clones share connections, limits, and what was learned about the key.
///
/// It may be asked from any thread, also from one of a runtime that can wait: calls run on a thread of its own.
#[derive(Clone)]
pub struct Gemini {
    client: Arc<Client>,
}

impl fmt::Debug for Gemini {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gemini").field("config", &self.client.config).finish_non_exhaustive()
    }
}

impl Gemini {
    /// A client. Nothing is called yet.
    ///
    /// # Errors
    /// When the configuration makes no sense, all of what is wrong with it, or the system gives no thread.
    pub fn new(config: GeminiConfig) -> Result<Self, ConfigError> {
        Ok(Self { client: Arc::new(Client::new(config)?) })
    }

    /// What it was told.
    pub fn config(&self) -> &GeminiConfig {
        &self.client.config
    }

    fn edits(&self, question: &Question<'_>, purpose: Purpose) -> Advice<Vec<Edit>> {
        let prompt: &'static Prompt = match purpose {
            Purpose::Wishes => &WISHES,
            Purpose::Changes => &CHANGES,
        };
        let instead = purpose.instead();
        let job = self.client.job(question.record, question.cancel);
        let mut asking = Asking::new(&self.client, question, None);
        let user = prompt.fill(&asking.parts(None));
        let request = Request { prompt, user, schema: purpose.schema(), sampling: asking.sampling };
        let dropped = RefCell::new(Vec::new());
        let read = |answer: &str| {
            dropped.borrow_mut().clear();
            let (edits, problems) = sorted(purpose.read(answer)?, question);
            let first = problems.first().map(ToString::to_string);
            *dropped.borrow_mut() = problems;
            // An answer of which too little is left is worth another call.
            match first {
                Some(problem) if edits.is_empty() || purpose.is_whole() => Err(problem),
                _ => Ok(edits),
            }
        };
        let Asked { result, exchanges } = self.client.ask(&request, &job, read);
        let mut advice =
            Advice { proposal: None, exchanges, errors: Vec::new(), notes: asking.notes.split_off(0) };
        let dropped = dropped.into_inner();
        match result {
            Ok(edits) => {
                advice.errors.extend(dropped.iter().map(|p| p.told(instead)));
                if edits.is_empty() {
                    advice.notes.push("the model found nothing in the words that an edit can say".to_owned());
                }
                self.fill_lists(edits, &asking, &job, purpose, &mut advice);
            }
            Err(GeminiError::Malformed { .. }) if !dropped.is_empty() => {
                advice.errors.extend(dropped.iter().map(|p| p.told(instead)));
            }
            Err(error) => advice.errors.push(error.told(self.client.redaction(), Some(instead))),
        }
        advice
    }

    /// Asks for the lists that edits are without, and drops those edits that get none: with them a change that is whole or none.
    fn fill_lists(
        &self,
        edits: Vec<Edit>,
        asking: &Asking<'_>,
        job: &Job<'_>,
        purpose: Purpose,
        advice: &mut Advice<Vec<Edit>>,
    ) {
        let question = asking.question;
        let was_empty = edits.is_empty();
        let edits: Vec<Edit> = edits.into_iter().flat_map(|edit| by_table(edit, question.schema)).collect();
        let places: BTreeSet<Place> = edits.iter().filter_map(|e| list_place(e, question.schema)).collect();
        let asker = ListAsker {
            client: &self.client,
            job,
            question,
            words: &asking.words,
            sampling: asking.sampling,
            instead: purpose.instead(),
        };
        let lists = asker.ask(&places);
        advice.exchanges.extend(lists.exchanges);
        advice.errors.extend(lists.errors);
        let fill = |mut edit: Edit| {
            if let Some(place) = list_place(&edit, question.schema) {
                let values = lists.values.get(&place)?.clone();
                if let Edit::Set(set) = &mut edit {
                    set.to = Source::Examples(values);
                }
            }
            Some(edit)
        };
        let wanted = edits.len();
        let filled: Vec<Edit> = edits.into_iter().filter_map(fill).collect();
        let is_enough = if purpose.is_whole() { filled.len() == wanted } else { !filled.is_empty() };
        advice.proposal = (was_empty || is_enough).then_some(filled);
    }
}

impl Advisor for Gemini {
    fn wishes(&self, question: &Question<'_>) -> Advice<Vec<Edit>> {
        self.edits(question, Purpose::Wishes)
    }

    fn changes(&self, question: &Question<'_>) -> Advice<Vec<Edit>> {
        self.edits(question, Purpose::Changes)
    }

    fn query(&self, question: &Question<'_>, refused: &[RefusedQuery]) -> Advice<ProposedQuery> {
        let job = self.client.job(question.record, question.cancel);
        let mut asking = Asking::new(&self.client, question, question.sql_names);
        let clip = |text: &str| text.chars().take(LONGEST_REFUSAL).collect::<String>();
        let refused: Vec<Value> =
            refused.iter().map(|r| json!({"sql": clip(&r.sql), "message": clip(&r.message)})).collect();
        let refused = embedded(&refused);
        let user = QUERY.fill(&asking.parts(Some(&refused)));
        let schema = proposed_query::schema();
        let request = Request { prompt: &QUERY, user, schema, sampling: asking.sampling };
        let Asked { result, exchanges } = self.client.ask(&request, &job, proposed_query::read);
        let (proposal, errors) = match result {
            Ok(query) => (Some(query), Vec::new()),
            Err(error) => (None, vec![error.told(self.client.redaction(), None)]),
        };
        Advice { proposal, exchanges, errors, notes: asking.notes.split_off(0) }
    }
}

/// What all questions are made of.
struct Asking<'a> {
    question: &'a Question<'a>,
    words: String,
    sampling: ClampedSampling,
    notes: Vec<String>,
    /// What the parts of a prompt are filled with, as JSON.
    schema_data: String,
    table_data: String,
    samples_data: String,
    words_data: String,
}

impl<'a> Asking<'a> {
    fn new(client: &Client, question: &'a Question<'a>, sql: Option<&[seedbed_edit::SqlTable]>) -> Self {
        let mut notes = Vec::new();
        let sampling = ClampedSampling::of(question.sampling, &mut notes);
        let words: String = question.words.chars().take(LONGEST_WORDS).collect();
        if words.len() < question.words.len() {
            notes
                .push(format!("the words were too long: the model saw the first {LONGEST_WORDS} characters"));
        }
        let given = GivenSchema::of(question, client.config.schema_characters, sql);
        notes.extend(given.note);
        let samples: Vec<&seedbed_edit::ColumnSample> =
            question.samples.iter().filter(|s| given.tables.contains(&s.table)).collect();
        if !samples.is_empty() {
            let values: usize = samples.iter().map(|s| s.values.len()).sum();
            notes.push(format!("{values} values of {} columns were sent to the model", samples.len()));
        }
        let samples: Vec<Value> = samples
            .iter()
            .map(|s| {
                let values: Vec<String> = s.values.iter().map(|v| short(v)).collect();
                json!({"table": called(question.schema, s.table), "column": s.column, "values": values})
            })
            .collect();
        let table = question.table.map(|id| match sql.and_then(|sql| sql.iter().find(|t| t.table == id)) {
            Some(called) => called.name.clone(),
            None => called(question.schema, id),
        });
        Self {
            schema_data: given.json,
            table_data: embedded(&table),
            samples_data: embedded(&samples),
            words_data: embedded(&words),
            question,
            words,
            sampling,
            notes,
        }
    }

    fn parts<'b>(&'b self, refused: Option<&'b str>) -> [(&'static str, &'b str); 5] {
        [
            ("schema", &self.schema_data),
            ("table", &self.table_data),
            ("samples", &self.samples_data),
            ("words", &self.words_data),
            ("refused", refused.unwrap_or("[]")),
        ]
    }
}

/// The edits that can be used, and what is wrong with the others.
fn sorted(
    proposed: Vec<Result<Edit, EditProblem>>,
    question: &Question<'_>,
) -> (Vec<Edit>, Vec<EditProblem>) {
    let (mut edits, mut problems) = (Vec::new(), Vec::new());
    for edit in proposed {
        match edit.and_then(|edit| usable(edit, question.schema, question.table)) {
            Ok(edit) => edits.push(edit),
            Err(problem) => problems.push(problem),
        }
    }
    (edits, problems)
}

/// A list for a column of any table becomes one for each table that has it: values are made up for one column.
fn by_table(edit: Edit, schema: &Schema) -> Vec<Edit> {
    let Edit::Set(set) = edit else { return vec![edit] };
    if set.table.is_some() || !is_without_list(&set) {
        return vec![Edit::Set(set)];
    }
    let tables = schema.tables_indexed().filter_map(|(id, table)| {
        let at = resolve_column(schema, id, &set.column).ok()?;
        let (name, column) = (called(schema, id), table[at].name.clone());
        Some(Edit::Set(SetColumn { table: Some(name), column, ..set.clone() }))
    });
    tables.collect()
}

fn is_without_list(set: &SetColumn) -> bool {
    matches!(&set.to, Source::Examples(examples) if examples.is_empty())
}

/// The column that an edit is without a list for.
fn list_place(edit: &Edit, schema: &Schema) -> Option<Place> {
    let Edit::Set(set) = edit else { return None };
    let table = set.table.as_deref().filter(|_| is_without_list(set))?;
    let id = resolve_table(schema, table).ok()?;
    Some((id, resolve_column(schema, id, &set.column).ok()?))
}
