//! MySQL's table options and partitions.

use super::partition;
use crate::catalog::Catalog;
use crate::dialect::mysql;
use crate::expr::{self, Scope};
use crate::text::{Cursor, Kind};
use seedbed_schema_model::{
    BoundDatum, InlinePartition, KeyTerm, PartitionBound, PartitionStrategy, Partitioning, SqlType, TableId,
};

/// Engines that read foreign keys and forget them.
const IGNORES_REFERENCES: [&str; 8] =
    ["MyISAM", "Aria", "MEMORY", "HEAP", "ARCHIVE", "CSV", "MERGE", "BLACKHOLE"];

/// Reads the options behind the column list, and gives the text columns their character set.
pub(super) fn read(catalog: &mut Catalog, table: TableId, cursor: &mut Cursor<'_>) {
    while !cursor.is_empty()
        && !cursor.at_any(&["AS", "SELECT", "PARTITION"])
        && cursor.kind_at(0) != Some(Kind::Open)
    {
        option(catalog, table, cursor);
    }
    if cursor.eat(&["PARTITION", "BY"]) {
        partition_by(catalog, table, cursor);
    }
    settle_charsets(catalog, table);
}

/// One option, such as `ENGINE=InnoDB`. Most of them do not matter.
pub(super) fn option(catalog: &mut Catalog, table: TableId, cursor: &mut Cursor<'_>) {
    cursor.eat(&["DEFAULT"]);
    if cursor.eat(&["CHARSET"]) || cursor.eat(&["CHARACTER", "SET"]) || cursor.eat(&["CHAR", "SET"]) {
        cursor.eat_op("=");
        let charset = cursor.ident().map(|name| name.to_lowercase());
        let draft = catalog.draft_mut(table);
        draft.charset = charset;
        draft.collation = None;
    } else if cursor.eat(&["COLLATE"]) {
        cursor.eat_op("=");
        let collation = cursor.ident().map(|name| name.to_lowercase());
        let draft = catalog.draft_mut(table);
        draft.charset = draft.charset.take().or_else(|| collation.as_deref().map(charset_of));
        draft.collation = collation;
    } else if cursor.eat_any(&["ENGINE", "TYPE"]).is_some() {
        cursor.eat_op("=");
        let engine = cursor.ident().unwrap_or_default();
        catalog.draft_mut(table).ignores_references =
            IGNORES_REFERENCES.iter().any(|e| engine.eq_ignore_ascii_case(e));
    } else if cursor.eat(&["COMMENT"]) {
        cursor.eat_op("=");
        catalog.schema[table].comment = cursor.string();
    } else {
        cursor.skip_group();
    }
}

/// The character set that a collation belongs to: `utf8mb4_bin` to `utf8mb4`.
fn charset_of(collation: &str) -> String {
    collation.split('_').next().unwrap_or(collation).to_owned()
}

/// Text columns without a character set of their own have the table's.
pub(super) fn settle_charsets(catalog: &mut Catalog, table: TableId) {
    let (charset, collation) = (catalog.draft(table).charset.clone(), catalog.draft(table).collation.clone());
    for column in &mut catalog.schema[table].columns {
        let textual =
            column.ty.is_text() || matches!(column.ty, SqlType::InlineEnum(_) | SqlType::InlineSet(_));
        if !textual {
            continue;
        }
        if let Some(of) = column.collation.as_deref().filter(|c| *c != "binary") {
            let of = charset_of(of);
            column.charset.get_or_insert(of);
        }
        if column.charset.is_none() {
            column.charset.clone_from(&charset);
            if column.collation.is_none() {
                column.collation.clone_from(&collation);
            }
        }
        if column.charset.as_deref() == Some("binary") {
            column.ty = mysql::as_binary(column.ty.clone());
            (column.charset, column.collation) = (None, None);
        }
        // The attribute BINARY means the `_bin` collation of the column's character set.
        if column.collation.as_deref() == Some("binary") {
            column.collation = column.charset.as_ref().map(|charset| format!("{charset}_bin"));
        }
    }
}

/// `RANGE [COLUMNS] (a) (PARTITION p VALUES LESS THAN (10), ...)`; the cursor stands behind `BY`.
pub(super) fn partition_by(catalog: &mut Catalog, table: TableId, cursor: &mut Cursor<'_>) {
    cursor.eat(&["LINEAR"]);
    let strategy = match cursor.eat_any(&["RANGE", "LIST", "HASH", "KEY"]) {
        Some("RANGE") => PartitionStrategy::Range,
        Some("LIST") => PartitionStrategy::List,
        Some(_) => PartitionStrategy::Hash,
        // MariaDB's SYSTEM_TIME partitions history rows.
        None => return cursor.skip(cursor.len()),
    };
    let columns = cursor.eat(&["COLUMNS"]);
    let keys = match cursor.parens() {
        Some(list) if columns || strategy == PartitionStrategy::Hash => partition::keys(catalog, table, list),
        Some(list) => {
            let owner = catalog.display(table);
            vec![key(catalog, table, list, &owner)]
        }
        None => Vec::new(),
    };
    while !cursor.is_empty() && cursor.kind_at(0) != Some(Kind::Open) {
        cursor.skip(1);
    }
    let partitions = cursor.parens().map_or_else(Vec::new, |list| inline_all(catalog, table, list));
    catalog.schema[table].partitioning = Some(Partitioning { strategy, keys, partitions });
}

/// What `ALTER TABLE` does to single partitions. Such an action stands alone or comes last, so its commas are its own.
/// Returns whether it was one.
pub(super) fn partition_action(catalog: &mut Catalog, table: TableId, mut cursor: Cursor<'_>) -> bool {
    if cursor.eat(&["REMOVE", "PARTITIONING"]) {
        catalog.schema[table].partitioning = None;
        return true;
    }
    let verb = cursor.eat_any(&["ADD", "DROP", "REORGANIZE"]);
    if verb.is_none() || !cursor.eat(&["PARTITION"]) {
        return false;
    }
    cursor.eat_if_exists();
    let gone = cursor.take_until(|c| c.is_word(0, "INTO") || c.kind_at(0) == Some(Kind::Open));
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

/// The partitions of a list in brackets.
fn inline_all(catalog: &mut Catalog, table: TableId, list: Cursor<'_>) -> Vec<InlinePartition> {
    let parts = list.split_commas();
    let mut partitions: Vec<InlinePartition> =
        parts.into_iter().filter_map(|part| inline(catalog, table, part)).collect();
    join_ranges(&mut partitions);
    partitions
}

fn key(catalog: &mut Catalog, table: TableId, list: Cursor<'_>, owner: &str) -> KeyTerm {
    let mut ahead = list;
    let plain = ahead.ident().filter(|_| list.len() == 1).and_then(|name| catalog.column(table, &name));
    match plain {
        Some(column) => KeyTerm::Column(column),
        None => KeyTerm::Expr(expr::read_or_keep(catalog, Scope::Table(table), list, owner)),
    }
}

/// `PARTITION p VALUES LESS THAN (10)`, `PARTITION p VALUES IN (1, 2)`. A range's lower end is left to [`join_ranges`].
fn inline(catalog: &mut Catalog, table: TableId, mut part: Cursor<'_>) -> Option<InlinePartition> {
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
        let values = partition::data(catalog, table, part.parens()?)?;
        let literals =
            values.into_iter().filter_map(|v| if let BoundDatum::Value(l) = v { Some(l) } else { None });
        PartitionBound::List(literals.collect())
    } else {
        PartitionBound::Default
    };
    Some(InlinePartition { name, bound })
}
