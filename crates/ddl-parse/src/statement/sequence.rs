//! Sequences: their own statements, and those that come with serial and identity columns.
//!
//! `CREATE SEQUENCE` and `ALTER SEQUENCE` are PostgreSQL's
//! (<https://www.postgresql.org/docs/current/sql-createsequence.html>) and MariaDB's
//! (<https://mariadb.com/kb/en/create-sequence/>). The names and bounds are PostgreSQL's: `t_a_seq`, from 1 to the
//! greatest value of the column's type. The rows that the script inserts move a sequence on; its last value is kept by
//! the catalog.
//!
//! A name that is taken is reported, unless `IF NOT EXISTS` is written; an `ALTER` of a sequence that is not there is
//! passed over, and so are options that say nothing of its values.

use seedbed_ddl_catalog::{Expected, Named, NamedRelation, Problem, SyntaxError, SystemCatalog};
use seedbed_schema_model::{ColumnIdx, QualifiedName, Sequence, SequenceId, Span, SqlType, TableId};
use seedbed_sql_syntax::{Cursor, Name, TokenKind, read_type};

/// `CREATE SEQUENCE name options`; the cursor stands behind the keywords. A `temporary` one can be named by the script
/// and is no part of the schema.
///
/// # Errors
/// When the name is missing.
pub(crate) fn create(
    catalog: &mut SystemCatalog,
    cursor: &mut Cursor<'_>,
    temporary: bool,
) -> Result<(), SyntaxError> {
    let guarded = cursor.eat_if_exists();
    let name = cursor.name().ok_or(Expected::NameOf(Named::Sequence))?;
    let full =
        if temporary { QualifiedName::new(Some("pg_temp"), &name.name) } else { catalog.new_name(&name) };
    if catalog.relation_exact(&full).is_some() {
        if !guarded {
            catalog.problems.push(Problem::Duplicate { name: full.to_string(), span: name.span });
        }
        return Ok(());
    }
    let id = catalog.push_sequence(fresh(full, 64, cursor.span()));
    read_options(catalog, id, cursor);
    if temporary {
        catalog.dropped_sequences.insert(id);
    }
    Ok(())
}

/// `ALTER SEQUENCE name ...`: another name, another schema or other options.
///
/// # Errors
/// When a name is missing.
pub(crate) fn alter(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    cursor.eat_if_exists();
    let name = cursor.name().ok_or(Expected::NameOf(Named::Sequence))?;
    let Some(id) = catalog.sequence(&name) else { return Ok(()) };
    let old = catalog.schema[id].name.clone();
    if cursor.eat(&["RENAME", "TO"]) {
        let new = cursor.ident().ok_or(Expected::Name)?;
        rename(catalog, id, &old, QualifiedName::new(old.schema.as_deref(), &new));
    } else if cursor.eat(&["SET", "SCHEMA"]) {
        let schema = cursor.ident().ok_or(Expected::NameOf(Named::Schema))?;
        rename(catalog, id, &old, QualifiedName::new(Some(&schema), &old.name));
    } else {
        restart(catalog, id, *cursor);
        read_options(catalog, id, cursor);
    }
    Ok(())
}

/// Whether `RESTART` stands among the options: then the sequence goes on from there or from its start. `START` alone says
/// where a later one goes on from.
pub(super) fn restart(catalog: &mut SystemCatalog, id: SequenceId, options: Cursor<'_>) {
    let says = |word: &str| (0..options.len()).any(|n| options.is_word(n, word));
    if says("RESTART") {
        catalog.begin_anew(id);
    } else if says("START") {
        catalog.keep_value(id);
    }
}

/// Gives a sequence another name.
fn rename(catalog: &mut SystemCatalog, id: SequenceId, old: &QualifiedName, new: QualifiedName) {
    catalog.rename_relation(old, &new, NamedRelation::Sequence(id));
    catalog.schema[id].name = new;
}

/// A sequence as it is without options: from 1 up by 1, to the greatest integer of so many `bits`.
fn fresh(name: QualifiedName, bits: u8, span: Span) -> Sequence {
    let max = max_of(bits);
    Sequence { name, start: 1, increment: 1, min: 1, max, cycle: false, owned_by: None, span }
}

/// The greatest value of a signed integer type of 16, 32 or 64 bits.
fn max_of(bits: u8) -> i64 {
    match bits {
        16 => i64::from(i16::MAX),
        32 => i64::from(i32::MAX),
        _ => i64::MAX,
    }
}

/// The options of a sequence, in any order.
pub(super) fn read_options(catalog: &mut SystemCatalog, id: SequenceId, cursor: &mut Cursor<'_>) {
    let mut written_start = false;
    while !cursor.is_empty() {
        if cursor.eat(&["INCREMENT"]) {
            cursor.eat(&["BY"]);
            let step = number(cursor).filter(|n| *n != 0);
            set_increment(&mut catalog.schema[id], step, written_start);
        } else if cursor.eat(&["START"]) || cursor.eat(&["RESTART"]) {
            cursor.eat(&["WITH"]);
            if let Some(n) = number(cursor) {
                written_start = true;
                catalog.schema[id].start = n;
            }
        } else if cursor.eat(&["MINVALUE"]) {
            if let Some(n) = number(cursor) {
                let sequence = &mut catalog.schema[id];
                sequence.min = n;
                if !written_start && sequence.increment > 0 {
                    sequence.start = n;
                }
            }
        } else if cursor.eat(&["MAXVALUE"]) {
            if let Some(n) = number(cursor) {
                catalog.schema[id].max = n;
            }
        } else if cursor.eat(&["NO", "CYCLE"]) || cursor.eat(&["NOCYCLE"]) {
            catalog.schema[id].cycle = false;
        } else if cursor.eat(&["CYCLE"]) {
            catalog.schema[id].cycle = true;
        } else if cursor.eat(&["OWNED", "BY"]) {
            let owner = owner(catalog, cursor);
            catalog.schema[id].owned_by = owner;
        } else if cursor.eat(&["SEQUENCE", "NAME"]) {
            if let Some(name) = cursor.name() {
                let (old, new) = (catalog.schema[id].name.clone(), catalog.new_name(&name));
                rename(catalog, id, &old, new);
            }
        } else if cursor.eat(&["AS"]) {
            if let Some(SqlType::Integer { bits, .. }) = read_type(catalog, cursor).map(|found| found.ty) {
                catalog.schema[id].max = max_of(bits);
            }
        } else {
            // CACHE 1, NO MINVALUE, LOGGED: nothing that matters here.
            cursor.skip(1);
        }
    }
}

/// Sets the step, if one was written. A sequence that counts down goes from -1 to the least value, as long as it has
/// the lower bound of one that counts up (<https://www.postgresql.org/docs/current/sql-createsequence.html>, `MINVALUE`
/// and `START`).
fn set_increment(sequence: &mut Sequence, step: Option<i64>, written_start: bool) {
    sequence.increment = step.unwrap_or(sequence.increment);
    if sequence.increment < 0 && sequence.min == 1 {
        (sequence.min, sequence.max) = (i64::MIN, -1);
        sequence.start = if written_start { sequence.start } else { -1 };
    }
}

/// A whole number of 64 bits; `None` for one that is greater, or for anything else.
fn number(cursor: &mut Cursor<'_>) -> Option<i64> {
    i64::try_from(cursor.integer()?).ok()
}

/// The column in `OWNED BY schema.table.column`; `None` for `NONE`, and for one that is not there.
fn owner(catalog: &SystemCatalog, cursor: &mut Cursor<'_>) -> Option<(TableId, ColumnIdx)> {
    let mut parts = Vec::new();
    let span = cursor.here();
    loop {
        parts.push(cursor.ident()?);
        if !cursor.eat_kind(TokenKind::Dot) {
            break;
        }
    }
    let column = parts.pop()?;
    let name = parts.pop()?;
    let table = catalog.table(&Name { schema: parts.pop(), name, span })?;
    Some((table, catalog.column(table, &column)?))
}

/// Makes the sequence of a serial or identity column, which owns it. `options` are those in brackets behind `IDENTITY`.
pub(super) fn implicit(
    catalog: &mut SystemCatalog,
    table: TableId,
    column: ColumnIdx,
    options: Option<Cursor<'_>>,
) -> SequenceId {
    let of = &catalog.schema[table].columns[column];
    let bits = if let SqlType::Integer { bits, .. } = of.ty { bits } else { 64 };
    let (span, column_name) = (of.span, of.name.clone());
    let name = catalog.free_sequence_name(table, &column_name);
    let mut sequence = fresh(name, bits, span);
    sequence.owned_by = Some((table, column));
    let id = catalog.push_sequence(sequence);
    if let Some(mut options) = options {
        read_options(catalog, id, &mut options);
    }
    id
}
