//! The proleptic Gregorian calendar by integers alone.
//!
//! The two conversions are Howard Hinnant's `days_from_civil` and `civil_from_days`
//! (<https://howardhinnant.github.io/date_algorithms.html>).

/// Microseconds of a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds of a day.
pub const DAY: i64 = 86_400 * SECOND;

/// The months in English.
pub const MONTH_NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Days from 1970-01-01 to a date. Year 0 is 1 BC; a month or day outside the calendar counts on into the next.
///
/// ```
/// use seedbed_sql_values::calendar::days_from_civil;
/// assert_eq!(days_from_civil(1970, 1, 1), 0);
/// assert_eq!(days_from_civil(2000, 3, 1), 11_017);
/// ```
pub fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    clamp_days(era * 146_097 + day_of_era - 719_468)
}

/// Year (0 is 1 BC), month (1 to 12) and day (1 to 31) of a count of days from 1970-01-01.
///
/// ```
/// assert_eq!(seedbed_sql_values::calendar::civil_from_days(11_016), (2000, 2, 29));
/// ```
pub fn civil_from_days(days: i32) -> (i32, u32, u32) {
    let shifted = i64::from(days) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as u32, day as u32)
}

/// How many days a month has, 28 to 31; February has 29 in leap years.
pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Whether the Gregorian calendar has a date: 2023-02-29 does not exist.
pub fn is_date(year: i32, month: u32, day: u32) -> bool {
    (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month)
}

/// A date so many months later; a day past the month's end becomes its last day, as in PostgreSQL and MySQL.
///
/// ```
/// use seedbed_sql_values::calendar::{add_months, days_from_civil};
/// assert_eq!(add_months(days_from_civil(2024, 1, 31), 1), days_from_civil(2024, 2, 29));
/// ```
pub fn add_months(days: i32, months: i32) -> i32 {
    let (year, month, day) = civil_from_days(days);
    let count = i64::from(year) * 12 + i64::from(month) - 1 + i64::from(months);
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) as u32 + 1);
    let year = year.clamp(-5_000_000, 5_000_000) as i32;
    days_from_civil(year, month, day.min(days_in_month(year, month)))
}

/// A timestamp in microseconds as whole days since 1970-01-01 and the microseconds of the day, 0 to [`DAY`].
pub fn split_timestamp(micros: i64) -> (i32, i64) {
    (clamp_days(micros.div_euclid(DAY)), micros.rem_euclid(DAY))
}

/// The day of the week, Sunday 0 to Saturday 6, as `extract(dow)` and `%w` number it.
pub fn day_of_week(days: i32) -> u32 {
    (i64::from(days) + 4).rem_euclid(7) as u32
}

/// The day of the year, 1 to 366, as `extract(doy)` and `%j` number it.
pub fn day_of_year(days: i32) -> u32 {
    let (year, _, _) = civil_from_days(days);
    (days - days_from_civil(year, 1, 1)) as u32 + 1
}

/// ISO 8601 year and week, 1 to 53: weeks begin on Monday, and one belongs to the year of its Thursday.
pub fn iso_week(days: i32) -> (i32, u32) {
    let monday_based = (day_of_week(days) + 6) % 7;
    let thursday = days.saturating_add(3 - monday_based as i32);
    let (year, _, _) = civil_from_days(thursday);
    (year, (day_of_year(thursday) - 1) / 7 + 1)
}

/// Whether February has 29 days (ISO 8601).
fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// A count of days at the ends of its range.
fn clamp_days(days: i64) -> i32 {
    days.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_counts_are_inverse() {
        for days in (-800_000..3_000_000).step_by(97) {
            let (y, m, d) = civil_from_days(days);
            assert!(is_date(y, m, d), "{days}: {y}-{m}-{d}");
            assert_eq!(days_from_civil(y, m, d), days);
        }
        for days in [i32::MIN, i32::MAX] {
            civil_from_days(days);
        }
    }

    #[test]
    fn months_end_early() {
        assert_eq!(civil_from_days(add_months(days_from_civil(2024, 1, 31), 1)), (2024, 2, 29));
        assert_eq!(civil_from_days(add_months(days_from_civil(2024, 3, 31), -13)), (2023, 2, 28));
    }

    #[test]
    fn weeks_follow_iso() {
        assert_eq!(iso_week(days_from_civil(2021, 1, 3)), (2020, 53));
        assert_eq!(iso_week(days_from_civil(2021, 1, 4)), (2021, 1));
        assert_eq!(day_of_week(days_from_civil(2026, 11, 23)), 1);
    }
}
