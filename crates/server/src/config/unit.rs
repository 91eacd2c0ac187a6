//! Texts with a unit: lengths of time and sizes.

use std::time::Duration;

/// `10m`, `1h 30m`, `250ms`; a bare number counts seconds.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let duration: jiff::SignedDuration = text.parse().ok()?;
    duration.try_into().ok()
}

/// The shortest text that [`parse_duration`] reads back.
pub(super) fn show_duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    for (unit, length) in [("h", 3_600_000), ("m", 60_000), ("s", 1_000)] {
        if millis >= length && millis.is_multiple_of(length) {
            return format!("{}{unit}", millis / length);
        }
    }
    format!("{millis}ms")
}

const SIZES: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

/// `2MiB`, `64 KiB`; a bare number counts bytes.
pub(super) fn parse_bytes(text: &str) -> Option<u64> {
    let (number, unit) = SIZES
        .iter()
        .find_map(|(suffix, unit)| text.strip_suffix(suffix).map(|number| (number.trim_end(), *unit)))
        .unwrap_or((text, 1));
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// The shortest text that [`parse_bytes`] reads back.
pub(super) fn show_bytes(bytes: u64) -> String {
    let unit = SIZES.iter().find(|(_, unit)| bytes >= *unit && bytes.is_multiple_of(*unit));
    unit.map_or_else(|| bytes.to_string(), |(suffix, unit)| format!("{}{suffix}", bytes / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_back() {
        for (text, millis, shown) in [
            ("10m", 600_000, "10m"),
            ("90", 90_000, "90s"),
            ("250ms", 250, "250ms"),
            ("1h 30m", 5_400_000, "90m"),
        ] {
            let duration = parse_duration(text).expect(text);
            assert_eq!(duration.as_millis(), millis, "{text}");
            assert_eq!(show_duration(duration), shown);
            assert_eq!(parse_duration(shown), Some(duration));
        }
        for text in ["", "-1", "-5m", "soon", "10 parsecs"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_are_read_back() {
        for (text, bytes, shown) in
            [("2MiB", 2 << 20, "2MiB"), ("64 KiB", 64 << 10, "64KiB"), ("1000", 1000, "1000")]
        {
            assert_eq!(parse_bytes(text), Some(bytes), "{text}");
            assert_eq!(show_bytes(bytes), shown);
        }
        for text in ["", "2MB", "-1", "99999999999GiB"] {
            assert_eq!(parse_bytes(text), None, "{text}");
        }
    }
}
