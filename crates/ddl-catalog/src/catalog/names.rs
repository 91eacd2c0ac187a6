//! Giving names, taking them away and changing them.
//!
//! Names are kept as keys: folded where the dialect ignores case. Whoever changes a name in the schema changes it here as
//! well, as lookups do not look at the schema.

use super::named::{NamedRelation, UserType, View};
use super::state::SystemCatalog;
use seedbed_schema_model::{QualifiedName, TableId};
use seedbed_sql_syntax::Name;

impl SystemCatalog {
    /// Lets a name stand for a table, view or sequence.
    pub fn name_relation(&mut self, name: &QualifiedName, relation: NamedRelation) {
        self.relations.insert(self.key(name), relation);
    }

    /// Remembers what is known of a view.
    pub fn keep_view(&mut self, name: &QualifiedName, view: View) {
        self.views.insert(self.key(name), view);
    }

    /// Frees the name of a table, view or sequence.
    pub fn forget_relation(&mut self, name: &QualifiedName) {
        self.names_were_freed();
        let key = self.key(name);
        self.relations.remove(&key);
    }

    /// Lets a name stand for a type.
    pub fn name_type(&mut self, name: &QualifiedName, ty: UserType) {
        self.types.insert(self.key(name), ty);
    }

    /// Frees the name of a type.
    pub fn forget_type(&mut self, name: &QualifiedName) {
        let key = self.key(name);
        self.types.remove(&key);
    }

    /// Remembers which table an index is on. MySQL's index names belong to their table and are not kept here.
    pub fn name_index(&mut self, name: &QualifiedName, table: TableId) {
        self.indexes.insert(self.key(name), table);
    }

    /// Frees the name of an index, of the first along the search path that has it.
    pub fn forget_index(&mut self, name: &Name) {
        self.names_were_freed();
        for candidate in self.candidates(name) {
            let key = self.key(&candidate);
            if self.indexes.remove(&key).is_some() {
                return;
            }
        }
    }

    /// Moves everything of one PostgreSQL schema into another name, the parents of references too. Takes time in the
    /// number of all names.
    pub fn rename_schema(&mut self, from: &str, to: &str) {
        self.names_were_freed();
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
        for range in &mut self.range_types {
            (range.name, range.multirange) = (renamed(&range.name), renamed(&range.multirange));
        }
        self.schema.functions.iter_mut().for_each(|f| f.name = renamed(&f.name));
        self.drafts.iter_mut().flat_map(|d| &mut d.references).for_each(|r| r.parent = renamed(&r.parent));
        self.namespaces.remove(from);
        self.namespaces.insert(to.to_owned());
    }

    /// Gives an existing table, view or sequence another name. Its name in the schema is left to the caller.
    pub fn rename_relation(&mut self, from: &QualifiedName, to: &QualifiedName, relation: NamedRelation) {
        self.forget_relation(from);
        self.name_relation(to, relation);
    }
}
