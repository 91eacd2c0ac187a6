//! JSON schemas of answers, and simpler ones for when a schema is refused.

use serde_json::{Map, Value};

/// How much of a schema is sent. Gemini refuses schemas that give its automaton too many states, and says no number: what costs
/// most of them goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// All of it.
    Whole,
    /// No bounds of numbers and lengths.
    WithoutBounds,
    /// No lists of allowed values either.
    WithoutEnums,
    /// None: the prompt asks for JSON by the schema.
    Asked,
}

impl Form {
    /// The next simpler one.
    pub(crate) fn simpler(self) -> Option<Self> {
        match self {
            Self::Whole => Some(Self::WithoutBounds),
            Self::WithoutBounds => Some(Self::WithoutEnums),
            Self::WithoutEnums => Some(Self::Asked),
            Self::Asked => None,
        }
    }

    /// What of the schema is sent.
    pub(crate) fn of(self, schema: &Value) -> Option<Value> {
        match self {
            Self::Whole => Some(schema.clone()),
            Self::WithoutBounds => Some(without(schema, &BOUNDS)),
            Self::WithoutEnums => Some(without(&without(schema, &BOUNDS), &["enum"])),
            Self::Asked => None,
        }
    }
}

const BOUNDS: [&str; 5] = ["minimum", "maximum", "minItems", "maxItems", "format"];

/// The schema without some keywords. Names of properties are no keywords.
fn without(schema: &Value, keywords: &[&str]) -> Value {
    match schema {
        Value::Object(object) => {
            let kept = object.iter().filter(|(k, _)| !keywords.contains(&k.as_str()));
            let inner = |(k, v): (&String, &Value)| {
                let value = match v {
                    Value::Object(named) if k == "properties" => {
                        let each = named.iter().map(|(name, s)| (name.clone(), without(s, keywords)));
                        Value::Object(each.collect::<Map<_, _>>())
                    }
                    _ => without(v, keywords),
                };
                (k.clone(), value)
            };
            Value::Object(kept.map(inner).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|i| without(i, keywords)).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_costs_most_goes_first() {
        let schema = json!({
            "type": "object",
            "properties": {
                "enum": {"type": "string", "enum": ["a"]},
                "share": {"type": "number", "minimum": 0},
            },
        });
        let bounds = Form::WithoutBounds.of(&schema).expect("there is one");
        assert_eq!(bounds["properties"]["share"], json!({"type": "number"}));
        assert_eq!(bounds["properties"]["enum"]["enum"], json!(["a"]));
        let enums = Form::WithoutEnums.of(&schema).expect("there is one");
        assert_eq!(enums["properties"]["enum"], json!({"type": "string"}), "a property may be called `enum`");
        assert_eq!(Form::Asked.of(&schema), None);
    }

    /// What Gemini knows of JSON Schema, as far as it is used here.
    const KNOWN: [&str; 9] =
        ["type", "properties", "required", "items", "enum", "anyOf", "minimum", "maximum", "description"];

    fn unknown(schema: &Value, into: &mut Vec<String>) {
        match schema {
            Value::Object(object) => {
                for (key, value) in object {
                    match value {
                        Value::Object(named) if key == "properties" => {
                            named.values().for_each(|v| unknown(v, into))
                        }
                        _ if KNOWN.contains(&key.as_str()) => unknown(value, into),
                        _ => into.push(key.clone()),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|i| unknown(i, into)),
            _ => {}
        }
    }

    #[test]
    fn what_is_asked_for_is_within_what_gemini_knows() {
        use crate::proposal::Purpose;
        let lists = crate::lists::answer_schema(&["a", "b"]);
        let schemas =
            [Purpose::Wishes.schema(), Purpose::Changes.schema(), lists, crate::proposed_query::schema()];
        let mut found = Vec::new();
        schemas.iter().for_each(|schema| unknown(schema, &mut found));
        assert_eq!(found, [""; 0]);
    }

    #[test]
    fn every_form_has_a_simpler_one_but_the_last() {
        let all: Vec<Form> = std::iter::successors(Some(Form::Whole), |f| f.simpler()).collect();
        assert_eq!(all, [Form::Whole, Form::WithoutBounds, Form::WithoutEnums, Form::Asked]);
    }
}
