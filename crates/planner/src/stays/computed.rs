//! Ends that are computed: how long ranges take, and what the column may hold that says so.

use super::{LENGTHS, SAMPLES, Stay, StayColumns, measure};
use crate::facts::TableProperties;
use seedbed_schema_model::{ColumnIdx, Expr};
use seedbed_solver::Units;
use seedbed_sql_semantics::{check_passes, evaluate};
use seedbed_sql_values::Value;

impl Stay<'_> {
    /// How long ranges of a computed end take, at most: of each value that the column may hold which says so, or the one
    /// length where none does. `None` where none is found.
    pub(super) fn computed_spans(
        &self,
        facts: &TableProperties<'_>,
        length: Option<ColumnIdx>,
    ) -> Option<Vec<(Value, i128)>> {
        let window = self.window(false)?;
        let values = match length {
            None => vec![Value::Null],
            Some(column) => {
                let units = Units::of(facts[column].base, self.cx.schema().dialect)?;
                let allowed = |v: &Value| facts.allows(&self.cx, column, v);
                measure::usual_lengths(&units)
                    .into_iter()
                    .map(|at| units.nearest_value(at))
                    .filter(allowed)
                    .collect()
            }
        };
        let spans = values.into_iter().filter_map(|value| {
            let longest = self.measured(window, length.map(|column| (column, &value)))?;
            Some((value, longest))
        });
        let mut spans: Vec<(Value, i128)> = spans.collect();
        spans.truncate(LENGTHS);
        (!spans.is_empty()).then_some(spans)
    }

    /// The longest range that a computed end makes, of a sample of starts; `None` where one breaks a condition.
    pub(super) fn measured(
        &self,
        (from, to): (i128, i128),
        length: Option<(ColumnIdx, &Value)>,
    ) -> Option<i128> {
        let StayColumns::Start(_, high, _) = &self.columns else { return None };
        let expressions = self.cx.expressions();
        let (mut least, mut most) = (i128::MAX, 0);
        for i in 0..SAMPLES * 4 {
            let start = from + (to - from) * i / (SAMPLES * 4);
            let mut row = self.row(start, start);
            if let Some((column, value)) = length {
                row[column] = value.clone();
            }
            let of_length = |part: &&Expr| length.is_some_and(|(column, _)| part.columns().contains(&column));
            let mut conditions = self.conditions.iter().filter(of_length);
            if !conditions.all(|part| check_passes(part, &row, &expressions).unwrap_or(false)) {
                return None;
            }
            let end = evaluate(high, &row, &expressions).ok()?;
            let (end, exact) = self.units.floor(&end)?;
            let span = end - start + i128::from(!exact);
            (least, most) = (least.min(span), most.max(span));
        }
        // Months and years differ by a few days.
        (least > 0).then_some(most + (most - least))
    }
}
