//! A name's words written together, to be compared with phrases.
//!
//! Hundreds of phrases are held against every column's name. Written together once, a name is compared with a phrase as
//! a whole, and where its words begin is asked only of the few that agree.

use super::rules::Looked;

/// The words of a name, written together.
pub(super) struct WrittenTogether {
    text: String,
    /// Where each word begins, and where the last ends.
    starts: Vec<usize>,
}

/// Some words of a name that follow each other.
pub(super) struct Form<'a> {
    text: &'a str,
    /// Where in the name's text the words begin, the first of them at `text`.
    starts: &'a [usize],
    /// How many words of the name stand before them.
    skipped: usize,
}

impl WrittenTogether {
    pub(super) fn of(words: &[String]) -> Self {
        let mut starts = vec![0];
        starts.extend(words.iter().scan(0, |end, word| {
            *end += word.len();
            Some(*end)
        }));
        Self { text: words.concat(), starts }
    }

    /// The forms in which a name is looked up, in this order: the whole, then without the words that only say the table;
    /// then both without a number at the end.
    pub(super) fn forms(&self, looked: &Looked<'_>) -> Vec<Form<'_>> {
        let len = looked.words.len();
        let numbered = looked.words.last().is_some_and(|w| w.bytes().all(|b| b.is_ascii_digit()));
        let skips = if looked.skipped == 0 { &[0][..] } else { &[0, looked.skipped] };
        let whole = skips.iter().map(|skipped| self.form(*skipped, len));
        let unnumbered = skips.iter().filter(|skipped| numbered && len - **skipped > 1);
        whole.chain(unnumbered.map(|skipped| self.form(*skipped, len - 1))).collect()
    }

    /// The words `from..to`.
    fn form(&self, from: usize, to: usize) -> Form<'_> {
        let starts = &self.starts[from..=to];
        Form { text: &self.text[starts[0]..self.starts[to]], starts, skipped: from }
    }
}

impl Form<'_> {
    /// How many words of the name stand before the match, if the phrase is one of the form's: those before the form for
    /// `=x` and `^x`, all for the empty phrase.
    pub(super) fn before(&self, phrase: &str) -> Option<usize> {
        let at = match phrase.as_bytes() {
            [] => Some(self.starts.len() - 1),
            [b'=', ..] => (self.text == &phrase[1..]).then_some(0),
            [b'^', ..] => {
                let begins = self.text.len() > phrase.len() - 1 && self.text.starts_with(&phrase[1..]);
                (begins && self.word_at(phrase.len() - 1).is_some()).then_some(0)
            }
            [.., last] if self.text.as_bytes().last() != Some(last) => None,
            _ if self.text.ends_with(phrase) => self.word_at(self.text.len() - phrase.len()),
            _ => None,
        };
        Some(self.skipped + at?)
    }

    /// Which word begins at a byte of the form's text.
    fn word_at(&self, byte: usize) -> Option<usize> {
        self.starts.binary_search(&(self.starts[0] + byte)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[&str], phrase: &str, expected: Option<usize>) {
        let words: Vec<String> = words.iter().copied().map(str::to_owned).collect();
        let name = WrittenTogether::of(&words);
        assert_eq!(name.form(0, words.len()).before(phrase), expected, "{phrase} in {words:?}");
    }

    #[test]
    fn a_phrase_matches_whole_words_at_the_end() {
        check(&["billing", "zip", "code"], "zipcode", Some(1));
        check(&["billing", "zip", "code"], "code", Some(2));
        check(&["voicemail"], "email", None);
        check(&["zip", "code"], "zip", None);
        check(&["zip"], "zipcode", None);
    }

    #[test]
    fn a_mark_asks_for_the_whole_name_or_its_first_words() {
        check(&["line", "2"], "=line2", Some(0));
        check(&["address", "line", "2"], "=line2", None);
        check(&["is", "paid"], "^is", Some(0));
        check(&["is"], "^is", None);
        check(&["issue", "date"], "^is", None);
    }

    #[test]
    fn the_empty_phrase_matches_after_all_words() {
        check(&["a", "b"], "", Some(2));
        check(&[], "", Some(0));
        check(&[], "x", None);
    }
}
