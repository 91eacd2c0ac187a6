//! How literals of single types are written, by an ordinal and bits of noise.

use seedbed_schema_model::SqlType;
use std::fmt::{self, Write as _};

pub(super) fn label(labels: &[String], noise: u64) -> &str {
    labels.get((noise % labels.len().max(1) as u64) as usize).map_or("", String::as_str)
}

/// Some of the labels, at least one.
pub(super) fn push_set(out: &mut String, labels: &[String], noise: u64) {
    let mut first = true;
    for (i, label) in labels.iter().enumerate().take(60) {
        if noise >> i & 1 == 1 || (first && i + 1 == labels.len()) {
            if !first {
                out.push(',');
            }
            out.push_str(label);
            first = false;
        }
    }
}

/// Addresses of networks and their devices.
pub(super) fn push_network(out: &mut String, base: &SqlType, ordinal: u64) -> Option<fmt::Result> {
    match base {
        SqlType::Inet => push_ipv4(out, ordinal),
        SqlType::Cidr => {
            push_ipv4(out, ordinal);
            out.push_str("/32");
        }
        SqlType::MacAddr { bits } => push_mac(out, ordinal, *bits),
        _ => return None,
    }
    Some(Ok(()))
}

/// Strings, of bytes and of characters: a word where nothing more is known.
pub(super) fn push_string(out: &mut String, base: &SqlType, noise: u64) -> fmt::Result {
    match base {
        SqlType::Binary { length } | SqlType::Varbinary { length } => {
            write!(out, "\\x{:0w$x}", noise & 0xff, w = 2 * length.unwrap_or(1).clamp(1, 8) as usize)
        }
        SqlType::Blob { .. } => write!(out, "\\x{noise:016x}"),
        SqlType::Char { length } => {
            push_cut(out, word(noise), length.unwrap_or(1));
            Ok(())
        }
        SqlType::Varchar { length: Some(n) } => {
            push_cut(out, word(noise), *n);
            Ok(())
        }
        _ => out.write_str(word(noise)),
    }
}

pub(super) fn word(bits: u64) -> &'static str {
    const WORDS: [&str; 16] = [
        "amber", "basil", "cedar", "delta", "ember", "fjord", "grove", "harbor", "iris", "juniper", "lagoon",
        "maple", "north", "olive", "prairie", "river",
    ];
    WORDS[(bits & 15) as usize]
}

fn push_cut(out: &mut String, word: &str, most: u32) {
    out.extend(word.chars().take(most as usize));
}

pub(super) fn push_date(out: &mut String, days: u64) {
    let (y, m, d) =
        seedbed_sql_values::calendar::civil_from_days(16_071 + i32::try_from(days % 2_000_000).unwrap_or(0));
    let _ = write!(out, "{y:04}-{m:02}-{d:02}");
}

pub(super) fn push_clock(out: &mut String, seconds: u64) {
    let _ = write!(out, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/// An interval of the allowed fields (`YEAR TO MONTH`, `DAY TO SECOND` ...).
pub(super) fn push_interval(out: &mut String, fields: Option<&str>, ordinal: u64) {
    let fields = fields.unwrap_or("").to_ascii_lowercase();
    let _ = if fields.starts_with("year") || fields.starts_with("month") {
        write!(out, "{} mons", ordinal % 240)
    } else if fields.starts_with("day") && !fields.contains("to") {
        write!(out, "{} days", ordinal % 1000)
    } else {
        let seconds = ordinal % 100_000;
        write!(out, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    };
}

pub(super) fn push_small_decimal(out: &mut String, ordinal: u64, precision: Option<u16>, scale: Option<i16>) {
    let scale = scale.unwrap_or(2).clamp(0, 9) as u32;
    let digits = u32::from(precision.unwrap_or(6)).min(9).saturating_sub(scale);
    let _ = write!(out, "{}", ordinal % 10_u64.pow(digits));
    if scale > 0 {
        let _ = write!(out, ".{:0w$}", ordinal % 10_u64.pow(scale), w = scale as usize);
    }
}

/// Private addresses (RFC 1918), one for each of 2^24 ordinals.
fn push_ipv4(out: &mut String, ordinal: u64) {
    let _ = write!(out, "10.{}.{}.{}", ordinal >> 16 & 255, ordinal >> 8 & 255, ordinal & 255);
}

/// Locally administered addresses: the second-lowest bit of the first byte is set (IEEE 802-2014, 8.2).
fn push_mac(out: &mut String, ordinal: u64, bits: u8) {
    out.push_str("02");
    for i in (0..u32::from(bits) / 8 - 1).rev() {
        let _ = write!(out, ":{:02x}", ordinal >> (8 * i).min(63) & 255);
    }
}

pub(super) fn bit_count(length: Option<u32>, varying: bool) -> u32 {
    match length {
        Some(most) if varying => most.min(256),
        Some(bits) => bits,
        None => {
            if varying {
                16
            } else {
                1
            }
        }
    }
}

pub(super) fn push_bits(out: &mut String, length: Option<u32>, varying: bool, ordinal: u64) {
    for i in (0..bit_count(length, varying)).rev() {
        out.push(if i < 64 && ordinal >> i & 1 == 1 { '1' } else { '0' });
    }
}

/// How the server writes the numbers that it gives to transactions and rows, and those of things in its catalog.
pub(super) fn push_identifier(out: &mut String, ty: &str, ordinal: u64) -> fmt::Result {
    let number = 1_000 + ordinal % 1_000_000_000;
    match ty {
        "xid" | "xid8" => write!(out, "{number}"),
        "cid" => write!(out, "{}", ordinal % 1000),
        "tid" => write!(out, "({},{})", ordinal / 100 % 1_000_000, 1 + ordinal % 100),
        "txid_snapshot" | "pg_snapshot" => {
            write!(out, "{number}:{}:{number},{}", number + 4, number + 2)
        }
        // Beyond what a server has given to anything yet: none of them is another name for an object that is named.
        _ => write!(out, "{}", 3_000_000_000 + ordinal % OBJECT_NUMBERS),
    }
}

/// Numbers of objects that are made.
pub(super) const OBJECT_NUMBERS: u64 = 1_000_000_000;

/// Names of objects that exist in every PostgreSQL database, for the types that read such names.
pub(super) fn catalog_names(ty: &str) -> &'static [&'static str] {
    match ty {
        "regclass" => &[
            "pg_class",
            "pg_type",
            "pg_proc",
            "pg_attribute",
            "pg_index",
            "pg_constraint",
            "pg_namespace",
            "pg_trigger",
            "pg_database",
            "pg_operator",
            "pg_sequence",
            "pg_language",
            "pg_cast",
            "pg_collation",
            "pg_enum",
            "pg_range",
            "pg_depend",
            "pg_inherits",
            "pg_aggregate",
            "pg_extension",
            "pg_policy",
            "pg_rewrite",
            "pg_statistic",
            "pg_tablespace",
        ],
        "regtype" => &[
            "integer",
            "text",
            "bigint",
            "boolean",
            "date",
            "numeric",
            "smallint",
            "uuid",
            "jsonb",
            "bytea",
            "json",
            "real",
            "double precision",
            "interval",
            "inet",
            "timestamp with time zone",
            "timestamp without time zone",
            "character varying",
            "time without time zone",
            "xml",
            "money",
            "point",
        ],
        "regproc" => {
            &["now", "pi", "initcap", "random", "version", "reverse", "concat", "ascii", "chr", "translate"]
        }
        "regprocedure" => &["lower(text)", "upper(text)", "md5(text)", "now()", "pi()", "initcap(text)"],
        "regnamespace" => &["public", "pg_catalog", "information_schema"],
        "regrole" => &["pg_monitor", "pg_read_all_settings", "pg_read_all_stats", "pg_signal_backend"],
        "regconfig" => &[
            "english",
            "simple",
            "german",
            "french",
            "spanish",
            "italian",
            "dutch",
            "portuguese",
            "swedish",
            "danish",
        ],
        "regdictionary" => &["simple", "english_stem", "german_stem", "french_stem", "spanish_stem"],
        "regcollation" => &["\"default\"", "\"C\"", "\"POSIX\""],
        "regoper" => &["||/", "|/", "~~*", "!~~*"],
        "regoperator" => {
            &["+(integer,integer)", "-(integer,integer)", "*(integer,integer)", "=(integer,integer)"]
        }
        _ => &[],
    }
}

pub(super) fn push_geometric(out: &mut String, name: &str, ordinal: u64, noise: u64) {
    let (x, y) = (ordinal % 1_000_000, noise % 1000);
    let _ = match name {
        "point" => write!(out, "({x},{y})"),
        "line" => write!(out, "{{1,-1,{x}}}"),
        "lseg" => write!(out, "[({x},{y}),({},{})]", x + 1, y + 2),
        "box" => write!(out, "({},{}),({x},{y})", x + 1, y + 1),
        "circle" => write!(out, "<({x},{y}),{}>", 1 + y % 50),
        _ => write!(out, "(({x},{y}),({},{y}),({x},{}))", x + 3, y + 4),
    };
}

/// Quotes an element of an array or composite literal where its text needs it (PostgreSQL 8.15.2, 8.16.2).
pub(in crate::list) fn push_array_element(out: &mut String, cell: &str) {
    let plain = !cell.is_empty()
        && !cell.eq_ignore_ascii_case("null")
        && !cell
            .contains(|c: char| matches!(c, '{' | '}' | '(' | ')' | ',' | '"' | '\\') || c.is_whitespace());
    if plain {
        out.push_str(cell);
        return;
    }
    out.push('"');
    for c in cell.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}
