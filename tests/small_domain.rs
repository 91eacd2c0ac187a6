//! Tables of few possible rows, small enough to search all of them. Nothing here knows how the engine plans.

use crate::small_computed::Computed;
use crate::small_condition::Condition;
use seedbed_schema_model::Dialect;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A row: the columns' values.
pub(crate) type SmallRow = Vec<Option<i64>>;

/// The rows of tables, by their names.
pub(crate) type SmallRows = BTreeMap<String, Vec<SmallRow>>;

/// Columns `c0`, `c1`, ... of whole numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct SmallTable {
    pub(crate) name: String,
    pub(crate) columns: Vec<SmallColumn>,
    pub(crate) keys: Vec<SmallKey>,
    pub(crate) checks: Vec<Condition>,
    pub(crate) references: Vec<SmallReference>,
    /// Where rows go, if not anywhere.
    pub(crate) partitions: Option<SmallPartitions>,
    /// Rows that the script inserts.
    pub(crate) there: Vec<SmallRow>,
}

/// Partitions by a column, each of some values or of a range of them; there is none for other rows.
#[derive(Clone, Debug)]
pub(crate) struct SmallPartitions {
    pub(crate) column: usize,
    /// The values of each; of ranges the first and the one after the last.
    pub(crate) parts: Vec<[i64; 2]>,
    pub(crate) by_range: bool,
}

/// Values 1 to `size`, and perhaps NULL; or what is computed of the columns before it, and perhaps NULL.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SmallColumn {
    pub(crate) size: i64,
    pub(crate) nullable: bool,
    pub(crate) computed: Option<Computed>,
}

/// A unique key, for all rows or for those of a condition.
#[derive(Clone, Debug)]
pub(crate) struct SmallKey {
    pub(crate) columns: Vec<usize>,
    pub(crate) only: Option<Condition>,
}

/// A reference to columns of another table that are a key there.
#[derive(Clone, Debug)]
pub(crate) struct SmallReference {
    pub(crate) columns: Vec<usize>,
    pub(crate) parent: String,
    pub(crate) parent_columns: Vec<usize>,
}

impl SmallColumn {
    pub(crate) fn of(size: i64, nullable: bool) -> Self {
        Self { size, nullable, computed: None }
    }

    /// Its declaration as the n-th column.
    fn ddl(self, n: usize) -> String {
        let not_null = if self.nullable { "" } else { " NOT NULL" };
        if let Some(computed) = self.computed {
            return format!("c{n} INTEGER GENERATED ALWAYS AS ({}) STORED{not_null}", computed.sql());
        }
        let values = (1..=self.size).map(|v| v.to_string()).collect::<Vec<_>>().join(", ");
        format!("c{n} INTEGER{not_null} CHECK (c{n} IN ({values}))")
    }
}

impl SmallKey {
    pub(crate) fn of(columns: &[usize]) -> Self {
        Self { columns: columns.to_vec(), only: None }
    }

    /// The values by which the key tells a row from others; `None` when it doesn't look.
    pub(crate) fn seen(&self, row: &[Option<i64>]) -> Option<Vec<i64>> {
        if self.only.is_some_and(|c| c.truth(row) != Some(true)) {
            return None;
        }
        self.columns.iter().map(|c| row[*c]).collect()
    }
}

impl SmallPartitions {
    /// Whether a row has one to go to.
    pub(crate) fn take(&self, row: &[Option<i64>]) -> bool {
        row[self.column].is_some_and(|value| {
            self.parts.iter().any(|[a, b]| {
                if self.by_range { (*a..*b).contains(&value) } else { value == *a || value == *b }
            })
        })
    }

    fn condition(&self) -> String {
        let of = |[a, b]: &[i64; 2]| match self.by_range {
            true => format!("c{0} >= {a} AND c{0} < {b}", self.column),
            false => format!("c{} IN ({a}, {b})", self.column),
        };
        let any = self.parts.iter().map(of).collect::<Vec<_>>().join(" OR ");
        format!("c{} IS NOT NULL AND ({any})", self.column)
    }

    fn clause(&self) -> String {
        format!(" PARTITION BY {} (c{})", if self.by_range { "RANGE" } else { "LIST" }, self.column)
    }

    fn ddl(&self, table: &str) -> String {
        let bounds = |[a, b]: &[i64; 2]| match self.by_range {
            true => format!("FROM ({a}) TO ({b})"),
            false => format!("IN ({a}, {b})"),
        };
        let part = |(n, part): (usize, &[i64; 2])| {
            format!("CREATE TABLE {table}_p{n} PARTITION OF {table} FOR VALUES {};\n", bounds(part))
        };
        self.parts.iter().enumerate().map(part).collect()
    }
}

fn names(columns: &[usize]) -> String {
    columns.iter().map(|c| format!("c{c}")).collect::<Vec<_>>().join(", ")
}

impl SmallTable {
    /// The table's statements. Where there are no partitions a CHECK says what they leave.
    pub(crate) fn ddl(&self, dialect: Dialect) -> String {
        let name = &self.name;
        let mut items: Vec<String> = self.columns.iter().enumerate().map(|(n, c)| c.ddl(n)).collect();
        let plain = self.keys.iter().filter(|k| k.only.is_none());
        items.extend(plain.map(|k| format!("UNIQUE ({})", names(&k.columns))));
        items.extend(self.checks.iter().map(|c| format!("CHECK ({})", c.sql())));
        items.extend(self.references.iter().map(|r| {
            let (columns, theirs) = (names(&r.columns), names(&r.parent_columns));
            format!("FOREIGN KEY ({columns}) REFERENCES {} ({theirs})", r.parent)
        }));
        let has_partitions = dialect == Dialect::Postgres;
        let partitions = self.partitions.as_ref();
        items.extend(partitions.filter(|_| !has_partitions).map(|p| format!("CHECK ({})", p.condition())));
        let partitions = partitions.filter(|_| has_partitions);
        let clause = partitions.map_or_else(String::new, SmallPartitions::clause);
        let mut text = format!("CREATE TABLE {name} ({}){clause};\n", items.join(",\n  "));
        text.extend(partitions.map(|p| p.ddl(name)));
        for (i, key) in self.keys.iter().enumerate() {
            if let Some(only) = key.only {
                let (columns, only) = (names(&key.columns), only.sql());
                let _ = writeln!(text, "CREATE UNIQUE INDEX {name}_{i} ON {name} ({columns}) WHERE {only};");
            }
        }
        self.there.iter().for_each(|row| text.push_str(&self.insert(row)));
        text
    }

    /// The statement that inserts a row.
    fn insert(&self, row: &SmallRow) -> String {
        let given: Vec<usize> =
            (0..self.columns.len()).filter(|c| self.columns[*c].computed.is_none()).collect();
        let literal = |c: &usize| row[*c].map_or_else(|| "NULL".to_owned(), |v| v.to_string());
        let values = given.iter().map(literal).collect::<Vec<_>>().join(", ");
        format!("INSERT INTO {} ({}) VALUES ({values});\n", self.name, names(&given))
    }
}
