//! Random sets of constraints over few values: what a plan accepts loads without a refusal, and what it calls
//! impossible is shown impossible by searching all rows that there are.

use crate::generated::Generated;
use crate::random_schemas::{check_postgres, check_sqlite, fail_with_reason, runner};
use crate::servers::PostgresServer;
use crate::small_domain::{Condition, SmallColumn, SmallKey, SmallReference, SmallRow, SmallTable};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;
use seedbed_datagen_core::{Spec, Verdict};
use seedbed_schema_model::Dialect;
use std::collections::BTreeMap;

/// Two to four columns, one or two keys that may overlap and be partial, up to two CHECKs.
fn table() -> impl Strategy<Value = SmallTable> {
    let column =
        (1..=5_i64, prop::bool::weighted(0.3)).prop_map(|(size, nullable)| SmallColumn { size, nullable });
    let key = (
        prop::collection::vec(any::<Index>(), 1..=3),
        prop::option::weighted(0.3, (0..5_u8, any::<Index>())),
    );
    let check = (0..11_u8, any::<Index>(), any::<Index>(), 1..=2_i64, 1..=3_i64);
    let parts = (
        prop::collection::vec(column, 2..=4),
        prop::collection::vec(key, 1..=2),
        prop::collection::vec(check, 0..=2),
    );
    parts.prop_map(|(columns, keys, checks)| {
        let width = columns.len();
        let key = |(parts, only): (Vec<Index>, Option<(u8, Index)>)| SmallKey {
            columns: {
                let mut columns: Vec<usize> = parts.iter().map(|p| p.index(width)).collect();
                columns.sort_unstable();
                columns.dedup();
                columns
            },
            only: only.map(|(kind, on)| predicate(kind, on.index(width))),
        };
        SmallTable {
            name: "t".to_owned(),
            keys: keys.into_iter().map(key).collect(),
            checks: checks.into_iter().filter_map(|c| check_of(c, width)).collect(),
            columns,
            references: Vec::new(),
        }
    })
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

/// A CHECK over two columns; `None` when both are the same.
fn check_of((kind, a, b, n, m): (u8, Index, Index, i64, i64), width: usize) -> Option<Condition> {
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
fn family() -> impl Strategy<Value = Vec<SmallTable>> {
    let parent = (1..=3_i64, 1..=4_i64);
    let child = (any::<[bool; 3]>(), prop::collection::vec(prop::collection::vec(0..3_usize, 1..=3), 1..=2));
    (parent.clone(), parent, child).prop_map(|(p, q, (nullable, keys))| {
        let column = |size, nullable| SmallColumn { size, nullable };
        let parent = |name: &str, (tenants, ids): (i64, i64)| SmallTable {
            name: name.to_owned(),
            columns: vec![column(tenants, false), column(ids, false)],
            keys: vec![SmallKey { columns: vec![0, 1], only: None }],
            ..SmallTable::default()
        };
        let unique = |mut columns: Vec<usize>| {
            columns.sort_unstable();
            columns.dedup();
            SmallKey { columns, only: None }
        };
        let reference = |columns: [usize; 2], parent: &str| SmallReference {
            columns: columns.to_vec(),
            parent: parent.to_owned(),
            parent_columns: vec![0, 1],
        };
        let sizes = [p.0.max(q.0), p.1, q.1];
        let child = SmallTable {
            name: "t".to_owned(),
            columns: sizes.iter().zip(nullable).map(|(s, n)| column(*s, n)).collect(),
            keys: keys.into_iter().map(unique).collect(),
            checks: Vec::new(),
            references: vec![reference([0, 1], "p"), reference([0, 2], "q")],
        };
        vec![parent("p", p), parent("q", q), child]
    })
}

/// One table of random constraints, or a family of tables.
pub(crate) fn tables() -> impl Strategy<Value = Vec<SmallTable>> {
    prop_oneof![3 => table().prop_map(|t| vec![t]), 1 => family()]
}

/// Plans the tables and holds each against a search of all its rows.
fn check(
    dialect: Dialect,
    tables: &[SmallTable],
    rows: u64,
) -> Result<Option<(String, Generated)>, TestCaseError> {
    let ddl: String = tables.iter().map(SmallTable::ddl).collect();
    let spec = Spec { rows: Some(rows), seed: Some(3), ..Spec::default() };
    let generated = Generated::new(dialect, &ddl, spec);
    let is_sure = generated.plan.explain().limitations.is_empty();
    let mut made: BTreeMap<String, Vec<SmallRow>> = BTreeMap::new();
    for table in tables {
        let planned = generated.plan.table(generated.table(&table.name)).expect("every table is planned");
        let most = table.most_rows(&made).map_or(rows, |most| rows.min(most as u64));
        let name = &table.name;
        if is_sure {
            prop_assert!(planned.rows <= most, "`{name}` can hold {most}, planned {}\n{ddl}", planned.rows);
        }
        match &planned.shortfall {
            None => prop_assert_eq!(planned.rows, rows, "`{}`\n{}", name, ddl),
            // What is not guaranteed may be too many rows, never too few.
            Some(told) if told.verdict == Verdict::Impossible => {
                prop_assert!(
                    planned.rows >= most,
                    "`{name}` can hold {most}, planned {}: {told}\n{ddl}",
                    planned.rows
                );
            }
            Some(_) => {}
        }
        made.insert(name.clone(), rows_of(&generated, table));
    }
    if is_sure {
        prop_assert_eq!(generated.broken(), Vec::<String>::new(), "{}", ddl);
    }
    Ok(is_sure.then_some((ddl, generated)))
}

fn rows_of(generated: &Generated, table: &SmallTable) -> Vec<SmallRow> {
    let id = generated.table(&table.name);
    let count = generated.plan.table(id).map_or(0, |t| t.rows);
    let cells = generated.rows(id, 0..count);
    let value = |column: usize, row: usize| {
        cells[&format!("c{column}")][row].as_ref().map(|v| v.parse().expect("a number"))
    };
    (0..count as usize).map(|row| (0..table.columns.len()).map(|c| value(c, row)).collect()).collect()
}

#[test]
fn what_a_plan_accepts_loads_into_sqlite() {
    let outcome = runner(200).run(&(tables(), 1..40_u64), |(tables, rows)| {
        let sure = check(Dialect::Sqlite, &tables, rows)?;
        sure.map_or(Ok(()), |(ddl, generated)| check_sqlite(&ddl, rows, &generated))
    });
    fail_with_reason(outcome);
}

#[test]
fn what_a_plan_accepts_loads_into_postgres() {
    let database = PostgresServer::connect().map(|s| s.scratch("constraints").expect("a database"));
    let outcome = runner(100).run(&(tables(), 1..40_u64), |(tables, rows)| {
        let sure = check(Dialect::Postgres, &tables, rows)?;
        match (&database, sure) {
            (Some(database), Some((ddl, generated))) => check_postgres(database, &ddl, rows, &generated),
            _ => Ok(()),
        }
    });
    fail_with_reason(outcome);
}

/// A distinct column of a reference that is looked up by a column which the sieve does not move.
#[test]
fn what_is_looked_up_by_the_row_is_judged_with_the_row() {
    let ddl = "CREATE TABLE p (c0 INTEGER NOT NULL CHECK (c0 IN (1, 2)), c1 INTEGER NOT NULL CHECK (c1 IN (1)), UNIQUE (c0, c1));
        CREATE TABLE q (c0 INTEGER NOT NULL CHECK (c0 IN (1, 2)), c1 INTEGER NOT NULL CHECK (c1 IN (1, 2)), UNIQUE (c0, c1));
        CREATE TABLE t (c0 INTEGER NOT NULL, c1 INTEGER NOT NULL, c2 INTEGER NOT NULL UNIQUE,
            FOREIGN KEY (c0, c1) REFERENCES p (c0, c1), FOREIGN KEY (c0, c2) REFERENCES q (c0, c1));";
    for seed in 0..40 {
        let spec = Spec { rows: Some(20), seed: Some(seed), ..Spec::default() };
        let generated = Generated::new(Dialect::Sqlite, ddl, spec);
        let rows = generated.plan.table(generated.table("t")).map(|t| t.rows);
        assert_eq!((rows, generated.broken()), (Some(2), Vec::new()), "seed {seed}");
    }
}
