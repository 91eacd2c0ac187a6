//! Edits as text: the canonical forms, which read back as the same edits.

use super::cursor::Cursor;
use super::lexer::{Kind, Token, lex};
use super::number::{UNITS, percent_text};
use super::value::Within;
use crate::{Distribution, Edit, Literal, Referrers, Selection, Source, TimeUnit};
use std::fmt;

impl fmt::Display for Edit {
    /// The canonical text, which [`parse_edits`](crate::parse_edits) reads back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&edit(self))
    }
}

fn edit(of: &Edit) -> String {
    match of {
        Edit::Set(e) => format!(
            "set {} {}{}",
            column(&e.table, &e.column),
            source(&e.to),
            selection(&e.rows, Within::Edit)
        ),
        Edit::Nulls(e) => format!("null {} of {}", percent_text(e.share), column(&e.table, &e.column)),
        Edit::Shift(e) => {
            let rows = selection(&e.rows, Within::Edit);
            format!("shift {} by {} {}{rows}", column(&e.table, &e.column), e.by, unit(e.unit, e.by))
        }
        Edit::Scale(e) => {
            let rows = selection(&e.rows, Within::Edit);
            format!("scale {} by {}{rows}", column(&e.table, &e.column), factor(e.by))
        }
        Edit::Rename(e) => {
            let pairs: Vec<String> =
                e.values.iter().map(|v| format!("{} to {}", literal(&v.from), literal(&v.to))).collect();
            format!("rename {} in {}", pairs.join(", "), column(&e.table, &e.column))
        }
        Edit::Add(e) => format!("add {} rows to {}", e.count, name(&e.table)),
        Edit::Remove(e) => {
            let rows = match (e.rows.share, e.rows.count) {
                (Some(share), _) => format!("{} of rows", percent_text(share)),
                (None, Some(count)) => format!("{count} rows"),
                (None, None) => "rows".to_owned(),
            };
            let of = Selection { condition: e.rows.condition.clone(), ..Selection::default() };
            format!(
                "remove {rows} from {}{}{}",
                name(&e.table),
                selection(&of, Within::Removal),
                referrers(e.referrers)
            )
        }
        Edit::Rows(e) => {
            let table = e.table.as_ref().map_or_else(String::new, |table| name(table) + " ");
            format!("rows {table}= {}{}", e.count, referrers(e.referrers))
        }
        Edit::Spread(e) => {
            let by = match e.by {
                Distribution::Even => "evenly",
                Distribution::Uniform => "uniformly",
                Distribution::Skewed => "skewed",
            };
            format!("spread {} {by}", column(&Some(e.table.clone()), &e.column))
        }
        Edit::Locale(e) => {
            let table = e.table.as_ref().map_or_else(String::new, |table| format!(" in {}", name(table)));
            format!("locale {}{table}", dotted(&e.locale, '-'))
        }
    }
}

fn source(of: &Source) -> String {
    match of {
        Source::Value(None) => "= null".to_owned(),
        Source::Value(Some(value)) => format!("= {}", literal(value)),
        Source::Values(values) => {
            let weighted = values.len() == 1 || values.iter().any(|v| v.weight != 1);
            let values: Vec<String> = values
                .iter()
                .map(|v| {
                    literal(&v.value) + &if weighted { format!(" ({})", v.weight) } else { String::new() }
                })
                .collect();
            format!("to {}", values.join(", "))
        }
        Source::Range(range) => match (&range.min, &range.max) {
            (Some(min), Some(max)) => format!("between {} and {}", literal(min), literal(max)),
            (Some(min), None) => format!("at least {}", literal(min)),
            (None, Some(max)) => format!("at most {}", literal(max)),
            (None, None) => "between * and *".to_owned(),
        },
        Source::Provider(provider) => format!("by {}", dotted(provider, '.')),
        Source::Expression(expression) => format!("= {}", sql(expression, true, Within::Edit)),
        Source::Examples(examples) => {
            let examples: Vec<String> = examples.iter().map(|e| quoted(e, '\'')).collect();
            format!("like {}", examples.join(", "))
        }
    }
}

fn selection(of: &Selection, within: Within) -> String {
    let share = of.share.map_or_else(String::new, |share| format!(" for {} of rows", percent_text(share)));
    let count = of.count.map_or_else(String::new, |count| format!(" for {count} rows"));
    let condition =
        of.condition.as_ref().map_or_else(String::new, |c| format!(" where {}", sql(c, false, within)));
    share + &count + &condition
}

fn referrers(of: Referrers) -> &'static str {
    match of {
        Referrers::Refuse => "",
        Referrers::AsDeclared => " cascade",
        Referrers::Remove => " with referrers",
    }
}

fn unit(of: TimeUnit, count: i64) -> &'static str {
    let name = UNITS.iter().find(|(_, unit)| *unit == of).map_or("", |(name, _)| name);
    if count == 1 { name.trim_end_matches('s') } else { name }
}

fn factor(n: f64) -> String {
    if n.is_finite() { n.to_string() } else { float(n) }
}

fn literal(of: &Literal) -> String {
    match of {
        Literal::Boolean(truth) => truth.to_string(),
        Literal::Integer(n) => n.to_string(),
        Literal::Float(n) => float(*n),
        Literal::Text(text) => quoted(text, '\''),
    }
}

/// A number that reads back as one with a point.
fn float(n: f64) -> String {
    if n.is_infinite() {
        return if n > 0.0 { "1.0e999".to_owned() } else { "-1.0e999".to_owned() };
    }
    let text = n.to_string();
    if text.contains('.') { text } else { text + ".0" }
}

/// A table's column, or that of every table.
fn column(table: &Option<String>, column: &str) -> String {
    match table {
        Some(table) => format!("{}.{}", name(table), part(column)),
        None => format!("*.{}", part(column)),
    }
}

/// A table's name: in quotes if it is not made of words.
fn name(table: &str) -> String {
    if table.split('.').all(is_word) { table.to_owned() } else { quoted(table, '"') }
}

fn part(column: &str) -> String {
    if is_word(column) { column.to_owned() } else { quoted(column, '"') }
}

fn is_word(text: &str) -> bool {
    let (tokens, _) = lex(text);
    matches!(tokens.as_slice(), [only] if only.kind == Kind::Word && only.span == (0..text.len()))
        && !text.contains('\'')
}

fn quoted(text: &str, quote: char) -> String {
    format!("{quote}{}{quote}", text.replace(quote, &format!("{quote}{quote}")))
}

/// A name of words with a sign between them, else in quotes.
fn dotted(name: &str, sign: char) -> String {
    let mut parts = name.split(sign);
    let of_word = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !part.starts_with(char::is_numeric)
    };
    if parts.all(of_word) { name.to_owned() } else { quoted(name, '\'') }
}

/// SQL as it stands, if it reads back so; else between signs that are not in it.
fn sql(text: &str, is_source: bool, within: Within) -> String {
    if reads_back(text, is_source, within) {
        return text.to_owned();
    }
    let mut quote = "$sql$".to_owned();
    let mut number = 0;
    // What ends in a part of the sign could be taken for its beginning.
    while text.contains(&quote) || format!("{text}{quote}").find(&quote) != Some(text.len()) {
        number += 1;
        quote = format!("$sql{number}$");
    }
    format!("{quote}{text}{quote}")
}

/// Whether SQL reads back as it is written, in a place where values may stand (`is_source`) or not.
fn reads_back(text: &str, is_source: bool, within: Within) -> bool {
    let (tokens, errors) = lex(text);
    let whole =
        tokens.first().zip(tokens.last()).is_some_and(|(f, l)| (f.span.start, l.span.end) == (0, text.len()));
    // Whether an apostrophe is one of a word depends on what follows.
    let unsure = |t: &Token| t.kind == Kind::Word && text[t.span.clone()].contains('\'');
    let broken = tokens.iter().any(|t| matches!(t.kind, Kind::Break | Kind::Bad | Kind::Sql(_)) || unsure(t));
    // A comma at the end of a line has the next go on with it.
    let open = tokens.last().is_some_and(|t| t.kind == Kind::Sign(','));
    if !errors.is_empty() || !whole || broken || open {
        return false;
    }
    let mut cursor = Cursor::new(text, &tokens);
    if is_source && !matches!(cursor.values(within), Ok(None)) {
        return false;
    }
    cursor.at = 0;
    cursor.sql(within).is_ok_and(|sql| sql == text)
}
