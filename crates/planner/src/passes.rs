//! The passes over one table, in their order: the table of contents of planning.
//!
//! Each pass has its input and output in its signature. What several of them refine is the [`ProgramDraft`]: which
//! columns are decided, and which references are drafted with which laws. A pass ends in one of three ways: it decides,
//! it refuses with a [`RowLimit`], for the table to be planned again with fewer rows, or it notes in [`Findings`] what
//! the plan does not guarantee. None of them looks at another table's draft: parents are seen as finished programs.
//!
//! | pass | decides | refuses |
//! |---|---|---|
//! | `facts` | domains of columns | |
//! | `documents` | lists of documents, arrays and rows that CHECKs look into | |
//! | `wish_check` | | wishes of the spec, as errors |
//! | `fixed_columns` | generated columns, always NULL ones | a column without a value |
//! | `placement` | columns by which rows find their partitions | |
//! | `first_rows` | first rows that children ask for | |
//! | `pinned_root` | the root that a CHECK pins | |
//! | `references` | owners of referencing columns | a parent without enough rows |
//! | `keys` | laws of key columns | a product too small for the rows |
//! | `sieve` | a joint law over what no law holds | too few proposals that pass, at the end |
//! | `free_columns` | all other columns | a column without a value |
//! | `leftover` | groups of CHECKs | CHECKs that contradict each other |
//! | `assembly` | the program, put together | |

use super::assembly::{Assembly, PlannedTable};
use super::documents;
use super::draft::ProgramDraft;
use super::facts::{self, TableProperties};
use super::findings::Findings;
use super::keys::{self, ChildNumbering};
use super::listing::{Documents, TableFacts};
use super::row_limit::RowLimit;
use super::sieve::{self, SieveDraft, Surroundings, Unsolved};
use super::table_context::{ParentRows, TableContext};
use super::{
    first_rows, fixed_columns, free_columns, leftover, pinned_root, placement, references, wish_check,
};
use seedbed_constraints::{Reachable, reachable};
use seedbed_datagen_core::ShortfallReason;
use seedbed_rows::explain::Unguaranteed;
use seedbed_rows::{LeftoverChecks, ReferenceLaw, ReferenceProgram};
use seedbed_schema_model::Span;
use std::collections::BTreeSet;

/// Plans a table. Where the rows that the run makes of its parents are too few, or a constraint is not guaranteed, it is
/// planned again with those that are there beside them, and the attempt counts that gives more rows or guarantees more.
///
/// # Errors
/// [`RowLimit`] when the table can't have so many rows.
pub(super) fn plan_table(cx: TableContext<'_>) -> Result<PlannedTable, RowLimit> {
    let made = plan_with_parents(cx);
    let leaves_out = match &made {
        Ok(planned) if planned.note.limitations.is_empty() => false,
        Ok(_) => {
            let mut parents = cx.constraints.references.iter().map(|fk| fk.parent);
            parents.any(|parent| parent != cx.id() && cx.leaves_out(parent))
        }
        Err(limit) => limit.leaves_out,
    };
    if !leaves_out {
        return made;
    }
    let all = plan_with_parents(TableContext { parents: ParentRows::All, ..cx });
    let is_better = match (&made, &all) {
        (Ok(made), Ok(all)) => all.note.limitations.len() < made.note.limitations.len(),
        (Err(made), Err(all)) => all.rows >= made.rows,
        (made, _) => made.is_err(),
    };
    if is_better { all } else { made }
}

/// Plans a table whose parents' rows are chosen. Numbered children deal all rows out at once, which can leave a sieve too
/// few to choose from; then the table is planned again with keys held otherwise, and the attempt that gives more rows
/// counts.
fn plan_with_parents(cx: TableContext<'_>) -> Result<PlannedTable, RowLimit> {
    let numbered = match run(cx, ChildNumbering::Allowed) {
        Err(limit) if limit.numbered => limit,
        result => return result,
    };
    match run(cx, ChildNumbering::Avoided) {
        Err(limit) if limit.rows <= numbered.rows => Err(numbered),
        result => result,
    }
}

/// Runs all passes once.
fn run(cx: TableContext<'_>, numbering: ChildNumbering) -> Result<PlannedTable, RowLimit> {
    let (mut found, mut draft) = (Findings::default(), ProgramDraft::new(cx.table().columns.len()));
    let reach = reachable(cx.schema(), cx.constraints);
    let (mut facts, mut left) = facts::gather(&cx, &reach);
    let documents: Documents = documents::make(cx, &facts, &left, &mut found);
    tell_assumed_now(&cx, &facts, &mut found);
    check_partitions(&cx, &reach)?;
    found.errors = wish_check::check(cx, &facts);
    references::check_follower(&cx)?;
    fixed_columns::decide(&cx, &facts, &mut draft, &mut found)?;
    placement::decide(cx, &reach, &mut facts, &documents, &mut draft, &mut left, &mut found);
    first_rows::meet_demands(&cx, &mut facts, &mut draft);
    pinned_root::find(&cx, &mut facts, &mut draft);
    let references = references::draft(cx, &facts, &mut draft, &mut found, &mut left)?;
    let keys = keys::fix(cx, &mut facts, &documents, &mut draft, &left, &mut found, numbering)?;
    let known = TableFacts { facts: &facts, documents: &documents };
    let unsolved = Unsolved { keys, references };
    let sieve = sieve::draft(cx, known, &mut draft, &mut left, unsolved, &mut found);
    let sieved = sieve.as_ref().map_or_else(BTreeSet::new, |sieve| sieve.sieved(&draft));
    free_columns::decide_referencing(&cx, &facts, &mut draft);
    free_columns::decide(cx, known, &mut draft, &left, &mut found)?;
    let leftover = leftover::group(cx, known, &draft, left, &sieved, &mut found)?;
    tell_spent_work(&cx, &leftover, &mut found);
    let leaves_out = (0..draft.references.len()).any(|r| draft.leaves_out(&cx, r));
    let planned = Assembly { cx, facts: &facts, sieved: &sieved, draft }.finish(leftover, found);
    match sieve {
        Some(sieve) => fill_sieve(&cx, sieve, planned).map_err(|limit| RowLimit { leaves_out, ..limit }),
        None => Ok(planned),
    }
}

/// Without a target whose clock was asked, rows about now hold at the moment that plans take for now.
fn tell_assumed_now(cx: &TableContext<'_>, facts: &TableProperties<'_>, found: &mut Findings) {
    if cx.planning.request.existing.now_micros.is_none() {
        for column in &facts.about_now {
            found.limit(Unguaranteed::AboutNow(*column), cx.column(*column).span);
        }
    }
}

/// A table whose passes have used up its share of the work: what is left of its CHECKs was not looked at as closely as others
/// are.
fn tell_spent_work(cx: &TableContext<'_>, leftover: &LeftoverChecks, found: &mut Findings) {
    if !cx.planning.work.is_spent() {
        return;
    }
    let mut titles: Vec<(String, Span)> = leftover.groups.iter().flat_map(|g| g.titles.clone()).collect();
    titles.dedup();
    let span = titles.first().map_or(cx.table().span, |(_, span)| *span);
    let checks = titles.into_iter().map(|(title, _)| title).collect();
    found.limit(Unguaranteed::OverBudget { checks }, span);
}

/// A partitioned table needs a partition that takes rows.
fn check_partitions(cx: &TableContext<'_>, reach: &Reachable) -> Result<(), RowLimit> {
    if *reach != Reachable::Nothing {
        return Ok(());
    }
    let reason = ShortfallReason::NoPartition { table: cx.name_of(cx.id()) };
    Err(RowLimit::new(0, reason, cx.table().span))
}

/// Finds the proposals that become rows. A refusal says whether numbered children are part of the program.
fn fill_sieve(
    cx: &TableContext<'_>,
    sieve: SieveDraft,
    mut planned: PlannedTable,
) -> Result<PlannedTable, RowLimit> {
    let known = cx.planning.request.existing.tables.get(&cx.id()).map(|t| &t.known);
    let cancel = &cx.planning.request.cancel;
    let around = Surroundings { schema: cx.schema(), table: cx.table(), known, cancel };
    let is_numbered = |r: &ReferenceProgram| matches!(r.law, ReferenceLaw::FanOut(_));
    let numbered = planned.program.references.iter().any(is_numbered);
    let memory = sieve
        .sieve(cx.programs, &mut planned.program, &around)
        .map_err(|limit| RowLimit { numbered, ..limit })?;
    planned.note.memory.push(memory);
    Ok(planned)
}
