//! Statements that a block puts together: `EXECUTE format('... %I ...', name)`, `EXECUTE 'a' || name`.
//!
//! They are followed where all their parts are known: texts that are written out, and the arguments of the call.

use seedbed_sql_syntax::{Cursor, TokenKind};

/// What the names in a block stand for, as far as it is known: the arguments of its function and texts that it has set.
#[derive(Clone, Debug, Default)]
pub(super) struct Bindings {
    known: Vec<(String, String)>,
}

impl Bindings {
    /// Has a name stand for a text; `None` forgets it.
    pub(super) fn set(&mut self, name: &str, text: Option<String>) {
        self.known.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.known.extend(text.map(|text| (name.to_owned(), text)));
    }

    fn get(&self, name: &str) -> Option<String> {
        self.known.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, text)| text.clone())
    }
}

/// The text that an expression makes; `None` where a part of it is not known.
pub(super) fn text_of(bindings: &Bindings, mut expr: Cursor<'_>) -> Option<String> {
    let mut text = part(bindings, &mut expr)?;
    while !expr.is_empty() {
        (expr.eat_op("|") && expr.eat_op("|")).then_some(())?;
        text.push_str(&part(bindings, &mut expr)?);
    }
    Some(text)
}

/// One operand of `||`, with a cast behind it.
fn part(bindings: &Bindings, expr: &mut Cursor<'_>) -> Option<String> {
    let text = operand(bindings, expr)?;
    while expr.eat_op(":") {
        expr.eat_op(":").then_some(())?;
        expr.name()?;
    }
    Some(text)
}

fn operand(bindings: &Bindings, expr: &mut Cursor<'_>) -> Option<String> {
    if let Some(inner) = expr.parens() {
        return text_of(bindings, inner);
    }
    if expr.kind_at(0) == Some(TokenKind::Text) {
        return expr.string();
    }
    // `$1`
    if expr.at_op("$") && expr.kind_at(1) == Some(TokenKind::Number) {
        let name = format!("${}", expr.text_at(1));
        expr.skip(2);
        return bindings.get(&name);
    }
    let name =
        expr.name().filter(|name| name.schema.as_deref().is_none_or(|schema| schema == "pg_catalog"))?.name;
    let Some(arguments) = expr.parens() else { return bindings.get(&name) };
    let mut texts = arguments.split_commas().into_iter().map(|argument| text_of(bindings, argument));
    match name.as_str() {
        "format" => {
            let form = texts.next()??;
            formatted(&form, &texts.collect::<Option<Vec<String>>>()?)
        }
        "concat" => texts.collect(),
        "quote_ident" => texts.next()?.map(|text| quoted_name(&text)),
        "quote_literal" => texts.next()?.map(|text| quoted_text(&text)),
        "lower" => texts.next()?.map(|text| text.to_lowercase()),
        "upper" => texts.next()?.map(|text| text.to_uppercase()),
        _ => None,
    }
}

/// `format('%s %I %L %1$s %%', ...)` (<https://www.postgresql.org/docs/current/functions-string.html>, "format").
fn formatted(form: &str, arguments: &[String]) -> Option<String> {
    let mut out = String::with_capacity(form.len());
    let (mut rest, mut next) = (form, 0);
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if digits > 0 && rest[digits..].starts_with('$') {
            next = rest[..digits].parse::<usize>().ok()?.checked_sub(1)?;
            rest = &rest[digits + 1..];
        }
        let kind = rest.chars().next()?;
        rest = &rest[kind.len_utf8()..];
        if kind == '%' {
            out.push('%');
            continue;
        }
        let argument = arguments.get(next)?;
        next += 1;
        match kind {
            's' => out.push_str(argument),
            'I' => out.push_str(&quoted_name(argument)),
            'L' => out.push_str(&quoted_text(argument)),
            _ => return None,
        }
    }
    out.push_str(rest);
    Some(out)
}

/// A name in quotes, which mean the same where none are needed.
fn quoted_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn quoted_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::Dialect;
    use seedbed_sql_syntax::{SourceText, tokens};

    #[track_caller]
    fn check(expr: &str, expected: Option<&str>) {
        let mut bindings = Bindings::default();
        bindings.set("t", Some("Odd".to_owned()));
        bindings.set("$1", Some("Odd".to_owned()));
        let source = SourceText::new(expr, Dialect::Postgres);
        assert_eq!(text_of(&bindings, Cursor::new(source, &tokens(source))).as_deref(), expected, "{expr}");
    }

    #[test]
    fn texts_of_known_parts() {
        check("'DROP TABLE ' || t::text", Some("DROP TABLE Odd"));
        check("format('%s %I %L %% %1$s', $1, t, 'it''s')", Some("Odd \"Odd\" 'it''s' % Odd"));
        check("('a' || quote_ident(t) || concat('b', t))", Some("a\"Odd\"bOdd"));
        check("'a' || other", None);
        check("format('%s')", None);
        check("format('%999999999999999999999$s', t)", None);
    }
}
