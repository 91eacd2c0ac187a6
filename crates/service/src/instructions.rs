//! Words into edits: as commands where they are some, by an advisor else.

use crate::ai_use::AiUse;
use crate::record::StoreRecord;
use crate::{RequestLimits, ServiceError};
use seedbed_datagen_core::{CancelToken, Spec};
use seedbed_edit::{Advice, AdviceError, Advisor, ColumnSample, Edit, Question, Sampling, TextError};
use seedbed_schema_model::{Schema, TableId};
use seedbed_store::Store;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What somebody wrote, as far as it is understood without an advisor.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Words {
    /// It is a list of commands.
    Commands(Vec<Edit>),
    /// It is for an advisor.
    Sentence,
}

/// What words have become.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Instructed {
    pub(crate) edits: Vec<Edit>,
    pub(crate) ai: AiUse,
    /// What failed at the advisor.
    pub(crate) errors: Vec<AdviceError>,
    pub(crate) notes: Vec<String>,
}

/// Where advice comes from.
#[derive(Clone, Debug)]
pub(crate) struct Advising {
    pub(crate) advisor: Arc<dyn Advisor>,
    pub(crate) sampling: Sampling,
}

/// What a sentence is about.
pub(crate) struct About<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) rows: &'a BTreeMap<TableId, u64>,
    pub(crate) table: Option<TableId>,
    pub(crate) samples: &'a [ColumnSample],
    pub(crate) cancel: &'a CancelToken,
}

/// Words that are not too long.
///
/// # Errors
/// [`ServiceError::TooLong`].
pub(crate) fn check_length(
    what: &'static str,
    words: &str,
    limits: &RequestLimits,
) -> Result<(), ServiceError> {
    let (len, limit) = (words.chars().count(), limits.instruction_chars);
    match len > limit {
        true => Err(ServiceError::TooLong { what, len, limit, unit: "characters" }),
        false => Ok(()),
    }
}

/// Reads words, with an advisor for those that are no commands, or without.
///
/// # Errors
/// [`ServiceError::NoCommand`] without an advisor.
pub(crate) fn read(words: &str, schema: &Schema, is_advised: bool) -> Result<Words, ServiceError> {
    match seedbed_edit::parse_edits(words, schema) {
        Ok(edits) => Ok(Words::Commands(edits)),
        Err(_) if is_advised => Ok(Words::Sentence),
        Err(errors) => Err(no_command(errors)),
    }
}

fn no_command(errors: Vec<TextError>) -> ServiceError {
    ServiceError::NoCommand(errors)
}

/// Moves into a spec what it can say; the rest is for the rows.
pub(crate) fn folded(edits: &[Edit], schema: &Schema, spec: &mut Spec) -> Vec<Edit> {
    seedbed_edit::fold_into_spec(edits, schema, spec)
}

impl Instructed {
    /// Edits that nobody had to be asked for.
    pub(crate) fn by_hand(edits: Vec<Edit>, reason: &str) -> Self {
        Self { edits, ai: AiUse::none(reason), ..Self::default() }
    }

    /// Nothing, because nobody could be asked.
    pub(crate) fn by_the_rules(reason: &str) -> Self {
        let error = AdviceError {
            code: "ai-not-configured".to_owned(),
            message: reason.to_owned(),
            table: None,
            column: None,
            instead: Some("the rules".to_owned()),
        };
        Self { errors: vec![error], ..Self::by_hand(Vec::new(), reason) }
    }

    /// Commands.
    pub(crate) fn commands(edits: Vec<Edit>) -> Self {
        Self::by_hand(edits, "the sentence is a command")
    }

    fn of(advice: Advice<Vec<Edit>>) -> (Self, bool) {
        let is_usable = advice.proposal.is_some();
        let instructed = Self {
            edits: advice.proposal.unwrap_or_default(),
            ai: AiUse::of("the sentence is no command", advice.exchanges, &advice.errors),
            errors: advice.errors,
            notes: advice.notes,
        };
        (instructed, is_usable)
    }
}

impl Advising {
    /// What is wished of rows that are to be made. Where the advisor fails nothing is, and the errors say so.
    pub(crate) fn wishes(&self, store: &dyn Store, words: &str, about: &About<'_>) -> Instructed {
        let record = StoreRecord(store);
        let advice = self.advisor.wishes(&self.question(words, about, &record));
        let failure = crate::ai_use::failure_of(&advice);
        let (mut instructed, is_usable) = Instructed::of(advice);
        if !is_usable {
            if instructed.errors.is_empty() {
                instructed.errors.push(failure);
            }
            instructed.notes.push(RULES_ALONE.to_owned());
        }
        instructed
    }

    /// What is changed in rows that are there.
    ///
    /// # Errors
    /// [`ServiceError::Advice`] when the advisor has nothing to propose, or not all of it can be used.
    pub(crate) fn changes(
        &self,
        store: &dyn Store,
        words: &str,
        about: &About<'_>,
    ) -> Result<Instructed, ServiceError> {
        let record = StoreRecord(store);
        let advice = self.advisor.changes(&self.question(words, about, &record));
        let failure = crate::ai_use::failure_of(&advice);
        // A proposal that is usable in part would change half of what was said.
        let is_whole = advice.errors.is_empty();
        match Instructed::of(advice) {
            (instructed, true) if is_whole => Ok(instructed),
            (instructed, is_usable) => {
                if is_usable {
                    record.forget_all(&instructed.ai.exchanges);
                }
                Err(ServiceError::Advice(failure).after(&instructed.ai.exchanges, &instructed.errors))
            }
        }
    }

    fn question<'q>(&self, words: &'q str, about: &About<'q>, record: &'q StoreRecord<'q>) -> Question<'q> {
        Question {
            words,
            schema: about.schema,
            rows: about.rows,
            table: about.table,
            sql_names: None,
            samples: about.samples,
            sampling: self.sampling,
            record,
            cancel: about.cancel,
        }
    }
}

/// What is told when an advisor had nothing to say for rows that are made all the same.
pub(crate) const RULES_ALONE: &str =
    "the instructions were not carried out: the rows are made by the rules alone";

/// Says which table is meant where an edit leaves it open.
pub(crate) fn about_table(mut edits: Vec<Edit>, table: Option<&str>) -> Vec<Edit> {
    let Some(name) = table else { return edits };
    for edit in &mut edits {
        let table = match edit {
            Edit::Set(edit) => &mut edit.table,
            Edit::Nulls(edit) => &mut edit.table,
            Edit::Shift(edit) => &mut edit.table,
            Edit::Scale(edit) => &mut edit.table,
            Edit::Rename(edit) => &mut edit.table,
            Edit::Rows(edit) => &mut edit.table,
            Edit::Locale(edit) => &mut edit.table,
            Edit::Add(_) | Edit::Remove(_) | Edit::Spread(_) => continue,
        };
        table.get_or_insert_with(|| name.to_owned());
    }
    edits
}
