//! Columns whose own CHECKs their lists don't meet: no law holds a key over them, as keys are never drawn again.
//!
//! `UNIQUE (code), CHECK (code % 7 = 0)`: a list of numbers has the others too. Those that pass are another list, if they
//! are found; else what rows are left is for the sieve to find.

use super::KeyFixing;
use crate::listing::Listing;
use crate::lists::Thinned;
use crate::own_checks::OwnChecks;
use seedbed_schema_model::ColumnIdx;

impl KeyFixing<'_, '_> {
    /// The list of a column each of whose values is another one that the column's own CHECKs allow, as far as a sample of
    /// it tells; `None` if there is none.
    pub(super) fn injective_listing(&mut self, column: ColumnIdx) -> Option<Listing> {
        let listing = self.distinct_listing(column)?;
        if !self.is_refused(column, &listing) {
            return Some(listing).filter(|listing| listing.sampler.is_injective());
        }
        let own = OwnChecks::of(self.cx, column, self.left)?;
        let rows = self.cx.rows;
        match self.lists().thinned(column, own, rows)? {
            Thinned::Passing(listing) => Some(listing),
            Thinned::Among(_) => None,
        }
    }

    /// Whether the column's own CHECKs refuse values of a list, as far as a sample of it tells.
    pub(super) fn is_refused(&self, column: ColumnIdx, listing: &Listing) -> bool {
        let sample = OwnChecks::of(self.cx, column, self.left).map(|own| own.sample(listing));
        sample.is_some_and(|(passing, all)| passing < all)
    }
}
