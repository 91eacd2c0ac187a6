//! Triggers and rewrite rules.

use crate::{Deferrability, Span, TableId};
use serde::{Deserialize, Serialize};

/// A trigger or rewrite rule, as far as a static reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// When it acts.
    pub timing: TriggerTiming,
    /// What it acts on.
    pub events: TriggerEvents,
    /// Once a row or once a statement.
    pub level: TriggerLevel,
    /// `WHEN (...)`, as written: it acts only where this holds.
    pub when: Option<String>,
    /// The function it executes (PostgreSQL); elsewhere its statements stand in it.
    pub function: Option<String>,
    /// `CONSTRAINT TRIGGER`, and whether it may wait for the commit.
    pub constraint: Option<Deferrability>,
    /// A rewrite rule (PostgreSQL `CREATE RULE`), not a trigger.
    pub is_rule: bool,
    /// False after `DISABLE TRIGGER`, and for triggers of replicas.
    pub enabled: bool,
    /// The tables that its statements, or the functions that it calls, insert rows into. Statements put together at run
    /// time are not seen.
    pub feeds: Vec<TableId>,
    /// Where it was declared.
    pub span: Span,
}

impl Trigger {
    /// Whether it acts when rows are inserted.
    pub fn on_insert(&self) -> bool {
        self.enabled && self.events.insert
    }

    /// Whether it may change or refuse a row before the row is there.
    pub fn before(&self) -> bool {
        self.timing != TriggerTiming::After
    }
}

/// When a trigger acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TriggerTiming {
    /// `BEFORE`: it may change or refuse the row.
    Before,
    /// `AFTER`: it may refuse the row, and write others.
    After,
    /// `INSTEAD OF`, and rules that do something instead.
    InsteadOf,
}

/// The events that a trigger acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct TriggerEvents {
    /// `INSERT`
    pub insert: bool,
    /// `UPDATE`, also of some columns only.
    pub update: bool,
    /// `DELETE`
    pub delete: bool,
    /// `TRUNCATE`
    pub truncate: bool,
}

/// How often a trigger acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TriggerLevel {
    /// `FOR EACH ROW`
    Row,
    /// `FOR EACH STATEMENT`
    Statement,
}
