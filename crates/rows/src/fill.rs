//! Filling columns: any rows of any table, by the programs of the plan.

mod numbers;
mod parents;

use crate::column_program::{CellLaw, ColumnProgram};
use crate::convert::fill_blank;
use crate::filled::Filled;
use crate::known_cells::FIRST_KNOWN;
use crate::program::{Program, Programs};
use crate::reference_program::ReferenceLaw;
use crate::sieve::RowSieve;
use numbers::{Numbers, Ordinals, SharedDraws};
use parents::{ParentRows, ReferencingColumn};
use seedbed_datagen_core::Cardinality;
use seedbed_laws::{FanOut, GOLDEN, Law, NullLaw, Permutation};
use seedbed_schema_model::{ColumnIdx, TableId};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Fills columns of one table for a list of rows, each row number computed by itself. What several columns share (joint
/// draws, parent rows, parent cells) is made once.
#[derive(Debug)]
pub struct Filler<'a, 'r> {
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

/// Which NULLs are laid over cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Absence {
    /// All of them.
    AsDrawn,
    /// Only those below which there is nothing.
    Surplus,
}

/// Key columns that refer to key columns that refer ... longer chains than this are cycles that the plan let through.
const DEEPEST: u32 = 64;

impl<'a, 'r> Filler<'a, 'r> {
    /// A filler for rows of a table.
    pub fn new(programs: &'a Programs, table: TableId, rows: &'r [u64], attempt: u64) -> Option<Self> {
        Some(Self { attempt, ..Self::of(programs, programs.get(table)?, rows) })
    }

    /// A filler for rows of a program that need not be among the others yet.
    pub fn of(programs: &'a Programs, program: &'a Program, rows: &'r [u64]) -> Self {
        let proposals = program.sieve.as_ref().map(|sieve| sieve.proposals(rows));
        let (parent_rows, shared) = (BTreeMap::new(), SharedDraws::default());
        let absence = Absence::AsDrawn;
        Self { programs, program, rows, proposals, attempt: 0, parent_rows, shared, depth: DEEPEST, absence }
    }

    /// The same without the NULLs that a law lays over values: what the cells would hold if they were present.
    #[must_use]
    pub fn below_nulls(mut self) -> Self {
        self.absence = Absence::Surplus;
        self
    }

    /// A filler for rows as they would be if their sieved columns took these proposals.
    pub fn proposing(
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
    pub fn columns(&mut self, wanted: &[ColumnIdx]) -> Vec<Filled> {
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
                ColumnProgram::Referenced { reference, parent_column, nullable } => {
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

    fn own(&mut self, column: ColumnIdx, cell: &ColumnProgram) -> Filled {
        let ColumnProgram::Listed { sampler, law, nulls } = cell else { return self.all_null(column) };
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
    fn presence(&self, nulls: &NullLaw, which: Numbers) -> Option<Vec<bool>> {
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
}
