//! From the model to the constraints that meet the rows.
//!
//! Once per validator: each constraint of each table becomes a [`CheckedConstraint`] of the root under which its rows
//! arrive, and each referenced or unique key a set of fingerprints. Columns and CHECKs are in `own_checks`, what needs
//! a set in `keys`.

mod keys;
mod own_checks;

use crate::constraint::{CheckedConstraint, Rule, Tally, columns_in_root};
use crate::report::ConstraintKind;
use crate::route::partitions_of;
use own_checks::OwnChecks;
use seedbed_schema_model::{ColumnIdx, Expr, KeyTerm, Schema, Table, TableId, UniqueKey};
use seedbed_sql_semantics::{Context, supported};
use seedbed_sql_values::KeyPartRule;
use std::collections::{BTreeMap, HashSet};

/// A set of key fingerprints, filled by the rows of one table or partition.
#[derive(Debug)]
pub(crate) struct KeyFill<'s> {
    /// The set's number.
    pub(crate) set: usize,
    /// The table whose rows fill it: the root or a partition.
    pub(crate) owner: TableId,
    /// The root's columns.
    pub(crate) columns: Vec<ColumnIdx>,
    /// How each column compares.
    pub(crate) rules: Vec<KeyPartRule<'s>>,
}

/// What is to be done with the rows of one root table.
#[derive(Debug, Default)]
pub(crate) struct TableConstraints<'s> {
    /// The sets that its rows fill, whichever constraint asks.
    pub(crate) fills: Vec<KeyFill<'s>>,
    /// The constraints that each row meets, in the order of the report.
    pub(crate) constraints: Vec<CheckedConstraint<'s>>,
}

/// Plans for all tables (those of partitions stay empty) and the sets they fill.
pub(crate) fn plan(schema: &Schema) -> (Vec<TableConstraints<'_>>, Vec<HashSet<u128>>) {
    let mut planner = ConstraintPlanner { schema, plans: Vec::new(), sets: 0, keys: BTreeMap::new() };
    planner.plans.resize_with(schema.tables.len(), TableConstraints::default);
    planner.collect_key_sets();
    for (root, table) in schema.tables_indexed() {
        if table.partition_of.is_none() {
            planner.plan_root(root);
        }
    }
    (planner.plans, vec![HashSet::new(); planner.sets])
}

/// What has been planned so far.
struct ConstraintPlanner<'s> {
    /// Whose constraints they are.
    schema: &'s Schema,
    /// A plan a table; those of partitions stay empty.
    plans: Vec<TableConstraints<'s>>,
    /// How many sets have been given a number.
    sets: usize,
    /// Which set holds the keys of a table over these columns (the owner's).
    keys: BTreeMap<(TableId, Vec<ColumnIdx>), usize>,
}

impl<'s> ConstraintPlanner<'s> {
    /// A set for each referenced key and each plain unique key.
    fn collect_key_sets(&mut self) {
        let schema = self.schema;
        for (id, table) in schema.tables_indexed() {
            for key in &table.foreign_keys {
                self.key_set(key.parent, &key.parent_columns);
            }
            if let Some(key) = &table.primary_key
                && key.prefix_lengths.iter().all(Option::is_none)
            {
                self.key_set(id, &key.columns);
            }
            for unique in &table.uniques {
                if let Some(columns) = plain(unique) {
                    self.key_set(id, &columns);
                }
            }
        }
    }

    /// Gives a key a set, once, that the rows of its table fill.
    fn key_set(&mut self, owner: TableId, columns: &[ColumnIdx]) {
        let known = self.keys.contains_key(&(owner, columns.to_vec()));
        let Some(table) = self.schema.tables.get(owner.position()) else { return };
        if known {
            return;
        }
        let root = self.schema.partition_root(owner);
        let Some(in_root) = columns_in_root(columns, table, &self.schema[root]) else { return };
        let set = self.new_set();
        let rules = columns
            .iter()
            .filter_map(|c| table.columns.get(c.position()))
            .map(KeyPartRule::of_column)
            .collect();
        self.keys.insert((owner, columns.to_vec()), set);
        self.plans[root].fills.push(KeyFill { set, owner, columns: in_root, rules });
    }

    /// The number of a further set.
    fn new_set(&mut self) -> usize {
        self.sets += 1;
        self.sets - 1
    }

    /// Plans a root table with all its partitions below, breadth first.
    fn plan_root(&mut self, root: TableId) {
        let mut constraints = Vec::new();
        self.plan_owner(root, root, &mut constraints);
        if self.schema[root].partitioning.is_some() {
            constraints.push(self.partition_constraint(root));
        }
        let mut below = partitions_of(self.schema, root);
        let mut next = 0;
        while let Some(partition) = below.get(next).copied() {
            self.plan_owner(partition, root, &mut constraints);
            let deeper = partitions_of(self.schema, partition);
            below.extend(deeper.into_iter().filter(|d| *d != root).collect::<Vec<_>>());
            next += 1;
            if next > self.schema.tables.len() {
                break;
            }
        }
        self.plans[root].constraints = constraints;
    }

    /// The constraint that some partition takes each row.
    fn partition_constraint(&self, root: TableId) -> CheckedConstraint<'s> {
        let table = &self.schema[root];
        let columns = table.partitioning.iter().flat_map(|p| &p.keys).flat_map(term_columns).collect();
        CheckedConstraint {
            name: "some partition takes the row".to_owned(),
            kind: ConstraintKind::Partition,
            owner: root,
            columns,
            rule: Rule::Partition,
            tally: Tally::default(),
        }
    }

    /// Adds what `owner` declares and `root` does not already ask.
    fn plan_owner(&mut self, owner: TableId, root: TableId, out: &mut Vec<CheckedConstraint<'s>>) {
        let (table, top) = (&self.schema[owner], &self.schema[root]);
        let mut add = OwnChecks { schema: self.schema, owner, root, table, top, out };
        add.columns();
        for check in &table.checks {
            add.check(check);
        }
        self.primary_key(owner, root, out);
        for unique in &table.uniques {
            self.unique(unique, owner, root, out);
        }
        for key in &table.foreign_keys {
            self.foreign_key(key, owner, root, out);
        }
        for exclusion in &table.exclusions {
            self.exclusion(exclusion, owner, root, out);
        }
        for reference in &table.unresolved_references {
            let columns = columns_in_root(&reference.columns, table, top).unwrap_or_default();
            let name = reference.name.clone().unwrap_or_else(|| {
                format!("FOREIGN KEY ({}) REFERENCES {}", names(&reference.columns, table), reference.parent)
            });
            out.push(constraint(name, ConstraintKind::ForeignKey, owner, columns, Rule::Unresolved));
        }
    }

    /// What of some expressions the evaluator does not know, as a reason.
    fn unsupported<'e>(&self, mut exprs: impl Iterator<Item = &'e Expr>, table: &Table) -> Option<String> {
        let cx = Context::new(self.schema, Some(table));
        exprs.find_map(|expr| supported(expr, &cx).err()).map(|u| u.to_string())
    }
}

/// A constraint that has met no row.
fn constraint<'s>(
    name: String,
    kind: ConstraintKind,
    owner: TableId,
    columns: Vec<ColumnIdx>,
    rule: Rule<'s>,
) -> CheckedConstraint<'s> {
    CheckedConstraint { name, kind, owner, columns, rule, tally: Tally::default() }
}

/// The columns of a unique key that whole columns and equality alone decide.
fn plain(unique: &UniqueKey) -> Option<Vec<ColumnIdx>> {
    let own_collation = unique.parts.iter().any(|p| p.collation.is_some());
    if unique.predicate.is_some() || !unique.nulls_distinct || own_collation {
        return None;
    }
    unique.plain_columns()
}

/// The columns that a part of a key reads.
fn term_columns(term: &KeyTerm) -> Vec<ColumnIdx> {
    match term {
        KeyTerm::Column(c) => vec![*c],
        KeyTerm::Expr(expr) => expr.columns(),
    }
}

/// The names of columns with commas between them.
fn names(columns: &[ColumnIdx], table: &Table) -> String {
    let names: Vec<&str> =
        columns.iter().filter_map(|c| table.columns.get(c.position())).map(|c| c.name.as_str()).collect();
    names.join(", ")
}
