use super::*;
use crate::calendar::{DAY, SECOND};
use crate::{Interval, format_value, parse_value};
use seedbed_schema_model::Dialect;

fn read(text: &str, ty: SqlType) -> Result<Value, LiteralError> {
    parse_value(text, &ty, &Schema::new(Dialect::Postgres))
}

#[test]
fn numbers_fit_their_type() {
    assert_eq!(read(" 12 ", SqlType::INTEGER), Ok(Value::Integer(12)));
    assert!(read("2147483648", SqlType::INTEGER).is_err());
    assert!(read("1.5", SqlType::INTEGER).is_err());
    let price = SqlType::Decimal { precision: Some(4), scale: Some(2), unsigned: false };
    assert_eq!(read("99.994", price.clone()), Ok(Value::Decimal(Decimal::new(9999, 2))));
    assert!(read("99.995", price).is_err());
    let tiny = SqlType::Decimal { precision: Some(2), scale: Some(5), unsigned: false };
    assert!(read("0.00099", tiny.clone()).is_ok());
    assert!(read("0.001", tiny).is_err());
    assert!(read("1e400", SqlType::Float { bits: 64, unsigned: false, digits: None }).is_err());
}

#[test]
fn times_in_many_forms() {
    let ts = |text: &str, zoned| read(text, SqlType::Timestamp { precision: None, zoned });
    let expected = Value::Timestamp(18_262 * DAY + 3 * 3600 * SECOND);
    for text in ["2020-01-01 03:00", "2020-01-01T03:00:00Z", "20200101 03:00:00", "Jan 1, 2020 03:00 am"] {
        assert_eq!(ts(text, false), Ok(expected.clone()), "{text}");
    }
    assert_eq!(ts("2020-01-01 05:30:00+02:30", true), Ok(expected));
    assert_eq!(read("1999-02-28", SqlType::Date), Ok(Value::Date(10_650)));
    for bad in ["1999-02-29", "1999-13-01", "x", "", "2020-01-01x", "99-1-1", "0000-00-00"] {
        assert!(read(bad, SqlType::Date).is_err(), "{bad}");
    }
    assert_eq!(read("24:00", SqlType::Time { precision: None, zoned: false }), Ok(Value::Time(DAY)));
    assert!(read("24:01", SqlType::Time { precision: None, zoned: false }).is_err());
}

#[test]
fn intervals_in_many_forms() {
    let interval = |text: &str| read(text, SqlType::Interval { fields: None, precision: None });
    let value = |months, days, micros| Ok(Value::Interval(Interval { months, days, micros }));
    assert_eq!(interval("1 year 2 mons -3 days 04:05:06"), value(14, -3, 14_706 * SECOND));
    assert_eq!(interval("@ 1 minute ago"), value(0, 0, -60 * SECOND));
    assert_eq!(interval("P1Y2M3DT4H5M6S"), value(14, 3, 14_706 * SECOND));
    assert_eq!(interval("1-2"), value(14, 0, 0));
    assert_eq!(interval("1.5 days"), value(0, 1, DAY / 2));
    assert_eq!(interval("90"), value(0, 0, 90 * SECOND));
    assert!(interval("").is_err());
    assert!(interval("1 fortnight").is_err());
}

#[test]
fn arrays_round_trip() {
    let ty = SqlType::Array { element: Box::new(SqlType::TEXT) };
    for text in [r#"{a,"b c",NULL,"NULL"}"#, "{}", r#"{{a,b},{c,"\"\\"}}"#] {
        let value = read(text, ty.clone()).unwrap();
        assert_eq!(format_value(&value, &ty, Dialect::Postgres), text);
    }
    for bad in ["{", "{a", "a", "{a,}", "{a}b", "{{{{{{{{a}}}}}}}}"] {
        assert!(read(bad, ty.clone()).is_err(), "{bad}");
    }
}

#[test]
fn other_types() {
    assert_eq!(read("yes", SqlType::Boolean), Ok(Value::Boolean(true)));
    assert!(read("o", SqlType::Boolean).is_err());
    let blob = SqlType::Blob { max_bytes: None };
    assert_eq!(read("\\x00ff", blob.clone()), Ok(Value::Bytes(vec![0, 255])));
    assert_eq!(read("a\\\\\\001", blob.clone()), Ok(Value::Bytes(vec![b'a', b'\\', 1])));
    assert!(read("\\x0", blob).is_err());
    assert_eq!(
        read("A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11", SqlType::Uuid).unwrap(),
        Value::Uuid(0xa0eebc99_9c0b_4ef8_bb6d_6bb9bd380a11)
    );
    assert_eq!(read("xA", SqlType::Bit { length: None, varying: true }), Ok(Value::Bits("1010".into())));
}
