//! Filling columns: any rows of any table, by the programs of the plan.

use crate::key::{Key, below, mix};
use crate::known_cells::FIRST_KNOWN;
use crate::plan::Programs;
use crate::program::{Cell, CellLaw, Nulls, Program, Reference, ReferenceLaw};
use crate::{Cardinality, ColumnBuffer};
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_semantics::Value;
use seedbed_sql_semantics::text::push_uuid;
use std::collections::BTreeMap;

/// A column's cells for some rows, and which of them are present (`None`: all).
#[derive(Clone, Debug)]
pub(crate) struct Filled {
    pub(crate) cells: ColumnBuffer,
    pub(crate) present: Option<Vec<bool>>,
}

impl Filled {
    /// The value at a place.
    pub(crate) fn value(&self, index: usize) -> Value {
        if self.is_present(index) { self.cells.value(index) } else { Value::Null }
    }

    pub(crate) fn is_present(&self, index: usize) -> bool {
        self.present.as_ref().is_none_or(|p| p[index])
    }

    /// Puts cells of its kind in some places: for each place, the only cell of a column.
    pub(crate) fn replace(&mut self, cells: &BTreeMap<usize, Self>) {
        let mut all = self.cells.empty_like();
        let mut present = Vec::with_capacity(self.cells.len());
        for place in 0..self.cells.len() {
            let (from, at) = cells.get(&place).map_or((&*self, place), |cell| (cell, 0));
            all.push_from(&from.cells, at);
            present.push(from.is_present(at));
        }
        *self = Self { cells: all, present: present.contains(&false).then_some(present) };
    }

    /// The cells at some places.
    pub(crate) fn pick(&self, places: &[usize]) -> Self {
        let mut cells = self.cells.empty_like();
        for place in places {
            cells.push_from(&self.cells, *place);
        }
        Self { cells, present: self.present.as_ref().map(|p| places.iter().map(|i| p[*i]).collect()) }
    }
}

/// The parent row drawn for a row, and whether the reference is present there. An absent reference keeps its row for
/// those of its columns that can't be NULL.
#[derive(Clone, Copy, Debug)]
struct ParentRow {
    row: u64,
    present: bool,
}

impl From<Option<u64>> for ParentRow {
    fn from(row: Option<u64>) -> Self {
        Self { row: row.unwrap_or(0), present: row.is_some() }
    }
}

/// A reference's parent rows for some rows.
type ParentRows = Vec<ParentRow>;

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
    parent_rows: BTreeMap<usize, ParentRows>,
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
        let parent_rows = BTreeMap::new();
        let absence = Absence::AsDrawn;
        Self { programs, program, rows, proposals, attempt: 0, parent_rows, depth: DEEPEST, absence }
    }

    /// The same without the NULLs that a law lays over values: what the cells would hold if they were present.
    pub(crate) fn below_nulls(mut self) -> Self {
        self.absence = Absence::Surplus;
        self
    }

    fn is_null(&self, nulls: &Nulls, row: u64) -> bool {
        match self.absence {
            Absence::AsDrawn => nulls.is_null(row, self.attempt),
            Absence::Surplus => row >= nulls.surplus_from,
        }
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

    /// The numbers that a column's law is asked for.
    fn numbers_of_column(&self, column: ColumnIdx) -> &[u64] {
        match (&self.proposals, &self.program.sieve) {
            (Some(proposals), Some(sieve)) if sieve.columns.contains(&column) => proposals,
            _ => self.rows,
        }
    }

    /// The numbers that a reference's law is asked for.
    fn numbers_of_reference(&self, reference: usize) -> &[u64] {
        match (&self.proposals, &self.program.sieve) {
            (Some(proposals), Some(sieve)) if sieve.references.contains(&reference) => proposals,
            _ => self.rows,
        }
    }

    /// The cells of some columns, in the order asked for.
    pub(crate) fn columns(&mut self, wanted: &[ColumnIdx]) -> Vec<Filled> {
        let mut filled: BTreeMap<ColumnIdx, Filled> = BTreeMap::new();
        let mut by_reference: BTreeMap<usize, Vec<(ColumnIdx, ColumnIdx, bool)>> = BTreeMap::new();
        // Candidates are either generated rows or known ones, never both.
        if let Some(known) =
            self.program.known.as_ref().filter(|_| self.rows.iter().any(|r| *r >= FIRST_KNOWN))
        {
            let known_cells = |c: &ColumnIdx| known.cells(*c, self.rows).unwrap_or_else(|| self.all_null(*c));
            return wanted.iter().map(known_cells).collect();
        }
        for column in wanted {
            match &self.program.cells[usize::from(column.0)] {
                Cell::Referenced { reference, parent_column, nullable } => {
                    by_reference.entry(*reference).or_default().push((*column, *parent_column, *nullable));
                }
                cell => {
                    let cells = self.own(*column, cell);
                    filled.insert(*column, cells);
                }
            }
        }
        for (reference, columns) in by_reference {
            self.referenced(reference, &columns, &mut filled);
        }
        wanted.iter().map(|c| filled.get(c).cloned().unwrap_or_else(|| self.all_null(*c))).collect()
    }

    fn own(&mut self, column: ColumnIdx, cell: &Cell) -> Filled {
        let Cell::Listed { sampler, law, nulls } = cell else { return self.all_null(column) };
        let numbers = self.numbers_of_column(column);
        let ordinals = self.ordinals(law, numbers);
        let limit = sampler.cardinality();
        let ordinals = match limit {
            Cardinality::Huge => ordinals,
            Cardinality::Exact(len) => {
                ordinals.into_iter().map(|o| if o < len { o } else { o % len.max(1) }).collect()
            }
        };
        let mut cells = self.program.buffers[usize::from(column.0)].clone();
        sampler.write(&ordinals, &mut cells);
        let mut filled = Filled { cells, present: self.presence(nulls, numbers) };
        if let Some(first) = self.program.first_row.get(&column)
            && self.rows.contains(&0)
        {
            let first = Filled { cells: first.clone(), present: None };
            let places = (0..self.rows.len()).filter(|place| self.rows[*place] == 0);
            filled.replace(&places.map(|place| (place, first.clone())).collect());
        }
        filled
    }

    fn ordinals(&self, law: &CellLaw, rows: &[u64]) -> Vec<u64> {
        match law {
            CellLaw::Own(law) => rows.iter().map(|r| law.ordinal(*r, self.attempt)).collect(),
            CellLaw::Joint { joint, digit } => {
                let joint = &self.program.joints[*joint];
                rows.iter().map(|r| joint.digit(*r, *digit)).collect()
            }
            CellLaw::Entity(permutation) => {
                let again = self.attempt.wrapping_mul(0x9e37_79b9_7f4a_7c15);
                rows.iter().map(|r| permutation.apply(r.wrapping_add(again))).collect()
            }
            CellLaw::Position { reference } => match &self.program.references[*reference].law {
                ReferenceLaw::FanOut(law) => rows.iter().map(|r| law.parent_of(*r).1).collect(),
                _ => rows.to_vec(),
            },
            CellLaw::After { existing, law } => {
                let later: Vec<u64> = rows.iter().map(|r| r.saturating_add(*existing)).collect();
                self.ordinals(law, &later)
            }
        }
    }

    fn presence(&self, nulls: &Nulls, numbers: &[u64]) -> Option<Vec<bool>> {
        let present: Vec<bool> = numbers.iter().map(|r| !self.is_null(nulls, *r)).collect();
        present.contains(&false).then_some(present)
    }

    fn all_null(&self, column: ColumnIdx) -> Filled {
        let mut cells = self.program.buffers[usize::from(column.0)].clone();
        fill_blank(&mut cells, self.rows.len());
        Filled { cells, present: Some(vec![false; self.rows.len()]) }
    }

    fn referenced(
        &mut self,
        reference: usize,
        columns: &[(ColumnIdx, ColumnIdx, bool)],
        into: &mut BTreeMap<ColumnIdx, Filled>,
    ) {
        let parent_rows = self.parent_rows(reference).clone();
        let rows: Vec<u64> = parent_rows.iter().map(|r| r.row).collect();
        let parent = self.program.references[reference].parent;
        let parent_columns: Vec<ColumnIdx> = columns.iter().map(|(_, p, _)| *p).collect();
        let fetched = match Filler::new(self.programs, parent, &rows, 0) {
            Some(mut filler) if self.depth > 0 && filler.has_rows() => {
                filler.depth = self.depth - 1;
                filler.columns(&parent_columns)
            }
            _ => {
                for (column, _, _) in columns {
                    let null = self.all_null(*column);
                    into.insert(*column, null);
                }
                return;
            }
        };
        for ((column, _, nullable), mut filled) in columns.iter().zip(fetched) {
            if *nullable && parent_rows.iter().any(|r| !r.present) {
                let present =
                    (0..rows.len()).map(|i| parent_rows[i].present && filled.is_present(i)).collect();
                filled.present = Some(present);
            }
            // Widths may differ between a key and its reference; the child's kind is the one that is written.
            filled.cells = convert(filled.cells, &self.program.buffers[usize::from(column.0)]);
            into.insert(*column, filled);
        }
    }

    fn parent_rows(&mut self, reference: usize) -> &ParentRows {
        if !self.parent_rows.contains_key(&reference) {
            let rows = self.draw_parents(reference);
            self.parent_rows.insert(reference, rows);
        }
        &self.parent_rows[&reference]
    }

    fn draw_parents(&mut self, reference: usize) -> ParentRows {
        let r = &self.program.references[reference];
        let len = r.candidates.len();
        let numbers: Vec<u64> = self.numbers_of_reference(reference).to_vec();
        let ranked = |rank: &dyn Fn(u64) -> u64| -> ParentRows {
            numbers
                .iter()
                .map(|row| (len > 0).then(|| r.candidates.row(rank(*row).min(len - 1))).into())
                .collect()
        };
        let mut parents = match &r.law {
            ReferenceLaw::Hashed(key) => {
                let key = if self.attempt == 0 { *key } else { key.child(self.attempt) };
                ranked(&|row| below(mix(key, row), len))
            }
            ReferenceLaw::Aligned => ranked(&|row| row),
            ReferenceLaw::Permutation(p) => ranked(&|row| p.apply(row)),
            ReferenceLaw::Joint { joint, digit } => {
                let joint = &self.program.joints[*joint];
                ranked(&|row| joint.digit(row, *digit))
            }
            ReferenceLaw::FanOut(law) => ranked(&|row| law.parent_of(row).0),
            ReferenceLaw::Tree { key, referred, shared, rooted_in_itself } => {
                let key = if self.attempt == 0 { *key } else { key.child(self.attempt) };
                self.draw_tree(r, key, referred, shared, *rooted_in_itself)
            }
            ReferenceLaw::Chain { rooted_in_itself } => self
                .rows
                .iter()
                .map(|row| row.checked_sub(1).or(rooted_in_itself.then_some(*row)).into())
                .collect(),
            ReferenceLaw::Indexed(index) => {
                let columns = self.columns(&index.columns);
                let key = if self.attempt == 0 { index.key } else { index.key.child(self.attempt) };
                let mut text = Vec::new();
                let mut find = |i: usize| {
                    text.clear();
                    shared_key(&columns, i, &mut text)?;
                    let rows = index.rows.get(&text)?;
                    Some(rows[below(mix(key, numbers[i]), rows.len() as u64) as usize])
                };
                (0..self.rows.len()).map(|i| find(i).into()).collect()
            }
        };
        for (parent, row) in parents.iter_mut().zip(&numbers) {
            if self.is_null(&r.nulls, *row) {
                parent.present = false;
            }
        }
        parents
    }

    /// Whether none of some columns is NULL in a row of this table.
    fn is_present(&self, columns: &[ColumnIdx], row: u64) -> bool {
        let number = |column: &ColumnIdx| match &self.program.sieve {
            Some(sieve) if sieve.columns.contains(column) => sieve.accepted.nth(row),
            _ => row,
        };
        columns.iter().all(|column| match &self.program.cells[usize::from(column.0)] {
            Cell::Listed { nulls, .. } => !nulls.is_null(number(column), 0),
            _ => true,
        })
    }

    /// An earlier row for each row; where other keys fix columns of the reference, one that agrees in them, found
    /// within a few draws.
    fn draw_tree(
        &self,
        r: &Reference,
        key: Key,
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
            return self.rows.iter().map(|row| earlier(*row).into()).collect();
        }
        let (own, theirs): (Vec<_>, Vec<_>) = shared.iter().copied().unzip();
        let fill = |rows: &[u64], columns: &[ColumnIdx]| {
            Filler::new(self.programs, r.parent, rows, 0).map(|mut f| {
                f.depth = self.depth - 1;
                f.columns(columns)
            })
        };
        let Some(mine) = fill(self.rows, &own) else { return vec![None.into(); self.rows.len()] };
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
        parents.iter().zip(self.rows).map(|(p, row)| p.or(itself(*row)).into()).collect()
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

/// Blank cells, to stand under NULLs.
pub(crate) fn fill_blank(buffer: &mut ColumnBuffer, count: usize) {
    match buffer {
        ColumnBuffer::Boolean(v) => v.resize(count, false),
        ColumnBuffer::Int64(v) | ColumnBuffer::Time(v) | ColumnBuffer::Timestamp { micros: v, .. } => {
            v.resize(count, 0)
        }
        ColumnBuffer::UInt64(v) => v.resize(count, 0),
        ColumnBuffer::Decimal { unscaled, .. } => unscaled.resize(count, 0),
        ColumnBuffer::Float64(v) => v.resize(count, 0.0),
        ColumnBuffer::Date(v) => v.resize(count, 0),
        ColumnBuffer::Uuid(v) => v.resize(count, [0; 16]),
        ColumnBuffer::Bytes { ends, .. } => ends.resize(count, 0),
        ColumnBuffer::Text(text) => (0..count).for_each(|_| text.push("")),
        ColumnBuffer::Dictionary { keys, .. } => keys.resize(count, 0),
    }
}

/// A parent's cells as the child's kind: the same, or numbers of another width or scale, or text.
fn convert(from: ColumnBuffer, like: &ColumnBuffer) -> ColumnBuffer {
    let same_scale = |a: &ColumnBuffer, b: &ColumnBuffer| match (a, b) {
        (ColumnBuffer::Decimal { scale: a, .. }, ColumnBuffer::Decimal { scale: b, .. }) => a == b,
        (ColumnBuffer::Dictionary { .. } | ColumnBuffer::Text(_), ColumnBuffer::Text(_)) => true,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    };
    if same_scale(&from, like) {
        return from;
    }
    let mut to = like.empty_like();
    for i in 0..from.len() {
        push_converted(&mut to, &from.value(i));
    }
    to
}

fn push_converted(to: &mut ColumnBuffer, value: &Value) {
    let whole = match value {
        Value::Integer(n) => *n,
        Value::Decimal(d) => d.unscaled / 10_i128.saturating_pow(d.scale.into()),
        Value::Float(f) => *f as i128,
        Value::Boolean(b) => i128::from(*b),
        Value::Date(d) => i128::from(*d),
        Value::Time(t) | Value::Timestamp(t) => i128::from(*t),
        Value::Text(t) => t.parse().unwrap_or(0),
        _ => 0,
    };
    match to {
        ColumnBuffer::Boolean(v) => v.push(whole != 0),
        ColumnBuffer::Int64(v) => v.push(whole as i64),
        ColumnBuffer::Time(v) | ColumnBuffer::Timestamp { micros: v, .. } => v.push(match value {
            Value::Date(d) => i64::from(*d) * crate::narrow::DAY_MICROS,
            _ => whole as i64,
        }),
        ColumnBuffer::UInt64(v) => v.push(whole as u64),
        ColumnBuffer::Float64(v) => v.push(match value {
            Value::Decimal(d) => d.unscaled as f64 / 10_f64.powi(d.scale.into()),
            Value::Float(f) => *f,
            _ => whole as f64,
        }),
        ColumnBuffer::Decimal { unscaled, scale } => unscaled.push(match value {
            Value::Decimal(d) if d.scale <= *scale => {
                d.unscaled * 10_i128.saturating_pow((*scale - d.scale).into())
            }
            _ => whole.saturating_mul(10_i128.saturating_pow((*scale).into())),
        }),
        ColumnBuffer::Date(v) => v.push(match value {
            Value::Timestamp(t) => t.div_euclid(crate::narrow::DAY_MICROS) as i32,
            _ => whole as i32,
        }),
        ColumnBuffer::Uuid(v) => v.push(match value {
            Value::Uuid(u) => u.to_be_bytes(),
            Value::Text(t) => u128::from_str_radix(&t.replace('-', ""), 16).unwrap_or(0).to_be_bytes(),
            _ => [0; 16],
        }),
        ColumnBuffer::Bytes { data, ends } => {
            match value {
                Value::Bytes(b) => data.extend_from_slice(b),
                Value::Text(t) => data.extend_from_slice(t.as_bytes()),
                _ => data.extend_from_slice(&whole.to_be_bytes()),
            }
            ends.push(i32::try_from(data.len()).unwrap_or(i32::MAX));
        }
        ColumnBuffer::Text(text) => match value {
            Value::Text(t) => text.push(t),
            Value::Uuid(u) => {
                push_uuid(text.open_cell(), u.to_be_bytes());
                text.end_cell();
            }
            _ => text.push(&whole.to_string()),
        },
        ColumnBuffer::Dictionary { .. } => unreachable!("programs hold no dictionary buffers"),
    }
}
