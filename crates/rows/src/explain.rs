//! What a plan will do and why, for people and programs.

mod column_note;
mod key_note;
mod law_kind;
mod limitation;
mod plan;
mod table_note;
mod wording;

pub use column_note::{ColumnNote, ColumnReason, Filling, ListKind, ListReason, ListSource, NotComputed};
pub use key_note::{KeyKind, KeyName, KeyNote, KeyProof, ProductDraw, names};
pub use law_kind::LawKind;
pub use limitation::{Limitation, LimitationCode};
pub use table_note::{LimitationNote, MemoryUse, ReferenceName, TableNote, Unguaranteed};
pub use wording::Wording;

use serde::Serialize;

/// A plan, explained.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The seed.
    pub seed: u64,
    /// Tables in load order.
    pub tables: Vec<TableExplanation>,
    /// References that the load order can't honour, and how they are satisfied.
    pub broken_references: Vec<String>,
    /// What is not guaranteed, and why.
    pub limitations: Vec<Limitation>,
}

/// One table of an [`Explanation`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TableExplanation {
    /// Its name.
    pub table: String,
    /// Rows it gets.
    pub rows: u64,
    /// Cells that are computed for one row, those of parents that it shows included.
    pub evaluations: u64,
    /// Whether it can have the rows that were asked for, with all of its constraints.
    pub verdict: seedbed_datagen_core::Verdict,
    /// Why fewer than asked, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<seedbed_datagen_core::Shortfall>,
    /// How each unique key holds.
    pub keys: Vec<String>,
    /// CHECKs that lists and laws alone don't hold, such as those over several columns.
    pub cases: Vec<CasesExplanation>,
    /// Memory that the plan keeps for this table beyond its batches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
    /// What acts on its rows when they go into a database.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<TriggerExplanation>,
    /// Its columns in DDL order.
    pub columns: Vec<ColumnExplanation>,
}

/// CHECKs that share columns. For a row whose columns' own draws break one, the case that changes least is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CasesExplanation {
    /// The CHECKs.
    pub checks: Vec<String>,
    /// Columns that keys and references have settled, which a case can only read.
    pub given: Vec<String>,
    /// Columns of which a case decides no more than whether they are NULL.
    pub absences: Vec<String>,
    /// Columns of which a case decides everything.
    pub values: Vec<String>,
    /// Those of them that an equation can give from the others.
    pub computed: Vec<String>,
}

/// A trigger of a [`TableExplanation`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TriggerExplanation {
    /// Its name.
    pub name: String,
    /// When it acts, and what it may do.
    pub effect: String,
    /// Where it was declared.
    pub span: seedbed_schema_model::Span,
}

/// One column of a [`TableExplanation`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ColumnExplanation {
    /// Its name.
    pub column: String,
    /// The provider's name, or what takes its place: `reference film`, `left to the server`.
    pub provider: String,
    /// The law.
    pub law: LawKind,
    /// Share of NULLs.
    pub null_rate: f64,
    /// Why this provider and this law.
    pub why: String,
}
