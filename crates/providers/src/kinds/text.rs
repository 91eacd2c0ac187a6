//! Running text: words, titles, sentences, paragraphs, slugs.

use crate::composed::{Composed, Write};
use crate::kind::{Bound, Kind, Request};
use crate::list::List;
use crate::mix::{choose, digit, mix};
use crate::words::{ADJECTIVES, COMMON, NOUNS};
use seedbed_schema_model::SqlType;

pub(crate) static KINDS: &[Kind] = &[
    Kind::alone("text.word", |r| List::plain(r, &NOUNS)),
    Kind::alone("text.words", words),
    Kind::alone("text.title", title),
    Kind::alone("text.sentence", sentence),
    Kind::alone("text.paragraph", paragraph),
    Kind::alone("text.slug", |r| Composed::exactly(triples(), push_slug).for_text(r)),
    Kind::alone("text.identifier", |r| Composed::exactly(triples(), push_identifier).for_text(r)),
    Kind::alone("text.tsvector", |r| {
        Composed::repeating(push_lexemes).for_types(
            r,
            |t| matches!(t, SqlType::TsVector),
            "text search vectors",
        )
    }),
];

/// Adjective, noun, noun.
fn triples() -> u64 {
    (ADJECTIVES.len() * NOUNS.len() * NOUNS.len()) as u64
}

fn triple(mut ordinal: u64) -> [&'static str; 3] {
    let adjective = ADJECTIVES[digit(&mut ordinal, ADJECTIVES.len())];
    let noun = NOUNS[digit(&mut ordinal, NOUNS.len())];
    [adjective, noun, NOUNS[digit(&mut ordinal, NOUNS.len())]]
}

/// A title of two or three significant words: every frame has its own small words at its own places.
fn title(request: &Request<'_>) -> Bound {
    if request.max_chars() < 24 && !request.distinct() {
        return Composed::repeating(push_short_title).for_text(request);
    }
    let write: Write = push_title;
    Composed::exactly(triples() * 4, write).for_text(request)
}

fn push_title(ordinal: u64, out: &mut String) {
    let mut number = ordinal;
    let frame = digit(&mut number, 4);
    let [adjective, noun, other] = triple(number);
    let (parts, between): ([&str; 3], [&str; 3]) = match frame {
        0 => ([adjective, noun, other], ["The ", " ", " of the "]),
        1 => ([adjective, noun, other], ["", " ", " and the "]),
        2 => ([noun, adjective, other], ["", " of the ", " "]),
        _ => ([adjective, noun, other], ["", " ", " in the "]),
    };
    for (part, before) in parts.into_iter().zip(between) {
        out.push_str(before);
        push_capital(out, part);
    }
}

fn push_short_title(ordinal: u64, out: &mut String) {
    let [adjective, noun, _] = triple(ordinal);
    push_capital(out, adjective);
    out.push(' ');
    push_capital(out, noun);
}

/// Appends an ASCII word with a capital.
pub(crate) fn push_capital(out: &mut String, word: &str) {
    let start = out.len();
    out.push_str(word);
    if let Some(first) = out.get_mut(start..start + 1) {
        first.make_ascii_uppercase();
    }
}

fn words(request: &Request<'_>) -> Bound {
    if request.max_chars() < 16 && !request.distinct() {
        return List::plain(request, &NOUNS);
    }
    Composed::exactly(triples(), |o, out| {
        let [adjective, noun, other] = triple(o);
        for (i, word) in [adjective, noun, other].into_iter().enumerate() {
            if i > 0 {
                out.push(' ');
            }
            out.push_str(word);
        }
    })
    .for_text(request)
}

fn push_slug(ordinal: u64, out: &mut String) {
    push_joined(ordinal, '-', out);
}

fn push_identifier(ordinal: u64, out: &mut String) {
    push_joined(ordinal, '_', out);
}

fn push_joined(ordinal: u64, between: char, out: &mut String) {
    let [adjective, noun, other] = triple(ordinal);
    out.push_str(adjective);
    out.push(between);
    out.push_str(noun);
    out.push(between);
    out.push_str(other);
}

/// A sentence; a shorter one where there is little room.
pub(crate) fn sentence(request: &Request<'_>) -> Bound {
    let write: Write = match request.max_chars() {
        ..40 => |o, out| push_sentence(out, o, 3),
        40..90 => |o, out| push_sentence(out, o, 4 + choose(o, 61, 3)),
        _ => |o, out| push_sentence(out, o, 6 + choose(o, 61, 7)),
    };
    Composed::repeating(write).for_text(request)
}

fn paragraph(request: &Request<'_>) -> Bound {
    if request.max_chars() < 250 {
        return sentence(request);
    }
    Composed::repeating(|o, out| {
        for i in 0..2 + choose(o, 62, 3) as u64 {
            if i > 0 {
                out.push(' ');
            }
            let bits = mix(o, 63 + i);
            push_sentence(out, bits, 6 + (bits >> 60) as usize % 7);
        }
    })
    .for_text(request)
}

fn push_sentence(out: &mut String, ordinal: u64, words: usize) {
    let mut bits = mix(ordinal, 70);
    for i in 0..words {
        if i % 6 == 5 {
            bits = mix(bits, 71);
        }
        let word = COMMON[digit(&mut bits, COMMON.len())];
        if i == 0 {
            push_capital(out, word);
        } else {
            out.push(' ');
            out.push_str(word);
        }
    }
    out.push('.');
}

fn push_lexemes(ordinal: u64, out: &mut String) {
    let mut parts = triple(mix(ordinal, 72));
    parts.sort_unstable();
    for (i, word) in parts.into_iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        out.push('\'');
        out.push_str(word);
        out.push('\'');
    }
}
