//! JSON documents that CHECKs ask for: which members they have, and what those hold.
//!
//! A CHECK over one JSON column names the members that it speaks of. Documents are put together from those, each absent
//! or with one of the values that the CHECK compares it with, and the ones that it accepts are the column's list. The
//! CHECK itself is the only judge: nothing is derived from its form, so a member that is tried in vain costs time and
//! nothing else.

mod members;

use super::facts::{LeftoverCheck, TableProperties};
use super::listing::{Documents, Listing};
use super::table_context::TableContext;
use members::{Member, members_of, mentions_members};
use seedbed_datagen_core::{ColumnBuffer, Sampler, TextBuffer};
use seedbed_laws::Permutation;
use seedbed_rows::explain::{ListKind, ListSource};
use seedbed_rows::list::{Choice, Syllables};
use seedbed_rows::push_value;
use seedbed_schema_model::{ColumnIdx, Expr, SqlType};
use seedbed_sql_semantics::{Context, evaluate, supported};
use seedbed_sql_values::{Json, Value};
use std::collections::BTreeSet;

/// Combinations of members that are tried.
const TRIED: u64 = 20_000;
/// Different combinations that are kept.
const SHAPES: usize = 256;
/// Fewest and most documents of a list, if there are so many.
const DOCUMENTS: (u64, u64) = (256, 65_536);

/// Pass: for each JSON column, the documents that the CHECKs over it alone accept, where those speak of their members
/// and neither the spec nor a CHECK lists the values.
///
/// Refuses nothing: where no document is accepted, the column has none of these lists, and its CHECKs stay leftover.
/// Cost: up to 20,000 evaluations of the CHECKs for the shapes, then one for each document. The documents are kept in
/// memory, some 65,536 at most.
pub(super) fn make(
    cx: TableContext<'_>,
    facts: &TableProperties<'_>,
    leftover: &[LeftoverCheck],
) -> Documents {
    let maker = DocumentMaker { cx, facts, leftover };
    let open = |column: &ColumnIdx| {
        let asked = cx
            .spec_of(*column)
            .is_some_and(|s| s.values.is_some() || s.provider.is_some() || s.examples.is_some());
        !asked && facts[*column].domain.allowed.is_none()
    };
    let columns = cx.table().columns_indexed().map(|(column, _)| column).filter(open);
    columns.filter_map(|column| Some((column, maker.documents(column)?))).collect()
}

/// The pass at work.
struct DocumentMaker<'s, 'a> {
    cx: TableContext<'a>,
    facts: &'s TableProperties<'a>,
    leftover: &'s [LeftoverCheck],
}

impl DocumentMaker<'_, '_> {
    /// The documents of one column; `None` if no CHECK speaks of members, or none is accepted.
    fn documents(&self, column: ColumnIdx) -> Option<Listing> {
        let base = self.facts[column].base;
        if !matches!(base, SqlType::Json { .. }) && !base.is_text() {
            return None;
        }
        let cx = self.cx.expressions();
        let checks: Vec<&Expr> = self
            .leftover
            .iter()
            .map(|check| &check.expr)
            .filter(|e| e.columns() == [column] && supported(e, &cx).is_ok())
            .collect();
        if !checks.iter().any(|e| mentions_members(e, column, &cx)) {
            return None;
        }
        let members = members_of(&checks, column, &cx);
        let mut row = vec![Value::Null; self.cx.table().columns.len()];
        let mut accepts = |document: &Json| {
            row[column] = stored(document, base);
            checks.iter().all(|e| holds(e, &row, &cx))
        };
        let shapes = self.shapes(column, &members, &mut accepts);
        let documents = self.varied(column, &shapes, &mut accepts);
        self.listed(column, &documents)
    }

    /// The list of some documents, of which those that the target holds or the domain forbids are left out.
    fn listed(&self, column: ColumnIdx, documents: &[Json]) -> Option<Listing> {
        let base = self.facts[column].base;
        let mut buffer = self.cx.buffer(column);
        for value in documents.iter().map(|document| stored(document, base)) {
            if self.facts.admits(&self.cx, column, &value) {
                push_value(&mut buffer, &value, base, self.cx.schema());
            }
        }
        (!buffer.is_empty())
            .then(|| Listing::new(Choice::new(buffer), ListKind::Documents, ListSource::CheckMembers))
    }

    /// Combinations of members that the CHECKs accept, in an order of the column's own: a permutation of the product of
    /// the members' values, each with one more choice that leaves the member out. Free text stands as [`FREE`].
    fn shapes(
        &self,
        column: ColumnIdx,
        members: &[Member],
        accepts: &mut dyn FnMut(&Json) -> bool,
    ) -> Vec<Json> {
        let choices = |member: &Member| member.values.len() as u64 + 1;
        let product = members.iter().fold(1_u64, |product, m| product.saturating_mul(choices(m)));
        let order = Permutation::new(self.cx.key(column, "documents"), product);
        let mut shapes = Vec::new();
        for at in 0..product.min(TRIED) {
            let mut rest = order.apply(at);
            let mut document = Json::Object(Default::default());
            let mut fits = true;
            for member in members {
                let choice = (rest % choices(member)) as usize;
                rest /= choices(member);
                // The last choice leaves the member out.
                if let Some(value) = member.values.get(choice) {
                    fits &= put(&mut document, &member.path, value);
                }
            }
            if fits && accepts(&document) && !shapes.contains(&document) {
                shapes.push(document);
            }
            if shapes.len() >= SHAPES {
                break;
            }
        }
        shapes
    }

    /// Documents of these shapes with words for free text, each once.
    fn varied(
        &self,
        column: ColumnIdx,
        shapes: &[Json],
        accepts: &mut dyn FnMut(&Json) -> bool,
    ) -> Vec<Json> {
        let words = Syllables { key: self.cx.key(column, "words"), words: 1 };
        let wanted = self.cx.rows.saturating_mul(2).clamp(DOCUMENTS.0, DOCUMENTS.1);
        let mut found = Vec::new();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let rounds = wanted.div_ceil(shapes.len().max(1) as u64);
        for round in 0..rounds {
            for (place, shape) in shapes.iter().enumerate() {
                let ordinal = round * shapes.len() as u64 + place as u64;
                let mut cells = ColumnBuffer::Text(TextBuffer::default());
                words.write(&[ordinal], &mut cells);
                let Value::Text(word) = cells.value(0) else { continue };
                let mut document = shape.clone();
                if !name(&mut document, &word) && round > 0 {
                    // Nothing in it is free: a number tells it from the others, if it may have one.
                    put(&mut document, &["id".to_owned()], &Json::from(ordinal));
                }
                if accepts(&document) && seen.insert(document.to_string()) {
                    found.push(document);
                }
            }
        }
        found
    }
}

/// A document as a value of a column: JSON or its text.
fn stored(document: &Json, base: &SqlType) -> Value {
    match base {
        SqlType::Json { .. } => Value::Json(document.clone()),
        _ => Value::Text(document.to_string()),
    }
}

/// Whether a condition is true of a row. What is unknown passes a CHECK, but nobody means it to.
fn holds(e: &Expr, row: &[Value], cx: &Context<'_>) -> bool {
    let result = evaluate(e, &row, cx);
    matches!(result, Ok(Value::Boolean(true))) || matches!(result, Ok(Value::Integer(n)) if n != 0)
}

/// Stands for text of which nothing is asked.
const FREE: &str = "word";

/// Puts a member where a path leads. False where another member is in the way.
fn put(document: &mut Json, path: &[String], value: &Json) -> bool {
    let Some((last, above)) = path.split_last() else { return false };
    let mut at = document;
    for key in above {
        let Some(object) = at.as_object_mut() else { return false };
        at = object.entry(key.clone()).or_insert_with(|| Json::Object(Default::default()));
    }
    at.as_object_mut().is_some_and(|object| {
        let free = !object.contains_key(last);
        if free {
            object.insert(last.clone(), value.clone());
        }
        free
    })
}

/// Puts a word in the place of free text, and whether there was any.
fn name(document: &mut Json, word: &str) -> bool {
    match document {
        Json::String(text) if text == FREE => {
            word.clone_into(text);
            true
        }
        Json::Object(object) => {
            object.values_mut().filter_map(|value| name(value, word).then_some(())).count() > 0
        }
        Json::Array(items) => {
            items.iter_mut().filter_map(|value| name(value, word).then_some(())).count() > 0
        }
        _ => false,
    }
}
