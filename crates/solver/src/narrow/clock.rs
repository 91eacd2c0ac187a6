//! Conditions that move with the clock.

use crate::units::DAY_MICROS;
use seedbed_schema_model::{Expr, Schema};
use seedbed_sql_semantics::Context;
use seedbed_sql_values::representation;

/// Whether an expression's value moves with the time at which it is evaluated: it calls `now()` or a kin of it.
pub fn reads_clock(e: &Expr) -> bool {
    /// The functions of the present time of all dialects.
    const CLOCKS: [&str; 12] = [
        "now",
        "current_timestamp",
        "localtimestamp",
        "transaction_timestamp",
        "statement_timestamp",
        "clock_timestamp",
        "current_date",
        "curdate",
        "sysdate",
        "utc_timestamp",
        "current_time",
        "age",
    ];
    let mut found = false;
    e.walk(&mut |part| {
        found |= matches!(part, Expr::Function { name, .. } if CLOCKS.contains(&name.as_str()));
    });
    found
}

/// Whether some CHECK of a schema compares with the present time.
pub fn asks_for_now(schema: &Schema) -> bool {
    let of_tables = schema.tables.iter().flat_map(|table| &table.checks);
    of_tables.chain(schema.domains.iter().flat_map(|domain| &domain.checks)).any(|c| reads_clock(&c.expr))
}

/// The same surroundings at a moment decades from now: what a row must still satisfy when it is loaded late.
pub fn later<'a>(cx: &Context<'a>) -> Context<'a> {
    let zoned = representation(cx.dialect()).storage.temporal.zoned_timestamps.as_ref();
    let now_micros = if zoned.is_some_and(|z| *z.end() < FAR_FUTURE) { NEAR_FUTURE } else { FAR_FUTURE };
    Context { now_micros, ..cx.clone() }
}

/// 2100-01-01: rows that must lie in the future shall do so for as long as anyone loads them.
const FAR_FUTURE: i64 = 47_482 * DAY_MICROS;

/// 2037-01-01, which a timestamp of seconds in 31 bits still holds.
const NEAR_FUTURE: i64 = 24_472 * DAY_MICROS;
