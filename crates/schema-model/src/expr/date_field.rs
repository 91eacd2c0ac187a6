//! Fields of dates and times.

use serde::{Deserialize, Serialize};

/// Fields of dates and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DateField {
    /// Year.
    Year,
    /// Quarter, 1 to 4.
    Quarter,
    /// Month, 1 to 12.
    Month,
    /// ISO week.
    Week,
    /// Day of the month.
    Day,
    /// Day of the week, Sunday 0.
    DayOfWeek,
    /// ISO day of the week, Monday 1.
    IsoDayOfWeek,
    /// The year that the ISO 8601 week belongs to.
    IsoYear,
    /// Day of the year.
    DayOfYear,
    /// Hour.
    Hour,
    /// Minute.
    Minute,
    /// Second, with its fraction.
    Second,
    /// Milliseconds of the minute.
    Milliseconds,
    /// Microseconds of the minute.
    Microseconds,
    /// Seconds since 1970-01-01.
    Epoch,
}
