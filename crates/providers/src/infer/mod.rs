//! Guesses what a column holds.
//!
//! The column's name is split into words, and looked up with and without those that only repeat the table's name in one
//! flat list of [rules], of which the first that matches both name and type wins. Names that match no rule are left to
//! the length of the text ([unmatched]).
//!
//! A guess depends on the schema alone, never on rows or on what was guessed for another column, so that `explain` can
//! give its reason in one phrase. A wrong guess costs looks, not correctness: whatever is guessed still has to fit the
//! column's type and constraints.

mod family;
pub(crate) mod name;
mod question;
mod rules;
pub(crate) mod subject;
mod unmatched;
mod written_together;

use crate::kinds::{address, date, named};
use crate::mix::name_hash;
use family::Families;
use rules::{Guess, Looked};
use seedbed_datagen_core::{EntityRole, Inference};
use seedbed_schema_model::{Column, ColumnIdx, Schema, SqlType, Table, UniqueKey};
use std::sync::Arc;

/// What the column probably holds; `None` for keys, flags and what only its type can tell. Costs one walk over the
/// rules, for each of which the words of the name are compared with its phrases.
pub(crate) fn infer(schema: &Schema, table: &Table, column: ColumnIdx) -> Option<Inference> {
    let at = column;
    let column = table.columns.get(at.position())?;
    let words = name::words(&column.name);
    let skipped = name::words_of_table(table, &words);
    if is_made_by_plan(table, at, column) {
        return None;
    }
    let base = schema.base_type(&column.ty);
    if is_called_identifier(&words) {
        return identifier(base);
    }
    let question = is_flag(&words) || is_flag(&words[skipped..]);
    let is_number = is_number_for_boolean(column, base, &words[skipped..]);
    if (is_number || *base == SqlType::Boolean) && !is_unique_alone(table, at) {
        let usual = question::answered(&words[skipped..]).or_else(|| question::answered(&words));
        let either = is_number.then_some(("number.flag", "a number that stands for yes or no"));
        let (kind, reason) = usual.or(either)?;
        return of_no_entity(kind, reason);
    }
    if question {
        return None;
    }
    let families = Families::of(base, &words);
    let looked = Looked { words: &words, skipped, families, base, table };
    let found = rules::find(&looked).or_else(|| unmatched::find(&looked))?;
    let found = beside_creation(schema, table, at, &words, found);
    if !unmatched::has_room(&looked, found.kind) {
        return None;
    }
    let kind = named(found.kind)?;
    // A list of places or instants is too short to be entered at the entity's ordinals without repeats.
    let alone = is_unique(table, at) && matches!(kind.entity, Some(address::PLACE | date::TIMELINE));
    let entity =
        kind.entity.filter(|_| !alone).map(|entity| EntityRole { entity, group: group(entity, &found) });
    Some(Inference { provider: Arc::new(*kind), reason: found.reason.to_owned(), entity })
}

/// Whether the column's values are the plan's: surrogate numbers, generated columns, references.
fn is_made_by_plan(table: &Table, at: ColumnIdx, column: &Column) -> bool {
    let refers = table.foreign_keys.iter().any(|fk| fk.columns.contains(&at));
    column.numbering.is_some() || column.generated.is_some() || refers
}

/// Whether the column is called an identifier: `session_id`.
fn is_called_identifier(words: &[String]) -> bool {
    match words {
        // What an authority hands out, under whatever name.
        [.., whose, id]
            if id == "id" && matches!(whose.as_str(), "tax" | "vat" | "national" | "taxpayer") =>
        {
            false
        }
        [.., last] => matches!(last.as_str(), "id" | "ids" | "oid" | "pk" | "fk" | "sk" | "rowid"),
        [] => false,
    }
}

/// What applications write into identifiers that are text: UUIDs, or digits where those have no room. Numbers and short text
/// are the plan's.
fn identifier(base: &SqlType) -> Option<Inference> {
    let room = match base {
        SqlType::Text { .. } | SqlType::Varchar { length: None } => u32::MAX,
        SqlType::Varchar { length: Some(length) } | SqlType::Char { length: Some(length) } => *length,
        _ => 0,
    };
    let kind = match room {
        36.. => "token.uuid",
        16..36 => "token.hex",
        _ => return None,
    };
    of_no_entity(kind, "named like an identifier")
}

/// A kind that shows no part of an entity.
fn of_no_entity(kind: &str, reason: &str) -> Option<Inference> {
    Some(Inference { provider: Arc::new(*named(kind)?), reason: reason.to_owned(), entity: None })
}

/// Columns of a table that are looked through for one that tells the row's creation.
const MOST_LOOKED_THROUGH: usize = 256;

/// What an instant is beside the others of its row: what happened to it comes after its creation, and is the creation where
/// nothing else is.
fn beside_creation(schema: &Schema, table: &Table, at: ColumnIdx, words: &[String], found: Guess) -> Guess {
    if !matches!(found.kind, "date.past" | "date.event") {
        return found;
    }
    let is_instant =
        |c: &Column| matches!(schema.base_type(&c.ty), SqlType::Date | SqlType::Timestamp { .. });
    // Where one instant is declared as such the others are.
    let declared = is_instant(&table[at]);
    let others = || {
        let looked_through = table.columns_indexed().take(MOST_LOOKED_THROUGH);
        looked_through.filter(|(other, c)| *other != at && (!declared || is_instant(c)))
    };
    let is_told = || others().any(|(_, column)| tells_creation(schema, table, column));
    let is_begun = || others().any(|(_, column)| is_beginning(&name::words(&column.name)));
    if is_beginning(words) && !is_told() {
        Guess { kind: "date.created", reason: "named like what a row begins with", ..found }
    } else if found.kind == "date.past" && (is_told() || is_begun()) {
        Guess { kind: "date.event", reason: "an instant after the row's creation", ..found }
    } else {
        found
    }
}

/// Whether a column tells when the row was created, so that whatever else happened to it came later.
fn tells_creation(schema: &Schema, table: &Table, column: &Column) -> bool {
    let base = schema.base_type(&column.ty);
    let words = name::words(&column.name);
    let skipped = name::words_of_table(table, &words);
    let families = Families::of(base, &words);
    rules::names_creation(&Looked { words: &words, skipped, families, base, table })
}

/// Whether an instant of that name is the first of its row where none is the creation: `published_at`.
fn is_beginning(words: &[String]) -> bool {
    let begins =
        |word: &String| matches!(word.as_str(), "published" | "posted" | "submitted" | "opened" | "received");
    words.iter().rev().take(2).any(begins)
}

/// Whether the column takes part in a primary key or a unique constraint.
fn is_unique(table: &Table, at: ColumnIdx) -> bool {
    table.primary_key.as_ref().is_some_and(|k| k.columns.contains(&at))
        || table.uniques.iter().filter_map(UniqueKey::plain_columns).any(|c| c.contains(&at))
}

/// Whether the column's values are all different, so that yes and no would be all its rows.
fn is_unique_alone(table: &Table, at: ColumnIdx) -> bool {
    table.primary_key.as_ref().is_some_and(|k| k.columns == [at])
        || table.uniques.iter().filter_map(UniqueKey::plain_columns).any(|c| c == [at])
}

/// Whether the name begins like a question, as those of yes-or-no columns do, whatever their type: `is_active`.
fn is_flag(words: &[String]) -> bool {
    const QUESTIONS: &[&str] = &[
        "is", "has", "can", "was", "are", "should", "must", "needs", "allow", "allows", "allowed", "enable",
        "enabled", "disable", "disabled", "show", "hide", "use", "uses", "require", "requires", "did",
        "does", "will", "no", "not", "include", "exclude", "ignore", "force",
    ];
    words.len() > 1 && QUESTIONS.contains(&words[0].as_str())
}

/// Whether an integer column holds 0 or 1: MySQL's `boolean` is a `tinyint(1)`, other schemas tell by the name alone:
/// `active`, `is_paid`, `tax_flag`.
fn is_number_for_boolean(column: &Column, base: &SqlType, words: &[String]) -> bool {
    const QUESTIONS: &[&str] = &["is", "has", "can", "was", "are", "should", "must"];
    const STATES: &[&str] =
        &["active", "enabled", "disabled", "visible", "hidden", "locked", "verified", "archived"];
    let SqlType::Integer { .. } = base else { return false };
    if column.declared_type.replace(' ', "").eq_ignore_ascii_case("tinyint(1)") {
        return true;
    }
    match words {
        [state] => STATES.contains(&state.as_str()),
        [.., mark] if matches!(mark.as_str(), "flag" | "enabled" | "visible") => true,
        [question, ..] => QUESTIONS.contains(&question.as_str()),
        [] => false,
    }
}

/// Which of several entities in the table: 0, or a number from 1 to 65535 that stands for the words before and after
/// the match. `billing_city` and `billing_zip` are one place, `shipping_city` another; two words may share a number by
/// chance.
fn group(entity: &str, found: &Guess) -> u32 {
    // One row has one timeline, so that each of its instants follows the creation; only spans come in several.
    let several = entity != date::TIMELINE || matches!(found.kind, "date.start" | "date.end");
    if !several || found.role.is_empty() {
        return 0;
    }
    (name_hash(&found.role) % 0xFFFF) as u32 + 1
}

#[cfg(test)]
mod tests;
