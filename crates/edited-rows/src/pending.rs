//! The API of edited rows over the few edits that need no thought: one text for a whole column, and fewer rows.

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use seedbed_datagen_core::{
    Batch, CancelToken, RowSource, RunError, RunObserver, RunOptions, Sink, resolve_column, resolve_table,
    run,
};
use seedbed_edit::{Edit, Literal, Source};
use seedbed_job::{CheckMemory, PlannedJob};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_validate::{Report, Validator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex};

/// How to carry edits out.
#[derive(Clone, Debug, Default)]
pub struct EditOptions {
    /// Threads and batches.
    pub run: RunOptions,
    /// Memory for the keys of the check.
    pub check_memory: CheckMemory,
    /// Ends it.
    pub cancel: CancelToken,
}

/// What came of edits.
#[derive(Clone, Debug)]
pub struct Applied {
    /// What checking the rows found.
    pub report: Report,
    /// What changed.
    pub diff: Diff,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// What changed, by table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// Only tables that changed.
    pub tables: BTreeMap<String, TableDiff>,
}

/// What changed in a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableDiff {
    /// Rows that are new.
    pub added: u64,
    /// Rows that are gone.
    pub removed: u64,
    /// Rows with another value.
    pub updated_rows: u64,
    /// Values that are others.
    pub updated_cells: u64,
    /// The same by column.
    pub cells: BTreeMap<String, u64>,
    /// Some of the rows.
    pub sample: Vec<RowDiff>,
}

/// One row before and after.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RowDiff {
    /// Its key.
    pub key: Value,
    /// What it was.
    pub before: Option<Map<String, Value>>,
    /// What it is.
    pub after: Option<Map<String, Value>>,
}

impl Diff {
    /// The way back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let back = |table: &TableDiff| TableDiff {
            added: table.removed,
            removed: table.added,
            sample: table
                .sample
                .iter()
                .map(|row| RowDiff {
                    key: row.key.clone(),
                    before: row.after.clone(),
                    after: row.before.clone(),
                })
                .collect(),
            ..table.clone()
        };
        Self { tables: self.tables.iter().map(|(name, table)| (name.clone(), back(table))).collect() }
    }
}

/// Why edits were not carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// It can't be done.
    #[error("{0}")]
    Refused(String),
    /// A constraint would be broken.
    #[error("a constraint of `{table}` would be broken: `{constraint}`")]
    Broken {
        /// The table.
        table: String,
        /// The constraint.
        constraint: String,
    },
    /// The rows could not be written.
    #[error("the rows could not be written")]
    Run(#[source] RunError),
    /// The caller said so.
    #[error("canceled")]
    Canceled,
}

impl EditError {
    /// A stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(_) => "edit-refused",
            Self::Broken { .. } => "edit-breaks-constraint",
            Self::Run(_) => "edit-run",
            Self::Canceled => "canceled",
        }
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        None
    }

    /// The single reasons.
    pub fn details(&self) -> Option<Value> {
        Some(json!([{"message": self.to_string(), "code": self.code()}]))
    }

    /// Whether the outside world is to blame.
    pub fn is_outside(&self) -> bool {
        matches!(self, Self::Run(_))
    }
}

/// Edits prepared over rows.
pub struct EditedRows<'a> {
    rows: Edited<'a>,
    options: EditOptions,
}

struct Edited<'a> {
    rows: &'a dyn RowSource,
    texts: BTreeMap<(TableId, ColumnIdx), String>,
    counts: Vec<(TableId, u64)>,
    only: Option<BTreeSet<TableId>>,
}

impl RowSource for Edited<'_> {
    fn schema(&self) -> &Arc<Schema> {
        self.rows.schema()
    }

    fn row_counts(&self) -> Vec<(TableId, u64)> {
        let wanted = |id: &TableId| self.only.as_ref().is_none_or(|only| only.contains(id));
        self.counts.iter().filter(|(id, _)| wanted(id)).copied().collect()
    }

    fn make_rows(&self, table: TableId, rows: Range<u64>) -> Batch {
        let batch = self.rows.make_rows(table, rows);
        let texts = &self.texts;
        let columns = batch.columns.iter().zip(batch.rows.columns());
        let edited = columns.map(|(column, array)| match texts.get(&(table, *column)) {
            Some(text) => Arc::new(StringArray::from(vec![text.as_str(); array.len()])) as ArrayRef,
            None => Arc::clone(array),
        });
        let names = batch.rows.schema();
        let named = names.fields().iter().zip(edited).map(|(f, array)| (f.name().clone(), array, true));
        let edited = RecordBatch::try_from_iter_with_nullable(named).unwrap_or_else(|_| batch.rows.clone());
        Batch { rows: edited, ..batch }
    }
}

impl<'a> EditedRows<'a> {
    /// Edits over rows.
    ///
    /// # Errors
    /// [`EditError::Refused`].
    pub fn new(
        _: &'a PlannedJob,
        rows: &'a dyn RowSource,
        edits: &[Edit],
        options: &EditOptions,
    ) -> Result<Self, EditError> {
        let mut edited = Edited { rows, texts: BTreeMap::new(), counts: rows.row_counts(), only: None };
        let refused = |what: String| EditError::Refused(what);
        let table_of = |name: &Option<String>| {
            let name = name.as_deref().ok_or_else(|| refused("a table is to be named".to_owned()))?;
            resolve_table(rows.schema(), name).map_err(|e| refused(e.to_string()))
        };
        for edit in edits {
            match edit {
                Edit::Set(set) if set.rows.is_all() => {
                    let table = table_of(&set.table)?;
                    let column = resolve_column(rows.schema(), table, &set.column)
                        .map_err(|e| refused(e.to_string()))?;
                    let Source::Value(Some(Literal::Text(text))) = &set.to else {
                        return Err(refused("only a text can be set".to_owned()));
                    };
                    edited.texts.insert((table, column), text.clone());
                }
                Edit::Rows(count) => {
                    let table = table_of(&count.table)?;
                    for (id, rows) in &mut edited.counts {
                        if *id == table {
                            *rows = count.count;
                        }
                    }
                }
                edit => return Err(refused(format!("{edit:?} is not carried out"))),
            }
        }
        Ok(Self { rows: edited, options: options.clone() })
    }

    /// How many rows each table has afterwards.
    pub fn row_counts(&self) -> Vec<(TableId, u64)> {
        self.rows.counts.clone()
    }

    /// Tables whose rows may differ.
    pub fn touched(&self) -> BTreeSet<TableId> {
        let set = self.rows.texts.keys().map(|(table, _)| *table);
        let before = self.rows.rows.row_counts();
        let fewer = self.rows.counts.iter().filter(|count| !before.contains(count)).map(|(table, _)| *table);
        set.chain(fewer).collect()
    }

    /// Writes the rows.
    ///
    /// # Errors
    /// See [`EditError`].
    pub fn write(
        &self,
        sink: Box<dyn Sink + '_>,
        tables: Option<&BTreeSet<TableId>>,
        observer: &mut dyn RunObserver,
    ) -> Result<Applied, EditError> {
        let schema = Arc::clone(self.rows.schema());
        let validator = Mutex::new(Validator::new(&schema));
        let mut diff = Diff::default();
        for (table, count) in self.row_counts() {
            let before = self.rows.rows.row_counts().into_iter().find(|(id, _)| *id == table);
            let before = before.map_or(0, |(_, count)| count);
            if count > before {
                return Err(EditError::Refused("no rows are added".to_owned()));
            }
            let batch = self.rows.make_rows(table, 0..count);
            let old = self.rows.rows.make_rows(table, 0..count);
            if let Ok(mut validator) = validator.lock() {
                validator.write(table, &batch.rows).map_err(|e| EditError::Refused(e.to_string()))?;
            }
            let mut told = TableDiff { removed: before - count, ..TableDiff::default() };
            for (at, column) in batch.columns.iter().enumerate() {
                if batch.rows.column(at) != old.rows.column(at) {
                    told.updated_rows = count;
                    told.updated_cells += count;
                    told.cells.insert(schema[table][*column].name.clone(), count);
                }
            }
            if told != TableDiff::default() {
                diff.tables.insert(schema[table].name.to_string(), told);
            }
        }
        let report = validator.into_inner().map_err(|_| EditError::Canceled)?.finish();
        if let Some((table, broken)) = report.broken().next() {
            return Err(EditError::Broken { table: table.to_owned(), constraint: broken.name.clone() });
        }
        let rows = Edited {
            rows: self.rows.rows,
            texts: self.rows.texts.clone(),
            counts: self.rows.counts.clone(),
            only: tables.cloned(),
        };
        match run(&rows, &self.options.run, sink, observer) {
            Ok(()) => Ok(Applied { report, diff, notes: Vec::new() }),
            Err(RunError::Canceled) => Err(EditError::Canceled),
            Err(error) => Err(EditError::Run(error)),
        }
    }
}

impl std::fmt::Debug for EditedRows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EditedRows").field("counts", &self.rows.counts).finish_non_exhaustive()
    }
}
