//! What words wish of rows that are to be made.

use crate::config::wished_rows;
use crate::edit_limits::check_edits;
use crate::generation::Generation;
use crate::inner::Inner;
use crate::instructed_rows::{check_planned, edit_options};
use crate::instructions::{About, Advising, Instructed, RULES_ALONE, folded};
use crate::record::StoreRecord;
use crate::{PlanAnswer, RequestLimits, ServiceError, ServiceOptions};
use seedbed_datagen_core::{CancelToken, RunOptions, Spec};
use seedbed_edit::{AdviceError, Edit};
use seedbed_edited_rows::{EditError, EditedRows};
use seedbed_job::{Fault, Silent};
use seedbed_store::Store;
use std::time::Instant;

/// What is wished in words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Instructions {
    pub(crate) words: Option<String>,
    /// What they are, if they are commands or none at all.
    pub(crate) commands: Option<Instructed>,
    /// Who is asked what they mean, if they aren't.
    pub(crate) advising: Option<Advising>,
}

impl Generation {
    /// What the words have become.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`], [`ServiceError::TooLong`] for more edits than may be.
    pub(crate) fn instructed(&self, inner: &Inner, cancel: &CancelToken) -> Result<Instructed, ServiceError> {
        let mut instructed = self.understood(inner, cancel);
        match check_edits(&instructed.edits, &inner.options.limits) {
            Err(error) if instructed.ai.used => {
                instructed = without_proposal(&*inner.store, instructed, &error)
            }
            checked => checked?,
        }
        Ok(instructed)
    }

    fn understood(&self, inner: &Inner, cancel: &CancelToken) -> Instructed {
        let Instructions { words, commands, advising } = &self.instructions;
        match (commands, words, advising) {
            (Some(commands), ..) => commands.clone(),
            (None, Some(words), Some(advising)) => {
                let spec = self.overrides.applied(self.spec.clone(), &self.schema);
                let rows = wished_rows(&self.schema, &spec);
                let about = About { schema: &self.schema, rows: &rows, table: None, samples: &[], cancel };
                advising.wishes(&*inner.store, words, &about)
            }
            _ => Instructed::by_hand(Vec::new(), "nothing was said in words"),
        }
    }

    /// The spec that the words have changed, and what is left for the rows.
    ///
    /// # Errors
    /// [`ServiceError::RowLimit`].
    pub(crate) fn wished(
        &self,
        instructed: &Instructed,
        limits: &RequestLimits,
    ) -> Result<(Spec, Vec<Edit>), ServiceError> {
        let mut spec = self.spec.clone();
        let mut edits = self.row_edits.clone();
        edits.extend(folded(&instructed.edits, &self.schema, &mut spec));
        let applied = self.overrides.applied(spec.clone(), &self.schema);
        crate::config::check_rows(&self.schema, &applied, limits)?;
        Ok((spec, edits))
    }

    /// What would be made, and why.
    ///
    /// # Errors
    /// Every reason why it can't be made.
    pub(crate) fn explain(&self, inner: &Inner) -> Result<PlanAnswer, ServiceError> {
        let options = ServiceOptions { job_time: inner.options.plan_time, ..inner.options.clone() };
        let until = Instant::now() + options.plan_time;
        let stop = CancelToken::new().or_when(move || Instant::now() >= until);
        let instructed = self.instructed(inner, &stop)?;
        let plan = |instructed: &Instructed| {
            let (spec, edits) = self.wished(instructed, &options.limits)?;
            let planned = self.job(spec, &options, &CancelToken::new()).plan(&mut Silent)?;
            if !edits.is_empty() {
                check_planned(&planned, &edits, &options)?;
                let usual = RunOptions::default().batch_rows;
                EditedRows::new(&planned, &**planned.plan(), &edits, &edit_options(&options, usual, &stop))?;
            }
            Ok(planned)
        };
        let (planned, instructed) = match plan(&instructed) {
            Err(error) if instructed.ai.used && !instructed.edits.is_empty() && is_of_wishes(&error) => {
                let left = without_proposal(&*inner.store, instructed, &error);
                (plan(&left)?, left)
            }
            planned => (planned?, instructed),
        };
        Ok(PlanAnswer::new(&planned, self.notes.clone(), instructed))
    }
}

/// Whether an error is that of what was wished, and not of the outside world.
pub(crate) fn is_of_wishes(error: &ServiceError) -> bool {
    match error {
        ServiceError::Job(error) => error.fault() == Fault::Input,
        ServiceError::Edit(error) => !error.is_outside() && !matches!(**error, EditError::Canceled),
        ServiceError::RowLimit { .. }
        | ServiceError::RowBytes { .. }
        | ServiceError::Invalid(_)
        | ServiceError::TooLong { .. } => true,
        _ => false,
    }
}

/// What is left of what an advisor has said when its proposal can't be carried out. It is not kept: asked again, it may say
/// something else.
pub(crate) fn without_proposal(
    store: &dyn Store,
    instructed: Instructed,
    error: &ServiceError,
) -> Instructed {
    StoreRecord(store).forget_all(&instructed.ai.exchanges);
    let mut left = Instructed { edits: Vec::new(), ..instructed };
    left.errors.push(AdviceError {
        code: "ai-proposal-refused".to_owned(),
        message: format!("what was proposed can't be carried out: {}", error.message()),
        table: None,
        column: None,
        instead: Some("the rules alone".to_owned()),
    });
    left.notes.push(RULES_ALONE.to_owned());
    left
}
