//! The people of a locale.

use super::ascii;
use super::language::Language;
use crate::names::Names;
use seedbed_datagen_core::Pen;

/// The names of a locale, with all that cells are made of.
#[derive(Debug)]
pub(crate) struct People {
    /// First names, women's first.
    first: Vec<String>,
    /// How many of the first names are women's.
    female: usize,
    /// Last names; where women's have a form of their own, those of all after them.
    last: Vec<String>,
    /// How many last names there are.
    lasts: usize,
    /// First names as parts of addresses.
    lower_first: Vec<String>,
    /// Last names as parts of addresses.
    lower_last: Vec<String>,
    /// Titles, in the order of [`Names::titles`].
    titles: [&'static str; 6],
}

impl People {
    /// The people of a language, whose names are spelled as `spelled` has them.
    pub(crate) fn new(language: &Language, spelled: impl Fn(&str) -> String) -> Self {
        let spelled_all = |text: &str| -> Vec<String> { words(text).map(|word| spelled(&word)).collect() };
        let (mut first, men) = (spelled_all(language.women), spelled_all(language.men));
        let female = first.len();
        first.extend(men);
        let mut last = spelled_all(language.last_names);
        let lasts = last.len();
        if let Some(of_women) = language.of_women {
            last.extend_from_within(..);
            last[lasts..].iter_mut().for_each(|name| *name = of_women(name));
        }
        let lower = |names: &[String]| names.iter().map(|n| ascii::handle(n, language.umlauts)).collect();
        let (lower_first, lower_last) = (lower(&first), lower(&last));
        Self { first, female, last, lasts, lower_first, lower_last, titles: language.titles }
    }
}

/// The words of a text, in which `_` is a space within a word: `van_Dijk`.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_ascii_whitespace().map(|word| word.replace('_', " "))
}

fn longest(names: &[String]) -> u32 {
    names.iter().map(|name| name.chars().count()).max().unwrap_or(0) as u32
}

fn initial(name: &str) -> char {
    name.chars().next().unwrap_or('X').to_uppercase().next().unwrap_or('X')
}

impl Names for &'static People {
    fn first_names(self) -> usize {
        self.first.len()
    }

    fn female_names(self) -> usize {
        self.female
    }

    fn last_names(self) -> usize {
        self.lasts
    }

    fn last_form(self, last: usize, female: bool) -> usize {
        if female && self.last.len() > self.lasts { self.lasts + last } else { last }
    }

    fn all_first_names(self) -> Vec<&'static str> {
        self.first.iter().map(String::as_str).collect()
    }

    fn all_last_forms(self) -> Vec<&'static str> {
        self.last.iter().map(String::as_str).collect()
    }

    fn first_initial(self, first: usize) -> char {
        initial(&self.first[first])
    }

    fn last_initial(self, last: usize) -> char {
        initial(&self.last[last])
    }

    fn push_spaced_first(self, first: usize, out: &mut Pen) {
        out.push_str(&self.first[first]);
        out.push(' ');
    }

    fn push_last(self, form: usize, out: &mut Pen) {
        out.push_str(&self.last[form]);
    }

    fn push_lower_first(self, first: usize, out: &mut Pen) {
        out.push_str(&self.lower_first[first]);
    }

    fn push_lower_last(self, form: usize, out: &mut Pen) {
        out.push_str(&self.lower_last[form]);
    }

    fn push_dotted_last(self, form: usize, out: &mut Pen) {
        out.push('.');
        out.push_str(&self.lower_last[form]);
    }

    fn full_name_chars(self) -> u32 {
        longest(&self.first).max(longest(&self.lower_first))
            + 1
            + longest(&self.last).max(longest(&self.lower_last))
    }

    fn titles(self) -> [&'static str; 6] {
        self.titles
    }
}
