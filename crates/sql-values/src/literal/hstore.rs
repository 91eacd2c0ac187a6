//! hstore's input, `a=>1, "b c"=>NULL` (PostgreSQL's manual, §F.18.1).

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// The pairs of a text. Of a key that comes twice the first one stays, which of them is not said by the manual.
pub(super) fn parse(text: &str) -> Option<BTreeMap<String, Option<String>>> {
    let mut chars = text.chars().peekable();
    let mut pairs = BTreeMap::new();
    skip_blanks(&mut chars);
    while chars.peek().is_some() {
        let (key, _) = word(&mut chars)?;
        skip_blanks(&mut chars);
        if (chars.next(), chars.next()) != (Some('='), Some('>')) {
            return None;
        }
        skip_blanks(&mut chars);
        let (value, quoted) = word(&mut chars)?;
        let value = (quoted || !value.eq_ignore_ascii_case("null")).then_some(value);
        pairs.entry(key).or_insert(value);
        skip_blanks(&mut chars);
        match chars.next() {
            None => break,
            Some(',') => skip_blanks(&mut chars),
            Some(_) => return None,
        }
    }
    Some(pairs)
}

fn skip_blanks(chars: &mut Peekable<Chars<'_>>) {
    while chars.next_if(|c| c.is_ascii_whitespace()).is_some() {}
}

/// A key or a value, and whether it stood in quotes.
fn word(chars: &mut Peekable<Chars<'_>>) -> Option<(String, bool)> {
    let mut out = String::new();
    if chars.next_if_eq(&'"').is_some() {
        loop {
            match chars.next()? {
                '"' => return Some((out, true)),
                '\\' => out.push(chars.next()?),
                other => out.push(other),
            }
        }
    }
    while let Some(c) = chars.next_if(|c| !c.is_ascii_whitespace() && !matches!(c, ',' | '=' | '"')) {
        out.push(if c == '\\' { chars.next()? } else { c });
    }
    (!out.is_empty()).then_some((out, false))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn pairs_come_with_quotes_and_without() {
        let pairs = parse(r#"a=>1, "b c" => "x \"y\"", d=>NULL, e=>"NULL""#).unwrap();
        let shown: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}:{v:?}")).collect();
        assert_eq!(shown, ["a:Some(\"1\")", "b c:Some(\"x \\\"y\\\"\")", "d:None", "e:Some(\"NULL\")"]);
        assert_eq!(parse("").unwrap().len(), 0);
        assert!(parse("a").is_none() && parse("a=>").is_none() && parse("a=>1 b=>2").is_none());
    }
}
