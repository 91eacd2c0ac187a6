//! What is refused, and what is said of it.

use seedbed_ddl_parse::parse;
use seedbed_edit::{parse_edits, to_text};
use seedbed_schema_model::{Dialect, Schema, SourceMap};

const DDL: &str = "
    CREATE TABLE orders (id integer PRIMARY KEY, status text NOT NULL CHECK (status IN ('new', 'paid')), paid boolean,
        fee integer NOT NULL, urgent boolean NOT NULL);
    CREATE TABLE order_lines (id integer PRIMARY KEY, state text CHECK (state IN ('new', 'open')), fee integer NOT NULL);
    CREATE SCHEMA other;
    CREATE TABLE other.tags (id integer PRIMARY KEY);
    CREATE SCHEMA third;
    CREATE TABLE third.tags (id integer PRIMARY KEY);
";

fn schema() -> Schema {
    let lowered = parse(&SourceMap::of(DDL), Some(Dialect::Postgres));
    assert_eq!(lowered.problems, []);
    lowered.schema
}

/// Each fault: its code, the text at its place, and its hint.
fn refused(text: &str) -> Vec<(&'static str, String, Option<String>)> {
    let errors = parse_edits(text, &schema()).expect_err(text);
    errors.iter().map(|e| (e.code(), text[e.span()].to_owned(), e.hint())).collect()
}

/// The only fault's code, place and hint.
fn only(text: &str) -> (&'static str, String, String) {
    let all = refused(text);
    assert_eq!(all.len(), 1, "{all:?}");
    let (code, place, hint) = all.into_iter().next().expect("one");
    (code, place, hint.unwrap_or_default())
}

/// The canonical text of what is read.
fn read(text: &str) -> String {
    to_text(&parse_edits(text, &schema()).unwrap_or_else(|e| panic!("{text}: {e:?}"))).trim_end().to_owned()
}

#[test]
fn names_are_told_with_their_place_and_the_nearest_there_is() {
    let own = |(code, place, hint): (&'static str, &str, &str)| (code, place.to_owned(), hint.to_owned());
    let table = ("edit-unknown-table", "ordres", "did you mean `orders`?");
    assert_eq!(only("set ordres.status = 'x'"), own(table));
    let column = ("edit-unknown-column", "statsu", "did you mean `status`?");
    assert_eq!(only("null 5% of orders.statsu"), own(column));
    assert_eq!(only("null 5% of *.statsu"), own(column));
    let several = ("edit-ambiguous-table", "tags", "write it with its schema");
    assert_eq!(only("add 5 rows to tags"), own(several));
    assert_eq!(only("sett orders.status = 'x'").2, "did you mean `set`?");
    assert_eq!(only("spread orders.id evenyl").2, "did you mean `evenly`?");
}

#[test]
fn all_faults_are_told_at_once_in_order() {
    let text = "set ordres.x = 1 for 200% of rows\nrows orders = many; rows orders = 5\nset orders.fee = 'a";
    let codes: Vec<&str> = refused(text).iter().map(|(code, ..)| *code).collect();
    assert_eq!(codes, ["edit-unknown-table", "edit-share", "edit-syntax", "edit-unclosed-quote"]);
}

#[test]
fn what_may_mean_several_things_is_refused_naming_them() {
    let told = |text: &str| {
        parse_edits(text, &schema()).expect_err(text).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(told("fee at least 5"), ["`fee` may mean `orders.fee` or `order_lines.fee`"]);
    assert_eq!(told("20% of the orders are paid"), ["`paid` may mean `orders.status` or `orders.paid`"]);
    assert_eq!(
        told("orders have no paid"),
        ["`no paid` may mean `orders.paid is false` or `orders.paid is null`"]
    );
    assert_eq!(read("orders.fee at least 5"), "set orders.fee at least 5");
    assert_eq!(read("20% of the orders are new"), "set orders.status = 'new' for 20% of rows");
}

#[test]
fn words_mean_what_the_schema_lists() {
    assert_eq!(read("order lines are open"), "set order_lines.state = 'open'");
    assert_eq!(read("half the orders are urgent"), "set orders.urgent = true for 50% of rows");
    assert_eq!(read("10% of orders are not urgent"), "set orders.urgent = false for 10% of rows");
    assert_eq!(read("orders have no urgent"), "set orders.urgent = false");
    assert_eq!(read("25 order lines"), "rows order_lines = 25");
    assert_eq!(read("the fee of the orders is 5"), "set orders.fee = 5");
    let (code, place, hint) = only("orders are padi");
    assert_eq!((code, place.as_str(), hint.as_str()), ("edit-unknown-word", "padi", "did you mean `paid`?"));
}

#[test]
fn names_that_no_sql_would_need_to_quote_are_written_as_the_schema_has_them() {
    assert_eq!(read("set ORDERS.Status = 'x'"), "set orders.status = 'x'");
    assert_eq!(read("set public.orders.status = 'x'"), "set public.orders.status = 'x'");
    assert_eq!(read("remove rows from other.tags"), "remove rows from other.tags");
}

#[test]
fn sql_ends_where_the_edit_ends() {
    assert_eq!(read("set orders.fee = fee + 1 # more").as_str(), "set orders.fee = fee + 1");
    let both = read(
        "set orders.fee = coalesce(fee, (select 1\n where 'a;b' <> ''), 2) where fee > 5 for 10% of rows; rows = 5",
    );
    let want = "set orders.fee = coalesce(fee, (select 1\n where 'a;b' <> ''), 2) for 10% of rows where fee > 5\nrows = 5";
    assert_eq!(both, want);
    assert_eq!(
        read("remove orders where fee > 5 and status = 'x' with referrers"),
        "remove rows from orders where fee > 5 and status = 'x' with referrers"
    );
}

#[test]
fn which_rows_is_said_once() {
    assert_eq!(only("set orders.fee = 1 for 5 rows for 10% of rows").0, "edit-said-twice");
    assert_eq!(only("20% of the orders are new for 5 rows").0, "edit-said-twice");
    assert_eq!(only("remove 10% of orders for 5 rows").0, "edit-said-twice");
}

#[test]
fn the_form_in_json_is_described_for_each_kind() {
    let schema = seedbed_edit::json_schema();
    let kinds = schema["$defs"]["Edit"]["oneOf"].as_array().expect("alternatives");
    let names: Vec<&str> =
        kinds.iter().filter_map(|kind| kind["properties"]["edit"]["const"].as_str()).collect();
    let all = ["set", "nulls", "shift", "scale", "rename", "add", "remove", "rows", "spread", "locale"];
    assert_eq!(names, all);
    for kind in kinds {
        assert!(kind["required"].as_array().is_some_and(|r| r.contains(&"edit".into())), "{kind}");
    }
}
