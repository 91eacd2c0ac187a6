//! Which rows the partitions of a table take.
//!
//! A row of a partitioned table is refused where no partition's bounds hold its key (PostgreSQL manual, "Table
//! Partitioning"; MySQL manual, "Partitioning Types"). Only keys of one column are looked at. Of ranges with gaps
//! between them the longest run without one is told, less than the partitions take together, so that one pair of bounds
//! narrows the column's list.

use seedbed_schema_model::{
    BoundDatum, ColumnIdx, KeyTerm, Literal, PartitionBound, PartitionStrategy, Schema, TableId,
};
use seedbed_sql_semantics::{EmptyPartitioning, semantics};

/// Which values of a partition key have a partition.
#[derive(Debug, PartialEq)]
pub enum Reachable {
    /// Every value; or the key is of several columns or an expression, and it can't be told.
    All,
    /// No partition exists: no row can go in.
    Nothing,
    /// LIST: these values of a column.
    List(ColumnIdx, Vec<Literal>),
    /// RANGE: of a column, from the first bound, which belongs to it, to the second, which does not; `None` is
    /// `MINVALUE` or `MAXVALUE`.
    Range(ColumnIdx, Option<Literal>, Option<Literal>),
}

/// Which values of a table's partition key have a partition: declared inline, or by tables that are partitions of it.
/// [`Reachable::All`] of a table that is not partitioned. Partitions of partitions are not looked at.
///
/// Cost: one walk over the tables of the schema; for RANGE, the square of the number of partitions.
pub fn reachable(schema: &Schema, id: TableId) -> Reachable {
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

/// The run of the most ranges that touch; the one declared first among equals. [`Reachable::Nothing`] without a range.
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
