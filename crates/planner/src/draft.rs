//! The draft of a table's program, which passes refine one after the other.
//!
//! A column is decided at most once, but for the digits of joint laws, which a sieve may take over; and it belongs to
//! at most one reference, its owner. So a pass may rely on what it finds decided. The order of the passes is what makes
//! keys come before everything that could be drawn again.

use super::facts::TableProperties;
use super::listing::Listing;
use super::table_context::TableContext;
use seedbed_datagen_core::{ColumnBuffer, Counted, EntityRole, Factor};
use seedbed_laws::{Gaps, Law, LawKey, Permutation};
use seedbed_rows::explain::{ColumnNote, ColumnReason, Filling};
use seedbed_rows::{
    Candidates, CellLaw, ColumnProgram, GeneratedCell, JointLaw, LawKind, NullLaw, ReferenceLaw,
    ReferenceProgram, Root,
};
use seedbed_schema_model::{ColumnIdx, ReferenceOrigin, TableId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is decided of a table so far.
#[derive(Debug)]
pub(super) struct ProgramDraft {
    /// Decided columns; `None` is open.
    pub(super) cells: Vec<Option<ColumnProgram>>,
    /// For each decided column, what `explain` tells of it.
    pub(super) notes: Vec<Option<ColumnNote>>,
    /// Drafted references; others name them by their place here.
    pub(super) references: Vec<DraftReference>,
    /// Joint laws, of which columns and references are digits.
    pub(super) joints: Vec<JointLaw>,
    /// Those of them that a sieve may not take over, as several columns follow one digit.
    pub(super) closed: BTreeSet<usize>,
    /// Columns that follow the partition of their row: another attempt would have to move all of them.
    pub(super) placed: BTreeSet<ColumnIdx>,
    /// Cells of the first rows that are given, whatever the laws say.
    pub(super) first_rows: BTreeMap<ColumnIdx, ColumnBuffer>,
    /// Who gives them, for people.
    pub(super) led_by: BTreeMap<ColumnIdx, String>,
    /// What the root refers to of a table whose CHECKs pin it by its key, by the referencing column.
    pub(super) pinned_roots: BTreeMap<ColumnIdx, Root>,
    /// Columns of no reference to another table by which rows of this one form groups that refer to one another.
    pub(super) grouping: BTreeSet<ColumnIdx>,
}

/// A reference whose law may still be open.
#[derive(Debug)]
pub(super) struct DraftReference {
    /// The table referred to.
    pub(super) parent: TableId,
    /// The parent rows that it may draw.
    pub(super) candidates: Candidates,
    /// Whether there are rows that it leaves aside: those of parents that it might draw if a further reference that shares
    /// columns with it were NULL, or those of the table that need not refer.
    pub(super) narrowed: bool,
    /// Which rows refer to none.
    pub(super) nulls: NullLaw,
    /// `None` until a key or a shared column decides it.
    pub(super) law: Option<ReferenceLaw>,
    /// The columns that it fills: those of the foreign key that no other reference owns.
    pub(super) columns: Vec<ColumnIdx>,
    /// The parent's columns that they show, one for each.
    pub(super) parent_columns: Vec<ColumnIdx>,
    /// Whether the parent is the table itself.
    pub(super) is_self: bool,
    /// The law as `explain` calls it.
    pub(super) kind: LawKind,
    /// Who says that there is this reference.
    pub(super) origin: ReferenceOrigin,
}

impl DraftReference {
    /// Fixes the law.
    pub(super) fn fix(&mut self, law: ReferenceLaw, kind: LawKind) {
        self.law = Some(law);
        self.kind = kind;
    }

    /// The reference as the program has it.
    pub(super) fn finish(self) -> ReferenceProgram {
        let law = self.law.unwrap_or(ReferenceLaw::Hashed(LawKey(0)));
        ReferenceProgram { parent: self.parent, law, nulls: self.nulls, candidates: self.candidates }
    }
}

/// What varies independently in a key: a column of its own, or a reference as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A column that is in no reference.
    Column(ColumnIdx),
    /// A drafted reference, by its place in the draft.
    Reference(usize),
}

/// How a column is filled, with what `explain` tells of it.
#[derive(Debug)]
pub(super) struct Decision {
    /// What makes its cells.
    pub(super) cell: ColumnProgram,
    /// What that is, for people.
    pub(super) filling: Filling,
    /// The law, for people.
    pub(super) law: LawKind,
    /// Why it is filled so.
    pub(super) reason: ColumnReason,
}

impl Decision {
    /// Always NULL.
    pub(super) fn null(reason: ColumnReason) -> Self {
        Self { cell: ColumnProgram::Null, filling: Filling::Null, law: LawKind::None, reason }
    }

    /// Left to the server.
    pub(super) fn server(reason: ColumnReason) -> Self {
        Self { cell: ColumnProgram::Server, filling: Filling::Server, law: LawKind::None, reason }
    }

    /// Left to the server, and computed here for those that refer to it.
    pub(super) fn generated(cell: GeneratedCell) -> Self {
        let cell = ColumnProgram::Generated(Arc::new(cell));
        Self { cell, ..Self::server(ColumnReason::Generated) }
    }

    /// From a list.
    pub(super) fn listed(listing: Listing, law: CellLaw, kind: LawKind, nulls: NullLaw) -> Self {
        Self {
            cell: ColumnProgram::Listed { sampler: listing.sampler, law, nulls },
            filling: Filling::List(listing.kind),
            law: kind,
            reason: ColumnReason::List(listing.reason),
        }
    }

    /// From a list, by a law of the column's own.
    pub(super) fn own(listing: Listing, law: Law, nulls: NullLaw) -> Self {
        let kind = law_kind(&law);
        Self::listed(listing, CellLaw::Own(law), kind, nulls)
    }
}

impl ProgramDraft {
    /// Nothing decided, of a table of so many columns.
    pub(super) fn new(columns: usize) -> Self {
        Self {
            cells: (0..columns).map(|_| None).collect(),
            notes: vec![None; columns],
            references: Vec::new(),
            joints: Vec::new(),
            closed: BTreeSet::new(),
            placed: BTreeSet::new(),
            first_rows: BTreeMap::new(),
            led_by: BTreeMap::new(),
            pinned_roots: BTreeMap::new(),
            grouping: BTreeSet::new(),
        }
    }

    /// Whether some pass has decided the column.
    pub(super) fn is_decided(&self, column: ColumnIdx) -> bool {
        self.cells[column].is_some()
    }

    /// Whether the column is decided to hold nothing but NULL.
    pub(super) fn is_always_null(&self, column: ColumnIdx) -> bool {
        matches!(self.cells[column], Some(ColumnProgram::Null))
    }

    /// The drafted reference that a column belongs to.
    pub(super) fn owner(&self, column: ColumnIdx) -> Option<usize> {
        self.references.iter().position(|d| d.columns.contains(&column))
    }

    /// Whether a reference draws but some of its parent's rows.
    pub(super) fn leaves_out(&self, cx: &TableContext<'_>, reference: usize) -> bool {
        let drafted = &self.references[reference];
        drafted.narrowed || !drafted.is_self && cx.leaves_out(drafted.parent)
    }

    /// Decides a column.
    pub(super) fn decide(
        &mut self,
        cx: &TableContext<'_>,
        facts: &TableProperties<'_>,
        column: ColumnIdx,
        decision: Decision,
    ) {
        let Decision { cell, filling, law, reason } = decision;
        let null_rate = match &cell {
            ColumnProgram::Null => 1.0,
            ColumnProgram::Listed { nulls, .. } if nulls.law.is_some() => self.null_rate(cx, facts, column),
            _ => 0.0,
        };
        let led_by = self.led_by.get(&column).cloned();
        self.notes[column] =
            Some(ColumnNote { column, filling, law, null_rate, reason, led_by, seeks_session_user: false });
        self.cells[column] = Some(cell);
    }

    /// Share of NULLs that a column shall have, between 0 and 1: as the spec says of the column, or of the run; else by
    /// the column's name. 0 of a column that can't be NULL.
    pub(super) fn null_rate(
        &self,
        cx: &TableContext<'_>,
        facts: &TableProperties<'_>,
        column: ColumnIdx,
    ) -> f64 {
        if !facts[column].nullable {
            return 0.0;
        }
        let asked = cx.spec_of(column).and_then(|s| s.null_rate).or(cx.planning.request.spec.null_rate);
        let usual = || {
            if self.identifies(cx, column) { 0.0 } else { usual_null_rate(&cx.column(column).name) }
        };
        asked.unwrap_or_else(usual)
    }

    /// The NULL law of a column that is in no reference.
    pub(super) fn nulls(
        &self,
        cx: &TableContext<'_>,
        facts: &TableProperties<'_>,
        column: ColumnIdx,
    ) -> NullLaw {
        if facts[column].nullable {
            NullLaw::at_rate(cx.key(column, "null"), self.null_rate(cx, facts, column))
        } else {
            NullLaw::NEVER
        }
    }

    /// Whether the column alone is a key: then it is known of every row, unless asked otherwise.
    fn identifies(&self, cx: &TableContext<'_>, column: ColumnIdx) -> bool {
        self.owner(column).is_none()
            && cx.constraints.keys.iter().any(|k| k.columns == [column] && k.predicate.is_none())
    }

    /// Takes the NULLs out of a column.
    pub(super) fn forbid_nulls(&mut self, column: ColumnIdx) {
        if let Some(ColumnProgram::Listed { nulls, .. }) = &mut self.cells[column] {
            *nulls = NullLaw::NEVER;
        }
        if let Some(owner) = self.owner(column)
            && !self.references[owner].is_self
        {
            self.references[owner].nulls = NullLaw::NEVER;
        }
    }

    /// Whether a decided column has no more values before so many rows end, and is NULL from there on.
    pub(super) fn is_null_beyond(&self, column: ColumnIdx, rows: u64) -> bool {
        let nulls = match &self.cells[column] {
            Some(ColumnProgram::Listed { nulls, .. }) => nulls,
            _ => match self.owner(column) {
                Some(owner) => &self.references[owner].nulls,
                None => return false,
            },
        };
        nulls.surplus_from < rows
    }

    /// Whether a decided column differs in every row: an injective list under a bijective law. False of open columns,
    /// and of digits of joint laws, which differ only together.
    pub(super) fn is_distinct(&self, column: ColumnIdx) -> bool {
        match &self.cells[column] {
            Some(ColumnProgram::Listed { sampler, law, .. }) => {
                sampler.is_injective()
                    && matches!(
                        law.first(),
                        CellLaw::Own(Law::Sequence | Law::Permutation(_) | Law::Huge(_)) | CellLaw::Entity(_)
                    )
            }
            _ => false,
        }
    }

    /// Whether keys say what a column holds: of each key that it is in, one column that differs in every row makes it
    /// hold, whatever the others hold.
    pub(super) fn is_bound_by_keys(&self, cx: &TableContext<'_>, column: ColumnIdx) -> bool {
        let mut keys = cx.constraints.keys.iter().filter(|key| key.columns.contains(&column));
        keys.any(|key| {
            let holding = key.telling_columns().into_iter().find(|c| self.is_distinct(*c));
            holding.is_none_or(|holding| holding == column)
        })
    }

    /// The joint law that a reference is a digit of.
    pub(super) fn joint_of_reference(&self, reference: usize) -> Option<usize> {
        match self.references[reference].law {
            Some(ReferenceLaw::Joint { joint, .. }) => Some(joint),
            _ => None,
        }
    }

    /// The joint law that a column's own list is a digit of.
    pub(super) fn joint_of_column(&self, column: ColumnIdx) -> Option<usize> {
        match &self.cells[column] {
            Some(ColumnProgram::Listed { law: CellLaw::Joint { joint, .. }, .. }) => Some(*joint),
            _ => None,
        }
    }

    /// The law of a column that shows an entity: without the entities that other columns of the table pass over, as all of
    /// them show the same one.
    pub(super) fn entity_law(&self, cx: &TableContext<'_>, role: EntityRole) -> CellLaw {
        let law = Permutation::new(cx.entity_key(role), cx.planning.entity_len(cx.rows));
        match self.passed_entities(&law) {
            Some(left) => CellLaw::Beside { left, law: Box::new(CellLaw::Entity(law)) },
            None => CellLaw::Entity(law),
        }
    }

    /// The entities that columns pass over by now which show those of a permutation.
    pub(super) fn passed_entities(&self, shown: &Permutation) -> Option<Arc<Gaps>> {
        self.cells.iter().flatten().find_map(|cell| match cell {
            ColumnProgram::Listed { law: CellLaw::Beside { left, law }, .. } => {
                matches!(**law, CellLaw::Entity(entities) if entities == *shown).then(|| Arc::clone(left))
            }
            _ => None,
        })
    }

    /// Has all columns that show entities of a permutation pass over the same ones.
    pub(super) fn pass_entities(&mut self, shown: &Permutation, passed: &Arc<Gaps>) {
        for cell in self.cells.iter_mut().flatten() {
            let ColumnProgram::Listed { law, .. } = cell else { continue };
            if matches!(law.first(), CellLaw::Entity(entities) if entities == shown) {
                let (left, entity) = (Arc::clone(passed), Box::new(CellLaw::Entity(*shown)));
                *law = CellLaw::Beside { left, law: entity };
            }
        }
    }

    /// A unit of a product as a factor that a shortfall tells: so many rows of a parent, or values of a column.
    pub(super) fn factor(&self, cx: &TableContext<'_>, (unit, count): &(Unit, u64)) -> Factor {
        let of = match unit {
            Unit::Reference(r) => Counted::Rows(cx.name_of(self.references[*r].parent)),
            Unit::Column(c) => Counted::Values(cx.column(*c).name.clone()),
        };
        Factor { count: *count, of }
    }
}

/// The kind of a column's own law.
pub(super) fn law_kind(law: &Law) -> LawKind {
    match law {
        Law::Sequence => LawKind::Sequence,
        Law::Permutation(_) | Law::Huge(_) => LawKind::Permutation,
        Law::Hashed { .. } => LawKind::Hashed,
        Law::Stratified(_) => LawKind::Stratified,
    }
}

/// NULLs are the exception, except in columns that tell of an end that most rows have not met.
fn usual_null_rate(name: &str) -> f64 {
    const ENDS: [&str; 9] = [
        "deleted",
        "archived",
        "removed",
        "cancelled",
        "canceled",
        "revoked",
        "banned",
        "suspended",
        "locked",
    ];
    let name = name.to_ascii_lowercase();
    if ENDS.iter().any(|end| name.contains(end)) { 0.85 } else { 0.1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_most_rows_have_not_met_is_mostly_null() {
        assert_eq!(usual_null_rate("Deleted_At"), 0.85);
        assert_eq!(usual_null_rate("updated_at"), 0.1);
    }

    #[test]
    fn a_new_draft_has_decided_nothing() {
        let draft = ProgramDraft::new(2);
        assert!(!draft.is_decided(ColumnIdx(1)) && !draft.is_distinct(ColumnIdx(0)));
        assert_eq!(draft.owner(ColumnIdx(0)), None);
    }
}
