//! The strings that a regular expression matches, counted and numbered.
//!
//! `tree` reads the expression and narrows its classes, `count` counts the strings of each length by dynamic
//! programming and finds the one of a number, `ambiguity` proves that no string is reached twice, `product` does the same
//! for several expressions that must all match. `places` asks whether a string matches one of the simplest kind.

mod ambiguity;
mod count;
mod error;
mod places;
mod product;
mod tree;

use count::{CountedTree, TooLarge};
pub use error::PatternListError;
pub use places::PlacePattern;
use product::CountedProduct;
use std::fmt;
use tree::Tree;

/// Strings matched by a regular expression, in a fixed order, addressed by number.
///
/// The list is made for columns with a pattern in a CHECK. It need not hold *every* match: classes are narrowed to what
/// reads well (letters and digits before punctuation, printable before control characters), an unanchored side gets no
/// extra text unless the least length asks for it, and without an upper length limit repetitions stop some characters
/// after the shortest match. Every string of the list matches, and has a length within the limits.
///
/// ```
/// use seedbed_solver::PatternList;
/// let plates = PatternList::new("^[A-C]{2}-[0-9]{3}$", 0, None).unwrap();
/// assert_eq!(plates.len(), 9_000);
/// assert_eq!(plates.at(0), "AA-000");
/// assert_eq!(plates.at(8_999), "CC-999");
/// assert!(plates.is_unambiguous());
/// ```
#[derive(Clone)]
pub struct PatternList {
    /// What gives the strings of each length, and their number.
    counted: Counted,
    /// First and last length that strings have, in characters.
    lengths: (usize, usize),
    /// How many strings there are, saturating.
    len: u128,
    /// Whether no string is reached twice.
    unambiguous: bool,
    /// Whether the expression speaks of the whole string.
    anchored: bool,
}

/// What gives strings by their length and a number.
#[derive(Clone)]
enum Counted {
    /// One expression.
    Tree(CountedTree),
    /// Several at once.
    Product(CountedProduct),
}

impl Counted {
    fn count(&self, length: usize) -> u128 {
        match self {
            Self::Tree(tree) => tree.count(length),
            Self::Product(product) => product.count(length),
        }
    }

    fn write(&self, length: usize, index: u128, out: &mut String) {
        match self {
            Self::Tree(tree) => tree.write(length, index, out),
            Self::Product(product) => product.write(length, index, out),
        }
    }
}

impl PatternList {
    /// The strings of `min_chars` to `max_chars` characters that match `pattern`, a regular expression in the `regex`
    /// crate's syntax.
    ///
    /// O(n·l²) time and O(n·l) space, n the size of the expression with repetitions written out and l the greatest
    /// length listed, which is at most 256 more than the least.
    ///
    /// # Errors
    /// An expression that can't be read, looks around, or has no match of such a length.
    pub fn new(pattern: &str, min_chars: u32, max_chars: Option<u32>) -> Result<Self, PatternListError> {
        let tree = Tree::parse(pattern)?;
        let limit = max_chars.unwrap_or(u32::MAX);
        let empty = || PatternListError::Empty { pattern: pattern.to_owned(), min_chars, max_chars: limit };
        let too_large = |TooLarge| PatternListError::Unsupported {
            pattern: pattern.to_owned(),
            what: "repetitions with too many ways to divide a string among them",
        };
        if let Some(list) = Self::of_tree(&tree, min_chars, limit).map_err(too_large)? {
            return Ok(list);
        }
        let padded = tree.padded().ok_or_else(empty)?;
        Self::of_tree(&padded, min_chars, limit).map_err(too_large)?.ok_or_else(empty)
    }

    /// The strings that several expressions match, all of them at once. Where that can't be told, those of the most
    /// selective one: a whole-string expression before one that only asks for a part, then the shortest list. The caller
    /// drops what the others refuse.
    ///
    /// # Errors
    /// The first expression's error if none gives a list, and [`PatternListError::Empty`] as soon as one is empty.
    pub fn all(
        patterns: &[String],
        min_chars: u32,
        max_chars: Option<u32>,
    ) -> Result<Self, PatternListError> {
        if patterns.len() > 1
            && let Some(list) = Self::of_product(patterns, min_chars, max_chars)
        {
            return Ok(list);
        }
        let mut best: Option<Self> = None;
        let mut first_error = None;
        for pattern in patterns {
            match Self::new(pattern, min_chars, max_chars) {
                Ok(list) if best.as_ref().is_none_or(|b| list.selectivity() < b.selectivity()) => {
                    best = Some(list)
                }
                Ok(_) => {}
                Err(error @ PatternListError::Empty { .. }) => return Err(error),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        match (best, first_error) {
            (Some(list), _) => Ok(list),
            (None, Some(error)) => Err(error),
            (None, None) => Self::new("", min_chars, max_chars),
        }
    }

    /// How many numbers there are, at least one; saturating.
    #[expect(clippy::len_without_is_empty, reason = "a list that exists is not empty")]
    pub fn len(&self) -> u128 {
        self.len
    }

    /// Whether different numbers are surely different strings (compared exactly). False means only that it was not
    /// proven: an expression such as `(a|aa)*` reaches a string in several ways.
    pub fn is_unambiguous(&self) -> bool {
        self.unambiguous
    }

    /// The string of a number; numbers from [`PatternList::len`] on wrap around. A list longer than 2^64 is entered at
    /// even distances by the 64-bit numbers, so that they vary all of the string; larger numbers wrap around.
    pub fn at(&self, ordinal: u128) -> String {
        let mut out = String::new();
        self.write(ordinal, &mut out);
        out
    }

    /// Appends the string of a number.
    pub fn write(&self, ordinal: u128, out: &mut String) {
        let stride = self.len >> 64;
        let mut index =
            if stride > 0 { (ordinal & u128::from(u64::MAX)) * stride } else { ordinal % self.len };
        for length in self.lengths.0..=self.lengths.1 {
            let count = self.counted.count(length);
            if index < count {
                return self.counted.write(length, index, out);
            }
            index -= count;
        }
    }

    /// What a list is chosen by: least is most selective.
    fn selectivity(&self) -> (bool, u128) {
        (!self.anchored, self.len)
    }

    /// The strings within the limits, longer ones as long as there are few; `None` if there are none.
    fn of_tree(tree: &Tree, min_chars: u32, limit: u32) -> Result<Option<Self>, TooLarge> {
        let least = tree.root.min_chars().max(min_chars);
        if least > limit || least > LONGEST {
            return Ok(None);
        }
        let most = tree.root.max_chars().map_or(limit, |m| m.min(limit));
        let mut best = None;
        for slack in [SLACK, 4 * SLACK, LONGEST_SLACK] {
            let last = least.saturating_add(slack).min(most) as usize;
            let list = match Self::of_lengths(tree, min_chars as usize, last) {
                Err(TooLarge) if best.is_some() => break,
                list => list?,
            };
            let enough = list.as_ref().is_some_and(|l| l.len >= PLENTY);
            best = list.or(best);
            if enough || last >= most as usize {
                break;
            }
        }
        Ok(best)
    }

    /// The strings that all of several expressions match, where they can be counted.
    fn of_product(patterns: &[String], min_chars: u32, max_chars: Option<u32>) -> Option<Self> {
        let trees = patterns.iter().map(|p| Tree::parse_whole(p).ok()).collect::<Option<Vec<Tree>>>()?;
        let shortest = trees.iter().map(|tree| tree.root.min_chars()).max()?;
        let least = shortest.max(min_chars);
        let most = max_chars.unwrap_or(u32::MAX).min(least.saturating_add(SLACK));
        if least > most || most > LONGEST {
            return None;
        }
        let (first, last) = (min_chars as usize, most as usize);
        let counted = CountedProduct::new(trees, first, last)?;
        let len = (first..=last).fold(0u128, |sum, length| sum.saturating_add(counted.count(length)));
        let counted = Counted::Product(counted);
        Some(Self { counted, lengths: (first, last), len, unambiguous: true, anchored: true })
    }

    /// The strings of `first` to `last` characters.
    fn of_lengths(tree: &Tree, first: usize, last: usize) -> Result<Option<Self>, TooLarge> {
        let counted = CountedTree::new(&tree.root, last)?;
        let len = (first..=last).fold(0u128, |sum, length| sum.saturating_add(counted.count(length)));
        Ok((len > 0).then(|| Self {
            unambiguous: ambiguity::is_unambiguous(&tree.root),
            anchored: tree.anchored_start && tree.anchored_end,
            counted: Counted::Tree(counted),
            lengths: (first, last),
            len,
        }))
    }
}

impl fmt::Debug for PatternList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PatternList")
            .field("len", &self.len)
            .field("lengths", &self.lengths)
            .field("unambiguous", &self.unambiguous)
            .finish_non_exhaustive()
    }
}

/// Characters that repetitions may add to the shortest match at first.
const SLACK: u32 = 16;

/// Characters that they may add when the list would else be short.
const LONGEST_SLACK: u32 = 256;

/// The longest string that is listed: counting is quadratic in it.
const LONGEST: u32 = 2_048;

/// A list this long needs no longer strings.
const PLENTY: u128 = 1 << 32;

#[cfg(test)]
mod tests;
