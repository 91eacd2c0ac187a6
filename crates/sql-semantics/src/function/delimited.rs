//! Lists in a text and lists of arguments: which part, and where (MySQL's manual, §12.8).

use super::text::integer;
use super::{BuiltinFunction, MANY, lenient, lenient_matching, strict, strict_matching};
use crate::compare::mysql::number_of;
use crate::compare::{Basis, compare};
use crate::{Context, EvaluateError, cast};
use seedbed_schema_model::Expr;
use seedbed_sql_values::Value;
use seedbed_sql_values::number::to_float;

/// MySQL's own.
#[rustfmt::skip]
pub(crate) const MYSQL: &[BuiltinFunction] = &[
    strict("substring_index",      (3, 3), substring_index),
    strict_matching("find_in_set", (2, 2), find_in_set),
    strict_matching("strcmp",      (2, 2), strcmp),
    lenient_matching("field",      (2, MANY), field),
    lenient("elt",                 (2, MANY), elt),
];

/// What stands before the n-th delimiter, or, for a negative number, behind the n-th from the end. Delimiters are found
/// by their very characters, without overlap, from the end where it counts from there.
fn substring_index(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    let (text, mark) = (cast::as_text(&args[0], cx), cast::as_text(&args[1], cx));
    let n = integer(&args[2], "substring_index")?;
    if mark.is_empty() || n == 0 {
        return Ok(Value::Text(String::new()));
    }
    let nth = usize::try_from(n.unsigned_abs() - 1).unwrap_or(usize::MAX);
    let part = if n > 0 {
        text.match_indices(&mark).nth(nth).map(|(at, _)| &text[..at])
    } else {
        text.rmatch_indices(&mark).nth(nth).map(|(at, _)| &text[at + mark.len()..])
    };
    Ok(Value::Text(part.unwrap_or(&text).to_owned()))
}

/// Which of the parts between commas is the first text; 0 where none is, as where it has a comma itself.
fn find_in_set<'a>(args: &'a [Expr], values: &[Value], cx: &'a Context<'a>) -> Result<Value, EvaluateError> {
    let (wanted, list) = (cast::as_text(&values[0], cx), cast::as_text(&values[1], cx));
    if list.is_empty() || wanted.contains(',') {
        return Ok(Value::Integer(0));
    }
    let basis = Basis::of(&args[0], &args[1], cx);
    let wanted = Value::Text(wanted);
    for (i, part) in list.split(',').enumerate() {
        if compare(&wanted, &Value::Text(part.to_owned()), &basis, cx)?.is_some_and(|order| order.is_eq()) {
            return Ok(Value::Integer(i as i128 + 1));
        }
    }
    Ok(Value::Integer(0))
}

/// -1, 0 or 1, as the texts are ordered.
fn strcmp<'a>(args: &'a [Expr], values: &[Value], cx: &'a Context<'a>) -> Result<Value, EvaluateError> {
    let [a, b] = [&values[0], &values[1]].map(|value| Value::Text(cast::as_text(value, cx)));
    let order = compare(&a, &b, &Basis::of(&args[0], &args[1], cx), cx)?;
    Ok(order.map_or(Value::Null, |order| Value::Integer(order as i128)))
}

/// Which of the other arguments the first one equals; 0 for none, and for NULL. Arguments are compared as texts where all
/// are, else as numbers.
fn field<'a>(args: &'a [Expr], values: &[Value], cx: &'a Context<'a>) -> Result<Value, EvaluateError> {
    if values[0].is_null() {
        return Ok(Value::Integer(0));
    }
    let as_texts = values.iter().all(|value| matches!(value, Value::Text(_) | Value::Null));
    for (i, (arg, value)) in args.iter().zip(values).enumerate().skip(1) {
        let equal = match (value, as_texts) {
            (Value::Null, _) => false,
            (value, true) => compare(&values[0], value, &Basis::of(&args[0], arg, cx), cx)?
                .is_some_and(|order| order.is_eq()),
            (value, false) => to_float(&number_of(&values[0])) == to_float(&number_of(value)),
        };
        if equal {
            return Ok(Value::Integer(i as i128));
        }
    }
    Ok(Value::Integer(0))
}

/// The argument of that number behind the first; NULL where there is none.
fn elt(args: &[Value], cx: &Context<'_>) -> Result<Value, EvaluateError> {
    if args[0].is_null() {
        return Ok(Value::Null);
    }
    let chosen = usize::try_from(integer(&args[0], "elt")?).ok().filter(|n| *n > 0);
    Ok(match chosen.and_then(|n| args.get(n)) {
        None | Some(Value::Null) => Value::Null,
        Some(value) => Value::Text(cast::as_text(value, cx)),
    })
}
