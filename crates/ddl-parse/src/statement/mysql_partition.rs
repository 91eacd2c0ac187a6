//! MySQL's partitions (<https://dev.mysql.com/doc/refman/8.4/en/partitioning-types.html>).
//!
//! They have no tables of their own, and are kept in the table's partitioning. A range begins where the one before it
//! ends. `HASH` and `KEY` take every row, so that their partitions have no bounds; MariaDB's `SYSTEM_TIME` partitions
//! old versions of rows and is no partitioning here.
//!
//! An expression that is not understood is reported and kept as text; a partition whose bound is no constant is left
//! out.

use super::partition;
use seedbed_ddl_catalog::SystemCatalog;
use seedbed_schema_model::{
    BoundDatum, InlinePartition, KeyTerm, PartitionBound, PartitionStrategy, Partitioning, TableId,
};
use seedbed_sql_syntax::{Cursor, Scope, TokenKind};

/// `RANGE [COLUMNS] (a) (PARTITION p VALUES LESS THAN (10), ...)`; the cursor stands behind `BY`.
pub(super) fn partition_by(catalog: &mut SystemCatalog, table: TableId, cursor: &mut Cursor<'_>) {
    cursor.eat(&["LINEAR"]);
    let strategy = match cursor.eat_any(&["RANGE", "LIST", "HASH", "KEY"]) {
        Some("RANGE") => PartitionStrategy::Range,
        Some("LIST") => PartitionStrategy::List,
        Some(_) => PartitionStrategy::Hash,
        // MariaDB's SYSTEM_TIME partitions history rows.
        None => return cursor.skip(cursor.len()),
    };
    let columns = cursor.eat(&["COLUMNS"]);
    if cursor.eat(&["ALGORITHM"]) {
        cursor.skip(2);
    }
    let keys = match cursor.parens() {
        Some(list) if columns || strategy == PartitionStrategy::Hash => partition::keys(catalog, table, list),
        Some(list) => {
            let owner = catalog.display(table);
            vec![key(catalog, table, list, &owner)]
        }
        None => Vec::new(),
    };
    let partitions = definitions(cursor).map_or_else(Vec::new, |list| inline_all(catalog, table, list));
    catalog.schema[table].partitioning = Some(Partitioning { strategy, keys, partitions });
}

/// The list of partitions, behind their number and `SUBPARTITION BY HASH (x) SUBPARTITIONS 2`: subpartitions go by hash or
/// key, and take every row.
fn definitions<'t>(cursor: &mut Cursor<'t>) -> Option<Cursor<'t>> {
    while !cursor.is_empty() {
        if cursor.kind_at(0) != Some(TokenKind::Open) {
            cursor.skip(1);
            continue;
        }
        let list = cursor.parens()?;
        if list.is_word(0, "PARTITION") {
            return Some(list);
        }
    }
    None
}

/// What `ALTER TABLE` does to single partitions: `ADD`, `DROP`, `REORGANIZE` and `REMOVE PARTITIONING`. Such an action
/// stands alone or comes last, so its commas are its own. Returns whether it was one.
pub(super) fn partition_action(catalog: &mut SystemCatalog, table: TableId, mut cursor: Cursor<'_>) -> bool {
    if cursor.eat(&["REMOVE", "PARTITIONING"]) {
        catalog.schema[table].partitioning = None;
        return true;
    }
    let verb = cursor.eat_any(&["ADD", "DROP", "REORGANIZE"]);
    if verb.is_none() || !cursor.eat(&["PARTITION"]) {
        return false;
    }
    cursor.eat_if_exists();
    let gone = cursor.take_until(|c| c.is_word(0, "INTO") || c.kind_at(0) == Some(TokenKind::Open));
    let gone: Vec<String> = gone.split_commas().into_iter().filter_map(|mut part| part.ident()).collect();
    cursor.eat(&["INTO"]);
    let new = cursor.parens().map_or_else(Vec::new, |list| inline_all(catalog, table, list));
    if let Some(partitioning) = &mut catalog.schema[table].partitioning {
        let partitions = &mut partitioning.partitions;
        let is_gone = |p: &InlinePartition| verb != Some("ADD") && gone.contains(&p.name);
        let at = partitions.iter().position(is_gone).unwrap_or(partitions.len());
        partitions.retain(|p| !is_gone(p));
        partitions.splice(at..at, new);
        join_ranges(partitions);
    }
    true
}

/// Each range begins where the one before it ends, also after that one has changed.
fn join_ranges(partitions: &mut [InlinePartition]) {
    let mut before: Option<Vec<BoundDatum>> = None;
    for partition in partitions {
        if let PartitionBound::Range { from, to } = &mut partition.bound {
            *from = before.unwrap_or_else(|| vec![BoundDatum::MinValue; to.len()]);
            before = Some(to.clone());
        } else {
            before = None;
        }
    }
}

/// The partitions of a list in brackets, in order.
fn inline_all(catalog: &mut SystemCatalog, table: TableId, list: Cursor<'_>) -> Vec<InlinePartition> {
    let parts = list.split_commas();
    let mut partitions: Vec<InlinePartition> =
        parts.into_iter().filter_map(|part| inline(catalog, table, part)).collect();
    join_ranges(&mut partitions);
    partitions
}

/// What `RANGE (...)` and `LIST (...)` decide by: a column or an expression.
fn key(catalog: &mut SystemCatalog, table: TableId, list: Cursor<'_>, owner: &str) -> KeyTerm {
    let mut ahead = list;
    let plain = ahead.ident().filter(|_| list.len() == 1).and_then(|name| catalog.column(table, &name));
    match plain {
        Some(column) => KeyTerm::Column(column),
        None => KeyTerm::Expr(catalog.read_or_keep(Scope::Table(table), list, owner)),
    }
}

/// `PARTITION p VALUES LESS THAN (10)`, `PARTITION p VALUES IN (1, 2)`. A range's lower end is left to [`join_ranges`].
fn inline(catalog: &mut SystemCatalog, table: TableId, mut part: Cursor<'_>) -> Option<InlinePartition> {
    part.eat(&["PARTITION"]);
    let name = part.ident()?;
    let bound = if part.eat(&["VALUES", "LESS", "THAN"]) {
        let to = if part.eat(&["MAXVALUE"]) {
            vec![BoundDatum::MaxValue]
        } else {
            partition::data(catalog, table, part.parens()?)?
        };
        PartitionBound::Range { from: Vec::new(), to }
    } else if part.eat(&["VALUES", "IN"]) {
        PartitionBound::List(partition::items(catalog, table, part.parens()?)?)
    } else {
        PartitionBound::Default
    };
    Some(InlinePartition { name, bound })
}
