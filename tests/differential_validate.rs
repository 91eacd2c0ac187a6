//! `validate` against SQLite: random schemas, rows with planted faults, row by row. SQLite accepts a row exactly when
//! validating it together with the rows accepted before finds nothing.

use crate::differential_random::Random;
use crate::differential_sql::Pair;
use arrow_array::{ArrayRef, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray};
use rusqlite::types::Value as Sql;
use seedbed_schema_model::{
    BinaryOp, Check, Column, ColumnIdx, Dialect, Expr, ForeignKey, Key, KeyPart, KeyTerm, Numbering, Schema,
    Span, SqlType, Table, TableId, UniqueKey,
};
use seedbed_validate::Validator;
use std::sync::Arc;

/// A schema with the text that makes it.
struct Case {
    schema: Schema,
    ddl: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Integer,
    Text,
    Real,
    Numeric,
}

type Cell = Option<Atom>;

#[derive(Clone, Debug)]
enum Atom {
    Integer(i64),
    Text(&'static str),
    Real(f64),
    /// Hundredths.
    Numeric(i64),
}

const KINDS: [Kind; 5] = [Kind::Integer, Kind::Text, Kind::Real, Kind::Numeric, Kind::Text];

fn kind_of(column: &Column) -> Kind {
    match column.ty {
        SqlType::Integer { .. } => Kind::Integer,
        SqlType::Float { .. } => Kind::Real,
        SqlType::Decimal { .. } => Kind::Numeric,
        _ => Kind::Text,
    }
}

fn column(name: &str, kind: Kind, random: &mut Random) -> (Column, String) {
    let (ty, declared) = match kind {
        Kind::Integer => (SqlType::BIGINT, "INTEGER"),
        Kind::Text => (SqlType::TEXT, "TEXT"),
        Kind::Real => (SqlType::Float { bits: 64, unsigned: false, digits: None }, "REAL"),
        Kind::Numeric => {
            (SqlType::Decimal { precision: Some(9), scale: Some(2), unsigned: false }, "NUMERIC(9,2)")
        }
    };
    let mut column = Column::new(name, ty);
    column.declared_type = declared.to_owned();
    let mut ddl = format!("{name} {declared}");
    if kind == Kind::Text && random.chance(30) {
        let collation = random.pick(&["NOCASE", "RTRIM"]);
        column.collation = Some(collation.to_owned());
        ddl.push_str(&format!(" COLLATE {collation}"));
    }
    if random.chance(25) {
        column.nullable = false;
        ddl.push_str(" NOT NULL");
    }
    (column, ddl)
}

fn check(random: &mut Random, columns: &[Column]) -> (Check, String) {
    let at = |random: &mut Random| {
        let i = random.below(columns.len());
        Pair::column(i, &columns[i].name)
    };
    let ops = [BinaryOp::Eq, BinaryOp::NotEq, BinaryOp::Lt, BinaryOp::GtEq];
    let pair = match random.below(5) {
        0 => Pair::binary(random.pick(&ops[1..]), at(random), Pair::integer(random.below(4) as i64)),
        1 => Pair::binary(random.pick(&ops[1..]), at(random), at(random)),
        2 => Pair::binary(BinaryOp::Lt, Pair::call("length", vec![at(random)]), Pair::integer(3)),
        3 => at(random).in_list(
            vec![Pair::integer(1), Pair::integer(2), Pair::text("a", Dialect::Sqlite)],
            random.chance(50),
        ),
        _ => Pair::binary(
            BinaryOp::Or,
            at(random).null_test(false),
            Pair::binary(BinaryOp::NotEq, at(random), Pair::integer(0)),
        ),
    };
    let sql = format!("CHECK ({})", pair.sql);
    (Check { name: None, expr: pair.expr, text: pair.sql, enforced: true, span: Span::default() }, sql)
}

/// Two columns (or one) whose key a child may refer to, with two free columns and random constraints.
fn table(name: &str, random: &mut Random, kinds: Option<&[Kind]>) -> (Table, Vec<String>, Vec<String>) {
    let mut table = Table::new(None, name);
    let mut parts = Vec::new();
    for i in 0..4 {
        let kind = kinds.and_then(|k| k.get(i)).copied().unwrap_or_else(|| random.pick(&KINDS));
        let (column, ddl) = column(&format!("c{i}"), kind, random);
        table.columns.push(column);
        parts.push(ddl);
    }
    let mut indexes = Vec::new();
    if random.chance(50) {
        let (check, sql) = check(random, &table.columns);
        table.checks.push(check);
        parts.push(sql);
    }
    if random.chance(40) {
        table.uniques.push(UniqueKey::over(&[ColumnIdx(2), ColumnIdx(3)]));
        parts.push("UNIQUE (c2, c3)".to_owned());
    }
    if random.chance(30) {
        let i = random.below(4) as u16;
        let mut unique = UniqueKey::over(&[ColumnIdx(i)]);
        unique.parts[0].collation = Some("NOCASE".to_owned());
        unique.predicate = Some(Pair::column(2, "c2").null_test(true).expr);
        table.uniques.push(unique);
        indexes.push(format!(
            "CREATE UNIQUE INDEX {name}_p ON {name} (c{i} COLLATE NOCASE) WHERE c2 IS NOT NULL"
        ));
    }
    if random.chance(20) {
        let lower = Expr::Function { name: "lower".into(), args: vec![Expr::column(ColumnIdx(3))] };
        let mut unique = UniqueKey::over(&[]);
        unique.parts.push(KeyPart { term: KeyTerm::Expr(lower), prefix_length: None, collation: None });
        table.uniques.push(unique);
        indexes.push(format!("CREATE UNIQUE INDEX {name}_e ON {name} (lower(c3))"));
    }
    (table, parts, indexes)
}

fn primary_key(
    table: &mut Table,
    parts: &mut Vec<String>,
    columns: &[ColumnIdx],
    random: &mut Random,
) -> &'static str {
    let names: Vec<&str> = columns.iter().map(|c| table[*c].name.as_str()).collect();
    parts.push(format!("PRIMARY KEY ({})", names.join(", ")));
    table.primary_key = Some(Key {
        name: None,
        columns: columns.to_vec(),
        prefix_lengths: Vec::new(),
        span: Span::default(),
    });
    if columns.len() == 1 && kind_of(&table[columns[0]]) == Kind::Integer {
        table.columns[columns[0]].numbering = Some(Numbering::RowId);
        return "";
    }
    if random.chance(50) {
        return "";
    }
    table.options.without_rowid = true;
    for column in columns {
        table.columns[*column].nullable = false;
    }
    " WITHOUT ROWID"
}

fn case(random: &mut Random) -> Case {
    let mut schema = Schema::new(Dialect::Sqlite);
    let key: Vec<ColumnIdx> = (0..1 + random.below(2) as u16).map(ColumnIdx).collect();
    let names = if key.len() == 1 { "c0" } else { "c0, c1" };
    let (mut parent, mut parts, mut indexes) = table("parent", random, None);
    let ending = primary_key(&mut parent, &mut parts, &key, random);
    let mut ddl = vec![format!("CREATE TABLE parent ({}){ending}", parts.join(", "))];
    // The child's columns mostly have the parent's types; where not, the parent's affinity decides.
    let kinds: Vec<Kind> = parent.columns[..2].iter().map(kind_of).collect();
    let like_parent = random.chance(80);
    let (mut child, mut parts, more) = table("child", random, like_parent.then_some(&kinds));
    indexes.extend(more);
    let parent = schema.push_table(parent);
    child.foreign_keys.push(ForeignKey::new(&key, parent, &key));
    parts.push(format!("FOREIGN KEY ({names}) REFERENCES parent ({names})"));
    // Of a row that refers to itself SQLite compares the two columns as they are, without affinity or collation.
    let alike = kind_of(&child.columns[2]) == kind_of(&child.columns[3])
        && child.columns[2].collation.is_none()
        && child.columns[3].collation.is_none();
    if alike && random.chance(80) {
        child.uniques.push(UniqueKey::over(&[ColumnIdx(2)]));
        child.foreign_keys.push(ForeignKey::new(&[ColumnIdx(3)], TableId(1), &[ColumnIdx(2)]));
        parts.push("UNIQUE (c2), FOREIGN KEY (c3) REFERENCES child (c2)".to_owned());
    }
    ddl.push(format!("CREATE TABLE child ({})", parts.join(", ")));
    schema.push_table(child);
    ddl.extend(indexes);
    Case { schema, ddl }
}

fn cell(column: &Column, random: &mut Random) -> Cell {
    // A NULL in a rowid gets a number, which is no fault and leaves nothing to compare.
    if column.numbering.is_none() && random.chance(18) {
        return None;
    }
    Some(match kind_of(column) {
        Kind::Integer => Atom::Integer(random.below(5) as i64),
        Kind::Text => Atom::Text(random.pick(&["a", "A", "b", "a ", "1", "abc", "é", ""])),
        Kind::Real => Atom::Real(random.pick(&[0.0, 1.0, 1.5, 2.0, -0.5])),
        Kind::Numeric => Atom::Numeric(random.pick(&[0, 100, 150, 200, 225])),
    })
}

fn array(column: &Column, cells: &[Cell]) -> ArrayRef {
    let integers = |cell: &Cell| match cell {
        Some(Atom::Integer(n) | Atom::Numeric(n)) => Some(*n),
        _ => None,
    };
    match kind_of(column) {
        Kind::Integer => Arc::new(Int64Array::from_iter(cells.iter().map(integers))),
        Kind::Text => Arc::new(StringArray::from_iter(cells.iter().map(|c| match c {
            Some(Atom::Text(text)) => Some(*text),
            _ => None,
        }))),
        Kind::Real => Arc::new(Float64Array::from_iter(cells.iter().map(|c| match c {
            Some(Atom::Real(f)) => Some(*f),
            _ => None,
        }))),
        Kind::Numeric => {
            let values = Decimal128Array::from_iter(cells.iter().map(|c| integers(c).map(i128::from)));
            Arc::new(values.with_precision_and_scale(38, 2).unwrap())
        }
    }
}

fn batch(table: &Table, rows: &[Vec<Cell>]) -> RecordBatch {
    let columns = table.columns.iter().enumerate().map(|(i, column)| {
        let cells: Vec<Cell> = rows.iter().map(|row| row[i].clone()).collect();
        (column.name.clone(), array(column, &cells), true)
    });
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn bound(cell: &Cell) -> Sql {
    match cell {
        None => Sql::Null,
        Some(Atom::Integer(n)) => Sql::Integer(*n),
        Some(Atom::Text(text)) => Sql::Text((*text).to_owned()),
        Some(Atom::Real(f)) => Sql::Real(*f),
        Some(Atom::Numeric(n)) => Sql::Text(format!("{}.{:02}", n / 100, n % 100)),
    }
}

/// What our judge says about the accepted rows and one more: nothing, or the names of the broken constraints.
fn verdict(schema: &Schema, rows: &[Vec<Vec<Cell>>; 2]) -> Vec<String> {
    let mut validator = Validator::new(schema);
    // Children first, to wait for their parents.
    for id in [1, 0] {
        validator.write(TableId(id), &batch(&schema.tables[id as usize], &rows[id as usize])).unwrap();
    }
    let report = validator.finish();
    assert_eq!(report.summary.not_checked, 0, "{report:#?}");
    report.broken().map(|(table, constraint)| format!("{table}: {}", constraint.name)).collect()
}

/// 150 schemas, 40 rows each.
#[test]
#[expect(clippy::print_stdout, reason = "the figures are part of the test's answer")]
fn sqlite_refuses_what_validate_refuses() {
    let mut random = Random::new(23);
    let (mut accepted, mut refused, mut disagreements) = (0, 0, Vec::new());
    for _ in 0..150 {
        let Case { schema, ddl } = case(&mut random);
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
        for statement in &ddl {
            connection.execute(statement, []).unwrap_or_else(|e| panic!("{statement}: {e}"));
        }
        let mut rows: [Vec<Vec<Cell>>; 2] = [Vec::new(), Vec::new()];
        for _ in 0..40 {
            let id = random.below(2);
            let table = &schema.tables[id];
            let row: Vec<Cell> = table.columns.iter().map(|c| cell(c, &mut random)).collect();
            let sql = format!("INSERT INTO {} VALUES (?, ?, ?, ?)", table.name);
            let theirs = connection.execute(&sql, rusqlite::params_from_iter(row.iter().map(bound)));
            rows[id].push(row.clone());
            let ours = verdict(&schema, &rows);
            if ours.is_empty() != theirs.is_ok() {
                disagreements
                    .push(format!("{ddl:#?}\n{} {row:?}: ours {ours:?}, SQLite {theirs:?}", table.name));
                break;
            }
            if theirs.is_ok() {
                accepted += 1;
            } else {
                rows[id].pop();
                refused += 1;
            }
        }
    }
    println!("SQLite accepted {accepted} rows and refused {refused}; {} disagree", disagreements.len());
    assert!(
        disagreements.is_empty(),
        "{} disagreements:\n{}",
        disagreements.len(),
        disagreements[..disagreements.len().min(6)].join("\n\n")
    );
    assert!(accepted > 500 && refused > 500, "both kinds of rows occur");
}
