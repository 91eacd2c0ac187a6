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
//! | `person.title` | `Ms.`, `Mrs.`, `Mr.`, `Dr.`, as the gender allows |
//! | `person.job_title` | `Accountant` |
//! | `person.name_suffix` | `Jr.`, one of seven |
//! | `person.marital_status` | `single`, one of four; its initial in fewer than eight characters |
//!
//! The last three stand alone. First and last names are lists of ASCII letters, each name once, so that the ordinal can
//! be read back from a distinct e-mail address or user name: that is why those are injective.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::Composed;
use crate::list::List;
use crate::mix::{choose, digit, mix, push_base36, push_number};
use crate::words::{
    DOTTED_LAST_NAMES, FEMALE_NAMES, FIRST_NAMES, JOB_TITLES, LAST_NAME_PIECES, LAST_NAMES,
    LOWER_FIRST_NAMES, LOWER_LAST_NAMES, SPACED_FIRST_NAMES, longest,
};
use seedbed_datagen_core::Pen;

/// The entity of a person, which e-mail addresses are parts of too.
pub(crate) const PERSON: &str = "person";

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::part(PERSON, "person.first_name", |r| List::part(r, &FIRST_NAMES, |o| Person::at(o).first)),
    Builtin::part(PERSON, "person.last_name", |r| List::part(r, &LAST_NAMES, |o| Person::at(o).last)),
    Builtin::part(PERSON, "person.middle_name", |r| List::part(r, &FIRST_NAMES, |o| Person::at(o).middle())),
    Builtin::part(PERSON, "person.full_name", full_name),
    Builtin::part(PERSON, "person.initials", |r| {
        Composed::repeating(push_initials).of_chars(2..=2).for_text(r)
    }),
    Builtin::part(PERSON, "person.middle_initial", |r| {
        Composed::repeating(push_middle_initial).of_chars(1..=1).for_text(r)
    }),
    Builtin::part(PERSON, "person.username", username),
    Builtin::part(PERSON, "person.gender", gender),
    Builtin::part(PERSON, "person.title", title),
    Builtin::alone("person.job_title", |r| List::plain(r, &JOB_TITLES)),
    Builtin::alone("person.name_suffix", |r| List::plain(r, &["Jr.", "Sr.", "II", "III", "IV", "PhD", "MD"])),
    Builtin::alone("person.marital_status", marital_status),
];

/// A person: a mixed-radix reading of the ordinal, first name lowest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    /// Index of the first name.
    pub(crate) first: usize,
    /// Index of the last name.
    pub(crate) last: usize,
    /// What tells people of the same name apart.
    pub(crate) rest: u64,
}

impl Person {
    /// The person of an ordinal; any 64-bit number is one.
    pub(crate) fn at(mut ordinal: u64) -> Self {
        let first = digit(&mut ordinal, FIRST_NAMES.len());
        let last = digit(&mut ordinal, LAST_NAMES.len());
        Self { first, last, rest: ordinal }
    }

    /// `Ann`.
    pub(crate) fn first_name(self) -> &'static str {
        FIRST_NAMES[self.first]
    }

    /// `Lee`.
    pub(crate) fn last_name(self) -> &'static str {
        LAST_NAMES[self.last]
    }

    /// `ann`.
    fn push_first(self, out: &mut Pen) {
        out.push_piece(&LOWER_FIRST_NAMES[self.first]);
    }

    /// `lee`.
    pub(crate) fn push_last(self, out: &mut Pen) {
        out.push_piece(&LOWER_LAST_NAMES[self.last]);
    }

    /// `ann.lee`, with something else after `ann`.
    pub(crate) fn push_names(self, out: &mut Pen, between: impl FnOnce(&mut Pen)) {
        self.push_first(out);
        between(out);
        out.push_piece(&DOTTED_LAST_NAMES[self.last]);
    }

    /// Index of the middle name: a first name of the same gender, now and then the first name itself.
    fn middle(self) -> usize {
        let same_gender =
            if self.is_female() { 0..FEMALE_NAMES.len() } else { FEMALE_NAMES.len()..FIRST_NAMES.len() };
        same_gender.start + choose(self.rest, 3, same_gender.len())
    }

    /// Whether the first name is one of the women's, which stand first in the list.
    fn is_female(self) -> bool {
        self.first < FEMALE_NAMES.len()
    }
}

/// First and last name; distinct ones have none, one or two middle initials, which the rest of the ordinal spells.
fn full_name(request: &BindRequest<'_>) -> BindResult {
    if !request.distinct() {
        return Composed::repeating(|o, out| push_full_name(out, Person::at(o), |_| {}))
            .of_chars(3..=FULL_NAME)
            .for_text(request);
    }
    let people = (FIRST_NAMES.len() * LAST_NAMES.len()) as u64;
    Composed::exactly(people * INITIALS, push_initialed_name).of_chars(3..=FULL_NAME + 6).for_text(request)
}

/// Most characters of a first and a last name with something of one character between them.
const FULL_NAME: u32 = longest(&FIRST_NAMES) + 1 + longest(&LAST_NAMES);

/// Most characters of a user name as people choose them.
pub(crate) const USERNAME: u32 = FULL_NAME + 2;

/// How many combinations of middle initials there are: none, one or two.
const INITIALS: u64 = 1 + 26 + 26 * 26;

fn push_full_name(out: &mut Pen, person: Person, middle: impl FnOnce(&mut Pen)) {
    out.push_piece(&SPACED_FIRST_NAMES[person.first]);
    middle(out);
    out.push_piece(&LAST_NAME_PIECES[person.last]);
}

fn push_initialed_name(ordinal: u64, out: &mut Pen) {
    let person = Person::at(ordinal);
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

fn push_initials(ordinal: u64, out: &mut Pen) {
    let person = Person::at(ordinal);
    out.push_str(&person.first_name()[..1]);
    out.push_str(&person.last_name()[..1]);
}

fn push_middle_initial(ordinal: u64, out: &mut Pen) {
    out.push_str(&FIRST_NAMES[Person::at(ordinal).middle()][..1]);
}

/// User names as people choose them, which repeat; distinct ones in the more natural of two forms that has room.
fn username(request: &BindRequest<'_>) -> BindResult {
    if request.distinct() {
        // The longest of people with plain namesakes' numbers are about 26 and 16 characters.
        let write = match request.max_chars() {
            0..32 => push_short_username,
            32.. => push_unique_username,
        };
        Composed::injective(write).of_chars(2..=FULL_NAME + 20).for_text(request)
    } else {
        Composed::repeating(push_username).of_chars(2..=USERNAME).for_text(request)
    }
}

/// `ann.lee`, `ann.lee42`, `ann.lee_2b7xk9`: names are letters only, so what follows them is told apart.
fn push_unique_username(ordinal: u64, out: &mut Pen) {
    let person = Person::at(ordinal);
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
fn push_short_username(ordinal: u64, out: &mut Pen) {
    let person = Person::at(ordinal);
    person.push_last(out);
    // Below 2^64 / |last names|, so that it can't overflow.
    push_number(out, person.rest * FIRST_NAMES.len() as u64 + person.first as u64, 0);
}

/// Appends a user name as people choose them: `ann.lee`, `alee`, `ann_lee`, `annlee84`.
pub(crate) fn push_username(ordinal: u64, out: &mut Pen) {
    let person = Person::at(ordinal);
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
fn gender(request: &BindRequest<'_>) -> BindResult {
    let words: &[&'static str] = match request.max_chars() {
        ..6 => &["F", "M"],
        _ => &["female", "male"],
    };
    List::part(request, words, |o| usize::from(!Person::at(o).is_female()))
}

/// `Ms.` in half of women, `Mrs.` in a third, `Mr.` in five of six men, `Dr.` in one of six of either.
fn title(request: &BindRequest<'_>) -> BindResult {
    List::part(request, &["Ms.", "Mrs.", "Dr.", "Mr.", "Mr.", "Dr."], |o| {
        let person = Person::at(o);
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
