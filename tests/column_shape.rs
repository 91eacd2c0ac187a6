//! What columns look like as a whole: NULLs are some but not all, values differ, and self references are trees.

use crate::generated::{Cells, Generated};
use seedbed_schema_model::Dialect;
use std::collections::{BTreeMap, BTreeSet};

/// Every type, each NULLable, under names that say nothing and names that do.
const POSTGRES_TYPES: &str = "CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE DOMAIN grade AS smallint CHECK (VALUE BETWEEN 1 AND 6);
    CREATE TABLE parent (id serial PRIMARY KEY);
    CREATE TABLE wide (
        a smallint, b integer, c bigint, d numeric, e numeric(5, 2), f real, g double precision, h money,
        i char, j char(6), k varchar(2), l varchar(30), m text, n bytea, o bit(4), p varbit(8),
        q date, r time, s timestamp, t timestamptz, u interval, v uuid, w json, x jsonb, y xml,
        z inet, aa cidr, ab macaddr, ac tsvector, ad point, ae int4range, af integer[], ag text[],
        ah mood, ai grade, aj boolean, ak integer REFERENCES parent, al integer UNIQUE,
        am text CHECK (am IN ('one', 'two')), an integer CHECK (an BETWEEN 1 AND 2), ao text UNIQUE,
        ap text CHECK (ap LIKE 'x%'), aq boolean UNIQUE, ar mood UNIQUE, at integer CHECK (at > 0),
        deleted_at timestamp, email text, first_name varchar(40), country_code char(2), price numeric(8, 2),
        archived boolean, locked_until timestamptz, middle_initial char, is_admin boolean
    );";
const SQLITE_TYPES: &str = "CREATE TABLE parent (id INTEGER PRIMARY KEY);
    CREATE TABLE wide (
        a INTEGER, b TEXT, c REAL, d NUMERIC, e BLOB, f VARCHAR(3), g CHAR(2), h BOOLEAN, i DATE, j DATETIME,
        k TIMESTAMP, l DECIMAL(4, 1), m, n INT REFERENCES parent (id), o TEXT CHECK (o IN ('one', 'two')),
        p INT UNIQUE, q TEXT UNIQUE, r INT CHECK (r BETWEEN 1 AND 2), s TIME, t TINYINT, u UUID,
        deleted_at DATETIME, email TEXT, phone TEXT, title TEXT
    );";

/// Columns in which a constraint leaves nothing else.
const FORCED: &str = "CREATE TABLE forced (
        id serial PRIMARY KEY,
        one integer CHECK (one = 7),
        single text CHECK (single IN ('only')),
        never integer CHECK (never IS NULL),
        free integer
    );";

fn distinct(cells: &Cells) -> usize {
    cells.iter().flatten().collect::<BTreeSet<_>>().len()
}

/// The columns that are all NULL, that are never NULL, or that hold one value alone.
fn dull(columns: &BTreeMap<String, Cells>) -> Vec<String> {
    let complaint = |(name, cells): (&String, &Cells)| {
        let nulls = cells.iter().filter(|c| c.is_none()).count();
        (nulls == cells.len() || distinct(cells) < 2)
            .then(|| format!("{name}: {nulls} NULLs, {} values", distinct(cells)))
    };
    columns.iter().filter_map(complaint).collect()
}

#[test]
fn no_nullable_column_is_all_null_or_constant() {
    for (dialect, ddl) in [(Dialect::Postgres, POSTGRES_TYPES), (Dialect::Sqlite, SQLITE_TYPES)] {
        let generated = Generated::with_rows(dialect, ddl, 100, &[]);
        assert_eq!(generated.broken(), [""; 0]);
        let wide = generated.table("wide");
        let planned = generated.plan.table(wide).expect("planned");
        assert_eq!(planned.rows, 100, "{:?}", planned.shortfall);
        assert_eq!(dull(&generated.rows(wide, 0..100)), [""; 0]);
    }
}

#[test]
fn some_cells_of_a_nullable_column_are_null() {
    let generated = Generated::with_rows(Dialect::Postgres, POSTGRES_TYPES, 100, &[]);
    let columns = generated.rows(generated.table("wide"), 0..100);
    // A unique column is known of every row; a unique one of two values has no choice.
    let without =
        columns.iter().filter(|(_, cells)| cells.iter().all(Option::is_some)).map(|(name, _)| name.as_str());
    assert_eq!(without.collect::<Vec<_>>(), ["al", "ao"]);
    let mostly = |name: &str| columns[name].iter().filter(|c| c.is_none()).count();
    assert!((3..=25).contains(&mostly("b")), "{} of 100 are NULL", mostly("b"));
    assert_eq!((mostly("aq"), mostly("ar")), (98, 98));
}

#[test]
fn a_constraint_may_leave_one_value_or_none() {
    let generated = Generated::with_rows(Dialect::Postgres, FORCED, 100, &[]);
    let columns = generated.rows(generated.table("forced"), 0..100);
    assert_eq!(
        dull(&columns),
        ["never: 100 NULLs, 0 values", "one: 10 NULLs, 1 values", "single: 10 NULLs, 1 values"]
    );
    assert_eq!(generated.broken(), [""; 0]);
}

/// The depth of each row in a tree by the columns of its key and of its parent's key; a root has depth 1.
fn depths(columns: &BTreeMap<String, Cells>, key: &[&str], parent: &[&str]) -> Vec<usize> {
    let rows = columns[key[0]].len();
    let value = |names: &[&str], row: usize| {
        names.iter().map(|n| columns[*n][row].clone()).collect::<Option<Vec<_>>>()
    };
    let row_of: BTreeMap<Vec<String>, usize> = (0..rows).filter_map(|r| Some((value(key, r)?, r))).collect();
    let up = |row: usize| value(parent, row).map(|p| row_of[&p]).filter(|p| *p != row);
    let depth = |row: usize| {
        let depth = std::iter::successors(Some(row), |r| up(*r)).take(rows + 1).count();
        assert!(depth <= rows, "row {row} is its own ancestor");
        depth
    };
    (0..rows).map(depth).collect()
}

fn check_tree(dialect: Dialect, ddl: &str, key: &[&str], parent: &[&str]) {
    for rows in [100, 1000] {
        let generated = Generated::with_rows(dialect, ddl, rows, &[]);
        assert_eq!(generated.broken(), [""; 0], "{ddl}");
        let depths = depths(&generated.rows(generated.table("node"), 0..rows), key, parent);
        let roots = depths.iter().filter(|d| **d == 1).count();
        assert!(roots * 5 < rows as usize, "{roots} of {rows} rows are roots: {ddl}");
        let deepest = depths.iter().max().copied().unwrap_or(0);
        assert!(deepest >= 3, "the deepest row has depth {deepest}: {ddl}");
    }
}

#[test]
fn self_references_are_trees() {
    for null in ["", " NOT NULL"] {
        check_tree(
            Dialect::Postgres,
            &format!("CREATE TABLE node (id serial PRIMARY KEY, up integer{null} REFERENCES node (id));"),
            &["id"],
            &["up"],
        );
        check_tree(
            Dialect::Sqlite,
            &format!("CREATE TABLE node (up UUID{null} REFERENCES node (id), id UUID PRIMARY KEY);"),
            &["id"],
            &["up"],
        );
        check_tree(
            Dialect::Postgres,
            &format!(
                "CREATE TABLE node (x integer, y varchar(8), up_x integer{null}, up_y varchar(8){null},
                PRIMARY KEY (x, y), FOREIGN KEY (up_x, up_y) REFERENCES node (x, y));"
            ),
            &["x", "y"],
            &["up_x", "up_y"],
        );
        check_tree(
            Dialect::Sqlite,
            &format!(
                "CREATE TABLE node (code TEXT NOT NULL UNIQUE, boss TEXT{null} REFERENCES node (code));"
            ),
            &["code"],
            &["boss"],
        );
    }
}

#[test]
fn a_unique_self_reference_is_one_long_chain() {
    let ddl = "CREATE TABLE node (id serial PRIMARY KEY, next_of integer UNIQUE REFERENCES node (id));";
    check_tree(Dialect::Postgres, ddl, &["id"], &["next_of"]);
}

/// The tree of each tenant: the parent's row is one of the same tenant.
#[test]
fn trees_within_groups_are_trees() {
    for null in ["", " NOT NULL"] {
        let ddl = format!(
            "CREATE TABLE tenant (tenant_id serial PRIMARY KEY, name text);
            CREATE TABLE node (
                tenant_id integer NOT NULL REFERENCES tenant (tenant_id),
                node_no integer NOT NULL,
                up_no integer{null},
                PRIMARY KEY (tenant_id, node_no),
                FOREIGN KEY (tenant_id, up_no) REFERENCES node (tenant_id, node_no)
            );"
        );
        for (rows, tenants) in [(100, 4), (300, 5), (1000, 40)] {
            let generated = Generated::with_rows(Dialect::Postgres, &ddl, rows, &[("tenant", tenants)]);
            assert_eq!(generated.broken(), [""; 0], "{ddl}");
            let columns = generated.rows(generated.table("node"), 0..rows);
            let depths = depths(&columns, &["tenant_id", "node_no"], &["tenant_id", "up_no"]);
            let roots = depths.iter().filter(|d| **d == 1).count();
            assert!(roots * 5 < rows as usize, "{roots} of {rows} rows of {tenants} tenants are roots");
            assert!(depths.iter().any(|d| *d >= 3), "{depths:?}");
        }
    }
}
