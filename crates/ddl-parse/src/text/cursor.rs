//! A place in a statement's tokens, and the small questions every statement form asks there.

use super::token::{Kind, Source, Token, string_value, unquote};
use crate::naming::truncated;
use seedbed_schema_model::{Dialect, Span};

/// A run of tokens, walked from the front. Cheap to copy: a copy is a bookmark.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    pub source: Source<'a>,
    /// All tokens of the statement; [`Token::mate`] counts from its start.
    tokens: &'a [Token],
    at: usize,
    end: usize,
}

/// A possibly qualified name, folded to the catalog's case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub schema: Option<String>,
    pub name: String,
    pub span: Span,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(source: Source<'a>, tokens: &'a [Token]) -> Self {
        Self { source, tokens, at: 0, end: tokens.len() }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.source.dialect
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.at >= self.end
    }

    /// Tokens left.
    pub(crate) fn len(&self) -> usize {
        self.end.saturating_sub(self.at)
    }

    pub(crate) fn tokens(&self) -> &'a [Token] {
        self.tokens.get(self.at..self.end).unwrap_or(&[])
    }

    pub(crate) fn peek(&self) -> Option<&'a Token> {
        self.nth(0)
    }

    pub(crate) fn nth(&self, n: usize) -> Option<&'a Token> {
        self.tokens().get(n)
    }

    /// The text of the `n`th token from here; empty past the end.
    pub(crate) fn text_at(&self, n: usize) -> &'a str {
        self.nth(n).map_or("", |t| self.source.slice(t))
    }

    /// The `n`th token from here as an unquoted word; empty for anything else.
    pub(crate) fn word_at(&self, n: usize) -> &'a str {
        self.nth(n).filter(|t| t.kind == Kind::Word).map_or("", |t| self.source.slice(t))
    }

    pub(crate) fn kind_at(&self, n: usize) -> Option<Kind> {
        self.nth(n).map(|t| t.kind)
    }

    pub(crate) fn skip(&mut self, n: usize) {
        self.at = (self.at + n).min(self.end);
    }

    pub(crate) fn is_word(&self, n: usize, word: &str) -> bool {
        self.word_at(n).eq_ignore_ascii_case(word)
    }

    /// Whether the words stand here, one after the other.
    pub(crate) fn at_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(n, word)| self.is_word(n, word))
    }

    /// Whether one of the words stands here.
    pub(crate) fn at_any(&self, words: &[&str]) -> bool {
        let here = self.word_at(0);
        !here.is_empty() && words.iter().any(|word| here.eq_ignore_ascii_case(word))
    }

    /// Moves past the words if they stand here.
    pub(crate) fn eat(&mut self, words: &[&str]) -> bool {
        let found = self.at_words(words);
        if found {
            self.skip(words.len());
        }
        found
    }

    /// Moves past one of the words, and returns it as listed.
    pub(crate) fn eat_any<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        let found = words.iter().find(|word| self.is_word(0, word))?;
        self.skip(1);
        Some(found)
    }

    pub(crate) fn at_op(&self, op: &str) -> bool {
        matches!(self.kind_at(0), Some(Kind::Op | Kind::OpenSquare | Kind::CloseSquare))
            && self.text_at(0) == op
    }

    pub(crate) fn eat_op(&mut self, op: &str) -> bool {
        let found = self.at_op(op);
        self.skip(usize::from(found));
        found
    }

    pub(crate) fn eat_kind(&mut self, kind: Kind) -> bool {
        let found = self.kind_at(0) == Some(kind);
        self.skip(usize::from(found));
        found
    }

    /// The content of the brackets that open here; moves past them.
    pub(crate) fn parens(&mut self) -> Option<Self> {
        let open = self.peek().filter(|t| t.kind == Kind::Open)?;
        let close = (open.mate as usize).min(self.end);
        let inner = Self { at: self.at + 1, end: close.max(self.at + 1), ..*self };
        self.at = (close + 1).min(self.end);
        Some(inner)
    }

    /// Whether brackets that never close open here.
    pub(crate) fn is_unclosed(&self) -> bool {
        self.peek().is_some_and(|t| t.kind == Kind::Open && t.mate as usize >= self.end)
    }

    /// Moves past the token here, and past its whole content if it opens brackets.
    pub(crate) fn skip_group(&mut self) {
        match self.peek() {
            Some(token) if matches!(token.kind, Kind::Open | Kind::OpenSquare) => {
                self.at = (token.mate as usize + 1).min(self.end);
            }
            _ => self.skip(1),
        }
    }

    /// The tokens between here and `later`, a cursor further on in the same statement.
    pub(crate) fn until(&self, later: &Self) -> Self {
        Self { end: later.at.max(self.at), ..*self }
    }

    /// The parts between top-level commas. Empty parts are left out.
    pub(crate) fn split_commas(&self) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut walk = *self;
        let mut start = *self;
        while !walk.is_empty() {
            if walk.kind_at(0) == Some(Kind::Comma) {
                parts.push(start.until(&walk));
                walk.skip(1);
                start = walk;
            } else {
                walk.skip_group();
            }
        }
        parts.push(start.until(&walk));
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// The commas beside which a part is missing: doubled ones, and one at the start or the end.
    pub(crate) fn empty_parts(&self) -> Vec<Span> {
        let mut found = Vec::new();
        let mut walk = *self;
        let mut part_before = false;
        while !walk.is_empty() {
            let comma = walk.kind_at(0) == Some(Kind::Comma);
            if comma && (!part_before || walk.len() == 1) {
                found.push(walk.here());
            }
            part_before = !comma;
            walk.skip_group();
        }
        found
    }

    /// The run of tokens up to the first top-level one for which `stop` holds; moves there.
    pub(crate) fn take_until(&mut self, stop: impl Fn(&Self) -> bool) -> Self {
        let start = *self;
        while !self.is_empty() && !stop(self) {
            self.skip_group();
        }
        start.until(self)
    }

    /// The span of the tokens left; an empty one at the place when there are none.
    pub(crate) fn span(&self) -> Span {
        match (self.peek(), self.tokens().last()) {
            (Some(first), Some(last)) => self.source.span(first.start as usize, last.end as usize),
            _ => self.here(),
        }
    }

    /// The span of the token here, or the end of the one before.
    pub(crate) fn here(&self) -> Span {
        if let Some(token) = self.peek() {
            return self.source.span(token.start as usize, token.end as usize);
        }
        match self.at.min(self.tokens.len()).checked_sub(1).map(|i| self.tokens[i]) {
            Some(before) => self.source.span(before.end as usize, before.end as usize),
            None => self.source.span(0, 0),
        }
    }

    /// The source text of the tokens left.
    pub(crate) fn text(&self) -> &'a str {
        match (self.peek(), self.tokens().last()) {
            (Some(first), Some(last)) => &self.source.text[first.start as usize..last.end as usize],
            _ => "",
        }
    }

    /// The identifier here, folded; strings count where the dialect lets them stand for names.
    pub(crate) fn ident(&mut self) -> Option<String> {
        let token = self.peek()?;
        let text = self.source.slice(token);
        let name = match token.kind {
            Kind::Word => fold(text, self.dialect()),
            Kind::Quoted => {
                unquote(text.strip_prefix(['u', 'U']).and_then(|t| t.strip_prefix('&')).unwrap_or(text))
            }
            Kind::Text if self.dialect() != Dialect::Postgres => string_value(text, self.dialect()),
            _ => return None,
        };
        self.skip(1);
        Some(if self.dialect() == Dialect::Postgres { truncated(name) } else { name })
    }

    /// The possibly qualified name here; of more than two parts the last two count.
    pub(crate) fn name(&mut self) -> Option<Name> {
        let start = *self;
        let mut name = self.ident()?;
        let mut schema = None;
        while self.kind_at(0) == Some(Kind::Dot)
            && matches!(self.kind_at(1), Some(Kind::Word | Kind::Quoted | Kind::Text))
        {
            self.skip(1);
            let Some(next) = self.ident() else { break };
            schema = Some(std::mem::replace(&mut name, next));
        }
        Some(Name { schema, name, span: start.until(self).span() })
    }

    /// The string here, unescaped. MySQL joins adjacent strings.
    pub(crate) fn string(&mut self) -> Option<String> {
        let token = self.peek().filter(|t| t.kind == Kind::Text)?;
        self.skip(1);
        Some(string_value(self.source.slice(token), self.dialect()))
    }

    /// The whole number here, with its sign.
    pub(crate) fn integer(&mut self) -> Option<i128> {
        let negative = self.at_op("-");
        let signed = usize::from(negative || self.at_op("+"));
        let token = self.nth(signed).filter(|t| t.kind == Kind::Number)?;
        let value: i128 = self.source.slice(token).parse().ok()?;
        self.skip(signed + 1);
        Some(if negative { -value } else { value })
    }

    /// The identifiers in the brackets here, such as a foreign key's columns.
    pub(crate) fn ident_list(&mut self) -> Option<Vec<String>> {
        let inner = self.parens()?;
        Some(inner.split_commas().into_iter().filter_map(|mut part| part.ident()).collect())
    }

    /// `IF EXISTS`, `IF NOT EXISTS`.
    pub(crate) fn eat_if_exists(&mut self) -> bool {
        self.eat(&["IF", "EXISTS"]) || self.eat(&["IF", "NOT", "EXISTS"])
    }

    /// What stands here, for messages.
    pub(crate) fn found(&self) -> String {
        match self.peek() {
            Some(token) => format!("`{}`", self.source.slice(token).chars().take(40).collect::<String>()),
            None => "the end".to_owned(),
        }
    }
}

/// An unquoted identifier as the catalog stores it: PostgreSQL folds it to lower case.
fn fold(text: &str, dialect: Dialect) -> String {
    match dialect {
        // ASCII only, as PostgreSQL does in multi-byte encodings.
        Dialect::Postgres => text.to_ascii_lowercase(),
        _ => text.to_owned(),
    }
}
