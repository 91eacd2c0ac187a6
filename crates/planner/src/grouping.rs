//! Columns by which a table's rows form groups that refer to one another: `tree` of `FOREIGN KEY (tree, parent) REFERENCES
//! node (tree, id)`, where `tree` refers to nothing else.
//!
//! Few values make groups of several rows, so that a row has others of its own to refer to. Their number does not depend on the
//! rows: more rows leave those before them as they are.

use super::free_columns::free_law;
use super::listing::Listing;
use seedbed_datagen_core::Cardinality;
use seedbed_laws::{Law, LawKey};

/// The groups of a table, unless its keys need more: an earlier row of the same one is looked for by draws.
pub(super) const GROUPS: u64 = 8;

/// The law of such a column that no key has decided.
pub(super) fn grouping_law(key: LawKey, listing: &Listing) -> Law {
    match listing.sampler.cardinality() {
        Cardinality::Exact(fewer) if fewer <= GROUPS => free_law(key, listing),
        _ => Law::Hashed { key, len: GROUPS },
    }
}

/// Of the values of such a column, as many as a key needs for its rows beside so many combinations of its other columns.
pub(super) fn groups_for(rows: u64, others: u128) -> u64 {
    let needed = u128::from(rows).div_ceil(others.max(1));
    u64::try_from(needed).unwrap_or(u64::MAX).max(GROUPS)
}
