//! The word lists of a language, split when they are first used.

use std::sync::LazyLock;

/// Words in a fixed order, without duplicates. Order is output: append, never reorder.
pub(crate) type Words = LazyLock<Vec<&'static str>>;

fn spaced(text: &'static str) -> Vec<&'static str> {
    text.split_ascii_whitespace().collect()
}

fn phrases(text: &'static str) -> Vec<&'static str> {
    text.split(['|', '\n']).filter(|p| !p.is_empty()).collect()
}

/// Rows of fields between bars.
pub(crate) fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|l| !l.is_empty()).map(|l| l.split('|').collect())
}

/// Women's first names; all lists of names are plain ASCII letters, which keeps e-mail addresses unambiguous.
pub(crate) static FEMALE_NAMES: Words =
    LazyLock::new(|| spaced(include_str!("../data/en/first_names_female.txt")));
/// Men's first names.
pub(crate) static MALE_NAMES: Words =
    LazyLock::new(|| spaced(include_str!("../data/en/first_names_male.txt")));
/// First names: the women's, then the men's.
pub(crate) static FIRST_NAMES: Words = LazyLock::new(|| [FEMALE_NAMES.as_slice(), &MALE_NAMES].concat());
/// Family names.
pub(crate) static LAST_NAMES: Words = LazyLock::new(|| spaced(include_str!("../data/en/last_names.txt")));
/// Job titles.
pub(crate) static JOB_TITLES: Words = LazyLock::new(|| phrases(include_str!("../data/en/job_titles.txt")));
/// Names of streets, without "Street".
pub(crate) static STREET_NAMES: Words = LazyLock::new(|| spaced(include_str!("../data/en/street_names.txt")));
/// First words of company names.
pub(crate) static COMPANY_STEMS: Words =
    LazyLock::new(|| spaced(include_str!("../data/en/company_stems.txt")));
/// Second words of company names.
pub(crate) static COMPANY_TRADES: Words =
    LazyLock::new(|| spaced(include_str!("../data/en/company_trades.txt")));
/// Qualities of products.
pub(crate) static PRODUCT_ADJECTIVES: Words =
    LazyLock::new(|| spaced(include_str!("../data/en/product_adjectives.txt")));
/// Products.
pub(crate) static PRODUCT_NOUNS: Words =
    LazyLock::new(|| phrases(include_str!("../data/en/product_nouns.txt")));
/// Adjectives for titles and domain names.
pub(crate) static ADJECTIVES: Words =
    LazyLock::new(|| spaced(include_str!("../data/en/words_adjective.txt")));
/// Nouns for titles and domain names.
pub(crate) static NOUNS: Words = LazyLock::new(|| spaced(include_str!("../data/en/words_noun.txt")));
/// Everyday words for running text.
pub(crate) static COMMON: Words = LazyLock::new(|| spaced(include_str!("../data/en/words_common.txt")));

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn lists_are_long_and_without_duplicates() {
        for (list, least) in [
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
        ] {
            let folded: BTreeSet<String> = list.iter().map(|w| w.to_lowercase()).collect();
            assert_eq!(folded.len(), list.len());
            assert!(list.len() >= least, "{} words, wanted {least}", list.len());
        }
    }

    #[test]
    fn names_are_ascii_letters() {
        for name in FIRST_NAMES.iter().chain(LAST_NAMES.iter()) {
            assert!(name.bytes().all(|b| b.is_ascii_alphabetic()), "{name}");
        }
    }
}
