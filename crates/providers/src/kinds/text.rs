//! Running text: words, titles, sentences, paragraphs, slugs.
//!
//! | provider | values | distinct ones |
//! |---|---|---|
//! | `text.word` | `harbor` | nouns |
//! | `text.words` | `silver harbor maple`, or one noun in fewer than 16 characters | adjectives · nouns² |
//! | `text.title` | `The Silver Harbor of the Maple`, `Silver Harbor` below 24 characters | 4 · adjectives · nouns² |
//! | `text.sentence` | three to twelve words, a capital and a full stop | they repeat |
//! | `text.remark` | a sentence of four to eight words | they repeat |
//! | `text.paragraph` | two to four sentences; one in fewer than 250 characters | they repeat |
//! | `text.blurb` | words of a length drawn for each cell, 200 characters at most | they repeat |
//! | `text.slug` | `silver-harbor-maple` | adjectives · nouns² |
//! | `text.identifier` | `silver_harbor_maple` | adjectives · nouns² |
//! | `text.tsvector` | `'harbor' 'maple' 'silver'`, sorted as PostgreSQL keeps them | they repeat |
//!
//! The words mean nothing together: text of this kind fills a page or a search index, it isn't to be read. Lists of
//! three significant words are injective, for the words stand in known places and none holds a space or a hyphen; the
//! short forms of `text.words` and `text.title` are for columns whose values may repeat. Sentences are drawn from mixed
//! bits, at most six words from each 64.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::{Composed, Write};
use crate::list::List;
use crate::mix::{choose, digit, mix, take};
use crate::words::{
    ADJECTIVE_PIECES, ADJECTIVES, CAPITAL_ADJECTIVES, CAPITAL_NOUNS, COMMON, NOUN_PIECES, NOUNS,
    SPACED_COMMON, longest,
};
use seedbed_datagen_core::{Cardinality, ColumnBuffer, Pen, Piece, Sampler};
use seedbed_schema_model::SqlType;
use std::sync::Arc;

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::alone("text.word", |r| List::plain(r, &NOUNS)),
    Builtin::alone("text.words", words),
    Builtin::alone("text.title", title),
    Builtin::alone("text.sentence", sentence),
    Builtin::alone("text.remark", remark),
    Builtin::alone("text.paragraph", paragraph),
    Builtin::alone("text.blurb", blurb),
    Builtin::alone("text.slug", |r| Composed::exactly(triples(), push_slug).of_chars(5..=TRIPLE).for_text(r)),
    Builtin::alone("text.identifier", |r| {
        Composed::exactly(triples(), push_identifier).of_chars(5..=TRIPLE).for_text(r)
    }),
    Builtin::alone("text.tsvector", |r| {
        Composed::repeating(push_lexemes).for_types(
            r,
            |t| matches!(t, SqlType::TsVector),
            "text search vectors",
        )
    }),
];

/// Most characters of a triple with one between the words.
const TRIPLE: u32 = longest(&ADJECTIVES) + 2 * longest(&NOUNS) + 2;

/// Most characters of a sentence of so many words.
const fn sentence_chars(words: u32) -> u32 {
    words * (longest(&COMMON) + 1)
}

/// How many triples of adjective, noun and noun there are.
fn triples() -> u64 {
    (ADJECTIVES.len() * NOUNS.len() * NOUNS.len()) as u64
}

/// Where the words of a triple stand in their lists.
fn triple(mut ordinal: u64) -> [usize; 3] {
    let adjective = digit(&mut ordinal, ADJECTIVES.len());
    let noun = digit(&mut ordinal, NOUNS.len());
    [adjective, noun, digit(&mut ordinal, NOUNS.len())]
}

/// A title of two or three significant words: every frame has its own small words at its own places.
fn title(request: &BindRequest<'_>) -> BindResult {
    if request.max_chars() < 24 && !request.distinct() {
        return Composed::repeating(push_short_title).of_chars(3..=TRIPLE).for_text(request);
    }
    let write: Write = push_title;
    // The small words of a title take the place of a triple's two hyphens.
    Composed::exactly(triples() * 4, write).of_chars(3..=TRIPLE + 11).for_text(request)
}

/// What stands before each word of a title.
static FRAMES: [[Piece; 3]; 4] = [
    frame(["The ", " ", " of the "]),
    frame(["", " ", " and the "]),
    frame(["", " of the ", " "]),
    frame(["", " ", " in the "]),
];

/// A frame's three texts, each as a piece.
const fn frame([first, second, third]: [&str; 3]) -> [Piece; 3] {
    [Piece::new(first, "", ""), Piece::new(second, "", ""), Piece::new(third, "", "")]
}

/// `The Silver Harbor of the Maple`: the lowest part of the ordinal is the frame, the rest the triple.
fn push_title(ordinal: u64, out: &mut Pen) {
    let mut number = ordinal;
    let frame = digit(&mut number, FRAMES.len());
    let [adjective, noun, other] = triple(number);
    let (adjective, noun) = (&CAPITAL_ADJECTIVES[adjective], &CAPITAL_NOUNS[noun]);
    let (first, second) = if frame == 2 { (noun, adjective) } else { (adjective, noun) };
    for (part, before) in [first, second, &CAPITAL_NOUNS[other]].into_iter().zip(&FRAMES[frame]) {
        out.push_piece(before);
        out.push_piece(part);
    }
}

/// `Silver Harbor`, the first two words of a triple. Ordinals that differ in the third alone give the same.
fn push_short_title(ordinal: u64, out: &mut Pen) {
    let [adjective, noun, _] = triple(ordinal);
    out.push_piece(&CAPITAL_ADJECTIVES[adjective]);
    out.push(' ');
    out.push_piece(&CAPITAL_NOUNS[noun]);
}

/// Makes the first letter of what was written since a [position](Pen::position) a capital.
fn capitalize(out: &mut Pen, start: usize) {
    if let Some(first) = out.since(start).first_mut() {
        first.make_ascii_uppercase();
    }
}

/// Three words, or a single noun in a short column whose values may repeat.
fn words(request: &BindRequest<'_>) -> BindResult {
    if request.max_chars() < 16 && !request.distinct() {
        return List::plain(request, &NOUNS);
    }
    Composed::exactly(triples(), |o, out| push_joined(o, ' ', out)).of_chars(5..=TRIPLE).for_text(request)
}

fn push_slug(ordinal: u64, out: &mut Pen) {
    push_joined(ordinal, '-', out);
}

fn push_identifier(ordinal: u64, out: &mut Pen) {
    push_joined(ordinal, '_', out);
}

/// Appends the words of a triple with a character between.
fn push_joined(ordinal: u64, between: char, out: &mut Pen) {
    let [adjective, noun, other] = triple(ordinal);
    out.push_piece(&ADJECTIVE_PIECES[adjective]);
    out.push(between);
    out.push_piece(&NOUN_PIECES[noun]);
    out.push(between);
    out.push_piece(&NOUN_PIECES[other]);
}

/// A sentence; a shorter one where there is little room: three words below 40 characters, four to six below 90, six to
/// twelve elsewhere.
pub(crate) fn sentence(request: &BindRequest<'_>) -> BindResult {
    let (words, write): (u32, Write) = match request.max_chars() {
        ..40 => (3, |o, out| push_sentence(out, o, 3)),
        40..90 => (6, |o, out| push_sentence(out, o, 4 + choose(o, 61, 3))),
        _ => (12, |o, out| push_sentence(out, o, 6 + choose(o, 61, 7))),
    };
    Composed::repeating(write).of_chars(1..=sentence_chars(words)).for_text(request)
}

/// Four to eight words, as people leave them in a field for notes.
fn remark(request: &BindRequest<'_>) -> BindResult {
    if request.max_chars() < 90 {
        return sentence(request);
    }
    Composed::repeating(|o, out| push_sentence(out, o, 4 + choose(o, 61, 5)))
        .of_chars(1..=sentence_chars(8))
        .for_text(request)
}

/// Two to four sentences, or one where there is no room for several.
fn paragraph(request: &BindRequest<'_>) -> BindResult {
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
    .of_chars(1..=4 * (1 + sentence_chars(12)))
    .for_text(request)
}

/// Words that take between a quarter and the whole of the column's room, and 200 characters at most.
fn blurb(request: &BindRequest<'_>) -> BindResult {
    let most = request.max_chars().clamp(1, 200);
    // A quarter of so little is no word.
    if most < 12 {
        return sentence(request);
    }
    match request.is_text() {
        true => Ok(Arc::new(Blurbs { most })),
        false => Err(request.wrong_type("text")),
    }
}

/// Blurbs of at most so many characters.
#[derive(Clone, Copy, Debug)]
struct Blurbs {
    /// Characters, of which each is one byte.
    most: u32,
}

impl Blurbs {
    /// Words up to a length drawn for the cell; the last one is cut there.
    fn push(self, ordinal: u64, out: &mut Pen) {
        let least = self.most.div_ceil(4) as usize;
        let goal = least + choose(ordinal, 73, self.most as usize + 1 - least);
        let start = out.position();
        let mut bits = mix(ordinal, 74);
        for i in 1.. {
            out.push_piece(&SPACED_COMMON[take(&mut bits, COMMON.len())]);
            if out.position() - start >= goal {
                break;
            }
            if i % 6 == 0 {
                bits = mix(bits, 75);
            }
        }
        // If the last word ends just there, its space goes.
        out.truncate((start + goal).min(out.position() - 1));
        capitalize(out, start);
    }
}

impl Sampler for Blurbs {
    fn cardinality(&self) -> Cardinality {
        Cardinality::Huge
    }

    fn longest(&self) -> Option<u32> {
        Some(self.most)
    }

    fn write(&self, ordinals: &[u64], out: &mut ColumnBuffer) {
        let ColumnBuffer::Text(text) = out else { unreachable!("bound to text") };
        Pen::write_cells(text, ordinals.iter(), |ordinal, pen| self.push(*ordinal, pen));
    }
}

/// Appends a sentence of so many words, with a capital and a full stop.
fn push_sentence(out: &mut Pen, ordinal: u64, words: usize) {
    let mut bits = mix(ordinal, 70);
    let start = out.position();
    for i in 0..words {
        if i % 6 == 5 {
            bits = mix(bits, 71);
        }
        out.push_piece(&SPACED_COMMON[take(&mut bits, COMMON.len())]);
    }
    capitalize(out, start);
    // In the place of the last word's space.
    out.truncate(out.position().saturating_sub(1));
    out.push('.');
}

/// Appends three lexemes of a text search vector, in quotes and sorted.
fn push_lexemes(ordinal: u64, out: &mut Pen) {
    let [adjective, noun, other] = triple(mix(ordinal, 72));
    let mut parts = [ADJECTIVES[adjective], NOUNS[noun], NOUNS[other]];
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
