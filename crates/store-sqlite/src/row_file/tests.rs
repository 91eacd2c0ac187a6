//! What is written comes back, in the order and by the filters that were asked for.

mod carry;
mod some_columns;
mod updates;

use super::*;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Decimal128Type, Float64Type, Int64Type, UInt32Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    FixedSizeBinaryArray, Float64Array, Int64Array, RecordBatch, RecordBatchOptions, StringArray,
    Time64MicrosecondArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow_schema::{DataType, Field};
use proptest::prelude::*;
use seedbed_datagen_core::{Batch, CancelToken, RowSource as _, RunOptions, Sink, arrow_type, run};
use seedbed_schema_model::{
    Column, ColumnIdx, Dialect, ForeignKey, Key, Schema, Span, SqlType, Table, TableId, UniqueKey,
};
use seedbed_store::{Comparison, Direction, Filter, PageRequest};
use std::sync::Arc;
use tempfile::TempDir;

fn types() -> Vec<SqlType> {
    let decimal = |precision, scale| SqlType::Decimal { precision, scale, unsigned: false };
    vec![
        SqlType::Boolean,
        SqlType::BIGINT,
        SqlType::Integer { bits: 64, unsigned: true },
        decimal(Some(10), Some(2)),
        decimal(Some(15), Some(0)),
        decimal(Some(38), Some(10)),
        decimal(Some(38), Some(38)),
        decimal(None, None),
        SqlType::Money,
        SqlType::Float { bits: 64, unsigned: false, digits: None },
        SqlType::Date,
        SqlType::Time { precision: None, zoned: false },
        SqlType::Timestamp { precision: None, zoned: false },
        SqlType::Timestamp { precision: None, zoned: true },
        SqlType::Uuid,
        SqlType::Blob { max_bytes: None },
        SqlType::TEXT,
        SqlType::Any,
        SqlType::Json { binary: true },
    ]
}

/// A value of any type is made of a number and a text.
type Seed = Option<(i128, String)>;

fn seed() -> impl Strategy<Value = Seed> {
    let number = prop_oneof![
        any::<i128>(),
        any::<i64>().prop_map(i128::from),
        any::<u64>().prop_map(i128::from),
        (-3_i128..=3),
        (-3_i128..=3).prop_map(|n| (1 << 50) + n),
        (-3_i128..=3).prop_map(|n| i128::from(i64::MAX) + n),
        (-3_i128..=3).prop_map(|n| i128::from(i64::MIN) + n),
        Just(i128::from((-0.0_f64).to_bits())),
        Just(i128::from(f64::NAN.to_bits())),
        Just(i128::from(f64::NEG_INFINITY.to_bits())),
    ];
    let text = prop_oneof![
        any::<String>(),
        Just(String::new()),
        Just("a\0b".to_owned()),
        Just("007".to_owned()),
        Just("1e400".to_owned()),
        Just("NaN".to_owned()),
        Just("2024-02-30".to_owned()),
        Just("'; DROP TABLE t".to_owned()),
    ];
    proptest::option::weighted(0.8, (number, text))
}

/// The greatest decimal of Arrow.
const MOST: i128 = 10_i128.pow(38) - 1;

fn array(ty: &DataType, seeds: &[Seed]) -> ArrayRef {
    let number = |seed: &Seed| seed.as_ref().map(|(number, _)| *number);
    let wide = || seeds.iter().map(|s| number(s).map(|n| n as i64));
    match ty {
        DataType::Boolean => {
            Arc::new(seeds.iter().map(|s| number(s).map(|n| n & 1 == 1)).collect::<BooleanArray>())
        }
        DataType::Int64 => Arc::new(wide().collect::<Int64Array>()),
        DataType::UInt64 => {
            Arc::new(seeds.iter().map(|s| number(s).map(|n| n as u64)).collect::<UInt64Array>())
        }
        DataType::Decimal128(_, scale) => {
            let units = seeds.iter().map(|s| number(s).map(|n| n % (MOST + 1))).collect::<Decimal128Array>();
            Arc::new(units.with_precision_and_scale(38, *scale).expect("it is a scale"))
        }
        DataType::Float64 => Arc::new(
            seeds.iter().map(|s| number(s).map(|n| f64::from_bits(n as u64))).collect::<Float64Array>(),
        ),
        DataType::Date32 => {
            Arc::new(seeds.iter().map(|s| number(s).map(|n| n as i32)).collect::<Date32Array>())
        }
        DataType::Time64(_) => Arc::new(wide().collect::<Time64MicrosecondArray>()),
        DataType::Timestamp(_, zone) => {
            Arc::new(wide().collect::<TimestampMicrosecondArray>().with_timezone_opt(zone.clone()))
        }
        DataType::FixedSizeBinary(16) => {
            let values = seeds.iter().map(|s| number(s).map(i128::to_be_bytes));
            Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(values, 16).expect("16 bytes each"))
        }
        DataType::Binary => {
            let values = seeds.iter().map(|s| s.as_ref().map(|(_, text)| text.as_bytes()));
            Arc::new(values.collect::<BinaryArray>())
        }
        DataType::Dictionary(..) => {
            let values = seeds.iter().map(|s| s.as_ref().map(|(_, text)| text.as_str()));
            Arc::new(values.collect::<DictionaryArray<UInt32Type>>())
        }
        _ => {
            Arc::new(seeds.iter().map(|s| s.as_ref().map(|(_, text)| text.as_str())).collect::<StringArray>())
        }
    }
}

/// A column's cells in a form in which what is the same looks the same.
fn shown(array: &ArrayRef) -> Vec<Option<String>> {
    let text = |row: usize| match array.data_type() {
        DataType::Float64 => {
            let value = array.as_primitive::<Float64Type>().value(row);
            let bits = if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() };
            format!("{bits:x}")
        }
        DataType::Decimal128(_, scale) => {
            let mut text = Vec::new();
            seedbed_sql_values::text::push_decimal(
                &mut text,
                array.as_primitive::<Decimal128Type>().value(row),
                *scale as u8,
            );
            let text = String::from_utf8(text).expect("ASCII");
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text
            }
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_dictionary::<UInt32Type>();
            let keys = dictionary.keys().values();
            format!("{:?}", dictionary.values().as_string::<i32>().value(keys[row] as usize))
        }
        DataType::Utf8 => format!("{:?}", array.as_string::<i32>().value(row)),
        _ => format!("{:?}", array.slice(row, 1)),
    };
    (0..array.len()).map(|row| array.is_valid(row).then(|| text(row))).collect()
}

fn batch(table: TableId, model: &Table, first_row: u64, arrays: Vec<ArrayRef>, rows: usize) -> Batch {
    let fields: Vec<Field> = model
        .columns
        .iter()
        .zip(&arrays)
        .map(|(column, array)| Field::new(&column.name, array.data_type().clone(), true))
        .collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    let form = Arc::new(arrow_schema::Schema::new(fields));
    let rows =
        RecordBatch::try_new_with_options(form, arrays, &options).expect("columns are as long as each other");
    let columns = model.columns_indexed().map(|(idx, _)| idx).collect();
    Batch { table, first_row, columns, rows }
}

/// Writes batches of tables and opens the file.
fn stored(schema: &Arc<Schema>, tables: &[(TableId, Vec<Batch>)]) -> (TempDir, RowFile, WrittenRowFile) {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("rows ?#%.db");
    let mut writer = RowFileWriter::create(&path, CancelToken::new()).expect("it is new");
    for (table, batches) in tables {
        let mut open = writer.open(schema, *table).expect("it opens");
        for batch in batches {
            open.write(batch).expect("it is stored");
        }
        open.close().expect("it is complete");
    }
    writer.finish().expect("it is finished");
    let written = writer.written().expect("it is finished").clone();
    let file = RowFile::open(&path, Arc::clone(schema)).expect("it can be read");
    (home, file, written)
}

/// A table of one column `v` beside a key that counts.
fn one_column(ty: SqlType) -> (Arc<Schema>, TableId) {
    let mut schema = Schema::new(Dialect::Postgres);
    let mut table = Table::new(None, "t");
    table.columns = vec![Column::new("id", SqlType::BIGINT).not_null(), Column::new("v", ty)];
    table.primary_key = Some(Key {
        name: None,
        columns: vec![ColumnIdx(0)],
        prefix_lengths: Vec::new(),
        span: Span::default(),
    });
    let id = schema.push_table(table);
    (Arc::new(schema), id)
}

fn ids(range: std::ops::Range<i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(range))
}

fn shown_of(file: &RowFile, table: TableId, column: usize) -> Vec<Option<String>> {
    let rows = file.rows(CancelToken::new());
    let count = rows.row_counts().iter().find(|(id, _)| *id == table).map_or(0, |(_, count)| *count);
    let read = rows.make_rows(table, 0..count);
    assert!(rows.take_failure().is_none());
    shown(read.rows.column(column))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_comes_back(seeds in proptest::collection::vec(seed(), 0..200), cut in 1_usize..100) {
        let mut schema = Schema::new(Dialect::Postgres);
        let mut model = Table::new(None, "t");
        model.columns = types().into_iter().enumerate().map(|(at, ty)| Column::new(&format!("c{at}"), ty)).collect();
        let types: Vec<DataType> = model.columns.iter().map(|column| arrow_type(&schema, &column.ty)).collect();
        let table = schema.push_table(model.clone());
        let schema = Arc::new(schema);
        let arrays: Vec<ArrayRef> = types.iter().map(|ty| array(ty, &seeds)).collect();
        let whole = batch(table, &model, 0, arrays, seeds.len());
        let starts = (0..seeds.len()).step_by(cut);
        let batches = starts.map(|start| whole.slice(start as u64..(start + cut).min(seeds.len()) as u64)).collect();
        let (_home, file, written) = stored(&schema, &[(table, batches)]);
        prop_assert_eq!(written.tables[0].rows, seeds.len() as u64);
        for (at, ty) in types.iter().enumerate() {
            prop_assert_eq!(shown(whole.rows.column(at)), shown_of(&file, table, at), "{}", ty);
        }
        let rows = file.rows(CancelToken::new());
        let all = rows.make_rows(table, 0..seeds.len() as u64);
        for (at, ty) in types.iter().enumerate() {
            prop_assert_eq!(all.rows.column(at).data_type(), ty);
        }
        let part = seeds.len() as u64 / 3..seeds.len() as u64 / 2;
        prop_assert_eq!(rows.make_rows(table, part.clone()).rows.num_rows() as u64, part.end - part.start);
    }

    #[test]
    fn decimals_of_any_scale_come_back(parts in proptest::collection::vec((0_u8..=38, proptest::collection::vec(seed(), 1..20)), 1..5)) {
        let ty = SqlType::Decimal { precision: None, scale: None, unsigned: false };
        let (schema, table) = one_column(ty);
        let mut batches = Vec::new();
        let (mut first, mut wanted) = (0, Vec::new());
        for (scale, seeds) in &parts {
            let values = array(&DataType::Decimal128(38, *scale as i8), seeds);
            wanted.extend(shown(&values));
            let numbers = ids(first..first + seeds.len() as i64);
            batches.push(batch(table, &schema[table], first as u64, vec![numbers, values], seeds.len()));
            first += seeds.len() as i64;
        }
        let (_home, file, _) = stored(&schema, &[(table, batches)]);
        let unquoted = |cell: Option<String>| cell.map(|text| {
            let text = text.trim_matches('"').to_owned();
            if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
        });
        let found: Vec<_> = shown_of(&file, table, 1).into_iter().map(unquoted).collect();
        prop_assert_eq!(wanted, found);
    }

    #[test]
    fn pages_are_in_the_order_of_values(seeds in proptest::collection::vec(seed(), 1..60), ty in 0_usize..19, limit in 1_u64..20, at in any::<prop::sample::Index>()) {
        let ty = types()[ty].clone();
        let (schema, table) = one_column(ty.clone());
        let arrow = arrow_type(&schema, &ty);
        let values = array(&arrow, &seeds);
        let rows = batch(table, &schema[table], 0, vec![ids(7..7 + seeds.len() as i64), Arc::clone(&values)], seeds.len());
        let (_home, file, _) = stored(&schema, &[(table, vec![rows])]);
        let mut wanted: Vec<usize> = (0..seeds.len()).collect();
        let compare = arrow_ord_of(&values);
        wanted.sort_by(|a, b| compare(*a, *b));
        let mut found = Vec::new();
        loop {
            let order = vec![("v".to_owned(), Direction::Ascending)];
            let request = PageRequest { offset: found.len() as u64, limit, order, filter: Vec::new() };
            let page = file.page(table, &request, &CancelToken::new()).expect("it can be read");
            prop_assert_eq!(page.total, Some(seeds.len() as u64));
            found.extend(page.row_numbers.iter().map(|row| *row as usize));
            if (page.row_numbers.len() as u64) < limit {
                break;
            }
        }
        prop_assert_eq!(&wanted, &found, "{:?}", values);

        // A filter by a value that is there finds what compares so.
        let pivot = at.index(seeds.len());
        prop_assume!(values.is_valid(pivot) && !matches!(arrow, DataType::Binary | DataType::Float64));
        let mut text = Vec::new();
        seedbed_text_encode::ColumnText::new(Dialect::Postgres, &ty, &values).expect("a known type").push(pivot, &mut text);
        let text = String::from_utf8(text).expect("UTF-8");
        for (operator, holds) in [
            (Comparison::Equal as fn(String) -> Comparison, &(|o: std::cmp::Ordering| o.is_eq()) as &dyn Fn(std::cmp::Ordering) -> bool),
            (Comparison::NotEqual, &|o| o.is_ne()),
            (Comparison::Less, &|o| o.is_lt()),
            (Comparison::GreaterOrEqual, &|o| o.is_ge()),
        ] {
            let filter = vec![Filter { column: "v".to_owned(), comparison: operator(text.clone()) }];
            let request = PageRequest { offset: 0, limit: 1000, order: Vec::new(), filter };
            let page = match file.page(table, &request, &CancelToken::new()) {
                // A number that the type's text can't say, such as a day beyond PostgreSQL's.
                Err(RowFileError::FilterValue { .. }) => break,
                page => page.expect("it can be read"),
            };
            let matching = |row: &usize| values.is_valid(*row) && holds(compare(*row, pivot));
            let matching: Vec<u64> = (0..seeds.len()).filter(matching).map(|row| row as u64).collect();
            prop_assert_eq!(matching, page.row_numbers, "{:?} {}", operator, text);
        }
    }
}

/// Compares cells as the values do, NULL before all, NaN after all.
fn arrow_ord_of(values: &ArrayRef) -> impl Fn(usize, usize) -> std::cmp::Ordering {
    let key = |row: usize| -> Option<(i128, Vec<u8>)> {
        if values.is_null(row) {
            return None;
        }
        let alone = values.slice(row, 1);
        let number = |n: i128| (n, Vec::new());
        Some(match values.data_type() {
            DataType::Boolean => number(alone.as_boolean().value(0).into()),
            DataType::Int64 => number(alone.as_primitive::<Int64Type>().value(0).into()),
            DataType::UInt64 => {
                number(alone.as_primitive::<arrow_array::types::UInt64Type>().value(0).into())
            }
            DataType::Decimal128(..) => number(alone.as_primitive::<Decimal128Type>().value(0)),
            DataType::Float64 => {
                let value = alone.as_primitive::<Float64Type>().value(0);
                // IEEE 754, totalOrder, but that both zeros are one.
                let bits = if value == 0.0 { 0 } else { value.to_bits() as i64 };
                let bits = if value.is_nan() { i64::MAX } else { bits ^ (((bits >> 63) as u64) >> 1) as i64 };
                number(bits.into())
            }
            DataType::Date32 => {
                number(alone.as_primitive::<arrow_array::types::Date32Type>().value(0).into())
            }
            DataType::Time64(_) => {
                number(alone.as_primitive::<arrow_array::types::Time64MicrosecondType>().value(0).into())
            }
            DataType::Timestamp(..) => {
                number(alone.as_primitive::<arrow_array::types::TimestampMicrosecondType>().value(0).into())
            }
            DataType::FixedSizeBinary(_) => (0, alone.as_fixed_size_binary().value(0).to_vec()),
            DataType::Binary => (0, alone.as_binary::<i32>().value(0).to_vec()),
            _ => (0, alone.as_string::<i32>().value(0).as_bytes().to_vec()),
        })
    };
    let keys: Vec<_> = (0..values.len()).map(key).collect();
    move |a, b| keys[a].cmp(&keys[b])
}

/// The statement that made a table.
fn made_by(file: &RowFile, table: &str) -> String {
    let connection = super::connection::open_immutable(file.path()).expect("it opens");
    let sql = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?";
    connection.query_row(sql, [table], |row| row.get(0)).expect("it is there")
}

#[test]
fn a_key_that_counts_is_the_row_number_until_it_does_not() {
    let (schema, table) = one_column(SqlType::TEXT);
    let model = &schema[table];
    let texts = |count: usize| Arc::new(StringArray::from(vec!["x"; count])) as ArrayRef;
    let first = batch(table, model, 0, vec![ids(-2..98), texts(100)], 100);
    let (_home, file, _) = stored(&schema, &[(table, vec![first.clone()])]);
    assert_eq!(made_by(&file, "t"), r#"CREATE TABLE "t" ("id" INTEGER PRIMARY KEY, "v" TEXT)"#);
    let page = file.page(table, &PageRequest { offset: 98, ..PageRequest::default() }, &CancelToken::new());
    let page = page.expect("it can be read");
    assert_eq!((page.row_numbers, page.batch.first_row), (vec![98, 99], 98));

    let second = batch(table, model, 100, vec![ids(200..300), texts(100)], 100);
    let (_home, file, _) = stored(&schema, &[(table, vec![first.clone(), second])]);
    assert_eq!(made_by(&file, "t"), r#"CREATE TABLE "t" ("id" INTEGER, "v" TEXT)"#);
    let read = file.rows(CancelToken::new()).make_rows(table, 98..102);
    assert_eq!(read.rows.column(0).as_primitive::<Int64Type>().values().to_vec(), [96, 97, 200, 201]);

    let words = batch(table, model, 100, vec![texts(1), texts(1)], 1);
    let (_home, file, _) = stored(&schema, &[(table, vec![first, words])]);
    let read = file.rows(CancelToken::new()).make_rows(table, 99..101);
    let read: Vec<_> = read.rows.column(0).as_string::<i32>().iter().flatten().map(str::to_owned).collect();
    assert_eq!(read, ["97", "x"], "one text makes texts of all");
}

#[test]
fn hostile_names_are_names() {
    let mut schema = Schema::new(Dialect::Postgres);
    let names = ["rowid", "ROWID", "_rowid_", "oid", "a\"b", "select", "", "x]`'"];
    let mut tables = Vec::new();
    for (space, name) in
        [("a", "T\"t"), ("b", "t\"T"), ("a", "sqlite_stat1"), ("a", "_seedbed_layout"), ("a", "")]
    {
        let mut table = Table::new(Some(space), name);
        table.columns = names.iter().map(|name| Column::new(name, SqlType::BIGINT)).collect();
        table.uniques = vec![UniqueKey::over(&[ColumnIdx(3), ColumnIdx(4)])];
        tables.push(schema.push_table(table));
    }
    let empty = schema.push_table(Table::new(Some("a"), "no columns"));
    let schema = Arc::new(schema);
    let mut rows = Vec::new();
    for table in &tables {
        let arrays = (0..names.len() as i64).map(|at| ids(at..at + 10)).collect();
        rows.push((*table, vec![batch(*table, &schema[*table], 0, arrays, 10)]));
    }
    rows.push((empty, vec![batch(empty, &schema[empty], 0, Vec::new(), 5)]));
    let (_home, file, _) = stored(&schema, &rows);
    for table in &tables {
        let filter =
            vec![Filter { column: "_rowid_".to_owned(), comparison: Comparison::Equal("5".to_owned()) }];
        let order = vec![("x]`'".to_owned(), Direction::Descending)];
        let page =
            file.page(*table, &PageRequest { filter, order, ..PageRequest::default() }, &CancelToken::new());
        let page = page.expect("it can be read");
        assert_eq!((page.row_numbers, page.total), (vec![3], Some(1)));
        let read = file.rows(CancelToken::new()).make_rows(*table, 9..10);
        assert_eq!(read.rows.column(7).as_primitive::<Int64Type>().value(0), 16);
    }
    let page = file.page(empty, &PageRequest { offset: 3, ..PageRequest::default() }, &CancelToken::new());
    assert_eq!(page.expect("it can be read").batch.rows.num_rows(), 2);
}

#[test]
fn what_was_asked_wrongly_is_told() {
    let (schema, table) = one_column(SqlType::Date);
    let days: ArrayRef = Arc::new(Date32Array::from(vec![0, 1, 2]));
    let rows = batch(table, &schema[table], 0, vec![ids(1..4), days], 3);
    let (home, file, written) = stored(&schema, &[(table, vec![rows])]);
    let ask = |column: &str, value: &str| {
        let filter = Filter { column: column.to_owned(), comparison: Comparison::Less(value.to_owned()) };
        let request = PageRequest { filter: vec![filter], ..PageRequest::default() };
        file.page(table, &request, &CancelToken::new())
    };
    assert_eq!(ask("v", "1970-01-03").expect("a date").total, Some(2));
    let error = ask("w", "1").expect_err("no such column");
    assert_eq!(error.to_string(), "table `t` has no column `w`; it has `id`, `v`");
    assert_eq!(ask("v", "soon").expect_err("no date").code(), "row-file-filter-value");
    let canceled = CancelToken::new();
    canceled.cancel();
    let error = file.page(table, &PageRequest::default(), &canceled).expect_err("canceled");
    assert_eq!(error.code(), "row-file-canceled");

    verify_checksum(file.path(), &written.checksum, &CancelToken::new()).expect("nobody changed it");
    let error = verify_checksum(file.path(), "00", &CancelToken::new()).expect_err("another");
    assert_eq!(error.code(), "row-file-checksum");
    assert_eq!(written.bytes, std::fs::metadata(file.path()).expect("it is there").len());

    let mut other = Schema::clone(&schema);
    other.tables[0].columns[1].ty = SqlType::TEXT;
    let error = RowFile::open(file.path(), Arc::new(other)).expect_err("another type");
    assert_eq!(error.to_string(), "column `v` of `t` was written as dates, the schema makes it text");
    let mut other = Schema::clone(&schema);
    other.tables[0].columns.remove(1);
    assert_eq!(RowFile::open(file.path(), Arc::new(other)).expect_err("gone").code(), "row-file-column-gone");
    let error = RowFile::open(file.path(), Arc::new(Schema::new(Dialect::Postgres))).expect_err("gone");
    assert_eq!(error.code(), "row-file-table-gone");

    let no_file = home.path().join("text");
    std::fs::write(&no_file, "not a database, but longer than a header of a hundred bytes ".repeat(4))
        .expect("room");
    assert_eq!(RowFile::open(&no_file, schema).expect_err("text").code(), "row-file-unreadable");
}

#[test]
fn a_damaged_file_ends_a_run() {
    let (schema, table) = one_column(SqlType::TEXT);
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["a text that is long enough"; 10_000]));
    let rows = batch(table, &schema[table], 0, vec![ids(1..10_001), texts], 10_000);
    let (_home, file, _) = stored(&schema, &[(table, vec![rows])]);
    let mut bytes = std::fs::read(file.path()).expect("it is there");
    let quarter = bytes.len() / 4;
    bytes[quarter..2 * quarter].fill(0xff);
    std::fs::write(file.path(), bytes).expect("room");
    let file = RowFile::open(file.path(), schema).expect("its head is whole");
    let rows = file.rows(CancelToken::new());
    let read = rows.make_rows(table, 0..10_000);
    assert_eq!(read.rows.num_rows(), 10_000, "whoever counts on so many rows has them");
    assert!(rows.cancel_token().is_canceled());
    assert_eq!(rows.take_failure().expect("it failed").code(), "row-file-sqlite");
}

#[test]
fn a_writer_that_is_not_finished_leaves_nothing() {
    let (schema, table) = one_column(SqlType::TEXT);
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("rows.db");
    let cancel = CancelToken::new();
    let mut writer = RowFileWriter::create(&path, cancel.clone()).expect("it is new");
    assert_eq!(RowFileWriter::create(&path, cancel.clone()).expect_err("it is there").code(), "row-file-io");
    writer.open(&schema, table).expect("it opens").close().expect("it is empty");
    assert!(writer.open(&schema, table).is_err(), "a table has its rows once");
    cancel.cancel();
    assert!(writer.finish().is_err());
    drop(writer);
    assert_eq!(std::fs::read_dir(home.path()).expect("it is there").count(), 0);
}

#[test]
fn tables_come_in_load_order_and_only_those_that_are_wanted() {
    let mut schema = Schema::new(Dialect::MySql);
    let mut child = Table::new(None, "child");
    child.columns = vec![Column::new("parent", SqlType::BIGINT)];
    child.foreign_keys = vec![ForeignKey::new(&[ColumnIdx(0)], TableId(1), &[ColumnIdx(0)])];
    let mut parent = Table::new(None, "parent");
    parent.columns = vec![Column::new("id", SqlType::BIGINT).not_null()];
    let (child, parent) = (schema.push_table(child), schema.push_table(parent));
    let schema = Arc::new(schema);
    let rows = |table: TableId, count: i64| {
        (table, vec![batch(table, &schema[table], 0, vec![ids(0..count)], count as usize)])
    };
    let (_home, file, written) = stored(&schema, &[rows(child, 9), rows(parent, 3)]);
    assert_eq!(file.row_counts(), [(parent, 3), (child, 9)]);
    assert_eq!(written.tables[0].name, "child");
    let mut seen = 0;
    let sink = seedbed_datagen_core::sink_fn(|batch: &Batch| {
        seen += batch.rows.num_rows();
        Ok(())
    });
    let options = RunOptions { threads: 3, batch_rows: 2, ..RunOptions::default() };
    run(&file.rows(CancelToken::new()).only(&[child]), &options, sink, &mut ()).expect("it runs");
    assert_eq!(seen, 9);
}
