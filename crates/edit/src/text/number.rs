//! Numbers, shares and counts, in digits and in words.

use super::cursor::{Cursor, Parsed};
use super::error::TextError;
use super::lexer::Kind;
use crate::TimeUnit;
use seedbed_datagen_core::parse_row_count;

#[rustfmt::skip]
const SMALL: &[(&str, u64)] = &[
    ("zero", 0), ("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7), ("eight", 8),
    ("nine", 9), ("ten", 10), ("eleven", 11), ("twelve", 12), ("thirteen", 13), ("fourteen", 14), ("fifteen", 15),
    ("sixteen", 16), ("seventeen", 17), ("eighteen", 18), ("nineteen", 19), ("twenty", 20), ("thirty", 30),
    ("forty", 40), ("fifty", 50), ("sixty", 60), ("seventy", 70), ("eighty", 80), ("ninety", 90),
];

const LARGE: &[(&str, u64)] = &[("hundred", 100), ("thousand", 1_000), ("million", 1_000_000)];

/// Fractions that are decimal numbers.
const FRACTIONS: &[(&str, f64)] = &[("half", 0.5), ("quarter", 0.25), ("fifth", 0.2), ("tenth", 0.1)];

/// Fractions that are none.
const ENDLESS: &[&str] = &["third", "thirds", "sixth", "seventh", "ninth"];

fn find<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, value)| *value)
}

impl Cursor<'_> {
    /// A number of rows, if one stands here: `500`, `2,000`, `5k`, `two thousand`.
    pub(super) fn count(&mut self) -> Parsed<Option<u64>> {
        if self.kind() != Some(&Kind::Number) {
            return Ok(self.count_in_words());
        }
        let start = self.at;
        let mut digits = self.number_text();
        if matches!(self.kind(), Some(Kind::Word)) && self.touches() {
            digits += self.word_at(0);
            self.at += 1;
        }
        let span = self.span_from(start);
        let wanted = "a number of rows";
        parse_row_count(&digits).map(Some).map_err(|_| TextError::BadNumber {
            text: self.text[span.clone()].to_owned(),
            span,
            wanted,
        })
    }

    /// A number of rows that has to stand here.
    pub(super) fn demand_count(&mut self) -> Parsed<u64> {
        self.count()?.ok_or_else(|| self.expected("a number of rows", &[]))
    }

    /// The digits of a number, without commas between thousands.
    fn number_text(&mut self) -> String {
        let mut digits = self.peek().map_or("", |t| self.written(t)).to_owned();
        self.at += 1;
        while self.is_sign(',') && self.touches() {
            let next = self.tokens.get(self.at + 1).map_or("", |t| self.written(t));
            let adjoins = self.tokens.get(self.at + 1).is_some_and(|t| t.span.start == self.place().end);
            if !adjoins || next.len() != 3 || !next.bytes().all(|b| b.is_ascii_digit()) {
                break;
            }
            digits += next;
            self.at += 2;
        }
        digits
    }

    /// `five hundred`, `a thousand`, `twenty five`. Words that make no number together end it.
    fn count_in_words(&mut self) -> Option<u64> {
        let article = self.is_at(&["a"]) && find(LARGE, self.word_at(1)).is_some();
        let start = self.at;
        self.at += usize::from(article);
        // Whole thousands, what is below them, and the last word.
        let (mut total, mut part, mut last) = (0_u64, u64::from(article), None);
        loop {
            let and = usize::from(last == Some(100) && self.is_at(&["and"]));
            let word = self.word_at(and);
            let small = find(SMALL, word).filter(|n| match last {
                None => !article,
                Some(before) => before >= 100 || ((20..100).contains(&before) && (1..10).contains(n)),
            });
            let large = find(LARGE, word).filter(|_| and == 0 && part > 0);
            match (small, large.and_then(|n| Some((n, part.checked_mul(n)?)))) {
                (Some(n), _) => (part, last) = (part + n, Some(n)),
                (None, Some((100, product))) => (part, last) = (product, Some(100)),
                (None, Some((n, product))) => {
                    (total, part, last) = (total.saturating_add(product), 0, Some(n));
                }
                (None, None) => break,
            }
            self.at += 1 + and;
        }
        if last.is_none() {
            self.at = start;
        }
        last.map(|_| total.saturating_add(part))
    }

    /// A share, if one stands here: `20%`, `20 percent`, `half`, `a quarter`.
    pub(super) fn share(&mut self) -> Parsed<Option<f64>> {
        let start = self.at;
        if let Some(percent) = self.percent() {
            let span = self.span_from(start);
            return match percent {
                share if (0.0..=1.0).contains(&share) => Ok(Some(share)),
                _ => Err(TextError::BadShare { share: self.text[span.clone()].to_owned(), span }),
            };
        }
        let articles = usize::from(self.is_at(&["a"]) || self.is_at(&["one"]) || self.is_at(&["two"]));
        let word = self.word_at(articles);
        if ENDLESS.iter().any(|f| f.eq_ignore_ascii_case(word)) {
            self.at += articles + 1;
            let span = self.span_from(start);
            return Err(TextError::Fraction { words: self.text[span.clone()].to_owned(), span });
        }
        let share = find(FRACTIONS, word).filter(|_| !self.is_at(&["two"]));
        self.at += if share.is_some() { articles + 1 } else { 0 };
        Ok(share)
    }

    /// A share that has to stand here.
    pub(super) fn demand_share(&mut self) -> Parsed<f64> {
        self.share()?.ok_or_else(|| self.expected("a share such as `20%`", &[]))
    }

    /// `110%` as 1.1, whatever its size.
    pub(super) fn percent(&mut self) -> Option<f64> {
        let start = self.at;
        let minus = self.minus();
        let number = self.peek().filter(|t| t.kind == Kind::Number).map(|t| self.written(t));
        if let Some(digits) = number {
            self.at += 1;
            if self.take_sign('%') || self.take_any(&["percent"]) {
                let share = hundredth(digits).parse::<f64>().ok();
                return share.map(|share| if minus { -share } else { share });
            }
        }
        self.at = start;
        None
    }

    /// Whether a minus sign stands here before a number, which is taken.
    pub(super) fn minus(&mut self) -> bool {
        let next = self.tokens.get(self.at + 1).filter(|t| t.kind == Kind::Number);
        let found = self.is_sign('-') && next.is_some_and(|t| t.span.start == self.place().end);
        self.at += usize::from(found);
        found
    }

    /// A factor: `1.1` or `110%`.
    pub(super) fn factor(&mut self) -> Parsed<f64> {
        if let Some(percent) = self.percent() {
            return Ok(percent);
        }
        let minus = self.minus();
        let number =
            self.peek().filter(|t| t.kind == Kind::Number).and_then(|t| self.written(t).parse::<f64>().ok());
        let factor = number.ok_or_else(|| self.expected("a factor such as `1.1` or `110%`", &[]))?;
        self.at += 1;
        Ok(if minus { -factor } else { factor })
    }

    /// A whole number, perhaps below 0.
    pub(super) fn whole(&mut self) -> Parsed<i64> {
        let start = self.at;
        let minus = self.minus();
        let digits = self.peek().filter(|t| t.kind == Kind::Number).map(|t| self.written(t));
        let digits = digits.ok_or_else(|| self.expected("a whole number", &[]))?;
        self.at += 1;
        let sign = if minus { "-" } else { "" };
        format!("{sign}{digits}").parse::<i64>().map_err(|_| {
            let span = self.span_from(start);
            TextError::BadNumber { text: self.text[span.clone()].to_owned(), span, wanted: "a whole number" }
        })
    }

    /// A unit of time.
    pub(super) fn unit(&mut self) -> Parsed<TimeUnit> {
        let word = self.word_at(0).to_ascii_lowercase();
        let unit = UNITS.iter().find(|(name, _)| *name == word || name.strip_suffix('s') == Some(&word));
        let names: Vec<&str> = UNITS.iter().map(|(name, _)| *name).collect();
        let (_, unit) = unit.ok_or_else(|| self.expected("a unit such as `days`", &names))?;
        self.at += 1;
        Ok(*unit)
    }
}

/// Units of time by their names.
pub(super) const UNITS: &[(&str, TimeUnit)] = &[
    ("seconds", TimeUnit::Seconds),
    ("minutes", TimeUnit::Minutes),
    ("hours", TimeUnit::Hours),
    ("days", TimeUnit::Days),
    ("weeks", TimeUnit::Weeks),
    ("months", TimeUnit::Months),
    ("years", TimeUnit::Years),
];

/// A number with its point two digits to the left, as text: `7` is `0.07`, and no digit is rounded.
fn hundredth(number: &str) -> String {
    format!("{number}e-2").replace("E", "e").split_once('e').map_or_else(
        String::new,
        |(mantissa, exponents)| {
            let exponent: i32 = exponents.split('e').filter_map(|e| e.parse::<i32>().ok()).sum();
            format!("{mantissa}e{exponent}")
        },
    )
}

/// A share in percent, such that reading it gives the same share.
pub(super) fn percent_text(share: f64) -> String {
    let text = share.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = format!("{fraction:0<2}");
    let (up, rest) = fraction.split_at(2);
    let whole = format!("{whole}{up}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{rest}%")
}

#[cfg(test)]
mod tests {
    use super::super::lexer::lex;
    use super::*;

    #[test]
    fn counts_may_be_words() {
        let read = |text: &str| {
            let (tokens, _) = lex(text);
            let mut cursor = Cursor::new(text, &tokens);
            let count = cursor.count().ok().flatten();
            (count, tokens.len() - cursor.at)
        };
        for (text, count) in [
            ("five hundred", 500),
            ("a thousand", 1_000),
            ("two hundred and fifty thousand", 250_000),
            ("one million two hundred thousand twenty five", 1_200_025),
            ("2,000", 2_000),
            ("2.5k", 2_500),
            ("zero", 0),
        ] {
            assert_eq!(read(text), (Some(count), 0), "{text}");
        }
        assert_eq!(read("five twenty"), (Some(5), 1), "they make no number together");
        assert_eq!(read("two hundred and orders"), (Some(200), 2));
        assert_eq!(read("a customer"), (None, 2));
        assert_eq!(read("2, 000"), (Some(2), 2), "a list, not a number");
    }

    #[test]
    fn percentages_are_the_shares_digit_by_digit() {
        for share in [0.07, 0.2, 1.0, 0.0, 0.333, 1e-9, 0.1 + 0.2] {
            let text = percent_text(share);
            let digits = text.strip_suffix('%').unwrap();
            assert_eq!(hundredth(digits).parse::<f64>(), Ok(share), "{text}");
        }
        assert_eq!(percent_text(0.07), "7%");
        assert_eq!(percent_text(0.125), "12.5%");
    }
}
