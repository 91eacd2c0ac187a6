//! References that a schema does not declare: inferred ones against those that real schemas do declare, named ones
//! against what they refer to.

use crate::corpus;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use seedbed_datagen_core::{Catalog, ReferenceSpec, Request, Spec, TableSpec};
use seedbed_ddl_parse::parse;
use seedbed_planner::PlanError;
use seedbed_providers::StandardCatalog;
use seedbed_rows::Plan;
use seedbed_schema_model::{ColumnIdx, Dialect, Schema, SourceMap, TableId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A reference as child, columns, parent, columns.
type Reference = (TableId, Vec<ColumnIdx>, TableId, Vec<ColumnIdx>);

/// What inference makes of a schema whose declarations are hidden from it.
#[derive(Debug, Default)]
struct Score {
    declared: usize,
    inferred: usize,
    right: usize,
    /// Inferred for columns that are declared to refer to something else.
    contradicted: usize,
}

impl Score {
    fn of(schema: &mut Schema) -> Self {
        let mut declared: BTreeSet<Reference> = BTreeSet::new();
        for id in (0..schema.tables.len()).map(|i| TableId(i as u32)) {
            for fk in std::mem::take(&mut schema[id].foreign_keys) {
                declared.insert((id, fk.columns, fk.parent, fk.parent_columns));
            }
        }
        let inferred = StandardCatalog::new().infer_references(schema);
        let inferred: Vec<Reference> =
            inferred.into_iter().map(|(t, fk)| (t, fk.columns, fk.parent, fk.parent_columns)).collect();
        let right = inferred.iter().filter(|r| declared.contains(*r)).count();
        let same_columns = |a: &Reference, b: &Reference| (a.0, &a.1) == (b.0, &b.1);
        let contradicted = inferred
            .iter()
            .filter(|r| !declared.contains(*r) && declared.iter().any(|d| same_columns(d, r)))
            .count();
        Self { declared: declared.len(), inferred: inferred.len(), right, contradicted }
    }

    /// Of the guesses that the schema judges, how many are right.
    fn precision(&self) -> f64 {
        share(self.right, self.right + self.contradicted)
    }

    fn recall(&self) -> f64 {
        share(self.right, self.declared)
    }
}

fn share(part: usize, of: usize) -> f64 {
    part as f64 / of.max(1) as f64
}

#[test]
#[expect(clippy::print_stderr, reason = "the figures are the point")]
fn what_is_inferred_is_what_real_schemas_declare() {
    let Some(root) = corpus::root() else { return };
    for folder in ["mysql", "postgres_dump"] {
        let mut scores = Vec::new();
        for file in corpus::files(&root, folder) {
            let mut sources = SourceMap::default();
            sources.push(&file.to_string_lossy(), &corpus::read(&file));
            let score = Score::of(&mut parse(&sources, None).schema);
            // Schemas that declare next to nothing judge nothing.
            if score.declared < 5 || score.right + score.contradicted == 0 {
                continue;
            }
            let (precision, recall) = (score.precision(), score.recall());
            eprintln!("{folder}/{}: {score:?}, {precision:.3}, {recall:.3}", corpus::name(&file));
            scores.push(score);
        }
        let mean = |of: fn(&Score) -> f64| scores.iter().map(of).sum::<f64>() / scores.len() as f64;
        let (precision, recall) = (mean(Score::precision), mean(Score::recall));
        // Columns that are declared to refer to nothing count as wrong here, though most of them do refer.
        let right = scores.iter().map(|s| s.right).sum();
        let strict = share(right, scores.iter().map(|s| s.inferred).sum());
        let count = scores.len();
        eprintln!("{folder}: {count} schemas, precision {precision:.3} ({strict:.3}), recall {recall:.3}");
        if !corpus::is_narrowed() {
            assert!(precision >= 0.95, "{folder}: {precision}");
            assert!(strict >= 0.7, "{folder}: {strict}");
            assert!(recall >= 0.6, "{folder}: {recall}");
        }
    }
}

const DDL: &str = "
    CREATE TABLE customers (id int PRIMARY KEY, name varchar(40) NOT NULL);
    CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, parent_id int, buyer int, note text);";

fn plan(spec: Spec) -> Result<Plan, Vec<PlanError>> {
    let schema = parse(&SourceMap::of(DDL), Some(Dialect::MySql)).schema;
    seedbed_planner::plan(Arc::new(schema), &Request { spec, ..Request::default() }, &StandardCatalog::new())
}

fn naming(columns: &str, to: &str) -> Spec {
    let columns = columns.split(',').map(str::to_owned).collect();
    let references = vec![ReferenceSpec { columns, to: to.to_owned() }];
    let orders = TableSpec { references, ..TableSpec::default() };
    Spec { tables: BTreeMap::from([("orders".to_owned(), orders)]), ..Spec::default() }
}

/// How many rows of `orders` have no customer of the number in a column.
fn strangers(plan: &Plan, column: &str) -> usize {
    let values = |table: u32, column: &str| -> Vec<Option<i64>> {
        let batch = plan.batch(TableId(table), 0..plan.tables()[table as usize].rows);
        let array = batch.rows.column_by_name(column).expect("a column").as_primitive::<Int64Type>().clone();
        array.iter().collect()
    };
    let customers: BTreeSet<Option<i64>> = values(0, "id").into_iter().collect();
    values(1, column).iter().filter(|v| v.is_some() && !customers.contains(v)).count()
}

#[test]
fn undeclared_references_draw_their_parents() {
    let without = plan(Spec::default()).expect("a plan");
    assert!(strangers(&without, "customer_id") > 0 && strangers(&without, "buyer") > 0);
    let inferred = plan(Spec { infer_references: true, ..Spec::default() }).expect("a plan");
    assert_eq!(strangers(&inferred, "customer_id"), 0);
    assert!(strangers(&inferred, "buyer") > 0);
    let named = plan(Spec { infer_references: true, ..naming("buyer", "customers") }).expect("a plan");
    assert_eq!((strangers(&named, "customer_id"), strangers(&named, "buyer")), (0, 0));
    let order: Vec<u32> = named.load_order().tables.iter().map(|t| t.0).collect();
    assert_eq!((order, named.load_order().broken.len()), (vec![0, 1], 0));
}

#[test]
fn a_named_reference_that_cannot_be_is_told() {
    for (columns, to, reason) in [
        ("buyer", "custmers(id)", "no table `custmers` in the schema; did you mean `customers`?"),
        ("buyer", "customers(nam)", "table `customers` has no column `nam`; did you mean `name`?"),
        ("byer", "customers", "table `orders` has no column `byer`; did you mean `buyer`?"),
        ("note", "customers(id)", "`note` is text, what it would refer to is int"),
        ("buyer,note", "customers", "2 columns can't refer to 1"),
        ("buyer", "customers(id", "it is not closed by `)`"),
    ] {
        let errors = plan(naming(columns, to)).expect_err("a problem");
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(errors.iter().map(PlanError::code).collect::<Vec<_>>(), ["spec-reference"], "{texts:?}");
        assert!(texts[0].ends_with(reason), "{texts:?}");
    }
}
