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

/// The files of so many parts, joined.
fn joined(generated: &Generated, parts: u64) -> BTreeMap<String, Vec<u8>> {
    let mut joined: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for index in 1..=parts {
        let part = Part::new(index, parts).expect("one of them");
        for (name, bytes) in generated.csv_folder(2, 90, part) {
            joined.entry(name).or_default().extend(bytes);
        }
    }
    // Each part's manifest speaks of that part.
    joined.remove("manifest.json").expect("manifests");
    joined
}

#[test]
fn parts_joined_are_the_whole() {
    for generated in schemas(400) {
        let mut whole = generated.csv_folder(1, 90, Part::WHOLE);
        whole.remove("manifest.json").expect("a manifest");
        assert_eq!(differing(&whole, &joined(&generated, 3)), NONE);
    }
}

/// What remembers something: a sieve, an index of shared columns, rows that were there before; and what deals rows out:
/// groups of children, positions in them, pairs without repetition.
#[test]
fn parts_of_every_strategy_joined_are_the_whole() {
    let ddl = "CREATE TABLE tenant (id int PRIMARY KEY, code varchar(8) NOT NULL UNIQUE);
        INSERT INTO tenant VALUES (3, 'first'), (17, 'second');
        CREATE TABLE place (tenant int NOT NULL REFERENCES tenant, id int NOT NULL, PRIMARY KEY (tenant, id));
        CREATE TABLE visit (id int PRIMARY KEY, tenant int NOT NULL, origin int NOT NULL, goal int NOT NULL,
            FOREIGN KEY (tenant, origin) REFERENCES place, FOREIGN KEY (tenant, goal) REFERENCES place);
        CREATE TABLE step (visit int NOT NULL REFERENCES visit, position int NOT NULL, PRIMARY KEY (visit, position));
        CREATE TABLE pair (a int NOT NULL REFERENCES visit, b int NOT NULL REFERENCES tenant, PRIMARY KEY (a, b));
        CREATE TABLE triple (a int NOT NULL CHECK (a BETWEEN 1 AND 60), b int NOT NULL CHECK (b BETWEEN 1 AND 60),
            c int NOT NULL CHECK (c BETWEEN 1 AND 60), UNIQUE (a, b), UNIQUE (b, c), UNIQUE (a, c));";
    let generated = Generated::with_rows(Dialect::Postgres, ddl, 500, &[("triple", 900), ("tenant", 500)]);
    let memory: Vec<String> =
        generated.plan.explain().tables.into_iter().filter_map(|table| table.memory).collect();
    assert!(memory.iter().any(|m| m.contains("a sieve")), "{memory:?}");
    assert!(memory.iter().any(|m| m.contains("an index of")), "{memory:?}");
    assert!(generated.plan.existing_digest().is_some());
    assert_eq!(generated.broken(), NONE);
    let mut whole = generated.csv_folder(1, 8192, Part::WHOLE);
    whole.remove("manifest.json").expect("a manifest");
    for parts in [2, 7] {
        assert_eq!(differing(&whole, &joined(&generated, parts)), NONE, "{parts} parts");
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
