//! What triggers do to other tables, as plans see it: parents that they make, the session's user that they look for.

use seedbed_datagen_core::{Existing, Request, Spec};
use seedbed_ddl_parse::parse;
use seedbed_providers::StandardCatalog;
use seedbed_rows::Plan;
use seedbed_schema_model::{Dialect, Schema, SourceMap, TableGraph};
use seedbed_text_encode::ColumnText;
use std::sync::Arc;

fn schema(ddl: &str) -> Arc<Schema> {
    Arc::new(parse(&SourceMap::of(ddl), Some(Dialect::Postgres)).schema)
}

fn plan(schema: &Arc<Schema>, user: Option<&str>, rows: u64) -> Plan {
    let existing = Existing { session_user: user.map(str::to_owned), ..Existing::default() };
    let spec = Spec { rows: Some(rows), seed: Some(1), ..Spec::default() };
    let request = Request { spec, existing, ..Request::default() };
    seedbed_planner::plan(Arc::clone(schema), &request, &StandardCatalog::new()).expect("a plan")
}

const AUDITED: &str = "
    CREATE TABLE deed (id serial PRIMARY KEY, what text NOT NULL);
    CREATE TABLE account (id serial PRIMARY KEY, name varchar(20) NOT NULL UNIQUE);
    CREATE TABLE login (id serial PRIMARY KEY, account varchar(20) NOT NULL REFERENCES account (name));
    CREATE FUNCTION me() RETURNS int LANGUAGE sql AS $$ SELECT id FROM account a WHERE a.name::text = CURRENT_USER $$;
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM me(); RETURN NEW; END $$;
    CREATE TRIGGER note AFTER INSERT ON deed FOR EACH ROW EXECUTE FUNCTION note();";

/// The names of a table's column, in order of rows.
fn texts(plan: &Plan, table: &str, column: &str, rows: std::ops::Range<u64>) -> Vec<String> {
    let table = plan.schema().table_named(table).expect("a table");
    let column = plan.schema()[table].column_named(column).expect("a column");
    let batch = plan.batch(table, rows);
    let at = batch.columns.iter().position(|c| *c == column).expect("written");
    let base = plan.schema().base_type(&plan.schema()[table][column].ty);
    let cells = ColumnText::new(Dialect::Postgres, base, batch.rows.column(at)).expect("text");
    let cell = |row: usize| {
        let mut text = Vec::new();
        cells.push(row, &mut text);
        String::from_utf8(text).expect("letters")
    };
    (0..batch.rows.num_rows()).map(cell).collect()
}

#[test]
fn the_first_row_is_the_sessions_user_and_all_others_stay() {
    let schema = schema(AUDITED);
    let (with, without) = (plan(&schema, Some("teller"), 50), plan(&schema, None, 50));
    let (named, plain) =
        (texts(&with, "public.account", "name", 0..50), texts(&without, "public.account", "name", 0..50));
    assert_eq!(named[0], "teller");
    assert_eq!(named[1..], plain[1..]);
    // Any range by itself is the same, and so is what refers to it.
    assert_eq!(texts(&with, "public.account", "name", 0..1), ["teller"]);
    assert_eq!(texts(&with, "public.account", "name", 7..9), named[7..9]);
    let (logins, before) =
        (texts(&with, "public.login", "account", 0..50), texts(&without, "public.login", "account", 0..50));
    for (now, before) in logins.iter().zip(&before) {
        assert_eq!(now, if *before == plain[0] { "teller" } else { before.as_str() });
    }
    assert_ne!(with.existing_digest(), without.existing_digest());
    // Whoever does not fit into the column is not put there.
    assert_eq!(
        texts(
            &plan(&schema, Some("a name of more than twenty letters"), 50),
            "public.account",
            "name",
            0..50
        ),
        plain
    );
}

#[test]
fn the_table_that_is_searched_comes_first() {
    let schema = schema(AUDITED);
    let order = TableGraph::new(&schema).load_order().tables;
    let names: Vec<&str> = order.iter().map(|t| schema[*t].name.name.as_str()).collect();
    assert_eq!(names, ["account", "deed", "login"]);
}

const MADE: &str = "
    CREATE TABLE entry (id int PRIMARY KEY, kind text);
    CREATE TABLE bill (id int PRIMARY KEY REFERENCES entry, amount int NOT NULL);
    CREATE FUNCTION enter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO entry (id, kind) VALUES (NEW.id, 'bill'); RETURN NEW; END $$;";

#[test]
fn a_parent_counts_as_made_only_in_time_and_row_by_row() {
    let made = |trigger: &str| {
        let schema = schema(&format!("{MADE} CREATE TRIGGER enter {trigger} EXECUTE FUNCTION enter();"));
        let bill = schema.table_named("public.bill").expect("a table");
        schema.is_parent_made(bill, &schema[bill].foreign_keys[0])
    };
    assert!(made("BEFORE INSERT ON bill FOR EACH ROW"));
    assert!(made("BEFORE INSERT OR UPDATE ON bill FOR EACH ROW"));
    // PostgreSQL has checked the reference by then.
    assert!(!made("AFTER INSERT ON bill FOR EACH ROW"));
    assert!(!made("BEFORE UPDATE ON bill FOR EACH ROW"));
    assert!(!made("BEFORE INSERT ON bill FOR EACH ROW WHEN (NEW.amount > 5)"));
    assert!(!made("BEFORE INSERT ON entry FOR EACH ROW"));
}
