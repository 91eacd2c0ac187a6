use super::*;
use crate::Interval;

fn postgres(value: Value, ty: SqlType) -> String {
    format_value(&value, &ty, Dialect::Postgres)
}

#[test]
fn postgres_forms() {
    let zoned = SqlType::Timestamp { precision: None, zoned: true };
    assert_eq!(postgres(Value::Timestamp(0), zoned), "1970-01-01 00:00:00+00");
    assert_eq!(postgres(Value::Bytes(vec![0, 255]), SqlType::Blob { max_bytes: None }), "\\x00ff");
    assert_eq!(postgres(Value::Boolean(true), SqlType::Boolean), "true");
    let interval = Interval { months: 14, days: -3, micros: 4_000_000 };
    let ty = SqlType::Interval { fields: None, precision: None };
    assert_eq!(postgres(Value::Interval(interval), ty), "1 year 2 mons -3 days +00:00:04");
    let texts = ["a", "b c", "", "NULL", "q\"\\"].map(|t| Value::Text(t.to_owned())).to_vec();
    let ty = SqlType::Array { element: Box::new(SqlType::TEXT) };
    assert_eq!(postgres(Value::Array(texts), ty), r#"{a,"b c","","NULL","q\"\\"}"#);
    let json = Value::Json(Box::new(serde_json::json!({"a": [1, "x"]})));
    assert_eq!(postgres(json, SqlType::Json { binary: true }), r#"{"a": [1, "x"]}"#);
}

#[test]
fn floats_per_dialect() {
    let float = |f, dialect| {
        format_value(&Value::Float(f), &SqlType::Float { bits: 64, unsigned: false, digits: None }, dialect)
    };
    assert_eq!(float(1.0, Dialect::Postgres), "1");
    assert_eq!(float(1e15, Dialect::Postgres), "1e+15");
    assert_eq!(float(0.00001, Dialect::Postgres), "1e-05");
    assert_eq!(float(1.0, Dialect::Sqlite), "1.0");
    assert_eq!(float(1e20, Dialect::Sqlite), "1.0e+20");
    assert_eq!(float(-0.5, Dialect::MySql), "-0.5");
    assert_eq!(float(f64::NAN, Dialect::Postgres), "NaN");
}

#[test]
fn folds_per_collation() {
    let mysql = |t: &'static str, c| fold(t, c, Dialect::MySql, &SqlType::TEXT).into_owned();
    assert_eq!(mysql("Éa  ", None), "ea");
    assert_eq!(mysql("Éa ", Some("utf8mb4_bin")), "Éa");
    assert_eq!(mysql("Éa ", Some("utf8mb4_0900_as_ci")), "éa ");
    assert_eq!(mysql("Straße", Some("utf8mb4_unicode_ci")), "strasse");
    let sqlite = |t: &'static str, c| fold(t, c, Dialect::Sqlite, &SqlType::TEXT).into_owned();
    assert_eq!(sqlite("ÉA", Some("NOCASE")), "Éa");
    assert_eq!(sqlite("A ", Some("RTRIM")), "A");
    let postgres = |t: &'static str, ty| fold(t, None, Dialect::Postgres, &ty).into_owned();
    assert_eq!(postgres("É", SqlType::Citext), "é");
    assert_eq!(postgres("a ", SqlType::Char { length: Some(3) }), "a");
    assert_eq!(postgres("a ", SqlType::TEXT), "a ");
}

#[test]
fn nothing_escapes_the_quotes() {
    assert_eq!(quote_text(Dialect::Postgres, "a'b\\c\0"), "'a''b\\c'");
    assert_eq!(quote_text(Dialect::MySql, "a'b\\c\0"), "'a''b\\\\c\\0'");
    assert_eq!(quote_text(Dialect::Sqlite, "a\0b"), "CAST(x'610062' AS TEXT)");
    assert_eq!(quote_identifier(Dialect::MySql, "a`b"), "`a``b`");
    let name = QualifiedName::new(Some("pub.lic"), "x");
    assert_eq!(quote_qualified(Dialect::Postgres, &name), "\"pub.lic\".\"x\"");
}
