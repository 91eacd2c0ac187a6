//! Judging proposals: what breaks no key, no reference and no CHECK.
//!
//! What accepted proposals take of each key is remembered, as [`TakenValues`]; this is the one place where values of
//! other rows are, and only while the plan is made.

use super::{Membership, SieveDraft};
use crate::facts::LeftoverCheck;
use seedbed_constraints::{EffectiveKey, KeyValue, TakenValues};
use seedbed_datagen_core::{CancelToken, KnownRows};
use seedbed_rows::{Filled, FilledRow, parsed_types, shared_key};
use seedbed_schema_model::{ColumnIdx, Schema, SqlType, Table};
use seedbed_sql_semantics::{Context, check_passes};
use std::collections::{BTreeMap, BTreeSet};

/// What judging proposals needs to know of the table.
pub(crate) struct Surroundings<'a> {
    /// The schema.
    pub(crate) schema: &'a Schema,
    /// The table.
    pub(crate) table: &'a Table,
    /// Rows that the target holds already, whose keys are taken.
    pub(crate) known: Option<&'a KnownRows>,
    /// Whether to go on.
    pub(crate) cancel: &'a CancelToken,
}

/// Judges proposals, remembering the keys of those accepted.
pub(super) struct ProposalJudge<'a> {
    draft: &'a SieveDraft,
    schema: &'a Schema,
    table: &'a Table,
    cx: Context<'a>,
    /// Types whose values travel as text, by which conditions read them.
    types: BTreeMap<ColumnIdx, SqlType>,
    /// What accepted proposals take of each key of the draft.
    taken: Vec<TakenValues>,
}

impl<'a> ProposalJudge<'a> {
    /// A judge that has accepted nothing yet but the rows of the target.
    pub(super) fn new(draft: &'a SieveDraft, around: &Surroundings<'a>, cx: Context<'a>) -> Self {
        let mut judge = Self {
            draft,
            schema: around.schema,
            table: around.table,
            cx,
            types: BTreeMap::new(),
            taken: draft.keys.iter().map(|_| TakenValues::default()).collect(),
        };
        judge.types = parsed_types(&judge.reads(), &judge.cx);
        if let Some(known) = around.known {
            judge.remember(known);
        }
        judge
    }

    /// The columns that conditions read.
    pub(super) fn reads(&self) -> Vec<ColumnIdx> {
        let keys = self.draft.keys.iter().flat_map(EffectiveKey::reads);
        let references = self.draft.references.iter().flat_map(|r| r.columns.iter().copied());
        let checks = self.draft.checks.iter().flat_map(|c| c.expr.columns());
        keys.chain(references).chain(checks).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Rows that are there already take their keys.
    fn remember(&mut self, known: &KnownRows) {
        for (key, taken) in self.draft.keys.iter().zip(&mut self.taken) {
            taken.take_known(key, known, &self.cx, self.table);
        }
    }

    /// Whether a proposal breaks nothing; its keys are then taken.
    pub(super) fn accepts(&mut self, filled: &BTreeMap<ColumnIdx, Filled>, index: usize) -> bool {
        let row = FilledRow { columns: filled, index, types: &self.types, schema: self.schema };
        let passes = |check: &LeftoverCheck| check_passes(&check.expr, &row, &self.cx).unwrap_or(true);
        if !self.draft.checks.iter().all(passes)
            || !self.draft.references.iter().all(|r| r.holds(filled, index))
        {
            return false;
        }
        let mut values: Vec<Option<KeyValue>> = Vec::with_capacity(self.draft.keys.len());
        for (key, taken) in self.draft.keys.iter().zip(&self.taken) {
            let applies = key.applies_to(&row, &self.cx);
            let value = if applies { key.value_of(&row, &self.cx, self.table) } else { None };
            if value.as_ref().is_some_and(|v| taken.collides(v) || !v.is_valid()) {
                return false;
            }
            values.push(value);
        }
        for (taken, value) in self.taken.iter_mut().zip(values) {
            value.into_iter().for_each(|v| taken.take(v));
        }
        true
    }
}

impl Membership {
    /// Whether a proposal's values are a parent's, or NULLs excuse it as the reference's MATCH says.
    fn holds(&self, filled: &BTreeMap<ColumnIdx, Filled>, index: usize) -> bool {
        let columns: Vec<&Filled> = self.columns.iter().filter_map(|c| filled.get(c)).collect();
        let nulls = columns.iter().filter(|f| !f.is_present(index)).count();
        if nulls > 0 {
            return !self.full || nulls == columns.len();
        }
        let mut bytes = Vec::new();
        shared_key(columns, index, &mut bytes).is_some_and(|()| self.parents.contains(&bytes))
    }
}
