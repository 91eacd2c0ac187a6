//! A place in a statement's tokens, and the small questions every statement form asks there.

use super::found::Found;
use super::identifier::{truncated, unquote};
use super::rules::TextAsName;
use super::token::{SourceText, Token, TokenKind, string_value};
use seedbed_schema_model::{Dialect, Span};

/// A run of tokens, walked from the front. Cheap to copy: a copy is a bookmark.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    /// The text that the tokens are of.
    pub source: SourceText<'a>,
    /// All tokens of the statement; [`Token::mate`] counts from its start.
    tokens: &'a [Token],
    /// The token here.
    at: usize,
    /// The token behind the last one of the run.
    end: usize,
}

/// A possibly qualified name, folded to the catalog's case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// What stands before the last dot.
    pub schema: Option<String>,
    /// The last part.
    pub name: String,
    /// All of it.
    pub span: Span,
}

impl<'a> Cursor<'a> {
    /// At the first of a statement's tokens.
    pub fn new(source: SourceText<'a>, tokens: &'a [Token]) -> Self {
        Self { source, tokens, at: 0, end: tokens.len() }
    }

    /// The dialect of the text.
    pub fn dialect(&self) -> Dialect {
        self.source.dialect
    }

    /// Whether no token is left.
    pub fn is_empty(&self) -> bool {
        self.at >= self.end
    }

    /// Tokens left.
    pub fn len(&self) -> usize {
        self.end.saturating_sub(self.at)
    }

    /// The tokens left.
    pub fn tokens(&self) -> &'a [Token] {
        self.tokens.get(self.at..self.end).unwrap_or(&[])
    }

    /// The token here.
    pub fn peek(&self) -> Option<&'a Token> {
        self.nth(0)
    }

    /// The `n`th token from here.
    pub fn nth(&self, n: usize) -> Option<&'a Token> {
        self.tokens().get(n)
    }

    /// The text of the `n`th token from here; empty past the end.
    pub fn text_at(&self, n: usize) -> &'a str {
        self.nth(n).map_or("", |t| self.source.slice(t))
    }

    /// The `n`th token from here as an unquoted word; empty for anything else.
    pub fn word_at(&self, n: usize) -> &'a str {
        self.nth(n).filter(|t| t.kind == TokenKind::Word).map_or("", |t| self.source.slice(t))
    }

    /// What the `n`th token from here is.
    pub fn kind_at(&self, n: usize) -> Option<TokenKind> {
        self.nth(n).map(|t| t.kind)
    }

    /// Moves past `n` tokens, or to the end.
    pub fn skip(&mut self, n: usize) {
        self.at = (self.at + n).min(self.end);
    }

    /// Whether the `n`th token from here is that unquoted word, in any case.
    pub fn is_word(&self, n: usize, word: &str) -> bool {
        self.word_at(n).eq_ignore_ascii_case(word)
    }

    /// Whether the words stand here, one after the other.
    pub fn at_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(n, word)| self.is_word(n, word))
    }

    /// Whether a word or a quoted name stands here.
    pub fn at_name(&self) -> bool {
        matches!(self.kind_at(0), Some(TokenKind::Word | TokenKind::Quoted))
    }

    /// Whether one of the words stands here.
    pub fn at_any(&self, words: &[&str]) -> bool {
        let here = self.word_at(0);
        !here.is_empty() && words.iter().any(|word| here.eq_ignore_ascii_case(word))
    }

    /// Moves past the words if they stand here.
    pub fn eat(&mut self, words: &[&str]) -> bool {
        let found = self.at_words(words);
        if found {
            self.skip(words.len());
        }
        found
    }

    /// Moves past one of the words, and returns it as listed.
    pub fn eat_any<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        let found = words.iter().find(|word| self.is_word(0, word))?;
        self.skip(1);
        Some(found)
    }

    /// Whether that character of an operator, or that square bracket, stands here.
    pub fn at_op(&self, op: &str) -> bool {
        matches!(self.kind_at(0), Some(TokenKind::Op | TokenKind::OpenSquare | TokenKind::CloseSquare))
            && self.text_at(0) == op
    }

    /// Moves past that character of an operator if it stands here.
    pub fn eat_op(&mut self, op: &str) -> bool {
        let found = self.at_op(op);
        self.skip(usize::from(found));
        found
    }

    /// Moves past a token of that kind if one stands here.
    pub fn eat_kind(&mut self, kind: TokenKind) -> bool {
        let found = self.kind_at(0) == Some(kind);
        self.skip(usize::from(found));
        found
    }

    /// The content of the brackets that open here; moves past them.
    pub fn parens(&mut self) -> Option<Self> {
        let open = self.peek().filter(|t| t.kind == TokenKind::Open)?;
        let close = (open.mate as usize).min(self.end);
        let inner = Self { at: self.at + 1, end: close.max(self.at + 1), ..*self };
        self.at = (close + 1).min(self.end);
        Some(inner)
    }

    /// Whether brackets that never close open here.
    pub fn is_unclosed(&self) -> bool {
        self.peek().is_some_and(|t| t.kind == TokenKind::Open && t.mate as usize >= self.end)
    }

    /// Moves past the token here, and past its whole content if it opens brackets.
    pub fn skip_group(&mut self) {
        match self.peek() {
            Some(token) if matches!(token.kind, TokenKind::Open | TokenKind::OpenSquare) => {
                self.at = (token.mate as usize + 1).min(self.end);
            }
            _ => self.skip(1),
        }
    }

    /// The tokens between here and `later`, a cursor further on in the same statement.
    #[must_use]
    pub fn until(&self, later: &Self) -> Self {
        Self { end: later.at.max(self.at), ..*self }
    }

    /// The parts between top-level commas. Empty parts are left out.
    pub fn split_commas(&self) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut walk = *self;
        let mut start = *self;
        while !walk.is_empty() {
            if walk.kind_at(0) == Some(TokenKind::Comma) {
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
    pub fn empty_parts(&self) -> Vec<Span> {
        let mut found = Vec::new();
        let mut walk = *self;
        let mut part_before = false;
        while !walk.is_empty() {
            let comma = walk.kind_at(0) == Some(TokenKind::Comma);
            if comma && (!part_before || walk.len() == 1) {
                found.push(walk.here());
            }
            part_before = !comma;
            walk.skip_group();
        }
        found
    }

    /// The run of tokens up to the first top-level one for which `stop` holds; moves there.
    #[expect(clippy::return_self_not_must_use, reason = "as often the tokens are only passed")]
    pub fn take_until(&mut self, stop: impl Fn(&Self) -> bool) -> Self {
        let start = *self;
        while !self.is_empty() && !stop(self) {
            self.skip_group();
        }
        start.until(self)
    }

    /// The span of the tokens left; an empty one at the place when there are none.
    pub fn span(&self) -> Span {
        match (self.peek(), self.tokens().last()) {
            (Some(first), Some(last)) => self.source.span(first.start as usize, last.end as usize),
            _ => self.here(),
        }
    }

    /// The span of the token here, or the end of the one before.
    pub fn here(&self) -> Span {
        if let Some(token) = self.peek() {
            return self.source.span(token.start as usize, token.end as usize);
        }
        match self.at.min(self.tokens.len()).checked_sub(1).map(|i| self.tokens[i]) {
            Some(before) => self.source.span(before.end as usize, before.end as usize),
            None => self.source.span(0, 0),
        }
    }

    /// The source text of the tokens left.
    pub fn text(&self) -> &'a str {
        match (self.peek(), self.tokens().last()) {
            (Some(first), Some(last)) => &self.source.text[first.start as usize..last.end as usize],
            _ => "",
        }
    }

    /// The identifier here, folded; strings count where the dialect lets them stand for names.
    pub fn ident(&mut self) -> Option<String> {
        let token = self.peek()?;
        let text = self.source.slice(token);
        let rules = self.source.rules;
        let name = match token.kind {
            TokenKind::Word => rules.bare_names.stored(text),
            TokenKind::Quoted => {
                unquote(text.strip_prefix(['u', 'U']).and_then(|t| t.strip_prefix('&')).unwrap_or(text))
            }
            TokenKind::Text if rules.text_as_name == TextAsName::Accepted => string_value(text, rules),
            _ => return None,
        };
        self.skip(1);
        Some(match rules.longest_name {
            Some(longest) => truncated(name, longest),
            None => name,
        })
    }

    /// The possibly qualified name here; of more than two parts the last two count.
    pub fn name(&mut self) -> Option<Name> {
        let start = *self;
        let mut name = self.ident()?;
        let mut schema = None;
        while self.kind_at(0) == Some(TokenKind::Dot)
            && matches!(self.kind_at(1), Some(TokenKind::Word | TokenKind::Quoted | TokenKind::Text))
        {
            self.skip(1);
            let Some(next) = self.ident() else { break };
            schema = Some(std::mem::replace(&mut name, next));
        }
        Some(Name { schema, name, span: start.until(self).span() })
    }

    /// The string here, unescaped. MySQL joins adjacent strings.
    pub fn string(&mut self) -> Option<String> {
        let token = self.peek().filter(|t| t.kind == TokenKind::Text)?;
        self.skip(1);
        Some(string_value(self.source.slice(token), self.source.rules))
    }

    /// The whole number here, with its sign.
    pub fn integer(&mut self) -> Option<i128> {
        let negative = self.at_op("-");
        let signed = usize::from(negative || self.at_op("+"));
        let token = self.nth(signed).filter(|t| t.kind == TokenKind::Number)?;
        let value: i128 = self.source.slice(token).parse().ok()?;
        self.skip(signed + 1);
        Some(if negative { -value } else { value })
    }

    /// The identifiers in the brackets here, such as a foreign key's columns.
    pub fn ident_list(&mut self) -> Option<Vec<String>> {
        let inner = self.parens()?;
        Some(inner.split_commas().into_iter().filter_map(|mut part| part.ident()).collect())
    }

    /// `IF EXISTS`, `IF NOT EXISTS`.
    pub fn eat_if_exists(&mut self) -> bool {
        self.eat(&["IF", "EXISTS"]) || self.eat(&["IF", "NOT", "EXISTS"])
    }

    /// What stands here, for messages.
    pub fn found(&self) -> Found {
        self.peek()
            .map_or(Found::End, |token| Found::Token(self.source.slice(token).chars().take(40).collect()))
    }
}
