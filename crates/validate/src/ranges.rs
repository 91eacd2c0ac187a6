//! Ranges of rows that may not overlap, and those that others have to cover.
//!
//! Exclusions by `&&`, keys `WITHOUT OVERLAPS` and references of a `PERIOD` ask for more than equal keys, so their ranges
//! are kept as they are, up to a million a constraint, and looked through in order when all rows have come. What lies
//! beyond is told as not checked.

use crate::ValidateError;
use crate::batch_check::BatchCheck;
use crate::check::RowsAgain;
use crate::constraint::Rule;
use crate::plan::CheckPlan;
use crate::worker::Worker;
use arrow_array::RecordBatch;
use seedbed_schema_model::TableId;
use std::collections::BTreeSet;

/// Reads rows of a table again, from one on, for somebody who looks at them.
type ReadAgain<'a> =
    dyn Fn(TableId, u64, &RecordBatch, &mut dyn FnMut(&BatchCheck<'_, '_>)) -> Result<(), ValidateError> + 'a;

/// Finds ranges that overlap or that nothing covers, and tells the rows. `again` is asked for rows only where there is
/// something to tell.
pub(crate) fn look(
    plan: &CheckPlan<'_>,
    tables: impl Iterator<Item = TableId>,
    all: &mut Worker,
    again: &dyn RowsAgain,
    read: &ReadAgain<'_>,
) -> Result<(), ValidateError> {
    for table in tables {
        let mut broken: Vec<(usize, BTreeSet<u64>)> = Vec::new();
        for (number, constraint) in plan.tables[table].constraints.iter().enumerate() {
            let (rows, too_many) = match &constraint.rule {
                Rule::Apart(rule) => match &mut all.ranges[rule.ranges] {
                    Some(ranges) => (ranges.overlapping(), ranges.too_many),
                    None => continue,
                },
                Rule::Covered(rule) => {
                    let Some(mut children) = all.ranges[rule.ranges].take() else { continue };
                    let parents = all.ranges[rule.parents].get_or_insert_default();
                    let too_many = children.too_many || parents.too_many;
                    (children.uncovered(parents), too_many)
                }
                _ => continue,
            };
            let Some(findings) = all.tables[table].as_mut() else { continue };
            if too_many {
                let reason = || "there are too many ranges to be compared".to_owned();
                findings.tallies[number].undecided(0, reason);
            } else if !rows.is_empty() {
                broken.push((number, rows));
            }
        }
        let Some(findings) = all.tables[table].as_mut().filter(|_| !broken.is_empty()) else { continue };
        again.rows(table, &mut |first_row, rows| {
            read(table, first_row, rows, &mut |batch| {
                for (number, broken) in &broken {
                    let constraint = &plan.tables[table].constraints[*number];
                    let end = first_row + batch.rows as u64;
                    for row in broken.range(first_row..end) {
                        let reason = match &constraint.rule {
                            Rule::Covered(_) => Some("no parent's period covers it".to_owned()),
                            _ => None,
                        };
                        let offender = || batch.offender_at(*number, *row, reason);
                        findings.tallies[*number].violate(*row, offender);
                    }
                }
            })
        })?;
    }
    Ok(())
}
