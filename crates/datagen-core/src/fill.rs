//! Filling columns: any rows of any table, by the programs of the plan.

use crate::Cardinality;
use crate::convert::{convert, fill_blank};
use crate::filled::Filled;
use crate::known_cells::FIRST_KNOWN;
use crate::program::Programs;
use crate::program::{Candidates, Cell, CellLaw, Nulls, Program, Reference, ReferenceLaw, SharedIndex};
use crate::sieve::RowSieve;
use seedbed_laws::{FanOut, Law, Permutation};
use seedbed_laws::{GOLDEN, LawKey, below, mix};
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_semantics::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;

/// A reference's parent row for each of some rows, and whether the reference is present there (`None`: everywhere). An
/// absent reference keeps its row for those of its columns that can't be NULL.
#[derive(Debug)]
struct ParentRows {
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

/// The parent rows of candidates' ranks.
fn ranked(reference: &Reference, mut ranks: Vec<u64>) -> ParentRows {
    let Some(last) = reference.candidates.len().checked_sub(1) else {
        return ranks.iter().map(|_| None).collect();
    };
    for rank in &mut ranks {
        *rank = (*rank).min(last);
    }
    match &reference.candidates {
        Candidates::All(_) => {}
        candidates => ranks.iter_mut().for_each(|rank| *rank = candidates.row(*rank)),
    }
    ParentRows { rows: ranks, present: None }
}

/// A column whose cells are those of a parent's column.
#[derive(Clone, Copy, Debug)]
struct ReferencingColumn {
    /// Where among the wanted columns it is.
    place: usize,
    column: ColumnIdx,
    parent: ColumnIdx,
    nullable: bool,
}

/// Ordinals: the rows themselves, of one column, or of all that show the same entity.
enum Ordinals<'r> {
    Rows(&'r [u64]),
    Own(Vec<u64>),
    Shared(Rc<Vec<u64>>),
}

impl Ordinals<'_> {
    /// Takes them modulo a list's length.
    fn wrap(self, len: u64) -> Self {
        let len = len.max(1);
        let below = |part: &[u64]| part.iter().fold(true, |all, ordinal| all & (*ordinal < len));
        if self.chunks(256).all(below) {
            return self;
        }
        Self::Own(self.iter().map(|ordinal| ordinal % len).collect())
    }
}

impl Deref for Ordinals<'_> {
    type Target = [u64];

    fn deref(&self) -> &[u64] {
        match self {
            Self::Rows(rows) => rows,
            Self::Own(ordinals) => ordinals,
            Self::Shared(ordinals) => ordinals,
        }
    }
}

/// Fills columns of one table for a list of rows, each row number computed by itself. What several columns share (joint
/// draws, parent rows, parent cells) is made once.
#[derive(Debug)]
pub(crate) struct Filler<'a, 'r> {
    programs: &'a Programs,
    program: &'a Program,
    rows: &'r [u64],
    /// The numbers that sieved columns are asked for; made when first needed.
    proposals: Option<Vec<u64>>,
    attempt: u64,
    parent_rows: BTreeMap<usize, Rc<ParentRows>>,
    shared: SharedDraws,
    /// How many times a reference may be followed from here: cycles among key columns end.
    depth: u32,
    /// Whether cells are NULL where their laws say so; if not, what lies below is shown.
    absence: Absence,
}

/// What several columns or references of a table draw together, for the rows or for their proposals.
#[derive(Debug, Default)]
struct SharedDraws {
    entities: Vec<(Permutation, Numbers, Rc<Vec<u64>>)>,
    joints: BTreeMap<(usize, Numbers), Rc<Vec<u64>>>,
    fan_outs: BTreeMap<usize, Rc<Vec<(u64, u64)>>>,
}

/// What a law is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Numbers {
    /// The numbers of the rows, later by so many.
    Rows { later: u64 },
    /// The proposals that the table's sieve accepted, later by so many.
    Proposals { later: u64 },
}

impl Numbers {
    /// The numbers of the rows as they are.
    const OF_ROWS: Self = Self::Rows { later: 0 };

    fn later_by(self, existing: u64) -> Self {
        match self {
            Self::Rows { later } => Self::Rows { later: later.saturating_add(existing) },
            Self::Proposals { later } => Self::Proposals { later: later.saturating_add(existing) },
        }
    }
}

/// Which NULLs are laid over cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Absence {
    /// All of them.
    AsDrawn,
    /// Only those below which there is nothing.
    Surplus,
}

/// Draws for an earlier row of the same group: one in sixty rows stays a root where there are sixteen groups.
const GROUP_DRAWS: u64 = 64;

/// Key columns that refer to key columns that refer ... longer chains than this are cycles that the plan let through.
const DEEPEST: u32 = 64;

impl<'a, 'r> Filler<'a, 'r> {
    /// A filler for rows of a table.
    pub(crate) fn new(programs: &'a Programs, table: TableId, rows: &'r [u64], attempt: u64) -> Option<Self> {
        Some(Self { attempt, ..Self::of(programs, programs.get(table)?, rows) })
    }

    /// A filler for rows of a program that need not be among the others yet.
    pub(crate) fn of(programs: &'a Programs, program: &'a Program, rows: &'r [u64]) -> Self {
        let proposals = program.sieve.as_ref().map(|sieve| sieve.proposals(rows));
        let (parent_rows, shared) = (BTreeMap::new(), SharedDraws::default());
        let absence = Absence::AsDrawn;
        Self { programs, program, rows, proposals, attempt: 0, parent_rows, shared, depth: DEEPEST, absence }
    }

    /// The same without the NULLs that a law lays over values: what the cells would hold if they were present.
    pub(crate) fn below_nulls(mut self) -> Self {
        self.absence = Absence::Surplus;
        self
    }

    /// A filler for rows as they would be if their sieved columns took these proposals.
    pub(crate) fn proposing(
        programs: &'a Programs,
        program: &'a Program,
        rows: &'r [u64],
        proposals: Vec<u64>,
    ) -> Self {
        Self { proposals: Some(proposals), ..Self::of(programs, program, rows) }
    }

    fn has_rows(&self) -> bool {
        self.program.rows > 0 || self.program.known.is_some()
    }

    /// What a column's law is asked for.
    fn numbers_of_column(&self, column: ColumnIdx) -> Numbers {
        self.numbers_if(|sieve| sieve.columns.contains(&column))
    }

    /// What a reference's law is asked for.
    fn numbers_of_reference(&self, reference: usize) -> Numbers {
        self.numbers_if(|sieve| sieve.references.contains(&reference))
    }

    fn numbers_if(&self, follows: impl FnOnce(&RowSieve) -> bool) -> Numbers {
        match (&self.proposals, &self.program.sieve) {
            (Some(_), Some(sieve)) if follows(sieve) => Numbers::Proposals { later: 0 },
            _ => Numbers::OF_ROWS,
        }
    }

    /// The numbers themselves.
    fn numbers(&self, which: Numbers) -> Cow<'_, [u64]> {
        let (numbers, later) = match which {
            Numbers::Rows { later } => (self.rows, later),
            Numbers::Proposals { later } => (self.proposals.as_deref().unwrap_or(self.rows), later),
        };
        if later == 0 {
            return Cow::Borrowed(numbers);
        }
        Cow::Owned(numbers.iter().map(|n| n.saturating_add(later)).collect())
    }

    /// The cells of some columns, in the order asked for.
    pub(crate) fn columns(&mut self, wanted: &[ColumnIdx]) -> Vec<Filled> {
        // Candidates are either generated rows or known ones, never both.
        if let Some(known) =
            self.program.known.as_ref().filter(|_| self.rows.iter().any(|r| *r >= FIRST_KNOWN))
        {
            let known_cells = |c: &ColumnIdx| known.cells(*c, self.rows).unwrap_or_else(|| self.all_null(*c));
            return wanted.iter().map(known_cells).collect();
        }
        let mut filled: Vec<Option<Filled>> = vec![None; wanted.len()];
        let mut by_reference: BTreeMap<usize, Vec<ReferencingColumn>> = BTreeMap::new();
        for (place, column) in wanted.iter().enumerate() {
            match &self.program.cells[*column] {
                Cell::Referenced { reference, parent_column, nullable } => {
                    let (column, parent, nullable) = (*column, *parent_column, *nullable);
                    let referencing = ReferencingColumn { place, column, parent, nullable };
                    by_reference.entry(*reference).or_default().push(referencing);
                }
                cell => filled[place] = Some(self.own(*column, cell)),
            }
        }
        for (reference, columns) in by_reference {
            self.referenced(reference, &columns, &mut filled);
        }
        let cells = filled.into_iter().zip(wanted);
        cells.map(|(filled, column)| filled.unwrap_or_else(|| self.all_null(*column))).collect()
    }

    fn own(&mut self, column: ColumnIdx, cell: &Cell) -> Filled {
        let Cell::Listed { sampler, law, nulls } = cell else { return self.all_null(column) };
        let which = self.numbers_of_column(column);
        let mut ordinals = self.ordinals(law, which);
        if let Cardinality::Exact(len) = sampler.cardinality() {
            ordinals = ordinals.wrap(len);
        }
        let mut cells = self.program.buffers[column].clone();
        sampler.write(&ordinals, &mut cells);
        let mut filled = Filled { cells, present: self.presence(nulls, which) };
        if let Some(first) = self.program.first_row.get(&column)
            && self.rows.contains(&0)
        {
            let first = Filled { cells: first.clone(), present: None };
            let places = (0..self.rows.len()).filter(|place| self.rows[*place] == 0);
            filled.replace(&places.map(|place| (place, first.clone())).collect());
        }
        filled
    }

    /// The ordinals that a law gives. What is shared is only copied if it must be changed.
    fn ordinals(&mut self, law: &CellLaw, which: Numbers) -> Ordinals<'r> {
        match law {
            CellLaw::Own(Law::Sequence) if which == Numbers::OF_ROWS => Ordinals::Rows(self.rows),
            CellLaw::Own(law) => Ordinals::Own(law.ordinals(&self.numbers(which), self.attempt)),
            CellLaw::Joint { joint, digit } => Ordinals::Own(self.joint_digits(*joint, *digit, which)),
            CellLaw::Entity(permutation) => Ordinals::Shared(self.entities(permutation, which)),
            CellLaw::Position { reference } => match &self.program.references[*reference].law {
                ReferenceLaw::FanOut(law) if which == Numbers::OF_ROWS => {
                    Ordinals::Own(self.fan_out(*reference, law).iter().map(|(_, place)| *place).collect())
                }
                ReferenceLaw::FanOut(law) => Ordinals::Own(
                    law.parents_of(&self.numbers(which)).iter().map(|(_, place)| *place).collect(),
                ),
                _ => Ordinals::Own(self.numbers(which).into_owned()),
            },
            CellLaw::After { existing, law } => self.ordinals(law, which.later_by(*existing)),
        }
    }

    /// Which of the cells are present; `None` for all of them.
    fn presence(&self, nulls: &Nulls, which: Numbers) -> Option<Vec<bool>> {
        let numbers = self.numbers(which);
        let present = match self.absence {
            Absence::AsDrawn if nulls.are_none(&numbers, self.attempt) => return None,
            Absence::AsDrawn => nulls.presence(&numbers, self.attempt),
            Absence::Surplus => numbers.iter().map(|number| *number < nulls.surplus_from).collect(),
        };
        present.contains(&false).then_some(present)
    }

    fn all_null(&self, column: ColumnIdx) -> Filled {
        let mut cells = self.program.buffers[column].clone();
        fill_blank(&mut cells, self.rows.len());
        Filled { cells, present: Some(vec![false; self.rows.len()]) }
    }

    fn joint_digits(&mut self, joint: usize, digit: usize, which: Numbers) -> Vec<u64> {
        let law = &self.program.joints[joint];
        let tuples = match self.shared.joints.get(&(joint, which)) {
            Some(tuples) => Rc::clone(tuples),
            None => {
                let tuples = Rc::new(law.tuples(&self.numbers(which)));
                self.shared.joints.insert((joint, which), Rc::clone(&tuples));
                tuples
            }
        };
        law.digits(&tuples, digit)
    }

    /// The numbers of the entities that rows show.
    fn entities(&mut self, permutation: &Permutation, which: Numbers) -> Rc<Vec<u64>> {
        let is_known = |(p, w, _): &&(Permutation, Numbers, Rc<Vec<u64>>)| p == permutation && *w == which;
        if let Some((_, _, entities)) = self.shared.entities.iter().find(is_known) {
            return Rc::clone(entities);
        }
        let again = self.attempt.wrapping_mul(GOLDEN);
        let mut entities = self.numbers(which).into_owned();
        if again != 0 {
            entities.iter_mut().for_each(|n| *n = n.wrapping_add(again));
        }
        permutation.apply_all(&mut entities);
        let entities = Rc::new(entities);
        self.shared.entities.push((*permutation, which, Rc::clone(&entities)));
        entities
    }

    /// Parents by a fan-out law, and the rows' positions among their children.
    fn fan_out(&mut self, reference: usize, law: &FanOut) -> Rc<Vec<(u64, u64)>> {
        if let Some(parents) = self.shared.fan_outs.get(&reference) {
            return Rc::clone(parents);
        }
        let parents = Rc::new(law.parents_of(self.rows));
        self.shared.fan_outs.insert(reference, Rc::clone(&parents));
        parents
    }

    fn referenced(&mut self, reference: usize, columns: &[ReferencingColumn], into: &mut [Option<Filled>]) {
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
                let len = r.candidates.len();
                ranked(r, self.numbers(which).iter().map(|row| below(mix(key, *row), len)).collect())
            }
            ReferenceLaw::Aligned => ranked(r, self.numbers(which).into_owned()),
            ReferenceLaw::Permutation(p) => {
                let mut ranks = self.numbers(which).into_owned();
                p.apply_all(&mut ranks);
                ranked(r, ranks)
            }
            ReferenceLaw::Joint { joint, digit } => ranked(r, self.joint_digits(*joint, *digit, which)),
            ReferenceLaw::FanOut(law) if which == Numbers::OF_ROWS => {
                ranked(r, self.fan_out(reference, law).iter().map(|(parent, _)| *parent).collect())
            }
            ReferenceLaw::FanOut(law) => {
                ranked(r, law.parents_of(&self.numbers(which)).iter().map(|(parent, _)| *parent).collect())
            }
            ReferenceLaw::Tree { key, referred, shared, rooted_in_itself } => {
                let key = if self.attempt == 0 { *key } else { key.child(self.attempt) };
                self.draw_tree(r, key, referred, shared, *rooted_in_itself)
            }
            ReferenceLaw::Chain { rooted_in_itself } => {
                self.rows.iter().map(|row| row.checked_sub(1).or(rooted_in_itself.then_some(*row))).collect()
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

    /// Whether none of some columns is NULL in a row of this table.
    fn is_present(&self, columns: &[ColumnIdx], row: u64) -> bool {
        let number = |column: &ColumnIdx| match &self.program.sieve {
            Some(sieve) if sieve.columns.contains(column) => sieve.accepted.nth(row),
            _ => row,
        };
        columns.iter().all(|column| match &self.program.cells[*column] {
            Cell::Listed { nulls, .. } => !nulls.is_null(number(column), 0),
            _ => true,
        })
    }

    /// An earlier row for each row; where other keys fix columns of the reference, one that agrees in them, found
    /// within a few draws.
    fn draw_tree(
        &self,
        r: &Reference,
        key: LawKey,
        referred: &[ColumnIdx],
        shared: &[(ColumnIdx, ColumnIdx)],
        rooted: bool,
    ) -> ParentRows {
        let draw = |row: u64, round: u64| (row > 0).then(|| below(mix(key.child(round), row), row));
        // The first row's key is always present.
        let itself = |row: u64| rooted.then(|| if self.is_present(referred, row) { row } else { 0 });
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

/// The values of shared columns as bytes to look up; `None` if one of them is NULL.
pub(crate) fn shared_key<'f>(
    columns: impl IntoIterator<Item = &'f Filled>,
    index: usize,
    into: &mut Vec<u8>,
) -> Option<()> {
    for column in columns {
        if !column.is_present(index) {
            return None;
        }
        let text = match column.value(index) {
            Value::Integer(n) => n.to_string(),
            Value::Text(t) => t,
            other => format!("{other:?}"),
        };
        into.extend_from_slice(&(text.len() as u32).to_le_bytes());
        into.extend_from_slice(text.as_bytes());
    }
    Some(())
}
