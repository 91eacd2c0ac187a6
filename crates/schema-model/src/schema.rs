//! The whole schema.

use crate::{
    CompositeType, CompositeTypeId, Dialect, Domain, DomainId, EnumType, EnumTypeId, Function, Sequence,
    SequenceId, SqlType, Table, TableId,
};
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};

/// All tables and types of a database, in DDL order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// Whose rules apply.
    pub dialect: Dialect,
    /// Tables.
    pub tables: Vec<Table>,
    /// Enum types.
    pub enums: Vec<EnumType>,
    /// Domains.
    pub domains: Vec<Domain>,
    /// Composite types.
    pub composites: Vec<CompositeType>,
    /// Sequences.
    pub sequences: Vec<Sequence>,
    /// Functions.
    pub functions: Vec<Function>,
}

impl Schema {
    /// A schema without tables.
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            tables: Vec::new(),
            enums: Vec::new(),
            domains: Vec::new(),
            composites: Vec::new(),
            sequences: Vec::new(),
            functions: Vec::new(),
        }
    }

    /// Adds a table and returns its id.
    pub fn push_table(&mut self, table: Table) -> TableId {
        self.tables.push(table);
        TableId(self.tables.len() as u32 - 1)
    }

    /// The tables with their ids, in DDL order.
    pub fn tables_indexed(&self) -> impl Iterator<Item = (TableId, &Table)> {
        self.tables.iter().enumerate().map(|(i, t)| (TableId(i as u32), t))
    }

    /// The table of exactly this display name (`schema.table`, or `table` where there is no schema).
    pub fn table_named(&self, display: &str) -> Option<TableId> {
        self.tables_indexed().find(|(_, t)| t.name.to_string() == display).map(|(id, _)| id)
    }

    /// The partitioned table through which a partition's rows go in; the table itself if it is no partition.
    pub fn partition_root(&self, table: TableId) -> TableId {
        let mut at = table;
        // Bounded, so that a schema whose partitions contain each other ends.
        for _ in 0..self.tables.len() {
            match &self[at].partition_of {
                Some(of) => at = of.parent,
                None => break,
            }
        }
        at
    }

    /// The type below all domains: what values physically are. Stops at a domain that refers to itself.
    pub fn base_type<'a>(&'a self, ty: &'a SqlType) -> &'a SqlType {
        self.domains_of(ty).last().map_or(ty, |d| &d.base)
    }

    /// The domains a type goes through, outermost first; each may restrict the value.
    pub fn domains_of<'a>(&'a self, ty: &'a SqlType) -> Vec<&'a Domain> {
        let mut chain: Vec<&Domain> = Vec::new();
        let mut at = ty;
        while let SqlType::Domain(id) = at {
            let domain = &self[*id];
            if chain.len() > self.domains.len() {
                break;
            }
            chain.push(domain);
            at = &domain.base;
        }
        chain
    }
}

macro_rules! indexed {
    ($($id:ty => $field:ident: $item:ty),* $(,)?) => {$(
        impl Index<$id> for Schema {
            type Output = $item;
            fn index(&self, id: $id) -> &$item {
                &self.$field[id]
            }
        }
        impl IndexMut<$id> for Schema {
            fn index_mut(&mut self, id: $id) -> &mut $item {
                &mut self.$field[id]
            }
        }
    )*};
}
indexed! {
    TableId => tables: Table,
    EnumTypeId => enums: EnumType,
    DomainId => domains: Domain,
    CompositeTypeId => composites: CompositeType,
    SequenceId => sequences: Sequence,
}
