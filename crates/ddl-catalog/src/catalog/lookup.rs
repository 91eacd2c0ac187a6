//! Finding what a name stands for, along the search path and with the case that the dialect ignores.
//!
//! PostgreSQL looks a bare name up in `pg_temp` and then along the `search_path`
//! (<https://www.postgresql.org/docs/current/ddl-schemas.html>); MySQL and SQLite have no schemas, but SQLite has a
//! `temp` database that comes first (<https://sqlite.org/lang_naming.html>). Columns, tables and types are compared
//! without case in both.
//!
//! Methods that end in `_exact` take a full name and follow no path.

use super::named::{NamedRelation, UserType, View};
use super::state::SystemCatalog;
use seedbed_schema_model::{Column, ColumnIdx, QualifiedName, SequenceId, TableId};
use seedbed_sql_syntax::{Name, NameComparison};

impl SystemCatalog {
    /// The form in which a name is kept and looked up: in lower case where the dialect compares without case.
    pub fn key(&self, name: &QualifiedName) -> QualifiedName {
        match self.syntax().names.comparison {
            NameComparison::Exact => name.clone(),
            NameComparison::IgnoringCase => {
                QualifiedName::new(name.schema.as_deref(), &name.name.to_lowercase())
            }
        }
    }

    /// The full name that a new object of that name gets: in the schema that is written, or in the first of the search
    /// path that exists. MySQL's database before the dot does not count.
    pub fn new_name(&self, name: &Name) -> QualifiedName {
        if !self.dialect().has_schemas() {
            let temporary = name.schema.as_deref().filter(|s| s.eq_ignore_ascii_case("temp"));
            return QualifiedName::new(temporary, &name.name);
        }
        let schema = name.schema.as_deref().unwrap_or_else(|| self.creation_schema());
        QualifiedName::new(Some(schema), &name.name)
    }

    /// The schema that a new object without one goes to: the first of the search path that exists.
    fn creation_schema(&self) -> &str {
        let existing = self.search_path.iter().find(|s| self.namespaces.contains(*s));
        existing.or(self.search_path.first()).map_or("public", String::as_str)
    }

    /// The full names that a name may stand for, best first.
    pub(super) fn candidates(&self, name: &Name) -> Vec<QualifiedName> {
        if !self.dialect().has_schemas() {
            return vec![QualifiedName::new(Some("temp"), &name.name), QualifiedName::new(None, &name.name)];
        }
        if let Some(schema) = &name.schema {
            return vec![QualifiedName::new(Some(schema), &name.name)];
        }
        let temporary = std::iter::once("pg_temp");
        let path = self.search_path.iter().map(String::as_str);
        temporary.chain(path).map(|schema| QualifiedName::new(Some(schema), &name.name)).collect()
    }

    /// What a name of a table, view or sequence stands for, found along the search path.
    pub fn relation(&self, name: &Name) -> Option<NamedRelation> {
        self.candidates(name).iter().find_map(|n| self.relation_exact(n))
    }

    /// What exactly that full name stands for.
    pub fn relation_exact(&self, name: &QualifiedName) -> Option<NamedRelation> {
        self.relations.get(&self.key(name)).copied()
    }

    /// The table of that name; `None` also for a view or sequence.
    pub fn table(&self, name: &Name) -> Option<TableId> {
        match self.relation(name) {
            Some(NamedRelation::Table(id)) => Some(id),
            _ => None,
        }
    }

    /// The sequence of that name; `None` also for a table or view.
    pub fn sequence(&self, name: &Name) -> Option<SequenceId> {
        match self.relation(name) {
            Some(NamedRelation::Sequence(id)) => Some(id),
            _ => None,
        }
    }

    /// The schema's own type of that name.
    pub fn user_type(&self, name: &Name) -> Option<UserType> {
        self.candidates(name).iter().find_map(|n| self.types.get(&self.key(n)).copied())
    }

    /// Whether a table, view, sequence, type or index has a name that is `meant`.
    pub fn has_named(&self, meant: impl Fn(&QualifiedName) -> bool) -> bool {
        let relations = self.relations.keys().chain(self.views.keys());
        relations.chain(self.types.keys()).chain(self.indexes.keys()).any(meant)
    }

    /// Whether a type of the schema's own has exactly that name.
    pub fn has_type(&self, name: &QualifiedName) -> bool {
        self.types.contains_key(&self.key(name))
    }

    /// The columns of a view; `None` when they are not known, or there is no such view.
    pub fn view_columns(&self, name: &Name) -> Option<Vec<Column>> {
        let view = self.candidates(name).iter().find_map(|n| self.views.get(&self.key(n)))?;
        Some(view.columns.clone()).filter(|columns| !columns.is_empty())
    }

    /// The view of exactly that name.
    pub fn view_exact(&self, name: &QualifiedName) -> Option<&View> {
        self.views.get(&self.key(name))
    }

    /// Whether two names of columns are one, by the dialect's comparison.
    pub fn same_column(&self, a: &str, b: &str) -> bool {
        match self.syntax().names.comparison {
            NameComparison::Exact => a == b,
            NameComparison::IgnoringCase => a.eq_ignore_ascii_case(b) || a.to_lowercase() == b.to_lowercase(),
        }
    }

    /// The live column of that name; `None` for one that was dropped.
    pub fn column(&self, table: TableId, name: &str) -> Option<ColumnIdx> {
        let columns = &self.schema[table].columns;
        let order = &self.draft(table).order;
        order.iter().copied().find(|c| self.same_column(&columns[*c].name, name))
    }

    /// Whether an index has exactly that name.
    pub fn is_index(&self, name: &QualifiedName) -> bool {
        self.indexes.contains_key(&self.key(name))
    }

    /// The table that the index of that name is on. MySQL's indexes belong to their tables and are not found here.
    pub fn index_table(&self, name: &Name) -> Option<TableId> {
        self.candidates(name).iter().find_map(|n| self.indexes.get(&self.key(n)).copied())
    }
}
