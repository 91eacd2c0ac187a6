//! References that children demand of their parents.
//!
//! ```sql
//! CREATE TABLE stall (id text, zone text, PRIMARY KEY (id, zone));
//! CREATE TABLE ticket (stall text, zone text REFERENCES region, FOREIGN KEY (stall, zone) REFERENCES stall);
//! ```
//!
//! Nothing binds `stall.zone`, but a stall that a ticket refers to stands in a region, as its tickets do. So stalls draw
//! their zones from the regions, as if they referred to them. The same holds where a trigger or a CHECK, and no key, says
//! that a ticket's zone is its stall's.

use super::demands::{Meeting, meeting};
use super::undeclared::alike;
use seedbed_constraints::Constraints;
use seedbed_schema_model::{ColumnIdx, ForeignKey, ReferenceOrigin, Schema, Table, TableId};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Tables that show one another's columns, at most.
const DEEPEST: usize = 8;

/// The schema with such references. `looking` is the schema with what its tables look up. Cost: the foreign keys of each
/// table, squared.
pub(super) fn with_demanded_references(schema: &Arc<Schema>, looking: &Schema) -> Arc<Schema> {
    let mut found: Vec<(TableId, ForeignKey)> = Vec::new();
    for (child, table) in schema.tables_indexed().filter(|(_, table)| table.foreign_keys.len() > 1) {
        let shares_columns = !looking[child].looked_up.is_empty();
        let references: Cow<'_, [ForeignKey]> = match shares_columns {
            true => Cow::Owned(Constraints::new(looking, child).references),
            false => Cow::Borrowed(&table.foreign_keys),
        };
        for wide in references.iter().filter(|fk| fk.columns.len() > 1 && fk.parent != child) {
            for narrow in &table.foreign_keys {
                let demanded = demanded(schema, (child, table), wide, narrow);
                let is_new = |(at, fk): &(TableId, ForeignKey)| {
                    !found
                        .iter()
                        .any(|(of, other)| of == at && other.columns.iter().any(|c| fk.columns.contains(c)))
                };
                found.extend(demanded.filter(is_new));
            }
        }
    }
    if found.is_empty() {
        return Arc::clone(schema);
    }
    let mut with = Schema::clone(schema);
    for (table, reference) in found {
        // What the other table shows of its own parent will do, where it refers to this one.
        let mut targets = std::iter::successors(Some(reference), |fk| as_its_parent(&with, fk)).take(DEEPEST);
        let acyclic = targets.find(|fk| !reaches(&with, fk.parent, table));
        with[table].foreign_keys.extend(acyclic);
    }
    Arc::new(with)
}

/// The reference that the parent of `wide` needs for the child to have both references; `None` where its columns are
/// bound already, or its keys need them.
fn demanded(
    schema: &Schema,
    (child, table): (TableId, &Table),
    wide: &ForeignKey,
    narrow: &ForeignKey,
) -> Option<(TableId, ForeignKey)> {
    let parent = schema.partition_root(wide.parent);
    let target = schema.partition_root(narrow.parent);
    if narrow.columns.len() >= wide.columns.len() || target == parent || target == child || parent == child {
        return None;
    }
    let shown: Vec<ColumnIdx> = narrow.columns.iter().map(|c| wide.counterpart(*c)).collect::<Option<_>>()?;
    let constraints = Constraints::new(schema, parent);
    let is_open = |(own, theirs): (&ColumnIdx, &ColumnIdx)| {
        let column = &schema[parent][*own];
        let of_type = |ty| schema.base_type(ty);
        column.generated.is_none()
            && column.numbering.is_none()
            && !constraints.references.iter().any(|fk| fk.columns.contains(own))
            && meeting(&constraints, *own) == Meeting::AsList
            && alike(of_type(&column.ty), of_type(&schema[target][*theirs].ty))
    };
    if !shown.iter().zip(&narrow.parent_columns).all(is_open) {
        return None;
    }
    let reason = format!("rows of `{}` show it of both tables", table.name);
    let reference = ForeignKey {
        origin: ReferenceOrigin::Inferred { reason },
        span: wide.span,
        ..ForeignKey::new(&shown, target, &narrow.parent_columns)
    };
    Some((parent, reference))
}

/// The reference to the row that the referenced row itself refers to by the same columns.
fn as_its_parent(schema: &Schema, fk: &ForeignKey) -> Option<ForeignKey> {
    let above = schema[fk.parent].foreign_keys.iter().find(|up| {
        up.columns.len() == fk.parent_columns.len()
            && up.columns.iter().all(|c| fk.parent_columns.contains(c))
    })?;
    let parent_columns = fk.parent_columns.iter().map(|c| above.counterpart(*c)).collect::<Option<_>>()?;
    Some(ForeignKey { parent: schema.partition_root(above.parent), parent_columns, ..fk.clone() })
}

/// Whether a table refers to another, through others or itself.
fn reaches(schema: &Schema, from: TableId, to: TableId) -> bool {
    let (mut seen, mut open) = (BTreeSet::from([from]), vec![from]);
    while let Some(table) = open.pop() {
        if table == to {
            return true;
        }
        for fk in &schema[table].foreign_keys {
            let parent = schema.partition_root(fk.parent);
            if seen.insert(parent) {
                open.push(parent);
            }
        }
    }
    false
}
