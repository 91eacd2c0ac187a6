//! What holds of a table's rows, gathered from everywhere it is declared.
//!
//! Rows of a partitioned table go in through its root, so constraints of its partitions are constraints of the root:
//! each partition's foreign keys, keys and CHECKs, renumbered to the root's columns.

mod exclusion;
mod reachable;

pub(super) use exclusion::RangeOf;
pub(super) use reachable::{Reachable, reachable};

use super::aligned::Alignment;
use exclusion::exclusive_key;
use seedbed_rows::explain::{KeyKind, KeyName, Wording};
use seedbed_schema_model::{
    Check, ColumnIdx, Exclusion, Expr, ForeignKey, KeyPart, KeyTerm, Schema, Span, Table, TableId, UniqueKey,
};
use seedbed_sql_semantics::{DanglingReference, semantics};

/// A table's effective constraints.
#[derive(Debug)]
pub(super) struct Constraints<'a> {
    pub(super) id: TableId,
    pub(super) table: &'a Table,
    pub(super) keys: Vec<EffectiveKey>,
    pub(super) references: Vec<ForeignKey>,
    pub(super) checks: Vec<Check>,
    /// Exclusions by other operators than equality and overlap of ranges.
    pub(super) unread_exclusions: Vec<Exclusion>,
    /// References to what does not exist, or to what is no key, by their columns: only NULL will do.
    pub(super) dangling: Vec<Vec<ColumnIdx>>,
    /// The table with which it shares its rows' law, where their keys are made of each other's.
    pub(super) alignment: Option<Alignment>,
}

/// A candidate key as the laws see it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EffectiveKey {
    pub(super) name: KeyName,
    pub(super) columns: Vec<ColumnIdx>,
    /// As compared: columns and expressions, prefixes and collations.
    pub(super) parts: Vec<KeyPart>,
    pub(super) predicate: Option<Expr>,
    pub(super) nulls_distinct: bool,
    /// Parts that are expressions over the columns, not the columns themselves.
    pub(super) expressions: bool,
    /// Of an exclusion: ranges, as their ends, that may not overlap where the parts are equal.
    pub(super) overlaps: Vec<RangeOf>,
    pub(super) primary: bool,
    pub(super) span: Span,
}

impl<'a> Constraints<'a> {
    /// Gathers the constraints of a table and, if it is partitioned, of its partitions.
    pub(super) fn new(schema: &'a Schema, id: TableId) -> Self {
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
        };
        constraints.gather(schema, table, &|c| Some(c));
        for partition in leaves(schema, id) {
            let part = &schema[partition];
            constraints.gather(schema, part, &|c| table.column_named(&part[c].name));
        }
        constraints.sort_keys(schema);
        constraints
    }

    /// Puts the keys in the order in which they are fixed.
    pub(super) fn sort_keys(&mut self, schema: &Schema) {
        let wording = Wording { schema, table: self.table };
        self.keys.sort_by_cached_key(|key| (key.columns.len(), !key.primary, wording.key(&key.name)));
    }

    fn gather(&mut self, schema: &Schema, from: &Table, renumber: &dyn Fn(ColumnIdx) -> Option<ColumnIdx>) {
        let all = |columns: &[ColumnIdx]| columns.iter().map(|c| renumber(*c)).collect::<Option<Vec<_>>>();
        let own = std::ptr::eq(from, self.table);
        if let (Some(key), Some(columns)) =
            (&from.primary_key, from.primary_key.as_ref().and_then(|k| all(&k.columns)))
        {
            let prefix = |i: usize| key.prefix_lengths.get(i).copied().flatten();
            let part =
                |(i, c): (usize, &ColumnIdx)| KeyPart { prefix_length: prefix(i), ..KeyPart::column(*c) };
            let parts = columns.iter().enumerate().map(part).collect();
            self.push_key(EffectiveKey {
                name: KeyName { kind: KeyKind::Primary, columns: columns.clone() },
                columns,
                parts,
                predicate: None,
                nulls_distinct: true,
                expressions: false,
                overlaps: Vec::new(),
                primary: true,
                span: key.span,
            });
        }
        // Expressions count columns by the partition's own order, which may differ from the root's.
        if own {
            for unique in &from.uniques {
                let key = self.unique_key(unique);
                self.push_key(key);
            }
            self.checks.extend(from.checks.iter().filter(|c| c.enforced).cloned());
            for exclusion in &from.exclusions {
                match exclusive_key(schema, self.table, exclusion) {
                    Some(key) => self.push_key(key),
                    None => self.unread_exclusions.push(exclusion.clone()),
                }
            }
        }
        for fk in &from.foreign_keys {
            let Some(columns) = all(&fk.columns) else { continue };
            if own && schema.is_parent_made(self.id, fk) {
                continue;
            }
            let parent = schema.partition_root(fk.parent);
            // SQLite's "foreign key mismatch".
            let rows_refused =
                semantics(schema.dialect).constraints.dangling_reference == DanglingReference::RowsRefused;
            if rows_refused && !schema[parent].is_candidate_key(&fk.parent_columns) {
                self.dangling.push(columns);
                continue;
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
        for dangling in &from.unresolved_references {
            self.dangling.extend(all(&dangling.columns));
        }
    }

    /// Adds a key unless it is there.
    pub(super) fn push_key(&mut self, key: EffectiveKey) {
        let is_twin = |k: &EffectiveKey| {
            k.predicate == key.predicate
                && (k.parts == key.parts || (k.columns == key.columns && !k.expressions && !key.expressions))
        };
        if !self.keys.iter().any(is_twin) {
            self.keys.push(key);
        }
    }

    fn unique_key(&self, unique: &UniqueKey) -> EffectiveKey {
        let mut columns: Vec<ColumnIdx> = Vec::new();
        for part in &unique.parts {
            let read = match &part.term {
                KeyTerm::Column(c) => vec![*c],
                KeyTerm::Expr(e) => e.columns(),
            };
            for column in read {
                if !columns.contains(&column) {
                    columns.push(column);
                }
            }
        }
        let expressions = unique.parts.iter().any(|p| matches!(p.term, KeyTerm::Expr(_)));
        let kind = if unique.predicate.is_some() { KeyKind::Partial } else { KeyKind::Unique };
        EffectiveKey {
            name: KeyName { kind, columns: columns.clone() },
            columns,
            parts: unique.parts.clone(),
            predicate: unique.predicate.clone(),
            nulls_distinct: unique.nulls_distinct,
            expressions,
            overlaps: Vec::new(),
            primary: false,
            span: unique.span,
        }
    }
}

impl EffectiveKey {
    /// All columns that decide whether two rows collide: the key's own, and those of its predicate.
    pub(super) fn reads(&self) -> impl Iterator<Item = ColumnIdx> {
        self.columns.iter().copied().chain(self.predicate.iter().flat_map(Expr::columns))
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
