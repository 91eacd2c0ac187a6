//! A change of the schema or of the row counts changes no cell but those that it must, and these are listed here.

use crate::ddl_text::{DdlText, TableText};
use crate::generated::{Cells, Generated};
use seedbed_schema_model::Dialect;
use std::collections::BTreeMap;

fn schemas() -> [(Dialect, DdlText); 3] {
    [
        (Dialect::Postgres, DdlText::read(include_str!("../examples/bookshop.sql"))),
        (Dialect::Postgres, DdlText::read(include_str!("fixtures/determinism/clinic.sql"))),
        (Dialect::Sqlite, DdlText::read(include_str!("fixtures/determinism/league.sql"))),
    ]
}

type AllCells = BTreeMap<(String, String), Cells>;

fn cells(dialect: Dialect, ddl: &DdlText, rows: u64, exceptions: &[(&str, u64)]) -> AllCells {
    Generated::with_rows(dialect, &ddl.to_string(), rows, exceptions).cells()
}

/// The columns that both have and whose rows differ, as far as both have rows.
fn moved(one: &AllCells, other: &AllCells) -> Vec<String> {
    let differs = |(column, cells): &(&(String, String), &Cells)| {
        other.get(*column).is_some_and(|others| cells.iter().zip(others).any(|(a, b)| a != b))
    };
    one.iter().filter(differs).map(|((table, column), _)| format!("{table}.{column}")).collect()
}

/// Does something to each of the schemas, and expects no cell to move.
fn check(change: impl Fn(&mut DdlText)) {
    for (dialect, ddl) in schemas() {
        let mut changed = ddl.clone();
        change(&mut changed);
        let (before, after) = (cells(dialect, &ddl, 120, &[]), cells(dialect, &changed, 120, &[]));
        assert!(before.keys().any(|k| after.contains_key(k)));
        assert_eq!(moved(&before, &after), [""; 0], "{}", changed.tables[0]);
    }
}

/// The beginning, the middle and the end of a list.
const PLACES: [fn(usize) -> usize; 3] = [|_| 0, |len| len / 2, |len| len];

#[test]
fn added_columns_change_no_other_cell() {
    let added = ["zone_hint integer", "spare_text text NOT NULL", "spare_flag boolean NOT NULL"];
    for place in PLACES {
        check(|ddl| {
            for table in &mut ddl.tables {
                let at = place(table.columns.len());
                table.columns.splice(at..at, added.map(str::to_owned));
            }
        });
    }
}

#[test]
fn an_added_key_column_changes_no_other_cell() {
    check(|ddl| {
        for table in &mut ddl.tables {
            table.columns.insert(1, "outside_ref varchar(30) NOT NULL UNIQUE".to_owned());
        }
    });
}

#[test]
fn added_tables_change_no_other_cell() {
    for place in PLACES {
        check(|ddl| {
            let referred = ddl.tables[0].clone();
            let key = referred.columns[0].split_whitespace().take(2).collect::<Vec<_>>();
            let kind = if key[1].ends_with("serial") { "integer" } else { key[1] };
            let table = TableText {
                name: "added_table".to_owned(),
                columns: vec![
                    "id integer PRIMARY KEY".to_owned(),
                    format!("of_it {kind} REFERENCES {} ({})", referred.name, key[0]),
                ],
                ..TableText::default()
            };
            let at = place(ddl.tables.len());
            ddl.tables.insert(at, table);
        });
    }
}

#[test]
fn reordering_changes_no_cell() {
    check(|ddl| ddl.tables.iter_mut().for_each(|t| t.columns.reverse()));
    check(|ddl| ddl.tables.iter_mut().for_each(|t| t.columns.rotate_left(2)));
    check(|ddl| ddl.tables.reverse());
    check(|ddl| ddl.tables.iter_mut().for_each(|t| t.constraints.reverse()));
}

/// Whether no constraint but those of a single column speaks of it.
fn is_dropped_easily(ddl: &DdlText, table: &TableText, at: usize) -> bool {
    let name = table.column_names()[at].clone();
    let says =
        |text: &String| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
    let elsewhere = || ddl.tables.iter().flat_map(|t| t.columns.iter().filter(|c| c.contains("REFERENCES")));
    !table.constraints.iter().any(says)
        && !ddl.after.iter().any(says)
        && !table.columns[at].contains("PRIMARY KEY")
        && !elsewhere().any(|c| c.contains(&format!("({name})")))
}

#[test]
fn a_dropped_column_changes_no_other_cell() {
    let mut tried = 0;
    for (dialect, ddl) in schemas() {
        let before = cells(dialect, &ddl, 40, &[]);
        for (t, table) in ddl.tables.iter().enumerate() {
            for at in (0..table.columns.len()).filter(|at| is_dropped_easily(&ddl, table, *at)) {
                let mut changed = ddl.clone();
                changed.tables[t].columns.remove(at);
                let got = moved(&before, &cells(dialect, &changed, 40, &[]));
                assert_eq!(got, [""; 0], "without {}.{}", table.name, table.columns[at]);
                tried += 1;
            }
        }
    }
    assert!(tried > 40, "{tried}");
}

#[test]
fn a_dropped_table_changes_no_other_cell() {
    let mut tried = 0;
    for (dialect, ddl) in schemas() {
        let before = cells(dialect, &ddl, 120, &[]);
        for at in 0..ddl.tables.len() {
            let mut changed = ddl.clone();
            let name = changed.tables.remove(at).name;
            changed
                .after
                .retain(|s| !s.contains(&format!(" {name}_")) && !s.contains(&format!("ON {name} ")));
            if changed.to_string().contains(&format!(" {name} ("))
                || changed.to_string().contains(&format!("OF {name}"))
            {
                continue;
            }
            assert_eq!(moved(&before, &cells(dialect, &changed, 120, &[])), [""; 0], "without {name}");
            tried += 1;
        }
    }
    assert!(tried >= 5, "{tried}");
}

/// What may move when a table gets more rows, by table: references to it, what is drawn together with them in one key,
/// what refers to such a key, and the children of one parent, whose number is exact (`line_no` and kin).
const MOVED_BY_MORE_ROWS: &[(&str, &[&str])] = &[
    ("categories", &["books.category_id"]),
    ("authors", &["book_authors.author_id", "book_authors.isbn"]),
    ("books", &["book_authors.author_id", "book_authors.isbn", "order_lines.isbn"]),
    ("book_authors", &[]),
    ("customers", &["orders.customer_id"]),
    ("orders", &["order_lines.line_no", "order_lines.order_id"]),
    ("order_lines", &["order_lines.line_no", "order_lines.order_id"]),
    (
        "clinic",
        &[
            "nurse.clinic_id",
            "nurse.ward_no",
            "patient.clinic_id",
            "patient.patient_no",
            "stay.clinic_id",
            "stay.patient_no",
            "stay.ward_no",
            "ward.clinic_id",
            "ward.ward_no",
        ],
    ),
    ("ward", &["nurse.clinic_id", "nurse.ward_no", "stay.ward_no", "ward.clinic_id", "ward.ward_no"]),
    ("nurse", &["nurse_skill.code", "nurse_skill.nurse_id", "ward.head_id"]),
    (
        "patient",
        &["patient.clinic_id", "patient.patient_no", "stay.clinic_id", "stay.patient_no", "stay.ward_no"],
    ),
    ("stay", &["reading.stay_id"]),
    ("reading", &[]),
    ("skill", &["nurse_skill.code", "nurse_skill.nurse_id"]),
    ("nurse_skill", &[]),
    ("club", &["fixture.away", "fixture.home", "player.club_id", "player.shirt"]),
    ("player", &["club.captain_id", "lineup.player_id"]),
    ("venue", &["fixture.code", "fixture.country"]),
    ("division", &[]),
    ("fixture", &["lineup.fixture_id", "lineup.position", "report.fixture_id"]),
    ("report", &[]),
    ("lineup", &["lineup.fixture_id", "lineup.position"]),
];

#[test]
fn more_rows_keep_those_before() {
    for (dialect, ddl) in schemas() {
        for table in &ddl.tables {
            let listed = MOVED_BY_MORE_ROWS.iter().find(|(t, _)| *t == table.name);
            let (_, expected) = listed.unwrap_or_else(|| panic!("`{}` is not listed", table.name));
            let before = cells(dialect, &ddl, 400, &[(&table.name, 60)]);
            for rows in [70, 400] {
                let got = moved(&before, &cells(dialect, &ddl, 400, &[(&table.name, rows)]));
                let unlisted: Vec<&String> = got.iter().filter(|c| !expected.contains(&c.as_str())).collect();
                assert!(unlisted.is_empty(), "{} with {rows} rows: {unlisted:?}", table.name);
                assert_eq!(got.is_empty(), expected.is_empty(), "{} with {rows} rows: {got:?}", table.name);
            }
        }
    }
}

/// Growth past what a short list or a short code holds.
#[test]
fn many_more_rows_keep_those_before() {
    let ddl = DdlText::read(
        "CREATE TABLE thing (
            id serial PRIMARY KEY,
            label text NOT NULL,
            city varchar(60) UNIQUE,
            sku varchar(8) NOT NULL UNIQUE,
            email varchar(120) NOT NULL UNIQUE,
            token uuid NOT NULL UNIQUE,
            size numeric(10, 2) NOT NULL,
            height double precision NOT NULL UNIQUE,
            rank integer NOT NULL UNIQUE,
            due date,
            seen timestamp UNIQUE,
            up_id integer REFERENCES thing (id)
        );",
    );
    let before = cells(Dialect::Postgres, &ddl, 20, &[]);
    let moved_by = |rows| moved(&before, &cells(Dialect::Postgres, &ddl, rows, &[]));
    assert_eq!(moved_by(200), [""; 0]);
    // There are fewer ranks than rows, so unique ranks give way to numbers of a wider range.
    assert_eq!(moved_by(6000), ["thing.rank"]);
}

/// What must move when `change` is made: exactly these.
fn check_moved(text: &str, change: impl Fn(&mut TableText), expected: &[&str]) {
    let ddl = DdlText::read(text);
    let mut changed = ddl.clone();
    change(changed.table("visit"));
    let of = |ddl| cells(Dialect::Postgres, ddl, 150, &[("room", 12)]);
    assert_eq!(moved(&of(&ddl), &of(&changed)), expected, "{changed}");
}

const VISIT: &str = "CREATE TABLE room (
    house integer NOT NULL,
    door integer NOT NULL,
    PRIMARY KEY (house, door)
);
CREATE TABLE visit (
    id serial PRIMARY KEY,
    first varchar(40) NOT NULL,
    house integer,
    slot smallint NOT NULL,
    total numeric(8, 2) NOT NULL,
    seen date NOT NULL
);";

#[test]
fn a_column_that_tells_what_its_neighbour_is_moves_that_neighbour_alone() {
    let last = |t: &mut TableText| t.columns.insert(2, "last varchar(40) NOT NULL".to_owned());
    check_moved(VISIT, last, &["visit.first"]);
}

#[test]
fn a_column_that_joins_a_key_moves_the_key_alone() {
    let unique = |t: &mut TableText| {
        t.columns.push("lane boolean NOT NULL".to_owned());
        t.constraints.push("UNIQUE (lane, slot)".to_owned());
    };
    check_moved(VISIT, unique, &["visit.slot"]);
}

#[test]
fn a_column_that_joins_a_condition_moves_the_condition_alone() {
    let condition = |t: &mut TableText| {
        t.columns.insert(0, "paid numeric(8, 2) NOT NULL".to_owned());
        t.constraints.push("CHECK (paid < total)".to_owned());
    };
    check_moved(VISIT, condition, &["visit.total"]);
}

#[test]
fn a_column_that_joins_a_reference_moves_the_reference_alone() {
    let reference = |t: &mut TableText| {
        t.columns.push("door integer".to_owned());
        t.constraints.push("FOREIGN KEY (house, door) REFERENCES room (house, door)".to_owned());
    };
    check_moved(VISIT, reference, &["visit.house"]);
}
