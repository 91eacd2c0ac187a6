//! Lists of values that have values inside: arrays and rows whose elements and fields keep to their own types' CHECKs, and
//! to what CHECKs on the whole ask of them.
//!
//! Conditions are taken apart by the part that they speak of ([`conditions`]), down to parts that have none: those have
//! lists of their own ([`scalar`]). What speaks of several parts at once, or of the whole, is held by trying: values are
//! put together, also of the constants that the conditions name ([`vocabulary`]), and those that are accepted are the
//! list. The conditions themselves are the only judge.

mod conditions;
mod scalar;
mod vocabulary;

use super::findings::Findings;
use super::table_context::TableContext;
use conditions::PartConditions;
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Sampler, TextBuffer, arrow_type};
use seedbed_laws::{LawKey, Permutation};
use seedbed_rows::explain::Unguaranteed;
use seedbed_rows::list::{ArrayList, Choice, Part, RowList};
use seedbed_rows::{empty_buffer, typed};
use seedbed_schema_model::{CompositeTypeId, Domain, Expr, Schema, SqlType};
use seedbed_solver::{Narrowing, Subject, ValueDomain, conjuncts};
use seedbed_sql_semantics::{Context, evaluate, supported};
use seedbed_sql_values::Value;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;
use vocabulary::Vocabulary;

/// Types within types are followed so far; deeper ones are left as their literals are.
const DEEPEST: u32 = 6;
/// Parts of one type that are looked at: types of many fields of such types would have any number.
const MOST_PARTS: u32 = 500;
/// Values that are tried.
const TRIED: u64 = 20_000;
/// Values in a row that give nothing new, after which no more are tried.
const IN_VAIN: u64 = 2_000;
/// Fewest and most values of a list of accepted ones.
const ACCEPTED: (u64, u64) = (256, 16_384);

/// Whether values of a type have parts with conditions of their own.
pub(super) fn has_conditions_inside(ty: &SqlType, schema: &Schema) -> bool {
    let mut found = false;
    each_inner_domain(ty, schema, &mut { MOST_PARTS }, &mut |domain| {
        found |= !domain.checks.is_empty() || domain.not_null
    });
    found
}

/// Whether a type is of arrays whose elements are of few values, so that there are few short ones.
pub(super) fn has_few_elements(ty: &SqlType, schema: &Schema) -> bool {
    let SqlType::Array { element } = ty else { return false };
    matches!(schema.base_type(element), SqlType::Boolean | SqlType::Enum(_) | SqlType::InlineEnum(_))
}

/// Tells which CHECKs of types within a column's type can't be evaluated here.
pub(super) fn tell_unread(cx: &TableContext<'_>, ty: &SqlType, found: &mut Findings) {
    let expressions = cx.expressions();
    each_inner_domain(ty, cx.schema(), &mut { MOST_PARTS }, &mut |domain| {
        for check in &domain.checks {
            if let Err(unsupported) = supported(&check.expr, &expressions) {
                let title = format!("domain `{}`: {}", domain.name, check.text);
                found.limit(
                    Unguaranteed::Unreadable { check: title, what: unsupported.what.to_string() },
                    check.span,
                );
            }
        }
    });
}

/// Calls `each` for the domains of elements and fields, those of the type itself left out, of so many parts as `budget` says.
fn each_inner_domain(ty: &SqlType, schema: &Schema, budget: &mut u32, each: &mut dyn FnMut(&Domain)) {
    let mut inner = |ty: &SqlType| {
        if *budget > 0 {
            *budget -= 1;
            schema.domains_of(ty).into_iter().for_each(&mut *each);
            each_inner_domain(ty, schema, budget, each);
        }
    };
    match schema.base_type(ty) {
        SqlType::Array { element } => inner(element),
        SqlType::Composite(id) => schema[*id].attributes.iter().for_each(|(_, ty)| inner(ty)),
        _ => {}
    }
}

/// The list of a type's values that meet conditions on `VALUE`, arrays of so many `elements`, `different` of which are
/// wanted; `None` where nothing is known of the type, or no value that was tried is accepted.
pub(super) fn list(
    cx: &TableContext<'_>,
    ty: &SqlType,
    conditions: Vec<Expr>,
    elements: Option<(u32, u32)>,
    different: u64,
    key: LawKey,
) -> Option<Arc<dyn Sampler>> {
    let budget = Cell::new(MOST_PARTS);
    let maker = PartMaker { cx, expressions: cx.expressions(), different, budget };
    let domain = ValueDomain { elements, ..ValueDomain::default() };
    maker.part(Wanted { ty, conditions, domain, key, depth: 0 }).map(|part| part.sampler)
}

/// The list of values of a type that has no parts, of which so many must differ, if that is said; `None` where nothing is
/// known of the type, or no value is left.
pub(super) fn of_type(
    cx: &TableContext<'_>,
    base: &SqlType,
    domain: &ValueDomain,
    distinct: Option<u64>,
    key: LawKey,
) -> Option<Part> {
    let sampler = scalar::list(cx, base, domain, distinct, key)?;
    Some(Part { sampler, ty: base.clone(), blank: empty_buffer(&arrow_type(cx.schema(), base)) })
}

/// What is asked of one part.
struct Wanted<'t> {
    ty: &'t SqlType,
    /// Conditions on `VALUE` beside those of the type's own domains.
    conditions: Vec<Expr>,
    /// What is known of it already.
    domain: ValueDomain,
    key: LawKey,
    depth: u32,
}

/// Makes the lists.
struct PartMaker<'s, 'a> {
    cx: &'s TableContext<'a>,
    expressions: Context<'a>,
    /// How many values have to differ.
    different: u64,
    /// Parts that may still be made.
    budget: Cell<u32>,
}

impl PartMaker<'_, '_> {
    /// The list of one part.
    fn part(&self, wanted: Wanted<'_>) -> Option<Part> {
        let Wanted { ty, mut conditions, domain, key, depth } = wanted;
        if depth > DEEPEST || self.budget.get() == 0 {
            return None;
        }
        self.budget.set(self.budget.get() - 1);
        let schema = self.cx.schema();
        let base = schema.base_type(ty);
        let domains = schema.domains_of(ty);
        conditions.extend(domains.into_iter().flat_map(|d| d.checks.iter().map(|c| c.expr.clone())));
        let read = self.read(base, &conditions, domain);
        let made = match base {
            SqlType::Array { element } => self.array(element, &read, key, depth)?,
            SqlType::Composite(id) => Arc::new(self.row(*id, &read, key, depth)?),
            _ => scalar::list(self.cx, base, &read.domain, None, key)?,
        };
        let part = Part { sampler: made, ty: base.clone(), blank: empty_buffer(&arrow_type(schema, base)) };
        if read.whole.is_empty() {
            return Some(part);
        }
        let sampler = self.accepted(&part, &read, key)?;
        Some(Part { sampler: Arc::new(sampler), ..part })
    }

    /// Conditions by what they speak of. What can't be evaluated is left out; it is told elsewhere.
    fn read(&self, base: &SqlType, conditions: &[Expr], domain: ValueDomain) -> PartConditions {
        let cx = self.on_value(base);
        let mut read = PartConditions::default();
        let mut narrowing = Narrowing::new(Subject::DomainValue, base, &cx).whole();
        narrowing.domain = domain;
        for condition in conditions.iter().flat_map(conjuncts) {
            if supported(condition, &cx).is_err() || read.take_apart(condition, base, self.cx.schema()) {
                continue;
            }
            // A list leaves out what is forbidden only at its ends.
            let forbidden = narrowing.domain.forbidden.len();
            if !narrowing.apply(condition) || narrowing.domain.forbidden.len() > forbidden {
                read.whole.push(condition.clone());
            }
        }
        read.domain = narrowing.domain;
        read.share_bounds();
        read
    }

    /// Surroundings in which `VALUE` is of a type.
    fn on_value<'t>(&'t self, base: &'t SqlType) -> Context<'t> {
        Context { domain_type: Some(base), ..self.expressions.clone() }
    }

    /// Arrays of elements that keep to what is asked of each.
    fn array(
        &self,
        element: &SqlType,
        read: &PartConditions,
        key: LawKey,
        depth: u32,
    ) -> Option<Arc<dyn Sampler>> {
        let inner = |conditions: Vec<Expr>, number: u64| {
            let key = key.child(number);
            self.part(Wanted {
                ty: element,
                conditions,
                domain: ValueDomain::default(),
                key,
                depth: depth + 1,
            })
        };
        let everywhere = inner(read.elements.clone(), 0);
        let mut at = Vec::new();
        for (place, conditions) in &read.at {
            let both = read.elements.iter().chain(conditions).cloned().collect();
            at.push((*place, inner(both, 1 + *place as u64)?));
        }
        let usual = || (1, everywhere.as_ref().map_or(3, |part| part.elements_for(self.different).max(3)));
        let (least, most) = read.domain.elements.unwrap_or_else(usual);
        // No element at all is one way to hold what no element meets.
        let (element, elements) = match everywhere {
            Some(part) => (part, (least, most)),
            None if least == 0 || read.domain.elements.is_none() => (empty_part(), (0, 0)),
            None => return None,
        };
        Some(Arc::new(ArrayList { schema: Arc::clone(self.cx.schema()), key, element, at, elements }))
    }

    /// Rows of fields that keep to what is asked of each.
    fn row(&self, id: CompositeTypeId, read: &PartConditions, key: LawKey, depth: u32) -> Option<RowList> {
        let schema = self.cx.schema();
        let field = |(i, (name, ty)): (usize, &(String, SqlType))| {
            let asked = read.fields.iter().filter(|(field, _)| field == name);
            self.part(Wanted {
                ty,
                conditions: asked.map(|(_, condition)| condition.clone()).collect(),
                domain: ValueDomain::default(),
                key: key.child(i as u64),
                depth: depth + 1,
            })
        };
        let fields = schema[id].attributes.iter().enumerate().map(field).collect::<Option<Vec<Part>>>()?;
        Some(RowList { schema: Arc::clone(schema), key, fields })
    }

    /// What is tried for the conditions on the whole.
    fn source<'t>(&'t self, part: &'t Part, read: &PartConditions, key: LawKey) -> Source<'t> {
        let vocabulary = match &part.ty {
            SqlType::Array { element } => Some(Vocabulary::of(&read.whole, element, self.cx.schema())),
            _ => None,
        };
        let len = match part.sampler.cardinality() {
            _ if vocabulary.is_some() => u64::MAX,
            Cardinality::Exact(len) => len,
            Cardinality::Huge => u64::MAX,
        };
        let order = Permutation::new(key.child(u64::MAX), len);
        Source { part, vocabulary, elements: read.domain.elements, key, order, len }
    }

    /// Of a list's values, and of others made of what the conditions name, those that meet all conditions on the whole.
    fn accepted(&self, part: &Part, read: &PartConditions, key: LawKey) -> Option<Choice> {
        let wanted = self.cx.rows.saturating_mul(2).clamp(ACCEPTED.0, ACCEPTED.1);
        let nothing: Vec<Value> = Vec::new();
        let holds = |value: Value| {
            let cx = Context { domain_value: Some(value), ..self.on_value(&part.ty) };
            read.whole.iter().all(|e| evaluate(e, &nothing, &cx) == Ok(Value::Boolean(true)))
        };
        let mut found = part.blank.clone();
        let (mut seen, mut last) = (BTreeSet::new(), 0);
        let source = self.source(part, read, key);
        for n in 0..source.len.min(TRIED) {
            let cells = source.cells(n);
            if cells.is_empty() {
                continue;
            }
            let value = typed(cells.value(0), &part.ty, self.cx.schema());
            let shown = format!("{value:?}");
            if !seen.contains(&shown) && holds(value) {
                seen.insert(shown);
                found.extend_from(&cells, std::iter::once(0));
                last = n;
            }
            if seen.len() as u64 >= wanted || !seen.is_empty() && n - last > IN_VAIN {
                break;
            }
        }
        (!found.is_empty()).then(|| Choice::new(found))
    }
}

/// Values to be tried, by number.
struct Source<'s> {
    part: &'s Part,
    /// Of arrays, what conditions name.
    vocabulary: Option<Vocabulary<'s>>,
    elements: Option<(u32, u32)>,
    key: LawKey,
    order: Permutation,
    len: u64,
}

impl Source<'_> {
    /// One value; none where this number has none.
    fn cells(&self, n: u64) -> ColumnBuffer {
        let mut cells = self.part.blank.clone();
        match &self.vocabulary {
            Some(vocabulary) => {
                vocabulary.write(n, &*self.part.sampler, self.elements, self.key, &mut cells);
                cells
            }
            None => {
                self.part.sampler.write(&[self.order.apply(n)], &mut cells);
                plain(cells, &self.part.blank)
            }
        }
    }
}

/// Cells picked from a list as cells that stand for themselves.
fn plain(cells: ColumnBuffer, blank: &ColumnBuffer) -> ColumnBuffer {
    match &cells {
        ColumnBuffer::Dictionary { .. } => {
            let mut own = blank.clone();
            if let (ColumnBuffer::Text(text), Some(cell)) = (&mut own, cells.text(0)) {
                text.push(cell);
            }
            own
        }
        _ => cells,
    }
}

/// Stands for the elements of arrays that have none.
fn empty_part() -> Part {
    let mut none = TextBuffer::default();
    none.push("");
    Part {
        sampler: Arc::new(Choice::new(ColumnBuffer::Text(none))),
        ty: SqlType::TEXT,
        blank: ColumnBuffer::Text(TextBuffer::default()),
    }
}
