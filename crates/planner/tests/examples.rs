//! Sixty examples serve as many rows as are wanted.

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use seedbed_datagen_core::{ColumnSpec, Request, Spec, TableSpec, TypesAlone};
use seedbed_schema_model::{Column, ColumnIdx, Dialect, Schema, SqlType, Table, TableId, UniqueKey};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Sixty titles of two words, no word of them twice.
fn titles() -> Vec<String> {
    (0..60).map(|i| format!("Winter{i} Harbour{i}")).collect()
}

/// One table of one column.
fn schema(collation: Option<&str>, is_unique: bool) -> Schema {
    let mut schema = Schema::new(Dialect::Sqlite);
    let mut books = Table::new(None, "books");
    let title = Column::new("title", SqlType::Varchar { length: Some(60) }).not_null();
    books.columns.push(Column { collation: collation.map(str::to_owned), ..title });
    books.uniques.extend(is_unique.then(|| UniqueKey::over(&[ColumnIdx(0)])));
    schema.push_table(books);
    schema
}

/// The titles of so many rows.
fn made(schema: Schema, examples: &[String], rows: u64) -> Vec<String> {
    let column = ColumnSpec { examples: Some(examples.to_vec()), ..ColumnSpec::default() };
    let columns = BTreeMap::from([("title".to_owned(), column)]);
    let table = TableSpec { rows: Some(rows), columns, ..TableSpec::default() };
    let tables = BTreeMap::from([("books".to_owned(), table)]);
    let request = Request { spec: Spec { tables, seed: Some(7), ..Spec::default() }, ..Request::default() };
    let plan = seedbed_planner::plan(Arc::new(schema), &request, &TypesAlone).expect("a plan");
    let rows = plan.table(TableId(0)).expect("the table").rows;
    let batch = plan.batch(TableId(0), 0..rows);
    (0..rows as usize).map(|row| text(batch.rows.column(0), row)).collect()
}

fn text(array: &ArrayRef, row: usize) -> String {
    match array.data_type() {
        DataType::Dictionary(_, _) => {
            let array = array.as_dictionary::<UInt32Type>();
            text(array.values(), array.keys().value(row) as usize)
        }
        _ => array.as_string::<i32>().value(row).to_owned(),
    }
}

fn distinct(texts: &[String]) -> usize {
    texts.iter().collect::<BTreeSet<_>>().len()
}

#[test]
fn a_unique_column_shows_the_examples_and_then_their_words_put_together_anew() {
    let (examples, got) = (titles(), made(schema(None, true), &titles(), 3_000));
    assert_eq!(got[..60], examples, "the examples as they are");
    assert_eq!((got.len(), distinct(&got)), (3_000, 3_000));
    let halves: Vec<(&str, &str)> = got.iter().filter_map(|t| t.split_once(' ')).collect();
    assert_eq!(halves.len(), 3_000, "every title is a head and a tail");
    assert!(halves.iter().all(|(head, tail)| {
        examples.iter().any(|e| e.starts_with(head)) && examples.iter().any(|e| e.ends_with(tail))
    }));
    let more = made(schema(None, true), &examples, 3_400);
    assert_eq!(more[..3_000], got, "a table that grows keeps its rows");
}

#[test]
fn ten_thousand_distinct_rows_come_of_sixty_examples_with_codes() {
    let got = made(schema(None, true), &titles(), 10_000);
    assert_eq!((got.len(), distinct(&got)), (10_000, 10_000));
    assert!(got.iter().all(|t| t.starts_with("Winter") && t.chars().count() <= 60), "{:?}", &got[..3]);
}

#[test]
fn what_a_collation_takes_for_the_same_comes_once() {
    let examples = ["Snow Lake", "SNOW LAKE", "snow  lake", "Rain Hill"].map(str::to_owned);
    let got = made(schema(Some("nocase"), true), &examples, 4);
    let folded: BTreeSet<String> = got.iter().map(|t| t.to_lowercase()).collect();
    assert_eq!((got.len(), folded.len()), (4, 4), "{got:?}");
}

#[test]
fn a_column_that_may_repeat_shows_the_examples_most() {
    let examples = titles();
    let few = made(schema(None, false), &examples, 60);
    assert!(few.iter().all(|t| examples.contains(t)), "there are enough for sixty rows");
    let many = made(schema(None, false), &examples, 5_000);
    let shown = many.iter().filter(|t| examples.contains(t)).count();
    assert!((2_000..=3_500).contains(&shown), "{shown} of 5,000 rows show an example as it is");
    assert!(distinct(&many) > 1_500, "{} different ones", distinct(&many));
}
