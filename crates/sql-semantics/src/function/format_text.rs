//! Texts made by a format, of code points and of nothing: SQLite's `format`, `char` and `zeroblob` (lang_corefunc.html,
//! printf.html).

use super::text::{MAX_LENGTH, integer};
use super::{BuiltinFunction, MANY, lenient, strict};
use crate::{Context, EvaluateError, cast};
use seedbed_sql_values::Value;
use seedbed_sql_values::number::{numeric_prefix, to_float};
use std::iter::Peekable;
use std::str::Chars;

/// SQLite's own.
#[rustfmt::skip]
pub(crate) const SQLITE: &[BuiltinFunction] = &[
    lenient("format",  (1, MANY), format),
    lenient("printf",  (1, MANY), format),
    lenient("char",    (0, MANY), |a, _| a.iter().map(code_point).collect::<Result<_, _>>().map(Value::Text)),
    strict("zeroblob", (1, 1), zeroblob),
];

/// The character of a code point; what is none is the replacement character, NULL counts for 0.
fn code_point(value: &Value) -> Result<char, EvaluateError> {
    let code = if value.is_null() { 0 } else { integer(value, "char")? };
    Ok(u32::try_from(code).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// So many zero bytes.
fn zeroblob(args: &[Value], _: &Context<'_>) -> Result<Value, EvaluateError> {
    let n = integer(&args[0], "zeroblob")?.max(0) as usize;
    if n > MAX_LENGTH {
        return Err(EvaluateError::unsupported("a text so long"));
    }
    Ok(Value::Bytes(vec![0; n]))
}

/// How one argument is written.
#[derive(Clone, Copy, Debug, Default)]
struct Conversion {
    left: bool,
    sign: Option<char>,
    alternate: bool,
    zeros: bool,
    groups: bool,
    width: usize,
    precision: Option<usize>,
}

/// The first argument with the others in the places of its conversions; those that lack an argument are of NULL.
fn format(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if args[0].is_null() {
        return Ok(Value::Null);
    }
    let text = cast::as_text(&args[0], cx);
    let (mut chars, mut rest) = (text.chars().peekable(), args[1..].iter());
    let mut out = String::new();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let conversion = Conversion::read(&mut chars)?;
        match chars.next() {
            // A percent sign at the end is written as it is.
            None | Some('%') => out.push('%'),
            Some(letter) => {
                out.push_str(&conversion.write(letter, rest.next().unwrap_or(&Value::Null), cx)?);
            }
        }
    }
    Ok(Value::Text(out))
}

impl Conversion {
    /// The flags, width and precision behind a percent sign.
    fn read(chars: &mut Peekable<Chars<'_>>) -> Result<Self, EvaluateError> {
        let mut read = Self::default();
        while let Some(flag) = chars.next_if(|c| "-+ #0,!".contains(*c)) {
            match flag {
                '-' => read.left = true,
                '+' | ' ' => read.sign = Some(flag),
                '#' => read.alternate = true,
                '0' => read.zeros = true,
                ',' => read.groups = true,
                _ => return Err(EvaluateError::unsupported("the flag `!` of `format`")),
            }
        }
        read.width = digits(chars)?.unwrap_or(0);
        if chars.next_if_eq(&'.').is_some() {
            read.precision = Some(digits(chars)?.unwrap_or(0));
        }
        while chars.next_if_eq(&'l').is_some() {}
        Ok(read)
    }

    /// An argument by the letter of its conversion.
    fn write(self, letter: char, value: &Value, cx: &Context<'_>) -> Result<String, EvaluateError> {
        match letter {
            'd' | 'i' => {
                let n = whole(value);
                Ok(self.number(n < 0, grouped(&n.unsigned_abs().to_string(), self.groups)))
            }
            'u' => Ok(self.unsigned((whole(value) as u64).to_string())),
            'x' => Ok(self.unsigned(format!("{:x}", whole(value) as u64))),
            'X' => Ok(self.unsigned(format!("{:X}", whole(value) as u64))),
            'o' => Ok(self.unsigned(format!("{:o}", whole(value) as u64))),
            'f' => {
                let f = float(value);
                let places = self.precision.unwrap_or(6);
                // Beyond fifteen digits the server writes digits of its own.
                if !f.is_finite() || f.abs() >= 1e9 || places > 6 {
                    return Err(EvaluateError::unsupported("`format` of so many digits"));
                }
                let digits = format!("{:.places$}", rounded(f.abs(), places));
                let negative = f < 0.0 && digits.bytes().any(|b| matches!(b, b'1'..=b'9'));
                let digits = match digits.split_once('.') {
                    Some((whole, rest)) => format!("{}.{rest}", grouped(whole, self.groups)),
                    None => grouped(&digits, self.groups),
                };
                Ok(self.padded_number(negative, digits))
            }
            's' | 'z' => Ok(self.padded(self.cut(text(value, cx)))),
            'c' => Ok(self.padded(text(value, cx).chars().take(1).collect())),
            'q' if value.is_null() => Ok(self.padded("(NULL)".to_owned())),
            'q' => Ok(self.padded(text(value, cx).replace('\'', "''"))),
            'w' => Ok(self.padded(text(value, cx).replace('"', "\"\""))),
            'Q' if value.is_null() => Ok(self.padded("NULL".to_owned())),
            'Q' => Ok(self.padded(format!("'{}'", text(value, cx).replace('\'', "''")))),
            other => Err(EvaluateError::unsupported(format!("the conversion `%{other}` of `format`"))),
        }
    }

    /// An integer in digits: at least as many as the precision says.
    fn number(self, negative: bool, digits: String) -> String {
        let missing = self.precision.unwrap_or(0).saturating_sub(digits.len());
        self.padded_number(negative, "0".repeat(missing) + &digits)
    }

    /// A number that has no sign.
    fn unsigned(self, digits: String) -> String {
        Self { sign: None, ..self }.number(false, digits)
    }

    /// Sign and digits, with zeros between them up to the width where that is asked for.
    fn padded_number(self, negative: bool, digits: String) -> String {
        let sign = if negative { "-".to_owned() } else { self.sign.map_or_else(String::new, String::from) };
        let missing = self.width.saturating_sub(sign.len() + digits.len());
        if self.zeros && !self.left {
            return format!("{sign}{}{digits}", "0".repeat(missing));
        }
        self.padded(sign + &digits)
    }

    /// As many bytes as the precision says.
    fn cut(self, text: String) -> String {
        match self.precision {
            Some(precision) => text[..text.floor_char_boundary(precision)].to_owned(),
            None => text,
        }
    }

    /// Blanks up to the width, which counts bytes.
    fn padded(self, text: String) -> String {
        let blanks = " ".repeat(self.width.saturating_sub(text.len()));
        if self.left { text + &blanks } else { blanks + &text }
    }
}

/// A number in the format; `*` would take it from the arguments.
fn digits(chars: &mut Peekable<Chars<'_>>) -> Result<Option<usize>, EvaluateError> {
    if chars.peek() == Some(&'*') {
        return Err(EvaluateError::unsupported("a width of `format` that is an argument"));
    }
    let mut number = None;
    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
        chars.next();
        number = Some(number.unwrap_or(0_usize).saturating_mul(10).saturating_add(digit as usize));
    }
    if number.is_some_and(|n| n > 1000) {
        return Err(EvaluateError::unsupported("a text so long"));
    }
    Ok(number)
}

/// The argument as an integer: the one that it begins with, cut off.
fn whole(value: &Value) -> i64 {
    match number(value) {
        Value::Integer(n) => n.clamp(i64::MIN.into(), i64::MAX.into()) as i64,
        other => to_float(&other) as i64,
    }
}

/// The argument as a float.
fn float(value: &Value) -> f64 {
    to_float(&number(value))
}

/// Text counts for the number that it begins with, NULL for 0.
fn number(value: &Value) -> Value {
    match value {
        Value::Null => Value::Integer(0),
        Value::Text(text) => numeric_prefix(text),
        other => other.clone(),
    }
}

/// The argument as text; NULL is none.
fn text(value: &Value, cx: &Context<'_>) -> String {
    if value.is_null() { String::new() } else { cast::as_text(value, cx) }
}

/// The server rounds the decimal digits of a float, halves up.
fn rounded(f: f64, places: usize) -> f64 {
    let digits = seedbed_sql_values::Decimal::from_float(f);
    digits.and_then(|d| d.rounded(places as i32)).map_or(f, seedbed_sql_values::Decimal::to_float)
}

/// Commas between groups of three digits.
fn grouped(digits: &str, groups: bool) -> String {
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if groups && i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
