//! From the model to the constraints that meet the rows.
//!
//! Once per validator: each constraint of each table becomes a [`CheckedConstraint`] of the root under which its rows
//! arrive, and each referenced or unique key a set. Columns and CHECKs are in `own_checks`, what needs
//! a set in `keys`.

mod keys;
mod own_checks;

use crate::constraint::{CheckedConstraint, Rule, columns_in_root};
use crate::key::form::KeyForm;
use crate::key::reader::ColumnPart;
use crate::report::ConstraintKind;
use own_checks::OwnChecks;
use seedbed_schema_model::{
    Column, ColumnIdx, Expr, KeyTerm, PartitionTree, Schema, Table, TableId, UniqueKey,
};
use seedbed_sql_semantics::{Context, supported};
use seedbed_sql_values::KeyPartRule;
use std::collections::BTreeMap;

/// A set of keys, filled by the rows of one table or partition.
#[derive(Debug)]
pub(crate) struct KeyFill<'s> {
    /// The set's number.
    pub(crate) set: usize,
    /// The table whose rows fill it: the root or a partition.
    pub(crate) owner: TableId,
    /// The root's columns and how each compares.
    pub(crate) parts: Vec<ColumnPart<'s>>,
}

/// A set of keys that rows fill.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlannedSet {
    /// What its codes are.
    pub(crate) form: KeyForm,
    /// Whether some constraint says that no two keys are equal.
    pub(crate) unique: bool,
}

/// What the rows of all tables meet.
#[derive(Debug)]
pub(crate) struct CheckPlan<'s> {
    /// By the table's number; those of partitions stay empty.
    pub(crate) tables: Vec<TableConstraints<'s>>,
    /// The sets of keys, by the number that fills and rules name.
    pub(crate) sets: Vec<PlannedSet>,
    /// The sets of references, by the number that rules name: the set of keys that each is looked for in.
    pub(crate) references: Vec<usize>,
    /// How many lists of ranges there are.
    pub(crate) ranges: usize,
    /// The partitions of each table.
    pub(crate) partitions: PartitionTree,
}

/// The ranges of a referenced key with a period, filled by the rows of its table.
#[derive(Debug)]
pub(crate) struct RangeFill<'s> {
    /// The number of the list.
    pub(crate) ranges: usize,
    /// The root's columns beside the period, and how each compares.
    pub(crate) parts: Vec<ColumnPart<'s>>,
    /// The column of the period.
    pub(crate) period: ColumnIdx,
}

/// What is to be done with the rows of one root table.
#[derive(Debug, Default)]
pub(crate) struct TableConstraints<'s> {
    /// The sets that its rows fill, whichever constraint asks.
    pub(crate) fills: Vec<KeyFill<'s>>,
    /// The lists of ranges that its rows fill for references to them.
    pub(crate) range_fills: Vec<RangeFill<'s>>,
    /// The constraints that each row meets, in the order of the report.
    pub(crate) constraints: Vec<CheckedConstraint<'s>>,
}

/// Plans for all tables and the sets they fill.
pub(crate) fn plan(schema: &Schema) -> CheckPlan<'_> {
    let mut planner = ConstraintPlanner {
        schema,
        plans: Vec::new(),
        sets: Vec::new(),
        references: Vec::new(),
        keys: BTreeMap::new(),
        ranges: 0,
        partitions: PartitionTree::of(schema),
    };
    planner.plans.resize_with(schema.tables.len(), TableConstraints::default);
    planner.collect_key_sets();
    for (root, table) in schema.tables_indexed() {
        if table.partition_of.is_none() {
            planner.plan_root(root);
        }
    }
    let ConstraintPlanner { plans, sets, references, ranges, partitions, .. } = planner;
    CheckPlan { tables: plans, sets, references, ranges, partitions }
}

/// What has been planned so far.
struct ConstraintPlanner<'s> {
    /// Whose constraints they are.
    schema: &'s Schema,
    /// A plan a table; those of partitions stay empty.
    plans: Vec<TableConstraints<'s>>,
    /// The sets that have been given a number.
    sets: Vec<PlannedSet>,
    /// For each set of references, the set of keys that it is looked for in.
    references: Vec<usize>,
    /// Which set holds the keys of a table over these columns (the owner's).
    keys: BTreeMap<(TableId, Vec<ColumnIdx>), usize>,
    /// How many lists of ranges there are.
    ranges: usize,
    /// The partitions of each table.
    partitions: PartitionTree,
}

impl<'s> ConstraintPlanner<'s> {
    /// A set for each referenced key and each plain unique key.
    fn collect_key_sets(&mut self) {
        let schema = self.schema;
        for table in &schema.tables {
            for key in table.foreign_keys.iter().filter(|key| !key.of_period) {
                self.key_set(key.parent, &key.parent_columns, true, false);
            }
        }
        for (id, table) in schema.tables_indexed() {
            if let Some(key) = &table.primary_key
                && key.prefix_lengths.iter().all(Option::is_none)
            {
                self.key_set(id, &key.columns, false, true);
            }
            for unique in &table.uniques {
                if let Some(columns) = plain(unique) {
                    self.key_set(id, &columns, false, true);
                }
            }
        }
    }

    /// Gives a key a set, once, that the rows of its table fill.
    fn key_set(&mut self, owner: TableId, columns: &[ColumnIdx], referenced: bool, unique: bool) {
        if let Some(known) = self.keys.get(&(owner, columns.to_vec())) {
            self.sets[*known].unique |= unique;
            return;
        }
        let Some(table) = self.schema.tables.get(owner.position()) else { return };
        let root = self.schema.partition_root(owner);
        let Some(in_root) = columns_in_root(columns, table, &self.schema[root]) else { return };
        let own: Vec<&'s Column> = columns.iter().filter_map(|c| table.columns.get(c.position())).collect();
        let set = self.new_set(KeyForm::of_columns(&own, referenced, self.schema), unique);
        let part = |(column, own): (ColumnIdx, &&'s Column)| ColumnPart {
            column,
            stored_by: None,
            rule: KeyPartRule::of_column(own),
        };
        let parts = in_root.into_iter().zip(&own).map(part).collect();
        self.keys.insert((owner, columns.to_vec()), set);
        self.plans[root].fills.push(KeyFill { set, owner, parts });
    }

    /// The number of a further set.
    fn new_set(&mut self, form: KeyForm, unique: bool) -> usize {
        self.sets.push(PlannedSet { form, unique });
        self.sets.len() - 1
    }

    /// The number of a further list of ranges.
    fn new_ranges(&mut self) -> usize {
        self.ranges += 1;
        self.ranges - 1
    }

    /// The number of a further set of references to keys of a set.
    fn new_references(&mut self, set: usize) -> usize {
        self.references.push(set);
        self.references.len() - 1
    }

    /// Plans a root table with all its partitions below, breadth first.
    fn plan_root(&mut self, root: TableId) {
        let mut constraints = Vec::new();
        self.plan_owner(root, root, &mut constraints);
        if self.schema[root].partitioning.is_some() {
            constraints.push(self.partition_constraint(root));
        }
        let mut below = self.partitions.partitions(root).to_vec();
        let mut next = 0;
        while let Some(partition) = below.get(next).copied() {
            self.plan_owner(partition, root, &mut constraints);
            below.extend(self.partitions.partitions(partition).iter().filter(|d| **d != root));
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
            not_checked: None,
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
    CheckedConstraint { name, kind, owner, columns, rule, not_checked: None }
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
