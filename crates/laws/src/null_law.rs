//! Which rows of a column are NULL.

use crate::key::{LawKey, mix};
use crate::stratified::Stratified;

/// When a cell is NULL.
#[derive(Clone, Debug)]
pub struct NullLaw {
    /// Stratum 0 of this law is NULL.
    pub law: Option<Stratified>,
    /// Rows from this one on are NULL: a nullable unique key holds no more distinct values.
    pub surplus_from: u64,
    key: LawKey,
    nullable: bool,
}

impl NullLaw {
    /// Never NULL.
    pub const NEVER: Self = Self { law: None, surplus_from: u64::MAX, key: LawKey(0), nullable: false };

    /// NULL at a rate.
    pub fn at_rate(key: LawKey, rate: f64) -> Self {
        let law = (rate > 0.0).then(|| Stratified::absence(key, rate));
        Self { law, surplus_from: u64::MAX, key, nullable: true }
    }

    /// Whether a row's cell is NULL. Later attempts try other rates, so that "all but one are NULL" is met soon.
    pub fn is_null(&self, row: u64, attempt: u64) -> bool {
        if row >= self.surplus_from {
            return true;
        }
        if attempt == 0 || !self.nullable {
            return self.law.as_ref().is_some_and(|law| law.stratum(row) == 0);
        }
        const EIGHTHS: [u64; 4] = [4, 1, 7, 4];
        mix(self.key.child(attempt), row) >> 61 < EIGHTHS[(attempt % 4) as usize]
    }

    /// Whether no cell is NULL in any of some rows, as far as can be told without a look at each cell.
    pub fn are_none(&self, rows: &[u64], attempt: u64) -> bool {
        let no_surplus = self.surplus_from == u64::MAX || rows.iter().all(|row| *row < self.surplus_from);
        self.law.is_none() && (attempt == 0 || !self.nullable) && no_surplus
    }

    /// Whether each of some rows has a cell: [`NullLaw::is_null`] is false.
    pub fn presence(&self, rows: &[u64], attempt: u64) -> Vec<bool> {
        match &self.law {
            Some(law) if attempt == 0 => {
                let strata = law.strata(rows);
                rows.iter().zip(strata).map(|(row, s)| *row < self.surplus_from && s != 0).collect()
            }
            _ => rows.iter().map(|row| !self.is_null(*row, attempt)).collect(),
        }
    }

    /// Whether a redraw may change which rows are NULL.
    pub fn can_vary(&self) -> bool {
        self.nullable
    }
}
