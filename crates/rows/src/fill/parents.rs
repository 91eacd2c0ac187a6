//! Filling what references to parents hold: which parent row each row takes, and the parent's cells there.

use super::Filler;
use super::numbers::Numbers;
use crate::column_program::ColumnProgram;
use crate::convert::convert;
use crate::filled::Filled;
use crate::reference_program::{Candidates, ReferenceLaw, ReferenceProgram, Root, SharedIndex};
use crate::shared_key::shared_key;
use seedbed_laws::{Dealt, LawKey, Permutation, below, mix};
use seedbed_schema_model::ColumnIdx;
use std::rc::Rc;

/// Draws for an earlier row of the same group: one in sixty rows stays a root where there are sixteen groups.
const GROUP_DRAWS: u64 = 64;

/// A reference's parent row for each of some rows, and whether the reference is present there (`None`: everywhere). An
/// absent reference keeps its row for those of its columns that can't be NULL.
#[derive(Debug)]
pub(super) struct ParentRows {
    rows: Vec<u64>,
    present: Option<Vec<bool>>,
}

impl ParentRows {
    /// Makes the reference absent where `present` is false.
    fn hide(&mut self, present: Vec<bool>) {
        match &mut self.present {
            None => self.present = Some(present),
            Some(before) => before.iter_mut().zip(present).for_each(|(before, present)| *before &= present),
        }
    }
}

impl FromIterator<Option<u64>> for ParentRows {
    fn from_iter<I: IntoIterator<Item = Option<u64>>>(parents: I) -> Self {
        let (rows, present): (Vec<u64>, Vec<bool>) =
            parents.into_iter().map(|row| (row.unwrap_or(0), row.is_some())).unzip();
        Self { rows, present: present.contains(&false).then_some(present) }
    }
}

/// The row that a row without an earlier one refers to.
fn rooted(root: Root, row: u64) -> Option<u64> {
    match root {
        Root::Absent => None,
        Root::Itself => Some(row),
        Root::Another => Some(u64::from(row == 0)),
        Root::Known(known) => Some(known),
    }
}

/// A candidate's row drawn for each of some numbers.
fn drawn(reference: &ReferenceProgram, key: LawKey, numbers: &[u64]) -> ParentRows {
    let len = reference.candidates.len();
    // In place, as the loop is then the compiler's to unroll.
    let mut ranks = numbers.to_vec();
    ranks.iter_mut().for_each(|number| *number = below(mix(key, *number), len));
    if len == 0 { absent(ranks.len()) } else { rows_at(reference, ranks) }
}

/// The parent rows of candidates' ranks.
fn ranked(reference: &ReferenceProgram, mut ranks: Vec<u64>) -> ParentRows {
    let Some(last) = reference.candidates.len().checked_sub(1) else { return absent(ranks.len()) };
    for rank in &mut ranks {
        *rank = (*rank).min(last);
    }
    rows_at(reference, ranks)
}

/// The parent rows of ranks that are all candidates'.
fn rows_at(reference: &ReferenceProgram, mut ranks: Vec<u64>) -> ParentRows {
    match &reference.candidates {
        Candidates::All(_) => {}
        candidates => ranks.iter_mut().for_each(|rank| *rank = candidates.row(*rank)),
    }
    ParentRows { rows: ranks, present: None }
}

/// No parent rows for so many rows.
fn absent(rows: usize) -> ParentRows {
    (0..rows).map(|_| None).collect()
}

/// A column whose cells are those of a parent's column.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReferencingColumn {
    /// Where among the wanted columns it is.
    pub(super) place: usize,
    pub(super) column: ColumnIdx,
    pub(super) parent: ColumnIdx,
    pub(super) nullable: bool,
}

impl Filler<'_, '_> {
    pub(super) fn referenced(
        &mut self,
        reference: usize,
        columns: &[ReferencingColumn],
        into: &mut [Option<Filled>],
    ) {
        let drawn = self.parent_rows(reference);
        let parent = self.program.references[reference].parent;
        let wanted: Vec<ColumnIdx> = columns.iter().map(|c| c.parent).collect();
        let fetched = match Filler::new(self.programs, parent, &drawn.rows, 0) {
            Some(mut filler) if self.depth > 0 && filler.has_rows() => {
                filler.depth = self.depth - 1;
                filler.columns(&wanted)
            }
            _ => {
                for column in columns {
                    into[column.place] = Some(self.all_null(column.column));
                }
                return;
            }
        };
        for (column, mut filled) in columns.iter().zip(fetched) {
            if let Some(present) = drawn.present.as_ref().filter(|_| column.nullable) {
                let both = present.iter().enumerate().map(|(i, p)| *p && filled.is_present(i)).collect();
                filled.present = Some(both);
            }
            // Widths may differ between a key and its reference; the child's kind is the one that is written.
            filled.cells = convert(filled.cells, &self.program.buffers[column.column]);
            into[column.place] = Some(filled);
        }
    }

    fn parent_rows(&mut self, reference: usize) -> Rc<ParentRows> {
        if let Some(rows) = self.parent_rows.get(&reference) {
            return Rc::clone(rows);
        }
        let rows = Rc::new(self.draw_parents(reference));
        self.parent_rows.insert(reference, Rc::clone(&rows));
        rows
    }

    fn draw_parents(&mut self, reference: usize) -> ParentRows {
        let r = &self.program.references[reference];
        let which = self.numbers_of_reference(reference);
        let mut parents = match &r.law {
            ReferenceLaw::Hashed(key) => {
                let key = if self.attempt == 0 { *key } else { key.child(self.attempt) };
                drawn(r, key, self.numbers(which))
            }
            ReferenceLaw::Aligned => ranked(r, self.numbers(which).to_vec()),
            ReferenceLaw::Permutation(p) => {
                let mut ranks = self.numbers(which).to_vec();
                p.apply_all(&mut ranks);
                ranked(r, ranks)
            }
            ReferenceLaw::Joint { joint, digit } => ranked(r, self.joint_digits(*joint, *digit, which)),
            ReferenceLaw::FanOut(law) if which == Numbers::Rows => {
                ranked(r, self.fan_out(reference, law).iter().map(|(parent, _)| *parent).collect())
            }
            ReferenceLaw::FanOut(law) => {
                ranked(r, law.parents_of(self.numbers(which)).iter().map(|(parent, _)| *parent).collect())
            }
            ReferenceLaw::Dealt(law) => {
                ranked(r, law.parents_of(self.numbers(which)).iter().map(|(parent, _)| *parent).collect())
            }
            ReferenceLaw::InRound { dealt, key } => {
                let of_round = |(parent, round): &(u64, u64)| {
                    Permutation::new(key.child(*parent), r.candidates.len()).apply(*round)
                };
                ranked(r, dealt.parents_of(self.numbers(which)).iter().map(of_round).collect())
            }
            ReferenceLaw::Mate { dealt, key } => self.draw_mates(dealt, *key),
            ReferenceLaw::Tree { key, referred, shared, root } => {
                let key = if self.attempt == 0 { *key } else { key.child(self.attempt) };
                self.draw_tree(r, key, referred, shared, *root)
            }
            ReferenceLaw::Chain { root } => {
                let last = self.program.rows.saturating_sub(1);
                let first = |row: u64| if *root == Root::Another { Some(last) } else { rooted(*root, row) };
                self.rows.iter().map(|row| row.checked_sub(1).or_else(|| first(*row))).collect()
            }
            ReferenceLaw::Indexed(index) => self.draw_indexed(index, which),
        };
        if let Some(present) = self.presence(&r.nulls, which) {
            parents.hide(present);
        }
        parents
    }

    fn draw_indexed(&mut self, index: &SharedIndex, which: Numbers) -> ParentRows {
        let columns = self.columns(&index.columns);
        let key = if self.attempt == 0 { index.key } else { index.key.child(self.attempt) };
        let numbers = self.numbers(which);
        let mut text = Vec::new();
        let mut find = |i: usize| {
            text.clear();
            shared_key(&columns, i, &mut text)?;
            let rows = index.rows.get(&text)?;
            Some(rows[below(mix(key, numbers[i]), rows.len() as u64) as usize])
        };
        (0..self.rows.len()).map(&mut find).collect()
    }

    /// For each row another child of its dealt parent: of an earlier round, or of the second for those of the first.
    fn draw_mates(&self, dealt: &Dealt, key: LawKey) -> ParentRows {
        let dealt_out = dealt.parents_of(self.rows).into_iter().zip(self.rows);
        let mate = |((parent, round), row): ((u64, u64), &u64)| {
            let other = if round == 0 { 1 } else { below(mix(key, *row), round) };
            Some(dealt.row_of(parent, other))
        };
        dealt_out.map(mate).collect()
    }

    /// Whether none of some columns is NULL in a row of this table.
    fn is_present(&self, columns: &[ColumnIdx], row: u64) -> bool {
        let number = |column: &ColumnIdx| match &self.program.sieve {
            Some(sieve) if sieve.columns.contains(column) => sieve.accepted.nth(row),
            _ => row,
        };
        columns.iter().all(|column| match &self.program.cells[*column] {
            ColumnProgram::Listed { nulls, .. } => !nulls.is_null(number(column), 0),
            _ => true,
        })
    }

    /// An earlier row for each row; where other keys fix columns of the reference, one that agrees in them, found
    /// within a few draws.
    fn draw_tree(
        &self,
        r: &ReferenceProgram,
        key: LawKey,
        referred: &[ColumnIdx],
        shared: &[(ColumnIdx, ColumnIdx)],
        root: Root,
    ) -> ParentRows {
        let draw = |row: u64, round: u64| (row > 0).then(|| below(mix(key.child(round), row), row));
        // The first row's key is always present.
        let itself = |row: u64| match root {
            Root::Itself if !self.is_present(referred, row) => Some(0),
            root => rooted(root, row),
        };
        let earlier = |row: u64| {
            let guess = (0..8).filter_map(|round| draw(row, round)).find(|p| self.is_present(referred, *p));
            guess.or((row > 0).then_some(0)).or(itself(row))
        };
        if shared.is_empty() || self.depth == 0 {
            return self.rows.iter().map(|row| earlier(*row)).collect();
        }
        let (own, theirs): (Vec<_>, Vec<_>) = shared.iter().copied().unzip();
        let fill = |rows: &[u64], columns: &[ColumnIdx]| {
            Filler::new(self.programs, r.parent, rows, 0).map(|mut f| {
                f.depth = self.depth - 1;
                f.columns(columns)
            })
        };
        let Some(mine) = fill(self.rows, &own) else { return self.rows.iter().map(|_| None).collect() };
        let mut parents: Vec<Option<u64>> = vec![None; self.rows.len()];
        let mut open: Vec<usize> = (0..self.rows.len()).filter(|i| self.rows[*i] > 0).collect();
        for round in 0..GROUP_DRAWS {
            if open.is_empty() {
                break;
            }
            // Rows of one group are often neighbours (children dealt out parent by parent), so every other draw looks
            // close by.
            let reach = if round % 2 == 0 { u64::MAX } else { 2 << (round / 2 % 5) };
            let guess = |row: u64| row - 1 - below(mix(key.child(round), row), row.min(reach));
            let guesses: Vec<u64> = open.iter().map(|i| guess(self.rows[*i])).collect();
            let Some(found) = fill(&guesses, &theirs) else { break };
            for (at, i) in open.iter().enumerate() {
                let same = |c: usize| mine[c].is_present(*i) && mine[c].value(*i) == found[c].value(at);
                if (0..shared.len()).all(same) && self.is_present(referred, guesses[at]) {
                    parents[*i] = Some(guesses[at]);
                }
            }
            open.retain(|i| parents[*i].is_none());
        }
        parents.iter().zip(self.rows).map(|(p, row)| p.or(itself(*row))).collect()
    }
}
