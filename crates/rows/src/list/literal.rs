//! Values that travel as their literal's text: network addresses, JSON, intervals, ranges, arrays, geometry ...

mod extension;
mod form;
mod spatial;

pub(super) use form::push_array_element;

use super::text_of;
use extension::{push_extension, push_vector};
use form::{
    OBJECT_NUMBERS, bit_count, catalog_names, label, push_bits, push_clock, push_date, push_geometric,
    push_identifier, push_interval, push_network, push_set, push_small_decimal, push_string, word,
};
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler};
use seedbed_laws::{LawKey, below, mix};
use seedbed_schema_model::{CompositeTypeId, Schema, SqlType};
use seedbed_solver::ValueDomain;
use seedbed_sql_values::{SpatialTypes, array_delimiter, representation};
use spatial::{SpatialForm, push_spatial};
use std::fmt::{self, Write as _};
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
    /// Objects of the server's catalog are given by number, not by name.
    numbered: bool,
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
            numbered: false,
        })
    }

    /// The same as the domain asks for arrays and JSON.
    #[must_use]
    pub fn within(mut self, domain: &ValueDomain) -> Self {
        self.elements = domain.elements.unwrap_or(self.elements);
        self.json_array = domain.json_type.as_deref() == Some("array");
        self
    }

    /// The same with `rows` different values: where the names of the catalog are fewer, its objects by number, of which
    /// the server asks no object (PostgreSQL 8.19).
    #[must_use]
    pub fn holding(mut self, rows: u64) -> Self {
        let base = self.schema.base_type(&self.ty);
        self.numbered = matches!(base, SqlType::Oid { .. }) && !self.cardinality().holds(rows);
        self
    }

    fn push(&self, ty: &SqlType, ordinal: u64, out: &mut String) {
        let noise = mix(self.key, ordinal);
        match self.schema.base_type(ty) {
            SqlType::Array { element } => self.push_array(element, ordinal, out),
            SqlType::Composite(id) => self.push_row(*id, ordinal, out),
            SqlType::Range { element, multi } => self.push_range(element, *multi, ordinal, out),
            SqlType::Enum(id) => out.push_str(label(&self.schema[*id].labels, noise)),
            SqlType::InlineEnum(labels) => out.push_str(label(labels, noise)),
            SqlType::InlineSet(labels) => push_set(out, labels, noise),
            base => {
                // Writing to a `String` can't fail.
                let _ = self
                    .push_number(base, ordinal, noise, out)
                    .or_else(|| self.push_moment(base, ordinal, out))
                    .or_else(|| self.push_document(base, ordinal, noise, out))
                    .or_else(|| push_network(out, base, ordinal))
                    .or_else(|| self.push_shape(base, ordinal, noise, out))
                    .unwrap_or_else(|| push_string(out, base, noise));
            }
        }
    }

    /// One of `len` by the ordinal; another `salt` gives an independent one.
    fn pick(&self, salt: u64, ordinal: u64, len: u64) -> u64 {
        below(mix(self.key.child(salt), ordinal), len)
    }

    /// Numbers, truth values and the numbers of things in a server; `None` for other types, as below.
    fn push_number(&self, base: &SqlType, ordinal: u64, noise: u64, out: &mut String) -> Option<fmt::Result> {
        Some(match base {
            SqlType::Boolean => out.write_str(if noise & 1 == 0 { "true" } else { "false" }),
            SqlType::Integer { bits: 8, .. } => write!(out, "{}", ordinal % 100),
            SqlType::Integer { bits: 16, .. } => write!(out, "{}", ordinal % 30_000),
            SqlType::Integer { .. } | SqlType::Money => write!(out, "{}", ordinal % 1_000_000),
            SqlType::Decimal { precision, scale, .. } => {
                push_small_decimal(out, ordinal, *precision, *scale);
                Ok(())
            }
            SqlType::Float { .. } => write!(out, "{}.{:02}", self.pick(1, ordinal, 1000), noise % 100),
            SqlType::Bit { length, varying } => {
                push_bits(out, *length, *varying, ordinal);
                Ok(())
            }
            SqlType::Oid { name } if name == "oid" => write!(out, "{}", 16_384 + ordinal % 2_000_000_000),
            SqlType::Oid { name } => match catalog_names(name) {
                names if names.is_empty() || self.numbered => push_identifier(out, name, ordinal),
                names => out.write_str(names[(ordinal % names.len() as u64) as usize]),
            },
            SqlType::PgLsn => write!(out, "{:X}/{:X}", ordinal >> 32 & 0xffff, ordinal & 0xffff_ffff),
            _ => return None,
        })
    }

    /// Dates, times and the time between two of them.
    fn push_moment(&self, base: &SqlType, ordinal: u64, out: &mut String) -> Option<fmt::Result> {
        let zone = |zoned: bool| if zoned { "+00" } else { "" };
        Some(match base {
            SqlType::Year => write!(out, "{}", 1990 + ordinal % 36),
            SqlType::Date => {
                push_date(out, self.pick(1, ordinal, 3650));
                Ok(())
            }
            SqlType::Time { zoned, .. } => {
                push_clock(out, ordinal.wrapping_mul(7919) % 86_400);
                out.write_str(zone(*zoned))
            }
            SqlType::Timestamp { zoned, .. } => {
                push_date(out, self.pick(1, ordinal, 3650));
                out.push(' ');
                push_clock(out, self.pick(2, ordinal, 86_400));
                out.write_str(zone(*zoned))
            }
            SqlType::Interval { fields, .. } => {
                push_interval(out, fields.as_ref().map(|f| f.0.as_str()), ordinal);
                Ok(())
            }
            _ => return None,
        })
    }

    /// Text with a grammar of its own.
    fn push_document(
        &self,
        base: &SqlType,
        ordinal: u64,
        noise: u64,
        out: &mut String,
    ) -> Option<fmt::Result> {
        Some(match base {
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
            SqlType::TsVector => {
                write!(out, "'{}':1 '{}':2 '{}':3", word(noise), word(noise >> 8), word(noise >> 16))
            }
            SqlType::TsQuery => write!(out, "'{}' & '{}'", word(noise), word(noise >> 8)),
            SqlType::Hstore => write!(out, "\"{}\"=>\"{}\"", word(noise), ordinal % 1000),
            SqlType::Ltree => write!(out, "top.{}.n{}", word(noise), ordinal % 1_000_000_000),
            _ => return None,
        })
    }

    /// Points in the plane, on the globe and in the space of all UUIDs.
    fn push_shape(&self, base: &SqlType, ordinal: u64, noise: u64, out: &mut String) -> Option<fmt::Result> {
        match base {
            SqlType::Geometric { name } => push_geometric(out, name, ordinal, noise),
            SqlType::Spatial { name, shape, srid } => {
                push_spatial(out, self.spatial_form(name, shape.as_deref(), *srid), ordinal);
            }
            SqlType::Vector { name, dimensions } => {
                return Some(push_vector(out, name, *dimensions, self.key, ordinal));
            }
            SqlType::Extension { name } => return push_extension(out, name, ordinal, noise),
            SqlType::Uuid => {
                return Some(write!(
                    out,
                    "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
                    noise >> 32,
                    noise >> 16 & 0xffff,
                    noise >> 4 & 0xfff,
                    noise & 0xfff,
                    ordinal & 0xffff_ffff_ffff
                ));
            }
            _ => return None,
        }
        Some(Ok(()))
    }

    /// How the values of a spatial type are written: PostGIS' geographies are on the globe where nothing else is said.
    fn spatial_form<'t>(&self, name: &'t str, shape: Option<&'t str>, srid: Option<u32>) -> SpatialForm<'t> {
        let built_in = representation(self.schema.dialect).storage.spatial_types == SpatialTypes::BuiltIn;
        let any = matches!(name, "geometry" | "geography");
        SpatialForm {
            shape: shape.unwrap_or(if any { "point" } else { name }),
            srid: srid.or((name == "geography").then_some(4326)),
            says_system: !built_in,
            north_first: built_in && srid == Some(4326),
        }
    }

    fn push_array(&self, element: &SqlType, ordinal: u64, out: &mut String) {
        let (least, most) = self.elements;
        let delimiter = array_delimiter(self.schema.base_type(element));
        out.push('{');
        for i in 0..u64::from(least) + self.pick(9, ordinal, u64::from(most - least) + 1) {
            let ordinal = if i == 0 { ordinal } else { ordinal ^ (i << 7) };
            self.push_part(element, ordinal, (i > 0).then_some(delimiter), out);
        }
        out.push('}');
    }

    fn push_row(&self, composite: CompositeTypeId, ordinal: u64, out: &mut String) {
        out.push('(');
        for (i, (_, attribute)) in self.schema[composite].attributes.iter().enumerate() {
            self.push_part(attribute, ordinal, (i > 0).then_some(','), out);
        }
        out.push(')');
    }

    /// An element of an array or an attribute of a row, behind what stands between it and the one before.
    fn push_part(&self, ty: &SqlType, ordinal: u64, delimiter: Option<char>, out: &mut String) {
        out.extend(delimiter);
        let mut cell = String::new();
        self.push(ty, ordinal, &mut cell);
        push_array_element(out, &cell);
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
            ty if ty.is_text() => write!(out, "{:09},{:09}", ordinal * 10, ordinal * 10 + 5),
            SqlType::Inet | SqlType::Cidr => {
                let _ = push_network(out, &SqlType::Inet, ordinal * 2);
                out.push(',');
                push_network(out, &SqlType::Inet, ordinal * 2 + 1).unwrap_or(Ok(()))
            }
            SqlType::Uuid => write!(out, "{:032x},{:032x}", ordinal * 16, ordinal * 16 + 8),
            SqlType::Enum(id) => {
                // Each label alone, and then with those behind it.
                let labels = &self.schema[*id].labels;
                let count = labels.len().max(1) as u64;
                let first = ordinal % count;
                let last = first + (ordinal / count) % (count - first);
                let label = |n: u64| labels.get(usize::try_from(n).unwrap_or(0)).map_or("", String::as_str);
                let _ = write!(out, "{:?},{:?}]", label(first), label(last));
                return out.push_str(close);
            }
            SqlType::Time { .. } => {
                let minutes = ordinal % (MINUTES_OF_A_DAY / 5) * 5;
                let clock = |minutes: u64| format!("{:02}:{:02}:00", minutes / 60, minutes % 60);
                write!(out, "{},{}", clock(minutes), clock(minutes + 4))
            }
            _ => write!(out, "{},{}", ordinal % 100_000_000 * 10, ordinal % 100_000_000 * 10 + 5),
        };
        out.push(')');
        out.push_str(close);
    }
}

impl Sampler for LiteralList {
    fn cardinality(&self) -> Cardinality {
        let distinct = if self.numbered { Some(OBJECT_NUMBERS) } else { distinct(&self.schema, &self.ty) };
        Cardinality::Exact(distinct.unwrap_or(1 << 20))
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
        SqlType::Oid { name } => match name.as_str() {
            "oid" => 2_000_000_000,
            "xid" | "xid8" | "txid_snapshot" | "pg_snapshot" => 1_000_000_000,
            "cid" => 1000,
            "tid" => 100_000_000,
            name => catalog_names(name).len() as u64,
        },
        SqlType::Geometric { name } if name != "line" => 1_000_000,
        SqlType::Bit { length, varying } => 1 << bit_count(*length, *varying).min(60),
        SqlType::Spatial { .. } => spatial::DISTINCT,
        SqlType::Extension { name } => return extension::distinct(name),
        SqlType::Range { element, .. } => match schema.base_type(element) {
            // From 2014 on, within some twenty years.
            SqlType::Date => 4_000,
            SqlType::Timestamp { .. } => 100_000,
            SqlType::Time { .. } => MINUTES_OF_A_DAY / 5,
            SqlType::Enum(id) => schema[*id].labels.len() as u64,
            _ => 100_000_000,
        },
        SqlType::Array { element } => return distinct(schema, element),
        _ => return None,
    })
}

/// What ranges of times are cut from.
const MINUTES_OF_A_DAY: u64 = 1_440;

/// Bits of the longest bit strings that are made.
const MOST_BITS: u32 = 1 << 20;

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
            // A value is all of the bits, so that few rows of such a type would fill the memory.
            SqlType::Bit { length: Some(bits), varying: false } => *bits <= MOST_BITS,
            SqlType::Enum(id) => !schema[*id].labels.is_empty(),
            SqlType::InlineEnum(labels) | SqlType::InlineSet(labels) => !labels.is_empty(),
            SqlType::Extension { name } => push_extension(&mut String::new(), name, 0, 0).is_some(),
            _ => true,
        }
}
