//! Placing rows: which partition each row goes to, where that is more than one column's range or list.
//!
//! Partitions of several levels, of expressions, with gaps between them or with CHECKs of their own are
//! [boxes](PartitionBox): of each, the columns that its conditions read have lists of their own. A row's number says
//! which box it goes to, in exact shares, and all those columns follow it. So rows lie within the bounds of every level
//! without a test, spread over all partitions, and a column of a key that is shown by other tables stays a function of
//! its row's number.
//!
//! Input: the boxes and what is known of the columns. Output: decided columns, and conditions for what lists can't
//! hold: conditions over several columns, and over columns that the spec or a reference fills.

mod place_list;

use super::draft::{Decision, ProgramDraft};
use super::facts::{LeftoverCheck, TableProperties};
use super::findings::Findings;
use super::listing::Documents;
use super::table_context::TableContext;
use place_list::Asked;
use seedbed_constraints::{PartitionBox, Reachable};
use seedbed_datagen_core::Sampler;
use seedbed_laws::{Gaps, Law, Stratified};
use seedbed_rows::explain::{ColumnReason, Filling, ListKind, ListSource};
use seedbed_rows::list::Placed;
use seedbed_rows::{CellLaw, ColumnProgram, LawKind, NullLaw};
use seedbed_schema_model::{BinaryOp, Check, ColumnIdx, Expr, Literal, Span, UnaryOp};
use seedbed_solver::conjuncts;
use seedbed_sql_values::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Pass: decides the columns by which rows find their partitions, and takes their NULLs away.
///
/// Limitation: conditions that can't be evaluated, as those on the server's own hashes. Refuses nothing: rows for which
/// no place is found are tested by the conditions of all of them. Cost: for each place and column that of a list, and of
/// some hundred evaluations; where a condition can't be read, of some thousand.
pub(super) fn decide<'a>(
    cx: TableContext<'a>,
    reach: &Reachable,
    facts: &mut TableProperties<'a>,
    documents: &Documents,
    draft: &mut ProgramDraft,
    left: &mut Vec<LeftoverCheck>,
    found: &mut Findings,
) {
    let Reachable::Boxes(boxes) = reach else { return };
    let places: Vec<Place> = boxes.iter().map(Place::of).collect();
    let mut pass = Placing { cx, facts, documents, draft, found, boxes, places };
    pass.forbid_nulls();
    pass.narrow_the_rest();
    let columns = pass.columns();
    let chosen = pass.chosen(&columns);
    pass.place(&columns, &chosen);
    pass.leave(&columns, &chosen, left);
}

/// What a box asks, condition by condition.
struct Place {
    /// What its bounds ask, and what its partitions ask alone.
    asked: Vec<Asked>,
}

impl Place {
    fn of(of: &PartitionBox) -> Self {
        let bounds = of.bounds.iter().flat_map(conjuncts).map(|e| Asked::bound(e.clone()));
        let checks = of.checks.iter().flat_map(|c| conjuncts(&c.expr)).map(|e| Asked::check(e.clone()));
        Self { asked: bounds.chain(checks).collect() }
    }

    /// What it asks of one column alone.
    fn of_column(&self, column: ColumnIdx) -> Vec<&Asked> {
        self.asked.iter().filter(|a| a.columns == [column]).collect()
    }
}

/// The pass at work.
struct Placing<'s, 'a> {
    cx: TableContext<'a>,
    facts: &'s mut TableProperties<'a>,
    documents: &'s Documents,
    draft: &'s mut ProgramDraft,
    found: &'s mut Findings,
    boxes: &'s [PartitionBox],
    /// What each box asks.
    places: Vec<Place>,
}

/// A box that rows go to, with the lists of its columns.
struct Chosen {
    /// Its place among the boxes.
    at: usize,
    lists: BTreeMap<ColumnIdx, (Arc<dyn Sampler>, ListKind)>,
}

impl Placing<'_, '_> {
    /// No column of which every place asks that it is there may be NULL; nor one of which some partition alone does.
    fn forbid_nulls(&mut self) {
        let columns: Vec<ColumnIdx> = self.cx.table().columns_indexed().map(|(c, _)| c).collect();
        for column in columns {
            let mut places = self.places.iter();
            let everywhere =
                places.all(|p| p.asked.iter().any(|a| !a.passes_unknown && a.asks_presence(column)));
            let somewhere = self
                .places
                .iter()
                .any(|p| p.asked.iter().any(|a| a.passes_unknown && a.asks_presence(column)));
            if everywhere || somewhere {
                self.facts[column].nullable = false;
            }
        }
    }

    /// The columns that conditions read alone, and that this pass may fill.
    fn columns(&self) -> Vec<ColumnIdx> {
        let read = self.places.iter().flat_map(|p| &p.asked);
        let alone: BTreeSet<ColumnIdx> = read
            .filter(|a| !(a.passes_unknown && a.is_presence()))
            .filter_map(|a| if let [column] = a.columns[..] { Some(column) } else { None })
            .collect();
        alone.into_iter().filter(|c| self.may_fill(*c)).collect()
    }

    /// Whether a column is neither decided, nor of a reference, nor the spec's.
    fn may_fill(&self, column: ColumnIdx) -> bool {
        let asked = self
            .cx
            .spec_of(column)
            .is_some_and(|s| s.values.is_some() || s.provider.is_some() || s.examples.is_some());
        let of_reference = self.cx.constraints.references.iter().any(|fk| fk.columns.contains(&column));
        !asked && !of_reference && !self.draft.is_decided(column)
    }

    /// Of a column that a reference fills, the values that some place takes: it then draws among parents that have one.
    fn narrow_the_rest(&mut self) {
        let of_references: BTreeSet<ColumnIdx> =
            self.cx.constraints.references.iter().flat_map(|fk| fk.columns.iter().copied()).collect();
        for column in of_references.into_iter().filter(|c| !self.draft.is_decided(*c)) {
            let mut union: Vec<Value> = Vec::new();
            let listed = self.places.iter().all(|place| {
                let values =
                    self.narrowed(column, &place.of_column(column)).and_then(|(domain, _)| domain.allowed);
                union.extend(values.clone().unwrap_or_default());
                values.is_some()
            });
            if listed {
                self.facts[column].domain.allowed = Some(union);
            }
        }
    }

    /// The boxes in which every column has a value. Edges of a partition only where nothing else of it is left.
    fn chosen(&mut self, columns: &[ColumnIdx]) -> Vec<Chosen> {
        let mut chosen: Vec<Chosen> = Vec::new();
        for at in 0..self.boxes.len() {
            let of_partition = |c: &Chosen| self.boxes[c.at].partition == self.boxes[at].partition;
            let redundant = self.boxes[at].edge && chosen.iter().any(of_partition);
            if redundant {
                continue;
            }
            let mut lists = BTreeMap::new();
            for column in columns {
                match self.list(*column, at) {
                    Some(list) => lists.insert(*column, list),
                    None => break,
                };
            }
            if lists.len() == columns.len() {
                chosen.push(Chosen { at, lists });
            }
        }
        chosen
    }

    /// Gives the columns their lists, and the law that deals rows to places.
    fn place(&mut self, columns: &[ColumnIdx], chosen: &[Chosen]) {
        if chosen.is_empty() {
            return;
        }
        let existing = self.cx.planning.existing_rows(self.cx.id());
        let places = Stratified::new(self.cx.joint_key(&[], "places"), &self.quotas(chosen));
        for column in columns {
            let lists: Vec<Arc<dyn Sampler>> =
                chosen.iter().filter_map(|c| c.lists.get(column)).map(|(list, _)| Arc::clone(list)).collect();
            let kind = chosen[0].lists.get(column).map_or(ListKind::Number, |(_, kind)| kind.clone());
            let rows = self.must_differ(*column).then(|| self.cx.rows.saturating_add(existing));
            let sampler = Arc::new(Placed::new(self.cx.key(*column, "place"), places.clone(), lists, rows));
            let law = match existing {
                0 => CellLaw::Own(Law::Sequence),
                _ => CellLaw::Beside {
                    left: Arc::new(Gaps::first(existing)),
                    law: Box::new(CellLaw::Own(Law::Sequence)),
                },
            };
            let decision = Decision {
                cell: ColumnProgram::Listed { sampler, law, nulls: NullLaw::NEVER },
                filling: Filling::List(kind),
                law: LawKind::Stratified,
                reason: ColumnReason::List(ListSource::Partitions(self.partitions(chosen).len()).into()),
            };
            self.facts[*column].nullable = false;
            self.draft.placed.insert(*column);
            self.draft.decide(&self.cx, self.facts, *column, decision);
        }
    }

    /// The partitions of some boxes.
    fn partitions(&self, chosen: &[Chosen]) -> BTreeMap<&str, u64> {
        let mut partitions = BTreeMap::new();
        for of in chosen {
            *partitions.entry(self.boxes[of.at].partition.as_str()).or_insert(0) += 1;
        }
        partitions
    }

    /// Equal shares for partitions, divided among the boxes of each.
    fn quotas(&self, chosen: &[Chosen]) -> Vec<u64> {
        let boxes_of = self.partitions(chosen);
        let most = boxes_of.values().copied().max().unwrap_or(1);
        let quota =
            |c: &Chosen| most / boxes_of.get(self.boxes[c.at].partition.as_str()).copied().unwrap_or(1);
        chosen.iter().map(|c| quota(c).max(1)).collect()
    }

    /// Leaves to rows what the lists don't hold.
    fn leave(&self, columns: &[ColumnIdx], chosen: &[Chosen], left: &mut Vec<LeftoverCheck>) {
        let holds = |asked: &Asked| {
            let placed = !chosen.is_empty() && matches!(asked.columns[..], [c] if columns.contains(&c));
            self.is_always_there(asked) || placed && asked.is_known(&self.cx)
        };
        for of in self.boxes {
            let guarded = |check: &&Check| {
                let parts = conjuncts(&check.expr);
                parts.into_iter().any(|e| !holds(&Asked::check(e.clone())))
            };
            left.extend(of.checks.iter().filter(guarded).map(|check| self.guarded(of, check)));
        }
        let unheld = self.places.iter().flat_map(|p| &p.asked).any(|a| !a.passes_unknown && !holds(a));
        // What moves a placed column has to keep it in its place.
        let may_move = |c: &ColumnIdx| columns.contains(c) && !self.cx.is_referred_to(*c);
        let moved = left.iter().any(|check| check.expr.columns().iter().any(may_move));
        if unheld || moved {
            left.push(self.some_partition());
        }
    }

    /// Whether a condition only asks for the presence of columns that are never NULL.
    fn is_always_there(&self, asked: &Asked) -> bool {
        asked.is_presence() && asked.columns.iter().all(|c| !self.facts[*c].nullable)
    }

    /// The condition that some partition takes the row.
    fn some_partition(&self) -> LeftoverCheck {
        let any = self.boxes.iter().map(within).reduce(|a, b| Expr::binary(BinaryOp::Or, a, b));
        LeftoverCheck {
            expr: any.unwrap_or(Expr::Literal(Literal::Boolean(true))),
            title: "some partition takes the row".to_owned(),
            span: self.span(),
        }
    }

    /// A CHECK that a partition has alone: it holds, or the row is another's.
    fn guarded(&self, of: &PartitionBox, check: &Check) -> LeftoverCheck {
        let elsewhere = Expr::Unary { op: UnaryOp::Not, operand: Box::new(within(of)) };
        let title = check.name.as_ref().map_or_else(
            || format!("CHECK ({}) of partition `{}`", check.text, of.partition),
            |name| format!("CHECK `{name}` ({}) of partition `{}`", check.text, of.partition),
        );
        LeftoverCheck {
            expr: Expr::binary(BinaryOp::Or, elsewhere, check.expr.clone()),
            title,
            span: check.span,
        }
    }

    fn span(&self) -> Span {
        self.cx.table().span
    }
}

/// The bounds of a box are all true.
fn within(of: &PartitionBox) -> Expr {
    let all = of.bounds.iter().cloned().reduce(|a, b| Expr::binary(BinaryOp::And, a, b));
    let all = all.unwrap_or(Expr::Literal(Literal::Boolean(true)));
    Expr::IsTruth { operand: Box::new(all), truth: Some(true), negated: false }
}
