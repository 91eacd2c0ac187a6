//! What a script's own rows mean for a plan, and which columns of rows that are there a plan must know.

use crate::script_row::ScriptRow;
use crate::{Existing, ExistingTable, KnownRows};
use seedbed_schema_model::{Column, ColumnIdx, Expr, KeyTerm, Literal, Schema, SqlType, Table, TableId};
use seedbed_sql_values::{Value, fold, format_value};
use std::collections::{BTreeMap, BTreeSet};

impl Existing {
    /// What tables hold, from their rows: for each a value for every column, `None` where it is not known. Rows that are
    /// not certainly all there (`exact` is false) are kept away from, but nothing refers to them.
    pub fn from_rows<'a>(
        schema: &Schema,
        tables: impl IntoIterator<Item = (TableId, &'a [Vec<Option<Literal>>], bool)>,
    ) -> Self {
        let filled = tables.into_iter().filter(|(_, rows, _)| !rows.is_empty());
        let facts = filled.map(|(id, rows, exact)| {
            let mut facts = table_of(schema, id, rows);
            if !exact {
                facts.known = KnownRows::default();
            }
            (id, facts)
        });
        Self { tables: facts.collect(), session_user: None, now_micros: None }
    }
}

impl Existing {
    /// The rows that are known of each table.
    pub fn known_rows(&self) -> BTreeMap<TableId, KnownRows> {
        self.tables.iter().map(|(id, facts)| (*id, facts.known.clone())).collect()
    }
}

impl KnownRows {
    /// Which of these rows, by their places, are among others, by the values of some columns that both know; none where
    /// one of them does not.
    pub fn places_among(&self, others: &Self, columns: &[ColumnIdx]) -> Vec<usize> {
        let places = |rows: &Self| -> Option<Vec<usize>> {
            columns.iter().map(|column| rows.columns.iter().position(|known| known == column)).collect()
        };
        let (Some(own), Some(theirs)) = (places(self), places(others)) else { return Vec::new() };
        let key = |row: &[Value], places: &[usize]| {
            format!("{:?}", places.iter().map(|at| row.get(*at)).collect::<Vec<_>>())
        };
        let others: BTreeSet<String> = others.rows.iter().map(|row| key(row, &theirs)).collect();
        let rows = self.rows.iter().enumerate();
        rows.filter(|(_, row)| others.contains(&key(row, &own))).map(|(place, _)| place).collect()
    }

    /// The columns whose values a plan must know of rows that are there: those in a key (also one of expressions, with
    /// its predicate), in an exclusion constraint, referred to by a foreign key, or looked up by a trigger or a CHECK.
    pub fn columns_of(schema: &Schema, id: TableId) -> Vec<ColumnIdx> {
        let table = &schema[id];
        let mut found: BTreeSet<ColumnIdx> = BTreeSet::new();
        found.extend(table.primary_key.iter().flat_map(|key| &key.columns));
        let parts = table.uniques.iter().flat_map(|u| u.parts.iter().map(|part| &part.term));
        let elements = table.exclusions.iter().flat_map(|e| e.elements.iter().map(|element| &element.term));
        for term in parts.chain(elements) {
            match term {
                KeyTerm::Column(column) => {
                    found.insert(*column);
                }
                KeyTerm::Expr(expr) => found.extend(expr.columns()),
            }
        }
        let predicates = table.uniques.iter().filter_map(|u| u.predicate.as_ref());
        let excluded = table.exclusions.iter().filter_map(|e| e.predicate.as_ref());
        found.extend(predicates.chain(excluded).flat_map(|predicate| predicate.columns()));
        let references = schema.tables.iter().flat_map(|t| &t.foreign_keys).filter(|f| f.parent == id);
        found.extend(references.flat_map(|f| &f.parent_columns));
        found.extend(table.columns_indexed().map(|(c, _)| c).filter(|c| schema.is_looked_up(id, *c)));
        let referring = schema.tables.iter().filter(|t| t.foreign_keys.iter().any(|f| f.parent == id));
        for check in referring.flat_map(|t| &t.checks) {
            check.expr.walk(&mut |e| found.extend(looked_up(e, id)));
        }
        with_what_they_read(table, found).into_iter().collect()
    }

    /// The columns that give rows of a table a fixed order: the primary key, or all of `columns`.
    pub fn order_of(table: &Table, columns: &[ColumnIdx]) -> Vec<ColumnIdx> {
        table.primary_key.as_ref().map_or_else(|| columns.to_vec(), |key| key.columns.clone())
    }
}

/// The column of a table that an expression looks up.
fn looked_up(e: &Expr, id: TableId) -> Option<ColumnIdx> {
    match e {
        Expr::Lookup { table, column, .. } if *table == id => Some(*column),
        _ => None,
    }
}

impl ExistingTable {
    /// Adds the values of columns that are alone a key, where all rows are known and their values are not there already.
    pub fn note_taken(&mut self, schema: &Schema, id: TableId) {
        if self.known.rows.len() as u64 != self.rows {
            return;
        }
        let table = &schema[id];
        for column in keys(table).into_iter().filter_map(|key| <[ColumnIdx; 1]>::try_from(key).ok()) {
            let [column] = column;
            let place = self.known.columns.iter().position(|known| *known == column);
            if let Some(place) = place.filter(|_| !self.taken.contains_key(&column)) {
                let values = self.known.rows.iter().filter_map(|row| row.get(place));
                self.taken.insert(column, taken_values(schema, &table[column], values));
            }
        }
    }
}

/// Some columns and, of generated ones among them, what their expressions read: keys are compared by that.
fn with_what_they_read(table: &Table, mut columns: BTreeSet<ColumnIdx>) -> BTreeSet<ColumnIdx> {
    let mut open: Vec<ColumnIdx> = columns.iter().copied().collect();
    while let Some(column) = open.pop() {
        let Some(generated) = table.columns.get(column.position()).and_then(|c| c.generated.as_ref()) else {
            continue;
        };
        open.extend(generated.expr.columns().into_iter().filter(|read| columns.insert(*read)));
    }
    columns
}

fn table_of(schema: &Schema, id: TableId, rows: &[Vec<Option<Literal>>]) -> ExistingTable {
    let table = &schema[id];
    let columns = KnownRows::columns_of(schema, id);
    let typed = |literals: &Vec<Option<Literal>>| -> Vec<Option<Value>> {
        let row = ScriptRow { schema, table, literals };
        columns.iter().map(|column| row.value(*column)).collect()
    };
    let typed: Vec<Vec<Option<Value>>> = rows.iter().map(typed).collect();
    let mut found = ExistingTable { rows: rows.len() as u64, ..ExistingTable::default() };
    let keys = keys(table);
    for (at, column) in columns.iter().enumerate() {
        if !keys.iter().any(|key| key.contains(column)) {
            continue;
        }
        let values = typed.iter().filter_map(|row| row[at].as_ref());
        if is_integer(schema, table, *column) {
            let numbers =
                values.clone().filter_map(|v| if let Value::Integer(n) = v { Some(*n) } else { None });
            found.greatest.extend(numbers.max().map(|n| (*column, n)));
        }
        if keys.iter().any(|key| key[..] == [*column]) {
            found.taken.insert(*column, taken_values(schema, &table[*column], values));
        }
    }
    // A row with a value that is not known is one that nobody can refer to or keep away from.
    let mut known: Vec<Vec<Value>> = typed.into_iter().filter_map(|row| row.into_iter().collect()).collect();
    known.truncate(KnownRows::MOST);
    if !columns.is_empty() {
        found.known = KnownRows { columns, rows: known };
    }
    found
}

/// Every key's columns, where all of its parts are columns.
fn keys(table: &Table) -> Vec<Vec<ColumnIdx>> {
    let primary = table.primary_key.iter().map(|key| key.columns.clone());
    primary.chain(table.uniques.iter().filter_map(|unique| unique.plain_columns())).collect()
}

fn is_integer(schema: &Schema, table: &Table, column: ColumnIdx) -> bool {
    matches!(schema.base_type(&table[column].ty), SqlType::Integer { .. })
}

/// The values of a key, each once and in order, as the column compares them.
pub fn taken_values<'a>(
    schema: &Schema,
    column: &Column,
    values: impl IntoIterator<Item = &'a Value>,
) -> Vec<String> {
    let present = values.into_iter().filter(|v| !v.is_null());
    let mut texts: Vec<String> = present.map(|v| compared_text(schema, column, v)).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// A value as text that is equal where a column takes two values for equal: its literal's, folded.
pub fn compared_text(schema: &Schema, column: &Column, value: &Value) -> String {
    let ty = schema.base_type(&column.ty);
    let text = format_value(value, ty, schema.dialect);
    fold(&text, column.collation.as_deref(), schema.dialect, ty).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::{Dialect, Key, Span, UniqueKey};

    fn schema() -> Schema {
        let mut schema = Schema::new(Dialect::Postgres);
        let mut role = Table::new(Some("public"), "role");
        role.columns.push(Column::new("id", SqlType::INTEGER).not_null());
        role.columns.push(Column::new("name", SqlType::Citext));
        role.columns.push(Column::new("note", SqlType::TEXT));
        let columns = vec![ColumnIdx(0)];
        role.primary_key =
            Some(Key { name: None, columns, prefix_lengths: Vec::new(), span: Span::default() });
        role.uniques.push(UniqueKey::over(&[ColumnIdx(1)]));
        schema.push_table(role);
        schema
    }

    #[test]
    fn rows_of_a_script_become_facts() {
        let schema = schema();
        let text = |t: &str| Some(Literal::Text(t.to_owned()));
        let rows = [
            vec![Some(Literal::Integer(3)), text("Admin"), None],
            vec![text("7"), Some(Literal::Null), text("x")],
            vec![Some(Literal::Integer(5)), None, None],
        ];
        let existing = Existing::from_rows(&schema, [(TableId(0), &rows[..], true)]);
        let role = &existing.tables[&TableId(0)];
        assert_eq!(role.rows, 3);
        assert_eq!(role.greatest, BTreeMap::from([(ColumnIdx(0), 7)]));
        let taken = [(0, vec!["3", "5", "7"]), (1, vec!["admin"])];
        let taken =
            taken.map(|(column, texts)| (ColumnIdx(column), texts.into_iter().map(str::to_owned).collect()));
        assert_eq!(role.taken, BTreeMap::from(taken));
        assert_eq!(role.known.columns, [ColumnIdx(0), ColumnIdx(1)]);
        let admin = vec![Value::Integer(3), Value::Text("Admin".to_owned())];
        assert_eq!(role.known.rows, [admin, vec![Value::Integer(7), Value::Null]]);
        let vague = Existing::from_rows(&schema, [(TableId(0), &rows[..], false)]);
        let unknown = ExistingTable { known: KnownRows::default(), ..role.clone() };
        assert_eq!(vague.tables, BTreeMap::from([(TableId(0), unknown)]));
        assert!(Existing::from_rows(&schema, [(TableId(0), &[][..], true)]).tables.is_empty());
    }
}
