//! A text as words, numbers, quoted texts and signs, with the places where edits end.

use super::error::TextError;
use std::ops::Range;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: Kind,
    /// Where it stands, in bytes.
    pub(super) span: Range<usize>,
    /// How many brackets are open around it.
    pub(super) depth: u32,
}

/// What a piece of a text is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A name or a keyword.
    Word,
    /// Digits, perhaps with a point and an exponent.
    Number,
    /// `2024-12-31`.
    Date,
    /// `'text'`, without its quotes.
    Text(String),
    /// `"name"` or `` `name` ``, without its quotes.
    Quoted(String),
    /// `$sql$ ... $sql$`, without its quotes.
    Sql(String),
    /// Any other character.
    Sign(char),
    /// A semicolon or the end of a line, outside brackets.
    Break,
    /// What can't be read; it has been told.
    Bad,
}

/// Takes a text apart. Comments and white space are left out; what can't be read is told, and stands as [`Kind::Bad`].
pub(super) fn lex(text: &str) -> (Vec<Token>, Vec<TextError>) {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new(), open: Vec::new(), errors: Vec::new() };
    while let Some(c) = lexer.text[lexer.at..].chars().next() {
        lexer.step(c);
    }
    for (at, bracket) in std::mem::take(&mut lexer.open) {
        lexer.errors.push(TextError::UnclosedBracket { span: at..at + 1, bracket });
        lexer.push(Kind::Bad, lexer.at..lexer.at);
    }
    (lexer.tokens, lexer.errors)
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    /// Brackets that are open, and where.
    open: Vec<(usize, char)>,
    errors: Vec<TextError>,
}

impl Lexer<'_> {
    fn push(&mut self, kind: Kind, span: Range<usize>) {
        self.at = span.end;
        self.tokens.push(Token { kind, span, depth: self.open.len() as u32 });
    }

    /// Reads the piece that begins with `c`.
    fn step(&mut self, c: char) {
        let (start, rest) = (self.at, &self.text[self.at..]);
        let next = rest[c.len_utf8()..].chars().next();
        match c {
            '\n' | ';' if self.open.is_empty() => self.line_end(),
            '#' if self.open.is_empty() && self.begins_comment(next) => {
                self.at += rest.find('\n').unwrap_or(rest.len())
            }
            c if c.is_whitespace() => self.at += c.len_utf8(),
            '\'' | '"' | '`' => self.quoted(c),
            '$' if self.sql_quote().is_some() => self.sql(),
            c if c.is_ascii_digit() => self.number(),
            c if c.is_alphabetic() || c == '_' => self.word(),
            '(' | '[' | '{' => {
                self.push(Kind::Sign(c), start..start + 1);
                self.open.push((start, c));
            }
            ')' | ']' | '}' => {
                self.open.pop();
                self.push(Kind::Sign(c), start..start + 1);
            }
            c => self.push(Kind::Sign(c), start..start + c.len_utf8()),
        }
    }

    /// A list goes on behind a comma at the end of a line.
    fn line_end(&mut self) {
        let goes_on = self.tokens.last().is_some_and(|t| t.kind == Kind::Sign(','));
        if goes_on && self.text[self.at..].starts_with('\n') {
            self.at += 1;
        } else {
            self.push(Kind::Break, self.at..self.at + 1);
        }
    }

    /// `#` after white space begins a comment; of PostgreSQL's `#>` and `#-` only at the beginning of a line.
    fn begins_comment(&self, next: Option<char>) -> bool {
        let before = &self.text[..self.at];
        let line = before.rsplit('\n').next().unwrap_or(before);
        let is_operator = matches!(next, Some('>' | '-' | '#'));
        line.trim().is_empty() || (!is_operator && line.ends_with(char::is_whitespace))
    }

    fn quoted(&mut self, quote: char) {
        let start = self.at;
        let (mut name, mut rest) = (String::new(), &self.text[start + 1..]);
        while let Some((part, after)) = rest.split_once(quote) {
            name.push_str(part);
            // A doubled quote is one of the text.
            let Some(more) = after.strip_prefix(quote) else {
                let kind = if quote == '\'' { Kind::Text(name) } else { Kind::Quoted(name) };
                self.push(kind, start..self.text.len() - after.len());
                return;
            };
            name.push(quote);
            rest = more;
        }
        self.unclosed(quote.to_string(), start);
    }

    /// `$sql$`, or `$sql1$` and so on, if it stands here.
    fn sql_quote(&self) -> Option<&str> {
        let rest = &self.text[self.at..];
        let digits = rest.strip_prefix("$sql")?;
        let end = digits.find(|c: char| !c.is_ascii_digit())?;
        digits[end..].starts_with('$').then(|| &rest[.."$sql".len() + end + 1])
    }

    fn sql(&mut self) {
        let (start, Some(quote)) = (self.at, self.sql_quote().map(str::to_owned)) else { return };
        let inner = start + quote.len();
        match self.text[inner..].find(&quote) {
            Some(len) => {
                let sql = self.text[inner..inner + len].to_owned();
                self.push(Kind::Sql(sql), start..inner + len + quote.len());
            }
            None => self.unclosed(quote, start),
        }
    }

    /// The rest of the line can't be read.
    fn unclosed(&mut self, quote: String, start: usize) {
        self.errors
            .push(TextError::UnclosedQuote { span: start..start + quote.len(), quote: format!("`{quote}`") });
        let rest = &self.text[start..];
        self.push(Kind::Bad, start..start + rest.find('\n').unwrap_or(rest.len()));
    }

    fn number(&mut self) {
        let (start, rest) = (self.at, &self.text[self.at..]);
        if let Some(len) = date_len(rest) {
            return self.push(Kind::Date, start..start + len);
        }
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let mut len = digits(rest);
        if let Some(fraction) = rest[len..].strip_prefix('.')
            && digits(fraction) > 0
        {
            len += 1 + digits(fraction);
        }
        if let Some(exponent) = rest[len..].strip_prefix(['e', 'E']) {
            let sign = usize::from(exponent.starts_with(['-', '+']));
            if digits(&exponent[sign..]) > 0 {
                len += 1 + sign + digits(&exponent[sign..]);
            }
        }
        self.push(Kind::Number, start..start + len);
    }

    /// Letters, digits and `_`; an apostrophe between letters that nothing closes is one of the word.
    fn word(&mut self) {
        let (start, rest) = (self.at, &self.text[self.at..]);
        let of_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let mut len = rest.find(|c| !of_word(c)).unwrap_or(rest.len());
        while let Some(tail) = rest[len..].strip_prefix('\'') {
            let line = tail.split('\n').next().unwrap_or(tail);
            if !tail.starts_with(char::is_alphabetic) || line.contains('\'') {
                break;
            }
            len += 1 + tail.find(|c| !of_word(c)).unwrap_or(tail.len());
        }
        self.push(Kind::Word, start..start + len);
    }
}

/// The length of a date that a text begins with.
fn date_len(text: &str) -> Option<usize> {
    const FORM: &[u8] = b"0000-00-00";
    let bytes = text.as_bytes();
    let is_date = bytes.len() >= FORM.len()
        && FORM.iter().zip(bytes).all(|(form, b)| if *form == b'0' { b.is_ascii_digit() } else { form == b });
    let ends = !bytes.get(FORM.len()).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-');
    (is_date && ends).then_some(FORM.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        lex(text).0.into_iter().map(|t| t.kind).collect()
    }

    #[test]
    fn edits_end_at_lines_and_semicolons_outside_quotes_and_brackets() {
        let breaks = |text: &str| kinds(text).iter().filter(|k| **k == Kind::Break).count();
        assert_eq!(breaks("a; b\nc"), 2);
        assert_eq!(breaks("a = 'x;\ny' and (b;\nc)"), 0);
        assert_eq!(breaks("500 customers,\n2 orders"), 0, "a list goes on");
    }

    #[test]
    fn comments_are_left_out_and_operators_are_not() {
        assert_eq!(kinds("a # b"), [Kind::Word]);
        assert_eq!(kinds("# b\na"), [Kind::Break, Kind::Word]);
        assert_eq!(kinds("a #> b").len(), 4);
    }

    #[test]
    fn quotes_are_doubled_within_quotes() {
        assert_eq!(kinds("'it''s'"), [Kind::Text("it's".to_owned())]);
        assert_eq!(kinds("$sql$a; 'b$sql$"), [Kind::Sql("a; 'b".to_owned())]);
        assert_eq!(kinds("children's"), [Kind::Word]);
    }

    #[test]
    fn what_never_closes_is_told_with_its_place() {
        let (_, errors) = lex("a = 'b\nc (");
        let told: Vec<_> = errors.iter().map(|e| (e.code(), e.span())).collect();
        assert_eq!(told, [("edit-unclosed-quote", 4..5), ("edit-unclosed-bracket", 9..10)]);
    }
}
