//! The strings that several expressions match at once.
//!
//! What is left of an expression behind a character is its derivative (Brzozowski, "Derivatives of Regular Expressions",
//! 1964), again an expression. Those of several expressions side by side are the states of an automaton of all of them,
//! which reaches each string once; its strings of each length are counted from the end.

use super::tree::{Node, Tree, char_at, size};
use std::collections::BTreeMap;

/// Most states of an automaton.
const MOST_STATES: usize = 1_500;
/// Most parts of an expression in a state.
const MOST_PARTS: usize = 400;
/// Characters by how well they read, each with those before; what the expressions name themselves is always among them.
const ALPHABETS: [&[(char, char)]; 3] =
    [&[('0', '9'), ('a', 'z')], &[('0', '9'), ('A', 'Z'), ('a', 'z')], &[(' ', '~')]];

/// Strings of an automaton, counted by length.
#[derive(Clone, Debug)]
pub(super) struct CountedProduct {
    /// Of each state the state behind each group of characters, by number; none where no string goes on.
    steps: Vec<Vec<Option<usize>>>,
    /// The characters that no expression tells from each other.
    groups: Vec<Vec<char>>,
    /// `counts[n][state]`: strings of `n` characters from there to an end.
    counts: Vec<Vec<u128>>,
}

impl CountedProduct {
    /// The strings of up to so many characters that all the expressions match; `None` if there are too many states, or no
    /// string has at least the fewest characters.
    pub(super) fn new(trees: Vec<Tree>, fewest: usize, most: usize) -> Option<Self> {
        let start: Vec<Node> = trees.into_iter().map(|tree| tree.padded_at_ends().root).collect();
        let mut named = Vec::new();
        start.iter().for_each(|node| collect_named(node, &mut named));
        ALPHABETS.iter().find_map(|alphabet| {
            let counted = Self::over(&start, &groups(&start, alphabet, &named), most)?;
            (fewest..=most).any(|n| counted.count(n) > 0).then_some(counted)
        })
    }

    /// The same over some characters.
    fn over(start: &[Node], groups: &[Vec<char>], most: usize) -> Option<Self> {
        let mut numbers: BTreeMap<Vec<Node>, usize> = BTreeMap::from([(start.to_vec(), 0)]);
        let mut states = vec![start.to_vec()];
        let mut steps: Vec<Vec<Option<usize>>> = Vec::new();
        while let Some(state) = states.get(steps.len()).cloned() {
            let mut behind = Vec::new();
            for group in groups {
                let next: Vec<Node> = state.iter().map(|node| node.derivative(group[0])).collect();
                if next.iter().any(|node| *node == Node::nothing()) {
                    behind.push(None);
                    continue;
                }
                if next.iter().map(Node::parts).sum::<usize>() > MOST_PARTS {
                    return None;
                }
                let number = *numbers.entry(next.clone()).or_insert_with(|| {
                    states.push(next);
                    states.len() - 1
                });
                behind.push(Some(number));
            }
            steps.push(behind);
            if states.len() > MOST_STATES {
                return None;
            }
        }
        let ends = |state: &Vec<Node>| u128::from(state.iter().all(Node::matches_nothing));
        let mut counts = vec![states.iter().map(ends).collect::<Vec<u128>>()];
        for _ in 0..most {
            let shorter = counts.last().map_or(&[][..], Vec::as_slice);
            let longer = steps.iter().map(|behind| {
                behind.iter().zip(groups).fold(0_u128, |sum, (next, group)| {
                    let each = next.map_or(0, |next| shorter[next]);
                    sum.saturating_add(each.saturating_mul(group.len() as u128))
                })
            });
            counts.push(longer.collect());
        }
        Some(Self { steps, groups: groups.to_vec(), counts })
    }

    /// How many strings have so many characters.
    pub(super) fn count(&self, length: usize) -> u128 {
        self.counts.get(length).map_or(0, |of| of[0])
    }

    /// Appends the string of that length with a number.
    pub(super) fn write(&self, length: usize, mut index: u128, out: &mut String) {
        let mut state = 0;
        for left in (0..length).rev() {
            let mut found = None;
            for (next, group) in self.steps[state].iter().zip(&self.groups) {
                let Some(next) = *next else { continue };
                let each = self.counts[left][next];
                let all = each.saturating_mul(group.len() as u128);
                if index < all {
                    let place = usize::try_from(index / each).unwrap_or(0).min(group.len() - 1);
                    found = Some((next, group[place], index % each));
                    break;
                }
                index -= all;
            }
            let Some((next, char, rest)) = found else { return };
            out.push(char);
            (state, index) = (next, rest);
        }
    }
}

/// Characters by what the expressions can tell of them, in order.
fn groups(start: &[Node], alphabet: &[(char, char)], named: &[char]) -> Vec<Vec<char>> {
    let mut sets = Vec::new();
    start.iter().for_each(|node| collect_sets(node, &mut sets));
    sets.sort();
    sets.dedup();
    let mut chars: Vec<char> = (0..size(alphabet)).map(|place| char_at(alphabet, place)).collect();
    chars.extend(named);
    chars.sort_unstable();
    chars.dedup();
    let mut groups: BTreeMap<Vec<bool>, Vec<char>> = BTreeMap::new();
    for char in chars {
        let told = sets.iter().map(|set| set.iter().any(|(a, b)| (*a..=*b).contains(&char))).collect();
        groups.entry(told).or_default().push(char);
    }
    let mut groups: Vec<Vec<char>> = groups.into_values().collect();
    groups.sort();
    groups
}

/// All sets of characters of an expression, those of literals of one each.
fn collect_sets(node: &Node, into: &mut Vec<Vec<(char, char)>>) {
    match node {
        Node::Literal(chars) => into.extend(chars.iter().map(|c| vec![(*c, *c)])),
        Node::Set(ranges) => into.push(ranges.clone()),
        Node::Concat(parts) | Node::Alternation(parts) => parts.iter().for_each(|p| collect_sets(p, into)),
        Node::Repeat { part, .. } => collect_sets(part, into),
    }
}

/// The characters that an expression names one by one.
fn collect_named(node: &Node, into: &mut Vec<char>) {
    let mut sets = Vec::new();
    collect_sets(node, &mut sets);
    into.extend(
        sets.iter().filter(|set| size(set) <= 4).flat_map(|set| (0..size(set)).map(|n| char_at(set, n))),
    );
}

impl Node {
    /// How many nodes it has.
    fn parts(&self) -> usize {
        match self {
            Self::Literal(chars) => 1 + chars.len(),
            Self::Set(_) => 1,
            Self::Concat(parts) | Self::Alternation(parts) => {
                1 + parts.iter().map(Self::parts).sum::<usize>()
            }
            Self::Repeat { part, .. } => 1 + part.parts(),
        }
    }

    /// Whether it matches the empty string.
    fn matches_nothing(&self) -> bool {
        match self {
            Self::Literal(chars) => chars.is_empty(),
            Self::Set(_) => false,
            Self::Concat(parts) => parts.iter().all(Self::matches_nothing),
            Self::Alternation(branches) => branches.iter().any(Self::matches_nothing),
            Self::Repeat { part, min, .. } => *min == 0 || part.matches_nothing(),
        }
    }

    /// What is left to match behind a character.
    fn derivative(&self, char: char) -> Self {
        match self {
            Self::Literal(chars) => match chars.split_first() {
                Some((first, rest)) if *first == char => Self::Literal(rest.to_vec()),
                _ => Self::nothing(),
            },
            Self::Set(ranges) if ranges.iter().any(|(a, b)| (*a..=*b).contains(&char)) => Self::empty(),
            Self::Set(_) => Self::nothing(),
            Self::Concat(parts) => {
                let mut branches = Vec::new();
                for (i, part) in parts.iter().enumerate() {
                    branches.push(concat(part.derivative(char), parts[i + 1..].to_vec()));
                    if !part.matches_nothing() {
                        break;
                    }
                }
                alternation(branches)
            }
            Self::Alternation(branches) => alternation(branches.iter().map(|b| b.derivative(char)).collect()),
            Self::Repeat { max: Some(0), .. } => Self::nothing(),
            Self::Repeat { part, min, max } => {
                let rest = Self::Repeat {
                    part: part.clone(),
                    min: min.saturating_sub(1),
                    max: max.map(|max| max - 1),
                };
                concat(part.derivative(char), vec![rest])
            }
        }
    }
}

/// One part before others, without what says nothing.
fn concat(first: Node, rest: Vec<Node>) -> Node {
    if first == Node::nothing() {
        return first;
    }
    let mut parts = match first {
        Node::Concat(parts) => parts,
        first => vec![first],
    };
    parts.extend(rest);
    parts.retain(|part| *part != Node::empty() && !matches!(part, Node::Repeat { max: Some(0), .. }));
    match parts.len() {
        0 => Node::empty(),
        1 => parts.remove(0),
        _ => Node::Concat(parts),
    }
}

/// One of some, each once and in order.
fn alternation(branches: Vec<Node>) -> Node {
    let mut kept: Vec<Node> = Vec::new();
    for branch in branches {
        match branch {
            Node::Alternation(inner) => kept.extend(inner),
            branch => kept.push(branch),
        }
    }
    kept.sort();
    kept.dedup();
    if kept.len() == 1 { kept.remove(0) } else { Node::Alternation(kept) }
}
