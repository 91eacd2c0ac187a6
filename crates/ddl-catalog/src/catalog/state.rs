//! The state of the database while the statements of a script are applied one after the other.
//!
//! Tables and columns keep their place for the whole run: a dropped column stays in [`Table::columns`] and only leaves
//! [`Draft::order`], so that expressions already read survive renames, drops and MySQL's `FIRST`/`AFTER`. Whoever ends
//! the script closes the gaps.
//!
//! The two lists of tables are parallel: a table and its draft have one number. Only [`SystemCatalog::push_table`] adds
//! to them, and nothing takes out.

use super::draft::Draft;
use super::effects::{Effects, RoutineBody};
use super::named::{NamedRelation, RangeType, UserType, View};
use super::rows::Copying;
use crate::problem::Problem;
use crate::syntax_error::SyntaxError;
use seedbed_schema_model::{
    Column, ColumnIdx, CompositeTypeId, Dialect, DomainId, EnumTypeId, QualifiedName, Schema, Sequence,
    SequenceId, Span, Table, TableId,
};
use seedbed_sql_syntax::{Syntax, syntax};
use std::collections::HashMap;
use std::collections::HashSet;

/// Bytes of function bodies that are run for all calls of a script: far more than any script's functions have. Calls of
/// calls stop here.
const MOST_BODY_BYTES: usize = 4 << 20;

/// PostgreSQL takes 1,600 columns in a table, MySQL 4,096, SQLite 2,000 as it is built everywhere. Dropped ones count.
const MOST_COLUMNS: usize = 6_000;

/// The database as far as the statements have got, in one dialect.
#[derive(Debug)]
pub struct SystemCatalog {
    /// What exists, with what was dropped still in its place.
    pub schema: Schema,
    /// Parallel to [`Schema::tables`].
    pub drafts: Vec<Draft>,
    /// What could not be read so far.
    pub problems: Vec<Problem>,
    /// PostgreSQL's `search_path`, without what does not exist.
    pub search_path: Vec<String>,
    /// PostgreSQL schemas made by `CREATE SCHEMA`.
    pub namespaces: HashSet<String>,
    /// Sequences that a statement dropped, or that belong to a session.
    pub dropped_sequences: HashSet<SequenceId>,
    /// Tables, views and sequences by their full names.
    pub(super) relations: HashMap<QualifiedName, NamedRelation>,
    /// The schema's own types by their full names.
    pub(super) types: HashMap<QualifiedName, UserType>,
    /// Lower-case names of functions that the script defines.
    pub(crate) function_names: HashSet<String>,
    /// What is known of views, by their full names.
    pub(super) views: HashMap<QualifiedName, View>,
    /// Bodies of PL/pgSQL functions that change the schema, by lower-case name: run when a statement calls them.
    pub(crate) bodies: HashMap<String, RoutineBody>,
    /// What functions do, by lower-case name. Overloads count together.
    pub(crate) function_effects: HashMap<String, Effects>,
    /// The `COPY` whose data comes next.
    pub(crate) copying: Option<Copying>,
    /// The last value of each sequence that statements used; `None` when it is not known.
    pub(crate) sequence_values: HashMap<SequenceId, Option<i64>>,
    /// Bytes of bodies that may still be run.
    pub(crate) body_budget: usize,
    /// The number behind the name that the last nameless constraint of some columns got, by table, and by columns and
    /// label: those before it are taken, until a name is freed.
    pub(super) last_numbers: HashMap<(TableId, String), u32>,
    /// Indexes by name: which table each one is on.
    pub(super) indexes: HashMap<QualifiedName, TableId>,
    /// Enums that a statement dropped.
    pub dead_enums: HashSet<EnumTypeId>,
    /// Domains that a statement dropped.
    pub dead_domains: HashSet<DomainId>,
    /// Composite types that a statement dropped.
    pub dead_composites: HashSet<CompositeTypeId>,
    /// The range types that the script makes.
    pub range_types: Vec<RangeType>,
}

impl SystemCatalog {
    /// An empty database, in which PostgreSQL's `public` exists.
    pub fn new(dialect: Dialect) -> Self {
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
            function_effects: HashMap::new(),
            copying: None,
            sequence_values: HashMap::new(),
            body_budget: MOST_BODY_BYTES,
            last_numbers: HashMap::new(),
            indexes: HashMap::new(),
            dead_enums: HashSet::new(),
            dead_domains: HashSet::new(),
            dead_composites: HashSet::new(),
            range_types: Vec::new(),
        }
    }

    /// Adds a table under its name, of which nothing else is known yet.
    pub fn push_table(&mut self, table: Table) -> TableId {
        let name = table.name.clone();
        let id = self.schema.push_table(table);
        self.drafts.push(Draft::default());
        self.name_relation(&name, NamedRelation::Table(id));
        id
    }

    /// Adds a sequence under its name.
    pub fn push_sequence(&mut self, sequence: Sequence) -> SequenceId {
        let id = SequenceId(self.schema.sequences.len() as u32);
        self.name_relation(&sequence.name, NamedRelation::Sequence(id));
        self.schema.sequences.push(sequence);
        id
    }

    /// Adds a column at the end. `None` and one problem when the table has more than any server takes.
    pub fn push_column(&mut self, table: TableId, column: Column) -> Option<ColumnIdx> {
        let count = self.schema[table].columns.len();
        if count >= MOST_COLUMNS {
            if !std::mem::replace(&mut self.draft_mut(table).overfull, true) {
                let (owner, span) = (self.display(table), column.span);
                let reason = SyntaxError::TooManyColumns { most: MOST_COLUMNS };
                self.problems.push(Problem::UnreadablePart { owner, reason, span });
            }
            return None;
        }
        let index = ColumnIdx(count as u16);
        self.schema[table].columns.push(column);
        self.draft_mut(table).order.push(index);
        Some(index)
    }

    /// What is known of a table beside its place in the schema.
    pub fn draft(&self, id: TableId) -> &Draft {
        &self.drafts[id]
    }

    /// As [`Self::draft`], to be changed.
    pub fn draft_mut(&mut self, id: TableId) -> &mut Draft {
        &mut self.drafts[id]
    }

    /// A column, to be changed.
    pub fn column_mut(&mut self, table: TableId, column: ColumnIdx) -> &mut Column {
        &mut self.schema[table].columns[column]
    }

    /// The live tables that inherit from `table` or are partitions of it.
    pub(crate) fn children(&self, table: TableId) -> Vec<TableId> {
        let is_child = |draft: &Draft| !draft.dropped && draft.parents.contains(&table);
        let ids = self.drafts.iter().enumerate().filter(|(_, draft)| is_child(draft));
        ids.map(|(i, _)| TableId(i as u32)).filter(|child| *child != table).collect()
    }

    /// The table and everything below it, parents first.
    pub fn family(&self, table: TableId) -> Vec<TableId> {
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

    /// The table's name for messages: with its schema where the dialect has schemas.
    pub fn display(&self, table: TableId) -> String {
        self.schema[table].name.to_string()
    }

    /// The columns of those names, in their order. A name that is not there is a problem at `span`, and `None`.
    pub fn columns(&mut self, table: TableId, names: &[String], span: Span) -> Option<Vec<ColumnIdx>> {
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

    /// The dialect of the script.
    pub fn dialect(&self) -> Dialect {
        self.schema.dialect
    }

    /// How the script's dialect is written.
    pub fn syntax(&self) -> &'static Syntax {
        syntax(self.schema.dialect)
    }
}
