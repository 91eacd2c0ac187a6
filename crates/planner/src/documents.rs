//! Values that CHECKs look into: documents with the members that are asked for, arrays and rows with such parts.
//!
//! Arrays and rows are the business of [`parts`](super::parts). A CHECK over one JSON or hstore column names the members that it speaks of. Documents are put together from those, each absent
//! or with one of the values that the CHECK compares it with, and the ones that it accepts are the column's list. The
//! CHECK itself is the only judge: nothing is derived from its form, so a member that is tried in vain costs time and
//! nothing else.

mod members;
mod variants;

use super::facts::{LeftoverCheck, TableProperties};
use super::findings::Findings;
use super::listing::{Documents, Listing};
use super::parts;
use super::table_context::TableContext;
use members::{Member, members_of, mentions_members, whole_documents};
use seedbed_datagen_core::{ColumnBuffer, Sampler, TextBuffer};
use seedbed_laws::Permutation;
use seedbed_rows::explain::{ListKind, ListSource};
use seedbed_rows::list::{Choice, Syllables};
use seedbed_rows::push_value;
use seedbed_schema_model::{ColumnIdx, Expr, KeyTerm, SqlType};
use seedbed_sql_semantics::{Context, evaluate, supported};
use seedbed_sql_values::{Json, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Combinations of members that are tried.
const TRIED: u64 = 20_000;
/// Different combinations that are kept.
const SHAPES: usize = 256;
/// Fewest and most documents of a list, if there are so many.
const DOCUMENTS: (u64, u64) = (256, 65_536);

/// Pass: for each column whose values have values inside, those that the CHECKs over it alone and the types inside accept,
/// where there are such and neither the spec nor a CHECK lists the values.
///
/// Refuses nothing: where no document is accepted, the column has none of these lists, and its CHECKs stay leftover.
/// Cost: up to 20,000 evaluations of the CHECKs for the shapes, then one for each document. The documents are kept in
/// memory, some 65,536 at most.
pub(super) fn make(
    cx: TableContext<'_>,
    facts: &TableProperties<'_>,
    leftover: &[LeftoverCheck],
    found: &mut Findings,
) -> Documents {
    let maker = DocumentMaker { cx, facts };
    let checks: Vec<&Expr> = leftover.iter().map(|check| &check.expr).collect();
    let open = |column: &ColumnIdx| {
        let asked = cx
            .spec_of(*column)
            .is_some_and(|s| s.values.is_some() || s.provider.is_some() || s.examples.is_some());
        !asked && facts[*column].domain.allowed.is_none()
    };
    let columns = cx.table().columns_indexed().map(|(column, _)| column).filter(open);
    let made = columns.filter_map(|column| {
        parts::tell_unread(&cx, &cx.column(column).ty, found);
        Some((column, maker.listing(column, &checks)?))
    });
    made.collect()
}

/// The values of a column that meet some conditions, of which only those over this column alone are looked at; `None`
/// where it has no values inside, or none is accepted.
pub(super) fn meeting(
    cx: TableContext<'_>,
    facts: &TableProperties<'_>,
    column: ColumnIdx,
    conditions: &[&Expr],
) -> Option<Arc<dyn Sampler>> {
    DocumentMaker { cx, facts }.listing(column, conditions).map(|listing| listing.sampler)
}

/// The pass at work.
struct DocumentMaker<'s, 'a> {
    cx: TableContext<'a>,
    facts: &'s TableProperties<'a>,
}

impl DocumentMaker<'_, '_> {
    /// The list of one column, by what its values have inside.
    fn listing(&self, column: ColumnIdx, conditions: &[&Expr]) -> Option<Listing> {
        let cx = self.cx.expressions();
        let readable = |e: &&&Expr| e.columns() == [column] && supported(e, &cx).is_ok();
        let checks: Vec<&Expr> = conditions.iter().filter(readable).copied().collect();
        match self.facts[column].base {
            SqlType::Array { .. } | SqlType::Composite(_) => self.parts(column, &checks),
            SqlType::Spatial { .. } | SqlType::Ltree if !checks.is_empty() => {
                let key = self.cx.key(column, "parts");
                let list = variants::list(&self.cx, column, self.facts[column].base, &checks, key)?;
                Some(Listing::shared(list, ListKind::Literal, ListSource::CheckMembers))
            }
            SqlType::Json { .. } | SqlType::Hstore => self.documents(column, &checks),
            base if base.is_text() => self.documents(column, &checks),
            _ => None,
        }
    }

    /// Arrays and rows.
    fn parts(&self, column: ColumnIdx, checks: &[&Expr]) -> Option<Listing> {
        let facts = &self.facts[column];
        let is_keyed = self.cx.is_keyed(column);
        let few = is_keyed && parts::has_few_elements(facts.base, self.cx.schema());
        if checks.is_empty() && !few && !parts::has_conditions_inside(facts.base, self.cx.schema()) {
            return None;
        }
        let on_value = |e: &Expr| *e == Expr::Column(column);
        let conditions =
            checks.iter().map(|e| e.substituted(&|e| on_value(e).then_some(Expr::DomainValue))).collect();
        let key = self.cx.key(column, "parts");
        let rows = || self.cx.rows.saturating_add(self.cx.planning.existing_rows(self.cx.id()));
        let different = if is_keyed { rows() } else { 0 };
        let sampler = parts::list(&self.cx, facts.base, conditions, facts.domain.elements, different, key)?;
        Some(Listing::shared(sampler, ListKind::Literal, ListSource::CheckMembers))
    }

    /// The documents of one column; `None` if no CHECK looks into them, or none is accepted.
    fn documents(&self, column: ColumnIdx, checks: &[&Expr]) -> Option<Listing> {
        let (base, cx) = (self.facts[column].base, self.cx.expressions());
        let looks_inside = match base.is_text() {
            true => checks.iter().any(|e| mentions_members(e, column, &cx)),
            false => !checks.is_empty(),
        };
        if !looks_inside {
            return None;
        }
        let members = members_of(checks, column, &cx);
        let mut row = vec![Value::Null; self.cx.table().columns.len()];
        let mut accepts = |document: &Json| {
            let Some(value) = stored(document, base) else { return false };
            row[column] = value;
            checks.iter().all(|e| holds(e, &row, &cx))
        };
        let mut shapes = self.shapes(column, &members, &mut accepts);
        if !base.is_text() && shapes.len() < SHAPES {
            let whole = whole_documents(checks, &cx).into_iter().filter(|document| accepts(document));
            shapes.extend(whole.collect::<Vec<Json>>());
        }
        // Numbers are text in an hstore, where nothing says that it should look like one.
        if *base == SqlType::Hstore && shapes.iter().any(is_all_text) {
            shapes.retain(is_all_text);
        }
        let documents = self.varied(column, &shapes, &mut accepts);
        self.listed(column, &documents)
    }

    /// The list of some documents, of which those that the target holds or the domain forbids are left out.
    fn listed(&self, column: ColumnIdx, documents: &[Json]) -> Option<Listing> {
        let base = self.facts[column].base;
        let mut buffer = self.cx.buffer(column);
        for value in documents.iter().filter_map(|document| stored(document, base)) {
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
        let mut keys = KeyValues::of(&self.cx, column);
        // Shapes without a word where a key looks give one document each.
        let more = if keys.terms.is_empty() { 1 } else { 8 };
        let rounds = more * wanted.div_ceil(shapes.len().max(1) as u64);
        for round in 0..rounds {
            if !keys.terms.is_empty() && found.len() as u64 >= wanted {
                break;
            }
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
                let is_new = accepts(&document) && !seen.contains(&document.to_string());
                let value = stored(&document, self.facts[column].base);
                if is_new && value.is_some_and(|value| keys.take(value)) {
                    seen.insert(document.to_string());
                    found.push(document);
                }
            }
        }
        found
    }
}

/// What unique keys compare of a column's documents, and what is taken of it: `UNIQUE ((doc ->> 'sku'))` wants documents
/// that differ there.
struct KeyValues<'a> {
    terms: Vec<&'a Expr>,
    taken: BTreeSet<String>,
    row: Vec<Value>,
    column: ColumnIdx,
    context: Context<'a>,
}

impl<'a> KeyValues<'a> {
    /// The expressions of keys over the column alone.
    fn of(cx: &TableContext<'a>, column: ColumnIdx) -> Self {
        let terms =
            cx.constraints.keys.iter().flat_map(|key| &key.parts).filter_map(|part| match &part.term {
                KeyTerm::Expr(e) if e.columns() == [column] => Some(e),
                _ => None,
            });
        let row = vec![Value::Null; cx.table().columns.len()];
        Self { terms: terms.collect(), taken: BTreeSet::new(), row, column, context: cx.expressions() }
    }

    /// Takes what keys compare of a document; false if it is taken already.
    fn take(&mut self, document: Value) -> bool {
        self.row[self.column] = document;
        let mut shown = Vec::new();
        for (at, term) in self.terms.iter().enumerate() {
            match evaluate(term, &self.row, &self.context) {
                Ok(Value::Null) | Err(_) => {}
                Ok(value) => shown.push(format!("{at} {value:?}")),
            }
        }
        let free = shown.iter().all(|value| !self.taken.contains(value));
        if free {
            self.taken.extend(shown);
        }
        free
    }
}

/// A document as a value of a column: JSON or its text, or pairs of an hstore; `None` for what an hstore can't hold.
fn stored(document: &Json, base: &SqlType) -> Option<Value> {
    Some(match base {
        SqlType::Json { .. } => Value::Json(Box::new(document.clone())),
        SqlType::Hstore => {
            let pair = |(key, value): (&String, &Json)| match value {
                Json::String(text) => Some((key.clone(), Some(text.clone()))),
                Json::Number(number) => Some((key.clone(), Some(number.to_string()))),
                Json::Bool(truth) => Some((key.clone(), Some(truth.to_string()))),
                Json::Null => Some((key.clone(), None)),
                _ => None,
            };
            Value::Map(document.as_object()?.iter().map(pair).collect::<Option<_>>()?)
        }
        _ => Value::Text(document.to_string()),
    })
}

/// Whether all members of a document are text.
fn is_all_text(document: &Json) -> bool {
    document.as_object().is_some_and(|members| members.values().all(Json::is_string))
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
