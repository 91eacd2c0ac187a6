//! The graph of tables: its strongly connected components, the order to load them in, and how to break cycles.

use crate::{ColumnIdx, Deferrability, ForeignKey, MatchKind, Schema, Table, TableId};
use petgraph::algo::{greedy_feedback_arc_set, has_path_connecting, tarjan_scc};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// A foreign key by its child table and its place in [`Table::foreign_keys`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ForeignKeyId {
    /// The child.
    pub table: TableId,
    /// Its place among the child's foreign keys.
    pub index: u16,
}

/// How one reference of a cycle can be satisfied while loading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CycleBreak {
    /// The constraint is deferrable: its check is put off until commit.
    Defer,
    /// A referencing column is nullable: rows go in with NULL and are updated once the parents are there.
    NullFirst,
    /// Neither: NOT NULL and not deferrable.
    Hard,
}

/// A reference that the load order does not honour, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BrokenReference {
    /// Which.
    pub foreign_key: ForeignKeyId,
    /// How.
    pub how: CycleBreak,
}

/// Tables that reach each other through references.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// Its tables in DDL order.
    pub tables: Vec<TableId>,
}

/// An order in which every parent comes before its children, but for the broken references.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadOrder {
    /// All tables.
    pub tables: Vec<TableId>,
    /// References whose parent comes later. References of a table to itself are never listed: their rows are ordered
    /// inside the table.
    pub broken: Vec<BrokenReference>,
    /// Undeclared references whose parent comes later: nothing checks them, so nothing has to be done about them.
    #[serde(default)]
    pub unchecked: Vec<ForeignKeyId>,
}

/// Tables as nodes, references as edges from parent to child.
#[derive(Debug)]
pub struct TableGraph<'a> {
    schema: &'a Schema,
    graph: DiGraph<TableId, ForeignKeyId>,
    undeclared: Vec<(NodeIndex, NodeIndex, ForeignKeyId)>,
}

impl<'a> TableGraph<'a> {
    /// The graph of a schema. A partition's references count as its own and as its root's, through which its rows go
    /// in; an inheritance child's are its own. Undeclared references are no edges: they may order tables, never tie
    /// them into a cycle.
    pub fn new(schema: &'a Schema) -> Self {
        let mut graph = DiGraph::new();
        let mut undeclared = Vec::new();
        for (id, _) in schema.tables_indexed() {
            graph.add_node(id);
        }
        for (id, table) in schema.tables_indexed() {
            for (index, fk) in table.foreign_keys.iter().enumerate() {
                let edge = ForeignKeyId { table: id, index: index as u16 };
                if !fk.origin.is_declared() {
                    undeclared.push((node(fk.parent), node(schema.partition_root(id)), edge));
                    continue;
                }
                graph.add_edge(node(fk.parent), node(id), edge);
                let root = schema.partition_root(id);
                if root != id && root != fk.parent {
                    graph.add_edge(node(fk.parent), node(root), edge);
                }
            }
        }
        Self { schema, graph, undeclared }
    }

    /// The cycles over more than one table: strongly connected components of two tables or more, in DDL order of
    /// their first table. O(tables + references).
    pub fn cycles(&self) -> Vec<Component> {
        let mut cycles: Vec<Component> = tarjan_scc(&self.graph)
            .into_iter()
            .filter(|c| c.len() > 1)
            .map(|c| {
                let mut tables: Vec<TableId> = c.into_iter().map(|n| self.graph[n]).collect();
                tables.sort_unstable();
                Component { tables }
            })
            .collect();
        cycles.sort_by_key(|c| c.tables[0]);
        cycles
    }

    /// The order to load tables in. Within a cycle, references that can't give way are honoured first, then as many
    /// deferrable and nullable ones as fit; among free choices DDL order wins, so the result is stable.
    ///
    /// O(tables + references) outside cycles; inside one, each breakable reference costs a search of the component.
    pub fn load_order(&self) -> LoadOrder {
        let mut component_of = vec![usize::MAX; self.graph.node_count()];
        for (i, cycle) in self.cycles().iter().enumerate() {
            for table in &cycle.tables {
                component_of[table.0 as usize] = i;
            }
        }
        let in_cycle = |parent: TableId, child: TableId| {
            parent != child
                && component_of[parent.0 as usize] != usize::MAX
                && component_of[parent.0 as usize] == component_of[child.0 as usize]
        };

        let mut kept: DiGraph<TableId, ForeignKeyId> = self.graph.map(|_, t| *t, |_, e| *e);
        kept.clear_edges();
        let mut cyclic = Vec::new();
        for edge in self.graph.edge_references() {
            let (parent, child) = (self.graph[edge.source()], self.graph[edge.target()]);
            if parent == child {
                continue;
            }
            if in_cycle(parent, child) {
                cyclic.push((edge.source(), edge.target(), *edge.weight()));
            } else {
                kept.add_edge(edge.source(), edge.target(), *edge.weight());
            }
        }

        let mut broken = Vec::new();
        let (hard, mut soft): (Vec<_>, Vec<_>) =
            cyclic.into_iter().partition(|(_, _, id)| self.cycle_break(*id) == CycleBreak::Hard);
        for (parent, child, id) in hard {
            kept.add_edge(parent, child, id);
        }
        let arcs: Vec<_> = greedy_feedback_arc_set(&kept).map(|e| *e.weight()).collect();
        let arcs: BTreeSet<ForeignKeyId> = arcs.into_iter().collect();
        kept.retain_edges(|g, e| !arcs.contains(&g[e]));
        broken.extend(arcs.iter().map(|id| BrokenReference { foreign_key: *id, how: CycleBreak::Hard }));

        // NULL-first costs an extra UPDATE, deferring costs nothing: honour nullable references before deferrable ones.
        soft.sort_by_key(|(_, _, id)| (Reverse(self.cycle_break(*id)), *id));
        for (parent, child, id) in soft {
            if has_path_connecting(&kept, child, parent, None) {
                broken.push(BrokenReference { foreign_key: id, how: self.cycle_break(id) });
            } else {
                kept.add_edge(parent, child, id);
            }
        }
        broken.sort_unstable();
        broken.dedup();
        let mut unchecked = Vec::new();
        for &(parent, child, id) in self.undeclared.iter().filter(|(parent, child, _)| parent != child) {
            if has_path_connecting(&kept, child, parent, None) {
                unchecked.push(id);
            } else {
                kept.add_edge(parent, child, id);
            }
        }
        LoadOrder { tables: stable_topological_order(&kept), broken, unchecked }
    }

    /// How a reference could be broken if it had to be.
    pub fn cycle_break(&self, id: ForeignKeyId) -> CycleBreak {
        let table = &self.schema[id.table];
        let fk = &table.foreign_keys[usize::from(id.index)];
        if fk.deferrability != Deferrability::NotDeferrable {
            CycleBreak::Defer
        } else if can_be_null(table, fk) && !self.is_referred_to(id.table, fk) {
            CycleBreak::NullFirst
        } else {
            CycleBreak::Hard
        }
    }
}

impl TableGraph<'_> {
    /// Whether a nullable column of the reference is itself a key that others refer to: its value must be in place
    /// before theirs.
    fn is_referred_to(&self, table: TableId, fk: &ForeignKey) -> bool {
        let nullable = |c: &ColumnIdx| self.schema[table][*c].nullable;
        let keys =
            self.schema.tables.iter().flat_map(|t| &t.foreign_keys).filter(|other| other.parent == table);
        keys.flat_map(|other| &other.parent_columns).any(|c| fk.columns.contains(c) && nullable(c))
    }
}

/// Whether NULLs can excuse the reference: one column under MATCH SIMPLE, all of them under MATCH FULL.
fn can_be_null(table: &Table, fk: &ForeignKey) -> bool {
    let mut nullable = fk.columns.iter().map(|c| table[*c].nullable);
    match fk.match_kind {
        MatchKind::Full => nullable.all(|n| n),
        MatchKind::Simple | MatchKind::Partial => nullable.any(|n| n),
    }
}

fn node(table: TableId) -> NodeIndex {
    NodeIndex::new(table.0 as usize)
}

/// Kahn's algorithm with a heap: of all tables whose parents are placed, the first in DDL order comes next.
fn stable_topological_order(graph: &DiGraph<TableId, ForeignKeyId>) -> Vec<TableId> {
    let mut waiting: Vec<usize> = graph
        .node_indices()
        .map(|n| graph.edges_directed(n, petgraph::Direction::Incoming).count())
        .collect();
    let mut ready: BinaryHeap<Reverse<usize>> =
        waiting.iter().enumerate().filter(|(_, n)| **n == 0).map(|(i, _)| Reverse(i)).collect();
    let mut order = Vec::with_capacity(waiting.len());
    while let Some(Reverse(next)) = ready.pop() {
        order.push(graph[NodeIndex::new(next)]);
        for edge in graph.edges(NodeIndex::new(next)) {
            let child = edge.target().index();
            waiting[child] -= 1;
            if waiting[child] == 0 {
                ready.push(Reverse(child));
            }
        }
    }
    debug_assert_eq!(order.len(), graph.node_count(), "a cycle was left unbroken");
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, Dialect, ReferenceOrigin, SqlType};

    /// Tables `0..n`, each with an id and one reference for each `(child, parent, nullable, deferrable)`.
    fn schema(n: u32, references: &[(u32, u32, bool, bool)]) -> Schema {
        let mut schema = Schema::new(Dialect::Postgres);
        for i in 0..n {
            let mut table = Table::new(Some("public"), &format!("t{i}"));
            table.columns.push(Column::new("id", SqlType::INTEGER).not_null());
            schema.push_table(table);
        }
        for (child, parent, nullable, deferrable) in references {
            let table = &mut schema[TableId(*child)];
            let column = Column::new(&format!("r{}", table.columns.len()), SqlType::INTEGER);
            table.columns.push(if *nullable { column } else { column.not_null() });
            let at = ColumnIdx(table.columns.len() as u16 - 1);
            table.foreign_keys.push(ForeignKey {
                deferrability: if *deferrable {
                    Deferrability::DeferrableImmediate
                } else {
                    Deferrability::NotDeferrable
                },
                ..ForeignKey::new(&[at], TableId(*parent), &[ColumnIdx(0)])
            });
        }
        schema
    }

    fn order(n: u32, references: &[(u32, u32, bool, bool)]) -> (Vec<u32>, Vec<(u32, CycleBreak)>) {
        let schema = schema(n, references);
        let order = TableGraph::new(&schema).load_order();
        let tables = order.tables.iter().map(|t| t.0).collect();
        (tables, order.broken.iter().map(|b| (b.foreign_key.table.0, b.how)).collect())
    }

    #[test]
    fn parents_come_first_and_ddl_order_breaks_ties() {
        assert_eq!(order(4, &[(0, 3, false, false), (2, 0, true, false)]), (vec![1, 3, 0, 2], vec![]));
    }

    #[test]
    fn a_reference_to_itself_breaks_nothing() {
        assert_eq!(order(1, &[(0, 0, false, false)]), (vec![0], vec![]));
    }

    #[test]
    fn a_cycle_gives_way_where_it_costs_least() {
        let rigid_and_nullable = [(0, 1, false, false), (1, 0, true, false)];
        assert_eq!(order(2, &rigid_and_nullable), (vec![1, 0], vec![(1, CycleBreak::NullFirst)]));
        let nullable_and_deferrable = [(0, 1, true, false), (1, 0, false, true)];
        assert_eq!(order(2, &nullable_and_deferrable), (vec![1, 0], vec![(1, CycleBreak::Defer)]));
        let rigid = [(0, 1, false, false), (1, 0, false, false)];
        assert_eq!(order(2, &rigid).1.len(), 1);
        assert_eq!(order(2, &rigid).1[0].1, CycleBreak::Hard);
    }

    #[test]
    fn an_undeclared_reference_orders_tables_where_it_can() {
        let mut schema = schema(3, &[(0, 1, false, false), (1, 2, false, false), (2, 0, false, false)]);
        schema[TableId(2)].foreign_keys[0].origin = ReferenceOrigin::Named;
        let order = TableGraph::new(&schema).load_order();
        assert_eq!(order.tables, [TableId(2), TableId(1), TableId(0)]);
        assert_eq!((order.broken, order.unchecked.len()), (Vec::new(), 1));
        assert_eq!(TableGraph::new(&schema).cycles(), []);
        schema[TableId(0)].foreign_keys.clear();
        let order = TableGraph::new(&schema).load_order();
        assert_eq!((order.tables, order.unchecked), (vec![TableId(0), TableId(2), TableId(1)], Vec::new()));
    }

    #[test]
    fn cycles_are_the_components_of_several_tables() {
        let schema =
            schema(4, &[(0, 1, true, false), (1, 2, true, false), (2, 0, true, false), (3, 3, true, false)]);
        let cycles = TableGraph::new(&schema).cycles();
        assert_eq!(cycles, [Component { tables: vec![TableId(0), TableId(1), TableId(2)] }]);
    }

    #[test]
    fn a_schema_goes_through_serde_unchanged() {
        let schema = schema(3, &[(0, 1, true, false), (2, 1, false, true)]);
        let text = serde_json::to_string(&schema).expect("a schema serialises");
        let back: Schema = serde_json::from_str(&text).expect("and deserialises");
        assert_eq!(back, schema);
    }
}
