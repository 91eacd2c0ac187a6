//! Several digits drawn together, so that their tuples are distinct.

use crate::permutation::Permutation;

/// Digits drawn together: a permutation of a product, taken apart in mixed radix. Rows below the product's size have
/// distinct tuples.
#[derive(Clone, Debug)]
pub struct JointLaw {
    /// Where each row's tuple stands in the product.
    pub permutation: Permutation,
    /// Radix of each digit; the first changes fastest.
    pub radices: Vec<u64>,
    /// Whether rows go through the product along its diagonal: each digit by itself then repeats no value before the
    /// shortest list is used up, which a reference to one column of the key may need.
    pub diagonal: bool,
}

impl JointLaw {
    /// The number of each row's tuple.
    pub fn tuples(&self, rows: &[u64]) -> Vec<u64> {
        let mut tuples = rows.to_vec();
        if !self.diagonal {
            self.permutation.apply_all(&mut tuples);
        }
        tuples
    }

    /// One digit of each tuple.
    pub fn digits(&self, tuples: &[u64], digit: usize) -> Vec<u64> {
        let radix = self.radices[digit];
        if !self.diagonal {
            // Past 64 bits the digits before this one tell all tuples apart already, and it may be any: it wraps, and
            // stays as varied as the others.
            let unit = self.radices[..digit].iter().fold(1, |unit: u64, r| unit.wrapping_mul(*r)).max(1);
            // The same where no tuple reaches the second value of this digit.
            let unit = if unit < self.permutation.len() { unit } else { 1 };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LawKey;
    use proptest::prelude::*;

    #[test]
    fn lists_whose_product_is_beyond_64_bits_have_digits_all_the_same() {
        let radices = vec![1 << 32, 1 << 32, 7];
        let joint = JointLaw { permutation: Permutation::new(LawKey(1), u64::MAX), radices, diagonal: false };
        let tuples = joint.tuples(&[0, 1, 2, 3]);
        assert!(joint.digits(&tuples, 2).iter().all(|digit| *digit < 7));
    }

    #[test]
    fn a_digit_after_a_list_that_no_tuple_goes_through_varies() {
        let radices = vec![1 << 63, 1 << 20];
        let joint = JointLaw { permutation: Permutation::new(LawKey(1), 1 << 62), radices, diagonal: false };
        let digits = joint.digits(&joint.tuples(&[0, 1, 2, 3]), 1);
        assert!(digits.windows(2).any(|pair| pair[0] != pair[1]), "{digits:?}");
    }

    proptest! {
        /// No tuple comes twice, and along the diagonal no digit does before the shortest list is used up.
        #[test]
        fn joint_digits_are_distinct_together(
            key in any::<u64>(), radices in prop::collection::vec(1_u64..12, 1..4), diagonal in any::<bool>()
        ) {
            let product = radices.iter().product();
            let joint = JointLaw { permutation: Permutation::new(LawKey(key), product), radices: radices.clone(), diagonal };
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
