//! Lookups that the schema's own text fills: which they are.
//!
//! A table is a *lookup* if
//!
//! - the schema's text inserts two rows of it or more, they are there, and their keys are known;
//! - another table refers to it, by one column, and it refers to none but itself and other lookups;
//! - each of its columns is text, a label of an enum, an integer, a truth value, a UUID or a document, or a time at which
//!   rows are written (`created_at`);
//! - none is named as what persons and accounts have (`email`, `password`, `phone`).
//!
//! It is a *plain* one if it says no more than what its keys mean: beside its primary key, references and such times it
//! has truth values, codes (short, or named so) and at most one column of text more. Plain lookups are left as they are, and
//! so is a table that the script fills to relate plain lookups to each other, be it referred to or not: one whose columns all
//! refer to such. Of other lookups rows are made as of any table, while the references to them draw the rows of the script.

use seedbed_constraints::Constraints;
use seedbed_datagen_core::{KnownRows, Request};
use seedbed_schema_model::{Column, ColumnIdx, Schema, SqlType, TableId};
use std::collections::{BTreeMap, BTreeSet};

/// Fewest rows of a lookup.
const FEWEST: u64 = 2;

/// Most characters of a code.
const CODE_CHARS: u32 = 10;

/// Parts of names of columns that tell a person or an account.
const PERSONAL: [&str; 20] = [
    "mail",
    "passw",
    "pwd",
    "passphrase",
    "phone",
    "mobile",
    "login",
    "username",
    "user_name",
    "firstname",
    "first_name",
    "lastname",
    "last_name",
    "fullname",
    "full_name",
    "surname",
    "birth",
    "address",
    "street",
    "salt",
];

/// Parts of names of columns that hold a code.
const CODES: [&str; 8] = ["code", "iso", "symbol", "abbr", "acronym", "short", "slug", "alias"];

/// Parts of names of columns that tell when a row was written.
const TIMES: [&str; 6] = ["creat", "updat", "modif", "chang", "insert", "added"];

/// The lookups of a schema.
pub(super) struct Lookups {
    /// Plain ones, with how many rows there are.
    pub(super) plain: BTreeMap<TableId, u64>,
    /// All others.
    pub(super) others: BTreeSet<TableId>,
}

impl Lookups {
    /// Finds them among the tables that the script has put [`FEWEST`] rows into or more, from those that refer to nothing to
    /// those that refer to them.
    pub(super) fn find(
        schema: &Schema,
        request: &Request,
        filled: &BTreeMap<TableId, Constraints<'_>>,
    ) -> Self {
        if filled.is_empty() {
            return Self { plain: BTreeMap::new(), others: BTreeSet::new() };
        }
        let referred: BTreeSet<TableId> = schema
            .tables_indexed()
            .map(|(id, table)| (schema.partition_root(id), table))
            .flat_map(|(id, table)| table.foreign_keys.iter().map(move |fk| (id, fk.parent)))
            .filter(|(child, parent)| child != parent)
            .map(|(_, parent)| schema.partition_root(parent))
            .collect();
        // A reference of several columns may have to agree with another one, for which all rows of the table are read.
        let wide: BTreeSet<TableId> = schema
            .tables
            .iter()
            .flat_map(|table| &table.foreign_keys)
            .filter(|fk| fk.columns.len() > 1)
            .map(|fk| schema.partition_root(fk.parent))
            .collect();
        let mut open: BTreeMap<TableId, (&Constraints<'_>, u64)> = BTreeMap::new();
        for (id, of) in filled {
            let there = rows_there(request, *id);
            let is_known = referred.contains(id) || relates(of);
            if is_known && !wide.contains(id) && names_things(schema, of) {
                open.insert(*id, (of, there));
            }
        }
        let mut found: BTreeSet<TableId> = BTreeSet::new();
        loop {
            let leads_out = |of: &Constraints<'_>| {
                of.references.iter().any(|fk| fk.parent != of.id && !found.contains(&fk.parent))
            };
            let next = open.iter().find(|(id, (of, _))| !found.contains(id) && !leads_out(of));
            let Some(next) = next.map(|(id, _)| *id) else { break };
            found.insert(next);
        }
        // What refers to a lookup that gets rows may get some too.
        let mut plain: BTreeSet<TableId> = found.clone();
        loop {
            let stays = |id: &TableId| {
                open.get(id).is_some_and(|(of, _)| {
                    let leads_out =
                        of.references.iter().any(|fk| fk.parent != *id && !plain.contains(&fk.parent));
                    is_plain(schema, of) && !leads_out
                })
            };
            let next: BTreeSet<TableId> = plain.iter().copied().filter(stays).collect();
            if next.len() == plain.len() {
                break;
            }
            plain = next;
        }
        Self {
            others: found.difference(&plain).copied().collect(),
            plain: plain.into_iter().filter_map(|id| Some((id, open.get(&id)?.1))).collect(),
        }
    }
}

/// Whether a table does nothing but relate other tables.
fn relates(of: &Constraints<'_>) -> bool {
    let refers = |column: ColumnIdx| of.references.iter().any(|fk| fk.columns.contains(&column));
    of.references.len() > 1 && of.table.columns_indexed().all(|(column, _)| refers(column))
}

/// How many rows a table has.
fn rows_there(request: &Request, table: TableId) -> u64 {
    request.existing.tables.get(&table).map_or(0, |there| there.rows)
}

/// Whether the script has put [`FEWEST`] rows into a table, they are there, and their keys are known. Where it doesn't say
/// which rows those are, they are all that there are.
pub(super) fn is_filled(request: &Request, table: TableId) -> bool {
    let is_known = request.existing.tables.get(&table).is_some_and(|there| !there.known.rows.is_empty());
    let said = |script: &KnownRows| match script.rows.len() as u64 {
        0 => u64::MAX,
        said => said,
    };
    let by_script = request.inserted.get(&table).map_or(0, said);
    is_known && by_script.min(rows_there(request, table)) >= FEWEST
}

/// Whether a table's columns are such as a lookup has.
fn names_things(schema: &Schema, of: &Constraints<'_>) -> bool {
    of.table.columns.iter().all(|column| {
        let name = column.name.to_ascii_lowercase();
        let is_personal = PERSONAL.iter().any(|part| name.contains(part));
        let is_of_kind = match schema.base_type(&column.ty) {
            SqlType::Enum(_) | SqlType::InlineEnum(_) | SqlType::Boolean | SqlType::Uuid => true,
            SqlType::Integer { .. } | SqlType::Json { .. } => true,
            SqlType::Timestamp { .. } => is_time_of_writing(column),
            ty => ty.is_text(),
        };
        is_of_kind && !is_personal
    })
}

/// Whether a column tells when its row was written.
fn is_time_of_writing(column: &Column) -> bool {
    let name = column.name.to_ascii_lowercase();
    TIMES.iter().any(|part| name.contains(part))
}

/// Whether a lookup says no more than what its keys mean.
fn is_plain(schema: &Schema, of: &Constraints<'_>) -> bool {
    let key = of.table.primary_key.as_ref().map(|key| key.columns.as_slice()).unwrap_or_default();
    let is_reference = |column: ColumnIdx| of.references.iter().any(|fk| fk.columns.contains(&column));
    let mut texts = 0;
    for (index, column) in of.table.columns_indexed() {
        let ty = schema.base_type(&column.ty);
        match ty {
            _ if key.contains(&index) || is_reference(index) || is_code(column, ty) => {}
            // A truth value of MySQL is an integer of one byte.
            SqlType::Boolean | SqlType::Integer { bits: 8, .. } | SqlType::Timestamp { .. } => {}
            ty if ty.is_text() => texts += 1,
            _ => return false,
        }
    }
    texts <= 1
}

/// Whether a column holds a code: it is short, or named so.
fn is_code(column: &Column, ty: &SqlType) -> bool {
    let name = column.name.to_ascii_lowercase();
    let is_short = match ty {
        SqlType::Char { length } => length.unwrap_or(1) <= CODE_CHARS,
        SqlType::Varchar { length } => length.is_some_and(|length| length <= CODE_CHARS),
        _ => false,
    };
    ty.is_text() && (is_short || CODES.iter().any(|part| name.contains(part)))
}
