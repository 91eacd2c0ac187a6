//! Literals, lists of them, and SQL, whose end alone is looked for.

use super::cursor::{Cursor, Parsed};
use super::error::TextError;
use super::lexer::Kind;
use crate::{Literal, LiteralRange, Source, WeightedLiteral};

/// What ends a list of values or SQL, beside the end of the edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// A canonical edit: `where`, `for 20% of rows`, and a comma after literals.
    Edit,
    /// The condition of `remove` or its like: `cascade` and `with referrers` at the end, too.
    Removal,
    /// Plain wording: `and`, too.
    Wording,
}

impl Cursor<'_> {
    /// A literal, if one stands here.
    pub(super) fn literal(&mut self) -> Option<Literal> {
        let start = self.at;
        let minus = self.minus();
        let token = self.peek()?;
        let written = self.written(token);
        let literal = match &token.kind {
            Kind::Number => number(minus, written),
            Kind::Text(text) => Literal::Text(text.clone()),
            Kind::Date => Literal::Text(written.to_owned()),
            Kind::Word if written.eq_ignore_ascii_case("true") => Literal::Boolean(true),
            Kind::Word if written.eq_ignore_ascii_case("false") => Literal::Boolean(false),
            _ => return None,
        };
        self.at += 1;
        // `5k` and `2.name` are no literals.
        if token.kind == Kind::Number
            && self.touches()
            && matches!(self.kind(), Some(Kind::Word | Kind::Number))
        {
            self.at = start;
            return None;
        }
        Some(literal)
    }

    /// A literal that has to stand here.
    pub(super) fn demand_literal(&mut self) -> Parsed<Literal> {
        self.literal().ok_or_else(|| self.expected("a value such as `'text'` or `12`", &[]))
    }

    /// A text in quotes that has to stand here.
    fn demand_text(&mut self) -> Parsed<String> {
        let Some(Kind::Text(text)) = self.kind() else { return Err(self.expected("a text in quotes", &[])) };
        self.at += 1;
        Ok(text.clone())
    }

    /// `'x', 'y'`.
    pub(super) fn examples(&mut self) -> Parsed<Vec<String>> {
        let mut examples = vec![self.demand_text()?];
        while self.is_sign(',') && matches!(self.kind_at(1), Some(Kind::Text(_))) {
            self.at += 1;
            examples.push(self.demand_text()?);
        }
        Ok(examples)
    }

    /// `null`, a literal, or a list of them with their weights; `None`, and nothing taken, if something else stands here.
    pub(super) fn values(&mut self, within: Within) -> Parsed<Option<Source>> {
        let start = self.at;
        if self.take(&["null"]) {
            let alone = self.ends_values(within);
            self.at = if alone { self.at } else { start };
            return Ok(alone.then_some(Source::Value(None)));
        }
        let mut values = Vec::new();
        let mut weighted = false;
        loop {
            let before = self.at;
            let joined =
                values.is_empty() || self.take_sign(',') | (within == Within::Wording && self.joins());
            let next = if joined { self.literal() } else { None };
            let Some(value) = next else {
                self.at = before;
                break;
            };
            let weight = self.weight()?;
            if !self.ends_values(within) {
                self.at = before;
                break;
            }
            weighted |= weight.is_some();
            values.push(WeightedLiteral { value, weight: weight.unwrap_or(1) });
        }
        Ok(match (values.len(), weighted) {
            (0, _) => None,
            (1, false) => values.pop().map(|only| Source::Value(Some(only.value))),
            _ => Some(Source::Values(values)),
        })
    }

    /// `and` or `or` between values.
    fn joins(&mut self) -> bool {
        self.take_any(&["and", "or"])
    }

    /// `(70)`, if it stands here.
    fn weight(&mut self) -> Parsed<Option<u32>> {
        let (Some(Kind::Sign('(')), Some(Kind::Number), Some(Kind::Sign(')'))) =
            (self.kind(), self.kind_at(1), self.kind_at(2))
        else {
            return Ok(None);
        };
        let digits = self.tokens.get(self.at + 1).map_or("", |t| self.written(t)).to_owned();
        self.at += 3;
        match digits.parse::<u32>() {
            Ok(weight) if weight > 0 => Ok(Some(weight)),
            _ => {
                let span = self.tokens.get(self.at - 2).map_or(0..0, |t| t.span.clone());
                Err(TextError::BadNumber {
                    span,
                    text: digits,
                    wanted: "a weight, a whole number of at least 1",
                })
            }
        }
    }

    /// Whether what stands here can't go on from a value.
    fn ends_values(&self, within: Within) -> bool {
        let full_stop = self.is_sign('.') && self.at + 1 == self.tokens.len();
        let joined = within == Within::Wording && (self.is_at(&["and"]) || self.is_at(&["or"]) || full_stop);
        self.is_done() || self.is_sign(',') || joined || self.is_at_selection()
    }

    /// Whether `where`, `for 20%` or `for 10 rows` stands here.
    pub(super) fn is_at_selection(&self) -> bool {
        let is_rows =
            |ahead| matches!(self.word_at(ahead).to_ascii_lowercase().as_str(), "rows" | "row" | "percent");
        self.is_at(&["where"])
            || (self.is_at(&["for"])
                && self.kind_at(1) == Some(&Kind::Number)
                && (self.kind_at(2) == Some(&Kind::Sign('%')) || is_rows(2)))
    }

    /// SQL up to what ends it, as it is written.
    pub(super) fn sql(&mut self, within: Within) -> Parsed<String> {
        if let Some(Kind::Sql(sql)) = self.kind() {
            self.at += 1;
            return Ok(sql.clone());
        }
        let start = self.at;
        while let Some(token) = self.peek() {
            let ends = token.depth == 0
                && (self.is_at_selection() || (within == Within::Removal && self.is_at_referrers()));
            if ends {
                break;
            }
            self.at += 1;
        }
        if self.at == start {
            return Err(self.expected("SQL", &[]));
        }
        Ok(self.text[self.span_from(start)].to_owned())
    }

    /// Whether `cascade` or `with referrers` stands here, and nothing but a selection behind it.
    fn is_at_referrers(&self) -> bool {
        let left = self.tokens.len() - self.at;
        (self.is_at(&["cascade"]) && left == 1) || (self.is_at(&["with", "referrers"]) && left == 2)
    }

    /// `between 1 and 5`, `at least 1`, `at most 5`, if one stands here; `*` is no bound.
    pub(super) fn range(&mut self) -> Parsed<Option<LiteralRange>> {
        if self.take(&["between"]) {
            let min = self.bound()?;
            self.demand("and")?;
            return Ok(Some(LiteralRange { min, max: self.bound()? }));
        }
        if self.take(&["at", "least"]) {
            return Ok(Some(LiteralRange { min: Some(self.demand_literal()?), max: None }));
        }
        if self.take(&["at", "most"]) {
            return Ok(Some(LiteralRange { min: None, max: Some(self.demand_literal()?) }));
        }
        Ok(None)
    }

    fn bound(&mut self) -> Parsed<Option<Literal>> {
        if self.take_sign('*') { Ok(None) } else { self.demand_literal().map(Some) }
    }

    /// Values, or else an SQL expression: what a column is set to.
    pub(super) fn assigned(&mut self) -> Parsed<Source> {
        match self.values(Within::Edit)? {
            Some(source) => Ok(source),
            None => self.sql(Within::Edit).map(Source::Expression),
        }
    }
}

/// A whole number, or another; one that is too long for either stays as it is written.
fn number(minus: bool, digits: &str) -> Literal {
    let text = if minus { format!("-{digits}") } else { digits.to_owned() };
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().map_or(Literal::Text(text), Literal::Integer);
    }
    text.parse().map_or(Literal::Text(text), Literal::Float)
}
