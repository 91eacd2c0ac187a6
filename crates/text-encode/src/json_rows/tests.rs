use super::*;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, FixedSizeBinaryArray,
    Float64Array, Int64Array, RecordBatch, StringArray, Time64MicrosecondArray, TimestampMicrosecondArray,
    UInt32Array, UInt64Array,
};
use proptest::prelude::*;
use seedbed_schema_model::{Column, SqlType, Table};
use serde_json::Value;
use std::sync::Arc;

const AS_NUMBERS: JsonNumbers = JsonNumbers::AsNumbers;

/// A table with these columns, and one batch of it.
fn table_of(dialect: Dialect, columns: Vec<(&str, SqlType, ArrayRef)>) -> (Schema, Batch) {
    let mut schema = Schema::new(dialect);
    let mut table = Table::new(None, "t");
    table.columns = columns.iter().map(|(name, ty, _)| Column::new(name, ty.clone())).collect();
    let table = schema.push_table(table);
    let indexes = (0..columns.len()).map(|i| ColumnIdx(i as u16)).collect();
    let named = columns.into_iter().map(|(name, _, array)| (name.to_owned(), array, true));
    let rows = RecordBatch::try_from_iter_with_nullable(named).expect("arrays of one length");
    (schema, Batch { table, first_row: 0, columns: indexes, rows })
}

fn rows_of((schema, batch): &(Schema, Batch), numbers: JsonNumbers) -> String {
    let mut out = Vec::new();
    let mut rows = JsonRows::new(schema, batch.table, &batch.columns, numbers);
    rows.push(batch, 0..batch.rows.num_rows(), &mut out).expect("known columns");
    String::from_utf8(out).expect("text")
}

/// The values of one column named `c`.
fn cells(dialect: Dialect, ty: &SqlType, array: ArrayRef, numbers: JsonNumbers) -> Vec<String> {
    let made = rows_of(&table_of(dialect, vec![("c", ty.clone(), array)]), numbers);
    let value = |line: &str| {
        serde_json::from_str::<Value>(line).expect("a JSON object a line");
        line.strip_prefix("{\"c\":").and_then(|l| l.strip_suffix('}')).expect("one member").to_owned()
    };
    made.split('\n').map(value).collect()
}

fn postgres(ty: &SqlType, array: ArrayRef) -> Vec<String> {
    cells(Dialect::Postgres, ty, array, AS_NUMBERS)
}

fn strings(cells: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(cells.to_vec()))
}

fn float(bits: u8) -> SqlType {
    SqlType::Float { bits, unsigned: false, digits: None }
}

fn timestamp(zoned: bool) -> SqlType {
    SqlType::Timestamp { precision: None, zoned }
}

fn decimals(scale: i8, cells: Vec<Option<i128>>) -> ArrayRef {
    Arc::new(Decimal128Array::from(cells).with_precision_and_scale(38, scale).expect("a scale"))
}

#[test]
fn every_type_has_its_json() {
    let at = 1_704_164_645_123_456;
    let uuids = FixedSizeBinaryArray::try_from_iter([[0_u8; 16], [255; 16]].iter()).expect("sixteen each");
    let cases: Vec<(SqlType, ArrayRef, &[&str])> = vec![
        (
            SqlType::Boolean,
            Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
            &["true", "false", "null"],
        ),
        (
            SqlType::BIGINT,
            Arc::new(Int64Array::from(vec![Some(i64::MIN), Some(0), None])),
            &["-9223372036854775808", "0", "null"],
        ),
        (
            SqlType::Integer { bits: 64, unsigned: true },
            Arc::new(UInt64Array::from(vec![u64::MAX, 7])),
            &["18446744073709551615", "7"],
        ),
        (SqlType::Money, decimals(2, vec![Some(-105), Some(7), None]), &["-1.05", "0.07", "null"]),
        (
            SqlType::Decimal { precision: None, scale: Some(5), unsigned: false },
            decimals(5, vec![Some(10_i128.pow(37)), Some(-1)]),
            &["100000000000000000000000000000000.00000", "-0.00001"],
        ),
        (
            float(64),
            Arc::new(Float64Array::from(vec![
                0.1,
                1e300,
                -2.0,
                1e-9,
                f64::NAN,
                f64::INFINITY,
                f64::NEG_INFINITY,
            ])),
            &["0.1", "1e300", "-2", "1e-9", "\"NaN\"", "\"Infinity\"", "\"-Infinity\""],
        ),
        (float(32), Arc::new(Float64Array::from(vec![f64::from(0.1_f32), f64::NAN])), &["0.1", "\"NaN\""]),
        (
            SqlType::Date,
            Arc::new(Date32Array::from(vec![Some(0), Some(19_782), None])),
            &["\"1970-01-01\"", "\"2024-02-29\"", "null"],
        ),
        (
            SqlType::Time { precision: None, zoned: false },
            Arc::new(Time64MicrosecondArray::from(vec![0, 3_723_500_000])),
            &["\"00:00:00\"", "\"01:02:03.5\""],
        ),
        (
            timestamp(false),
            Arc::new(TimestampMicrosecondArray::from(vec![Some(at), None])),
            &["\"2024-01-02T03:04:05.123456\"", "null"],
        ),
        (
            timestamp(true),
            Arc::new(TimestampMicrosecondArray::from(vec![at, 0]).with_timezone("UTC")),
            &["\"2024-01-02T03:04:05.123456Z\"", "\"1970-01-01T00:00:00Z\""],
        ),
        (
            SqlType::Uuid,
            Arc::new(uuids),
            &["\"00000000-0000-0000-0000-000000000000\"", "\"ffffffff-ffff-ffff-ffff-ffffffffffff\""],
        ),
        (
            SqlType::Blob { max_bytes: None },
            Arc::new(BinaryArray::from(vec![Some(&b"\x00\xff"[..]), Some(b""), Some(b"abc"), None])),
            &["\"AP8=\"", "\"\"", "\"YWJj\"", "null"],
        ),
    ];
    for (ty, array, want) in cases {
        assert_eq!(postgres(&ty, array), want, "{ty:?}");
    }
}

#[test]
fn dialects_write_the_same_json() {
    let blob = SqlType::Blob { max_bytes: None };
    for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite] {
        let truth = Arc::new(BooleanArray::from(vec![true]));
        assert_eq!(cells(dialect, &SqlType::Boolean, truth, AS_NUMBERS), ["true"]);
        let bytes = Arc::new(BinaryArray::from(vec![&b"ab"[..]]));
        assert_eq!(cells(dialect, &blob, bytes, AS_NUMBERS), ["\"YWI=\""]);
        let instant = Arc::new(TimestampMicrosecondArray::from(vec![0]).with_timezone("UTC"));
        assert_eq!(cells(dialect, &timestamp(true), instant, AS_NUMBERS), ["\"1970-01-01T00:00:00Z\""]);
    }
}

#[test]
fn what_iso_has_no_form_for_is_literal_text() {
    let days: ArrayRef = Arc::new(Date32Array::from(vec![-719_163, i32::MAX, i32::MIN, 2_932_897, 0]));
    assert_eq!(
        postgres(&SqlType::Date, days),
        ["\"0001-12-31 BC\"", "\"infinity\"", "\"-infinity\"", "\"10000-01-01\"", "\"1970-01-01\""]
    );
    let at = vec![-62_135_596_800_000_001, i64::MAX, i64::MIN, 253_402_300_800_000_000, 1];
    let instants: ArrayRef = Arc::new(TimestampMicrosecondArray::from(at));
    assert_eq!(
        postgres(&timestamp(false), instants),
        [
            "\"0001-12-31 23:59:59.999999 BC\"",
            "\"infinity\"",
            "\"-infinity\"",
            "\"10000-01-01 00:00:00\"",
            "\"1970-01-01T00:00:00.000001\""
        ]
    );
}

#[test]
fn numbers_become_strings_only_where_they_are_asked_to() {
    let safe = (1_i64 << 53) - 1;
    let numbers = || -> ArrayRef {
        Arc::new(Int64Array::from(vec![Some(safe), Some(safe + 1), Some(-safe - 1), None]))
    };
    let with = |ty: &SqlType, array, numbers| cells(Dialect::Postgres, ty, array, numbers);
    assert_eq!(
        with(&SqlType::BIGINT, numbers(), JsonNumbers::AsStrings),
        ["9007199254740991", "\"9007199254740992\"", "\"-9007199254740992\"", "null"]
    );
    assert_eq!(
        with(&SqlType::BIGINT, numbers(), AS_NUMBERS),
        ["9007199254740991", "9007199254740992", "-9007199254740992", "null"]
    );
    let wide = SqlType::Integer { bits: 64, unsigned: true };
    let unsigned: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX, 1]));
    assert_eq!(with(&wide, unsigned, JsonNumbers::AsStrings), ["\"18446744073709551615\"", "1"]);
    for scale in 0..10 {
        let ty = SqlType::Decimal { precision: Some(20), scale: Some(scale.into()), unsigned: false };
        let bare = with(&ty, decimals(scale, vec![Some(-5), Some(i128::from(i64::MAX)), None]), AS_NUMBERS);
        let quoted = with(
            &ty,
            decimals(scale, vec![Some(-5), Some(i128::from(i64::MAX)), None]),
            JsonNumbers::AsStrings,
        );
        let want = bare.iter().map(|n| if n == "null" { n.clone() } else { format!("\"{n}\"") });
        assert_eq!(quoted, want.collect::<Vec<_>>(), "scale {scale}");
    }
}

/// Quotes, backslashes, each control character, NUL, what is not ASCII and not in the first plane, line separators.
const HOSTILE: &[&str] = &[
    "",
    "say \"x\"",
    "back\\slash",
    "a\tb\nc\rd\u{8}\u{c}",
    "\0",
    "\u{1}\u{1f}\u{7f}",
    "ü日本",
    "\u{1f600}",
    "\u{2028}",
    "null",
];

#[test]
fn hostile_text_reads_back() {
    let hostile: Vec<Option<&str>> = HOSTILE.iter().copied().map(Some).collect();
    let keys = UInt32Array::from_iter_values(0..HOSTILE.len() as u32);
    let dictionary: ArrayRef = Arc::new(DictionaryArray::new(keys, strings(&hostile)));
    for array in [strings(&hostile), dictionary] {
        let made = postgres(&SqlType::TEXT, array);
        let read: Vec<String> =
            made.iter().map(|cell| serde_json::from_str(cell).expect("a string")).collect();
        assert_eq!(read, HOSTILE);
        assert_eq!(made[4], "\"\\u0000\"");
        assert_eq!(made[3], "\"a\\tb\\nc\\rd\\b\\f\"");
    }
}

#[test]
fn keys_are_escaped_and_in_column_order() {
    let one = || strings(&[Some("x")]);
    let columns =
        vec![("b\"\n", SqlType::TEXT, one()), ("a", SqlType::TEXT, one()), ("", SqlType::TEXT, one())];
    assert_eq!(
        rows_of(&table_of(Dialect::Sqlite, columns), AS_NUMBERS),
        "{\"b\\\"\\n\":\"x\",\"a\":\"x\",\"\":\"x\"}"
    );
}

#[test]
fn documents_are_embedded_and_other_text_is_a_string() {
    let texts = [
        Some("{\"a\": [1, 2.50, null]}"),
        Some("[1,\n 2]"),
        Some("{broken"),
        Some("1e999"),
        Some("'single'"),
        Some(""),
        Some("{} {}"),
        None,
    ];
    let want = [
        "{\"a\": [1, 2.50, null]}",
        "[1,  2]",
        "\"{broken\"",
        "1e999",
        "\"'single'\"",
        "\"\"",
        "\"{} {}\"",
        "null",
    ];
    let keys = UInt32Array::from_iter((0..8).map(|k| (k < 7).then_some(k)));
    let dictionary: ArrayRef = Arc::new(DictionaryArray::new(keys, strings(&texts)));
    for array in [strings(&texts), dictionary] {
        let table = table_of(Dialect::Postgres, vec![("c", SqlType::Json { binary: false }, array)]);
        let lines = rows_of(&table, AS_NUMBERS);
        let lines: Vec<String> = lines.split('\n').map(|l| l[5..l.len() - 1].to_owned()).collect();
        assert_eq!(lines, want);
    }
}

#[test]
fn a_range_of_chosen_columns_is_separated_as_wanted() {
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3, 4]));
    let days: ArrayRef = Arc::new(Date32Array::from(vec![0, 1, 2, 3]));
    let names = strings(&[Some("a"), None, Some("c\n"), Some("d")]);
    let (schema, batch) = table_of(
        Dialect::Sqlite,
        vec![("id", SqlType::BIGINT, ids), ("day", SqlType::Date, days), ("name", SqlType::TEXT, names)],
    );
    let mut out = b"[".to_vec();
    let columns = [ColumnIdx(2), ColumnIdx(0), ColumnIdx(1)];
    let mut rows = JsonRows::new(&schema, batch.table, &columns, AS_NUMBERS).separated_by(b',');
    rows.push(&batch, 1..3, &mut out).expect("known");
    assert_eq!(
        String::from_utf8_lossy(&out),
        r#"[{"name":null,"id":2,"day":"1970-01-02"},{"name":"c\n","id":3,"day":"1970-01-03"}"#
    );
    out.clear();
    rows.push(&batch, 4..9, &mut out).expect("known");
    rows.push(&batch, 2..2, &mut out).expect("known");
    assert_eq!(out, b"", "there are no such rows");
    rows.push(&batch, 3..9, &mut out).expect("known");
    assert_eq!(out, br#"{"name":"d","id":4,"day":"1970-01-04"}"#);
}

#[test]
fn a_table_without_columns_has_empty_objects() {
    let (schema, mut batch) =
        table_of(Dialect::Sqlite, vec![("id", SqlType::BIGINT, Arc::new(Int64Array::from(vec![1, 2])))]);
    let mut out = Vec::new();
    JsonRows::new(&schema, batch.table, &[], AS_NUMBERS).push(&batch, 0..2, &mut out).expect("known");
    assert_eq!(out, b"{}\n{}");
    batch.columns = vec![ColumnIdx(7)];
    let mut missing = JsonRows::new(&schema, batch.table, &[ColumnIdx(0)], AS_NUMBERS);
    out.clear();
    missing.push(&batch, 0..1, &mut out).expect("known");
    assert_eq!(out, b"{}", "the batch has no such column");
}

#[test]
fn a_column_of_no_known_type_is_an_error() {
    let odd: ArrayRef = Arc::new(UInt32Array::from(vec![1]));
    let (schema, batch) = table_of(Dialect::Sqlite, vec![("c", SqlType::TEXT, odd)]);
    let mut rows = JsonRows::new(&schema, batch.table, &batch.columns, AS_NUMBERS);
    assert!(rows.push(&batch, 0..1, &mut Vec::new()).is_err());
}

#[test]
fn cells_longer_than_a_slot_are_written_all_the_same() {
    let long = "\"".repeat(10_000);
    let made = postgres(&SqlType::TEXT, strings(&[Some(&long), None, Some("x")]));
    assert_eq!(serde_json::from_str::<String>(&made[0]).expect("a string"), long);
    assert_eq!(made[1..], ["null", "\"x\""]);
}

fn text() -> impl Strategy<Value = Option<String>> {
    let odd =
        proptest::string::string_regex("[a\"\\\\\r\n\t\u{0}\u{1f}é日\u{1f600}]{0,40}").expect("a pattern");
    let document =
        proptest::string::string_regex(r#"(\[|\{|"|1|,|\]|\}|\n| |null|:){0,6}"#).expect("a pattern");
    proptest::option::of(prop_oneof![odd, document, any::<String>()])
}

/// Numbers of every length.
fn number() -> impl Strategy<Value = i64> {
    (any::<i64>(), 0..64_u32).prop_map(|(n, bits)| n >> bits)
}

proptest! {
    /// Whole batches, column after column, are what the cells are one by one; any parser reads them, and strings as they
    /// were.
    #[test]
    fn slots_hold_what_cells_are(
        rows in prop::collection::vec((text(), number(), any::<bool>()), 1..300),
        list in prop::collection::vec("[a-z\"\n]{0,40}", 1..9),
        numbers in prop_oneof![Just(AS_NUMBERS), Just(JsonNumbers::AsStrings)],
        dialect in prop_oneof![Just(Dialect::Postgres), Just(Dialect::MySql), Just(Dialect::Sqlite)],
        cut in 0..300_usize,
    ) {
        let some = || rows.iter().map(|r| r.2.then_some(r.1));
        let floats = || rows.iter().map(|r| r.2.then_some(r.1 as f64 / 1000.0));
        let keys = UInt32Array::from_iter(rows.iter().map(|r| r.2.then_some((r.1 as u32) % list.len() as u32)));
        let texts = || -> ArrayRef { Arc::new(StringArray::from_iter(rows.iter().map(|r| r.0.clone()))) };
        let columns: Vec<(&str, SqlType, ArrayRef)> = vec![
            ("text", SqlType::TEXT, texts()),
            ("json", SqlType::Json { binary: true }, texts()),
            ("int", SqlType::BIGINT, Arc::new(Int64Array::from_iter(some()))),
            ("list", SqlType::TEXT, Arc::new(DictionaryArray::new(keys, Arc::new(StringArray::from_iter_values(&list))))),
            ("money", SqlType::Money, decimals(2, some().map(|n| n.map(i128::from)).collect())),
            ("five", SqlType::Money, decimals(5, some().map(|n| n.map(i128::from)).collect())),
            ("double", float(64), Arc::new(Float64Array::from_iter(floats()))),
            ("single", float(32), Arc::new(Float64Array::from_iter(floats().map(|f| f.map(|f| f64::from(f as f32)))))),
            ("truth", SqlType::Boolean, Arc::new(BooleanArray::from_iter(rows.iter().map(|r| r.2.then_some(r.1 > 0))))),
            ("day", SqlType::Date, Arc::new(Date32Array::from_iter(some().map(|n| n.map(|n| n as i32 % 100_000))))),
            ("time", SqlType::Time { precision: None, zoned: false }, Arc::new(Time64MicrosecondArray::from_iter(some()))),
            ("at", timestamp(true), Arc::new(TimestampMicrosecondArray::from_iter(some().map(|n| n.map(|n| n >> 12))).with_timezone("UTC"))),
            ("wide_at", timestamp(false), Arc::new(TimestampMicrosecondArray::from_iter(some()))),
            ("bytes", SqlType::Blob { max_bytes: None }, Arc::new(BinaryArray::from_iter(rows.iter().map(|r| r.0.as_deref().map(str::as_bytes))))),
        ];
        let table = table_of(dialect, columns);
        let (schema, batch) = &table;
        let at_once = rows_of(&table, numbers);

        let mut encoder = JsonRows::new(schema, batch.table, &batch.columns, numbers);
        let last = batch.columns.len() - 1;
        let by_cell: Vec<Cells<'_>> = encoder.columns.iter_mut().zip(batch.rows.columns()).enumerate().map(|(i, (state, array))| {
            let text = ColumnText::new(dialect, &state.base, array).expect("known");
            Cells::new(text, state, numbers, if i == last { b'}' } else { b',' })
        }).collect();
        let mut one_by_one = Vec::new();
        push_cell_by_cell(&by_cell, 0..rows.len(), b'\n', &mut one_by_one);
        prop_assert_eq!(&at_once, &String::from_utf8(one_by_one).expect("text"));

        let lines: Vec<&str> = at_once.split('\n').collect();
        prop_assert_eq!(lines.len(), rows.len());
        for (line, (text, number, there)) in lines.iter().zip(&rows) {
            let read: Value = serde_json::from_str(line).expect("an object");
            prop_assert_eq!(read["text"].as_str(), text.as_deref());
            if numbers == AS_NUMBERS {
                prop_assert_eq!(read["int"].as_i64(), there.then_some(*number));
            }
        }

        // Two pages are the whole.
        let cut = cut.min(rows.len());
        let mut pages = Vec::new();
        let mut encoder = JsonRows::new(schema, batch.table, &batch.columns, numbers);
        encoder.push(batch, 0..cut, &mut pages).expect("known");
        if cut > 0 && cut < rows.len() {
            pages.push(b'\n');
        }
        encoder.push(batch, cut..rows.len(), &mut pages).expect("known");
        prop_assert_eq!(&at_once, &String::from_utf8(pages).expect("text"));
    }
}
