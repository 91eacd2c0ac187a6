//! Tables of few possible rows, small enough to search all of them: which rows a table may hold, and the most that it
//! can hold at once. Nothing here knows how the engine plans.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// A row: the columns' values.
pub(crate) type SmallRow = Vec<Option<i64>>;

/// Columns `c0`, `c1`, ... of whole numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct SmallTable {
    pub(crate) name: String,
    pub(crate) columns: Vec<SmallColumn>,
    pub(crate) keys: Vec<SmallKey>,
    pub(crate) checks: Vec<Condition>,
    pub(crate) references: Vec<SmallReference>,
}

/// Values 1 to `size`, and perhaps NULL.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SmallColumn {
    pub(crate) size: i64,
    pub(crate) nullable: bool,
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

/// A condition on a row, in SQL's three-valued logic.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Condition {
    Equals(usize, i64),
    Differs(usize, i64),
    OneOf(usize, [i64; 2]),
    IsNull(usize),
    IsPresent(usize),
    Apart(usize, usize),
    Less(usize, usize),
    LessOrEqual(usize, usize),
    SumAtMost(usize, usize, i64),
    BothOrNone(usize, usize),
    Either(usize, usize),
    /// `a = n` only with `b` NULL.
    NullWhen(usize, i64, usize),
    /// `a = n` only with `b = m`.
    EqualsWhen(usize, i64, usize, i64),
    NotBoth(usize, i64, usize, i64),
    /// `CASE WHEN a = n THEN b IS NOT NULL ELSE b IS NULL END`.
    Switch(usize, i64, usize),
}

fn compare(a: Option<i64>, b: Option<i64>, test: fn(i64, i64) -> bool) -> Option<bool> {
    Some(test(a?, b?))
}

fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn not(a: Option<bool>) -> Option<bool> {
    a.map(|a| !a)
}

impl Condition {
    /// Its truth in a row.
    fn truth(self, row: &[Option<i64>]) -> Option<bool> {
        let equals = |column: usize, n: i64| compare(row[column], Some(n), |a, b| a == b);
        match self {
            Self::Equals(a, n) => equals(a, n),
            Self::Differs(a, n) => not(equals(a, n)),
            Self::OneOf(a, [n, m]) => or(equals(a, n), equals(a, m)),
            Self::IsNull(a) => Some(row[a].is_none()),
            Self::IsPresent(a) => Some(row[a].is_some()),
            Self::Apart(a, b) => compare(row[a], row[b], |a, b| a != b),
            Self::Less(a, b) => compare(row[a], row[b], |a, b| a < b),
            Self::LessOrEqual(a, b) => compare(row[a], row[b], |a, b| a <= b),
            Self::SumAtMost(a, b, n) => Some(row[a]? + row[b]? <= n),
            Self::BothOrNone(a, b) => Some(row[a].is_none() == row[b].is_none()),
            Self::Either(a, b) => Some(row[a].is_some() || row[b].is_some()),
            Self::NullWhen(a, n, b) => or(not(equals(a, n)), Some(row[b].is_none())),
            Self::EqualsWhen(a, n, b, m) => or(not(equals(a, n)), equals(b, m)),
            Self::NotBoth(a, n, b, m) => or(not(equals(a, n)), not(equals(b, m))),
            Self::Switch(a, n, b) if equals(a, n) == Some(true) => Some(row[b].is_some()),
            Self::Switch(_, _, b) => Some(row[b].is_none()),
        }
    }

    /// The same as text.
    fn sql(self) -> String {
        match self {
            Self::Equals(a, n) => format!("c{a} = {n}"),
            Self::Differs(a, n) => format!("c{a} <> {n}"),
            Self::OneOf(a, [n, m]) => format!("c{a} IN ({n}, {m})"),
            Self::IsNull(a) => format!("c{a} IS NULL"),
            Self::IsPresent(a) => format!("c{a} IS NOT NULL"),
            Self::Apart(a, b) => format!("c{a} <> c{b}"),
            Self::Less(a, b) => format!("c{a} < c{b}"),
            Self::LessOrEqual(a, b) => format!("c{a} <= c{b}"),
            Self::SumAtMost(a, b, n) => format!("c{a} + c{b} <= {n}"),
            Self::BothOrNone(a, b) => format!("(c{a} IS NULL) = (c{b} IS NULL)"),
            Self::Either(a, b) => format!("c{a} IS NOT NULL OR c{b} IS NOT NULL"),
            Self::NullWhen(a, n, b) => format!("c{a} <> {n} OR c{b} IS NULL"),
            Self::EqualsWhen(a, n, b, m) => format!("c{a} <> {n} OR c{b} = {m}"),
            Self::NotBoth(a, n, b, m) => format!("NOT (c{a} = {n} AND c{b} = {m})"),
            Self::Switch(a, n, b) => {
                format!("CASE WHEN c{a} = {n} THEN c{b} IS NOT NULL ELSE c{b} IS NULL END")
            }
        }
    }
}

fn names(columns: &[usize]) -> String {
    columns.iter().map(|c| format!("c{c}")).collect::<Vec<_>>().join(", ")
}

impl SmallTable {
    /// The table's statements, which SQLite and PostgreSQL both read.
    pub(crate) fn ddl(&self) -> String {
        let name = &self.name;
        let mut items: Vec<String> = Vec::new();
        for (i, column) in self.columns.iter().enumerate() {
            let values = (1..=column.size).map(|v| v.to_string()).collect::<Vec<_>>().join(", ");
            let not_null = if column.nullable { "" } else { " NOT NULL" };
            items.push(format!("c{i} INTEGER{not_null} CHECK (c{i} IN ({values}))"));
        }
        let plain = self.keys.iter().filter(|k| k.only.is_none());
        items.extend(plain.map(|k| format!("UNIQUE ({})", names(&k.columns))));
        items.extend(self.checks.iter().map(|c| format!("CHECK ({})", c.sql())));
        items.extend(self.references.iter().map(|r| {
            let (columns, theirs) = (names(&r.columns), names(&r.parent_columns));
            format!("FOREIGN KEY ({columns}) REFERENCES {} ({theirs})", r.parent)
        }));
        let mut text = format!("CREATE TABLE {name} ({});\n", items.join(",\n  "));
        for (i, key) in self.keys.iter().enumerate() {
            if let Some(only) = key.only {
                let (columns, only) = (names(&key.columns), only.sql());
                let _ = writeln!(text, "CREATE UNIQUE INDEX {name}_{i} ON {name} ({columns}) WHERE {only};");
            }
        }
        text
    }

    /// Every row that the columns, the CHECKs and the references allow, when the parents hold these rows.
    pub(crate) fn possible_rows(&self, parents: &BTreeMap<String, Vec<SmallRow>>) -> Vec<SmallRow> {
        let mut rows: Vec<SmallRow> = vec![Vec::new()];
        for column in &self.columns {
            let mut values: Vec<Option<i64>> = (1..=column.size).map(Some).collect();
            values.extend(column.nullable.then_some(None));
            rows = rows.iter().flat_map(|r| values.iter().map(|v| [r.as_slice(), &[*v]].concat())).collect();
        }
        rows.retain(|row| {
            self.checks.iter().all(|c| c.truth(row) != Some(false))
                && self.references.iter().all(|r| r.holds(row, parents))
        });
        rows
    }

    /// The most rows that the table can hold at once; `None` when there is no bound. Of at most two keys.
    ///
    /// Each row joins what it takes of one key with what it takes of the other, so the question is a greatest matching
    /// of a bipartite graph; a row that a key doesn't see takes a place of its own.
    pub(crate) fn most_rows(&self, parents: &BTreeMap<String, Vec<SmallRow>>) -> Option<usize> {
        assert!(self.keys.len() <= 2, "a matching joins two keys");
        let rows = self.possible_rows(parents);
        let seen = |key: Option<&SmallKey>, row: &SmallRow| key.and_then(|k| k.seen(row));
        let (one, other) = (self.keys.first(), self.keys.get(1));
        if rows.iter().any(|r| seen(one, r).is_none() && seen(other, r).is_none()) {
            return None;
        }
        let mut right_names: BTreeMap<Place, usize> = BTreeMap::new();
        let mut edges: BTreeMap<Place, BTreeSet<usize>> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            let place = |key| seen(key, row).map_or(Place::Own(i), Place::Key);
            let next = right_names.len();
            let right = *right_names.entry(place(other)).or_insert(next);
            edges.entry(place(one)).or_default().insert(right);
        }
        let edges: Vec<Vec<usize>> = edges.into_values().map(|e| e.into_iter().collect()).collect();
        Some(greatest_matching(&edges, right_names.len()))
    }
}

/// What a row takes of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Key(Vec<i64>),
    Own(usize),
}

impl SmallKey {
    /// The values by which the key tells a row from others; `None` when it doesn't look.
    fn seen(&self, row: &[Option<i64>]) -> Option<Vec<i64>> {
        if self.only.is_some_and(|c| c.truth(row) != Some(true)) {
            return None;
        }
        self.columns.iter().map(|c| row[*c]).collect()
    }
}

impl SmallReference {
    /// MATCH SIMPLE: a NULL column frees the others.
    fn holds(&self, row: &[Option<i64>], parents: &BTreeMap<String, Vec<SmallRow>>) -> bool {
        let mine: Option<Vec<i64>> = self.columns.iter().map(|c| row[*c]).collect();
        let Some(mine) = mine else { return true };
        let is_it = |row: &SmallRow| self.parent_columns.iter().zip(&mine).all(|(c, v)| row[*c] == Some(*v));
        parents.get(&self.parent).is_some_and(|rows| rows.iter().any(is_it))
    }
}

/// The size of a greatest matching, by augmenting paths (Kuhn, 1955). `edges` are each left node's right nodes.
fn greatest_matching(edges: &[Vec<usize>], right: usize) -> usize {
    let mut taken_by: Vec<Option<usize>> = vec![None; right];
    (0..edges.len()).filter(|left| augment(*left, edges, &mut taken_by, &mut vec![false; right])).count()
}

fn augment(left: usize, edges: &[Vec<usize>], taken_by: &mut [Option<usize>], tried: &mut [bool]) -> bool {
    for right in &edges[left] {
        if !std::mem::replace(&mut tried[*right], true)
            && taken_by[*right].is_none_or(|other| augment(other, edges, taken_by, tried))
        {
            taken_by[*right] = Some(left);
            return true;
        }
    }
    false
}

#[test]
fn the_search_knows_small_tables() {
    let column = |size, nullable| SmallColumn { size, nullable };
    let key = |columns: &[usize], only| SmallKey { columns: columns.to_vec(), only };
    let mut table = SmallTable {
        columns: vec![column(3, false), column(4, false)],
        keys: vec![key(&[0], None), key(&[1], None)],
        ..SmallTable::default()
    };
    let none = BTreeMap::new();
    assert_eq!(table.most_rows(&none), Some(3));
    table.checks = vec![Condition::Less(1, 0)];
    assert_eq!(table.most_rows(&none), Some(2));
    table.keys[0].only = Some(Condition::Equals(0, 3));
    // c1 is 1 or 2: at most two rows, whatever the other key sees.
    assert_eq!(table.most_rows(&none), Some(2));
    table.columns[1].nullable = true;
    assert_eq!(table.most_rows(&none), None);
    table.keys = vec![key(&[0, 1], None)];
    table.checks = vec![Condition::Switch(0, 2, 1)];
    // Rows with NULL are seen by no key; without c0 = 1 and 3 there would be four.
    assert_eq!(table.most_rows(&none), None);
}
