//! Pass: columns that leave no choice. They are generated, or always NULL.
//!
//! Input: what is known of the columns, and the references that lead nowhere. Output: decisions in the draft. It comes
//! before all other decisions, as what is always NULL excuses keys and references. Cost: the columns of the table.

use super::draft::{Decision, ProgramDraft};
use super::facts::TableProperties;
use super::findings::Findings;
use super::row_limit::RowLimit;
use super::table_context::TableContext;
use seedbed_datagen_core::ShortfallReason;
use seedbed_rows::GeneratedCell;
use seedbed_rows::explain::{ColumnReason, Unguaranteed};
use seedbed_schema_model::ColumnIdx;
use seedbed_sql_semantics::{DanglingReference, semantics, supported};
use std::sync::Arc;

/// Decides generated columns, those whose CHECKs leave only NULL, and nullable ones whose reference leads nowhere.
///
/// Limitation: a reference that leads nowhere and can't be NULL, on servers that would not make such a table: there it
/// is the DDL at hand that lacks the parent.
///
/// # Errors
/// [`RowLimit`] of 0 when a column may hold neither NULL nor anything else, or when the server takes the table and
/// refuses its rows (SQLite).
pub(super) fn decide(
    cx: &TableContext<'_>,
    facts: &TableProperties<'_>,
    draft: &mut ProgramDraft,
    found: &mut Findings,
) -> Result<(), RowLimit> {
    for (column, _) in cx.table().columns_indexed() {
        if let Some(decision) = decision(cx, facts, column)? {
            draft.decide(cx, facts, column, decision);
        }
    }
    cx.constraints.dangling.iter().try_for_each(|columns| check_dangling(cx, columns, draft, found))
}

/// What a column is decided to be before all passes; `None` if that is open.
fn decision(
    cx: &TableContext<'_>,
    facts: &TableProperties<'_>,
    index: ColumnIdx,
) -> Result<Option<Decision>, RowLimit> {
    let (column, facts) = (cx.column(index), &facts[index]);
    if column.generated.is_some() {
        return Ok(Some(generated(cx, index)));
    }
    if facts.must_be_null && !facts.nullable && cx.rows > 0 {
        let reason = ShortfallReason::OnlyNull { column: column.name.clone() };
        return Err(RowLimit::new(0, reason, column.span));
    }
    let nothing_allowed = facts.domain.allowed.as_ref().is_some_and(Vec::is_empty);
    if facts.must_be_null || nothing_allowed && facts.nullable {
        return Ok(Some(Decision::null(ColumnReason::OnlyNull)));
    }
    let dangles = cx.constraints.dangling.iter().any(|d| d.contains(&index));
    Ok((dangles && facts.nullable).then(|| Decision::null(ColumnReason::Dangling)))
}

/// A generated column: the server's, and computed here as well where others refer to it.
fn generated(cx: &TableContext<'_>, index: ColumnIdx) -> Decision {
    let expr = cx
        .constraints
        .generated
        .get(index)
        .filter(|e| cx.is_referred_to(index) && supported(e, &cx.expressions()).is_ok());
    match expr {
        Some(expr) => {
            let (schema, reads) = (Arc::clone(cx.schema()), expr.columns());
            Decision::generated(GeneratedCell { schema, expr: expr.clone(), reads })
        }
        None => Decision::server(ColumnReason::Generated),
    }
}

/// A reference that leads nowhere, unless a NULL excuses it.
fn check_dangling(
    cx: &TableContext<'_>,
    columns: &[ColumnIdx],
    draft: &ProgramDraft,
    found: &mut Findings,
) -> Result<(), RowLimit> {
    if columns.iter().any(|c| draft.is_always_null(*c)) {
        return Ok(());
    }
    let span = columns.first().map_or(cx.table().span, |c| cx.column(*c).span);
    // Where no such table can be made, it is our reading that lacks the parent.
    let rules = &semantics(cx.schema().dialect).constraints;
    if rules.dangling_reference == DanglingReference::RowsRefused && cx.rows > 0 {
        let reason = ShortfallReason::Dangling { columns: cx.names(columns) };
        return Err(RowLimit::new(0, reason, span));
    }
    found.limit(Unguaranteed::Dangling(columns.to_vec()), span);
    Ok(())
}
