//! Versions: rows that were made by a recipe.

use crate::{Digest, EndOfSaved, Recipe, Save, Saved, StoreError, Timestamp};
use seedbed_datagen_core::{Sink, UpdateSink};
use seedbed_schema_model::{ColumnIdx, TableId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;

/// A version that is kept.
#[derive(Clone, Debug)]
pub struct Version {
    /// What it is found by.
    pub digest: Digest,
    /// What made it, and what was found out on the way.
    pub facts: VersionFacts,
    /// Bytes that its rows take.
    pub bytes: u64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What is known of a version besides its rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionFacts {
    /// What made it.
    pub recipe: Recipe,
    /// The tables in load order.
    pub tables: Vec<VersionTable>,
    /// Digest of the rows that the schema's script inserts, which the rows go on after.
    pub existing: Option<String>,
    /// Settings that defaults of the schema read: what a script that loads the rows has to make.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub settings: BTreeMap<String, String>,
    /// What the dataset's page tells of how it was made: JSON, as it is served.
    pub meta: Box<RawValue>,
    /// What checking the rows found: JSON, as it is served.
    pub report: Box<RawValue>,
}

impl PartialEq for VersionFacts {
    fn eq(&self, other: &Self) -> bool {
        self.recipe == other.recipe && self.tables == other.tables && self.report.get() == other.report.get()
    }
}

/// One table of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionTable {
    /// `schema.table`, or `table` where there are no schemas.
    pub name: String,
    /// The columns of its file, by name.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: u64,
    /// Whether the plan did not guarantee all of its constraints, so that scripts have to expect refusals.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uncertain: bool,
}

/// A version in the making: nobody sees it before it is [kept](Self::keep), and dropped it leaves nothing behind.
pub trait VersionDraft: fmt::Debug {
    /// Where its rows go. The sink is run to its end before the version is kept.
    fn sink(&mut self) -> Box<dyn Sink + '_>;

    /// The same sink for whoever changes cells of rows that were [carried](Self::carry).
    fn update_sink(&mut self) -> Box<dyn UpdateSink + '_>;

    /// Takes over rows as another version has them, without looking at them: those of `tables`, and those of `updatable` whose
    /// cells in the columns named can be given other values afterwards, by [`update_sink`](Self::update_sink). Gives back which of
    /// the latter. Called once at most, and before anything else; the sink gets the other tables.
    ///
    /// # Errors
    /// [`StoreError::UnknownVersion`]; [`StoreError::OtherSchema`] for tables that it doesn't have; [`StoreError::Canceled`].
    fn carry(
        &mut self,
        from: &Digest,
        tables: &[TableId],
        updatable: &BTreeMap<TableId, Vec<ColumnIdx>>,
    ) -> Result<BTreeSet<TableId>, StoreError>;

    /// What of the store stands behind an error that came of writing into the sink.
    fn reason(&self, error: &(dyn Error + 'static)) -> Option<StoreError>;

    /// Keeps the version, saves it as a dataset and ends the job, all by one stroke. Where another has kept the same
    /// version by now, these rows are dropped: they are the same.
    ///
    /// # Errors
    /// [`StoreError::JobOver`] when the job has ended in another way by then, such as canceled;
    /// [`StoreError::UnknownDataset`], [`StoreError::VersionConflict`]; the outside world's. Nothing is saved then.
    fn keep(
        self: Box<Self>,
        facts: &VersionFacts,
        save: &Save,
        end: EndOfSaved<'_>,
    ) -> Result<Saved, StoreError>;
}
