//! Children per parent with an exact total, by a dyadic split tree: nothing is stored.
//!
//! The total is halved down a binary tree over the parents by keyed draws, clamped so that each half can meet its
//! parents' minimum and maximum. Children of one parent are neighbouring rows, so a child's position among its
//! siblings is its row less the first row of the range.

use crate::key::{LawKey, below, mix};

/// A law that gives each of `parents` between `min` and `max` of `total` children.
#[derive(Clone, Copy, Debug)]
pub struct FanOut {
    key: LawKey,
    parents: u64,
    total: u64,
    min: u64,
    max: u64,
}

/// A node of the tree: parents `lo..hi` and their children's rows `first..first + total`.
#[derive(Clone, Copy, Debug)]
struct Subtree {
    lo: u64,
    hi: u64,
    first: u64,
    total: u64,
}

impl FanOut {
    /// Spreads `total` children over `parents`, each with at most `max`. Every parent gets at least one when there are
    /// two for each: fewer would have to be dealt out evenly, which looks made up. `total` is cut to `parents * max`.
    pub fn new(key: LawKey, parents: u64, total: u64, max: u64) -> Self {
        let total = total.min(parents.saturating_mul(max));
        Self { key, parents, total, min: u64::from(total / 2 >= parents), max }
    }

    /// The parent of a child row, and the child's position among its siblings, from 0. O(log parents).
    #[cfg(test)]
    pub fn parent_of(&self, row: u64) -> (u64, u64) {
        let mut node = Subtree { lo: 0, hi: self.parents.max(1), first: 0, total: self.total };
        while node.hi - node.lo > 1 {
            let (left, right) = self.split(node);
            node = if row < right.first { left } else { right };
        }
        (node.lo, row.saturating_sub(node.first))
    }

    /// The parent of each of some child rows, and the child's position among its siblings, from 0. Rows next to each other share most of their way down the tree, which
    /// is then walked once: a run of rows costs about two splits a parent.
    pub fn parents_of(&self, rows: &[u64]) -> Vec<(u64, u64)> {
        let root = Subtree { lo: 0, hi: self.parents.max(1), first: 0, total: self.total };
        // The way to the last leaf: every node lies within the one before it.
        let mut way = vec![root];
        let mut parents = Vec::with_capacity(rows.len());
        for row in rows {
            while way.len() > 1 && !way[way.len() - 1].takes(*row) {
                way.pop();
            }
            let mut node = way[way.len() - 1];
            while node.hi - node.lo > 1 {
                let (left, right) = self.split(node);
                node = if *row < right.first { left } else { right };
                way.push(node);
            }
            parents.push((node.lo, row.saturating_sub(node.first)));
        }
        parents
    }

    /// The child rows of a parent. O(log parents).
    #[cfg(test)]
    fn range_of(&self, parent: u64) -> std::ops::Range<u64> {
        let mut node = Subtree { lo: 0, hi: self.parents.max(1), first: 0, total: self.total };
        while node.hi - node.lo > 1 {
            let (left, right) = self.split(node);
            node = if parent < right.lo { left } else { right };
        }
        node.first..node.first + node.total
    }

    fn split(&self, node: Subtree) -> (Subtree, Subtree) {
        let len = node.hi - node.lo;
        let left_len = len / 2;
        let right_len = len - left_len;
        let random = mix(self.key.child(node.lo), node.hi);
        // The even share, moved by up to a quarter either way: shares multiply down the tree, so degrees come out
        // skewed, as they are in life. The low bits round the share up or down without bias.
        let swing = 768 + below(random, 513);
        let (share, rest) = share(node.total, left_len, swing, len);
        let left = share + u64::from(rest > below(random.rotate_left(32), len));
        let least = (self.min * left_len).max(node.total.saturating_sub(self.max.saturating_mul(right_len)));
        let most = self.max.saturating_mul(left_len).min(node.total - self.min * right_len);
        let left = left.clamp(least, most.max(least));
        (
            Subtree { lo: node.lo, hi: node.lo + left_len, first: node.first, total: left },
            Subtree {
                lo: node.lo + left_len,
                hi: node.hi,
                first: node.first + left,
                total: node.total - left,
            },
        )
    }
}

impl Subtree {
    /// Whether a row is one of its children. The last node on the right takes all rows past the end as well.
    fn takes(&self, row: u64) -> bool {
        row.checked_sub(self.first).is_some_and(|at| at < self.total)
    }
}

/// `total * part / whole * swing / 1024`, and what is left over of the division by `whole`. Nearly always 64 bits hold
/// the products, and 128-bit division costs ten times as much.
#[inline]
fn share(total: u64, part: u64, swing: u64, whole: u64) -> (u64, u64) {
    if let Some(product) = total.checked_mul(part).and_then(|even| even.checked_mul(swing)) {
        let scaled = product / 1024;
        return (scaled / whole, scaled % whole);
    }
    let scaled = u128::from(total) * u128::from(part) * u128::from(swing) / 1024;
    ((scaled / u128::from(whole)) as u64, (scaled % u128::from(whole)) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Ranges cover all children in order, degrees keep their bounds, and `parent_of` agrees with `range_of`.
        #[test]
        fn every_child_has_one_parent(key in any::<u64>(), parents in 1_u64..60, total in 0_u64..400, max in 1_u64..20) {
            let law = FanOut::new(LawKey(key), parents, total, max);
            let mut next = 0;
            for parent in 0..parents {
                let range = law.range_of(parent);
                prop_assert_eq!(range.start, next);
                prop_assert!(range.end - range.start <= max);
                prop_assert!(total.min(parents * max) / 2 < parents || range.end > range.start);
                for row in range.clone() {
                    prop_assert_eq!(law.parent_of(row), (parent, row - range.start));
                }
                next = range.end;
            }
            prop_assert_eq!(next, total.min(parents * max));
            let rows: Vec<u64> = (0..next + 3).chain((0..next).rev().step_by(7)).collect();
            let alone: Vec<(u64, u64)> = rows.iter().map(|r| law.parent_of(*r)).collect();
            prop_assert_eq!(law.parents_of(&rows), alone);
        }
    }
}
