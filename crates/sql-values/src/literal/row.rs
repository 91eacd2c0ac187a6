//! PostgreSQL's input of a composite type, `(1,"b c",)` (manual, §8.16.6).

use super::{LiteralForms, read};
use crate::Value;
use seedbed_schema_model::{CompositeTypeId, Schema};

/// A row with the fields of a composite type, each read as its type reads its literals; nothing between commas is NULL.
pub(super) fn parse(text: &str, id: CompositeTypeId, schema: &Schema, forms: &LiteralForms) -> Option<Value> {
    let attributes = &schema.composites.get(id.position())?.attributes;
    let body = text.strip_prefix('(')?.strip_suffix(')')?;
    let fields = fields(body)?;
    // A type without attributes still has one empty pair of brackets.
    if attributes.is_empty() && body.is_empty() {
        return Some(Value::Row(Vec::new()));
    }
    if fields.len() != attributes.len() {
        return None;
    }
    let value = |(field, (_, ty)): (Option<String>, &(String, _))| match field {
        None => Some(Value::Null),
        Some(text) => read(&text, ty, schema, forms).ok(),
    };
    fields.into_iter().zip(attributes).map(value).collect::<Option<Vec<Value>>>().map(Value::Row)
}

/// The texts between the commas, quotes and backslashes taken off; `None` for one of no characters at all.
fn fields(body: &str) -> Option<Vec<Option<String>>> {
    let (mut fields, mut field, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => {
                quoted = !quoted;
                any = true;
            }
            '\\' => {
                field.push(chars.next()?);
                any = true;
            }
            ',' if !quoted => {
                fields.push((any || !field.is_empty()).then(|| std::mem::take(&mut field)));
                any = false;
            }
            '(' | ')' if !quoted => return None,
            other => field.push(other),
        }
    }
    fields.push((any || !field.is_empty()).then_some(field));
    (!quoted).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn fields_are_quoted_where_they_have_to_be() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(fields("1,b"), Some(vec![some("1"), some("b")]));
        assert_eq!(fields(r#""a ""b"", c",,"""#), Some(vec![some(r#"a "b", c"#), None, some("")]));
        assert_eq!(fields(r"a\,b"), Some(vec![some("a,b")]));
        assert_eq!(fields(r#""a"#), None);
    }
}
