//! CHECKs whose functions look up the row that a reference names: `CHECK (is_kind(account_id, 'person'))`.
//!
//! What such a CHECK reads is what a trigger's look-up reads, so it becomes the same: a [`Guard`], conjunct by conjunct. A
//! conjunct that looks up a row by anything but a reference to another table remains part of its CHECK.

use seedbed_schema_model::{
    BinaryOp, Check, ColumnIdx, Expr, ForeignKey, Guard, GuardedCheck, LookUp, Schema, Table, TableId,
};
use seedbed_solver::{conjuncts, strip};

/// The table, in which what its CHECKs look up is guards; `None` where they look up nothing.
pub(super) fn with_guarded_checks(schema: &Schema, table: &Table) -> Option<Table> {
    let looks_up = |check: &Check| check.enforced && check.expr.any(&|e| matches!(e, Expr::Lookup { .. }));
    if !table.checks.iter().any(looks_up) {
        return None;
    }
    let mut with = table.clone();
    with.checks.clear();
    for check in &table.checks {
        if !looks_up(check) {
            with.checks.push(check.clone());
            continue;
        }
        let mut rest = Vec::new();
        for part in conjuncts(&check.expr) {
            match guard(schema, table, part) {
                Some((condition, look_ups)) => with.guarded_checks.push(GuardedCheck {
                    name: check.name.clone(),
                    text: check.text.clone(),
                    guard: Guard { condition, look_ups, span: check.span },
                }),
                None => rest.push(part.clone()),
            }
        }
        let rest = rest.into_iter().reduce(|a, b| Expr::binary(BinaryOp::And, a, b));
        with.checks.extend(rest.map(|expr| Check { expr, ..check.clone() }));
    }
    Some(with)
}

/// A conjunct with parameters in the places of its look-ups, and those; `None` where one is by no reference.
fn guard(schema: &Schema, table: &Table, part: &Expr) -> Option<(Expr, Vec<LookUp>)> {
    let mut found: Vec<(LookUp, &ForeignKey)> = Vec::new();
    let (mut seen, mut placed) = (0, 0);
    part.walk(&mut |e| {
        if let Expr::Lookup { table: parent, column, key, at } = e {
            seen += 1;
            if let Some(look_up) = by_reference(schema, table, (*parent, *column), key, at) {
                placed += 1;
                found.push(look_up);
            }
        }
    });
    if seen == 0 || seen != placed {
        return None;
    }
    let mut look_ups: Vec<LookUp> = Vec::new();
    found.iter().for_each(|(look_up, _)| {
        number(&mut look_ups, look_up.clone());
    });
    // A condition on the row that one reference names, and on what its columns show of it, is one on that row alone.
    let first = found[0].1;
    let of_one = found.iter().all(|(_, fk)| std::ptr::eq(*fk, first));
    let own: Vec<ColumnIdx> = own_columns(part);
    let shown = of_one && own.iter().all(|c| first.columns.contains(c));
    if shown {
        own.iter().filter_map(|c| key_shown(schema, first, *c)).for_each(|look_up| {
            number(&mut look_ups, look_up);
        });
    }
    let place =
        |look_up: &LookUp| look_ups.iter().position(|l| l == look_up).map(|at| Expr::Parameter(at as u16));
    let base = |parent: TableId, column: ColumnIdx| schema.base_type(&schema[parent][column].ty);
    let look_up = |e: &Expr| match e {
        Expr::Lookup { table: parent, column, key, at } => {
            place(&by_reference(schema, table, (*parent, *column), key, at)?.0)
        }
        _ => None,
    };
    let condition = part.substituted(&|e| match e {
        // A cast to the column's own type changes nothing.
        Expr::Cast { operand, target } => match &**operand {
            Expr::Lookup { table, column, .. } if base(*table, *column) == target => look_up(operand),
            _ => None,
        },
        Expr::Lookup { .. } => look_up(e),
        Expr::Column(own) if shown => place(&key_shown(schema, first, *own)?),
        _ => None,
    });
    Some((condition, look_ups))
}

/// The number of a look-up.
fn number(look_ups: &mut Vec<LookUp>, look_up: LookUp) {
    if !look_ups.contains(&look_up) {
        look_ups.push(look_up);
    }
}

/// The look-up of the row that a reference of the table to another one names.
fn by_reference<'t>(
    schema: &Schema,
    table: &'t Table,
    (parent, column): (TableId, ColumnIdx),
    key: &[ColumnIdx],
    at: &[Expr],
) -> Option<(LookUp, &'t ForeignKey)> {
    let own = |at: &Expr| match strip(at) {
        Expr::Column(column) => Some(*column),
        _ => None,
    };
    let columns = at.iter().map(own).collect::<Option<Vec<_>>>()?;
    let parent = schema.partition_root(parent);
    let look_up = LookUp { columns, parent, parent_columns: key.to_vec(), column };
    let is_other = !std::ptr::eq(&schema[parent], table);
    let by = table.foreign_keys.iter().find(|fk| {
        schema.partition_root(fk.parent) == parent && look_up.is_within(&fk.columns, &fk.parent_columns)
    });
    Some((look_up, by.filter(|_| is_other)?))
}

/// The parent's column that a referencing column shows, as a look-up by the reference.
fn key_shown(schema: &Schema, fk: &ForeignKey, own: ColumnIdx) -> Option<LookUp> {
    Some(LookUp { parent: schema.partition_root(fk.parent), ..fk.look_up(fk.counterpart(own)?) })
}

/// The columns that a condition reads outside of its look-ups.
fn own_columns(part: &Expr) -> Vec<ColumnIdx> {
    let outside = part.substituted(&|e| matches!(e, Expr::Lookup { .. }).then_some(Expr::Parameter(0)));
    outside.columns()
}
