//! Values that travel as their literal's text: network addresses, JSON, intervals, ranges, arrays, geometry ...

use super::text_of;
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_laws::{LawKey, below, mix};
use seedbed_schema_model::{Schema, SqlType};
use seedbed_solver::ValueDomain;
use seedbed_sql_semantics::{SpatialTypes, semantics};
use std::fmt::Write as _;
use std::sync::Arc;

/// Literals of one type. Each value carries the low bits of its ordinal where the type has room, so that the first
/// [`Sampler::cardinality`] ordinals of an injective one are distinct.
#[derive(Clone, Debug)]
pub struct LiteralList {
    schema: Arc<Schema>,
    ty: SqlType,
    key: LawKey,
    /// Fewest and most elements of arrays.
    elements: (u32, u32),
    /// JSON documents are arrays rather than objects.
    json_array: bool,
}

impl LiteralList {
    /// The literals of a type, or `None` if nothing is known of its form.
    pub fn new(schema: &Arc<Schema>, ty: &SqlType, key: LawKey) -> Option<Self> {
        is_known(schema, ty, 0).then(|| Self {
            schema: Arc::clone(schema),
            ty: ty.clone(),
            key,
            elements: (1, 3),
            json_array: false,
        })
    }

    /// The same as the domain asks for arrays and JSON.
    #[must_use]
    pub fn within(mut self, domain: &ValueDomain) -> Self {
        self.elements = domain.elements.unwrap_or(self.elements);
        self.json_array = domain.json_type.as_deref() == Some("array");
        self
    }

    fn push(&self, ty: &SqlType, ordinal: u64, out: &mut String) {
        let noise = mix(self.key, ordinal);
        let pick = |salt: u64, len: u64| below(mix(self.key.child(salt), ordinal), len);
        // Writing to a `String` can't fail.
        let _ = match self.schema.base_type(ty) {
            SqlType::Boolean => out.write_str(if noise & 1 == 0 { "true" } else { "false" }),
            SqlType::Integer { bits: 8, .. } => write!(out, "{}", ordinal % 100),
            SqlType::Integer { bits: 16, .. } => write!(out, "{}", ordinal % 30_000),
            SqlType::Integer { .. } | SqlType::Money => write!(out, "{}", ordinal % 1_000_000),
            SqlType::Decimal { precision, scale, .. } => {
                push_small_decimal(out, ordinal, *precision, *scale);
                Ok(())
            }
            SqlType::Float { .. } => write!(out, "{}.{:02}", pick(1, 1000), noise % 100),
            SqlType::Year => write!(out, "{}", 1990 + ordinal % 36),
            SqlType::Date => {
                push_date(out, pick(1, 3650));
                Ok(())
            }
            SqlType::Time { zoned, .. } => {
                push_clock(out, ordinal.wrapping_mul(7919) % 86_400);
                out.write_str(if *zoned { "+00" } else { "" })
            }
            SqlType::Timestamp { zoned, .. } => {
                push_date(out, pick(1, 3650));
                out.push(' ');
                push_clock(out, pick(2, 86_400));
                out.write_str(if *zoned { "+00" } else { "" })
            }
            SqlType::Interval { fields, .. } => {
                push_interval(out, fields.as_ref().map(|f| f.0.as_str()), ordinal);
                Ok(())
            }
            SqlType::Uuid => {
                write!(
                    out,
                    "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
                    noise >> 32,
                    noise >> 16 & 0xffff,
                    noise >> 4 & 0xfff,
                    noise & 0xfff,
                    ordinal & 0xffff_ffff_ffff
                )
            }
            SqlType::Json { .. } if self.json_array => {
                write!(out, "[{{\"id\": {}, \"name\": \"{}\"}}]", ordinal % 100_000, word(noise >> 8))
            }
            SqlType::Json { .. } => write!(
                out,
                "{{\"id\": {}, \"active\": {}, \"tags\": [\"{}\"]}}",
                ordinal % 100_000,
                noise & 1 == 0,
                word(noise >> 8)
            ),
            SqlType::Xml => {
                write!(out, "<note id=\"{}\"><body>{}</body></note>", ordinal % 1_000_000, word(noise))
            }
            SqlType::Inet => {
                push_ipv4(out, ordinal);
                Ok(())
            }
            SqlType::Cidr => {
                push_ipv4(out, ordinal);
                out.write_str("/32")
            }
            SqlType::MacAddr { bits } => {
                push_mac(out, ordinal, *bits);
                Ok(())
            }
            SqlType::TsVector => {
                write!(out, "'{}':1 '{}':2 '{}':3", word(noise), word(noise >> 8), word(noise >> 16))
            }
            SqlType::TsQuery => write!(out, "'{}' & '{}'", word(noise), word(noise >> 8)),
            SqlType::Hstore => write!(out, "\"{}\"=>\"{}\"", word(noise), ordinal % 1000),
            SqlType::Ltree => write!(out, "top.{}.n{}", word(noise), ordinal % 1_000_000_000),
            SqlType::Oid { name } if name == "oid" => write!(out, "{}", 16_384 + ordinal % 2_000_000_000),
            SqlType::Oid { name } => out.write_str(catalog_name(name)),
            SqlType::PgLsn => write!(out, "{:X}/{:X}", ordinal >> 32 & 0xffff, ordinal & 0xffff_ffff),
            SqlType::Geometric { name } => {
                push_geometric(out, name, ordinal, noise);
                Ok(())
            }
            SqlType::Spatial { name } => {
                push_spatial(out, name, pick(1, 360), pick(2, 170));
                Ok(())
            }
            SqlType::Bit { length, varying } => {
                push_bits(out, *length, *varying, ordinal);
                Ok(())
            }
            SqlType::Range { element, multi } => {
                self.push_range(element, *multi, ordinal, out);
                Ok(())
            }
            SqlType::Array { element } => {
                out.push('{');
                let (least, most) = self.elements;
                for i in 0..u64::from(least) + pick(9, u64::from(most - least) + 1) {
                    if i > 0 {
                        out.push(',');
                    }
                    let mut cell = String::new();
                    self.push(element, if i == 0 { ordinal } else { ordinal ^ (i << 7) }, &mut cell);
                    push_array_element(out, &cell);
                }
                out.write_str("}")
            }
            SqlType::Composite(id) => {
                out.push('(');
                for (i, (_, attribute)) in self.schema[*id].attributes.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    let mut cell = String::new();
                    self.push(attribute, ordinal, &mut cell);
                    push_array_element(out, &cell);
                }
                out.write_str(")")
            }
            SqlType::Enum(id) => {
                let labels = &self.schema[*id].labels;
                out.write_str(
                    labels.get((noise % labels.len().max(1) as u64) as usize).map_or("", String::as_str),
                )
            }
            SqlType::InlineEnum(labels) => out.write_str(
                labels.get((noise % labels.len().max(1) as u64) as usize).map_or("", String::as_str),
            ),
            SqlType::InlineSet(labels) => {
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
                Ok(())
            }
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
            _ => write!(out, "{}", word(noise)),
        };
    }

    fn push_range(&self, element: &SqlType, multi: bool, ordinal: u64, out: &mut String) {
        let (open, close) = if multi { ("{", "}") } else { ("", "") };
        out.push_str(open);
        out.push('[');
        // Ranges of different ordinals are disjoint, as exclusion constraints on ranges ask for.
        let _ = match self.schema.base_type(element) {
            SqlType::Date => {
                push_date(out, ordinal * 2);
                out.push(',');
                push_date(out, ordinal * 2 + 1);
                Ok(())
            }
            SqlType::Timestamp { .. } => {
                push_date(out, ordinal / 24);
                let _ = write!(out, " {:02}:00:00,", ordinal % 24);
                push_date(out, ordinal / 24);
                write!(out, " {:02}:59:59", ordinal % 24)
            }
            _ => write!(out, "{},{}", ordinal % 100_000_000 * 10, ordinal % 100_000_000 * 10 + 5),
        };
        out.push(')');
        out.push_str(close);
    }
}

impl Sampler for LiteralList {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Exact(distinct(&self.schema, &self.ty).unwrap_or(1 << 20))
    }

    fn is_injective(&self) -> bool {
        distinct(&self.schema, &self.ty).is_some()
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let text = text_of(out);
        for ordinal in ordinals {
            self.push(&self.ty, *ordinal, text.open_cell());
            text.end_cell();
        }
    }
}

/// How many ordinals from 0 on have values of their own, where the form guarantees it.
fn distinct(schema: &Schema, ty: &SqlType) -> Option<u64> {
    Some(match schema.base_type(ty) {
        SqlType::Integer { bits: 8, .. } => 100,
        SqlType::Integer { bits: 16, .. } => 30_000,
        SqlType::Integer { .. } | SqlType::Xml => 1_000_000,
        SqlType::Inet | SqlType::Cidr => 1 << 24,
        SqlType::MacAddr { .. } => 1 << 40,
        SqlType::Uuid => 1 << 48,
        SqlType::Json { .. } => 100_000,
        SqlType::Time { .. } => 86_400,
        SqlType::Interval { fields: None, .. } => 100_000,
        SqlType::Ltree => 1_000_000_000,
        SqlType::PgLsn => 1 << 48,
        SqlType::Oid { name } if name == "oid" => 2_000_000_000,
        SqlType::Geometric { name } if name != "line" => 1_000_000,
        SqlType::Bit { length, varying } => 1 << bit_count(*length, *varying).min(60),
        SqlType::Range { element, .. } => match schema.base_type(element) {
            // From 2014 on, within some twenty years.
            SqlType::Date => 4_000,
            SqlType::Timestamp { .. } => 100_000,
            _ => 100_000_000,
        },
        SqlType::Array { element } => return distinct(schema, element),
        _ => return None,
    })
}

fn is_known(schema: &Schema, ty: &SqlType, depth: u32) -> bool {
    depth < 8
        && match schema.base_type(ty) {
            SqlType::Unknown { .. } | SqlType::Any => false,
            SqlType::Array { element } | SqlType::Range { element, .. } => {
                is_known(schema, element, depth + 1)
            }
            SqlType::Composite(id) => {
                schema[*id].attributes.iter().all(|(_, t)| is_known(schema, t, depth + 1))
            }
            SqlType::Enum(id) => !schema[*id].labels.is_empty(),
            SqlType::InlineEnum(labels) | SqlType::InlineSet(labels) => !labels.is_empty(),
            SqlType::Oid { name } => name == "oid" || !catalog_name(name).is_empty(),
            SqlType::Spatial { .. } => {
                semantics(schema.dialect).storage.spatial_types == SpatialTypes::BuiltIn
            }
            _ => true,
        }
}

fn word(bits: u64) -> &'static str {
    const WORDS: [&str; 16] = [
        "amber", "basil", "cedar", "delta", "ember", "fjord", "grove", "harbor", "iris", "juniper", "lagoon",
        "maple", "north", "olive", "prairie", "river",
    ];
    WORDS[(bits & 15) as usize]
}

fn push_cut(out: &mut String, word: &str, most: u32) {
    out.extend(word.chars().take(most as usize));
}

fn push_date(out: &mut String, days: u64) {
    let (y, m, d) =
        seedbed_sql_semantics::civil_from_days(16_071 + i32::try_from(days % 2_000_000).unwrap_or(0));
    let _ = write!(out, "{y:04}-{m:02}-{d:02}");
}

fn push_clock(out: &mut String, seconds: u64) {
    let _ = write!(out, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/// An interval of the allowed fields (`YEAR TO MONTH`, `DAY TO SECOND` ...).
fn push_interval(out: &mut String, fields: Option<&str>, ordinal: u64) {
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

fn push_small_decimal(out: &mut String, ordinal: u64, precision: Option<u16>, scale: Option<i16>) {
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

fn bit_count(length: Option<u32>, varying: bool) -> u32 {
    length.unwrap_or(if varying { 16 } else { 1 })
}

fn push_bits(out: &mut String, length: Option<u32>, varying: bool, ordinal: u64) {
    for i in (0..bit_count(length, varying)).rev() {
        out.push(if i < 64 && ordinal >> i & 1 == 1 { '1' } else { '0' });
    }
}

/// Objects that exist in every PostgreSQL database.
fn catalog_name(ty: &str) -> &'static str {
    match ty {
        "regclass" => "pg_class",
        "regtype" => "integer",
        "regproc" => "now",
        "regprocedure" => "lower(text)",
        "regnamespace" => "pg_catalog",
        "regrole" => "postgres",
        "regconfig" => "english",
        "regdictionary" => "simple",
        _ => "",
    }
}

fn push_geometric(out: &mut String, name: &str, ordinal: u64, noise: u64) {
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

/// Well-known text (OGC 06-103r4, clause 7).
fn push_spatial(out: &mut String, name: &str, x: u64, y: u64) {
    let (x, y) = (x as i64 - 180, y as i64 - 85);
    let _ = match name.to_ascii_lowercase().as_str() {
        "linestring" => write!(out, "LINESTRING({x} {y},{} {})", x + 1, y + 1),
        "polygon" => write!(out, "POLYGON(({x} {y},{} {y},{} {},{x} {y}))", x + 1, x + 1, y + 1),
        "multipoint" => write!(out, "MULTIPOINT({x} {y})"),
        "multilinestring" => write!(out, "MULTILINESTRING(({x} {y},{} {}))", x + 1, y + 1),
        "multipolygon" => write!(out, "MULTIPOLYGON((({x} {y},{} {y},{} {},{x} {y})))", x + 1, x + 1, y + 1),
        "geometrycollection" => write!(out, "GEOMETRYCOLLECTION(POINT({x} {y}))"),
        _ => write!(out, "POINT({x} {y})"),
    };
}

/// Quotes an element of an array or composite literal where its text needs it (PostgreSQL 8.15.2, 8.16.2).
fn push_array_element(out: &mut String, cell: &str) {
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
