//! Numbers that are left when some are passed over.

/// The numbers from 0 on without some runs of them, in order: the n-th that is left, at a binary search each.
///
/// ```
/// use seedbed_laws::Gaps;
/// let gaps = Gaps::new([0, 1, 2, 7]);
/// assert_eq!((0..5).map(|n| gaps.nth(n)).collect::<Vec<_>>(), [3, 4, 5, 6, 8]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// For each run that is passed over, how many numbers are left before it, and how many are passed over until its end.
    runs: Vec<(u64, u64)>,
}

impl Gaps {
    /// Passes over some numbers, which come in ascending order.
    pub fn new(passed: impl IntoIterator<Item = u64>) -> Self {
        let mut gaps = Self::default();
        passed.into_iter().for_each(|number| gaps.push(number));
        gaps
    }

    /// Passes over so many first numbers.
    pub fn first(count: u64) -> Self {
        Self { runs: if count > 0 { vec![(0, count)] } else { Vec::new() } }
    }

    /// Passes over one more number, greater than all that are passed over already; one that is not is left as it is.
    pub fn push(&mut self, number: u64) {
        let passed = self.passed();
        let Some(left) = number.checked_sub(passed) else { return };
        match self.runs.last_mut() {
            Some((before, until)) if *before == left => *until += 1,
            Some((before, _)) if *before > left => {}
            _ => self.runs.push((left, passed + 1)),
        }
    }

    /// How many numbers are passed over.
    pub fn passed(&self) -> u64 {
        self.runs.last().map_or(0, |(_, until)| *until)
    }

    /// The same with more numbers passed over, which come in ascending order and are left so far.
    #[must_use]
    pub fn with(&self, more: &[u64]) -> Self {
        if more.is_empty() {
            return self.clone();
        }
        let starts = std::iter::once(0).chain(self.runs.iter().map(|(_, until)| *until));
        let runs =
            self.runs.iter().zip(starts).map(|((before, until), start)| before + start..before + until);
        let (mut runs, mut more) = (runs.flatten().peekable(), more.iter().copied().peekable());
        let mut merged = Self::default();
        loop {
            let next = match (runs.peek(), more.peek()) {
                (Some(run), Some(number)) if number < run => more.next(),
                (Some(_), _) => runs.next(),
                (None, _) => more.next(),
            };
            let Some(next) = next else { return merged };
            merged.push(next);
        }
    }

    /// The n-th number that is left.
    pub fn nth(&self, n: u64) -> u64 {
        let runs = self.runs.partition_point(|(before, _)| *before <= n);
        n.saturating_add(runs.checked_sub(1).map_or(0, |last| self.runs[last].1))
    }

    /// Bytes that it keeps.
    pub fn bytes(&self) -> usize {
        self.runs.len() * size_of::<(u64, u64)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn what_is_left_is_all_that_is_not_passed_over(passed in proptest::collection::btree_set(0_u64..200, 0..60)) {
            let gaps = Gaps::new(passed.iter().copied());
            let left: Vec<u64> = (0..300).filter(|n| !passed.contains(n)).collect();
            let nth: Vec<u64> = (0..left.len() as u64).map(|n| gaps.nth(n)).collect();
            prop_assert_eq!(nth, left);
            prop_assert_eq!(gaps.passed(), passed.len() as u64);
        }
    }

    #[test]
    fn neighbours_are_one_run() {
        let gaps = Gaps::new(0..1000);
        assert_eq!(gaps, Gaps::first(1000));
        assert_eq!((gaps.bytes(), gaps.nth(0)), (16, 1000));
        assert_eq!(gaps.with(&[1000, 1005]), Gaps::new((0..1001).chain([1005])));
        assert_eq!(Gaps::new([5, 6]).with(&[1, 7, 9]), Gaps::new([1, 5, 6, 7, 9]));
        assert_eq!(Gaps::default().nth(7), 7);
        assert_eq!(Gaps::first(0), Gaps::new(BTreeSet::new()));
    }
}
