//! PostGIS' questions about a geometry (its reference, chapter 7) that its extended well-known text answers.
//!
//! A geometry in another form, such as hexadecimal digits, is not read. Whether a shape crosses itself is not looked at.

use super::{BuiltinFunction, strict};
use crate::EvaluateError;
use seedbed_sql_values::Value;

/// PostgreSQL's.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("st_srid",         (1, 1), |a, _| Ok(Value::Integer(Shape::read(a)?.srid))),
    strict("srid",            (1, 1), |a, _| Ok(Value::Integer(Shape::read(a)?.srid))),
    strict("geometrytype",    (1, 1), |a, _| Ok(Value::Text(Shape::read(a)?.old_name()))),
    strict("st_geometrytype", (1, 1), |a, _| Ok(Value::Text(Shape::read(a)?.name()))),
    strict("st_ndims",        (1, 1), |a, _| Ok(Value::Integer(2 + Shape::read(a)?.more.len() as i128))),
    strict("ndims",           (1, 1), |a, _| Ok(Value::Integer(2 + Shape::read(a)?.more.len() as i128))),
    strict("st_coorddim",     (1, 1), |a, _| Ok(Value::Integer(2 + Shape::read(a)?.more.len() as i128))),
    strict("st_isempty",      (1, 1), |a, _| Ok(Value::Boolean(Shape::read(a)?.body.eq_ignore_ascii_case("EMPTY")))),
    strict("st_isvalid",      (1, 1), |a, _| Ok(Value::Boolean(Shape::read(a)?.is_closed()))),
    strict("isvalid",         (1, 1), |a, _| Ok(Value::Boolean(Shape::read(a)?.is_closed()))),
    strict("st_npoints",      (1, 1), |a, _| Ok(Value::Integer(Shape::read(a)?.vertices().count() as i128))),
    strict("st_x",            (1, 1), |a, _| Shape::read(a)?.coordinate(0)),
    strict("st_y",            (1, 1), |a, _| Shape::read(a)?.coordinate(1)),
    strict("st_z",            (1, 1), |a, _| Shape::read(a)?.coordinate(2)),
];

/// A geometry's text, taken apart.
struct Shape<'t> {
    /// The spatial reference system; 0 for none.
    srid: i128,
    /// The kind, in upper case: `MULTIPOINT`.
    kind: String,
    /// `Z`, `M`, `ZM` or nothing.
    more: String,
    /// The brackets and what is in them.
    body: &'t str,
}

impl<'t> Shape<'t> {
    /// Reads `SRID=4326;POINT Z (1 2 3)`.
    fn read(args: &'t [Value]) -> Result<Self, EvaluateError> {
        let read = match &args[0] {
            Value::Text(text) => Self::parse(text),
            _ => None,
        };
        read.ok_or_else(|| EvaluateError::unsupported("a geometry that is no well-known text"))
    }

    fn parse(text: &'t str) -> Option<Self> {
        let (srid, shape) = match text.split_once(';') {
            Some((srid, shape)) => (srid.trim().strip_prefix("SRID=")?.parse().ok()?, shape),
            None => (0, text),
        };
        let end = shape.find('(').or_else(|| shape.to_ascii_uppercase().find("EMPTY"))?;
        let words = shape[..end].trim().to_ascii_uppercase();
        let (kind, more) = match words.split_once(' ') {
            Some((kind, more)) => (kind, more.trim()),
            None => {
                let bare = words.strip_suffix('M').unwrap_or(&words);
                let bare = bare.strip_suffix('Z').unwrap_or(bare);
                (bare, &words[bare.len()..])
            }
        };
        let known = NAMES.iter().any(|name| name.eq_ignore_ascii_case(kind));
        known.then(|| Self { srid, kind: kind.to_owned(), more: more.to_owned(), body: shape[end..].trim() })
    }

    /// As `ST_GeometryType` says it: `ST_MultiPoint`.
    fn name(&self) -> String {
        let name = NAMES.iter().find(|name| name.eq_ignore_ascii_case(&self.kind));
        format!("ST_{}", name.copied().unwrap_or_default())
    }

    /// As `GeometryType` says it: `MULTIPOINT`, `POINTM`.
    fn old_name(&self) -> String {
        format!("{}{}", self.kind, if self.more == "M" { "M" } else { "" })
    }

    /// The texts between commas and brackets that have a number in them.
    fn vertices(&self) -> impl Iterator<Item = &'t str> {
        let parts = self.body.split([',', '(', ')']).map(str::trim);
        parts.filter(|part| part.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.')))
    }

    /// A coordinate of a point.
    fn coordinate(&self, at: usize) -> Result<Value, EvaluateError> {
        if self.kind != "POINT" {
            return Err(EvaluateError::runtime("Argument to ST_X() must have type POINT"));
        }
        let number = self.vertices().next().and_then(|v| v.split_ascii_whitespace().nth(at)?.parse().ok());
        Ok(number.map_or(Value::Null, Value::Float))
    }

    /// Whether the rings of areas end where they begin.
    fn is_closed(&self) -> bool {
        let area = matches!(self.kind.as_str(), "POLYGON" | "MULTIPOLYGON" | "TRIANGLE");
        !area
            || self.body.split(['(', ')']).filter(|ring| ring.contains(' ')).all(|ring| {
                let vertices: Vec<&str> = ring.split(',').map(str::trim).collect();
                vertices.len() >= 4 && vertices.first() == vertices.last()
            })
    }
}

/// The kinds of geometries.
const NAMES: [&str; 15] = [
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
    "CircularString",
    "CompoundCurve",
    "CurvePolygon",
    "MultiCurve",
    "MultiSurface",
    "PolyhedralSurface",
    "Tin",
    "Triangle",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_say_their_system_kind_and_dimensions() {
        let shape = Shape::parse("SRID=4326;POINT Z (4.9 52.3 7)").unwrap();
        assert_eq!((shape.srid, shape.name(), shape.more.as_str()), (4326, "ST_Point".to_owned(), "Z"));
        assert_eq!(shape.coordinate(1), Ok(Value::Float(52.3)));
        let shape = Shape::parse("MULTIPOLYGON(((0 0,1 0,1 1,0 0)))").unwrap();
        assert_eq!((shape.srid, shape.old_name(), shape.is_closed()), (0, "MULTIPOLYGON".to_owned(), true));
        assert!(!Shape::parse("POLYGON((0 0,1 0,1 1,0 2))").unwrap().is_closed());
        assert_eq!(Shape::parse("POINTM(1 2 3)").unwrap().old_name(), "POINTM");
        assert!(Shape::parse("0101000020E6100000").is_none());
    }
}
