//! A column of some rows, filled.

use seedbed_datagen_core::ColumnBuffer;
use seedbed_sql_values::Value;
use std::collections::BTreeMap;

/// A column's cells for some rows, and which of them are present (`None`: all).
#[derive(Clone, Debug)]
pub struct Filled {
    /// The cells; what stands under a NULL is blank.
    pub cells: ColumnBuffer,
    /// Which of them are not NULL.
    pub present: Option<Vec<bool>>,
}

impl Filled {
    /// The value at a place.
    pub fn value(&self, index: usize) -> Value {
        if self.is_present(index) { self.cells.value(index) } else { Value::Null }
    }

    /// Whether the cell at a place is not NULL.
    pub fn is_present(&self, index: usize) -> bool {
        self.present.as_ref().is_none_or(|p| p[index])
    }

    /// Puts cells of its kind in some places: for each place, the only cell of a column.
    pub fn replace(&mut self, cells: &BTreeMap<usize, Self>) {
        let mut all = self.cells.empty_like();
        let mut present = Vec::with_capacity(self.cells.len());
        for place in 0..self.cells.len() {
            let (from, at) = cells.get(&place).map_or((&*self, place), |cell| (cell, 0));
            all.push_from(&from.cells, at);
            present.push(from.is_present(at));
        }
        *self = Self { cells: all, present: present.contains(&false).then_some(present) };
    }

    /// Cells of two columns of one kind, woven into one: for each place whether the first gives it, and which of its
    /// cells.
    pub(crate) fn woven(first: &Self, second: &Self, places: &[(bool, usize)]) -> Self {
        let mut cells = second.cells.empty_like();
        let mut present = Vec::with_capacity(places.len());
        for (of_first, at) in places {
            let from = if *of_first { first } else { second };
            cells.push_from(&from.cells, *at);
            present.push(from.is_present(*at));
        }
        Self { cells, present: present.contains(&false).then_some(present) }
    }

    /// The cells at some places.
    #[must_use]
    pub fn pick(&self, places: &[usize]) -> Self {
        let mut cells = self.cells.empty_like();
        cells.extend_from(&self.cells, places.iter().copied());
        Self { cells, present: self.present.as_ref().map(|p| places.iter().map(|i| p[*i]).collect()) }
    }
}
