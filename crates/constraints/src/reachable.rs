//! Which rows the partitions of a table take.
//!
//! A row of a partitioned table is refused where no partition's bounds hold its key (PostgreSQL manual, "Table
//! Partitioning"; MySQL manual, "Partitioning Types"). Where one column decides, and its partitions leave a list or one
//! range, that narrows the column; all else is a choice between [places](PartitionBox), made for each row.

use super::constraints::Constraints;
use super::partition_box::{self, PartitionBox, is_null};
use seedbed_schema_model::{
    BoundDatum, ColumnIdx, Expr, KeyTerm, PartitionBound, PartitionStrategy, Partitioning, Schema, SqlType,
    Table, TableId,
};
use seedbed_sql_semantics::{EmptyPartitioning, NullInRange, semantics};

/// Which rows have a partition.
#[derive(Debug, PartialEq)]
pub enum Reachable {
    /// Every row.
    All,
    /// No partition exists: no row can go in.
    Nothing,
    /// Rows in which a column has one of these values.
    List {
        /// The column.
        column: ColumnIdx,
        /// Its values, constants.
        values: Vec<Expr>,
        /// Whether NULL is one of them.
        null: bool,
    },
    /// Rows in which a column lies in a range. Of ranges with gaps between them it is the longest run without one.
    Range {
        /// The column.
        column: ColumnIdx,
        /// The first value; `None` is `MINVALUE`.
        from: Option<Expr>,
        /// The value behind the last one; `None` is `MAXVALUE`.
        to: Option<Expr>,
        /// Whether NULL counts as below every value.
        null: bool,
    },
    /// Rows that meet the conditions of one of these.
    Boxes(Vec<PartitionBox>),
}

/// Which rows of a table have a partition, of all levels: declared inline, or by tables. [`Reachable::All`] of a table
/// that is not partitioned.
///
/// Cost: for each partition, one walk over the tables of the schema; for ranges, the square of their number.
pub fn reachable(schema: &Schema, constraints: &Constraints<'_>) -> Reachable {
    let id = constraints.id;
    let Some(partitioning) = &schema[id].partitioning else { return Reachable::All };
    let of_tables = partitions_of(schema, id);
    let inline: Vec<&PartitionBound> = partitioning.partitions.iter().map(|p| &p.bound).collect();
    let bounds: Vec<&PartitionBound> =
        of_tables.iter().filter_map(|t| schema[*t].partition_of.as_ref()).map(|p| &p.bound).collect();
    let bounds = if bounds.is_empty() { inline } else { bounds };
    if bounds.is_empty() {
        return match semantics(schema.dialect).constraints.empty_partitioning {
            EmptyPartitioning::TakesNoRow => Reachable::Nothing,
            EmptyPartitioning::ByHash => Reachable::All,
        };
    }
    let simple = by_one_column(schema, &schema[id], partitioning, &bounds).filter(|_| {
        !of_tables.iter().any(|t| schema[*t].partitioning.is_some() || schema[*t].options.foreign)
            && !partition_box::has_own_checks(schema, id)
    });
    if let Some(simple) = simple {
        return simple;
    }
    let boxes = partition_box::boxes(schema, id, &constraints.generated);
    let asks = |b: &PartitionBox| !b.bounds.is_empty() || !b.checks.is_empty();
    match boxes.iter().any(asks) {
        _ if boxes.is_empty() => Reachable::Nothing,
        true => Reachable::Boxes(boxes),
        false => Reachable::All,
    }
}

/// The tables that are partitions of a table.
fn partitions_of(schema: &Schema, parent: TableId) -> Vec<TableId> {
    let is_partition = |(id, t): &(TableId, &Table)| {
        *id != parent && t.partition_of.as_ref().is_some_and(|of| of.parent == parent)
    };
    schema.tables_indexed().filter(is_partition).map(|(id, _)| id).collect()
}

/// What the partitions of one level leave of one column, where that is a list or a range without gaps. A range that is
/// open at an end is left to boxes, as most rows would lie beyond the other partitions; but for a column that counts
/// up, whose numbers fill one partition after the other.
fn by_one_column(
    schema: &Schema,
    table: &Table,
    partitioning: &Partitioning,
    bounds: &[&PartitionBound],
) -> Option<Reachable> {
    let [KeyTerm::Column(column)] = partitioning.keys.as_slice() else { return None };
    let column = *column;
    if bounds.contains(&&PartitionBound::Default) || table[column].generated.is_some() {
        return None;
    }
    match partitioning.strategy {
        PartitionStrategy::Hash => None,
        PartitionStrategy::List => {
            let items = || {
                bounds
                    .iter()
                    .flat_map(|b| if let PartitionBound::List(items) = b { items.as_slice() } else { &[] })
            };
            let values: Vec<Expr> = items().flatten().filter(|v| !is_null(v)).cloned().collect();
            let null = items().flatten().any(is_null);
            (!values.is_empty()).then_some(Reachable::List { column, values, null })
        }
        PartitionStrategy::Range => {
            let ranges: Vec<(&BoundDatum, &BoundDatum)> = bounds
                .iter()
                .filter_map(|b| match b {
                    PartitionBound::Range { from, to } => Some((from.first()?, to.first()?)),
                    _ => None,
                })
                .collect();
            let run = widest_run(&ranges)?;
            let whole = run.count == ranges.len() && run.from.is_some() && run.to.is_some();
            let null = semantics(schema.dialect).constraints.null_in_range == NullInRange::FirstRange
                && run.from.is_none();
            let Run { from, to, .. } = run;
            (whole || counts_up(table, column) || ranges.len() == 1).then_some(Reachable::Range {
                column,
                from,
                to,
                null,
            })
        }
    }
}

/// Whether a column numbers the rows: the server counts it, or it is a whole number and the primary key.
fn counts_up(table: &Table, column: ColumnIdx) -> bool {
    let is_key = table.primary_key.as_ref().is_some_and(|key| key.columns == [column]);
    table[column].numbering.is_some() || (is_key && matches!(table[column].ty, SqlType::Integer { .. }))
}

/// Ranges that touch.
struct Run {
    from: Option<Expr>,
    to: Option<Expr>,
    /// How many ranges it is made of.
    count: usize,
}

/// The run of the most ranges that touch; the one declared first among equals. `None` without a range.
fn widest_run(ranges: &[(&BoundDatum, &BoundDatum)]) -> Option<Run> {
    let mut ranges = ranges.to_vec();
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
        BoundDatum::Value(e) => Some(e.clone()),
        BoundDatum::MinValue | BoundDatum::MaxValue => None,
    };
    best.map(|(count, low, high)| Run { from: value(low), to: value(high), count })
}
