//! How the text of a dialect falls into tokens and statements: the questions.
//!
//! The lexer, the splitter and the cursor find the answers in a [`SourceText`](super::SourceText), so that no dialect is
//! looked up for each character.

/// What characters mean.
#[derive(Debug)]
pub struct TextRules {
    /// The quotes around names, each with the one that closes it; all are ASCII.
    pub name_quotes: &'static [(char, char)],
    /// The quotes around strings; all are ASCII.
    pub text_quotes: &'static [char],
    /// What a backslash does in a string without a prefix.
    pub backslash: Backslash,
    /// The words that may stand at once before a string's quote, in lower case, and what backslashes do behind them.
    pub text_prefixes: &'static [(&'static str, Backslash)],
    /// What stands behind a backslash that escapes.
    pub escapes: Escapes,
    /// Whether `U&'...'` and `U&"..."` are a string and a name.
    pub unicode_quotes: UnicodeQuotes,
    /// What `$tag$` is.
    pub dollar_quotes: DollarQuotes,
    /// Where `--` begins a comment.
    pub dashes: Dashes,
    /// What `#` is.
    pub hash: Hash,
    /// What `/*` inside a comment is.
    pub nested_comments: NestedComments,
    /// What `/*!` begins.
    pub executable_comments: ExecutableComments,
    /// What a word that begins with digits is.
    pub leading_digits: LeadingDigits,
    /// How the catalog stores a name that is not quoted.
    pub bare_names: BareNames,
    /// Whether a string may stand for a name.
    pub text_as_name: TextAsName,
    /// How many bytes of a name count; all where the server refuses longer ones.
    pub longest_name: Option<usize>,
    /// What the dialect's own client reads in a script besides statements.
    pub client_commands: ClientCommands,
    /// Which statements have bodies whose semicolons don't end them.
    pub bodies: Bodies,
    /// Whether lines of data follow a `COPY ... FROM stdin`.
    pub copy_data: CopyData,
}

impl TextRules {
    /// The quote that closes a name opened by that character; `None` where it opens none.
    pub(super) fn name_close(&self, open: char) -> Option<char> {
        self.name_quotes.iter().find(|(o, _)| *o == open).map(|(_, close)| *close)
    }

    /// What a backslash does behind a prefix; `None` for a word that is none.
    pub(super) fn behind_prefix(&self, prefix: &str) -> Option<Backslash> {
        let found = self.text_prefixes.iter().find(|(known, _)| prefix.eq_ignore_ascii_case(known));
        found.map(|(_, backslash)| *backslash)
    }
}

/// A backslash in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backslash {
    /// A character like others.
    Character,
    /// It gives the character behind it another meaning, or takes a quote's.
    Escape,
}

/// What a backslash makes of the character behind it; any other stays itself.
#[derive(Debug)]
pub struct Escapes {
    /// The characters that stand for others.
    pub characters: &'static [(char, char)],
    /// The characters that keep their backslash.
    pub kept: &'static [char],
    /// The characters behind which a code point stands, with the most hexadecimal digits that it has.
    pub code_points: &'static [(char, usize)],
}

/// `U&'d\0061t\+000061'`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnicodeQuotes {
    /// The word `U`, an operator and a string.
    Absent,
    /// One string, or one name.
    Read,
}

/// `$tag$ ... $tag$`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DollarQuotes {
    /// Signs.
    Absent,
    /// A string.
    Read,
}

/// `--`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dashes {
    /// It begins a comment.
    Comment,
    /// It begins a comment before white space and at a line's start: `5--1` is a number minus a negative one.
    CommentBeforeBlank,
}

/// `#`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// A character of operators.
    Operator,
    /// It begins a comment to the line's end.
    Comment,
}

/// `/*` inside of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NestedComments {
    /// Part of the comment: the first `*/` ends it.
    Text,
    /// A comment in the comment, which wants an end of its own.
    Nest,
}

/// `/*!50100 ... */`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecutableComments {
    /// A comment.
    Skipped,
    /// What it holds is part of the statement.
    Read,
}

/// `2fa`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeadingDigits {
    /// A number, then a word.
    Number,
    /// A name.
    Name,
}

/// The case of a name without quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BareNames {
    /// As written.
    AsWritten,
    /// The ASCII letters of it become lower case.
    LowerCase,
}

impl BareNames {
    /// The name as the catalog stores it.
    pub fn stored(self, name: &str) -> String {
        match self {
            Self::AsWritten => name.to_owned(),
            Self::LowerCase => name.to_ascii_lowercase(),
        }
    }
}

/// A string where a name is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextAsName {
    /// No name.
    Refused,
    /// The name that it spells.
    Accepted,
}

/// The commands of a dialect's own client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientCommands {
    /// `\i file`, also behind a statement's words: `SELECT ... \gexec`.
    Backslash,
    /// `.read file`, between statements.
    Dot,
    /// `DELIMITER //`, between statements.
    Delimiter,
}

/// Statements with bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bodies {
    /// A `CREATE` of one of these words that has a `BEGIN` ends with `; END ;`.
    Blocks(&'static [&'static str]),
    /// Functions may have a body `BEGIN ATOMIC ... END`, and rules a list of statements in brackets.
    AtomicAndRules,
}

/// `COPY ... FROM stdin`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyData {
    /// No statement.
    Absent,
    /// The rows follow in the script, up to a line `\.`.
    Follows,
}
