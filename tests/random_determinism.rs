//! Random schemas and random sets of constraints: a row is the same alone, in any batch, and on any number of threads.

use crate::generated::Generated;
use crate::random_ddl::{RandomSchema, sketch};
use crate::random_schemas::{fail_with_reason, runner};
use crate::small_sketch::tables;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use seedbed_datagen_core::{Part, Spec};
use seedbed_schema_model::Dialect;

/// Every row alone is the row of the whole, and neither threads nor the size of batches change a byte.
fn check(ddl: &str, rows: u64) -> Result<(), TestCaseError> {
    let spec = Spec { rows: Some(rows), seed: Some(5), ..Spec::default() };
    let generated = Generated::new(Dialect::Postgres, ddl, spec);
    for table in generated.plan.tables() {
        let name = &generated.plan.schema()[table.table].name;
        let whole = generated.rows(table.table, 0..table.rows);
        for row in 0..table.rows {
            for (column, cells) in generated.rows(table.table, row..row + 1) {
                prop_assert_eq!(
                    &cells[0],
                    &whole[&column][row as usize],
                    "{}.{}, row {}\n{}",
                    name,
                    column,
                    row,
                    ddl
                );
            }
        }
    }
    let one = generated.csv_folder(1, 8192, Part::WHOLE);
    prop_assert!(one == generated.csv_folder(3, 7, Part::WHOLE), "three threads, batches of 7\n{ddl}");
    let parts = [1, 2, 3].map(|i| generated.csv_folder(1, 8192, Part::new(i, 3).expect("one of three")));
    for (name, bytes) in one.iter().filter(|(name, _)| *name != "manifest.json") {
        let joined: Vec<u8> = parts.iter().flat_map(|part| part[name].iter().copied()).collect();
        prop_assert!(*bytes == joined, "{}: three parts\n{}", name, ddl);
    }
    Ok(())
}

#[test]
fn a_row_of_a_random_schema_is_the_same_alone() {
    let outcome = runner(48).run(&(sketch(), 1..60_u64), |(sketch, rows)| {
        check(&RandomSchema::new(Dialect::Postgres, &sketch).ddl(), rows)
    });
    fail_with_reason(outcome);
}

/// Their CHECKs over few values leave much to drawing again.
#[test]
fn a_row_of_random_constraints_is_the_same_alone() {
    let outcome = runner(150).run(&(tables(), 1..40_u64), |(tables, rows)| {
        check(&tables.iter().map(|t| t.ddl(Dialect::Postgres)).collect::<String>(), rows)
    });
    fail_with_reason(outcome);
}
