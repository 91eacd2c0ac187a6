//! The effective constraints of one table.
//!
//! Rows of a partitioned table go in through its root, so constraints of its partitions are constraints of the root:
//! each partition's primary key and foreign keys, renumbered by name to the root's columns. A UNIQUE that a partition has
//! alone is a partial key of the root, over the rows that fall in the partition. CHECKs of partitions are among what
//! [`reachable`](super::reachable) tells; EXCLUDE is taken from the root alone.

use super::aligned::Alignment;
use super::castable::castable;
use super::effective_key::EffectiveKey;
use super::exclusion::exclusive_key;
use super::generated::WrittenOut;
use super::partition_box;
use seedbed_rows::explain::Wording;
use seedbed_schema_model::{Check, ColumnIdx, Exclusion, ForeignKey, Schema, Table, TableId};
use seedbed_sql_semantics::{DanglingReference, semantics};

/// What holds of the rows of one table. All columns are numbered as `table` numbers them.
#[derive(Debug)]
pub struct Constraints<'a> {
    /// The table.
    pub id: TableId,
    /// Its declaration.
    pub table: &'a Table,
    /// Candidate keys, none twice: those of fewer columns first, then the primary key, then by name.
    pub keys: Vec<EffectiveKey>,
    /// Foreign keys to tables of the schema, none twice. A parent that is a partition stands as its root.
    pub references: Vec<ForeignKey>,
    /// CHECKs that the server enforces, what the declarations of generated columns ask, and what triggers want as if they
    /// were.
    pub checks: Vec<Check>,
    /// Exclusions by other operators than equality and overlap of ranges.
    pub unread_exclusions: Vec<Exclusion>,
    /// References to what does not exist, or to what is no key, by their columns: only NULL satisfies them.
    pub dangling: Vec<Vec<ColumnIdx>>,
    /// The table's part in a pair that shares a row law; `None` until [`align`](super::align) finds one.
    pub alignment: Option<Alignment>,
    /// What the table's generated columns are. Keys, CHECKs and exclusions have them written out in their places.
    pub generated: WrittenOut,
}

impl<'a> Constraints<'a> {
    /// Gathers the constraints of a table and, if it is partitioned, of its partitions. `id` is a root: constraints of
    /// a partition alone say nothing of where rows go in.
    ///
    /// Cost: what the table declares, and one walk over all tables of the schema if it is partitioned.
    pub fn new(schema: &'a Schema, id: TableId) -> Self {
        let table = &schema[id];
        let mut constraints = Self {
            id,
            table,
            keys: Vec::new(),
            references: Vec::new(),
            checks: Vec::new(),
            unread_exclusions: Vec::new(),
            dangling: Vec::new(),
            alignment: None,
            generated: WrittenOut::of(schema, table),
        };
        constraints.gather(schema, table, &|c| Some(c));
        let partitions = leaves(schema, id);
        for partition in &partitions {
            let part = &schema[*partition];
            constraints.gather(schema, part, &|c| table.column_named(&part[c].name));
        }
        constraints.gather_own_uniques(schema, &partitions);
        constraints.gather_guards(schema);
        constraints.sort_keys(schema);
        constraints
    }

    /// Puts the keys in the order in which they are fixed: few columns first, so that a key can be seen to lie within
    /// another; the primary key before others; then by their words, so that the order in the DDL doesn't matter.
    pub(super) fn sort_keys(&mut self, schema: &Schema) {
        let wording = Wording { schema, table: self.table };
        self.keys.sort_by_cached_key(|key| (key.columns.len(), !key.primary, wording.key(&key.name)));
    }

    /// Adds a key unless there is one that says the same.
    pub(super) fn push_key(&mut self, key: EffectiveKey) {
        if !self.keys.iter().any(|k| k.is_twin(&key)) {
            self.keys.push(key);
        }
    }

    /// Takes the constraints of the table itself or of a partition. `renumber` turns a column of `from` into the
    /// table's; constraints over columns that it does not know are left out.
    fn gather(&mut self, schema: &Schema, from: &Table, renumber: &dyn Fn(ColumnIdx) -> Option<ColumnIdx>) {
        let all = |columns: &[ColumnIdx]| columns.iter().map(|c| renumber(*c)).collect::<Option<Vec<_>>>();
        let own = std::ptr::eq(from, self.table);
        if let Some(key) = &from.primary_key
            && let Some(columns) = all(&key.columns)
        {
            let key = EffectiveKey::of_primary(key, columns);
            let key = key.written_out(&self.generated);
            self.push_key(key);
        }
        if own {
            self.gather_expressions(schema);
        }
        for fk in &from.foreign_keys {
            let parent_made = own && schema.is_parent_made(self.id, fk);
            if let Some(columns) = all(&fk.columns).filter(|_| !parent_made) {
                let columns = columns.iter().map(|c| self.generated.shown(*c).unwrap_or(*c)).collect();
                self.gather_reference(schema, fk, columns);
            }
        }
        for dangling in &from.unresolved_references {
            self.dangling.extend(all(&dangling.columns));
        }
    }

    /// Takes the unique keys that partitions have alone: each holds among the rows of its partition.
    fn gather_own_uniques(&mut self, schema: &Schema, partitions: &[TableId]) {
        let mut boxes = None;
        for partition in partitions.iter().copied() {
            let part = &schema[partition];
            for unique in &part.uniques {
                let Some(key) =
                    EffectiveKey::of_unique(unique).renumbered(&|c| self.table.column_named(&part[c].name))
                else {
                    continue;
                };
                let key = key.written_out(&self.generated);
                if self.keys.iter().any(|k| k.is_twin(&key)) {
                    continue;
                }
                let boxes =
                    boxes.get_or_insert_with(|| partition_box::boxes(schema, self.id, &self.generated));
                let taken = partition_box::taken_by(boxes, partition).filter(|taken| {
                    // Rows of other partitions differ in the columns that say where they go.
                    !taken.columns().iter().all(|c| key.columns.contains(c))
                });
                self.push_key(key.restricted(taken));
            }
        }
    }

    /// Takes what may hold expressions, which count columns by the order of the table that declares them: a partition's
    /// may differ from the root's, so only the table's own are read.
    fn gather_expressions(&mut self, schema: &Schema) {
        let table = self.table;
        for unique in &table.uniques {
            let key = EffectiveKey::of_unique(unique).written_out(&self.generated);
            self.push_key(key);
        }
        let enforced = table.checks.iter().filter(|c| c.enforced);
        let written_out = |c: &Check| Check {
            name: c.name.clone(),
            expr: self.generated.in_place(&c.expr),
            text: c.text.clone(),
            enforced: c.enforced,
            span: c.span,
        };
        self.checks.extend(enforced.map(written_out));
        self.checks.extend(self.generated.implied(schema, table));
        self.checks.extend(castable(schema, table));
        for exclusion in &table.exclusions {
            match exclusive_key(schema, table, exclusion, &self.generated) {
                Some(key) => self.push_key(key),
                None => self.unread_exclusions.push(exclusion.clone()),
            }
        }
    }

    /// Takes a foreign key whose own columns are `columns`: as a reference, or as one that leads nowhere.
    fn gather_reference(&mut self, schema: &Schema, fk: &ForeignKey, columns: Vec<ColumnIdx>) {
        let parent = schema.partition_root(fk.parent);
        // SQLite's "foreign key mismatch": the parent's columns are no key (SQLite, Foreign Key Support, 3).
        let rows_refused =
            semantics(schema.dialect).constraints.dangling_reference == DanglingReference::RowsRefused;
        if rows_refused && !schema[parent].is_candidate_key(&fk.parent_columns) {
            self.dangling.push(columns);
            return;
        }
        let fk = ForeignKey { columns, parent, ..fk.clone() };
        let twin = |other: &ForeignKey| {
            other.columns == fk.columns
                && other.parent == fk.parent
                && other.parent_columns == fk.parent_columns
        };
        if !self.references.iter().any(twin) {
            self.references.push(fk);
        }
    }
}

/// All partitions below a table, in DDL order.
fn leaves(schema: &Schema, root: TableId) -> Vec<TableId> {
    if schema[root].partitioning.is_none() {
        return Vec::new();
    }
    schema
        .tables_indexed()
        .map(|(id, _)| id)
        .filter(|id| *id != root && schema.partition_root(*id) == root)
        .collect()
}
