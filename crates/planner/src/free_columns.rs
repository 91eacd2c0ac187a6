//! Pass: the columns that no key has decided. Those of references show their parent's cells; all others have a list and
//! a law of their own.
//!
//! Input: the draft after keys and sieve. Output: a draft in which every column is decided and every reference has a
//! law. Laws here may repeat values, and CHECKs may have these columns drawn again. Cost: that of the columns' lists.

use super::admission::taken_of_key;
use super::draft::{Decision, ProgramDraft};
use super::facts::{LeftoverCheck, TableProperties};
use super::findings::Findings;
use super::grouping::grouping_law;
use super::listing::{Listing, TableFacts};
use super::lists::{Lists, Thinned};
use super::own_checks::OwnChecks;
use super::row_limit::RowLimit;
use super::table_context::TableContext;
use super::wish_fault::ColumnWishFault;
use seedbed_datagen_core::{Cardinality, ShortfallReason};
use seedbed_laws::{Law, LawKey, Stratified};
use seedbed_rows::explain::{ColumnReason, Filling, ListKind, Unguaranteed};
use seedbed_rows::list::{LiteralList, Syllables};
use seedbed_rows::{CellLaw, ColumnProgram, LawKind, NullLaw, ReferenceLaw};
use seedbed_schema_model::{ColumnIdx, SqlType};
use std::sync::Arc;

/// Fixes the laws of references that no key has fixed, and decides their columns.
pub(super) fn decide_referencing(
    cx: &TableContext<'_>,
    facts: &TableProperties<'_>,
    draft: &mut ProgramDraft,
) {
    for reference in &mut draft.references {
        if reference.law.is_none() {
            let key = cx.joint_key(&reference.columns, "reference");
            reference.fix(ReferenceLaw::Hashed(key), LawKind::Hashed);
        }
    }
    for reference in 0..draft.references.len() {
        for place in 0..draft.references[reference].columns.len() {
            decide_referenced(cx, facts, draft, reference, place);
        }
    }
}

/// Decides the column at `place` of a reference, unless it is decided already: it shows the parent's cell.
fn decide_referenced(
    cx: &TableContext<'_>,
    facts: &TableProperties<'_>,
    draft: &mut ProgramDraft,
    reference: usize,
    place: usize,
) {
    let drafted = &draft.references[reference];
    let column = drafted.columns[place];
    let Some(parent_column) = drafted.parent_columns.get(place).copied() else { return };
    if draft.is_decided(column) {
        return;
    }
    let nullable = facts[column].nullable;
    let rate = match (nullable && drafted.nulls.law.is_some(), drafted.is_self) {
        (false, _) => 0.0,
        (true, true) => cx.root_rate(column),
        (true, false) => draft.null_rate(cx, facts, column),
    };
    let decision = Decision {
        cell: ColumnProgram::Referenced { reference, parent_column, nullable },
        filling: Filling::Reference(drafted.parent),
        law: drafted.kind,
        reason: ColumnReason::Reference(drafted.origin.clone()),
    };
    draft.decide(cx, facts, column, decision);
    if let Some(note) = &mut draft.notes[column] {
        note.null_rate = rate;
    }
}

/// Decides every column that is still open, in DDL order; the order does not matter to what they hold. `left`: what rows
/// are tested by.
///
/// Limitation: a NOT NULL column of an unknown type gets words, which the server may refuse.
///
/// # Errors
/// [`RowLimit`] of 0 when a column has no value: its constraints leave none, or the spec's range does, which is
/// then an error of the spec too.
pub(super) fn decide(
    cx: TableContext<'_>,
    known: TableFacts<'_, '_>,
    draft: &mut ProgramDraft,
    left: &[LeftoverCheck],
    found: &mut Findings,
) -> Result<(), RowLimit> {
    for (column, _) in cx.table().columns_indexed() {
        if draft.is_decided(column) {
            continue;
        }
        let mut lists = Lists { cx, facts: known.facts, documents: known.documents, found };
        let listing = lists.listing(column, None).map(|listing| lists.fitted(column, listing));
        let listing = listing.map(|listing| instead_of_rare(&lists, column, listing, left));
        let decision = match listing.filter(|l| l.sampler.cardinality() != Cardinality::Exact(0)) {
            Some(listing) => {
                let nulls = draft.nulls(&cx, known.facts, column);
                listed(&cx, draft, column, listing, nulls)
            }
            None => without_list(&cx, known.facts, column, found)?,
        };
        draft.decide(&cx, known.facts, column, decision);
    }
    Ok(())
}

/// The numbers that pass what is `left` of CHECKs on a column alone, instead of a list of which few do: draws again would
/// hardly meet them.
fn instead_of_rare(
    lists: &Lists<'_, '_>,
    column: ColumnIdx,
    listing: Listing,
    left: &[LeftoverCheck],
) -> Listing {
    if !matches!(lists.facts[column].base, SqlType::Integer { .. }) || listing.entity.is_some() {
        return listing;
    }
    let Some(own) = OwnChecks::of(lists.cx, column, left) else { return listing };
    let (passing, all) = own.sample(&listing);
    if passing * RARE >= all {
        return listing;
    }
    match lists.thinned(column, own, lists.cx.rows.min(SHORT)) {
        Some(Thinned::Passing(passing)) => passing,
        _ => listing,
    }
}

/// Values of a list are rare of which not one in so many passes.
const RARE: usize = 16;

/// A column with a list: by the law of the entity that the list shows, or by one of its own.
fn listed(
    cx: &TableContext<'_>,
    draft: &ProgramDraft,
    column: ColumnIdx,
    listing: Listing,
    nulls: NullLaw,
) -> Decision {
    match listing.entity {
        Some(role) => {
            let law = draft.entity_law(cx, role);
            Decision::listed(listing, law, LawKind::Entity, nulls)
        }
        None => {
            let law = match draft.grouping.contains(&column) {
                true => grouping_law(cx.key(column, "law"), &listing),
                false => free_law(cx.key(column, "law"), &listing),
            };
            Decision::own(listing, law, nulls)
        }
    }
}

/// A column that has no list: nothing is known of its type, or its constraints leave no value. It is left to the
/// server's default or NULL, where it can be.
fn without_list(
    cx: &TableContext<'_>,
    facts: &TableProperties<'_>,
    index: ColumnIdx,
    found: &mut Findings,
) -> Result<Decision, RowLimit> {
    let (column, facts) = (cx.column(index), &facts[index]);
    let unknown = matches!(facts.base, SqlType::Unknown { .. })
        || LiteralList::new(cx.schema(), facts.base, LawKey(0)).is_none();
    let why = if unknown { ColumnReason::UnknownType } else { ColumnReason::NoValue };
    let no_value = no_value(cx, index);
    if cx.spec_of(index).is_some_and(|s| s.range.is_some()) {
        let spec_error = Some(Box::new(cx.bad_spec(index, ColumnWishFault::EmptyRange)));
        return Err(RowLimit { spec_error, ..RowLimit::new(0, no_value, column.span) });
    }
    if unknown && column.default.is_some() {
        Ok(Decision::server(ColumnReason::UnknownTypeWithDefault))
    } else if facts.nullable {
        Ok(Decision::null(why))
    } else if unknown {
        found.limit(Unguaranteed::UnknownType(index), column.span);
        Ok(words(cx, index, why))
    } else {
        Err(RowLimit::new(0, no_value, column.span))
    }
}

/// Why a column has no value: its constraints leave none, or all that they leave are there.
fn no_value(cx: &TableContext<'_>, index: ColumnIdx) -> ShortfallReason {
    let column = cx.column(index).name.clone();
    match taken_of_key(cx, index) {
        Some(taken) => ShortfallReason::AllThere { column, there: taken.len() as u64 },
        None => ShortfallReason::NoValue { column },
    }
}

/// Words for a type of which no values are known.
fn words(cx: &TableContext<'_>, column: ColumnIdx, reason: ColumnReason) -> Decision {
    let sampler = Arc::new(Syllables { key: cx.key(column, "list"), words: 1 });
    let law = CellLaw::Own(Law::Huge(cx.key(column, "law")));
    let cell = ColumnProgram::Listed { sampler, law, nulls: NullLaw::NEVER };
    Decision { cell, filling: Filling::List(ListKind::Words), law: LawKind::Permutation, reason }
}

/// The law of a column that is in no key: exact shares of a short or weighted list, a draw with repetition of a long
/// one.
pub(super) fn free_law(key: LawKey, listing: &Listing) -> Law {
    match (listing.sampler.cardinality(), &listing.weights) {
        (_, Some(weights)) => Law::Stratified(Stratified::new(key, &quotas(weights))),
        (Cardinality::Exact(len), None) if len <= SHORT => {
            Law::Stratified(Stratified::new(key, &vec![(SHORT / len.max(1)).max(1); len as usize]))
        }
        (Cardinality::Exact(_), None) if listing.sequential => Law::Sequence,
        (Cardinality::Exact(len), None) => Law::Hashed { key, len },
        (Cardinality::Huge, None) => Law::Huge(key),
    }
}

/// Lists up to this long get exact shares, so that no short column comes out constant.
const SHORT: u64 = 60;

/// Weights as quotas of a block of rows, within which the shares are exact: small weights are multiplied until the
/// block has at least 60 rows, large ones stand as they are.
fn quotas(weights: &[u64]) -> Vec<u64> {
    let sum: u64 = weights.iter().sum::<u64>().max(1);
    let times = SHORT.div_ceil(sum).max(1);
    weights.iter().map(|w| w * times).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_weights_fill_a_block_of_sixty() {
        assert_eq!(quotas(&[1, 2]), [20, 40]);
        assert_eq!(quotas(&[100, 1]), [100, 1]);
        assert_eq!(quotas(&[0, 0]), [0, 0]);
    }
}
