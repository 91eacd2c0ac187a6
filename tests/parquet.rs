//! Folders of Parquet: the cells are those of the batches, and no byte depends on how they were made.

use crate::generated::{Cells, Generated, bytes_of};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Encoding, LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::file::reader::{FileReader, SerializedFileReader};
use seedbed_datagen_core::{Batch, OpenTable, Part, RunOptions, Sink, SinkError, TableSink};
use seedbed_export::{Folder, Parquet, ParquetCompression};
use seedbed_job::{Form, Target};
use seedbed_schema_model::{Dialect, Schema, TableId};
use seedbed_text_encode::ColumnText;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::sync::Arc;

const BOOKSHOP: &str = include_str!("../examples/bookshop.sql");
const CLINIC: &str = include_str!("fixtures/determinism/clinic.sql");
const LEAGUE: &str = include_str!("fixtures/determinism/league.sql");

/// A table of every kind of type, each nullable and not.
const TYPES: &str = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE every_type (
    id bigint PRIMARY KEY,
    small smallint NOT NULL, small_null smallint,
    whole integer NOT NULL, whole_null integer,
    big bigint NOT NULL, big_null bigint,
    price numeric(8, 2) NOT NULL, price_null numeric(8, 2),
    total numeric(16, 4) NOT NULL, total_null numeric(16, 4),
    huge numeric(30, 6) NOT NULL, huge_null numeric(30, 6),
    loose numeric, paid money,
    share real NOT NULL, share_null real,
    rate double precision NOT NULL, rate_null double precision,
    flag boolean NOT NULL, flag_null boolean,
    born date NOT NULL, born_null date,
    opens time NOT NULL, opens_null time,
    made timestamp NOT NULL, made_null timestamp,
    seen timestamptz NOT NULL, seen_null timestamptz,
    token uuid NOT NULL, token_null uuid,
    photo bytea NOT NULL, photo_null bytea,
    feeling mood NOT NULL, feeling_null mood,
    note text NOT NULL, note_null text,
    code char(3) NOT NULL, title varchar(20),
    settings json, extra jsonb, tags text[], net inet, gap interval
);";

fn every_type(rows: u64) -> Generated {
    Generated::with_rows(Dialect::Postgres, TYPES, rows, &[])
}

/// A file of these bytes.
fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("written");
    file
}

/// The array as batches have its values: integers, floats and decimals of one width.
fn widened(array: &ArrayRef) -> ArrayRef {
    fn wide<T: ArrowPrimitiveType>(array: &ArrayRef) -> ArrayRef
    where
        i64: From<T::Native>,
    {
        Arc::new(array.as_primitive::<T>().unary::<_, Int64Type>(i64::from))
    }
    match array.data_type() {
        DataType::Int8 => wide::<Int8Type>(array),
        DataType::Int16 => wide::<Int16Type>(array),
        DataType::Int32 => wide::<Int32Type>(array),
        DataType::UInt8 => wide::<UInt8Type>(array),
        DataType::UInt16 => wide::<UInt16Type>(array),
        DataType::UInt32 => wide::<UInt32Type>(array),
        DataType::Float32 => Arc::new(array.as_primitive::<Float32Type>().unary::<_, Float64Type>(f64::from)),
        _ => Arc::clone(array),
    }
}

/// Every cell of a file as text, by column.
fn cells(generated: &Generated, table: &str, bytes: &[u8]) -> BTreeMap<String, Cells> {
    let schema = generated.plan.schema();
    let owner = &schema[generated.table(table)];
    let reader = ParquetRecordBatchReaderBuilder::try_new(file(bytes)).expect("a footer").build();
    let mut cells: BTreeMap<String, Cells> = BTreeMap::new();
    for batch in reader.expect("a reader") {
        let batch = batch.expect("rows");
        for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
            let column = &owner[owner.column_named(field.name()).expect("a column of the table")];
            let array = widened(array);
            let text = ColumnText::new(schema.dialect, schema.base_type(&column.ty), &array)
                .unwrap_or_else(|e| panic!("{}: {e}", field.name()));
            let into = cells.entry(field.name().clone()).or_default();
            into.extend((0..array.len()).map(|row| {
                let mut out = Vec::new();
                (!text.is_null(row)).then(|| text.push(row, &mut out))?;
                Some(String::from_utf8_lossy(&out).into_owned())
            }));
        }
    }
    cells
}

fn assert_same_cells(generated: &Generated) {
    let files = generated.parquet_folder(2, 100, Part::WHOLE);
    for table in generated.plan.tables() {
        let name = &generated.plan.schema()[table.table].name.name;
        let read = cells(generated, name, &files[&format!("{name}.parquet")]);
        let made = generated.rows(table.table, 0..table.rows);
        assert!(read.keys().eq(made.keys()), "{name}: {:?}, {:?}", read.keys(), made.keys());
        for (column, cells) in &made {
            assert!(read[column] == *cells, "{name}.{column}");
        }
    }
}

#[test]
fn cells_of_every_type_are_read_back() {
    let generated = every_type(700);
    let made = generated.rows(generated.table("every_type"), 0..700);
    let with_null = made.values().filter(|cells| cells.contains(&None)).count();
    assert!(with_null >= 15, "{with_null} columns hold NULLs");
    assert_same_cells(&generated);
}

#[test]
fn cells_of_whole_schemas_are_read_back() {
    assert_same_cells(&Generated::with_rows(Dialect::Postgres, BOOKSHOP, 300, &[]));
    assert_same_cells(&Generated::with_rows(Dialect::Postgres, CLINIC, 300, &[]));
    assert_same_cells(&Generated::with_rows(Dialect::Sqlite, LEAGUE, 300, &[]));
}

#[test]
fn unsigned_and_narrow_integers_keep_their_width() {
    let ddl = "CREATE TABLE counts (id bigint unsigned PRIMARY KEY, a tinyint unsigned NOT NULL, b smallint unsigned,
               c int unsigned NOT NULL, d mediumint, e tinyint, y year NOT NULL, r float NOT NULL, j json);";
    let generated = Generated::with_rows(Dialect::MySql, ddl, 400, &[]);
    assert_same_cells(&generated);
}

/// A type that refuses nothing has columns of any width: what was declared is no bound.
#[test]
fn values_beyond_a_type_that_is_no_bound_are_read_back() {
    let ddl = "CREATE TABLE wide (id INTEGER PRIMARY KEY, small SMALLINT NOT NULL CHECK (small > 5000000000),
        tiny TINYINT CHECK (tiny > 70000), share REAL CHECK (share > 1e10), price DECIMAL(4, 1));";
    assert_same_cells(&Generated::with_rows(Dialect::Sqlite, ddl, 500, &[]));
}

#[test]
fn types_are_said_in_the_words_of_parquet() {
    let generated = every_type(50);
    let files = generated.parquet_folder(1, 8192, Part::WHOLE);
    let reader = SerializedFileReader::new(file(&files["every_type.parquet"])).expect("a footer");
    let columns = reader.metadata().file_metadata().schema_descr().columns().to_vec();
    let of = |name: &str| {
        let column = columns.iter().find(|c| c.name() == name).unwrap_or_else(|| panic!("no `{name}`"));
        (column.physical_type(), column.logical_type_ref().cloned())
    };
    let decimal = |precision, scale| Some(LogicalType::decimal(scale, precision));
    assert_eq!(of("small"), (PhysicalType::INT32, Some(LogicalType::integer(16, true))));
    assert_eq!(of("whole").0, PhysicalType::INT32);
    assert_eq!(of("big").0, PhysicalType::INT64);
    assert_eq!(of("price"), (PhysicalType::INT32, decimal(8, 2)));
    assert_eq!(of("total"), (PhysicalType::INT64, decimal(16, 4)));
    assert_eq!(of("huge"), (PhysicalType::FIXED_LEN_BYTE_ARRAY, decimal(30, 6)));
    assert_eq!(of("share").0, PhysicalType::FLOAT);
    assert_eq!(of("rate").0, PhysicalType::DOUBLE);
    assert_eq!(of("flag").0, PhysicalType::BOOLEAN);
    assert_eq!(of("born"), (PhysicalType::INT32, Some(LogicalType::Date)));
    assert_eq!(of("opens"), (PhysicalType::INT64, Some(LogicalType::time(false, TimeUnit::MICROS))));
    assert_eq!(of("made"), (PhysicalType::INT64, Some(LogicalType::timestamp(false, TimeUnit::MICROS))));
    assert_eq!(of("seen"), (PhysicalType::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))));
    assert_eq!(of("token"), (PhysicalType::FIXED_LEN_BYTE_ARRAY, Some(LogicalType::Uuid)));
    assert_eq!(of("photo"), (PhysicalType::BYTE_ARRAY, None));
    for text in ["feeling", "note", "code", "settings", "extra", "tags", "net", "gap"] {
        assert_eq!(of(text), (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)), "{text}");
    }
    for column in columns {
        let declared = &generated.plan.schema()[generated.table("every_type")];
        let nullable = declared[declared.column_named(column.name()).expect("a column")].nullable;
        let want = if nullable { Repetition::OPTIONAL } else { Repetition::REQUIRED };
        assert_eq!(column.self_type().get_basic_info().repetition(), want, "{}", column.name());
    }
}

/// Many row groups of a narrow table: the bytes are the same for any threads and batches, also where batches end within
/// row groups and pages.
#[test]
fn no_byte_depends_on_threads_or_batches() {
    let ddl =
        "CREATE TABLE reading (id bigint PRIMARY KEY, place varchar(30) NOT NULL, at timestamp, level int);";
    let generated = Generated::with_rows(Dialect::Postgres, ddl, 300_000, &[]);
    let one = generated.parquet_folder(1, 8192, Part::WHOLE);
    let reader = SerializedFileReader::new(file(&one["reading.parquet"])).expect("a footer");
    assert_eq!(reader.metadata().num_row_groups(), 3);
    assert_eq!(reader.metadata().file_metadata().num_rows(), 300_000);
    for (threads, batch_rows) in [(2, 8192), (3, 5000), (1, 100_000), (2, 131_073)] {
        let other = generated.parquet_folder(threads, batch_rows, Part::WHOLE);
        assert!(one == other, "{threads} threads, batches of {batch_rows}");
    }
}

/// A sink between, which wants batches, gets the same file.
#[test]
fn batches_make_the_same_file_as_chunks() {
    struct Between(Folder<Parquet>);
    struct BetweenTable<'s>(OpenTable<'s>);
    impl Sink for Between {
        fn open(&mut self, schema: &Arc<Schema>, table: TableId) -> Result<OpenTable<'_>, SinkError> {
            Ok(OpenTable::batches(BetweenTable(self.0.open(schema, table)?)))
        }
        fn finish(&mut self) -> Result<(), SinkError> {
            self.0.finish()
        }
    }
    impl TableSink for BetweenTable<'_> {
        fn write(&mut self, batch: &Batch) -> Result<(), SinkError> {
            self.0.write(batch)
        }
        fn close(self: Box<Self>) -> Result<(), SinkError> {
            self.0.close()
        }
    }
    let ddl =
        "CREATE TABLE reading (id bigint PRIMARY KEY, place varchar(30), level numeric(9, 3) NOT NULL);";
    let generated = Generated::with_rows(Dialect::Postgres, ddl, 140_000, &[]);
    let chunks = generated.parquet_folder(2, 8192, Part::WHOLE);
    let place = tempfile::tempdir().expect("a temporary folder");
    let target = place.path().join("data");
    let sink = Folder::create(&target, generated.provenance(Part::WHOLE), Parquet::default());
    let options = RunOptions { threads: 2, batch_rows: 3000, part: Part::WHOLE };
    generated.write(Target::Sink(Box::new(Between(sink.expect("a folder")))), options);
    assert!(chunks == bytes_of(&target));
}

/// Parts are read one after the other as the whole is.
#[test]
fn parts_hold_the_rows_of_the_whole() {
    let generated = every_type(500);
    let whole = generated.rows(generated.table("every_type"), 0..500);
    let mut joined: BTreeMap<String, Cells> = BTreeMap::new();
    for index in 1..=3 {
        let files = generated.parquet_folder(1, 64, Part::new(index, 3).expect("one of three"));
        for (column, more) in cells(&generated, "every_type", &files["every_type.parquet"]) {
            joined.entry(column).or_default().extend(more);
        }
    }
    assert!(joined == whole);
}

#[test]
fn only_columns_that_repeat_their_values_have_dictionaries() {
    let generated = every_type(5000);
    let files = generated.parquet_folder(1, 8192, Part::WHOLE);
    let reader = SerializedFileReader::new(file(&files["every_type.parquet"])).expect("a footer");
    let group = reader.metadata().row_group(0);
    let has_dictionary = |name: &str| {
        let column = group.columns().iter().find(|c| c.column_path().string() == name).expect("a column");
        column.encodings().any(|e| e == Encoding::RLE_DICTIONARY)
    };
    assert!(has_dictionary("feeling") && has_dictionary("feeling_null"));
    assert!(!has_dictionary("id") && !has_dictionary("token") && !has_dictionary("rate"));
    assert!(group.columns().iter().all(|c| c.statistics().is_some()));
}

#[test]
fn every_compression_is_read_back() {
    let generated = every_type(300);
    let made = generated.rows(generated.table("every_type"), 0..300);
    for (name, compression) in ParquetCompression::ALL {
        let files = generated.folder(Form::Parquet(*compression), RunOptions::default());
        let read = cells(&generated, "every_type", &files["every_type.parquet"]);
        assert!(read == made, "{name}");
    }
}
