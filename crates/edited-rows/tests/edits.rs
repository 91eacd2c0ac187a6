//! Each kind of edit, what it changes and what it leaves.

use arrow_array::ArrayRef;
use seedbed_datagen_core::Spec;
use seedbed_datagen_core::{Batch, RowSource};
use seedbed_edit::{Edit, parse_edits};
use seedbed_edited_rows::{Applied, EditError, EditFault, EditOptions, EditedRows, TableDiff};
use seedbed_export::{MemorySink, Rows};
use seedbed_job::{Job, PlannedJob, Silent, SpecSource};
use seedbed_schema_model::{ColumnIdx, Dialect, Schema, SourceMap};
use seedbed_text_encode::ColumnText;
use std::collections::BTreeMap;

/// Rows of a schema, 100 a table.
struct Dataset {
    planned: PlannedJob,
}

/// A table's cells, column by column.
type Cells = BTreeMap<String, Vec<Option<String>>>;

impl Dataset {
    fn new(ddl: &str) -> Self {
        Self::with(ddl, Spec { seed: Some(1), ..Spec::default() })
    }

    fn with(ddl: &str, spec: Spec) -> Self {
        let job = Job::new(SourceMap::of(ddl)).dialect(Dialect::Postgres).spec(SpecSource::Value(spec));
        Self { planned: job.plan(&mut Silent).expect("a plan") }
    }

    fn schema(&self) -> &Schema {
        self.planned.plan().schema()
    }

    fn edits(&self, text: &str) -> Vec<Edit> {
        parse_edits(text, self.schema()).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
    }

    fn apply(&self, text: &str) -> Result<(BTreeMap<String, Cells>, Applied), EditError> {
        let edited = EditedRows::new(
            &self.planned,
            &**self.planned.plan(),
            &self.edits(text),
            &EditOptions::default(),
        )?;
        let mut rows = Rows::new();
        let applied = edited.write(Box::new(MemorySink::new(&mut rows)), None, &mut ())?;
        assert_eq!(applied.report.violations(), 0, "{text}");
        Ok((rows.values().map(|batches| self.cells(batches)).collect(), applied))
    }

    /// The rows after edits that can be carried out, and the difference of one table.
    fn edited(&self, text: &str, table: &str) -> (Cells, TableDiff, Vec<String>) {
        let (mut tables, applied) = self.apply(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let diff = applied.diff.tables.get(&format!("public.{table}")).cloned().unwrap_or_default();
        (tables.remove(table).expect("a table"), diff, applied.notes)
    }

    fn fault(&self, text: &str) -> EditFault {
        match self.apply(text) {
            Err(EditError::Faults(mut faults)) => faults.remove(0).1,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn before(&self, table: &str) -> Cells {
        let id = self.schema().table_named(&format!("public.{table}")).expect("a table");
        let plan = self.planned.plan();
        let count = plan.table(id).map_or(0, |planned| planned.rows);
        self.cells(&[plan.make_rows(id, 0..count)]).1
    }

    fn cells(&self, batches: &[Batch]) -> (String, Cells) {
        let schema = self.schema();
        let mut cells = Cells::new();
        for batch in batches {
            for (column, array) in batch.columns.iter().zip(batch.rows.columns()) {
                let model = &schema[batch.table][*column];
                cells.entry(model.name.clone()).or_default().extend(self.texts(batch, *column, array));
            }
        }
        let table = batches.first().map_or_else(String::new, |batch| schema[batch.table].name.name.clone());
        (table, cells)
    }

    fn texts(&self, batch: &Batch, column: ColumnIdx, array: &ArrayRef) -> Vec<Option<String>> {
        let schema = self.schema();
        let base = schema.base_type(&schema[batch.table][column].ty);
        let text = ColumnText::new(schema.dialect, base, array).expect("a known array");
        let cell = |row| {
            let mut out = Vec::new();
            (!text.is_null(row)).then(|| text.push(row, &mut out))?;
            Some(String::from_utf8_lossy(&out).into_owned())
        };
        (0..array.len()).map(cell).collect()
    }
}

fn count(cells: &Cells, column: &str, value: Option<&str>) -> usize {
    cells[column].iter().filter(|cell| cell.as_deref() == value).count()
}

const SHOP: &str = include_str!("../../edit/tests/instructions/shop.sql");

#[test]
fn an_exact_share_has_the_value_and_nothing_else_changes() {
    let shop = Dataset::new(SHOP);
    let before = shop.before("orders");
    for (share, text) in [(0, "0%"), (20, "20%"), (57, "57%"), (100, "100%")] {
        let (after, diff, _) =
            shop.edited(&format!("set orders.status = 'cancelled' for {text} of rows"), "orders");
        assert_eq!(count(&after, "status", Some("cancelled")), share);
        let changed = before["status"].iter().zip(&after["status"]).filter(|(a, b)| a != b).count();
        let fewest = count(&before, "status", Some("cancelled")).abs_diff(share);
        assert_eq!((changed, diff.cells["status"]), (fewest, fewest as u64), "no more than it takes");
        let others = before.iter().filter(|(name, _)| *name != "status" && *name != "shipped_at");
        others.for_each(|(name, cells)| assert_eq!(cells, &after[name], "{name}"));
    }
}

#[test]
fn a_check_is_kept_by_the_smallest_other_change_which_is_told() {
    let shop = Dataset::new(SHOP);
    let (after, diff, notes) = shop.edited("set orders.status = 'shipped'", "orders");
    assert_eq!(count(&after, "status", Some("shipped")), 100);
    assert_eq!(count(&after, "shipped_at", None), 0, "CHECK (status <> 'shipped' OR shipped_at IS NOT NULL)");
    let before = shop.before("orders");
    let had_none = count(&before, "shipped_at", None) as u64;
    assert_eq!(diff.cells["shipped_at"], had_none, "rows that had one keep it");
    let told = format!("{had_none} rows of `public.orders` also got another `shipped_at`");
    assert!(notes.iter().any(|note| note.starts_with(&told)), "{notes:?}");
}

#[test]
fn times_move_and_what_is_tied_to_them_moves_along() {
    let shop = Dataset::new(SHOP);
    let before = shop.before("orders");
    let (after, diff, _) = shop.edited("shift orders.placed_at by 3 years", "orders");
    assert_eq!(diff.cells["placed_at"], 100);
    let year = |cell: &Option<String>| cell.as_ref().map(|text| text[..4].parse::<i32>().expect("a year"));
    for row in 0..100 {
        assert_eq!(year(&after["placed_at"][row]), year(&before["placed_at"][row]).map(|year| year + 3));
        let (placed, shipped) = (&after["placed_at"][row], &after["shipped_at"][row]);
        assert!(shipped.is_none() || shipped >= placed, "CHECK (shipped_at >= placed_at)");
    }
}

#[test]
fn numbers_are_rounded_to_the_digits_of_their_column() {
    let shop = Dataset::new(SHOP);
    let (before, (after, ..)) =
        (shop.before("products"), shop.edited("scale products.price by 1.1", "products"));
    for (old, new) in before["price"].iter().zip(&after["price"]) {
        let cents =
            |cell: &Option<String>| cell.as_ref().map(|c| c.replace('.', "").parse::<i64>().expect("digits"));
        let (old, new) = (cents(old).expect("a price"), cents(new).expect("a price"));
        assert_eq!(new, (old * 11 + 5) / 10);
    }
}

#[test]
fn a_key_that_changes_is_followed() {
    let ddl =
        "CREATE TABLE country (code char(2) PRIMARY KEY CHECK (code IN ('de', 'fr', 'it', 'es')), name text);
               CREATE TABLE city (id int PRIMARY KEY, country char(2) NOT NULL REFERENCES country);
               CREATE TABLE shop (id int PRIMARY KEY, country char(2) NOT NULL REFERENCES country (code));";
    let spec = "rows = 20\nseed = 1\n[tables.country]\nrows = 3";
    let spec = toml::from_str(spec).expect("a spec");
    let atlas = Dataset::with(ddl, spec);
    let gone = atlas.before("country")["code"][0].clone().expect("a code");
    let free = ["de", "fr", "it", "es"]
        .into_iter()
        .find(|code| count(&atlas.before("country"), "code", Some(code)) == 0);
    let free = free.expect("three of four are taken");
    let (tables, applied) =
        atlas.apply(&format!("rename '{gone}' to '{free}' in country.code")).expect("a change");
    for table in ["city", "shop"] {
        let before = atlas.before(table);
        assert_eq!(count(&tables[table], "country", Some(&gone)), 0);
        assert_eq!(count(&tables[table], "country", Some(free)), count(&before, "country", Some(&gone)));
    }
    assert!(
        applied.notes.iter().any(|note| note.contains("`country` follows the changed keys")),
        "{:?}",
        applied.notes
    );
    let taken = atlas.before("country")["code"][1].clone().expect("a code");
    let fault = atlas.fault(&format!("rename '{gone}' to '{taken}' in country.code"));
    assert!(
        matches!(&fault, EditFault::Broken { table, rows: 1, .. } if table == "public.country"),
        "{fault:?}"
    );
}

#[test]
fn rows_go_with_what_refers_to_them_or_not_at_all() {
    let shop = Dataset::new(SHOP);
    let fault = shop.fault("remove 10 rows from customers");
    assert!(
        matches!(&fault, EditFault::Referred { table, as_declared: false, .. } if table == "public.orders"),
        "{fault:?}"
    );
    let fault = shop.fault("remove 10 rows from customers cascade");
    assert!(matches!(&fault, EditFault::Referred { as_declared: true, .. }), "no ON DELETE: {fault:?}");
    let (tables, applied) = shop.apply("remove 10 rows from customers with referrers").expect("a change");
    let diff = |table: &str| applied.diff.tables[&format!("public.{table}")].clone();
    assert_eq!((diff("customers").removed, tables["customers"]["id"].len()), (10, 90));
    let left = &tables["customers"]["id"];
    assert!(tables["orders"]["customer_id"].iter().all(|customer| left.contains(customer)));
    let orders = &tables["orders"]["id"];
    assert!(tables["order_lines"]["order_id"].iter().all(|order| orders.contains(order)));
    assert_eq!(diff("orders").removed as usize, 100 - orders.len());
    assert_eq!(diff("customers").sample.len(), 5);
    let before = shop.before("orders");
    let row = |cells: &Cells, at: usize| cells.values().map(|column| column[at].clone()).collect::<Vec<_>>();
    let all: Vec<_> = (0..100).map(|at| row(&before, at)).collect();
    assert!(
        (0..orders.len()).all(|at| all.contains(&row(&tables["orders"], at))),
        "the others are as they were"
    );
}

#[test]
fn the_schema_decides_what_becomes_of_those_who_refer() {
    let school = Dataset::new(include_str!("../../edit/tests/instructions/school.sql"));
    let (tables, applied) = school.apply("remove 50% of teachers cascade").expect("ON DELETE SET NULL");
    let cleared = applied.diff.tables["public.courses"].cells["teacher_id"];
    assert_eq!(tables["courses"]["code"].len(), 100);
    let without = |cells: &Cells| count(cells, "teacher_id", None) as u64;
    assert_eq!(without(&tables["courses"]), without(&school.before("courses")) + cleared);
    assert!(cleared > 20, "{cleared}");
}

#[test]
fn rows_are_added_with_keys_and_parents_of_their_own() {
    let shop = Dataset::new(SHOP);
    let (tables, applied) = shop.apply("add 250 rows to order_lines; add 30 customers").expect("a change");
    assert_eq!(applied.diff.tables["public.order_lines"].added, 250);
    let lines = &tables["order_lines"];
    let before = shop.before("order_lines");
    before.iter().for_each(|(name, cells)| assert_eq!(cells[..], lines[name][..100], "{name}"));
    // After the orders have gone that new lines would have, they belong to others.
    let (tables, _) = shop
        .apply("remove 80 rows from orders with referrers; add 90 rows to order_lines")
        .expect("a change");
    let orders = &tables["orders"]["id"];
    assert_eq!(orders.len(), 20);
    assert!(tables["order_lines"]["order_id"].iter().all(|order| orders.contains(order)));
}

#[test]
fn values_stay_distinct_where_they_must() {
    let shop = Dataset::new(SHOP);
    let (after, diff, _) = shop.edited("set customers.email by internet.email for 40% of rows", "customers");
    let mut emails: Vec<_> = after["email"].iter().collect();
    emails.sort();
    emails.dedup();
    assert_eq!(emails.len(), 100);
    assert!(diff.cells.keys().eq(["email"]));
    let fault = shop.fault("set customers.email = 'one@example.org'");
    let told = "`customers_email_key` of `public.customers` would not hold in 99 rows";
    assert_eq!((fault.to_string().as_str(), fault.code()), (told, "edit-constraint"));
    assert!(fault.hint().is_some());
}

#[test]
fn references_are_spread_as_asked() {
    let shop = Dataset::new(SHOP);
    let orders_of = |text: &str| {
        let (after, ..) = shop.edited(text, "orders");
        let mut counts: BTreeMap<Option<String>, usize> = BTreeMap::new();
        after["customer_id"].iter().for_each(|customer| *counts.entry(customer.clone()).or_default() += 1);
        let mut counts: Vec<usize> = counts.into_values().collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        counts
    };
    assert_eq!(orders_of("spread orders.customer_id evenly"), vec![1; 100]);
    let skewed = orders_of("spread orders.customer_id skewed");
    let top: usize = skewed.iter().take(20).sum();
    assert!(top >= 70, "a fifth of the customers has {top} of 100 orders");
    let fault = shop.fault("spread orders.note evenly");
    assert_eq!(fault.code(), "edit-no-reference");
}

#[test]
fn what_no_row_can_keep_is_refused_with_its_constraint() {
    let shop = Dataset::new(SHOP);
    for (text, told) in [
        ("set products.stock = -1", "`products_stock_check` of `public.products` would not hold in 100 rows"),
        ("set customers.name = null", "`name NOT NULL` of `public.customers` would not hold in 100 rows"),
        (
            "set orders.status = 'lost' for 3 rows",
            "`orders_status_check` of `public.orders` would not hold in 3 rows",
        ),
        ("set orders.customer_id = 4711 for 2 rows", "would not hold in 2 rows"),
        (
            "set products.price = price / (stock - stock)",
            "`price / (stock - stock)` has no value in 100 rows of `public.products`",
        ),
    ] {
        let fault = shop.fault(text).to_string();
        assert!(fault.contains(told), "{text}: {fault}");
    }
    for (text, code) in [
        ("shift customers.name by 3 days", "edit-wrong-type"),
        ("scale customers.name by 2", "edit-wrong-type"),
        ("set customers.birth_date = 'soon'", "edit-not-of-type"),
        ("set orders.customer_id between 1 and 5", "edit-reference"),
        ("set products.stock = 1 where colour = 'red'", "edit-expression"),
        ("set products.stock = 1 for 200 rows", "edit-number"),
        ("set products.name like 'Chair' where stock >", "edit-expression"),
    ] {
        let fault = shop.fault(text);
        assert_eq!(fault.code(), code, "{text}: {fault}");
    }
}

#[test]
fn computed_columns_are_computed_anew() {
    let ddl = "CREATE TABLE line (id int PRIMARY KEY, quantity int NOT NULL CHECK (quantity BETWEEN 1 AND 9), price int NOT NULL,
                 total int GENERATED ALWAYS AS (quantity * price) STORED, CHECK (total < 100000));";
    let lines = Dataset::new(ddl);
    let (after, diff, _) = lines.edited("set line.price between 10 and 20", "line");
    let number = |column: &str, row: usize| {
        after[column][row].as_ref().expect("a value").parse::<i64>().expect("a number")
    };
    assert!((0..100).all(|row| number("total", row) == number("quantity", row) * number("price", row)));
    assert!(diff.cells["total"] > 50);
    assert_eq!(lines.fault("set line.total = 5").code(), "edit-generated-column");
}

#[test]
fn examples_are_recombined_and_lists_keep_their_shares() {
    let shop = Dataset::new(SHOP);
    let (after, ..) =
        shop.edited("set products.name like 'Oak Table', 'Pine Shelf', 'Birch Chair'", "products");
    let mut names: Vec<_> = after["name"].iter().flatten().collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 100, "UNIQUE");
    assert!(
        names.iter().any(|name| name.starts_with("Oak Shelf") || name.starts_with("Pine Table")),
        "{names:?}"
    );
    let (after, ..) = shop.edited("set products.category to 'books' (70), 'games' (30)", "products");
    assert_eq!(
        (count(&after, "category", Some("books")), count(&after, "category", Some("games"))),
        (70, 30)
    );
    let (after, ..) = shop.edited("null 37% of customers.phone", "customers");
    assert_eq!(count(&after, "phone", None), 37);
}

#[test]
fn a_language_is_that_of_names_and_addresses_alone() {
    let shop = Dataset::new(SHOP);
    let before = shop.before("customers");
    let (after, diff, _) = shop.edited("locale fr-FR in customers", "customers");
    let changed: Vec<&str> = diff.cells.keys().map(String::as_str).collect();
    assert!(
        changed.contains(&"name") && changed.contains(&"city") && changed.contains(&"email"),
        "{changed:?}"
    );
    assert!(!changed.contains(&"birth_date") && !changed.contains(&"newsletter"), "{changed:?}");
    let nulls = |cells: &Cells| cells["phone"].iter().map(Option::is_none).collect::<Vec<_>>();
    assert_eq!(nulls(&before), nulls(&after));
    let cities: Vec<_> = after["city"].iter().flatten().collect();
    assert!(
        cities.iter().any(|city| ["Paris", "Lyon", "Marseille", "Toulouse"].contains(&city.as_str())),
        "{cities:?}"
    );
    assert_eq!(shop.fault("locale xx-YY").code(), "spec-unknown-locale");
}

#[test]
fn what_leaves_the_calendar_is_refused_and_not_null() {
    let town = Dataset::new("CREATE TABLE t (id int PRIMARY KEY, d date, at timestamp, n numeric(30, 0));");
    for (text, told) in [
        ("shift t.d by 9000 years", "`shift by 9000 years` has no value in"),
        ("shift t.at by 300000 years", "`shift by 300000 years` has no value in"),
        ("shift t.at by -2147483648 months", "has no value in"),
        ("scale t.n by 999999999999", "has no value in"),
    ] {
        let fault = town.apply(text).map(|(_, applied)| applied.diff).map_err(|error| error.to_string());
        // Numbers may fit, and then they are there.
        match fault {
            Err(message) => {
                assert!(message.contains(told) || message.contains("would not hold"), "{text}: {message}")
            }
            Ok(diff) => assert!(text.starts_with("scale"), "{text}: {diff:?}"),
        }
    }
}

#[test]
fn columns_that_only_the_server_computes_are_not_read_as_null() {
    let ddl = "CREATE TABLE t (id int PRIMARY KEY, a int, b int, g text GENERATED ALWAYS AS (pg_unheard_of(a)) STORED);";
    let town = Dataset::new(ddl);
    for text in ["set t.a = 7 where g = 'x'", "set t.b = length(g)", "set t.a = 1 where g IS NULL"] {
        let fault = town.fault(text);
        assert_eq!(fault.code(), "edit-not-in-rows", "{text}: {fault}");
    }
}

#[test]
fn every_table_has_as_many_rows_as_asked() {
    let shop = Dataset::new(SHOP);
    for count in [7, 40, 160] {
        let (tables, applied) = shop.apply(&format!("rows = {count} with referrers")).expect("it can be");
        let rows = |cells: &Cells| cells.values().next().map_or(0, Vec::len);
        assert!(tables.values().all(|cells| rows(cells) == count), "{count}: {:?}", applied.diff);
    }
    let ddl = "CREATE TABLE p (id int PRIMARY KEY, x int); CREATE TABLE c (id int PRIMARY KEY REFERENCES p, y int);";
    let pair = Dataset::new(ddl);
    let (tables, _) = pair.apply("add 10 rows to p; add 10 rows to c").expect("one to one");
    assert_eq!(tables["c"]["id"].len(), 110);
    assert!(tables["c"]["id"].iter().all(|id| tables["p"]["id"].contains(id)));
}

#[test]
fn an_even_spread_is_even_among_rows_that_refer() {
    let ddl = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p);";
    let spec = toml::from_str("seed = 1\n[tables.p]\nrows = 10\n[tables.c]\nrows = 1000").expect("a spec");
    let (after, ..) = Dataset::with(ddl, spec).edited("null 13% of c.p; spread c.p evenly", "c");
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    after["p"].iter().flatten().for_each(|p| *counts.entry(p).or_default() += 1);
    assert_eq!((count(&after, "p", None), counts.into_values().collect::<Vec<_>>()), (130, vec![87; 10]));
}

#[test]
fn labels_are_those_that_are_declared_and_numbers_are_numbers() {
    let ddl = "CREATE TABLE t (id int PRIMARY KEY, s enum('new','paid') NOT NULL, f double);";
    let job = Job::new(SourceMap::of(ddl)).dialect(Dialect::MySql);
    let town = Dataset { planned: job.plan(&mut Silent).expect("a plan") };
    let (tables, _) = town.apply("set t.s = 'PAID' for 60% of rows").expect("it is a label");
    assert_eq!(count(&tables["t"], "s", Some("paid")), 60);
    assert_eq!(count(&tables["t"], "s", Some("new")), 40);
    let infinite = Edit::Set(seedbed_edit::SetColumn {
        table: Some("t".to_owned()),
        column: "f".to_owned(),
        to: seedbed_edit::Source::Value(Some(seedbed_edit::Literal::Float(f64::INFINITY))),
        rows: seedbed_edit::Selection::default(),
    });
    let error = EditedRows::new(&town.planned, &**town.planned.plan(), &[infinite], &EditOptions::default());
    assert_eq!(error.map(|_| ()).map_err(|e| e.code()), Err("edit-not-of-type"));
}

#[test]
fn more_rows_than_memory_holds_are_refused_at_once() {
    let nothing = Dataset::new("CREATE TABLE nothing (); CREATE TABLE t (id int PRIMARY KEY);");
    for text in ["add 1000000000000 rows to t", "add 18446744073709551615 rows to nothing"] {
        assert_eq!(nothing.fault(text).code(), "edit-no-room", "{text}");
    }
    let (_, diff, _) = nothing.edited("add 3 rows to t", "t");
    assert_eq!((diff.added, diff.removed), (3, 0));
    let applied = nothing.apply("add 3 rows to nothing").expect("rows without columns").1;
    assert_eq!(applied.diff.tables["public.nothing"].added, 3);
    assert_eq!(
        nothing.fault("set t.id = 5 for 2 rows; rename 'x' to 'y' in t.id").code(),
        "edit-not-of-type"
    );
}

#[test]
fn a_cell_that_equals_an_expression_is_computed_anew() {
    let ddl = "CREATE TABLE line (id int PRIMARY KEY, quantity int NOT NULL CHECK (quantity BETWEEN 1 AND 9),
                 price numeric(8,2) NOT NULL CHECK (price > 0), total numeric(10,2) NOT NULL, CHECK (total = quantity * price));";
    let lines = Dataset::new(ddl);
    for text in
        ["scale line.price by 1.1", "set line.quantity between 1 and 3", "set line.price = 7.25 for 30 rows"]
    {
        let (after, diff, notes) = lines.edited(text, "line");
        let cents = |column: &str, row: usize| {
            let text = after[column][row].as_ref().expect("a value");
            text.replace('.', "").parse::<i64>().expect("digits")
        };
        assert!(
            (0..100).all(|row| cents("total", row) == cents("quantity", row) * cents("price", row)),
            "{text}"
        );
        assert!(
            diff.cells.len() <= 2 && notes.iter().all(|note| note.contains("`total`")),
            "{text}: {notes:?}"
        );
    }
}
