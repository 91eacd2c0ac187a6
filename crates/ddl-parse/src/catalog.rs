//! The state of the database while the statements of a script are applied one after the other.
//!
//! Tables and columns keep their place for the whole run: a dropped column stays in [`Table::columns`] and only leaves
//! [`Draft::order`], so that expressions already read survive renames, drops and MySQL's `FIRST`/`AFTER`.
//! [`finish`](crate::finish) then closes the gaps.

use crate::Problem;
use crate::statement::Rows;
use crate::text::Name;
use seedbed_schema_model::{
    Column, ColumnIdx, CompositeTypeId, Deferrability, Dialect, DomainId, EnumTypeId, MatchKind,
    QualifiedName, ReferentialAction, Schema, Sequence, SequenceId, Span, SqlType, Table, TableId,
};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// What a table, view, index or sequence name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Table(TableId),
    Sequence(SequenceId),
    /// Something that holds no rows of its own.
    View,
}

/// A view, as far as its text tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    /// Its columns; none when one of them can't be told.
    pub(crate) columns: Vec<Column>,
    /// The table that rows inserted into it go to.
    pub(crate) base: Option<TableId>,
}

/// What a type name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserType {
    Enum(EnumTypeId),
    Domain(DomainId),
    Composite(CompositeTypeId),
}

impl UserType {
    pub(crate) fn sql_type(self) -> SqlType {
        match self {
            Self::Enum(id) => SqlType::Enum(id),
            Self::Domain(id) => SqlType::Domain(id),
            Self::Composite(id) => SqlType::Composite(id),
        }
    }
}

/// A foreign key whose parent is still a name. Names are resolved at the end, because SQLite and MySQL allow a
/// reference to come before its table.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub name: Option<String>,
    pub columns: Vec<ColumnIdx>,
    pub parent: QualifiedName,
    /// Empty: the parent's primary key.
    pub parent_columns: Vec<String>,
    pub match_kind: MatchKind,
    pub on_delete: ReferentialAction,
    pub on_update: ReferentialAction,
    pub deferrability: Deferrability,
    pub span: Span,
}

/// What is known of a table beside its [`Table`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub dropped: bool,
    pub temporary: bool,
    /// The live columns in the table's order.
    pub order: Vec<ColumnIdx>,
    pub references: Vec<Reference>,
    /// The tables it inherits from or is a partition of.
    pub parents: Vec<TableId>,
    /// MySQL: what new columns inherit.
    pub charset: Option<String>,
    pub collation: Option<String>,
    /// It has more columns than are kept.
    pub overfull: bool,
    /// MySQL: the storage engine does not keep foreign keys.
    pub ignores_references: bool,
    /// CHECKs marked `NO INHERIT`.
    pub no_inherit: Vec<String>,
    /// PostgreSQL `OF type`.
    pub of_type: Option<CompositeTypeId>,
    /// What the statements of its triggers do, by the trigger's name.
    pub trigger_acts: HashMap<String, Acts>,
    /// What statements put into it.
    pub rows: Rows,
}

/// What a body of statements does to other tables, as far as its words tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Acts {
    /// What it inserts, and into which tables.
    pub inserts: Vec<Insertion>,
    /// Tables it deletes from.
    pub deletes: Vec<Name>,
    /// Lower-case names that stand before brackets: functions, maybe.
    pub calls: Vec<String>,
    /// Where it looks for the session's user.
    pub seeks_user: Vec<UserSought>,
}

/// An INSERT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Insertion {
    pub table: Name,
    /// The columns that it lists.
    pub columns: Option<Vec<String>>,
    /// Its first row: at each place the column of a trigger's new row that stands there, if one does.
    pub values: Vec<Option<String>>,
    /// Whether nothing before it, and no condition of its own, can have it passed over.
    pub always: bool,
}

/// `column = SESSION_USER`, and the tables that the statement reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserSought {
    pub tables: Vec<Name>,
    pub column: String,
}

/// A function's body, and where it stands in the files.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub text: Rc<str>,
    pub base: usize,
    pub fixed: Option<Span>,
}

/// A `COPY ... FROM stdin` before its data.
#[derive(Clone, Debug)]
pub(crate) struct Copying {
    pub table: TableId,
    pub columns: Vec<ColumnIdx>,
    pub delimiter: char,
    pub span: Span,
}

/// Far more than any script's functions; calls of calls stop here.
const MOST_BODY_BYTES: usize = 4 << 20;

/// PostgreSQL takes 1,600 columns in a table, MySQL 4,096, SQLite 2,000 as it is built everywhere. Dropped ones count.
const MOST_COLUMNS: usize = 6_000;

/// The database as far as the statements have got.
#[derive(Debug)]
pub(crate) struct Catalog {
    pub schema: Schema,
    /// Parallel to [`Schema::tables`].
    pub drafts: Vec<Draft>,
    pub problems: Vec<Problem>,
    /// PostgreSQL's `search_path`, without what does not exist.
    pub search_path: Vec<String>,
    /// PostgreSQL schemas made by `CREATE SCHEMA`.
    pub namespaces: HashSet<String>,
    pub dropped_sequences: HashSet<SequenceId>,
    relations: HashMap<QualifiedName, Relation>,
    types: HashMap<QualifiedName, UserType>,
    /// Lower-case names of functions that the script defines.
    pub function_names: HashSet<String>,
    views: HashMap<QualifiedName, View>,
    /// Bodies of PL/pgSQL functions that change the schema, by lower-case name: run when a statement calls them.
    pub bodies: HashMap<String, Body>,
    /// What functions do, by lower-case name. Overloads count together.
    pub function_acts: HashMap<String, Acts>,
    /// The `COPY` whose data comes next.
    pub copying: Option<Copying>,
    /// The last value of each sequence that statements used; `None` when it is not known.
    pub sequence_values: HashMap<SequenceId, Option<i64>>,
    /// Bytes of bodies that may still be run.
    pub body_budget: usize,
    /// Indexes by name: which table each one is on.
    indexes: HashMap<QualifiedName, TableId>,
    pub dead_enums: HashSet<EnumTypeId>,
    pub dead_domains: HashSet<DomainId>,
    pub dead_composites: HashSet<CompositeTypeId>,
}

impl Catalog {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            schema: Schema::new(dialect),
            drafts: Vec::new(),
            problems: Vec::new(),
            search_path: vec!["public".to_owned()],
            namespaces: HashSet::from(["public".to_owned()]),
            dropped_sequences: HashSet::new(),
            relations: HashMap::new(),
            types: HashMap::new(),
            function_names: HashSet::new(),
            views: HashMap::new(),
            bodies: HashMap::new(),
            function_acts: HashMap::new(),
            copying: None,
            sequence_values: HashMap::new(),
            body_budget: MOST_BODY_BYTES,
            indexes: HashMap::new(),
            dead_enums: HashSet::new(),
            dead_domains: HashSet::new(),
            dead_composites: HashSet::new(),
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.schema.dialect
    }

    /// How a name is looked up: MySQL and SQLite compare without case.
    pub(crate) fn key(&self, name: &QualifiedName) -> QualifiedName {
        match self.dialect() {
            Dialect::Postgres => name.clone(),
            _ => QualifiedName::new(name.schema.as_deref(), &name.name.to_lowercase()),
        }
    }

    /// The full name of a new object.
    pub(crate) fn new_name(&self, name: &Name) -> QualifiedName {
        if !self.dialect().has_schemas() {
            let temporary = name.schema.as_deref().filter(|s| s.eq_ignore_ascii_case("temp"));
            return QualifiedName::new(temporary, &name.name);
        }
        let schema = name.schema.as_deref().unwrap_or_else(|| self.creation_schema());
        QualifiedName::new(Some(schema), &name.name)
    }

    fn creation_schema(&self) -> &str {
        let existing = self.search_path.iter().find(|s| self.namespaces.contains(*s));
        existing.or(self.search_path.first()).map_or("public", String::as_str)
    }

    /// The full names that a name may stand for, best first.
    fn candidates(&self, name: &Name) -> Vec<QualifiedName> {
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

    pub(crate) fn relation(&self, name: &Name) -> Option<Relation> {
        self.candidates(name).iter().find_map(|n| self.relation_exact(n))
    }

    pub(crate) fn relation_exact(&self, name: &QualifiedName) -> Option<Relation> {
        self.relations.get(&self.key(name)).copied()
    }

    pub(crate) fn table(&self, name: &Name) -> Option<TableId> {
        match self.relation(name) {
            Some(Relation::Table(id)) => Some(id),
            _ => None,
        }
    }

    pub(crate) fn sequence(&self, name: &Name) -> Option<SequenceId> {
        match self.relation(name) {
            Some(Relation::Sequence(id)) => Some(id),
            _ => None,
        }
    }

    pub(crate) fn user_type(&self, name: &Name) -> Option<UserType> {
        self.candidates(name).iter().find_map(|n| self.types.get(&self.key(n)).copied())
    }

    pub(crate) fn has_type(&self, name: &QualifiedName) -> bool {
        self.types.contains_key(&self.key(name))
    }

    pub(crate) fn name_relation(&mut self, name: &QualifiedName, relation: Relation) {
        self.relations.insert(self.key(name), relation);
    }

    /// The columns of a view; `None` when they are not known.
    pub(crate) fn view_columns(&self, name: &Name) -> Option<Vec<Column>> {
        let view = self.candidates(name).iter().find_map(|n| self.views.get(&self.key(n)))?;
        Some(view.columns.clone()).filter(|columns| !columns.is_empty())
    }

    /// The view of exactly that name.
    pub(crate) fn view_exact(&self, name: &QualifiedName) -> Option<&View> {
        self.views.get(&self.key(name))
    }

    pub(crate) fn keep_view(&mut self, name: &QualifiedName, view: View) {
        self.views.insert(self.key(name), view);
    }

    pub(crate) fn forget_relation(&mut self, name: &QualifiedName) {
        let key = self.key(name);
        self.relations.remove(&key);
    }

    pub(crate) fn name_type(&mut self, name: &QualifiedName, ty: UserType) {
        self.types.insert(self.key(name), ty);
    }

    pub(crate) fn forget_type(&mut self, name: &QualifiedName) {
        let key = self.key(name);
        self.types.remove(&key);
    }

    /// Remembers which table an index is on. MySQL's index names belong to their table and are not kept here.
    pub(crate) fn name_index(&mut self, name: &QualifiedName, table: TableId) {
        self.indexes.insert(self.key(name), table);
    }

    pub(crate) fn is_index(&self, name: &QualifiedName) -> bool {
        self.indexes.contains_key(&self.key(name))
    }

    pub(crate) fn forget_index(&mut self, name: &Name) {
        for candidate in self.candidates(name) {
            let key = self.key(&candidate);
            if self.indexes.remove(&key).is_some() {
                return;
            }
        }
    }

    pub(crate) fn index_table(&self, name: &Name) -> Option<TableId> {
        self.candidates(name).iter().find_map(|n| self.indexes.get(&self.key(n)).copied())
    }

    pub(crate) fn push_table(&mut self, table: Table, draft: Draft) -> TableId {
        let name = table.name.clone();
        let id = self.schema.push_table(table);
        self.drafts.push(draft);
        self.name_relation(&name, Relation::Table(id));
        id
    }

    pub(crate) fn push_sequence(&mut self, sequence: Sequence) -> SequenceId {
        let id = SequenceId(self.schema.sequences.len() as u32);
        self.name_relation(&sequence.name, Relation::Sequence(id));
        self.schema.sequences.push(sequence);
        id
    }

    pub(crate) fn draft(&self, id: TableId) -> &Draft {
        &self.drafts[id]
    }

    pub(crate) fn draft_mut(&mut self, id: TableId) -> &mut Draft {
        &mut self.drafts[id]
    }

    /// Whether two column names are one.
    pub(crate) fn same_column(&self, a: &str, b: &str) -> bool {
        match self.dialect() {
            Dialect::Postgres => a == b,
            _ => a.eq_ignore_ascii_case(b) || a.to_lowercase() == b.to_lowercase(),
        }
    }

    /// The live column of that name.
    pub(crate) fn column(&self, table: TableId, name: &str) -> Option<ColumnIdx> {
        let columns = &self.schema[table].columns;
        let order = &self.draft(table).order;
        order.iter().copied().find(|c| self.same_column(&columns[*c].name, name))
    }

    /// Adds a column at the end. `None` and one problem when the table has more than any server takes.
    pub(crate) fn push_column(&mut self, table: TableId, column: Column) -> Option<ColumnIdx> {
        let count = self.schema[table].columns.len();
        if count >= MOST_COLUMNS {
            if !std::mem::replace(&mut self.draft_mut(table).overfull, true) {
                let (owner, span) = (self.display(table), column.span);
                let reason = format!("it has more than {MOST_COLUMNS} columns");
                self.problems.push(Problem::UnreadablePart { owner, reason, span });
            }
            return None;
        }
        let index = ColumnIdx(count as u16);
        self.schema[table].columns.push(column);
        self.draft_mut(table).order.push(index);
        Some(index)
    }

    pub(crate) fn column_mut(&mut self, table: TableId, column: ColumnIdx) -> &mut Column {
        &mut self.schema[table].columns[column]
    }

    /// The live tables that inherit from `table` or are partitions of it.
    pub(crate) fn children(&self, table: TableId) -> Vec<TableId> {
        let is_child = |draft: &Draft| !draft.dropped && draft.parents.contains(&table);
        let ids = self.drafts.iter().enumerate().filter(|(_, draft)| is_child(draft));
        ids.map(|(i, _)| TableId(i as u32)).filter(|child| *child != table).collect()
    }

    /// The table and everything below it, parents first.
    pub(crate) fn family(&self, table: TableId) -> Vec<TableId> {
        let mut family = vec![table];
        let mut at = 0;
        while at < family.len() {
            for child in self.children(family[at]) {
                if !family.contains(&child) {
                    family.push(child);
                }
            }
            at += 1;
        }
        family
    }

    /// Moves everything of one PostgreSQL schema into another name.
    pub(crate) fn rename_schema(&mut self, from: &str, to: &str) {
        let renamed = |name: &QualifiedName| {
            let here = name.schema.as_deref() == Some(from);
            if here { QualifiedName::new(Some(to), &name.name) } else { name.clone() }
        };
        self.relations = self.relations.iter().map(|(name, relation)| (renamed(name), *relation)).collect();
        self.types = self.types.iter().map(|(name, ty)| (renamed(name), *ty)).collect();
        self.indexes = self.indexes.iter().map(|(name, table)| (renamed(name), *table)).collect();
        self.schema.tables.iter_mut().for_each(|t| t.name = renamed(&t.name));
        self.schema.sequences.iter_mut().for_each(|s| s.name = renamed(&s.name));
        self.schema.enums.iter_mut().for_each(|e| e.name = renamed(&e.name));
        self.schema.domains.iter_mut().for_each(|d| d.name = renamed(&d.name));
        self.schema.composites.iter_mut().for_each(|c| c.name = renamed(&c.name));
        self.schema.functions.iter_mut().for_each(|f| f.name = renamed(&f.name));
        self.drafts.iter_mut().flat_map(|d| &mut d.references).for_each(|r| r.parent = renamed(&r.parent));
        self.namespaces.remove(from);
        self.namespaces.insert(to.to_owned());
    }

    /// The table's name for messages.
    pub(crate) fn display(&self, table: TableId) -> String {
        self.schema[table].name.to_string()
    }

    /// The columns of those names. A name that is not there is a problem.
    pub(crate) fn columns(&mut self, table: TableId, names: &[String], span: Span) -> Option<Vec<ColumnIdx>> {
        let mut found = Vec::with_capacity(names.len());
        for name in names {
            match self.column(table, name) {
                Some(column) => found.push(column),
                None => {
                    let table = self.display(table);
                    self.problems.push(Problem::UnknownColumn { table, column: name.clone(), span });
                    return None;
                }
            }
        }
        Some(found)
    }
}
