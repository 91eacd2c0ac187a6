//! Dates by a format, and dates of numbers (MySQL's manual, §12.7).

use super::text::integer;
use super::{BuiltinFunction, strict};
use crate::function::temporal::instant;
use crate::{Context, EvaluateError, cast};
use seedbed_sql_values::Value;
use seedbed_sql_values::calendar::{
    MONTH_NAMES, SECOND, civil_from_days, day_of_week, day_of_year, days_from_civil, days_in_month, iso_week,
    split_timestamp,
};

/// MySQL's own.
#[rustfmt::skip]
pub(crate) const MYSQL: &[BuiltinFunction] = &[
    strict("date_format", (2, 2), date_format),
    strict("dayname",     (1, 1), |a, _| Ok(Value::Text(DAYS[day_of_week(split_timestamp(instant(&a[0])?).0) as usize].to_owned()))),
    strict("monthname",   (1, 1), |a, _| Ok(Value::Text(MONTH_NAMES[civil_from_days(split_timestamp(instant(&a[0])?).0).1 as usize - 1].to_owned()))),
    strict("last_day",    (1, 1), last_day),
    strict("makedate",    (2, 2), makedate),
    strict("from_days",   (1, 1), from_days),
];

/// The days of the week in English, as `lc_time_names` has them unless it is set.
pub(super) const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A date written as the letters behind `%` ask; NULL by an empty format.
fn date_format(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let at = Moment::of(instant(&args[0])?);
    let format = cast::as_text(&args[1], cx);
    if format.is_empty() {
        return Ok(Value::Null);
    }
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match (c, chars.as_str().is_empty()) {
            ('%', false) => {
                let letter = chars.next().unwrap_or('%');
                at.push(&mut out, letter);
            }
            _ => out.push(c),
        }
    }
    Ok(Value::Text(out))
}

/// A point in time by its parts.
#[derive(Clone, Copy, Debug)]
struct Moment {
    days: i32,
    time: i64,
    year: i32,
    month: u32,
    day: u32,
}

impl Moment {
    fn of(micros: i64) -> Self {
        let (days, time) = split_timestamp(micros);
        let (year, month, day) = civil_from_days(days);
        Self { days, time, year, month, day }
    }

    /// What a letter stands for; one that stands for nothing is itself.
    fn push(&self, out: &mut String, letter: char) {
        let Self { days, year, month, day, .. } = *self;
        let seconds = self.time / SECOND;
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let twelve = (hour + 11) % 12 + 1;
        let half = if hour < 12 { "AM" } else { "PM" };
        out.push_str(&match letter {
            'Y' => format!("{year:04}"),
            'y' => format!("{:02}", year % 100),
            'm' => format!("{month:02}"),
            'c' => month.to_string(),
            'M' => MONTH_NAMES[month as usize - 1].to_owned(),
            'b' => MONTH_NAMES[month as usize - 1][..3].to_owned(),
            'd' => format!("{day:02}"),
            'e' => day.to_string(),
            'D' => format!("{day}{}", ordinal_ending(day)),
            'j' => format!("{:03}", day_of_year(days)),
            'W' => DAYS[day_of_week(days) as usize].to_owned(),
            'a' => DAYS[day_of_week(days) as usize][..3].to_owned(),
            'w' => day_of_week(days).to_string(),
            'H' => format!("{hour:02}"),
            'k' => hour.to_string(),
            'h' | 'I' => format!("{twelve:02}"),
            'l' => twelve.to_string(),
            'i' => format!("{minute:02}"),
            's' | 'S' => format!("{second:02}"),
            'f' => format!("{:06}", self.time % SECOND),
            'p' => half.to_owned(),
            'T' => format!("{hour:02}:{minute:02}:{second:02}"),
            'r' => format!("{twelve:02}:{minute:02}:{second:02} {half}"),
            'U' => format!("{:02}", (day_of_year(days) + 6 - day_of_week(days)) / 7),
            'u' => format!("{:02}", week_from_monday(days)),
            'V' => format!("{:02}", week_of_sundays(days).1),
            'X' => format!("{:04}", week_of_sundays(days).0),
            'v' => format!("{:02}", iso_week(days).1),
            'x' => format!("{:04}", iso_week(days).0),
            other => other.to_string(),
        });
    }
}

/// What stands behind the number of a day: `1st`, `11th`.
fn ordinal_ending(day: u32) -> &'static str {
    match (day, day % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

/// Year and number of the week, which begins on Sunday; days before a year's first Sunday are of the year before.
fn week_of_sundays(days: i32) -> (i32, u32) {
    let sunday = days - day_of_week(days) as i32;
    (civil_from_days(sunday).0, (day_of_year(sunday) - 1) / 7 + 1)
}

/// The week that begins on Monday, from 0; the first one with four days in the year is 1.
fn week_from_monday(days: i32) -> i32 {
    let (year, ..) = civil_from_days(days);
    let first = days_from_civil(year, 1, 1);
    let weekday = (day_of_week(first) + 6) % 7;
    let monday = first - weekday as i32;
    (days - monday) / 7 + i32::from(weekday <= 3)
}

/// The last day of the month.
fn last_day(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let (year, month, _) = civil_from_days(split_timestamp(instant(&args[0])?).0);
    Ok(Value::Date(days_from_civil(year, month, days_in_month(year, month))))
}

/// The day of that number of a year; years of two digits are those from 1970 on. NULL of what is no date.
fn makedate(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let (year, day) = (integer(&args[0], "makedate")?, integer(&args[1], "makedate")?);
    let year = match year {
        0..=69 => year + 2000,
        70..=99 => year + 1900,
        year => year,
    };
    let (Ok(year), Ok(day)) = (i32::try_from(year), i32::try_from(day)) else { return Ok(Value::Null) };
    if !(0..=9999).contains(&year) || !(1..=4_000_000).contains(&day) {
        return Ok(Value::Null);
    }
    let date = days_from_civil(year, 1, 1) + day - 1;
    Ok(if civil_from_days(date).0 > 9999 { Value::Null } else { Value::Date(date) })
}

/// The date of a number of days from year 0 on.
fn from_days(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    match integer(&args[0], "from_days")? {
        days @ 366..=3_652_424 => Ok(Value::Date((days - 719_528) as i32)),
        _ => Err(EvaluateError::unsupported("a day before year 1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_sql_values::calendar::DAY;

    #[test]
    fn days_around_new_year_are_of_the_week_that_each_count_gives_them() {
        let written = |letter| {
            let mut out = String::new();
            Moment::of(i64::from(days_from_civil(2021, 1, 3)) * DAY).push(&mut out, letter);
            out
        };
        assert_eq!(['U', 'u', 'V', 'v', 'X', 'x'].map(written), ["01", "00", "01", "53", "2021", "2020"]);
    }
}
