//! The streets of a locale.

use super::language::Language;
use seedbed_datagen_core::Pen;

/// Kinds of streets times names, and where the house number stands.
#[derive(Debug)]
pub(crate) struct Streets {
    /// What stands before and after the name: `Rue ` and nothing, nothing and `straße`.
    kinds: Vec<(String, String)>,
    names: Vec<String>,
    number_first: Option<&'static str>,
    number_last: &'static str,
}

impl Streets {
    /// The streets of a language, spelled as `spelled` has them.
    pub(crate) fn new(language: &Language, spelled: impl Fn(&str) -> String) -> Self {
        let kinds = language.street_kinds.split('|').filter_map(|kind| kind.split_once('~'));
        let names: Vec<&str> = if language.street_names.contains('|') {
            language.street_names.split('|').collect()
        } else {
            language.street_names.split_ascii_whitespace().collect()
        };
        Self {
            kinds: kinds.map(|(before, after)| (spelled(before), spelled(after))).collect(),
            names: names.into_iter().map(spelled).collect(),
            number_first: language.number_first,
            number_last: language.number_last,
        }
    }

    /// How many streets there are.
    pub(crate) fn len(&self) -> u64 {
        (self.kinds.len() * self.names.len()) as u64
    }

    /// Most characters of a street's name.
    pub(crate) fn longest(&self) -> u32 {
        let kind = self.kinds.iter().map(|(b, a)| b.chars().count() + a.chars().count()).max().unwrap_or(0);
        let name = self.names.iter().map(|n| n.chars().count()).max().unwrap_or(0);
        (kind + name) as u32
    }

    /// Appends the street of a number; neighbours have other names.
    pub(crate) fn push_name(&self, number: u64, out: &mut Pen) {
        let street = (number % self.len()) as usize;
        let (before, after) = &self.kinds[street / self.names.len()];
        out.push_str(before);
        out.push_str(&self.names[street % self.names.len()]);
        out.push_str(after);
    }

    /// Appends the street of a number and a house in it, in the language's order.
    pub(crate) fn push_house(&self, number: u64, house: u64, out: &mut Pen) {
        if let Some(between) = self.number_first {
            out.push_number(house, 1);
            out.push_str(between);
            self.push_name(number, out);
        } else {
            self.push_name(number, out);
            out.push_str(self.number_last);
            out.push_number(house, 1);
        }
    }
}
