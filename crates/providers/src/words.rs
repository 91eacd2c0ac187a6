//! The word lists of a language, split when compiled: nothing is made at the start of a run, and each list's length is
//! a constant to divide by. Words keep a fixed order, without duplicates. Order is output: append, never reorder.
//!
//! Each list is a text under `data/en`, a constant that includes it, and a static array of its words. Lists that are
//! put together for every cell exist a second time as [`Piece`]s, which carry the space or hyphen that goes with them.

use seedbed_datagen_core::Piece;

/// Splits text at compile time: the words between white space, or the phrases between bars and line ends.
const fn split<const N: usize>(text: &'static str, between: Between) -> [&'static str; N] {
    let mut words = [""; N];
    let (mut rest, mut count) = (text, 0);
    while let Some((word, after)) = next_word(rest, between) {
        words[count] = word;
        count += 1;
        rest = after;
    }
    words
}

/// How many entries [`split`] finds: the length of its array.
const fn count(text: &'static str, between: Between) -> usize {
    let (mut rest, mut count) = (text, 0);
    while let Some((_, after)) = next_word(rest, between) {
        count += 1;
        rest = after;
    }
    count
}

/// What stands between entries.
#[derive(Clone, Copy)]
enum Between {
    /// White space: every word is an entry.
    Spaces,
    /// `|` or a line's end: entries may have spaces, as `Bath Towel`.
    BarsAndLines,
}

impl Between {
    const fn is(self, byte: u8) -> bool {
        match self {
            Self::Spaces => byte.is_ascii_whitespace(),
            Self::BarsAndLines => byte == b'|' || byte == b'\n',
        }
    }
}

/// The first entry of a text, and what follows it; `None` if only separators are left.
const fn next_word(text: &'static str, between: Between) -> Option<(&'static str, &'static str)> {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() && between.is(bytes[start]) {
        start += 1;
    }
    if start == bytes.len() {
        return None;
    }
    let mut end = start;
    while end < bytes.len() && !between.is(bytes[end]) {
        end += 1;
    }
    let (before, after) = text.split_at(end);
    Some((before.split_at(start).1, after))
}

/// A piece for each word, between two texts: `lee` between `.` and nothing is `.lee`. One that is longer than 15 bytes
/// doesn't compile.
pub(crate) const fn pieces<const N: usize>(before: &str, words: &[&str; N], after: &str) -> [Piece; N] {
    let mut pieces = [Piece::new("", "", ""); N];
    let mut i = 0;
    while i < N {
        pieces[i] = Piece::new(before, words[i], after);
        i += 1;
    }
    pieces
}

/// Characters of the longest of some words; of letters beyond ASCII, each byte counts as one.
pub(crate) const fn longest(words: &[&str]) -> u32 {
    let (mut longest, mut i) = (0, 0);
    while i < words.len() {
        if words[i].len() > longest {
            longest = words[i].len();
        }
        i += 1;
    }
    longest as u32
}

/// How words are written, if not as their list has them.
#[derive(Clone, Copy)]
enum LetterCase {
    /// `silver`.
    Lower,
    /// `Silver`: the first letter alone changes.
    Capital,
}

/// The same pieces with their ASCII letters in another case.
const fn cased<const N: usize>(case: LetterCase, mut pieces: [Piece; N]) -> [Piece; N] {
    let mut i = 0;
    while i < N {
        pieces[i] = match case {
            LetterCase::Lower => pieces[i].lower(),
            LetterCase::Capital => pieces[i].capital(),
        };
        i += 1;
    }
    pieces
}

/// The fields of a line, which stand between bars; `None` if there are more or fewer.
pub(crate) fn fields<const N: usize>(line: &'static str) -> Option<[&'static str; N]> {
    let (mut fields, mut rest) = ([""; N], line);
    for field in &mut fields[..N - 1] {
        // Fields are short: a search that is made for long texts costs more to begin than to end.
        let bar = rest.bytes().position(|byte| byte == b'|')?;
        *field = &rest[..bar];
        rest = &rest[bar + 1..];
    }
    fields[N - 1] = rest;
    (!rest.contains('|')).then_some(fields)
}

/// The rows of a table, a line each, with fields between bars; empty lines are none. For data of several columns, which
/// is read when first used.
pub(crate) fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|l| !l.is_empty()).map(|l| l.split('|').collect())
}

/// Women's first names; all lists of names are plain ASCII letters, which keeps e-mail addresses unambiguous.
pub(crate) static FEMALE_NAMES: [&str; count(FEMALE_NAMES_TEXT, Between::Spaces)] =
    split(FEMALE_NAMES_TEXT, Between::Spaces);
const FEMALE_NAMES_TEXT: &str = include_str!("../data/en/first_names_female.txt");
/// Men's first names.
pub(crate) static MALE_NAMES: [&str; count(MALE_NAMES_TEXT, Between::Spaces)] =
    split(MALE_NAMES_TEXT, Between::Spaces);
const MALE_NAMES_TEXT: &str = include_str!("../data/en/first_names_male.txt");
/// First names: the women's, then the men's, so that an index tells the gender. No name is in both.
pub(crate) static FIRST_NAMES: [&str; FEMALE_NAMES.len() + MALE_NAMES.len()] = {
    let mut names = [""; FEMALE_NAMES.len() + MALE_NAMES.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = if i < FEMALE_NAMES.len() { FEMALE_NAMES[i] } else { MALE_NAMES[i - FEMALE_NAMES.len()] };
        i += 1;
    }
    names
};
/// Family names.
pub(crate) static LAST_NAMES: [&str; count(LAST_NAMES_TEXT, Between::Spaces)] =
    split(LAST_NAMES_TEXT, Between::Spaces);
const LAST_NAMES_TEXT: &str = include_str!("../data/en/last_names.txt");
/// Job titles, of one word or several.
pub(crate) static JOB_TITLES: [&str; count(JOB_TITLES_TEXT, Between::BarsAndLines)] =
    split(JOB_TITLES_TEXT, Between::BarsAndLines);
const JOB_TITLES_TEXT: &str = include_str!("../data/en/job_titles.txt");
/// Names of streets without "Street", "Avenue" and the like.
pub(crate) static STREET_NAMES: [&str; count(STREET_NAMES_TEXT, Between::Spaces)] =
    split(STREET_NAMES_TEXT, Between::Spaces);
const STREET_NAMES_TEXT: &str = include_str!("../data/en/street_names.txt");
/// First words of company names.
pub(crate) static COMPANY_STEMS: [&str; count(COMPANY_STEMS_TEXT, Between::Spaces)] =
    split(COMPANY_STEMS_TEXT, Between::Spaces);
const COMPANY_STEMS_TEXT: &str = include_str!("../data/en/company_stems.txt");
/// Second words of company names: the trade, which is the company's industry too.
pub(crate) static COMPANY_TRADES: [&str; count(COMPANY_TRADES_TEXT, Between::Spaces)] =
    split(COMPANY_TRADES_TEXT, Between::Spaces);
const COMPANY_TRADES_TEXT: &str = include_str!("../data/en/company_trades.txt");
/// Qualities of products.
pub(crate) static PRODUCT_ADJECTIVES: [&str; count(PRODUCT_ADJECTIVES_TEXT, Between::Spaces)] =
    split(PRODUCT_ADJECTIVES_TEXT, Between::Spaces);
const PRODUCT_ADJECTIVES_TEXT: &str = include_str!("../data/en/product_adjectives.txt");
/// Products, of one word or two.
pub(crate) static PRODUCT_NOUNS: [&str; count(PRODUCT_NOUNS_TEXT, Between::BarsAndLines)] =
    split(PRODUCT_NOUNS_TEXT, Between::BarsAndLines);
const PRODUCT_NOUNS_TEXT: &str = include_str!("../data/en/product_nouns.txt");
/// Adjectives for titles and domain names.
pub(crate) static ADJECTIVES: [&str; count(ADJECTIVES_TEXT, Between::Spaces)] =
    split(ADJECTIVES_TEXT, Between::Spaces);
const ADJECTIVES_TEXT: &str = include_str!("../data/en/words_adjective.txt");
/// Nouns for titles and domain names.
pub(crate) static NOUNS: [&str; count(NOUNS_TEXT, Between::Spaces)] = split(NOUNS_TEXT, Between::Spaces);
const NOUNS_TEXT: &str = include_str!("../data/en/words_noun.txt");
/// Everyday words in lower case, for running text.
pub(crate) static COMMON: [&str; count(COMMON_TEXT, Between::Spaces)] = split(COMMON_TEXT, Between::Spaces);
const COMMON_TEXT: &str = include_str!("../data/en/words_common.txt");

/// First names before a space.
pub(crate) static SPACED_FIRST_NAMES: [Piece; FIRST_NAMES.len()] = pieces("", &FIRST_NAMES, " ");
/// Family names.
pub(crate) static LAST_NAME_PIECES: [Piece; LAST_NAMES.len()] = pieces("", &LAST_NAMES, "");
/// First names in lower case.
pub(crate) static LOWER_FIRST_NAMES: [Piece; FIRST_NAMES.len()] =
    cased(LetterCase::Lower, pieces("", &FIRST_NAMES, ""));
/// Family names in lower case.
pub(crate) static LOWER_LAST_NAMES: [Piece; LAST_NAMES.len()] =
    cased(LetterCase::Lower, pieces("", &LAST_NAMES, ""));
/// Family names in lower case behind a point.
pub(crate) static DOTTED_LAST_NAMES: [Piece; LAST_NAMES.len()] =
    cased(LetterCase::Lower, pieces(".", &LAST_NAMES, ""));
/// Names of streets before a space.
pub(crate) static SPACED_STREET_NAMES: [Piece; STREET_NAMES.len()] = pieces("", &STREET_NAMES, " ");
/// First words of company names before a space.
pub(crate) static SPACED_COMPANY_STEMS: [Piece; COMPANY_STEMS.len()] = pieces("", &COMPANY_STEMS, " ");
/// Second words of company names.
pub(crate) static COMPANY_TRADE_PIECES: [Piece; COMPANY_TRADES.len()] = pieces("", &COMPANY_TRADES, "");
/// Qualities of products before a space.
pub(crate) static SPACED_PRODUCT_ADJECTIVES: [Piece; PRODUCT_ADJECTIVES.len()] =
    pieces("", &PRODUCT_ADJECTIVES, " ");
/// Adjectives before a hyphen.
pub(crate) static HYPHENED_ADJECTIVES: [Piece; ADJECTIVES.len()] = pieces("", &ADJECTIVES, "-");
/// Nouns.
pub(crate) static NOUN_PIECES: [Piece; NOUNS.len()] = pieces("", &NOUNS, "");
/// Adjectives.
pub(crate) static ADJECTIVE_PIECES: [Piece; ADJECTIVES.len()] = pieces("", &ADJECTIVES, "");
/// Adjectives with a capital.
pub(crate) static CAPITAL_ADJECTIVES: [Piece; ADJECTIVES.len()] =
    cased(LetterCase::Capital, ADJECTIVE_PIECES);
/// Nouns with a capital.
pub(crate) static CAPITAL_NOUNS: [Piece; NOUNS.len()] = cased(LetterCase::Capital, NOUN_PIECES);
/// Everyday words before a space.
pub(crate) static SPACED_COMMON: [Piece; COMMON.len()] = pieces("", &COMMON, " ");

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_datagen_core::Pen;
    use std::collections::BTreeSet;

    #[test]
    fn lists_are_long_and_without_duplicates() {
        let lists: [(&[&str], usize); 11] = [
            (&FIRST_NAMES, 300),
            (&LAST_NAMES, 500),
            (&JOB_TITLES, 100),
            (&STREET_NAMES, 100),
            (&COMPANY_STEMS, 100),
            (&COMPANY_TRADES, 100),
            (&PRODUCT_ADJECTIVES, 50),
            (&PRODUCT_NOUNS, 100),
            (&ADJECTIVES, 128),
            (&NOUNS, 256),
            (&COMMON, 800),
        ];
        for (list, least) in lists {
            let folded: BTreeSet<String> = list.iter().map(|w| w.to_lowercase()).collect();
            assert_eq!(folded.len(), list.len());
            assert!(list.len() >= least, "{} words, wanted {least}", list.len());
        }
    }

    #[test]
    fn pieces_are_their_words() {
        let text = |piece: &Piece| {
            let mut pen = Pen::default();
            pen.push_piece(piece);
            pen.into_string()
        };
        for (piece, word) in SPACED_COMMON.iter().zip(&COMMON) {
            assert_eq!(text(piece), format!("{word} "));
        }
        for (piece, name) in DOTTED_LAST_NAMES.iter().zip(&LAST_NAMES) {
            assert_eq!(text(piece), format!(".{}", name.to_lowercase()));
        }
    }

    #[test]
    fn names_are_ascii_letters() {
        for name in FIRST_NAMES.iter().chain(LAST_NAMES.iter()) {
            assert!(name.bytes().all(|b| b.is_ascii_alphabetic()), "{name}");
        }
    }
}
