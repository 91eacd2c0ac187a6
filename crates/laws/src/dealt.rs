//! Children dealt out to parents in rounds, as cards are: each round gives every parent one.
//!
//! Where each parent needs a child, a draw of each row's own would leave some without. A round is a permutation of the
//! parents, so that children of one parent lie apart, and both ways are arithmetic: which parent a row has, and which
//! row is a parent's n-th child. More rows only add rounds.

use crate::key::LawKey;
use crate::permutation::Permutation;

/// A law that gives each of `parents` one child in every round of as many rows.
#[derive(Clone, Copy, Debug)]
pub struct Dealt {
    key: LawKey,
    parents: u64,
}

impl Dealt {
    /// Rounds over so many parents; 0 is taken as 1.
    pub fn new(key: LawKey, parents: u64) -> Self {
        Self { key, parents: parents.max(1) }
    }

    /// How many parents there are.
    pub fn parents(&self) -> u64 {
        self.parents
    }

    /// The parent of each of some rows, and the round, from 0, that gave it the row.
    pub fn parents_of(&self, rows: &[u64]) -> Vec<(u64, u64)> {
        let mut last: Option<(u64, Permutation)> = None;
        let mut parent_of = |row: u64| {
            let (round, at) = (row / self.parents, row % self.parents);
            let deal = match last {
                Some((of, deal)) if of == round => deal,
                _ => self.deal(round),
            };
            last = Some((round, deal));
            (deal.apply(at), round)
        };
        rows.iter().map(|row| parent_of(*row)).collect()
    }

    /// The row that a round gives a parent.
    pub fn row_of(&self, parent: u64, round: u64) -> u64 {
        round.saturating_mul(self.parents).saturating_add(self.deal(round).invert(parent))
    }

    /// The order in which a round goes over the parents.
    fn deal(&self, round: u64) -> Permutation {
        Permutation::new(self.key.child(round), self.parents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn law(parents: u64) -> Dealt {
        Dealt::new(LawKey::derive(7, &["player", "team_id"], "dealt"), parents)
    }

    #[test]
    fn every_round_gives_each_parent_one_child() {
        for round in 0..5 {
            let rows: Vec<u64> = (round * 10..(round + 1) * 10).collect();
            let parents = law(10).parents_of(&rows);
            assert!(parents.iter().all(|(_, of)| *of == round));
            assert_eq!(parents.iter().map(|(parent, _)| *parent).collect::<BTreeSet<_>>().len(), 10);
        }
    }

    #[test]
    fn a_child_is_found_from_its_parent() {
        let rows: Vec<u64> = (0..130).rev().collect();
        for (row, (parent, round)) in rows.iter().zip(law(13).parents_of(&rows)) {
            assert_eq!(law(13).row_of(parent, round), *row);
        }
        assert_eq!(law(0).parents_of(&[3]), [(0, 3)]);
    }
}
