//! Pass over the whole plan: the leftover conditions, tried on the first rows.
//!
//! Whether the branches of a group settle every row can't be told from its formulas alone. The first rows tell it for
//! most, as draws are alike over the whole table, and which conditions are beyond the evaluator there. Where not one of
//! the very first is settled, no more are tried: each costs as much as the search for it may. Refuses nothing;
//! limitation: conditions that some of them break. Cost: at most 64 rows of each table, and half of the work that is left
//! for each of its groups: a group that needs more is given up as well, and told as undecided.

use super::Plan;
use seedbed_rows::UnsettledGroup;
use seedbed_rows::explain::{LimitationNote, Unguaranteed};
use seedbed_sql_semantics::Work;
use std::ops::Range;

/// Rows of a table that are tried before it is given up without a single success.
const FIRST_PROBED: u64 = 8;
/// Rows of a table that are tried.
const PROBED: u64 = 64;

/// Tries the first rows of every table that leaves conditions to redrawing, names those that it doesn't settle, and
/// gives up those that it hardly ever settles.
pub(super) fn probe(plan: &mut Plan, work: &Work) {
    for at in 0..plan.tables.len() {
        let rows = plan.tables[at].rows.min(PROBED);
        let first = rows.min(FIRST_PROBED);
        let mut broken =
            vec![0; plan.programs.get(plan.tables[at].table).map_or(0, |p| p.leftover.groups.len())];
        count_broken(plan, at, 0..first, &mut broken, work);
        let given_up: Vec<usize> = (0..broken.len())
            .filter(|g| first == FIRST_PROBED && broken[*g] == first && !is_hopeless(plan, at, *g))
            .collect();
        given_up.into_iter().for_each(|group| tell(plan, at, group, first, first));
        count_broken(plan, at, first..rows, &mut broken, work);
        for (group, broken) in broken.into_iter().enumerate() {
            if broken > 0 && !is_hopeless(plan, at, group) {
                tell(plan, at, group, broken, rows);
            }
        }
    }
}

/// Whether a group of a table was given up.
fn is_hopeless(plan: &Plan, at: usize, group: usize) -> bool {
    plan.programs.get(plan.tables[at].table).is_some_and(|p| p.leftover.groups[group].hopeless)
}

/// Adds up in how many of some rows each group is not settled. Gives up, and tells, those that take more than their share of
/// the work.
fn count_broken(plan: &mut Plan, at: usize, rows: Range<u64>, broken: &mut [u64], work: &Work) {
    let unsettled = plan.unsettled(plan.tables[at].table, &rows.collect::<Vec<u64>>(), work);
    for UnsettledGroup { number, rows, undecided, unevaluated } in unsettled {
        broken[number] += rows;
        if !undecided {
            unevaluated.into_iter().for_each(|(check, what)| tell_unevaluated(plan, at, number, check, what));
        } else {
            let Some(program) = plan.programs.get_mut(plan.tables[at].table) else { return };
            let group = &mut program.leftover.groups[number];
            group.hopeless = true;
            let mut titles = group.titles.clone();
            titles.dedup();
            let span = titles.first().map(|(_, span)| *span);
            let limit =
                Unguaranteed::OverBudget { checks: titles.into_iter().map(|(title, _)| title).collect() };
            plan.tables[at].note.limitations.push(LimitationNote { limit, span });
        }
    }
}

/// Tells, once, that a check of a group can't be evaluated in one of the rows.
fn tell_unevaluated(plan: &mut Plan, at: usize, group: usize, check: usize, what: String) {
    let Some(program) = plan.programs.get(plan.tables[at].table) else { return };
    let Some((title, span)) = program.leftover.groups[group].titles.get(check).cloned() else { return };
    let limitations = &mut plan.tables[at].note.limitations;
    let is_of_check = |note: &LimitationNote| matches!(&note.limit, Unguaranteed::Unreadable { check, .. } if *check == title);
    if !limitations.iter().any(is_of_check) {
        limitations.push(LimitationNote {
            limit: Unguaranteed::Unreadable { check: title, what },
            span: Some(span),
        });
    }
}

/// Tells that a group is not settled in so many of the rows tried, and gives it up if that is most of them.
fn tell(plan: &mut Plan, at: usize, group: usize, broken: u64, tried: u64) {
    let Some(program) = plan.programs.get_mut(plan.tables[at].table) else { return };
    let group = &mut program.leftover.groups[group];
    group.hopeless = broken * 2 > tried;
    let checks = group.titles.iter().map(|(title, _)| title.clone()).collect();
    let limit = Unguaranteed::Unsettled { broken, tried, checks };
    let span = group.titles.first().map(|(_, span)| *span);
    plan.tables[at].note.limitations.push(LimitationNote { limit, span });
}
