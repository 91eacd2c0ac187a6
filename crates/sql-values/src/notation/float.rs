//! Floats in the digits of each server: the fewest that read back the same, or those of SQLite.

/// PostgreSQL's: exponents with a sign and two digits, below 1e-4 and from 1e15 (single precision: 1e6) on.
pub(crate) fn push_postgres_float(out: &mut String, value: f64, single: bool) {
    let limit = if single { 6 } else { 15 };
    if let Some((mantissa, exponent)) = push_plain_float(out, value, single, limit) {
        out.push_str(&mantissa);
        push_padded_exponent(out, exponent);
    }
}

/// MySQL's: exponents as they are.
pub(crate) fn push_mysql_float(out: &mut String, value: f64, single: bool) {
    if let Some((mantissa, exponent)) = push_plain_float(out, value, single, 15) {
        out.push_str(&format!("{mantissa}e{exponent}"));
    }
}

/// SQLite's: digits of its own, always with a point: `1.0`, `1.0e+20`. It has no single precision, so the flag is not
/// looked at.
pub fn push_sqlite_float(out: &mut String, value: f64, _: bool) {
    // SQLite prints no negative zero.
    let text = sqlite_digits(if value == 0.0 { 0.0 } else { value });
    let (mantissa, exponent) = scientific(&text);
    let plain = (-4..15).contains(&exponent);
    let shown = if plain { plain_notation(mantissa, exponent) } else { mantissa.to_owned() };
    out.push_str(&shown);
    out.push_str(if shown.contains('.') { "" } else { ".0" });
    if !plain {
        push_padded_exponent(out, exponent);
    }
}

/// Appends the fewest digits that read back the same, or answers mantissa and exponent of a number that is too small
/// or, from 10^`limit` on, too large for that.
fn push_plain_float(out: &mut String, value: f64, single: bool, limit: i32) -> Option<(String, i32)> {
    let text = if single { format!("{:e}", value as f32) } else { format!("{value:e}") };
    let (mantissa, exponent) = scientific(&text);
    if !(-4..limit).contains(&exponent) {
        return Some((mantissa.to_owned(), exponent));
    }
    out.push_str(&if single { format!("{}", value as f32) } else { format!("{value}") });
    None
}

/// Mantissa and exponent of `1.5e-7`.
fn scientific(text: &str) -> (&str, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    (mantissa, exponent.parse().unwrap_or(0))
}

/// `e+05`, as C's `%e` prints it.
fn push_padded_exponent(out: &mut String, exponent: i32) {
    out.push_str(&format!("e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs()));
}

/// SQLite prints 15 significant digits, or 17 where those do not read back the same and from 1e15 on (seen in 3.53).
/// The last of 17 may differ from its own.
fn sqlite_digits(value: f64) -> String {
    let fifteen = format!("{value:.14e}");
    let text =
        if value.abs() < 1e15 && fifteen.parse() == Ok(value) { fifteen } else { format!("{value:.16e}") };
    match text.split_once('e') {
        Some((mantissa, exponent)) if mantissa.contains('.') => {
            format!("{}e{exponent}", mantissa.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => text,
    }
}

/// `d.ddd` times ten to a small exponent, with a point where it belongs.
fn plain_notation(mantissa: &str, exponent: i32) -> String {
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let Ok(whole) = usize::try_from(exponent + 1) else {
        return format!("{sign}0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1));
    };
    match digits.split_at_checked(whole) {
        Some(("", fraction)) => format!("{sign}0.{fraction}"),
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{digits}{}", "0".repeat(whole - digits.len())),
    }
}
