//! The columns and types that an expression names.

use crate::{ColumnIdx, Expr, SqlType};

impl Expr {
    /// The columns it reads, sorted, each once.
    pub fn columns(&self) -> Vec<ColumnIdx> {
        let mut found = Vec::new();
        self.walk(&mut |e| {
            if let Self::Column(index) = e {
                found.push(*index);
            }
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Gives the columns that it reads other numbers.
    pub fn renumber_columns(&mut self, map: &dyn Fn(ColumnIdx) -> ColumnIdx) {
        self.walk_mut(&mut |e| {
            if let Self::Column(column) = e {
                *column = map(*column);
            }
        });
    }

    /// Changes the types that it casts to.
    pub fn change_types(&mut self, change: &dyn Fn(&mut SqlType)) {
        self.walk_mut(&mut |e| {
            if let Self::Cast { target, .. } = e {
                change(target);
            }
        });
    }
}
