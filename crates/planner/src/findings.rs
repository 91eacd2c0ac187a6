//! What passes find worth telling.

use super::error::PlanError;
use seedbed_constraints::EffectiveKey;
use seedbed_rows::explain::{KeyNote, KeyProof, LimitationNote, MemoryUse, ReferenceName, Unguaranteed};
use seedbed_schema_model::{ForeignKey, Span};

/// Notes on a table, and wishes of the spec that it can't meet.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// How each key holds, in the order in which they were fixed.
    pub(super) keys: Vec<KeyNote>,
    /// What the plan does not guarantee.
    pub(super) limitations: Vec<LimitationNote>,
    /// What it keeps in memory beside batches.
    pub(super) memory: Vec<MemoryUse>,
    /// The spec's wishes that can't be met; they fail the whole plan.
    pub(super) errors: Vec<PlanError>,
}

impl Findings {
    /// Tells that a key holds by a proof.
    pub(super) fn key(&mut self, key: &EffectiveKey, proof: KeyProof) {
        self.keys.push(KeyNote { key: key.name.clone(), proof });
    }

    /// Tells that something is not guaranteed, which `span` declares.
    pub(super) fn limit(&mut self, limit: Unguaranteed, span: Span) {
        self.limitations.push(LimitationNote { limit, span: Some(span) });
    }

    /// Tells that a reference shares columns with others in a way that is not solved.
    pub(super) fn overlap(&mut self, fk: &ForeignKey) {
        let name = ReferenceName { columns: fk.columns.clone(), parent: fk.parent };
        self.limit(Unguaranteed::Overlap(name), fk.span);
    }
}
