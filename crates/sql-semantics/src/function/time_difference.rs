//! MySQL's differences of times.
//!
//! MySQL's manual, §14.7 "Date and Time Functions": `DATEDIFF` leaves out times of day, `TIMESTAMPDIFF` counts the units that
//! have gone by as a whole, towards zero.

use super::temporal::instant;
use super::{BuiltinFunction, mismatch, strict};
use crate::{Context, EvaluateError};
use seedbed_sql_values::Value;
use seedbed_sql_values::calendar::{DAY, SECOND, civil_from_days, split_timestamp};

#[rustfmt::skip]
pub(crate) const MYSQL: &[BuiltinFunction] = &[
    strict("datediff",      (2, 2), days_between),
    strict("timestampdiff", (3, 3), units_between),
];

/// Whole days between two dates.
fn days_between(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let days = |value| instant(value).map(|micros| i128::from(split_timestamp(micros).0));
    Ok(Value::Integer(days(&args[0])? - days(&args[1])?))
}

/// `TIMESTAMPDIFF(unit, from, to)`; the unit has become a text.
fn units_between(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let Value::Text(unit) = &args[0] else { return Err(mismatch("timestampdiff", &args[0])) };
    let (from, to) = (instant(&args[1])?, instant(&args[2])?);
    let unit = unit.to_ascii_lowercase();
    let micros = match unit.strip_prefix("sql_tsi_").unwrap_or(&unit) {
        "microsecond" => 1,
        "second" => SECOND,
        "minute" => 60 * SECOND,
        "hour" => 3600 * SECOND,
        "day" => DAY,
        "week" => 7 * DAY,
        "month" => return Ok(Value::Integer(months_between(from, to).into())),
        "quarter" => return Ok(Value::Integer((months_between(from, to) / 3).into())),
        "year" => return Ok(Value::Integer((months_between(from, to) / 12).into())),
        _ => return Err(mismatch("timestampdiff", &args[0])),
    };
    Ok(Value::Integer((to - from).wrapping_div(micros).into()))
}

/// Whole months from one time to another, negative where it is the earlier one.
fn months_between(from: i64, to: i64) -> i64 {
    if to < from {
        return -months_between(to, from);
    }
    let parts = |micros| {
        let (days, time) = split_timestamp(micros);
        let (year, month, day) = civil_from_days(days);
        (i64::from(year) * 12 + i64::from(month), (day, time))
    };
    let ((first, from_rest), (last, to_rest)) = (parts(from), parts(to));
    last - first - i64::from(to_rest < from_rest)
}
