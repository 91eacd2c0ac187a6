//! Where the rows of a partitioned table can go, as boxes of conditions.
//!
//! Each way down the levels of partitions ends in a place; what the bounds on the way ask of a row, and the CHECKs that
//! its partitions have alone, stand together in a [`PartitionBox`]. A DEFAULT partition takes what its siblings don't.
//! Hashes ask nothing of a row where all their remainders are there.

use super::generated::WrittenOut;
use super::tuple_range::{self, Conditions};
use seedbed_schema_model::{
    BinaryOp, BoundDatum, Check, ColumnIdx, Expr, KeyTerm, Literal, PartitionBound, PartitionStrategy,
    Partitioning, Schema, SqlType, Table, TableId, UnaryOp, Unreadable,
};
use seedbed_solver::order;
use seedbed_sql_semantics::{Context, EmptyPartitioning, evaluate, semantics};
use seedbed_sql_values::Value;

/// A place that rows can go to. Columns are numbered as the root numbers them; generated columns are written out.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionBox {
    /// The partition, below all others.
    pub partition: String,
    /// The tables on the way to it, from the top.
    pub way: Vec<TableId>,
    /// Whether it is but an edge of the partition's bounds: rows go there where nothing else is left of it.
    pub edge: bool,
    /// What its bounds ask: all of it is true.
    pub bounds: Vec<Expr>,
    /// What its partitions ask alone: none of it is false.
    pub checks: Vec<Check>,
}

/// A place on the way down.
#[derive(Clone, Default)]
struct Way {
    edge: bool,
    bounds: Conditions,
    checks: Vec<Check>,
    tables: Vec<TableId>,
}

/// The places below a partitioned table, in DDL order. None if it has no partitions, or nothing of it is a partition.
pub(super) fn boxes(schema: &Schema, root: TableId, generated: &WrittenOut) -> Vec<PartitionBox> {
    let mut found = Walk { schema, root, generated, boxes: Vec::new() };
    found.descend(root, &Way::default());
    // Rows of another server are left to it, where others have a place here.
    let is_here = |found: &PartitionBox| !found.way.iter().any(|table| schema[*table].options.foreign);
    if found.boxes.iter().any(is_here) {
        found.boxes.retain(is_here);
    }
    found.boxes
}

/// CHECKs and NOT NULLs that partitions below a table have alone.
pub(super) fn has_own_checks(schema: &Schema, root: TableId) -> bool {
    let generated = WrittenOut::default();
    let walk = Walk { schema, root, generated: &generated, boxes: Vec::new() };
    let below = schema.tables_indexed().filter(|(id, _)| *id != root && schema.partition_root(*id) == root);
    below.into_iter().any(|(id, _)| !walk.own_checks(id).is_empty())
}

/// The condition that a partition takes the row; `None` if it is of every row, as far as can be told.
pub(super) fn taken_by(boxes: &[PartitionBox], partition: TableId) -> Option<Expr> {
    let inside = boxes.iter().filter(|b| b.way.contains(&partition)).map(|b| conjunction(b.bounds.clone()));
    let any = inside.reduce(|a, b| Expr::binary(BinaryOp::Or, a, b))?;
    let read = !any.columns().is_empty() && any.opaque_part().is_none();
    read.then(|| Expr::IsTruth { operand: Box::new(any), truth: Some(true), negated: false })
}

/// The way down from the root.
struct Walk<'s> {
    schema: &'s Schema,
    root: TableId,
    generated: &'s WrittenOut,
    boxes: Vec<PartitionBox>,
}

/// A partition of one level: its table, if it has one, its name and its bound.
struct Child<'s> {
    table: Option<TableId>,
    name: String,
    bound: &'s PartitionBound,
}

impl<'s> Walk<'s> {
    /// Goes on below a table that lies at the end of a way.
    fn descend(&mut self, table: TableId, way: &Way) {
        let schema = self.schema;
        let Some(partitioning) = &schema[table].partitioning else { return };
        let children = children(schema, table, partitioning);
        let keys = self.keys(table, partitioning);
        // A malformed schema could nest partitions in a circle.
        if way.tables.len() > schema.tables.len() {
            return;
        }
        let takes_none =
            semantics(schema.dialect).constraints.empty_partitioning == EmptyPartitioning::TakesNoRow;
        if children.is_empty() && takes_none {
            return;
        }
        if children.is_empty() || partitioning.strategy == PartitionStrategy::Hash {
            return self.descend_hashes(&children, &schema[table].name.to_string(), way);
        }
        for child in &children {
            let alternatives = match child.bound {
                PartitionBound::Default => self.rest(&keys, &children),
                bound => bound_boxes(&keys, bound),
            };
            let is_range = matches!(child.bound, PartitionBound::Range { .. });
            for (number, bounds) in alternatives.into_iter().enumerate() {
                let edge = number > 0 && is_range;
                self.go_on(child, way, bounds, edge);
            }
        }
    }

    /// Goes on below the partitions of a hash; a table whose partitions nobody lists is one place.
    fn descend_hashes(&mut self, children: &[Child<'s>], name: &str, way: &Way) {
        let whole = Child { table: None, name: name.to_owned(), bound: &PartitionBound::Default };
        let of_tables: Vec<&Child<'s>> = children.iter().filter(|c| c.table.is_some()).collect();
        let bounds = missing_remainder(children).into_iter().collect::<Vec<Expr>>();
        // What only some partitions ask is asked of all rows, as the hash is the server's own.
        let mut checks = way.checks.clone();
        checks.extend(of_tables.iter().filter_map(|c| c.table).flat_map(|t| self.own_checks(t)));
        let way = Way { checks, ..way.clone() };
        match of_tables.iter().find(|c| c.table.is_some_and(|t| self.schema[t].partitioning.is_some())) {
            Some(nested) => self.go_on(nested, &way, bounds, false),
            None => self.go_on(&whole, &way, bounds, false),
        }
    }

    /// Goes into a partition: its place, or those below it.
    fn go_on(&mut self, child: &Child<'s>, way: &Way, bounds: Conditions, edge: bool) {
        let mut way = Way { edge: way.edge || edge, ..way.clone() };
        way.bounds.extend(bounds);
        if let Some(table) = child.table {
            way.tables.push(table);
            for check in self.own_checks(table) {
                if !way.checks.iter().any(|c| c.expr == check.expr) {
                    way.checks.push(check);
                }
            }
            if self.schema[table].partitioning.is_some() {
                return self.descend(table, &way);
            }
        }
        let Way { edge, bounds, checks, tables } = way;
        self.boxes.push(PartitionBox { partition: child.name.clone(), way: tables, edge, bounds, checks });
    }

    /// The partition key of a table of some level, over the root's columns; with the type that bounds are read in.
    fn keys(&self, table: TableId, partitioning: &Partitioning) -> Vec<Key> {
        let (owner, root) = (&self.schema[table], &self.schema[self.root]);
        let key = |term: &KeyTerm| match term {
            KeyTerm::Column(c) => {
                let ty = self.schema.base_type(&owner[*c].ty).clone();
                Key { expr: self.in_root(&Expr::Column(*c), owner, root), ty: Some(ty) }
            }
            KeyTerm::Expr(e) => Key { expr: self.in_root(e, owner, root), ty: None },
        };
        partitioning.keys.iter().map(key).collect()
    }

    /// An expression of a partition over the root's columns, with generated ones written out; unreadable if the root
    /// lacks a column.
    fn in_root(&self, e: &Expr, owner: &Table, root: &Table) -> Expr {
        let place = |c: ColumnIdx| root.column_named(&owner[c].name);
        if let Some(missing) = e.columns().into_iter().find(|c| place(*c).is_none()) {
            let reason = "the partitioned table has no such column".to_owned();
            return Expr::Unreadable(Unreadable { text: owner[missing].name.clone(), reason });
        }
        let mut e = e.clone();
        e.renumber_columns(&|c| place(c).unwrap_or(c));
        self.generated.in_place(&e)
    }

    /// The CHECKs and NOT NULLs of a partition that its root does not have.
    fn own_checks(&self, table: TableId) -> Vec<Check> {
        let (owner, root) = (&self.schema[table], &self.schema[self.root]);
        let mut own = Vec::new();
        for (index, column) in owner.columns_indexed() {
            let Some(at) = root.column_named(&column.name) else { continue };
            if !column.nullable && root[at].nullable {
                let operand = Box::new(self.in_root(&Expr::Column(index), owner, root));
                let expr = Expr::IsNull { operand, negated: true };
                let (text, span) = (format!("{} IS NOT NULL", column.name), column.span);
                own.push(Check { name: None, expr, text, enforced: true, span });
            }
        }
        for check in owner.checks.iter().filter(|c| c.enforced) {
            let mut declared = check.expr.clone();
            declared.renumber_columns(&|c| root.column_named(&owner[c].name).unwrap_or(c));
            let inherited = |c: &Check| c.text == check.text || c.expr == declared;
            if !root.checks.iter().any(inherited) {
                own.push(Check { expr: self.in_root(&check.expr, owner, root), ..check.clone() });
            }
        }
        own
    }

    /// What a DEFAULT partition takes: of ranges of one key the gaps between them, else what no sibling takes.
    fn rest(&self, keys: &[Key], siblings: &[Child<'s>]) -> Vec<Conditions> {
        let bounds: Vec<&PartitionBound> =
            siblings.iter().map(|s| s.bound).filter(|b| **b != PartitionBound::Default).collect();
        if let [key] = keys
            && let Some(gaps) = self.gaps(key, &bounds)
        {
            return gaps;
        }
        let not = |e: Expr| Expr::Unary { op: UnaryOp::Not, operand: Box::new(e) };
        let in_sibling = |bound: &&PartitionBound| match (keys, bound) {
            ([key], PartitionBound::List(items)) => vec![key.listed(items)],
            _ => bound_boxes(keys, bound).into_iter().map(conjunction).collect(),
        };
        let mut rest: Conditions = keys.iter().map(Key::present).collect();
        rest.extend(bounds.iter().flat_map(in_sibling).map(not));
        vec![rest]
    }

    /// The gaps between ranges of one key, each as its conditions; `None` if their ends have no order here.
    fn gaps(&self, key: &Key, bounds: &[&PartitionBound]) -> Option<Vec<Conditions>> {
        let mut ranges: Vec<(End, End)> = Vec::new();
        for bound in bounds {
            let PartitionBound::Range { from, to } = bound else { return None };
            ranges.push((self.end(key, from.first()?)?, self.end(key, to.first()?)?));
        }
        let mut failed = false;
        ranges.sort_by(|(a, _), (b, _)| {
            a.compare(b).unwrap_or_else(|| {
                failed = true;
                std::cmp::Ordering::Equal
            })
        });
        if failed {
            return None;
        }
        let mut gaps = Vec::new();
        let mut upto = End::Lowest;
        for (from, to) in &ranges {
            if upto.compare(from)?.is_lt() {
                gaps.push(key.between(&upto, from));
            }
            upto = to.clone();
        }
        if upto.compare(&End::Highest)?.is_lt() {
            gaps.push(key.between(&upto, &End::Highest));
        }
        Some(gaps)
    }

    /// An end of a range with its value.
    fn end(&self, key: &Key, datum: &BoundDatum) -> Option<End> {
        Some(match datum {
            BoundDatum::MinValue => End::Lowest,
            BoundDatum::MaxValue => End::Highest,
            BoundDatum::Value(e) => {
                let expr = key.constant(e);
                let (nothing, cx): (Vec<Value>, _) = (Vec::new(), Context::new(self.schema, None));
                let value = evaluate(&expr, &nothing, &cx).ok()?;
                order(&value, &value)?;
                End::At(value, expr)
            }
        })
    }
}

/// A part of a partition key.
struct Key {
    /// The key over the root's columns.
    expr: Expr,
    /// The type of the column that it is; an expression has none.
    ty: Option<SqlType>,
}

/// An end of a range.
#[derive(Clone)]
enum End {
    Lowest,
    At(Value, Expr),
    Highest,
}

impl End {
    fn compare(&self, other: &Self) -> Option<std::cmp::Ordering> {
        let rank = |end: &Self| match end {
            Self::Lowest => 0,
            Self::At(..) => 1,
            Self::Highest => 2,
        };
        match (self, other) {
            (Self::At(a, _), Self::At(b, _)) => order(a, b),
            _ => Some(rank(self).cmp(&rank(other))),
        }
    }
}

impl Key {
    /// A bound's constant as a value of the key: text beside a date is a date.
    fn constant(&self, e: &Expr) -> Expr {
        match (&self.ty, e) {
            (Some(ty), Expr::Literal(Literal::Text(_))) if is_read_as(ty) => {
                Expr::Cast { operand: Box::new(e.clone()), target: ty.clone() }
            }
            _ => e.clone(),
        }
    }

    /// The key is not NULL.
    fn present(&self) -> Expr {
        Expr::IsNull { operand: Box::new(self.expr.clone()), negated: true }
    }

    /// The key is one of a list of values.
    fn listed(&self, items: &[Vec<Expr>]) -> Expr {
        let values = items.iter().flatten().filter(|v| !is_null(v)).map(|v| self.constant(v));
        Expr::InList { operand: Box::new(self.expr.clone()), list: values.collect(), negated: false }
    }

    /// The key lies from one end on and below the other.
    fn between(&self, low: &End, high: &End) -> Conditions {
        let mut conditions = vec![self.present()];
        if let End::At(_, low) = low {
            conditions.push(Expr::binary(BinaryOp::GtEq, self.expr.clone(), low.clone()));
        }
        if let End::At(_, high) = high {
            conditions.push(Expr::binary(BinaryOp::Lt, self.expr.clone(), high.clone()));
        }
        conditions
    }
}

/// Types of which a literal's text is read as a value; the text of others is their value.
fn is_read_as(ty: &SqlType) -> bool {
    !ty.is_text() && !matches!(ty, SqlType::Enum(_) | SqlType::InlineEnum(_) | SqlType::Unknown { .. })
}

/// The boxes that a bound takes.
fn bound_boxes(keys: &[Key], bound: &PartitionBound) -> Vec<Conditions> {
    let exprs: Vec<Expr> = keys.iter().map(|k| k.expr.clone()).collect();
    match bound {
        PartitionBound::Range { from, to } => {
            let data = |data: &[BoundDatum]| -> Vec<BoundDatum> {
                let typed = |(datum, key): (&BoundDatum, &Key)| match datum {
                    BoundDatum::Value(e) => BoundDatum::Value(key.constant(e)),
                    open => open.clone(),
                };
                data.iter().zip(keys).map(typed).collect()
            };
            let present: Conditions = keys.iter().map(Key::present).collect();
            let boxes = tuple_range::boxes(&exprs, &data(from), &data(to)).into_iter();
            boxes.map(|conditions| [present.clone(), conditions].concat()).collect()
        }
        PartitionBound::List(items) => match keys {
            [key] if items.iter().flatten().all(is_null) => {
                vec![vec![Expr::IsNull { operand: Box::new(key.expr.clone()), negated: false }]]
            }
            [key] => vec![vec![key.present(), key.listed(items)]],
            keys => {
                items.iter().filter(|item| !item.iter().any(is_null)).map(|item| tuple(keys, item)).collect()
            }
        },
        PartitionBound::Default | PartitionBound::Hash { .. } => vec![Vec::new()],
    }
}

/// Each key has its value.
fn tuple(keys: &[Key], item: &[Expr]) -> Conditions {
    keys.iter()
        .zip(item)
        .map(|(key, value)| Expr::binary(BinaryOp::Eq, key.expr.clone(), key.constant(value)))
        .collect()
}

/// Whether a constant is NULL.
pub(super) fn is_null(e: &Expr) -> bool {
    matches!(e, Expr::Literal(Literal::Null))
}

/// Conditions as one.
pub(super) fn conjunction(conditions: Conditions) -> Expr {
    let all = conditions.into_iter().reduce(|a, b| Expr::binary(BinaryOp::And, a, b));
    all.unwrap_or(Expr::Literal(Literal::Boolean(true)))
}

/// The partitions of one level: tables, or those declared inside of the table.
fn children<'s>(schema: &'s Schema, table: TableId, partitioning: &'s Partitioning) -> Vec<Child<'s>> {
    let of_table = |(id, t): (TableId, &'s Table)| {
        let of = t.partition_of.as_ref().filter(|of| of.parent == table && id != table)?;
        Some(Child { table: Some(id), name: t.name.to_string(), bound: &of.bound })
    };
    let tables: Vec<Child<'s>> = schema.tables_indexed().filter_map(of_table).collect();
    if !tables.is_empty() {
        return tables;
    }
    let inline = partitioning.partitions.iter();
    inline.map(|p| Child { table: None, name: p.name.clone(), bound: &p.bound }).collect()
}

/// Where some remainder of a hash has no partition, the condition that rows must meet, which only the server can test.
fn missing_remainder(children: &[Child<'_>]) -> Option<Expr> {
    let hashes: Vec<u64> = children
        .iter()
        .filter_map(
            |c| if let PartitionBound::Hash { modulus, .. } = c.bound { Some(*modulus) } else { None },
        )
        .collect();
    // Moduli divide each other, so the remainders that are taken are shares of the greatest modulus.
    let greatest = hashes.iter().copied().max()?;
    let taken: u64 = hashes.iter().map(|modulus| greatest.checked_div(*modulus).unwrap_or(0)).sum();
    (taken < greatest).then(|| {
        let reason = "only the server computes the hash of a partition key".to_owned();
        Expr::Unreadable(Unreadable {
            text: format!("a remainder of {greatest} that has a partition"),
            reason,
        })
    })
}
