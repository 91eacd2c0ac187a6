//! Random schemas over what real ones have besides plain columns: types of every kind, partitions, generated columns,
//! references that bind both ways, rows that are there already.
//!
//! A [`FeatureSketch`] is plain numbers, so that proptest shrinks it well; [`FeatureSketch::ddl`] makes a schema of it
//! that the dialect's server takes.

use crate::feature_columns::{ColumnKind, kinds, prelude};
use proptest::prelude::*;
use seedbed_schema_model::Dialect;

/// One to three tables of columns, perhaps a pair of tables that refer to each other.
#[derive(Clone, Debug)]
pub(crate) struct FeatureSketch {
    tables: Vec<FeatureTable>,
    pair: Option<PairSketch>,
}

#[derive(Clone, Debug)]
struct FeatureTable {
    columns: Vec<FeatureColumn>,
    partition: Option<PartitionSketch>,
    generated: Option<GeneratedSketch>,
    /// Rows that the script inserts.
    there: u8,
}

#[derive(Clone, Copy, Debug)]
struct FeatureColumn {
    kind: usize,
    condition: usize,
    nullable: bool,
    unique: bool,
}

#[derive(Clone, Copy, Debug)]
struct PartitionSketch {
    by: u8,
    with_default: bool,
    below: bool,
}

#[derive(Clone, Copy, Debug)]
struct GeneratedSketch {
    condition: u8,
    is_unique: bool,
}

/// Two tables, of which each refers to a row of the other that refers back.
#[derive(Clone, Copy, Debug)]
struct PairSketch {
    shape: u8,
    nullable: bool,
    more_children: u8,
}

pub(crate) fn sketch() -> impl Strategy<Value = FeatureSketch> {
    let tables = prop::collection::vec(table(), 1..=3);
    (tables, prop::option::weighted(0.3, pair())).prop_map(|(tables, pair)| FeatureSketch { tables, pair })
}

fn table() -> impl Strategy<Value = FeatureTable> {
    let column = (0..1000_usize, 0..1000_usize, prop::bool::weighted(0.3), prop::bool::weighted(0.15))
        .prop_map(|(kind, condition, nullable, unique)| FeatureColumn { kind, condition, nullable, unique });
    let partition = (0..7_u8, any::<bool>(), any::<bool>())
        .prop_map(|(by, with_default, below)| PartitionSketch { by, with_default, below });
    let generated =
        (0..4_u8, any::<bool>()).prop_map(|(condition, is_unique)| GeneratedSketch { condition, is_unique });
    (
        prop::collection::vec(column, 0..=4),
        prop::option::weighted(0.3, partition),
        prop::option::weighted(0.4, generated),
        prop_oneof![2 => Just(0_u8), 1 => 1..=3_u8],
    )
        .prop_map(|(columns, partition, generated, there)| FeatureTable {
            columns,
            partition,
            generated,
            there,
        })
}

fn pair() -> impl Strategy<Value = PairSketch> {
    (0..4_u8, any::<bool>(), 1..=5_u8).prop_map(|(shape, nullable, more_children)| PairSketch {
        shape,
        nullable,
        more_children,
    })
}

impl FeatureSketch {
    /// The script in a dialect.
    pub(crate) fn ddl(&self, dialect: Dialect) -> String {
        let mut text = prelude(dialect).to_owned();
        for (number, table) in self.tables.iter().enumerate() {
            text.push_str(&table.ddl(dialect, &format!("t{number}")));
        }
        text.extend(self.pair.map(|pair| pair.ddl(dialect)));
        text
    }

    /// How many rows a table can have beside those that the script inserts.
    pub(crate) fn room(&self, dialect: Dialect, table: &str) -> u64 {
        let number = table.strip_prefix('t').and_then(|n| n.parse::<usize>().ok());
        number.and_then(|n| self.tables.get(n)).map_or(u64::MAX, |table| table.room(dialect))
    }

    /// Rows of the table that has more of them than others, for rows of each other.
    pub(crate) fn more_rows(&self, rows: u64) -> Option<(&'static str, u64)> {
        self.pair.map(|pair| ("player", rows * u64::from(pair.more_children)))
    }
}

/// A column's text, and the literal of a row that is there.
type Item = (String, String, String);

impl FeatureTable {
    fn ddl(&self, dialect: Dialect, name: &str) -> String {
        let mut items: Vec<Item> = Vec::new();
        for (number, column) in self.columns.iter().enumerate() {
            items.push(column.item(self.kind_of(dialect, *column), &format!("c{number}")));
        }
        let partition = self.partition.and_then(|p| p.text(dialect, name));
        if partition.is_some() {
            items.extend(
                PARTITIONED.map(|(c, d, l)| (c.to_owned(), format!("{c} {d} NOT NULL"), l.to_owned())),
            );
        }
        let generated = self.generated.map_or_else(Vec::new, |g| g.items(dialect, partition.is_some()));
        if !generated.is_empty() {
            items.extend(BASES.map(|(c, d, l)| (c.to_owned(), format!("{c} {d} NOT NULL"), l.to_owned())));
        }
        // Partitioned tables of PostgreSQL and MySQL want the partition's columns in each key.
        let id = match dialect {
            _ if partition.is_some() => "id int NOT NULL",
            Dialect::Postgres => "id serial PRIMARY KEY",
            Dialect::MySql => "id int AUTO_INCREMENT PRIMARY KEY",
            _ => "id INTEGER PRIMARY KEY",
        };
        let uniques = self.columns.iter().enumerate().filter(|(_, c)| self.is_unique(dialect, **c));
        let uniques = uniques.map(|(number, _)| format!("UNIQUE (c{number})"));
        let lines: Vec<String> = [id.to_owned()]
            .into_iter()
            .chain(items.iter().map(|(_, text, _)| text.clone()))
            .chain(generated)
            .chain(uniques)
            .collect();
        let (options, after) = partition.unwrap_or_default();
        let mut text = format!("CREATE TABLE {name} (\n  {}\n){options};\n{after}", lines.join(",\n  "));
        for number in 1..=self.rows_there(dialect) {
            let (names, values): (Vec<&str>, Vec<&str>) =
                items.iter().map(|(name, _, literal)| (name.as_str(), literal.as_str())).unzip();
            let names: Vec<&str> = ["id"].into_iter().chain(names).collect();
            let number = number.to_string();
            let values: Vec<&str> = [number.as_str()].into_iter().chain(values).collect();
            text.push_str(&format!(
                "INSERT INTO {name} ({}) VALUES ({});\n",
                names.join(", "),
                values.join(", ")
            ));
        }
        text
    }

    /// A row that is there is of one value a column: more than one would meet itself in a unique key.
    fn rows_there(&self, dialect: Dialect) -> u8 {
        let has_key = self.generated.is_some_and(|g| g.is_unique)
            || self.columns.iter().any(|c| self.is_unique(dialect, *c));
        if has_key { self.there.min(1) } else { self.there }
    }

    fn is_partitioned(&self, dialect: Dialect) -> bool {
        self.partition.is_some_and(|p| p.text(dialect, "").is_some())
    }

    /// The type of a column; another one where a partitioned table can't have it.
    fn kind_of(&self, dialect: Dialect, column: FeatureColumn) -> &'static ColumnKind {
        let all = kinds(dialect);
        let kind = &all[column.kind % all.len()];
        if kind.in_partitions || !self.is_partitioned(dialect) { kind } else { &all[0] }
    }

    /// Whether a column is a key. Keys of partitioned tables would want the partition's columns.
    fn is_unique(&self, dialect: Dialect, column: FeatureColumn) -> bool {
        column.unique && !self.is_partitioned(dialect) && self.kind_of(dialect, column).comparable
    }

    /// How many rows the least of its keys leaves; NULLs never meet.
    fn room(&self, dialect: Dialect) -> u64 {
        let there = u64::from(self.rows_there(dialect));
        let keys = self.columns.iter().filter(|c| self.is_unique(dialect, **c) && !c.nullable);
        let room = keys.map(|c| {
            let kind = self.kind_of(dialect, *c);
            kind.room(c.condition(kind).0).saturating_sub(there)
        });
        room.min().unwrap_or(u64::MAX)
    }
}

/// What partitions are by.
const PARTITIONED: [(&str, &str, &str); 3] =
    [("region", "varchar(8)", "'eu'"), ("made_on", "date", "'2024-02-03'"), ("grade", "int", "5")];

/// What generated columns are computed from.
const BASES: [(&str, &str, &str); 3] =
    [("quantity", "int", "4"), ("price", "int", "30"), ("label", "varchar(80)", "'Blue Door'")];

impl FeatureColumn {
    /// What is asked of its values, and one that meets it.
    fn condition(self, kind: &ColumnKind) -> (&'static str, &'static str) {
        kind.conditions[self.condition % kind.conditions.len()]
    }

    fn item(self, kind: &ColumnKind, name: &str) -> Item {
        let (condition, literal) = self.condition(kind);
        let not_null = if self.nullable { "" } else { " NOT NULL" };
        let check = match condition {
            "" => String::new(),
            condition => format!(" CHECK ({})", condition.replace("COL", name)),
        };
        (name.to_owned(), format!("{name} {}{not_null}{check}", kind.declared), literal.to_owned())
    }
}

impl GeneratedSketch {
    fn items(self, dialect: Dialect, partitioned: bool) -> Vec<String> {
        let stored = if dialect == Dialect::MySql { "PERSISTENT" } else { "STORED" };
        let check =
            ["", " CHECK (total < 1000)", " CHECK (total BETWEEN 20 AND 400)", " CHECK (total % 2 = 0)"]
                [usize::from(self.condition)];
        let bounds = "CHECK (quantity BETWEEN 1 AND 50), CHECK (price BETWEEN 1 AND 900)";
        // A key of a generated column is no key of partitions.
        let unique = if self.is_unique && !partitioned { ", UNIQUE (slug)" } else { "" };
        vec![
            format!("total int GENERATED ALWAYS AS (quantity * price) {stored}{check}"),
            format!(
                "slug varchar(90) GENERATED ALWAYS AS (lower(replace(label, ' ', '-'))) {stored}, {bounds}{unique}"
            ),
        ]
    }
}

impl PartitionSketch {
    /// The clause, and the statements of the partitions; `None` where the dialect has none.
    fn text(self, dialect: Dialect, name: &str) -> Option<(String, String)> {
        match dialect {
            Dialect::Postgres => Some(self.postgres(name)),
            Dialect::MySql => Some((self.mysql(), String::new())),
            _ => None,
        }
    }

    fn postgres(self, name: &str) -> (String, String) {
        let (by, parts): (&str, &[&str]) = match self.by {
            0 => ("LIST (region)", &["FOR VALUES IN ('eu', 'us')", "FOR VALUES IN ('asia')"]),
            1 => (
                "RANGE (made_on)",
                &[
                    "FOR VALUES FROM ('2024-01-01') TO ('2024-07-01')",
                    "FOR VALUES FROM ('2025-01-01') TO ('2025-07-01')",
                ],
            ),
            2 => (
                "HASH (grade)",
                &["FOR VALUES WITH (MODULUS 2, REMAINDER 0)", "FOR VALUES WITH (MODULUS 2, REMAINDER 1)"],
            ),
            3 => (
                "RANGE (grade, made_on)",
                &[
                    "FOR VALUES FROM (0, MINVALUE) TO (10, '2024-06-01')",
                    "FOR VALUES FROM (10, '2024-06-01') TO (20, MAXVALUE)",
                ],
            ),
            4 => ("RANGE ((grade / 10))", &["FOR VALUES FROM (0) TO (3)", "FOR VALUES FROM (7) TO (9)"]),
            5 => ("LIST (lower(region))", &["FOR VALUES IN ('eu')", "FOR VALUES IN ('us', 'asia')"]),
            _ => (
                "RANGE (date_trunc('month', made_on::timestamp))",
                &["FOR VALUES FROM ('2024-01-01') TO ('2024-04-01')"],
            ),
        };
        let mut after = String::new();
        for (number, bounds) in parts.iter().enumerate() {
            let below = if self.below { " PARTITION BY HASH (id)" } else { "" };
            after.push_str(&format!("CREATE TABLE {name}_p{number} PARTITION OF {name} {bounds}{below};\n"));
            if self.below {
                for rest in 0..2 {
                    after.push_str(&format!(
                        "CREATE TABLE {name}_p{number}_{rest} PARTITION OF {name}_p{number} \
                         FOR VALUES WITH (MODULUS 2, REMAINDER {rest});\n"
                    ));
                }
            }
        }
        // A hash has no rest.
        if self.with_default && self.by != 2 {
            after.push_str(&format!("CREATE TABLE {name}_rest PARTITION OF {name} DEFAULT;\n"));
        }
        (format!(" PARTITION BY {by}"), after)
    }

    fn mysql(self) -> String {
        let below = if self.below { " SUBPARTITION BY HASH (grade) SUBPARTITIONS 2" } else { "" };
        let last = if self.with_default { ", PARTITION pm VALUES LESS THAN MAXVALUE" } else { "" };
        match self.by {
            0 => format!(
                " PARTITION BY RANGE (YEAR(made_on)){below} (PARTITION p0 VALUES LESS THAN (2023), PARTITION p1 VALUES LESS THAN (2025){last})"
            ),
            1 => format!(
                " PARTITION BY RANGE (TO_DAYS(made_on)){below} (PARTITION p0 VALUES LESS THAN (TO_DAYS('2024-06-01')){last})"
            ),
            2 => " PARTITION BY HASH (grade) PARTITIONS 4".to_owned(),
            3 => " PARTITION BY KEY (region) PARTITIONS 3".to_owned(),
            4 => " PARTITION BY LIST (grade) (PARTITION p0 VALUES IN (1, 3, 5), PARTITION p1 VALUES IN (2, 4))".to_owned(),
            5 => " PARTITION BY LIST COLUMNS (region) (PARTITION p0 VALUES IN ('eu', 'us'), PARTITION p1 VALUES IN ('asia'))".to_owned(),
            _ => " PARTITION BY RANGE COLUMNS (grade, made_on) (PARTITION p0 VALUES LESS THAN (10, '2024-06-01'), PARTITION p1 VALUES LESS THAN (20, MAXVALUE))".to_owned(),
        }
    }
}

impl PairSketch {
    fn ddl(self, dialect: Dialect) -> String {
        let serial = match dialect {
            Dialect::Postgres => "serial PRIMARY KEY",
            Dialect::MySql => "int AUTO_INCREMENT PRIMARY KEY",
            _ => "INTEGER PRIMARY KEY",
        };
        // Without a deferrable check only a reference that may be NULL can wait.
        let late = if dialect == Dialect::MySql { "" } else { " DEFERRABLE INITIALLY DEFERRED" };
        let null = if self.nullable || dialect == Dialect::MySql { "" } else { " NOT NULL" };
        let captain = match self.shape {
            0 => format!("FOREIGN KEY (captain) REFERENCES player (id){late}"),
            _ => format!("FOREIGN KEY (id, captain) REFERENCES player (team_id, id){late}"),
        };
        let (mentor, of_mentor) = match self.shape {
            2 => (", mentor int", ", FOREIGN KEY (mentor) REFERENCES player (id), CHECK (mentor <> id)"),
            3 => (", mentor int", ", FOREIGN KEY (team_id, mentor) REFERENCES player (team_id, id)"),
            _ => ("", ""),
        };
        let team = format!("id {serial}, name varchar(40) NOT NULL, captain int{null}");
        let player = format!(
            "id {serial}, team_id int NOT NULL{mentor}, FOREIGN KEY (team_id) REFERENCES team (id), UNIQUE (team_id, id){of_mentor}"
        );
        // No CHECK of MySQL may read a column that counts up.
        let player = match dialect {
            Dialect::MySql => player.replace(", CHECK (mentor <> id)", ""),
            _ => player,
        };
        match dialect {
            Dialect::Sqlite => {
                format!("CREATE TABLE team ({team}, {captain});\nCREATE TABLE player ({player});\n")
            }
            _ => format!(
                "CREATE TABLE team ({team});\nCREATE TABLE player ({player});\nALTER TABLE team ADD {captain};\n"
            ),
        }
    }
}
