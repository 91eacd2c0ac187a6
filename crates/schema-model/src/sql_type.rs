//! SQL types with all their parameters.

use crate::{CompositeTypeId, DomainId, EnumTypeId};
use serde::{Deserialize, Serialize};

/// A column's type. Lengths count characters for text and bytes for binary; `None` means no declared limit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SqlType {
    /// `boolean`, MySQL `tinyint(1)` is an [`SqlType::Integer`].
    Boolean,
    /// A whole number of `bits` (8, 16, 24, 32 or 64).
    Integer {
        /// Width in bits.
        bits: u8,
        /// MySQL `UNSIGNED`.
        unsigned: bool,
    },
    /// `numeric`, `decimal`. PostgreSQL allows a negative scale, and one larger than the precision.
    Decimal {
        /// Total digits.
        precision: Option<u16>,
        /// Digits after the point.
        scale: Option<i16>,
        /// MySQL `UNSIGNED`.
        unsigned: bool,
    },
    /// `real` (32 bits) or `double precision` (64).
    Float {
        /// Width in bits.
        bits: u8,
        /// MySQL `UNSIGNED`.
        unsigned: bool,
        /// MySQL `FLOAT(M, D)`: digits in all, and those after the point.
        #[serde(default)]
        digits: Option<(u8, u8)>,
    },
    /// PostgreSQL `money`.
    Money,
    /// `char(n)`; `None` is `char`, of length one.
    Char {
        /// Characters.
        length: Option<u32>,
    },
    /// `varchar(n)`.
    Varchar {
        /// Characters; `None` is unlimited.
        length: Option<u32>,
    },
    /// `text`; MySQL's `tinytext` and kin have a limit in bytes.
    Text {
        /// Limit in bytes.
        max_bytes: Option<u64>,
    },
    /// PostgreSQL `citext`: text compared without case.
    Citext,
    /// `binary(n)`, padded.
    Binary {
        /// Bytes.
        length: Option<u32>,
    },
    /// `varbinary(n)`.
    Varbinary {
        /// Bytes.
        length: Option<u32>,
    },
    /// `bytea`, `blob`; MySQL's `tinyblob` and kin have a limit.
    Blob {
        /// Limit in bytes.
        max_bytes: Option<u64>,
    },
    /// `bit(n)` or `bit varying(n)`.
    Bit {
        /// Bits; `None` is `bit` of length one, or `bit varying` without a limit.
        length: Option<u32>,
        /// `bit varying`.
        varying: bool,
    },
    /// `date`.
    Date,
    /// `time`.
    Time {
        /// Digits of fractional seconds.
        precision: Option<u8>,
        /// `WITH TIME ZONE`.
        zoned: bool,
    },
    /// `timestamp`, MySQL `datetime` (not zoned) and MySQL `timestamp` (zoned: stored in UTC, range 1970 to 2038).
    Timestamp {
        /// Digits of fractional seconds.
        precision: Option<u8>,
        /// `WITH TIME ZONE`.
        zoned: bool,
    },
    /// MySQL `year`.
    Year,
    /// `interval`.
    Interval {
        /// Restriction such as `YEAR TO MONTH`.
        fields: Option<IntervalFields>,
        /// Digits of fractional seconds.
        precision: Option<u8>,
    },
    /// `uuid`.
    Uuid,
    /// `json`; `binary` for PostgreSQL `jsonb`.
    Json {
        /// `jsonb`.
        binary: bool,
    },
    /// `xml`.
    Xml,
    /// PostgreSQL `inet`.
    Inet,
    /// PostgreSQL `cidr`.
    Cidr,
    /// PostgreSQL `macaddr` (48 bits) and `macaddr8` (64).
    MacAddr {
        /// 48 or 64.
        bits: u8,
    },
    /// PostgreSQL `tsvector`.
    TsVector,
    /// PostgreSQL `tsquery`.
    TsQuery,
    /// PostgreSQL `hstore`.
    Hstore,
    /// PostgreSQL `ltree`.
    Ltree,
    /// PostgreSQL `oid`, `regclass` and kin, which print as names, and the server's own numbers of transactions and rows.
    Oid {
        /// `oid`, `regclass`, `regproc`, `xid`, `tid`, `txid_snapshot` ...
        name: String,
    },
    /// PostgreSQL `pg_lsn`.
    PgLsn,
    /// PostgreSQL `point`, `line`, `lseg`, `box`, `path`, `polygon`, `circle`.
    Geometric {
        /// The type's own name.
        name: String,
    },
    /// MySQL and PostGIS spatial types.
    Spatial {
        /// `geometry`, `geography`, in MySQL also `point`, `polygon` ...
        name: String,
        /// What the type's modifier restricts its shapes to, in lower case: PostGIS' `point`, `multipolygonz`, `linestringm`.
        #[serde(default)]
        shape: Option<String>,
        /// The spatial reference system that values have to be in.
        #[serde(default)]
        srid: Option<u32>,
    },
    /// pgvector's `vector(n)`, `halfvec(n)` and `sparsevec(n)`.
    Vector {
        /// The type's own name.
        name: String,
        /// How many numbers a value has; `None` for any.
        dimensions: Option<u32>,
    },
    /// A type of a well-known PostgreSQL extension whose values travel as text of a form of their own: `cube`, `isbn13`,
    /// `lquery`, `box2d` ...
    Extension {
        /// The type's own name.
        name: String,
    },
    /// A PostgreSQL range, such as `int4range`; `multi` for a multirange.
    Range {
        /// What it is a range of.
        element: Box<SqlType>,
        /// `int4multirange` and kin.
        multi: bool,
    },
    /// An array of any number of dimensions (PostgreSQL does not enforce the declared number).
    Array {
        /// What it is an array of.
        element: Box<SqlType>,
    },
    /// A named enum (`CREATE TYPE ... AS ENUM`).
    Enum(EnumTypeId),
    /// MySQL `ENUM('a', 'b')`.
    InlineEnum(Vec<String>),
    /// MySQL `SET('a', 'b')`.
    InlineSet(Vec<String>),
    /// A named domain.
    Domain(DomainId),
    /// A composite (row) type.
    Composite(CompositeTypeId),
    /// SQLite: no declared type, or one that names no kind of value (`BLOB` affinity or `NUMERIC` affinity).
    Any,
    /// A type that is not known here, such as one of an extension.
    Unknown {
        /// Its name as written.
        name: String,
    },
}

impl SqlType {
    /// `integer`, 32 bits, signed.
    pub const INTEGER: Self = Self::Integer { bits: 32, unsigned: false };
    /// `bigint`, 64 bits, signed.
    pub const BIGINT: Self = Self::Integer { bits: 64, unsigned: false };
    /// `text` without a limit.
    pub const TEXT: Self = Self::Text { max_bytes: None };

    /// PostgreSQL's own range type of a name, `int4range`, `datemultirange` and so on (manual, §8.17.1); its constructor is
    /// called the same.
    pub fn built_in_range(name: &str) -> Option<Self> {
        let (element, multi) = match name.strip_suffix("multirange") {
            Some(element) => (element, true),
            None => (name.strip_suffix("range")?, false),
        };
        let element = match element {
            "int4" => Self::INTEGER,
            "int8" => Self::BIGINT,
            "num" => Self::Decimal { precision: None, scale: None, unsigned: false },
            "ts" => Self::Timestamp { precision: None, zoned: false },
            "tstz" => Self::Timestamp { precision: None, zoned: true },
            "date" => Self::Date,
            _ => return None,
        };
        Some(Self::Range { element: Box::new(element), multi })
    }

    /// Whether values are character strings.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Char { .. } | Self::Varchar { .. } | Self::Text { .. } | Self::Citext)
    }

    /// Whether values are numbers.
    pub fn is_numeric(&self) -> bool {
        matches!(
            self,
            Self::Integer { .. } | Self::Decimal { .. } | Self::Float { .. } | Self::Money | Self::Year
        )
    }

    /// Whether values are dates or times.
    pub fn is_temporal(&self) -> bool {
        matches!(self, Self::Date | Self::Time { .. } | Self::Timestamp { .. })
    }
}

/// The leading and trailing field of an interval type.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IntervalFields(pub String);
