//! The names that people are made of: those of the crate's own lists, or those of a locale.
//!
//! What is made of a person is written once, over [`Names`]. Of [`English`] names every length is a constant, and a cell
//! costs no more than if there were no others.

use crate::words::{
    DOTTED_LAST_NAMES, FEMALE_NAMES, FIRST_NAMES, LAST_NAME_PIECES, LAST_NAMES, LOWER_FIRST_NAMES,
    LOWER_LAST_NAMES, SPACED_FIRST_NAMES, longest,
};
use seedbed_datagen_core::Pen;

/// First and last names. Each stands in its list once, also without case and accents and in plain ASCII letters.
pub(crate) trait Names: Copy + Send + Sync + 'static {
    /// How many first names there are, women's first.
    fn first_names(self) -> usize;
    /// How many of them are women's.
    fn female_names(self) -> usize;
    /// How many last names there are.
    fn last_names(self) -> usize;
    /// The index of a last name's form for women or for men. Forms for men are numbered as the names are.
    fn last_form(self, last: usize, female: bool) -> usize;
    /// All first names.
    fn all_first_names(self) -> Vec<&'static str>;
    /// All forms of last names.
    fn all_last_forms(self) -> Vec<&'static str>;
    /// The first letter of a first name.
    fn first_initial(self, first: usize) -> char;
    /// The first letter of a last name.
    fn last_initial(self, last: usize) -> char;
    /// Appends a first name and a space.
    fn push_spaced_first(self, first: usize, out: &mut Pen);
    /// Appends a form of a last name.
    fn push_last(self, form: usize, out: &mut Pen);
    /// Appends a first name in small ASCII letters.
    fn push_lower_first(self, first: usize, out: &mut Pen);
    /// Appends a form of a last name in small ASCII letters.
    fn push_lower_last(self, form: usize, out: &mut Pen);
    /// The same behind a point.
    fn push_dotted_last(self, form: usize, out: &mut Pen);
    /// Most characters of a first and a last name with something of one character between them.
    fn full_name_chars(self) -> u32;
    /// Two titles of women and the doctor's, then as many of men, where one may stand twice.
    fn titles(self) -> [&'static str; 6];
}

/// The names of the crate's own lists, which are plain ASCII letters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct English;

impl Names for English {
    #[inline]
    fn first_names(self) -> usize {
        FIRST_NAMES.len()
    }

    #[inline]
    fn female_names(self) -> usize {
        FEMALE_NAMES.len()
    }

    #[inline]
    fn last_names(self) -> usize {
        LAST_NAMES.len()
    }

    #[inline]
    fn last_form(self, last: usize, _female: bool) -> usize {
        last
    }

    fn all_first_names(self) -> Vec<&'static str> {
        FIRST_NAMES.to_vec()
    }

    fn all_last_forms(self) -> Vec<&'static str> {
        LAST_NAMES.to_vec()
    }

    #[inline]
    fn first_initial(self, first: usize) -> char {
        char::from(FIRST_NAMES[first].as_bytes()[0])
    }

    #[inline]
    fn last_initial(self, last: usize) -> char {
        char::from(LAST_NAMES[last].as_bytes()[0])
    }

    #[inline]
    fn push_spaced_first(self, first: usize, out: &mut Pen) {
        out.push_piece(&SPACED_FIRST_NAMES[first]);
    }

    #[inline]
    fn push_last(self, form: usize, out: &mut Pen) {
        out.push_piece(&LAST_NAME_PIECES[form]);
    }

    #[inline]
    fn push_lower_first(self, first: usize, out: &mut Pen) {
        out.push_piece(&LOWER_FIRST_NAMES[first]);
    }

    #[inline]
    fn push_lower_last(self, form: usize, out: &mut Pen) {
        out.push_piece(&LOWER_LAST_NAMES[form]);
    }

    #[inline]
    fn push_dotted_last(self, form: usize, out: &mut Pen) {
        out.push_piece(&DOTTED_LAST_NAMES[form]);
    }

    #[inline]
    fn full_name_chars(self) -> u32 {
        const { longest(&FIRST_NAMES) + 1 + longest(&LAST_NAMES) }
    }

    fn titles(self) -> [&'static str; 6] {
        ["Ms.", "Mrs.", "Dr.", "Mr.", "Mr.", "Dr."]
    }
}
