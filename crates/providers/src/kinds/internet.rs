//! E-mail addresses, URLs, domains. Only names reserved for documentation and tests are used (RFC 2606, RFC 6761), so
//! that no message sent to one reaches a stranger.
//!
//! | provider | values |
//! |---|---|
//! | `internet.email` | `ann.lee@example.org`, of the person of that ordinal |
//! | `internet.url` | `https://silver-harbor.example/maple` |
//! | `internet.image_url` | `https://images.example.com/maple/silver-harbor-large-512.jpg` |
//! | `internet.domain` | `silver-harbor.example` |
//! | `internet.uri_path` | `/maple/silver-harbor/edit` |
//! | `internet.http_method` | `GET`, one of six |
//! | `internet.protocol` | `https`, one of eight |
//!
//! Distinct e-mail addresses are injective over all 64-bit ordinals and still show their person, however many rows
//! there are; the longer the column, the more natural the form. The other ones stand alone.

use super::person::{PERSON, Person, push_username, username_chars};
use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::Composed;
use crate::list::List;
use crate::mix::{choose, digit, mix, push_number};
use crate::names::{English, Names};
use crate::words::{ADJECTIVES, HYPHENED_ADJECTIVES, NOUN_PIECES, NOUNS, longest};
use seedbed_datagen_core::{Cardinality, Pen, Piece};

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::part(PERSON, "internet.email", |r| email(r, English)).localized(|r, l| email(r, l.people())),
    Builtin::alone("internet.url", url),
    Builtin::alone("internet.image_url", |r| {
        Composed::exactly(titles() * 4, push_image_url)
            .of_chars(1..=53 + longest(&NOUNS) + DOMAIN)
            .for_text(r)
    }),
    Builtin::alone("internet.domain", |r| {
        Composed::exactly(domains(), push_domain).of_chars(1..=DOMAIN).for_text(r)
    }),
    Builtin::alone("internet.uri_path", |r| {
        Composed::exactly(titles(), push_uri_path).of_chars(1..=8 + longest(&NOUNS) + DOMAIN).for_text(r)
    }),
    Builtin::alone("internet.http_method", |r| {
        List::plain(r, &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
    }),
    Builtin::alone("internet.protocol", |r| {
        List::plain(r, &["https", "http", "tcp", "udp", "ssh", "tls", "smtp", "imap"])
    }),
];

/// Top-level names under which [`push_domain`] may make one up; the two-label ones are separate zones.
static ZONES: [Piece; 4] = [
    Piece::new(".example", "", ""),
    Piece::new(".test", "", ""),
    Piece::new(".example", ".com", ""),
    Piece::new(".example", ".org", ""),
];

/// Domains that most non-unique addresses share.
const SHARED: [&str; 3] = ["example.com", "example.org", "example.net"];

/// Most characters of a domain: adjective, hyphen, noun and zone, or one of the shared ones.
const DOMAIN: u32 = longest(&ADJECTIVES) + 1 + longest(&NOUNS) + 12;

/// How many domains there are: zone, adjective, noun.
fn domains() -> u64 {
    (ZONES.len() * ADJECTIVES.len() * NOUNS.len()) as u64
}

/// How many domains with one more noun there are: pages, paths and images.
fn titles() -> u64 {
    domains() * NOUNS.len() as u64
}

/// Addresses of persons; distinct ones in the most natural of three forms that has room.
fn email(request: &BindRequest<'_>, names: impl Names) -> BindResult {
    let username = username_chars(names);
    if !request.distinct() {
        return Composed::repeating(move |o, out| push_email(names, o, out))
            .of_chars(1..=username + 1 + DOMAIN)
            .for_text(request);
    }
    // Names, two initials with their points, a number and the domain.
    let chars = 1..=username + 6 + 20 + 1 + DOMAIN;
    // The longest are about 54, 42 and 30 characters; a column too short for any gets codes from the plan.
    match request.max_chars() {
        0..46 => Composed::injective(move |o, out| push_shortest_email(names, o, out))
            .of_chars(chars)
            .for_text(request),
        46..60 => Composed::injective(move |o, out| push_short_email(names, o, out))
            .of_chars(chars)
            .for_text(request),
        60.. => Composed::injective(move |o, out| push_unique_email(names, o, out))
            .of_chars(chars)
            .for_text(request),
    }
}

/// A user name at a shared domain in two cases of three, else at a domain made up for the person. May repeat.
fn push_email(names: impl Names, ordinal: u64, out: &mut Pen) {
    push_username(names, ordinal, out);
    out.push('@');
    let rest = Person::at(names, ordinal).rest;
    if choose(rest, 6, 3) == 0 {
        push_domain(mix(rest, 7), out);
    } else {
        out.push_str(SHARED[choose(rest, 8, SHARED.len())]);
    }
}

/// `ann.jk.lee4821@silver-harbor.example`. Names and initials are letters between points, the domain's words are
/// letters around a hyphen, so every digit of the ordinal can be read back.
fn push_unique_email(names: impl Names, ordinal: u64, out: &mut Pen) {
    let person = Person::at(names, ordinal);
    let mut rest = person.rest;
    // Turned by the name: else the few namesakes of a small table would all have the first domains.
    let turn = mix((person.first * names.last_names() + person.last) as u64, 9) % domains();
    let domain = (digit(&mut rest, domains() as usize) as u64 + turn) % domains();
    let initials = digit(&mut rest, 1 + INITIALS + INITIALS * INITIALS);
    person.push_names(out, |out| match initials.checked_sub(1) {
        None => {}
        Some(one) if one < INITIALS => push_letters(out, one),
        Some(two) => {
            push_letters(out, (two - INITIALS) / INITIALS);
            push_letters(out, (two - INITIALS) % INITIALS);
        }
    });
    if rest > 0 {
        push_number(out, rest, 0);
    }
    out.push('@');
    push_domain(domain, out);
}

/// `ann.lee41@example.org`: first names, last names and numbers follow each other around a point, and the number
/// carries the domain's digit too.
fn push_short_email(names: impl Names, ordinal: u64, out: &mut Pen) {
    let person = Person::at(names, ordinal);
    person.push_names(out, |_| {});
    if person.rest > 0 {
        push_number(out, person.rest, 0);
    }
    out.push('@');
    out.push_str(SHARED[choose(ordinal, 10, SHARED.len())]);
}

/// `lee20411@example.org`: the number carries the first name too.
fn push_shortest_email(names: impl Names, ordinal: u64, out: &mut Pen) {
    let person = Person::at(names, ordinal);
    person.push_last(out);
    // Below 2^64 / |last names|, so that it can't overflow.
    push_number(out, person.rest * names.first_names() as u64 + person.first as u64, 0);
    out.push('@');
    out.push_str(SHARED[choose(ordinal, 10, SHARED.len())]);
}

/// One letter or two.
const INITIALS: usize = 26 + 26 * 26;

/// Appends a point and the one or two letters of a number below [`INITIALS`]: `.j`, `.jk`.
fn push_letters(out: &mut Pen, initials: usize) {
    let letter = |place: usize| char::from(b'a' + (place % 26) as u8);
    out.push('.');
    match initials.checked_sub(26) {
        None => out.push(letter(initials)),
        Some(two) => {
            out.push(letter(two / 26));
            out.push(letter(two % 26));
        }
    }
}

fn push_domain(ordinal: u64, out: &mut Pen) {
    write_domain(&mut { ordinal }, out);
}

/// Takes the domain's digits off the number.
fn write_domain(number: &mut u64, out: &mut Pen) {
    out.push_piece(&HYPHENED_ADJECTIVES[digit(number, ADJECTIVES.len())]);
    out.push_piece(&NOUN_PIECES[digit(number, NOUNS.len())]);
    out.push_piece(&ZONES[digit(number, ZONES.len())]);
}

fn url(request: &BindRequest<'_>) -> BindResult {
    let cardinality = Cardinality::Exact(titles());
    let chars = Some(1..=8 + DOMAIN + 1 + longest(&NOUNS));
    Composed { cardinality, injective: true, chars, write: push_url }.for_text(request)
}

fn push_url(ordinal: u64, out: &mut Pen) {
    let mut number = ordinal;
    out.push_str("https://");
    write_domain(&mut number, out);
    out.push('/');
    out.push_str(NOUNS[digit(&mut number, NOUNS.len())]);
}

fn push_uri_path(ordinal: u64, out: &mut Pen) {
    let mut number = ordinal;
    out.push('/');
    out.push_str(NOUNS[digit(&mut number, NOUNS.len())]);
    out.push('/');
    out.push_str(ADJECTIVES[digit(&mut number, ADJECTIVES.len())]);
    out.push('-');
    out.push_str(NOUNS[digit(&mut number, NOUNS.len())]);
    out.push_str(["", "/edit", "/index", "/list"][digit(&mut number, 4)]);
}

fn push_image_url(ordinal: u64, out: &mut Pen) {
    let mut number = ordinal;
    let size = ["64", "128", "256", "512"][digit(&mut number, 4)];
    out.push_str("https://images.example.com/");
    out.push_str(NOUNS[digit(&mut number, NOUNS.len())]);
    out.push('/');
    out.push_str(ADJECTIVES[digit(&mut number, ADJECTIVES.len())]);
    out.push('-');
    out.push_str(NOUNS[digit(&mut number, NOUNS.len())]);
    out.push_str(["", "-large", "-small", "-wide"][digit(&mut number, 4)]);
    out.push('-');
    out.push_str(size);
    out.push_str(".jpg");
}
