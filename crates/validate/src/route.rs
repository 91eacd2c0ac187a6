//! Which partitions of its root a row belongs to.
//!
//! As the server routes an INSERT: from the root down, at each level to the first partition whose bound takes the row's
//! keys, else to the default one (PostgreSQL's manual, §5.11.2; MySQL's, §26.2). Rows of hash partitions are not
//! followed, since the hash is the server's own.

use crate::row::{BatchRow, in_root};
use seedbed_schema_model::{
    BinaryOp, BoundDatum, Expr, KeyTerm, Literal, PartitionBound, PartitionStrategy, PartitionTree,
    Partitioning, Schema, SqlType, Table, TableId,
};
use seedbed_sql_semantics::{Context, EmptyPartitioning, EvaluateError, NullInRange, Row, evaluate, truth};
use seedbed_sql_values::{Value, parse_value};
use std::cmp::Ordering;

/// The way of a row down its partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Partitions from the top, each inside the one before.
    Inside(Vec<TableId>),
    /// Partitions so far, below which only the server can tell (hash partitions, bounds that are not read).
    Unknown(Vec<TableId>),
    /// No partition takes the row.
    Nowhere,
}

/// Follows a row of a partitioned root. `row` has the root's columns; partitions may order theirs otherwise.
pub(crate) fn route(
    partitions: &PartitionTree,
    schema: &Schema,
    root: TableId,
    row: &BatchRow<'_, '_>,
    cx: &Context<'_>,
) -> Route {
    let mut path = Vec::new();
    let mut at = root;
    while let Some(partitioning) = &schema[at].partitioning {
        let inside = partitions.partitions(at);
        if !has_keys(partitioning, &schema[at], &schema[root], row) {
            return Route::Unknown(path);
        }
        if partitioning.strategy == PartitionStrategy::Hash {
            return Route::Unknown(path);
        }
        if inside.is_empty() {
            return inline_route(partitioning, at, root, row, cx, path);
        }
        let keys = match key_values(&partitioning.keys, at, root, row, cx) {
            Ok(keys) => keys,
            Err(_) => return Route::Unknown(path),
        };
        let taken = inside.iter().find_map(|id| {
            let bound = &schema[*id].partition_of.as_ref()?.bound;
            match takes(bound, &keys, cx)? {
                Ok(true) => Some(Ok(*id)),
                Ok(false) => None,
                Err(error) => Some(Err(error)),
            }
        });
        let default = || inside.iter().copied().find(|id| is_default(&schema[*id]));
        match taken {
            Some(Ok(id)) => path.push(id),
            Some(Err(_)) => return Route::Unknown(path),
            None => match default() {
                Some(id) => path.push(id),
                None => return Route::Nowhere,
            },
        }
        // A malformed schema could nest partitions in a circle.
        if path.len() > schema.tables.len() {
            return Route::Unknown(path);
        }
        at = path.last().copied().unwrap_or(at);
    }
    Route::Inside(path)
}

/// Whether the batch has the columns that decide on the partition.
fn has_keys(partitioning: &Partitioning, owner: &Table, root: &Table, row: &BatchRow<'_, '_>) -> bool {
    let columns = partitioning.keys.iter().flat_map(|key| match key {
        KeyTerm::Column(column) => vec![*column],
        KeyTerm::Expr(expr) => expr.columns(),
    });
    columns.into_iter().all(|column| in_root(column, owner, root).is_some_and(|column| row.has(column)))
}

/// Whether it takes what no other partition takes.
fn is_default(table: &Table) -> bool {
    table.partition_of.as_ref().is_some_and(|p| p.bound == PartitionBound::Default)
}

/// MySQL declares its partitions inside the table; each range begins where the one before ends.
fn inline_route(
    partitioning: &Partitioning,
    table: TableId,
    root: TableId,
    row: &BatchRow<'_, '_>,
    cx: &Context<'_>,
    path: Vec<TableId>,
) -> Route {
    if partitioning.partitions.is_empty() {
        return match cx.semantics.constraints.empty_partitioning {
            EmptyPartitioning::TakesNoRow => Route::Nowhere,
            EmptyPartitioning::ByHash => Route::Unknown(path),
        };
    }
    let Ok(keys) = key_values(&partitioning.keys, table, root, row, cx) else { return Route::Unknown(path) };
    for partition in &partitioning.partitions {
        match takes(&partition.bound, &keys, cx) {
            Some(Ok(true)) => return Route::Inside(path),
            Some(Ok(false)) | None => {}
            Some(Err(_)) => return Route::Unknown(path),
        }
        if partition.bound == PartitionBound::Default {
            return Route::Inside(path);
        }
    }
    Route::Nowhere
}

/// Whether a bound takes the row; `None` for the default and for hashes.
fn takes(
    bound: &PartitionBound,
    keys: &[PartitionKeyValue],
    cx: &Context<'_>,
) -> Option<Result<bool, EvaluateError>> {
    match bound {
        PartitionBound::Default | PartitionBound::Hash { .. } => None,
        PartitionBound::List(values) => Some(in_list(keys, values, cx)),
        PartitionBound::Range { from, .. } if keys.iter().any(|k| k.value.is_null()) => {
            let first = cx.semantics.constraints.null_in_range == NullInRange::FirstRange;
            Some(Ok(first && from.iter().all(|d| *d == BoundDatum::MinValue)))
        }
        PartitionBound::Range { from, to } => Some(within(keys, from, to, cx)),
    }
}

/// Whether the key is at or above the lower end of a range and below the upper.
fn within(
    keys: &[PartitionKeyValue],
    from: &[BoundDatum],
    to: &[BoundDatum],
    cx: &Context<'_>,
) -> Result<bool, EvaluateError> {
    Ok(compare_bound(keys, from, cx)?.is_ge() && compare_bound(keys, to, cx)?.is_lt())
}

/// A key's value and the type that its bounds are read in.
struct PartitionKeyValue {
    /// The key's value in the row.
    value: Value,
    /// The type of the column that is the key; an expression has none.
    ty: Option<SqlType>,
}

/// The partition keys of a row, by the columns of the table that declares the partitioning.
fn key_values(
    keys: &[KeyTerm],
    table: TableId,
    root: TableId,
    row: &BatchRow<'_, '_>,
    cx: &Context<'_>,
) -> Result<Vec<PartitionKeyValue>, EvaluateError> {
    let schema = cx.schema;
    let owner = &schema[table];
    let mapped = row.seen_as(owner, &schema[root]);
    let cx = Context { table: Some(owner), ..cx.clone() };
    keys.iter()
        .map(|key| match key {
            KeyTerm::Column(c) => Ok(PartitionKeyValue {
                value: mapped.value(*c),
                ty: owner.columns.get(c.position()).map(|c| c.ty.clone()),
            }),
            KeyTerm::Expr(expr) => {
                evaluate(expr, &mapped, &cx).map(|value| PartitionKeyValue { value, ty: None })
            }
        })
        .collect()
}

/// Whether a list has the keys, one of its items each of them; NULL is in it only where it is listed.
fn in_list(keys: &[PartitionKeyValue], items: &[Vec<Expr>], cx: &Context<'_>) -> Result<bool, EvaluateError> {
    'items: for item in items {
        for (key, value) in keys.iter().zip(item) {
            let matches = match value {
                Expr::Literal(Literal::Null) => key.value.is_null(),
                _ => order(key, value, cx)? == Some(Ordering::Equal),
            };
            if !matches {
                continue 'items;
            }
        }
        return Ok(true);
    }
    Ok(false)
}

/// The key against one end of a range, as rows.
fn compare_bound(
    keys: &[PartitionKeyValue],
    bound: &[BoundDatum],
    cx: &Context<'_>,
) -> Result<Ordering, EvaluateError> {
    for (key, datum) in keys.iter().zip(bound) {
        let order = match datum {
            BoundDatum::MinValue => return Ok(Ordering::Greater),
            BoundDatum::MaxValue => return Ok(Ordering::Less),
            BoundDatum::Value(constant) => order(key, constant, cx)?
                .ok_or_else(|| EvaluateError::unsupported("a NULL partition bound"))?,
        };
        if order.is_ne() {
            return Ok(order);
        }
    }
    Ok(Ordering::Equal)
}

/// The order of a key and a bound, as the dialect compares them; `None` where either is NULL.
fn order(
    key: &PartitionKeyValue,
    constant: &Expr,
    cx: &Context<'_>,
) -> Result<Option<Ordering>, EvaluateError> {
    if let Expr::Literal(literal) = constant
        && let Some(order) = order_of_kind(key, literal, cx)
    {
        return Ok(Some(order));
    }
    let cx = Context { table: None, domain_value: Some(key.value.clone()), ..cx.clone() };
    let constant = match (&key.ty, constant) {
        (Some(ty), Expr::Literal(_)) => {
            Expr::Cast { operand: Box::new(constant.clone()), target: ty.clone() }
        }
        _ => constant.clone(),
    };
    let holds = |op| truth(&Expr::binary(op, Expr::DomainValue, constant.clone()), &NoRow, &cx);
    Ok(match (holds(BinaryOp::Eq)?, holds(BinaryOp::Lt)?) {
        (Some(true), _) => Some(Ordering::Equal),
        (_, Some(true)) => Some(Ordering::Less),
        (Some(false), Some(false)) => Some(Ordering::Greater),
        _ => None,
    })
}

/// The order of a key and a bound of one kind, of which all dialects say the same; `None` for others.
fn order_of_kind(key: &PartitionKeyValue, literal: &Literal, cx: &Context<'_>) -> Option<Ordering> {
    match (&key.value, literal) {
        (Value::Integer(value), Literal::Integer(bound)) => Some(value.cmp(bound)),
        (Value::Date(_) | Value::Timestamp(_), Literal::Text(text)) => {
            let bound = parse_value(text, key.ty.as_ref()?, cx.schema).ok()?;
            match (&key.value, &bound) {
                (Value::Date(value), Value::Date(bound)) => Some(value.cmp(bound)),
                (Value::Timestamp(value), Value::Timestamp(bound)) => Some(value.cmp(bound)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A row without columns: what compares a key with a constant reads none.
struct NoRow;

impl Row for NoRow {
    fn value(&self, _: seedbed_schema_model::ColumnIdx) -> Value {
        Value::Null
    }
}
