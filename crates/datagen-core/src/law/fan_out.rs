//! Children per parent with an exact total, by a dyadic split tree: nothing is stored.
//!
//! The total is halved down a binary tree over the parents by keyed draws, clamped so that each half can meet its
//! parents' minimum and maximum. Children of one parent are neighbouring rows, so a child's position among its
//! siblings is its row less the first row of the range.

use crate::key::{Key, below, mix};

/// A law that gives each of `parents` between `min` and `max` of `total` children.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FanOut {
    key: Key,
    parents: u64,
    total: u64,
    min: u64,
    max: u64,
}

/// A node of the tree: parents `lo..hi` and their children's rows `first..first + total`.
#[derive(Clone, Copy, Debug)]
struct Node {
    lo: u64,
    hi: u64,
    first: u64,
    total: u64,
}

impl FanOut {
    /// Spreads `total` children over `parents`, each with at most `max`. Every parent gets at least one when there are
    /// two for each: fewer would have to be dealt out evenly, which looks made up. `total` is cut to `parents * max`.
    pub(crate) fn new(key: Key, parents: u64, total: u64, max: u64) -> Self {
        let total = total.min(parents.saturating_mul(max));
        Self { key, parents, total, min: u64::from(total / 2 >= parents), max }
    }

    /// The parent of a child row, and the child's position among its siblings, from 0. O(log parents).
    pub(crate) fn parent_of(&self, row: u64) -> (u64, u64) {
        let mut node = Node { lo: 0, hi: self.parents.max(1), first: 0, total: self.total };
        while node.hi - node.lo > 1 {
            let (left, right) = self.split(node);
            node = if row < right.first { left } else { right };
        }
        (node.lo, row.saturating_sub(node.first))
    }

    /// The child rows of a parent. O(log parents).
    #[cfg(test)]
    fn range_of(&self, parent: u64) -> std::ops::Range<u64> {
        let mut node = Node { lo: 0, hi: self.parents.max(1), first: 0, total: self.total };
        while node.hi - node.lo > 1 {
            let (left, right) = self.split(node);
            node = if parent < right.lo { left } else { right };
        }
        node.first..node.first + node.total
    }

    fn split(&self, node: Node) -> (Node, Node) {
        let len = node.hi - node.lo;
        let left_len = len / 2;
        let right_len = len - left_len;
        let random = mix(self.key.child(node.lo), node.hi);
        // The even share, moved by up to a quarter either way: shares multiply down the tree, so degrees come out
        // skewed, as they are in life. The low bits round the share up or down without bias.
        let even = u128::from(node.total) * u128::from(left_len);
        let swing = 768 + u128::from(below(random, 513));
        let scaled = even * swing / 1024;
        let left = (scaled / u128::from(len)) as u64
            + u64::from((scaled % u128::from(len)) as u64 > below(random.rotate_left(32), len));
        let least = (self.min * left_len).max(node.total.saturating_sub(self.max.saturating_mul(right_len)));
        let most = self.max.saturating_mul(left_len).min(node.total - self.min * right_len);
        let left = left.clamp(least, most.max(least));
        (
            Node { lo: node.lo, hi: node.lo + left_len, first: node.first, total: left },
            Node { lo: node.lo + left_len, hi: node.hi, first: node.first + left, total: node.total - left },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Ranges cover all children in order, degrees keep their bounds, and `parent_of` agrees with `range_of`.
        #[test]
        fn every_child_has_one_parent(key in any::<u64>(), parents in 1_u64..60, total in 0_u64..400, max in 1_u64..20) {
            let law = FanOut::new(Key(key), parents, total, max);
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
        }
    }
}
