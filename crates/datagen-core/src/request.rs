//! What a plan is asked to do beyond the schema: the spec, which tables, and what the target holds already.

use crate::{Attempts, CancelToken, PlanningBudget, Shortfall, Spec};
use seedbed_schema_model::{ColumnIdx, TableId};
use seedbed_sql_values::Value;
use std::collections::BTreeMap;

/// What a plan is made from, besides the schema and the catalog of providers.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The user's wishes. `spec.rows` defaults to 100, `spec.seed` to 0.
    pub spec: Spec,
    /// Only these tables, by name, and all that they must refer to; `None` for all.
    pub only: Option<Vec<String>>,
    /// Tables that must be among those, by name: it is an error when `only` leaves one out.
    pub expected: Vec<String>,
    /// Rows that the target holds already.
    pub existing: Existing,
    /// Tables into which the schema's own text inserts rows, with those that are known of them. Lookups among them are left
    /// as they are unless the spec or `only` names them.
    pub inserted: BTreeMap<TableId, KnownRows>,
    /// Tables that get no rows, and why: those that the target refused. Tables that need them follow by themselves.
    pub withheld: BTreeMap<TableId, Shortfall>,
    /// Rows that take another attempt than the first, as a load found them.
    pub attempts: Attempts,
    /// Ends the planning between two tables when it is canceled.
    pub cancel: CancelToken,
    /// What the planning may cost before something is left undecided.
    pub budget: PlanningBudget,
}

/// What the target holds before the run. Generated keys go on after it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Existing {
    /// Tables that hold rows; others are empty.
    pub tables: BTreeMap<TableId, ExistingTable>,
    /// The user of the session that will write the rows, where triggers look for a row of that name.
    pub session_user: Option<String>,
    /// What the target's clock says, in microseconds since 1970-01-01 UTC, where CHECKs compare with it.
    pub now_micros: Option<i64>,
}

/// What one table holds before the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExistingTable {
    /// Its rows.
    pub rows: u64,
    /// The greatest value of each integer column that is alone a key or part of one.
    pub greatest: BTreeMap<ColumnIdx, i128>,
    /// For columns that are alone a key: their values as [`compared_text`](crate::compared_text), sorted. Those of integers
    /// may be left out where there are many, as the greatest says which are free; so are those of a column with too many.
    pub taken: BTreeMap<ColumnIdx, Vec<String>>,
    /// The values of its columns that are part of a key or referred to by another table's foreign key. References may
    /// draw these rows, and keys over several columns keep away from them.
    pub known: KnownRows,
}

/// Rows of a table by the values of some of its columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownRows {
    /// The columns.
    pub columns: Vec<ColumnIdx>,
    /// A value for each of the columns, in each row: of the first [`KnownRows::MOST`] rows, in a fixed order.
    pub rows: Vec<Vec<Value>>,
}

impl KnownRows {
    /// How many rows of a table are remembered at most.
    pub const MOST: usize = 10_000;
}
