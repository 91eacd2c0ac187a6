//! Lists that give a key column as many different values as there are rows.
//!
//! A unique column needs an injective list: a bijective law over it never repeats a value. Names and words come again
//! and again, so text gets a code of its row's number; the code is part of the list, and so no value has to be
//! remembered.

use super::Lists;
use super::sample::{fits, has_spaces};
use crate::listing::Listing;
use seedbed_datagen_core::Sampler;
use seedbed_rows::explain::{ListKind, ListSource};
use seedbed_rows::list::{Coded, Fitted};
use seedbed_schema_model::{ColumnIdx, KeyTerm, SqlType};
use seedbed_solver::TextDomain;
use std::sync::Arc;

/// Most characters of a text that carries a code.
const LONGEST: u32 = 255;

impl Lists<'_, '_> {
    /// A list that gives `rows` different values if any can.
    ///
    /// The first that does of what the catalog has `inferred`, the numbers `counted`, and what the type gives. Text is
    /// made to differ by a code after it. Of other types the list that holds the most stands, for the key to tell how
    /// many rows that is.
    pub(super) fn distinct(
        &mut self,
        column: ColumnIdx,
        rows: u64,
        inferred: Option<Listing>,
        counted: Option<Listing>,
    ) -> Option<Listing> {
        let by_type = if counted.is_none() { self.by_type(column, Some(rows)) } else { None };
        let mut offered = inferred.iter().chain(&counted).chain(&by_type);
        if let Some(listing) = offered.find(|l| self.gives_distinct(column, rows, l)) {
            return Some(listing.clone());
        }
        if self.is_text(column) {
            return Some(self.with_code(column, rows, inferred.or(by_type)));
        }
        counted
            .into_iter()
            .chain(by_type)
            .chain(inferred)
            .max_by_key(|l| (l.sampler.is_injective(), l.sampler.cardinality()))
    }

    /// Whether a list gives `rows` different values that all fit the column as they are: shaping them could make some
    /// equal.
    fn gives_distinct(&self, column: ColumnIdx, rows: u64, listing: &Listing) -> bool {
        let text = &self.facts[column].domain.text;
        let entities = self.cx.planning.entity_len(rows);
        let needed = if listing.entity.is_some() { entities.max(rows) } else { rows };
        let as_they_are = || {
            let most = self.distinct_chars(column);
            !text.lower && !text.upper && fits(&*listing.sampler, self.numbered(listing), text, most)
        };
        listing.sampler.is_injective()
            && listing.sampler.cardinality().holds(needed)
            && (!self.is_text(column) || as_they_are())
    }

    /// Whether values are text, as those of a column of any type are made to be.
    fn is_text(&self, column: ColumnIdx) -> bool {
        let base = self.facts[column].base;
        base.is_text() || *base == SqlType::Any
    }

    /// Text that carries a code of the row's number, after the values of `base` where there is room for them.
    pub(super) fn with_code(&self, column: ColumnIdx, rows: u64, base: Option<Listing>) -> Listing {
        let text = &self.facts[column].domain.text;
        let kind = match base.as_ref().map(|l| &l.kind) {
            None | Some(ListKind::Code) => ListKind::Code,
            Some(kind) => ListKind::WithCode(Box::new(kind.clone())),
        };
        let mut listing = Listing::new(self.code(column, rows, base), kind, ListSource::MustDiffer);
        listing.sequential = true;
        // A code is lower case already, so folding the rest keeps values distinct; so does padding them.
        if text.lower || (text.min_chars > 0 && !fits(&*listing.sampler, u64::MAX, text, u32::MAX)) {
            listing.sampler = Arc::new(Fitted::around_code(listing.sampler, text.lower, text.min_chars));
        }
        listing
    }

    /// The codes themselves: set off by a dash after identifiers, and with the digits that `rows` of them need.
    fn code(&self, column: ColumnIdx, rows: u64, base: Option<Listing>) -> Coded {
        let text = &self.facts[column].domain.text;
        let key = self.cx.key(column, "code");
        let dashed = base.as_ref().is_some_and(|l| !has_spaces(&*l.sampler));
        let base = base.map(|l| l.sampler).map(|sampler| if text.upper { upper(sampler) } else { sampler });
        let chars = self.distinct_chars(column).min(LONGEST);
        let mut code = Coded::new(key, base, chars, rows.max(text.min_chars.into()), text.upper);
        if dashed {
            code = code.separated_by('-');
        }
        let charset = self.cx.table()[column].charset.as_deref();
        if text.max_bytes.is_none() && charset.is_none_or(|c| c.starts_with("utf")) {
            code = code.holding(self.cx.key(column, "code"), rows);
        }
        code
    }

    /// How many characters take part in telling values of a key column apart: those that the column holds, or fewer
    /// where a key compares a prefix of it (MySQL's `KEY (name(10))`). At least 1.
    pub(super) fn distinct_chars(&self, column: ColumnIdx) -> u32 {
        let text = &self.facts[column].domain.text;
        let parts = self.cx.constraints.keys.iter().flat_map(|k| &k.parts);
        let prefixes = parts.filter(|p| p.term == KeyTerm::Column(column)).filter_map(|p| p.prefix_length);
        let bytes = text.max_bytes.map_or(u32::MAX, |n| u32::try_from(n).unwrap_or(u32::MAX));
        text.max_chars.unwrap_or(u32::MAX).min(bytes).min(prefixes.min().unwrap_or(u32::MAX)).max(1)
    }
}

/// The same text in upper case.
fn upper(sampler: Arc<dyn Sampler>) -> Arc<dyn Sampler> {
    Arc::new(Fitted::new(sampler, TextDomain { upper: true, ..TextDomain::default() }))
}
