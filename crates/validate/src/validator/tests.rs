use super::*;
use crate::report::{ConstraintKind, ConstraintReport, DistinctBy};
use arrow_array::{ArrayRef, Decimal128Array, Int64Array, StringArray};
use arrow_schema::{Field, Schema as ArrowSchema};
use seedbed_schema_model::{
    BinaryOp, BoundDatum, Check, Column, ColumnIdx, Dialect, Domain, DomainId, EnumType, EnumTypeId,
    Exclusion, ExclusionElement, Expr, ForeignKey, Generated, Key, KeyPart, KeyTerm, MatchKind,
    PartitionBound, PartitionOf, PartitionStrategy, Partitioning, QualifiedName, Span, SqlType, Table,
    UniqueKey,
};
use std::sync::Arc;

fn c(i: u16) -> ColumnIdx {
    ColumnIdx(i)
}

fn span() -> Span {
    Span::default()
}

fn table(name: &str, columns: Vec<Column>) -> Table {
    let mut table = Table::new(None, name);
    table.columns = columns;
    table
}

fn primary_key(columns: &[ColumnIdx]) -> Key {
    Key { name: None, columns: columns.to_vec(), prefix_lengths: Vec::new(), span: span() }
}

fn foreign_key(columns: &[ColumnIdx], parent: TableId, parent_columns: &[ColumnIdx]) -> ForeignKey {
    ForeignKey { span: span(), ..ForeignKey::new(columns, parent, parent_columns) }
}

fn check(expr: Expr) -> Check {
    Check { name: None, expr, text: "it holds".to_owned(), enforced: true, span: span() }
}

fn positive(column: u16) -> Expr {
    Expr::binary(BinaryOp::Gt, Expr::column(c(column)), Expr::integer(0))
}

fn integers(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    let fields: Vec<Field> =
        columns.iter().map(|(name, a)| Field::new(*name, a.data_type().clone(), true)).collect();
    let arrays = columns.iter().map(|(_, a)| a.clone()).collect();
    RecordBatch::try_new(Arc::new(ArrowSchema::new(fields)), arrays).unwrap()
}

fn report(schema: &Schema, batches: &[(TableId, RecordBatch)]) -> Report {
    let mut validator = Validator::new(schema);
    for (table, batch) in batches {
        validator.write(*table, batch).unwrap();
    }
    validator.finish()
}

/// The one broken constraint: its kind, violations and the rows of its offenders.
fn only_fault(report: &Report) -> (ConstraintKind, u64, Vec<u64>) {
    let broken: Vec<&ConstraintReport> = report.broken().map(|(_, c)| c).collect();
    assert_eq!(broken.len(), 1, "{broken:#?}");
    (broken[0].kind, broken[0].violations, broken[0].first_offenders.iter().map(|o| o.row).collect())
}

fn one_table(column: Column) -> (Schema, TableId) {
    let mut schema = Schema::new(Dialect::Postgres);
    let id = schema.push_table(table("t", vec![column]));
    (schema, id)
}

#[test]
fn duplicate_primary_keys() {
    let (mut schema, t) = one_table(Column::new("a", SqlType::INTEGER).not_null());
    schema[t].primary_key = Some(primary_key(&[c(0)]));
    let rows = batch(&[("a", integers(&[Some(1), Some(2), Some(1), Some(1)]))]);
    let found = report(&schema, &[(t, rows)]);
    assert_eq!(only_fault(&found), (ConstraintKind::PrimaryKey, 2, vec![2, 3]));
    assert_eq!(found.summary.pk_duplicates, 2);
}

#[test]
fn nulls_in_not_null() {
    let (schema, t) = one_table(Column::new("a", SqlType::INTEGER).not_null());
    let found = report(&schema, &[(t, batch(&[("a", integers(&[Some(1), None]))]))]);
    assert_eq!(only_fault(&found), (ConstraintKind::NotNull, 1, vec![1]));
    assert_eq!(found.summary.not_null_violations, 1);
}

#[test]
fn unique_with_nulls_by_rule() {
    let (mut schema, t) = one_table(Column::new("a", SqlType::TEXT));
    schema[t].uniques.push(UniqueKey::over(&[c(0)]));
    let rows = || batch(&[("a", texts(&[None, None, Some("x"), Some("X"), Some("x")]))]);
    assert_eq!(only_fault(&report(&schema, &[(t, rows())])), (ConstraintKind::Unique, 1, vec![4]));
    schema[t].uniques[0].nulls_distinct = false;
    assert_eq!(only_fault(&report(&schema, &[(t, rows())])), (ConstraintKind::Unique, 2, vec![1, 4]));
    schema.dialect = Dialect::MySql;
    schema[t].uniques[0].nulls_distinct = true;
    assert_eq!(only_fault(&report(&schema, &[(t, rows())])), (ConstraintKind::Unique, 2, vec![3, 4]));
}

#[test]
fn unique_over_expressions_where_a_predicate_holds() {
    let (mut schema, t) = one_table(Column::new("a", SqlType::TEXT));
    let lower = Expr::Function { name: "lower".into(), args: vec![Expr::column(c(0))] };
    let mut unique = UniqueKey::over(&[]);
    unique.parts.push(KeyPart { term: KeyTerm::Expr(lower), prefix_length: None, collation: None });
    unique.predicate = Some(Expr::binary(BinaryOp::NotEq, Expr::column(c(0)), Expr::text("b")));
    schema[t].uniques.push(unique);
    let rows = batch(&[("a", texts(&[Some("b"), Some("b"), Some("A"), Some("a")]))]);
    assert_eq!(only_fault(&report(&schema, &[(t, rows)])), (ConstraintKind::Unique, 1, vec![3]));
}

#[test]
fn checks_that_are_false_but_not_unknown() {
    let (mut schema, t) = one_table(Column::new("a", SqlType::INTEGER));
    schema[t].checks.push(check(positive(0)));
    let found = report(&schema, &[(t, batch(&[("a", integers(&[Some(1), None, Some(0)]))]))]);
    assert_eq!(only_fault(&found), (ConstraintKind::Check, 1, vec![2]));
    assert_eq!(found.summary.check_violations, 1);
}

#[test]
fn what_is_not_understood_is_told() {
    let (mut schema, t) = one_table(Column::new("a", SqlType::INTEGER));
    let own = Expr::UserFunction { name: "public.f".into(), args: vec![Expr::column(c(0))] };
    schema[t].checks.push(check(own));
    let found = report(&schema, &[(t, batch(&[("a", integers(&[Some(1)]))]))]);
    assert_eq!((found.violations(), found.summary.not_checked), (0, 1));
    let reasons: Vec<_> =
        found.tables["t"].constraints.iter().filter_map(|c| c.not_checked.as_deref()).collect();
    assert_eq!(reasons, ["cannot evaluate user function `public.f`"]);
}

#[test]
fn domains_bind_their_columns() {
    let mut schema = Schema::new(Dialect::Postgres);
    let value = Expr::binary(BinaryOp::Gt, Expr::DomainValue, Expr::integer(0));
    schema.domains.push(Domain {
        name: QualifiedName::new(None, "posint"),
        base: SqlType::INTEGER,
        not_null: true,
        default: None,
        checks: vec![check(value)],
        collation: None,
        span: span(),
    });
    let t = schema.push_table(table("t", vec![Column::new("a", SqlType::Domain(DomainId(0)))]));
    let found = report(&schema, &[(t, batch(&[("a", integers(&[Some(1), Some(-1), None]))]))]);
    assert_eq!(
        (found.summary.not_null_violations, found.summary.check_violations, found.violations()),
        (1, 1, 2)
    );
}

#[test]
fn values_outside_their_type() {
    let (schema, t) = one_table(Column::new("a", SqlType::Varchar { length: Some(2) }));
    let found = report(&schema, &[(t, batch(&[("a", texts(&[Some("äö"), Some("abc")]))]))]);
    assert_eq!(only_fault(&found), (ConstraintKind::Type, 1, vec![1]));
    let price = SqlType::Decimal { precision: Some(4), scale: Some(2), unsigned: false };
    let (schema, t) = one_table(Column::new("a", price));
    let prices = Decimal128Array::from(vec![9999, 10_000]).with_precision_and_scale(38, 2).unwrap();
    let found = report(&schema, &[(t, batch(&[("a", Arc::new(prices))]))]);
    assert_eq!(only_fault(&found), (ConstraintKind::Type, 1, vec![1]));
    let (schema, t) = one_table(Column::new("a", SqlType::Json { binary: true }));
    let found = report(&schema, &[(t, batch(&[("a", texts(&[Some("{}"), Some("{")]))]))]);
    assert_eq!(only_fault(&found), (ConstraintKind::Type, 1, vec![1]));
    let (mut schema, t) = one_table(Column::new("a", SqlType::Enum(EnumTypeId(0))));
    schema.enums.push(EnumType {
        name: QualifiedName::new(None, "e"),
        labels: vec!["x".into()],
        span: span(),
    });
    let found = report(&schema, &[(t, batch(&[("a", texts(&[Some("x"), Some("y")]))]))]);
    assert_eq!(only_fault(&found), (ConstraintKind::Type, 1, vec![1]));
}

fn parent_and_child() -> (Schema, TableId, TableId) {
    let mut schema = Schema::new(Dialect::Postgres);
    let columns = || vec![Column::new("x", SqlType::INTEGER), Column::new("y", SqlType::BIGINT)];
    let parent = schema.push_table(table("parent", columns()));
    let child = schema.push_table(table("child", columns()));
    schema[parent].primary_key = Some(primary_key(&[c(0), c(1)]));
    schema[child].foreign_keys.push(foreign_key(&[c(0), c(1)], parent, &[c(0), c(1)]));
    (schema, parent, child)
}

#[test]
fn references_are_counted_whole_in_any_order() {
    let (schema, parent, child) = parent_and_child();
    let parents = || batch(&[("x", integers(&[Some(1), Some(2)])), ("y", integers(&[Some(1), Some(2)]))]);
    let children = || {
        let x = integers(&[Some(1), Some(1), None, Some(2)]);
        batch(&[("x", x), ("y", integers(&[Some(1), Some(2), Some(9), Some(2)]))])
    };
    for order in [[(parent, parents()), (child, children())], [(child, children()), (parent, parents())]] {
        let found = report(&schema, &order);
        assert_eq!(only_fault(&found), (ConstraintKind::ForeignKey, 1, vec![1]));
        let broken = found.broken().next().unwrap().1;
        assert_eq!(broken.first_offenders[0].values, [Some("1".to_owned()), Some("2".to_owned())]);
        assert_eq!(broken.rows_checked, 3);
        assert!((found.summary.fk_coverage - 2.0 / 3.0).abs() < 1e-12);
    }
}

#[test]
fn match_full_takes_no_mixture() {
    let (mut schema, parent, child) = parent_and_child();
    schema[child].foreign_keys[0].match_kind = MatchKind::Full;
    let parents = batch(&[("x", integers(&[Some(1)])), ("y", integers(&[Some(1)]))]);
    let children = batch(&[("x", integers(&[None, None])), ("y", integers(&[None, Some(1)]))]);
    let found = report(&schema, &[(parent, parents), (child, children)]);
    assert_eq!(only_fault(&found), (ConstraintKind::ForeignKey, 1, vec![1]));
}

#[test]
fn self_references_see_the_whole_table() {
    let mut schema = Schema::new(Dialect::Postgres);
    let t = schema.push_table(table(
        "t",
        vec![Column::new("id", SqlType::INTEGER), Column::new("up", SqlType::INTEGER)],
    ));
    schema[t].primary_key = Some(primary_key(&[c(0)]));
    schema[t].foreign_keys.push(foreign_key(&[c(1)], t, &[c(0)]));
    let rows = batch(&[
        ("id", integers(&[Some(1), Some(2), Some(3)])),
        ("up", integers(&[Some(2), Some(2), Some(7)])),
    ]);
    assert_eq!(only_fault(&report(&schema, &[(t, rows)])), (ConstraintKind::ForeignKey, 1, vec![2]));
}

#[test]
fn exclusion_by_equality_is_unique_and_overlap_is_told() {
    let (mut schema, t) = one_table(Column::new("a", SqlType::INTEGER));
    let exclude = |operator: &str| Exclusion {
        name: None,
        method: "gist".into(),
        elements: vec![ExclusionElement { term: KeyTerm::Column(c(0)), operator: operator.into() }],
        predicate: None,
        span: span(),
    };
    schema[t].exclusions = vec![exclude("="), exclude("&&")];
    let found = report(&schema, &[(t, batch(&[("a", integers(&[Some(1), Some(1)]))]))]);
    assert_eq!(only_fault(&found), (ConstraintKind::Exclusion, 1, vec![1]));
    assert_eq!(found.tables["t"].constraints.last().unwrap().not_checked.as_deref(), Some("operator `&&`"));
}

/// A table of a room and a range of whole numbers.
fn booking(name: &str) -> Table {
    let range = SqlType::Range { element: Box::new(SqlType::INTEGER), multi: false };
    table(name, vec![Column::new("room", SqlType::INTEGER), Column::new("during", range)])
}

fn bookings(rows: &[(i64, &str)]) -> RecordBatch {
    let rooms: Vec<Option<i64>> = rows.iter().map(|(room, _)| Some(*room)).collect();
    let ranges: Vec<Option<&str>> = rows.iter().map(|(_, range)| Some(*range)).collect();
    batch(&[("room", integers(&rooms)), ("during", texts(&ranges))])
}

#[test]
fn ranges_that_overlap_beside_equal_values_break_an_exclusion() {
    let mut schema = Schema::new(Dialect::Postgres);
    let t = schema.push_table(booking("t"));
    let element = |column, operator: &str| ExclusionElement {
        term: KeyTerm::Column(c(column)),
        operator: operator.into(),
    };
    let elements = vec![element(0, "="), element(1, "&&")];
    let exclusion = Exclusion { name: None, method: "gist".into(), elements, predicate: None, span: span() };
    schema[t].exclusions.push(exclusion);
    let rows = [(1, "[1,5)"), (1, "[5,9)"), (2, "[3,4]"), (1, "[8,8]"), (1, "empty"), (2, "[5,)")];
    let found = report(&schema, &[(t, bookings(&rows))]);
    assert_eq!(only_fault(&found), (ConstraintKind::Exclusion, 1, vec![3]));
}

#[test]
fn periods_are_covered_by_all_rows_of_the_parent_together() {
    let mut schema = Schema::new(Dialect::Postgres);
    let (parent, child) = (schema.push_table(booking("p")), schema.push_table(booking("c")));
    let key = ForeignKey { of_period: true, ..foreign_key(&[c(0), c(1)], parent, &[c(0), c(1)]) };
    schema[child].foreign_keys.push(key);
    let parents = bookings(&[(1, "[1,5)"), (1, "[5,9)"), (2, "[1,3)")]);
    let children = bookings(&[(1, "[2,8)"), (2, "[1,3)"), (2, "[2,4)"), (3, "[1,2)")]);
    let found = report(&schema, &[(child, children), (parent, parents)]);
    assert_eq!(only_fault(&found), (ConstraintKind::ForeignKey, 2, vec![2, 3]));
}

/// `t (b, a)` partitioned by `a` from 0 to 10; the partition has its columns turned round and a CHECK of its own.
fn partitioned() -> (Schema, TableId) {
    let mut schema = Schema::new(Dialect::Postgres);
    let columns = ["b", "a"].map(|n| Column::new(n, SqlType::INTEGER));
    let root = schema.push_table(table("t", columns.to_vec()));
    schema[root].partitioning = Some(Partitioning {
        strategy: PartitionStrategy::Range,
        keys: vec![KeyTerm::Column(c(1))],
        partitions: Vec::new(),
    });
    let mut partition = table("t_1", columns.iter().rev().cloned().collect());
    let end = |n| vec![BoundDatum::Value(Expr::integer(n))];
    let bound = PartitionBound::Range { from: end(0), to: end(10) };
    partition.partition_of = Some(PartitionOf { parent: root, bound, span: span() });
    partition.checks.push(check(positive(1)));
    schema.push_table(partition);
    (schema, root)
}

#[test]
fn rows_find_their_partition() {
    let (schema, root) = partitioned();
    let rows = |a: &[Option<i64>], b: &[Option<i64>]| batch(&[("a", integers(a)), ("b", integers(b))]);
    let found = report(&schema, &[(root, rows(&[Some(0), Some(10), None], &[Some(1), Some(1), Some(1)]))]);
    assert_eq!(only_fault(&found), (ConstraintKind::Partition, 2, vec![1, 2]));
    let found = report(&schema, &[(root, rows(&[Some(0), Some(1)], &[Some(0), Some(1)]))]);
    assert_eq!(only_fault(&found), (ConstraintKind::Check, 1, vec![0]));
    assert!(!found.tables.contains_key("t_1"));
}

#[test]
fn generated_columns_are_computed_and_other_missing_ones_told() {
    let mut schema = Schema::new(Dialect::Postgres);
    let mut doubled = Column::new("b", SqlType::INTEGER);
    let expr = Expr::binary(BinaryOp::Mul, Expr::column(c(0)), Expr::integer(2));
    doubled.generated = Some(Generated { expr, text: "a * 2".into(), stored: true });
    let columns =
        vec![Column::new("a", SqlType::INTEGER), doubled, Column::new("c", SqlType::INTEGER).not_null()];
    let t = schema.push_table(table("t", columns));
    schema[t].checks.push(check(positive(1)));
    let found = report(&schema, &[(t, batch(&[("a", integers(&[Some(1), Some(-1)]))]))]);
    assert_eq!(only_fault(&found), (ConstraintKind::Check, 1, vec![1]));
    let columns = &found.tables["t"].columns;
    assert_eq!(columns[1].not_checked.as_deref(), Some("the server computes it"));
    assert_eq!(columns[2].not_checked.as_deref(), Some("not in the rows"));
}

#[test]
fn statistics_of_columns() {
    let (schema, t) = one_table(Column::new("a", SqlType::INTEGER));
    let found = report(&schema, &[(t, batch(&[("a", integers(&[Some(3), None, Some(-1), Some(3)]))]))]);
    let column = &found.tables["t"].columns[0];
    assert_eq!(
        (column.null_share, column.distinct, column.distinct_by),
        (Some(0.25), 2, DistinctBy::Counting)
    );
    assert_eq!((column.min.as_deref(), column.max.as_deref()), (Some("-1"), Some("3")));
}

#[test]
fn strange_batches_are_refused() {
    let (schema, t) = one_table(Column::new("a", SqlType::INTEGER));
    let mut validator = Validator::new(&schema);
    let unknown = validator.write(t, &batch(&[("z", integers(&[Some(1)]))])).unwrap_err();
    assert_eq!(unknown.code(), "validate-unknown-column");
    assert_eq!(
        validator.write(TableId(9), &batch(&[("a", integers(&[]))])).unwrap_err().code(),
        "validate-unknown-table"
    );
}

/// How many of the rows break a CHECK of `t`, whose columns are `a`, `b` ...
fn broken_by(dialect: Dialect, types: &[SqlType], condition: Expr, columns: &[ArrayRef]) -> u64 {
    let mut schema = Schema::new(dialect);
    let names = ["a", "b"];
    let own = types.iter().zip(names).map(|(ty, name)| Column::new(name, ty.clone())).collect();
    let t = schema.push_table(table("t", own));
    schema[t].checks.push(check(condition));
    let rows: Vec<(&str, ArrayRef)> = names.into_iter().zip(columns.iter().cloned()).collect();
    report(&schema, &[(t, batch(&rows))]).summary.check_violations
}

fn at_most(column: u16, constant: Expr) -> Expr {
    Expr::binary(BinaryOp::LtEq, Expr::column(c(column)), constant)
}

fn cast(operand: Expr, target: SqlType) -> Expr {
    Expr::Cast { operand: Box::new(operand), target }
}

#[test]
fn what_lies_between_two_ends_is_told_all_the_same() {
    let dates = texts(&[Some("2019-01-01"), Some("2021-05-05"), Some("2019-13-01")]);
    let until_2020 = at_most(0, Expr::text("2020-01-01"));
    assert!(broken_by(Dialect::Postgres, &[SqlType::Date], until_2020, &[dates]) >= 1);
    let numbers = texts(&[Some("5"), Some("200"), Some("abc")]);
    assert_eq!(broken_by(Dialect::MySql, &[SqlType::INTEGER], at_most(0, Expr::integer(100)), &[numbers]), 1);
    let double = SqlType::Float { bits: 64, unsigned: false, digits: None };
    let floats: ArrayRef = Arc::new(arrow_array::Float64Array::from(vec![-f64::NAN, -3.0, 5.0]));
    let not_negative = Expr::binary(BinaryOp::GtEq, Expr::column(c(0)), Expr::integer(0));
    assert_eq!(broken_by(Dialect::Postgres, std::slice::from_ref(&double), not_negative, &[floats]), 1);
    let unsigned = SqlType::Integer { bits: 64, unsigned: true };
    let wrapped = Expr::binary(BinaryOp::GtEq, cast(Expr::column(c(0)), unsigned), Expr::integer(5));
    let numbers = integers(&[Some(-1), Some(3), Some(10)]);
    assert_eq!(broken_by(Dialect::MySql, &[SqlType::INTEGER], wrapped, &[numbers]), 1);
    let hours = |hours: i64| hours * 3_600_000_000;
    let times: ArrayRef =
        Arc::new(arrow_array::Time64MicrosecondArray::from(vec![hours(1), hours(21), hours(100)]));
    let time = SqlType::Time { precision: None, zoned: false };
    assert!(broken_by(Dialect::MySql, &[time], at_most(0, Expr::text("20:00:00")), &[times]) >= 1);
}

#[test]
fn programs_are_not_sure_of_what_servers_refuse() {
    let unsigned = || SqlType::Integer { bits: 32, unsigned: true };
    let difference = Expr::binary(BinaryOp::Sub, Expr::column(c(0)), Expr::column(c(1)));
    let condition = Expr::binary(BinaryOp::LtEq, difference, Expr::integer(10));
    let columns = [integers(&[Some(1), Some(3)]), integers(&[Some(3), Some(1)])];
    assert_eq!(broken_by(Dialect::MySql, &[unsigned(), unsigned()], condition, &columns), 1);
    let timestamp = SqlType::Timestamp { precision: None, zoned: false };
    let days: ArrayRef = Arc::new(arrow_array::Date32Array::from(vec![108_000_000, 0]));
    let instants: ArrayRef =
        Arc::new(arrow_array::TimestampMicrosecondArray::from(vec![1_600_000_000_000_000; 2]));
    let condition = at_most(0, Expr::column(c(1)));
    assert_eq!(broken_by(Dialect::Postgres, &[SqlType::Date, timestamp], condition, &[days, instants]), 1);
    let escaped = Expr::Like {
        kind: seedbed_schema_model::LikeKind::Like,
        operand: Box::new(Expr::column(c(0))),
        pattern: Box::new(Expr::text("%%")),
        escape: Some("%".to_owned()),
        negated: false,
    };
    let columns = [texts(&[Some("%"), Some("abc")])];
    assert_eq!(broken_by(Dialect::Postgres, &[SqlType::TEXT], escaped, &columns), 1);
}

#[test]
fn documents_are_refused_however_they_come() {
    let deep = "[".repeat(130) + &"]".repeat(130);
    let (schema, t) = one_table(Column::new("a", SqlType::Json { binary: true }));
    let documents: Vec<Option<&str>> =
        vec![Some("{\"a\": [1, 2]}"), Some(&deep), Some("{\"a\": \"\\ud800\"}")];
    let plain = report(&schema, &[(t, batch(&[("a", texts(&documents))]))]);
    let picked: arrow_array::DictionaryArray<arrow_array::types::UInt32Type> =
        documents.into_iter().collect();
    let picked = report(&schema, &[(t, batch(&[("a", Arc::new(picked))]))]);
    assert_eq!(only_fault(&plain), (ConstraintKind::Type, 2, vec![1, 2]));
    assert_eq!(only_fault(&picked), only_fault(&plain));
}

#[test]
fn what_columns_that_are_missing_decide_is_left_open() {
    let (schema, parent, child) = parent_and_child();
    let parents = batch(&[("x", integers(&[Some(1)]))]);
    let children = batch(&[("x", integers(&[Some(1)])), ("y", integers(&[Some(1)]))]);
    let found = report(&schema, &[(parent, parents), (child, children)]);
    let reference = found.tables["child"].constraints.last().unwrap();
    assert_eq!((reference.violations, reference.rows_checked), (0, 0));
    assert_eq!(reference.not_checked.as_deref(), Some("the key of the parent is not in its rows"));
    let mut schema = Schema::new(Dialect::Postgres);
    let columns = ["a", "active"].map(|name| Column::new(name, SqlType::INTEGER)).to_vec();
    let t = schema.push_table(table("t", columns));
    let mut unique = UniqueKey::over(&[c(0)]);
    unique.predicate = Some(positive(1));
    schema[t].uniques.push(unique);
    let found = report(&schema, &[(t, batch(&[("a", integers(&[Some(1), Some(1)]))]))]);
    let unique = found.tables["t"].constraints.last().unwrap();
    assert_eq!(unique.not_checked.as_deref(), Some("column `active` is not in the rows"));
}

#[test]
fn statistics_count_values_and_not_their_digits() {
    let open = SqlType::Decimal { precision: None, scale: None, unsigned: false };
    let (schema, t) = one_table(Column::new("a", open));
    let decimals = |digits: Vec<i128>, scale| -> ArrayRef {
        Arc::new(Decimal128Array::from(digits).with_precision_and_scale(38, scale).unwrap())
    };
    let one = batch(&[("a", decimals(vec![1000, 500], 2))]);
    let other = batch(&[("a", decimals(vec![1000, 10_000], 3))]);
    for order in [[(t, one.clone()), (t, other.clone())], [(t, other), (t, one)]] {
        let found = report(&schema, &order);
        let column = &found.tables["t"].columns[0];
        assert_eq!(
            (column.distinct, column.min.as_deref(), column.max.as_deref()),
            (3, Some("1"), Some("10"))
        );
    }
}
