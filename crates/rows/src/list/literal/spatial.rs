//! Well-known text of shapes on the globe and in the plane (OGC 06-103r4, clause 7; PostGIS' EWKT puts `SRID=n;` before it).
//!
//! Shapes lie near towns, as those of most tables do. The first vertex tells ordinals apart; everything else of a shape is
//! some steps away from it.

use seedbed_laws::{LawKey, mix};
use std::fmt::Write as _;

/// What a spatial type asks of its values.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpatialForm<'t> {
    /// The shape in lower case, with `z`, `m` or `zm` behind it: `point`, `multipolygonz`.
    pub(super) shape: &'t str,
    /// The spatial reference system, where one is asked for.
    pub(super) srid: Option<u32>,
    /// Whether the text itself says the system.
    pub(super) says_system: bool,
    /// Whether the server reads the system's own order of axes: degrees north before degrees east.
    pub(super) north_first: bool,
}

/// Shapes of so many ordinals from 0 on have first vertices of their own.
pub(super) const DISTINCT: u64 = TOWNS.len() as u64 * PLACES * PLACES;

/// Places along each side of the square around a town.
const PLACES: u64 = 8_000;

/// Degrees east and north of towns, in hundredths.
const TOWNS: [(i64, i64); 24] = [
    (490, 5237),
    (-13, 5151),
    (235, 4886),
    (1340, 5252),
    (1250, 4190),
    (-370, 4042),
    (1807, 5933),
    (1257, 5568),
    (2101, 5223),
    (-914, 3872),
    (1637, 4821),
    (-626, 5335),
    (-7401, 4071),
    (-8763, 4188),
    (-11824, 3405),
    (-7938, 4365),
    (-9913, 1943),
    (-4319, -2291),
    (-5838, -3460),
    (15121, -3387),
    (13969, 3569),
    (10382, 135),
    (3682, -129),
    (1842, -3392),
];

/// The coordinates of a reference system, in steps.
#[derive(Clone, Copy, Debug)]
struct Grid {
    /// The first vertex.
    origin: (i64, i64),
    /// Steps of a shape's side.
    side: i64,
    /// Digits after the point of a coordinate.
    digits: u32,
}

/// Degrees of 5 digits are steps of about a metre.
const DEGREE_DIGITS: u32 = 5;

impl Grid {
    /// Where the shape of an ordinal lies. Systems of unknown axes are planes, in metres.
    fn of(srid: Option<u32>, ordinal: u64) -> Self {
        let (towns, rest) = (TOWNS.len() as u64, ordinal / TOWNS.len() as u64);
        let east = rest % PLACES;
        // Another order of places in each column, so that shapes of neighbouring ordinals form no line.
        let north = (rest / PLACES % PLACES + mix(LawKey(0x9e37), east) % PLACES) % PLACES;
        let town = TOWNS[(ordinal % towns) as usize];
        let (east, north) = (east as i64 - PLACES as i64 / 2, north as i64 - PLACES as i64 / 2);
        match srid {
            None | Some(4326 | 4258 | 4269 | 4267 | 4979 | 4322 | 4152 | 4617 | 4283) => Self {
                origin: (town.0 * 1_000 + east, town.1 * 1_000 + north),
                side: 40,
                digits: DEGREE_DIGITS,
            },
            Some(3857 | 900_913 | 3785) => {
                let (x, y) = mercator(town);
                Self { origin: (x + east * 100, y + north * 100), side: 4_000, digits: 2 }
            }
            Some(_) => {
                let (x, y) = (40_000_000 + town.0 * 1_000, 40_000_000 + town.1 * 1_000);
                Self { origin: (x + east * 100, y + north * 100), side: 4_000, digits: 2 }
            }
        }
    }
}

/// Metres east and north in hundredths, on the sphere that map tiles are cut from (EPSG:3857).
fn mercator((east, north): (i64, i64)) -> (i64, i64) {
    const RADIUS: f64 = 6_378_137.0;
    let radians = |hundredths: i64| hundredths as f64 / 100.0 * std::f64::consts::PI / 180.0;
    let y = libm::log(libm::tan(std::f64::consts::FRAC_PI_4 + radians(north) / 2.0));
    ((RADIUS * radians(east) * 100.0) as i64, (RADIUS * y * 100.0) as i64)
}

/// A place on the surface of the earth as extension `earthdistance` has it: a point in space, in metres from the centre.
pub(super) fn push_earth(out: &mut String, ordinal: u64) {
    const RADIUS: f64 = 6_378_168.0;
    let grid = Grid::of(None, ordinal);
    let radians = |steps: i64| steps as f64 / 100_000.0 * std::f64::consts::PI / 180.0;
    let (east, north) = (radians(grid.origin.0), radians(grid.origin.1));
    let level = RADIUS * libm::cos(north);
    let (x, y, z) = (level * libm::cos(east), level * libm::sin(east), RADIUS * libm::sin(north));
    let _ = write!(out, "({x:.3}, {y:.3}, {z:.3})");
}

/// Writes one shape.
pub(super) fn push_spatial(out: &mut String, form: SpatialForm<'_>, ordinal: u64) {
    if let Some(srid) = form.srid.filter(|_| form.says_system) {
        let _ = write!(out, "SRID={srid};");
    }
    let (shape, dimensions) = split(form.shape);
    let writer = Writer { grid: Grid::of(form.srid, ordinal), dimensions, north_first: form.north_first };
    writer.push_shape(out, shape);
}

/// A shape's name without the letters of its further dimensions, and these.
fn split(shape: &str) -> (&str, &str) {
    let bare = shape.strip_suffix('m').unwrap_or(shape);
    let bare = bare.strip_suffix('z').unwrap_or(bare);
    (bare, &shape[bare.len()..])
}

/// Writes the vertices of one shape.
struct Writer<'f> {
    grid: Grid,
    /// `z`, `m`, `zm` or nothing.
    dimensions: &'f str,
    north_first: bool,
}

/// A corner, in sides away from the first vertex.
type Corner = (i64, i64);

/// A quarter of a town, with its first vertex again at the end.
const RING: [Corner; 5] = [(0, 0), (4, -1), (5, 3), (1, 4), (0, 0)];
/// A way.
const PATH: [Corner; 4] = [(0, 0), (2, 1), (3, 3), (6, 4)];
/// A part of its own.
const SECOND_RING: [Corner; 5] = [(8, 0), (11, 0), (11, 2), (8, 3), (8, 0)];

impl Writer<'_> {
    /// A name, and what it has in its brackets.
    fn push_shape(&self, out: &mut String, shape: &str) {
        match shape {
            "linestring" => self.push_named(out, "LINESTRING", &[&PATH], ""),
            "polygon" => self.push_named(out, "POLYGON", &[&RING], "("),
            "multipoint" => self.push_named(out, "MULTIPOINT", &[&PATH[..2]], ""),
            "multilinestring" => self.push_named(out, "MULTILINESTRING", &[&PATH, &SECOND_RING[..3]], "("),
            "multipolygon" => self.push_named(out, "MULTIPOLYGON", &[&RING, &SECOND_RING], "(("),
            "circularstring" => self.push_named(out, "CIRCULARSTRING", &[&PATH[..3]], ""),
            "compoundcurve" => self.push_named(out, "COMPOUNDCURVE", &[&PATH], "("),
            "curvepolygon" => self.push_named(out, "CURVEPOLYGON", &[&RING], "("),
            "multicurve" => self.push_named(out, "MULTICURVE", &[&PATH, &SECOND_RING[..3]], "("),
            "multisurface" => self.push_named(out, "MULTISURFACE", &[&RING, &SECOND_RING], "(("),
            "polyhedralsurface" => self.push_named(out, "POLYHEDRALSURFACE", &[&RING], "(("),
            "tin" => self.push_named(out, "TIN", &[&[(0, 0), (4, 0), (4, 3), (0, 0)]], "(("),
            "triangle" => self.push_named(out, "TRIANGLE", &[&[(0, 0), (4, 0), (4, 3), (0, 0)]], "("),
            "geometrycollection" | "geomcollection" => {
                self.push_name(out, "GEOMETRYCOLLECTION");
                out.push('(');
                self.push_named(out, "POINT", &[&[(0, 0)]], "");
                out.push(',');
                self.push_named(out, "LINESTRING", &[&PATH], "");
                out.push(')');
            }
            _ => self.push_named(out, "POINT", &[&[(0, 0)]], ""),
        }
    }

    /// A name with its dimensions.
    fn push_name(&self, out: &mut String, name: &str) {
        out.push_str(name);
        if !self.dimensions.is_empty() {
            let _ = write!(out, " {} ", self.dimensions.to_ascii_uppercase());
        }
    }

    /// A name and its parts, each in further brackets.
    fn push_named(&self, out: &mut String, name: &str, parts: &[&[Corner]], brackets: &str) {
        self.push_name(out, name);
        out.push('(');
        for (i, part) in parts.iter().enumerate() {
            out.push_str(if i > 0 { "," } else { "" });
            out.push_str(brackets);
            for (j, corner) in part.iter().enumerate() {
                out.push_str(if j > 0 { "," } else { "" });
                self.push_vertex(out, *corner);
            }
            out.extend(brackets.chars().map(|_| ')'));
        }
        out.push(')');
    }

    /// The coordinates of one vertex.
    fn push_vertex(&self, out: &mut String, (east, north): Corner) {
        let Grid { origin, side, digits } = self.grid;
        let (x, y) = (origin.0 + east * side, origin.1 + north * side);
        let (first, second) = if self.north_first { (y, x) } else { (x, y) };
        push_coordinate(out, first, digits);
        out.push(' ');
        push_coordinate(out, second, digits);
        // Some metres above the ground, and so far along the way.
        if self.dimensions.contains('z') {
            let _ = write!(out, " {}", 10 + origin.0.rem_euclid(90) + north);
        }
        if self.dimensions.contains('m') {
            let _ = write!(out, " {}", (east + north).max(0) * 10);
        }
    }
}

/// Steps as a number, without zeros behind.
fn push_coordinate(out: &mut String, steps: i64, digits: u32) {
    let one = 10_u64.pow(digits);
    let whole = steps.unsigned_abs() / one;
    let fraction = steps.unsigned_abs() % one;
    let _ = write!(out, "{}{whole}", if steps < 0 { "-" } else { "" });
    if fraction > 0 {
        let text = format!("{fraction:0width$}", width = digits as usize);
        let _ = write!(out, ".{}", text.trim_end_matches('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(shape: &str, srid: Option<u32>) -> String {
        let mut out = String::new();
        let form = SpatialForm { shape, srid, says_system: true, north_first: false };
        push_spatial(&mut out, form, 24 * (PLACES / 2));
        out
    }

    #[test]
    fn shapes_say_their_system_and_their_dimensions() {
        assert!(written("point", Some(4326)).starts_with("SRID=4326;POINT(4.9 52."));
        assert!(written("pointz", None).starts_with("POINT Z (4.9 52."));
        assert!(written("multipolygonzm", Some(3857)).starts_with("SRID=3857;MULTIPOLYGON ZM (((545465"));
        assert_eq!(split("pointm"), ("point", "m"));
        assert_eq!(split("geometry"), ("geometry", ""));
    }

    #[test]
    fn rings_end_where_they_begin() {
        let text = written("polygon", None);
        let ring = text.trim_start_matches("POLYGON((").trim_end_matches("))");
        let vertices: Vec<&str> = ring.split(',').collect();
        assert_eq!(vertices.first(), vertices.last());
    }

    #[test]
    fn first_vertices_differ() {
        let origin = |ordinal| Grid::of(None, ordinal).origin;
        let mut seen: Vec<(i64, i64)> = (0..20_000).map(|n| origin(n * 7)).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 20_000);
    }
}
