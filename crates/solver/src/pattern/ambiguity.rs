//! Whether every string of an expression is reached in one way only. The test is sufficient, not necessary.

use super::tree::{Node, intersection};

/// Inclusive ranges of characters.
type Ranges = Vec<(char, char)>;

/// Whether no string is surely reached twice.
pub(super) fn is_unambiguous(node: &Node) -> bool {
    match node {
        Node::Literal(_) | Node::Set(_) => true,
        Node::Concat(parts) => {
            parts.iter().all(is_unambiguous)
                && (0..parts.len()).all(|i| ends_clearly(&parts[i], &parts[i + 1..]))
        }
        Node::Alternation(branches) => {
            branches.iter().all(is_unambiguous)
                && branches
                    .iter()
                    .enumerate()
                    .all(|(i, a)| branches[i + 1..].iter().all(|b| are_disjoint(a, b)))
        }
        Node::Repeat { part, max, .. } => is_unambiguous(part) && (*max == Some(1) || turns_clearly(part)),
    }
}

/// Whether the end of a part can be told from what follows: it or the rest has a fixed length, or the rest begins with
/// a character that the part does not have.
fn ends_clearly(part: &Node, rest: &[Node]) -> bool {
    if part.fixed_chars().is_some() || rest.iter().all(|r| r.fixed_chars().is_some()) {
        return true;
    }
    let alphabet = alphabet(part);
    first_of_row(rest).iter().all(|first| intersection(&alphabet, std::slice::from_ref(first)).is_empty())
}

/// Whether the turns of a repetition can be told apart: they have a fixed length, or each ends (or begins) with a
/// character that occurs nowhere else in it.
fn turns_clearly(part: &Node) -> bool {
    if part.fixed_chars().is_some() {
        return true;
    }
    let Node::Concat(parts) = part else { return false };
    let delimits = |delimiter: &Node, others: &[Node]| {
        let own = alphabet(delimiter);
        delimiter.fixed_chars() == Some(1)
            && others.iter().all(|o| intersection(&alphabet(o), &own).is_empty())
    };
    let at_end = parts.split_last().is_some_and(|(last, others)| delimits(last, others));
    at_end || parts.split_first().is_some_and(|(first, others)| delimits(first, others))
}

/// Whether two parts share no string: their lengths differ, or they begin differently and not both may be empty.
fn are_disjoint(a: &Node, b: &Node) -> bool {
    if let (Node::Literal(a), Node::Literal(b)) = (a, b) {
        return a != b;
    }
    let apart = |a: &Node, b: &Node| a.max_chars().is_some_and(|most| most < b.min_chars());
    if apart(a, b) || apart(b, a) {
        return true;
    }
    let both_empty = a.min_chars() == 0 && b.min_chars() == 0;
    !both_empty
        && intersection(&first_of_row(std::slice::from_ref(a)), &first_of_row(std::slice::from_ref(b)))
            .is_empty()
}

/// Every character that may occur.
fn alphabet(node: &Node) -> Ranges {
    match node {
        Node::Literal(chars) => chars.iter().map(|&c| (c, c)).collect(),
        Node::Set(ranges) => ranges.clone(),
        Node::Concat(parts) | Node::Alternation(parts) => parts.iter().flat_map(alphabet).collect(),
        Node::Repeat { part, .. } => alphabet(part),
    }
}

/// The characters with which a row of parts may begin.
fn first_of_row(parts: &[Node]) -> Ranges {
    let mut first = Vec::new();
    for part in parts {
        first.extend(first_of(part));
        if part.min_chars() > 0 {
            break;
        }
    }
    first
}

/// The characters with which a part may begin.
fn first_of(node: &Node) -> Ranges {
    match node {
        Node::Literal(chars) => chars.iter().take(1).map(|&c| (c, c)).collect(),
        Node::Set(ranges) => ranges.clone(),
        Node::Concat(parts) => first_of_row(parts),
        Node::Alternation(branches) => branches.iter().flat_map(first_of).collect(),
        Node::Repeat { part, .. } => first_of(part),
    }
}
