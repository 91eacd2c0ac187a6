//! Trying ranges against the conditions over their columns.

use super::measure::Measures;
use super::{LENGTHS, SAMPLES, Stay, StayColumns};
use crate::facts::with_value;
use seedbed_rows::list::range_between;
use seedbed_schema_model::Expr;
use seedbed_solver::{conjuncts, reads_clock};
use seedbed_sql_semantics::{check_passes, supported};
use seedbed_sql_values::Value;

impl Stay<'_> {
    /// The conditions of the table and of domains that read these columns alone.
    pub(super) fn own_conditions(&self) -> Vec<Expr> {
        let all = self.all();
        let expressions = self.cx.expressions();
        let readable = |part: &&Expr| {
            let read = part.columns();
            !read.is_empty()
                && read.iter().all(|c| all.contains(c))
                && !reads_clock(part)
                && supported(part, &expressions).is_ok()
        };
        let checks = self.cx.constraints.checks.iter().flat_map(|check| conjuncts(&check.expr));
        let mut conditions: Vec<Expr> = checks.filter(readable).cloned().collect();
        for column in all.iter().copied() {
            for domain in self.cx.schema().domains_of(&self.cx.column(column).ty) {
                let parts = domain.checks.iter().flat_map(|check| conjuncts(&check.expr));
                conditions.extend(
                    parts.map(|part| with_value(part, &Expr::Column(column))).filter(|part| readable(&part)),
                );
            }
        }
        conditions
    }

    /// The measures that pass every condition; `None` if none of those that are tried do. Starts are as round as leaves so
    /// many of them in the window.
    pub(super) fn measures(&self, window: (i128, i128), starts: i128) -> Option<Measures> {
        let tried = Measures::of(&self.units, self.gap);
        let choices = [&tried.usual, &tried.other];
        let finest = tried.grains.iter().map(|(grain, _)| *grain).min();
        let is_fine = |grain: i128| Some(grain) == finest || (window.1 - window.0) / grain >= starts;
        choices.into_iter().find_map(|lengths| {
            tried.grains.iter().filter(|(grain, _)| is_fine(*grain)).find_map(|(grain, offset)| {
                let form =
                    Measures { grain: *grain, offset: *offset, lengths: Vec::new(), pitches: Vec::new() };
                let passing: Vec<i128> = lengths
                    .iter()
                    .copied()
                    .filter(|length| self.passes_everywhere(&form, *length, window))
                    .take(LENGTHS)
                    .collect();
                (!passing.is_empty()).then(|| Measures {
                    lengths: passing,
                    pitches: tried.pitches.clone(),
                    ..form
                })
            })
        })
    }

    /// Whether a length passes wherever it has been tried, which is somewhere.
    pub(super) fn passes_everywhere(&self, form: &Measures, length: i128, (from, to): (i128, i128)) -> bool {
        let (from, last) = self.starts((from, to), length);
        let first = form.aligned(from);
        let room = last - first;
        if room < 0 {
            return false;
        }
        let steps = room / form.grain;
        let starts = (0..SAMPLES).map(|i| first + steps * i / SAMPLES * form.grain);
        let starts = starts.chain((0..SAMPLES.min(steps + 1)).map(|i| first + i * form.grain));
        starts.into_iter().all(|start| self.passes(start, start + length))
    }

    /// Whether no condition is false of a range.
    pub(super) fn passes(&self, start: i128, end: i128) -> bool {
        let row = self.row(start, end);
        let expressions = self.cx.expressions();
        let computed = match &self.columns {
            // The end has to come after the start.
            StayColumns::Start(..) => true,
            _ => end >= start,
        };
        computed
            && self
                .conditions
                .iter()
                .all(|condition| check_passes(condition, &row, &expressions).unwrap_or(false))
    }

    /// A row that holds nothing but the range.
    pub(super) fn row(&self, start: i128, end: i128) -> Vec<Value> {
        let mut row = vec![Value::Null; self.cx.table().columns.len()];
        match &self.columns {
            StayColumns::Pair(a, b) => {
                row[*a] = self.units.nearest_value(start);
                row[*b] = self.units.nearest_value(end);
            }
            StayColumns::Start(a, ..) => row[*a] = self.units.nearest_value(start),
            StayColumns::Range(c, ty) => row[*c] = Value::Range(range_between(&self.units, ty, start, end)),
        }
        row
    }
}
