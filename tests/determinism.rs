//! Same seed, same bytes: whatever the threads, the batches, the parts, or which rows are asked for.

use crate::generated::Generated;
use seedbed_datagen_core::Part;
use seedbed_schema_model::Dialect;
use std::collections::BTreeMap;

const BOOKSHOP: &str = include_str!("../examples/bookshop.sql");
const CLINIC: &str = include_str!("fixtures/determinism/clinic.sql");
const LEAGUE: &str = include_str!("fixtures/determinism/league.sql");

/// The schemas, each with so many rows a table that batches end within groups, strata and redraws.
fn schemas(rows: u64) -> [Generated; 3] {
    [
        Generated::with_rows(Dialect::Postgres, BOOKSHOP, rows, &[]),
        Generated::with_rows(Dialect::Postgres, CLINIC, rows, &[]),
        Generated::with_rows(Dialect::Sqlite, LEAGUE, rows, &[]),
    ]
}

/// The names of the files that differ; the whole of both would drown the message.
fn differing(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    assert!(one.keys().eq(other.keys()), "{:?} and {:?}", one.keys(), other.keys());
    one.iter().filter(|(name, bytes)| other[*name] != **bytes).map(|(name, _)| name.clone()).collect()
}

const NONE: [String; 0] = [];

#[test]
fn the_schemas_are_full_and_valid() {
    for generated in schemas(300) {
        let told = generated.plan.tables().iter().filter(|t| t.shortfall.is_some());
        assert_eq!(told.map(|t| format!("{t:?}")).collect::<Vec<_>>(), NONE);
        assert_eq!(generated.plan.explain().limitations, []);
        assert_eq!(generated.broken(), NONE);
    }
}

#[test]
fn no_byte_depends_on_threads() {
    for generated in schemas(500) {
        let one = generated.csv_folder(1, 64, Part::WHOLE);
        for threads in [2, 4] {
            assert_eq!(
                differing(&one, &generated.csv_folder(threads, 64, Part::WHOLE)),
                NONE,
                "{threads} threads"
            );
        }
    }
}

#[test]
fn no_byte_depends_on_the_batch_size() {
    for generated in schemas(250) {
        let whole = generated.csv_folder(1, 8192, Part::WHOLE);
        for size in [1, 7, 100] {
            assert_eq!(
                differing(&whole, &generated.csv_folder(1, size, Part::WHOLE)),
                NONE,
                "batches of {size}"
            );
        }
    }
}

#[test]
fn parts_joined_are_the_whole() {
    for generated in schemas(400) {
        let mut whole = generated.csv_folder(1, 90, Part::WHOLE);
        let mut joined: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for index in 1..=3 {
            let part = Part::new(index, 3).expect("one of three");
            for (name, bytes) in generated.csv_folder(2, 90, part) {
                joined.entry(name).or_default().extend(bytes);
            }
        }
        // Each part's manifest speaks of that part.
        whole.remove("manifest.json").and(joined.remove("manifest.json")).expect("manifests");
        assert_eq!(differing(&whole, &joined), NONE);
    }
}

#[test]
fn planning_again_changes_nothing() {
    for (one, again) in schemas(120).iter().zip(&schemas(120)) {
        let (one, again) = (one.csv_folder(1, 8192, Part::WHOLE), again.csv_folder(1, 8192, Part::WHOLE));
        assert_eq!(differing(&one, &again), NONE);
    }
}

#[test]
fn another_seed_makes_other_rows() {
    let of = |seed| {
        let spec = seedbed_datagen_core::Spec { seed: Some(seed), ..Default::default() };
        Generated::new(Dialect::Postgres, CLINIC, spec).csv_folder(1, 8192, Part::WHOLE)
    };
    let files = of(1).len();
    assert_eq!(differing(&of(1), &of(2)).len(), files);
}

/// Rows whose conditions were met only by drawing again are among them: in `league`, `rule = 77` is.
#[test]
fn row_n_alone_is_row_n_of_the_whole() {
    for generated in schemas(150) {
        for table in generated.plan.tables() {
            let name = &generated.plan.schema()[table.table].name;
            let whole = generated.rows(table.table, 0..table.rows);
            for n in 0..table.rows {
                for (column, cells) in generated.rows(table.table, n..n + 1) {
                    assert_eq!(cells[0], whole[&column][n as usize], "{name}.{column}, row {n}");
                }
            }
        }
    }
}

#[test]
fn some_rows_of_the_schemas_are_drawn_again() {
    let generated = Generated::with_rows(Dialect::Sqlite, LEAGUE, 300, &[]);
    let division = generated.rows(generated.table("division"), 0..300);
    let high =
        division["level"].iter().zip(&division["rule"]).filter(|(level, _)| level.as_deref() >= Some("8"));
    let rules: Vec<_> = high.map(|(_, rule)| rule.as_deref()).collect();
    assert!(rules.len() > 3 && rules.iter().all(|r| *r == Some("77")), "{rules:?}");
}
