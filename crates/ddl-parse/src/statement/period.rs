//! Periods of time that a table speaks of: `PERIOD FOR name (start, end)` (SQL:2011, §11.3;
//! <https://mariadb.com/kb/en/application-time-periods/>), and keys `WITHOUT OVERLAPS` over such a period, or over a column
//! of a range type (<https://www.postgresql.org/docs/18/sql-createtable.html>).
//!
//! The ends of a period are never NULL, and the first lies before the second. A key without overlaps is an exclusion: no
//! two rows are equal in its other parts while their periods overlap. A primary key is kept as a key as well, over the
//! columns of which it is made, as references name it by these.

use super::add_key::{column_name, key_part};
use super::constraint::ConstraintClause;
use super::index_element::{IndexElement, IndexTerm};
use seedbed_ddl_catalog::{Period, Problem, SystemCatalog};
use seedbed_schema_model::{
    BinaryOp, Check, ColumnIdx, Exclusion, ExclusionElement, Expr, Key, KeyTerm, SqlType, TableId,
};

/// Adds a period of a table's own to it. That of the system's time is the server's business.
pub(super) fn period(
    catalog: &mut SystemCatalog,
    table: TableId,
    constraint: &ConstraintClause<'_>,
    name: &str,
    ends: &[String],
) {
    if name.eq_ignore_ascii_case("system_time") {
        return;
    }
    let Some(columns) = catalog.columns(table, ends, constraint.span) else { return };
    let [start, end] = columns[..] else { return };
    for column in [start, end] {
        catalog.column_mut(table, column).nullable = false;
    }
    let expr = Expr::binary(BinaryOp::Lt, Expr::Column(start), Expr::Column(end));
    let text = format!("{} < {}", ends[0], ends[1]);
    let check = Check { name: Some(name.to_owned()), expr, text, enforced: true, span: constraint.span };
    catalog.schema[table].checks.push(check);
    catalog.draft_mut(table).periods.push(Period { name: name.to_owned(), start, end });
}

/// Whether a key is one without overlaps.
pub(super) fn is_without_overlaps(parts: &[IndexElement<'_>]) -> bool {
    parts.iter().any(|part| part.without_overlaps)
}

/// Adds a key without overlaps, and with `primary` the primary key that it is.
pub(super) fn key_without_overlaps(
    catalog: &mut SystemCatalog,
    table: TableId,
    constraint: &ConstraintClause<'_>,
    parts: &[IndexElement<'_>],
    primary: bool,
) {
    let mut elements = Vec::with_capacity(parts.len());
    let mut columns: Vec<ColumnIdx> = Vec::new();
    for part in parts {
        let operator = if part.without_overlaps { "&&" } else { "=" }.to_owned();
        let term = match period_of(catalog, table, part) {
            Some((start, end)) => {
                columns.extend([start, end]);
                KeyTerm::Expr(range_between(catalog, table, start, end))
            }
            None => {
                let Some(part) = key_part(catalog, table, part, constraint) else { return };
                if let KeyTerm::Column(column) = part.term {
                    columns.push(column);
                }
                part.term
            }
        };
        if let (true, KeyTerm::Column(column)) = (part.without_overlaps, &term) {
            let ty = &catalog.schema[table].columns[*column].ty;
            if !matches!(catalog.schema.base_type(ty), SqlType::Range { .. }) {
                let (name, span) = (column_name(part).unwrap_or_default(), constraint.span);
                catalog.problems.push(Problem::UnknownObject { name, span });
                return;
            }
        }
        elements.push(ExclusionElement { term, operator });
    }
    let names: Vec<String> = parts.iter().filter_map(column_name).collect();
    let label = if primary { "pkey" } else { "key" };
    let name = constraint.name.clone().or_else(|| catalog.constraint_name(table, &names, label));
    catalog.take_index_name(table, name.as_deref());
    if primary && catalog.schema[table].primary_key.is_none() {
        for column in &columns {
            catalog.column_mut(table, *column).nullable = false;
        }
        let key = Key { name: name.clone(), columns, prefix_lengths: Vec::new(), span: constraint.span };
        catalog.schema[table].primary_key = Some(key);
    }
    let method = "gist".to_owned();
    let exclusion = Exclusion { name, method, elements, predicate: None, span: constraint.span };
    catalog.schema[table].exclusions.push(exclusion);
}

/// The ends of the period that a part names, if it is no column.
fn period_of(
    catalog: &SystemCatalog,
    table: TableId,
    part: &IndexElement<'_>,
) -> Option<(ColumnIdx, ColumnIdx)> {
    let IndexTerm::Column(name) = &part.term else { return None };
    if !part.without_overlaps || catalog.column(table, name).is_some() {
        return None;
    }
    let mut periods = catalog.draft(table).periods.iter();
    periods.find(|period| period.name.eq_ignore_ascii_case(name)).map(|period| (period.start, period.end))
}

/// A period as a range of its columns' type, to which the start belongs and the end does not.
fn range_between(catalog: &SystemCatalog, table: TableId, start: ColumnIdx, end: ColumnIdx) -> Expr {
    let element = Box::new(catalog.schema[table].columns[start].ty.clone());
    let args = vec![Expr::Column(start), Expr::Column(end)];
    let operand = Box::new(Expr::Function { name: "range".to_owned(), args });
    Expr::Cast { operand, target: SqlType::Range { element, multi: false } }
}
