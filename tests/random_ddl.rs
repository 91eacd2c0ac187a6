//! Random schemas as text, in the dialects of SQLite and PostgreSQL, that no server refuses.
//!
//! A [`Sketch`] is plain numbers, so that proptest shrinks it well; [`RandomSchema::new`] makes a valid schema of any.

use crate::ddl_text::{DdlText, TableText};
use proptest::prelude::*;
use proptest::sample::Index;
use seedbed_schema_model::Dialect;

/// One to six tables.
pub(crate) type Sketch = Vec<TableSketch>;

#[derive(Clone, Debug)]
pub(crate) struct TableSketch {
    key: KeySketch,
    columns: Vec<ColumnSketch>,
    references: Vec<ReferenceSketch>,
    uniques: Vec<(Index, Option<Index>)>,
}

#[derive(Clone, Debug)]
enum KeySketch {
    Absent,
    Serial,
    Columns(Vec<ColumnSketch>),
    /// Wholly over references to earlier tables.
    References(Vec<Index>),
    /// A reference to an earlier table and a number.
    Position(Index),
}

#[derive(Clone, Debug)]
struct ColumnSketch {
    kind: Kind,
    name: usize,
    nullable: bool,
    condition: u8,
    default: bool,
}

#[derive(Clone, Debug)]
struct ReferenceSketch {
    parent: Index,
    target: Index,
    nullable: bool,
    /// Only its last column may be NULL, if any may.
    partly: bool,
    unique: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Smallint,
    Integer,
    Bigint,
    Text,
    Varchar(u8),
    Uuid,
    Numeric(u8, u8),
    Date,
    Timestamp,
    Boolean,
    Labels(u8),
}

/// A schema, with what is needed to tell how many rows its tables can hold.
#[derive(Clone, Debug)]
pub(crate) struct RandomSchema {
    pub(crate) dialect: Dialect,
    pub(crate) tables: Vec<RandomTable>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct RandomTable {
    pub(crate) name: String,
    columns: Vec<RandomColumn>,
    /// The primary key first, if there is one; column numbers.
    keys: Vec<Vec<usize>>,
    has_primary: bool,
    pub(crate) references: Vec<RandomReference>,
    checks: Vec<String>,
}

#[derive(Clone, Debug)]
struct RandomColumn {
    name: String,
    declared: String,
    nullable: bool,
    /// How many values it can hold, when they are few.
    holds: Option<u64>,
    kind: Kind,
    clauses: String,
}

/// A reference to all columns of one of the parent's keys.
#[derive(Clone, Debug)]
pub(crate) struct RandomReference {
    columns: Vec<usize>,
    parent: usize,
    parent_key: usize,
}

pub(crate) fn sketch() -> impl Strategy<Value = Sketch> {
    prop::collection::vec(table(), 1..=6)
}

fn table() -> impl Strategy<Value = TableSketch> {
    let index = any::<Index>;
    let uniques = prop::collection::vec((index(), prop::option::of(index())), 0..=2);
    let references = prop::collection::vec(reference(), 0..=2);
    (key(), prop::collection::vec(column(), 0..=5), references, uniques)
        .prop_map(|(key, columns, references, uniques)| TableSketch { key, columns, references, uniques })
}

fn key() -> impl Strategy<Value = KeySketch> {
    prop_oneof![
        1 => Just(KeySketch::Absent),
        3 => Just(KeySketch::Serial),
        4 => prop::collection::vec(column(), 1..=3).prop_map(KeySketch::Columns),
        3 => prop::collection::vec(any::<Index>(), 1..=2).prop_map(KeySketch::References),
        1 => any::<Index>().prop_map(KeySketch::Position),
    ]
}

fn column() -> impl Strategy<Value = ColumnSketch> {
    (kind(), 0..NAMES.len(), any::<bool>(), 0..8_u8, any::<bool>()).prop_map(
        |(kind, name, nullable, condition, default)| ColumnSketch {
            kind,
            name,
            nullable,
            condition,
            default,
        },
    )
}

fn reference() -> impl Strategy<Value = ReferenceSketch> {
    let unique = prop::bool::weighted(0.2);
    (any::<Index>(), any::<Index>(), any::<bool>(), any::<bool>(), unique).prop_map(
        |(parent, target, nullable, partly, unique)| ReferenceSketch {
            parent,
            target,
            nullable,
            partly,
            unique,
        },
    )
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Integer),
        Just(Kind::Text),
        Just(Kind::Smallint),
        Just(Kind::Bigint),
        (2..40_u8).prop_map(Kind::Varchar),
        Just(Kind::Uuid),
        (1..=12_u8).prop_flat_map(|p| (Just(p), 0..=p.min(4))).prop_map(|(p, s)| Kind::Numeric(p, s)),
        Just(Kind::Date),
        Just(Kind::Timestamp),
        Just(Kind::Boolean),
        (1..=5_u8).prop_map(Kind::Labels),
    ]
}

/// Names that say something and names that don't: what a column holds must follow from its type and constraints.
const NAMES: [&str; 16] = [
    "name",
    "email",
    "code",
    "city",
    "price",
    "amount",
    "created_at",
    "status",
    "note",
    "title",
    "phone",
    "quantity",
    "rank",
    "birth_date",
    "zip",
    "x",
];

impl RandomSchema {
    /// The schema that a sketch stands for.
    pub(crate) fn new(dialect: Dialect, sketch: &[TableSketch]) -> Self {
        let mut schema = Self { dialect, tables: Vec::new() };
        for (number, table) in sketch.iter().enumerate() {
            let key = schema.with_key(number, &table.key);
            schema.tables.push(key);
            let at = schema.tables.len() - 1;
            for column in &table.columns {
                schema.tables[at].push(dialect, column, false);
            }
        }
        for (at, table) in sketch.iter().enumerate() {
            schema.tables[at].push_uniques(&table.uniques);
        }
        for (at, table) in sketch.iter().enumerate() {
            for reference in &table.references {
                schema.push_reference(at, reference);
            }
        }
        schema
    }

    fn with_key(&self, number: usize, key: &KeySketch) -> RandomTable {
        let mut table = RandomTable { name: format!("t{number}"), ..RandomTable::default() };
        let parents: Vec<usize> = (0..number).filter(|p| self.tables[*p].has_primary).collect();
        let parent = |index: &Index| index.get(&parents).to_owned();
        match key {
            KeySketch::Absent => {}
            KeySketch::Columns(columns) => {
                columns.iter().for_each(|c| table.push(self.dialect, c, true));
                table.set_primary();
            }
            KeySketch::References(several) if !parents.is_empty() => {
                several.iter().for_each(|p| self.refer(&mut table, parent(p), 0, false));
                table.set_primary();
            }
            KeySketch::Position(p) if !parents.is_empty() => {
                self.refer(&mut table, parent(p), 0, false);
                let number = ColumnSketch {
                    kind: Kind::Integer,
                    name: 15,
                    nullable: false,
                    condition: 9,
                    default: false,
                };
                table.push(self.dialect, &number, true);
                table.set_primary();
            }
            _ => {
                let declared = if self.dialect == Dialect::Sqlite { "integer" } else { "serial" };
                table.columns.push(RandomColumn {
                    name: "id".to_owned(),
                    declared: declared.to_owned(),
                    nullable: false,
                    holds: None,
                    kind: Kind::Integer,
                    clauses: String::new(),
                });
                table.set_primary();
            }
        }
        table
    }

    /// Adds columns that refer to a key of a table that is there already.
    fn refer(&self, table: &mut RandomTable, parent: usize, parent_key: usize, nullable: bool) {
        let there = &self.tables[parent];
        let prefix = format!("r{}", table.references.len());
        let first = table.columns.len();
        for column in &there.keys[parent_key] {
            let column = &there.columns[*column];
            let name = format!("{prefix}_{}", column.name);
            let declared = if column.declared == "serial" { "integer" } else { &column.declared };
            let declared = declared.to_owned();
            table.columns.push(RandomColumn {
                name,
                declared,
                nullable,
                clauses: String::new(),
                ..column.clone()
            });
        }
        let columns = (first..table.columns.len()).collect();
        table.references.push(RandomReference { columns, parent, parent_key });
    }

    /// References to later tables may be NULL, so that cycles can be loaded; those to the own table may not be part of
    /// its key.
    fn push_reference(&mut self, at: usize, reference: &ReferenceSketch) {
        let parent = reference.parent.index(self.tables.len());
        // A unique key that is itself a reference would make cycles of keys, which only one statement could load.
        let there = &self.tables[parent];
        let refers =
            |key: &Vec<usize>| there.references.iter().any(|r| r.columns.iter().any(|c| key.contains(c)));
        let keys: Vec<usize> = (0..there.keys.len())
            .filter(|k| (*k == 0 && there.has_primary) || !refers(&there.keys[*k]))
            .collect();
        if keys.is_empty() {
            return;
        }
        let key = *reference.target.get(&keys);
        let nullable = reference.nullable || parent > at;
        let mut table = self.tables[at].clone();
        self.refer(&mut table, parent, key, nullable);
        let columns = table.references[table.references.len() - 1].columns.clone();
        if reference.partly {
            columns.iter().rev().skip(1).for_each(|c| table.columns[*c].nullable = false);
        }
        if reference.unique && parent != at {
            table.keys.push(columns);
        }
        self.tables[at] = table;
    }

    /// The rows that a table can hold when its parents' keys have so many values: the least product over its keys of
    /// what varies in them.
    pub(crate) fn capacity(&self, table: usize, values_of_key: &dyn Fn(usize, usize) -> u64) -> u64 {
        let table = &self.tables[table];
        let nullable = |key: &[usize]| key.iter().any(|c| table.columns[*c].nullable);
        let of_key = |key: &Vec<usize>| {
            let references = table.references.iter().filter(|r| r.columns.iter().all(|c| key.contains(c)));
            let parents: u64 = references.clone().map(|r| values_of_key(r.parent, r.parent_key)).product();
            let own = key.iter().filter(|c| !references.clone().any(|r| r.columns.contains(c)));
            own.fold(parents, |n, c| n.saturating_mul(table.columns[*c].holds.unwrap_or(1 << 20)))
        };
        table.keys.iter().filter(|k| !nullable(k)).map(of_key).min().unwrap_or(u64::MAX)
    }

    /// The columns of a key.
    pub(crate) fn key_columns(&self, table: usize, key: usize) -> Vec<&str> {
        let table = &self.tables[table];
        table.keys[key].iter().map(|c| table.columns[*c].name.as_str()).collect()
    }

    /// The script.
    pub(crate) fn ddl(&self) -> String {
        let mut script = DdlText::default();
        if self.dialect == Dialect::Postgres {
            let labels = |n| format!("CREATE TYPE labels_{n} AS ENUM ({});", labels(n));
            script.before.extend((1..=5).map(labels));
        }
        for table in &self.tables {
            script.tables.push(self.table_text(table));
            if self.dialect == Dialect::Postgres {
                let fks = table.references.iter().map(|r| self.foreign_key(table, r));
                script.after.extend(fks.map(|fk| format!("ALTER TABLE {} ADD {fk};", table.name)));
            }
        }
        script.to_string()
    }

    fn table_text(&self, table: &RandomTable) -> TableText {
        let column = |c: &RandomColumn| {
            let not_null = if c.nullable { "" } else { " NOT NULL" };
            format!("{} {}{not_null}{}", c.name, c.declared, c.clauses)
        };
        let names = |key: &[usize]| {
            key.iter().map(|c| table.columns[*c].name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let key = |(i, key): (usize, &Vec<usize>)| {
            let word = if i == 0 && table.has_primary { "PRIMARY KEY" } else { "UNIQUE" };
            format!("{word} ({})", names(key))
        };
        let mut constraints: Vec<String> = table.keys.iter().enumerate().map(key).collect();
        constraints.extend(table.checks.iter().map(|c| format!("CHECK ({c})")));
        if self.dialect == Dialect::Sqlite {
            constraints.extend(table.references.iter().map(|r| self.foreign_key(table, r)));
        }
        let mut columns: Vec<String> = table.columns.iter().map(column).collect();
        if columns.is_empty() {
            columns.push("x integer".to_owned());
        }
        TableText { name: table.name.clone(), columns, constraints, options: String::new() }
    }

    fn foreign_key(&self, table: &RandomTable, reference: &RandomReference) -> String {
        let parent = &self.tables[reference.parent];
        let list = |of: &RandomTable, columns: &[usize]| {
            columns.iter().map(|c| of.columns[*c].name.clone()).collect::<Vec<_>>().join(", ")
        };
        format!(
            "FOREIGN KEY ({}) REFERENCES {} ({})",
            list(table, &reference.columns),
            parent.name,
            list(parent, &parent.keys[reference.parent_key])
        )
    }
}

impl RandomTable {
    fn set_primary(&mut self) {
        self.keys.insert(0, (0..self.columns.len()).collect());
        self.has_primary = true;
    }

    fn push(&mut self, dialect: Dialect, sketch: &ColumnSketch, in_key: bool) {
        let base = NAMES[sketch.name];
        let taken = self.columns.iter().any(|c| c.name == base);
        let name = if taken { format!("{base}_{}", self.columns.len()) } else { base.to_owned() };
        let (condition, holds) = condition(sketch.kind, sketch.condition, &name);
        let mut clauses = String::new();
        if let (true, Some(default)) = (sketch.default && !in_key, sketch.kind.default()) {
            clauses.push_str(&format!(" DEFAULT {default}"));
        }
        if let Kind::Labels(n) = sketch.kind
            && dialect == Dialect::Sqlite
        {
            clauses.push_str(&format!(" CHECK ({name} IN ({}))", labels(n)));
        }
        clauses.extend(condition.map(|c| format!(" CHECK ({c})")));
        let nullable = sketch.nullable && !in_key;
        let declared = sketch.kind.declared(dialect);
        // Now and then two columns of one kind are compared, whose names promise the same values.
        let earlier = self.columns.iter().find(|c| {
            let alike = c.kind == sketch.kind
                && c.name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_') == base;
            let plain = c.clauses.is_empty() && clauses.is_empty();
            sketch.condition > 4
                && !in_key
                && alike
                && plain
                && matches!(c.kind, Kind::Integer | Kind::Date | Kind::Timestamp)
        });
        self.checks.extend(earlier.map(|c| format!("{} <= {name}", c.name)));
        self.columns.push(RandomColumn { name, declared, nullable, holds, kind: sketch.kind, clauses });
    }

    /// Unique keys that share no column with another key, and none with a CHECK over several.
    fn push_uniques(&mut self, uniques: &[(Index, Option<Index>)]) {
        for (first, second) in uniques {
            let compared = |name: &str| self.checks.iter().any(|c| c.split(' ').any(|word| word == name));
            let free: Vec<usize> = (0..self.columns.len())
                .filter(|c| !self.keys.iter().any(|k| k.contains(c)) && !compared(&self.columns[*c].name))
                .collect();
            if free.is_empty() {
                return;
            }
            let mut columns = vec![*first.get(&free)];
            columns.extend(second.map(|s| *s.get(&free)).filter(|s| *s != columns[0]));
            self.keys.push(columns);
        }
    }
}

impl Kind {
    fn declared(self, dialect: Dialect) -> String {
        match self {
            Self::Smallint => "smallint".to_owned(),
            Self::Integer => "integer".to_owned(),
            Self::Bigint => "bigint".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Varchar(n) => format!("varchar({n})"),
            Self::Uuid => "uuid".to_owned(),
            Self::Numeric(p, s) => format!("numeric({p}, {s})"),
            Self::Date => "date".to_owned(),
            Self::Timestamp => "timestamp".to_owned(),
            Self::Boolean => "boolean".to_owned(),
            Self::Labels(_) if dialect == Dialect::Sqlite => "text".to_owned(),
            Self::Labels(n) => format!("labels_{n}"),
        }
    }

    fn default(self) -> Option<&'static str> {
        match self {
            Self::Smallint | Self::Integer | Self::Bigint => Some("42"),
            Self::Text | Self::Varchar(_) => Some("'-'"),
            Self::Numeric(..) => Some("0"),
            Self::Date => Some("CURRENT_DATE"),
            Self::Timestamp => Some("CURRENT_TIMESTAMP"),
            Self::Boolean => Some("true"),
            Self::Uuid | Self::Labels(_) => None,
        }
    }
}

/// A condition on a column, if `choice` stands for one, and how many values it leaves, if they are few.
fn condition(kind: Kind, choice: u8, name: &str) -> (Option<String>, Option<u64>) {
    let is = |condition: &str, holds| (Some(condition.replace('$', name)), holds);
    match (kind, choice) {
        (Kind::Smallint | Kind::Integer | Kind::Bigint, _) => match choice {
            0 => is("$ >= 1", None),
            1 => is("$ BETWEEN 10 AND 14", Some(5)),
            2 => is("$ <> 5", None),
            3 => is("$ > 0 AND $ < 100", Some(99)),
            4 => is("$ IN (1, 2, 30)", Some(3)),
            _ => (None, None),
        },
        (Kind::Text, 0) => is("length($) <= 20", None),
        (Kind::Text, 1) | (Kind::Varchar(12..), 1) => is("$ LIKE 'A%'", None),
        (Kind::Text | Kind::Varchar(_), 2) => is("$ <> ''", None),
        (Kind::Text | Kind::Varchar(6..), 3) => is("length($) >= 3", None),
        (Kind::Text | Kind::Varchar(_), 4) => is("$ IN ('a', 'bc')", Some(2)),
        (Kind::Varchar(12..), 0) => is("$ LIKE '%@%'", None),
        (Kind::Numeric(p, _), 0) => is("$ >= 0", few(10_u64.pow(p.into()))),
        (Kind::Numeric(p, s), 1) if p > s => is("$ BETWEEN 1 AND 9", few(8 * 10_u64.pow(s.into()) + 1)),
        (Kind::Numeric(p, _), 2) => is("$ > 0", few(10_u64.pow(p.into()) - 1)),
        (Kind::Numeric(p, _), _) => (None, few(2 * 10_u64.pow(p.into()) - 1)),
        (Kind::Date, 0) => is("$ >= '2020-01-01'", None),
        (Kind::Date, 1) => is("$ BETWEEN '2024-02-27' AND '2024-03-01'", Some(4)),
        (Kind::Timestamp, 0) => is("$ < '2030-01-01'", None),
        (Kind::Boolean, _) => (None, Some(2)),
        (Kind::Labels(n), _) => (None, Some(n.into())),
        _ => (None, None),
    }
}

fn few(values: u64) -> Option<u64> {
    (values < 1 << 20).then_some(values)
}

fn labels(n: u8) -> String {
    ["'new'", "'open'", "'it''s'", "'Done'", "'x y'"][..usize::from(n)].join(", ")
}
