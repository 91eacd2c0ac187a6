//! Tables that rigid references tie to each other, ordered as one.

use super::{ForeignKeyId, TableId};
use petgraph::algo::{greedy_feedback_arc_set, has_path_connecting, tarjan_scc};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// A reference between two tables, or another reason why one comes before the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arc {
    pub(super) parent: NodeIndex,
    pub(super) child: NodeIndex,
    pub(super) id: Option<ForeignKeyId>,
}

/// The references that an order honours, drawn on two levels: components of tables that rigid references tie to
/// each other (most tables are alone in theirs), between which nothing may come, and the tables within each.
#[derive(Debug)]
pub(super) struct RigidComponents {
    /// The tables of each component, in DDL order.
    members: Vec<Vec<NodeIndex>>,
    /// The component of each table.
    component_of: Vec<usize>,
    between: DiGraph<(), Option<ForeignKeyId>>,
    within: DiGraph<TableId, Option<ForeignKeyId>>,
}

impl RigidComponents {
    /// The components of some tables, without any reference.
    pub(super) fn new(tables: &DiGraph<TableId, ForeignKeyId>, rigid: &[Arc]) -> Self {
        let mut within = tables.map(|_, t| *t, |_, e| Some(*e));
        within.clear_edges();
        let mut tied = within.clone();
        for arc in rigid {
            tied.add_edge(arc.parent, arc.child, arc.id);
        }
        let mut members = tarjan_scc(&tied);
        let mut component_of = vec![0; tables.node_count()];
        let mut between = DiGraph::new();
        for (component, nodes) in members.iter_mut().enumerate() {
            nodes.sort_unstable();
            nodes.iter().for_each(|n| component_of[n.index()] = component);
            between.add_node(());
        }
        Self { members, component_of, between, within }
    }

    /// Draws a reference.
    pub(super) fn add(&mut self, Arc { parent, child, id }: Arc) {
        let (from, to) = (self.of(parent), self.of(child));
        if from == to {
            self.within.add_edge(parent, child, id);
        } else {
            self.between.add_edge(from, to, id);
        }
    }

    /// Draws a reference unless it closes a cycle. Returns whether it did.
    pub(super) fn add_if_it_fits(&mut self, arc: Arc) -> bool {
        let (from, to) = (self.of(arc.parent), self.of(arc.child));
        let closes = if from == to {
            has_path_connecting(&self.within, arc.child, arc.parent, None)
        } else {
            has_path_connecting(&self.between, to, from, None)
        };
        if !closes {
            self.add(arc);
        }
        !closes
    }

    /// Takes as few references as it can find out of the cycles within components.
    pub(super) fn cut_cycles(&mut self) -> impl Iterator<Item = ForeignKeyId> + use<> {
        let cut: BTreeSet<Option<ForeignKeyId>> =
            greedy_feedback_arc_set(&self.within).map(|e| *e.weight()).collect();
        self.within.retain_edges(|g, e| !cut.contains(&g[e]));
        cut.into_iter().flatten()
    }

    /// The tables of each component, parents first.
    pub(super) fn in_order(&self) -> Vec<Vec<TableId>> {
        let mut place = vec![0; self.within.node_count()];
        for (at, n) in stable_topological_order(&self.within, |n| n.index()).into_iter().enumerate() {
            place[n.index()] = at;
        }
        let first = |component: NodeIndex| self.members[component.index()][0].index();
        let tables = |component: NodeIndex| {
            let mut members = self.members[component.index()].clone();
            members.sort_by_key(|n| place[n.index()]);
            members.into_iter().map(|n| self.within[n]).collect()
        };
        stable_topological_order(&self.between, first).into_iter().map(tables).collect()
    }

    fn of(&self, table: NodeIndex) -> NodeIndex {
        NodeIndex::new(self.component_of[table.index()])
    }
}

/// Kahn's algorithm with a heap: of all nodes whose parents are placed, the one of the least rank comes next.
fn stable_topological_order<N>(
    graph: &DiGraph<N, Option<ForeignKeyId>>,
    rank: impl Fn(NodeIndex) -> usize,
) -> Vec<NodeIndex> {
    let mut waiting: Vec<usize> = graph
        .node_indices()
        .map(|n| graph.edges_directed(n, petgraph::Direction::Incoming).count())
        .collect();
    let entry = |n: NodeIndex| Reverse((rank(n), n.index()));
    let mut ready: BinaryHeap<Reverse<(usize, usize)>> =
        graph.node_indices().filter(|n| waiting[n.index()] == 0).map(entry).collect();
    let mut order = Vec::with_capacity(waiting.len());
    while let Some(Reverse((_, next))) = ready.pop() {
        let next = NodeIndex::new(next);
        order.push(next);
        for edge in graph.edges(next) {
            let child = edge.target();
            waiting[child.index()] -= 1;
            if waiting[child.index()] == 0 {
                ready.push(entry(child));
            }
        }
    }
    debug_assert_eq!(order.len(), graph.node_count(), "a cycle was left unbroken");
    order
}
