//! Choosing a column's list: from the spec, from constraints, from its name, from its type, in that order.

mod by_type;
mod distinct;
mod from_spec;
mod number;
mod sample;

use super::facts::TableProperties;
use super::findings::Findings;
use super::listing::{Documents, Listing};
use super::table_context::TableContext;
use sample::{fits, matches_all};
use seedbed_datagen_core::{Binding, Cardinality, Sampler};
use seedbed_rows::explain::{ListKind, ListReason, ListSource, MemoryUse};
use seedbed_rows::list::{Choice, Coded, Fitted, LiteralList, PatternText, Sieved, WithDefault};
use seedbed_rows::push_value;
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_solver::{Narrowing, Subject};
use seedbed_solver::{PatternList, TextDomain, ValueDomain};
use seedbed_sql_values::{CharPadding, Value, representation};
use std::sync::Arc;

/// Chooses the lists of a table's columns.
pub(super) struct Lists<'s, 'a> {
    pub(super) cx: TableContext<'a>,
    pub(super) facts: &'s TableProperties<'a>,
    pub(super) documents: &'s Documents,
    pub(super) found: &'s mut Findings,
}

impl Lists<'_, '_> {
    /// The list of a free column. `distinct`: the column alone must give so many different values, if it can.
    pub(super) fn listing(&mut self, column: ColumnIdx, distinct: Option<u64>) -> Option<Listing> {
        if let Some(listing) = self.listing_from_spec(column) {
            return Some(listing);
        }
        let facts = &self.facts[column];
        let domain = facts.domain.clone();
        let base = facts.base;
        if let Some(values) = &domain.allowed {
            let values: Vec<Value> =
                values.iter().filter(|v| self.facts.admits(&self.cx, column, v)).cloned().collect();
            return self
                .choice(column, &values)
                .map(|c| Listing::new(c, ListKind::Values, ListSource::CheckValues));
        }
        if let Some(listing) = self.listing_of_labels(column, base) {
            return Some(listing);
        }
        if let Some(listing) = self.documents.get(&column) {
            return Some(listing.clone());
        }
        if domain.text.json
            && (base.is_text() || matches!(base, SqlType::Json { .. }) && domain.json_type.is_some())
        {
            let key = self.cx.key(column, "list");
            let list =
                LiteralList::new(self.cx.schema(), &SqlType::Json { binary: false }, key)?.within(&domain);
            return Some(Listing::new(list, ListKind::Json, ListSource::CheckJson));
        }
        if domain.text.plain && domain.text.patterns.is_empty() && base.is_text() {
            let code = Coded::new(
                self.cx.key(column, "code"),
                None,
                self.distinct_chars(column).min(12),
                distinct.unwrap_or(1),
                domain.text.upper,
            );
            let mut listing = Listing::new(code, ListKind::Code, ListSource::CheckUnread);
            listing.sequential = distinct.is_some();
            return Some(listing);
        }
        let counted = self.counted(column, distinct);
        if counted.as_ref().is_some_and(|l| l.sequential) {
            return counted;
        }
        // Providers need not know what is forbidden, and a key is never drawn again.
        let unaware = counted.is_some() && self.cx.is_keyed(column) && !domain.forbidden.is_empty();
        let inferred = if unaware { None } else { self.inferred(column, distinct.is_some()) };
        let chosen = match distinct {
            None => match inferred {
                Some(listing) => Some(listing),
                None => {
                    counted.or_else(|| self.by_type(column)).map(|listing| self.with_default(column, listing))
                }
            },
            Some(rows) => self.distinct(column, rows, inferred, counted),
        };
        if domain.text.patterns.is_empty() || !base.is_text() {
            return chosen;
        }
        // A realistic list that meets the patterns by its own form is better than strings that merely match them.
        let chosen = chosen.map(|listing| self.fitted(column, listing));
        let TextDomain { min_chars, max_chars, ref patterns, .. } = domain.text;
        // Where char(n) is matched with its padding, a whole match fills the column.
        let padded = matches!(base, SqlType::Char { .. })
            && representation(self.cx.schema().dialect).storage.char_padding == CharPadding::Counts;
        let whole = max_chars.filter(|_| padded).and_then(|n| PatternList::all(patterns, n, max_chars).ok());
        match whole.map_or_else(|| PatternList::all(patterns, min_chars, max_chars), Ok) {
            _ if chosen.as_ref().is_some_and(|c| matches_all(&*c.sampler, &domain.text.patterns)) => chosen,
            Ok(list) => {
                let listing = Listing::new(PatternText { list }, ListKind::Pattern, ListSource::CheckPattern);
                Some(match distinct.filter(|_| !listing.sampler.is_injective()) {
                    Some(rows) => self.sieved(column, listing, rows),
                    None => listing,
                })
            }
            Err(_) => chosen,
        }
    }

    /// A list whose ordinals repeat values, reduced to those that don't.
    fn sieved(&mut self, column: ColumnIdx, listing: Listing, rows: u64) -> Listing {
        let sieve = Sieved::new(self.cx.key(column, "sieve"), listing.sampler, rows);
        let note = MemoryUse::DistinctValues { column, bytes: sieve.bytes() };
        if !self.found.memory.contains(&note) {
            self.found.memory.push(note);
        }
        let mut listing = Listing::new(sieve, listing.kind, listing.reason);
        listing.sequential = true;
        listing
    }

    /// A list of constants; `None` if none of them is a value of the column.
    fn choice(&self, column: ColumnIdx, values: &[Value]) -> Option<Choice> {
        let mut buffer = self.cx.buffer(column);
        let base = self.facts[column].base;
        for value in values {
            push_value(&mut buffer, value, base, self.cx.schema());
        }
        (!buffer.is_empty()).then(|| Choice::new(buffer))
    }

    fn labels(&self, column: ColumnIdx, labels: &[String], source: ListSource) -> Option<Listing> {
        let values: Vec<Value> = labels
            .iter()
            .map(|l| Value::Text(l.clone()))
            .filter(|v| self.facts.admits(&self.cx, column, v))
            .collect();
        self.choice(column, &values).map(|c| Listing::new(c, ListKind::Labels, source))
    }

    fn listing_of_labels(&self, column: ColumnIdx, base: &SqlType) -> Option<Listing> {
        match base {
            SqlType::Boolean => self
                .choice(column, &[Value::Boolean(false), Value::Boolean(true)])
                .map(|c| Listing::new(c, ListKind::Boolean, ListSource::Type)),
            SqlType::Enum(id) => self.labels(column, &self.cx.schema()[*id].labels, ListSource::EnumType),
            SqlType::InlineEnum(labels) => self.labels(column, labels, ListSource::InlineEnum),
            _ => None,
        }
    }

    /// Mixes a constant default into a list that only the type has chosen. A default that CHECKs may speak of is left
    /// out: it need not satisfy them.
    fn with_default(&self, column: ColumnIdx, listing: Listing) -> Listing {
        let facts = &self.facts[column];
        let unchecked = !self.cx.constraints.checks.iter().any(|c| c.expr.columns().contains(&column))
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

    /// What the catalog makes of the column's name.
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
        Some(Listing {
            sampler,
            kind: ListKind::Provider(inference.provider.name().to_owned()),
            reason: ListSource::Catalog(inference.reason).into(),
            entity: inference.entity,
            weights: None,
            sequential: false,
        })
    }

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
        })
    }

    /// A list as it fits the column: text is cut and shaped.
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
            ListKind::Values | ListKind::Labels | ListKind::Pattern | ListKind::Code | ListKind::Json
        );
        if shaped && !own && facts.base.is_text() && self.needs_fitting(&listing, &facts.domain) {
            listing.sampler = Arc::new(Fitted::new(listing.sampler, text.clone()));
        }
        listing
    }

    /// How many ordinals of a list come up.
    fn numbered(&self, listing: &Listing) -> u64 {
        if listing.entity.is_some() { self.cx.planning.entity_len(self.cx.rows) } else { u64::MAX }
    }

    fn needs_fitting(&self, listing: &Listing, domain: &ValueDomain) -> bool {
        let text = &domain.text;
        text.lower
            || text.upper
            || !fits(&*listing.sampler, self.numbered(listing), text, text.max_chars.unwrap_or(u32::MAX))
    }
}
