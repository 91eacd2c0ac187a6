//! Cells that are changed in rows that were taken over.

use super::carry::everything;
use super::*;
use seedbed_datagen_core::UpdateSink as _;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn cells_take_the_values_that_rows_would_have_been_stored_with() {
    let (schema, tables) = everything();
    let (home, before, _) = stored(&schema, &tables);
    let all = tables[0].0;
    let rows: Vec<u64> = vec![0, 7, 8, 299];
    let columns: Vec<ColumnIdx> = schema[all].columns_indexed().map(|(index, _)| index).collect();
    let path = home.path().join("updated.db");
    let mut writer = RowFileWriter::create(&path, CancelToken::new()).expect("it is new");
    let wanted = BTreeMap::from([(all, columns.clone())]);
    let carried = writer.carry_updatable(before.path(), &schema, &wanted).expect("the table is there");
    assert_eq!(carried, BTreeSet::from([all]));
    writer
        .carry(before.path(), &schema, &tables[1..].iter().map(|(t, _)| *t).collect::<Vec<_>>())
        .expect("they are");
    // Each of the rows takes what the row after the hundredth has.
    let source = before.rows(CancelToken::new());
    let from = seedbed_datagen_core::RowSource::make_rows(&source, all, 100..104);
    for (column, values) in from.columns.iter().zip(from.rows.columns()) {
        writer.update(all, *column, &rows, values).expect("it is stored");
    }
    writer.finish().expect("it is finished");
    let after = RowFile::open(&path, Arc::clone(&schema)).expect("it can be read");
    for column in 0..columns.len() {
        let (old, new) = (shown_of(&before, all, column), shown_of(&after, all, column));
        for (row, (old_cell, new_cell)) in old.iter().zip(&new).enumerate() {
            let place = rows.iter().position(|changed| *changed == row as u64);
            assert_eq!(
                new_cell,
                place.map_or(old_cell, |place| &old[100 + place]),
                "column {column}, row {row}"
            );
        }
    }
    let connection = super::super::connection::open_immutable(&path).expect("it opens");
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("it");
    assert_eq!(check, "ok");
}

#[test]
fn a_key_that_numbers_the_rows_is_not_changed_in_place() {
    let (schema, tables) = everything();
    let (home, before, _) = stored(&schema, &tables);
    let counted = tables[2].0;
    let mut writer =
        RowFileWriter::create(&home.path().join("refused.db"), CancelToken::new()).expect("it is new");
    let key = schema[counted].primary_key.as_ref().expect("a key").columns.clone();
    let wanted = BTreeMap::from([(counted, key)]);
    let carried = writer.carry_updatable(before.path(), &schema, &wanted).expect("it can be read");
    assert_eq!(carried, BTreeSet::new());
    let values: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
    assert!(writer.update(counted, ColumnIdx(1), &[0], &values).is_err(), "its rows are not there");
}
