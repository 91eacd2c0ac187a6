//! Random sets of constraints over few values: what a plan accepts loads without a refusal, and what it calls
//! impossible is shown impossible by searching all rows that there are.

use crate::generated::Generated;
use crate::random_schemas::{check_postgres, check_sqlite, fail_with_reason, runner};
use crate::servers::PostgresServer;
use crate::small_domain::{SmallRow, SmallRows, SmallTable};
use crate::small_sketch::tables;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use seedbed_datagen_core::{Spec, TableSpec, Verdict};
use seedbed_schema_model::Dialect;

/// What is asked of the tables. Each is named, so that none of them counts as a lookup that the script has filled.
fn spec(tables: &[SmallTable], rows: u64) -> Spec {
    let named = tables.iter().map(|t| (t.name.clone(), TableSpec::default())).collect();
    Spec { rows: Some(rows), seed: Some(3), tables: named, ..Spec::default() }
}

/// A plan that guarantees all constraints.
struct Sure {
    ddl: String,
    spec: Spec,
    generated: Generated,
}

/// Plans the tables and holds each against a search of all its rows.
fn check(dialect: Dialect, tables: &[SmallTable], rows: u64) -> Result<Option<Sure>, TestCaseError> {
    let ddl: String = tables.iter().map(|t| t.ddl(dialect)).collect();
    let spec = spec(tables, rows);
    let generated = Generated::new(dialect, &ddl, spec.clone());
    let is_sure = generated.plan.explain().limitations.is_empty();
    let mut made = SmallRows::new();
    for table in tables {
        let planned = generated.plan.table(generated.table(&table.name)).expect("every table is planned");
        let most = table.most_rows(&made).map_or(rows, |most| rows.min(most as u64));
        let name = &table.name;
        let own = rows_of(&generated, table);
        if is_sure {
            prop_assert!(planned.rows <= most, "`{name}` can hold {most}, planned {}\n{ddl}", planned.rows);
            let wrong = table.wrong_row(&own, &made);
            prop_assert!(wrong.is_none(), "`{name}`: {wrong:?} of {own:?}\n{ddl}");
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
        made.insert(name.clone(), table.there.iter().cloned().chain(own).collect());
    }
    if is_sure {
        prop_assert_eq!(generated.violations(), Vec::<String>::new(), "{}", ddl);
    }
    Ok(is_sure.then_some(Sure { ddl, spec, generated }))
}

/// The rows that are made; what the plan leaves to the server is computed here.
fn rows_of(generated: &Generated, table: &SmallTable) -> Vec<SmallRow> {
    let id = generated.table(&table.name);
    let count = generated.plan.table(id).map_or(0, |t| t.rows);
    let cells = generated.rows(id, 0..count);
    let number = |text: &Option<String>| text.as_ref().map(|v| v.parse().expect("a number"));
    let row = |at: usize| {
        let mut row = SmallRow::new();
        for (n, column) in table.columns.iter().enumerate() {
            let value = match (cells.get(&format!("c{n}")), column.computed) {
                (Some(cells), _) => number(&cells[at]),
                (None, computed) => computed.and_then(|of| of.value(&row)),
            };
            row.push(value);
        }
        row
    };
    (0..count as usize).map(row).collect()
}

#[test]
fn what_a_plan_accepts_loads_into_sqlite() {
    let outcome = runner(200).run(&(tables(), 1..40_u64), |(tables, rows)| {
        let sure = check(Dialect::Sqlite, &tables, rows)?;
        sure.map_or(Ok(()), |sure| check_sqlite(&sure.ddl, sure.spec, &sure.generated))
    });
    fail_with_reason(outcome);
}

#[test]
fn what_a_plan_accepts_loads_into_postgres() {
    let database = PostgresServer::connect().map(|s| s.scratch("constraints").expect("a database"));
    let outcome = runner(100).run(&(tables(), 1..40_u64), |(tables, rows)| {
        let sure = check(Dialect::Postgres, &tables, rows)?;
        match (&database, sure) {
            (Some(database), Some(sure)) => check_postgres(database, &sure.ddl, sure.spec, &sure.generated),
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
