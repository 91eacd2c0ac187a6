//! What is read is what `sql-values` reads, in whichever way.

use super::*;
use crate::NullText;
use crate::csv::tests_scan;
use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, RecordBatch};
use seedbed_schema_model::Dialect;
use seedbed_sql_values::Decimal;

/// A block of one column.
pub(super) fn column(reader: &mut ColumnReader<'_>, text: &str) -> ArrayRef {
    reader.read(text, &tests_scan(text, 1, &NullText::word("")), 1, 0)
}

/// A cell as a value; text where the column is text.
fn value(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Boolean => Value::Boolean(array.as_boolean().value(row)),
        DataType::Int64 => Value::Integer(array.as_primitive::<Int64Type>().value(row).into()),
        DataType::UInt64 => Value::Integer(array.as_primitive::<UInt64Type>().value(row).into()),
        DataType::Decimal128(_, scale) => {
            Value::Decimal(Decimal::new(array.as_primitive::<Decimal128Type>().value(row), *scale as u8))
        }
        DataType::Float64 => Value::Float(array.as_primitive::<Float64Type>().value(row)),
        DataType::Date32 => Value::Date(array.as_primitive::<Date32Type>().value(row)),
        DataType::Time64(_) => Value::Time(array.as_primitive::<Time64MicrosecondType>().value(row)),
        DataType::Timestamp(..) => {
            Value::Timestamp(array.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        DataType::FixedSizeBinary(_) => {
            Value::Uuid(u128::from_be_bytes(array.as_fixed_size_binary().value(row).try_into().unwrap()))
        }
        DataType::Binary => Value::Bytes(array.as_binary::<i32>().value(row).to_vec()),
        DataType::Utf8 => Value::Text(array.as_string::<i32>().value(row).to_owned()),
        _ => {
            let picks = array.as_dictionary::<UInt32Type>();
            let entry = picks.keys().value(row) as usize;
            Value::Text(picks.values().as_string::<i32>().value(entry).to_owned())
        }
    }
}

/// As they are compared: `1.5` is `1.50`.
fn plain(value: Value) -> Value {
    match value {
        Value::Decimal(decimal) => Value::Text(format!("{:?}", decimal.rounded(12).map(|d| d.unscaled))),
        other => other,
    }
}

const TEXTS: &[&str] = &[
    "0",
    "1",
    "-1",
    "007",
    "+5",
    "32767",
    "32768",
    "-32768",
    "65536",
    "4294967295",
    "4294967296",
    "999999999999999999",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551615",
    "1.5",
    "1.005",
    "-1.005",
    "99999.99",
    "999999.99",
    ".5",
    "5.",
    ".",
    "-",
    "",
    "1e3",
    "1e400",
    "0.1",
    "nan",
    "Infinity",
    "-infinity",
    "true",
    "t",
    "f",
    "yes",
    "off",
    "TRUE",
    "2",
    " 1 ",
    "2020-01-31",
    "2020-02-30",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "Jan 8 1999",
    "20200131",
    "infinity",
    "2020-01-31 23:59:59",
    "2020-01-31T23:59:59.5",
    "2020-01-31 23:59:59.1234567",
    "2020-01-31 23:59:59.123456+00",
    "2020-01-31 23:59:60",
    "2020-01-31 24:00:00",
    "2020-01-31 10:00:00+02",
    "2020-01-31 10:00:00-03:30",
    "2020-01-31 10:00:00Z",
    "2020-01-31 10:00:00+16",
    "2020-01-31 10:00",
    "23:59:59",
    "23:59:59.999999",
    "24:00:00",
    "838:59:59",
    "-12:30:00",
    "10:00",
    "10:00:00+02",
    "6f9619ff-8b86-d011-b42d-00c04fc964ff",
    "6F9619FF8B86D011B42D00C04FC964FF",
    "{6f9619ff-8b86-d011-b42d-00c04fc964ff}",
    "6f9619ff-8b86-d011-b42d-00c04fc964fg",
    "\\x00ff",
    "\\x0",
    "\\\\",
    "\\001",
    "$1,234.50",
    "naïve",
    "x",
];

/// The types that travel as something else than text.
fn types() -> Vec<SqlType> {
    let mut types = vec![SqlType::Boolean, SqlType::Year, SqlType::Money, SqlType::Date, SqlType::Uuid];
    for (bits, unsigned) in [(8, false), (16, false), (32, true), (32, false), (64, false), (64, true)] {
        types.push(SqlType::Integer { bits, unsigned });
    }
    let scales =
        [(None, None), (Some(7), Some(2)), (Some(5), None), (Some(38), Some(20)), (Some(3), Some(-2))];
    for (precision, scale) in scales {
        types.push(SqlType::Decimal { precision, scale, unsigned: false });
    }
    types.extend([32, 64].map(|bits| SqlType::Float { bits, unsigned: false, digits: None }));
    for precision in [None, Some(0), Some(3), Some(6)] {
        types.push(SqlType::Time { precision, zoned: false });
        types.extend([false, true].map(|zoned| SqlType::Timestamp { precision, zoned }));
    }
    types
}

#[test]
fn a_cell_is_the_literal_of_its_type() {
    for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite] {
        let schema = Schema::new(dialect);
        for ty in types() {
            for text in TEXTS {
                let mut reader = ColumnReader::new(&ty, &schema);
                let array = column(&mut reader, &format!("\"{text}\"\n\n"));
                let want =
                    parse_value(text, &ty, &schema).unwrap_or_else(|_| Value::Text((*text).to_owned()));
                let (got, want) = (plain(value(&array, 0)), plain(want));
                let same = got == want || format!("{got:?}") == format!("{want:?}");
                // What no array of the type holds comes as text, and whoever reads that reads the same.
                let is_text = array.data_type() == &DataType::Utf8 && got == Value::Text((*text).to_owned());
                assert!(same || is_text, "{dialect:?} {ty:?} {text:?}: {got:?}, not {want:?}");
                assert!(array.is_null(1));
            }
        }
    }
}

#[test]
fn what_is_written_as_our_files_have_it_is_never_text() {
    let schema = Schema::new(Dialect::Postgres);
    let written = [
        (SqlType::Boolean, "true\nfalse\n"),
        (SqlType::BIGINT, "1\n-9223372036854775808\n"),
        (SqlType::Decimal { precision: None, scale: None, unsigned: false }, "1.25\n-0.00\n123.4567\n"),
        (SqlType::Float { bits: 32, unsigned: false, digits: None }, "0.1\n1e20\nNaN\n-Infinity\n"),
        (SqlType::Date, "2020-02-29\n-infinity\n"),
        (
            SqlType::Timestamp { precision: Some(6), zoned: true },
            "2020-02-29 10:00:00+00\n2020-02-29 10:00:00.5+00\n",
        ),
        (SqlType::Uuid, "6f9619ff-8b86-d011-b42d-00c04fc964ff\n"),
        (SqlType::Blob { max_bytes: None }, "\\x00ff\n\\x\n"),
    ];
    for (ty, text) in written {
        let mut reader = ColumnReader::new(&ty, &schema);
        let array = column(&mut reader, text);
        assert_ne!(array.data_type(), &DataType::Utf8, "{ty:?}");
        assert_eq!(array.len(), text.lines().count());
    }
}

#[test]
fn an_open_scale_is_that_of_the_longest() {
    let schema = Schema::new(Dialect::Postgres);
    let ty = SqlType::Decimal { precision: None, scale: None, unsigned: false };
    let array = column(&mut ColumnReader::new(&ty, &schema), "1\n\n2.5\n0.0001\n-3.25\n");
    assert_eq!(array.data_type(), &DataType::Decimal128(38, 4));
    assert_eq!(array.as_primitive::<Decimal128Type>().values().to_vec(), [10_000, 0, 25_000, 1, -32_500]);
}

#[test]
fn binary_strings_are_hex_digits_or_their_own_bytes() {
    let schema = Schema::new(Dialect::MySql);
    let array =
        column(&mut ColumnReader::new(&SqlType::Blob { max_bytes: None }, &schema), "00FF\nxyz\n\"\"\n");
    let bytes = array.as_binary::<i32>();
    assert_eq!((bytes.value(0), bytes.value(1), bytes.value(2)), (&[0_u8, 255][..], &b"xyz"[..], &b""[..]));
}

#[test]
fn one_cell_that_is_none_makes_text_of_all() {
    let schema = Schema::new(Dialect::Postgres);
    let array = column(&mut ColumnReader::new(&SqlType::BIGINT, &schema), "1\n\n\"tw\"\"o\"\n");
    let rows = RecordBatch::try_from_iter([("id", array)]).unwrap();
    let texts = rows.column(0).as_string::<i32>();
    assert_eq!((texts.value(0), texts.is_null(1), texts.value(2)), ("1", true, "tw\"o"));
}
