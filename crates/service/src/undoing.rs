//! Jobs that take the last change of a dataset back.

use crate::ServiceError;
use crate::ai_use::AiUse;
use crate::generation::{ATTEMPTS, tell_validation};
use crate::inner::Inner;
use crate::live_job::{CHECKED, LiveJob};
use crate::modified::{completion, summary_of};
use crate::modify_answer::{ModifyAnswer, row_count_changes};
use crate::queue::Task;
use crate::saved_end::SavedEnd;
use seedbed_edited_rows::Diff;
use seedbed_store::{
    Change, ChangeKind, DatasetId, DatasetVersion, Save, SaveAs, Store, StoreError, VersionFacts,
};
use serde_json::json;
use std::collections::BTreeMap;

/// A change that is taken back: the last one of a dataset when the job's turn comes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Undoing {
    dataset: DatasetId,
    /// The version that it is for; whichever there is when nobody says.
    version: Option<u64>,
}

/// The way back from where a dataset is.
struct Way {
    now: DatasetVersion,
    earlier: DatasetVersion,
    /// What changes on the way, as far as it is known.
    diff: Option<Diff>,
}

impl Task for Undoing {
    fn run(self: Box<Self>, inner: &Inner, live: &LiveJob) -> Result<(), ServiceError> {
        let store = &*inner.store;
        let way = self.way(store)?;
        let started = json!({
            "jobId": live.id, "datasetId": self.dataset, "version": way.now.number, "dryRun": false,
        });
        live.tell(store, "modify:start", &started)?;
        let mut attempts = 1..=ATTEMPTS;
        loop {
            let last = attempts.next().is_none_or(|attempt| attempt == ATTEMPTS);
            match self.go(store, live) {
                // What was changed meanwhile is the last change now.
                Err(ServiceError::Store(StoreError::VersionConflict { .. }))
                    if self.version.is_none() && !last => {}
                ended => return ended,
            }
        }
    }
}

impl Undoing {
    /// A change that can be taken back as things are.
    ///
    /// # Errors
    /// See [`Service::undo`](crate::Service::undo).
    pub(crate) fn of(inner: &Inner, dataset: DatasetId, version: Option<u64>) -> Result<Self, ServiceError> {
        let undoing = Self { dataset, version };
        undoing.way(&*inner.store).map(|_| undoing)
    }

    fn go(self, store: &dyn Store, live: &LiveJob) -> Result<(), ServiceError> {
        let Way { now, earlier, diff } = self.way(store)?;
        let version = store.version(&earlier.digest)?.ok_or(StoreError::UnknownVersion(earlier.digest))?;
        live.cancel.check().map_err(|_| StoreError::Canceled)?;
        let answer = self.answer(&now, &earlier, diff, &version.facts);
        live.tell(store, "modify:diff", &json!({"jobId": live.id, "edits": [], "diff": answer.diff}))?;
        tell_validation(store, live, "modify:validation", &answer.validation)?;
        live.come_to(CHECKED);
        let change = Change {
            diff: answer.diff.as_ref().and_then(|diff| serde_json::to_value(diff).ok()),
            notes: answer.notes.clone(),
            restores: Some(earlier.number),
            // How its rows came to be is what it was.
            ai: earlier.change.ai.clone(),
            ai_errors: earlier.change.ai_errors.clone(),
            exchanges: earlier.change.exchanges.clone(),
            ..Change::of(ChangeKind::Undo)
        };
        let to = SaveAs::BackTo { dataset: self.dataset, version: now.number, earlier: earlier.number };
        let save = Save { to, change, end_of: Some(live.id.clone()) };
        let end = SavedEnd::new(live, |saved| {
            let version = saved.dataset.version;
            completion(live, &ModifyAnswer { version, ..answer.clone() })
        });
        let saved = store.save(&earlier.digest, &save, &|saved| end.of(saved))?;
        end.close(store, &saved);
        Ok(())
    }

    fn way(self, store: &dyn Store) -> Result<Way, ServiceError> {
        let line = store.versions(self.dataset)?;
        let of = |number: u64| line.iter().find(|version| version.number == number);
        let now = line.last().ok_or(StoreError::UnknownDataset(self.dataset))?;
        if let Some(expected) = self.version.filter(|expected| *expected != now.number) {
            let (dataset, found) = (self.dataset, now.number);
            return Err(StoreError::VersionConflict { dataset, expected, found }.into());
        }
        let earlier = now.made_from.and_then(of).ok_or(ServiceError::NothingToUndo(self.dataset))?;
        // A version that has the rows of an earlier one was made as that one was: what changed then changes back now.
        let mut made = now;
        while let Some(restored) = made.change.restores.and_then(of).filter(|v| v.number < made.number) {
            made = restored;
        }
        let diff =
            made.change.diff.as_ref().and_then(|diff| serde_json::from_value::<Diff>(diff.clone()).ok());
        Ok(Way { now: now.clone(), earlier: earlier.clone(), diff: diff.map(|diff| diff.reversed()) })
    }

    fn answer(
        self,
        now: &DatasetVersion,
        earlier: &DatasetVersion,
        diff: Option<Diff>,
        facts: &VersionFacts,
    ) -> ModifyAnswer {
        let counts =
            |version: &DatasetVersion| version.row_counts.iter().cloned().collect::<BTreeMap<_, _>>();
        let changes = row_count_changes(&counts(now), &counts(earlier));
        let modified_tables = match &diff {
            Some(diff) => diff.tables.keys().cloned().collect(),
            None => earlier.row_counts.iter().map(|(name, _)| name.clone()).collect(),
        };
        ModifyAnswer {
            dataset_id: self.dataset,
            version: now.number,
            diff,
            modified_tables,
            row_count_changes: changes,
            validation: summary_of(&facts.report),
            edits: Vec::new(),
            notes: vec![format!("the rows are those of version {}", earlier.number)],
            ai: AiUse::none("an earlier version is there"),
            ai_errors: Vec::new(),
            dry_run: false,
        }
    }
}
