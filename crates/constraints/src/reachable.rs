//! Which rows the partitions of a table take.

use seedbed_schema_model::{
    BoundDatum, ColumnIdx, KeyTerm, Literal, PartitionBound, PartitionStrategy, Schema, TableId,
};
use seedbed_sql_semantics::{EmptyPartitioning, semantics};

/// What the partitions of a table take, for its single partition column.
#[derive(Debug, PartialEq)]
pub(crate) enum Reachable {
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
pub(crate) fn reachable(schema: &Schema, id: TableId) -> Reachable {
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
