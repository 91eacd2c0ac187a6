//! The kinds of laws, by which plans are explained.

use serde::{Serialize, Serializer};
use std::fmt;

/// Which law says what a column's rows hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LawKind {
    /// The row's number, counted up.
    Sequence,
    /// A bijection of the row's number.
    Permutation,
    /// A draw of each row's own.
    Hashed,
    /// Exact shares of every value.
    Stratified,
    /// The entity that several columns of the table show.
    Entity,
    /// A digit of a draw from a product.
    Joint,
    /// Likewise, of proposals of which a sieve accepts some.
    JointSieved,
    /// A digit that another key has drawn already.
    JointAsOtherKey,
    /// A bijection between rows and parents.
    OneToOne,
    /// Children in groups.
    FanOut,
    /// Children dealt out in rounds.
    Dealt,
    /// Beside dealt children, a permutation for each parent.
    InRound,
    /// Another child of the same dealt parent.
    Mate,
    /// The row's place among the children of its parent.
    Position,
    /// An earlier row of the same table.
    Tree,
    /// The row before, of the same table.
    Chain,
    /// Among the parent's rows that agree with columns which other references have fixed.
    Indexed,
    /// The parent's row of the same number.
    Aligned,
    /// None: the cell is always NULL, or the server's.
    None,
}

impl LawKind {
    /// All of them, in the order in which they are listed for people.
    pub const ALL: [Self; 19] = [
        Self::Sequence,
        Self::Permutation,
        Self::Hashed,
        Self::Stratified,
        Self::Entity,
        Self::Joint,
        Self::JointSieved,
        Self::JointAsOtherKey,
        Self::OneToOne,
        Self::FanOut,
        Self::Dealt,
        Self::InRound,
        Self::Mate,
        Self::Position,
        Self::Tree,
        Self::Chain,
        Self::Indexed,
        Self::Aligned,
        Self::None,
    ];

    /// The name, as it stands in explanations; `-` for none.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sequence => "sequence",
            Self::Permutation => "permutation",
            Self::Hashed => "hashed",
            Self::Stratified => "stratified",
            Self::Entity => "entity",
            Self::Joint => "joint",
            Self::JointSieved => "joint, sieved",
            Self::JointAsOtherKey => "joint, as the other key",
            Self::OneToOne => "one-to-one",
            Self::FanOut => "fan-out",
            Self::Dealt => "dealt out",
            Self::InRound => "in rounds",
            Self::Mate => "another of the same parent",
            Self::Position => "position",
            Self::Tree => "tree",
            Self::Chain => "chain",
            Self::Indexed => "among the rows that share its columns",
            Self::Aligned => "aligned",
            Self::None => "-",
        }
    }

    /// What the law does, as a phrase; `None` where each reference that has it says so itself.
    pub fn description(self) -> Option<&'static str> {
        Some(match self {
            Self::Sequence => "the row's number, counted up",
            Self::Permutation => "a bijection of the row's number: no value twice until the list is used up",
            Self::Hashed => "each row draws for itself, so values may come again",
            Self::Stratified => "exact shares of every value in each block of rows",
            Self::Entity => {
                "the row's person, place, product or timeline, the same in all columns that show it"
            }
            Self::Joint => "drawn from a product of lists or parents, no combination twice",
            Self::JointSieved => "drawn from a product, and passed over where a constraint would break",
            Self::JointAsOtherKey => "the coordinate of a key that it overlaps",
            Self::OneToOne => "a bijection between rows and parents",
            Self::FanOut => "children dealt out to parents in groups of different size, to an exact total",
            Self::Dealt => "children dealt out to parents in rounds, so that each parent has one",
            Self::InRound => "a permutation for each dealt parent, which its children go through in turn",
            Self::Mate => "another child of the parent that the row is dealt to",
            Self::Position => "the row's place among the children of its parent",
            Self::Tree => "an earlier row of the same table",
            Self::Chain => "the row before",
            Self::Indexed => "looked up in an index of the parent's rows by the shared columns",
            Self::Aligned | Self::None => return None,
        })
    }
}

impl fmt::Display for LawKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for LawKind {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_law_is_listed_once_under_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = LawKind::ALL.iter().map(|law| law.as_str()).collect();
        assert_eq!(names.len(), LawKind::ALL.len());
        assert_eq!(serde_json::to_value(LawKind::JointSieved).expect("a text"), "joint, sieved");
    }
}
