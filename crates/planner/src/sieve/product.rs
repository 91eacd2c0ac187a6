//! One joint law over all that follows proposals.
//!
//! References count by their candidates, columns by their lists; proposal n takes the n-th tuple of a permutation of
//! their product, in mixed radix. So each combination comes once in a round, and the next round brings the same ones
//! beside other values of what does not take part.

use super::{SieveDraft, SieveDrafting};
use crate::draft::{Decision, Unit};
use crate::lists::{Lists, Thinned};
use crate::own_checks::OwnChecks;
use seedbed_datagen_core::Cardinality;
use seedbed_laws::Permutation;
use seedbed_rows::explain::KeyProof;
use seedbed_rows::{CellLaw, ColumnProgram, JointLaw, LawKind, ReferenceLaw};
use seedbed_schema_model::ColumnIdx;

/// Longest round; no search goes through more proposals than that.
const LONGEST_ROUND: u64 = 1 << 62;

impl SieveDrafting<'_, '_> {
    /// One joint law over all that is free: each combination comes once in a round.
    pub(super) fn draw_from_product(&mut self, draft: &mut SieveDraft) {
        let joint = self.draft.joints.len();
        let units = self.take_units(draft, joint);
        let product = units.iter().fold(1_u128, |p, (_, len)| p.saturating_mul((*len).max(1).into()));
        draft.round = u64::try_from(product).unwrap_or(u64::MAX).min(LONGEST_ROUND);
        draft.factors = units.iter().map(|unit| self.draft.factor(&self.cx, unit)).collect();
        let columns: Vec<ColumnIdx> = draft.keys.iter().flat_map(|k| k.columns.clone()).collect();
        let permutation = Permutation::new(self.cx.joint_key(&columns, "sieve"), draft.round);
        let radices = units.iter().map(|(_, len)| (*len).max(1)).collect();
        self.draft.joints.push(JointLaw { permutation, radices, diagonal: false });
        self.go_on_with_nulls(draft);
        for key in &draft.keys {
            self.found.keys.retain(|note| note.key != key.name);
            self.found.key(key, KeyProof::Sieve);
        }
    }

    /// What is drawn together, each with the number of what it can be: references first, then columns of keys. Each
    /// becomes a digit of the joint law, but for references that are looked up, whose rows the columns decide.
    fn take_units(&mut self, draft: &SieveDraft, joint: usize) -> Vec<(Unit, u64)> {
        let mut units: Vec<(Unit, u64)> = Vec::new();
        for reference in &draft.drafted {
            let drafted = &mut self.draft.references[*reference];
            if !matches!(drafted.law, Some(ReferenceLaw::Indexed(_))) {
                let law = ReferenceLaw::Joint { joint, digit: units.len() };
                units.push((Unit::Reference(*reference), drafted.candidates.len()));
                drafted.fix(law, LawKind::JointSieved);
            }
        }
        for column in &draft.columns {
            let law = CellLaw::Joint { joint, digit: units.len() };
            if let Some(len) = self.take_column(draft, *column, law) {
                units.push((Unit::Column(*column), len));
            }
        }
        units
    }

    /// Gives a key's column a list under a joint law, if it has one of known length; returns how many values that has.
    /// Other columns stay open, for a law of their own.
    fn take_column(&mut self, draft: &SieveDraft, column: ColumnIdx, law: CellLaw) -> Option<u64> {
        if !draft.keys.iter().any(|k| k.columns.contains(&column)) || draft.natural.contains(&column) {
            return None;
        }
        let widened = self.widened(draft, column).map(|domain| {
            let mut facts = self.facts.clone();
            facts[column].domain = domain;
            facts
        });
        let (cx, facts) = (self.cx, self.facts);
        let of_list = widened.as_ref().unwrap_or(facts);
        let mut lists = Lists { cx, facts: of_list, documents: self.documents, found: self.found };
        let own = OwnChecks::of(cx, column, &draft.checks).filter(|_| widened.is_none());
        let listing = match (&widened, own.and_then(|own| lists.thinned(column, own, cx.rows))) {
            // Providers keep to what is usual.
            (Some(_), _) => lists.counted(column, Some(cx.rows)),
            (None, Some(Thinned::Passing(listing) | Thinned::Among(listing))) => Some(listing),
            (None, None) => lists.listing(column, Some(cx.rows)),
        };
        let listing = listing.filter(|l| l.entity.is_none())?;
        let Cardinality::Exact(len @ 1..) = listing.sampler.cardinality() else { return None };
        let nulls = self.draft.nulls(&cx, facts, column);
        let decision = Decision::listed(listing, law, LawKind::JointSieved, nulls);
        self.draft.decide(&cx, facts, column, decision);
        Some(len)
    }

    /// When all values are used up, after two rounds, a nullable key goes on with NULLs, which collide but once, or never.
    fn go_on_with_nulls(&mut self, draft: &SieveDraft) {
        let surplus = draft.round.saturating_mul(2);
        let not_primary = draft.keys.iter().filter(|k| !k.primary);
        for column in not_primary.flat_map(|key| &key.columns).filter(|c| self.facts[**c].nullable) {
            let owner = self.draft.owner(*column).filter(|r| draft.drafted.contains(r));
            if let Some(reference) = owner {
                self.draft.references[reference].nulls.surplus_from = surplus;
            } else if let Some(ColumnProgram::Listed { nulls, law: CellLaw::Joint { .. }, .. }) =
                &mut self.draft.cells[*column]
            {
                nulls.surplus_from = surplus;
            }
        }
    }
}
