//! Choosing a column's list: from the spec, from constraints, from its name, from its type, in that order.
//!
//! A list numbers the values that a column may hold; which number each row takes is the law's business, and chosen by
//! other passes. So a list is asked for as often as need be, for one column at a time, and the same question always
//! gets the same list. What it costs beside is memory where distinct values are searched for.

mod by_type;
mod distinct;
mod examples;
mod form;
mod from_check;
mod from_spec;
mod number;
mod pair;
mod sample;
mod thinned;
mod written;

use super::admission::is_taken;
use super::facts::TableProperties;
use super::findings::Findings;
use super::listing::{Documents, Listing};
use super::table_context::TableContext;
pub(super) use examples::any_fits;
use sample::{fits, is_within};
use seedbed_datagen_core::{Binding, Cardinality, Sampler};
use seedbed_rows::explain::{ListKind, ListReason, ListSource};
use seedbed_rows::list::{Choice, Fitted, UuidList, WithDefault};
use seedbed_rows::push_value;
use seedbed_schema_model::{ColumnIdx, Expr, SqlType};
use seedbed_solver::{Narrowing, Subject, ValueDomain};
use seedbed_sql_values::Value;
use std::sync::Arc;
pub(super) use thinned::Thinned;

/// Chooses the lists of a table's columns.
pub(super) struct Lists<'s, 'a> {
    /// The table.
    pub(super) cx: TableContext<'a>,
    /// The domains that the lists keep to.
    pub(super) facts: &'s TableProperties<'a>,
    /// Lists of JSON documents that are made already.
    pub(super) documents: &'s Documents,
    /// Where memory and wishes that can't be met are told.
    pub(super) found: &'s mut Findings,
}

impl Lists<'_, '_> {
    /// The list of a column that no reference fills; `None` if nothing is known of its type, or no value is left.
    ///
    /// `distinct`: the column alone has to give so many different values. The list then gives them if any list can;
    /// otherwise it is the longest there is, for the key to tell what it holds.
    ///
    /// What leaves no choice comes first: the spec, values and labels, documents, forms. Then what the catalog makes of
    /// the column's name and what its type gives, shaped by the CHECKs on text.
    pub(super) fn listing(&mut self, column: ColumnIdx, distinct: Option<u64>) -> Option<Listing> {
        if let Some(listing) = self.listing_from_spec(column, distinct) {
            return Some(listing);
        }
        let facts = &self.facts[column];
        let (base, is_patterned) = (facts.base, !facts.domain.text.patterns.is_empty());
        if let Some(values) = &facts.domain.allowed {
            return self.listed_by_check(column, values);
        }
        if matches!(base, SqlType::Boolean | SqlType::Enum(_) | SqlType::InlineEnum(_)) {
            let is_free = *base == SqlType::Boolean && distinct.is_none();
            let inferred = if is_free { self.inferred(column, false) } else { None };
            return inferred.or_else(|| self.listing_of_labels(column, base));
        }
        if let Some(child) = &facts.shown_as_uuid {
            let list = UuidList { key: self.cx.key(column, "list") };
            return Some(Listing::new(list, ListKind::Uuid, ListSource::ChildType(child.clone())));
        }
        if let Some(listing) = self.documents.get(&column) {
            return Some(listing.clone());
        }
        if self.must_be_json(column) {
            return self.json(column);
        }
        if self.has_unread_form(column) {
            return Some(self.plain_code(column, distinct));
        }
        if let Some(listing) = self.of_parts(column, distinct) {
            return Some(listing);
        }
        if !is_patterned && let Some(listing) = self.written(column, distinct) {
            return Some(listing);
        }
        let counted = self.counted(column, distinct);
        if counted.as_ref().is_some_and(|l| l.sequential) {
            return counted;
        }
        let chosen = self.realistic(column, distinct, counted);
        if is_patterned && base.is_text() { self.matching(column, distinct, chosen) } else { chosen }
    }

    /// What the catalog makes of the column's name, else the range `counted` of its numbers, else what its type gives.
    fn realistic(
        &mut self,
        column: ColumnIdx,
        distinct: Option<u64>,
        counted: Option<Listing>,
    ) -> Option<Listing> {
        // Providers need not know what is forbidden, and a key is never drawn again.
        let forbids = !self.facts[column].domain.forbidden.is_empty();
        let unaware = counted.is_some() && self.cx.is_keyed(column) && forbids;
        let inferred = if unaware { None } else { self.inferred(column, distinct.is_some()) };
        match (distinct, inferred) {
            (Some(rows), inferred) => self.distinct(column, rows, inferred, counted),
            (None, Some(listing)) => Some(listing),
            (None, None) => counted
                .or_else(|| self.by_type(column, None))
                .map(|listing| self.with_default(column, listing)),
        }
    }

    /// A list of constants; `None` if none of them is a value of the column.
    pub(super) fn choice(&self, column: ColumnIdx, values: &[Value]) -> Option<Choice> {
        let mut buffer = self.cx.buffer(column);
        let base = self.facts[column].base;
        for value in values {
            push_value(&mut buffer, value, base, self.cx.schema());
        }
        (!buffer.is_empty()).then(|| Choice::new(buffer))
    }

    /// The labels of an enum that the column may hold.
    fn labels(&self, column: ColumnIdx, labels: &[String], source: ListSource) -> Option<Listing> {
        let labels: Vec<Value> = labels.iter().map(|l| Value::Text(l.clone())).collect();
        let values: Vec<Value> = self.facts.admitted(&self.cx, column, &labels).cloned().collect();
        self.choice(column, &values).map(|c| Listing::new(c, ListKind::Labels, source))
    }

    /// All values of a type that has few: true and false, or the labels of an enum. `None` for other types, and where
    /// no label is left.
    fn listing_of_labels(&self, column: ColumnIdx, base: &SqlType) -> Option<Listing> {
        match base {
            SqlType::Boolean => {
                let mut values = vec![Value::Boolean(false), Value::Boolean(true)];
                values.retain(|value| !is_taken(&self.cx, column, value));
                self.choice(column, &values).map(|c| Listing::new(c, ListKind::Boolean, ListSource::Type))
            }
            SqlType::Enum(id) => self.labels(column, &self.cx.schema()[*id].labels, ListSource::EnumType),
            SqlType::InlineEnum(labels) => self.labels(column, labels, ListSource::InlineEnum),
            _ => None,
        }
    }

    /// Mixes a constant default into a list that only the type has chosen. A default that CHECKs may speak of is left
    /// out: it need not satisfy them.
    fn with_default(&self, column: ColumnIdx, listing: Listing) -> Listing {
        if self.cx.table()[column].default.is_none() {
            return listing;
        }
        let facts = &self.facts[column];
        let speaks = |e: &Expr| matches!(e, Expr::Column(read) if *read == column);
        let unchecked = !self.cx.constraints.checks.iter().any(|c| c.expr.any(&speaks))
            && self.cx.schema().domains_of(&self.cx.table()[column].ty).is_empty()
            && !self.cx.is_keyed(column)
            && self.cx.spec_of(column).is_none_or(|s| s.range.is_none());
        let narrow = Narrowing::new(Subject::Column(column), facts.base, &self.cx.expressions())
            .constant_of(self.cx.table()[column].default.as_ref());
        let (Some(value), true) = (narrow, unchecked && !listing.sequential) else { return listing };
        let mut cell = self.cx.buffer(column);
        let fits = match (&value, facts.domain.text.max_chars) {
            (Value::Text(t), Some(most)) => t.chars().count() <= most as usize,
            _ => true,
        };
        if !fits || !push_value(&mut cell, &value, facts.base, self.cx.schema()) {
            return listing;
        }
        let reason = ListReason { takes_default: true, ..listing.reason };
        Listing { sampler: Arc::new(WithDefault::new(cell, listing.sampler)), reason, ..listing }
    }

    /// The list of the provider that the catalog infers from the column's name and type; `None` if it infers none, the
    /// provider refuses the column or has no value for it. Columns that number their rows are left to their numbers.
    fn inferred(&mut self, column: ColumnIdx, distinct: bool) -> Option<Listing> {
        let c = &self.cx.table()[column];
        if c.numbering.is_some() {
            return None;
        }
        let inference = self.cx.planning.catalog.infer(self.cx.schema(), self.cx.table(), column)?;
        let sampler = self.bind(column, &*inference.provider, distinct).ok()?;
        if matches!(sampler.cardinality(), Cardinality::Exact(0)) {
            return None;
        }
        let reason = match self.cx.planning.wishes.locale.filter(|_| inference.provider.is_localized()) {
            Some(locale) => format!("{}, in {locale}", inference.reason),
            None => inference.reason,
        };
        Some(Listing {
            weights: sampler
                .weights()
                .filter(|_| !distinct && !self.cx.is_keyed(column))
                .map(<[u64]>::to_vec),
            sampler,
            kind: ListKind::Provider(inference.provider.name().to_owned()),
            reason: ListSource::Catalog(reason).into(),
            entity: inference.entity,
            sequential: false,
        })
    }

    /// A provider's list for the column, which tells it the domain to keep to.
    fn bind(
        &self,
        column: ColumnIdx,
        provider: &dyn seedbed_datagen_core::Provider,
        distinct: bool,
    ) -> Result<Arc<dyn Sampler>, seedbed_datagen_core::BindError> {
        let facts = &self.facts[column];
        provider.bind(&Binding {
            schema: self.cx.schema(),
            table: self.cx.table(),
            column: &self.cx.table()[column],
            base_type: facts.base,
            domain: &facts.domain,
            distinct,
            locale: self.cx.planning.wishes.locale,
        })
    }

    /// A list as it fits the column: text that is too long, too short or in the wrong case is cut and shaped. Lists
    /// that are made for the column's own domain are left as they are.
    pub(super) fn fitted(&self, column: ColumnIdx, mut listing: Listing) -> Listing {
        let facts = &self.facts[column];
        let text = &facts.domain.text;
        let shaped = text.max_chars.is_some()
            || text.max_bytes.is_some()
            || text.min_chars > 0
            || text.lower
            || text.upper;
        let own = matches!(
            listing.kind,
            ListKind::Values
                | ListKind::Examples
                | ListKind::Labels
                | ListKind::Pattern
                | ListKind::Code
                | ListKind::Json
        );
        if shaped && !own && facts.base.is_text() && self.needs_fitting(&listing, &facts.domain) {
            listing.sampler = Arc::new(Fitted::new(listing.sampler, text.clone()));
        }
        listing
    }

    /// How many ordinals of a list come up: of an entity's lists, as many as the table may show entities.
    fn numbered(&self, listing: &Listing) -> u64 {
        if listing.entity.is_some() { self.cx.planning.entity_len(self.cx.rows) } else { u64::MAX }
    }

    /// Whether a list has values that don't fit, as far as a sample tells.
    fn needs_fitting(&self, listing: &Listing, domain: &ValueDomain) -> bool {
        let (text, sampler) = (&domain.text, &*listing.sampler);
        text.lower
            || text.upper
            || !is_within(sampler, text)
                && !fits(sampler, self.numbered(listing), text, text.max_chars.unwrap_or(u32::MAX))
    }
}
