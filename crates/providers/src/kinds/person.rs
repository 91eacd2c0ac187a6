//! People. All parts of a person take an ordinal apart alike, so that a name and its e-mail address agree.
//!
//! | provider | values |
//! |---|---|
//! | `person.first_name`, `person.last_name` | `Ada`, `Lee` |
//! | `person.middle_name` | a first name of the person's gender |
//! | `person.full_name` | `Ada Lee`; distinct ones also `Ada J. Lee` and `Ada J. K. Lee` |
//! | `person.initials` | `AL` |
//! | `person.middle_initial` | `J`, of the middle name |
//! | `person.username` | `ada.lee`, `alee`, `ada_lee`, `adalee84` |
//! | `person.gender` | `female`, `male`; `F`, `M` in fewer than six characters |
//! | `person.title` | `Ms.`, `Mrs.`, `Mr.`, `Dr.`, as the gender allows; in a locale as its language has them |
//! | `person.job_title` | `Accountant` |
//! | `person.name_suffix` | `Jr.`, one of seven |
//! | `person.marital_status` | `single`, one of four; its initial in fewer than eight characters |
//!
//! The last three stand alone. First and last names are lists of [`Names`], each name once and so in ASCII letters too,
//! so that the ordinal can be read back from a distinct e-mail address or user name: that is why those are injective.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::Composed;
use crate::list::List;
use crate::mix::{choose, digit, mix, push_base36, push_number};
use crate::names::{English, Names};
use crate::words::JOB_TITLES;
use seedbed_datagen_core::Pen;

/// The entity of a person, which e-mail addresses are parts of too.
pub(crate) const PERSON: &str = "person";

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::part(PERSON, "person.first_name", |r| first_name(r, English))
        .localized(|r, l| first_name(r, l.people())),
    Builtin::part(PERSON, "person.last_name", |r| last_name(r, English))
        .localized(|r, l| last_name(r, l.people())),
    Builtin::part(PERSON, "person.middle_name", |r| middle_name(r, English))
        .localized(|r, l| middle_name(r, l.people())),
    Builtin::part(PERSON, "person.full_name", |r| full_name(r, English))
        .localized(|r, l| full_name(r, l.people())),
    Builtin::part(PERSON, "person.initials", |r| initials(r, English))
        .localized(|r, l| initials(r, l.people())),
    Builtin::part(PERSON, "person.middle_initial", |r| middle_initial(r, English))
        .localized(|r, l| middle_initial(r, l.people())),
    Builtin::part(PERSON, "person.username", |r| username(r, English))
        .localized(|r, l| username(r, l.people())),
    Builtin::part(PERSON, "person.gender", |r| gender(r, English)).localized(|r, l| gender(r, l.people())),
    Builtin::part(PERSON, "person.title", |r| title(r, English)).localized(|r, l| title(r, l.people())),
    Builtin::alone("person.job_title", |r| List::plain(r, &JOB_TITLES)),
    Builtin::alone("person.name_suffix", |r| List::plain(r, &["Jr.", "Sr.", "II", "III", "IV", "PhD", "MD"])),
    Builtin::alone("person.marital_status", marital_status),
];

/// A person: a mixed-radix reading of the ordinal, first name lowest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person<N> {
    /// The names that the indexes are of.
    names: N,
    /// Index of the first name.
    pub(crate) first: usize,
    /// Index of the last name.
    pub(crate) last: usize,
    /// What tells people of the same name apart.
    pub(crate) rest: u64,
}

impl<N: Names> Person<N> {
    /// The person of an ordinal; any 64-bit number is one.
    pub(crate) fn at(names: N, mut ordinal: u64) -> Self {
        let first = digit(&mut ordinal, names.first_names());
        let last = digit(&mut ordinal, names.last_names());
        Self { names, first, last, rest: ordinal }
    }

    /// Index of the last name's form, which in some languages is another for women.
    fn last_form(self) -> usize {
        self.names.last_form(self.last, self.is_female())
    }

    /// `ann`.
    fn push_first(self, out: &mut Pen) {
        self.names.push_lower_first(self.first, out);
    }

    /// `lee`.
    pub(crate) fn push_last(self, out: &mut Pen) {
        self.names.push_lower_last(self.last_form(), out);
    }

    /// `ann.lee`, with something else after `ann`.
    pub(crate) fn push_names(self, out: &mut Pen, between: impl FnOnce(&mut Pen)) {
        self.push_first(out);
        between(out);
        self.names.push_dotted_last(self.last_form(), out);
    }

    /// Index of the middle name: a first name of the same gender, now and then the first name itself.
    fn middle(self) -> usize {
        let females = self.names.female_names();
        let same_gender = if self.is_female() { 0..females } else { females..self.names.first_names() };
        same_gender.start + choose(self.rest, 3, same_gender.len())
    }

    /// Whether the first name is one of the women's, which stand first in the list.
    fn is_female(self) -> bool {
        self.first < self.names.female_names()
    }
}

/// First and last name; distinct ones have none, one or two middle initials, which the rest of the ordinal spells.
fn full_name(request: &BindRequest<'_>, names: impl Names) -> BindResult {
    let chars = names.full_name_chars();
    if !request.distinct() {
        return Composed::repeating(move |o, out| push_full_name(out, Person::at(names, o), |_| {}))
            .of_chars(3..=chars)
            .for_text(request);
    }
    let people = (names.first_names() * names.last_names()) as u64;
    Composed::exactly(people * INITIALS, move |o, out| push_initialed_name(names, o, out))
        .of_chars(3..=chars + 6)
        .for_text(request)
}

/// Most characters of a user name as people choose them.
pub(crate) fn username_chars(names: impl Names) -> u32 {
    names.full_name_chars() + 2
}

/// How many combinations of middle initials there are: none, one or two.
const INITIALS: u64 = 1 + 26 + 26 * 26;

fn push_full_name<N: Names>(out: &mut Pen, person: Person<N>, middle: impl FnOnce(&mut Pen)) {
    person.names.push_spaced_first(person.first, out);
    middle(out);
    person.names.push_last(person.last_form(), out);
}

fn push_initialed_name(names: impl Names, ordinal: u64, out: &mut Pen) {
    let person = Person::at(names, ordinal);
    let initial = |out: &mut Pen, place| {
        out.push(letter(place));
        out.push_str(". ");
    };
    push_full_name(out, person, |out| match person.rest {
        0 => {}
        1..27 => initial(out, person.rest - 1),
        rest => {
            initial(out, (rest - 27) / 26);
            initial(out, (rest - 27) % 26);
        }
    });
}

fn letter(place: u64) -> char {
    char::from(b'A' + (place % 26) as u8)
}

fn first_name(request: &BindRequest<'_>, names: impl Names) -> BindResult {
    List::part(request, &names.all_first_names(), move |o| Person::at(names, o).first)
}

fn last_name(request: &BindRequest<'_>, names: impl Names) -> BindResult {
    List::part(request, &names.all_last_forms(), move |o| Person::at(names, o).last_form())
}

fn middle_name(request: &BindRequest<'_>, names: impl Names) -> BindResult {
    List::part(request, &names.all_first_names(), move |o| Person::at(names, o).middle())
}

fn initials(request: &BindRequest<'_>, names: impl Names) -> BindResult {
    let write = move |o, out: &mut Pen| {
        let person = Person::at(names, o);
        out.push(names.first_initial(person.first));
        out.push(names.last_initial(person.last));
    };
    Composed::repeating(write).of_chars(2..=2).for_text(request)
}

fn middle_initial(request: &BindRequest<'_>, names: impl Names) -> BindResult {
    let write = move |o, out: &mut Pen| out.push(names.first_initial(Person::at(names, o).middle()));
    Composed::repeating(write).of_chars(1..=1).for_text(request)
}

/// User names as people choose them, which repeat; distinct ones in the more natural of two forms that has room.
fn username(request: &BindRequest<'_>, names: impl Names) -> BindResult {
    let chars = 2..=names.full_name_chars() + 20;
    if !request.distinct() {
        Composed::repeating(move |o, out| push_username(names, o, out))
            .of_chars(2..=username_chars(names))
            .for_text(request)
    } else if request.max_chars() < 32 {
        // The longest of people with plain namesakes' numbers are about 26 and 16 characters.
        Composed::injective(move |o, out| push_short_username(names, o, out))
            .of_chars(chars)
            .for_text(request)
    } else {
        Composed::injective(move |o, out| push_unique_username(names, o, out))
            .of_chars(chars)
            .for_text(request)
    }
}

/// `ann.lee`, `ann.lee42`, `ann.lee_2b7xk9`: names are letters only, so what follows them is told apart.
fn push_unique_username(names: impl Names, ordinal: u64, out: &mut Pen) {
    let person = Person::at(names, ordinal);
    person.push_names(out, |_| {});
    match person.rest {
        0 => {}
        1..10_000 => push_number(out, person.rest, 0),
        rest => {
            out.push('_');
            push_base36(out, rest);
        }
    }
}

/// `lee204`: the number carries the first name and the rest.
fn push_short_username(names: impl Names, ordinal: u64, out: &mut Pen) {
    let person = Person::at(names, ordinal);
    person.push_last(out);
    // Below 2^64 / |last names|, so that it can't overflow.
    push_number(out, person.rest * names.first_names() as u64 + person.first as u64, 0);
}

/// Appends a user name as people choose them: `ann.lee`, `alee`, `ann_lee`, `annlee84`.
pub(crate) fn push_username(names: impl Names, ordinal: u64, out: &mut Pen) {
    let person = Person::at(names, ordinal);
    let bits = mix(person.rest, 4);
    let start = out.position();
    person.push_first(out);
    if bits % 4 == 1 {
        out.truncate(start + 1);
    }
    match bits % 4 {
        0 => out.push('.'),
        2 => out.push('_'),
        _ => {}
    }
    person.push_last(out);
    if bits % 4 == 3 || (bits >> 2) & 3 == 0 {
        push_number(out, (bits >> 8) % 100, 2);
    }
}

/// The code `M` or `F` where there are fewer than the six characters of `female`, the word elsewhere.
fn gender(request: &BindRequest<'_>, names: impl Names) -> BindResult {
    let words: &[&'static str] = match request.max_chars() {
        ..6 => &["F", "M"],
        _ => &["female", "male"],
    };
    List::part(request, words, move |o| usize::from(!Person::at(names, o).is_female()))
}

/// `Ms.` in half of women, `Mrs.` in a third, `Mr.` in five of six men, `Dr.` in one of six of either.
fn title(request: &BindRequest<'_>, names: impl Names) -> BindResult {
    List::part(request, &names.titles(), move |o| {
        let person = Person::at(names, o);
        let place = [0, 0, 0, 1, 1, 2][choose(person.rest, 5, 6)];
        if person.is_female() { place } else { 3 + place }
    })
}

fn marital_status(request: &BindRequest<'_>) -> BindResult {
    if request.max_chars() < 8 {
        return List::plain(request, &["S", "M", "D", "W"]);
    }
    List::plain(request, &["single", "married", "divorced", "widowed"])
}
