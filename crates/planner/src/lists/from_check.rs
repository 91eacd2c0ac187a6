//! Lists that CHECKs ask for: their values, JSON, patterns, and a plain code where the form can't be read.

use super::Lists;
use super::sample::matches_all;
use crate::listing::Listing;
use seedbed_rows::explain::{ListKind, ListSource, MemoryUse};
use seedbed_rows::list::{Coded, LiteralList, PatternText, Sieved};
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_solver::PatternList;
use seedbed_sql_values::{CharPadding, Value, representation};

/// Most characters of a code that stands for a form which can't be read.
const CODE_CHARS: u32 = 12;

impl Lists<'_, '_> {
    /// Of the values that the column's CHECKs list, those that it may hold and the target doesn't; `None` if no value
    /// is left.
    pub(super) fn listed_by_check(&self, column: ColumnIdx, values: &[Value]) -> Option<Listing> {
        let admitted: Vec<Value> = self.facts.admitted(&self.cx, column, values).cloned().collect();
        let source = match &self.facts[column].demanded_by {
            Some(children) => ListSource::Demanded(children.clone()),
            None => ListSource::CheckValues,
        };
        self.choice(column, &admitted).map(|c| Listing::new(c, ListKind::Values, source))
    }

    /// Whether CHECKs ask for JSON: of text, by `json_valid`; of a JSON column, by what the document is at its top.
    pub(super) fn must_be_json(&self, column: ColumnIdx) -> bool {
        let facts = &self.facts[column];
        let of_json = matches!(facts.base, SqlType::Json { .. }) && facts.domain.json_type.is_some();
        facts.domain.text.json && (facts.base.is_text() || of_json)
    }

    /// JSON documents of the kind and length that the domain asks for.
    pub(super) fn json(&self, column: ColumnIdx) -> Option<Listing> {
        let key = self.cx.key(column, "list");
        let documents = LiteralList::new(self.cx.schema(), &SqlType::Json { binary: false }, key)?;
        let list = documents.within(&self.facts[column].domain);
        Some(Listing::new(list, ListKind::Json, ListSource::CheckJson))
    }

    /// Whether some CHECK asks for a form that can't be read, and none for one that can.
    pub(super) fn has_unread_form(&self, column: ColumnIdx) -> bool {
        let facts = &self.facts[column];
        facts.domain.text.plain && facts.domain.text.patterns.is_empty() && facts.base.is_text()
    }

    /// Letters and digits, likeliest to meet a form that can't be read; `distinct` of them if the column has to differ.
    pub(super) fn plain_code(&self, column: ColumnIdx, distinct: Option<u64>) -> Listing {
        let key = self.cx.key(column, "code");
        let chars = self.distinct_chars(column).min(CODE_CHARS);
        let upper = self.facts[column].domain.text.upper;
        let code = Coded::new(key, None, chars, distinct.unwrap_or(1), upper);
        let mut listing = Listing::new(code, ListKind::Code, ListSource::CheckUnread);
        listing.sequential = distinct.is_some();
        listing
    }

    /// The list of a text column with patterns, beside `chosen`, which its name or type has given.
    ///
    /// A realistic list that meets the patterns by its own form is better than strings that merely match them. Those
    /// are numbered by the most selective pattern, within the column's lengths ([`PatternList::all`]). Where none
    /// exists or no pattern can be read so, `chosen` stays, for the rows to be tested.
    pub(super) fn matching(
        &mut self,
        column: ColumnIdx,
        distinct: Option<u64>,
        chosen: Option<Listing>,
    ) -> Option<Listing> {
        let chosen = chosen.map(|listing| self.fitted(column, listing));
        let patterns = &self.facts[column].domain.text.patterns;
        if chosen.as_ref().is_some_and(|c| matches_all(&*c.sampler, patterns)) {
            return chosen;
        }
        let Some(list) = self.strings(column) else { return chosen };
        let listing = Listing::new(PatternText { list }, ListKind::Pattern, ListSource::CheckPattern);
        Some(match distinct.filter(|_| !listing.sampler.is_injective()) {
            Some(rows) => self.without_repeats(column, listing, rows),
            None => listing,
        })
    }

    /// The strings of the most selective of the column's patterns.
    fn strings(&self, column: ColumnIdx) -> Option<PatternList> {
        let facts = &self.facts[column];
        let text = &facts.domain.text;
        let mut patterns = text.patterns.clone();
        patterns.extend(text.lower.then(|| "^[^A-Z]*$".to_owned()));
        patterns.extend(text.upper.then(|| "^[^a-z]*$".to_owned()));
        patterns.extend(text.trimmed.then(|| r"(?s)^(\S(.*\S)?)?$".to_owned()));
        // Where char(n) is matched with its padding, a whole match fills the column.
        let padded = matches!(facts.base, SqlType::Char { .. })
            && representation(self.cx.schema().dialect).storage.char_padding == CharPadding::Counts;
        let whole = text.max_chars.filter(|_| padded);
        whole
            .and_then(|n| PatternList::all(&patterns, n, text.max_chars).ok())
            .or_else(|| PatternList::all(&patterns, text.min_chars, text.max_chars).ok())
    }

    /// A list whose ordinals repeat values, reduced to those that don't: a sieve of `rows` values, kept in memory.
    fn without_repeats(&mut self, column: ColumnIdx, listing: Listing, rows: u64) -> Listing {
        let sieve = Sieved::new(self.cx.key(column, "sieve"), listing.sampler, rows);
        let note = MemoryUse::DistinctValues { column, bytes: sieve.bytes() };
        if !self.found.memory.contains(&note) {
            self.found.memory.push(note);
        }
        let mut listing = Listing::new(sieve, listing.kind, listing.reason);
        listing.sequential = true;
        listing
    }
}
