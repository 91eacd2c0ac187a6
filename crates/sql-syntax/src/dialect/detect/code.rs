//! The code of a script, whatever its dialect: its tokens without comments, and strings and quoted names without their
//! content.
//!
//! What one dialect takes for a comment or a quote and another does not is settled by how it is used: `#` comments a line
//! out where it stands first, a backslash escapes a quote that a string goes on behind.

use super::{BRACKETED_NAME, FAMILY_CLAUSE, GO_LINE, HASH_COMMENT, INDEX_CLAUSE, KEY_CLAUSE, SLASH_LINE};

/// Stands behind a type, and before the next.
const TYPE_MARK: &str = "<type> ";

/// Appends the tokens of a text, each in lower case and with a space behind it, and apart from them the types of columns.
pub(super) fn code(text: &str, out: &mut String, types: &mut String) {
    let mut reader = CodeReader {
        text,
        rest: text,
        line_start: true,
        delimiter: false,
        copies: false,
        last: [""; 4],
        out,
        types,
    };
    while reader.step() {}
}

/// A walk through a text.
struct CodeReader<'a, 'o> {
    text: &'a str,
    /// What of it is left.
    rest: &'a str,
    /// Only white space stands before, on the line.
    line_start: bool,
    /// A `DELIMITER` was seen, so that `$$` may be one.
    delimiter: bool,
    /// Lines of data follow the statement at hand.
    copies: bool,
    /// The tokens before, the latest first; words as they are written.
    last: [&'a str; 4],
    out: &'o mut String,
    types: &'o mut String,
}

impl<'a> CodeReader<'a, '_> {
    /// One token, comment or run of white space. `false` at the end.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.bytes().next() else { return false };
        let at_start = std::mem::take(&mut self.line_start);
        match first {
            b'\n' => {
                self.skip(1);
                self.line_start = true;
            }
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => {
                self.skip(1);
                self.line_start = at_start;
            }
            b'-' if self.rest.starts_with("--") => self.skip_line(),
            b'#' if at_start => {
                self.push(HASH_COMMENT);
                self.skip_line();
            }
            b'\\' if at_start => self.skip_line(),
            b'/' if self.rest.starts_with("/*") => self.block_comment(),
            b'*' if self.rest.starts_with("*/") => self.skip(2),
            b'/' if at_start && self.is_whole_line(1) => self.take(1, SLASH_LINE),
            b'\'' => self.quoted('\'', "'"),
            b'"' => self.quoted('"', "\""),
            b'`' => self.quoted('`', "`"),
            b'[' => self.bracket(),
            b'$' => self.dollar(),
            b'(' | b')' | b',' | b';' | b'.' | b']' | b'{' | b'}' => {
                let text = &self.rest[..1];
                self.take(1, text);
                self.copied_data(text);
            }
            b'0'..=b'9' => {
                let length = self.run(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.');
                self.take(length, &self.rest[..length]);
            }
            b if is_word(b) => self.word(at_start),
            b if b.is_ascii_graphic() => {
                let length = self.run(|b| b":<>=|&~!@#%^*+-/?".contains(&b)).max(1);
                // A comment may follow an operator at once.
                let length = self.rest[1..length]
                    .find("/*")
                    .or_else(|| self.rest[1..length].find("--"))
                    .map_or(length, |at| at + 1);
                self.take(length, &self.rest[..length]);
            }
            _ => self.skip(1),
        }
        true
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn skip_line(&mut self) {
        self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
    }

    /// How many bytes at the front are of a kind.
    fn run(&self, is: impl Fn(u8) -> bool) -> usize {
        self.rest.bytes().position(|b| !is(b)).unwrap_or(self.rest.len())
    }

    /// Whether nothing follows on the line behind so many bytes, but for a semicolon.
    fn is_whole_line(&self, bytes: usize) -> bool {
        let line = self.rest[bytes..].split('\n').next().unwrap_or("");
        line.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b';'))
    }

    /// Notes a token that stands for so many bytes.
    fn take(&mut self, bytes: usize, token: &'a str) {
        self.skip(bytes);
        self.push(token);
        self.last.rotate_right(1);
        self.last[0] = token;
    }

    fn push(&mut self, token: &str) {
        append(token, " ", self.out);
    }

    /// A word, and what it is together with those before.
    fn word(&mut self, at_start: bool) {
        let length = self.run(is_word);
        let word = &self.rest[..length];
        if at_start && word.eq_ignore_ascii_case("go") && self.is_whole_line(2) {
            return self.take(length, GO_LINE);
        }
        if word.eq_ignore_ascii_case("delimiter") && !at_start {
            // An option of COPY, not the command of MySQL's client.
            return self.skip(length);
        }
        self.take(length, word);
        if word.eq_ignore_ascii_case("delimiter") {
            self.delimiter = true;
            return self.skip_line();
        }
        self.copies |= word.eq_ignore_ascii_case("stdin") && self.last[1].eq_ignore_ascii_case("from");
        self.type_of_column();
        self.clause_of_table();
    }

    /// Notes the word behind the name of a column, which may itself be called as a type is.
    fn type_of_column(&mut self) {
        let [word, name, before, _] = self.last;
        let begins = matches!(before, "(" | ",")
            || is_either(before, ["column", "add"]) && !is_either(name, ["column", "constraint"]);
        if begins && name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '`' | '"')) {
            append(word, TYPE_MARK, self.types);
        }
    }

    /// A token that stands for a whole string or name.
    fn quoted(&mut self, quote: char, token: &'static str) {
        let bytes = self.rest.as_bytes();
        let mut at = 1;
        loop {
            let Some(found) = self.rest[at..].find([quote, '\\']) else {
                at = bytes.len();
                break;
            };
            at += found;
            let next = bytes.get(at + 1).copied();
            if bytes[at] == b'\\' {
                // `'C:\', 'D'` against `'it\'s'`.
                let escapes =
                    next == Some(b'\\') || bytes.get(at + 2).is_some_and(|b| !b" \t\r\n,);".contains(b));
                at += if escapes { next.map_or(1, utf8_length) + 1 } else { 1 };
                at = at.min(bytes.len());
            } else if next == Some(quote as u8) {
                at += 2;
            } else {
                at += 1;
                break;
            }
        }
        self.take(at, token);
        self.clause_of_table();
    }

    /// `[a]`, where it is no place in an array and no class of characters.
    fn bracket(&mut self) {
        let close = self.rest.find([']', '\n']).filter(|at| self.rest[*at..].starts_with(']'));
        let inner = close.map(|at| &self.rest[1..at]);
        let is_name = inner.is_some_and(|inner| {
            inner.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && inner.bytes().all(|b| is_word(b) || b == b' ')
        });
        let before = self.text.as_bytes()[..self.text.len() - self.rest.len()].last();
        let subscripts = before.is_some_and(|b| is_word(*b) || b")]".contains(b))
            || self.last[0].eq_ignore_ascii_case("array");
        match (inner, close) {
            (Some(""), _) => self.take(2, "[]"),
            (Some(_), Some(close)) if is_name && !subscripts => self.take(close + 1, BRACKETED_NAME),
            _ => self.take(1, "["),
        }
    }

    /// `$tag$ ... $tag$`, of which nothing counts.
    fn dollar(&mut self) {
        let tag = 1 + self.rest[1..].bytes().take_while(|b| is_word(*b)).count();
        if self.delimiter || self.rest.as_bytes().get(tag) != Some(&b'$') {
            return self.skip(1);
        }
        let tag = &self.rest[..=tag];
        let end = self.rest[tag.len()..].find(tag).map_or(self.rest.len(), |at| at + 2 * tag.len());
        self.take(end, "$$");
    }

    /// `/* ... */`; what MySQL runs of it is code.
    fn block_comment(&mut self) {
        if self.rest.starts_with("/*!") {
            return self.take(3 + self.rest[3..].bytes().take_while(u8::is_ascii_digit).count(), "/*!");
        }
        self.skip(self.rest.find("*/").map_or(self.rest.len(), |at| at + 2));
    }

    /// The lines behind `COPY ... FROM stdin;`.
    fn copied_data(&mut self, token: &str) {
        if token == ";" && std::mem::take(&mut self.copies) {
            self.skip(self.rest.find("\n\\.").map_or(0, |at| at + 3));
        }
    }

    /// Notes `, KEY i (a`, which columns called `key` or `index` are not.
    fn clause_of_table(&mut self) {
        let [_, open, name, noun] = self.last;
        if open != "(" || !name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '`' | '"')) {
            return;
        }
        if noun.eq_ignore_ascii_case("key") && !name.eq_ignore_ascii_case("references") {
            self.push(KEY_CLAUSE);
        } else if noun.eq_ignore_ascii_case("index") && !name.eq_ignore_ascii_case("on") {
            self.push(INDEX_CLAUSE);
        } else if noun.eq_ignore_ascii_case("family") {
            self.push(FAMILY_CLAUSE);
        }
    }
}

/// Appends a token in lower case, and what stands behind it as it is.
fn append(token: &str, behind: &str, out: &mut String) {
    let from = out.len();
    out.push_str(token);
    out[from..].make_ascii_lowercase();
    out.push_str(behind);
}

/// Whether a token is one of two words.
fn is_either(token: &str, words: [&str; 2]) -> bool {
    words.iter().any(|word| token.eq_ignore_ascii_case(word))
}

/// Whether a word may hold the byte.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// How many bytes the character has that begins with one.
fn utf8_length(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut out = String::new();
        code(text, &mut out, &mut String::new());
        assert_eq!(out.trim_end(), expected);
    }

    #[test]
    fn types_of_columns_are_kept_apart() {
        let mut types = String::new();
        code(
            "CREATE TABLE t (box box, \"path\" XML); ALTER TABLE t ADD COLUMN m money",
            &mut String::new(),
            &mut types,
        );
        assert_eq!(types, "box<type> xml<type> money<type> ");
    }

    #[test]
    fn comments_and_contents_are_left_out() {
        check("SELECT a -- b\n, /* c */ 'd''e' x, \"f\", `g`;", "select a , ' x , \" , ` ;");
        check(r"VALUES ('it\'s', 'C:\', 'é\é')", "values ( ' , ' , ' )");
        check("a::int[] $f$ x $f$ [b c] /*!40101 SET */", "a :: int [] $$ <[]> /*! set");
        check("DELIMITER $$\nx$$\n/\nGO\n# y", "delimiter x </> <go> <hash>");
        check("'never", "'");
        check("COPY t FROM stdin WITH DELIMITER ',';\n1,x`\n\\.\ny", "copy t from stdin with ' ; y");
        check("a[1] - -b", "a [ 1 ] - - b");
    }

    #[test]
    fn keys_among_columns_are_seen() {
        check("(a int, KEY i (a), key text)", "( a int , key i ( a <key> ) , key text )");
        check("PRIMARY KEY (a), FOREIGN KEY (b)", "primary key ( a ) , foreign key ( b )");
        check("key varchar(20)", "key varchar ( 20 )");
    }
}
