//! Choosing a column's list: from the spec, from constraints, from its name, from its type, in that order.

use super::builder::TableBuilder;
use super::sample::{fits, has_spaces, matches_all};
use crate::list::{
    BinaryList, Choice, Coded, Fitted, LiteralList, PatternText, Sieved, Syllables, UuidList, WithDefault,
};
use crate::units::{Units, empty_buffer, push_value};
use crate::{
    Binding, Cardinality, ColumnBuffer, EntityRole, PatternList, Sampler, TextDomain, ValueDomain,
    WeightedValue, arrow_type,
};
use seedbed_laws::{Law, Stratified};
use seedbed_schema_model::{ColumnIdx, KeyTerm, Schema, SqlType};
use seedbed_solver::{Narrowing, Subject, same};
use seedbed_sql_semantics::{CharPadding, Value, parse_value, semantics};
use std::sync::Arc;

/// A list for a column, and where it came from.
#[derive(Clone, Debug)]
pub(super) struct Listing {
    pub(super) sampler: Arc<dyn Sampler>,
    /// The provider's name in `explain`.
    pub(super) provider: String,
    pub(super) why: String,
    pub(super) entity: Option<EntityRole>,
    /// Weights of a short list, where the spec gives them.
    pub(super) weights: Option<Vec<u64>>,
    /// Whether the list is entered in order: keys that count up.
    pub(super) sequential: bool,
}

impl Listing {
    pub(super) fn new(sampler: impl Sampler + 'static, provider: &str, why: impl Into<String>) -> Self {
        Self {
            sampler: Arc::new(sampler),
            provider: provider.to_owned(),
            why: why.into(),
            entity: None,
            weights: None,
            sequential: false,
        }
    }
}

impl TableBuilder<'_> {
    /// The list of a free column. `distinct`: the column alone must give so many different values, if it can.
    pub(super) fn listing(&mut self, column: ColumnIdx, distinct: Option<u64>) -> Option<Listing> {
        if let Some(listing) = self.listing_from_spec(column) {
            return Some(listing);
        }
        let facts = &self.facts[column];
        let domain = facts.domain.clone();
        let base = facts.base;
        if let Some(values) = &domain.allowed {
            let values: Vec<Value> = values.iter().filter(|v| self.admits(column, v)).cloned().collect();
            return self.choice(column, &values).map(|c| Listing::new(c, "list", "a CHECK lists the values"));
        }
        if let Some(listing) = self.listing_of_labels(column, base) {
            return Some(listing);
        }
        if let Some(listing) = self.documents(column) {
            return Some(listing);
        }
        if domain.text.json
            && (base.is_text() || matches!(base, SqlType::Json { .. }) && domain.json_type.is_some())
        {
            let key = self.key(column, "list");
            let list =
                LiteralList::new(self.planner.schema, &SqlType::Json { binary: false }, key)?.within(&domain);
            return Some(Listing::new(list, "json", "a CHECK asks for JSON"));
        }
        if domain.text.plain && domain.text.patterns.is_empty() && base.is_text() {
            let code = Coded::new(
                self.key(column, "code"),
                None,
                self.distinct_chars(column).min(12),
                distinct.unwrap_or(1),
                domain.text.upper,
            );
            let mut listing =
                Listing::new(code, "code", "its form could not be read, so plain letters and digits");
            listing.sequential = distinct.is_some();
            return Some(listing);
        }
        let counted = self.counted(column, distinct);
        if counted.as_ref().is_some_and(|l| l.sequential) {
            return counted;
        }
        // Providers need not know what is forbidden, and a key is never drawn again.
        let unaware = counted.is_some() && self.is_keyed(column) && !domain.forbidden.is_empty();
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
            && semantics(self.planner.schema.dialect).storage.char_padding == CharPadding::Counts;
        let whole = max_chars.filter(|_| padded).and_then(|n| PatternList::all(patterns, n, max_chars).ok());
        match whole.map_or_else(|| PatternList::all(patterns, min_chars, max_chars), Ok) {
            _ if chosen.as_ref().is_some_and(|c| matches_all(&*c.sampler, &domain.text.patterns)) => chosen,
            Ok(list) => {
                let listing = Listing::new(PatternText { list }, "pattern", "a CHECK gives the pattern");
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
        let sieve = Sieved::new(self.key(column, "sieve"), listing.sampler, rows);
        let name = &self.relation.table[column].name;
        let note = format!("a sieve of distinct values of `{name}`: {} bytes", sieve.bytes());
        if !self.memory.contains(&note) {
            self.memory.push(note);
        }
        let mut listing = Listing::new(sieve, &listing.provider, listing.why);
        listing.sequential = true;
        listing
    }

    /// Whether a value is in the column's domain and not taken in the target.
    pub(super) fn admits(&self, column: ColumnIdx, value: &Value) -> bool {
        self.allows(column, value) && !self.is_taken(column, value)
    }

    /// Whether a value is in the column's domain: listed if there is a list, within bounds, not forbidden.
    pub(super) fn allows(&self, column: ColumnIdx, value: &Value) -> bool {
        let facts = &self.facts[column];
        let domain = &facts.domain;
        let within = |units: Units| match (units.floor(value), units.range(domain, true)) {
            (Some((n, _)), Some((low, high))) => {
                (domain.low.is_none() || n >= low) && (domain.high.is_none() || n <= high)
            }
            // Bounds that leave nothing.
            (Some(_), None) => false,
            (None, _) => true,
        };
        let bounded = domain.low.is_some() || domain.high.is_some();
        domain.allowed.as_ref().is_none_or(|a| a.iter().any(|v| same(v, value)))
            && !domain.forbidden.iter().any(|f| same(f, value))
            && (!bounded || Units::of(facts.base, self.planner.schema.dialect).is_none_or(within))
    }

    fn is_taken(&self, column: ColumnIdx, value: &Value) -> bool {
        let taken =
            self.planner.request.existing.tables.get(&self.relation.id).and_then(|t| t.taken.get(&column));
        let text = match value {
            Value::Text(t) => t.clone(),
            Value::Integer(n) => n.to_string(),
            _ => return false,
        };
        taken.is_some_and(|t| t.contains(&text))
    }

    fn buffer(&self, column: ColumnIdx) -> ColumnBuffer {
        empty_buffer(&arrow_type(self.planner.schema, &self.relation.table[column].ty))
    }

    /// A list of constants; `None` if none of them is a value of the column.
    fn choice(&self, column: ColumnIdx, values: &[Value]) -> Option<Choice> {
        let mut buffer = self.buffer(column);
        let base = self.facts[column].base;
        for value in values {
            push_value(&mut buffer, value, base, self.planner.schema);
        }
        (!buffer.is_empty()).then(|| Choice::new(buffer))
    }

    fn labels(&self, column: ColumnIdx, labels: &[String], why: &str) -> Option<Listing> {
        let values: Vec<Value> =
            labels.iter().map(|l| Value::Text(l.clone())).filter(|v| self.admits(column, v)).collect();
        self.choice(column, &values).map(|c| Listing::new(c, "enum", why))
    }

    fn listing_of_labels(&self, column: ColumnIdx, base: &SqlType) -> Option<Listing> {
        match base {
            SqlType::Boolean => self
                .choice(column, &[Value::Boolean(false), Value::Boolean(true)])
                .map(|c| Listing::new(c, "boolean", "by its type")),
            SqlType::Enum(id) => {
                self.labels(column, &self.planner.schema[*id].labels, "the labels of its enum type")
            }
            SqlType::InlineEnum(labels) => self.labels(column, labels, "the labels of its ENUM"),
            _ => None,
        }
    }

    /// Mixes a constant default into a list that only the type has chosen. A default that CHECKs may speak of is left
    /// out: it need not satisfy them.
    fn with_default(&self, column: ColumnIdx, listing: Listing) -> Listing {
        let facts = &self.facts[column];
        let unchecked = !self.relation.checks.iter().any(|c| c.expr.columns().contains(&column))
            && self.planner.schema.domains_of(&self.relation.table[column].ty).is_empty()
            && !self.is_keyed(column)
            && self.spec_of(column).is_none_or(|s| s.range.is_none());
        let narrow = Narrowing::new(Subject::Column(column), facts.base, &self.cx())
            .constant_of(self.relation.table[column].default.as_ref());
        let (Some(value), true) = (narrow, unchecked && !listing.sequential) else { return listing };
        let mut cell = self.buffer(column);
        let fits = match (&value, facts.domain.text.max_chars) {
            (Value::Text(t), Some(most)) => t.chars().count() <= most as usize,
            _ => true,
        };
        if !fits || !push_value(&mut cell, &value, facts.base, self.planner.schema) {
            return listing;
        }
        let why = format!("{}; every other row takes its default", listing.why);
        Listing { sampler: Arc::new(WithDefault::new(cell, listing.sampler)), why, ..listing }
    }

    /// What the catalog makes of the column's name.
    fn inferred(&mut self, column: ColumnIdx, distinct: bool) -> Option<Listing> {
        let c = &self.relation.table[column];
        if c.numbering.is_some() {
            return None;
        }
        let inference = self.planner.catalog.infer(self.planner.schema, self.relation.table, column)?;
        let sampler = self.bind(column, &*inference.provider, distinct).ok()?;
        if matches!(sampler.cardinality(), Cardinality::Exact(0)) {
            return None;
        }
        Some(Listing {
            sampler,
            provider: inference.provider.name().to_owned(),
            why: inference.reason,
            entity: inference.entity,
            weights: None,
            sequential: false,
        })
    }

    fn bind(
        &self,
        column: ColumnIdx,
        provider: &dyn crate::Provider,
        distinct: bool,
    ) -> Result<Arc<dyn Sampler>, crate::BindError> {
        let facts = &self.facts[column];
        provider.bind(&Binding {
            schema: self.planner.schema,
            table: self.relation.table,
            column: &self.relation.table[column],
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
        let own = matches!(listing.provider.as_str(), "list" | "enum" | "pattern" | "code" | "json");
        if shaped && !own && facts.base.is_text() && self.needs_fitting(&listing, &facts.domain) {
            listing.sampler = Arc::new(Fitted::new(listing.sampler, text.clone()));
        }
        listing
    }

    /// How many ordinals of a list come up.
    fn numbered(&self, listing: &Listing) -> u64 {
        if listing.entity.is_some() { self.planner.entity_len(self.rows) } else { u64::MAX }
    }

    fn needs_fitting(&self, listing: &Listing, domain: &ValueDomain) -> bool {
        let text = &domain.text;
        text.lower
            || text.upper
            || !fits(&*listing.sampler, self.numbered(listing), text, text.max_chars.unwrap_or(u32::MAX))
    }

    /// The list of a type that nothing more is known of.
    fn by_type(&mut self, column: ColumnIdx) -> Option<Listing> {
        let facts = &self.facts[column];
        let key = self.key(column, "list");
        let room = facts.domain.text.max_chars.unwrap_or(40);
        Some(match facts.base {
            ty if ty.is_text() && room < 8 => {
                let mut domain_code =
                    Coded::new(key, None, room.max(1), 36_u64.pow(room.clamp(1, 6)), facts.domain.text.upper);
                domain_code = domain_code.separated_by('-');
                Listing::new(domain_code, "code", "text too short for words")
            }
            ty if ty.is_text() || *ty == SqlType::Any => {
                Listing::new(Syllables { key, words: if room < 20 { 1 } else { 2 } }, "words", "by its type")
            }
            SqlType::Uuid => Listing::new(UuidList { key }, "uuid", "by its type"),
            SqlType::Binary { length } => {
                Listing::new(BinaryList { key, len: length.unwrap_or(1).max(1) }, "bytes", "by its type")
            }
            SqlType::Varbinary { .. } | SqlType::Blob { .. } => {
                let text = &facts.domain.text;
                let most = text
                    .max_bytes
                    .map_or(u32::MAX, |n| u32::try_from(n).unwrap_or(u32::MAX))
                    .min(text.max_chars.unwrap_or(u32::MAX));
                Listing::new(
                    BinaryList { key, len: 16.clamp(text.min_chars.max(1), most.max(1).max(text.min_chars)) },
                    "bytes",
                    "by its type",
                )
            }
            // Numbers and dates that reach this have an empty range: nothing to fall back on.
            _ if !matches!(self.buffer(column), ColumnBuffer::Text(_)) => return None,
            ty => {
                let list = LiteralList::new(self.planner.schema, ty, key)?.within(&facts.domain);
                Listing::new(list, "literal", "by its type")
            }
        })
    }

    /// A list that gives `rows` different values if any can.
    fn distinct(
        &mut self,
        column: ColumnIdx,
        rows: u64,
        inferred: Option<Listing>,
        counted: Option<Listing>,
    ) -> Option<Listing> {
        let facts = &self.facts[column];
        let text = facts.domain.text.clone();
        let most = self.distinct_chars(column);
        let is_text = facts.base.is_text() || *facts.base == SqlType::Any;
        let by_type = if counted.is_none() { self.by_type(column) } else { None };
        let entity_len = self.planner.entity_len(rows);
        let serves = |l: &Listing| {
            l.sampler.is_injective()
                && l.sampler.cardinality().holds(if l.entity.is_some() { entity_len.max(rows) } else { rows })
                && (!is_text
                    || (fits(&*l.sampler, self.numbered(l), &text, most) && !text.lower && !text.upper))
        };
        if let Some(listing) = inferred.iter().chain(&counted).chain(&by_type).find(|l| serves(l)) {
            return Some(listing.clone());
        }
        if is_text {
            let key = self.key(column, "code");
            let base = inferred.as_ref().or(by_type.as_ref());
            let dashed = base.is_some_and(|l| !has_spaces(&*l.sampler));
            let mut code = Coded::new(
                key,
                base.map(|l| Arc::clone(&l.sampler)),
                most.min(255),
                rows.max(text.min_chars.into()),
                text.upper,
            );
            if dashed {
                code = code.separated_by('-');
            }
            let charset = self.relation.table[column].charset.as_deref();
            if text.max_bytes.is_none() && charset.is_none_or(|c| c.starts_with("utf")) {
                code = code.holding(self.key(column, "code"), rows);
            }
            let named = base.map_or("code", |l| l.provider.as_str());
            let provider = if named == "code" { "code".to_owned() } else { format!("{named} + code") };
            let mut listing = Listing::new(code, &provider, "values must differ, so each carries a code");
            listing.sequential = true;
            // A code is lower case already, so folding the rest keeps values distinct; so does padding them.
            if text.lower || (text.min_chars > 0 && !fits(&*listing.sampler, u64::MAX, &text, u32::MAX)) {
                listing.sampler = Arc::new(Fitted::around_code(listing.sampler, text.lower, text.min_chars));
            }
            return Some(listing);
        }
        // What holds the most, for the capacity to be told.
        counted
            .into_iter()
            .chain(by_type)
            .chain(inferred)
            .max_by_key(|l| (l.sampler.is_injective(), l.sampler.cardinality()))
    }

    /// How many characters take part in telling values of a key column apart.
    fn distinct_chars(&self, column: ColumnIdx) -> u32 {
        let text = &self.facts[column].domain.text;
        let parts = self.relation.keys.iter().flat_map(|k| &k.parts);
        let prefixes = parts.filter(|p| p.term == KeyTerm::Column(column)).filter_map(|p| p.prefix_length);
        let bytes = text.max_bytes.map_or(u32::MAX, |n| u32::try_from(n).unwrap_or(u32::MAX));
        text.max_chars.unwrap_or(u32::MAX).min(bytes).min(prefixes.min().unwrap_or(u32::MAX)).max(1)
    }

    /// What the spec asks of the column.
    fn listing_from_spec(&mut self, column: ColumnIdx) -> Option<Listing> {
        let spec = self.spec_of(column)?.clone();
        if let Some(values) = &spec.values {
            let base = self.facts[column].base;
            let (values, weights): (Vec<Value>, Vec<u64>) =
                values.iter().map(|v| constant(v, base, self.planner.schema)).unzip();
            let mut listing =
                self.choice(column, &values).map(|c| Listing::new(c, "list", "the spec lists the values"))?;
            listing.weights = Some(weights);
            return Some(listing);
        }
        if let Some(name) = &spec.provider {
            let provider = self.planner.catalog.provider(name)?;
            let sampler = match self.bind(column, &*provider, false) {
                Ok(sampler) => sampler,
                Err(error) => {
                    let error = self.bad_spec(column, error.to_string());
                    self.errors.push(error);
                    return None;
                }
            };
            let mut listing = Listing::new(
                Syllables { key: self.key(column, "list"), words: 1 },
                name,
                "the spec asks for it",
            );
            listing.sampler = sampler;
            return Some(listing);
        }
        None
    }

    /// The law of a column that is in no key.
    pub(super) fn free_law(&self, column: ColumnIdx, listing: &Listing) -> Law {
        let key = self.key(column, "law");
        match (listing.sampler.cardinality(), &listing.weights) {
            (_, Some(weights)) => Law::Stratified(Stratified::new(key, &quotas(weights))),
            (Cardinality::Exact(len), None) if len <= SHORT => {
                Law::Stratified(Stratified::new(key, &vec![(SHORT / len.max(1)).max(1); len as usize]))
            }
            (Cardinality::Exact(_), None) if listing.sequential => Law::Sequence,
            (Cardinality::Exact(len), None) => Law::Hashed { key, len },
            (Cardinality::Huge, None) => Law::Huge(key),
        }
    }
}

/// Lists up to this long get exact shares, so that no short column comes out constant.
const SHORT: u64 = 60;

/// Weights as quotas of a block of at least 60 and at most some thousand rows.
fn quotas(weights: &[u64]) -> Vec<u64> {
    let sum: u64 = weights.iter().sum::<u64>().max(1);
    let times = SHORT.div_ceil(sum).max(1);
    weights.iter().map(|w| w * times).collect()
}

/// A spec's value as a constant of the column's type, and its weight.
pub(super) fn constant(value: &WeightedValue, base: &SqlType, schema: &Schema) -> (Value, u64) {
    let text = |t: &str| parse_value(t, base, schema).unwrap_or_else(|_| Value::Text(t.to_owned()));
    match value {
        WeightedValue::Text(t) => (text(t), 1),
        WeightedValue::Integer(n) => (Value::Integer((*n).into()), 1),
        WeightedValue::Float(f) => (text(&f.to_string()), 1),
        WeightedValue::Boolean(b) => (Value::Boolean(*b), 1),
        WeightedValue::Weighted { value, weight } => (constant(value, base, schema).0, u64::from(*weight)),
    }
}
