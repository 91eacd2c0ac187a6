//! What passes find worth telling.

use super::error::PlanError;
use seedbed_constraints::EffectiveKey;
use seedbed_rows::explain::{KeyNote, KeyProof, LimitationNote, MemoryUse, ReferenceName, Unguaranteed};
use seedbed_schema_model::{ForeignKey, Span};

/// Notes on a table, and wishes of the spec that it can't meet.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) keys: Vec<KeyNote>,
    pub(super) limitations: Vec<LimitationNote>,
    pub(super) memory: Vec<MemoryUse>,
    pub(super) errors: Vec<PlanError>,
}

impl Findings {
    /// A key holds by this.
    pub(super) fn key(&mut self, key: &EffectiveKey, proof: KeyProof) {
        self.keys.push(KeyNote { key: key.name.clone(), proof });
    }

    /// Something is not guaranteed.
    pub(super) fn limit(&mut self, limit: Unguaranteed, span: Span) {
        self.limitations.push(LimitationNote { limit, span: Some(span) });
    }

    /// A reference shares columns with others in a way that is not solved.
    pub(super) fn overlap(&mut self, fk: &ForeignKey) {
        let name = ReferenceName { columns: fk.columns.clone(), parent: fk.parent };
        self.limit(Unguaranteed::Overlap(name), fk.span);
    }
}
