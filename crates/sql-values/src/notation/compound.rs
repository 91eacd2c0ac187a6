//! JSON documents, arrays and rows: values that have values inside.

use super::Notation;
use crate::Value;
use seedbed_schema_model::SqlType;

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
    out.push('{');
    for (i, item) in items.iter().enumerate() {
        out.push_str(if i > 0 { "," } else { "" });
        match item {
            Value::Null => out.push_str("NULL"),
            Value::Array(inner) => push_array(out, inner, ty, notation),
            scalar => push_element(out, &notation.format(scalar, element)),
        }
    }
    out.push('}');
}

/// An element is quoted when it is empty, the word NULL, or has a character that means something to array input.
fn push_element(out: &mut String, text: &str) {
    let special =
        |c: char| matches!(c, '{' | '}' | ',' | '"' | '\\') || c.is_ascii_whitespace() || c == '\x0b';
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
