//! The plan of a load: its tables in order, and the steps in which they go in.

use crate::feeding::Feeding;
use crate::risk::Rules;
use crate::session_setting::setting_sources;
use crate::{RowsToLoad, SettingSource, TableLoad, risk};
use seedbed_rows::Plan;
use seedbed_schema_model::{CycleBreak, Dialect, ForeignKey, LoadOrder, Schema, TableId};
use seedbed_sql_semantics::{HardCycle, semantics};
use std::collections::{BTreeMap, BTreeSet};

/// What a load of some tables' rows does, beside writing them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadPlan {
    /// Whose rules the target follows.
    pub dialect: Dialect,
    /// The schemas (namespaces) that hold tables, in the order of the DDL. Functions of triggers and CHECKs name their
    /// tables as the application's search path finds them.
    pub schemas: Vec<String>,
    /// Where the settings that columns' defaults read come from. Only PostgreSQL has such.
    pub settings: Vec<SettingSource>,
    /// The tables, parents before children but for their [broken references](TableLoad::broken).
    pub tables: Vec<TableLoad>,
    /// The tables again, as they go in.
    pub steps: Vec<LoadStep>,
    /// Steps that no rollback takes back. They come last, when nothing else can be refused any more.
    pub not_transactional: Vec<LoadStep>,
    /// Where each table stands among `tables`.
    places: BTreeMap<TableId, usize>,
}

/// Tables that go in together: one, or the tables of a rigid component, whose rows only hold together once all of them
/// are in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadStep {
    /// At least one, next to each other in the order.
    pub tables: Vec<TableId>,
}

impl LoadPlan {
    /// How all rows of a plan are loaded.
    pub fn of(plan: &Plan) -> Self {
        let rows = plan.tables().iter().map(|t| RowsToLoad {
            table: t.table,
            columns: t.columns.clone(),
            rows: t.rows,
            uncertain: !t.is_guaranteed(),
        });
        Self::new(plan.schema(), plan.load_order(), rows.collect())
    }

    /// How tables of a schema are loaded that come in the given order.
    ///
    /// O(tables + triggers + references), but for the look of each table at the broken references.
    pub fn new(schema: &Schema, order: &LoadOrder, tables: Vec<RowsToLoad>) -> Self {
        Self::with_rules(schema, order, tables, Rules::Sleep)
    }

    /// The same where all rows go in by INSERT, which rules of the schema may turn into something else.
    pub fn by_inserts(schema: &Schema, order: &LoadOrder, tables: Vec<RowsToLoad>) -> Self {
        Self::with_rules(schema, order, tables, Rules::Apply)
    }

    fn with_rules(schema: &Schema, order: &LoadOrder, tables: Vec<RowsToLoad>, rules: Rules) -> Self {
        let feeding = Feeding::of(schema);
        let at_risk = risk::at_risk(schema, &feeding, &tables, rules);
        let settings = setting_sources(schema, &tables);
        let load = |rows: RowsToLoad| {
            let may_be_refused = at_risk.contains(&rows.table);
            TableLoad::new(schema, order, &feeding, rows, may_be_refused)
        };
        let tables: Vec<TableLoad> = tables.into_iter().map(load).collect();
        Self {
            dialect: schema.dialect,
            schemas: schemas_of(schema),
            settings,
            steps: steps(schema.dialect, order, &tables),
            places: tables.iter().enumerate().map(|(place, t)| (t.table, place)).collect(),
            tables,
            not_transactional: Vec::new(),
        }
    }

    /// The same load into a target in which these tables belong to engines without transactions.
    #[must_use]
    pub fn with_not_transactional(mut self, tables: &BTreeSet<TableId>) -> Self {
        let steps = std::mem::take(&mut self.steps);
        (self.not_transactional, self.steps) =
            steps.into_iter().partition(|step| step.tables.iter().any(|t| tables.contains(t)));
        self
    }

    /// A table's part; `None` for tables that are not loaded.
    pub fn table(&self, table: TableId) -> Option<&TableLoad> {
        self.places.get(&table).and_then(|place| self.tables.get(*place))
    }

    /// The references whose checks are put off until the end, with their tables.
    pub fn deferred_checks<'a>(
        &'a self,
        schema: &'a Schema,
    ) -> impl Iterator<Item = (&'a TableLoad, &'a ForeignKey)> + 'a {
        self.tables.iter().flat_map(move |table| {
            let deferred = table.broken.iter().filter(|b| b.how == CycleBreak::Defer);
            deferred.filter_map(move |b| {
                let owner = &schema[b.foreign_key.table];
                Some((table, owner.foreign_keys.get(usize::from(b.foreign_key.index))?))
            })
        })
    }

    /// Whether triggers of other tables put rows into this one while those are loaded.
    pub fn is_fed(&self, table: &TableLoad) -> bool {
        let has_rows = |id: TableId| self.table(id).is_some_and(|t| t.rows > 0);
        table.fed_by.iter().any(|feeder| *feeder != table.table && has_rows(*feeder))
    }
}

/// The tables of a rigid component go in together where one statement can insert into several tables.
fn steps(dialect: Dialect, order: &LoadOrder, tables: &[TableLoad]) -> Vec<LoadStep> {
    let component = |table: TableId| match semantics(dialect).constraints.hard_cycle {
        HardCycle::OneStatement => order.rigid_components.iter().position(|c| c.contains(&table)),
        HardCycle::Deferred | HardCycle::Unchecked => None,
    };
    let mut steps: Vec<LoadStep> = Vec::new();
    for table in tables.iter().map(|t| t.table) {
        let own = component(table);
        match steps.last_mut().filter(|step| own.is_some() && component(step.tables[0]) == own) {
            Some(step) => step.tables.push(table),
            None => steps.push(LoadStep { tables: vec![table] }),
        }
    }
    steps
}

fn schemas_of(schema: &Schema) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in schema.tables.iter().filter_map(|t| t.name.schema.as_ref()) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}
