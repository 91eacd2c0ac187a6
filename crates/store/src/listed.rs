//! Parts of lists.

/// Some entries of a list, and how many there are in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// Those that were asked for.
    pub entries: Vec<T>,
    /// All that the filter lets through.
    pub total: u64,
}
