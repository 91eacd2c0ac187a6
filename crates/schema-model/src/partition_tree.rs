//! Which tables are partitions of which, of a whole schema at once.

use crate::{Schema, TableId};

/// The partitions of every table. Made by one walk over the tables; asked, it costs no search.
///
/// ```
/// use seedbed_schema_model::{Dialect, PartitionBound, PartitionOf, PartitionTree, Schema, Span, Table, TableId};
/// let mut schema = Schema::new(Dialect::Postgres);
/// schema.tables.push(Table::new(None, "measures"));
/// let mut year = Table::new(None, "measures_2026");
/// let (parent, bound) = (TableId(0), PartitionBound::Default);
/// year.partition_of = Some(PartitionOf { parent, bound, span: Span::default() });
/// schema.tables.push(year);
/// let tree = PartitionTree::of(&schema);
/// assert_eq!(tree.partitions(TableId(0)), [TableId(1)]);
/// assert_eq!(tree.whole(TableId(0)), [TableId(0), TableId(1)]);
/// assert_eq!(tree.partitions(TableId(1)), []);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionTree {
    direct: Vec<Vec<TableId>>,
    whole: Vec<Vec<TableId>>,
}

impl PartitionTree {
    /// That of a schema. O(tables × levels).
    pub fn of(schema: &Schema) -> Self {
        let mut tree = Self {
            direct: vec![Vec::new(); schema.tables.len()],
            whole: vec![Vec::new(); schema.tables.len()],
        };
        for (id, table) in schema.tables_indexed() {
            let parent = table.partition_of.as_ref().map(|of| of.parent).filter(|parent| *parent != id);
            if let Some(of_parent) = parent.and_then(|parent| tree.direct.get_mut(parent.position())) {
                of_parent.push(id);
            }
            if let Some(of_root) = tree.whole.get_mut(schema.partition_root(id).position()) {
                of_root.push(id);
            }
        }
        tree
    }

    /// The direct partitions of a table, in the order of the schema.
    pub fn partitions(&self, parent: TableId) -> &[TableId] {
        self.direct.get(parent.position()).map_or(&[], Vec::as_slice)
    }

    /// A table that is no partition, with the partitions of all levels through which its rows go in, in the order of the
    /// schema; none for a partition.
    pub fn whole(&self, root: TableId) -> &[TableId] {
        self.whole.get(root.position()).map_or(&[], Vec::as_slice)
    }
}
