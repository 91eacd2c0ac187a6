//! Lists that give a key column as many different values as there are rows.

use super::Lists;
use super::sample::{fits, has_spaces};
use crate::listing::Listing;
use seedbed_rows::explain::{ListKind, ListSource};
use seedbed_rows::list::{Coded, Fitted};
use seedbed_schema_model::{ColumnIdx, KeyTerm, SqlType};
use std::sync::Arc;

impl Lists<'_, '_> {
    /// A list that gives `rows` different values if any can.
    pub(super) fn distinct(
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
        let entity_len = self.cx.planning.entity_len(rows);
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
            let key = self.cx.key(column, "code");
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
            let charset = self.cx.table()[column].charset.as_deref();
            if text.max_bytes.is_none() && charset.is_none_or(|c| c.starts_with("utf")) {
                code = code.holding(self.cx.key(column, "code"), rows);
            }
            let kind = match base.map(|l| &l.kind) {
                None | Some(ListKind::Code) => ListKind::Code,
                Some(kind) => ListKind::WithCode(Box::new(kind.clone())),
            };
            let mut listing = Listing::new(code, kind, ListSource::MustDiffer);
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
    pub(super) fn distinct_chars(&self, column: ColumnIdx) -> u32 {
        let text = &self.facts[column].domain.text;
        let parts = self.cx.constraints.keys.iter().flat_map(|k| &k.parts);
        let prefixes = parts.filter(|p| p.term == KeyTerm::Column(column)).filter_map(|p| p.prefix_length);
        let bytes = text.max_bytes.map_or(u32::MAX, |n| u32::try_from(n).unwrap_or(u32::MAX));
        text.max_chars.unwrap_or(u32::MAX).min(bytes).min(prefixes.min().unwrap_or(u32::MAX)).max(1)
    }
}
