//! Conditions on a part of text, as patterns of the whole: `substr(x, 1, 2) = 'AB'`, `position('@' in x) > 1`.

use super::Narrowing;
use super::logic::strip;
use seedbed_schema_model::{BinaryOp, Expr};
use seedbed_sql_values::Value;

/// The farthest place in text that a condition may ask for.
const FARTHEST: i128 = 1_000;

/// A part of text by its place.
enum Part {
    /// So many characters behind so many.
    From(i128, Option<i128>),
    /// The last so many.
    Last(i128),
}

impl Narrowing<'_> {
    /// A part of the column is one of these texts.
    pub(super) fn read_part_of_text(&mut self, e: &Expr, values: &[Value]) -> bool {
        let Some(part) = self.part_of_text(e) else { return false };
        let mut forms = Vec::new();
        for value in values {
            let Value::Text(text) = value else { return false };
            let (chars, escaped) = (text.chars().count() as i128, regex_syntax::escape(text));
            forms.push(match part {
                Part::From(skipped, Some(most)) if chars == most => format!("^.{{{skipped}}}{escaped}"),
                Part::From(_, Some(most)) if chars > most => continue,
                // Shorter than asked for: there was no more.
                Part::From(skipped, _) if chars > 0 => format!("^.{{{skipped}}}{escaped}$"),
                Part::Last(most) if chars == most => format!("{escaped}$"),
                Part::Last(most) if chars < most && chars > 0 => format!("^{escaped}$"),
                _ => continue,
            });
        }
        if forms.is_empty() {
            return false;
        }
        self.domain.text.patterns.push(format!("(?s)(?:{})", forms.join("|")));
        true
    }

    /// The part of the column that an expression is.
    fn part_of_text(&self, e: &Expr) -> Option<Part> {
        let Expr::Function { name, args } = strip(e) else { return None };
        let number = |e: &Expr| match self.constant(e) {
            Some(Value::Integer(n)) if (0..=FARTHEST).contains(&n) => Some(n),
            _ => None,
        };
        let (text, rest) = args.split_first()?;
        if !self.is_subject(text) {
            return None;
        }
        match (name.as_str(), rest) {
            ("left", [most]) => Some(Part::From(0, Some(number(most)?))),
            ("right", [most]) => Some(Part::Last(number(most)?)),
            ("substr" | "substring" | "mid", [from, most @ ..]) if most.len() <= 1 => {
                let from = number(from).filter(|from| *from >= 1)?;
                let most = match most {
                    [most] => Some(number(most)?),
                    _ => None,
                };
                Some(Part::From(from - 1, most))
            }
            _ => None,
        }
    }

    /// `position('@' in x) > 1`: where text first has a word, from 1, and 0 for nowhere.
    pub(super) fn read_place_in_text(&mut self, e: &Expr, op: BinaryOp, value: &Value) -> bool {
        let (Expr::Function { name, args }, Value::Integer(n)) = (strip(e), value) else { return false };
        let [first, second] = args.as_slice() else { return false };
        let (text, word) = match name.as_str() {
            "strpos" | "instr" => (first, second),
            "position" | "locate" => (second, first),
            _ => return false,
        };
        let Some(Value::Text(word)) = self.constant(word) else { return false };
        let (true, Some(start)) = (self.is_subject(text), word.chars().next()) else { return false };
        // Nowhere before the place is even the beginning of the word.
        let (word, other) =
            (regex_syntax::escape(&word), format!("[^{}]", regex_syntax::escape(&start.to_string())));
        let first_at = |least: i128, more: &str| format!("(?s)^{other}{{{}}}{more}{word}", least - 1);
        let pattern = match (op, *n) {
            (BinaryOp::Eq | BinaryOp::LtEq, 0) | (BinaryOp::Lt, 1) => format!("(?s)^{other}*$"),
            (BinaryOp::NotEq | BinaryOp::Gt, 0) | (BinaryOp::GtEq, 1) => word,
            (BinaryOp::Eq, n) if (1..=FARTHEST).contains(&n) => first_at(n, ""),
            (BinaryOp::Gt, n) if (1..FARTHEST).contains(&n) => first_at(n + 1, &format!("{other}*")),
            (BinaryOp::GtEq, n) if (1..FARTHEST).contains(&n) => first_at(n, &format!("{other}*")),
            _ => return false,
        };
        self.domain.text.patterns.push(pattern);
        true
    }
}
