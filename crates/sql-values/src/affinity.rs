//! SQLite's type affinity: what a column's declared type makes of the values that are written to it (datatype3.html,
//! §3).

use crate::Value;
use crate::notation::push_sqlite_float;
use crate::number::{numeric_text, sqlite_integer_from_real, to_float};
use crate::text::push_wide_integer;
use seedbed_schema_model::{Column, SqlType};

/// The affinity of a column or an expression (datatype3.html, §3 and §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affinity {
    /// An expression that is neither a column nor a cast.
    None,
    /// Values stay as they are.
    Blob,
    /// Numbers become text.
    Text,
    /// Text that is a number becomes an integer or a real, and a whole real an integer.
    Numeric,
    /// The same, from a declared type with `INT` in it; a cast to it cuts a fraction off.
    Integer,
    /// Text that is a number, and integers, become reals.
    Real,
}

impl Affinity {
    /// Whether the other side of a comparison is brought to a number (datatype3.html, §4.2).
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Numeric | Self::Integer | Self::Real)
    }

    /// The affinity of a column, by the words of its declared type; without one, by its type.
    ///
    /// ```
    /// use seedbed_schema_model::{Column, SqlType};
    /// use seedbed_sql_values::affinity::Affinity;
    /// let mut column = Column::new("at", SqlType::TEXT);
    /// assert_eq!(Affinity::of_column(&column), Affinity::Text);
    /// column.declared_type = "POINT".to_owned();
    /// assert_eq!(Affinity::of_column(&column), Affinity::Integer, "there is INT in POINT");
    /// ```
    pub fn of_column(column: &Column) -> Self {
        if column.declared_type.is_empty() {
            Self::of_type(&column.ty)
        } else {
            Self::of_words(&column.declared_type)
        }
    }

    /// The affinity of a type that no declared words tell more about, such as the target of a cast.
    pub fn of_type(ty: &SqlType) -> Self {
        match ty {
            SqlType::Integer { .. } | SqlType::Year => Self::Integer,
            SqlType::Float { .. } => Self::Real,
            SqlType::Char { .. } | SqlType::Varchar { .. } | SqlType::Text { .. } | SqlType::Citext => {
                Self::Text
            }
            SqlType::Blob { .. } | SqlType::Any => Self::Blob,
            SqlType::Unknown { name } => Self::of_words(name),
            _ => Self::Numeric,
        }
    }

    /// The five rules of datatype3.html, §3.1, in their order.
    fn of_words(declared: &str) -> Self {
        let upper = declared.to_ascii_uppercase();
        let names = |words: &[&str]| words.iter().any(|word| upper.contains(word));
        if names(&["INT"]) {
            Self::Integer
        } else if names(&["CHAR", "CLOB", "TEXT"]) {
            Self::Text
        } else if names(&["BLOB"]) {
            Self::Blob
        } else if names(&["REAL", "FLOA", "DOUB"]) {
            Self::Real
        } else {
            Self::Numeric
        }
    }

    /// SQLite's conversion of a value that is stored in a column of this affinity. Text that is no number stays text.
    pub fn apply(self, value: Value) -> Value {
        match (self, value) {
            (Self::Text, number @ (Value::Integer(_) | Value::Float(_))) => {
                Value::Text(sqlite_number_text(&number))
            }
            (Self::Numeric | Self::Integer, Value::Text(text)) => match numeric_text(&text) {
                Some(Value::Float(f)) => sqlite_integer_from_real(f).map_or(Value::Float(f), Value::Integer),
                Some(number) => number,
                None => Value::Text(text),
            },
            (Self::Numeric | Self::Integer, Value::Float(f)) => {
                sqlite_integer_from_real(f).map_or(Value::Float(f), Value::Integer)
            }
            (Self::Real, Value::Text(text)) => match numeric_text(&text) {
                Some(number) => Value::Float(to_float(&number)),
                None => Value::Text(text),
            },
            (Self::Real, Value::Integer(n)) => Value::Float(n as f64),
            (_, value) => value,
        }
    }
}

/// An integer or a float as SQLite writes it: `1`, `1.0`, `1.0e+20`.
pub fn sqlite_number_text(number: &Value) -> String {
    let mut out = String::new();
    match number {
        Value::Integer(n) => push_wide_integer(&mut out, *n),
        other => push_sqlite_float(&mut out, to_float(other), false),
    }
    out
}
