//! Filling columns: any rows of any table, by the programs of the plan.

mod numbers;
mod parents;

use crate::column_program::{CellLaw, ColumnProgram, GeneratedCell};
use crate::computed::compute_cells;
use crate::context::table_context;
use crate::convert::fill_blank;
use crate::filled::Filled;
use crate::known_cells::FIRST_KNOWN;
use crate::program::{Program, Programs};
use crate::reference_program::ReferenceLaw;
use crate::sieve::RowSieve;
use numbers::{Numbers, Ordinals, SharedDraws};
use parents::{ParentRows, ReferencingColumn};
use seedbed_datagen_core::Cardinality;
use seedbed_laws::{FanOut, GOLDEN, Gaps, Law, NullLaw, Permutation};
use seedbed_schema_model::{ColumnIdx, TableId};
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
            (Some(_), Some(sieve)) if follows(sieve) => Numbers::Proposals,
            _ => Numbers::Rows,
        }
    }

    /// The numbers themselves.
    fn numbers(&self, which: Numbers) -> &[u64] {
        match which {
            Numbers::Rows => self.rows,
            Numbers::Proposals => self.proposals.as_deref().unwrap_or(self.rows),
        }
    }

    /// The cells of some columns, in the order asked for.
    pub fn columns(&mut self, wanted: &[ColumnIdx]) -> Vec<Filled> {
        if let Some(known) =
            self.program.known.as_ref().filter(|_| self.rows.iter().any(|r| *r >= FIRST_KNOWN))
        {
            if self.rows.iter().any(|r| *r < FIRST_KNOWN) {
                return self.mixed(wanted);
            }
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
        if let ColumnProgram::Generated(cell) = cell {
            return self.generated(column, cell);
        }
        let ColumnProgram::Listed { sampler, law, nulls } = cell else { return self.all_null(column) };
        let which = self.numbers_of_column(column);
        let mut ordinals = self.ordinals(law, which);
        if let Cardinality::Exact(len) = sampler.cardinality() {
            ordinals = ordinals.wrap(len);
        }
        let mut cells = self.program.buffers[column].clone();
        sampler.write(&ordinals, &mut cells);
        let mut filled = Filled { cells, present: self.presence(nulls, which) };
        if let Some(first) = self.program.first_rows.get(&column) {
            let first = Filled { cells: first.clone(), present: None };
            let place_of = |(place, row): (usize, &u64)| {
                usize::try_from(*row).ok().filter(|row| *row < first.cells.len()).map(|row| (place, row))
            };
            let places: Vec<(usize, usize)> = self.rows.iter().enumerate().filter_map(place_of).collect();
            if !places.is_empty() {
                filled.replace(&places.into_iter().map(|(place, row)| (place, first.pick(&[row]))).collect());
            }
        }
        filled
    }

    /// A generated column, computed of the columns that it reads.
    fn generated(&mut self, column: ColumnIdx, cell: &GeneratedCell) -> Filled {
        let read = self.columns(&cell.reads);
        let filled: BTreeMap<ColumnIdx, Filled> = cell.reads.iter().copied().zip(read).collect();
        let table = &cell.schema[self.program.table];
        let (cx, like) = (table_context(&cell.schema, table), &self.program.buffers[column]);
        compute_cells(&cx, &table[column], &cell.expr, self.rows.len(), &filled, like, usize::MAX).0
    }

    /// The cells of some columns where some rows are generated and others were there before.
    fn mixed(&mut self, wanted: &[ColumnIdx]) -> Vec<Filled> {
        let (known, made): (Vec<usize>, Vec<usize>) =
            (0..self.rows.len()).partition(|place| self.rows[*place] >= FIRST_KNOWN);
        let of = |places: &[usize]| {
            let rows: Vec<u64> = places.iter().map(|place| self.rows[*place]).collect();
            let mut filler = Filler::of(self.programs, self.program, &rows);
            (filler.attempt, filler.depth, filler.absence) = (self.attempt, self.depth, self.absence);
            filler.columns(wanted)
        };
        let mut place_in = vec![(false, 0); self.rows.len()];
        for (is_known, places) in [(true, &known), (false, &made)] {
            places.iter().enumerate().for_each(|(at, place)| place_in[*place] = (is_known, at));
        }
        of(&known).iter().zip(&of(&made)).map(|(known, made)| Filled::woven(known, made, &place_in)).collect()
    }

    /// The ordinals that a law gives. What is shared is only copied if it must be changed.
    fn ordinals(&mut self, law: &CellLaw, which: Numbers) -> Ordinals<'r> {
        match law {
            CellLaw::Own(Law::Sequence) if which == Numbers::Rows => Ordinals::Rows(self.rows),
            CellLaw::Own(law) => Ordinals::Own(law.ordinals(self.numbers(which), self.attempt)),
            CellLaw::Joint { joint, digit } => Ordinals::Own(self.joint_digits(*joint, *digit, which)),
            CellLaw::Entity(permutation) => Ordinals::Shared(self.entities(permutation, which)),
            CellLaw::Position { reference, after } => match &self.program.references[*reference].law {
                ReferenceLaw::FanOut(law) if which == Numbers::Rows => {
                    Ordinals::Own(positions(&self.fan_out(*reference, law), after))
                }
                ReferenceLaw::FanOut(law) => {
                    Ordinals::Own(positions(&law.parents_of(self.numbers(which)), after))
                }
                ReferenceLaw::Dealt(law) => {
                    Ordinals::Own(positions(&law.parents_of(self.numbers(which)), after))
                }
                _ => Ordinals::Own(self.numbers(which).to_vec()),
            },
            CellLaw::Beside { left, law } => Ordinals::Own(self.beside(left, law, which)),
        }
    }

    /// Which of the cells are present; `None` for all of them.
    fn presence(&self, nulls: &NullLaw, which: Numbers) -> Option<Vec<bool>> {
        let numbers = self.numbers(which);
        let present = match self.absence {
            Absence::AsDrawn if nulls.are_none(numbers, self.attempt) => return None,
            Absence::AsDrawn => nulls.presence(numbers, self.attempt),
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
                let tuples = Rc::new(law.tuples(self.numbers(which)));
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
        let entities = Rc::new(self.entities_of(permutation, self.numbers(which).to_vec()));
        self.shared.entities.push((*permutation, which, Rc::clone(&entities)));
        entities
    }

    /// The entities of some numbers.
    fn entities_of(&self, permutation: &Permutation, mut numbers: Vec<u64>) -> Vec<u64> {
        let again = self.attempt.wrapping_mul(GOLDEN);
        if again != 0 {
            numbers.iter_mut().for_each(|n| *n = n.wrapping_add(again));
        }
        permutation.apply_all(&mut numbers);
        numbers
    }

    /// The ordinals that a law gives to the numbers that are left beside rows that are there.
    fn beside(&self, left: &Gaps, law: &CellLaw, which: Numbers) -> Vec<u64> {
        let numbers: Vec<u64> = self.numbers(which).iter().map(|n| left.nth(*n)).collect();
        match law.first() {
            CellLaw::Own(law) => law.ordinals(&numbers, self.attempt),
            CellLaw::Entity(permutation) => self.entities_of(permutation, numbers),
            // Only these two are laws of one column, which alone may pass over values.
            _ => numbers,
        }
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

/// Where children stand among those of their parents, behind as many as come first of each.
fn positions(children: &[(u64, u64)], after: &[u64]) -> Vec<u64> {
    let first = |parent: u64| usize::try_from(parent).ok().and_then(|at| after.get(at)).copied().unwrap_or(0);
    children.iter().map(|(parent, place)| place + first(*parent)).collect()
}
