//! Explaining a plan: what it decided, and what follows from its programs.

use super::wording::reference_origin;
use super::{ColumnNote, ColumnReason, Wording, names};
use crate::column_program::ColumnProgram;
use crate::explain::{ColumnExplanation, Explanation, Limitation, TableExplanation, TriggerExplanation};
use crate::plan::{Plan, TablePlan};
use crate::program::Program;
use crate::reference_program::{Candidates, ReferenceLaw, ReferenceProgram, Root};
use seedbed_datagen_core::counted;
use seedbed_schema_model::{
    BrokenReference, ColumnIdx, CycleBreak, Schema, TableId, Trigger, TriggerLevel, TriggerTiming,
};
use seedbed_sql_semantics::{HardCycle, semantics};
use std::collections::BTreeMap;

/// Cells that one cell costs, by its table and column; chains of references are followed once.
type Costs = BTreeMap<(TableId, ColumnIdx), u64>;

impl Plan {
    /// What the plan does and why.
    pub fn explain(&self) -> Explanation {
        let mut costs = Costs::new();
        Explanation {
            seed: self.seed,
            tables: self.tables.iter().map(|t| self.explain_table(t, &mut costs)).collect(),
            broken_references: self.order.broken.iter().map(|b| self.describe_break(b)).collect(),
            limitations: self.tables.iter().flat_map(|t| self.explain_limitations(t)).collect(),
        }
    }

    fn wording(&self, table: TableId) -> Wording<'_> {
        Wording { schema: &self.made_by, table: &self.made_by[table] }
    }

    fn explain_limitations(&self, planned: &TablePlan) -> Vec<Limitation> {
        let wording = self.wording(planned.table);
        planned.note.limitations.iter().map(|note| wording.limitation(note)).collect()
    }

    fn explain_table(&self, planned: &TablePlan, costs: &mut Costs) -> TableExplanation {
        let program = self.programs.get(planned.table);
        let table = &self.made_by[planned.table];
        let wording = self.wording(planned.table);
        let evaluations = planned.columns.iter().map(|c| self.cost(planned.table, *c, costs, 0)).sum();
        TableExplanation {
            table: table.name.to_string(),
            rows: planned.rows,
            evaluations,
            shortfall: planned.shortfall.clone(),
            verdict: planned.verdict(),
            keys: planned.note.keys.iter().map(|note| wording.key_note(note)).collect(),
            cases: program.map(|p| p.leftover.explain(table)).unwrap_or_default(),
            memory: wording.memory(&planned.note.memory),
            triggers: table
                .triggers
                .iter()
                .filter(|t| t.on_insert() && planned.rows > 0)
                .map(|t| explain_trigger(&self.made_by, t))
                .collect(),
            columns: planned
                .note
                .columns
                .iter()
                .map(|note| self.explain_column(planned.table, note))
                .collect(),
        }
    }

    fn explain_column(&self, table: TableId, note: &ColumnNote) -> ColumnExplanation {
        let wording = self.wording(table);
        let drawn = self.programs.get(table).and_then(|p| Some((p, reference_of(p, note.column)?)));
        let why = match drawn {
            Some((program, reference)) => {
                let draw = self.describe_draw(program, reference);
                origin_of(&note.reason).map_or_else(|| draw.clone(), |origin| format!("{draw}; {origin}"))
            }
            None => wording.column_reason(&note.reason),
        };
        let session = if note.seeks_session_user { SESSION_USER } else { "" };
        let led = note
            .led_by
            .as_ref()
            .map_or_else(String::new, |by| format!("; the first rows hold the values that {by} asks for"));
        ColumnExplanation {
            column: self.made_by[table][note.column].name.clone(),
            provider: wording.filling(&note.filling),
            law: note.law,
            null_rate: note.null_rate,
            why: format!("{why}{session}{led}"),
        }
    }

    fn describe_draw(&self, program: &Program, reference: usize) -> String {
        let drawn = &program.references[reference];
        let rows = self.describe_candidates(drawn);
        match &drawn.law {
            ReferenceLaw::Hashed(_) => format!("any of its {rows}"),
            ReferenceLaw::Aligned => "the row of its own number".to_owned(),
            ReferenceLaw::Permutation(_) => format!("each of its {rows} at most once"),
            ReferenceLaw::Joint { joint, .. } => {
                let others = self.drawn_with(program, *joint, reference);
                let with =
                    if others.is_empty() { String::new() } else { format!(", together with {others}") };
                format!("any of its {rows}{with}")
            }
            ReferenceLaw::FanOut(_) => {
                format!(
                    "{} dealt out among its {rows}, in groups of different size",
                    counted(program.rows, "row")
                )
            }
            ReferenceLaw::Dealt(_) => {
                format!("{} dealt out among its {rows}, one to each in turn", counted(program.rows, "row"))
            }
            ReferenceLaw::InRound { .. } => {
                format!("any of its {rows}, none twice beside the same other one")
            }
            ReferenceLaw::Mate { .. } => {
                "another row of the table with the same parent, an earlier one where there is one".to_owned()
            }
            ReferenceLaw::Tree { root: Root::Another, .. } => {
                "an earlier row of the table; the first refers to the second".to_owned()
            }
            ReferenceLaw::Tree { root, .. } => {
                let root = match root {
                    Root::Itself => "refers to itself",
                    Root::Known(_) => "refers to a row that was there before",
                    Root::Absent | Root::Another => "has none",
                };
                format!("an earlier row of the table, so that no row is its own ancestor; a root {root}")
            }
            ReferenceLaw::Chain { root: Root::Another } => {
                "the row before; the first refers to the last".to_owned()
            }
            ReferenceLaw::Chain { .. } => "the row before".to_owned(),
            ReferenceLaw::Indexed(index) => {
                let columns = names(&self.made_by[program.table], &index.columns);
                format!("any of its {rows} with the same ({columns})")
            }
        }
    }

    /// The parent's rows that a reference may draw.
    fn describe_candidates(&self, drawn: &ReferenceProgram) -> String {
        let all = self.programs.get(drawn.parent).map_or(0, |p| p.rows);
        match &drawn.candidates {
            Candidates::All(count) if *count >= all => counted(*count, "row"),
            Candidates::All(count) => format!("first {}", counted(*count, "row")),
            Candidates::Present { count, .. } => {
                format!("{} whose key is not NULL", counted(*count, "row"))
            }
            Candidates::Listed(rows) => format!("{} that fit", counted(rows.len() as u64, "row")),
        }
    }

    /// The columns that are drawn together with a reference.
    fn drawn_with(&self, program: &Program, joint: usize, reference: usize) -> String {
        let table = &self.made_by[program.table];
        let joined = |cell: &ColumnProgram| match cell {
            ColumnProgram::Listed { law, .. } => law.joint() == Some(joint),
            ColumnProgram::Referenced { reference: other, .. } => {
                *other != reference
                    && matches!(program.references[*other].law, ReferenceLaw::Joint { joint: j, .. } if j == joint)
            }
            ColumnProgram::Null | ColumnProgram::Server | ColumnProgram::Generated(_) => false,
        };
        let columns: Vec<ColumnIdx> =
            table.columns_indexed().map(|(c, _)| c).filter(|c| joined(&program.cells[*c])).collect();
        names(table, &columns)
    }

    /// How many cells are computed for one: itself, and those of parents that it shows.
    fn cost(&self, table: TableId, column: ColumnIdx, costs: &mut Costs, depth: u32) -> u64 {
        if let Some(cost) = costs.get(&(table, column)) {
            return *cost;
        }
        let Some(program) = self.programs.get(table).filter(|_| depth < DEEPEST) else { return 1 };
        let cost = match program.cells.get(column.position()) {
            Some(ColumnProgram::Referenced { reference, parent_column, .. }) => {
                let drawn = &program.references[*reference];
                1 + self.cost(drawn.parent, *parent_column, costs, depth + 1)
            }
            _ => 1,
        };
        costs.insert((table, column), cost);
        cost
    }

    fn describe_break(&self, broken: &BrokenReference) -> String {
        let child = &self.made_by[broken.foreign_key.table];
        let fk = &child.foreign_keys[usize::from(broken.foreign_key.index)];
        let how = match broken.how {
            CycleBreak::Defer => "its check is deferred to the end of the transaction",
            CycleBreak::NullFirst => "rows go in with NULL and are updated afterwards",
            CycleBreak::Hard => match semantics(self.made_by.dialect).constraints.hard_cycle {
                HardCycle::OneStatement => {
                    "it is NOT NULL and not deferrable: the tables of its cycle are filled by one statement, \
                     at whose end it is checked"
                }
                HardCycle::Deferred => "its check is deferred to the end of the transaction",
                HardCycle::Unchecked => {
                    "it is NOT NULL and not deferrable: it can't be checked while its cycle is being filled"
                }
            },
        };
        let parent = &self.made_by[fk.parent].name;
        format!("`{}` ({}) to `{parent}`: {how}", child.name, names(child, &fk.columns))
    }
}

/// Of a column whose first row is the session's user.
const SESSION_USER: &str = "; the first row is the session's user, whom triggers look for";

/// Who says that there is the reference, unless the schema does.
fn origin_of(reason: &ColumnReason) -> Option<String> {
    match reason {
        ColumnReason::Reference(origin) => reference_origin(origin),
        _ => None,
    }
}

/// References of references are followed so far when counting.
const DEEPEST: u32 = 64;

fn reference_of(program: &Program, column: ColumnIdx) -> Option<usize> {
    match program.cells.get(column.position()) {
        Some(ColumnProgram::Referenced { reference, .. }) => Some(*reference),
        _ => None,
    }
}

/// What a trigger may do to the rows that go in.
fn explain_trigger(schema: &Schema, trigger: &Trigger) -> TriggerExplanation {
    let when = match (trigger.timing, trigger.level) {
        (TriggerTiming::Before, TriggerLevel::Row) => "before each row",
        (TriggerTiming::Before, TriggerLevel::Statement) => "before the statement",
        (TriggerTiming::After, TriggerLevel::Row) => "after each row",
        (TriggerTiming::After, TriggerLevel::Statement) => "after the statement",
        (TriggerTiming::InsteadOf, _) => "instead of the insert",
    };
    let calls = trigger.function.as_ref().map_or_else(String::new, |f| format!(", calls `{f}`"));
    let may = match (trigger.timing, trigger.level) {
        (TriggerTiming::Before | TriggerTiming::InsteadOf, TriggerLevel::Row) => {
            "may change or refuse the row"
        }
        _ => "may refuse what goes in, and write elsewhere",
    };
    let fed: Vec<String> = trigger.feeds.iter().map(|t| format!("`{}`", schema[*t].name)).collect();
    let feeds = if fed.is_empty() { String::new() } else { format!("; adds rows to {}", fed.join(", ")) };
    let held =
        if trigger.guards.is_empty() { "" } else { "; rows are made as it wants them, as far as it is read" };
    TriggerExplanation {
        name: trigger.name.clone(),
        effect: format!("{when}{calls}: {may}{held}{feeds}"),
        span: trigger.span,
    }
}
