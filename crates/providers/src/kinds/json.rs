//! Small JSON documents, for columns of a JSON type and for text.
//!
//! `json.object` is `{"kind": "harbor", "active": true, "level": 42}` with keys and values drawn, `json.array` one to
//! three words, `["silver", "bold"]`. Both are written with one space after `:` and `,`, as PostgreSQL prints `jsonb`,
//! and may repeat.

use crate::builtin::Builtin;
use crate::composed::Composed;
use crate::mix::{choose, push_number};
use crate::words::{ADJECTIVES, NOUNS};
use seedbed_datagen_core::Pen;
use seedbed_schema_model::SqlType;

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::alone("json.object", |r| Composed::repeating(push_object).for_types(r, is_json, "JSON")),
    Builtin::alone("json.array", |r| Composed::repeating(push_array).for_types(r, is_json, "JSON")),
];

fn is_json(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Json { .. })
}

fn push_object(ordinal: u64, out: &mut Pen) {
    out.push_str("{\"");
    out.push_str(["kind", "label", "source", "theme"][choose(ordinal, 81, 4)]);
    out.push_str("\": \"");
    out.push_str(NOUNS[choose(ordinal, 82, NOUNS.len())]);
    out.push_str("\", \"");
    out.push_str(["active", "visible", "verified", "shared"][choose(ordinal, 83, 4)]);
    out.push_str("\": ");
    out.push_str(["true", "false"][choose(ordinal, 84, 2)]);
    out.push_str(", \"");
    out.push_str(["level", "weight", "version", "count"][choose(ordinal, 85, 4)]);
    out.push_str("\": ");
    push_number(out, 1 + choose(ordinal, 86, 99) as u64, 0);
    out.push('}');
}

fn push_array(ordinal: u64, out: &mut Pen) {
    out.push('[');
    for i in 0..1 + choose(ordinal, 87, 3) as u64 {
        if i > 0 {
            out.push_str(", ");
        }
        out.push('"');
        out.push_str(ADJECTIVES[choose(ordinal, 88 + i, ADJECTIVES.len())]);
        out.push('"');
    }
    out.push(']');
}
