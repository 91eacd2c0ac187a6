//! A table's program: for each column, which list and which law. Built at plan time, run by [`fill`](crate::fill).

use crate::known_cells::KnownCells;
use crate::redraw::Redraw;
use crate::residue::Residue;
use crate::sieve::RowSieve;
use crate::{ColumnBuffer, Sampler};
use seedbed_laws::{FanOut, Law, Permutation, Stratified};
use seedbed_laws::{LawKey, mix};
use seedbed_schema_model::{ColumnIdx, TableId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Everything needed to make any row of one table.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) table: TableId,
    pub(crate) rows: u64,
    /// One for each column of the table, in DDL order.
    pub(crate) cells: Vec<Cell>,
    /// Empty buffers of the columns' kinds, in DDL order.
    pub(crate) buffers: Vec<ColumnBuffer>,
    pub(crate) references: Vec<Reference>,
    pub(crate) joints: Vec<Joint>,
    pub(crate) residue: Residue,
    pub(crate) redraw: Redraw,
    /// Where keys, references and CHECKs meet in ways that laws alone don't hold.
    pub(crate) sieve: Option<RowSieve>,
    /// Rows of the target from before the run.
    pub(crate) known: Option<KnownCells>,
    /// Columns whose first row holds a cell of its own, whatever their laws say: one cell for each.
    pub(crate) first_row: BTreeMap<ColumnIdx, ColumnBuffer>,
    /// The columns that are written.
    pub(crate) emitted: Vec<ColumnIdx>,
    /// The generated columns that can be computed from those, each after the ones that it reads.
    pub(crate) computed: Vec<ColumnIdx>,
}

impl Program {
    /// The program of a table without rows.
    pub(crate) fn empty(table: TableId) -> Self {
        Self {
            table,
            rows: 0,
            cells: Vec::new(),
            buffers: Vec::new(),
            references: Vec::new(),
            joints: Vec::new(),
            residue: Residue::default(),
            redraw: Redraw::default(),
            sieve: None,
            known: None,
            first_row: BTreeMap::new(),
            emitted: Vec::new(),
            computed: Vec::new(),
        }
    }
}

/// The programs of all planned tables, by table.
#[derive(Debug, Default)]
pub(crate) struct Programs {
    by_table: Vec<Option<Program>>,
}

impl Programs {
    /// A table's program, if it has one by now.
    pub(crate) fn get(&self, table: TableId) -> Option<&Program> {
        self.by_table.get(table.position()).and_then(Option::as_ref)
    }

    /// The same, to be changed.
    pub(crate) fn get_mut(&mut self, table: TableId) -> Option<&mut Program> {
        self.by_table.get_mut(table.position()).and_then(Option::as_mut)
    }

    /// Takes a table's program, in place of one before.
    pub(crate) fn insert(&mut self, program: Program) {
        let at = program.table.position();
        if self.by_table.len() <= at {
            self.by_table.resize_with(at + 1, || None);
        }
        self.by_table[at] = Some(program);
    }
}

/// How one column's cells come about.
#[derive(Debug)]
pub(crate) enum Cell {
    /// From a list of its own.
    Listed { sampler: Arc<dyn Sampler>, law: CellLaw, nulls: Nulls },
    /// The parent's column at the parent's row.
    Referenced { reference: usize, parent_column: ColumnIdx, nullable: bool },
    /// Always NULL.
    Null,
    /// Left to the server: generated, or nothing is known of its type and it has a default.
    Server,
}

/// Which ordinal of its list a cell takes.
#[derive(Debug)]
pub(crate) enum CellLaw {
    /// A law of the column's own.
    Own(Law),
    /// A digit of a joint law.
    Joint { joint: usize, digit: usize },
    /// The ordinal of the entity that several columns of the table show.
    Entity(Permutation),
    /// The row's position among the children of a reference's parent.
    Position { reference: usize },
    /// Another law as if the rows that the target holds already came first: a second run with the same seed goes on
    /// where the first one ended.
    After { existing: u64, law: Box<CellLaw> },
}

impl CellLaw {
    /// The law itself, whatever rows it counts from.
    pub(crate) fn first(&self) -> &Self {
        match self {
            Self::After { law, .. } => law.first(),
            law => law,
        }
    }

    /// The joint law that it is a digit of.
    pub(crate) fn joint(&self) -> Option<usize> {
        match self {
            Self::Joint { joint, .. } => Some(*joint),
            Self::After { law, .. } => law.joint(),
            Self::Own(_) | Self::Entity(_) | Self::Position { .. } => None,
        }
    }
}

/// When a cell is NULL.
#[derive(Clone, Debug)]
pub(crate) struct Nulls {
    /// Stratum 0 of this law is NULL.
    pub(crate) law: Option<Stratified>,
    /// Rows from this one on are NULL: a nullable unique key holds no more distinct values.
    pub(crate) surplus_from: u64,
    key: LawKey,
    nullable: bool,
}

impl Nulls {
    /// Never NULL.
    pub(crate) const NEVER: Self =
        Self { law: None, surplus_from: u64::MAX, key: LawKey(0), nullable: false };

    /// NULL at a rate.
    pub(crate) fn at_rate(key: LawKey, rate: f64) -> Self {
        let law = (rate > 0.0).then(|| Stratified::absence(key, rate));
        Self { law, surplus_from: u64::MAX, key, nullable: true }
    }

    /// Whether a row's cell is NULL. Later attempts try other rates, so that "all but one are NULL" is met soon.
    pub(crate) fn is_null(&self, row: u64, attempt: u64) -> bool {
        if row >= self.surplus_from {
            return true;
        }
        if attempt == 0 || !self.nullable {
            return self.law.as_ref().is_some_and(|law| law.stratum(row) == 0);
        }
        const EIGHTHS: [u64; 4] = [4, 1, 7, 4];
        mix(self.key.child(attempt), row) >> 61 < EIGHTHS[(attempt % 4) as usize]
    }

    /// Whether no cell is NULL in any of some rows, as far as can be told without a look at each cell.
    pub(crate) fn are_none(&self, rows: &[u64], attempt: u64) -> bool {
        let no_surplus = self.surplus_from == u64::MAX || rows.iter().all(|row| *row < self.surplus_from);
        self.law.is_none() && (attempt == 0 || !self.nullable) && no_surplus
    }

    /// Whether each of some rows has a cell: [`Nulls::is_null`] is false.
    pub(crate) fn presence(&self, rows: &[u64], attempt: u64) -> Vec<bool> {
        match &self.law {
            Some(law) if attempt == 0 => {
                let strata = law.strata(rows);
                rows.iter().zip(strata).map(|(row, s)| *row < self.surplus_from && s != 0).collect()
            }
            _ => rows.iter().map(|row| !self.is_null(*row, attempt)).collect(),
        }
    }

    /// Whether a redraw may change which rows are NULL.
    pub(crate) fn can_vary(&self) -> bool {
        self.nullable
    }
}

/// Digits drawn together: a permutation of a product, taken apart in mixed radix. Rows below the product's size have
/// distinct tuples.
#[derive(Clone, Debug)]
pub(crate) struct Joint {
    pub(crate) permutation: Permutation,
    /// Radix of each digit; the first changes fastest.
    pub(crate) radices: Vec<u64>,
    /// Whether rows go through the product along its diagonal: each digit by itself then repeats no value before the
    /// shortest list is used up, which a reference to one column of the key may need.
    pub(crate) diagonal: bool,
}

impl Joint {
    /// The number of each row's tuple.
    pub(crate) fn tuples(&self, rows: &[u64]) -> Vec<u64> {
        let mut tuples = rows.to_vec();
        if !self.diagonal {
            self.permutation.apply_all(&mut tuples);
        }
        tuples
    }

    /// One digit of each tuple.
    pub(crate) fn digits(&self, tuples: &[u64], digit: usize) -> Vec<u64> {
        let radix = self.radices[digit];
        if !self.diagonal {
            let unit: u64 = self.radices[..digit].iter().product();
            return tuples.iter().map(|tuple| tuple / unit % radix).collect();
        }
        let mut digits: Vec<u64> = tuples.iter().map(|tuple| self.on_diagonal(*tuple, digit)).collect();
        self.permutation.part(digit as u64, radix).apply_all(&mut digits);
        digits
    }

    /// A digit moved on by the ones before it: together they are as different as the digits are, and while only the first
    /// one changes, all of them do.
    fn on_diagonal(&self, tuple: u64, digit: usize) -> u64 {
        let (mut rest, mut place) = (tuple, 0);
        for radix in &self.radices[..=digit] {
            let (own, before) = (rest % radix, place % radix);
            // Their sum modulo the radix, which 64 bits may not hold.
            let left = radix - before;
            place = if own < left { own + before } else { own - left };
            rest /= radix;
        }
        place
    }
}

/// A foreign key as arithmetic: which parent row each row refers to.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) parent: TableId,
    pub(crate) law: ReferenceLaw,
    pub(crate) nulls: Nulls,
    pub(crate) candidates: Candidates,
}

/// The parent rows that may be referred to, by rank.
#[derive(Clone, Debug)]
pub(crate) enum Candidates {
    /// The first so many.
    All(u64),
    /// Those among the first `rows` whose nullable key is present.
    Present { law: Stratified, rows: u64, count: u64 },
    /// These, found at plan time.
    Listed(Arc<[u64]>),
}

impl Candidates {
    /// How many.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::All(count) | Self::Present { count, .. } => *count,
            Self::Listed(rows) => rows.len() as u64,
        }
    }

    /// The row of a rank below [`Candidates::len`].
    pub(crate) fn row(&self, rank: u64) -> u64 {
        match self {
            Self::All(_) => rank,
            Self::Present { law, rows, .. } => law.row_of(1, rank, *rows),
            Self::Listed(rows) => rows[rank as usize],
        }
    }
}

/// Which candidate a row takes.
#[derive(Debug)]
pub(crate) enum ReferenceLaw {
    /// A draw with repetition.
    Hashed(LawKey),
    /// Each row to the parent's row of its own number: keys made of each other's keys.
    Aligned,
    /// A permutation of the candidates: one-to-one.
    Permutation(Permutation),
    /// A digit of a joint law.
    Joint { joint: usize, digit: usize },
    /// Children in groups, with positions.
    FanOut(FanOut),
    /// To the table itself: an earlier row, so that no row is its own ancestor.
    Tree {
        key: LawKey,
        /// The columns referred to: a row in which one is NULL can't be a parent.
        referred: Vec<ColumnIdx>,
        /// Own columns and the parent's columns that must agree because another key fixes them.
        shared: Vec<(ColumnIdx, ColumnIdx)>,
        /// Rows without an earlier row point to themselves rather than being NULL.
        rooted_in_itself: bool,
    },
    /// To the table itself, each row to the one before: a unique self reference.
    Chain { rooted_in_itself: bool },
    /// Among the parent rows that agree with columns which other references have fixed.
    Indexed(Arc<SharedIndex>),
}

/// Parent rows by the values of the columns that a reference shares with others of its table.
#[derive(Debug)]
pub(crate) struct SharedIndex {
    pub(crate) key: LawKey,
    /// The child's shared columns.
    pub(crate) columns: Vec<ColumnIdx>,
    /// Candidate rows by the shared values' text. Only ever looked up.
    pub(crate) rows: HashMap<Vec<u8>, Vec<u64>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// No tuple comes twice, and along the diagonal no digit does before the shortest list is used up.
        #[test]
        fn joint_digits_are_distinct_together(
            key in any::<u64>(), radices in prop::collection::vec(1_u64..12, 1..4), diagonal in any::<bool>()
        ) {
            let product = radices.iter().product();
            let joint = Joint { permutation: Permutation::new(LawKey(key), product), radices: radices.clone(), diagonal };
            let tuples = joint.tuples(&(0..product).collect::<Vec<u64>>());
            let digits: Vec<Vec<u64>> = (0..radices.len()).map(|digit| joint.digits(&tuples, digit)).collect();
            let row = |at: usize| digits.iter().map(|d| d[at]).collect::<Vec<u64>>();
            let rows: std::collections::BTreeSet<Vec<u64>> = (0..product as usize).map(row).collect();
            prop_assert_eq!(rows.len() as u64, product);
            let shortest = radices.iter().min().copied().unwrap_or(0) as usize;
            for (digits, radix) in digits.iter().zip(&radices) {
                prop_assert!(digits.iter().all(|digit| digit < radix));
                let first: std::collections::BTreeSet<u64> = digits[..shortest].iter().copied().collect();
                prop_assert!(!diagonal || first.len() == shortest);
            }
        }
    }
}
