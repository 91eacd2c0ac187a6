//! Keys drawn together: references and short lists from their product, without repetition.
//!
//! A key over units of a, b and c values holds at most a * b * c rows, the cardinality of their Cartesian product. A
//! keyed permutation of its tuples gives row n the n-th, taken apart in mixed radix: distinct by construction, up to
//! the last one, and without a look at other rows.

use super::KeyFixing;
use crate::draft::{Decision, Unit};
use crate::grouping::groups_for;
use crate::row_limit::RowLimit;
use seedbed_constraints::EffectiveKey;
use seedbed_datagen_core::Cardinality;
use seedbed_laws::Permutation;
use seedbed_rows::explain::{KeyProof, ProductDraw};
use seedbed_rows::{CellLaw, JointLaw, LawKind, ReferenceLaw};
use seedbed_schema_model::ColumnIdx;

/// Of lists at least this long a sample hardly shows that no value has come again.
const LONG: u64 = 1 << 16;

impl KeyFixing<'_, '_> {
    /// References and short lists drawn from their product without repetition; always true, as what is not held here
    /// goes to the sieve: a key whose free units alone are too few beside units that are decided already, one whose
    /// lists may repeat values, and any whose combinations rows of the target may hold.
    ///
    /// # Errors
    /// [`RowLimit`] when the product is less than the rows, and no NULL excuses the rest.
    pub(super) fn draw_together(
        &mut self,
        key: &EffectiveKey,
        units: &[Unit],
        free: &[Unit],
    ) -> Result<bool, RowLimit> {
        let there = self.cx.planning.existing_rows(self.cx.id()) > 0;
        if let ([_], [Unit::Column(column)], true, None) = (units, free, there, &key.predicate)
            && let Some(listing) = self.injective_listing(*column)
        {
            return self.make_distinct(key, *column, listing);
        }
        let mut lens: Vec<(Unit, u64)> = Vec::new();
        let mut unknown = false;
        for unit in free {
            let len = match unit {
                Unit::Reference(r) => self.draft.references[*r].candidates.len(),
                Unit::Column(c) => match self.injective_listing(*c) {
                    Some(l) => match l.sampler.cardinality() {
                        Cardinality::Exact(len) => len,
                        Cardinality::Huge => u64::MAX,
                    },
                    None => {
                        unknown = true;
                        1
                    }
                },
            };
            lens.push((*unit, len));
        }
        let product =
            |lens: &[(Unit, u64)]| lens.iter().fold(1_u128, |p, (_, n)| p.saturating_mul((*n).into()));
        for at in 0..lens.len() {
            if let (Unit::Column(column), len) = lens[at]
                && self.draft.grouping.contains(&column)
            {
                let others = product(&lens) / u128::from(len.max(1));
                lens[at].1 = len.min(groups_for(self.cx.rows, others));
            }
        }
        let capacity = product(&lens);
        let capacity = u64::try_from(capacity).unwrap_or(u64::MAX);
        if free.len() < units.len() && capacity < self.cx.rows {
            if !self.follow_other_key(key, units, &lens) {
                self.unsolved.push(key.clone());
            }
            return Ok(true);
        }
        // Rows that are there already may hold any of the combinations, but none with a parent that the run makes.
        let is_new = |(unit, _): &(Unit, u64)| match unit {
            Unit::Reference(r) => self.draft.references[*r].candidates.are_generated(),
            Unit::Column(_) => false,
        };
        let occupied = there && !lens.iter().any(is_new);
        if occupied || unknown || (key.excuses_rows() && capacity < self.cx.rows) {
            self.unsolved.push(key.clone());
            return Ok(true);
        }
        let may_be_null = |c: &&ColumnIdx| self.facts[**c].nullable;
        let nullable = key.columns.iter().filter(may_be_null).any(|c| key.excuses_null(*c));
        if capacity < self.cx.rows && !nullable {
            // A NULL that excuses no row is one value more.
            if key.columns.iter().any(|c| may_be_null(&c)) {
                self.unsolved.push(key.clone());
                return Ok(true);
            }
            return Err(self.limit(key, &lens));
        }
        if !self.forbid_colliding(key, &key.columns) {
            self.unsolved.push(key.clone());
            return Ok(true);
        }
        self.set_joint(key, &lens, capacity, nullable);
        Ok(true)
    }

    /// Makes each unit a digit of one joint law over a product of `capacity` tuples. Rows past it are NULL in what is
    /// nullable, if any of it is. A reference alone is drawn one-to-one.
    fn set_joint(&mut self, key: &EffectiveKey, lens: &[(Unit, u64)], capacity: u64, nullable: bool) {
        // Sorted by name, so that the key's own column order does not matter.
        let joint = self.draft.joints.len();
        let law_key = self.cx.joint_key(&key.columns, "joint");
        let permutation = Permutation::new(law_key, capacity.min(1 << 62));
        let radices: Vec<u64> = lens.iter().map(|(_, n)| (*n).max(1)).collect();
        let surplus = if nullable && capacity < self.cx.rows { capacity } else { u64::MAX };
        for (digit, (unit, _)) in lens.iter().enumerate() {
            match *unit {
                Unit::Reference(r) => {
                    let draft = &mut self.draft.references[r];
                    if lens.len() == 1 {
                        draft.fix(ReferenceLaw::Permutation(permutation), LawKind::OneToOne);
                    } else {
                        draft.fix(ReferenceLaw::Joint { joint, digit }, LawKind::Joint);
                    }
                    if draft.columns.iter().any(|c| self.facts[*c].nullable) {
                        draft.nulls.surplus_from = draft.nulls.surplus_from.min(surplus);
                    }
                }
                Unit::Column(c) => {
                    let Some(listing) = self.injective_listing(c) else { continue };
                    let mut nulls = self.draft.nulls(&self.cx, self.facts, c);
                    if self.facts[c].nullable {
                        nulls.surplus_from = surplus;
                    }
                    let law = CellLaw::Joint { joint, digit };
                    let decision = Decision::listed(listing, law, LawKind::Joint, nulls);
                    self.draft.decide(&self.cx, self.facts, c, decision);
                }
            }
        }
        // Parents are drawn at random: that each of them comes once would be seen.
        let diagonal = lens.iter().all(|(unit, len)| matches!(unit, Unit::Column(_)) && *len >= LONG);
        self.draft.joints.push(JointLaw { permutation, radices, diagonal });
        let factors = lens.iter().map(|unit| self.draft.factor(&self.cx, unit)).collect();
        let nulls_from = (surplus < u64::MAX).then_some(surplus);
        self.found.key(key, KeyProof::Drawn(ProductDraw { factors, combinations: capacity, nulls_from }));
    }

    /// `(a, c)` beside `(a, b)`, which is drawn together: c takes b's ordinal. Distinct rows of one a have distinct
    /// b, so they have distinct c as long as there are at least as many c as b: as in a Latin square, whose rows are
    /// permutations too. False where it isn't so.
    fn follow_other_key(&mut self, key: &EffectiveKey, units: &[Unit], lens: &[(Unit, u64)]) -> bool {
        let [(Unit::Reference(c), c_len)] = *lens else { return false };
        let fixed: Vec<Unit> = units.iter().copied().filter(|u| *u != Unit::Reference(c)).collect();
        let [Unit::Reference(a)] = fixed.as_slice() else { return false };
        let Some(ReferenceLaw::Joint { joint, digit }) = self.draft.references[*a].law else { return false };
        let other = 1 - digit.min(1);
        let radices = &self.draft.joints[joint].radices;
        if radices.len() != 2 || radices[other] > c_len {
            return false;
        }
        let draft = &mut self.draft.references[c];
        draft.fix(ReferenceLaw::Joint { joint, digit: other }, LawKind::JointAsOtherKey);
        self.found.key(key, KeyProof::AsOtherKey);
        true
    }
}
