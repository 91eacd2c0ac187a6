//! PostgreSQL's array input, `{a,"b c",NULL,{...}}` (manual, §8.15.2), by recursive descent.

use super::{LiteralForms, read};
use crate::Value;
use seedbed_schema_model::{Schema, SqlType};

/// What stands between the elements of an array: the type says so (`typdelim` in PostgreSQL's catalog), and of all types
/// `box` has another one than a comma, and those of PostGIS.
pub fn array_delimiter(element: &SqlType) -> char {
    match element {
        SqlType::Geometric { name } if name == "box" => ';',
        SqlType::Spatial { .. } => ':',
        _ => ',',
    }
}

/// PostgreSQL's own limit on dimensions; it also bounds the recursion.
const MAX_DIMENSIONS: usize = 6;

/// An array of elements of a type, each read as the type reads its literals; arrays within are dimensions.
pub(super) fn parse(text: &str, element: &SqlType, schema: &Schema, forms: &LiteralForms) -> Option<Value> {
    // `[2:3]={a,b}` gives the bounds; they do not change what the array holds.
    let body = match text.strip_prefix('[') {
        Some(_) => text.split_once('=')?.1,
        None => text,
    };
    let delimiter = array_delimiter(schema.base_type(element));
    let mut reader = ArrayReader { rest: body, element, delimiter, schema, forms };
    let array = reader.array(1)?;
    reader.rest.trim_ascii().is_empty().then_some(array)
}

/// The text that is still to be read, and what its elements are.
struct ArrayReader<'a> {
    rest: &'a str,
    element: &'a SqlType,
    delimiter: char,
    schema: &'a Schema,
    forms: &'a LiteralForms,
}

impl ArrayReader<'_> {
    /// From `{` to its `}`.
    fn array(&mut self, depth: usize) -> Option<Value> {
        if depth > MAX_DIMENSIONS {
            return None;
        }
        self.expect('{')?;
        let mut items = Vec::new();
        if self.take('}') {
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.item(depth)?);
            if self.take('}') {
                return Some(Value::Array(items));
            }
            self.expect(self.delimiter)?;
        }
    }

    /// An array within, or an element in quotes or without; the bare word NULL is none.
    fn item(&mut self, depth: usize) -> Option<Value> {
        self.rest = self.rest.trim_ascii_start();
        match self.rest.as_bytes().first()? {
            b'{' => self.array(depth + 1),
            b'"' => {
                let text = self.quoted()?;
                self.element(&text)
            }
            _ => {
                let text = self.bare()?;
                if text.eq_ignore_ascii_case("null") {
                    return Some(Value::Null);
                }
                self.element(&text)
            }
        }
    }

    /// Up to the closing quote; a backslash takes the next character as it is.
    fn quoted(&mut self) -> Option<String> {
        let mut out = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Some(out);
                }
                '\\' => out.push(chars.next()?.1),
                other => out.push(other),
            }
        }
        None
    }

    /// An element's text as a value of the element type.
    fn element(&self, text: &str) -> Option<Value> {
        read(text, self.element, self.schema, self.forms).ok()
    }

    /// Up to a delimiter or brace, blanks around it dropped.
    fn bare(&mut self) -> Option<String> {
        let mut out = String::new();
        let mut chars = self.rest.char_indices();
        let end = loop {
            match chars.next() {
                Some((at, c)) if c == self.delimiter || c == '}' => break at,
                Some((_, '{' | '"')) | None => return None,
                Some((_, '\\')) => out.push(chars.next()?.1),
                Some((_, other)) => out.push(other),
            }
        };
        self.rest = &self.rest[end..];
        let text = out.trim_ascii().to_owned();
        (!text.is_empty()).then_some(text)
    }

    /// Takes a mark with the blanks before it, if it is there.
    fn take(&mut self, mark: char) -> bool {
        let rest = self.rest.trim_ascii_start();
        match rest.strip_prefix(mark) {
            Some(after) => {
                self.rest = after;
                true
            }
            None => false,
        }
    }

    /// Takes a mark that has to be there.
    fn expect(&mut self, mark: char) -> Option<()> {
        self.take(mark).then_some(())
    }
}
