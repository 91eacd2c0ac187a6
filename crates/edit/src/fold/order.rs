//! What edits change and read that are done after the rows are made: what no edit behind them may be done before.

use super::place::Place;
use crate::text::choices;
use crate::{Edit, Referrers, Selection, Source};
use seedbed_datagen_core::{resolve_column, resolve_table};
use seedbed_schema_model::{Schema, TableId};
use std::collections::BTreeSet;

/// What returned edits change and read.
#[derive(Debug, Default)]
pub(super) struct Later {
    changed: BTreeSet<Place>,
    read: BTreeSet<Place>,
    /// Tables whose number of rows they change.
    counted: BTreeSet<TableId>,
    /// Whether they may change the number of rows of any table.
    counted_any: bool,
    /// Whether they may read any column.
    reads_all: bool,
}

impl Later {
    /// Whether a column has to stay as it is until they are done.
    pub(super) fn touches(&self, place: Place) -> bool {
        self.reads_all || self.changed.contains(&place) || self.read.contains(&place)
    }

    /// Whether they change the number of rows of a table.
    pub(super) fn counts(&self, table: TableId) -> bool {
        self.counted_any || self.counted.contains(&table)
    }

    /// Whether they change the number of rows of any table.
    pub(super) fn counts_any(&self) -> bool {
        self.counted_any || !self.counted.is_empty()
    }

    /// Whether they change text that is in some language: other than words that its type or CHECKs list.
    pub(super) fn changes_free_text(&self, schema: &Schema) -> bool {
        let is_free = |place: &&Place| {
            schema.base_type(&schema[place.0][place.1].ty).is_text() && choices(schema, **place).is_none()
        };
        self.reads_all || self.changed.iter().find(is_free).is_some()
    }

    /// Takes note of an edit.
    pub(super) fn push(&mut self, schema: &Schema, edit: &Edit) {
        match edit {
            Edit::Set(e) => {
                self.change(schema, e.table.as_deref(), &e.column);
                self.select(schema, e.table.as_deref(), &e.column, &e.rows);
                if let Source::Expression(sql) = &e.to {
                    self.read_sql(schema, e.table.as_deref(), &e.column, sql);
                }
            }
            Edit::Nulls(e) => self.change(schema, e.table.as_deref(), &e.column),
            Edit::Shift(e) => {
                self.change(schema, e.table.as_deref(), &e.column);
                self.select(schema, e.table.as_deref(), &e.column, &e.rows);
            }
            Edit::Scale(e) => {
                self.change(schema, e.table.as_deref(), &e.column);
                self.select(schema, e.table.as_deref(), &e.column, &e.rows);
            }
            Edit::Rename(e) => self.change(schema, e.table.as_deref(), &e.column),
            Edit::Spread(e) => self.change(schema, Some(&e.table), &e.column),
            Edit::Add(e) => self.count(schema, Some(&e.table), Referrers::Refuse),
            Edit::Rows(e) => self.count(schema, e.table.as_deref(), e.referrers),
            Edit::Remove(e) => {
                self.count(schema, Some(&e.table), e.referrers);
                if let (Ok(table), Some(sql)) = (resolve_table(schema, &e.table), &e.rows.condition) {
                    self.read_in(schema, table, sql);
                }
            }
            Edit::Locale(e) => {
                let of =
                    |id: &TableId| e.table.as_ref().is_none_or(|name| resolve_table(schema, name) == Ok(*id));
                let tables = schema.tables_indexed().filter(|(id, _)| of(id));
                self.changed
                    .extend(tables.flat_map(|(id, t)| t.columns_indexed().map(move |(at, _)| (id, at))));
            }
        }
    }

    /// Tables that an edit of a column concerns: a partition's whole table, too.
    fn tables(schema: &Schema, table: Option<&str>, column: &str) -> Vec<TableId> {
        match table {
            Some(name) => {
                let found = resolve_table(schema, name).ok();
                found.into_iter().flat_map(|id| [id, schema.partition_root(id)]).collect()
            }
            None => {
                let having =
                    schema.tables_indexed().filter(|(id, _)| resolve_column(schema, *id, column).is_ok());
                having.map(|(id, _)| id).collect()
            }
        }
    }

    fn change(&mut self, schema: &Schema, table: Option<&str>, column: &str) {
        for id in Self::tables(schema, table, column) {
            self.changed.extend(resolve_column(schema, id, column).map(|at| (id, at)));
        }
    }

    fn select(&mut self, schema: &Schema, table: Option<&str>, column: &str, rows: &Selection) {
        if let Some(sql) = &rows.condition {
            self.read_sql(schema, table, column, sql);
        }
    }

    fn read_sql(&mut self, schema: &Schema, table: Option<&str>, column: &str, sql: &str) {
        for id in Self::tables(schema, table, column) {
            self.read_in(schema, id, sql);
        }
    }

    /// SQL over the rows of a table reads at most the columns whose names are in it; with a query in it, anything.
    fn read_in(&mut self, schema: &Schema, table: TableId, sql: &str) {
        let sql = sql.to_lowercase();
        self.reads_all |= sql.contains("select");
        let columns = schema[table].columns_indexed();
        let named = columns.filter(|(_, c)| sql.contains(&c.name.to_lowercase()));
        self.read.extend(named.map(|(at, _)| (table, at)));
    }

    /// Rows that go with those which refer to them change the number of rows anywhere, and references.
    fn count(&mut self, schema: &Schema, table: Option<&str>, referrers: Referrers) {
        let found = table.map(|name| resolve_table(schema, name));
        self.counted_any |= found.is_none() || referrers != Referrers::Refuse;
        if let Some(Ok(id)) = found {
            self.counted.extend([id, schema.partition_root(id)]);
        }
        if referrers != Referrers::Refuse {
            for (id, t) in schema.tables_indexed() {
                self.changed.extend(t.foreign_keys.iter().flat_map(|fk| &fk.columns).map(|at| (id, *at)));
            }
        }
    }
}
