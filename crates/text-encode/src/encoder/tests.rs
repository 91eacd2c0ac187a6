use super::*;
use crate::{CopyFormat, CsvFormat};
use arrow_array::ArrayRef;
use arrow_array::{
    BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, FixedSizeBinaryArray,
    Float64Array, Int64Array, RecordBatch, StringArray, Time64MicrosecondArray, TimestampMicrosecondArray,
    UInt32Array,
};
use proptest::prelude::*;
use seedbed_schema_model::{Column, ColumnIdx, Table, TableId};
use std::sync::Arc;

fn schema_of(dialect: Dialect, types: &[SqlType]) -> Schema {
    let mut schema = Schema::new(dialect);
    let mut table = Table::new(None, "t");
    for (i, ty) in types.iter().enumerate() {
        table.columns.push(Column::new(&format!("c{i}"), ty.clone()));
    }
    schema.push_table(table);
    schema
}

fn batch_of(arrays: Vec<ArrayRef>) -> Batch {
    let columns = (0..arrays.len()).map(|i| ColumnIdx(i as u16)).collect();
    let named = arrays.into_iter().enumerate().map(|(i, a)| (format!("c{i}"), a, true));
    let rows = RecordBatch::try_from_iter_with_nullable(named).expect("arrays of one length");
    Batch { table: TableId(0), first_row: 0, columns, rows }
}

fn encode<F: TextFormat>(format: F, dialect: Dialect, types: &[SqlType], arrays: Vec<ArrayRef>) -> String {
    let mut out = Vec::new();
    let mut encoder = TextEncoder::new(format, dialect);
    encoder.push_batch(&schema_of(dialect, types), &batch_of(arrays), &mut out).expect("known columns");
    String::from_utf8(out).expect("text")
}

fn csv(dialect: Dialect, ty: SqlType, array: ArrayRef) -> String {
    encode(CsvFormat::new(dialect), dialect, &[ty], vec![array])
}

fn strings(cells: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(cells.to_vec()))
}

#[test]
fn null_and_empty_differ_in_csv() {
    let cells = strings(&[None, Some(""), Some("a,b"), Some("say \"x\""), Some("two\nlines"), Some("ü")]);
    let two = vec![strings(&[Some("x"); 6]), cells];
    let made = encode(CsvFormat::new(Dialect::Sqlite), Dialect::Sqlite, &[SqlType::TEXT, SqlType::TEXT], two);
    assert_eq!(made, "x,\nx,\"\"\nx,\"a,b\"\nx,\"say \"\"x\"\"\"\nx,\"two\nlines\"\nx,ü\n");
}

#[test]
fn copy_escapes_what_would_be_structure() {
    let cells =
        strings(&[None, Some(""), Some("\\N"), Some("a\tb"), Some("c\nd\re"), Some("\\."), Some("日本")]);
    let made = encode(CopyFormat, Dialect::Postgres, &[SqlType::TEXT], vec![cells]);
    assert_eq!(made, "\\N\n\n\\\\N\na\\tb\nc\\nd\\re\n\\\\.\n日本\n");
}

#[test]
fn words_that_a_server_would_misread_are_quoted() {
    assert_eq!(
        csv(Dialect::MySql, SqlType::TEXT, strings(&[Some("NULL"), Some("null")])),
        "\"NULL\"\nnull\n"
    );
    assert_eq!(
        csv(Dialect::Postgres, SqlType::TEXT, strings(&[Some("NULL"), Some("\\.")])),
        "NULL\n\"\\.\"\n"
    );
}

#[test]
fn every_arrow_type_has_its_text() {
    let money = Decimal128Array::from(vec![-105, 7]).with_precision_and_scale(38, 2).expect("scale");
    let cases: Vec<(SqlType, ArrayRef, &str)> = vec![
        (SqlType::Boolean, Arc::new(BooleanArray::from(vec![true, false])), "true\nfalse\n"),
        (SqlType::BIGINT, Arc::new(Int64Array::from(vec![i64::MIN, 0])), "-9223372036854775808\n0\n"),
        (SqlType::Money, Arc::new(money), "-1.05\n0.07\n"),
        (
            SqlType::Float { bits: 64, unsigned: false, digits: None },
            Arc::new(Float64Array::from(vec![0.1, 1e300])),
            "0.1\n1e300\n",
        ),
        (
            SqlType::Float { bits: 32, unsigned: false, digits: None },
            Arc::new(Float64Array::from(vec![f64::from(0.1_f32), -2.0])),
            "0.1\n-2\n",
        ),
        (SqlType::Date, Arc::new(Date32Array::from(vec![0, 19_782])), "1970-01-01\n2024-02-29\n"),
        (
            SqlType::Time { precision: None, zoned: false },
            Arc::new(Time64MicrosecondArray::from(vec![0, 3_723_500_000])),
            "00:00:00\n01:02:03.5\n",
        ),
        (
            SqlType::Timestamp { precision: None, zoned: true },
            Arc::new(TimestampMicrosecondArray::from(vec![0, 1]).with_timezone("UTC")),
            "1970-01-01 00:00:00+00\n1970-01-01 00:00:00.000001+00\n",
        ),
        (
            SqlType::Uuid,
            Arc::new(
                FixedSizeBinaryArray::try_from_iter([[0_u8; 16], [255; 16]].iter()).expect("sixteen each"),
            ),
            "00000000-0000-0000-0000-000000000000\nffffffff-ffff-ffff-ffff-ffffffffffff\n",
        ),
        (
            SqlType::Blob { max_bytes: None },
            Arc::new(BinaryArray::from(vec![&b"\x00\xff"[..], b""])),
            "\\x00ff\n\\x\n",
        ),
    ];
    for (ty, array, want) in cases {
        assert_eq!(csv(Dialect::Postgres, ty.clone(), array), want, "{ty:?}");
    }
}

#[test]
fn other_dialects_write_digits_for_booleans_and_bare_hex() {
    assert_eq!(
        csv(Dialect::Sqlite, SqlType::Boolean, Arc::new(BooleanArray::from(vec![true, false]))),
        "1\n0\n"
    );
    let bytes = Arc::new(BinaryArray::from(vec![&b"\x01"[..], b""]));
    assert_eq!(csv(Dialect::MySql, SqlType::Blob { max_bytes: None }, bytes), "01\n\"\"\n");
}

#[test]
fn dictionaries_read_like_strings_and_are_escaped_once() {
    let values: ArrayRef = strings(&[Some("a,b"), Some("")]);
    let array = |keys: Vec<Option<u32>>| -> ArrayRef {
        Arc::new(DictionaryArray::new(UInt32Array::from(keys), Arc::clone(&values)))
    };
    let schema = schema_of(Dialect::Sqlite, &[SqlType::TEXT]);
    let mut encoder = TextEncoder::new(CsvFormat::new(Dialect::Sqlite), Dialect::Sqlite);
    let mut out = Vec::new();
    encoder.push_batch(&schema, &batch_of(vec![array(vec![Some(0), None])]), &mut out).expect("known");
    let first = encoder.columns[0].dictionary.get().expect("kept").address();
    assert_eq!(encoder.facts(), [ColumnFacts { nulls: true, empties: false }]);
    encoder.push_batch(&schema, &batch_of(vec![array(vec![Some(1), Some(0)])]), &mut out).expect("known");
    assert_eq!(encoder.columns[0].dictionary.get().expect("kept").address(), first);
    assert_eq!(encoder.facts(), [ColumnFacts { nulls: true, empties: true }]);
    assert_eq!(String::from_utf8(out).expect("text"), "\"a,b\"\n\n\"\"\n\"a,b\"\n");
}

#[test]
fn a_column_of_no_known_type_is_an_error() {
    let odd: ArrayRef = Arc::new(UInt32Array::from(vec![1]));
    let schema = schema_of(Dialect::Sqlite, &[SqlType::TEXT]);
    let mut encoder = TextEncoder::new(CopyFormat, Dialect::Sqlite);
    assert!(encoder.push_batch(&schema, &batch_of(vec![odd]), &mut Vec::new()).is_err());
}

/// Undoes `COPY`'s escapes as PostgreSQL's manual describes them.
fn read_copy(line: &str) -> Vec<Option<String>> {
    let cell = |raw: &str| {
        if raw == "\\N" {
            return None;
        }
        let mut out = String::new();
        let mut chars = raw.chars();
        while let Some(c) = chars.next() {
            out.push(match c {
                '\\' => match chars.next() {
                    Some('t') => '\t',
                    Some('n') => '\n',
                    Some('r') => '\r',
                    other => other.expect("no backslash ends a cell"),
                },
                plain => plain,
            });
        }
        Some(out)
    };
    line.split('\t').map(cell).collect()
}

fn cell() -> impl Strategy<Value = Option<String>> {
    let odd = proptest::string::string_regex("[a,\"\\\\\r\n\tN. é日\u{0}]{0,6}").expect("a pattern");
    proptest::option::of(prop_oneof![odd, any::<String>()])
}

proptest! {
    /// The `csv` crate writes the same bytes where there is no empty string, and reads ours back always.
    #[test]
    fn csv_is_what_the_csv_crate_says(rows in prop::collection::vec((cell(), cell()), 1..20)) {
        let column = |i: usize| -> ArrayRef {
            Arc::new(StringArray::from_iter(rows.iter().map(|r| if i == 0 { r.0.clone() } else { r.1.clone() })))
        };
        let types = [SqlType::TEXT, SqlType::TEXT];
        let ours = encode(CsvFormat::new(Dialect::Sqlite), Dialect::Sqlite, &types, vec![column(0), column(1)]);
        let plain = |c: &Option<String>| c.clone().unwrap_or_default();

        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(ours.as_bytes());
        let read: Vec<(String, String)> =
            reader.deserialize().collect::<Result<_, _>>().expect("the csv crate reads it");
        let want: Vec<(String, String)> = rows.iter().map(|r| (plain(&r.0), plain(&r.1))).collect();
        prop_assert_eq!(&read, &want);

        let special = |c: &Option<String>| c.as_deref().is_some_and(|c| c.is_empty() || c == "\\.");
        if !rows.iter().any(|r| special(&r.0) || special(&r.1)) {
            let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
            for row in &want {
                writer.serialize(row).expect("written");
            }
            prop_assert_eq!(ours.as_bytes(), &writer.into_inner().expect("flushed")[..]);
        }
    }

    /// COPY's text says exactly the cells, NULLs and all.
    #[test]
    fn copy_reads_back(rows in prop::collection::vec((cell(), cell()), 1..20)) {
        let column = |i: usize| -> ArrayRef {
            Arc::new(StringArray::from_iter(rows.iter().map(|r| if i == 0 { r.0.clone() } else { r.1.clone() })))
        };
        let ours = encode(CopyFormat, Dialect::Postgres, &[SqlType::TEXT, SqlType::TEXT], vec![column(0), column(1)]);
        let lines: Vec<_> = ours.split_terminator('\n').map(read_copy).collect();
        let want: Vec<_> = rows.iter().map(|r| vec![r.0.clone(), r.1.clone()]).collect();
        prop_assert_eq!(lines, want);
    }

    /// Whole batches, column after column, are what the cells are one by one.
    #[test]
    fn slots_hold_what_cells_are(
        rows in prop::collection::vec((cell(), number(), any::<bool>()), 1..700),
        strings in prop::collection::vec("[a-z,]{0,40}", 1..9),
        dialect in prop_oneof![Just(Dialect::Postgres), Just(Dialect::MySql), Just(Dialect::Sqlite)],
    ) {
        let numbers = || rows.iter().map(|r| r.2.then_some(r.1));
        let floats = || rows.iter().map(|r| r.2.then_some(r.1 as f64 / 1000.0));
        let narrow = || floats().map(|f| f.map(|f| f64::from(f as f32)));
        let keys = UInt32Array::from_iter(rows.iter().map(|r| r.2.then_some((r.1 as u32) % strings.len() as u32)));
        let values: ArrayRef = Arc::new(StringArray::from_iter_values(&strings));
        let decimals = |scale| {
            let cells = Decimal128Array::from_iter(numbers().map(|n| n.map(i128::from)));
            Arc::new(cells.with_precision_and_scale(38, scale).expect("a scale"))
        };
        let float = |bits| SqlType::Float { bits, unsigned: false, digits: None };
        let timestamp = SqlType::Timestamp { precision: None, zoned: true };
        let columns: Vec<(SqlType, ArrayRef)> = vec![
            (SqlType::TEXT, Arc::new(StringArray::from_iter(rows.iter().map(|r| r.0.clone())))),
            (SqlType::BIGINT, Arc::new(Int64Array::from_iter(numbers()))),
            (SqlType::TEXT, Arc::new(DictionaryArray::new(keys, values))),
            (SqlType::Money, decimals(2)),
            (SqlType::Money, decimals(5)),
            (float(64), Arc::new(Float64Array::from_iter(floats()))),
            (float(32), Arc::new(Float64Array::from_iter(narrow()))),
            (SqlType::Boolean, Arc::new(BooleanArray::from_iter(rows.iter().map(|r| r.2.then_some(r.1 > 0))))),
            (SqlType::Date, Arc::new(Date32Array::from_iter(numbers().map(|n| n.map(|n| n as i32))))),
            (timestamp, Arc::new(TimestampMicrosecondArray::from_iter(numbers()).with_timezone("UTC"))),
            (SqlType::Blob { max_bytes: None }, Arc::new(BinaryArray::from_iter(rows.iter().map(|r| r.0.as_deref().map(str::as_bytes))))),
        ];
        let (types, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let mut encoder = TextEncoder::new(CsvFormat::new(dialect), dialect);
        let texts: Vec<ColumnText<'_>> = types.iter().zip(&arrays).map(|(ty, a)| ColumnText::new(dialect, ty, a).expect("known")).collect();
        let mut one_by_one = Vec::new();
        encoder.push_cell_by_cell(&texts, 0..rows.len(), &mut one_by_one);
        let mut at_once = Vec::new();
        encoder.push_batch(&schema_of(dialect, &types), &batch_of(arrays.clone()), &mut at_once).expect("known");
        prop_assert_eq!(String::from_utf8(at_once).expect("text"), String::from_utf8(one_by_one).expect("text"));
    }
}

/// Numbers of every length.
fn number() -> impl Strategy<Value = i64> {
    (any::<i64>(), 0..64_u32).prop_map(|(n, bits)| n >> bits)
}
