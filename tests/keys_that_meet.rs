//! Keys, references, CHECKs and exclusions that meet in the same columns, filled on real databases.

use crate::load_harness::Script;
use crate::servers::PostgresServer;
use postgres::{Client, NoTls};
use seedbed_schema_model::Dialect;

/// A shape of constraints, and the rows that each table must get out of 100.
struct Shape {
    name: &'static str,
    ddl: &'static str,
    rows: &'static [&'static str],
}

/// Where text, numbers and CHECKs mean the same in PostgreSQL and SQLite.
const SHAPES: &[Shape] = &[
    Shape {
        name: "junction of two references that share a tenant",
        ddl: "CREATE TABLE tenant (id int PRIMARY KEY, name text NOT NULL UNIQUE);
            CREATE TABLE person (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenant(id), UNIQUE (tenant_id, id));
            CREATE TABLE team (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenant(id), UNIQUE (tenant_id, id));
            CREATE TABLE badge (tenant_id int NOT NULL REFERENCES tenant(id), person_id int NOT NULL, team_id int NOT NULL,
                no int NOT NULL CHECK (no BETWEEN 1 AND 9), PRIMARY KEY (tenant_id, person_id, team_id, no),
                FOREIGN KEY (tenant_id, person_id) REFERENCES person(tenant_id, id),
                FOREIGN KEY (tenant_id, team_id) REFERENCES team(tenant_id, id));",
        rows: &["tenant=100", "person=100", "team=100", "badge=100"],
    },
    Shape {
        name: "strict triangle inside a primary key",
        ddl: "CREATE TABLE tag (id int PRIMARY KEY);
            CREATE TABLE tag_relation (a int NOT NULL REFERENCES tag(id), b int NOT NULL REFERENCES tag(id),
                PRIMARY KEY (a, b), CHECK (a < b));
            CREATE TABLE friendship (a int NOT NULL REFERENCES tag(id), b int NOT NULL REFERENCES tag(id),
                UNIQUE (a, b), CHECK (a <> b));",
        rows: &["tag=100", "tag_relation=100", "friendship=100"],
    },
    Shape {
        name: "three overlapping keys",
        ddl: "CREATE TABLE guest (id int PRIMARY KEY);
            CREATE TABLE seat (room int NOT NULL CHECK (room BETWEEN 1 AND 20), slot int NOT NULL CHECK (slot BETWEEN 1 AND 20),
                guest int NOT NULL REFERENCES guest(id), UNIQUE (room, slot), UNIQUE (room, guest), UNIQUE (slot, guest));",
        rows: &["guest=100", "seat=100"],
    },
    Shape {
        name: "partial keys",
        ddl: "CREATE TABLE person (id int PRIMARY KEY);
            CREATE TABLE address (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person(id),
                is_default int NOT NULL CHECK (is_default IN (0, 1)), state text NOT NULL CHECK (state IN ('open', 'busy', 'done')));
            CREATE UNIQUE INDEX one_default ON address (person_id) WHERE is_default = 1;
            CREATE UNIQUE INDEX one_at_work ON address (person_id) WHERE state IN ('open', 'busy');
            CREATE TABLE job (id int PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('a', 'b', 'c')), ended_on date,
                status text NOT NULL CHECK (status IN ('running', 'done')), CHECK ((status = 'done') = (ended_on IS NOT NULL)));
            CREATE UNIQUE INDEX one_running ON job (kind) WHERE status = 'running';
            CREATE TABLE domain (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person(id), removed_at timestamp);
            CREATE UNIQUE INDEX one_alive ON domain (person_id) WHERE removed_at IS NULL;",
        rows: &["person=100", "address=100", "job=100", "domain=100"],
    },
    Shape {
        name: "reference whose columns follow two others",
        ddl: "CREATE TABLE person (id int PRIMARY KEY);
            CREATE TABLE team (id int PRIMARY KEY);
            CREATE TABLE membership (person_id int NOT NULL REFERENCES person(id), team_id int NOT NULL REFERENCES team(id),
                PRIMARY KEY (person_id, team_id));
            CREATE TABLE duty (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person(id), team_id int NOT NULL REFERENCES team(id),
                FOREIGN KEY (person_id, team_id) REFERENCES membership(person_id, team_id));",
        rows: &["person=100", "team=100", "membership=100", "duty=100"],
    },
    Shape {
        name: "keys over expressions",
        ddl: "CREATE TABLE person (id int PRIMARY KEY);
            CREATE TABLE setting (id int PRIMARY KEY, person_id int REFERENCES person(id), name text NOT NULL CHECK (name IN ('x', 'y')));
            CREATE UNIQUE INDEX one_setting ON setting (coalesce(person_id, -1), name);
            CREATE TABLE label (id int PRIMARY KEY, first text NOT NULL, second text NOT NULL);
            CREATE UNIQUE INDEX one_label ON label (lower(first));
            CREATE UNIQUE INDEX one_pair ON label ((length(first) + length(second)), id);",
        rows: &["person=100", "setting=100", "label=100"],
    },
    Shape {
        name: "one letter",
        ddl: "CREATE TABLE flag (code char(1) NOT NULL UNIQUE, name text NOT NULL);",
        rows: &["flag=100"],
    },
    Shape {
        name: "what holds less is told with its number",
        ddl: "CREATE TABLE lock (id int PRIMARY KEY CHECK (id = 1), holder text NOT NULL);
            CREATE TABLE pair (a int NOT NULL CHECK (a BETWEEN 1 AND 4), b int NOT NULL CHECK (b BETWEEN 1 AND 4),
                UNIQUE (a, b), CHECK (a < b));",
        rows: &["lock=1 capacity", "pair=6 capacity"],
    },
];

fn check(shape: &Shape, dialect: Dialect, url: &str) {
    let script = Script::new(dialect, shape.ddl);
    let report = script.load(url, 100).unwrap_or_else(|e| panic!("{}: {e}", shape.name));
    assert_eq!(script.summary(&report), shape.rows, "{}", shape.name);
    assert_eq!(report.passes, 1, "{}: the server refused rows: {report:?}", shape.name);
}

#[test]
fn on_sqlite() {
    let more = Shape {
        name: "references to a table that does not exist",
        ddl: "CREATE TABLE lost (id int PRIMARY KEY, of_it int NOT NULL REFERENCES absent(id));",
        rows: &["lost=0 empty-parent"],
    };
    for shape in SHAPES.iter().chain([&more]) {
        let folder = tempfile::tempdir().expect("a folder");
        check(shape, Dialect::Sqlite, &format!("sqlite:{}", folder.path().join("shape.db").display()));
    }
}

#[test]
fn on_postgres() {
    let Some(server) = PostgresServer::connect() else { return };
    let more = Shape {
        name: "exclusions and NULLS NOT DISTINCT",
        ddl: "CREATE EXTENSION btree_gist;
            CREATE TABLE room (id int PRIMARY KEY);
            CREATE TABLE stay (id int PRIMARY KEY, room_id int NOT NULL REFERENCES room(id), during tstzrange NOT NULL,
                EXCLUDE USING gist (room_id WITH =, during WITH &&));
            CREATE TABLE shift (id int PRIMARY KEY, room_id int NOT NULL REFERENCES room(id), starts_at timestamptz NOT NULL,
                ends_at timestamptz NOT NULL, CHECK (starts_at < ends_at),
                EXCLUDE USING gist (room_id WITH =, tstzrange(starts_at, ends_at) WITH &&));
            CREATE TABLE option (id int PRIMARY KEY, room_id int REFERENCES room(id), kind text NOT NULL CHECK (kind IN ('a', 'b')),
                UNIQUE NULLS NOT DISTINCT (room_id, kind));",
        rows: &["room=100", "stay=100", "shift=100", "option=100"],
    };
    for shape in SHAPES.iter().chain([&more]) {
        let database = server.scratch("keys").expect("a database");
        Client::connect(&database.url(), NoTls)
            .and_then(|mut client| client.batch_execute(shape.ddl))
            .unwrap_or_else(|e| panic!("{}: {e}", shape.name));
        check(shape, Dialect::Postgres, &database.url());
    }
}

/// More rows only add to the end of what a sieve accepts, and any row can be made alone.
#[test]
fn sieved_rows_stay_when_a_table_grows() {
    use seedbed_datagen_core::{Request, Spec};
    use seedbed_providers::StandardCatalog;
    use std::sync::Arc;
    let shape = &SHAPES[2];
    let script = Script::new(Dialect::Sqlite, shape.ddl);
    let plan = |rows: u64| {
        let mut spec = Spec { rows: Some(100), seed: Some(1), ..Spec::default() };
        spec.tables.entry("seat".to_owned()).or_default().rows = Some(rows);
        let request = Request { spec, ..Request::default() };
        seedbed_planner::plan(Arc::clone(&script.schema), &request, &StandardCatalog::new()).expect("a plan")
    };
    let (few, many) = (plan(60), plan(100));
    let seat = script.schema.table_named("seat").expect("the table");
    assert_eq!(few.batch(seat, 0..60).rows, many.batch(seat, 0..60).rows);
    for row in [0, 17, 59] {
        assert_eq!(many.batch(seat, row..row + 1).rows, many.batch(seat, 0..60).rows.slice(row as usize, 1));
    }
}
