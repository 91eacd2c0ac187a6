//! Making candidate keys hold by construction.
//!
//! Keys are taken by size, smallest first. A key holds already when an earlier one lies within it. Otherwise, in this
//! order: one wide free column is made distinct by itself; a position numbers the children of one parent; references and
//! short lists are drawn together from their product; for a key that overlaps one drawn so, the remaining coordinate
//! takes the other's ordinal.

mod distinct;
mod positions;
mod product;
mod reading;

use super::draft::{ProgramDraft, Unit};
use super::facts::TableProperties;
use super::findings::Findings;
use super::listing::{Documents, Listing};
use super::lists::Lists;
use super::row_limit::RowLimit;
use super::table_context::TableContext;
use reading::keeps_apart;
use seedbed_constraints::EffectiveKey;
use seedbed_rows::explain::{KeyProof, Unguaranteed};
use seedbed_rows::{ColumnProgram, ReferenceLaw};
use seedbed_schema_model::ColumnIdx;

/// Whether a key may be held by numbering the children of each parent, which fixes both for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChildNumbering {
    Allowed,
    Avoided,
}

/// Fixes the laws of all columns that take part in keys. Returns the keys that no law holds.
///
/// # Errors
/// [`RowLimit`] when a key holds fewer rows.
pub(super) fn fix<'a>(
    cx: TableContext<'a>,
    facts: &mut TableProperties<'a>,
    documents: &Documents,
    draft: &mut ProgramDraft,
    found: &mut Findings,
    numbering: ChildNumbering,
) -> Result<Vec<EffectiveKey>, RowLimit> {
    let mut pass = KeyFixing { cx, facts, documents, draft, found, numbering, unsolved: Vec::new() };
    pass.fix_all()?;
    Ok(pass.unsolved)
}

/// The pass at work.
struct KeyFixing<'s, 'a> {
    cx: TableContext<'a>,
    facts: &'s mut TableProperties<'a>,
    documents: &'s Documents,
    draft: &'s mut ProgramDraft,
    found: &'s mut Findings,
    numbering: ChildNumbering,
    unsolved: Vec<EffectiveKey>,
}

impl<'a> KeyFixing<'_, 'a> {
    fn lists(&mut self) -> Lists<'_, 'a> {
        Lists { cx: self.cx, facts: self.facts, documents: self.documents, found: self.found }
    }

    /// The list of a column that has to differ in every row, if it can.
    fn distinct_listing(&mut self, column: ColumnIdx) -> Option<Listing> {
        let rows = self.cx.rows;
        self.lists().listing(column, Some(rows))
    }

    fn fix_all(&mut self) -> Result<(), RowLimit> {
        let keys = self.cx.constraints.keys.clone();
        for exclusion in &self.cx.constraints.unread_exclusions {
            self.found.limit(Unguaranteed::Exclusion(exclusion.name.clone()), exclusion.span);
        }
        let mut held: Vec<Vec<ColumnIdx>> = Vec::new();
        for key in &keys {
            if let Some(inner) = held.iter().find(|h| h.iter().all(|c| key.columns.contains(c))).cloned() {
                if Self::nulls_collide(key) {
                    inner.iter().for_each(|c| self.forbid_nulls(*c));
                }
                self.found.key(key, KeyProof::Within(inner));
                continue;
            }
            if self.fix_key(key)? {
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

    /// Takes the NULLs out of a column.
    fn forbid_nulls(&mut self, column: ColumnIdx) {
        self.facts[column].nullable = false;
        self.draft.forbid_nulls(column);
    }

    /// Fixes one key; whether it holds for all rows.
    fn fix_key(&mut self, key: &EffectiveKey) -> Result<bool, RowLimit> {
        // A column that is always NULL, or that the server fills, tells rows apart or excuses them; a law can't help.
        let null = |c: &ColumnIdx| matches!(self.draft.cells[*c], Some(ColumnProgram::Null));
        if key.nulls_distinct && key.columns.iter().any(null) {
            self.found.key(key, KeyProof::AlwaysNull);
            return Ok(false);
        }
        if !keeps_apart(key) {
            key.columns.iter().for_each(|c| {
                if key.primary || !key.nulls_distinct {
                    self.forbid_nulls(*c);
                }
            });
            self.unsolved.push(key.clone());
            return Ok(true);
        }
        let units = self.units(key);
        let distinct = units.iter().find_map(|u| match u {
            Unit::Column(c) if self.draft.is_distinct(*c) => Some(*c),
            _ => None,
        });
        if let Some(column) = distinct {
            let collide = if key.primary { key.columns.clone() } else { vec![column] };
            if Self::nulls_collide(key) {
                collide.into_iter().for_each(|c| self.forbid_nulls(c));
            }
            self.found.key(key, KeyProof::Distinct(column));
            return Ok(true);
        }
        let free: Vec<Unit> = units.iter().copied().filter(|u| self.is_free(*u, key)).collect();
        if let [Unit::Reference(r)] = units.as_slice()
            && self.draft.references[*r].is_self
            && matches!(self.draft.references[*r].law, Some(ReferenceLaw::Chain { .. }))
        {
            self.found.key(key, KeyProof::Chain);
            return Ok(true);
        }
        let aligned = |unit: &Unit| match unit {
            Unit::Reference(r) => matches!(self.draft.references[*r].law, Some(ReferenceLaw::Aligned)),
            Unit::Column(_) => false,
        };
        if let [unit] = units.as_slice()
            && aligned(unit)
        {
            self.found.key(key, KeyProof::Aligned);
            return Ok(true);
        }
        if self.number_positions(key, &units, &free) {
            return Ok(true);
        }
        let widest = self.widest_column(&free);
        if Self::nulls_collide(key) {
            // A column that is distinct by itself needs no other to be present.
            let needed = widest.filter(|_| !key.primary).map_or_else(|| key.columns.clone(), |c| vec![c]);
            needed.into_iter().for_each(|c| self.forbid_nulls(c));
        }
        if let Some(column) = widest {
            return self.make_distinct(key, column);
        }
        self.draw_together(key, &units, &free)
    }

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
            Unit::Reference(r) => {
                let draft = &self.draft.references[r];
                draft.law.is_none() && {
                    let parent = &self.cx.schema()[draft.parent];
                    let within: Vec<ColumnIdx> = (0..draft.columns.len())
                        .filter(|i| key.columns.contains(&draft.columns[*i]))
                        .map(|i| draft.parent_columns[i])
                        .collect();
                    parent.is_candidate_key(&within)
                        || (1_u32..1 << within.len().min(10)).any(|subset| {
                            let chosen: Vec<ColumnIdx> = within
                                .iter()
                                .enumerate()
                                .filter(|(i, _)| subset >> i & 1 == 1)
                                .map(|(_, c)| *c)
                                .collect();
                            parent.is_candidate_key(&chosen)
                        })
                }
            }
        }
    }
}
