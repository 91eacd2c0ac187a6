//! Random sets of constraints over few values: single tables, and families of them.

use crate::small_computed::Computed;
use crate::small_condition::Condition;
use crate::small_domain::{
    SmallColumn, SmallKey, SmallPartitions, SmallReference, SmallRow, SmallRows, SmallTable,
};
use proptest::prelude::*;
use proptest::sample::Index;

/// One table of random constraints, or a family of tables, parents first.
pub(crate) fn tables() -> impl Strategy<Value = Vec<SmallTable>> {
    let there = || prop::collection::vec(prop::collection::vec(any::<Index>(), 0..=3), 3);
    let bare = prop_oneof![
        3 => table().prop_map(|t| vec![t]),
        1 => cousins(),
        1 => parent_and_child(),
    ];
    let there = prop_oneof![1 => Just(Vec::new()), 1 => there()];
    (bare, there).prop_map(|(mut tables, there)| {
        fill(&mut tables, &there);
        tables
    })
}

/// Puts rows into tables that satisfy everything: the picks of each say which of those that are possible.
fn fill(tables: &mut [SmallTable], picks: &[Vec<Index>]) {
    let mut parents = SmallRows::new();
    for (table, picks) in tables.iter_mut().zip(picks) {
        let possible = table.possible_rows(&parents);
        for pick in picks.iter().filter(|_| !possible.is_empty()) {
            let row: &SmallRow = pick.get(&possible);
            if !table.collides(row, &table.there) {
                table.there.push(row.clone());
            }
        }
        parents.insert(table.name.clone(), table.there.clone());
    }
}

/// Two to four columns of which some may be computed, one or two keys that may overlap and be partial, up to two CHECKs.
fn table() -> impl Strategy<Value = SmallTable> {
    let parts = (
        prop::collection::vec(column(), 2..=4),
        prop::collection::vec(computed(), 0..=2),
        prop::collection::vec(key(), 1..=2),
        prop::collection::vec(check(), 0..=2),
        prop::option::weighted(0.3, partitions()),
    );
    parts.prop_map(|(mut columns, computed, keys, checks, partitions)| {
        let given = columns.len();
        columns.extend(computed.into_iter().map(|of| computed_of(of, given)));
        let width = columns.len();
        let partitions = partitions.map(|(column, parts, by_range)| SmallPartitions {
            column: column.index(given),
            parts,
            by_range,
        });
        let mut keys: Vec<SmallKey> = keys.into_iter().map(|of| key_of(of, width)).collect();
        // A key of partitions has to have their column.
        for key in keys.iter_mut().filter(|_| partitions.is_some()) {
            key.columns.extend(partitions.iter().map(|p| p.column));
            key.columns = each_once(std::mem::take(&mut key.columns));
        }
        SmallTable {
            name: "t".to_owned(),
            keys,
            checks: checks.into_iter().filter_map(|c| check_of(c, width)).collect(),
            columns,
            partitions,
            ..SmallTable::default()
        }
    })
}

/// By which column, with which parts, and whether those are ranges.
fn partitions() -> impl Strategy<Value = (Index, Vec<[i64; 2]>, bool)> {
    let parts = prop_oneof![
        (Just(vec![[1, 3]]), any::<bool>()),
        (Just(vec![[1, 2], [3, 4]]), any::<bool>()),
        (Just(vec![[2, 4], [5, 9]]), any::<bool>()),
        (Just(vec![[7, 9]]), any::<bool>()),
    ];
    (any::<Index>(), parts).prop_map(|(column, (parts, by_range))| (column, parts, by_range))
}

fn column() -> impl Strategy<Value = SmallColumn> {
    (1..=5_i64, prop::bool::weighted(0.3)).prop_map(|(size, nullable)| SmallColumn::of(size, nullable))
}

/// Of which kind, of which columns and by which number, and whether it may be NULL.
type ComputedSketch = (u8, Index, Index, i64, bool);

fn computed() -> impl Strategy<Value = ComputedSketch> {
    (0..8_u8, any::<Index>(), any::<Index>(), 1..=3_i64, prop::bool::weighted(0.7))
}

fn computed_of((kind, a, b, n, nullable): ComputedSketch, given: usize) -> SmallColumn {
    let (a, b) = (a.index(given), b.index(given));
    let computed = match kind {
        0 => Computed::Sum(a, b),
        1 => Computed::Difference(a, b),
        2 => Computed::Product(a, b),
        3 => Computed::Times(a, n),
        4 => Computed::Rest(a, n),
        5 => Computed::OrElse(a, n),
        6 => Computed::ChosenWhen(a, n, b),
        _ => Computed::OnlyWhen(a, n, b),
    };
    SmallColumn { computed: Some(computed), ..SmallColumn::of(0, nullable) }
}

/// Its columns, and its condition.
type KeySketch = (Vec<Index>, Option<(u8, Index)>);

fn key() -> impl Strategy<Value = KeySketch> {
    let only = prop::option::weighted(0.3, (0..5_u8, any::<Index>()));
    (prop::collection::vec(any::<Index>(), 1..=3), only)
}

fn key_of((columns, only): KeySketch, width: usize) -> SmallKey {
    let columns = columns.iter().map(|c| c.index(width)).collect();
    SmallKey { columns: each_once(columns), only: only.map(|(kind, on)| predicate(kind, on.index(width))) }
}

fn each_once(mut columns: Vec<usize>) -> Vec<usize> {
    columns.sort_unstable();
    columns.dedup();
    columns
}

fn predicate(kind: u8, column: usize) -> Condition {
    match kind {
        0 => Condition::Equals(column, 1),
        1 => Condition::Differs(column, 1),
        2 => Condition::OneOf(column, [1, 2]),
        3 => Condition::IsNull(column),
        _ => Condition::IsPresent(column),
    }
}

/// Of which kind, of which columns and by which numbers.
type CheckSketch = (u8, Index, Index, i64, i64);

fn check() -> impl Strategy<Value = CheckSketch> {
    (0..11_u8, any::<Index>(), any::<Index>(), 1..=2_i64, 1..=3_i64)
}

/// A CHECK over two columns; `None` when both are the same.
fn check_of((kind, a, b, n, m): CheckSketch, width: usize) -> Option<Condition> {
    let (a, b) = (a.index(width), b.index(width));
    let condition = match kind {
        0 => Condition::Apart(a, b),
        1 => Condition::Less(a, b),
        2 => Condition::LessOrEqual(a, b),
        3 => Condition::SumAtMost(a, b, n + m),
        4 => Condition::BothOrNone(a, b),
        5 => Condition::Either(a, b),
        6 => Condition::NullWhen(a, n, b),
        7 => Condition::EqualsWhen(a, n, b, m),
        8 => Condition::NotBoth(a, n, b, m),
        9 => Condition::Switch(a, n, b),
        _ => Condition::Differs(a, n),
    };
    (a != b).then_some(condition)
}

/// Parents of two-column keys, and a child whose references share a column.
fn cousins() -> impl Strategy<Value = Vec<SmallTable>> {
    let parent = (1..=3_i64, 1..=4_i64);
    let child = (any::<[bool; 3]>(), prop::collection::vec(prop::collection::vec(0..3_usize, 1..=3), 1..=2));
    (parent.clone(), parent, child).prop_map(|(p, q, (nullable, keys))| {
        let parent = |name: &str, (tenants, ids): (i64, i64)| SmallTable {
            name: name.to_owned(),
            columns: vec![SmallColumn::of(tenants, false), SmallColumn::of(ids, false)],
            keys: vec![SmallKey::of(&[0, 1])],
            ..SmallTable::default()
        };
        let reference = |columns: [usize; 2], parent: &str| SmallReference {
            columns: columns.to_vec(),
            parent: parent.to_owned(),
            parent_columns: vec![0, 1],
        };
        let sizes = [p.0.max(q.0), p.1, q.1];
        let child = SmallTable {
            name: "t".to_owned(),
            columns: sizes.iter().zip(nullable).map(|(s, n)| SmallColumn::of(*s, n)).collect(),
            keys: keys
                .into_iter()
                .map(|columns| SmallKey { columns: each_once(columns), only: None })
                .collect(),
            references: vec![reference([0, 1], "p"), reference([0, 2], "q")],
            ..SmallTable::default()
        };
        vec![parent("p", p), parent("q", q), child]
    })
}

/// A parent with a key of one column, and a child that refers to it; either column may be computed.
fn parent_and_child() -> impl Strategy<Value = Vec<SmallTable>> {
    let parent = (prop::collection::vec(column(), 1..=2), prop::option::weighted(0.6, computed()));
    let child = (
        prop::collection::vec(column(), 1..=2),
        prop::option::weighted(0.4, computed()),
        prop::collection::vec(key(), 1..=2),
        prop::option::weighted(0.3, check()),
    );
    (parent, child).prop_map(|((mut columns, of_parent), (mut own, of_child, keys, check))| {
        let given = columns.len();
        columns.extend(of_parent.map(|of| computed_of(of, given)));
        let key = columns.len() - 1;
        let parent = SmallTable {
            name: "p".to_owned(),
            columns,
            keys: vec![SmallKey::of(&[key])],
            ..SmallTable::default()
        };
        let given = own.len();
        own.extend(of_child.map(|of| computed_of(of, given)));
        let width = own.len();
        let reference =
            SmallReference { columns: vec![width - 1], parent: "p".to_owned(), parent_columns: vec![key] };
        let child = SmallTable {
            name: "t".to_owned(),
            keys: keys.into_iter().map(|of| key_of(of, width)).collect(),
            checks: check.and_then(|c| check_of(c, width)).into_iter().collect(),
            columns: own,
            references: vec![reference],
            ..SmallTable::default()
        };
        vec![parent, child]
    })
}
