//! Tables that are taken over from another file are what they were.

use super::*;

/// Tables with every kind of row number and every kind of value, and a key over some.
pub(super) fn everything() -> (Arc<Schema>, Vec<(TableId, Vec<Batch>)>) {
    let mut schema = Schema::new(Dialect::Postgres);
    let mut all = Table::new(Some("a"), "all types");
    all.columns = types().into_iter().enumerate().map(|(n, ty)| Column::new(&format!("c{n}"), ty)).collect();
    all.uniques = vec![UniqueKey::over(&[ColumnIdx(1), ColumnIdx(16)])];
    let mut hostile = Table::new(Some("a"), "T\"t");
    let names = ["rowid", "_rowid_", "oid", "a\"b"];
    hostile.columns = names.iter().map(|name| Column::new(name, SqlType::BIGINT)).collect();
    let (one, _) = one_column(SqlType::TEXT);
    let (all, hostile) = (schema.push_table(all), schema.push_table(hostile));
    let counted = schema.push_table(one.tables[0].clone());
    let empty = schema.push_table(Table::new(Some("a"), "no columns"));
    let unwritten = schema.push_table({
        let mut table = Table::new(None, "no rows");
        table.columns = vec![Column::new("v", SqlType::TEXT)];
        table
    });
    let schema = Arc::new(schema);
    let seeds: Vec<Seed> = (0..300)
        .map(|n: i128| (n % 7 != 0).then(|| (n * n * n * 1_000_003 - 5_000_000_000, format!("text {n}"))))
        .collect();
    let arrays = schema[all].columns.iter().map(|column| array(&arrow_type(&schema, &column.ty), &seeds));
    let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..50).map(|n| format!("x{n}"))));
    let tables = vec![
        (all, vec![batch(all, &schema[all], 0, arrays.collect(), seeds.len())]),
        (hostile, vec![batch(hostile, &schema[hostile], 0, (0..4).map(|at| ids(at..at + 10)).collect(), 10)]),
        (counted, vec![batch(counted, &schema[counted], 0, vec![ids(-20..30), texts], 50)]),
        (empty, vec![batch(empty, &schema[empty], 0, Vec::new(), 5)]),
        (unwritten, Vec::new()),
    ];
    (schema, tables)
}

#[test]
fn rows_that_are_taken_over_are_the_same_rows() {
    let (schema, tables) = everything();
    let (home, before, _) = stored(&schema, &tables);
    let (first, others) = (tables[0].0, tables[1..].iter().map(|(table, _)| *table));
    for (carried, written) in
        [(tables.iter().map(|(table, _)| *table).collect::<Vec<_>>(), 0), (others.collect(), 1)]
    {
        let path = home.path().join(format!("carried {written}.db"));
        let mut writer = RowFileWriter::create(&path, CancelToken::new()).expect("it is new");
        writer.carry(before.path(), &schema, &carried).expect("the tables are there");
        for (table, batches) in &tables[..written] {
            let mut open = writer.open(&schema, *table).expect("it opens");
            batches.iter().for_each(|batch| open.write(batch).expect("it is stored"));
            open.close().expect("it is complete");
        }
        writer.finish().expect("it is finished");
        let after = RowFile::open(&path, Arc::clone(&schema)).expect("it can be read");
        assert_eq!(after.row_counts(), before.row_counts());
        for (table, _) in &tables {
            assert_eq!(after.sql_names(*table).ok(), before.sql_names(*table).ok());
            for column in 0..schema[*table].columns.len() {
                assert_eq!(
                    shown_of(&after, *table, column),
                    shown_of(&before, *table, column),
                    "{table:?} {column}"
                );
            }
            let deep = PageRequest { offset: 3, limit: 4, ..PageRequest::default() };
            let page = |file: &RowFile| {
                let page = file.page(*table, &deep, &CancelToken::new()).expect("a page");
                (page.row_numbers, page.total)
            };
            assert_eq!(page(&after), page(&before));
        }
        let connection = super::super::connection::open_immutable(&path).expect("it opens");
        let indexes =
            "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE '_seedbed_index%'";
        let count: i64 = connection.query_row(indexes, [], |row| row.get(0)).expect("a number");
        assert_eq!(count, 1, "the key of {first:?} has its index");
        let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("it");
        assert_eq!(check, "ok");
    }
}

#[test]
fn records_are_copied_as_they_lie() {
    let (schema, tables) = everything();
    let (_home, file, _) = stored(&schema, &tables);
    let copied = super::super::carry::tests::instructions(file.path());
    assert_eq!(copied.len(), tables.len());
    for (table, instructions) in copied {
        let is_there = |opcode: &str| instructions.iter().any(|found| found == opcode);
        assert!(is_there("RowCell") && !is_there("Column"), "{table}: {instructions:?}");
    }
}

#[test]
fn what_can_not_be_taken_over_is_told() {
    let (schema, tables) = everything();
    let (home, file, _) = stored(&schema, &tables[..2]);
    let mut writer =
        RowFileWriter::create(&home.path().join("new.db"), CancelToken::new()).expect("it is new");
    let error = writer.carry(file.path(), &schema, &[tables[3].0]).expect_err("it is not there");
    assert_eq!(error.code(), "row-file-unknown-table");
    writer.carry(file.path(), &schema, &[tables[0].0]).expect("it is there");
    let error = writer.carry(file.path(), &schema, &[tables[0].0]).expect_err("it is here already");
    assert_eq!(error.code(), "row-file-batch");
    assert!(writer.open(&schema, tables[0].0).is_err(), "its rows are there");
    let other = home.path().join("other.db");
    std::fs::write(&other, "no file of rows").expect("it can be written");
    let error = writer.carry(&other, &schema, &[tables[1].0]).expect_err("no file of rows");
    assert_eq!(error.code(), "row-file-unreadable");
    let stop = CancelToken::new();
    let mut writer = RowFileWriter::create(&home.path().join("stopped.db"), stop.clone()).expect("it is new");
    stop.cancel();
    let error = writer.carry(file.path(), &schema, &[tables[0].0]).expect_err("it is canceled");
    assert_eq!(error.code(), "row-file-canceled");
    drop(writer);
    assert!(!home.path().join("stopped.db").exists());
}
