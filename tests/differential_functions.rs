//! Functions that the parser writes out in CHECKs, held against PostgreSQL running the functions themselves: a row is
//! taken by the server exactly when the written-out CHECK passes it.

use crate::servers::PostgresServer;
use postgres::{Client, NoTls};
use seedbed_ddl_parse::parse;
use seedbed_schema_model::{Dialect, SourceMap};
use seedbed_sql_semantics::{Context, check_passes, supported};
use seedbed_sql_values::{Value, quote_text};

const FUNCTIONS: &str = r#"
CREATE FUNCTION tidy(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $_$ SELECT NOT padded($1); $_$;
CREATE FUNCTION padded(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $_$ SELECT btrim($1) <> $1; $_$;
CREATE FUNCTION between_them(a integer, b integer DEFAULT 10) RETURNS boolean LANGUAGE sql STRICT RETURN a < b AND a > -b;
CREATE FUNCTION slug(value text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE folded text := lower(value);
BEGIN
    IF folded IS NULL THEN RETURN NULL; END IF;
    IF folded = '' THEN
        RAISE EXCEPTION 'empty';
    ELSIF length(folded) > 5 THEN
        RETURN false;
    END IF;
    folded := replace(folded, '-', '');
    RETURN folded ~ '^[a-z]+$';
END $$;
CREATE FUNCTION graded(n integer, s text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    CASE
        WHEN n > 8 THEN RETURN 'high';
        WHEN n > 3 THEN NULL;
        WHEN n IS NULL THEN RETURN s;
    END CASE;
    ASSERT s <> 'bad';
    RETURN 'mid';
END $$;
CREATE FUNCTION number_of(s text) RETURNS integer LANGUAGE plpgsql STRICT AS $$
DECLARE n numeric; BEGIN n := length(s); n := n * 1.5; RETURN n; END $$;
"#;

/// CHECKs over `n integer, s text`.
const CHECKS: [&str; 12] = [
    "tidy(s)",
    "between_them(n)",
    "between_them(n, 4)",
    "between_them(n, NULL)",
    "slug(s)",
    "slug(s) AND n > 0",
    "graded(n, s) = 'mid'",
    "number_of(s) > 3",
    "number_of(s) IS NULL OR number_of(s) = n",
    "NOT padded(s) OR n IS NULL",
    "CASE WHEN n > 5 THEN slug(s) ELSE true END",
    "COALESCE(between_them(n, number_of(s)), tidy(s))",
];

const NUMBERS: [Option<i32>; 8] = [None, Some(-20), Some(0), Some(2), Some(4), Some(6), Some(9), Some(12)];
const STRINGS: [Option<&str>; 10] = [
    None,
    Some(""),
    Some("a"),
    Some(" a"),
    Some("Ab-c"),
    Some("abcdef"),
    Some("bad"),
    Some("x1"),
    Some("ab "),
    Some("-"),
];

#[test]
fn written_out_functions_decide_as_the_server_does() {
    let Some(server) = PostgresServer::connect() else { return };
    let database = server.scratch("functions").expect("a database");
    let mut client = Client::connect(&database.url(), NoTls).expect("a connection");
    // One of them calls another before it is there.
    client.batch_execute("SET check_function_bodies = off").expect("a setting");
    client.batch_execute(FUNCTIONS).expect("the functions");
    let mut cases = 0;
    let mut read = 0;
    for (i, check) in CHECKS.iter().enumerate() {
        let table = format!("t{i}");
        let ddl = format!("CREATE TABLE {table} (n integer, s text, CHECK ({check}));");
        client.batch_execute(&ddl).expect(check);
        let schema = parse(&SourceMap::of(&format!("{FUNCTIONS}{ddl}")), Some(Dialect::Postgres)).schema;
        let cx = Context::new(&schema, Some(&schema.tables[0]));
        let expr = &schema.tables[0].checks[0].expr;
        if let Err(what) = supported(expr, &cx) {
            // What raises an error where that alone does not refuse the row keeps its call.
            assert!(check.contains("graded") || what.what.starts_with("user function"), "{check}: {what:?}");
            continue;
        }
        read += 1;
        for n in NUMBERS {
            for s in STRINGS {
                let row = [
                    n.map_or(Value::Null, |n| Value::Integer(n.into())),
                    s.map_or(Value::Null, |s| Value::Text(s.to_owned())),
                ];
                let number = n.map_or("NULL".to_owned(), |n| n.to_string());
                let string = s.map_or("NULL".to_owned(), |s| quote_text(Dialect::Postgres, s));
                let insert = format!("INSERT INTO {table} VALUES ({number}, {string})");
                let taken = client.batch_execute(&insert).is_ok();
                assert_eq!(check_passes(expr, &row, &cx), Ok(taken), "{check} with {n:?}, {s:?}: {expr:?}");
                cases += 1;
            }
        }
    }
    assert_eq!((read, cases), (11, 880), "CHECKs that could be read, and rows tried");
}
