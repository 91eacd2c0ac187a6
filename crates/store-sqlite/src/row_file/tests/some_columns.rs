//! Some columns alone are those of the whole rows.

use super::carry::everything;
use super::*;

#[test]
fn columns_alone_are_those_of_the_rows() {
    let (schema, tables) = everything();
    let (_home, file, _) = stored(&schema, &tables);
    let source = file.rows(CancelToken::new());
    for (table, rows) in file.row_counts() {
        let whole = source.make_rows(table, 0..rows);
        let columns = whole.columns.clone();
        let rest: Vec<ColumnIdx> = columns.iter().skip(1).copied().collect();
        let alone = columns.iter().map(|column| vec![*column]).chain([rest, columns.clone()]);
        for wanted in alone {
            let some = source.make_columns(table, 0..rows, &wanted);
            assert_eq!(some, whole.only(&wanted), "{wanted:?} of `{}`", schema[table].name);
        }
    }
    assert!(source.take_failure().is_none());
}
