//! Columns of every type that a dialect has, with conditions, and a value that meets each of them.

use seedbed_schema_model::Dialect;

/// A type and what may be asked of its values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ColumnKind {
    /// The type as it is declared.
    pub(crate) declared: &'static str,
    /// Whether a unique key can be over it in every dialect that has it.
    pub(crate) comparable: bool,
    /// Whether a partitioned table can have it.
    pub(crate) in_partitions: bool,
    /// Conditions, where `COL` is the column, each with a literal that meets it; the first is no condition.
    pub(crate) conditions: &'static [(&'static str, &'static str)],
}

const fn plain(declared: &'static str, literal: &'static [(&'static str, &'static str)]) -> ColumnKind {
    ColumnKind { declared, comparable: false, in_partitions: true, conditions: literal }
}

const fn spatial(declared: &'static str, literal: &'static [(&'static str, &'static str)]) -> ColumnKind {
    ColumnKind { declared, comparable: false, in_partitions: false, conditions: literal }
}

const fn ordered(declared: &'static str, literal: &'static [(&'static str, &'static str)]) -> ColumnKind {
    ColumnKind { declared, comparable: true, in_partitions: true, conditions: literal }
}

impl ColumnKind {
    /// How many values meet a condition; the greatest number of those of which there are more than rows are asked.
    pub(crate) fn room(&self, condition: &str) -> u64 {
        let few = FEW.iter().find(|(declared, of, _)| *declared == self.declared && *of == condition);
        few.map_or(u64::MAX, |(.., room)| *room)
    }
}

/// Types and conditions that leave few values, and how many. Of truth values the two that have a name count.
const FEW: &[(&str, &str, u64)] = &[
    ("bit(6)", "", 64),
    ("mood", "", 3),
    ("mood", "COL <> 'sad'", 2),
    ("enum('new', 'old', 'lost')", "", 3),
    ("enum('new', 'old', 'lost')", "COL <> 'lost'", 2),
    ("bit(5)", "", 32),
    ("year", "COL BETWEEN 1990 AND 2030", 41),
    ("tinyint unsigned", "COL % 5 = 0", 52),
    ("INTEGER", "COL >> 2 = 1", 4),
    ("BOOLEAN", "", 2),
    ("BOOLEAN", "COL IN (0, 1)", 2),
];

/// What has to be there before the tables.
pub(crate) fn prelude(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => POSTGRES_PRELUDE,
        _ => "",
    }
}

/// The kinds of a dialect.
pub(crate) fn kinds(dialect: Dialect) -> &'static [ColumnKind] {
    match dialect {
        Dialect::Postgres => POSTGRES,
        Dialect::MySql => MYSQL,
        _ => SQLITE,
    }
}

const POSTGRES_PRELUDE: &str = "CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS ltree;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS cube;
CREATE EXTENSION IF NOT EXISTS isn;
CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN mail AS text CHECK (VALUE LIKE '%_@_%');
CREATE DOMAIN scores AS int[] CHECK (cardinality(VALUE) <= 4);
CREATE TYPE money_of AS (amount numeric(10, 2), share percent);
CREATE TYPE span_of_floats AS RANGE (subtype = float8);
CREATE TYPE mood AS ENUM ('glad', 'so-so', 'sad');
";

const POSTGRES: &[ColumnKind] = &[
    ordered(
        "int4range",
        &[("", "'[1,5)'"), ("NOT isempty(COL)", "'[3,4)'"), ("COL <@ int4range(1, 100)", "'[7,9)'")],
    ),
    ordered("int8range", &[("", "'[1,5)'"), ("upper(COL) - lower(COL) <= 50", "'[1,9)'")]),
    ordered(
        "daterange",
        &[("", "'[2024-01-01,2024-01-05)'"), ("lower(COL) >= '2020-01-01'", "'[2021-01-01,2021-02-01)'")],
    ),
    ordered(
        "tstzrange",
        &[
            ("", "'[2024-01-01 00:00+00,2024-01-02 00:00+00)'"),
            ("NOT lower_inf(COL)", "'[2024-01-01 00:00+00,2024-01-02 00:00+00)'"),
        ],
    ),
    ordered(
        "tsrange",
        &[
            ("", "'[2024-01-01 00:00,2024-01-02 00:00)'"),
            ("upper(COL) - lower(COL) <= interval '1 day'", "'[2024-01-01 00:00,2024-01-01 05:00)'"),
        ],
    ),
    ordered("numrange", &[("", "'[1.5,2.5)'"), ("lower(COL) > 0", "'[1.5,2.5)'")]),
    ordered("int4multirange", &[("", "'{[1,3),[5,9)}'")]),
    ordered("span_of_floats", &[("", "'[1.5,2.5]'")]),
    ordered(
        "interval",
        &[
            ("", "'1 hour'"),
            ("COL <= interval '2 hours'", "'1 hour'"),
            ("COL BETWEEN interval '1 day' AND interval '30 days'", "'3 days'"),
        ],
    ),
    ordered(
        "text[]",
        &[
            ("", "'{a,b}'"),
            ("COL <@ ARRAY['red', 'green', 'blue']", "'{red}'"),
            ("cardinality(COL) BETWEEN 1 AND 3", "'{x}'"),
        ],
    ),
    ordered(
        "int[]",
        &[("", "'{1,2}'"), ("0 < ALL (COL)", "'{1,2}'"), ("array_length(COL, 1) = 2", "'{4,5}'")],
    ),
    ordered("percent[]", &[("", "'{1,99}'")]),
    ordered("scores", &[("", "'{1,2,3}'")]),
    ordered("mail", &[("", "'a@b'"), ("length(COL) < 60", "'a@b'")]),
    ordered("money_of", &[("", "'(10.50,20)'"), ("(COL).amount >= 0", "'(10.50,20)'")]),
    ordered(
        "jsonb",
        &[
            ("", "'{\"a\":1}'"),
            ("COL ? 'color'", "'{\"color\":\"red\"}'"),
            ("jsonb_typeof(COL) = 'object'", "'{}'"),
            ("COL @> '{\"kind\": \"x\"}'", "'{\"kind\":\"x\",\"n\":1}'"),
        ],
    ),
    plain("json", &[("", "'[1]'")]),
    ordered("hstore", &[("", "'a=>1'"), ("COL ? 'color'", "'color=>red'")]),
    ordered("ltree", &[("", "'a.b'"), ("nlevel(COL) <= 4", "'a.b.c'")]),
    ordered("citext", &[("", "'abc'"), ("COL <> ''", "'Abc'")]),
    ordered("cube", &[("", "'(1,2)'")]),
    ordered("isbn13", &[("", "'978-0-306-40615-7'")]),
    ordered("bit(6)", &[("", "B'010101'")]),
    ordered("bit varying(9)", &[("", "B'0101'")]),
    ordered("money", &[("", "'12.50'"), ("COL >= 0::money", "'12.50'")]),
    plain("xml", &[("", "'<a/>'")]),
    ordered("tsvector", &[("", "'fat cat'")]),
    plain(
        "point",
        &[("", "'(1,2)'"), ("COL[0] BETWEEN -180 AND 180 AND COL[1] BETWEEN -90 AND 90", "'(4,52)'")],
    ),
    plain("box[]", &[("", "'{(1,1),(0,0)}'")]),
    plain("polygon", &[("", "'((0,0),(1,0),(1,1))'")]),
    ordered("inet", &[("", "'10.0.0.1'"), ("family(COL) = 4", "'10.0.0.1'")]),
    ordered("macaddr", &[("", "'08:00:2b:01:02:03'")]),
    ordered("bytea", &[("", "'\\x00'"), ("octet_length(COL) = 16", "'\\x000102030405060708090a0b0c0d0e0f'")]),
    ordered("numeric(50, 38)", &[("", "1.5"), ("COL > 0", "1.5")]),
    ordered(
        "double precision",
        &[("", "1.5"), ("COL <> 'NaN'", "1.5"), ("COL < 'Infinity' AND COL >= 0", "2.5")],
    ),
    ordered(
        "timestamptz",
        &[("", "'2024-01-01 00:00+00'"), ("extract(year FROM COL) >= 2000", "'2024-01-01 00:00+00'")],
    ),
    ordered("mood", &[("", "'glad'"), ("COL <> 'sad'", "'glad'")]),
    ordered(
        "varchar(12)",
        &[
            ("", "'abc'"),
            ("COL = TRIM(BOTH FROM COL)", "'abc'"),
            ("COL = upper(COL)", "'ABC'"),
            ("COL ~ '^[a-z]{2,5}$'", "'abc'"),
        ],
    ),
];

const MYSQL: &[ColumnKind] = &[
    ordered("enum('new', 'old', 'lost')", &[("", "'new'"), ("COL <> 'lost'", "'old'")]),
    plain("set('a', 'b', 'c')", &[("", "'a,c'")]),
    ordered("bit(5)", &[("", "b'101'")]),
    ordered("year", &[("", "2001"), ("COL BETWEEN 1990 AND 2030", "2001")]),
    ordered("time", &[("", "'10:00:00'"), ("COL <= '12:00:00' AND COL >= '00:00:00'", "'10:00:00'")]),
    plain("json", &[("", "'{\"a\": 1}'")]),
    spatial("point", &[("", "ST_GeomFromText('POINT(1 2)')")]),
    spatial("polygon", &[("", "ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')")]),
    ordered("decimal(40, 20)", &[("", "1.5"), ("COL > 0", "1.5")]),
    ordered("datetime(6)", &[("", "'2024-01-01 00:00:00'"), ("YEAR(COL) >= 2000", "'2024-01-01 00:00:00'")]),
    ordered("date", &[("", "'2024-01-01'"), ("COL >= '2010-01-01'", "'2024-01-01'")]),
    ordered("binary(8)", &[("", "'01234567'")]),
    ordered("varbinary(12)", &[("", "'0123'")]),
    ordered("tinyint unsigned", &[("", "3"), ("COL % 5 = 0", "15"), ("COL & 1 = 1", "3")]),
    ordered("tinyint(1)", &[("", "1")]),
    ordered("double", &[("", "1.5"), ("COL BETWEEN -90 AND 90", "1.5")]),
    ordered(
        "varchar(12)",
        &[("", "'abc'"), ("COL = TRIM(COL)", "'abc'"), ("COL REGEXP '^[a-z]{2,5}$'", "'abc'")],
    ),
    ordered("char(2)", &[("", "'ab'")]),
];

const SQLITE: &[ColumnKind] = &[
    ordered(
        "INTEGER",
        &[
            ("", "4"),
            ("COL >> 2 = 1", "5"),
            ("COL & 1 = 0", "4"),
            ("COL << 1 < 100", "4"),
            ("typeof(COL) = 'integer'", "4"),
        ],
    ),
    ordered("REAL", &[("", "1.5"), ("COL BETWEEN 0 AND 1", "0.5")]),
    ordered("NUMERIC", &[("", "1.5"), ("COL > 0", "1.5")]),
    ordered(
        "TEXT",
        &[
            ("", "'abc'"),
            ("json_valid(COL)", "'[]'"),
            ("length(COL) BETWEEN 2 AND 10", "'abc'"),
            ("COL GLOB '[a-z][a-z]*'", "'abc'"),
        ],
    ),
    ordered("BLOB", &[("", "x'00'"), ("length(COL) = 16", "x'000102030405060708090a0b0c0d0e0f'")]),
    ordered("DATE", &[("", "'2024-01-01'"), ("COL IS date(COL)", "'2024-01-01'")]),
    ordered(
        "DATETIME",
        &[("", "'2024-01-01 00:00:00'"), ("strftime('%Y', COL) >= '2000'", "'2024-01-01 00:00:00'")],
    ),
    ordered("BOOLEAN", &[("", "1"), ("COL IN (0, 1)", "1")]),
    ordered("VARCHAR(9)", &[("", "'abc'"), ("COL <> ''", "'abc'"), ("COL = lower(COL)", "'abc'")]),
];
