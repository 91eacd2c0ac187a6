//! PostgreSQL's interval input (manual, §8.5.4): words with units, years and months by a hyphen, clock times, ISO 8601.

use super::temporal::fraction;
use crate::calendar::{DAY, SECOND};
use crate::{Decimal, Interval};

/// An interval: `1 year 2 mons -3 days 04:05:06`, `@ 1 minute ago`, `1-2` (years and months), `P1Y2M3DT4H5M6.7S`,
/// `1.5 hours`.
pub(super) fn parse(text: &str) -> Option<Interval> {
    if text.starts_with(['P', 'p']) {
        return iso(&text[1..].to_ascii_lowercase());
    }
    let lower = text.to_ascii_lowercase();
    let mut words = lower.trim_start_matches('@').split_ascii_whitespace().collect::<Vec<_>>();
    let negate = words.last() == Some(&"ago") && words.pop().is_some();
    if words.is_empty() {
        return None;
    }
    let mut sum = Sum::default();
    let mut at = 0;
    while at < words.len() {
        at += sum.take(&words[at..])?;
    }
    sum.finish(negate)
}

/// What the parts read so far add up to.
#[derive(Debug, Default)]
struct Sum {
    months: i64,
    days: i64,
    micros: i128,
}

impl Sum {
    /// Takes one part off the front and says how many words it was.
    fn take(&mut self, words: &[&str]) -> Option<usize> {
        let word = words[0];
        if word.contains(':') {
            self.micros += i128::from(clock(word)?);
            return Some(1);
        }
        let magnitude = word.trim_start_matches(['-', '+']);
        if let Some((years, months)) = magnitude.split_once('-') {
            let sign = if word.starts_with('-') { -1 } else { 1 };
            self.months +=
                sign * (years.parse::<i32>().ok()? as i64 * 12 + months.parse::<i32>().ok()? as i64);
            return Some(1);
        }
        let end = word.bytes().rposition(|b| b.is_ascii_digit() || b == b'.').map(|i| i + 1)?;
        let count = Decimal::parse(&word[..end])?;
        if end < word.len() {
            self.add(count, &word[end..])?;
            return Some(1);
        }
        match words.get(1) {
            Some(unit) if !unit.contains(|c: char| c.is_ascii_digit()) => {
                self.add(count, unit)?;
                Some(2)
            }
            // A bare number before a time is days, alone it is seconds.
            Some(next) if next.contains(':') => self.add(count, "day").map(|()| 1),
            None => self.add(count, "second").map(|()| 1),
            Some(_) => None,
        }
    }

    /// Adds so many of a unit, which may be a fraction. `None` for an unknown unit and what overflows.
    fn add(&mut self, count: Decimal, unit: &str) -> Option<()> {
        match unit {
            "millennium" | "millennia" | "mil" | "mils" => self.add_months(count, 12_000),
            "century" | "centuries" | "c" | "cent" => self.add_months(count, 1200),
            "decade" | "decades" | "dec" | "decs" => self.add_months(count, 120),
            "year" | "years" | "y" | "yr" | "yrs" => self.add_months(count, 12),
            "month" | "months" | "mon" | "mons" => self.add_months(count, 1),
            "week" | "weeks" | "w" => self.add_days(count, 7),
            "day" | "days" | "d" => self.add_days(count, 1),
            "hour" | "hours" | "h" | "hr" | "hrs" => self.add_micros(count, 3600 * SECOND),
            "minute" | "minutes" | "m" | "min" | "mins" => self.add_micros(count, 60 * SECOND),
            "second" | "seconds" | "s" | "sec" | "secs" => self.add_micros(count, SECOND),
            "millisecond" | "milliseconds" | "ms" | "msec" | "msecs" => self.add_micros(count, 1000),
            "microsecond" | "microseconds" | "us" | "usec" | "usecs" => self.add_micros(count, 1),
            _ => None,
        }
    }

    /// Fractions of a year are whole months; fractions of a month are days of a month of 30.
    fn add_months(&mut self, count: Decimal, unit: i128) -> Option<()> {
        let months = count.checked_mul(Decimal::new(unit, 0))?;
        let whole = months.truncated(0)?;
        self.months += i64::try_from(whole.unscaled).ok()?;
        let rest = months.checked_sub(whole)?;
        if unit > 1 || rest.unscaled == 0 {
            return Some(());
        }
        self.add_days(rest, 30)
    }

    /// Fractions of a day are microseconds.
    fn add_days(&mut self, count: Decimal, unit: i128) -> Option<()> {
        let days = count.checked_mul(Decimal::new(unit, 0))?;
        let whole = days.truncated(0)?;
        self.days += i64::try_from(whole.unscaled).ok()?;
        self.add_micros(days.checked_sub(whole)?, DAY)
    }

    /// Fractions of a microsecond are rounded.
    fn add_micros(&mut self, count: Decimal, unit: i64) -> Option<()> {
        self.micros += count.checked_mul(Decimal::new(unit.into(), 0))?.rounded(0)?.unscaled;
        Some(())
    }

    /// The interval, turned round behind `ago`. `None` beyond its fields.
    fn finish(self, negate: bool) -> Option<Interval> {
        let sign = if negate { -1 } else { 1 };
        Some(Interval {
            months: i32::try_from(self.months * sign).ok()?,
            days: i32::try_from(self.days * sign).ok()?,
            micros: i64::try_from(self.micros * i128::from(sign)).ok()?,
        })
    }
}

/// `[-]HH:MM[:SS[.f]]` in microseconds, of any number of hours.
fn clock(text: &str) -> Option<i64> {
    let digits = text.trim_start_matches(['-', '+']);
    let mut parts = digits.splitn(3, ':');
    let hours: i64 = parts.next()?.parse::<u32>().ok()?.into();
    let minutes: i64 = parts.next()?.parse::<u32>().ok()?.into();
    let (seconds, micros) = match parts.next() {
        Some(seconds) => {
            let (whole, rest) = seconds.split_once('.').unwrap_or((seconds, ""));
            let (micros, rest) = fraction(rest);
            rest.is_empty().then_some((whole.parse::<u32>().ok()?, micros))?
        }
        None => (0, 0),
    };
    let sound = minutes < 60 && seconds <= 60;
    let total = ((hours * 60 + minutes) * 60 + i64::from(seconds)) * SECOND + micros;
    sound.then_some(if text.starts_with('-') { -total } else { total })
}

/// ISO 8601 with designators, the `P` taken off, lower case.
fn iso(text: &str) -> Option<Interval> {
    let mut sum = Sum::default();
    let mut rest = text;
    let mut in_time = false;
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('t') {
            in_time = true;
            rest = time;
            continue;
        }
        let end = rest.bytes().position(|b| b.is_ascii_alphabetic())?;
        let count = Decimal::parse(&rest[..end])?;
        let unit = match (&rest[end..=end], in_time) {
            ("m", false) => "month",
            ("m", true) => "minute",
            (unit @ ("y" | "w" | "d"), false) | (unit @ ("h" | "s"), true) => unit,
            _ => return None,
        };
        sum.add(count, unit)?;
        rest = &rest[end + 1..];
    }
    (!text.is_empty()).then(|| sum.finish(false)).flatten()
}
