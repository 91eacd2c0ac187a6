//! Plans.

use crate::{Batch, Catalog, Explanation, Request, Shortfall};
use seedbed_schema_model::{ColumnIdx, Diagnostic, LoadOrder, Schema, Severity, Span, TableId};
use std::ops::Range;
use std::sync::Arc;

/// All decisions for a run: how many rows each table gets, and how each cell is computed.
#[derive(Debug)]
pub struct Plan {
    schema: Arc<Schema>,
    seed: u64,
    order: LoadOrder,
    tables: Vec<TablePlan>,
}

/// What a plan decided for one table.
#[derive(Debug)]
pub struct TablePlan {
    /// The table.
    pub table: TableId,
    /// Rows it gets.
    pub rows: u64,
    /// Rows that were asked for.
    pub asked: u64,
    /// Why `rows` is less than `asked`, when it is.
    pub shortfall: Option<Shortfall>,
    /// The columns that are written, in DDL order.
    pub columns: Vec<ColumnIdx>,
}

impl Plan {
    /// Plans a run.
    ///
    /// # Errors
    /// Every reason why the plan can't be carried out, all at once.
    pub fn new(schema: Arc<Schema>, request: &Request, catalog: &dyn Catalog) -> Result<Self, Vec<PlanError>> {
        let _ = (&request, catalog);
        let order = seedbed_schema_model::TableGraph::new(&schema).load_order();
        Ok(Self { schema, seed: 0, order, tables: Vec::new() })
    }

    /// The schema.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The order of loading over the whole schema, and the references it can't honour.
    pub fn load_order(&self) -> &LoadOrder {
        &self.order
    }

    /// The tables that the plan covers, in load order; with none of the partitions of a partitioned table, whose rows
    /// go in through their root.
    pub fn tables(&self) -> &[TablePlan] {
        &self.tables
    }

    /// One table's plan, if the plan covers it.
    pub fn table(&self, table: TableId) -> Option<&TablePlan> {
        self.tables.iter().find(|t| t.table == table)
    }

    /// Makes rows `rows` of a table. Any range, in any order, on any thread; the same range is the same bytes.
    pub fn batch(&self, table: TableId, rows: Range<u64>) -> Batch {
        let _ = (table, rows);
        Batch { table, first_row: 0, columns: Vec::new(), rows: arrow_array::RecordBatch::new_empty(Arc::new(arrow_schema::Schema::empty())) }
    }

    /// What the plan does and why.
    pub fn explain(&self) -> Explanation {
        Explanation { seed: self.seed, tables: Vec::new(), broken_references: Vec::new(), limitations: Vec::new() }
    }
}

/// Why a plan can't be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The spec or the command line names a table that the schema doesn't have.
    #[error("no table `{name}` in the schema")]
    UnknownTable {
        /// The name.
        name: String,
        /// The nearest name there is.
        similar: Option<String>,
    },
}

impl PlanError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownTable { .. } => "spec-unknown-table",
        }
    }

    /// Where in the schema's source, when the reason lies there.
    pub fn span(&self) -> Option<Span> {
        None
    }

    /// The next step.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownTable { similar, .. } => similar.as_ref().map(|s| format!("did you mean `{s}`?")),
        }
    }

    /// The error in the shape in which all problems are shown.
    pub fn to_diagnostic(&self) -> Diagnostic {
        Diagnostic {
            code: self.code().to_owned(),
            severity: Severity::Error,
            message: self.to_string(),
            span: self.span(),
            hint: self.hint(),
        }
    }
}
