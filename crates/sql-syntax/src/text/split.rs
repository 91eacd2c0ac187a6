//! A file's text into statements and script commands.
//!
//! Knows what only clients know: `DELIMITER`, `GO`, psql's backslash commands, SQLite's dot commands, the data that
//! follows `COPY ... FROM stdin`, and bodies whose semicolons do not end the statement.

use super::brackets::bracket_mates;
use super::lexer::Lexer;
use super::rules::{Bodies, ClientCommands, CopyData};
use super::swallowed::swallowed;
use super::token::{SourceText, Token, TokenKind};
use super::unclosed::{Opened, Unclosed};
use seedbed_schema_model::Span;

/// One piece of a script.
#[derive(Debug)]
pub enum ScriptItem<'a> {
    /// A statement without its terminator; never empty.
    Statement(Vec<Token>),
    /// A client's command, such as `\i schema.sql`.
    Command(&'a str, Span),
    /// The lines after `COPY ... FROM stdin`.
    Data(&'a str),
}

/// Cuts a text into [`ScriptItem`]s.
#[derive(Debug)]
pub struct Splitter<'a> {
    /// Where the text is read.
    lexer: Lexer<'a>,
    /// What ends a statement: `;`, or what MySQL's `DELIMITER` says.
    delimiter: &'a str,
    /// Data that follows the statement given last.
    data: Option<&'a str>,
    /// What to do about a quote or a comment without an end.
    recovery: Recovery,
    /// Whether something stays open to the end of the text, once that is known.
    stays_open: Option<bool>,
}

/// A quote or a comment without an end, which swallows statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recovery {
    /// Reading goes on at the next line that begins a statement, so many times more.
    NextStatement(u8),
    /// It is only looked for.
    Off,
}

/// How often reading goes on behind something unclosed: a text with more of them is none of statements.
const MOST_RECOVERIES: u8 = 50;

impl<'a> Splitter<'a> {
    /// Of the bytes `start..end` of a text.
    pub fn new(source: SourceText<'a>, start: usize, end: usize) -> Self {
        let recovery = Recovery::NextStatement(MOST_RECOVERIES);
        Self { lexer: Lexer::new(source, start, end), delimiter: ";", data: None, recovery, stays_open: None }
    }

    /// What was never closed.
    pub fn into_unclosed(self) -> Vec<Unclosed> {
        self.lexer.unclosed
    }

    /// The text that is cut.
    fn source(&self) -> SourceText<'a> {
        self.lexer.source
    }

    /// The next token. A word ends where the delimiter begins, although `$` may be part of a word: `END$$`.
    fn token(&mut self) -> Option<Token> {
        let mut token = self.lexer.token()?;
        if token.kind == TokenKind::Word
            && self.delimiter != ";"
            && let Some(at) = self.source().slice(&token).find(self.delimiter)
        {
            token.end = token.start + at as u32;
            self.lexer.at = token.end as usize;
        }
        Some(token)
    }

    /// Where a string or a name goes on over lines that begin statements, though the quote that closes it opens another
    /// one: something is open at the end of the text, and nothing would be if it ended before the first of those lines.
    /// Cuts it there, so that reading goes on with the statement.
    fn cut_at_statement(&mut self, token: &mut Token, unclosed_before: usize) -> bool {
        let Recovery::NextStatement(left @ 1..) = self.recovery else { return false };
        let source = self.source();
        if !matches!(token.kind, TokenKind::Text | TokenKind::Quoted) {
            return false;
        }
        let Some(at) = swallowed(source.slice(token)).map(|at| token.start as usize + at) else {
            return false;
        };
        if self.lexer.unclosed.len() == unclosed_before {
            if !self.stays_open() {
                return false;
            }
            self.recovery = Recovery::NextStatement(left - 1);
            if self.is_open_at_end(at) {
                return false;
            }
            let what = match token.kind {
                TokenKind::Quoted => Opened::QuotedName,
                _ if source.slice(token).starts_with('$') => Opened::DollarQuoted,
                _ => Opened::Text,
            };
            let start = token.start as usize;
            self.lexer.unclosed.push(Unclosed { what, span: source.span(start, start + 1) });
        }
        token.end = at as u32;
        self.lexer.at = at;
        self.recovery = Recovery::NextStatement(left - 1);
        self.stays_open = None;
        true
    }

    /// Whether something is still open at the end when the text is read on from here. That is the same for all places, so
    /// that a text is read once for it.
    fn stays_open(&mut self) -> bool {
        let known = self.stays_open.unwrap_or_else(|| self.is_open_at_end(self.lexer.at));
        self.stays_open = Some(known);
        known
    }

    /// Whether something is still open at the end when the text is read from a place on.
    fn is_open_at_end(&self, from: usize) -> bool {
        let lexer = Lexer::new(self.source(), from, self.lexer.at + self.lexer.rest().len());
        let mut ahead = Splitter { lexer, data: None, recovery: Recovery::Off, ..*self };
        ahead.by_ref().for_each(drop);
        !ahead.lexer.unclosed.is_empty()
    }

    /// Goes on behind a comment without an end, at the next line that begins a statement. Returns whether there is one.
    fn leave_comment(&mut self, unclosed_before: usize) -> bool {
        let Recovery::NextStatement(left @ 1..) = self.recovery else { return false };
        let Some(comment) = self.lexer.unclosed.get(unclosed_before) else { return false };
        let start = (comment.span.start as usize).checked_sub(self.source().base);
        let inside = start
            .filter(|_| comment.what == Opened::Comment)
            .and_then(|start| Some(start + swallowed(self.source().text.get(start..self.lexer.at)?)?));
        let Some(at) = inside else { return false };
        self.lexer.at = at;
        self.recovery = Recovery::NextStatement(left - 1);
        true
    }

    /// The word at a place; empty for anything else.
    fn word<'t>(&self, tokens: &'t [Token], at: usize) -> &'a str
    where
        'a: 't,
    {
        match tokens.get(at) {
            Some(token) if token.kind == TokenKind::Word => self.source().slice(token),
            _ => "",
        }
    }

    /// Whether that word stands at a place.
    fn is(&self, tokens: &[Token], at: usize, word: &str) -> bool {
        self.word(tokens, at).eq_ignore_ascii_case(word)
    }

    /// The whole line that the lexer stands in, from where it stands; moves past it.
    fn take_line(&mut self) -> (&'a str, Span) {
        let start = self.lexer.at;
        let line = self.lexer.rest().split('\n').next().unwrap_or("").trim_end();
        let length = self.lexer.rest().find('\n').unwrap_or(self.lexer.rest().len());
        self.lexer.at += length;
        (line, self.source().span(start, start + line.len()))
    }

    /// Whether only white space stands before, on the line.
    fn at_line_start(&self) -> bool {
        self.source().text[..self.lexer.at].rsplit('\n').next().is_none_or(|before| before.trim().is_empty())
    }

    /// A client's command at the lexer's place, if there is one.
    fn command(&mut self, tokens: &[Token]) -> Option<(&'a str, Span)> {
        let rest = self.lexer.rest();
        let commands = self.source().rules.client_commands;
        let between = tokens.is_empty();
        let first = rest.as_bytes().first()?;
        let here = match first {
            b'\\' => commands == ClientCommands::Backslash || between,
            b'.' => commands == ClientCommands::Dot && between && rest[1..].starts_with(char::is_alphabetic),
            // A comment to SQLite's shell, and only between statements.
            b'#' => commands == ClientCommands::Dot && between && self.at_line_start(),
            b'd' | b'D' => commands == ClientCommands::Delimiter && between && is_delimiter_command(rest),
            b'g' | b'G' => is_go_line(rest) && self.at_line_start(),
            _ => false,
        };
        here.then(|| self.take_line())
    }

    /// Whether a semicolon after `tokens` belongs to a body and does not end the statement.
    fn inside_body(&self, tokens: &[Token], body: &mut BodyProgress) -> bool {
        let kind = *body.kind.get_or_insert_with(|| self.body_kind(tokens));
        let last = tokens.len();
        let new = body.counted..last;
        body.counted = last;
        match kind {
            BodyKind::None => false,
            // The rule of sqlite3_complete(): a trigger ends with `; END ;`.
            BodyKind::Block => {
                let ended = last >= 2
                    && self.is(tokens, last - 1, "END")
                    && tokens[last - 2].kind == TokenKind::Semicolon;
                !ended
            }
            BodyKind::Atomic => {
                for at in new {
                    let word = self.word(tokens, at);
                    let opens =
                        word.eq_ignore_ascii_case("ATOMIC") && self.is(tokens, at.wrapping_sub(1), "BEGIN");
                    if opens || word.eq_ignore_ascii_case("CASE") {
                        body.depth += 1;
                    } else if word.eq_ignore_ascii_case("END") {
                        body.depth -= 1;
                    }
                }
                body.depth > 0
            }
            BodyKind::Parenthesised => {
                for at in new {
                    match tokens[at].kind {
                        TokenKind::Open => body.depth += 1,
                        TokenKind::Close => body.depth -= 1,
                        _ => {}
                    }
                }
                body.depth > 0
            }
        }
    }

    /// Takes over what MySQL's `DELIMITER //` says; without one it is `;` again. Returns whether it was that command.
    fn set_delimiter(&mut self, line: &'a str) -> bool {
        let command = line.get(..9).filter(|word| word.eq_ignore_ascii_case("delimiter"));
        let Some(delimiter) = command.and(line.get(9..)) else { return false };
        let delimiter = delimiter.trim();
        self.delimiter = if delimiter.is_empty() { ";" } else { delimiter };
        true
    }

    /// Moves past a delimiter of the script's own, if one stands there.
    fn eat_delimiter(&mut self) -> bool {
        let here = self.delimiter != ";" && self.lexer.rest().starts_with(self.delimiter);
        if here {
            self.lexer.at += self.delimiter.len();
        }
        here
    }

    /// What kind of body the statement may have, by its first words.
    fn body_kind(&self, tokens: &[Token]) -> BodyKind {
        if !self.is(tokens, 0, "CREATE") {
            return BodyKind::None;
        }
        let head = |word: &str| (1..tokens.len().min(12)).any(|at| self.is(tokens, at, word));
        let has_begin = || (1..tokens.len()).any(|at| self.is(tokens, at, "BEGIN"));
        match self.source().rules.bodies {
            // A delimiter of the script's own ends the statement, and no semicolon.
            Bodies::Blocks(_) if self.delimiter != ";" => BodyKind::None,
            Bodies::Blocks(programs) => {
                let program = programs.iter().any(|word| head(word));
                if program && has_begin() { BodyKind::Block } else { BodyKind::None }
            }
            Bodies::AtomicAndRules if head("RULE") => BodyKind::Parenthesised,
            Bodies::AtomicAndRules if head("FUNCTION") || head("PROCEDURE") => {
                let atomic = (1..tokens.len())
                    .any(|at| self.is(tokens, at, "BEGIN") && self.is(tokens, at + 1, "ATOMIC"));
                if atomic { BodyKind::Atomic } else { BodyKind::None }
            }
            Bodies::AtomicAndRules => BodyKind::None,
        }
    }

    /// Takes the data after `COPY ... FROM stdin`, up to a line `\.`.
    fn take_copy_data(&mut self, tokens: &[Token]) {
        let copies = self.is(tokens, 0, "COPY")
            && (1..tokens.len()).any(|i| self.is(tokens, i, "FROM") && self.is(tokens, i + 1, "STDIN"));
        if !copies || self.source().rules.copy_data != CopyData::Follows {
            return;
        }
        self.take_line();
        let start = (self.lexer.at + 1).min(self.lexer.at + self.lexer.rest().len());
        let mut end = start;
        while !self.lexer.rest().is_empty() {
            self.lexer.at += 1;
            end = self.lexer.at;
            if self.take_line().0 == "\\." {
                break;
            }
            end = self.lexer.at;
        }
        self.data = self.source().text.get(start..end);
    }
}

impl<'a> Iterator for Splitter<'a> {
    type Item = ScriptItem<'a>;

    fn next(&mut self) -> Option<ScriptItem<'a>> {
        if let Some(lines) = self.data.take() {
            return Some(ScriptItem::Data(lines));
        }
        let mut tokens: Vec<Token> = Vec::new();
        let mut body = BodyProgress::default();
        loop {
            let unclosed = self.lexer.unclosed.len();
            if !self.lexer.skip_blank() {
                // A statement before it ends there.
                if self.leave_comment(unclosed) && tokens.is_empty() {
                    continue;
                }
                break;
            }
            let before = self.lexer.at;
            if let Some((line, span)) = self.command(&tokens) {
                if self.set_delimiter(line) {
                    continue;
                }
                if tokens.is_empty() {
                    return Some(ScriptItem::Command(line, span));
                }
                if is_go_line(line) {
                    break;
                }
                // `SELECT ... \gexec` sends what stands before it.
                if line.starts_with("\\g") {
                    self.lexer.at = before;
                    break;
                }
                continue;
            }
            if self.eat_delimiter() {
                if tokens.is_empty() {
                    continue;
                }
                break;
            }
            let unclosed = self.lexer.unclosed.len();
            let Some(mut token) = self.token() else { break };
            if self.cut_at_statement(&mut token, unclosed) {
                tokens.push(token);
                break;
            }
            if token.kind == TokenKind::Semicolon && self.delimiter == ";" {
                if tokens.is_empty() {
                    continue;
                }
                if !self.inside_body(&tokens, &mut body) {
                    break;
                }
            }
            tokens.push(token);
        }
        if tokens.is_empty() {
            return None;
        }
        self.take_copy_data(&tokens);
        bracket_mates(&mut tokens);
        Some(ScriptItem::Statement(tokens))
    }
}

/// How far the body of the statement at hand has been looked at.
#[derive(Debug, Default)]
struct BodyProgress {
    /// What kind of body it is, once that is known.
    kind: Option<BodyKind>,
    /// How many tokens have been looked at.
    counted: usize,
    /// How many blocks or brackets are open.
    depth: i32,
}

/// How a body's end is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BodyKind {
    /// No semicolon belongs to it.
    None,
    /// Ends with `; END ;`.
    Block,
    /// PostgreSQL's `BEGIN ATOMIC ... END`.
    Atomic,
    /// PostgreSQL's rules: `DO (a; b)`.
    Parenthesised,
}

/// MySQL's `DELIMITER //`.
fn is_delimiter_command(rest: &str) -> bool {
    rest.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("delimiter"))
        && rest[9..].starts_with([' ', '\t'])
}

/// SQL Server's `GO`, alone on its line.
fn is_go_line(rest: &str) -> bool {
    if !rest.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("go")) {
        return false;
    }
    let after = rest[2..].trim_start_matches([' ', '\t', '\r', ';']);
    after.is_empty() || after.starts_with('\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::Dialect;

    /// The statements of a text by their first and last words, and what stayed open.
    #[track_caller]
    fn check_unclosed(text: &str, dialect: Dialect, expected: &[&str], opened: &[Opened]) {
        let source = SourceText::new(text, dialect);
        let mut splitter = Splitter::new(source, 0, text.len());
        let mut names = Vec::new();
        for item in splitter.by_ref() {
            if let ScriptItem::Statement(tokens) = item {
                names.push(source.slice(&tokens[2]));
            }
        }
        assert_eq!(names, expected, "{text}");
        let found: Vec<Opened> = splitter.into_unclosed().iter().map(|u| u.what).collect();
        assert_eq!(found, opened, "{text}");
    }

    #[test]
    fn what_follows_something_unclosed_is_read() {
        let pg = Dialect::Postgres;
        let one = "CREATE TABLE a (x text DEFAULT 'it);\nCREATE TABLE b (y int);\n";
        check_unclosed(one, pg, &["a", "b"], &[Opened::Text]);
        let paired = "CREATE TABLE a (x text DEFAULT 'it);\nCREATE TABLE b (y text DEFAULT 'c');\nALTER TABLE c ADD d int;";
        check_unclosed(paired, pg, &["a", "b", "c"], &[Opened::Text]);
        check_unclosed(
            "/* a\nCREATE TABLE b (y int);\nCREATE TABLE c ()",
            pg,
            &["b", "c"],
            &[Opened::Comment],
        );
        check_unclosed(
            "CREATE TABLE `a (x int);\nCREATE TABLE `b` (x int);",
            Dialect::MySql,
            &["`a (x int);\n", "`b`"],
            &[Opened::QuotedName],
        );
        let after = "CREATE FUNCTION a() AS $$\nINSERT INTO b VALUES (1);\n$$;\nCREATE TABLE c (x text DEFAULT 'd);\nCREATE TABLE e (x int);";
        check_unclosed(after, pg, &["a", "c", "e"], &[Opened::Text]);
        let body = "CREATE FUNCTION a() AS $$ BEGIN\nINSERT INTO b VALUES (1);\nEND $$ LANGUAGE plpgsql;\nCREATE TABLE c ();";
        check_unclosed(body, pg, &["a", "c"], &[]);
    }

    #[test]
    fn a_delimiter_ends_a_word() {
        let text =
            "DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; END$$\nDELIMITER ;\nCREATE TABLE t (a int);";
        let source = SourceText::new(text, Dialect::MySql);
        let splitter = Splitter::new(source, 0, text.len());
        let statements = splitter.filter_map(|item| match item {
            ScriptItem::Statement(tokens) => Some(tokens),
            ScriptItem::Command(..) | ScriptItem::Data(_) => None,
        });
        let ends: Vec<&str> = statements.map(|s| source.slice(&s[s.len() - 1])).collect();
        assert_eq!(ends, ["END", ")"]);
    }
}
