//! What a column may hold after its type, its domains and its single-column CHECKs have been read: the list that a
//! provider has to fit into.

use seedbed_schema_model::SqlType;
use seedbed_sql_values::Value;

/// The values a column may hold, NULL apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ValueDomain {
    /// Exactly these, in order, without duplicates; `None` for no such list.
    pub allowed: Option<Vec<Value>>,
    /// None of these: `x <> 'draft'`, `NOT IN`.
    pub forbidden: Vec<Value>,
    /// Least value, for numbers, dates and times: `x >= 0`.
    pub low: Option<Bound>,
    /// Greatest value, for the same.
    pub high: Option<Bound>,
    /// The form of strings, for columns that hold text.
    pub text: TextDomain,
    /// What the two parts of a value may be: the lower and the upper end of a range, the coordinates of a point.
    pub pair: Option<Box<[ValueDomain; 2]>>,
    /// Fewest and most elements, for arrays.
    pub elements: Option<(u32, u32)>,
    /// What a JSON document is at its top, as `jsonb_typeof` names it: `array`, `object`.
    pub json_type: Option<String>,
    /// What text is written from, where conditions read it as a value of another type: `CAST(x AS integer) > 0`.
    pub written: Option<Box<Written>>,
}

impl ValueDomain {
    /// Whether it says which values there are, apart from the form of text.
    pub fn restricts_values(&self) -> bool {
        self.allowed.is_some() || !self.forbidden.is_empty() || self.low.is_some() || self.high.is_some()
    }
}

/// The values that text stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// Their type below all domains.
    pub ty: SqlType,
    /// Which of them.
    pub domain: ValueDomain,
}

/// One end of a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The end itself.
    pub value: Value,
    /// Whether the end belongs to the range.
    pub inclusive: bool,
}

/// What text has to look like: what `char_length(x) <= 10`, `x = lower(x)` and `x LIKE 'A%'` leave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextDomain {
    /// Fewest characters; 0 for no limit.
    pub min_chars: u32,
    /// Most characters, as `varchar(n)` and `char_length` count them.
    pub max_chars: Option<u32>,
    /// Most bytes in UTF-8, as `octet_length` and MySQL's `text` types count them.
    pub max_bytes: Option<u64>,
    /// Regular expressions (in the `regex` crate's syntax, unanchored unless they say so) that must all match.
    pub patterns: Vec<String>,
    /// No upper-case letters: `x = lower(x)`.
    pub lower: bool,
    /// No lower-case letters: `x = upper(x)`.
    pub upper: bool,
    /// No white space at either end: `x = trim(x)`.
    pub trimmed: bool,
    /// A JSON document: `json_valid(x)`.
    pub json: bool,
    /// Letters and digits alone: a condition on the form could not be read, and the plainest text is likeliest to meet
    /// it.
    pub plain: bool,
}
