//! Keys made of each other's keys.
//!
//! Two tables whose NOT NULL references go both ways over the same columns can't each draw from the other: a circle
//! that no row could begin. They share one row law: the table that comes first in the load order (the leader) owns the
//! columns, row by row the other one (the follower) shows the same values, and what either asks of them the leader
//! holds for both.
//!
//! ```text
//! org    (id, lead)       (id, lead) references person (org, id)
//! person (org, id)        org        references org (id)
//!
//! row n of person shows org = id and id = lead of row n of org,
//! and a key of person over (org, id) is one of org over (id, lead)
//! ```

use super::constraints::Constraints;
use super::dealt::can_deal;
use super::effective_key::EffectiveKey;
use seedbed_rows::explain::{KeyKind, KeyName};
use seedbed_schema_model::{ColumnIdx, ForeignKey, KeyPart, Schema, TableId};
use std::collections::BTreeMap;

/// Finds such pairs among the tables of `order`, which is the load order, and rewrites the constraints of both: the
/// leader loses its reference to the follower, which then holds by itself, and takes on the follower's keys; the
/// follower's reference becomes one over the columns of both. Of each table, the first pair counts; of three tables
/// whose keys are made of each other's, two are aligned.
///
/// Where the follower has more rows than the leader (`rows`: as asked) and each of the leader's rows can show one of
/// several, its rows are dealt out instead.
///
/// Tables without an entry in `relations` are passed over. Cost: the references between each two tables, squared.
pub fn align(
    schema: &Schema,
    order: &[TableId],
    relations: &mut BTreeMap<TableId, Constraints<'_>>,
    rows: &dyn Fn(TableId) -> u64,
) {
    let place: BTreeMap<TableId, usize> = order.iter().enumerate().map(|(at, table)| (*table, at)).collect();
    for follower in order {
        let Some(second) = relations.get(follower) else { continue };
        let earlier = |table: &TableId| place.get(table) < place.get(follower) && place.contains_key(table);
        let leaders: Vec<TableId> = second.references.iter().map(|fk| fk.parent).filter(earlier).collect();
        for leader in &leaders {
            let (Some(first), Some(second)) = (relations.get(leader), relations.get(follower)) else {
                continue;
            };
            if first.alignment.is_some() || second.alignment.is_some() {
                continue;
            }
            // As many rows as the leader has are shared out row by row, if that can be, and dealt out otherwise.
            let (own, theirs) = (rows(*follower), rows(*leader));
            let pair =
                if own > theirs && is_dealt(first, second) { None } else { pair(schema, first, second) };
            let Some(pair) = pair else {
                if own >= theirs && is_dealt(first, second) {
                    let parts = [
                        (leader, Alignment::Chooses { from: *follower }),
                        (follower, Alignment::Dealt { to: *leader }),
                    ];
                    for (table, part) in parts {
                        if let Some(constraints) = relations.get_mut(table) {
                            constraints.alignment = Some(part);
                        }
                    }
                }
                continue;
            };
            if let Some(first) = relations.get_mut(leader) {
                first.references.retain(|fk| *fk != pair.dropped);
                pair.keys.into_iter().for_each(|key| first.push_key(key));
                first.sort_keys(schema);
                first.alignment = Some(Alignment::Followed { by: *follower });
            }
            if let Some(second) = relations.get_mut(follower) {
                second.references.retain(|fk| *fk != pair.replaced);
                second.references.push(pair.merged);
                second.alignment = Some(Alignment::Follows { table: *leader });
            }
        }
    }
}

/// A table's part in a pair that shares its rows' law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alignment {
    /// It is the leader: it owns the columns, and each of its rows needs the follower's row of the same number.
    Followed {
        /// The follower.
        by: TableId,
    },
    /// It is the follower: each of its rows shows the columns of the leader's row of the same number.
    Follows {
        /// The leader, whose columns they are.
        table: TableId,
    },
    /// Each of its rows shows one of the rows that refer to it.
    Chooses {
        /// The table of those rows.
        from: TableId,
    },
    /// Its rows are dealt out to the rows of the other table, so that each has one to show.
    Dealt {
        /// The other table.
        to: TableId,
    },
}

/// Whether some reference of the first table shows one of several rows of the second, as [`can_deal`] says.
fn is_dealt(first: &Constraints<'_>, second: &Constraints<'_>) -> bool {
    let is_strict =
        |fk: &ForeignKey| fk.origin.is_declared() && fk.columns.iter().all(|c| !first.table[*c].nullable);
    let there = first.references.iter().filter(|fk| fk.parent == second.id && is_strict(fk));
    there.into_iter().any(|there| {
        let back = second.references.iter().filter(|fk| fk.parent == first.id && fk.origin.is_declared());
        back.into_iter().any(|back| can_deal(first, second, there, back))
    })
}

/// Two tables that can be aligned.
struct Pair {
    /// The leader's reference to the follower, which holds by itself then.
    dropped: ForeignKey,
    /// The follower's reference to the leader.
    replaced: ForeignKey,
    /// It, over the columns of both.
    merged: ForeignKey,
    /// What the follower's keys ask of the leader's columns.
    keys: Vec<EffectiveKey>,
}

/// Whether, and how, two tables can be aligned: by declared references that are never NULL, one each way, whose columns
/// have the same base types on both sides and no domain on the follower's, and in no CHECK of the follower. `None`
/// where no two references are of that kind.
fn pair(schema: &Schema, first: &Constraints<'_>, second: &Constraints<'_>) -> Option<Pair> {
    let strict = |relation: &Constraints<'_>, fk: &ForeignKey| {
        fk.origin.is_declared() && fk.columns.iter().all(|c| !relation.table[*c].nullable)
    };
    let there = first.references.iter().filter(|fk| fk.parent == second.id && strict(first, fk));
    there.flat_map(|there| second.references.iter().map(move |back| (there, back))).find_map(
        |(there, back)| {
            if back.parent != first.id || !strict(second, back) {
                return None;
            }
            let pairs = merged_columns(there, back)?;
            let same_type = |(own, theirs): &(ColumnIdx, ColumnIdx)| {
                schema.base_type(&second.table[*own].ty) == schema.base_type(&first.table[*theirs].ty)
                    && schema.domains_of(&second.table[*own].ty).is_empty()
            };
            let (columns, parent_columns): (Vec<ColumnIdx>, Vec<ColumnIdx>) = pairs.iter().copied().unzip();
            // A CHECK of the follower speaks of columns that it does not own.
            let checked =
                second.checks.iter().flat_map(|check| check.expr.columns()).any(|c| columns.contains(&c));
            if checked || !pairs.iter().all(same_type) {
                return None;
            }
            Some(Pair {
                dropped: there.clone(),
                replaced: back.clone(),
                keys: asked_of_leader(first, second, &pairs)?,
                merged: ForeignKey { columns, parent_columns, ..back.clone() },
            })
        },
    )
}

/// The columns of the follower with those of the leader that they equal by either reference. `None` unless the
/// references share some, and where one column would have to equal two.
fn merged_columns(there: &ForeignKey, back: &ForeignKey) -> Option<Vec<(ColumnIdx, ColumnIdx)>> {
    let mut pairs: Vec<(ColumnIdx, ColumnIdx)> =
        back.columns.iter().copied().zip(back.parent_columns.iter().copied()).collect();
    let reversed: Vec<(ColumnIdx, ColumnIdx)> =
        there.parent_columns.iter().copied().zip(there.columns.iter().copied()).collect();
    if !reversed.iter().any(|pair| pairs.contains(pair)) {
        return None;
    }
    for pair in reversed {
        if pairs.contains(&pair) {
            continue;
        }
        if pairs.iter().any(|(own, theirs)| *own == pair.0 || *theirs == pair.1) {
            return None;
        }
        pairs.push(pair);
    }
    Some(pairs)
}

/// The follower's keys over its shown columns, as keys of the leader. `None` if one of them can't be said of the leader
/// and none of the leader's own keys implies it.
fn asked_of_leader(
    first: &Constraints<'_>,
    second: &Constraints<'_>,
    pairs: &[(ColumnIdx, ColumnIdx)],
) -> Option<Vec<EffectiveKey>> {
    let theirs = |c: ColumnIdx| pairs.iter().find(|(own, _)| *own == c).map(|(_, theirs)| *theirs);
    let shown: Vec<(&EffectiveKey, Vec<ColumnIdx>)> = second
        .keys
        .iter()
        .filter_map(|key| Some((key, key.columns.iter().map(|c| theirs(*c)).collect::<Option<Vec<_>>>()?)))
        .collect();
    let plain = |key: &EffectiveKey| key.predicate.is_none() && !key.expressions && key.overlaps.is_empty();
    let (whole, others): (Vec<_>, Vec<_>) = shown.into_iter().partition(|(key, _)| plain(key));
    let mut keys = Vec::new();
    for (key, columns) in whole {
        let part = |c: &ColumnIdx| KeyPart::column(*c);
        keys.push(EffectiveKey {
            name: KeyName { kind: KeyKind::UniqueIn(second.id), columns: columns.clone() },
            parts: columns.iter().map(part).collect(),
            columns,
            primary: false,
            ..key.clone()
        });
    }
    let implies = |columns: &Vec<ColumnIdx>| {
        let own = first.keys.iter().filter(|key| plain(key));
        own.chain(&keys).any(|key| key.columns.iter().all(|c| columns.contains(c)))
    };
    others.iter().all(|(_, columns)| implies(columns)).then_some(keys)
}
