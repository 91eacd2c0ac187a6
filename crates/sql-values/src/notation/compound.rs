//! JSON documents, arrays and rows: values that have values inside.

use super::Notation;
use crate::literal::array_delimiter;
use crate::{RangeSet, Value};
use seedbed_schema_model::SqlType;
use std::collections::BTreeMap;

/// Appends a JSON document, members in their order. PostgreSQL's `jsonb` prints a blank after `:` and `,` (`spaced`),
/// other types do not.
pub fn push_json(out: &mut String, json: &serde_json::Value, spaced: bool) {
    let separator = if spaced { ", " } else { "," };
    match json {
        serde_json::Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { separator } else { "" });
                push_json(out, item, spaced);
            }
            out.push(']');
        }
        serde_json::Value::Object(members) => {
            out.push('{');
            for (i, (name, member)) in members.iter().enumerate() {
                out.push_str(if i > 0 { separator } else { "" });
                out.push_str(&serde_json::Value::from(name.as_str()).to_string());
                out.push_str(if spaced { ": " } else { ":" });
                push_json(out, member, spaced);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// PostgreSQL's array output, `{a,"b c",NULL}` (manual, §8.15.6).
pub(super) fn push_array(out: &mut String, items: &[Value], ty: &SqlType, notation: &Notation) {
    let element = if let SqlType::Array { element } = ty { element } else { ty };
    let delimiter = array_delimiter(element);
    out.push('{');
    for (i, item) in items.iter().enumerate() {
        out.extend((i > 0).then_some(delimiter));
        match item {
            Value::Null => out.push_str("NULL"),
            Value::Array(inner) => push_array(out, inner, ty, notation),
            scalar => push_element(out, &notation.format(scalar, element), delimiter),
        }
    }
    out.push('}');
}

/// An element is quoted when it is empty, the word NULL, or has a character that means something to array input.
fn push_element(out: &mut String, text: &str, delimiter: char) {
    let special = |c: char| {
        matches!(c, '{' | '}' | '"' | '\\') || c == delimiter || c.is_ascii_whitespace() || c == '\x0b'
    };
    if text.is_empty() || text.eq_ignore_ascii_case("null") || text.contains(special) {
        push_quoted(out, text, "\\\"", "\\\\");
    } else {
        out.push_str(text);
    }
}

/// PostgreSQL's output of a row, `(a,"b c",)` with nothing for NULL (manual, §8.16.6).
pub(super) fn push_row(out: &mut String, items: &[Value], notation: &Notation) {
    out.push('(');
    for (i, item) in items.iter().enumerate() {
        out.push_str(if i > 0 { "," } else { "" });
        if item.is_null() {
            continue;
        }
        let text = match item {
            // A row prints its booleans as `boolean`'s output function does.
            Value::Boolean(b) => if *b { "t" } else { "f" }.to_owned(),
            other => notation.format(other, &SqlType::TEXT),
        };
        let special = |c: char| matches!(c, '(' | ')' | ',' | '"' | '\\') || c.is_ascii_whitespace();
        if text.is_empty() || text.contains(special) {
            push_quoted(out, &text, "\"\"", "\\\\");
        } else {
            out.push_str(&text);
        }
    }
    out.push(')');
}

/// PostgreSQL's output of an hstore, `"a"=>"1", "b"=>NULL` (manual, §F.18.1).
pub(super) fn push_hstore(out: &mut String, pairs: &BTreeMap<String, Option<String>>) {
    for (i, (key, value)) in pairs.iter().enumerate() {
        out.push_str(if i > 0 { ", " } else { "" });
        push_quoted(out, key, "\\\"", "\\\\");
        out.push_str("=>");
        match value {
            Some(value) => push_quoted(out, value, "\\\"", "\\\\"),
            None => out.push_str("NULL"),
        }
    }
}

/// PostgreSQL's output of a range, `["2024-01-01 10:00:00",)`, and of a multirange, `{[1,2),[5,6)}` (manual, §8.17.5).
pub(super) fn push_range_set(out: &mut String, set: &RangeSet, ty: &SqlType, notation: &Notation) {
    let element = if let SqlType::Range { element, .. } = ty { element } else { ty };
    if set.is_multi() {
        out.push('{');
    } else if set.is_empty() {
        out.push_str("empty");
    }
    for (i, part) in set.parts().iter().enumerate() {
        out.push_str(if i > 0 { "," } else { "" });
        out.push(if part.low_inclusive { '[' } else { '(' });
        push_end(out, part.low.as_ref(), element, notation);
        out.push(',');
        push_end(out, part.high.as_ref(), element, notation);
        out.push(if part.high_inclusive { ']' } else { ')' });
    }
    if set.is_multi() {
        out.push('}');
    }
}

/// An end of a range, quoted where it is empty or has a character that means something to range input.
fn push_end(out: &mut String, end: Option<&Value>, ty: &SqlType, notation: &Notation) {
    let Some(end) = end else { return };
    let text = notation.format(end, ty);
    let special = |c: char| matches!(c, '(' | ')' | '[' | ']' | ',' | '"' | '\\') || c.is_ascii_whitespace();
    if text.is_empty() || text.contains(special) {
        push_quoted(out, &text, "\"\"", "\\\\");
    } else {
        out.push_str(&text);
    }
}

/// A text in double quotes, with what stands for a quote and for a backslash in it.
fn push_quoted(out: &mut String, text: &str, quote: &str, backslash: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str(quote),
            '\\' => out.push_str(backslash),
            other => out.push(other),
        }
    }
    out.push('"');
}
