//! Making candidate keys hold by construction.
//!
//! Input: the table's effective keys and its drafted references. Output: laws for all columns and references that keys
//! read, a proof of each key that they hold, and the keys that none holds, for the sieve.
//!
//! Keys are taken by size, smallest first. A key holds already when an earlier one lies within it (a superset of a
//! candidate key is a superkey). Otherwise, in this order:
//!
//! - ranges that may not overlap lie in slots, which come before all other keys;
//! - a position numbers the children of one parent: `(order_id, line_no)`;
//! - one wide free column is made distinct by itself, by a permutation of its list;
//! - references and short lists are drawn together from their product, by a permutation of it;
//! - for a key that overlaps one drawn so, the remaining coordinate takes the other's ordinal.
//!
//! All of this is arithmetic on row numbers, so the cost does not depend on the rows. Laws of key columns are never
//! drawn again for a CHECK: children compute their parents' keys from them, without the parents' whole programs.

mod beside;
mod bound;
mod distinct;
mod positions;
mod product;
mod stays;
mod unmet;

use super::draft::{ProgramDraft, Unit};
use super::facts::{LeftoverCheck, TableProperties};
use super::findings::Findings;
use super::listing::{Documents, Listing};
use super::lists::Lists;
use super::row_limit::RowLimit;
use super::table_context::TableContext;
use seedbed_constraints::EffectiveKey;
use seedbed_rows::ReferenceLaw;
use seedbed_rows::explain::{KeyProof, Unguaranteed};
use seedbed_schema_model::ColumnIdx;

/// Whether a key may be held by numbering the children of each parent, which fixes both for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChildNumbering {
    /// Where a key has that form.
    Allowed,
    /// Such a key is drawn from the product of its parents and numbers instead.
    Avoided,
}

/// Pass: fixes the laws of all columns that take part in keys. Returns the keys that no law holds, those of columns among
/// them whose lists don't meet what is `left` of CHECKs.
///
/// Takes the NULLs out of columns whose NULLs a key would count as equal. Limitation: an exclusion by operators that
/// can't be read.
///
/// # Errors
/// [`RowLimit`] when a key holds fewer rows: the product of what its columns and references can be, as the shortfall's
/// factors.
pub(super) fn fix<'a>(
    cx: TableContext<'a>,
    facts: &mut TableProperties<'a>,
    documents: &Documents,
    draft: &mut ProgramDraft,
    left: &[LeftoverCheck],
    found: &mut Findings,
    numbering: ChildNumbering,
) -> Result<Vec<EffectiveKey>, RowLimit> {
    let mut pass = KeyFixing { cx, facts, documents, draft, left, found, numbering, unsolved: Vec::new() };
    pass.fix_all()?;
    Ok(pass.unsolved)
}

/// The pass at work.
struct KeyFixing<'s, 'a> {
    cx: TableContext<'a>,
    facts: &'s mut TableProperties<'a>,
    documents: &'s Documents,
    draft: &'s mut ProgramDraft,
    left: &'s [LeftoverCheck],
    found: &'s mut Findings,
    numbering: ChildNumbering,
    unsolved: Vec<EffectiveKey>,
}

impl<'a> KeyFixing<'_, 'a> {
    /// Chooses lists by what keys have left of the columns so far.
    fn lists(&mut self) -> Lists<'_, 'a> {
        Lists { cx: self.cx, facts: self.facts, documents: self.documents, found: self.found }
    }

    /// The list of a column that has to differ in every row, if it can.
    fn distinct_listing(&mut self, column: ColumnIdx) -> Option<Listing> {
        let rows = self.cx.rows;
        self.lists().listing(column, Some(rows))
    }

    /// Takes the keys one after the other; one within which a held one lies, holds by that.
    fn fix_all(&mut self) -> Result<(), RowLimit> {
        let keys = self.cx.constraints.keys.clone();
        for exclusion in &self.cx.constraints.unread_exclusions {
            self.found.limit(Unguaranteed::Exclusion(exclusion.name.clone()), exclusion.span);
        }
        let mut held: Vec<Vec<ColumnIdx>> = Vec::new();
        let in_slots = self.hold_stays(&keys, &mut held)?;
        for (key, _) in keys.iter().zip(in_slots).filter(|(_, held)| !held) {
            let apart = key.telling_columns();
            if let Some(inner) = held.iter().find(|h| h.iter().all(|c| apart.contains(c))).cloned() {
                if self.forbid_colliding(key, &inner) {
                    self.found.key(key, KeyProof::Within(inner));
                } else {
                    self.leave_to_sieve(key);
                }
                continue;
            }
            // A partial key says nothing of rows that it excuses.
            if self.fix_key(key)? && !key.excuses_rows() {
                held.push(key.columns.clone());
            }
        }
        Ok(())
    }

    /// Whether NULLs in the key would collide or be refused: primary keys hold none (SQLite would let them), NULLS NOT
    /// DISTINCT compares them, and expressions such as `coalesce(a, 0)` hide them.
    fn nulls_collide(key: &EffectiveKey) -> bool {
        key.primary || !key.nulls_distinct || key.expressions
    }

    /// Takes the NULLs out of those of some columns of a key in which they would collide. False where another key needs
    /// them, as it has fewer values than rows.
    #[must_use]
    fn forbid_colliding(&mut self, key: &EffectiveKey, columns: &[ColumnIdx]) -> bool {
        if !Self::nulls_collide(key) {
            return true;
        }
        let colliding: Vec<ColumnIdx> = columns.iter().copied().filter(|c| !key.excuses_null(*c)).collect();
        // What the sieve is left may have no other values.
        let may_need = |k: &EffectiveKey, c: ColumnIdx| k.columns.contains(&c) && k.excuses_null(c);
        let is_needed = |c: &ColumnIdx| {
            self.draft.is_null_beyond(*c, self.cx.rows) || self.unsolved.iter().any(|k| may_need(k, *c))
        };
        if colliding.iter().any(is_needed) {
            return false;
        }
        colliding.into_iter().for_each(|c| self.forbid_nulls(c));
        true
    }

    /// Takes the NULLs out of a column.
    fn forbid_nulls(&mut self, column: ColumnIdx) {
        self.facts[column].nullable = false;
        self.draft.forbid_nulls(column);
    }

    /// Fixes one key; whether it then holds for all rows, so that larger keys around it hold too. A key that goes to
    /// the sieve counts as held: the sieve holds it for all rows or limits them.
    fn fix_key(&mut self, key: &EffectiveKey) -> Result<bool, RowLimit> {
        // A column that is always NULL, or that the server fills, tells rows apart or excuses them; a law can't help.
        if key.nulls_distinct && key.columns.iter().any(|c| self.draft.is_always_null(*c)) {
            self.found.key(key, KeyProof::AlwaysNull);
            return Ok(false);
        }
        if !key.keeps_apart() {
            self.leave_to_sieve(key);
            return Ok(true);
        }
        let units = self.units(key);
        if let Some(column) = self.distinct_column(&units) {
            if !self.rest_on_distinct(key, column) {
                self.leave_to_sieve(key);
            }
            return Ok(true);
        }
        if let Some(proof) = self.held_by_reference(&units, key) {
            self.found.key(key, proof);
            return Ok(true);
        }
        let free: Vec<Unit> = units.iter().copied().filter(|u| self.is_free(*u, key)).collect();
        if self.number_positions(key, &units, &free) || self.go_round(key, &units, &free) {
            return Ok(true);
        }
        let widest = self.widest_column(&free);
        if key.primary && !self.forbid_colliding(key, &key.columns) {
            self.leave_to_sieve(key);
            return Ok(true);
        }
        match widest {
            Some((column, listing)) => self.make_distinct(key, column, listing),
            None => self.draw_together(key, &units, &free),
        }
    }

    /// A key over expressions that may map different values to one: no law of its columns holds it.
    fn leave_to_sieve(&mut self, key: &EffectiveKey) {
        if key.primary || !key.nulls_distinct {
            key.columns.iter().for_each(|c| self.forbid_nulls(*c));
        }
        self.unsolved.push(key.clone());
    }

    /// A column among the units that another key has made distinct already.
    fn distinct_column(&self, units: &[Unit]) -> Option<ColumnIdx> {
        units.iter().find_map(|unit| match unit {
            Unit::Column(c) if self.draft.is_distinct(*c) => Some(*c),
            _ => None,
        })
    }

    /// A key that holds by one of its columns: that one has to be present, or all of them in a primary key.
    /// False where others need the NULLs.
    fn rest_on_distinct(&mut self, key: &EffectiveKey, column: ColumnIdx) -> bool {
        let present = if key.primary { key.columns.clone() } else { vec![column] };
        let is_present = self.forbid_colliding(key, &present);
        if is_present {
            self.found.key(key, KeyProof::Distinct(column));
        }
        is_present
    }

    /// How a key over the columns of one reference holds by a law that the reference has already; `None` if it has none
    /// yet, or one that repeats parents.
    fn held_by_reference(&self, units: &[Unit], key: &EffectiveKey) -> Option<KeyProof> {
        let [Unit::Reference(r)] = units else { return None };
        let reference = &self.draft.references[*r];
        match &reference.law {
            Some(ReferenceLaw::Chain { .. }) if reference.is_self => Some(KeyProof::Chain),
            Some(ReferenceLaw::Aligned) => Some(KeyProof::Aligned),
            // Rows that differ in the columns by which they are looked up show different rows of the parent.
            Some(ReferenceLaw::Indexed(index))
                if self.cx.table().is_candidate_key(&index.columns) && self.tells_parents_apart(*r, key) =>
            {
                Some(KeyProof::Aligned)
            }
            _ => None,
        }
    }

    /// What varies independently in the key: references as a whole, and columns that are in none.
    fn units(&self, key: &EffectiveKey) -> Vec<Unit> {
        let mut units = Vec::new();
        for column in &key.columns {
            let unit = self.draft.owner(*column).map_or(Unit::Column(*column), Unit::Reference);
            if !units.contains(&unit) {
                units.push(unit);
            }
        }
        units
    }

    /// Whether a unit's law is still open, and different ordinals of it are different values within the key.
    fn is_free(&self, unit: Unit, key: &EffectiveKey) -> bool {
        match unit {
            Unit::Column(c) => !self.draft.is_decided(c),
            Unit::Reference(r) => self.draft.references[r].law.is_none() && self.tells_parents_apart(r, key),
        }
    }

    /// Whether the columns that a key has of a reference hold a candidate key of the parent, so that different parent
    /// rows are different values of the key. Of many columns the first ten are tried in all subsets.
    fn tells_parents_apart(&self, reference: usize, key: &EffectiveKey) -> bool {
        let draft = &self.draft.references[reference];
        let parent = &self.cx.schema()[draft.parent];
        let own_and_theirs = draft.columns.iter().zip(&draft.parent_columns);
        let within: Vec<ColumnIdx> =
            own_and_theirs.filter(|(own, _)| key.columns.contains(own)).map(|(_, theirs)| *theirs).collect();
        let is_key = |subset: u32| {
            let chosen = within.iter().enumerate().filter(|(i, _)| subset >> i & 1 == 1);
            parent.is_candidate_key(&chosen.map(|(_, c)| *c).collect::<Vec<ColumnIdx>>())
        };
        parent.is_candidate_key(&within) || (1_u32..1 << within.len().min(10)).any(is_key)
    }
}
