//! What CHECKs ask of one column alone and its list doesn't hold by itself.

use super::facts::LeftoverCheck;
use super::listing::Listing;
use super::table_context::TableContext;
use seedbed_datagen_core::{Cardinality, ColumnBuffer};
use seedbed_laws::{below, mix};
use seedbed_rows::{Filled, FilledRow, parsed_types};
use seedbed_schema_model::ColumnIdx;
use seedbed_sql_semantics::check_passes;
use std::collections::BTreeMap;

/// Values of a list that are looked at.
const SAMPLE: u64 = 256;

/// The conditions on a column.
pub(super) struct OwnChecks<'s, 'a> {
    cx: TableContext<'a>,
    column: ColumnIdx,
    checks: Vec<&'s LeftoverCheck>,
}

impl<'s, 'a> OwnChecks<'s, 'a> {
    /// Those of some conditions that read the column and no other; `None` if there are none.
    pub(super) fn of(cx: TableContext<'a>, column: ColumnIdx, checks: &'s [LeftoverCheck]) -> Option<Self> {
        let checks: Vec<&LeftoverCheck> = checks.iter().filter(|c| c.expr.columns() == [column]).collect();
        (!checks.is_empty()).then_some(Self { cx, column, checks })
    }

    /// The places of those of some values that pass. What can't be evaluated counts as passed.
    pub(super) fn passing(&self, cells: ColumnBuffer) -> Vec<usize> {
        let len = cells.len();
        let columns = BTreeMap::from([(self.column, Filled { cells, present: None })]);
        let expressions = self.cx.expressions();
        let types = parsed_types(&[self.column], &expressions);
        let schema = self.cx.schema();
        let passes = |index: &usize| {
            let row = FilledRow { columns: &columns, index: *index, types: &types, schema };
            self.checks.iter().all(|check| check_passes(&check.expr, &row, &expressions).unwrap_or(true))
        };
        (0..len).filter(passes).collect()
    }

    /// How many values of a sample of a list pass, and how many there are: all of a short list, the first ones of one that is
    /// gone through in its order.
    pub(super) fn sample(&self, listing: &Listing) -> (usize, usize) {
        let key = self.cx.key(self.column, "sample");
        let ordinals: Vec<u64> = match listing.sampler.cardinality() {
            Cardinality::Exact(len) if len <= SAMPLE => (0..len).collect(),
            Cardinality::Exact(len) if listing.sequential => (0..len.min(self.cx.rows).min(SAMPLE)).collect(),
            Cardinality::Exact(len) => (0..SAMPLE).map(|n| below(mix(key, n), len)).collect(),
            Cardinality::Huge => (0..SAMPLE).map(|n| mix(key, n)).collect(),
        };
        let mut cells = self.cx.buffer(self.column);
        listing.sampler.write(&ordinals, &mut cells);
        (self.passing(cells).len(), ordinals.len())
    }
}
