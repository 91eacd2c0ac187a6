//! One list for each place that a row may go to: the partitions of its table.

use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_laws::{Law, LawKey, Permutation, Stratified};
use std::sync::Arc;

/// The values of a column in each of several places. Ordinals are numbers of rows: a row's place has an exact share of
/// every block of rows, and its value is one of that place's list. Columns whose lists share the places agree on them.
#[derive(Debug)]
pub struct Placed {
    places: Stratified,
    lists: Vec<PlaceList>,
    injective: bool,
}

/// The list of one place, and which of its values the n-th row of the place takes.
#[derive(Debug)]
struct PlaceList {
    values: Arc<dyn Sampler>,
    law: Law,
}

impl Placed {
    /// Lists for all strata of `places`, in their order. `key`: the column's own; `distinct`: so many rows are to differ
    /// within their places, which they do if every list has as many values.
    pub fn new(key: LawKey, places: Stratified, lists: Vec<Arc<dyn Sampler>>, distinct: Option<u64>) -> Self {
        let differs = |rows: u64, (place, list): (usize, &Arc<dyn Sampler>)| {
            list.is_injective() && list.cardinality().holds(places.ranks(place, rows))
        };
        let injective = distinct.is_some_and(|rows| lists.iter().enumerate().all(|list| differs(rows, list)));
        let law = |(place, list): (u64, &Arc<dyn Sampler>)| match list.cardinality() {
            Cardinality::Exact(len) => Law::Permutation(Permutation::new(key.child(place), len.max(1))),
            Cardinality::Huge => Law::Huge(key.child(place)),
        };
        let laws: Vec<Law> = (0..).zip(&lists).map(law).collect();
        let lists = lists.into_iter().zip(laws).map(|(values, law)| PlaceList { values, law }).collect();
        Self { places, lists, injective }
    }
}

impl PlaceList {
    /// The ordinal of the n-th row of the place. A list that is used up is gone through again.
    fn ordinal(&self, n: u64) -> u64 {
        let n = match self.values.cardinality() {
            Cardinality::Exact(len) => n % len.max(1),
            Cardinality::Huge => n,
        };
        self.law.ordinals(&[n], 0).first().copied().unwrap_or(0)
    }
}

impl Sampler for Placed {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Huge
    }

    /// Whether rows of one place differ. Those of different places do in the columns that say where a row goes, which
    /// every key of a partitioned table has among its own.
    fn is_injective(&self) -> bool {
        self.injective
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        for ordinal in ordinals {
            let (place, rank) = self.places.place(*ordinal);
            let Some(list) = self.lists.get(place) else { continue };
            // A list may put a dictionary in place of an empty buffer.
            let mut cell = out.empty_like();
            list.values.write(&[list.ordinal(rank)], &mut cell);
            out.push_from(&cell, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::Progression;
    use std::collections::HashSet;

    /// Two places: 10 to 19, and 50 to 59.
    fn two_places(key: u64) -> Placed {
        let list = |low| Arc::new(Progression::new(low, low + 9, 1)) as Arc<dyn Sampler>;
        Placed::new(LawKey(key), Stratified::new(LawKey(7), &[1, 1]), vec![list(10), list(50)], Some(20))
    }

    fn values(of: &Placed, ordinals: &[u64]) -> Vec<i64> {
        let mut cells = ColumnBuffer::Int64(Vec::new());
        of.write(ordinals, &mut cells);
        match cells {
            ColumnBuffer::Int64(values) => values,
            _ => Vec::new(),
        }
    }

    #[test]
    fn rows_are_shared_out_and_differ_while_a_place_has_values() {
        let list = two_places(1);
        let all = values(&list, &(0..20).collect::<Vec<u64>>());
        assert!(list.is_injective());
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 20);
        assert_eq!(all.iter().filter(|v| **v < 20).count(), 10);
        assert_eq!(values(&list, &[13, 4]), [all[13], all[4]], "a row alone is what it is among others");
    }

    #[test]
    fn columns_agree_on_the_place_of_a_row() {
        let (a, b) = (two_places(1), two_places(2));
        for row in 0..50 {
            assert_eq!(values(&a, &[row])[0] < 20, values(&b, &[row])[0] < 20);
        }
        let one = |distinct| {
            Placed::new(
                LawKey(1),
                Stratified::new(LawKey(7), &[1]),
                vec![a.lists[0].values.clone()],
                distinct,
            )
        };
        assert!(one(Some(10)).is_injective() && !one(Some(11)).is_injective() && !one(None).is_injective());
    }
}
