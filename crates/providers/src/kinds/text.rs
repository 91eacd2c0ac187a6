//! Running text: words, titles, sentences, paragraphs, slugs.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::{Composed, Write};
use crate::list::List;
use crate::mix::{choose, digit, mix, take};
use crate::words::{
    ADJECTIVE_PIECES, ADJECTIVES, CAPITAL_ADJECTIVES, CAPITAL_NOUNS, COMMON, NOUN_PIECES, NOUNS,
    SPACED_COMMON,
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
    Builtin::alone("text.slug", |r| Composed::exactly(triples(), push_slug).for_text(r)),
    Builtin::alone("text.identifier", |r| Composed::exactly(triples(), push_identifier).for_text(r)),
    Builtin::alone("text.tsvector", |r| {
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

/// Where the words of a triple stand in their lists.
fn triple(mut ordinal: u64) -> [usize; 3] {
    let adjective = digit(&mut ordinal, ADJECTIVES.len());
    let noun = digit(&mut ordinal, NOUNS.len());
    [adjective, noun, digit(&mut ordinal, NOUNS.len())]
}

/// A title of two or three significant words: every frame has its own small words at its own places.
fn title(request: &BindRequest<'_>) -> BindResult {
    if request.max_chars() < 24 && !request.distinct() {
        return Composed::repeating(push_short_title).for_text(request);
    }
    let write: Write = push_title;
    Composed::exactly(triples() * 4, write).for_text(request)
}

/// What stands before each word of a title.
static FRAMES: [[Piece; 3]; 4] = [
    frame(["The ", " ", " of the "]),
    frame(["", " ", " and the "]),
    frame(["", " of the ", " "]),
    frame(["", " ", " in the "]),
];

const fn frame([first, second, third]: [&str; 3]) -> [Piece; 3] {
    [Piece::new(first, "", ""), Piece::new(second, "", ""), Piece::new(third, "", "")]
}

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

fn push_short_title(ordinal: u64, out: &mut Pen) {
    let [adjective, noun, _] = triple(ordinal);
    out.push_piece(&CAPITAL_ADJECTIVES[adjective]);
    out.push(' ');
    out.push_piece(&CAPITAL_NOUNS[noun]);
}

/// Gives what was written since a length of the text a capital.
fn capitalize(out: &mut Pen, start: usize) {
    if let Some(first) = out.since(start).first_mut() {
        first.make_ascii_uppercase();
    }
}

fn words(request: &BindRequest<'_>) -> BindResult {
    if request.max_chars() < 16 && !request.distinct() {
        return List::plain(request, &NOUNS);
    }
    Composed::exactly(triples(), |o, out| push_joined(o, ' ', out)).for_text(request)
}

fn push_slug(ordinal: u64, out: &mut Pen) {
    push_joined(ordinal, '-', out);
}

fn push_identifier(ordinal: u64, out: &mut Pen) {
    push_joined(ordinal, '_', out);
}

fn push_joined(ordinal: u64, between: char, out: &mut Pen) {
    let [adjective, noun, other] = triple(ordinal);
    out.push_piece(&ADJECTIVE_PIECES[adjective]);
    out.push(between);
    out.push_piece(&NOUN_PIECES[noun]);
    out.push(between);
    out.push_piece(&NOUN_PIECES[other]);
}

/// A sentence; a shorter one where there is little room.
pub(crate) fn sentence(request: &BindRequest<'_>) -> BindResult {
    let write: Write = match request.max_chars() {
        ..40 => |o, out| push_sentence(out, o, 3),
        40..90 => |o, out| push_sentence(out, o, 4 + choose(o, 61, 3)),
        _ => |o, out| push_sentence(out, o, 6 + choose(o, 61, 7)),
    };
    Composed::repeating(write).for_text(request)
}

/// Four to eight words, as people leave them in a field for notes.
fn remark(request: &BindRequest<'_>) -> BindResult {
    if request.max_chars() < 90 {
        return sentence(request);
    }
    Composed::repeating(|o, out| push_sentence(out, o, 4 + choose(o, 61, 5))).for_text(request)
}

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
    .for_text(request)
}

/// Words that take between a quarter and the whole of the column's room, and 200 characters at most.
fn blurb(request: &BindRequest<'_>) -> BindResult {
    let most = request.max_chars().clamp(1, 200);
    // No room for a quarter of anything.
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
