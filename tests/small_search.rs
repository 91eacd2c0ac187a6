//! All rows of small tables: which a table may hold, and the most that it can hold at once.

use crate::small_domain::{SmallKey, SmallReference, SmallRow, SmallRows, SmallTable};
use std::collections::{BTreeMap, BTreeSet};

impl SmallTable {
    /// Every row that the columns, the CHECKs and the references allow, when the parents hold these rows.
    pub(crate) fn possible_rows(&self, parents: &SmallRows) -> Vec<SmallRow> {
        let mut rows: Vec<SmallRow> = vec![Vec::new()];
        for column in &self.columns {
            let values = |row: &SmallRow| -> Vec<Option<i64>> {
                match column.computed {
                    Some(computed) => {
                        let value = computed.value(row);
                        (value.is_some() || column.nullable).then_some(value).into_iter().collect()
                    }
                    None => (1..=column.size).map(Some).chain(column.nullable.then_some(None)).collect(),
                }
            };
            rows = rows
                .iter()
                .flat_map(|r| values(r).into_iter().map(|v| [r.as_slice(), &[v]].concat()))
                .collect();
        }
        rows.retain(|row| {
            self.partitions.as_ref().is_none_or(|p| p.take(row))
                && self.checks.iter().all(|c| c.truth(row) != Some(false))
                && self.references.iter().all(|r| r.holds(row, parents))
        });
        rows
    }

    /// What is wrong with rows beside those that are there, when the parents hold these rows.
    pub(crate) fn wrong_row(&self, rows: &[SmallRow], parents: &SmallRows) -> Option<SmallRow> {
        let possible: BTreeSet<SmallRow> = self.possible_rows(parents).into_iter().collect();
        let mut beside = self.there.clone();
        for row in rows {
            if !possible.contains(row) || self.collides(row, &beside) {
                return Some(row.clone());
            }
            beside.push(row.clone());
        }
        None
    }

    /// Whether some key takes a row for one of others.
    pub(crate) fn collides(&self, row: &SmallRow, others: &[SmallRow]) -> bool {
        let is_seen = |key: &SmallKey| {
            key.seen(row)
                .is_some_and(|seen| others.iter().any(|other| key.seen(other).as_ref() == Some(&seen)))
        };
        self.keys.iter().any(is_seen)
    }

    /// The most rows that the table can hold at once beside those that are there; `None` when there is no bound. Of at
    /// most two keys.
    ///
    /// Each row joins what it takes of one key with what it takes of the other, so the question is a greatest matching
    /// of a bipartite graph; a row that a key doesn't see takes a place of its own. The places of rows that are there are
    /// taken, with all that would join them.
    pub(crate) fn most_rows(&self, parents: &SmallRows) -> Option<usize> {
        assert!(self.keys.len() <= 2, "a matching joins two keys");
        let mut rows = self.possible_rows(parents);
        rows.retain(|row| !self.collides(row, &self.there));
        let seen = |key: Option<&SmallKey>, row: &SmallRow| key.and_then(|k| k.seen(row));
        let (one, other) = (self.keys.first(), self.keys.get(1));
        if rows.iter().any(|r| seen(one, r).is_none() && seen(other, r).is_none()) {
            return None;
        }
        let mut right_names: BTreeMap<Place, usize> = BTreeMap::new();
        let mut edges: BTreeMap<Place, BTreeSet<usize>> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            let place = |key| seen(key, row).map_or(Place::Own(i), Place::Key);
            let next = right_names.len();
            let right = *right_names.entry(place(other)).or_insert(next);
            edges.entry(place(one)).or_default().insert(right);
        }
        let edges: Vec<Vec<usize>> = edges.into_values().map(|e| e.into_iter().collect()).collect();
        Some(greatest_matching(&edges, right_names.len()))
    }
}

/// What a row takes of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Key(Vec<i64>),
    Own(usize),
}

impl SmallReference {
    /// MATCH SIMPLE: a NULL column frees the others.
    fn holds(&self, row: &[Option<i64>], parents: &SmallRows) -> bool {
        let mine: Option<Vec<i64>> = self.columns.iter().map(|c| row[*c]).collect();
        let Some(mine) = mine else { return true };
        let is_it = |row: &SmallRow| self.parent_columns.iter().zip(&mine).all(|(c, v)| row[*c] == Some(*v));
        parents.get(&self.parent).is_some_and(|rows| rows.iter().any(is_it))
    }
}

/// The size of a greatest matching, by augmenting paths (Kuhn, 1955). `edges` are each left node's right nodes.
fn greatest_matching(edges: &[Vec<usize>], right: usize) -> usize {
    let mut taken_by: Vec<Option<usize>> = vec![None; right];
    (0..edges.len()).filter(|left| augment(*left, edges, &mut taken_by, &mut vec![false; right])).count()
}

fn augment(left: usize, edges: &[Vec<usize>], taken_by: &mut [Option<usize>], tried: &mut [bool]) -> bool {
    for right in &edges[left] {
        if !std::mem::replace(&mut tried[*right], true)
            && taken_by[*right].is_none_or(|other| augment(other, edges, taken_by, tried))
        {
            taken_by[*right] = Some(left);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::small_computed::Computed;
    use crate::small_condition::Condition;
    use crate::small_domain::SmallColumn;

    #[test]
    fn the_search_knows_small_tables() {
        let mut table = SmallTable {
            columns: vec![SmallColumn::of(3, false), SmallColumn::of(4, false)],
            keys: vec![SmallKey::of(&[0]), SmallKey::of(&[1])],
            ..SmallTable::default()
        };
        let none = BTreeMap::new();
        assert_eq!(table.most_rows(&none), Some(3));
        table.checks = vec![Condition::Less(1, 0)];
        assert_eq!(table.most_rows(&none), Some(2));
        table.keys[0].only = Some(Condition::Equals(0, 3));
        // c1 is 1 or 2: at most two rows, whatever the other key sees.
        assert_eq!(table.most_rows(&none), Some(2));
        table.there = vec![vec![Some(2), Some(1)]];
        assert_eq!(table.most_rows(&none), Some(1));
        table.columns[1].nullable = true;
        assert_eq!(table.most_rows(&none), None);
        table.keys = vec![SmallKey::of(&[0, 1])];
        table.checks = vec![Condition::Switch(0, 2, 1)];
        // Rows with NULL are seen by no key; without c0 = 1 and 3 there would be four.
        assert_eq!(table.most_rows(&none), None);
    }

    #[test]
    fn the_search_knows_what_is_computed() {
        let sum = SmallColumn { computed: Some(Computed::Sum(0, 1)), ..SmallColumn::of(0, false) };
        let table = SmallTable {
            columns: vec![SmallColumn::of(3, false), SmallColumn::of(4, true), sum],
            keys: vec![SmallKey::of(&[2])],
            there: vec![vec![Some(3), Some(4), Some(7)]],
            ..SmallTable::default()
        };
        // 2 to 7, of which one is there; NULL is none.
        assert_eq!(table.most_rows(&BTreeMap::new()), Some(5));
    }
}
