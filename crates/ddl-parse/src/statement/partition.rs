//! PostgreSQL's partitions (<https://www.postgresql.org/docs/current/ddl-partitioning.html>).
//!
//! A partition is a table with a bound: the bound is read when the columns are known, and kept as constants. `PARTITION
//! BY` gives a table its strategy and key, `PARTITION OF` and `ATTACH PARTITION` make a child of it, `DETACH PARTITION`
//! a table of its own again. Keys, references and CHECKs of the partitioned table go to its partitions.
//!
//! Reported are a table that is not there, and a bound that is of no known form or not constant; such a partition
//! counts as the default one.

use super::{inherit, relatives};
use seedbed_ddl_catalog::{Expected, Named, Problem, SyntaxError, SystemCatalog};
use seedbed_schema_model::{
    BoundDatum, Expr, KeyTerm, PartitionBound, PartitionOf, PartitionStrategy, Partitioning, TableId,
};
use seedbed_sql_syntax::{Cursor, Name, Scope};

/// `PARTITION BY RANGE (a, lower(b))`; the cursor stands behind `BY`.
pub(super) fn by(catalog: &mut SystemCatalog, table: TableId, cursor: &mut Cursor<'_>) {
    let strategy = match cursor.eat_any(&["RANGE", "LIST", "HASH"]) {
        Some("RANGE") => PartitionStrategy::Range,
        Some("LIST") => PartitionStrategy::List,
        _ => PartitionStrategy::Hash,
    };
    let keys = cursor.parens().map(|list| keys(catalog, table, list)).unwrap_or_default();
    // CockroachDB lists the partitions at once: all rows have a place, or the server has it so.
    if relatives::are_read(cursor) && cursor.parens().is_some() {
        return;
    }
    catalog.schema[table].partitioning = Some(Partitioning { strategy, keys, partitions: Vec::new() });
}

/// The parts of a partition key, columns or expressions. Collations and operator classes are stepped over.
pub(super) fn keys(catalog: &mut SystemCatalog, table: TableId, list: Cursor<'_>) -> Vec<KeyTerm> {
    let mut keys = Vec::new();
    for part in list.split_commas() {
        let mut ahead = part;
        let plain = ahead.ident().and_then(|name| catalog.column(table, &name));
        // An operator class or collation may follow a plain column.
        let plain = plain.filter(|_| !matches!(part.text_at(1), "(" | ":" | "."));
        keys.push(match plain {
            Some(column) => KeyTerm::Column(column),
            None => {
                let owner = catalog.display(table);
                KeyTerm::Expr(catalog.read_or_keep(Scope::Table(table), part, &owner))
            }
        });
    }
    keys
}

/// `PARTITION OF parent`: takes over the columns; the bound comes later.
pub(super) fn join(catalog: &mut SystemCatalog, table: TableId, parent: &Name) {
    let Some(id) = catalog.table(parent) else {
        catalog.problems.push(Problem::UnknownObject { name: parent.name.clone(), span: parent.span });
        return;
    };
    catalog.draft_mut(table).parents.push(id);
    inherit::columns(catalog, table, id);
    catalog.schema[table].partition_of =
        Some(PartitionOf { parent: id, bound: PartitionBound::Default, span: parent.span });
}

/// `FOR VALUES ...` or `DEFAULT`: the bound of a table that is a partition already.
pub(super) fn bound(catalog: &mut SystemCatalog, table: TableId, cursor: &mut Cursor<'_>) {
    let start = *cursor;
    let bound = read_bound(catalog, table, cursor);
    let span = start.until(cursor).span();
    match (bound, &mut catalog.schema[table].partition_of) {
        (Some(bound), Some(of)) => {
            of.bound = bound;
            of.span = span;
        }
        _ => {
            let owner = catalog.display(table);
            let reason = SyntaxError::PartitionBound;
            catalog.problems.push(Problem::UnreadablePart { owner, reason, span });
        }
    }
}

/// `DEFAULT`, `FOR VALUES FROM (...) TO (...)`, `IN (...)`, `WITH (MODULUS m, REMAINDER r)`. `None` for any other form.
fn read_bound(
    catalog: &mut SystemCatalog,
    table: TableId,
    cursor: &mut Cursor<'_>,
) -> Option<PartitionBound> {
    if cursor.eat(&["DEFAULT"]) {
        return Some(PartitionBound::Default);
    }
    cursor.eat(&["FOR", "VALUES"]);
    if cursor.eat(&["FROM"]) {
        let from = data(catalog, table, cursor.parens()?)?;
        if !cursor.eat(&["TO"]) {
            return None;
        }
        let to = data(catalog, table, cursor.parens()?)?;
        return Some(PartitionBound::Range { from, to });
    }
    if cursor.eat(&["IN"]) {
        return Some(PartitionBound::List(items(catalog, table, cursor.parens()?)?));
    }
    cursor.eat(&["WITH"]);
    let mut numbers = Vec::new();
    for mut part in cursor.parens()?.split_commas() {
        part.skip(1);
        numbers.push(u64::try_from(part.integer()?).ok()?);
    }
    let [modulus, remainder] = numbers[..] else { return None };
    Some(PartitionBound::Hash { modulus, remainder })
}

/// The values of one bound; `None` when one of them is no constant.
pub(super) fn data(catalog: &mut SystemCatalog, table: TableId, list: Cursor<'_>) -> Option<Vec<BoundDatum>> {
    let mut values = Vec::new();
    for part in list.split_commas() {
        values.push(if part.is_word(0, "MINVALUE") {
            BoundDatum::MinValue
        } else if part.is_word(0, "MAXVALUE") {
            BoundDatum::MaxValue
        } else {
            BoundDatum::Value(constant(catalog, table, part)?)
        });
    }
    Some(values)
}

/// The items of `VALUES IN (1, 2)` or `VALUES IN ((1, 'a'), (2, 'b'))`; `None` when one of them is no constant.
pub(super) fn items(catalog: &mut SystemCatalog, table: TableId, list: Cursor<'_>) -> Option<Vec<Vec<Expr>>> {
    let mut items = Vec::new();
    for part in list.split_commas() {
        let mut tuple = part;
        let inside = tuple.parens().filter(|_| tuple.is_empty());
        let values = inside.map_or_else(|| vec![part], |inside| inside.split_commas());
        items.push(values.into_iter().map(|v| constant(catalog, table, v)).collect::<Option<Vec<_>>>()?);
    }
    Some(items)
}

/// A constant expression; of a literal, the literal without the casts around it. `None` for what is not understood.
fn constant(catalog: &mut SystemCatalog, table: TableId, part: Cursor<'_>) -> Option<Expr> {
    let owner = catalog.display(table);
    let expr = catalog.read_or_keep(Scope::Constants, part, &owner);
    let mut inner = &expr;
    while let Expr::Cast { operand, .. } = inner {
        inner = operand;
    }
    match inner {
        Expr::Literal(_) => Some(inner.clone()),
        Expr::Unreadable(_) => None,
        _ => Some(expr),
    }
}

/// `ALTER TABLE parent ATTACH PARTITION child bound`; the cursor stands behind `PARTITION`.
///
/// # Errors
/// When the partition's name is missing.
pub(super) fn attach(
    catalog: &mut SystemCatalog,
    parent: TableId,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    let name = cursor.name().ok_or(Expected::NameOf(Named::Partition))?;
    let Some(child) = catalog.table(&name) else {
        catalog.problems.push(Problem::UnknownObject { name: name.name, span: name.span });
        return Ok(());
    };
    catalog.draft_mut(child).parents.push(parent);
    catalog.schema[child].partition_of =
        Some(PartitionOf { parent, bound: PartitionBound::Default, span: name.span });
    bound(catalog, child, cursor);
    inherit::constraints_of_parents(catalog, child);
    Ok(())
}

/// `ALTER TABLE parent DETACH PARTITION child`: what the child took over stays its own.
///
/// # Errors
/// When the partition's name is missing.
pub(super) fn detach(
    catalog: &mut SystemCatalog,
    parent: TableId,
    cursor: &mut Cursor<'_>,
) -> Result<(), SyntaxError> {
    let name = cursor.name().ok_or(Expected::NameOf(Named::Partition))?;
    if let Some(child) = catalog.table(&name) {
        catalog.draft_mut(child).parents.retain(|p| *p != parent);
        catalog.schema[child].partition_of = None;
    }
    Ok(())
}
