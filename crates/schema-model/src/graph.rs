//! The graph of tables: its strongly connected components, the order to load them in, and how to break cycles.

mod rigid;

use crate::{ColumnIdx, Deferrability, ForeignKey, MatchKind, Schema, Table, TableId};
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use rigid::{Arc, RigidComponents};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

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
    /// Components of tables that rigid references (NOT NULL and not deferrable) tie to each other, next to each other in
    /// `tables`: their rows only hold together, once all of them are in.
    #[serde(default)]
    pub rigid_components: Vec<Vec<TableId>>,
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
    /// them into a cycle. Nor are references whose parents the child's trigger makes.
    pub fn new(schema: &'a Schema) -> Self {
        let mut graph = DiGraph::new();
        let mut undeclared = Vec::new();
        for (id, _) in schema.tables_indexed() {
            graph.add_node(id);
        }
        for (id, table) in schema.tables_indexed() {
            for (index, fk) in table.foreign_keys.iter().enumerate() {
                let edge = ForeignKeyId { table: id, index: index as u16 };
                if schema.is_parent_made(id, fk) {
                    continue;
                }
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
    /// deferrable and nullable ones as fit; tables that the former tie together stand next to each other. Among free
    /// choices DDL order wins, so the result is stable.
    ///
    /// O(tables + references) outside cycles; inside one, each breakable reference costs a search of the component.
    pub fn load_order(&self) -> LoadOrder {
        let mut component_of = vec![usize::MAX; self.graph.node_count()];
        for (i, cycle) in self.cycles().iter().enumerate() {
            for table in &cycle.tables {
                component_of[*table] = i;
            }
        }
        let in_cycle = |parent: TableId, child: TableId| {
            parent != child
                && component_of[parent] != usize::MAX
                && component_of[parent] == component_of[child]
        };

        let mut outside = Vec::new();
        let mut cyclic = Vec::new();
        for edge in self.graph.edge_references() {
            let (parent, child) = (self.graph[edge.source()], self.graph[edge.target()]);
            if parent == child {
                continue;
            }
            let arc = Arc { parent: edge.source(), child: edge.target(), id: Some(*edge.weight()) };
            if in_cycle(parent, child) { cyclic.push(arc) } else { outside.push(arc) }
        }
        let how = |arc: &Arc| arc.id.map(|id| (id, self.cycle_break(id)));
        let is_rigid = |arc: &Arc| how(arc).is_some_and(|(_, how)| how == CycleBreak::Hard);
        let (hard, mut soft): (Vec<Arc>, Vec<Arc>) = cyclic.into_iter().partition(is_rigid);

        let mut drawn = RigidComponents::new(&self.graph, &hard);
        outside.into_iter().chain(hard).for_each(|arc| drawn.add(arc));
        let mut broken: Vec<(ForeignKeyId, CycleBreak)> =
            drawn.cut_cycles().map(|id| (id, CycleBreak::Hard)).collect();

        // NULL-first costs an extra UPDATE, deferring costs nothing: honour nullable references before deferrable ones.
        soft.sort_by_key(|arc| how(arc).map(|(id, how)| (Reverse(how), id)));
        broken.extend(soft.iter().filter(|arc| !drawn.add_if_it_fits(**arc)).filter_map(how));
        broken.sort_unstable();
        broken.dedup();
        for (first, second) in self.made_parents().chain(self.sought_tables()) {
            drawn.add_if_it_fits(Arc { parent: node(first), child: node(second), id: None });
        }
        let undeclared = self.undeclared.iter().filter(|(parent, child, _)| parent != child);
        let arcs = undeclared.map(|&(parent, child, id)| Arc { parent, child, id: Some(id) });
        let unchecked = arcs.filter(|arc| !drawn.add_if_it_fits(*arc)).filter_map(|arc| arc.id).collect();
        for (first, second) in self.fed_tables() {
            drawn.add_if_it_fits(Arc { parent: node(first), child: node(second), id: None });
        }

        let broken =
            broken.into_iter().map(|(foreign_key, how)| BrokenReference { foreign_key, how }).collect();
        let components = drawn.in_order();
        let rigid_components = components.iter().filter(|tables| tables.len() > 1).cloned().collect();
        LoadOrder { tables: components.concat(), broken, unchecked, rigid_components }
    }

    /// Pairs of a table whose trigger makes the parents of its rows, and the parents' table.
    fn made_parents(&self) -> impl Iterator<Item = (TableId, TableId)> + '_ {
        self.schema.tables_indexed().flat_map(move |(child, table)| {
            let made = table.foreign_keys.iter().filter(move |fk| self.schema.is_parent_made(child, fk));
            made.map(move |fk| (child, fk.parent))
        })
    }

    /// Pairs of a table in which the triggers of another one look for the session's user, and that other one.
    fn sought_tables(&self) -> impl Iterator<Item = (TableId, TableId)> + '_ {
        self.schema.tables_indexed().flat_map(|(seeker, table)| {
            let acting = table.triggers.iter().filter(|t| t.on_insert());
            let sought = acting.flat_map(|t| &t.seeks_user_in).map(|(sought, _)| *sought);
            sought.filter(move |sought| *sought != seeker).map(move |sought| (sought, seeker))
        })
    }

    /// Pairs of a table whose triggers insert rows into another one, and that one, in the order that keeps their keys
    /// apart. A table that numbers its rows goes on behind those that are there, so it comes first; elsewhere the
    /// trigger's rows come first, which makes them ones to update.
    fn fed_tables(&self) -> impl Iterator<Item = (TableId, TableId)> + '_ {
        let feeds = self.schema.tables_indexed().flat_map(|(feeder, table)| {
            let acting = table.triggers.iter().filter(|t| t.on_insert());
            acting.flat_map(move |t| &t.feeds).map(move |fed| (feeder, *fed))
        });
        feeds.filter(|(feeder, fed)| feeder != fed).map(|(feeder, fed)| {
            if numbers_its_rows(&self.schema[fed]) { (fed, feeder) } else { (feeder, fed) }
        })
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

/// Whether rows come with a number of their own, or without any key.
fn numbers_its_rows(table: &Table) -> bool {
    table.primary_key.as_ref().is_none_or(|key| key.columns.iter().any(|c| table[*c].numbering.is_some()))
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
    NodeIndex::new(table.position())
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
    fn nothing_comes_between_tables_of_a_rigid_cycle() {
        // 0 and 2 need each other; 1 may refer to 0, and 2 to 1.
        let references =
            [(0, 2, false, false), (2, 0, false, false), (1, 0, true, false), (2, 1, true, false)];
        let schema = schema(4, &references);
        let order = TableGraph::new(&schema).load_order();
        assert_eq!(order.rigid_components.len(), 1, "{order:?}");
        let places: Vec<usize> =
            [0, 2].iter().map(|t| order.tables.iter().position(|o| o.0 == *t).expect("placed")).collect();
        assert_eq!(places[0].abs_diff(places[1]), 1, "{order:?}");
        let how: Vec<CycleBreak> = order.broken.iter().map(|b| b.how).collect();
        assert_eq!(how.iter().filter(|h| **h == CycleBreak::Hard).count(), 1, "{order:?}");
        assert_eq!(how.iter().filter(|h| **h == CycleBreak::NullFirst).count(), 1, "{order:?}");
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
