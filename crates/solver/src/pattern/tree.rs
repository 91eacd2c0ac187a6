//! A regular expression as a tree over characters: classes narrowed to what reads well, anchors resolved.

use super::error::PatternListError;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// An expression and which of its ends are anchored.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// The expression.
    pub(super) root: Node,
    /// Whether a match begins where the string begins.
    pub(super) anchored_start: bool,
    /// Whether a match ends where the string ends.
    pub(super) anchored_end: bool,
    /// Whether a match is surely the whole string: not one of several lines.
    pub(super) whole: bool,
}

/// A part of an expression.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    /// These characters in a row; none for the empty string.
    Literal(Vec<char>),
    /// One of these characters: inclusive ranges, sorted, at least one.
    Set(Vec<(char, char)>),
    /// One part after the other.
    Concat(Vec<Node>),
    /// One of these; none matches nothing at all.
    Alternation(Vec<Node>),
    /// The part `min` to `max` times.
    Repeat { part: Box<Node>, min: u32, max: Option<u32> },
}

impl Tree {
    /// Reads an expression, its classes narrowed to what reads well.
    pub(super) fn parse(pattern: &str) -> Result<Self, PatternListError> {
        Self::read(pattern, Classes::Narrowed)
    }

    /// Reads an expression with all that it matches.
    pub(super) fn parse_whole(pattern: &str) -> Result<Self, PatternListError> {
        Self::read(pattern, Classes::Whole)
    }

    fn read(pattern: &str, classes: Classes) -> Result<Self, PatternListError> {
        let hir = ParserBuilder::new().build().parse(pattern).map_err(|error| PatternListError::Syntax {
            pattern: pattern.to_owned(),
            message: first_line(&error.to_string()),
        })?;
        let unsupported = |what| PatternListError::Unsupported { pattern: pattern.to_owned(), what };
        let root = node(&hir, Ends { start: true, end: true, classes }).map_err(unsupported)?;
        let looks = hir.properties();
        Ok(Self {
            root,
            anchored_start: looks.look_set_prefix_any().contains_anchor(),
            anchored_end: looks.look_set_suffix_any().contains_anchor(),
            whole: looks.look_set_prefix().contains(Look::Start)
                && looks.look_set_suffix().contains(Look::End),
        })
    }

    /// The same with any text at each end that is not anchored.
    pub(super) fn padded_at_ends(self) -> Self {
        let any = |anchored: bool| {
            let part = Box::new(Node::Set(vec![('\0', char::MAX)]));
            (!anchored).then_some(Node::Repeat { part, min: 0, max: None })
        };
        let parts = any(self.anchored_start).into_iter().chain([self.root]).chain(any(self.anchored_end));
        Self { root: Node::Concat(parts.collect()), anchored_start: true, anchored_end: true, whole: true }
    }

    /// The same with text at the unanchored ends; `None` if both are anchored.
    pub(super) fn padded(&self) -> Option<Self> {
        let padding = || Node::Repeat { part: Box::new(Node::Set(PADDING.to_vec())), min: 0, max: None };
        let mut parts = vec![self.root.clone()];
        // One side is enough for any length, and leaves the place of the match unambiguous more often.
        if !self.anchored_end {
            parts.push(padding());
        } else if !self.anchored_start {
            parts.insert(0, padding());
        } else {
            return None;
        }
        Some(Self { root: Node::Concat(parts), ..*self })
    }
}

/// The reader's message without the drawing of the expression.
fn first_line(message: &str) -> String {
    message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

impl Node {
    /// Characters of the shortest string.
    pub(super) fn min_chars(&self) -> u32 {
        match self {
            Self::Literal(chars) => u32::try_from(chars.len()).unwrap_or(u32::MAX),
            Self::Set(_) => 1,
            Self::Concat(parts) => parts.iter().fold(0, |sum, p| sum.saturating_add(p.min_chars())),
            Self::Alternation(branches) => branches.iter().map(Self::min_chars).min().unwrap_or(u32::MAX),
            Self::Repeat { min: 0, .. } => 0,
            Self::Repeat { part, min, .. } => part.min_chars().saturating_mul(*min),
        }
    }

    /// Characters of the longest string, `None` for no limit.
    pub(super) fn max_chars(&self) -> Option<u32> {
        match self {
            Self::Literal(_) | Self::Set(_) => Some(self.min_chars()),
            Self::Concat(parts) => parts.iter().try_fold(0u32, |sum, p| sum.checked_add(p.max_chars()?)),
            Self::Alternation(branches) => {
                branches.iter().try_fold(0, |most, b| Some(b.max_chars()?.max(most)))
            }
            Self::Repeat { part, max, .. } => match (part.max_chars(), max) {
                (Some(0), _) => Some(0),
                (Some(each), Some(max)) => each.checked_mul(*max),
                _ => None,
            },
        }
    }

    /// Whether all strings have the same length.
    pub(super) fn fixed_chars(&self) -> Option<u32> {
        self.max_chars().filter(|&most| most == self.min_chars())
    }

    /// The empty string.
    pub(super) fn empty() -> Self {
        Self::Literal(Vec::new())
    }

    /// No string at all.
    pub(super) fn nothing() -> Self {
        Self::Alternation(Vec::new())
    }
}

/// Which characters of a class are kept.
#[derive(Clone, Copy)]
enum Classes {
    /// Those that read well.
    Narrowed,
    /// All.
    Whole,
}

/// Whether a part surely stands at the start and at the end of the whole string, and how its classes are read.
#[derive(Clone, Copy)]
struct Ends {
    start: bool,
    end: bool,
    classes: Classes,
}

/// A part of an expression as a tree; an error names what can't be listed.
fn node(hir: &Hir, ends: Ends) -> Result<Node, &'static str> {
    Ok(match hir.kind() {
        HirKind::Empty => Node::empty(),
        HirKind::Literal(literal) => Node::Literal(
            std::str::from_utf8(&literal.0).map_err(|_| "bytes that are no text")?.chars().collect(),
        ),
        HirKind::Class(class) => set(class, ends.classes)?,
        HirKind::Look(look) => anchor(*look, ends)?,
        HirKind::Capture(capture) => node(&capture.sub, ends)?,
        HirKind::Repetition(repetition) => {
            // A second turn has the first one before it.
            let once = repetition.max == Some(1);
            let ends = Ends { start: ends.start && once, end: ends.end && once, ..ends };
            let part = Box::new(node(&repetition.sub, ends)?);
            Node::Repeat { part, min: repetition.min, max: repetition.max }
        }
        HirKind::Concat(parts) => concat(parts, ends)?,
        HirKind::Alternation(branches) => {
            let mut kept: Vec<Node> = Vec::new();
            for branch in branches {
                let branch = node(branch, ends)?;
                if branch != Node::nothing() && !kept.contains(&branch) {
                    kept.push(branch);
                }
            }
            Node::Alternation(kept)
        }
    })
}

/// A row of parts, of which each knows whether anything stands before or behind it.
fn concat(parts: &[Hir], ends: Ends) -> Result<Node, &'static str> {
    let is_empty = |hir: &Hir| hir.properties().maximum_len() == Some(0);
    let nodes: Result<Vec<Node>, _> = parts
        .iter()
        .enumerate()
        .map(|(i, part)| {
            let start = ends.start && parts[..i].iter().all(is_empty);
            let end = ends.end && parts[i + 1..].iter().all(is_empty);
            node(part, Ends { start, end, ..ends })
        })
        .collect();
    let nodes = nodes?;
    Ok(if nodes.contains(&Node::nothing()) { Node::nothing() } else { Node::Concat(nodes) })
}

/// An anchor at its end is nothing to write; elsewhere nothing matches.
fn anchor(look: Look, ends: Ends) -> Result<Node, &'static str> {
    let holds = match look {
        Look::Start | Look::StartLF | Look::StartCRLF => ends.start,
        Look::End | Look::EndLF | Look::EndCRLF => ends.end,
        _ => return Err("word boundaries"),
    };
    Ok(if holds { Node::empty() } else { Node::nothing() })
}

/// A class of characters.
fn set(class: &Class, classes: Classes) -> Result<Node, &'static str> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.iter().map(|r| (r.start(), r.end())).collect(),
        Class::Bytes(class) => class
            .iter()
            .filter(|r| r.start() < 0x80)
            .map(|r| (char::from(r.start()), char::from(r.end().min(0x7F))))
            .collect(),
    };
    let kept = match classes {
        Classes::Narrowed => narrowed(&ranges),
        Classes::Whole => Some(ranges).filter(|ranges| !ranges.is_empty()),
    };
    Ok(match kept {
        Some(ranges) => Node::Set(ranges),
        None => Node::nothing(),
    })
}

/// The part of a class that reads best: of a wide class the lower-case letters and digits, which no collation merges,
/// then any letters and digits, then any printable ASCII, then what is no control character.
fn narrowed(class: &[(char, char)]) -> Option<Vec<(char, char)>> {
    /// What reads best first.
    const TASTES: [&[(char, char)]; 4] = [
        PADDING,
        &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        &[(' ', '~')],
        &[('\u{a1}', '\u{d7ff}'), ('\u{f900}', '\u{fdcf}'), ('\u{10000}', '\u{1ffff}')],
    ];
    let wide = size(class) > WIDE;
    TASTES
        .into_iter()
        .skip(usize::from(!wide))
        .map(|taste| intersection(class, taste))
        .find(|kept| !kept.is_empty())
        .or_else(|| (!class.is_empty()).then(|| class.to_vec()))
}

/// Lower-case letters and digits.
const PADDING: &[(char, char)] = &[('0', '9'), ('a', 'z')];

/// Classes of more characters than this were not spelled out: `.`, `\w`, `[^,]`.
const WIDE: u32 = 90;

/// The first of the 2,048 code points that are no characters.
const SURROGATES: u32 = 0xD800;

/// How many characters the ranges hold.
pub(super) fn size(ranges: &[(char, char)]) -> u32 {
    ranges.iter().map(|&(first, last)| span(first, last)).sum()
}

/// Characters from `first` to `last`; the surrogates between them are none.
fn span(first: char, last: char) -> u32 {
    let gap = if (first as u32) < SURROGATES && last as u32 > SURROGATES { 0x800 } else { 0 };
    (last as u32 - first as u32 + 1).saturating_sub(gap)
}

/// The character at a place among the ranges.
pub(super) fn char_at(ranges: &[(char, char)], mut place: u32) -> char {
    for &(first, last) in ranges {
        let span = span(first, last);
        if place < span {
            let code = first as u32 + place;
            let code = if (first as u32) < SURROGATES && code >= SURROGATES { code + 0x800 } else { code };
            return char::from_u32(code).unwrap_or(first);
        }
        place -= span;
    }
    ranges.first().map_or('a', |r| r.0)
}

/// What two sets of sorted ranges share.
pub(super) fn intersection(left: &[(char, char)], right: &[(char, char)]) -> Vec<(char, char)> {
    let mut shared = Vec::new();
    for &(a, b) in left {
        for &(c, d) in right {
            let (first, last) = (a.max(c), b.min(d));
            if first <= last {
                shared.push((first, last));
            }
        }
    }
    shared
}
