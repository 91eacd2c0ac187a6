//! What children ask of their parents' values.
//!
//! `receipt (shop, kind, doc)` refers to `document (shop, kind, id)`, and a CHECK of `receipt` pins `kind` to 'receipt'.
//! Nothing but that CHECK says what kinds of documents there are, and without one of that kind there is no receipt. So
//! the value is made part of the parent's list. This is the one case in which a child moves cells of a parent.

use seedbed_constraints::Constraints;
use seedbed_rows::table_context;
use seedbed_schema_model::{ColumnIdx, Schema, SqlType, Table, TableId};
use seedbed_solver::{Narrowing, Subject, Units, conjuncts, same};
use seedbed_sql_semantics::evaluate;
use seedbed_sql_values::{Typing, Value, representation};
use std::collections::BTreeMap;

/// More values than this are no discriminator.
const MOST: usize = 64;

/// A parent may show the value of a parent of its own, and so on, so far.
const DEEPEST: usize = 8;

/// The values that children ask of the columns of all tables.
#[derive(Debug, Default)]
pub(super) struct Demands {
    columns: BTreeMap<(TableId, ColumnIdx), Demand>,
}

/// What is asked of one column.
#[derive(Clone, Debug, Default)]
pub(super) struct Demand {
    /// The values, in the order in which they are asked for.
    pub(super) values: Vec<Value>,
    /// The tables whose CHECKs ask for them, by name.
    pub(super) by: Vec<String>,
    /// What the types of referencing columns leave.
    pub(super) fit: Fit,
}

/// What a column's values have to be for the types of the columns that show it.
#[derive(Clone, Debug, Default)]
pub(super) struct Fit {
    /// The table whose column is of type `uuid`, by name.
    pub(super) uuid: Option<String>,
    /// The fewest characters that one of them holds.
    pub(super) max_chars: Option<u32>,
    /// The greatest number that all of them hold, where that is less than the column itself.
    pub(super) greatest: Option<i128>,
}

impl Fit {
    /// The characters, where so many rows have room in them.
    pub(super) fn chars_for(&self, rows: u64) -> Option<u32> {
        self.max_chars.filter(|most| 36_u64.saturating_pow(*most) / 4 >= rows)
    }

    /// The greatest number, where so many rows have room below it.
    pub(super) fn greatest_for(&self, rows: u64) -> Option<i128> {
        self.greatest.filter(|greatest| greatest / 2 >= i128::from(rows))
    }
}

impl Demands {
    /// What the CHECKs, domains and constant generated columns of a schema pin of referencing columns. Cost: the CHECKs
    /// of tables with foreign keys.
    pub(super) fn of(schema: &Schema, constraints: &BTreeMap<TableId, Constraints<'_>>) -> Self {
        let mut demands = Self::default();
        for (child, table) in schema.tables_indexed() {
            for (fk, column, theirs) in referencing(table) {
                let parent = schema.partition_root(fk);
                if parent == child {
                    continue;
                }
                demands.fit(schema, (table, column), (parent, theirs), 0);
                if let Some(values) = pinned(schema, table, column) {
                    demands.ask(schema, (parent, theirs), &values, &table.name.to_string(), 0);
                }
            }
        }
        constraints.values().for_each(|of_table| demands.ask_of_looked_up(schema, of_table));
        demands
    }

    /// What is asked of a column.
    pub(super) fn on(&self, table: TableId, column: ColumnIdx) -> Option<&Demand> {
        self.columns.get(&(table, column))
    }

    /// Notes what the type of a referencing column leaves of what it shows.
    fn fit(
        &mut self,
        schema: &Schema,
        (child, own): (&Table, ColumnIdx),
        (table, column): (TableId, ColumnIdx),
        depth: usize,
    ) {
        let (own_type, theirs) =
            (schema.base_type(&child[own].ty), schema.base_type(&schema[table][column].ty));
        let length = |ty: &SqlType| match ty {
            SqlType::Varchar { length } | SqlType::Char { length } => *length,
            _ => None,
        };
        let enforced = representation(schema.dialect).storage.typing != Typing::Affinity;
        let shorter =
            length(own_type).filter(|most| enforced && length(theirs).is_none_or(|theirs| theirs > *most));
        let shorter = shorter.filter(|_| theirs.is_text());
        let smaller = smaller(schema, own_type, theirs).filter(|_| enforced);
        let is_uuid = *own_type == SqlType::Uuid && theirs.is_text();
        if !is_uuid && shorter.is_none() && smaller.is_none() {
            return;
        }
        if let Some((parent, _, above)) = referencing(&schema[table]).find(|(_, c, _)| *c == column) {
            let parent = schema.partition_root(parent);
            if depth < DEEPEST && parent != table {
                self.fit(schema, (child, own), (parent, above), depth + 1);
            }
            return;
        }
        let fit = &mut self.columns.entry((table, column)).or_default().fit;
        if is_uuid && fit.uuid.is_none() {
            fit.uuid = Some(child.name.to_string());
        }
        fit.max_chars = fit.max_chars.into_iter().chain(shorter).min();
        fit.greatest = fit.greatest.into_iter().chain(smaller).min();
    }

    /// Notes the values that a table wants of the rows to which it refers.
    fn ask_of_looked_up(&mut self, schema: &Schema, constraints: &Constraints<'_>) {
        for (fk, want) in constraints.references.iter().flat_map(|fk| fk.wants.iter().map(move |w| (fk, w))) {
            let columns = want.expr.columns();
            let [column] = *columns.as_slice() else { continue };
            let parent = &schema[fk.parent];
            let cx = table_context(schema, parent);
            let base = schema.base_type(&parent[column].ty);
            let mut narrowing = Narrowing::new(Subject::Column(column), base, &cx);
            narrowing.apply(&want.expr);
            let few = narrowing.domain.allowed.filter(|values| (1..=MOST).contains(&values.len()));
            if let Some(values) = few {
                self.ask(schema, (fk.parent, column), &values, &constraints.table.name.to_string(), 0);
            }
        }
    }

    /// Notes values, of the table where the column is its own.
    fn ask(
        &mut self,
        schema: &Schema,
        (table, column): (TableId, ColumnIdx),
        values: &[Value],
        by: &str,
        depth: usize,
    ) {
        let shown = referencing(&schema[table]).find(|(_, own, _)| *own == column);
        if let Some((parent, _, theirs)) = shown {
            let parent = schema.partition_root(parent);
            if depth < DEEPEST && parent != table {
                self.ask(schema, (parent, theirs), values, by, depth + 1);
            }
            return;
        }
        if !is_open(schema, &schema[table], column) {
            return;
        }
        let demand = self.columns.entry((table, column)).or_default();
        for value in values {
            if !demand.values.iter().any(|v| same(v, value)) {
                demand.values.push(value.clone());
            }
        }
        if !demand.by.iter().any(|name| name == by) {
            demand.by.push(by.to_owned());
        }
    }
}

/// The greatest number of an integer type, where the other type has greater ones.
fn smaller(schema: &Schema, own: &SqlType, theirs: &SqlType) -> Option<i128> {
    let counts = matches!(theirs, SqlType::Integer { .. } | SqlType::Decimal { .. });
    if !matches!(own, SqlType::Integer { .. }) || !counts {
        return None;
    }
    let (own, theirs) = (Units::of(own, schema.dialect)?, Units::of(theirs, schema.dialect)?);
    (own.max < theirs.max).then_some(own.max)
}

/// The referencing columns of a table, each with its parent and the parent's column.
fn referencing(table: &Table) -> impl Iterator<Item = (TableId, ColumnIdx, ColumnIdx)> + '_ {
    table.foreign_keys.iter().flat_map(|fk| {
        fk.columns.iter().zip(&fk.parent_columns).map(|(own, theirs)| (fk.parent, *own, *theirs))
    })
}

/// Whether a column's type leaves more values than children can name, and the column is written by us.
fn is_open(schema: &Schema, table: &Table, column: ColumnIdx) -> bool {
    let listed = matches!(
        schema.base_type(&table[column].ty),
        SqlType::Boolean | SqlType::Enum(_) | SqlType::InlineEnum(_) | SqlType::InlineSet(_)
    );
    !listed && table[column].generated.is_none()
}

/// The few values that a table leaves of a column, if it does.
fn pinned(schema: &Schema, table: &Table, column: ColumnIdx) -> Option<Vec<Value>> {
    let cx = table_context(schema, table);
    if let Some(generated) = &table[column].generated {
        let nothing: Vec<Value> = Vec::new();
        let constant = generated.expr.columns().is_empty();
        return constant.then(|| evaluate(&generated.expr, &nothing, &cx).ok())?.map(|value| vec![value]);
    }
    let mut narrowing = Narrowing::new(Subject::DomainValue, schema.base_type(&table[column].ty), &cx);
    for domain in schema.domains_of(&table[column].ty) {
        domain.checks.iter().flat_map(|check| conjuncts(&check.expr)).for_each(|part| {
            narrowing.apply(part);
        });
    }
    let mut narrowing = narrowing.seen_as(Subject::Column(column));
    let enforced = table.checks.iter().filter(|check| check.enforced);
    for part in enforced.flat_map(|check| conjuncts(&check.expr)).filter(|part| part.columns() == [column]) {
        narrowing.apply(part);
    }
    let domain = narrowing.domain;
    let values = domain.allowed.filter(|values| (1..=MOST).contains(&values.len()))?;
    let kept: Vec<Value> =
        values.into_iter().filter(|v| !domain.forbidden.iter().any(|f| same(f, v))).collect();
    (!kept.is_empty()).then_some(kept)
}

/// How what is asked of a column can be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    /// The values are the column's list.
    AsList,
    /// The column is a key by itself: the first rows hold the values.
    InFirstRows,
    /// Not at all: keys need the column's other values.
    No,
}

/// How a demand on a column is met: its keys decide.
pub(super) fn meeting(constraints: &Constraints<'_>, column: ColumnIdx) -> Meeting {
    let mut keys = constraints.keys.iter().filter(|key| key.columns.contains(&column));
    if keys.clone().any(|key| key.columns == [column]) {
        return Meeting::InFirstRows;
    }
    let refers = |c: ColumnIdx| constraints.references.iter().any(|fk| fk.columns.contains(&c));
    let is_wide = |c: &ColumnIdx| {
        *c != column
            && !refers(*c)
            && !matches!(
                constraints.table[*c].ty,
                SqlType::Boolean | SqlType::Enum(_) | SqlType::InlineEnum(_) | SqlType::InlineSet(_)
            )
    };
    if keys.all(|key| key.columns.iter().any(is_wide)) { Meeting::AsList } else { Meeting::No }
}
