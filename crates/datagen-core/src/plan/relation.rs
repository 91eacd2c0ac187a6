//! What holds of a table's rows, gathered from everywhere it is declared.
//!
//! Rows of a partitioned table go in through its root, so constraints of its partitions are constraints of the root:
//! each partition's foreign keys, keys and CHECKs, renumbered to the root's columns.

use super::aligned::Alignment;
use seedbed_schema_model::{
    BoundDatum, Check, ColumnIdx, Exclusion, Expr, ForeignKey, KeyPart, KeyTerm, Literal, PartitionBound,
    PartitionStrategy, Schema, Span, SqlType, Table, TableId, UniqueKey,
};
use seedbed_sql_semantics::{DanglingReference, EmptyPartitioning, semantics};

/// A table's effective constraints.
#[derive(Debug)]
pub(super) struct Relation<'a> {
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
    /// As named in messages: `PRIMARY KEY (a, b)`.
    pub(super) title: String,
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

/// A range made of two expressions, such as `tstzrange(starts_at, ends_at, '[]')`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RangeOf {
    pub(super) low: Expr,
    pub(super) high: Expr,
    /// Whether the upper end belongs to it; the lower one always does but in `(]` and `()`.
    pub(super) high_inclusive: bool,
    pub(super) low_inclusive: bool,
}

impl<'a> Relation<'a> {
    /// Gathers the constraints of a table and, if it is partitioned, of its partitions.
    pub(super) fn new(schema: &'a Schema, id: TableId) -> Self {
        let table = &schema[id];
        let mut relation = Self {
            id,
            table,
            keys: Vec::new(),
            references: Vec::new(),
            checks: Vec::new(),
            unread_exclusions: Vec::new(),
            dangling: Vec::new(),
            alignment: None,
        };
        relation.gather(schema, table, &|c| Some(c));
        for partition in leaves(schema, id) {
            let part = &schema[partition];
            relation.gather(schema, part, &|c| table.column_named(&part[c].name));
        }
        relation.sort_keys();
        relation
    }

    /// Puts the keys in the order in which they are fixed.
    pub(super) fn sort_keys(&mut self) {
        self.keys.sort_by(|a, b| {
            (a.columns.len(), !a.primary, &a.title).cmp(&(b.columns.len(), !b.primary, &b.title))
        });
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
                title: format!("PRIMARY KEY ({})", names(self.table, &columns)),
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
        let partial = if unique.predicate.is_some() { " WHERE ..." } else { "" };
        EffectiveKey {
            title: format!("UNIQUE ({}){partial}", names(self.table, &columns)),
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

/// An exclusion as a key: equal parts, and ranges that may not overlap. A column of a range type counts as a part, as
/// lists of ranges hold none that overlap.
fn exclusive_key(schema: &Schema, table: &Table, exclusion: &Exclusion) -> Option<EffectiveKey> {
    let mut parts = Vec::new();
    let mut overlaps = Vec::new();
    for element in &exclusion.elements {
        let part = KeyPart { term: element.term.clone(), prefix_length: None, collation: None };
        match (element.operator.as_str(), &element.term) {
            ("=", _) => parts.push(part),
            ("&&", KeyTerm::Column(c))
                if matches!(schema.base_type(&table[*c].ty), SqlType::Range { .. }) =>
            {
                parts.push(part);
            }
            ("&&", KeyTerm::Expr(e)) => overlaps.push(range_of(e)?),
            _ => return None,
        }
    }
    let mut columns: Vec<ColumnIdx> = Vec::new();
    let terms = parts.iter().flat_map(|p| match &p.term {
        KeyTerm::Column(c) => vec![*c],
        KeyTerm::Expr(e) => e.columns(),
    });
    let ends = overlaps.iter().flat_map(|r: &RangeOf| r.low.columns().into_iter().chain(r.high.columns()));
    for column in terms.chain(ends) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    let expressions = !overlaps.is_empty() || parts.iter().any(|p| matches!(p.term, KeyTerm::Expr(_)));
    Some(EffectiveKey {
        title: format!("EXCLUDE ({})", names(table, &columns)),
        columns,
        parts,
        predicate: exclusion.predicate.clone(),
        nulls_distinct: true,
        expressions,
        overlaps,
        primary: false,
        span: exclusion.span,
    })
}

/// A call of a range's constructor (PostgreSQL manual, 8.17.6).
fn range_of(e: &Expr) -> Option<RangeOf> {
    let Expr::Function { name, args } = e else { return None };
    let known = ["int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange"];
    if !known.contains(&name.as_str()) {
        return None;
    }
    let (low, high, bounds) = match args.as_slice() {
        [low, high] => (low, high, "[)"),
        [low, high, Expr::Literal(Literal::Text(bounds))] => (low, high, bounds.as_str()),
        _ => return None,
    };
    Some(RangeOf {
        low: low.clone(),
        high: high.clone(),
        low_inclusive: bounds.starts_with('['),
        high_inclusive: bounds.ends_with(']'),
    })
}

/// Column names for a message.
pub(super) fn names(table: &Table, columns: &[ColumnIdx]) -> String {
    columns.iter().map(|c| table[*c].name.as_str()).collect::<Vec<_>>().join(", ")
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

/// What the partitions of a table take, for its single partition column.
#[derive(Debug, PartialEq)]
pub(super) enum Reachable {
    /// Every value, or it can't be told.
    All,
    /// No partition exists: no row can go in.
    Nothing,
    /// These values of a column.
    List(ColumnIdx, Vec<Literal>),
    /// This range of a column: from inclusive, to exclusive.
    Range(ColumnIdx, Option<Literal>, Option<Literal>),
}

/// Which values of the partition key have a partition.
pub(super) fn reachable(schema: &Schema, id: TableId) -> Reachable {
    let Some(partitioning) = &schema[id].partitioning else { return Reachable::All };
    let children: Vec<&PartitionBound> = schema
        .tables
        .iter()
        .filter_map(|t| t.partition_of.as_ref())
        .filter(|p| p.parent == id)
        .map(|p| &p.bound)
        .collect();
    let inline: Vec<&PartitionBound> = partitioning.partitions.iter().map(|p| &p.bound).collect();
    let bounds = if children.is_empty() { inline } else { children };
    if bounds.is_empty() {
        return match semantics(schema.dialect).constraints.empty_partitioning {
            EmptyPartitioning::TakesNoRow => Reachable::Nothing,
            EmptyPartitioning::ByHash => Reachable::All,
        };
    }
    let [KeyTerm::Column(column)] = partitioning.keys.as_slice() else { return Reachable::All };
    if bounds.contains(&&PartitionBound::Default) {
        return Reachable::All;
    }
    match partitioning.strategy {
        PartitionStrategy::Hash => Reachable::All,
        PartitionStrategy::List => Reachable::List(
            *column,
            bounds
                .iter()
                .flat_map(|b| if let PartitionBound::List(values) = b { values.clone() } else { Vec::new() })
                .collect(),
        ),
        PartitionStrategy::Range => widest_run(*column, &bounds),
    }
}

/// The longest run of ranges that touch, in order of declaration.
fn widest_run(column: ColumnIdx, bounds: &[&PartitionBound]) -> Reachable {
    let mut ranges: Vec<(&BoundDatum, &BoundDatum)> = bounds
        .iter()
        .filter_map(|b| match b {
            PartitionBound::Range { from, to } => Some((from.first()?, to.first()?)),
            _ => None,
        })
        .collect();
    let mut best: Option<(usize, &BoundDatum, &BoundDatum)> = None;
    while let Some((from, to)) = (!ranges.is_empty()).then(|| ranges.remove(0)) {
        let (mut low, mut high, mut count) = (from, to, 1);
        while let Some(at) = ranges.iter().position(|(f, t)| *f == high || *t == low) {
            let (f, t) = ranges.remove(at);
            if f == high {
                high = t;
            } else {
                low = f;
            }
            count += 1;
        }
        if best.is_none_or(|(n, _, _)| count > n) {
            best = Some((count, low, high));
        }
    }
    let value = |d: &BoundDatum| match d {
        BoundDatum::Value(literal) => Some(literal.clone()),
        BoundDatum::MinValue | BoundDatum::MaxValue => None,
    };
    match best {
        Some((_, low, high)) => Reachable::Range(column, value(low), value(high)),
        None => Reachable::Nothing,
    }
}
