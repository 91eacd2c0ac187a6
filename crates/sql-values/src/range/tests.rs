use crate::{format_value, parse_value};
use seedbed_schema_model::{Dialect, Schema, SqlType};

/// What a range's text is read as and printed as again.
fn kept(text: &str, element: SqlType, multi: bool) -> Result<String, String> {
    let schema = Schema::new(Dialect::Postgres);
    let ty = SqlType::Range { element: Box::new(element), multi };
    let value = parse_value(text, &ty, &schema).map_err(|e| e.to_string())?;
    Ok(format_value(&value, &ty, Dialect::Postgres))
}

#[test]
fn whole_numbers_and_dates_are_kept_from_inclusive_to_exclusive() {
    let whole = |text| kept(text, SqlType::INTEGER, false).unwrap();
    assert_eq!(whole("[1,5]"), "[1,6)");
    assert_eq!(whole("(1, 5)"), "[2,5)");
    assert_eq!(whole("(5,5]"), "empty");
    assert_eq!(whole("(5,5)"), "empty");
    assert_eq!(whole("(5,6)"), "empty");
    assert_eq!(whole(" empty "), "empty");
    assert_eq!(whole("[,5)"), "(,5)");
    assert_eq!(whole("[3,]"), "[3,)");
    assert_eq!(kept("[2024-02-28,2024-02-29]", SqlType::Date, false).unwrap(), "[2024-02-28,2024-03-01)");
    assert_eq!(kept("[2024-02-28,infinity]", SqlType::Date, false).unwrap(), "[2024-02-28,infinity]");
}

#[test]
fn ends_of_other_types_stay_as_they_are_written() {
    let moments = SqlType::Timestamp { precision: None, zoned: false };
    let text = "(\"2024-01-01 10:00:00\",\"2024-01-01 11:00:00\"]";
    assert_eq!(kept(text, moments.clone(), false).unwrap(), text);
    assert_eq!(kept("[2024-01-01 10:00, 2024-01-01 10:00)", moments, false).unwrap(), "empty");
    let numbers = SqlType::Decimal { precision: None, scale: None, unsigned: false };
    assert_eq!(kept("[1.5,1.5]", numbers, false).unwrap(), "[1.5,1.5]");
}

#[test]
fn what_is_no_range_is_refused() {
    for text in ["", "1,2", "[5,1]", "[1,2", "[1;2)", "[a,b)", "{[1,2)}", "[1,2,3)"] {
        assert!(kept(text, SqlType::INTEGER, false).is_err(), "{text}");
    }
}

#[test]
fn multiranges_are_put_in_order_and_joined() {
    let many = |text| kept(text, SqlType::INTEGER, true).unwrap();
    assert_eq!(many("{[5,9),[1,3],[4,5)}"), "{[1,9)}");
    assert_eq!(many("{[8,9), empty, (,3)}"), "{(,3),[8,9)}");
    assert_eq!(many("{}"), "{}");
}
