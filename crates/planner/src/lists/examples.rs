//! Lists of examples: values as the spec shows them, and texts put together anew of their words.
//!
//! The examples that fit the column come first, as they are. Of texts more are made, where rows want more, of the head
//! words of one and the tail words of another; a text that the column takes for one that is there already is left out.
//! What a column that must differ still lacks, a code after the text gives, as for every list.

use super::Lists;
use super::form::Form;
use crate::facts::TableProperties;
use crate::listing::Listing;
use crate::table_context::TableContext;
use crate::wish_check::is_label;
use seedbed_rows::explain::{ListKind, ListSource};
use seedbed_rows::push_value;
use seedbed_schema_model::{ColumnIdx, SqlType};
use seedbed_sql_values::{Value, folding, parse_value};
use std::collections::HashSet;

/// Most texts of a list: those are kept in memory.
const MOST: usize = 1 << 16;

/// What a CHECK of `json_valid` wants.
const JSON: &SqlType = &SqlType::Json { binary: false };

/// Most pairs that are tried for them.
const TRIES: usize = 1 << 19;

impl Lists<'_, '_> {
    /// The list of a column of which the spec shows examples; `None` if none of them fits.
    pub(super) fn listing_of_examples(
        &mut self,
        column: ColumnIdx,
        examples: &[String],
        distinct: Option<u64>,
    ) -> Option<Listing> {
        let fitting = Fitting::new(self.cx, self.facts, column);
        let shown = fitting.of(examples);
        let source = ListSource::SpecExamples { left_out: examples.len() - shown.len() };
        let Shown::Texts(texts) = &shown else {
            let choice = self.choice(column, shown.values())?;
            return Some(Listing::new(choice, ListKind::Examples, source));
        };
        let existing = self.cx.planning.existing_rows(self.cx.id());
        let wanted = distinct.map_or(self.cx.rows, |rows| rows.saturating_add(existing));
        let prefix = distinct.map_or(usize::MAX, |_| self.distinct_chars(column) as usize);
        let list = fitting.recombined(texts, usize::try_from(wanted).unwrap_or(MOST).min(MOST), prefix);
        let values: Vec<Value> = list.iter().cloned().map(Value::Text).collect();
        let mut listing = Listing::new(self.choice(column, &values)?, ListKind::Examples, source);
        match distinct {
            // In order, so that the examples come first, and values stay as they are when a table grows.
            Some(_) if values.len() as u64 >= wanted => listing.sequential = true,
            Some(rows) => {
                let reason = listing.reason.clone();
                return Some(Listing { reason, ..self.with_code(column, rows, Some(listing)) });
            }
            None => listing.weights = weights(texts.len(), values.len()),
        }
        Some(listing)
    }
}

/// Half of the rows show the examples as they are, where others are made of them.
fn weights(shown: usize, all: usize) -> Option<Vec<u64>> {
    let made = all.checked_sub(shown).filter(|made| *made > 0)?;
    let each = (made / shown.max(1)).max(1) as u64;
    Some((0..all).map(|i| if i < shown { each } else { 1 }).collect())
}

/// Whether any example fits the column.
pub(crate) fn any_fits(
    cx: TableContext<'_>,
    facts: &TableProperties<'_>,
    column: ColumnIdx,
    examples: &[String],
) -> bool {
    Fitting::new(cx, facts, column).of(examples).len() > 0
}

/// The examples that fit, each once.
enum Shown {
    /// Of a column that holds text.
    Texts(Vec<String>),
    /// Of any other, read as literals.
    Values(Vec<Value>),
}

impl Shown {
    fn len(&self) -> usize {
        match self {
            Self::Texts(texts) => texts.len(),
            Self::Values(values) => values.len(),
        }
    }

    fn values(&self) -> &[Value] {
        match self {
            Self::Texts(_) => &[],
            Self::Values(values) => values,
        }
    }
}

/// What fits a column: its type, its lengths, and the CHECKs that its domain holds.
struct Fitting<'s, 'a> {
    cx: TableContext<'a>,
    facts: &'s TableProperties<'a>,
    column: ColumnIdx,
    forms: Vec<Form<'s>>,
    /// Whether it holds text.
    is_text: bool,
}

impl<'s, 'a> Fitting<'s, 'a> {
    fn new(cx: TableContext<'a>, facts: &'s TableProperties<'a>, column: ColumnIdx) -> Self {
        let forms = facts[column].domain.text.patterns.iter().filter_map(|p| Form::of(p)).collect();
        let base = facts[column].base;
        Self { cx, facts, column, forms, is_text: base.is_text() || *base == SqlType::Any }
    }

    fn of(&self, examples: &[String]) -> Shown {
        if self.is_text {
            let mut seen = HashSet::new();
            let fits = |e: &&String| self.fits_text(e) && seen.insert(self.folded(e, usize::MAX));
            return Shown::Texts(examples.iter().filter(fits).cloned().collect());
        }
        let (schema, base) = (self.cx.schema(), self.facts[self.column].base);
        let mut values: Vec<Value> = Vec::new();
        for example in examples {
            let Ok(value) = parse_value(example, base, schema) else { continue };
            let fits = push_value(&mut self.cx.buffer(self.column), &value, base, schema)
                && self.facts.admits(&self.cx, self.column, &value)
                && is_label(self.cx, base, &value);
            if fits && !values.contains(&value) {
                values.push(value);
            }
        }
        Shown::Values(values)
    }

    fn fits_text(&self, text: &str) -> bool {
        let domain = &self.facts[self.column].domain.text;
        let chars = text.chars().count();
        !text.chars().any(char::is_control)
            && chars >= domain.min_chars as usize
            && domain.max_chars.is_none_or(|most| chars <= most as usize)
            && domain.max_bytes.is_none_or(|most| text.len() as u64 <= most)
            && !(domain.lower && text.chars().any(char::is_uppercase))
            && !(domain.upper && text.chars().any(char::is_lowercase))
            && (!domain.trimmed || text.trim() == text)
            && self.forms.iter().all(|form| form.is_of(text))
            && (!domain.json || parse_value(text, JSON, self.cx.schema()).is_ok())
            && self.facts.admits(&self.cx, self.column, &Value::Text(text.to_owned()))
    }

    /// A text as the column compares it, as far as its keys do.
    fn folded(&self, text: &str, prefix: usize) -> String {
        let column = self.cx.column(self.column);
        let folding =
            folding(column.collation.as_deref(), self.cx.schema().dialect, self.facts[self.column].base);
        let compared: String = text.chars().take(prefix).collect();
        folding.fold(&compared).into_owned()
    }

    /// At least the examples themselves, and as many more as are wanted and can be made of them.
    fn recombined(&self, examples: &[String], wanted: usize, prefix: usize) -> Vec<String> {
        let mut seen = HashSet::new();
        let mut list: Vec<String> =
            examples.iter().filter(|e| seen.insert(self.folded(e, prefix))).cloned().collect();
        for text in pairs(examples).take(TRIES) {
            if list.len() >= wanted {
                break;
            }
            if self.fits_text(&text) && seen.insert(self.folded(&text, prefix)) {
                list.push(text);
            }
        }
        list
    }
}

/// Head words of one example before tail words of another, in an order that shows all of them soon: cut in the middle
/// first, then beside it.
fn pairs(examples: &[String]) -> impl Iterator<Item = String> {
    let words: Vec<Vec<&str>> = examples.iter().map(|e| e.split_whitespace().collect()).collect();
    let len = words.len();
    let ways = [(0, 0), (1, 1), (0, 1), (1, 0)].into_iter();
    let places = ways.flat_map(move |cut| {
        (1..len).flat_map(move |apart| (0..len).map(move |i| (cut, i, (i + apart) % len)))
    });
    places.filter_map(move |((head, tail), i, j)| {
        let (head, tail) = (*cuts(words[i].len()).get(head)?, *cuts(words[j].len()).get(tail)?);
        let joined: Vec<&str> = words[i][..head].iter().chain(&words[j][tail..]).copied().collect();
        Some(joined.join(" "))
    })
}

/// Where so many words may be cut, the middle first.
fn cuts(words: usize) -> Vec<usize> {
    match words {
        0 | 1 => Vec::new(),
        2 => vec![1],
        n => vec![n.div_ceil(2), n - n.div_ceil(2)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_take_the_head_of_one_and_the_tail_of_another() {
        let examples = ["The Frozen Fjord", "Silence in Malmö", "Snow"].map(str::to_owned);
        let made: Vec<String> = pairs(&examples).collect();
        assert_eq!(made[..2], ["The Frozen Malmö", "Silence in Fjord"]);
        assert!(made.contains(&"The in Malmö".to_owned()), "{made:?}");
        assert!(made.iter().all(|text| !text.contains("Snow")), "a single word is left whole");
    }

    #[test]
    fn half_of_the_rows_show_the_examples_themselves() {
        assert_eq!(weights(2, 6), Some(vec![2, 2, 1, 1, 1, 1]));
        assert_eq!(weights(2, 2), None);
    }
}
