//! Dates and times, counted back from a fixed reference date. The parts of a timeline keep their order: created
//! before updated before deleted, start before end.
//!
//! | provider | when |
//! |---|---|
//! | `date.created`, `date.start` | evenly over the five years before 2026-01-01, as far as the column allows |
//! | `date.updated`, `date.event` | after the creation, soon rather than late, and before 2026-01-01 |
//! | `date.deleted` | after the update, likewise |
//! | `date.end` | an hour to 90 days after the creation |
//! | `date.due` | 7 to 60 days after it |
//! | `date.shipped` | 6 hours to 5¼ days after it |
//! | `date.delivered` | 6 to 15 days after it, and so after the shipping |
//! | `date.expires` | 30 to 730 days after it |
//! | `date.past` | any time in the five years |
//! | `date.birth` | at ages from 18 to 80 |
//! | `date.time_of_day` | `13:05:00`; `13:05` in fewer than eight characters |
//! | `date.year`, `date.month`, `date.day`, `date.hour`, `date.minute` | numbers: 1990–2026, 1–12, 1–28, 0–23, 0–59 |
//! | `date.month_name`, `date.weekday` | `January`, `Monday` |
//!
//! The first ten are parts of the entity `timeline`. What follows the creation works it out again from the row's
//! ordinal, so that two columns agree without one being read from the other. The order holds where the columns' ranges
//! are alike, since each column works the creation out within its own. Days of the month end at 28, which every month
//! has.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::Composed;
use crate::instant::{At, DAY, Moments, NOW, Window, push_time};
use crate::list::List;
use crate::mix::{below, mix};
use crate::quantity::Quantity;
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_schema_model::SqlType;
use seedbed_sql_values::Value;
use seedbed_sql_values::calendar::MONTH_NAMES;
use std::sync::Arc;

/// The entity of a thing's history: its creation, and what came after.
pub(crate) const TIMELINE: &str = "timeline";

pub(crate) static KINDS: &[Builtin] = &[
    part("date.created", |r| recent(created).bind(r)),
    part("date.updated", |r| recent(updated).bind(r)),
    part("date.event", |r| recent(event).bind(r)),
    part("date.deleted", |r| recent(deleted).bind(r)),
    part("date.start", |r| recent(created).bind(r)),
    part("date.end", |r| recent(|o, w, salt| created(o, w, 0) + 3_600 + spread(o, salt, 90 * DAY)).bind(r)),
    part("date.due", |r| recent(|o, w, salt| created(o, w, 0) + 7 * DAY + spread(o, salt, 53 * DAY)).bind(r)),
    part("date.shipped", |r| {
        recent(|o, w, salt| created(o, w, 0) + DAY / 4 + spread(o, salt, 5 * DAY)).bind(r)
    }),
    part("date.delivered", |r| {
        recent(|o, w, salt| created(o, w, 0) + 6 * DAY + spread(o, salt, 9 * DAY)).bind(r)
    }),
    part("date.expires", |r| {
        recent(|o, w, salt| created(o, w, 0) + 30 * DAY + spread(o, salt, 700 * DAY)).bind(r)
    }),
    Builtin::alone("date.past", |r| recent(|o, w, salt| within(w, mix(o, salt))).bind(r)),
    Builtin::alone("date.birth", |r| Moments { usual: BIRTHS, at: |o, w, _| within(w, mix(o, 42)) }.bind(r)),
    Builtin::alone("date.time_of_day", time_of_day),
    Builtin::alone("date.year", |r| Quantity { low: 1990, high: 2026, digits: 0 }.even(r)),
    Builtin::alone("date.month", |r| Quantity { low: 1, high: 12, digits: 0 }.even(r)),
    Builtin::alone("date.day", |r| Quantity { low: 1, high: 28, digits: 0 }.even(r)),
    Builtin::alone("date.hour", |r| Quantity { low: 0, high: 23, digits: 0 }.even(r)),
    Builtin::alone("date.minute", |r| Quantity { low: 0, high: 59, digits: 0 }.even(r)),
    Builtin::alone("date.month_name", |r| List::plain(r, &MONTH_NAMES)),
    Builtin::alone("date.weekday", |r| List::plain(r, &WEEKDAYS)),
];

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The five years before the reference date.
const RECENT: Window = Window { first: NOW - 1_826 * DAY, last: NOW - 1 };

/// Ages from 18 to 80 at the reference date.
const BIRTHS: Window =
    Window { first: NOW - 80 * 365 * DAY - 20 * DAY, last: NOW - 18 * 365 * DAY - 5 * DAY };

/// A part of a timeline.
const fn part(name: &'static str, bind: fn(&BindRequest<'_>) -> BindResult) -> Builtin {
    Builtin::part(TIMELINE, name, bind)
}

/// Instants in the recent years, or following one of them.
fn recent(at: At) -> Moments {
    Moments { usual: RECENT, at }
}

/// A second of the window, both ends included, each equally often.
fn within(window: Window, bits: u64) -> i64 {
    window.first + below(bits, (window.last - window.first + 1) as u64) as i64
}

/// From none to `seconds - 1`, each equally often.
fn spread(ordinal: u64, salt: u64, seconds: i64) -> i64 {
    below(mix(ordinal, salt), seconds as u64) as i64
}

/// The creation, which takes no salt: all columns of the timeline have to find the same one.
fn created(ordinal: u64, window: Window, _salt: u64) -> i64 {
    within(window, mix(ordinal, 41))
}

/// The last change, which takes a fixed salt, since the deletion follows it.
fn updated(ordinal: u64, window: Window, _salt: u64) -> i64 {
    event(ordinal, window, 43)
}

/// Something that happened between the creation and the end of the window, another time in each column.
fn event(ordinal: u64, window: Window, salt: u64) -> i64 {
    let created = created(ordinal, window, 0);
    created + share(mix(ordinal, salt), window.last - created)
}

/// The removal, between the last change and the end of the window.
fn deleted(ordinal: u64, window: Window, salt: u64) -> i64 {
    let updated = updated(ordinal, window, 0);
    updated + share(mix(ordinal, salt), window.last - updated)
}

/// Part of a span, the smaller the likelier: the product of two draws.
fn share(bits: u64, span: i64) -> i64 {
    let once = below(bits, span.max(0) as u64 + 1);
    below(mix(bits, 50), once + 1) as i64
}

/// Every second of a day, or every minute in a text too short for seconds; `time with time zone` is in UTC.
fn time_of_day(request: &BindRequest<'_>) -> BindResult {
    match request.ty() {
        SqlType::Time { zoned: false, .. } => TimesOfDay::within(request),
        SqlType::Time { zoned: true, .. } => Composed::exactly(DAY as u64, |o, out| {
            push_time(out, o as i64 % DAY);
            out.push_str("+00");
        })
        .for_types(request, |t| matches!(t, SqlType::Time { .. }), "times of day"),
        _ if request.max_chars() < 8 => Composed::exactly(24 * 60, |o, out| {
            let start = out.position();
            push_time(out, o as i64 % (24 * 60) * 60);
            out.truncate(start + 5);
        })
        .for_text(request),
        _ => Composed::exactly(DAY as u64, |o, out| push_time(out, o as i64 % DAY)).for_text(request),
    }
}

/// Every second of a day, or of the part of it that the column's domain leaves.
#[derive(Clone, Copy, Debug)]
struct TimesOfDay {
    /// The first second.
    first: i64,
    /// How many there are.
    count: u64,
}

impl TimesOfDay {
    /// The seconds within the domain's bounds.
    fn within(request: &BindRequest<'_>) -> BindResult {
        const SECOND: i64 = 1_000_000;
        let domain = request.binding.domain;
        let first = match domain.low.as_ref().map(|low| (&low.value, low.inclusive)) {
            Some((Value::Time(micros), inclusive)) => {
                let next = if inclusive { 0 } else { 1 };
                (micros + next + SECOND - 1).div_euclid(SECOND).max(0)
            }
            _ => 0,
        };
        let last = match domain.high.as_ref().map(|high| (&high.value, high.inclusive)) {
            Some((Value::Time(micros), inclusive)) => {
                (micros - if inclusive { 0 } else { 1 }).div_euclid(SECOND).min(DAY - 1)
            }
            _ => DAY - 1,
        };
        let count = u64::try_from(last - first + 1).unwrap_or(0);
        if count == 0 {
            return Err(request.empty("the bounds of its domain".to_owned()));
        }
        Ok(Arc::new(Self { first, count }))
    }
}

impl Sampler for TimesOfDay {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(self.count)
    }

    fn is_injective(&self) -> bool {
        true
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let ColumnBuffer::Time(cells) = out else { unreachable!("bound to times of day") };
        cells.extend(ordinals.iter().map(|&o| (self.first + (o % self.count) as i64) * 1_000_000));
    }
}
