//! Expressions that speak of each place of a whole string by itself: `^[A-Z]{2}-[0-9]{4}$`.

use super::tree::{Node, Tree};

/// Most places that are held apart; longer strings are seldom asked for place by place.
const MOST_PLACES: u32 = 1_024;

/// A regular expression that says of each place of a string which characters may stand there, and nothing else. It is
/// asked without an automaton, which costs more to build than most are ever asked.
///
/// ```
/// use seedbed_solver::PlacePattern;
/// let plate = PlacePattern::of("^[A-C]{2}-[0-9]{3}$").unwrap();
/// assert!(plate.is_match("AC-123"));
/// assert!(!plate.is_match("AC-1234") && !plate.is_match("ac-123"));
/// assert!(PlacePattern::of("^[0-9]+$").is_none() && PlacePattern::of("[0-9]").is_none());
/// ```
#[derive(Clone, Debug)]
pub struct PlacePattern {
    /// Runs of places with the same characters: inclusive ranges, and how many places.
    runs: Vec<(Vec<(char, char)>, u32)>,
}

impl PlacePattern {
    /// The expression, in the `regex` crate's syntax; `None` for one that can't be read or asks for anything else.
    pub fn of(pattern: &str) -> Option<Self> {
        let tree = Tree::parse_whole(pattern).ok().filter(|tree| tree.whole)?;
        let mut runs = Vec::new();
        push_runs(&tree.root, &mut runs)?;
        let places = runs.iter().try_fold(0_u32, |sum, (_, places)| sum.checked_add(*places))?;
        (places <= MOST_PLACES).then_some(Self { runs })
    }

    /// Whether a string matches.
    pub fn is_match(&self, text: &str) -> bool {
        let mut rest = text.chars();
        let is_of =
            |c: char, ranges: &[(char, char)]| ranges.iter().any(|(low, high)| *low <= c && c <= *high);
        let meets = |(ranges, places): &(Vec<(char, char)>, u32)| {
            (0..*places).all(|_| rest.next().is_some_and(|c| is_of(c, ranges)))
        };
        self.runs.iter().all(meets) && rest.next().is_none()
    }
}

/// Adds the places of a part; `None` where they are not the same in all of its strings, or depend on one another.
fn push_runs(node: &Node, runs: &mut Vec<(Vec<(char, char)>, u32)>) -> Option<()> {
    match node {
        Node::Literal(chars) => runs.extend(chars.iter().map(|c| (vec![(*c, *c)], 1))),
        Node::Set(ranges) => runs.push((ranges.clone(), 1)),
        Node::Concat(parts) => return parts.iter().try_for_each(|part| push_runs(part, runs)),
        Node::Repeat { part, min, max } if *max == Some(*min) => match part.as_ref() {
            Node::Set(ranges) => runs.push((ranges.clone(), *min)),
            _ => return None,
        },
        Node::Alternation(_) | Node::Repeat { .. } => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    #[test]
    fn a_place_pattern_says_what_its_expression_says() {
        let patterns = [
            "^[A-Z]{2}$",
            "^97[89][0-9]{10}$",
            "^a.c$",
            "^(?s:a.c)$",
            "(?i)^ab$",
            "^(ab)(c)$",
            "^$",
            "^é[^x]$",
            r"\Aab\z",
            "^[0-9]{0}a$",
        ];
        let texts = [
            "",
            "AB",
            "ABC",
            "Ab",
            "ab",
            "aB",
            "ab\n",
            "a\nc",
            "abc",
            "9781234567890",
            "978123456789",
            "éa",
            "éx",
            "é",
            "a",
        ];
        for pattern in patterns {
            let (places, regex) = (PlacePattern::of(pattern).unwrap(), Regex::new(pattern).unwrap());
            for text in texts {
                assert_eq!(places.is_match(text), regex.is_match(text), "{pattern} of {text:?}");
            }
        }
    }

    #[test]
    fn what_places_do_not_tell_is_left() {
        let others = [
            "^[A-Z]{2}",
            "[A-Z]{2}$",
            "^a|b$",
            "^a?$",
            "^[0-9]+$",
            "(?m)^ab$",
            "^a$b",
            r"^\bab$",
            "^(ab){2}$",
            "(",
            "^a{2000}$",
            "a^b",
            "(^a)?b$",
        ];
        for pattern in others {
            assert!(PlacePattern::of(pattern).is_none(), "{pattern}");
        }
    }
}
