//! The keys of a parent's rows, to be referred to.

use crate::cells::{picked, values};
use arrow_array::ArrayRef;
use arrow_schema::ArrowError;
use seedbed_edit::Distribution;
use seedbed_laws::{LawKey, Permutation, below, mix};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use seedbed_sql_values::{Value, stored_value};

/// The key columns of all rows of a parent, and how often each is referred to. They are all in memory.
#[derive(Debug)]
pub(crate) struct ParentRows {
    pub(crate) parent: TableId,
    pub(crate) parent_columns: Vec<ColumnIdx>,
    pub(crate) arrays: Vec<ArrayRef>,
    pub(crate) rows: u64,
    pub(crate) by: Distribution,
    pub(crate) key: LawKey,
}

impl ParentRows {
    /// The parent of the row of a rank in an attempt.
    pub(crate) fn pick(&self, rank: u64, attempt: u64) -> usize {
        let order = Permutation::new(self.key, self.rows);
        let drawn = mix(self.key.child(attempt + 1), rank);
        let at = match self.by {
            Distribution::Even => (rank + attempt) % self.rows,
            Distribution::Uniform => below(drawn, self.rows),
            Distribution::Skewed => skewed(drawn, self.rows),
        };
        order.apply(at) as usize
    }

    /// The keys of some of the parents, as the referring columns keep them.
    pub(crate) fn keys(
        &self,
        parents: &[usize],
        schema: &Schema,
        child: TableId,
        columns: &[ColumnIdx],
    ) -> Result<Vec<Vec<Value>>, ArrowError> {
        let arrays = picked(&self.arrays, parents)?;
        let each = self.parent_columns.iter().zip(&arrays).zip(columns);
        Ok(each
            .map(|((from, array), to)| {
                let keys = values(array, &schema[self.parent][*from], schema);
                keys.into_iter().map(|key| stored_value(key, &schema[child][*to], schema)).collect()
            })
            .collect())
    }
}

/// A number below `len`, the smaller the likelier: the seventh power of a uniform share, so that a fifth of the numbers comes
/// four fifths of the time (0.2 ^ (1/7) = 0.79).
fn skewed(random: u64, len: u64) -> u64 {
    let share = u128::from(random >> 32);
    let seventh = (0..6).fold(share, |power, _| (power * share) >> 32);
    ((seventh * u128::from(len)) >> 32) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_comes_four_fifths_of_the_time() {
        let key = LawKey::derive(1, &["t"], "test");
        let few = (0..10_000).filter(|row| skewed(mix(key, *row), 1_000) < 200).count();
        assert!((7_700..8_200).contains(&few), "{few}");
    }
}
